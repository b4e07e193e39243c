/**
 * Something that can obtain tokens: a secret, a certificate, a managed identity. It does not cache: every `acquire`
 * asks the authority. Programs depend on `TokenProvider`, which puts a cache in front of the credential.
 *
 * @since 0.1.0
 */
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as AccessToken from "./AccessToken.js"
import type * as AuthError from "./AuthError.js"

/**
 * What a token is asked for.
 *
 * - `scopes`: default is the credential's `scopes`, or else the one scope of its cloud
 * - `tenantId`: default is the credential's tenant; another only if the credential allows it
 * - `claims`: what a claims challenge asked for, as JSON, or in the base64 form of the challenge
 * - `cae`: whether the caller can handle claims challenges (Continuous Access Evaluation); such tokens live longer and
 *   are revoked by a 401
 * - `userAssertion`: the token of the user on whose behalf it is asked; default is that of `UserAssertion`. For
 *   credentials that work on behalf of users
 * - `silent`: nobody is to be asked to sign in; a credential that would have to fails with `InteractionRequired`. So are
 *   refreshes in the background
 *
 * @since 0.1.0
 * @category Models
 */
export interface TokenRequest {
  readonly scopes?: ReadonlyArray<string> | undefined
  readonly tenantId?: string | undefined
  readonly claims?: string | undefined
  readonly cae?: boolean | undefined
  readonly userAssertion?: Redacted.Redacted<string> | undefined
  readonly silent?: boolean | undefined
}

/**
 * A credential. `cloud` decides where tokens are asked for and where they may be sent; it is the only place that does.
 * `scopes` is what a token is for where the request does not say, if that is not the one scope of the cloud.
 * `onBehalfOf` is true for one whose tokens are a user's for each `userAssertion`; they are kept apart. `interactive` is
 * true for one that may wait for a person: how long is then for the credential to say and not for `TokenPolicy`.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Service {
  readonly name: string
  readonly cloud: NationalCloud.NationalCloud
  readonly tenantId: string | undefined
  readonly clientId: string | undefined
  readonly scopes?: ReadonlyArray<string> | undefined
  readonly onBehalfOf?: boolean | undefined
  readonly interactive?: boolean | undefined
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
