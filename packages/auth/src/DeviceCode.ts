/**
 * A person who signs in on another device: the program shows a code, and the person enters it on a page of the authority,
 * on a phone or a laptop. For terminals without a browser of their own. After that tokens come without the person, for as
 * long as the sign-in lasts; `TokenStore` keeps it beyond the end of the process.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as oauth from "oauth4webapi"
import * as AuthError from "./AuthError.js"
import * as ClientAuthentication from "./ClientAuthentication.js"
import * as Credential from "./Credential.js"
import * as application from "./internal/application.js"
import * as classify from "./internal/classify.js"
import * as options_ from "./internal/options.js"
import * as session_ from "./internal/session.js"
import * as variable from "./internal/variable.js"
import * as wire_ from "./internal/wire.js"
import * as TokenStore from "./TokenStore.js"

/**
 * What the person has to be told.
 *
 * - `userCode`: to be entered on the page
 * - `verificationUri`: the page
 * - `verificationUriComplete`: the page with the code in it, for a link or a QR code; not every authority gives one
 * - `expiresAt`: when the code ends
 * - `message`: all of that in a sentence
 *
 * @since 0.1.0
 * @category Models
 */
export interface Prompt {
  readonly userCode: string
  readonly verificationUri: string
  readonly verificationUriComplete: string | undefined
  readonly expiresAt: DateTime.Utc
  readonly message: string
}

/**
 * - `cloud`: default is the global service
 * - `tenantId`: the tenant's id, one of its domains, or `organizations` or `common`
 * - `clientId`: "Application (client) ID" of an app registration that allows public client flows
 * - `prompt`: tells the person; the wait for the code begins when it is done. Default prints `message` to standard error
 * - `scopes`: default is the one scope of the cloud, and `offline_access`, without which every token needs the person
 * - `account`: tells apart several people who share a `TokenStore`; any text of yours
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
  readonly prompt?: ((prompt: Prompt) => Effect.Effect<void>) | undefined
  readonly scopes?: ReadonlyArray<string> | undefined
  readonly account?: string | undefined
  readonly authentication?: ClientAuthentication.ClientAuthentication | undefined
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

const name = "DeviceCode"

// RFC 8628, sections 3.2 and 3.5.
const defaultInterval = 5_000
const slowDown = 5_000
const maxPause = 60_000
const maxLife = 24 * 3_600_000

interface Started {
  readonly deviceCode: Redacted.Redacted<string>
  readonly prompt: Prompt
  readonly interval: number
  readonly deadline: number
}

/** An address that a person may be sent to. */
const page = (value: string): boolean =>
  /^[\x21-\x7e]{1,2048}$/.test(value) && URL.canParse(value) &&
  (new URL(value).protocol === "https:" || options_.isLoopbackHttp(new URL(value)))

/**
 * A credential of a person who signs in with a code. Fails with `CredentialMisconfigured` if an option cannot be right;
 * nothing is sent before the first `acquire`. That fails with
 *
 * - `DeviceCodeExpired` if nobody entered the code in time
 * - `AuthorizationDeclined` if the person declined
 * - `InteractionRequired` if the request is `silent` and the person would have to sign in
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
 * @since 0.1.0
 * @category Constructors
 */
export const make: (
  options: Options
) => Effect.Effect<Credential.Service, Credential.CredentialMisconfigured, HttpClient.HttpClient> = Effect.fnUntraced(
  function*(options: Options) {
    const cloud = options.cloud ?? NationalCloud.global
    const { account, clientId, tenantId } = options
    yield* options_.check(name, {
      ...application.problems(options, { aliases: true }),
      scopes: session_.scopesProblem(options.scopes, cloud),
      account: account === undefined ? undefined : options_.textProblem(account)
    })
    const authentication = options.authentication ?? ClientAuthentication.none
    const tell = options.prompt ?? ((prompt: Prompt) => Console.error(prompt.message))
    const wire = yield* wire_.make(cloud)
    const once: wire_.Wire = { ...wire, policy: { ...wire.policy, retries: 0 } }

    const start = Effect.fnUntraced(function*(wanted: session_.Wanted) {
      const about = { credential: name, cloud, tenantId: wanted.tenantId, clientId }
      const endpoints = yield* wire_.endpoints(wire, about)
      const proof = yield* authentication.prove({ ...about, tokenEndpoint: endpoints.token })
      const startedAt = yield* Clock.currentTimeMillis
      const subject: wire_.Subject = {
        ...about,
        authority: cloud.authority,
        secrets: proof.secrets.map(Redacted.value)
      }
      const server: oauth.AuthorizationServer = {
        issuer: `${cloud.authority}/${wanted.tenantId}/v2.0`,
        device_authorization_endpoint: endpoints.deviceAuthorization
      }
      const application: oauth.Client = { client_id: clientId }
      const parameters: Record<string, string> = {
        scope: wanted.scope,
        ...(wanted.claims === undefined ? {} : { claims: wanted.claims })
      }
      const answer = yield* wire_.exchange(wire, subject, endpoints.deviceAuthorization, async (bridge) => {
        const response = await oauth.deviceAuthorizationRequest(server, application, proof.method, parameters, bridge)
        const { status } = response
        return await oauth.processDeviceAuthorizationResponse(server, application, response).catch((error) => {
          if (status === 200) return undefined
          throw error
        })
      })
      if (answer === undefined) {
        return yield* wire_.malformed(subject, "a field of its answer to a request for a device code is missing", 200)
      }
      const { user_code: userCode, verification_uri: uri, verification_uri_complete: complete } = answer
      // Both are shown to a person, perhaps in a terminal.
      if (!/^[\x20-\x7e]{1,64}$/.test(userCode) || !page(uri)) {
        return yield* wire_.malformed(subject, "the code or the page that it names is none that can be shown", 200)
      }
      const deadline = startedAt + Math.min(answer.expires_in * 1000, maxLife)
      const started: Started = {
        deviceCode: Redacted.make(answer.device_code),
        prompt: {
          userCode,
          verificationUri: uri,
          verificationUriComplete: complete !== undefined && page(complete) ? complete : undefined,
          expiresAt: DateTime.unsafeMake(deadline),
          message: `To sign in, open ${uri} in a browser and enter the code ${userCode}.`
        },
        interval: answer.interval === undefined ? defaultInterval : answer.interval * 1000,
        deadline
      }
      return started
    })

    /** Asks until the person has answered, or the code ends. */
    const poll = Effect.fnUntraced(function*(wanted: session_.Wanted, { deadline, deviceCode, ...started }: Started) {
      const ask = wire_.requestTokens(once, {
        credential: name,
        tenantId: wanted.tenantId,
        clientId,
        grantType: "urn:ietf:params:oauth:grant-type:device_code",
        parameters: {
          device_code: Redacted.value(deviceCode),
          ...(wanted.claims === undefined ? {} : { claims: wanted.claims })
        },
        authentication,
        secrets: [deviceCode]
      })
      const left = Effect.map(Clock.currentTimeMillis, (now) => deadline - now)
      let interval = started.interval
      let pause = interval
      while (true) {
        yield* Effect.sleep(Math.max(0, Math.min(pause, yield* left)))
        const time = Math.min(Duration.toMillis(wire.policy.timeout), yield* left)
        if (time <= 0) {
          return yield* new AuthError.DeviceCodeExpired({ credential: name, diagnostics: AuthError.noDiagnostics })
        }
        const outcome = yield* Effect.either(session_.inTime({ name, cloud }, Duration.millis(time))(ask))
        if (outcome._tag === "Right") return outcome.right
        const error = outcome.left
        const { oauthError } = error.diagnostics
        const stated = Duration.toMillis(classify.statedWait(error) ?? Duration.zero)
        if (error._tag === "AuthorityUnavailable") {
          pause = Math.max(stated, Math.min(pause * 2, maxPause), interval)
        } else if (error._tag === "TokenThrottled" || oauthError === "slow_down") {
          interval += slowDown
          pause = Math.max(stated, interval)
        } else if (oauthError === "authorization_pending") {
          pause = interval
        } else {
          return yield* error
        }
      }
    })

    return yield* session_.make({
      ...options,
      name,
      cloud,
      authentication,
      wire,
      key: TokenStore.key({ cloud, tenantId, clientId, account }),
      signIn: (wanted) =>
        Effect.gen(function*() {
          const started = yield* session_.inTime({ name, cloud }, wire.policy.timeout)(
            wire_.retrying(wire.policy, start(wanted))
          )
          yield* tell(started.prompt)
          return yield* poll(wanted, started)
        })
    })
  }
)

/**
 * A credential of a person who signs in with a code.
 *
 * @example
 * ```ts
 * import { DeviceCode, TokenProvider } from "@effect-msgraph/auth"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Console, Layer } from "effect"
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(DeviceCode.layer({
 *     tenantId: "contoso.onmicrosoft.com",
 *     clientId: "11111111-2222-3333-4444-555555555555",
 *     prompt: ({ userCode, verificationUri }) => Console.log(`${verificationUri}: ${userCode}`)
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
 * A credential of a person who signs in with a code, from the configuration.
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
