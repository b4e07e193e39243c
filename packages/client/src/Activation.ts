/**
 * Activating a workflow and finding the run that this started: the service does not say which one it is.
 *
 * @since 0.1.0
 */
import type * as ActivationBody from "@effect-msgraph/domain/ActivationBody"
import * as Filter from "@effect-msgraph/domain/Filter"
import type { RunId, WorkflowId } from "@effect-msgraph/domain/Ids"
import * as Api from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import type * as Processing from "@effect-msgraph/domain/Processing"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type * as GraphClient from "./GraphClient.js"
import * as GraphError from "./GraphError.js"
import { monotonicMillis } from "./internal/clock.js"
import * as KeyedLock from "./internal/keyedLock.js"
import * as Polling from "./internal/polling.js"
import * as RunWatch from "./RunWatch.js"

/**
 * How to look for the run, and how to watch it.
 *
 * - `findWithin`: how long to look for the run: 5 minutes. It is looked for as often as it is watched
 * - the rest is for watching
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options extends RunWatch.Options {
  readonly findWithin?: Duration.DurationInput | undefined
}

/**
 * What was activated.
 *
 * - `run`: the run, as it was found
 * - `progress`: the run as it is when the stream begins, and each time that its status or counts have changed, to its end
 * - `outcome`: watches the run to its end: what it came to
 *
 * Both may be run as often as you like: the workflow is activated once.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Activated {
  readonly workflowId: WorkflowId
  readonly run: Processing.Run
  readonly progress: Stream.Stream<Processing.Run, GraphError.GraphError | RunWatch.WatchTimeout>
  readonly outcome: Effect.Effect<RunWatch.Outcome, GraphError.GraphError | RunWatch.WatchTimeout>
}

/**
 * The workflow was activated, but no run for these users showed up in time, or it could not be looked for: then `error` says why. It may
 * still come: look before you activate again.
 *
 * @since 0.1.0
 * @category Errors
 */
export class RunNotFound extends Schema.TaggedError<RunNotFound>("@effect-msgraph/client/RunNotFound")("RunNotFound", {
  workflowId: Schema.String,
  after: Schema.Duration,
  error: Schema.optional(GraphError.GraphError)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return `The workflow ${this.workflowId} was activated, but its run ${
      this.error === undefined
        ? `did not show up within ${Duration.format(this.after)}.`
        : `could not be looked for. ${this.error.message}`
    } It may still come: look before you activate again.`
  }
}

/**
 * The workflow was activated, but there are several runs that it can have started: somebody else activated it for the same users at the
 * same time. `runIds` are all of them.
 *
 * @since 0.1.0
 * @category Errors
 */
export class AmbiguousRun extends Schema.TaggedError<AmbiguousRun>("@effect-msgraph/client/AmbiguousRun")(
  "AmbiguousRun",
  { workflowId: Schema.String, runIds: Schema.Array(Schema.String) }
) {
  /** @since 0.1.0 */
  override get message(): string {
    return `The workflow ${this.workflowId} was activated, but several runs for the same users began then: ${
      this.runIds.join(", ")
    }. One of them is this one's.`
  }
}

/**
 * Why a run that was activated cannot be watched.
 *
 * @since 0.1.0
 * @category Errors
 */
export type ActivationError = GraphError.GraphError | RunNotFound | AmbiguousRun

/** A `Date` header has whole seconds, and the service has more clocks than one. */
const tolerance = Duration.toMillis("5 seconds")

/** Where the service does not say what time it is: how far its clock and ours may be apart. */
const skew = Duration.toMillis("5 minutes")

const onDemand = Filter.eq("workflowExecutionType", "onDemand") satisfies Filter.For<typeof Processing.Run>

/** What there was before the activation: runs that are not ours, and how late it was. */
interface Before {
  readonly known: ReadonlySet<RunId>
  readonly since: DateTime.Utc
}

const lookBefore = (graph: GraphClient.Service, workflowId: WorkflowId): Effect.Effect<Before, GraphError.GraphError> =>
  Effect.gen(function*() {
    const page = yield* graph.page(Api.listRuns, { workflowId }, {
      select: ["id"],
      filter: onDemand,
      orderBy: ["scheduledDateTime desc"]
    })
    const now = page.date === undefined ? (yield* Clock.currentTimeMillis) - skew : page.date.epochMillis
    return { known: new Set(page.value.map(({ id }) => id)), since: DateTime.unsafeMake(now - tolerance) }
  })

/** Whether a run is for these users and nobody else. Right after it was scheduled, it may not tell all of them yet. */
const isFor = (
  graph: GraphClient.Service,
  target: RunWatch.Target,
  subjects: ReadonlySet<string>
): Effect.Effect<boolean | undefined, GraphError.GraphError> =>
  graph.stream(Api.listRunUserProcessingResults, target, { select: ["subject"] }).pipe(
    Stream.take(subjects.size + 1),
    Stream.map(({ subject }) => subject.id.toLowerCase()),
    Stream.runFold(new Set<string>(), (all, id) => all.add(id)),
    Effect.map((found) =>
      Array.from(found).some((id) => !subjects.has(id)) ? false : found.size === subjects.size ? true : undefined
    )
  )

/** Looks until exactly one run can be it, or its time is over. */
const find = (
  graph: GraphClient.Service,
  workflowId: WorkflowId,
  subjects: ReadonlySet<string>,
  before: Before,
  options: Options
): Effect.Effect<Option.Option<Processing.Run>, GraphError.GraphError | AmbiguousRun> =>
  Effect.gen(function*() {
    const pace = Polling.pace(options)
    const deadline = (yield* monotonicMillis) + Duration.toMillis(options.findWithin ?? defaultFindWithin)
    const decided = new Map<RunId, boolean>(Array.from(before.known, (id) => [id, false]))
    let wait = pace.initial
    while (true) {
      const runs = yield* Stream.runCollect(
        graph.stream(Api.listRuns, { workflowId }, {
          filter: Filter.and(onDemand, Filter.ge("scheduledDateTime", before.since)),
          orderBy: ["scheduledDateTime"]
        })
      )
      const matches: Array<Processing.Run> = []
      let undecided = 0
      for (const run of runs) {
        const ours = decided.get(run.id) ?? (yield* isFor(graph, { workflowId, runId: run.id }, subjects))
        if (ours === undefined) undecided++
        else decided.set(run.id, ours)
        if (ours === true) matches.push(run)
      }
      if (matches.length > 1) {
        return yield* new AmbiguousRun({ workflowId, runIds: matches.map(({ id }) => id) })
      }
      const left = deadline - (yield* monotonicMillis)
      if (matches.length === 1 && (undecided === 0 || left <= 0)) return Option.some(matches[0]!)
      if (left <= 0) return Option.none()
      yield* Effect.sleep(Math.min(wait, left))
      wait = pace.next(wait)
    }
  })

const defaultFindWithin = Duration.minutes(5)

/**
 * Runs an effect in a fiber of its own. In a `forEach` with `batching`, requests wait until all others wait as well; one that held the lock
 * meanwhile would wait for those who wait for the lock.
 */
const apart = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(
      Effect.fork(restore(effect)),
      (fiber) => Effect.onInterrupt(restore(Fiber.join(fiber)), () => Fiber.interrupt(fiber))
    )
  )

const isUnknown = (error: GraphError.GraphError): boolean => "outcome" in error && error.outcome === "unknown"

/**
 * Activates a workflow for users, once, and finds the run. See `workflows.activateAndWatch`.
 *
 * @since 0.1.0
 * @category Models
 */
export type ActivateAndWatch = (
  parameters: { readonly workflowId: WorkflowId },
  body: ActivationBody.Activate,
  options?: Options
) => Effect.Effect<Activated, ActivationError>

/**
 * Makes the method.
 *
 * The run is the one that
 *
 * - was started on demand,
 * - was not there before, and is scheduled no earlier than the activation was sent, by the service's clock,
 * - is for the activated users and nobody else.
 *
 * Two activations of a workflow for the same users through the same service wait for each other: the second is sent when the first
 * one's run has been found. If somebody else activates it for the same users at the same time, and both runs are seen, it fails with
 * `AmbiguousRun`. If it is not known whether an activation was received, it is not sent again: the run is looked for, and if there is
 * none, it fails with what was wrong. A failure that came after the activation was received is a `RunNotFound`, whatever it was.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (graph: GraphClient.Service): ActivateAndWatch => {
  const lock = KeyedLock.make()
  return ({ workflowId }, body, options = {}) =>
    Effect.suspend(() => {
      const subjects = new Set(body.subjects.map(({ id }) => id.toLowerCase()))
      return Effect.gen(function*() {
        const before = yield* lookBefore(graph, workflowId)
        const sent = yield* Effect.either(graph.execute(Api.activateWorkflow, { workflowId }, body))
        if (Either.isLeft(sent) && !isUnknown(sent.left)) return yield* Effect.fail(sent.left)
        const started = yield* monotonicMillis
        const found = yield* Effect.either(find(graph, workflowId, subjects, before, options))
        if (Either.isRight(found) && Option.isSome(found.right)) return found.right.value
        const error = Either.isLeft(found) ? found.left : undefined
        if (error?._tag === "AmbiguousRun") return yield* error
        if (Either.isLeft(sent)) return yield* Effect.fail(sent.left)
        // Whatever was wrong with looking: who takes it for a failure of the whole would activate again.
        return yield* new RunNotFound({
          workflowId,
          after: Duration.millis((yield* monotonicMillis) - started),
          ...(error === undefined ? {} : { error })
        })
      }).pipe(lock([workflowId.toLowerCase(), ...Array.from(subjects).sort()].join()), apart)
    }).pipe(
      Effect.map((run): Activated => {
        const target = { workflowId, runId: run.id }
        return {
          workflowId,
          run,
          progress: RunWatch.watch(graph, target, options),
          outcome: RunWatch.outcome(graph, target, options)
        }
      }),
      Effect.withSpan("workflows.activateAndWatch", {
        attributes: { "msgraph.cloud": graph.cloud.name },
        captureStackTrace: false
      })
    )
}
