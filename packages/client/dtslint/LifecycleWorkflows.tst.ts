// `toBeCallableWith` makes calls whose results nobody uses.
// @effect-diagnostics floatingEffect:off
import type { TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, type GraphError, LifecycleWorkflows, RetryPolicy, Throttle } from "@effect-msgraph/client"
import type * as Activation from "@effect-msgraph/client/Activation"
import * as Cursor from "@effect-msgraph/client/Cursor"
import type * as RunWatch from "@effect-msgraph/client/RunWatch"
import { Ids, LifecycleWorkflowsApi, type Processing } from "@effect-msgraph/domain"
import type { HttpClient } from "@effect/platform"
import type { DateTime, Effect, Layer, Stream } from "effect"
import { describe, expect, test } from "tstyche"

declare const lcw: LifecycleWorkflows.Service
declare const graph: GraphClient.Service

const workflowId = Ids.WorkflowId.make("w")
const runId = Ids.RunId.make("r")
const userProcessingResultId = Ids.UserProcessingResultId.make("u")

const results = lcw.workflows.runs.userProcessingResults

describe("a get", () => {
  const get = results.get({ workflowId, runId, userProcessingResultId })

  test("needs nothing, and fails with the closed union", () => {
    expect(get).type.toBe<Effect.Effect<Processing.UserProcessingResult, GraphError.GraphError, never>>()
  })

  test("has the default shape", () => {
    expect<Effect.Effect.Success<typeof get>>().type.toBe<Processing.UserProcessingResult>()
    expect<Effect.Effect.Success<typeof get>["completedDateTime"]>().type.toBe<DateTime.Utc | undefined>()
    expect<Effect.Effect.Success<typeof get>["subject"]>().type.toBe<{ readonly id: Ids.UserId }>()
  })

  const selected = results.get({ workflowId, runId, userProcessingResultId }, { select: ["id", "failedTasksCount"] })

  test("has what is selected, and nothing else", () => {
    expect(selected).type.toBe<
      Effect.Effect<
        { readonly id: Ids.UserProcessingResultId; readonly failedTasksCount: number },
        GraphError.GraphError
      >
    >()
    expect<Effect.Effect.Success<typeof selected>>().type.not.toHaveProperty("processingStatus")
  })

  test("may select what comes inline", () => {
    expect(results.get({ workflowId, runId, userProcessingResultId }, { select: ["subject"] })).type.toBe<
      Effect.Effect<{ readonly subject: { readonly id: Ids.UserId } }, GraphError.GraphError>
    >()
  })

  test("takes each id in its place, and no text", () => {
    const { get } = results
    expect(get).type.toBeCallableWith({ workflowId, runId, userProcessingResultId })
    expect(get).type.not.toBeCallableWith({ workflowId: runId, runId, userProcessingResultId })
    expect(get).type.not.toBeCallableWith({ workflowId, runId: workflowId, userProcessingResultId })
    expect(get).type.not.toBeCallableWith({ workflowId: "w", runId, userProcessingResultId })
    expect(get).type.not.toBeCallableWith({ workflowId, runId })
    expect(get).type.not.toBeCallableWith({ workflowId, runId, userProcessingResultId, other: runId })
    expect(get).type.not.toBeCallableWith()
  })

  test("takes no misspelt property, and no option that the operation does not support", () => {
    const { get } = results
    const ids = { workflowId, runId, userProcessingResultId }
    expect(get).type.toBeCallableWith(ids, { select: ["failedTasksCount"] })
    expect(get).type.not.toBeCallableWith(ids, { select: ["failedTaskCount"] })
    expect(get).type.not.toBeCallableWith(ids, { select: ["id", "failedTaskCount"] })
    expect(get).type.not.toBeCallableWith(ids, { select: ["taskProcessingResults"] })
    expect(get).type.not.toBeCallableWith(ids, { expand: { subject: true } })
    expect(get).type.not.toBeCallableWith(ids, { orderBy: ["completedDateTime"] })
    expect(get).type.not.toBeCallableWith(ids, { filter: "failedTasksCount gt 0" })
    expect(get).type.not.toBeCallableWith(ids, { select: ["id"], top: 1 })
  })
})

describe("pages, counts and watching", () => {
  const cursor = Cursor.Cursor.make("1.x")

  test("take a cursor, and no text", () => {
    const { list, listPage, listPages } = lcw.workflows.runs
    expect(list({ workflowId }, {}, cursor)).type.toBe<Stream.Stream<Processing.Run, GraphError.GraphError>>()
    expect(listPage({ workflowId }, {}, cursor)).type.toBe<
      Effect.Effect<GraphClient.Page<Processing.Run>, GraphError.GraphError>
    >()
    expect(listPages({ workflowId }, { select: ["id"] }, cursor)).type.toBe<
      Stream.Stream<GraphClient.Page<{ readonly id: Ids.RunId }>, GraphError.GraphError>
    >()
    expect(listPage).type.not.toBeCallableWith({ workflowId }, {}, "1.x")
    expect(list).type.not.toBeCallableWith({ workflowId }, {}, "1.x")
  })

  test("count only where the service does, and only by what it counts by", () => {
    expect(lcw.workflows.versions.count({ workflowId })).type.toBe<Effect.Effect<number, GraphError.GraphError>>()
    expect(lcw.workflows.versions.count).type.not.toBeCallableWith({ workflowId }, { select: ["versionNumber"] })
    expect(lcw.workflows.runs).type.not.toHaveProperty("count")
    expect(graph.count).type.toBeCallableWith(LifecycleWorkflowsApi.listVersions, { workflowId })
    expect(graph.count).type.not.toBeCallableWith(LifecycleWorkflowsApi.listRuns, { workflowId })
  })

  test("tell of a run, and say how it can fail", () => {
    const watched = lcw.workflows.runs.watch({ workflowId, runId }, { timeout: "1 hour" })
    expect(watched).type.toBe<Stream.Stream<Processing.Run, GraphError.GraphError | RunWatch.WatchTimeout>>()
    expect(lcw.workflows.activateAndWatch({ workflowId }, { subjects: [{ id: Ids.UserId.make("u") }] })).type.toBe<
      Effect.Effect<Activation.Activated, Activation.ActivationError>
    >()
  })

  test("a policy is changed for an effect, which stays what it is", () => {
    const get = lcw.workflows.runs.get({ workflowId, runId })
    expect(get.pipe(RetryPolicy.withPolicy({ maxRetries: 0 }))).type.toBe<typeof get>()
    expect(RetryPolicy.withPolicy(get, { totalTimeout: "1 second" })).type.toBe<typeof get>()
    expect(RetryPolicy.withPolicy).type.not.toBeCallableWith({ retries: 0 })
  })
})

describe("a list", () => {
  const list = results.list({ workflowId, runId })

  test("is a stream that needs nothing, and fails with the closed union", () => {
    expect(list).type.toBe<Stream.Stream<Processing.UserProcessingResult, GraphError.GraphError>>()
    expect<Stream.Stream.Context<typeof list>>().type.toBe<never>()
  })

  test("has what is selected and expanded, each under its own projection", () => {
    const narrowed = results.list({ workflowId, runId }, {
      select: ["id"],
      expand: {
        subject: { select: ["displayName"] },
        taskProcessingResults: { select: ["processingStatus"], expand: { task: { select: ["id"] } } }
      },
      orderBy: ["completedDateTime desc"]
    })
    expect(narrowed).type.toBe<
      Stream.Stream<{
        readonly id: Ids.UserProcessingResultId
        readonly subject: { readonly displayName?: string | undefined }
        readonly taskProcessingResults: ReadonlyArray<{
          readonly processingStatus: Processing.ProcessingStatus
          readonly task: { readonly id: Ids.TaskId }
        }>
      }, GraphError.GraphError>
    >()
  })

  test("takes no misspelt property at any depth", () => {
    const { list } = results
    const ids = { workflowId, runId }
    expect(list).type.toBeCallableWith(ids, { expand: { subject: true } })
    expect(list).type.not.toBeCallableWith(ids, { expand: { subjects: true } })
    expect(list).type.not.toBeCallableWith(ids, { expand: { subject: { select: ["displayname"] } } })
    expect(list).type.not.toBeCallableWith(ids, { orderBy: ["failedTasksCount"] })
    expect(list).type.not.toBeCallableWith(ids, { orderBy: ["completedDateTime down"] })
  })

  test("of runs is one of runs, and needs no run's id", () => {
    expect(lcw.workflows.runs.list({ workflowId })).type.toBe<Stream.Stream<Processing.Run, GraphError.GraphError>>()
    expect(lcw.workflows.runs.list).type.not.toBeCallableWith({ workflowId, runId })
  })
})

test("the primitive narrows as the methods do, and takes each kind of operation where it belongs", () => {
  expect(graph.execute(LifecycleWorkflowsApi.getRun, { workflowId, runId }, { select: ["totalUsersCount"] })).type.toBe<
    Effect.Effect<{ readonly totalUsersCount: number }, GraphError.GraphError>
  >()
  expect(graph.stream(LifecycleWorkflowsApi.listRuns, { workflowId }, { select: ["totalUsersCount"] })).type.toBe<
    Stream.Stream<{ readonly totalUsersCount: number }, GraphError.GraphError>
  >()
  expect(graph.execute).type.not.toBeCallableWith(LifecycleWorkflowsApi.listRuns, { workflowId })
  expect(graph.stream).type.not.toBeCallableWith(LifecycleWorkflowsApi.getRun, { workflowId, runId })
})

test("layers show what they need", () => {
  expect(LifecycleWorkflows.layer).type.toBe<
    Layer.Layer<LifecycleWorkflows.LifecycleWorkflows, never, GraphClient.GraphClient>
  >()
  expect(GraphClient.layer).type.toBe<
    Layer.Layer<GraphClient.GraphClient, never, HttpClient.HttpClient | TokenProvider.TokenProvider>
  >()
  expect(GraphClient.layerWithThrottle).type.toBe<
    Layer.Layer<
      GraphClient.GraphClient,
      never,
      HttpClient.HttpClient | TokenProvider.TokenProvider | Throttle.Throttle
    >
  >()
  expect(Throttle.layer()).type.toBe<Layer.Layer<Throttle.Throttle>>()
  expect(RetryPolicy.layer({ maxRetries: 1 })).type.toBe<Layer.Layer<never>>()
  expect(RetryPolicy.layer).type.not.toBeCallableWith({ retries: 1 })
})

test("every tag of an error can be told apart", () => {
  expect<GraphError.GraphError["_tag"]>().type.toBe<
    | "AuthorityUnavailable"
    | "AuthorizationDeclined"
    | "BadRequest"
    | "CloudUnavailable"
    | "Conflict"
    | "CredentialUnavailable"
    | "Decode"
    | "DependencyFailed"
    | "DeviceCodeExpired"
    | "Forbidden"
    | "GatewayError"
    | "InteractionRequired"
    | "InvalidClient"
    | "InvalidCursor"
    | "InvalidRequest"
    | "InvalidTokenRequest"
    | "MalformedTokenResponse"
    | "NotFound"
    | "PagingLoop"
    | "ServiceUnavailable"
    | "TenantNotAllowed"
    | "Throttled"
    | "Timeout"
    | "TokenThrottled"
    | "Transport"
    | "Unauthorized"
    | "UnexpectedStatus"
    | "UntrustedLink"
  >()
})
