/** The whole life of a workflow, by our client against the emulator, in virtual time. */
import { ClientSecret, TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, LifecycleWorkflows } from "@effect-msgraph/client"
import { ExecutionConditions, Filter, Ids, Tasks } from "@effect-msgraph/domain"
import { GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, DateTime, Effect, Layer, Stream, TestClock } from "effect"

const layer = LifecycleWorkflows.layer.pipe(
  Layer.provide(GraphClient.layer),
  Layer.provide(TokenProvider.layer),
  Layer.provide(ClientSecret.layer({ ...Seed.demoAdmin, tenantId: Seed.demoTenantId })),
  Layer.provideMerge(GraphEmulator.layerInMemory())
)

/** Two users that the demo tenant has. */
const twoUsers = Effect.gen(function*() {
  const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
  const results = yield* lcw.workflows.runs.userProcessingResults.list({
    workflowId: Ids.WorkflowId.make(Seed.demoLargeRun.workflowId),
    runId: Ids.RunId.make(Seed.demoLargeRun.runId)
  }, { select: ["subject"] }).pipe(Stream.take(2), Stream.runCollect)
  return Chunk.toReadonlyArray(Chunk.map(results, (result) => result.subject))
})

describe("the life of a workflow", () => {
  it.effect("created from a template, run for users, reported, deleted, restored", () =>
    Effect.gen(function*() {
      const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
      yield* TestClock.setTime(DateTime.unsafeMake("2026-11-23T09:00:00Z").epochMillis)
      const started = yield* DateTime.now

      const [template] = Chunk.toReadonlyArray(
        yield* lcw.workflowTemplates.list({ filter: Filter.eq("category", "leaver") }).pipe(
          Stream.take(1),
          Stream.runCollect
        )
      )
      const { executionConditions } = yield* lcw.workflowTemplates.get({ workflowTemplateId: template!.id })

      const tasks = [Tasks.disableUserAccount(), Tasks.removeUserFromAllGroups()]
      const created = yield* lcw.workflows.create({
        category: "leaver",
        displayName: "Leavers of today",
        description: "Made by a test",
        isEnabled: true,
        isSchedulingEnabled: false,
        executionConditions: executionConditions ?? ExecutionConditions.onDemandOnly,
        tasks
      })
      const workflowId = created.id
      const details = yield* lcw.workflows.get({ workflowId })
      const tagged = [
        Tasks.disableUserAccount({ executionSequence: 1 }),
        Tasks.removeUserFromAllGroups({ executionSequence: 2 })
      ]
      expect(details.tasks.map((task) => Tasks.parse(task))).toEqual(tagged.map((task) => Tasks.parse(task)))

      const subjects = yield* twoUsers
      yield* lcw.workflows.activate({ workflowId }, { subjects })
      const [queued] = Chunk.toReadonlyArray(yield* Stream.runCollect(lcw.workflows.runs.list({ workflowId })))
      expect(queued!.processingStatus).toBe("queued")
      expect(queued!.workflowExecutionType).toBe("onDemand")

      yield* TestClock.adjust("1 hour")
      const run = yield* lcw.workflows.runs.get({ workflowId, runId: queued!.id })
      expect(run.processingStatus).toBe("completed")
      expect([run.totalUsersCount, run.successfulUsersCount, run.failedUsersCount]).toEqual([2, 2, 0])
      expect([run.totalTasksCount, run.failedTasksCount, run.totalUnprocessedTasksCount]).toEqual([4, 0, 0])

      const results = yield* Stream.runCollect(
        lcw.workflows.runs.userProcessingResults.list({ workflowId, runId: run.id }, {
          filter: Filter.eq("processingStatus", "completed")
        })
      )
      expect(Chunk.map(results, (result) => result.subject.id).pipe(Chunk.toReadonlyArray, (ids) => [...ids].sort()))
        .toEqual(subjects.map((subject) => subject.id).sort())

      const period = { workflowId, startDateTime: started, endDateTime: yield* DateTime.now }
      expect(yield* lcw.workflows.runs.summary(period)).toMatchObject({
        totalRuns: 1,
        successfulRuns: 1,
        failedRuns: 0
      })
      const reports = yield* Stream.runCollect(lcw.workflows.taskReports.list({ workflowId }))
      expect(reports.length).toBe(2)

      yield* lcw.workflows.delete({ workflowId })
      expect((yield* Effect.flip(lcw.workflows.get({ workflowId })))._tag).toBe("NotFound")
      expect((yield* lcw.deletedItems.workflows.get({ workflowId })).displayName).toBe("Leavers of today")
      yield* lcw.deletedItems.workflows.restore({ workflowId })
      expect((yield* lcw.workflows.get({ workflowId })).displayName).toBe("Leavers of today")
    }).pipe(Effect.provide(layer)))

  it.effect("a body that the service would refuse is not sent", () =>
    Effect.gen(function*() {
      const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
      const emulator = yield* GraphEmulator.GraphEmulator
      const error = yield* Effect.flip(lcw.workflows.create({
        category: "joiner",
        displayName: "Too many tasks",
        isEnabled: true,
        isSchedulingEnabled: false,
        executionConditions: ExecutionConditions.onDemandOnly,
        tasks: Array.from({ length: 26 }, () => Tasks.enableUserAccount())
      }))
      expect(error._tag).toBe("InvalidRequest")
      expect(error.message).toContain("25")
      expect((yield* emulator.requestCounts).total).toBe(0)
    }).pipe(Effect.provide(layer)))
})
