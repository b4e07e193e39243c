/**
 * A token that somebody else obtained, used as it is: for a quick try with a token of Graph Explorer, for tests, for
 * emulators. It is never renewed.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as AccessToken from "./AccessToken.js"
import * as AuthError from "./AuthError.js"
import * as Credential from "./Credential.js"
import * as jwt from "./internal/jwt.js"
import * as options_ from "./internal/options.js"
import * as request_ from "./internal/request.js"

/**
 * - `token`: the token alone, without `Bearer`
 * - `expiresAt`: default is what the token says about itself, if it can be read; else it is used until Graph refuses it
 * - `cloud`: where it may be sent; default is the global service
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly token: Redacted.Redacted<string>
  readonly expiresAt?: DateTime.Utc | undefined
  readonly cloud?: NationalCloud.NationalCloud | undefined
}

const name = "StaticToken"

const endOfTime = 8.64e15

/**
 * A credential of a fixed token. Once expired, it fails with `CredentialUnavailable`.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make: (
  options: Options
) => Effect.Effect<Credential.Service, Credential.CredentialMisconfigured> = Effect.fnUntraced(
  function*(options: Options) {
    const cloud = options.cloud ?? NationalCloud.global
    const secret = Redacted.value(options.token)
    yield* options_.check(name, { cloud: options_.cloudProblem(cloud), token: options_.tokenProblem(secret) })

    const said = jwt.peek(secret)
    const expiresAt = options.expiresAt ?? DateTime.unsafeMake(said.expiresAt ?? endOfTime)
    const token = AccessToken.make({ token: options.token, expiresAt, tenantId: said.tenantId })
    // Whose token it is, is only known where the token tells: then no other tenant's is to be had.
    const tenants = said.tenantId === undefined ? ["*"] : []
    const holder: request_.Holder = { name, cloud, tenantId: said.tenantId, tenants }

    return Credential.Credential.of({
      name,
      cloud,
      tenantId: said.tenantId,
      clientId: said.clientId,
      acquire: Effect.fn("StaticToken.acquire")(function*(request) {
        const resolved = yield* request_.resolve(holder, request)
        const foreign = resolved.scopes.find((scope) =>
          scope.includes("://") && !scope.startsWith(`${cloud.graphRoot}/`)
        )
        if (foreign !== undefined) {
          return yield* new AuthError.InvalidTokenRequest({
            credential: name,
            reason: `a fixed token for ${cloud.graphRoot} cannot serve another resource`,
            diagnostics: AuthError.noDiagnostics
          })
        }
        if (resolved.claims !== undefined) {
          return yield* new AuthError.InteractionRequired({
            credential: name,
            claims: resolved.claims,
            diagnostics: AuthError.noDiagnostics
          })
        }
        const now = yield* Clock.currentTimeMillis
        if (now >= expiresAt.epochMillis) {
          return yield* new AuthError.CredentialUnavailable({
            credential: name,
            reason: `the fixed token expired at ${DateTime.formatIso(expiresAt)}; provide a new one` +
              ` (and check this machine's clock if that is in the future)`,
            diagnostics: AuthError.noDiagnostics
          })
        }
        return token
      })
    })
  }
)

/**
 * A credential of a fixed token.
 *
 * @example
 * ```ts
 * import { StaticToken, TokenProvider } from "@effect-msgraph/auth"
 * import { Layer, Redacted } from "effect"
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(StaticToken.layer({ token: Redacted.make("a-token") }))
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (
  options: Options
): Layer.Layer<Credential.Credential, Credential.CredentialMisconfigured> =>
  Layer.effect(Credential.Credential, make(options))

/**
 * The token from `MSGRAPH_TOKEN`, and the cloud from `NationalCloud.config`.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<Options> = Config.all({
  cloud: NationalCloud.config,
  token: Config.redacted(Config.nonEmptyString("MSGRAPH_TOKEN"))
})

/**
 * A credential of a fixed token, from the configuration: `MSGRAPH_TOKEN`, unless told otherwise.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = config
): Layer.Layer<Credential.Credential, ConfigError.ConfigError | Credential.CredentialMisconfigured> =>
  Layer.effect(Credential.Credential, Effect.flatMap(Config.unwrap(options), make))
