import { Seed, Store, type TaskFailure } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Fiber, TestClock } from "effect"
import { administrator, callExtension, enableUserAccount, sendWelcomeEmail, workflowBody } from "./support.js"

const [ea09, c8cdf, df74] = Seed.demoUserIds
const subjects = (...ids: ReadonlyArray<string>) => ({ subjects: ids.map((id) => ({ id })) })
const namespace = "#microsoft.graph.identityGovernance"

/** A workflow, activated for users unless there are none, and ways to look at its run. */
const activated = (options: {
  readonly tasks?: Parameters<typeof workflowBody>[0]
  readonly users?: ReadonlyArray<string>
  readonly changes?: { readonly [name: string]: unknown }
  readonly failures?: ReadonlyArray<TaskFailure.Rule>
} = {}) =>
  Effect.gen(function*() {
    const client = yield* administrator()
    for (const rule of options.failures ?? []) yield* client.emulator.failTasks(rule)
    const created = yield* client.post("/workflows", workflowBody(options.tasks, options.changes))
    strictEqual(created.status, 201)
    const path = `/workflows/${created.body.id}`
    const users = options.users ?? [ea09, c8cdf]
    if (users.length > 0) strictEqual((yield* client.post(`${path}/activate`, subjects(...users))).status, 204)
    const runs = Effect.map(client.get(`${path}/runs`), ({ body }) => body.value as ReadonlyArray<any>)
    const run = Effect.map(runs, (runs) => runs.at(-1))
    const results = Effect.flatMap(run, ({ id }) => client.get(`${path}/runs/${id}/userProcessingResults`)).pipe(
      Effect.map(({ body }) => body.value as ReadonlyArray<any>)
    )
    const taskResults = Effect.flatMap(run, ({ id }) => client.get(`${path}/runs/${id}/taskProcessingResults`)).pipe(
      Effect.map(({ body }) => body.value as ReadonlyArray<any>)
    )
    return { ...client, path, runs, run, results, taskResults }
  })

const status = (entity: any): string => entity.processingStatus

describe("a run", () => {
  it.effect("is queued, in progress and completed, each to the millisecond", () =>
    Effect.gen(function*() {
      const { results, run, taskResults } = yield* activated()
      // 3 s in the queue, and two tasks of 5 s.
      const expected: ReadonlyArray<readonly [number, string, string, ReadonlyArray<string>]> = [
        [0, "queued", "queued", ["queued", "queued"]],
        [2999, "queued", "queued", ["queued", "queued"]],
        [3000, "inProgress", "inProgress", ["inProgress", "queued"]],
        [7999, "inProgress", "inProgress", ["inProgress", "queued"]],
        [8000, "inProgress", "inProgress", ["completed", "inProgress"]],
        [12999, "inProgress", "inProgress", ["completed", "inProgress"]],
        [13000, "completed", "completed", ["completed", "completed"]]
      ]
      for (const [at, ofRun, ofUser, ofTasks] of expected) {
        yield* TestClock.setTime(at)
        strictEqual(status(yield* run), ofRun, `run at ${at}`)
        deepStrictEqual((yield* results).map(status), [ofUser, ofUser])
        deepStrictEqual((yield* taskResults).map(status), [...ofTasks, ...ofTasks])
      }
      const { id: _, ...over } = yield* run
      deepStrictEqual(over, {
        completedDateTime: "1970-01-01T00:00:13Z",
        activatedOnScope: null,
        failedTasksCount: 0,
        failedUsersCount: 0,
        lastUpdatedDateTime: "1970-01-01T00:00:13Z",
        processingStatus: "completed",
        scheduledDateTime: "1970-01-01T00:00:00Z",
        startedDateTime: "1970-01-01T00:00:03Z",
        successfulUsersCount: 2,
        totalTasksCount: 4,
        totalUnprocessedTasksCount: 0,
        totalUsersCount: 2,
        workflowExecutionType: "onDemand"
      })
      const [first, second] = yield* taskResults
      deepStrictEqual([first.startedDateTime, first.completedDateTime], [
        "1970-01-01T00:00:03Z",
        "1970-01-01T00:00:08Z"
      ])
      deepStrictEqual(
        [second.startedDateTime, second.completedDateTime],
        ["1970-01-01T00:00:08Z", "1970-01-01T00:00:13Z"]
      )
      deepStrictEqual([first.task.executionSequence, second.task.executionSequence], [1, 2])
      strictEqual(first.subject.id, ea09)
    }))

  it.effect("is the same however often somebody looks at it", () =>
    Effect.gen(function*() {
      const failures = [{ userId: ea09, taskDefinitionId: sendWelcomeEmail }]
      const [often, once] = yield* Effect.all([activated({ failures }), activated({ failures })])
      for (let i = 0; i < 20; i++) {
        yield* TestClock.adjust(700)
        yield* often.run
      }
      deepStrictEqual(yield* often.run, yield* once.run)
      deepStrictEqual(yield* often.taskResults, yield* once.taskResults)
    }))

  it.effect("stops for a user at a task that fails, and goes on where it may", () =>
    Effect.gen(function*() {
      const failures = [{ userId: ea09, taskDefinitionId: enableUserAccount, reason: "No such account." }]
      const stopping = yield* activated({ failures })
      const going = yield* activated({
        failures,
        tasks: [
          { taskDefinitionId: enableUserAccount, continueOnError: true },
          { taskDefinitionId: sendWelcomeEmail }
        ]
      })
      yield* TestClock.adjust("13 seconds")
      const [one, other] = yield* stopping.results
      deepStrictEqual(
        [status(one), one.failedTasksCount, one.totalUnprocessedTasksCount, one.completedDateTime],
        ["failed", 1, 1, "1970-01-01T00:00:08Z"]
      )
      deepStrictEqual([status(other), other.failedTasksCount, other.totalUnprocessedTasksCount], ["completed", 0, 0])
      deepStrictEqual((yield* stopping.taskResults).map(({ failureReason }) => failureReason), [
        "No such account.",
        null,
        null
      ])
      strictEqual(status(yield* stopping.run), "completedWithErrors")
      deepStrictEqual((yield* going.results).map(status), ["completedWithErrors", "completed"])
      deepStrictEqual((yield* going.taskResults).map(status), ["failed", "completed", "completed", "completed"])
      const run = yield* going.run
      deepStrictEqual([status(run), run.failedUsersCount, run.successfulUsersCount], ["completedWithErrors", 1, 1])
    }))

  it.effect("fails where everybody's fails; a rule holds as often as it says", () =>
    Effect.gen(function*() {
      const all = yield* activated({ failures: [{}] })
      const two = yield* activated({ failures: [{ times: 2 }] })
      yield* TestClock.adjust("1 minute")
      strictEqual(status(yield* all.run), "failed")
      strictEqual(status(yield* two.run), "completedWithErrors")
      yield* all.emulator.clearTaskFailures
      yield* all.post(`${all.path}/activate`, subjects(ea09))
      yield* TestClock.adjust("1 minute")
      strictEqual(status(yield* all.run), "completed")
    }))

  it.effect("leaves out tasks that are disabled, and ends at once where there are none", () =>
    Effect.gen(function*() {
      const { results, run } = yield* activated({ tasks: [{ taskDefinitionId: enableUserAccount, isEnabled: false }] })
      yield* TestClock.adjust(2999)
      strictEqual(status(yield* run), "queued")
      yield* TestClock.adjust(1)
      strictEqual(status(yield* run), "completed")
      strictEqual((yield* results)[0].totalTasksCount, 0)
    }))

  it.effect("processes users that fail by the tenant's seed, the same ones each time", () =>
    Effect.gen(function*() {
      const run = Effect.gen(function*() {
        const client = yield* administrator({ processing: { taskDuration: 0, queueDuration: 0, failureRate: 0.3 } })
        const { body: { id } } = yield* client.post("/workflows", workflowBody())
        const scope = { "@odata.type": `${namespace}.activateGroupScope`, group: { id: Seed.demoGroupId } }
        strictEqual((yield* client.post(`/workflows/${id}/activateWithScope`, { scope })).status, 204)
        return (yield* client.get(`/workflows/${id}/userProcessingResults`)).body.value.map(status)
      })
      const [one, other] = yield* Effect.all([run, run])
      deepStrictEqual(one, other)
      assertTrue(one.includes("failed") && one.includes("completed"))
    }))
})

describe("cancelProcessing", () => {
  const cancel = (id: string) => ({ scope: { "@odata.type": `${namespace}.cancelRunsScope`, runs: [{ id }] } })

  it.effect("lets tasks under way finish, and then cancels", () =>
    Effect.gen(function*() {
      const { path, post, results, run, taskResults } = yield* activated({ users: [ea09] })
      yield* TestClock.adjust(4000)
      const { id } = yield* run
      strictEqual((yield* post(`${path}/cancelProcessing`, cancel(id))).status, 204)
      strictEqual(status(yield* run), "canceling")
      strictEqual((yield* post(`${path}/cancelProcessing`, cancel(id))).status, 409)
      yield* TestClock.adjust(4999)
      strictEqual(status(yield* run), "canceling")
      yield* TestClock.adjust(1)
      strictEqual(status(yield* run), "canceled")
      deepStrictEqual((yield* taskResults).map(status), ["completed", "canceled"])
      deepStrictEqual((yield* results).map((result) => [status(result), result.totalUnprocessedTasksCount]), [
        ["canceled", 1]
      ])
      strictEqual((yield* post(`${path}/cancelProcessing`, cancel(id))).status, 409)
      strictEqual((yield* post(`${path}/cancelProcessing`, cancel(id.replace(/^./, "0")))).status, 404)
    }))

  it.effect("of a run in the queue: nothing of it begins", () =>
    Effect.gen(function*() {
      const { path, post, results, run, taskResults } = yield* activated()
      yield* TestClock.adjust(1000)
      yield* post(`${path}/cancelProcessing`, cancel((yield* run).id))
      yield* TestClock.adjust("1 minute")
      const canceled = yield* run
      deepStrictEqual([status(canceled), canceled.startedDateTime, canceled.completedDateTime], [
        "canceled",
        null,
        "1970-01-01T00:00:06Z"
      ])
      deepStrictEqual((yield* results).map(status), ["canceled", "canceled"])
      deepStrictEqual(new Set((yield* taskResults).map(status)), new Set(["canceled"]))
    }))
})

describe("a task that calls an extension", () => {
  const tasks = [callExtension(Seed.demoExtensions.waiting), { taskDefinitionId: enableUserAccount }]
  const resumed = (operationStatus: string) => ({
    data: { "@odata.type": `${namespace}.customTaskExtensionCallbackData`, operationStatus }
  })

  it.effect("waits until it is resumed", () =>
    Effect.gen(function*() {
      const { path, post, run, taskResults } = yield* activated({ tasks, users: [ea09] })
      const [waiting, next] = yield* taskResults
      const resume = (result: any, body: unknown) =>
        post(`${path}/tasks/${result.task.id}/taskProcessingResults/${result.id}/resume`, body)
      strictEqual((yield* resume(waiting, resumed("completed"))).status, 409)
      yield* TestClock.adjust("2 minutes")
      deepStrictEqual((yield* taskResults).map(status), ["inProgress", "queued"])
      strictEqual((yield* resume(next, resumed("completed"))).status, 409)
      strictEqual((yield* resume(waiting, resumed("completed"))).status, 204)
      deepStrictEqual((yield* taskResults).map(status), ["completed", "inProgress"])
      strictEqual((yield* taskResults)[0].completedDateTime, "1970-01-01T00:02:00Z")
      strictEqual((yield* resume(waiting, resumed("completed"))).status, 409)
      yield* TestClock.adjust("5 seconds")
      strictEqual(status(yield* run), "completed")
    }))

  it.effect("fails where the extension says so", () =>
    Effect.gen(function*() {
      const { path, post, run, taskResults } = yield* activated({ tasks, users: [ea09] })
      yield* TestClock.adjust("1 minute")
      const [waiting] = yield* taskResults
      yield* post(`${path}/tasks/${waiting.task.id}/taskProcessingResults/${waiting.id}/resume`, resumed("failed"))
      strictEqual(status(yield* run), "failed")
      strictEqual((yield* taskResults)[0].failureReason, "The custom task extension called back that it had failed.")
    }))

  it.effect("fails at its timeout, and not before", () =>
    Effect.gen(function*() {
      const { run, taskResults } = yield* activated({ tasks, users: [ea09] })
      yield* TestClock.adjust(3000 + 5 * 60_000 - 1)
      strictEqual(status(yield* run), "inProgress")
      yield* TestClock.adjust(1)
      strictEqual(status(yield* run), "failed")
      strictEqual((yield* taskResults)[0].failureReason, "The custom task extension did not call back in time.")
    }))

  it.effect("does not wait for one without a callback", () =>
    Effect.gen(function*() {
      const { run } = yield* activated({ tasks: [callExtension(Seed.demoExtensions.immediate)] })
      yield* TestClock.adjust(8000)
      strictEqual(status(yield* run), "completed")
    }))

  it.effect("can be resumed although the workflow has got a new version", () =>
    Effect.gen(function*() {
      const { path, post, run, taskResults } = yield* activated({ tasks, users: [ea09] })
      yield* TestClock.adjust("1 minute")
      const [waiting] = yield* taskResults
      strictEqual((yield* post(`${path}/createNewVersion`, { workflow: workflowBody() })).status, 200)
      const resume = `${path}/tasks/${waiting.task.id}/taskProcessingResults/${waiting.id}/resume`
      strictEqual((yield* post(resume, resumed("completed"))).status, 204)
      yield* TestClock.adjust("5 seconds")
      strictEqual(status(yield* run), "completed")
    }))
})

describe("activateWithScope", () => {
  const scope = (type: string, rest: object) => ({ scope: { "@odata.type": `${namespace}.${type}`, ...rest } })

  it.effect("runs for users, told in either way, and for the members of a group", () =>
    Effect.gen(function*() {
      const { emulator, path, post, results, run } = yield* activated({ users: [] })
      yield* post(`${path}/activateWithScope`, scope("activateUserScope", { users: [{ id: ea09 }, { id: c8cdf }] }))
      const first = yield* run
      deepStrictEqual([first.workflowExecutionType, first.totalUsersCount], ["activatedWithScope", 2])
      deepStrictEqual(first.activatedOnScope.users, [{ id: ea09 }, { id: c8cdf }])
      yield* post(`${path}/activateWithScope`, subjects(df74))
      deepStrictEqual((yield* results).map(({ subject }) => subject.id), [df74])
      yield* post(`${path}/activateWithScope`, scope("activateGroupScope", { group: { id: Seed.demoGroupId } }))
      const group = emulator.tenants[0]!.root.collections.groups!.get(Seed.demoGroupId)!
      deepStrictEqual(
        (yield* results).map(({ subject }) => subject.id),
        Store.members(group, "members").map(Store.idOf)
      )
    }))

  it.effect("runs again for those whom an earlier run failed, and notes it there", () =>
    Effect.gen(function*() {
      const { get, path, post, results, run, taskResults } = yield* activated({
        failures: [{ userId: ea09, taskDefinitionId: sendWelcomeEmail, times: 1 }]
      })
      yield* TestClock.adjust("13 seconds")
      const [first, [failed]] = [yield* run, yield* results]
      strictEqual(status(failed), "failed")
      const rerun = { run: { id: first.id }, taskScope: "failedTasks", userScope: "failedUsers" }
      strictEqual((yield* post(`${path}/activateWithScope`, scope("activateRunScope", rerun))).status, 204)
      yield* TestClock.adjust("8 seconds")
      const second = yield* run
      deepStrictEqual([status(second), second.totalUsersCount, second.totalTasksCount], ["completed", 1, 1])
      strictEqual((yield* taskResults)[0].task.taskDefinitionId, sendWelcomeEmail)
      assertTrue(/^[0-9a-f-]{36}_\d+$/.test(second.id))
      const whole = { processingResults: [{ id: failed.id }], taskScope: "allTasks" }
      yield* post(`${path}/activateWithScope`, scope("activateProcessingResultScope", whole))
      strictEqual((yield* run).totalTasksCount, 2)
      const { body } = yield* get(`${path}/userProcessingResults?$expand=reprocessedRuns($select=id)`)
      const again = body.value.find(({ id }: any) => id === failed.id).reprocessedRuns
      deepStrictEqual(again.map(({ id }: any) => id), [second.id, (yield* run).id])
    }))

  it.effect("knows whom and what it does not know", () =>
    Effect.gen(function*() {
      const { patch, path, post } = yield* activated({ users: [] })
      const nobody = ea09.replace(/^./, "0")
      strictEqual((yield* post(`${path}/activateWithScope`, subjects(nobody))).status, 406)
      strictEqual((yield* post(`${path}/activate`, subjects(nobody))).status, 406)
      const statuses = [
        scope("activateGroupScope", { group: { id: nobody } }),
        scope("activateRunScope", { run: { id: nobody }, taskScope: "allTasks", userScope: "allUsers" }),
        scope("activateProcessingResultScope", { processingResults: [{ id: nobody }], taskScope: "allTasks" })
      ]
      for (const body of statuses) strictEqual((yield* post(`${path}/activateWithScope`, body)).status, 404)
      strictEqual((yield* post(`${path}/activateWithScope`, scope("activateEverybody", {}))).status, 400)
      strictEqual((yield* post(`${path}/activate`, subjects(...Array.from({ length: 11 }, () => ea09)))).status, 400)
      strictEqual((yield* post(`${path}/activate`, subjects())).status, 400)
      yield* patch(path, { isEnabled: false })
      strictEqual((yield* post(`${path}/activate`, subjects(ea09))).status, 400)
    }))
})

describe("activateAndWait", () => {
  it.effect("answers when the run is over", () =>
    Effect.gen(function*() {
      const { path, post, run } = yield* activated({
        users: [],
        failures: [{ taskDefinitionId: sendWelcomeEmail, reason: "No." }]
      })
      const subject = {
        "@odata.type": `${namespace}.directoryObjectWorkflowSubject`,
        directoryObject: { "@odata.type": "#microsoft.graph.user", id: ea09 }
      }
      const fiber = yield* Effect.fork(post(`${path}/activateAndWait`, { subject }))
      yield* TestClock.adjust(12_999)
      strictEqual((yield* Fiber.poll(fiber))._tag, "None")
      yield* TestClock.adjust(1001)
      const { body } = yield* Fiber.join(fiber)
      deepStrictEqual([body.processingStatus, body.statusReasons, body.subject], ["failed", ["No."], subject])
      strictEqual((yield* run).workflowExecutionType, "onDemand")
    }))

  it.effect("takes subjects that the directory does not have", () =>
    Effect.gen(function*() {
      const { get, path, post, run } = yield* activated({ users: [] })
      const subject = {
        "@odata.type": `${namespace}.provisioningObjectWorkflowSubject`,
        id: "b74f0fae-b1f3-4c96-9bf0-d4d8a8e37cbe",
        attributeSetEntries: [{ name: "department", value: "Engineering" }]
      }
      const fiber = yield* Effect.fork(post(`${path}/activateAndWait`, { subject }))
      yield* TestClock.adjust("1 minute")
      strictEqual((yield* Fiber.join(fiber)).body.processingStatus, "completed")
      const { id } = yield* run
      const { body } = yield* get(`${path}/runs/${id}/subjectProcessingResults`)
      deepStrictEqual(body.value[0].subject, subject)
      strictEqual(body.value[0].subjectType, "provisioningObject")
    }))
})

describe("quarantine", () => {
  const threshold = (threshold: number) => ({
    quarantineConfiguration: {
      matchMode: "any",
      conditions: [{ "@odata.type": `${namespace}.countBasedQuarantineCondition`, threshold }]
    }
  })
  const details = { $select: "quarantineDetails" }

  it.effect("holds up a run with more users than the workflow's threshold, when it starts", () =>
    Effect.gen(function*() {
      const { get, path, post, results, run } = yield* activated({ changes: { settings: threshold(1) } })
      const quarantine = Effect.map(
        get(`${path}?$select=${details.$select}`),
        ({ body }) => body.quarantineDetails?.quarantineType
      )
      yield* TestClock.adjust(2999)
      strictEqual(status(yield* run), "queued")
      strictEqual(yield* quarantine, undefined)
      yield* TestClock.adjust(1)
      strictEqual(status(yield* run), "quarantined")
      deepStrictEqual((yield* results).map(status), ["quarantined", "quarantined"])
      strictEqual(yield* quarantine, "countBasedThresholdExceeded")
      yield* post(`${path}/activate`, subjects(ea09))
      yield* TestClock.adjust("1 minute")
      strictEqual(status(yield* run), "quarantined")
      const released = yield* post(`${path}/clearQuarantine`)
      strictEqual(released.body.quarantineDetails.quarantineType, "notQuarantined")
      yield* post(`${path}/activate`, subjects(ea09))
      yield* TestClock.adjust("1 minute")
      strictEqual(status(yield* run), "completed")
    }))

  it.effect("goes by the tenant's thresholds where the workflow has none, and lets pass what meets them exactly", () =>
    Effect.gen(function*() {
      const { patch, path, post, run } = yield* activated({ users: [] })
      strictEqual((yield* patch("/settings", threshold(2))).status, 204)
      yield* post(`${path}/activate`, subjects(ea09, c8cdf))
      yield* TestClock.adjust("1 minute")
      strictEqual(status(yield* run), "completed")
      yield* post(`${path}/activate`, subjects(ea09, c8cdf, df74))
      yield* TestClock.adjust("1 minute")
      strictEqual(status(yield* run), "quarantined")
    }))
})

describe("previews", () => {
  it.effect("a preview is a run of its own kind", () =>
    Effect.gen(function*() {
      const { path, post, run } = yield* activated({ users: [] })
      const body = { subjects: [{ "@odata.type": "#microsoft.graph.user", id: ea09 }] }
      strictEqual((yield* post(`${path}/previewWorkflow`, body)).status, 204)
      yield* TestClock.adjust("1 minute")
      const preview = yield* run
      deepStrictEqual([preview.workflowExecutionType, status(preview)], ["preview", "completed"])
    }))

  it.effect("previewTaskFailures names what a rule makes fail for everybody", () =>
    Effect.gen(function*() {
      const { emulator, path, post } = yield* activated({ users: [] })
      deepStrictEqual((yield* post(`${path}/previewTaskFailures`)).body.value, [])
      yield* emulator.failTasks({ taskDefinitionId: enableUserAccount, userId: ea09 })
      yield* emulator.failTasks({ taskDefinitionId: sendWelcomeEmail, reason: "No mail today." })
      const { body } = yield* post(`${path}/previewTaskFailures`)
      deepStrictEqual(
        body.value.map(({ definitionId, failureReason, name }: any) => [definitionId, failureReason, name]),
        [[sendWelcomeEmail, "No mail today.", "Task 2"]]
      )
    }))
})
