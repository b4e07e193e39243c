import type * as AccessToken from "@effect-msgraph/auth/AccessToken"
import * as Operation from "@effect-msgraph/domain/Operation"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Record from "effect/Record"
import * as Redacted from "effect/Redacted"
import * as Request from "effect/Request"
import * as RequestResolver from "effect/RequestResolver"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import type { Item, Items, Settings } from "../Batch.js"
import { Batching } from "../Batch.js"
import type * as GraphError from "../GraphError.js"
import { RetryPolicy } from "../RetryPolicy.js"
import type { Policy } from "../RetryPolicy.js"
import * as Throttle from "../Throttle.js"
import * as Answer from "./answer.js"
import * as Batch from "./batch.js"
import { Abandoned } from "./batchAbandoned.js"
import * as BatchAnswer from "./batchAnswer.js"
import * as BatchPlan from "./batchPlan.js"
import { clockOf, monotonic, monotonicMillis } from "./clock.js"
import { inContext } from "./context.js"
import { BatchOverrides, inForce, Overrides } from "./overrides.js"
import * as Pipeline from "./pipeline.js"
import { workloadOf } from "./workload.js"

/** A request that travels with others, and what it was issued under. */
interface Traveller {
  readonly operation: Operation.Any
  readonly request: Pipeline.Outgoing
  readonly context: Context.Context<never>
  readonly settings: Settings
  readonly policy: Policy
  /** Milliseconds of the call's time that are left: it has waited for its token, and for others in a window. */
  readonly left: number
  /** Who asks. Whatever it depends on, those who would ask with different tokens do not travel together. */
  readonly token: AccessToken.AccessToken
}

/** Tells a traveller what has become of its request. */
type Done = (traveller: Traveller, exit: Exit.Exit<Pipeline.Received, GraphError.GraphError>) => Effect.Effect<void>

interface Call extends Request.Request<Pipeline.Received, GraphError.GraphError>, Traveller {}

const Call = Request.of<Call>()

/** One of those that wait for each other, and since when it does. */
interface Member extends Traveller {
  readonly result: Deferred.Deferred<Pipeline.Received, GraphError.GraphError>
  readonly joined: number
}

/** Some that wait for each other. */
interface Group {
  readonly members: Array<Member>
  readonly full: Deferred.Deferred<void>
  fiber: Fiber.RuntimeFiber<void> | undefined
  left: number
}

/** What the caller may set for a call: requests for which it differs do not travel together. */
const callSettings = [
  RetryPolicy.key,
  Overrides.key,
  FetchHttpClient.RequestInit.key,
  Throttle.Priority.key,
  Abandoned.key
]

/** What a batch takes over from the first of its travellers: all but what is that one's own. */
const shared = (context: Context.Context<never>): Context.Context<never> => {
  const services = new Map(context.unsafeMap)
  services.delete(Tracer.ParentSpan.key)
  services.delete(Scope.Scope.key)
  return Context.unsafeMake(services)
}

const spanOf = (context: Context.Context<never>): Tracer.AnySpan | undefined =>
  context.unsafeMap.get(Tracer.ParentSpan.key)

const names = new WeakMap<object, string>()
let unnamed = 0

/** A name of a value: the same for plain settings that say the same, of anything else its own. */
const nameOf = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return String(value)
  let name = names.get(value)
  if (name === undefined) {
    const isPlain = Object.getPrototypeOf(value) === Object.prototype &&
      Object.values(value).every((field) =>
        typeof field === "number" || typeof field === "string" || typeof field === "boolean" ||
        Duration.isDuration(field)
      )
    name = isPlain ? JSON.stringify(value) : `#${unnamed++}`
    names.set(value, name)
  }
  return name
}

const isRead = (operation: Operation.Any): boolean => operation.method === "GET"

const whole = (value: number, least: number, most: number): number =>
  Number.isNaN(value) ? least : Math.max(least, Math.min(most, Math.trunc(value)))

const limitsOf = ({ concurrency, maxSize }: Settings): Batch.Limits => ({
  size: whole(maxSize, 1, Batch.limit),
  concurrency: whole(concurrency, 1, Number.MAX_SAFE_INTEGER)
})

/**
 * Whether the fiber is in a `forEach` (or the like) with `batching: true`. Effect has no public way to ask, and to hand every call to
 * a resolver, for it to find out that there is but one, would make each of them slower.
 */
const isBatching = (fiber: Fiber.RuntimeFiber<any, any>): boolean => {
  const { _steps: steps } = fiber as unknown as { readonly _steps?: ReadonlyArray<unknown> }
  return steps !== undefined && steps.length > 0
}

/** A failure as a request. */
interface Failed extends Request.Request<never, GraphError.GraphError> {
  readonly cause: Cause.Cause<GraphError.GraphError>
}

const Failed = Request.of<Failed>()

const failing = RequestResolver.makeBatched((failures: ReadonlyArray<Failed>) =>
  Effect.forEach(failures, (failed) => Request.failCause(failed, failed.cause), { discard: true })
)

/**
 * Lets a call that fails within a `forEach` with `batching` fail by a request, whatever it fails of. Effect 3 does not come to the end of
 * such a `forEach` one after another where the first fails by itself.
 */
export const failByRequest = <A>(effect: Effect.Effect<A, GraphError.GraphError>) =>
  Effect.withFiberRuntime<A, GraphError.GraphError>((fiber) =>
    isBatching(fiber)
      ? Effect.catchAllCause(
        effect,
        (cause) => Effect.withRequestCaching(Effect.request(Failed({ cause }), failing), false)
      )
      : effect
  )

/** The time of a call was over before it was sent. */
const timedOut = (operation: Operation.Any, policy: Policy) =>
  Pipeline.timedOut({ operation, policy, mayHaveActed: false, clientRequestId: undefined }, "call")

/**
 * How much of its time a call has left: all or more than a half, more than a quarter, and so on. A batch ends with the first of its
 * calls, so those that have waited long for a token travel apart from those that have not.
 */
const halvings = ({ left, policy }: Traveller): number =>
  Math.floor(Math.log2(Duration.toMillis(policy.totalTimeout) / left))

/** What an item asks for, or why it cannot be asked; and its answer, read. */
export interface Codec {
  readonly prepare: (item: Item<unknown>) => Either.Either<Pipeline.Outgoing, GraphError.GraphError>
  readonly read: (item: Item<unknown>, received: Pipeline.Received) => Either.Either<unknown, GraphError.GraphError>
}

const nothing: Pipeline.Outgoing = { url: "", headers: {}, body: undefined }

const outside = ({ operation }: Item<unknown>) =>
  new Operation.InvalidRequest({
    operation: operation.id,
    field: "dependsOn",
    reason: "it depends on a request that is not in the batch"
  })

export const make = (pipeline: Effect.Effect.Success<typeof Pipeline.make>, layerSettings: Settings) => {
  const { getToken, inTime, policyIn, send } = pipeline
  const run = Batch.make(pipeline)

  const settingsIn = (context: Context.Context<never>): Settings =>
    inForce(context, { whole: Batching, parts: BatchOverrides }, layerSettings)

  const keyOf = (traveller: Traveller): string => {
    const { context, operation, settings, token } = traveller
    const { concurrency, size } = limitsOf(settings)
    return [
      Redacted.value(token.token),
      size,
      concurrency,
      halvings(traveller),
      workloadOf(operation),
      operation.idempotent,
      ...callSettings.map((key) => nameOf(context.unsafeMap.get(key)))
    ].join(" ")
  }

  /** Sends those that are alike: each in a batch, the same ones once, and one that is left alone by itself. */
  const sendAlike = (
    travellers: ReadonlyArray<Traveller>,
    done: Done
  ): Effect.Effect<void> => {
    const parts: Array<Batch.Part> = []
    const askers: Array<Array<Traveller>> = []
    const places = new Map<string, number>()
    for (const traveller of travellers) {
      const { context, operation, request } = traveller
      const part: Batch.Part = { operation, request, parents: [], name: "", span: spanOf(context) }
      const key = Batch.keyOf(part)
      const place = key === undefined ? undefined : places.get(key)
      if (place !== undefined) {
        askers[place]!.push(traveller)
        continue
      }
      if (key !== undefined) places.set(key, parts.length)
      parts.push(part)
      askers.push([traveller])
    }
    const { context, policy, settings } = travellers[0]!
    const limits = limitsOf(settings)
    const rest = { ...policy, totalTimeout: travellers.reduce((least, { left }) => Math.min(least, left), Infinity) }
    /** An error tells of the time that the call had, not of what was left of it. */
    const own = (error: GraphError.GraphError, operation: Operation.Any) =>
      error._tag === "Timeout" && error.scope === "call"
        ? BatchAnswer.shareOf(error, operation, Duration.decode(policy.totalTimeout))
        : error
    const finish = (index: number, result: Batch.Result) =>
      Effect.forEach(askers[index]!, (traveller) =>
        Either.isRight(result)
          ? done(traveller, Exit.succeed(result.right))
          // Each fails where it asked, so that the error names its span.
          : Effect.fail(own(result.left, traveller.operation)).pipe(
            inContext(traveller.context),
            Effect.exit,
            Effect.flatMap((exit) => done(traveller, exit))
          ), { discard: true })
    const abandoned = context.unsafeMap.get(Abandoned.key) as typeof Abandoned.Service
    const sent = parts.length === 1
      ? Effect.either(send(parts[0]!.operation, parts[0]!.request)).pipe(
        Effect.flatMap((result) => finish(0, result)),
        inContext(Context.add(context, RetryPolicy, rest))
      )
      : Effect.contextWithEffect((around: Context.Context<never>) => {
        const span = spanOf(around)
        const own = shared(context)
        return inContext(span === undefined ? own : Context.add(own, Tracer.ParentSpan, span))(
          run(parts, limits, rest, finish)
        )
      })
    return abandoned === undefined ? sent : Effect.raceFirst(sent, Deferred.await(abandoned))
  }

  const sendAll = (
    travellers: ReadonlyArray<Traveller>,
    done: Done
  ): Effect.Effect<void> => {
    const alike = new Map<string, Array<Traveller>>()
    const late = travellers.filter(({ left }) => left <= 0)
    for (const traveller of travellers) {
      if (traveller.left <= 0) continue
      const key = keyOf(traveller)
      const group = alike.get(key)
      if (group === undefined) alike.set(key, [traveller])
      else group.push(traveller)
    }
    return Effect.zipRight(
      Effect.forEach(late, (each) => done(each, Exit.fail(timedOut(each.operation, each.policy))), { discard: true }),
      Effect.forEach(alike.values(), (group) => sendAlike(group, done), { concurrency: "unbounded", discard: true })
    )
  }

  const resolver = RequestResolver.makeBatched((calls: ReadonlyArray<Call>) =>
    sendAll(calls, (call, exit) => Request.complete(call as Call, exit))
  )

  let open: Group | undefined

  /** Sends a group when it is full, or its time is over. */
  const depart = (group: Group, window: Duration.DurationInput): Effect.Effect<void> =>
    Effect.zipRight(
      Effect.timeoutOption(Deferred.await(group.full), window),
      Effect.clockWith((clock) => {
        if (open === group) open = undefined
        const now = monotonic(clock)
        return sendAll(
          group.members.map((member) => ({ ...member, left: member.left - (now - member.joined) })),
          (member, exit) => Deferred.done((member as Member).result, exit)
        )
      })
    )

  /** Waits for others to travel with. When none of a group waits any longer, it does not travel. */
  const join = (traveller: Traveller, window: Duration.DurationInput) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function*() {
        const result = yield* Deferred.make<Pipeline.Received, GraphError.GraphError>()
        const group: Group = open ?? { members: [], full: yield* Deferred.make<void>(), fiber: undefined, left: 0 }
        const member: Member = { ...traveller, result, joined: yield* monotonicMillis }
        group.members.push(member)
        group.left++
        if (open === undefined) {
          open = group
          group.fiber = yield* depart(group, window).pipe(
            inContext(Context.empty()),
            Effect.interruptible,
            Effect.forkDaemon
          )
        }
        if (group.members.length >= limitsOf(traveller.settings).size) {
          open = undefined
          yield* Deferred.succeed(group.full, undefined)
        }
        return yield* Effect.onExit(restore(Deferred.await(result)), (exit) => {
          group.left--
          if (!Exit.isInterrupted(exit)) return Effect.void
          if (open === group) group.members.splice(group.members.indexOf(member), 1)
          if (group.left > 0) return Effect.void
          if (open === group) open = undefined
          return group.fiber === undefined ? Effect.void : Fiber.interrupt(group.fiber)
        })
      })
    )

  const annotate = ({ answer }: Pipeline.Received): Effect.Effect<void> =>
    Effect.annotateCurrentSpan({
      ...Answer.attributes(answer),
      "msgraph.client_request_id": answer.clientRequestId,
      "msgraph.batched": true
    })

  /** Sends a request: with others where the caller asks for that, else by itself. */
  const sendTogether: Pipeline.Send = (operation, request, span) =>
    Effect.withFiberRuntime((fiber) => {
      const context = fiber.currentContext
      const settings = settingsIn(context)
      const asked = isBatching(fiber)
      if (
        (!asked && settings.window === undefined) || settings.maxSize <= 1 || !(settings.writes || isRead(operation))
      ) return send(operation, request, span)
      if (span !== undefined) return Effect.withParentSpan(sendTogether(operation, request), span)
      const policy = policyIn(context)
      const clock = clockOf(fiber)
      const deadline = monotonic(clock) + Duration.toMillis(policy.totalTimeout)
      return inTime(
        { deadline, attemptEnd: Infinity, expire: undefined },
        context,
        Effect.mapError(getToken, (error): GraphError.GraphError => error),
        () => Effect.fail(timedOut(operation, policy))
      ).pipe(
        Effect.flatMap((token) => {
          const left = deadline - monotonic(clock)
          const traveller: Traveller = { operation, request, context, settings, policy, left, token }
          return asked
            // Answers are not kept: two calls of the same write are two.
            ? Effect.withRequestCaching(Effect.request(Call(traveller), resolver), false)
            : join(traveller, settings.window!)
        }),
        Effect.tap(annotate)
      )
    })

  /** Sends the items of a batch that was put together by hand. */
  const sendItems = ({ prepare, read }: Codec) =>
    Effect.fnUntraced(function*(items: Items) {
      /** Each item once, with the first of its names. */
      const keys = new Map<Item<unknown>, string>()
      for (const [key, item] of Object.entries(items) as ReadonlyArray<[string, Item<unknown>]>) {
        if (!keys.has(item)) keys.set(item, key)
      }
      const unique = Array.from(keys.keys())
      const indices = new Map(unique.map((item, index) => [item, index]))
      const order = BatchPlan.inOrder(
        unique.map((_, index) => index),
        (index) => unique[index]!.parents.flatMap((parent) => indices.get(parent) ?? [])
      )

      const parts: Array<Batch.Part> = []
      const failures = new Map<number, GraphError.GraphError>()
      /** Where an item is among the parts: the same reads are in the same place. */
      const places = new Map<Item<unknown>, number>()
      const reads = new Map<string, number>()
      for (const item of order.map((index) => unique[index]!)) {
        const prepared = item.parents.every((parent) => keys.has(parent)) ? prepare(item) : Either.left(outside(item))
        const part: Batch.Part = {
          operation: item.operation,
          request: Either.getOrElse(prepared, () => nothing),
          parents: Array.from(new Set(item.parents.flatMap((parent) => places.get(parent) ?? []))),
          name: keys.get(item)!,
          span: undefined
        }
        const key = Either.isRight(prepared) ? Batch.keyOf(part) : undefined
        const place = (key === undefined ? undefined : reads.get(key)) ?? parts.length
        places.set(item, place)
        if (place < parts.length) continue
        if (key !== undefined) reads.set(key, place)
        if (Either.isLeft(prepared)) failures.set(place, prepared.left)
        parts.push(part)
      }

      const context = yield* Effect.context<never>()
      const results = new Array<Batch.Result>(parts.length)
      yield* run(
        parts,
        limitsOf(settingsIn(context)),
        policyIn(context),
        (index, result) =>
          Effect.sync(() => {
            results[index] = result
          }),
        failures
      )
      const resultOf = (item: Item<unknown>) =>
        Either.flatMap(results[places.get(item)!]!, (received) => read(item, received))
      return Array.isArray(items)
        ? (items as ReadonlyArray<Item<unknown>>).map(resultOf)
        : Record.map(items as { readonly [name: string]: Item<unknown> }, resultOf)
    })

  return { sendTogether, sendItems }
}
