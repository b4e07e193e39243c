/**
 * A tenant of the emulated cloud: its applications, and what Graph holds for it.
 *
 * @since 0.1.0
 */
import type * as Redacted from "effect/Redacted"
import type * as Store from "./Store.js"

/**
 * An application registration.
 *
 * - `appId`: its client id
 * - `objectId`: the id of its service principal in the tenant
 * - `secrets`: the client secrets that it can sign in with
 * - `roles`: the application permissions that an administrator has consented to; they become the `roles` of its tokens
 *
 * @since 0.1.0
 * @category Models
 */
export interface Application {
  readonly appId: string
  readonly objectId: string
  readonly displayName: string
  readonly secrets: ReadonlyArray<Redacted.Redacted<string>>
  readonly roles: ReadonlyArray<string>
}

/**
 * A tenant. `domains` are names that stand for its id in token requests; `root` is the node above all of Graph's paths.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Tenant {
  readonly id: string
  readonly displayName: string
  readonly domains: ReadonlyArray<string>
  readonly applications: ReadonlyArray<Application>
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
