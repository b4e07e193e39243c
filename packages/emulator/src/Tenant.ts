/**
 * A tenant of the emulated cloud: its applications, the people who can sign in, and what Graph holds for it.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import type * as Redacted from "effect/Redacted"
import type * as Store from "./Store.js"

/**
 * A client secret that may expire.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Secret {
  readonly value: Redacted.Redacted<string>
  readonly expiresAt?: DateTime.Utc | undefined
}

/**
 * A public key of somebody else's token issuer, as a JSON Web Key: RSA, or EC on the curve P-256.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517
 * @since 0.1.0
 * @category Models
 */
export interface Jwk extends JsonWebKey {
  readonly kid?: string | undefined
}

/**
 * Whose tokens an application accepts in place of a secret.
 *
 * - `issuer`, `subject`: the `iss` and the `sub` of the token, letter by letter
 * - `audience`: its `aud`, by default `api://AzureADTokenExchange`
 * - `keys`: what verifies its signature. Entra fetches them from the issuer; the emulator asks nobody.
 *
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
 * @since 0.1.0
 * @category Models
 */
export interface FederatedCredential {
  readonly issuer: string
  readonly subject: string
  readonly audience?: string | undefined
  readonly keys: ReadonlyArray<Jwk>
}

/**
 * An application registration.
 *
 * - `appId`: its client id
 * - `objectId`: the id of its service principal in the tenant
 * - `secrets`: the client secrets that it can sign in with
 * - `roles`: the application permissions that an administrator has consented to; they become the `roles` of its tokens
 * - `certificates`: the certificates that it can sign in with, as PEM. One that cannot be read proves nothing.
 * - `federatedCredentials`: whose tokens it can sign in with
 * - `allowPublicClient`: whether it may sign users in without any proof of itself, by default not
 * - `redirectUris`: where a user may be sent back to. On `localhost` and `127.0.0.1` the port does not count.
 * - `scopes`: the delegated permissions for Graph that are consented to; they become the `scp` of its users' tokens
 *
 * @since 0.1.0
 * @category Models
 */
export interface Application {
  readonly appId: string
  readonly objectId: string
  readonly displayName: string
  readonly secrets: ReadonlyArray<Redacted.Redacted<string> | Secret>
  readonly roles: ReadonlyArray<string>
  readonly certificates?: ReadonlyArray<string> | undefined
  readonly federatedCredentials?: ReadonlyArray<FederatedCredential> | undefined
  readonly allowPublicClient?: boolean | undefined
  readonly redirectUris?: ReadonlyArray<string> | undefined
  readonly scopes?: ReadonlyArray<string> | undefined
}

/**
 * Somebody who can sign in.
 *
 * @since 0.1.0
 * @category Models
 */
export interface User {
  readonly id: string
  readonly userPrincipalName: string
  readonly displayName: string
}

/**
 * A tenant.
 *
 * - `domains`: names that stand for its id in token requests
 * - `users`: who can sign in. The first one does where nobody in particular is asked for.
 * - `root`: the node above all of Graph's paths
 *
 * @since 0.1.0
 * @category Models
 */
export interface Tenant {
  readonly id: string
  readonly displayName: string
  readonly domains: ReadonlyArray<string>
  readonly applications: ReadonlyArray<Application>
  readonly users?: ReadonlyArray<User> | undefined
  readonly root: Store.Node
}

/**
 * Whether a name (an id or a domain) means this tenant.
 *
 * @since 0.1.0
 * @category Predicates
 */
export const isNamed = (tenant: Tenant, name: string): boolean => {
  const wanted = name.toLowerCase()
  return tenant.id.toLowerCase() === wanted || tenant.domains.some((domain) => domain.toLowerCase() === wanted)
}
