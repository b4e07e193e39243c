import { NationalCloud } from "@effect-msgraph/domain"
import { Seed } from "@effect-msgraph/emulator"
import { GraphEmulatorServer } from "@effect-msgraph/emulator/node"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { AuthenticationHandler, Client, type Context, type Middleware } from "@microsoft/microsoft-graph-client"
import { Effect, TestClock } from "effect"
import { administrator, getToken } from "./support.js"

const template = "4e06785d-7c1d-4b24-b9e1-bba2b890c58b"
const [ea09, c8cdf] = Seed.demoUserIds

/** The body that makes a workflow of a template: the service's own properties stay behind, and its groups are filled in. */
const fromTemplate = (template: any) => ({
  category: template.category,
  displayName: "Onboard in Marketing",
  description: template.description,
  executionConditions: template.executionConditions,
  isEnabled: true,
  isSchedulingEnabled: false,
  tasks: template.tasks.map(({ executionSequence: _, id: __, ...task }: any) => ({
    ...task,
    arguments: task.arguments.map(({ name }: any) => ({ name, value: Seed.demoGroupId }))
  }))
})

/** Some client's way to ask: the body of the answer, or its status where it is no success. */
type Ask = (method: "get" | "post" | "patch" | "delete", path: string, body?: unknown) => Promise<any>

/** The end of the chain: dials the loopback address, as if `graph.microsoft.com` were a name of this machine. */
const dial = (server: GraphEmulatorServer.Service): Middleware => ({
  execute: async (context: Context) => {
    const url = new URL(String(context.request))
    context.response = await fetch(`${server.url}${url.pathname}${url.search}`, context.options as RequestInit)
  }
})

/** From the template to the last report, and beyond. `pass` lets the run come to its end. */
const scenario = async (ask: Ask, pass: () => Promise<unknown>) => {
  const templates =
    (await ask("get", "/workflowTemplates?$filter=category eq 'joiner'&$orderby=displayName desc")).value
  deepStrictEqual(templates.map(({ displayName }: any) => displayName), [
    "Onboard pre-hire employee",
    "Onboard new hire employee"
  ])
  const workflow = await ask("post", "/workflows", fromTemplate(await ask("get", `/workflowTemplates/${template}`)))
  strictEqual(workflow.version, 1)
  const path = `/workflows/${workflow.id}`
  const tasks = (await ask("get", `${path}/tasks`)).value
  deepStrictEqual(tasks.map(({ executionSequence }: any) => executionSequence), [1, 2, 3])

  await ask("post", `${path}/activate`, { subjects: [{ id: ea09 }, { id: c8cdf }] })
  await pass()
  const [run] = (await ask("get", `${path}/runs?$filter=processingStatus eq 'completed'`)).value
  deepStrictEqual([run.totalUsersCount, run.successfulUsersCount, run.totalTasksCount], [2, 2, 6])
  const results = (await ask("get", `${path}/runs/${run.id}/userProcessingResults?$expand=taskProcessingResults`)).value
  deepStrictEqual(results.map(({ subject }: any) => subject.id), [ea09, c8cdf])
  for (const result of results) strictEqual(result.taskProcessingResults.length, 3)

  const period = "startDateTime=1970-01-01T00:00:00Z,endDateTime=2100-01-01T00:00:00Z"
  const reports = (await ask("get", `${path}/taskReports`)).value
  deepStrictEqual(reports.map((report: any) => [report.successfulUsersCount, report.totalUsersCount]), [
    [2, 2],
    [2, 2],
    [2, 2]
  ])
  const summary = await ask("get", `${path}/taskReports/summary(${period})`)
  deepStrictEqual([summary.successfulTasks, summary.totalTasks, summary.failedTasks], [6, 6, 0])
  const runs = await ask("get", `${path}/runs/summary(${period})`)
  deepStrictEqual([runs.successfulRuns, runs.totalRuns, runs.totalUsers], [1, 1, 2])
  const top = (await ask("get", `/insights/topWorkflowsProcessedSummary(${period})`)).value
  assertTrue(top.length > 0)

  await ask("post", `${path}/createNewVersion`, {
    workflow: { ...fromTemplate(await ask("get", path)), displayName: "Onboard in Sales" }
  })
  const versions = (await ask("get", `${path}/versions`)).value
  deepStrictEqual(versions.map(({ displayName, versionNumber }: any) => [versionNumber, displayName]), [
    [2, "Onboard in Sales"],
    [1, "Onboard in Marketing"]
  ])

  await ask("delete", path)
  strictEqual(await ask("get", path), 404)
  const deleted = (await ask("get", "/deletedItems/workflows?$filter=displayName eq 'Onboard in Sales'")).value
  deepStrictEqual(deleted.map(({ id }: any) => id), [workflow.id])
  const restored = await ask("post", `/deletedItems/workflows/${workflow.id}/restore`)
  strictEqual(restored.deletedDateTime, null)
  strictEqual((await ask("get", path)).displayName, "Onboard in Sales")
  strictEqual((await ask("get", `${path}/runs`)).value.length, 1)
}

describe("from a template to the reports, and back from the dead", () => {
  it.effect("through handle, on the clock of the test", () =>
    Effect.gen(function*() {
      const client = yield* administrator()
      const runtime = yield* Effect.runtime()
      const run = <A, E>(effect: Effect.Effect<A, E>) => Effect.runPromise(Effect.provide(effect, runtime))
      const ask: Ask = async (method, path, body) => {
        const answer = await run(client[method](path, body))
        return answer.status < 300 ? answer.body : answer.status
      }
      yield* Effect.promise(() => scenario(ask, () => run(TestClock.adjust("18 seconds"))))
    }))

  it.live("by Microsoft's client, over a real socket", () =>
    Effect.scoped(Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make({
        cloud: NationalCloud.global,
        processing: { queueDuration: 0, taskDuration: 0 }
      })
      const token = yield* getToken(server.emulator, Seed.demoAdmin)
      const authentication = new AuthenticationHandler({ getAccessToken: () => Promise.resolve(token) })
      authentication.setNext(dial(server))
      const client = Client.initWithMiddleware({ middleware: authentication })
      const ask: Ask = (method, path, body) =>
        client.api(`/identityGovernance/lifecycleWorkflows${path}`)[method](body as never).catch((error) =>
          typeof error.statusCode === "number" && error.statusCode > 0 ? error.statusCode : Promise.reject(error)
        )
      yield* Effect.promise(() => scenario(ask, () => Promise.resolve()))
    })))
})

describe("state", () => {
  it.effect("is each emulator's own", () =>
    Effect.gen(function*() {
      const one = yield* administrator()
      const other = yield* administrator()
      strictEqual((yield* one.delete(`/workflows/${Seed.demoResult.workflowId}`)).status, 204)
      strictEqual((yield* other.get(`/workflows/${Seed.demoResult.workflowId}`)).status, 200)
    }))
})
