/** Batches of the client, as the emulator takes them. */
import { ClientSecret, TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, LifecycleWorkflows } from "@effect-msgraph/client"
import * as Batch from "@effect-msgraph/client/Batch"
import { Ids, LifecycleWorkflowsApi } from "@effect-msgraph/domain"
import { Fault, GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Either, Fiber, Layer, Stream, TestClock } from "effect"

const inMemory = (application: Seed.DemoApplication = Seed.demoReader) =>
  LifecycleWorkflows.layer.pipe(
    Layer.provideMerge(GraphClient.layer),
    Layer.provide(TokenProvider.layer),
    Layer.provide(ClientSecret.layer({ ...application, tenantId: Seed.demoTenantId })),
    Layer.provideMerge(GraphEmulator.layerInMemory())
  )

const workflowId = Ids.WorkflowId.make(Seed.demoLargeRun.workflowId)
const runId = Ids.RunId.make(Seed.demoLargeRun.runId)

const someResults = Effect.gen(function*() {
  const { list } = (yield* LifecycleWorkflows.LifecycleWorkflows).workflows.runs.userProcessingResults
  return Chunk.toReadonlyArray(
    yield* list({ workflowId, runId }, { select: ["id"] }).pipe(Stream.take(45), Stream.runCollect)
  )
})

describe("batches", () => {
  it.effect("read what single gets read", () =>
    Effect.gen(function*() {
      const { get } = (yield* LifecycleWorkflows.LifecycleWorkflows).workflows.runs.userProcessingResults
      const emulator = yield* GraphEmulator.GraphEmulator
      const ids = (yield* someResults).map(({ id }) => id)
      const read = (batching: boolean) =>
        Effect.forEach(ids, (userProcessingResultId) => get({ workflowId, runId, userProcessingResultId }), {
          batching
        })
      const single = yield* read(false)
      const before = yield* emulator.requestCounts
      expect(yield* read(true)).toEqual(single)
      const after = yield* emulator.requestCounts
      expect([after.total - before.total, after.batched]).toEqual([3, 45])
    }).pipe(Effect.provide(inMemory())))

  it.effect("ask again for what was throttled, and for nothing else", () =>
    Effect.gen(function*() {
      const { get } = (yield* LifecycleWorkflows.LifecycleWorkflows).workflows.runs.userProcessingResults
      const emulator = yield* GraphEmulator.GraphEmulator
      const ids = (yield* someResults).map(({ id }) => id).slice(0, 20)
      yield* emulator.inject(Fault.throttled(7), { operation: "workflows.runs.userProcessingResults.get", times: 3 })
      const fiber = yield* Effect.fork(
        Effect.forEach(ids, (userProcessingResultId) => get({ workflowId, runId, userProcessingResultId }), {
          batching: true
        })
      )
      yield* TestClock.adjust("7 seconds")
      expect((yield* Fiber.join(fiber)).map(({ id }) => id)).toEqual(ids)
      const { batched, byOperation } = yield* emulator.requestCounts
      expect([batched, byOperation.$batch]).toEqual([23, 2])
    }).pipe(Effect.provide(inMemory())))

  it.effect("change things in order, and stop where one fails", () =>
    Effect.gen(function*() {
      const graph = yield* GraphClient.GraphClient
      const update = (description: string) =>
        Batch.item(LifecycleWorkflowsApi.updateWorkflow, { workflowId }, { description })
      const first = update("first")
      const gone = Batch.item(LifecycleWorkflowsApi.getRun, {
        workflowId,
        runId: Ids.RunId.make("00000000-0000-0000-0000-000000000001")
      }).pipe(Batch.dependsOn(first))
      const results = yield* graph.batch({
        first,
        gone,
        never: update("never").pipe(Batch.dependsOn(gone)),
        seen: Batch.item(LifecycleWorkflowsApi.getWorkflow, { workflowId }, { select: ["description"] }).pipe(
          Batch.dependsOn(first)
        )
      })
      expect(Either.isRight(results.first)).toBe(true)
      expect(Either.getOrThrow(Either.flip(results.gone))._tag).toBe("NotFound")
      expect(Either.getOrThrow(Either.flip(results.never))).toMatchObject({ _tag: "DependencyFailed", parent: "gone" })
      expect(Either.getOrThrow(results.seen).description).toBe("first")
    }).pipe(Effect.provide(inMemory(Seed.demoAdmin))))

  it.effect("say what each may not do", () =>
    Effect.gen(function*() {
      const graph = yield* GraphClient.GraphClient
      const [read, removed] = yield* graph.batch([
        Batch.item(LifecycleWorkflowsApi.getRun, { workflowId, runId }),
        Batch.item(LifecycleWorkflowsApi.deleteWorkflow, { workflowId })
      ])
      expect(Either.isRight(read)).toBe(true)
      expect(Either.getOrThrow(Either.flip(removed))).toMatchObject({
        _tag: "Forbidden",
        operation: "workflows.delete"
      })
    }).pipe(Effect.provide(inMemory())))
})
