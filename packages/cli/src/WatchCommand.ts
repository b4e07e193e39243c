/**
 * `lcw runs watch`, and what `lcw workflows activate --wait` does once the run is found: progress as it comes, then the outcome.
 *
 * @since 0.1.0
 */
import * as Activation from "@effect-msgraph/client/Activation"
import * as GraphClient from "@effect-msgraph/client/GraphClient"
import type * as GraphError from "@effect-msgraph/client/GraphError"
import * as RunWatch from "@effect-msgraph/client/RunWatch"
import type * as ActivationBody from "@effect-msgraph/domain/ActivationBody"
import type { WorkflowId } from "@effect-msgraph/domain/Ids"
import * as Api from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import * as Processing from "@effect-msgraph/domain/Processing"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Client from "./Client.js"
import * as Numeric from "./Numeric.js"
import * as Json from "./output/Json.js"
import * as Progress from "./output/Progress.js"
import * as Style from "./output/Style.js"
import * as Text from "./output/Text.js"
import * as Parameters from "./Parameters.js"
import * as RunEnded from "./RunEnded.js"
import * as Settings from "./Settings.js"
import * as Stdio from "./Stdio.js"

/** `in progress: 1 of 3 users, 4 of 9 tasks, 1 failed`. */
const summary = (run: Processing.Run): string => {
  const users = run.successfulUsersCount + run.failedUsersCount
  const tasks = run.totalTasksCount - run.totalUnprocessedTasksCount
  const failed = run.failedTasksCount === 0 ? "" : `, ${run.failedTasksCount} failed`
  return `${
    Text.words(run.processingStatus)
  }: ${users} of ${run.totalUsersCount} users, ${tasks} of ${run.totalTasksCount} tasks${failed}`
}

const encodeRun = Json.encoder(Processing.Run, {})
const encodeResult = Json.encoder(Processing.UserProcessingResult, {})
const encodeTask = Json.encoder(Processing.TaskProcessingResult, {})

const failedLines = ({ result, tasks }: RunWatch.FailedUser): ReadonlyArray<string> => [
  `user ${result.subject.id}: ${Text.words(result.processingStatus)}`,
  ...tasks.map(({ failureReason, task }) => `  ${task.displayName}: ${failureReason ?? "failed"}`)
]

const styles: { readonly [T in RunWatch.Outcome["_tag"]]: Style.Style } = {
  Completed: "good",
  CompletedWithErrors: "warning",
  Failed: "bad",
  Canceled: "warning",
  Quarantined: "warning"
}

/** Tells of a run to its end: on a terminal in one line that changes, else in a line for each change. */
const show = (
  target: RunWatch.Target,
  progress: Stream.Stream<Processing.Run, GraphError.GraphError | RunWatch.WatchTimeout>,
  asJson: boolean
) =>
  Effect.scoped(Effect.gen(function*() {
    const graph = yield* GraphClient.GraphClient
    const { stderr, stdout } = yield* Stdio.Stdio
    const live = yield* Progress.make(stderr)
    const rewritten = stderr.controls && stdout.isTerminal
    const write = (text: string) => Effect.zipRight(live.clear, stdout.write(text))
    let last: Processing.Run | undefined
    yield* Stream.runForEach(progress, (run) => {
      last = run
      return asJson
        ? write(Json.line({ run: encodeRun(run) }))
        : rewritten
        ? live.update(Text.sanitize(summary(run)))
        : write(`${Text.sanitize(summary(run))}\n`)
    })
    yield* live.clear
    const outcome = Option.getOrThrow(RunWatch.toOutcome(graph, target, last!))
    if (!asJson && rewritten) {
      yield* stdout.write(`${Style.paint(stdout, styles[outcome._tag], Text.sanitize(summary(outcome.run)))}\n`)
    }
    yield* Stream.runForEach(outcome.failures, (failed) =>
      write(
        asJson
          ? Json.line({ failed: { result: encodeResult(failed.result), tasks: failed.tasks.map(encodeTask) } })
          : failedLines(failed).map((line) => `${Text.sanitize(line)}\n`).join("")
      ))
    if (outcome._tag !== "Completed") return yield* new RunEnded.RunEnded({ outcome: outcome._tag })
  })).pipe(
    Effect.onInterrupt(() =>
      say(`The run goes on. lcw runs watch --workflow ${target.workflowId} --run ${target.runId}`)
    )
  )

const say = (text: string): Effect.Effect<void, never, Stdio.Stdio> =>
  Effect.flatMap(Stdio.Stdio, ({ stderr }) => Effect.ignore(stderr.write(`${Text.sanitize(text)}\n`)))

/**
 * How long to watch, if there is a limit.
 *
 * @since 0.1.0
 * @category Models
 */
export type Limit = Pick<RunWatch.Options, "timeout">

/**
 * How long to watch: no longer than `--minutes`.
 *
 * @since 0.1.0
 * @category Options
 */
export const limit: Options.Options<Option.Option<Limit>> = Numeric.option("minutes", { from: 1 }).pipe(
  Options.withDescription("Watch no longer than so many minutes. By default to the end of the run."),
  Options.map((minutes) => ({ timeout: minutes * 60_000 })),
  Options.optional
)

/**
 * Does what a command does, and waits for what it comes to.
 *
 * @since 0.1.0
 * @category Models
 */
export type Wait = (
  parameters: { readonly [name: string]: unknown },
  body: unknown,
  limit: Limit,
  asJson: boolean
) => Effect.Effect<
  void,
  Activation.ActivationError | RunWatch.WatchTimeout | RunEnded.RunEnded | Stdio.OutputClosed,
  GraphClient.GraphClient | Stdio.Stdio
>

/**
 * Activates a workflow, finds the run and watches it.
 *
 * @since 0.1.0
 * @category Commands
 */
export const activate: Wait = (parameters, body, limit, asJson) =>
  Effect.gen(function*() {
    const graph = yield* GraphClient.GraphClient
    const workflowId = parameters["workflowId"] as WorkflowId
    const { progress, run } = yield* Activation.make(graph)({ workflowId }, body as ActivationBody.Activate, limit)
      .pipe(
        Effect.onInterrupt(() =>
          say(
            `The workflow may have been activated. Look before you do it again: lcw runs list --workflow ${workflowId}`
          )
        )
      )
    if (!asJson) yield* say(`Activated workflow ${workflowId}: run ${run.id}`)
    yield* show({ workflowId, runId: run.id }, progress, asJson)
  })

/**
 * `lcw runs watch`.
 *
 * @since 0.1.0
 * @category Commands
 */
export const watch = Command.make(
  "watch",
  {
    parameters: Parameters.options(Api.getRun),
    limit,
    json: Options.boolean("json").pipe(
      Options.withDescription(
        "Print JSON Lines: {\"run\": …} for each change, then {\"failed\": …} for each user with failed tasks."
      )
    ),
    settings: Settings.options
  },
  ({ json, limit, parameters: texts, settings }) =>
    Effect.gen(function*() {
      const target = (yield* Parameters.read(Api.getRun, texts)) as unknown as RunWatch.Target
      yield* Client.provide(settings)(
        Effect.flatMap(GraphClient.GraphClient, (graph) =>
          show(target, RunWatch.watch(graph, target, Option.getOrElse(limit, () => ({}))), json))
      )
    })
).pipe(
  Command.withDescription(
    "Watch a run to its end: its progress, then the users for whom tasks failed. The exit code tells how it ended."
  )
)
