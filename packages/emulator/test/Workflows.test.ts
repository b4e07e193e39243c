import { Entity, LifecycleWorkflowsApi, Limits, Operation } from "@effect-msgraph/domain"
import { Seed, Store } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Schema, TestClock } from "effect"
import {
  administrator,
  bodies,
  callExtension,
  demoParameters,
  enableUserAccount,
  send,
  sendWelcomeEmail,
  workflowBody
} from "./support.js"

const [ea09] = Seed.demoUserIds
const unknownId = "00000000-0000-4000-8000-000000000000"
const message = (answer: { readonly body: any }): string => answer.body.error.message

describe("each operation", () => {
  for (const operation of LifecycleWorkflowsApi.operations as ReadonlyArray<Operation.Any>) {
    const { id, many, path, result, status } = operation
    // Nothing of the demo tenant's runs can be canceled or resumed; Activation.test.ts has runs of which it can.
    if (id.endsWith("cancelProcessing") || id.endsWith("resume")) continue

    it.effect(`${id} answers with what the catalogue says`, () =>
      Effect.gen(function*() {
        const { emulator, token } = yield* administrator({ processing: { queueDuration: 0, taskDuration: 0 } })
        const parameters = demoParameters(path.includes("/deletedItems/"))
        const answer = yield* send(
          emulator,
          operation.method,
          `/v1.0${path.replace(/\{(\w+)\}/g, (_, name) => parameters[name]!)}`,
          { authorization: `Bearer ${token}` },
          bodies[id as keyof typeof bodies]
        )
        strictEqual(answer.status, status)
        if (result === undefined) return strictEqual(answer.body, undefined)
        const schema = Operation.isEntity(result) ? Entity.schema(result) : result
        const value = many ? answer.body.value : answer.body
        const decode = Schema.decodeUnknownSync(
          (many ? Schema.Array(schema as Schema.Schema<any>) : schema) as Schema.Schema<any, any>
        )
        decode(value)
        if (operation.kind === "list") assertTrue(value.length > 0)
        assertTrue(answer.body["@odata.context"].startsWith("https://graph.microsoft.com/v1.0/$metadata#"))
      }))
  }
})

describe("workflows", () => {
  it.effect("are created, changed and read back", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 2, 3, 4, 5))
      const { get, patch, post } = yield* administrator()
      const created = yield* post("/workflows", { ...workflowBody(), "@odata.context": "x", surplus: 1 })
      strictEqual(created.status, 201)
      assertTrue(created.body["@odata.context"].endsWith("#identityGovernance/lifecycleWorkflows/workflows/$entity"))
      deepStrictEqual([created.body.version, created.body.createdDateTime, created.body.surplus], [
        1,
        "2026-01-02T03:04:05Z",
        undefined
      ])
      const path = `/workflows/${created.body.id}`
      yield* TestClock.adjust("1 minute")
      strictEqual((yield* patch(path, { displayName: "Renamed", description: null })).status, 204)
      const { body } = yield* get(path)
      deepStrictEqual(
        [body.displayName, body.description, body.version, body.lastModifiedDateTime, body.isEnabled],
        ["Renamed", null, 1, "2026-01-02T03:05:05Z", true]
      )
      deepStrictEqual(body.createdBy, { id: Seed.demoAdmin.objectId })
      deepStrictEqual(body.tasks.map((task: any) => [task.executionSequence, task.category, task.isEnabled]), [
        [1, "joiner,leaver", true],
        [2, "joiner", true]
      ])
      const task = `${path}/tasks/${body.tasks[1].id}`
      yield* patch(task, { displayName: "Say hello" })
      strictEqual((yield* get(task)).body.displayName, "Say hello")
    }))

  it.effect("cannot be scheduled while they are disabled", () =>
    Effect.gen(function*() {
      const { get, patch, post } = yield* administrator()
      const { body: { id } } = yield* post("/workflows", workflowBody(undefined, { isSchedulingEnabled: true }))
      assertTrue((yield* get(`/workflows/${id}`)).body.nextScheduleRunDateTime !== null)
      yield* patch(`/workflows/${id}`, { isEnabled: false })
      const { body } = yield* get(`/workflows/${id}`)
      deepStrictEqual([body.isSchedulingEnabled, body.nextScheduleRunDateTime], [false, null])
      const refused = yield* patch(`/workflows/${id}`, { isSchedulingEnabled: true })
      strictEqual(refused.status, 400)
      assertInclude(message(refused), "'isSchedulingEnabled'")
    }))

  const tasks = (count: number) => Array.from({ length: count }, () => ({ taskDefinitionId: enableUserAccount }))
  const offset = (offsetInDays: number) => ({
    executionConditions: {
      "@odata.type": "#microsoft.graph.identityGovernance.triggerAndScopeBasedConditions",
      scope: { "@odata.type": "#microsoft.graph.identityGovernance.ruleBasedSubjectSet", rule: "(country eq 'x')" },
      trigger: {
        "@odata.type": "#microsoft.graph.identityGovernance.timeBasedAttributeTrigger",
        timeBasedAttribute: "employeeHireDate",
        offsetInDays
      }
    }
  })
  const ill: ReadonlyArray<readonly [title: string, body: unknown, path: string]> = [
    ["too many tasks", workflowBody(tasks(Limits.tasksPerWorkflow + 1)), "'tasks'"],
    ["too long before", workflowBody(undefined, offset(-181)), "'executionConditions.trigger.offsetInDays'"],
    ["too long after", workflowBody(undefined, offset(181)), "'executionConditions.trigger.offsetInDays'"],
    ["no name", workflowBody(undefined, { displayName: "" }), "'displayName'"],
    ["a switch that is none", workflowBody(undefined, { isEnabled: "yes" }), "'isEnabled'"],
    ["no such definition", workflowBody([{ taskDefinitionId: unknownId }]), "'tasks[0].taskDefinitionId'"],
    [
      "a definition of another category",
      workflowBody([{ taskDefinitionId: enableUserAccount }, { taskDefinitionId: sendWelcomeEmail }], {
        category: "leaver"
      }),
      "'tasks[1].taskDefinitionId'"
    ],
    ["no such extension", workflowBody([callExtension(unknownId)]), "'tasks[0].arguments'"]
  ]
  for (const [title, body, path] of ill) {
    it.effect(`are refused with 400: ${title}`, () =>
      Effect.gen(function*() {
        const { post } = yield* administrator()
        const answer = yield* post("/workflows", body)
        deepStrictEqual([answer.status, answer.body.error.code], [400, "BadRequest"])
        assertInclude(message(answer), path)
      }))
  }

  it.effect("are taken at the limits", () =>
    Effect.gen(function*() {
      const { post } = yield* administrator()
      for (const days of [-180, 180]) {
        strictEqual((yield* post("/workflows", workflowBody(undefined, offset(days)))).status, 201)
      }
      strictEqual((yield* post("/workflows", workflowBody(tasks(Limits.tasksPerWorkflow)))).status, 201)
    }))

  it.effect("take a body, and in JSON", () =>
    Effect.gen(function*() {
      const { emulator, post, token } = yield* administrator()
      strictEqual((yield* post("/workflows")).status, 400)
      const path = "/v1.0/identityGovernance/lifecycleWorkflows/workflows"
      strictEqual((yield* send(emulator, "POST", path, { authorization: `Bearer ${token}` }, undefined)).status, 400)
      strictEqual((yield* post("/workflows", [])).status, 400)
    }))

  it.effect("are a hundred in a tenant; restoring one needs room as well", () =>
    Effect.gen(function*() {
      const client = yield* administrator({ pageSize: 200 })
      const count = (yield* client.get("/workflows")).body.value.length
      for (let i = count; i < Limits.workflowsPerTenant; i++) {
        strictEqual((yield* client.post("/workflows", workflowBody())).status, 201)
      }
      strictEqual((yield* client.post("/workflows", workflowBody())).status, 400)
      const restore = `/deletedItems/workflows/${Seed.demoDeletedRun.workflowId}/restore`
      strictEqual((yield* client.post(restore)).status, 400)
      yield* client.delete(`/workflows/${Seed.demoResult.workflowId}`)
      strictEqual((yield* client.post(restore)).status, 200)
    }))

  it.effect("keep their versions, with the tasks of each; what stays goes by its id", () =>
    Effect.gen(function*() {
      const { get, post } = yield* administrator()
      const { body: { id } } = yield* post("/workflows", workflowBody())
      const path = `/workflows/${id}`
      const [first] = (yield* get(`${path}/tasks`)).body.value
      const next = workflowBody([
        { taskDefinitionId: sendWelcomeEmail },
        { id: first.id, taskDefinitionId: enableUserAccount } as never
      ], { displayName: "Second" })
      yield* TestClock.adjust("1 minute")
      const answer = yield* post(`${path}/createNewVersion`, { workflow: next })
      deepStrictEqual([answer.status, answer.body.version, answer.body.displayName], [200, 2, "Second"])
      const ids = (tasks: any) => tasks.body.value.map((task: any) => task.id)
      const [one, two] = [yield* get(`${path}/versions/1/tasks`), yield* get(`${path}/versions/2/tasks`)]
      strictEqual(ids(one)[0], first.id)
      strictEqual(ids(two)[1], first.id)
      deepStrictEqual(ids(yield* get(`${path}/tasks`)), ids(two))
      strictEqual((yield* get(`${path}/versions/1`)).body.displayName, "A workflow of the tests")
      deepStrictEqual((yield* get(`${path}/versions`)).body.value.map((version: any) => version.createdDateTime), [
        "1970-01-01T00:01:00Z",
        "1970-01-01T00:00:00Z"
      ])
      strictEqual((yield* get(`${path}/versions/3`)).status, 404)
      const stray = workflowBody([{ id: unknownId, taskDefinitionId: enableUserAccount } as never])
      strictEqual((yield* post(`${path}/createNewVersion`, { workflow: stray })).status, 400)
      strictEqual((yield* get(path)).body.version, 2)
    }))

  it.effect("can be restored for 30 days, to the millisecond", () =>
    Effect.gen(function*() {
      const client = yield* administrator()
      const path = `/workflows/${Seed.demoResult.workflowId}`
      const deletedItem = `/deletedItems${path}`
      strictEqual((yield* client.delete(path)).status, 204)
      strictEqual((yield* client.delete(path)).status, 404)
      strictEqual((yield* client.get(deletedItem)).body.deletedDateTime, "1970-01-01T00:00:00Z")
      // The tokens of the administrator do not live so long.
      yield* TestClock.adjust("30 minutes")
      strictEqual((yield* client.post(`${deletedItem}/restore`)).status, 200)
      strictEqual((yield* client.get(path)).body.deletedDateTime, null)
      yield* client.delete(path)
      strictEqual((yield* client.delete(deletedItem)).status, 204)
      strictEqual((yield* client.post(`${deletedItem}/restore`)).status, 404)
    }))

  it.effect("go for good after that", () =>
    Effect.gen(function*() {
      const client = yield* administrator({ tokenLifetime: "60 days" })
      const path = `/workflows/${Seed.demoResult.workflowId}`
      yield* client.delete(path)
      yield* TestClock.adjust(30 * 86_400_000 - 1)
      strictEqual((yield* client.get(`/deletedItems${path}`)).status, 200)
      yield* TestClock.adjust(1)
      strictEqual((yield* client.get(`/deletedItems${path}`)).status, 404)
      // What was deleted before the emulator was there stays.
      strictEqual((yield* client.get("/deletedItems/workflows")).body.value.length, 2)
    }))
})

describe("custom task extensions", () => {
  it.effect("are created, changed and deleted, but not while a workflow calls them", () =>
    Effect.gen(function*() {
      const client = yield* administrator()
      const created = yield* client.post("/customTaskExtensions", bodies["customTaskExtensions.create"])
      strictEqual(created.status, 201)
      const path = `/customTaskExtensions/${created.body.id}`
      yield* client.patch(path, { displayName: "Renamed", description: "What it does" })
      const { body } = yield* client.get(path)
      deepStrictEqual([body.displayName, body.description, body.createdBy.id], [
        "Renamed",
        "What it does",
        Seed.demoAdmin.objectId
      ])
      const workflow = yield* client.post("/workflows", workflowBody([callExtension(created.body.id)]))
      strictEqual(workflow.status, 201)
      strictEqual((yield* client.delete(path)).status, 409)
      yield* client.delete(`/workflows/${workflow.body.id}`)
      strictEqual((yield* client.delete(path)).status, 204)
      strictEqual((yield* client.get(path)).status, 404)
    }))

  it.effect("are a hundred in a tenant, and have timeouts of 5 minutes to 3 hours", () =>
    Effect.gen(function*() {
      const { get, post } = yield* administrator()
      const body = bodies["customTaskExtensions.create"]
      const callback = (timeoutDuration: string) => ({
        ...body,
        callbackConfiguration: {
          "@odata.type": "#microsoft.graph.identityGovernance.customTaskExtensionCallbackConfiguration",
          timeoutDuration
        }
      })
      for (const [duration, status] of [["PT4M59S", 400], ["PT5M", 201], ["PT3H", 201], ["PT3H1S", 400]] as const) {
        strictEqual((yield* post("/customTaskExtensions", callback(duration))).status, status)
      }
      const count = (yield* get("/customTaskExtensions")).body["@odata.count"]
      for (let i = count; i < Limits.customTaskExtensionsPerTenant; i++) {
        strictEqual((yield* post("/customTaskExtensions", body)).status, 201)
      }
      strictEqual((yield* post("/customTaskExtensions", body)).status, 400)
    }))
})

describe("settings", () => {
  it.effect("are changed in part, within limits", () =>
    Effect.gen(function*() {
      const { get, patch } = yield* administrator()
      strictEqual((yield* patch("/settings", { workflowScheduleIntervalInHours: 24 })).status, 204)
      strictEqual((yield* patch("/settings", { workflowScheduleIntervalInHours: 25 })).status, 400)
      const { body } = yield* get("/settings")
      deepStrictEqual([body.workflowScheduleIntervalInHours, body.emailSettings.senderDomain], [
        24,
        "ContosoIndustries.net"
      ])
    }))
})

describe("what is computed", () => {
  it.effect("follows what happens: summaries and insights", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      const { emulator, get, post } = yield* administrator()
      const { body: { id } } = yield* post("/workflows", workflowBody())
      yield* emulator.failTasks({ userId: ea09, taskDefinitionId: enableUserAccount })
      yield* post(`/workflows/${id}/activate`, { subjects: Seed.demoUserIds.map((id) => ({ id })) })
      yield* TestClock.adjust("1 minute")
      const summary = (path: string, from = "2026-01-01T00:00:03Z", to = "2026-01-02T00:00:00Z") =>
        Effect.map(get(`${path}(startDateTime=${from},endDateTime=${to})`), ({ body }) => {
          const { "@odata.context": _, ...rest } = body
          return rest.value ?? rest
        })
      const { body: { value: [run] } } = yield* get(`/workflows/${id}/runs`)
      deepStrictEqual(yield* summary(`/workflows/${id}/runs/summary`), {
        failedRuns: 1,
        failedTasks: 1,
        successfulRuns: 0,
        totalRuns: 1,
        totalTasks: 6,
        totalUsers: 3
      })
      // The run started 3 seconds after midnight: one millisecond later, there was none.
      strictEqual((yield* summary(`/workflows/${id}/runs/summary`, "2026-01-01T00:00:03.001Z")).totalRuns, 0)
      deepStrictEqual(yield* summary(`/workflows/${id}/userProcessingResults/summary`), {
        failedTasks: 1,
        failedUsers: 1,
        successfulUsers: 2,
        totalTasks: 6,
        totalUsers: 3
      })
      deepStrictEqual(yield* summary(`/workflows/${id}/runs/${run.id}/subjectProcessingResults/summary`), {
        failedSubjects: 1,
        failedTasks: 1,
        successfulSubjects: 2,
        totalSubjects: 3,
        totalTasks: 6
      })
      deepStrictEqual(yield* summary(`/workflows/${id}/taskReports/summary`), {
        failedTasks: 1,
        successfulTasks: 4,
        totalTasks: 6,
        unprocessedTasks: 1
      })
      const all = yield* summary("/insights/workflowsProcessedSummary")
      deepStrictEqual([all.totalRuns, all.totalTasks, all.successfulTasks, all.failedTasks], [1, 6, 4, 1])
      const byCategory = yield* summary("/insights/workflowsProcessedByCategory")
      deepStrictEqual([byCategory.totalJoinerRuns, byCategory.failedJoinerRuns, byCategory.totalMoverRuns], [1, 1, 0])
      deepStrictEqual((yield* summary("/insights/topWorkflowsProcessedSummary")).map((top: any) => top.workflowId), [
        id
      ])
      deepStrictEqual(
        (yield* summary("/insights/topTasksProcessedSummary")).map((top: any) => [
          top.taskDefinitionId,
          top.totalTasks,
          top.failedTasks,
          top.successfulUsers
        ]),
        [[enableUserAccount, 3, 1, 2], [sendWelcomeEmail, 2, 0, 2]]
      )
    }))
})

describe("a tenant of one's own", () => {
  it.effect("needs no more than a root: definitions, templates and settings are there", () =>
    Effect.gen(function*() {
      const { get, post } = yield* administrator({ tenants: () => [{ ...Seed.demo(), root: Store.node() }] })
      deepStrictEqual((yield* get("/workflows")).body.value, [])
      deepStrictEqual((yield* get("/deletedItems/workflows")).body.value, [])
      strictEqual((yield* get("/taskDefinitions")).body["@odata.count"], 25)
      strictEqual((yield* get("/workflowTemplates")).body.value.length, 6)
      strictEqual((yield* get("/settings")).body.workflowScheduleIntervalInHours, 3)
      strictEqual((yield* post("/workflows", workflowBody())).status, 201)
    }))
})

describe("task reports", () => {
  it.effect("show their task and its definition to those who ask", () =>
    Effect.gen(function*() {
      const { get } = yield* administrator()
      const path = `/workflows/${Seed.demoResult.workflowId}/taskReports`
      const { body: { value: [report] } } = yield* get(
        `${path}?$select=id&$expand=taskDefinition,task($select=displayName)`
      )
      deepStrictEqual([report.task, report.taskDefinition.displayName], [
        { displayName: "Enable User Account" },
        "Enable user account"
      ])
      strictEqual("task" in (yield* get(path)).body.value[0], false)
    }))
})
