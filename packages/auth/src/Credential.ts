/**
 * Something that can obtain tokens: a secret, a certificate, a managed identity. It does not cache: every `acquire`
 * asks the authority. Programs depend on `TokenProvider`, which puts a cache in front of the credential.
 *
 * @since 0.1.0
 */
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as AccessToken from "./AccessToken.js"
import type * as AuthError from "./AuthError.js"

/**
 * What a token is asked for.
 *
 * - `scopes`: default is the one scope of the credential's cloud
 * - `tenantId`: default is the credential's tenant; another only if the credential allows it
 * - `claims`: what a claims challenge asked for, as JSON, or in the base64 form of the challenge
 * - `cae`: whether the caller can handle claims challenges (Continuous Access Evaluation); such tokens live longer and
 *   are revoked by a 401
 *
 * @since 0.1.0
 * @category Models
 */
export interface TokenRequest {
  readonly scopes?: ReadonlyArray<string> | undefined
  readonly tenantId?: string | undefined
  readonly claims?: string | undefined
  readonly cae?: boolean | undefined
}

/**
 * A credential. `cloud` decides where tokens are asked for and where they may be sent; it is the only place that does.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Service {
  readonly name: string
  readonly cloud: NationalCloud.NationalCloud
  readonly tenantId: string | undefined
  readonly clientId: string | undefined
  readonly acquire: (request: TokenRequest) => Effect.Effect<AccessToken.AccessToken, AuthError.AuthError>
}

/**
 * The credential of an application.
 *
 * @example
 * ```ts
 * import { AccessToken, Credential } from "@effect-msgraph/auth"
 * import { NationalCloud } from "@effect-msgraph/domain"
 * import { DateTime, Effect, Layer } from "effect"
 *
 * // A credential of one's own, for example in a test
 * export const fake = Layer.succeed(Credential.Credential, {
 *   name: "Fake",
 *   cloud: NationalCloud.global,
 *   tenantId: undefined,
 *   clientId: undefined,
 *   acquire: () =>
 *     Effect.map(DateTime.now, (now) =>
 *       AccessToken.make({ token: "fake", expiresAt: DateTime.add(now, { hours: 1 }) }))
 * })
 * ```
 *
 * @since 0.1.0
 * @category Context
 */
export class Credential extends Context.Tag("@effect-msgraph/auth/Credential")<Credential, Service>() {}

/**
 * A credential that cannot be built from the options it was given. Raised when the layer is built, before anything is
 * sent; it names the option and never its value.
 *
 * @since 0.1.0
 * @category Errors
 */
export class CredentialMisconfigured
  extends Schema.TaggedError<CredentialMisconfigured>("@effect-msgraph/auth/CredentialMisconfigured")(
    "CredentialMisconfigured",
    {
      credential: Schema.String,
      option: Schema.String,
      reason: Schema.String
    }
  )
{
  /** @since 0.1.0 */
  override get message(): string {
    return `The credential ${this.credential} cannot be built: ${this.option} ${this.reason}.`
  }
}
