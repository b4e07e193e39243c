/**
 * Any object with a `getToken` as a credential, above all those of `@azure/identity`. That package is not imported: the
 * shape is enough.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as AccessToken from "./AccessToken.js"
import * as AuthError from "./AuthError.js"
import * as Credential from "./Credential.js"
import * as json from "./internal/json.js"
import * as options_ from "./internal/options.js"
import * as rejection from "./internal/rejection.js"
import * as request_ from "./internal/request.js"

/**
 * What `getToken` is told. A subset of what the Azure SDKs define.
 *
 * @since 0.1.0
 * @category Models
 */
export interface GetTokenOptions {
  readonly abortSignal?: AbortSignal
  readonly claims?: string
  readonly tenantId?: string
  readonly enableCae?: boolean
}

/**
 * An object that can get tokens. Every credential of `@azure/identity` is one. Times are milliseconds since 1970.
 *
 * @since 0.1.0
 * @category Models
 */
export interface TokenCredentialLike {
  getToken(
    scopes: Array<string>,
    options?: GetTokenOptions
  ): Promise<
    {
      readonly token: string
      readonly expiresOnTimestamp: number
      readonly refreshAfterTimestamp?: number | undefined
    } | null
  >
}

/**
 * - `cloud`: must be the one that the object gets its tokens from; default is the global service
 * - `tenantId`, `clientId`: the object's, where known; they tell apart whose throttling limits apply
 * - `name`: how it is called in errors and spans
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly credential: TokenCredentialLike
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId?: string | undefined
  readonly clientId?: string | undefined
  readonly name?: string | undefined
}

const readToken = (
  value: unknown,
  options: {
    readonly name: string
    readonly authority: string
    readonly now: number
    readonly tenantId: string | undefined
  }
): Effect.Effect<AccessToken.AccessToken, AuthError.AuthError> => {
  const unavailable = (reason: string) =>
    Effect.fail(
      new AuthError.CredentialUnavailable({ credential: options.name, reason, diagnostics: AuthError.noDiagnostics })
    )
  const malformed = (reason: string) =>
    Effect.fail(
      new AuthError.MalformedTokenResponse({
        credential: options.name,
        authority: options.authority,
        reason,
        diagnostics: AuthError.noDiagnostics
      })
    )
  if (value === null || value === undefined) return unavailable("getToken answered with null")
  if (!json.isObject(value)) return malformed("getToken gave something other than a token")
  const { expiresOnTimestamp, refreshAfterTimestamp, token } = value
  if (typeof token !== "string" || options_.tokenProblem(token) !== undefined) {
    return malformed("getToken gave something other than a token")
  }
  if (typeof expiresOnTimestamp !== "number" || !(expiresOnTimestamp > 0 && expiresOnTimestamp <= 8.64e15)) {
    return malformed("expiresOnTimestamp is missing or no instant in milliseconds")
  }
  const expiresAt = DateTime.unsafeMake(expiresOnTimestamp)
  if (options.now >= expiresOnTimestamp) {
    return unavailable(
      `getToken gave a token that expired at ${DateTime.formatIso(expiresAt)}; check this machine's clock`
    )
  }
  return Effect.succeed(AccessToken.make({
    token,
    expiresAt,
    refreshAt: typeof refreshAfterTimestamp === "number" && refreshAfterTimestamp > 0 &&
        refreshAfterTimestamp < expiresOnTimestamp
      ? DateTime.unsafeMake(refreshAfterTimestamp)
      : undefined,
    tenantId: options.tenantId
  }))
}

/**
 * A credential that asks the object. Of what the object rejects with, only OAuth codes, `AADSTS` numbers and ids are
 * kept, and no text: it cannot be known which secrets the object holds.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (options: Options): Credential.Service => {
  const name = options.name ?? "TokenCredential"
  const cloud = options.cloud ?? NationalCloud.global
  // Which tenants are allowed is for the object to decide.
  const holder: request_.Holder = { name, cloud, tenantId: options.tenantId, tenants: ["*"] }
  return Credential.Credential.of({
    name,
    cloud,
    tenantId: options.tenantId,
    clientId: options.clientId,
    acquire: Effect.fn("TokenCredential.acquire")(function*(request) {
      const resolved = yield* request_.resolve(holder, request)
      const answer: unknown = yield* Effect.tryPromise({
        try: (abortSignal) =>
          options.credential.getToken([...resolved.scopes], {
            abortSignal,
            ...(resolved.claims === undefined ? {} : { claims: resolved.claims }),
            ...(request.tenantId === undefined ? {} : { tenantId: request.tenantId }),
            ...(request.cae === true ? { enableCae: true } : {})
          }),
        catch: (error) =>
          rejection.toAuthError(error, {
            credential: name,
            authority: cloud.authority,
            tenantId: resolved.tenantId,
            clientId: options.clientId
          })
      })
      const now = yield* Clock.currentTimeMillis
      return yield* readToken(answer, { name, authority: cloud.authority, now, tenantId: resolved.tenantId })
    })
  })
}

/**
 * A credential that asks the object.
 *
 * @example
 * ```ts
 * import { TokenCredential, TokenProvider } from "@effect-msgraph/auth"
 * import { Layer } from "effect"
 *
 * // for example `new InteractiveBrowserCredential({ ... })` of @azure/identity
 * declare const credential: TokenCredential.TokenCredentialLike
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(TokenCredential.layer({ credential }))
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (options: Options): Layer.Layer<Credential.Credential> =>
  Layer.succeed(Credential.Credential, make(options))
