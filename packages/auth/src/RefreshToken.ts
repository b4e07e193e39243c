/**
 * A person who has signed in elsewhere, as a refresh token: one that another program was given, or that a job was
 * provisioned with.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as ClientAuthentication from "./ClientAuthentication.js"
import * as Credential from "./Credential.js"
import * as application from "./internal/application.js"
import * as digest from "./internal/digest.js"
import * as options_ from "./internal/options.js"
import * as session_ from "./internal/session.js"
import * as variable from "./internal/variable.js"
import * as wire_ from "./internal/wire.js"
import * as TokenStore from "./TokenStore.js"

/**
 * - `cloud`: default is the global service
 * - `tenantId`: the tenant's id, one of its domains, or `organizations` or `common`
 * - `clientId`: "Application (client) ID" of the application that the refresh token was issued to
 * - `refreshToken`: the one to begin with. Where the authority gives a new one in its place, that one is used from then
 *   on, and kept in the `TokenStore`, if there is one: a later run that begins with the same token goes on from there
 * - `authentication`: how the application proves who it is; default is not at all, as a public client
 * - `scopes`: default is the one scope of the cloud, and `offline_access`
 * - `additionallyAllowedTenants`: other tenants that a request may name; `"*"` is any
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId: string
  readonly clientId: string
  readonly refreshToken: Redacted.Redacted<string>
  readonly authentication?: ClientAuthentication.ClientAuthentication | undefined
  readonly scopes?: ReadonlyArray<string> | undefined
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

const name = "RefreshToken"

/**
 * A credential of a refresh token. Fails with `CredentialMisconfigured` if an option cannot be right; nothing is sent
 * before the first `acquire`. That fails with `InteractionRequired` when the refresh token has expired or was revoked.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/refresh-tokens
 * @since 0.1.0
 * @category Constructors
 */
export const make: (
  options: Options
) => Effect.Effect<Credential.Service, Credential.CredentialMisconfigured, HttpClient.HttpClient> = Effect.fnUntraced(
  function*(options: Options) {
    const cloud = options.cloud ?? NationalCloud.global
    const { clientId, refreshToken, tenantId } = options
    yield* options_.check(name, {
      ...application.problems(options, { aliases: true }),
      refreshToken: session_.refreshTokenProblem(refreshToken),
      scopes: session_.scopesProblem(options.scopes, cloud)
    })
    return yield* session_.make({
      ...options,
      name,
      cloud,
      authentication: options.authentication ?? ClientAuthentication.none,
      wire: yield* wire_.make(cloud),
      // Tells apart the sign-ins of several people, by nothing from which the token could be found out.
      key: TokenStore.key({
        cloud,
        tenantId,
        clientId,
        account: `refresh-token:${yield* digest.sha256(refreshToken)}`
      }),
      initial: refreshToken
    })
  }
)

/**
 * A credential of a refresh token.
 *
 * @example
 * ```ts
 * import { RefreshToken, TokenProvider } from "@effect-msgraph/auth"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer, Redacted } from "effect"
 *
 * declare const refreshToken: Redacted.Redacted<string>
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(RefreshToken.layer({
 *     tenantId: "contoso.onmicrosoft.com",
 *     clientId: "11111111-2222-3333-4444-555555555555",
 *     refreshToken
 *   })),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (
  options: Options
): Layer.Layer<Credential.Credential, Credential.CredentialMisconfigured, HttpClient.HttpClient> =>
  Layer.effect(Credential.Credential, make(options))

/**
 * The options from `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `MSGRAPH_REFRESH_TOKEN`, and the cloud from
 * `NationalCloud.config`. The last variable is this library's own: Azure has none.
 * Other tenants come from `AZURE_ADDITIONALLY_ALLOWED_TENANTS`, with semicolons between them.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<Options> = Config.all({
  cloud: NationalCloud.config,
  tenantId: Config.nonEmptyString("AZURE_TENANT_ID"),
  clientId: Config.nonEmptyString("AZURE_CLIENT_ID"),
  refreshToken: Config.redacted(Config.nonEmptyString("MSGRAPH_REFRESH_TOKEN")),
  additionallyAllowedTenants: variable.additionallyAllowedTenants
})

/**
 * A credential of a refresh token, from the configuration.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = config
): Layer.Layer<
  Credential.Credential,
  ConfigError.ConfigError | Credential.CredentialMisconfigured,
  HttpClient.HttpClient
> => Layer.effect(Credential.Credential, Effect.flatMap(Config.unwrap(options), make))
