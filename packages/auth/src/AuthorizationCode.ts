/**
 * A person who signs in with a browser on this machine: the authorization code flow with PKCE. Who opens the browser, and
 * where it comes back to, is a service: on Node `LoopbackBrowser`, elsewhere one of your own. After the sign-in tokens
 * come without the person, for as long as it lasts; `TokenStore` keeps it beyond the end of the process.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as oauth from "oauth4webapi"
import * as AuthError from "./AuthError.js"
import * as ClientAuthentication from "./ClientAuthentication.js"
import * as Credential from "./Credential.js"
import * as application from "./internal/application.js"
import * as base64 from "./internal/base64.js"
import * as classify from "./internal/classify.js"
import * as json from "./internal/json.js"
import * as options_ from "./internal/options.js"
import * as scrub from "./internal/scrub.js"
import * as session_ from "./internal/session.js"
import * as variable from "./internal/variable.js"
import * as wire_ from "./internal/wire.js"
import * as TokenStore from "./TokenStore.js"

/**
 * No browser, or no way back from it. `reason` says why.
 *
 * @since 0.1.0
 * @category Errors
 */
export class BrowserUnavailable
  extends Schema.TaggedError<BrowserUnavailable>("@effect-msgraph/auth/BrowserUnavailable")(
    "BrowserUnavailable",
    { reason: Schema.String }
  )
{
  /** @since 0.1.0 */
  override get message(): string {
    return `A person cannot sign in with a browser here: ${this.reason}.`
  }
}

/**
 * The page that a person signs in on.
 *
 * - `url`: its address
 * - `state`: the value that the parameter `state` of the answer must have; anything else is not the answer, and is best
 *   paid no heed
 *
 * @since 0.1.0
 * @category Models
 */
export interface Page {
  readonly url: string
  readonly state: string
}

/**
 * The way of one sign-in.
 *
 * - `redirectUri`: where the browser comes back to; one of the app registration's
 * - `visit`: shows the page, and gives the parameters with which the browser comes back
 *
 * @since 0.1.0
 * @category Models
 */
export interface Visit {
  readonly redirectUri: string
  readonly visit: (page: Page) => Effect.Effect<URLSearchParams, BrowserUnavailable>
}

/**
 * A browser. `open` is run for each sign-in, and its scope is closed when that is over.
 *
 * @since 0.1.0
 * @category Context
 */
export class Browser extends Context.Tag("@effect-msgraph/auth/AuthorizationCode/Browser")<
  Browser,
  { readonly open: Effect.Effect<Visit, BrowserUnavailable, Scope.Scope> }
>() {}

/**
 * A browser that always comes back to the same address, to a program that is told about it by means of its own.
 *
 * @example
 * ```ts
 * import { AuthorizationCode } from "@effect-msgraph/auth"
 * import { Effect } from "effect"
 *
 * // What a desktop shell may offer
 * declare const showWindow: (url: string) => Promise<string>
 *
 * export const browser = AuthorizationCode.layerBrowser({
 *   redirectUri: "https://login.microsoftonline.com/common/oauth2/nativeclient",
 *   visit: ({ url }) => Effect.map(Effect.promise(() => showWindow(url)), (back) => new URL(back).searchParams)
 * })
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerBrowser = (visit: Visit): Layer.Layer<Browser> =>
  Layer.succeed(Browser, { open: Effect.succeed(visit) })

/**
 * - `cloud`: default is the global service
 * - `tenantId`: the tenant's id, one of its domains, or `organizations` or `common`
 * - `clientId`: "Application (client) ID" of the app registration, which must list the browser's redirect URI
 * - `scopes`: default is the one scope of the cloud, and `offline_access`, without which every token needs the person
 * - `account`: who is expected to sign in, for example `adele@contoso.com`: it is filled in on the page, and tells apart
 *   several people who share a `TokenStore`. The person may still sign in as somebody else
 * - `prompt`: makes the page ask for the password, for consent, or for the account, where it would not by itself
 * - `timeout`: how long the person has; default is 5 minutes. Then `InteractionRequired`
 * - `authentication`: how the application proves who it is; default is not at all, as a public client
 * - `additionallyAllowedTenants`: other tenants that a request may name; `"*"` is any
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId: string
  readonly clientId: string
  readonly scopes?: ReadonlyArray<string> | undefined
  readonly account?: string | undefined
  readonly prompt?: "login" | "consent" | "select_account" | undefined
  readonly timeout?: Duration.DurationInput | undefined
  readonly authentication?: ClientAuthentication.ClientAuthentication | undefined
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

const name = "AuthorizationCode"

/** The `nonce` that an id token repeats. */
const nonceOf = (idToken: Redacted.Redacted<string> | undefined): unknown => {
  const payload = idToken === undefined ? undefined : Redacted.value(idToken).split(".")[1]
  const text = payload === undefined ? undefined : base64.decode(payload)
  return text === undefined ? undefined : json.parseObject(text)?.["nonce"]
}

/**
 * A credential of a person who signs in with a browser. Fails with `CredentialMisconfigured` if an option cannot be
 * right; nothing is sent before the first `acquire`. That fails with
 *
 * - `AuthorizationDeclined` if the person declined
 * - `InteractionRequired` if the person did not sign in in time, or would have to and the request is `silent`
 * - `CredentialUnavailable` if there is no browser
 * - `InvalidTokenRequest` if what the browser came back with is not the answer to this sign-in
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 * @since 0.1.0
 * @category Constructors
 */
export const make: (
  options: Options
) => Effect.Effect<Credential.Service, Credential.CredentialMisconfigured, HttpClient.HttpClient | Browser> = Effect
  .fnUntraced(function*(options: Options) {
    const cloud = options.cloud ?? NationalCloud.global
    const { account, clientId, tenantId } = options
    yield* options_.check(name, {
      ...application.problems(options, { aliases: true }),
      scopes: session_.scopesProblem(options.scopes, cloud),
      account: account === undefined ? undefined : options_.textProblem(account),
      timeout: options_.durationProblem(options.timeout)
    })
    const timeout = Duration.decode(options.timeout ?? "5 minutes")
    const authentication = options.authentication ?? ClientAuthentication.none
    const browser = yield* Browser
    const wire = yield* wire_.make(cloud)
    const application_: oauth.Client = { client_id: clientId }

    const unavailable = ({ reason }: BrowserUnavailable) =>
      new AuthError.CredentialUnavailable({ credential: name, reason, diagnostics: AuthError.noDiagnostics })

    const signIn = Effect.fnUntraced(function*(wanted: session_.Wanted) {
      const endpoints = yield* session_.inTime({ name, cloud }, wire.policy.timeout)(
        wire_.retrying(wire.policy, wire_.endpoints(wire, { credential: name, tenantId: wanted.tenantId, clientId }))
      )
      const state = oauth.generateRandomState()
      const verifier = Redacted.make(oauth.generateRandomCodeVerifier())
      const challenge = yield* Effect.promise(() => oauth.calculatePKCECodeChallenge(Redacted.value(verifier)))
      const nonce = wanted.scope.split(" ").includes("openid") ? oauth.generateRandomNonce() : undefined
      const subject: wire_.Subject = {
        credential: name,
        authority: cloud.authority,
        tenantId: wanted.tenantId,
        clientId,
        secrets: [Redacted.value(verifier), state, ...(nonce === undefined ? [] : [nonce])]
      }

      const { answer, redirectUri } = yield* Effect.scoped(Effect.gen(function*() {
        const { redirectUri, visit } = yield* browser.open
        const url = new URL(endpoints.authorization)
        const parameters = {
          client_id: clientId,
          response_type: "code",
          response_mode: "query",
          redirect_uri: redirectUri,
          scope: wanted.scope,
          state,
          code_challenge: challenge,
          code_challenge_method: "S256",
          nonce,
          claims: wanted.claims,
          login_hint: account,
          prompt: options.prompt
        }
        for (const [name, value] of Object.entries(parameters)) {
          if (value !== undefined) url.searchParams.set(name, value)
        }
        const answer = yield* visit({ url: url.href, state })
        return { answer, redirectUri }
      })).pipe(
        Effect.mapError(unavailable),
        Effect.timeoutFail({
          duration: timeout,
          onTimeout: (): AuthError.AuthError =>
            new AuthError.InteractionRequired({ credential: name, diagnostics: AuthError.noDiagnostics })
        })
      )

      const code = yield* readAnswer(subject, answer, state)
      const tokens = yield* session_.inTime({ name, cloud }, wire.policy.timeout)(wire_.requestTokens(wire, {
        credential: name,
        tenantId: wanted.tenantId,
        clientId,
        grantType: "authorization_code",
        parameters: {
          code: Redacted.value(code),
          redirect_uri: redirectUri,
          code_verifier: Redacted.value(verifier),
          scope: wanted.scope,
          ...(wanted.claims === undefined ? {} : { claims: wanted.claims })
        },
        authentication,
        secrets: [code, verifier]
      }))
      return nonce === undefined || nonceOf(tokens.idToken) === nonce
        ? tokens
        : yield* wire_.malformed(subject, "its id token is missing, or is not that of this sign-in", 200)
    })

    /** The code that the browser came back with. */
    const readAnswer = (
      subject: wire_.Subject,
      answer: URLSearchParams,
      state: string
    ): Effect.Effect<Redacted.Redacted<string>, AuthError.AuthError> => {
      const expected = `${cloud.authority}/${subject.tenantId}/v2.0`
      const stated = answer.get("iss")
      // Behind an alias or a domain stands a tenant with an issuer of its own.
      const issuer = stated !== null && URL.canParse(stated) && new URL(stated).origin === cloud.authority
        ? stated
        : expected
      const invalid = new AuthError.InvalidTokenRequest({
        credential: name,
        reason: "what the browser came back with is not the answer to this sign-in",
        diagnostics: AuthError.noDiagnostics
      })
      return Effect.try({
        try: () => oauth.validateAuthResponse({ issuer }, application_, answer, state),
        catch: (error): AuthError.AuthError => {
          if (!(error instanceof oauth.AuthorizationResponseError)) return invalid
          const mentions = scrub.makeMentions(subject.secrets)
          const body = Object.fromEntries(answer)
          const diagnostics = classify.diagnostics(body, { status: undefined, traceId: undefined, mentions })
          return classify.fromOAuth(subject, {
            oauthError: error.error,
            claims: classify.requiredClaims(body, mentions),
            retryAfter: undefined,
            diagnostics
          })
        }
      }).pipe(Effect.flatMap((parameters) => {
        const code = parameters.get("code")
        return code === null || code === "" ? Effect.fail(invalid) : Effect.succeed(Redacted.make(code))
      }))
    }

    return yield* session_.make({
      ...options,
      name,
      cloud,
      authentication,
      wire,
      key: TokenStore.key({ cloud, tenantId, clientId, account }),
      signIn
    })
  })

/**
 * A credential of a person who signs in with a browser.
 *
 * @example
 * ```ts
 * import { AuthorizationCode, TokenProvider } from "@effect-msgraph/auth"
 * import { LoopbackBrowser } from "@effect-msgraph/auth/node"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(AuthorizationCode.layer({
 *     tenantId: "contoso.onmicrosoft.com",
 *     clientId: "11111111-2222-3333-4444-555555555555"
 *   })),
 *   Layer.provide(LoopbackBrowser.layer()),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (
  options: Options
): Layer.Layer<Credential.Credential, Credential.CredentialMisconfigured, HttpClient.HttpClient | Browser> =>
  Layer.effect(Credential.Credential, make(options))

/**
 * The options from `AZURE_TENANT_ID` (default is `organizations`) and `AZURE_CLIENT_ID`, and the cloud from
 * `NationalCloud.config`.
 * Other tenants come from `AZURE_ADDITIONALLY_ALLOWED_TENANTS`, with semicolons between them.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<Options> = Config.all({
  cloud: NationalCloud.config,
  tenantId: Config.withDefault(Config.nonEmptyString("AZURE_TENANT_ID"), "organizations"),
  clientId: Config.nonEmptyString("AZURE_CLIENT_ID"),
  additionallyAllowedTenants: variable.additionallyAllowedTenants
})

/**
 * A credential of a person who signs in with a browser, from the configuration.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = config
): Layer.Layer<
  Credential.Credential,
  ConfigError.ConfigError | Credential.CredentialMisconfigured,
  HttpClient.HttpClient | Browser
> => Layer.effect(Credential.Credential, Effect.flatMap(Config.unwrap(options), make))
