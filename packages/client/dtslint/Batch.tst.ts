// `toBeCallableWith` makes calls whose results nobody uses.
// @effect-diagnostics floatingEffect:off
import type { GraphClient, GraphError, LifecycleWorkflows } from "@effect-msgraph/client"
import * as Batch from "@effect-msgraph/client/Batch"
import { Ids, LifecycleWorkflowsApi as Api, type Processing, type Workflow } from "@effect-msgraph/domain"
import { Effect, type Either } from "effect"
import { describe, expect, test } from "tstyche"

declare const graph: GraphClient.Service
declare const lcw: LifecycleWorkflows.Service

const workflowId = Ids.WorkflowId.make("w")
const runId = Ids.RunId.make("r")

type Result<A> = Either.Either<A, GraphError.GraphError>

describe("an item", () => {
  test("has the type of what execute would answer", () => {
    expect(Batch.item(Api.getRun, { workflowId, runId })).type.toBe<Batch.Item<Processing.Run>>()
    expect(Batch.item(Api.getRun, { workflowId, runId }, { select: ["id"] })).type.toBe<
      Batch.Item<{ readonly id: Ids.RunId }>
    >()
    expect(Batch.item(Api.deleteWorkflow, { workflowId })).type.toBe<Batch.Item<void>>()
  })

  test("is a page, of a list", () => {
    expect(Batch.item(Api.listRuns, { workflowId }, { select: ["id"] })).type.toBe<
      Batch.Item<GraphClient.Page<{ readonly id: Ids.RunId }>>
    >()
  })

  test("takes what execute would take", () => {
    expect(Batch.item).type.not.toBeCallableWith(Api.getRun, { workflowId })
    expect(Batch.item).type.not.toBeCallableWith(Api.getRun, { workflowId: runId, runId })
    expect(Batch.item).type.not.toBeCallableWith(Api.getRun, { workflowId, runId }, { select: ["nope"] })
    expect(Batch.item).type.not.toBeCallableWith(Api.activateWorkflow, { workflowId })
    expect(Batch.item).type.toBeCallableWith(Api.activateWorkflow, { workflowId }, { subjects: [] })
  })

  test("keeps its type when it depends on others", () => {
    expect(
      Batch.item(Api.getRun, { workflowId, runId }).pipe(
        Batch.dependsOn(Batch.item(Api.deleteWorkflow, { workflowId }))
      )
    ).type.toBe<Batch.Item<Processing.Run>>()
    expect(Batch.dependsOn).type.not.toBeCallableWith()
    expect(Batch.dependsOn).type.not.toBeCallableWith("parent")
  })
})

describe("a batch", () => {
  test("of a record has the results by name, and does not fail", () => {
    expect(graph.batch({
      run: Batch.item(Api.getRun, { workflowId, runId }),
      workflow: Batch.item(Api.getWorkflow, { workflowId }, { select: ["displayName"] }),
      removed: Batch.item(Api.deleteWorkflow, { workflowId })
    })).type.toBe<
      Effect.Effect<{
        readonly run: Result<Processing.Run>
        readonly workflow: Result<Pick<Workflow.Workflow, "displayName">>
        readonly removed: Result<void>
      }>
    >()
  })

  test("of an array has them in its places", () => {
    expect(graph.batch([Batch.item(Api.getRun, { workflowId, runId }), Batch.item(Api.deleteWorkflow, { workflowId })]))
      .type.toBe<Effect.Effect<readonly [Result<Processing.Run>, Result<void>]>>()
    expect(graph.batch([runId].map((runId) => Batch.item(Api.getRun, { workflowId, runId })))).type.toBe<
      Effect.Effect<ReadonlyArray<Result<Processing.Run>>>
    >()
  })

  test("takes nothing but items", () => {
    expect(graph.batch).type.not.toBeCallableWith([lcw.workflows.get({ workflowId })])
    expect(graph.batch).type.not.toBeCallableWith({ a: 1 })
  })
})

describe("reads together", () => {
  test("have the types of reads", () => {
    expect(
      Effect.forEach([runId], (runId) => lcw.workflows.runs.get({ workflowId, runId }), { batching: true }).pipe(
        Batch.interruptible
      )
    ).type.toBe<Effect.Effect<Array<Processing.Run>, GraphError.GraphError>>()
  })
})

describe("settings", () => {
  test("are changed without a trace in the types", () => {
    const get = lcw.workflows.runs.get({ workflowId, runId })
    expect(get.pipe(Batch.withSettings({ maxSize: 1 }))).type.toBe<typeof get>()
    expect(Batch.withSettings(get, { writes: true, window: "1 second" })).type.toBe<typeof get>()
    expect(Batch.withSettings).type.not.toBeCallableWith({ size: 1 })
    // It would not close the window, and says so.
    expect(Batch.withSettings).type.not.toBeCallableWith({ window: undefined })
  })
})
