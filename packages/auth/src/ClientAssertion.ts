/**
 * An application that proves itself with an assertion that somebody else signs: another cloud's identity provider, a
 * key vault, a hardware module.
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
import type * as AuthError from "./AuthError.js"
import * as ClientAuthentication from "./ClientAuthentication.js"
import * as Credential from "./Credential.js"
import * as application from "./internal/application.js"
import * as federated from "./internal/federated.js"
import * as variable from "./internal/variable.js"

/**
 * Gives the assertion, a signed JWT, for one request for a token. It is run for every one of them, so it may keep what is
 * still good, and is given the audience, for those who sign it themselves.
 *
 * @since 0.1.0
 * @category Models
 */
export type GetAssertion = (
  audience: ClientAuthentication.Audience
) => Effect.Effect<Redacted.Redacted<string>, AuthError.AuthError>

/**
 * - `cloud`: default is the global service
 * - `tenantId`: the tenant's id, or one of its domains
 * - `clientId`: "Application (client) ID" of the app registration
 * - `assertion`: gives the assertion for a request for a token
 * - `additionallyAllowedTenants`: other tenants that a request may name; `"*"` is any
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId: string
  readonly clientId: string
  readonly assertion: GetAssertion
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

const name = "ClientAssertion"

const checked: (get: GetAssertion) => GetAssertion = (get) => (audience) =>
  Effect.filterOrFail(
    get(audience),
    (assertion) => federated.isJwt(Redacted.value(assertion)),
    () => federated.unavailable(audience.credential, "what the option assertion gave is not a signed JWT")
  )

/**
 * A credential of an assertion. Fails with `CredentialMisconfigured` if an option cannot be right; nothing is sent, and no
 * assertion asked for, before the first `acquire`. What `assertion` fails with, `acquire` fails with.
 *
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 * @since 0.1.0
 * @category Constructors
 */
export const make = (
  options: Options
): Effect.Effect<Credential.Service, Credential.CredentialMisconfigured, HttpClient.HttpClient> =>
  application.make(name, options, ClientAuthentication.assertion(checked(options.assertion)))

/**
 * A credential of an assertion. The `HttpClient` is used for the token endpoint only; it must not add credentials of its
 * own.
 *
 * @example
 * ```ts
 * import { AuthError, ClientAssertion, TokenProvider } from "@effect-msgraph/auth"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer, Redacted } from "effect"
 *
 * // For example of another cloud's metadata service
 * declare const identityToken: Effect.Effect<string, Error>
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(ClientAssertion.layer({
 *     tenantId: "contoso.onmicrosoft.com",
 *     clientId: "11111111-2222-3333-4444-555555555555",
 *     assertion: ({ credential }) =>
 *       identityToken.pipe(
 *         Effect.map(Redacted.make),
 *         Effect.mapError(() =>
 *           new AuthError.CredentialUnavailable({
 *             credential,
 *             reason: "this machine has no identity",
 *             diagnostics: AuthError.noDiagnostics
 *           })
 *         )
 *       )
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
 * The options that can come from the configuration: all but the assertion. One in a variable would have expired long
 * before the program ends; one in a file is for `WorkloadIdentity`.
 *
 * @since 0.1.0
 * @category Models
 */
export interface ConfigOptions extends Omit<Options, "assertion"> {}

/**
 * The options from `AZURE_TENANT_ID` and `AZURE_CLIENT_ID`, and the cloud from `NationalCloud.config`.
 * Other tenants come from `AZURE_ADDITIONALLY_ALLOWED_TENANTS`, with semicolons between them.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<ConfigOptions> = Config.all({
  cloud: NationalCloud.config,
  tenantId: Config.nonEmptyString("AZURE_TENANT_ID"),
  clientId: Config.nonEmptyString("AZURE_CLIENT_ID"),
  additionallyAllowedTenants: variable.additionallyAllowedTenants
})

/**
 * A credential of an assertion, with all else from the configuration.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerConfig = (
  assertion: GetAssertion,
  options: Config.Config.Wrap<ConfigOptions> = config
): Layer.Layer<
  Credential.Credential,
  ConfigError.ConfigError | Credential.CredentialMisconfigured,
  HttpClient.HttpClient
> =>
  Layer.effect(
    Credential.Credential,
    Effect.flatMap(Config.unwrap(options), (rest) => make({ ...rest, assertion }))
  )
