/**
 * Tokens, kept and renewed. It puts a cache in front of a `Credential`: one request under way for each kind of token,
 * however many fibers ask; a new token before the old one ends; nothing kept of failures.
 *
 * @since 0.1.0
 */
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as AccessToken from "./AccessToken.js"
import type * as AuthError from "./AuthError.js"
import * as Credential from "./Credential.js"
import * as tokenCache from "./internal/tokenCache.js"
import * as TokenPolicy from "./TokenPolicy.js"

/**
 * The source of tokens for everything that sends one.
 *
 * - `cloud`, `tenantId`, `clientId`: the credential's. Send a token to `cloud.graphRoot` and nowhere else
 * - `get`: a token that is good for a while yet. Mostly from the cache; inside the refresh window too, while a new one
 *   is fetched behind the scenes. With `claims`, one that was issued for them, or for the same ones of a later event
 * - `renew`: a token other than the one that Graph has just rejected with 401. Whoever comes after the rejected token
 *   was replaced gets the newer one without a request, so that any number of 401s on one token cost one request. With
 *   `claims` in the request (`Challenge.claims` of the 401), the newer token must have been issued for them. Otherwise
 *   the request must be the one that the rejected token was asked for with
 *
 * @since 0.1.0
 * @category Models
 */
export interface Service {
  readonly cloud: NationalCloud.NationalCloud
  readonly tenantId: string | undefined
  readonly clientId: string | undefined
  readonly get: (
    request?: Credential.TokenRequest
  ) => Effect.Effect<AccessToken.AccessToken, AuthError.AuthError>
  readonly renew: (
    request: Credential.TokenRequest,
    rejected: AccessToken.AccessToken
  ) => Effect.Effect<AccessToken.AccessToken, AuthError.AuthError>
}

/**
 * The source of tokens for everything that sends one.
 *
 * @example
 * ```ts
 * import { ClientSecret, TokenProvider } from "@effect-msgraph/auth"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const tokens = yield* TokenProvider.TokenProvider
 *   const { expiresAt } = yield* tokens.get()
 *   yield* Effect.log(`a token for ${tokens.cloud.graphRoot} until`, expiresAt)
 * })
 *
 * export const runnable = program.pipe(
 *   Effect.provide(TokenProvider.layer.pipe(
 *     Layer.provide(ClientSecret.layerConfig()),
 *     Layer.provide(FetchHttpClient.layer)
 *   ))
 * )
 * ```
 *
 * @since 0.1.0
 * @category Context
 */
export class TokenProvider extends Context.Tag("@effect-msgraph/auth/TokenProvider")<TokenProvider, Service>() {}

/**
 * Puts a cache in front of a credential. Requests under way end with the scope. The policy is read once, here.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (credential: Credential.Service): Effect.Effect<Service, never, Scope.Scope> =>
  Effect.gen(function*() {
    const policy = yield* TokenPolicy.TokenPolicy
    const scope = yield* Effect.scope
    return {
      cloud: credential.cloud,
      tenantId: credential.tenantId,
      clientId: credential.clientId,
      ...tokenCache.make(credential, policy, scope)
    }
  })

/**
 * Puts a cache in front of the credential in the context. Each use of it in a program is a cache of its own, so that two
 * credentials of one program are never taken for each other; to share one, name the layer that has the credential.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer: Layer.Layer<TokenProvider, never, Credential.Credential> = Layer.fresh(
  Layer.scoped(TokenProvider, Effect.flatMap(Credential.Credential, make))
)
