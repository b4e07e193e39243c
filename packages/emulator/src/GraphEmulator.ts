/**
 * Microsoft Graph's Lifecycle Workflows and its token endpoint, in memory.
 *
 * @since 0.1.0
 */
import * as LifecycleWorkflowsApi from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import type { LazyArg } from "effect/Function"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import type * as Fault from "./Fault.js"
import * as Authorize from "./internal/authorize.js"
import * as Batch from "./internal/batch.js"
import { applicationOf } from "./internal/clientAuthentication.js"
import * as Entra from "./internal/entra.js"
import * as Exchange from "./internal/exchange.js"
import * as Faults from "./internal/faults.js"
import * as Graph from "./internal/graph.js"
import * as InMemoryHttpClient from "./internal/httpClient.js"
import * as Jwt from "./internal/jwt.js"
import * as Routes from "./internal/routes.js"
import * as Scopes from "./internal/scopes.js"
import * as SignIns from "./internal/signIns.js"
import { claimsOf } from "./internal/tokens.js"
import * as Message from "./Message.js"
import * as RequestLog from "./RequestLog.js"
import * as Seed from "./Seed.js"
import type * as TaskFailure from "./TaskFailure.js"
import type * as Tenant from "./Tenant.js"
import * as Users from "./Users.js"

/**
 * The emulated service.
 *
 * @since 0.1.0
 * @category Context
 */
export class GraphEmulator extends Context.Tag("@effect-msgraph/emulator/GraphEmulator")<GraphEmulator, Service>() {}

/**
 * What the emulated service offers.
 *
 * - `cloud`: the cloud that it stands for
 * - `handle`: one HTTP exchange with Graph or with the authority
 * - `inject`: a fault for the next request, or for the next `times` requests that meet the target
 * - `clearFaults`: forgets the faults that have not happened yet
 * - `failTasks`: makes tasks fail, of the runs that are started from now on
 * - `clearTaskFailures`: forgets which tasks fail
 * - `users`: what the people do whom a program wants to sign in
 * - `revoke`: withdraws tokens. Graph refuses them from now on, with a claims challenge where the caller can handle one; refresh tokens
 *   are no good either. Tokens that are issued later are.
 * - `requests`: the requests so far, oldest first
 * - `requestCounts`: how many they were
 * - `events`: the requests from now on
 *
 * @since 0.1.0
 * @category Models
 */
export interface Service {
  readonly cloud: NationalCloud.NationalCloud
  readonly tenants: ReadonlyArray<Tenant.Tenant>
  readonly handle: (request: Message.Request) => Effect.Effect<Message.Response, Message.ConnectionFailure>
  readonly inject: (
    fault: Fault.Fault,
    options?: Fault.Target & { readonly times?: number | undefined }
  ) => Effect.Effect<void>
  readonly clearFaults: Effect.Effect<void>
  readonly failTasks: (rule?: TaskFailure.Rule) => Effect.Effect<void>
  readonly clearTaskFailures: Effect.Effect<void>
  readonly users: Users.Service
  readonly revoke: (whose?: Users.Revocation) => Effect.Effect<void>
  readonly requests: Effect.Effect<ReadonlyArray<RequestLog.Entry>>
  readonly requestCounts: Effect.Effect<RequestLog.Counts>
  readonly events: Stream.Stream<RequestLog.Entry>
}

/**
 * How the emulated service is set up.
 *
 * - `cloud`: the cloud that it stands for, by default the global one
 * - `tenants`: what it holds, by default the tenant of `Seed.demo`
 * - `pageSize`: members of one page of a list, by default 100
 * - `tokenLifetime`: by default 3599 seconds
 * - `caeTokenLifetime`: of tokens whose caller can handle claims challenges (`cp1`), by default 28 hours
 * - `clockSkew`: how many seconds the service's clock is ahead of Effect's, less than 0 if it is behind. By default 0. It shows in
 *   `Date`, in the times of tokens and in what is taken for expired; the log keeps to Effect's clock.
 * - `refuseReplays`: whether a client assertion is taken once only. Entra takes one as often as it comes, and so does the emulator by
 *   default.
 * - `signingKey`: key of the tokens' signatures, by default random
 * - `latency`: how long each answer takes, by default no time
 * - `logCapacity`: how many requests `requests` remembers, by default 10 000
 * - `processing`: how long runs take, and how often their tasks fail
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenants?: LazyArg<ReadonlyArray<Tenant.Tenant>> | undefined
  readonly pageSize?: number | undefined
  readonly tokenLifetime?: Duration.DurationInput | undefined
  readonly caeTokenLifetime?: Duration.DurationInput | undefined
  readonly clockSkew?: number | undefined
  readonly refuseReplays?: boolean | undefined
  readonly signingKey?: Redacted.Redacted<string> | undefined
  readonly latency?: Duration.DurationInput | undefined
  readonly logCapacity?: number | undefined
  readonly processing?: Processing | undefined
}

/**
 * How runs are processed. Time passes on Effect's clock.
 *
 * - `queueDuration`: how long a run is queued, by default 3 seconds
 * - `taskDuration`: how long a task takes for a user, by default 5 seconds; 0 ends runs as soon as they begin
 * - `failureRate`: the share of tasks that fail besides those that `failTasks` names, from 0 (the default) to 1; the same ones each time
 *
 * @since 0.1.0
 * @category Models
 */
export interface Processing {
  readonly queueDuration?: Duration.DurationInput | undefined
  readonly taskDuration?: Duration.DurationInput | undefined
  readonly failureRate?: number | undefined
}

/**
 * An emulated service.
 *
 * @example
 * ```ts
 * import { Fault, GraphEmulator } from "@effect-msgraph/emulator"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const emulator = yield* GraphEmulator.make({ pageSize: 10 })
 *   yield* emulator.inject(Fault.throttled(7), { operation: "workflows.runs.list", times: 2 })
 *   // ... run the code under test against it ...
 *   const { byStatus } = yield* emulator.requestCounts
 *   return byStatus["429"]
 * })
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (options: Options = {}): Effect.Effect<Service> =>
  Effect.gen(function*() {
    const cloud = options.cloud ?? NationalCloud.global
    const settings: Exchange.Settings = {
      cloud,
      tenants: options.tenants?.() ?? [Seed.demo()],
      pageSize: Math.max(1, Math.trunc(options.pageSize ?? 100)),
      tokenSeconds: Math.trunc(Duration.toSeconds(options.tokenLifetime ?? "3599 seconds")),
      caeTokenSeconds: Math.trunc(Duration.toSeconds(options.caeTokenLifetime ?? "28 hours")),
      clockSkew: Math.trunc((options.clockSkew ?? 0) * 1000),
      refuseReplays: options.refuseReplays ?? false,
      key: yield* Jwt.makeKey(options.signingKey),
      processing: {
        queue: Duration.toMillis(options.processing?.queueDuration ?? "3 seconds"),
        task: Duration.toMillis(options.processing?.taskDuration ?? "5 seconds"),
        failureRate: options.processing?.failureRate ?? 0,
        failures: []
      },
      states: new Map(),
      signIns: SignIns.make()
    }
    const routes = Routes.make(LifecycleWorkflowsApi.operations, cloud)
    const latency = Duration.decode(options.latency ?? 0)
    const latent = Duration.greaterThan(latency, Duration.zero)
    const faults = yield* Faults.make
    const log = yield* makeLog(options.logCapacity ?? 10_000)

    const endpointOf = (url: URL): RequestLog.Entry["endpoint"] =>
      (url.origin === cloud.authority ? Entra.endpointOf(url.pathname) : undefined) ??
        (url.origin === cloud.graphRoot ? "graph" : "unknown")

    const answer = (
      exchange: Exchange.Exchange,
      endpoint: Exclude<RequestLog.Entry["endpoint"], "unknown">,
      isBatch: boolean
    ) =>
      endpoint !== "graph"
        ? Entra.answer(settings, exchange)
        : isBatch
        ? Batch.answer(settings, exchange, handle)
        : Graph.answer(settings, routes, exchange)

    /** `item`: the request's id, where it came in a batch. */
    const handle = (
      request: Message.Request,
      item?: string
    ): Effect.Effect<Message.Response, Message.ConnectionFailure> =>
      Effect.gen(function*() {
        if (!URL.canParse(request.url)) return yield* unreachable("an address that is none", cloud)
        const url = new URL(request.url)
        const receivedAt = yield* Clock.currentTimeMillis
        const exchange = yield* Exchange.make(request, url, settings.clockSkew)
        const endpoint = endpointOf(url)
        const isBatch = endpoint === "graph" && item === undefined && Batch.isBatch(request.method, url.pathname)
        const operation = isBatch
          ? "$batch"
          : endpoint === "graph"
          ? Routes.find(routes, request.method, url.pathname)?.id
          : undefined
        const subject = { endpoint, operation, method: request.method, path: url.pathname }
        const fault = yield* Faults.take(faults, subject)
        const outcome = endpoint === "unknown"
          ? url.origin === cloud.authority ? Effect.succeed(nothingHere(exchange)) : unreachable(url.origin, cloud)
          : fault === undefined
          ? answer(exchange, endpoint, isBatch)
          : Faults.befall(fault, exchange, endpoint, answer(exchange, endpoint, isBatch))
        return yield* (latent && item === undefined ? Effect.delay(outcome, latency) : outcome).pipe(
          Effect.onExit((exit) =>
            Effect.flatMap(Clock.currentTimeMillis, (now) =>
              log.add({
                receivedAt,
                ...subject,
                path: RequestLog.withoutTokens(subject.path),
                query: RequestLog.shownQuery(request),
                headers: Object.keys(request.headers).sort(),
                clientRequestId: exchange.clientRequestId,
                application: Exit.isSuccess(exit) ? exit.value.application : undefined,
                status: Exit.isSuccess(exit) ? exit.value.response.status : undefined,
                fault: fault?._tag,
                item,
                milliseconds: now - receivedAt
              }))
          ),
          Effect.map((outcome) => outcome.response)
        )
      })

    return GraphEmulator.of({
      cloud,
      tenants: settings.tenants,
      handle: (request) => handle(request),
      inject: (fault, { times = 1, ...target } = {}) =>
        Ref.update(faults, (rules) => [...rules, { ...target, fault, times }]),
      clearFaults: Ref.set(faults, []),
      failTasks: (rule = {}) =>
        Effect.sync(() => {
          settings.processing.failures = [...settings.processing.failures, rule]
        }),
      clearTaskFailures: Effect.sync(() => {
        settings.processing.failures = []
      }),
      users: makeUsers(settings),
      revoke: ({ application, before, user } = {}) =>
        Effect.map(serviceTime(settings), (now) => {
          settings.signIns.revocations.push(
            before === undefined
              ? { application, user, at: now, number: settings.signIns.issued }
              : { application, user, at: DateTime.toEpochMillis(before), number: 0 }
          )
        }),
      requests: log.entries,
      requestCounts: log.counts,
      events: log.events
    })
  })

/** What the service's own clock says. */
const serviceTime = ({ clockSkew }: Exchange.Settings): Effect.Effect<number> =>
  Effect.map(Clock.currentTimeMillis, (now) => now + clockSkew)

const makeUsers = (settings: Exchange.Settings): Users.Service => {
  const { signIns } = settings
  const refuse = (reason: Users.SignInError["reason"]) => new Users.SignInError({ reason })
  const decide = (userCode: string, how: Parameters<typeof Authorize.decide>[3]) =>
    Effect.flatMap(
      serviceTime(settings),
      (now) => Either.mapLeft(Authorize.decide(settings, now, userCode, how), refuse)
    )
  return {
    approve: (userCode, options) => decide(userCode, { decline: false, user: options?.user }),
    decline: (userCode) =>
      userCode === undefined
        ? Effect.sync(() => {
          signIns.declines++
        })
        : decide(userCode, { decline: true }),
    waiting: Effect.map(
      serviceTime(settings),
      (now) => SignIns.waiting(signIns, now).map(({ userCode }) => userCode)
    ),
    token: (clientId, options) =>
      Effect.gen(function*() {
        const found = settings.tenants.map((tenant) => ({ tenant, application: applicationOf(tenant, clientId) }))
          .find(({ application }) => Either.isRight(application))
        if (found === undefined) return yield* refuse("UnknownApplication")
        const { tenant } = found
        const application = yield* Either.mapLeft(found.application, () => refuse("UnknownApplication"))
        const user = SignIns.userOf(tenant, options?.user)
        if (user === undefined) return yield* refuse("UnknownUser")
        const exchange = yield* Exchange.make(
          Message.request("POST", settings.cloud.authority),
          new URL(settings.cloud.authority),
          settings.clockSkew
        )
        const delegated = {
          audience: Scopes.audienceOf(application),
          scopes: [Scopes.ownApi],
          shown: [],
          offline: false
        }
        const claims = claimsOf(settings, exchange, {
          tenant,
          client: { application, proof: "none" },
          to: { _tag: "User", user, delegated, session: undefined }
        }, {
          issue: SignIns.nextIssue(signIns, exchange.now),
          lifetime: settings.tokenSeconds,
          challenges: false
        })
        return Redacted.make(yield* Jwt.sign(settings.key, claims))
      })
  }
}

const unreachable = (what: string, cloud: NationalCloud.NationalCloud) =>
  Effect.fail(
    new Message.ConnectionFailure({
      reason: `Nothing answers at ${what}: the emulator is ${cloud.graphRoot} and ${cloud.authority}, and nothing else`
    })
  )

/** What a web server says of a path that it does not have. */
const nothingHere = (exchange: Exchange.Exchange): Graph.Outcome => ({
  application: undefined,
  response: { status: 404, headers: { date: Exchange.httpDate(exchange.now) }, body: "" }
})

const makeLog = (capacity: number) =>
  Effect.gen(function*() {
    // The oldest entries make room for new ones; whoever watches too slowly misses some, and holds nobody up.
    const entries: Array<RequestLog.Entry> = []
    const counts = yield* Ref.make(RequestLog.noRequests)
    const pubsub = yield* PubSub.sliding<RequestLog.Entry>(capacity)
    return {
      add: (entry: Omit<RequestLog.Entry, "number">) =>
        Effect.flatMap(
          Ref.modify(counts, (counts) => {
            const numbered = { number: counts.total + counts.batched + 1, ...entry }
            return [numbered, RequestLog.count(counts, numbered)]
          }),
          (numbered) => {
            entries.push(numbered)
            if (entries.length > capacity) entries.shift()
            return PubSub.publish(pubsub, numbered)
          }
        ),
      entries: Effect.sync(() => entries.slice()),
      counts: Ref.get(counts),
      events: Stream.fromPubSub(pubsub)
    }
  })

/**
 * The emulated service, for programs that want to look into it or to make it fail.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (options?: Options): Layer.Layer<GraphEmulator> => Layer.effect(GraphEmulator, make(options))

/**
 * An `HttpClient` whose network is the emulated service. Requests to any other origin fail as those to an unreachable host do.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerHttpClient: Layer.Layer<HttpClient.HttpClient, never, GraphEmulator> = /*#__PURE__*/ Layer.effect(
  HttpClient.HttpClient,
  Effect.map(GraphEmulator, (emulator) => InMemoryHttpClient.make(emulator.handle))
)

/**
 * The emulated service, and an `HttpClient` whose network it is: the one layer that takes the network's place in a test.
 *
 * @example
 * ```ts
 * import { NationalCloud } from "@effect-msgraph/domain"
 * import { GraphEmulator } from "@effect-msgraph/emulator"
 * import { HttpClient } from "@effect/platform"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const response = yield* HttpClient.get(`${NationalCloud.global.graphRoot}/v1.0/identityGovernance`)
 *   return response.status // 401: there was no token
 * })
 *
 * Effect.runPromise(program.pipe(Effect.provide(GraphEmulator.layerInMemory())))
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerInMemory = (options?: Options): Layer.Layer<HttpClient.HttpClient | GraphEmulator> =>
  Layer.provideMerge(layerHttpClient, layer(options))
