/**
 * A job of GitHub Actions that proves itself with a token that GitHub issues to it: a pipeline without a secret.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as AuthError from "./AuthError.js"
import * as ClientAuthentication from "./ClientAuthentication.js"
import * as Credential from "./Credential.js"
import * as application from "./internal/application.js"
import * as federated from "./internal/federated.js"
import * as json from "./internal/json.js"
import * as options_ from "./internal/options.js"
import * as variable from "./internal/variable.js"
import * as wire_ from "./internal/wire.js"

/**
 * - `requestUrl`, `requestToken`: where the job asks for its token, and what with; GitHub gives them to the job
 * - `audience`: for whom the token is to be; default is the one that the cloud expects, `api://AzureADTokenExchange` for
 *   the global service. It must be an audience of the application's federated credential
 *
 * @since 0.1.0
 * @category Models
 */
export interface AuthenticationOptions {
  readonly requestUrl: string
  readonly requestToken: Redacted.Redacted<string>
  readonly audience?: string | undefined
}

/**
 * What a job has. `undefined` is what it was not given: the credential can be built, and fails with
 * `CredentialUnavailable` when asked for a token, so that a chain goes on.
 *
 * - `cloud`: default is the global service
 * - `tenantId`: the tenant's id, or one of its domains
 * - `clientId`: "Application (client) ID" of the app registration, or the client id of the managed identity
 * - `requestUrl`, `requestToken`: where the job asks for its token, and what with
 * - `audience`: for whom the token is to be; default is the one that the cloud expects
 * - `additionallyAllowedTenants`: other tenants that a request may name; `"*"` is any
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId: string | undefined
  readonly clientId: string | undefined
  readonly requestUrl: string | undefined
  readonly requestToken: Redacted.Redacted<string> | undefined
  readonly audience?: string | undefined
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

const name = "GitHubOidc"

const advice = "add \"permissions: id-token: write\" to the job"

/** What the portal of each cloud puts into a federated credential. */
const audienceOf = (cloud: NationalCloud.NationalCloud): string => {
  switch (cloud.name) {
    case "usgov":
    case "dod":
      return "api://AzureADTokenExchangeUSGov"
    case "china":
      return "api://AzureADTokenExchangeChina"
    default:
      return "api://AzureADTokenExchange"
  }
}

const urlProblem = (value: string): string | undefined => {
  if (!URL.canParse(value)) return "is not a URL"
  const url = new URL(value)
  if (url.protocol !== "https:" && !options_.isLoopbackHttp(url)) return "is not https"
  if (url.username !== "" || url.password !== "") return "has a user name or a password"
  return url.hash === "" ? undefined : "has a fragment"
}

/** The address has a query already, and is used as it is. */
const withAudience = (url: string, audience: string): string =>
  `${url}${url.includes("?") ? "&" : "?"}audience=${encodeURIComponent(audience)}`

const ask = (
  wire: wire_.Wire,
  options: AuthenticationOptions,
  about: ClientAuthentication.Audience
): Effect.Effect<Redacted.Redacted<string>, AuthError.AuthError> =>
  Effect.gen(function*() {
    const { clientId, credential, tenantId } = about
    const requestToken = Redacted.value(options.requestToken)
    const subject: wire_.Subject = {
      credential,
      authority: new URL(options.requestUrl).origin,
      tenantId,
      clientId,
      secrets: [requestToken]
    }
    const outcome = yield* wire_.send(
      wire.client,
      HttpClientRequest.get(withAudience(options.requestUrl, options.audience ?? audienceOf(about.cloud)), {
        headers: { accept: "application/json", authorization: `Bearer ${requestToken}` }
      })
    )
    if (outcome._tag === "Broken") return yield* Effect.failCause(outcome.cause)
    if (outcome._tag === "Unreached") {
      return yield* wire_.unreached(subject, outcome.code)
    }
    const { status } = outcome
    if (status === 200) {
      const token = json.parseObject(outcome.text)?.["value"]
      return typeof token === "string" && federated.isJwt(token)
        ? Redacted.make(token)
        : yield* wire_.malformed(subject, "it sent no token", status)
    }
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      return yield* federated.unavailable(
        credential,
        `GitHub gave the job no token: the job may have ended, or lack the permission; ${advice}`,
        { ...AuthError.noDiagnostics, status }
      )
    }
    return yield* wire_.readAnswer(subject, wire.policy, outcome, yield* Clock.currentTimeMillis)
  })

/**
 * The proof by a job's token, for credentials that act for users. A token is asked of GitHub for every request for a
 * token of Graph, and the request is repeated with it after a passing fault.
 *
 * @see https://docs.github.com/actions/reference/security/oidc
 * @since 0.1.0
 * @category Constructors
 */
export const authentication = (
  options: AuthenticationOptions
): Effect.Effect<
  ClientAuthentication.ClientAuthentication,
  Credential.CredentialMisconfigured,
  HttpClient.HttpClient
> =>
  Effect.gen(function*() {
    yield* options_.check(name, {
      requestUrl: urlProblem(options.requestUrl),
      requestToken: options_.tokenProblem(Redacted.value(options.requestToken)),
      audience: options.audience === undefined ? undefined : options_.textProblem(options.audience)
    })
    // Only its client and its policy are used: GitHub is no cloud.
    const wire = yield* wire_.make(NationalCloud.global)
    return ClientAuthentication.assertion((about) => ask(wire, options, about))
  })

/**
 * A credential of a job of GitHub Actions. Fails with `CredentialMisconfigured` if an option that is there cannot be
 * right; nothing is sent before the first `acquire`. That fails with `CredentialUnavailable` where an option is not
 * there, or GitHub refuses.
 *
 * The application needs a federated credential for the repository, and the job the permission `id-token: write`.
 *
 * @see https://docs.github.com/actions/reference/security/oidc
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust
 * @since 0.1.0
 * @category Constructors
 */
export const make = (
  options: Options
): Effect.Effect<Credential.Service, Credential.CredentialMisconfigured, HttpClient.HttpClient> => {
  const { audience, clientId, requestToken, requestUrl, tenantId } = options
  if (requestUrl === undefined || requestToken === undefined) {
    const missing = federated.missing({
      "requestUrl (ACTIONS_ID_TOKEN_REQUEST_URL)": requestUrl,
      "requestToken (ACTIONS_ID_TOKEN_REQUEST_TOKEN)": requestToken
    })
    return federated.absent(name, options, `${missing}: in GitHub Actions, ${advice}`)
  }
  if (tenantId === undefined || clientId === undefined) {
    const missing = federated.missing({
      "tenantId (AZURE_TENANT_ID)": tenantId,
      "clientId (AZURE_CLIENT_ID)": clientId
    })
    return federated.absent(name, options, missing)
  }
  return Effect.flatMap(
    authentication({ requestUrl, requestToken, audience }),
    (proof) => application.make(name, { ...options, tenantId, clientId }, proof)
  )
}

/**
 * A credential of a job of GitHub Actions. The `HttpClient` asks GitHub and the token endpoint; it must not add
 * credentials of its own.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (
  options: Options
): Layer.Layer<Credential.Credential, Credential.CredentialMisconfigured, HttpClient.HttpClient> =>
  Layer.effect(Credential.Credential, make(options))

/**
 * The options from `AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, and what GitHub gives to a job with the permission
 * `id-token: write`: `ACTIONS_ID_TOKEN_REQUEST_URL` and `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. The cloud is that of
 * `NationalCloud.config`.
 * Other tenants come from `AZURE_ADDITIONALLY_ALLOWED_TENANTS`, with semicolons between them.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<Options> = Config.all({
  cloud: NationalCloud.config,
  tenantId: variable.optional("AZURE_TENANT_ID"),
  clientId: variable.optional("AZURE_CLIENT_ID"),
  requestUrl: variable.optional("ACTIONS_ID_TOKEN_REQUEST_URL"),
  requestToken: variable.optionalSecret("ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
  additionallyAllowedTenants: variable.additionallyAllowedTenants
})

/**
 * A credential of a job of GitHub Actions, from the configuration: the variables of `config`, unless told otherwise.
 *
 * @example
 * ```ts
 * import { GitHubOidc, TokenProvider } from "@effect-msgraph/auth"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(GitHubOidc.layerConfig()),
 *   Layer.provide(FetchHttpClient.layer)
 * )
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
