import { RetryPolicy } from "@effect-msgraph/client"
import { LifecycleWorkflowsApi, NationalCloud } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Cause, Effect, Exit, Fiber, Metric, MetricState, Stream, TestClock, type Tracer } from "effect"
import {
  broken,
  connect,
  empty,
  hangs,
  html,
  json,
  ok,
  recorder,
  refusal,
  result,
  runId,
  runs,
  userProcessingResultId,
  withDraw,
  workflowId
} from "./utils.js"

type Services = Effect.Effect.Success<ReturnType<typeof connect>>

const get = ({ lcw }: Services) => lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] })

/** The spans that an effect starts. */
const traced = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const { spans, tracer } = yield* recorder
    const exit = yield* Effect.exit(Effect.withTracer(effect, tracer))
    return { exit, spans }
  })

const attributes = (span: Tracer.Span | undefined) => Object.fromEntries(span?.attributes ?? [])

describe("a span", () => {
  it.effect("stands for an operation, with ids and nothing else of the request or the answer", () =>
    Effect.gen(function*() {
      const services = yield* connect([json({ ...result, id: runId }, { "request-id": "r-1" })])
      const { spans } = yield* traced(Effect.withSpan(get(services), "caller"))
      deepStrictEqual(spans.map(({ name }) => name), ["caller", "workflows.runs.get"])
      const span = spans[1]!
      strictEqual(span.kind, "client")
      strictEqual(span.status._tag === "Ended" && span.status.exit._tag, "Success")
      strictEqual(span.parent._tag === "Some" && span.parent.value.spanId, spans[0]!.spanId)
      deepStrictEqual(attributes(span), {
        "msgraph.cloud": "global",
        "msgraph.workflowId": workflowId,
        "msgraph.runId": runId,
        "msgraph.client_request_id": services.sent[0]!.headers["client-request-id"],
        "msgraph.request_id": "r-1",
        "http.response.status_code": 200
      })
    }))

  it.effect("stands for all attempts of a call, and names the last", () =>
    Effect.gen(function*() {
      const services = yield* connect([
        empty(401),
        refusal(500, "x", { "request-id": "r-2" }),
        broken("ECONNRESET"),
        ok()
      ])
      const { spans } = yield* traced(withDraw(0)(get(services)))
      strictEqual(spans.length, 1)
      strictEqual(attributes(spans[0])["msgraph.client_request_id"], services.sent[3]!.headers["client-request-id"])
      strictEqual(attributes(spans[0])["http.response.status_code"], 200)
    }))

  it.effect("of a failed call has its client-request-id, answered or not", () =>
    Effect.gen(function*() {
      for (const reply of [() => refusal(404), () => broken("ECONNRESET"), () => html(502)]) {
        const services = yield* connect([reply()], { layer: RetryPolicy.layer({ maxRetries: 0 }) })
        const { spans } = yield* traced(get(services))
        strictEqual(spans[0]!.status._tag === "Ended" && spans[0]!.status.exit._tag, "Failure")
        strictEqual(attributes(spans[0])["msgraph.client_request_id"], services.sent[0]!.headers["client-request-id"])
      }
      const services = yield* connect([hangs], { layer: RetryPolicy.layer({ totalTimeout: "1 second" }) })
      const fiber = yield* Effect.fork(traced(get(services)))
      yield* TestClock.adjust("1 second")
      const { spans } = yield* Fiber.join(fiber)
      strictEqual(attributes(spans[0])["msgraph.client_request_id"], services.sent[0]!.headers["client-request-id"])
    }))

  it.effect("stands for one page of a list", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect([
        json({ value: [], "@odata.nextLink": `${runs}?$skiptoken=a` }),
        json({ value: [] }, { "request-id": "r-2" })
      ])
      const { spans } = yield* traced(Stream.runDrain(lcw.workflows.runs.list({ workflowId })))
      deepStrictEqual(
        spans.map((
          span
        ) => [span.name, span.kind, attributes(span)["msgraph.page"], attributes(span)["msgraph.workflowId"]]),
        [["workflows.runs.list", "client", 1, workflowId], ["workflows.runs.list", "client", 2, workflowId]]
      )
      deepStrictEqual(spans.map((span) => attributes(span)["msgraph.request_id"]), [undefined, "r-2"])
    }))

  it.effect("is where a page that may not be read fails", () =>
    Effect.gen(function*() {
      const rows = [["https://evil.example/", "UntrustedLink"], [`${runs}?$select=id`, "PagingLoop"]] as const
      for (const [link, tag] of rows) {
        const { lcw } = yield* connect([json({ value: [], "@odata.nextLink": link })])
        const { spans } = yield* traced(Stream.runDrain(lcw.workflows.runs.list({ workflowId }, { select: ["id"] })))
        strictEqual(spans.length, 2)
        const { status } = spans[1]!
        assertTrue(status._tag === "Ended" && Exit.isFailure(status.exit))
        strictEqual((Cause.squash(status.exit.cause) as { readonly _tag?: string })._tag, tag)
        strictEqual(attributes(spans[1])["msgraph.page"], 2)
      }
    }))

  it.effect("has no parameter that is not the operation's", () =>
    Effect.gen(function*() {
      const services = yield* connect([ok()])
      const { spans } = yield* traced(
        services.graph.execute(
          LifecycleWorkflowsApi.getRun,
          { workflowId, runId, user: "adele@contoso.com" } as { workflowId: typeof workflowId; runId: typeof runId },
          { select: ["id"] }
        )
      )
      assertTrue(!JSON.stringify(attributes(spans[0])).includes("adele"))
    }))

  it.effect("of a call that was not sent has no ids", () =>
    Effect.gen(function*() {
      const services = yield* connect([], { cloud: NationalCloud.bleu })
      const { spans } = yield* traced(get(services))
      deepStrictEqual(attributes(spans[0]), { "msgraph.cloud": "bleu" })
    }))
})

describe("metrics", () => {
  // The registry outlives a test file, so this test has an operation of its own, and counts from what was there.
  const operation = { ...LifecycleWorkflowsApi.getRunUserProcessingResult, id: "metrics" }

  const waits = () => {
    const state = Metric.unsafeSnapshot()
      .find(({ metricKey }) => metricKey.name === "msgraph_throttle_wait_seconds")?.metricState
    return state !== undefined && MetricState.isHistogramState(state) ? state : { count: 0, sum: 0 }
  }

  const counters = (name: string) =>
    Object.fromEntries(
      Metric.unsafeSnapshot()
        .filter(({ metricKey }) => metricKey.name === name)
        .map(({ metricKey, metricState }) => [
          metricKey.tags.map(({ key, value }) => `${key}=${value}`).sort().join(" "),
          MetricState.isCounterState(metricState) ? Number(metricState.count) : undefined
        ])
        .filter(([tags]) => String(tags).includes(`operation=${operation.id}`))
    )

  it.effect("count requests by what came of them, repetitions by their reason, and the time at the gate", () =>
    Effect.gen(function*() {
      const before = waits()
      const { graph } = yield* connect([
        empty(401),
        empty(429, { "retry-after": "7" }),
        refusal(500),
        broken("ECONNRESET"),
        hangs,
        html(502),
        json(result),
        refusal(404)
      ], { layer: RetryPolicy.layer({ attemptTimeout: "5 seconds" }) })
      const get = graph.execute(operation, { workflowId, runId, userProcessingResultId })
      const fiber = yield* Effect.fork(withDraw(0)(get))
      yield* TestClock.adjust("12 seconds")
      yield* Fiber.join(fiber)
      yield* Effect.flip(get)
      deepStrictEqual(counters("msgraph_requests_total"), {
        "operation=metrics status=200": 1,
        "operation=metrics status=401": 1,
        "operation=metrics status=404": 1,
        "operation=metrics status=429": 1,
        "operation=metrics status=500": 1,
        "operation=metrics status=502": 1,
        "operation=metrics status=Timeout": 1,
        "operation=metrics status=Transport": 1
      })
      deepStrictEqual(counters("msgraph_retries_total"), {
        "failure=GatewayError operation=metrics": 1,
        "failure=ServiceUnavailable operation=metrics": 1,
        "failure=Throttled operation=metrics": 1,
        "failure=Timeout operation=metrics": 1,
        "failure=Transport operation=metrics": 1,
        "failure=Unauthorized operation=metrics": 1
      })
      const after = waits()
      deepStrictEqual([after.count - before.count, after.sum - before.sum], [1, 7])
    }))
})
