import { Filter, Ids, LifecycleWorkflowsApi as api, Operation, Processing } from "@effect-msgraph/domain"
import type { ActivationBody, Insights, Query, Summary, Workflow, WorkflowBody } from "@effect-msgraph/domain"
import type { DateTime, Either } from "effect"
import { describe, expect, test } from "tstyche"

declare const workflowId: Ids.WorkflowId
declare const runId: Ids.RunId
declare const userProcessingResultId: Ids.UserProcessingResultId

describe("Operation.request", () => {
  test("gives a request or says why there is none", () => {
    expect(Operation.request(api.getRun, { workflowId, runId })).type.toBe<
      Either.Either<Operation.RequestDescription, Operation.InvalidRequest>
    >()
  })

  test("takes the ids of the path, each of its brand", () => {
    expect<Operation.Parameters<typeof api.listRuns>>().type.toBe<{ readonly workflowId: Ids.WorkflowId }>()
    expect<Operation.Parameters<typeof api.getRun>>().type.toBe<
      { readonly workflowId: Ids.WorkflowId; readonly runId: Ids.RunId }
    >()
    expect<Operation.Parameters<typeof api.listRunUserProcessingResults>>().type.toBe<
      { readonly workflowId: Ids.WorkflowId; readonly runId: Ids.RunId }
    >()
    expect<Operation.Parameters<typeof api.getRunUserProcessingResult>>().type.toBe<{
      readonly workflowId: Ids.WorkflowId
      readonly runId: Ids.RunId
      readonly userProcessingResultId: Ids.UserProcessingResultId
    }>()
    expect<Operation.Parameters<typeof api.listUserTaskProcessingResults>>().type.toBe<
      { readonly workflowId: Ids.WorkflowId; readonly userProcessingResultId: Ids.UserProcessingResultId }
    >()
    expect(Operation.request).type.not.toBeCallableWith(api.getRun, { workflowId: runId, runId })
    expect(Operation.request).type.not.toBeCallableWith(api.getRun, { workflowId, runId: workflowId })
    expect(Operation.request).type.not.toBeCallableWith(api.getRun, { workflowId, runId: "dad77a47" })
    expect(Operation.request).type.not.toBeCallableWith(api.getRun, { workflowId })
    expect(Operation.request).type.not.toBeCallableWith(api.getRun, {})
  })

  test("takes the options that the operation supports", () => {
    expect(Operation.request).type.toBeCallableWith(api.listRuns, { workflowId }, {
      select: ["id"],
      orderBy: ["startedDateTime desc", "processingStatus"]
    })
    expect(Operation.request).type.toBeCallableWith(api.getRun, { workflowId, runId }, { select: ["id"] })
    expect(Operation.request).type.toBeCallableWith(api.getRun, { workflowId, runId }, {})
    expect(Operation.request).type.toBeCallableWith(api.getRun, { workflowId, runId }, undefined)
    expect(Operation.request).type.toBeCallableWith(
      api.listRunUserProcessingResults,
      { workflowId, runId },
      {
        select: ["id", "subject"],
        expand: {
          subject: true,
          taskProcessingResults: { select: ["id"], expand: { task: { select: ["displayName"] } } }
        }
      }
    )
  })

  test("takes no other option", () => {
    expect(Operation.request).type.not.toBeCallableWith(api.listRuns, { workflowId }, { expand: {} })
    expect(Operation.request).type.not.toBeCallableWith(api.listRuns, { workflowId }, { select: ["id"], expand: {} })
    expect(Operation.request).type.not.toBeCallableWith(api.listRuns, { workflowId }, { select: ["id"], filter: "a" })
    expect(Operation.request).type.not.toBeCallableWith(api.listRuns, { workflowId }, { top: 5 })
    expect(Operation.request).type.not.toBeCallableWith(api.getRun, { workflowId, runId }, {
      filter: Filter.eq("processingStatus", "failed")
    })
    expect(Operation.request).type.not.toBeCallableWith(api.clearQuarantine, { workflowId }, { select: ["id"] })
    expect(Operation.request).type.not.toBeCallableWith(api.deleteWorkflow, { workflowId }, { select: ["id"] })
    expect(Operation.request).type.not.toBeCallableWith(api.getRun, { workflowId, runId }, {
      select: ["id"],
      orderBy: ["startedDateTime"]
    })
    expect(Operation.request).type.not.toBeCallableWith(
      api.getRunUserProcessingResult,
      { workflowId, runId, userProcessingResultId },
      { select: ["id"], expand: { subject: true } }
    )
  })

  test("takes no misspelt name", () => {
    expect(Operation.request).type.not.toBeCallableWith(api.listRuns, { workflowId }, { select: ["failedTaskCount"] })
    expect(Operation.request).type.not.toBeCallableWith(api.listRuns, { workflowId }, { select: ["id", "ID"] })
    // a navigation that does not come inline
    expect(Operation.request).type.not.toBeCallableWith(api.listRuns, { workflowId }, { select: ["reprocessedRuns"] })
    expect(Operation.request).type.not.toBeCallableWith(api.listRuns, { workflowId }, { orderBy: ["failedTasksCount"] })
    expect(Operation.request).type.not.toBeCallableWith(api.listRuns, { workflowId }, {
      orderBy: ["startedDateTime down"]
    })
  })

  test("takes no misspelt name in expand, be it the only one or not, at any depth", () => {
    const request = Operation.request
    const ids = { workflowId, runId }
    expect(request).type.not.toBeCallableWith(api.listRunUserProcessingResults, ids, { expand: { subjct: true } })
    expect(request).type.not.toBeCallableWith(api.listRunUserProcessingResults, ids, { expand: { id: true } })
    expect(request).type.not.toBeCallableWith(api.listRunUserProcessingResults, ids, {
      expand: { subject: true, subjct: true }
    })
    expect(request).type.not.toBeCallableWith(api.listRunUserProcessingResults, ids, {
      expand: { subject: { select: ["displayname"] } }
    })
    expect(request).type.not.toBeCallableWith(api.listRunUserProcessingResults, ids, {
      expand: { subject: { select: ["displayName"], slect: ["id"] } }
    })
    expect(request).type.not.toBeCallableWith(api.listRunUserProcessingResults, ids, {
      expand: { taskProcessingResults: { expand: { task: { select: ["name"] } } } }
    })
    expect(request).type.not.toBeCallableWith(api.listRunUserProcessingResults, ids, {
      expand: { taskProcessingResults: { expand: { task: true, tsk: true } } }
    })
    expect(request).type.not.toBeCallableWith(api.listRunUserProcessingResults, ids, { expand: { subject: false } })
  })

  test("takes options that were put together before", () => {
    const select: ReadonlyArray<"id" | "processingStatus"> = ["id"]
    expect(Operation.request).type.toBeCallableWith(api.getRun, { workflowId, runId }, { select })
    const query: Operation.QueryFor<typeof api.listRunUserProcessingResults> = { select: ["id"] }
    expect(Operation.request).type.toBeCallableWith(api.listRunUserProcessingResults, { workflowId, runId }, query)
  })
})

describe("Operation.QueryFor", () => {
  test("has the options of the operation", () => {
    expect<keyof Operation.QueryFor<typeof api.listRuns>>().type.toBe<"select" | "filter" | "orderBy">()
    expect<keyof Operation.QueryFor<typeof api.getRun>>().type.toBe<"select">()
    expect<keyof Operation.QueryFor<typeof api.listRunUserProcessingResults>>().type.toBe<
      "select" | "expand" | "filter" | "orderBy"
    >()
    expect<keyof Operation.QueryFor<typeof api.getRunUserProcessingResult>>().type.toBe<"select">()
    expect<keyof Operation.QueryFor<typeof api.listUserTaskProcessingResults>>().type.toBe<
      "select" | "expand" | "filter" | "orderBy"
    >()
  })

  test("names what the entity can be sorted by", () => {
    expect<"startedDateTime desc">().type.toBeAssignableTo<Query.OrderBy<Processing.RunEntity>>()
    expect<"failedTasksCount">().type.not.toBeAssignableTo<Query.OrderBy<Processing.RunEntity>>()
  })
})

describe("Operation.ItemFor and Operation.ResultFor", () => {
  test("listRuns and getRun", () => {
    interface Run {
      readonly id: Ids.RunId
      readonly activatedOnScope?: Processing.ActivationScope | undefined
      readonly completedDateTime?: DateTime.Utc | undefined
      readonly failedTasksCount: number
      readonly failedUsersCount: number
      readonly lastUpdatedDateTime?: DateTime.Utc | undefined
      readonly processingStatus: Processing.ProcessingStatus
      readonly scheduledDateTime: DateTime.Utc
      readonly startedDateTime?: DateTime.Utc | undefined
      readonly successfulUsersCount: number
      readonly totalTasksCount: number
      readonly totalUnprocessedTasksCount: number
      readonly totalUsersCount: number
      readonly workflowExecutionType: Processing.WorkflowExecutionType
    }
    expect<Operation.ItemFor<typeof api.listRuns, {}>>().type.toBe<Run>()
    expect<Operation.ResultFor<typeof api.getRun, {}>>().type.toBe<Run>()
    expect<Operation.ResultFor<typeof api.getRun, undefined>>().type.toBe<Run>()
    expect<Operation.ResultFor<typeof api.getRun, { readonly select: readonly [] }>>().type.toBe<Run>()
    expect<Operation.ItemFor<typeof api.listRuns, { readonly orderBy: readonly ["startedDateTime"] }>>().type.toBe<
      Run
    >()
    expect<Operation.ResultFor<typeof api.getRun, { readonly select: readonly ["id", "startedDateTime"] }>>().type
      .toBe<{ readonly id: Ids.RunId; readonly startedDateTime?: DateTime.Utc | undefined }>()
  })

  test("listRunUserProcessingResults and getRunUserProcessingResult", () => {
    interface Result {
      readonly id: Ids.UserProcessingResultId
      readonly completedDateTime?: DateTime.Utc | undefined
      readonly failedTasksCount: number
      readonly processingStatus: Processing.ProcessingStatus
      readonly scheduledDateTime: DateTime.Utc
      readonly startedDateTime?: DateTime.Utc | undefined
      readonly totalTasksCount: number
      readonly totalUnprocessedTasksCount: number
      readonly workflowExecutionType: Processing.WorkflowExecutionType
      readonly workflowVersion: number
      readonly subject: { readonly id: Ids.UserId }
    }
    expect<Operation.ItemFor<typeof api.listRunUserProcessingResults, {}>>().type.toBe<Result>()
    expect<Operation.ResultFor<typeof api.getRunUserProcessingResult, {}>>().type.toBe<Result>()
    expect<
      Operation.ResultFor<
        typeof api.getRunUserProcessingResult,
        { readonly select: readonly ["id", "failedTasksCount", "subject"] }
      >
    >().type.toBe<
      {
        readonly id: Ids.UserProcessingResultId
        readonly failedTasksCount: number
        readonly subject: { readonly id: Ids.UserId }
      }
    >()
    expect<
      Operation.ResultFor<typeof api.getRunUserProcessingResult, { readonly select: readonly ["id"] }>
    >().type.not.toHaveProperty("processingStatus")
  })

  test("listUserTaskProcessingResults", () => {
    expect<Operation.ItemFor<typeof api.listUserTaskProcessingResults, {}>>().type.toBe<{
      readonly id: Ids.TaskProcessingResultId
      readonly completedDateTime?: DateTime.Utc | undefined
      readonly createdDateTime: DateTime.Utc
      readonly failureReason?: string | undefined
      readonly processingInfo?: string | undefined
      readonly processingStatus: Processing.ProcessingStatus
      readonly startedDateTime?: DateTime.Utc | undefined
      readonly subject: { readonly id: Ids.UserId }
      readonly task: {
        readonly id: Ids.TaskId
        readonly arguments: ReadonlyArray<{ readonly name: string; readonly value?: string | undefined }>
        readonly category: ReadonlyArray<Processing.TaskCategory>
        readonly continueOnError: boolean
        readonly description?: string | undefined
        readonly displayName: string
        readonly executionSequence: number
        readonly isEnabled: boolean
        readonly taskDefinitionId: Ids.TaskDefinitionId
      }
    }>()
    expect<
      Operation.ItemFor<
        typeof api.listUserTaskProcessingResults,
        {
          readonly select: readonly ["processingStatus", "task"]
          readonly expand: { readonly subject: { readonly select: readonly ["displayName"] } }
        }
      >
    >().type.toBe<
      {
        readonly processingStatus: Processing.ProcessingStatus
        readonly task: Processing.Task
        readonly subject: { readonly displayName?: string | undefined }
      }
    >()
  })
})

describe("operations of every kind", () => {
  test("a list has many items, a get one entity", () => {
    expect<Operation.ResultFor<typeof api.listRuns, { readonly select: readonly ["id"] }>>().type.toBe<
      ReadonlyArray<{ readonly id: Ids.RunId }>
    >()
    expect<Operation.ItemFor<typeof api.listRuns, { readonly select: readonly ["id"] }>>().type.toBe<
      { readonly id: Ids.RunId }
    >()
    expect<Operation.ResultFor<typeof api.getWorkflow, { readonly select: readonly ["id"] }>>().type.toBe<
      { readonly id: Ids.WorkflowId }
    >()
  })

  test("a function gives a value, or many", () => {
    expect<Operation.ResultFor<typeof api.summarizeRuns, {}>>().type.toBe<Summary.RunSummary>()
    expect<Operation.ResultFor<typeof api.listTopTasksProcessed, {}>>().type.toBe<
      ReadonlyArray<Insights.TopTasksInsightsSummary>
    >()
    expect<Operation.Parameters<typeof api.summarizeRuns>>().type.toBe<{
      readonly workflowId: Ids.WorkflowId
      readonly startDateTime: DateTime.Utc
      readonly endDateTime: DateTime.Utc
    }>()
  })

  test("a create takes a body and gives an entity, an update and a delete give nothing", () => {
    expect<Operation.BodyFor<typeof api.createWorkflow>>().type.toBe<WorkflowBody.Create>()
    expect<Operation.ResultFor<typeof api.createWorkflow, {}>>().type.toBe<Workflow.Workflow>()
    expect<Operation.BodyFor<typeof api.updateWorkflow>>().type.toBe<WorkflowBody.Update>()
    expect<Operation.ResultFor<typeof api.updateWorkflow, {}>>().type.toBe<void>()
    expect<Operation.BodyFor<typeof api.deleteWorkflow>>().type.toBe<never>()
    expect<Operation.ResultFor<typeof api.deleteWorkflow, {}>>().type.toBe<void>()
  })

  test("an action with a body or without, a result or none, one or many", () => {
    expect<Operation.BodyFor<typeof api.activateWorkflow>>().type.toBe<ActivationBody.Activate>()
    expect<Operation.ResultFor<typeof api.activateWorkflow, {}>>().type.toBe<void>()
    expect<Operation.ResultFor<typeof api.clearQuarantine, {}>>().type.toBe<Workflow.Workflow>()
    expect<Operation.ResultFor<typeof api.previewTaskFailures, {}>>().type.toBe<
      ReadonlyArray<Workflow.PreviewFailedTask>
    >()
  })

  test("a body is demanded where there is one, and refused where there is none", () => {
    const subjects = [{ id: Ids.UserId.make("u") }] as const
    expect(Operation.request).type.toBeCallableWith(api.activateWorkflow, { workflowId }, { subjects })
    expect(Operation.request).type.not.toBeCallableWith(api.activateWorkflow, { workflowId })
    expect(Operation.request).type.not.toBeCallableWith(api.activateWorkflow, { workflowId }, {})
    expect(Operation.request).type.not.toBeCallableWith(api.activateWorkflow, { workflowId }, {
      subjects: [{ id: "u" }]
    })
    expect(Operation.request).type.not.toBeCallableWith(api.activateWorkflow, { workflowId }, { select: ["id"] })
    expect(Operation.request).type.toBeCallableWith(api.deleteWorkflow, { workflowId })
    expect(Operation.request).type.not.toBeCallableWith(api.deleteWorkflow, { workflowId }, { subjects })
    expect(Operation.request).type.not.toBeCallableWith(api.updateWorkflow, { workflowId }, { id: "w" })
  })
})

describe("Operation.ItemFor a query that the compiler knows nothing of", () => {
  type List = typeof api.listRunUserProcessingResults
  type Result = Operation.ItemFor<List, Operation.QueryFor<List>>

  test("has everything, and nothing for certain", () => {
    expect<{}>().type.toBeAssignableTo<Result>()
    expect<Result["id"]>().type.toBe<Ids.UserProcessingResultId | undefined>()
    expect<Result["failedTasksCount"]>().type.toBe<number | undefined>()
    expect<Processing.UserProcessingResult>().type.toBeAssignableTo<Result>()
  })
})

describe("Operation.area", () => {
  const define = Operation.area({
    root: "/area",
    version: "v1.0",
    parameters: { runId: Ids.RunId, workflowId: Ids.WorkflowId },
    clouds: ["global"],
    documentation: "https://example.com/"
  })
  const definition = {
    id: "runs.get",
    title: "Get",
    kind: "get",
    path: "/runs/{runId}",
    result: Processing.Run,
    queryOptions: ["select"],
    permissions: api.getRun.permissions,
    entraRoles: [],
    page: "page"
  } as const

  test("gives an operation the parameters of its path", () => {
    expect(define(definition)).type.toBe<
      Operation.Operation<
        "runs.get",
        "get",
        "/area/runs/{runId}",
        { readonly runId: Ids.Id<"RunId"> },
        Processing.RunEntity,
        "select",
        undefined,
        false
      >
    >()
  })

  test("is a list of many, and has no body, result or option that is not said", () => {
    const list = define({ ...definition, kind: "list" })
    expect<(typeof list)["many"]>().type.toBe<true>()
    expect<Operation.ResultFor<typeof list, { readonly select: readonly ["id"] }>>().type.toBe<
      ReadonlyArray<{ readonly id: Ids.RunId }>
    >()
    const { queryOptions: _, result: __, ...rest } = definition
    const nothing = define({ ...rest, kind: "delete" })
    expect<Operation.ResultFor<typeof nothing, {}>>().type.toBe<void>()
    expect<keyof Operation.QueryFor<typeof nothing>>().type.toBe<never>()
    expect<Operation.BodyFor<typeof nothing>>().type.toBe<never>()
  })

  test("knows no parameter that the area does not have", () => {
    expect(define).type.not.toBeCallableWith({ ...definition, path: "/tasks/{taskId}" as const })
  })
})
