/**
 * An application that proves itself with a client secret.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as ClientAuthentication from "./ClientAuthentication.js"
import * as Credential from "./Credential.js"
import * as application from "./internal/application.js"
import * as options_ from "./internal/options.js"
import * as variable from "./internal/variable.js"

/**
 * - `cloud`: default is the global service
 * - `tenantId`: the tenant's id, or one of its domains
 * - `clientId`: "Application (client) ID" of the app registration
 * - `clientSecret`: the value of the secret, not its id
 * - `additionallyAllowedTenants`: other tenants that a request may name; `"*"` is any
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted<string>
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

const name = "ClientSecret"

/**
 * A credential of a client secret. Fails with `CredentialMisconfigured` if an option cannot be right; nothing is sent
 * before the first `acquire`.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make: (
  options: Options
) => Effect.Effect<Credential.Service, Credential.CredentialMisconfigured, HttpClient.HttpClient> = (options) =>
  Effect.zipRight(
    options_.check(name, { clientSecret: options_.textProblem(Redacted.value(options.clientSecret)) }),
    application.make(name, options, ClientAuthentication.secret(options.clientSecret))
  )

/**
 * A credential of a client secret. The `HttpClient` is used for the token endpoint only; it must not add credentials of
 * its own.
 *
 * @example
 * ```ts
 * import { ClientSecret, TokenProvider } from "@effect-msgraph/auth"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer, Redacted } from "effect"
 *
 * declare const secret: Redacted.Redacted<string>
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(ClientSecret.layer({
 *     tenantId: "contoso.onmicrosoft.com",
 *     clientId: "11111111-2222-3333-4444-555555555555",
 *     clientSecret: secret
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
  clientSecret: Config.redacted(Config.nonEmptyString("AZURE_CLIENT_SECRET")),
  additionallyAllowedTenants: variable.additionallyAllowedTenants
})

/**
 * A credential of a client secret, from the configuration: the variables that Azure users have, unless told otherwise.
 *
 * @example
 * ```ts
 * import { ClientSecret } from "@effect-msgraph/auth"
 * import { Config } from "effect"
 *
 * export const fromAzureVariables = ClientSecret.layerConfig()
 *
 * export const fromMyOwn = ClientSecret.layerConfig({
 *   tenantId: Config.string("HR_TENANT"),
 *   clientId: Config.string("HR_APP"),
 *   clientSecret: Config.redacted("HR_SECRET")
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
