/**
 * Watching a run: how far it is, what it came to, and what failed in it.
 *
 * @since 0.1.0
 */
import * as Filter from "@effect-msgraph/domain/Filter"
import type { RunId, WorkflowId } from "@effect-msgraph/domain/Ids"
import * as Api from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import type * as Processing from "@effect-msgraph/domain/Processing"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type * as GraphClient from "./GraphClient.js"
import type * as GraphError from "./GraphError.js"
import { monotonicMillis } from "./internal/clock.js"
import * as Polling from "./internal/polling.js"

/**
 * How often to look, and for how long.
 *
 * - `initial`: the wait before the second look: 2 seconds
 * - `factor`: how many times as long each further wait is: 1.5. When the run's status changes, waits begin again with `initial`
 * - `max`: the longest wait: 30 seconds. No wait is shorter than 100 milliseconds
 * - `timeout`: how long to watch; for ever if not given
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly initial?: Duration.DurationInput | undefined
  readonly factor?: number | undefined
  readonly max?: Duration.DurationInput | undefined
  readonly timeout?: Duration.DurationInput | undefined
}

/**
 * Which run.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Target {
  readonly workflowId: WorkflowId
  readonly runId: RunId
}

/**
 * The run was not over when the time to watch it was. It goes on. `status` is what it was last seen in.
 *
 * @since 0.1.0
 * @category Errors
 */
export class WatchTimeout extends Schema.TaggedError<WatchTimeout>("@effect-msgraph/client/WatchTimeout")(
  "WatchTimeout",
  {
    workflowId: Schema.String,
    runId: Schema.String,
    status: Schema.optional(Schema.String),
    after: Schema.Duration
  }
) {
  /** @since 0.1.0 */
  override get message(): string {
    return `The run ${this.runId} of the workflow ${this.workflowId} was not over after ${Duration.format(this.after)}${
      this.status === undefined ? "" : `: it was ${this.status}`
    }. It goes on.`
  }
}

/**
 * A user for whom tasks failed: the user's result, and those of the tasks that failed.
 *
 * @since 0.1.0
 * @category Models
 */
export interface FailedUser {
  readonly result: Processing.UserProcessingResult
  readonly tasks: ReadonlyArray<Processing.TaskProcessingResult>
}

/**
 * What a run came to.
 *
 * - `Completed`: every task of every user
 * - `CompletedWithErrors`: to its end, but for some users tasks failed
 * - `Failed`: for all users
 * - `Canceled`: somebody stopped it
 * - `Quarantined`: a threshold held it up, and nothing goes on until somebody decides
 *
 * `run` is how it was left. `failures` reads the users for whom tasks failed, as it is consumed; where the run counts none, it asks nothing.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Outcome {
  readonly _tag: "Completed" | "CompletedWithErrors" | "Failed" | "Canceled" | "Quarantined"
  readonly run: Processing.Run
  readonly failures: Stream.Stream<FailedUser, GraphError.GraphError>
}

/** The statuses that a run does not leave by itself. Any other one, known or not, may be followed by another. */
const ends: { readonly [status: string]: Outcome["_tag"] } = {
  completed: "Completed",
  completedWithErrors: "CompletedWithErrors",
  failed: "Failed",
  canceled: "Canceled",
  quarantined: "Quarantined"
}

const endOf = (run: Processing.Run): Outcome["_tag"] | undefined =>
  Object.hasOwn(ends, run.processingStatus) ? ends[run.processingStatus] : undefined

/**
 * Whether a run is over.
 *
 * @since 0.1.0
 * @category Guards
 */
export const isOver = (run: Processing.Run): boolean => endOf(run) !== undefined

const seen = (run: Processing.Run): string =>
  [
    run.processingStatus,
    run.failedTasksCount,
    run.failedUsersCount,
    run.successfulUsersCount,
    run.totalTasksCount,
    run.totalUnprocessedTasksCount,
    run.totalUsersCount
  ].join()

interface State {
  readonly last: Processing.Run | undefined
  readonly wait: number
}

/**
 * A run as it is now, and then each time that its status or its counts have changed; it ends with the run. Of what happens between two
 * looks only the last is seen. A look is a call like any other: it waits at the throttle gate, and is repeated as the `RetryPolicy` says.
 *
 * @since 0.1.0
 * @category Watching
 */
export const watch = (
  graph: GraphClient.Service,
  target: Target,
  options: Options = {}
): Stream.Stream<Processing.Run, GraphError.GraphError | WatchTimeout> => {
  const pace = Polling.pace(options)
  const { timeout } = options
  const { runId, workflowId } = target

  const within = (deadline: number, last: Processing.Run | undefined) => {
    const expired = () =>
      new WatchTimeout({ workflowId, runId, status: last?.processingStatus, after: Duration.decode(timeout!) })
    return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | WatchTimeout, R> =>
      timeout === undefined ? effect : Effect.flatMap(
        monotonicMillis,
        (now) =>
          now >= deadline
            ? Effect.fail(expired())
            : Effect.timeoutFail(effect, { duration: deadline - now, onTimeout: expired })
      )
  }

  const look = (deadline: number) => (state: State) =>
    Effect.gen(function*() {
      let { last, wait } = state
      while (true) {
        const before = last
        const run = yield* Effect.delay(graph.execute(Api.getRun, target), wait).pipe(within(deadline, before))
        wait = before?.processingStatus !== run.processingStatus ? pace.initial : pace.next(wait)
        last = run
        if (before === undefined || seen(before) !== seen(run)) {
          return [run, isOver(run) ? Option.none<State>() : Option.some<State>({ last, wait })] as const
        }
      }
    })

  return Stream.unwrap(
    Effect.map(monotonicMillis, (start) =>
      Stream.paginateEffect(
        { last: undefined, wait: 0 } as State,
        look(timeout === undefined ? Infinity : start + Duration.toMillis(timeout))
      ))
  )
}

/**
 * The users of a run for whom tasks failed, each with those tasks, as they are consumed. Tasks of a few users are read at once.
 *
 * @since 0.1.0
 * @category Watching
 */
export const failures = (
  graph: GraphClient.Service,
  target: Target
): Stream.Stream<FailedUser, GraphError.GraphError> =>
  graph.stream(Api.listRunUserProcessingResults, target, { filter: Filter.ne("processingStatus", "completed") }).pipe(
    Stream.filter((result) => result.failedTasksCount > 0 || result.processingStatus === "failed"),
    Stream.mapEffect(
      (result) =>
        Effect.map(
          Stream.runCollect(
            graph.stream(Api.listRunUserTaskProcessingResults, { ...target, userProcessingResultId: result.id }, {
              filter: Filter.eq("processingStatus", "failed")
            })
          ),
          (tasks): FailedUser => ({ result, tasks: Chunk.toReadonlyArray(tasks) })
        ),
      { concurrency: 4 }
    )
  )

/**
 * What a run came to, if it is over.
 *
 * @since 0.1.0
 * @category Watching
 */
export const toOutcome = (
  graph: GraphClient.Service,
  target: Target,
  run: Processing.Run
): Option.Option<Outcome> =>
  Option.map(Option.fromNullable(endOf(run)), (_tag) => ({
    _tag,
    run,
    failures: run.failedTasksCount === 0 && run.failedUsersCount === 0 ? Stream.empty : failures(graph, target)
  }))

/**
 * Watches a run to its end: what it came to.
 *
 * @since 0.1.0
 * @category Watching
 */
export const outcome = (
  graph: GraphClient.Service,
  target: Target,
  options?: Options
): Effect.Effect<Outcome, GraphError.GraphError | WatchTimeout> =>
  Effect.map(
    Stream.runLast(watch(graph, target, options)),
    // A watch that does not fail ends with a run that is over.
    (last) => Option.getOrThrow(Option.flatMap(last, (run) => toOutcome(graph, target, run)))
  )
