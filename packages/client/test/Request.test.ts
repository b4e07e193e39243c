import { LifecycleWorkflowsApi, NationalCloud, Processing } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Chunk, DateTime, Effect, Stream } from "effect"
import { version } from "../src/internal/version.js"
import {
  broken,
  connect,
  json,
  result,
  run,
  runId,
  runs,
  userProcessingResultId,
  withDraw,
  workflowId
} from "./utils.js"

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe("the request", () => {
  it.effect("is exactly this for a get", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect([json(result)])
      yield* lcw.workflows.runs.userProcessingResults.get({ workflowId, runId, userProcessingResultId })
      strictEqual(sent.length, 1)
      strictEqual(sent[0]!.method, "GET")
      strictEqual(sent[0]!.url, `${runs}/${runId}/userProcessingResults/${userProcessingResultId}`)
      strictEqual(sent[0]!.href, sent[0]!.url)
      strictEqual(sent[0]!.request.body._tag, "Empty")
      const { "client-request-id": clientRequestId, ...headers } = sent[0]!.headers
      deepStrictEqual({ ...headers }, {
        accept: "application/json",
        authorization: "Bearer token-1",
        prefer: "include-unknown-enum-members",
        "user-agent": `effect-msgraph/${version}`
      })
      assertTrue(uuid.test(clientRequestId!), clientRequestId)
    }))

  it.effect("carries $select as Microsoft's page writes it", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect([json({ id: result.id, failedTasksCount: 0 })])
      yield* lcw.workflows.runs.userProcessingResults.get({ workflowId, runId, userProcessingResultId }, {
        select: ["id", "failedTasksCount"]
      })
      strictEqual(
        sent[0]!.url,
        `${runs}/${runId}/userProcessingResults/${userProcessingResultId}?$select=id,failedTasksCount`
      )
      strictEqual(sent[0]!.href, sent[0]!.url)
    }))

  it.effect("carries $select, $expand with its own options, and $orderby", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect([json({ value: [] })])
      yield* Stream.runDrain(lcw.workflows.runs.userProcessingResults.list({ workflowId, runId }, {
        select: ["id"],
        expand: { subject: { select: ["displayName"] }, taskProcessingResults: true },
        orderBy: ["completedDateTime desc"]
      }))
      strictEqual(
        sent[0]!.url,
        `${runs}/${runId}/userProcessingResults?$select=id&$expand=subject($select=displayName),taskProcessingResults` +
          "&$orderby=completedDateTime%20desc"
      )
      strictEqual(sent[0]!.href, sent[0]!.url)
    }))

  it.effect("goes to the credential's cloud", () =>
    Effect.gen(function*() {
      for (const cloud of [NationalCloud.usGov, NationalCloud.usGovDod, NationalCloud.china]) {
        const { graph, lcw, sent } = yield* connect([json(run)], { cloud })
        strictEqual(graph.cloud, cloud)
        yield* lcw.workflows.runs.get({ workflowId, runId })
        strictEqual(new URL(sent[0]!.url).origin, cloud.graphRoot)
      }
    }))

  it.effect("encodes an id that is no GUID as one segment", () =>
    Effect.gen(function*() {
      const { graph, sent } = yield* connect([json(run)])
      yield* graph.execute(LifecycleWorkflowsApi.getRun, {
        workflowId,
        runId: "78799042-265a-4e8f-8d61-94a2dcd2d395_638927104150522341&$select=é;=+" as typeof runId
      })
      strictEqual(
        sent[0]!.url,
        `${runs}/78799042-265a-4e8f-8d61-94a2dcd2d395_638927104150522341%26%24select%3D%C3%A9%3B%3D%2B`
      )
    }))

  it.effect("has a client-request-id of its own in each attempt, and a token asked for anew", () =>
    Effect.gen(function*() {
      const { lcw, sent, tokens } = yield* connect([broken("ECONNRESET"), broken("ECONNRESET"), json(run)])
      yield* withDraw(0)(lcw.workflows.runs.get({ workflowId, runId }))
      const ids = sent.map(({ headers }) => headers["client-request-id"]!)
      strictEqual(new Set(ids).size, 3)
      for (const id of ids) assertTrue(uuid.test(id), id)
      strictEqual(tokens.gets, 3)
    }))

  it.effect("tells Microsoft nothing of our traces", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect([json(run)])
      yield* Effect.withSpan(lcw.workflows.runs.get({ workflowId, runId }), "outer")
      const names = Object.keys(sent[0]!.headers)
      deepStrictEqual(names.filter((name) => /trace|b3/i.test(name)), [])
    }))

  it.effect("is made anew each time the effect runs", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect([json(run), json(run)])
      const get = lcw.workflows.runs.get({ workflowId, runId })
      strictEqual(sent.length, 0)
      yield* get
      yield* get
      strictEqual(sent.length, 2)
    }))
})

describe("the result", () => {
  it.effect("has the default shape, dates decoded, nulls left out", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect([json({ ...result, completedDateTime: null })])
      const decoded = yield* lcw.workflows.runs.userProcessingResults.get({ workflowId, runId, userProcessingResultId })
      deepStrictEqual({ ...decoded }, {
        id: result.id,
        failedTasksCount: 0,
        processingStatus: "completed",
        scheduledDateTime: DateTime.unsafeMake("2022-08-24T23:28:01.647Z"),
        startedDateTime: DateTime.unsafeMake("2022-08-24T23:28:04.490Z"),
        totalTasksCount: 2,
        totalUnprocessedTasksCount: 0,
        workflowExecutionType: "onDemand",
        workflowVersion: 1,
        subject: { id: "ea09ac2e-77e3-4134-85f2-25ccf3c33387" }
      } as never)
    }))

  it.effect("has what was selected, and nothing that the service sends besides", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect([json(result)])
      const decoded = yield* lcw.workflows.runs.userProcessingResults.get(
        { workflowId, runId, userProcessingResultId },
        {
          select: ["failedTasksCount", "id"]
        }
      )
      deepStrictEqual({ ...decoded }, { id: result.id, failedTasksCount: 0 } as never)
    }))

  it.effect("lacks nothing that was selected", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect([json({ id: result.id })])
      const error = yield* Effect.flip(
        lcw.workflows.runs.userProcessingResults.get({ workflowId, runId, userProcessingResultId }, {
          select: ["failedTasksCount", "id"]
        })
      )
      strictEqual(error._tag, "Decode")
      deepStrictEqual(error._tag === "Decode" && [...error.path], ["failedTasksCount"])
    }))

  it.effect("has what was expanded, under its own projection", () =>
    Effect.gen(function*() {
      const page = {
        value: [{
          ...result,
          subject: { id: "ea09ac2e-77e3-4134-85f2-25ccf3c33387", displayName: null, department: "Sales" }
        }]
      }
      const { lcw } = yield* connect([json(page)])
      const results = yield* Stream.runCollect(
        lcw.workflows.runs.userProcessingResults.list({ workflowId, runId }, {
          select: ["id"],
          expand: { subject: { select: ["displayName", "department"] } }
        })
      )
      deepStrictEqual(Chunk.toReadonlyArray(results).map((one) => ({ ...one, subject: { ...one.subject } })), [
        { id: result.id, subject: { department: "Sales" } } as never
      ])
    }))

  it.effect("keeps a member of an enumeration that this version does not know", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect([json({ ...run, processingStatus: "hibernating" })])
      const { processingStatus } = yield* lcw.workflows.runs.get({ workflowId, runId })
      strictEqual(processingStatus, "hibernating")
      strictEqual(Processing.ProcessingStatus.is(processingStatus), false)
    }))

  it.effect("does not mix up the projections of one operation", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect(() => json(run))
      const keys = (select: ReadonlyArray<"id" | "totalUsersCount">) =>
        Effect.map(lcw.workflows.runs.get({ workflowId, runId }, { select }), Object.keys)
      deepStrictEqual(yield* keys(["id"]), ["id"])
      deepStrictEqual(yield* keys(["totalUsersCount"]), ["totalUsersCount"])
      deepStrictEqual(yield* keys(["id"]), ["id"])
      strictEqual((yield* keys([])).length, Object.keys(run).length)
    }))
})
