/**
 * A service that calls Graph on behalf of the user who calls it: the user's token, which came with the request that is
 * being answered, is exchanged for one of Graph. `UserAssertion.provide` says who the user is.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as AuthError from "./AuthError.js"
import * as ClientAuthentication from "./ClientAuthentication.js"
import * as Credential from "./Credential.js"
import * as application from "./internal/application.js"
import * as options_ from "./internal/options.js"
import * as request_ from "./internal/request.js"
import * as variable from "./internal/variable.js"
import * as wire_ from "./internal/wire.js"
import * as UserAssertion from "./UserAssertion.js"

/**
 * - `cloud`: default is the global service
 * - `tenantId`: the tenant of the users: its id, or one of its domains
 * - `clientId`: "Application (client) ID" of the service's app registration, for which the users' tokens are issued
 * - `authentication`: how the service proves who it is: `ClientAuthentication.secret`, an assertion, a certificate
 * - `additionallyAllowedTenants`: other tenants that a request may name; `"*"` is any
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId: string
  readonly clientId: string
  readonly authentication: ClientAuthentication.ClientAuthentication
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

const name = "OnBehalfOf"

/**
 * A credential that works on behalf of users. Fails with `CredentialMisconfigured` if an option cannot be right; nothing
 * is sent before the first `acquire`. That fails with
 *
 * - `InvalidTokenRequest` if it is not said who the user is
 * - `InteractionRequired` if the user has to act first; its `claims`, if there, are for the client that called the
 *   service: send it back a 401 with them
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
 * @since 0.1.0
 * @category Constructors
 */
export const make: (
  options: Options
) => Effect.Effect<Credential.Service, Credential.CredentialMisconfigured, HttpClient.HttpClient> = Effect.fnUntraced(
  function*(options: Options) {
    yield* options_.check(name, application.problems(options, { aliases: false }))
    const cloud = options.cloud ?? NationalCloud.global
    const { authentication, clientId, tenantId } = options
    const wire = yield* wire_.make(cloud)
    const holder: request_.Holder = { name, cloud, tenantId, tenants: options.additionallyAllowedTenants ?? [] }
    const invalid = (reason: string) =>
      new AuthError.InvalidTokenRequest({ credential: name, reason, diagnostics: AuthError.noDiagnostics })

    return Credential.Credential.of({
      name,
      cloud,
      tenantId,
      clientId,
      onBehalfOf: true,
      acquire: Effect.fn(`${name}.acquire`)(function*(request) {
        const resolved = yield* request_.resolve(holder, request)
        const assertion = request.userAssertion ?? (yield* UserAssertion.UserAssertion)
        if (assertion === undefined) {
          return yield* invalid(
            "it is not known who the user is: run the call with UserAssertion.provide, and the user's token"
          )
        }
        const problem = options_.tokenProblem(Redacted.value(assertion))
        if (problem !== undefined) return yield* invalid(`the user's token ${problem}`)
        const { accessToken } = yield* wire_.requestTokens(wire, {
          credential: name,
          tenantId: resolved.tenantId ?? tenantId,
          clientId,
          grantType: "urn:ietf:params:oauth:grant-type:jwt-bearer",
          parameters: {
            assertion: Redacted.value(assertion),
            requested_token_use: "on_behalf_of",
            scope: resolved.scopes.join(" "),
            ...(resolved.claimsParameter === undefined ? {} : { claims: resolved.claimsParameter })
          },
          authentication,
          secrets: [assertion]
        })
        return accessToken
      })
    })
  }
)

/**
 * A credential that works on behalf of users.
 *
 * @example
 * ```ts
 * import { ClientAuthentication, OnBehalfOf, TokenProvider, UserAssertion } from "@effect-msgraph/auth"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer, Redacted } from "effect"
 *
 * declare const secret: Redacted.Redacted<string>
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(OnBehalfOf.layer({
 *     tenantId: "contoso.onmicrosoft.com",
 *     clientId: "11111111-2222-3333-4444-555555555555",
 *     authentication: ClientAuthentication.secret(secret)
 *   })),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 *
 * // For each request that the service answers
 * export const handle = (bearer: string) =>
 *   Effect.flatMap(TokenProvider.TokenProvider, (tokens) => tokens.get()).pipe(
 *     UserAssertion.provide(Redacted.make(bearer))
 *   )
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
 * The options from `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`, and the cloud from
 * `NationalCloud.config`.
 * Other tenants come from `AZURE_ADDITIONALLY_ALLOWED_TENANTS`, with semicolons between them.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<Options> = Config.all({
  cloud: NationalCloud.config,
  tenantId: Config.nonEmptyString("AZURE_TENANT_ID"),
  clientId: Config.nonEmptyString("AZURE_CLIENT_ID"),
  authentication: Config.redacted(Config.nonEmptyString("AZURE_CLIENT_SECRET")).pipe(
    Config.mapOrFail((secret) => {
      const problem = options_.textProblem(Redacted.value(secret))
      return problem === undefined
        ? Either.right(ClientAuthentication.secret(secret))
        : Either.left(ConfigError.InvalidData(["AZURE_CLIENT_SECRET"], `AZURE_CLIENT_SECRET ${problem}`))
    })
  ),
  additionallyAllowedTenants: variable.additionallyAllowedTenants
})

/**
 * A credential that works on behalf of users, from the configuration: the variables that Azure users have, unless told
 * otherwise.
 *
 * @example
 * ```ts
 * import { ClientAuthentication, OnBehalfOf } from "@effect-msgraph/auth"
 * import { Config } from "effect"
 *
 * export const fromAzureVariables = OnBehalfOf.layerConfig()
 *
 * export const fromMyOwn = OnBehalfOf.layerConfig({
 *   tenantId: Config.string("HR_TENANT"),
 *   clientId: Config.string("HR_API"),
 *   authentication: Config.map(Config.redacted("HR_API_SECRET"), ClientAuthentication.secret)
 * })
 * ```
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
