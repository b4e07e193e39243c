/**
 * Between this package and the Azure SDKs, both ways. Any object with a `getToken` as a credential, above all those of
 * `@azure/identity`; and a `TokenProvider` as such an object. No package of Azure's is imported: the shape is enough.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Runtime from "effect/Runtime"
import * as AccessToken from "./AccessToken.js"
import * as AuthError from "./AuthError.js"
import * as Credential from "./Credential.js"
import * as json from "./internal/json.js"
import * as options_ from "./internal/options.js"
import * as rejection from "./internal/rejection.js"
import * as request_ from "./internal/request.js"
import type * as TokenProvider from "./TokenProvider.js"

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
 * kept, and no text: it cannot be known which secrets the object holds. A cloud that no token may be sent to, since one of
 * its addresses is not https, is refused by `acquire`.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (options: Options): Credential.Service => {
  const name = options.name ?? "TokenCredential"
  const cloud = options.cloud ?? NationalCloud.global
  const problem = options_.cloudProblem(cloud)
  // Which tenants are allowed is for the object to decide.
  const holder: request_.Holder = { name, cloud, tenantId: options.tenantId, tenants: ["*"] }
  return Credential.Credential.of({
    name,
    cloud,
    tenantId: options.tenantId,
    clientId: options.clientId,
    acquire: Effect.fn("TokenCredential.acquire")(function*(request) {
      if (problem !== undefined) {
        return yield* new AuthError.InvalidTokenRequest({
          credential: name,
          reason: `the option cloud ${problem}`,
          diagnostics: AuthError.noDiagnostics
        })
      }
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

/**
 * A signal as the Azure SDKs define it. `AbortSignal` is one.
 *
 * @since 0.1.0
 * @category Models
 */
export interface AbortSignalLike {
  readonly aborted: boolean
  addEventListener(type: "abort", listener: (this: any, event: any) => any, options?: any): void
  removeEventListener(type: "abort", listener: (this: any, event: any) => any, options?: any): void
}

/**
 * What the Azure SDKs take for a credential: their `TokenCredential`. Times are milliseconds since 1970.
 *
 * @see https://learn.microsoft.com/javascript/api/@azure/core-auth/tokencredential
 * @since 0.1.0
 * @category Models
 */
export interface AzureTokenCredential {
  getToken(
    scopes: string | Array<string>,
    options?: {
      readonly abortSignal?: AbortSignalLike | undefined
      readonly claims?: string | undefined
      readonly tenantId?: string | undefined
      readonly enableCae?: boolean | undefined
    }
  ): Promise<{
    token: string
    expiresOnTimestamp: number
    refreshAfterTimestamp?: number
    tokenType: "Bearer"
  }>
}

const named = (name: string, message: string, more: object = {}): Error =>
  Object.assign(Object.defineProperty(new Error(message), "name", { value: name, configurable: true }), more)

/** An `AuthError` by the names and fields that `@azure/identity` has for its own. */
const toRejection = (error: AuthError.AuthError, scopes: Array<string>): Error => {
  const { diagnostics, message } = error
  switch (error._tag) {
    case "CredentialUnavailable":
      return named("CredentialUnavailableError", message)
    case "InteractionRequired":
      return named("AuthenticationRequiredError", message, {
        scopes,
        getTokenOptions: error.claims === undefined ? {} : { claims: error.claims }
      })
    default:
      return named("AuthenticationError", message, {
        statusCode: diagnostics.status ?? 0,
        errorResponse: {
          error: diagnostics.oauthError ?? error._tag,
          errorDescription: diagnostics.description ?? message,
          errorCodes: [...diagnostics.codes],
          timestamp: diagnostics.timestamp,
          traceId: diagnostics.traceId,
          correlationId: diagnostics.correlationId
        },
        ...(error._tag === "AuthorityUnavailable" && error.code !== undefined ? { code: error.code } : {})
      })
  }
}

/**
 * A source of tokens as a credential for the Azure SDKs, which then share its cache. What runs here sees the context of
 * the fiber that made it: its tracer, its logger, its `UserAssertion`.
 *
 * An `abortSignal` ends the wait, and the request, if nobody else waits for it. The promise is rejected with
 *
 * - `AbortError` once the signal is aborted
 * - `CredentialUnavailableError`, after which a chain of Azure's goes on, for `CredentialUnavailable`
 * - `AuthenticationRequiredError`, with the `claims` to sign in with under `getTokenOptions`, for `InteractionRequired`
 * - `AuthenticationError` for everything else
 *
 * @example
 * ```ts
 * import { TokenCredential, TokenProvider } from "@effect-msgraph/auth"
 * import { Effect } from "effect"
 *
 * // for example `SecretClient` of @azure/keyvault-secrets
 * declare class SecretClient {
 *   constructor(vault: string, credential: TokenCredential.AzureTokenCredential)
 * }
 *
 * export const vault = TokenProvider.TokenProvider.pipe(
 *   Effect.flatMap(TokenCredential.fromProvider),
 *   Effect.map((credential) => new SecretClient("https://hr.vault.azure.net", credential))
 * )
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const fromProvider = (tokens: TokenProvider.Service): Effect.Effect<AzureTokenCredential> =>
  Effect.map(Effect.runtime<never>(), (runtime) => {
    const run = Runtime.runPromiseExit(runtime)
    return {
      getToken: async (scopes, options = {}) => {
        const { abortSignal, claims, enableCae, tenantId } = options
        const list = typeof scopes === "string" ? [scopes] : [...scopes]
        const controller = new AbortController()
        const abort = () => controller.abort()
        if (abortSignal?.aborted === true) throw named("AbortError", "The operation was aborted.")
        abortSignal?.addEventListener("abort", abort)
        try {
          const request = { scopes: list, claims, tenantId, cae: enableCae }
          const exit = await run(tokens.get(request), { signal: controller.signal })
          if (Exit.isSuccess(exit)) {
            const { expiresAt, refreshAt, token } = exit.value
            return {
              token: Redacted.value(token),
              expiresOnTimestamp: expiresAt.epochMillis,
              ...(refreshAt === undefined ? {} : { refreshAfterTimestamp: refreshAt.epochMillis }),
              tokenType: "Bearer"
            }
          }
          const failure = Cause.failureOption(exit.cause)
          if (Option.isSome(failure)) throw toRejection(failure.value, list)
          if (controller.signal.aborted) throw named("AbortError", "The operation was aborted.")
          throw Cause.isInterrupted(exit.cause)
            ? named("CredentialUnavailableError", "The source of tokens was closed.")
            : named("AuthenticationError", "The source of tokens failed in a way that is a mistake in it.")
        } finally {
          abortSignal?.removeEventListener("abort", abort)
        }
      }
    }
  })
