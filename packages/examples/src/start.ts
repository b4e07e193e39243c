/**
 * The main job: the two requests of Microsoft's page "Get userProcessingResult", and a report of the run around them.
 *
 * It starts the emulator on a free port of 127.0.0.1. With `AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, `AZURE_CLIENT_SECRET` and
 * `MSGRAPH_WORKFLOW_ID`, `MSGRAPH_RUN_ID`, `MSGRAPH_USER_PROCESSING_RESULT_ID` set, it asks the real cloud instead.
 */
import { ClientSecret, TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, LifecycleWorkflows } from "@effect-msgraph/client"
import { Ids } from "@effect-msgraph/domain"
import { Seed } from "@effect-msgraph/emulator"
import { GraphEmulatorServer } from "@effect-msgraph/emulator/node"
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Array as Arr, Config, ConfigError, Console, DateTime, Duration, Effect, Layer, Option, Ref } from "effect"
import { runReport } from "./runReport.js"

const id = <A>(name: string, make: (text: string) => A): Config.Config<A> =>
  Config.mapAttempt(Config.nonEmptyString(name), make)

const results = {
  workflowId: id("MSGRAPH_WORKFLOW_ID", Ids.WorkflowId.make),
  runId: id("MSGRAPH_RUN_ID", Ids.RunId.make),
  userProcessingResultId: id("MSGRAPH_USER_PROCESSING_RESULT_ID", Ids.UserProcessingResultId.make)
}

/** Whether the environment names anything of a real result; then it has to name all of it, and a credential. */
const namesResult = Effect.map(
  Effect.forEach(
    ["MSGRAPH_WORKFLOW_ID", "MSGRAPH_RUN_ID", "MSGRAPH_USER_PROCESSING_RESULT_ID"],
    (name) => Config.option(Config.string(name))
  ),
  (found) => found.some(Option.isSome)
)

const ids = (
  result: { readonly workflowId: string; readonly runId: string; readonly userProcessingResultId: string }
) => ({
  workflowId: Ids.WorkflowId.make(result.workflowId),
  runId: Ids.RunId.make(result.runId),
  userProcessingResultId: Ids.UserProcessingResultId.make(result.userProcessingResultId)
})

const target = Effect.gen(function*() {
  if (yield* namesResult) {
    const { credential, result } = yield* Config.all({ credential: ClientSecret.config, result: Config.all(results) })
    return {
      where: `tenant ${credential.tenantId} in ${credential.cloud?.displayName}`,
      credential,
      whole: result,
      selected: result,
      run: result
    }
  }
  const server = yield* GraphEmulatorServer.make()
  return {
    where: `the emulator at ${server.url}`,
    credential: {
      cloud: server.cloud,
      tenantId: Seed.demoTenantId,
      clientId: Seed.demoReader.clientId,
      clientSecret: Seed.demoReader.clientSecret
    },
    whole: ids(Seed.demoResult),
    selected: ids(Seed.demoSelectedResult),
    run: {
      workflowId: Ids.WorkflowId.make(Seed.demoLargeRun.workflowId),
      runId: Ids.RunId.make(Seed.demoLargeRun.runId)
    }
  }
})

const show = (value: unknown): string =>
  DateTime.isDateTime(value)
    ? DateTime.formatIso(value)
    : typeof value === "object" && value !== null
    ? `{ ${Object.entries(value).map(([name, inner]) => `${name}: ${show(inner)}`).join(", ")} }`
    : String(value)

const printFields = (title: string, value: object) =>
  Console.log(
    [
      "",
      title,
      ...Object.entries(value).map(([name, field]) => `  ${name.padEnd(28)}${show(field)}`)
    ].join("\n")
  )

const program = Effect.gen(function*() {
  const { credential, run, selected, where, whole } = yield* target
  yield* Console.log(`Lifecycle Workflows, answered by ${where}`)

  const requests = yield* Ref.make(0)
  const CountedHttpClient = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, HttpClient.tapRequest(() => Ref.update(requests, (n) => n + 1)))
  ).pipe(Layer.provide(FetchHttpClient.layer))

  const Live = LifecycleWorkflows.layer.pipe(
    Layer.provide(GraphClient.layer),
    Layer.provide(TokenProvider.layer),
    Layer.provide(ClientSecret.layer(credential)),
    Layer.provide(CountedHttpClient)
  )

  const [elapsed] = yield* Effect.timed(
    Effect.gen(function*() {
      const lcw = yield* LifecycleWorkflows.LifecycleWorkflows

      yield* printFields(
        "A user processing result, whole",
        yield* lcw.workflows.runs.userProcessingResults.get(whole)
      )
      yield* printFields(
        "A user processing result, with $select (and so with a narrower type)",
        yield* lcw.workflows.runs.userProcessingResults.get(selected, {
          select: [
            "id",
            "failedTasksCount",
            "processingStatus",
            "totalTasksCount",
            "totalUnprocessedTasksCount",
            "subject"
          ]
        })
      )

      const report = yield* runReport(run)
      yield* Console.log(`\nThe run ${run.runId}: ${report.users} users`)
      for (const [status, users] of Array.from(report.byStatus).sort(([, a], [, b]) => b - a)) {
        yield* Console.log(`  ${status.padEnd(22)}${String(users).padStart(6)}`)
      }
      const byTask = Object.entries(Arr.groupBy(report.failedTasks, (failed) => `${failed.task}: ${failed.reason}`))
      yield* Console.log(`\nFailed tasks: ${report.failedTasks.length}`)
      for (const [failure, tasks] of byTask.sort(([, a], [, b]) => b.length - a.length)) {
        yield* Console.log(`  ${String(tasks.length).padStart(4)} × ${failure}`)
      }
    }).pipe(Effect.provide(Live))
  )

  yield* Console.log(
    `\n${yield* Ref.get(requests)} requests in ${
      Duration.format(Duration.millis(Math.round(Duration.toMillis(elapsed))))
    }`
  )
})

NodeRuntime.runMain(
  Effect.scoped(program).pipe(
    Effect.tapError((error) => Console.error(ConfigError.isConfigError(error) ? String(error) : error.message))
  ),
  { disableErrorReporting: true }
)
