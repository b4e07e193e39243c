/**
 * The identity that Azure gives to the machine, app or cluster that the program runs on. There is no secret to keep:
 * whoever can reach the endpoint gets the token.
 *
 * There are six such endpoints, and the variables that the platform sets tell which one is there. They are read when the
 * layer is built, once for each layer, in this order:
 *
 * - Service Fabric: `IDENTITY_ENDPOINT`, `IDENTITY_HEADER` and `IDENTITY_SERVER_THUMBPRINT`. It answers over TLS with a
 *   certificate of its own, which the `HttpClient` must be told to trust
 * - App Service, Functions, Container Apps: `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`
 * - Azure Machine Learning: `MSI_ENDPOINT` and `MSI_SECRET`
 * - Cloud Shell: `MSI_ENDPOINT` alone
 * - Azure Arc: `IDENTITY_ENDPOINT` and `IMDS_ENDPOINT`, or its agent is installed
 * - virtual machines, scale sets, AKS nodes: the metadata service (IMDS) at 169.254.169.254, or at
 *   `AZURE_POD_IDENTITY_AUTHORITY_HOST`
 *
 * None of them may be asked through a proxy: it would ask its own machine. Where the program's `HttpClient` uses one,
 * provide this layer with another that does not.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import type * as AccessToken from "./AccessToken.js"
import * as AuthError from "./AuthError.js"
import * as Credential from "./Credential.js"
import * as classify from "./internal/classify.js"
import * as digest from "./internal/digest.js"
import * as answer_ from "./internal/managedIdentity/answer.js"
import * as arc from "./internal/managedIdentity/arc.js"
import * as source_ from "./internal/managedIdentity/source.js"
import * as options_ from "./internal/options.js"
import * as request_ from "./internal/request.js"
import * as resource_ from "./internal/resource.js"
import * as scrub from "./internal/scrub.js"
import * as variable from "./internal/variable.js"
import * as wire_ from "./internal/wire.js"
import * as TokenPolicy from "./TokenPolicy.js"

/**
 * - `cloud`: default is the global service
 * - `clientId`, `objectId`, `resourceId`: at most one of them, for a user-assigned identity; none is the
 *   system-assigned one. Azure Machine Learning takes a `clientId` only; Arc, Cloud Shell and Service Fabric none
 * - `probe`: how long the metadata service of virtual machines may take to answer for the first time, before the
 *   credential is unavailable; default is 10 seconds. Choose 1 second in a chain, so that a laptop goes on soon
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly clientId?: string | undefined
  readonly objectId?: string | undefined
  readonly resourceId?: string | undefined
  readonly probe?: Duration.DurationInput | undefined
}

const name = "ManagedIdentity"

const problems = (options: Options): ReadonlyArray<{ readonly [option: string]: string | undefined }> => {
  const given = (["clientId", "objectId", "resourceId"] as const).filter((option) => options[option] !== undefined)
  const id = (value: string | undefined) => value === undefined ? undefined : options_.textProblem(value)
  return [
    {
      cloud: options_.cloudProblem(options.cloud ?? NationalCloud.global),
      clientId: id(options.clientId),
      objectId: id(options.objectId),
      resourceId: id(options.resourceId) ??
        (options.resourceId?.startsWith("/subscriptions/") === false
          ? "is not the id of an Azure resource, which begins with /subscriptions/"
          : undefined),
      probe: options_.durationProblem(options.probe)
    },
    given[1] === undefined ? {} : { [given[1]]: `is given besides ${given[0]}, and one alone names an identity` }
  ]
}

/** An update of the metadata service takes at most 70 seconds, Microsoft says. */
const update = { interval: 10_000, count: 8 }

/**
 * Does something again after a passing fault: of a service that is being updated at an even pace, of others with a
 * back-off of at least a second, as Microsoft advises.
 */
const retrying = <A>(
  policy: TokenPolicy.Policy,
  attempt: Effect.Effect<A, AuthError.AuthError>
): Effect.Effect<A, AuthError.AuthError> =>
  Effect.flatMap(Clock.currentTimeMillis, (startedAt) => {
    const deadline = startedAt + Duration.toMillis(policy.timeout)
    const first = Math.max(1000, Duration.toMillis(policy.backoff))
    const go = (faults: number, updates: number): Effect.Effect<A, AuthError.AuthError> =>
      Effect.catchAll(attempt, (error) =>
        Effect.gen(function*() {
          const updating = error.diagnostics.status === 410
          const left = updating ? update.count - updates : policy.retries - faults
          if (!AuthError.isTransient(error) || left <= 0 || policy.retries === 0) return yield* error
          const stated = classify.statedWait(error)
          const wait = stated !== undefined
            ? Duration.toMillis(stated)
            : updating
            ? update.interval
            : first * 2 ** faults * (yield* Random.nextRange(1, 1.2))
          if ((yield* Clock.currentTimeMillis) + wait >= deadline) return yield* error
          yield* Effect.sleep(wait)
          return yield* updating ? go(faults, updates + 1) : go(faults + 1, updates)
        }))
    return go(0, 0)
  })

/**
 * A credential of the managed identity of this machine. Fails with `CredentialMisconfigured` if the endpoint that is
 * there cannot serve the identity that was chosen; nothing is sent before the first `acquire`.
 *
 * `acquire` fails with `CredentialUnavailable` where there is no such endpoint or identity, and says what to do. While
 * the metadata service is being updated, for up to 70 seconds, it is asked again every 10 seconds for as long as
 * `TokenPolicy` lets it: raise its `timeout` above 70 seconds to sit out such an update.
 *
 * After a claims challenge, App Service and Service Fabric are told which token was refused. The other endpoints know of
 * no claims; where one gives the refused token again, `acquire` fails with `InteractionRequired`.
 *
 * @see https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity
 * @since 0.1.0
 * @category Constructors
 */
export const make: (
  options?: Options
) => Effect.Effect<
  Credential.Service,
  Credential.CredentialMisconfigured | ConfigError.ConfigError,
  HttpClient.HttpClient | FileSystem.FileSystem
> = Effect.fnUntraced(function*(options: Options = {}) {
  yield* Effect.forEach(problems(options), (some) => options_.check(name, some))
  const cloud = options.cloud ?? NationalCloud.global
  const probe = Duration.decode(options.probe ?? "10 seconds")
  const identity: source_.Identity = options
  const { folder, source } = yield* source_.detect(name, identity)
  const client = wire_.prepare(yield* HttpClient.HttpClient)
  const fileSystem = yield* FileSystem.FileSystem
  const policy = yield* TokenPolicy.TokenPolicy
  const holder: request_.Holder = { name, cloud, tenantId: undefined, tenants: ["*"] }
  const about = {
    credential: name,
    authority: source.endpoint.origin,
    tenantId: undefined,
    clientId: options.clientId
  }

  /** Whether the metadata service has ever answered: from then on, silence is a fault of its own. */
  let reached = source.kind !== "Imds"
  /** Of the last token for each resource, only what tells it from another. */
  const given = new Map<string, string>()

  const send = (request: HttpClientRequest.HttpClientRequest): Effect.Effect<wire_.Outcome> =>
    Effect.locallyWith(
      wire_.send(client, request),
      Headers.currentRedactedNames,
      (names) => [...names, ...source_.secretHeaders]
    )

  const ask = (request: HttpClientRequest.HttpClientRequest) =>
    Effect.flatMap(send(request), (outcome): Effect.Effect<wire_.Answer, AuthError.AuthError> => {
      switch (outcome._tag) {
        case "Answer":
          return Effect.succeed(outcome)
        case "Broken":
          return Effect.failCause(outcome.cause)
        case "Unreached":
          return Effect.fail(wire_.unreached(about, outcome.code))
      }
    })

  const absent = (what: string) =>
    new AuthError.CredentialUnavailable({
      credential: name,
      reason: `${source.title} at ${about.authority} ${what}; ` +
        `this is no machine of Azure, or a firewall or a proxy is in the way`,
      diagnostics: AuthError.noDiagnostics
    })

  /** Without the header and the query, so that nothing takes it for a request for a token. */
  const reach = Effect.suspend(() =>
    reached
      ? Effect.void
      : ask(HttpClientRequest.get(`${source.endpoint.origin}${source.endpoint.pathname}`)).pipe(
        Effect.mapError((error) =>
          absent(
            error._tag === "AuthorityUnavailable" && error.code !== undefined
              ? `cannot be reached (${error.code})`
              : "cannot be reached"
          )
        ),
        Effect.timeoutFail({
          duration: probe,
          onTimeout: () => absent(`did not answer within ${Duration.format(probe)}`)
        }),
        // Other clouds have a metadata service at the same address.
        Effect.filterOrFail(
          ({ status, text }) => status >= 500 || !/^\s*</.test(text),
          () => absent("answers with a page of something else")
        ),
        Effect.map(() => {
          reached = true
        })
      )
  )

  const attempt = (parameters: Readonly<Record<string, string>>) =>
    Effect.gen(function*() {
      const subject: wire_.Subject = { ...about, secrets: source.secrets.map(Redacted.value) }
      const request = source.request(parameters)
      const startedAt = yield* Clock.currentTimeMillis
      const answer = yield* ask(request)
      if (source.kind !== "Arc" || answer.status !== 401) {
        const now = yield* Clock.currentTimeMillis
        return yield* answer_.read({ source, identity, policy, subject }, answer, startedAt, now)
      }
      const key = yield* arc.readKey(fileSystem, subject, answer, folder)
      const second = yield* ask(arc.withKey(request, key))
      const now = yield* Clock.currentTimeMillis
      const secrets = [...subject.secrets, Redacted.value(key)]
      return yield* answer_.read(
        { source, identity, policy, subject: { ...subject, secrets } },
        second,
        startedAt,
        now
      )
    })

  const checkTenant = (token: AccessToken.AccessToken, tenantId: string | undefined) =>
    tenantId === undefined || token.tenantId === undefined || token.tenantId.toLowerCase() === tenantId.toLowerCase()
      ? Effect.void
      : Effect.fail(
        new AuthError.InvalidTokenRequest({
          credential: name,
          reason: "a managed identity has tokens of its own tenant only, and another was asked for",
          diagnostics: AuthError.noDiagnostics
        })
      )

  return Credential.Credential.of({
    name,
    cloud,
    tenantId: undefined,
    clientId: options.clientId,
    acquire: Effect.fn("ManagedIdentity.acquire")(function*(request) {
      const resolved = yield* request_.resolve(holder, request)
      yield* Effect.annotateCurrentSpan("managedIdentity.source", source.kind)
      // First, so that where there is no managed identity a chain goes on to who can do what this one cannot.
      yield* reach
      const resource = yield* resource_.fromScopes(name, resolved.scopes)
      if (resolved.tenantId !== undefined && !scrub.patterns.guid.test(resolved.tenantId)) {
        return yield* new AuthError.InvalidTokenRequest({
          credential: name,
          reason: "a managed identity knows its tenant by id only",
          diagnostics: AuthError.noDiagnostics
        })
      }
      const refused = resolved.claims === undefined ? undefined : given.get(resource)
      const token = yield* retrying(
        policy,
        attempt({
          resource,
          ...(source.revokes && refused !== undefined ? { token_sha256_to_refresh: refused } : {}),
          ...(source.revokes && request.cae === true ? { xms_cc: "cp1" } : {})
        })
      )
      yield* checkTenant(token, resolved.tenantId)
      const mark = yield* digest.sha256(token.token)
      if (mark === refused) {
        return yield* new AuthError.InteractionRequired({
          credential: name,
          claims: resolved.claims,
          diagnostics: AuthError.noDiagnostics
        })
      }
      if (given.size >= policy.capacity) given.clear()
      given.set(resource, mark)
      return token
    })
  })
})

/**
 * A credential of the managed identity of this machine.
 *
 * @example
 * ```ts
 * import { ManagedIdentity, TokenProvider } from "@effect-msgraph/auth"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * // Node's file system: NodeFileSystem.layer of @effect/platform-node
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(ManagedIdentity.layer({ clientId: "11111111-2222-3333-4444-555555555555" })),
 *   // One of its own, that uses no proxy
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (
  options: Options = {}
): Layer.Layer<
  Credential.Credential,
  Credential.CredentialMisconfigured | ConfigError.ConfigError,
  HttpClient.HttpClient | FileSystem.FileSystem
> => Layer.effect(Credential.Credential, make(options))

/**
 * The user-assigned identity of `AZURE_CLIENT_ID`, or without it the system-assigned one, and the cloud from
 * `NationalCloud.config`.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<Options> = Config.all({
  cloud: NationalCloud.config,
  clientId: variable.optional("AZURE_CLIENT_ID")
})

/**
 * A credential of the managed identity of this machine, from the configuration: `AZURE_CLIENT_ID`, unless told
 * otherwise.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = config
): Layer.Layer<
  Credential.Credential,
  ConfigError.ConfigError | Credential.CredentialMisconfigured,
  HttpClient.HttpClient | FileSystem.FileSystem
> => Layer.effect(Credential.Credential, Effect.flatMap(Config.unwrap(options), make))
