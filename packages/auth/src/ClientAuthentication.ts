/**
 * How an application proves to the token endpoint who it is: with a secret, an assertion, a certificate, or, where it
 * cannot keep one, not at all. Credentials that act for users take it as an option.
 *
 * @since 0.1.0
 */
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as oauth from "oauth4webapi"
import type * as AuthError from "./AuthError.js"

/**
 * To whom the proof is given.
 *
 * - `credential`: the name of the credential that asks, for errors
 * - `tokenEndpoint`: its URL, which is the audience of a signed proof
 *
 * @since 0.1.0
 * @category Models
 */
export interface Audience {
  readonly credential: string
  readonly cloud: NationalCloud.NationalCloud
  readonly tenantId: string
  readonly clientId: string
  readonly tokenEndpoint: string
}

/**
 * One proof.
 *
 * - `method`: puts it into a request, in the form of `oauth4webapi`
 * - `secrets`: what of it must never be seen in an error
 *
 * @since 0.1.0
 * @category Models
 */
export interface Proof {
  readonly method: oauth.ClientAuth
  readonly secrets: ReadonlyArray<Redacted.Redacted<string>>
}

/**
 * A way to prove who the application is. `prove` is called for every request for a token.
 *
 * @since 0.1.0
 * @category Models
 */
export interface ClientAuthentication {
  readonly prove: (audience: Audience) => Effect.Effect<Proof, AuthError.AuthError>
}

const withBody =
  (parameters: (clientId: string) => Readonly<Record<string, string>>): oauth.ClientAuth => (_, client, body) => {
    for (const [name, value] of Object.entries(parameters(client.client_id))) body.set(name, value)
  }

/**
 * None: for an application on a laptop or a phone, which can keep no secret. The app registration must allow public
 * client flows.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const none: ClientAuthentication = {
  prove: () => Effect.succeed({ method: withBody((clientId) => ({ client_id: clientId })), secrets: [] })
}

/**
 * A client secret: its value, not its id.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const secret = (clientSecret: Redacted.Redacted<string>): ClientAuthentication => ({
  prove: () =>
    Effect.succeed({
      method: withBody((clientId) => ({ client_id: clientId, client_secret: Redacted.value(clientSecret) })),
      secrets: [clientSecret]
    })
})

/**
 * An assertion that somebody else signs: a federated identity (AKS, GitHub Actions, another cloud), or a key vault. The
 * effect is run for every request for a token, and given the audience of the proof.
 *
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 * @since 0.1.0
 * @category Constructors
 */
export const assertion = (
  get: (audience: Audience) => Effect.Effect<Redacted.Redacted<string>, AuthError.AuthError>
): ClientAuthentication => ({
  prove: (audience) =>
    Effect.map(get(audience), (jwt) => ({
      method: withBody((clientId) => ({
        client_id: clientId,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: Redacted.value(jwt)
      })),
      secrets: [jwt]
    }))
})
