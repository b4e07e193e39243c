import { GraphError, RetryPolicy } from "@effect-msgraph/client"
import { LifecycleWorkflowsApi } from "@effect-msgraph/domain"
import type { Operation } from "@effect-msgraph/domain"
import { Headers } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Duration, Effect, Either, Redacted } from "effect"
import * as Answer from "../src/internal/answer.js"
import { breaksOff, connect, empty, html, json, refusal, run, runId, workflowId } from "./utils.js"
import type { Reply } from "./utils.js"

const once = RetryPolicy.layer({ maxRetries: 0 })

/** The error of a get that is not repeated, and the id that it was sent with. The token is renewed by a 401 all the same. */
const failure = (reply: () => Reply) =>
  Effect.gen(function*() {
    const { lcw, sent } = yield* connect(reply, { layer: once })
    const error = yield* Effect.flip(lcw.workflows.runs.get({ workflowId, runId }))
    return { error, sent, clientRequestId: sent.at(-1)!.headers["client-request-id"] }
  })

const action: Operation.Any = { ...LifecycleWorkflowsApi.getRun, idempotent: false }

const answer = (status: number, headers: Record<string, string> = {}, text = ""): Answer.Answer => ({
  status,
  headers: Headers.fromInput(headers),
  text,
  clientRequestId: "c",
  token: Redacted.make("token-1")
})

describe("an error's tag", () => {
  const graphs: ReadonlyArray<readonly [status: number, tag: GraphError.GraphError["_tag"]]> = [
    [302, "UnexpectedStatus"],
    [400, "BadRequest"],
    [401, "Unauthorized"],
    [402, "UnexpectedStatus"],
    [403, "Forbidden"],
    [404, "NotFound"],
    [405, "UnexpectedStatus"],
    [406, "UnexpectedStatus"],
    [408, "ServiceUnavailable"],
    [409, "Conflict"],
    [410, "NotFound"],
    [412, "Conflict"],
    [418, "UnexpectedStatus"],
    [422, "BadRequest"],
    [423, "Conflict"],
    [429, "Throttled"],
    [499, "UnexpectedStatus"],
    [500, "ServiceUnavailable"],
    [501, "ServiceUnavailable"],
    [502, "ServiceUnavailable"],
    [503, "ServiceUnavailable"],
    [504, "ServiceUnavailable"],
    [507, "ServiceUnavailable"],
    [509, "ServiceUnavailable"],
    [599, "ServiceUnavailable"]
  ]
  for (const [status, tag] of graphs) {
    it.effect(`is ${tag} for Graph's ${status}, with the facts`, () =>
      Effect.gen(function*() {
        const { clientRequestId, error } = yield* failure(() =>
          json(
            {
              error: {
                code: "theCode",
                message: "The reason.",
                innerError: {
                  code: "innerCode",
                  date: "2026-11-23T10:00:00",
                  "request-id": "inner-request-id",
                  "client-request-id": "theirs"
                }
              }
            },
            { "request-id": "header-request-id", date: "Mon, 23 Nov 2026 10:00:01 GMT" },
            status
          )
        )
        strictEqual(error._tag, tag)
        const { code, date, innerCode, operation, reason, requestId, ...rest } = error as GraphError.BadRequest
        deepStrictEqual({ code, date, innerCode, operation, reason, requestId, status: rest.status }, {
          code: "theCode",
          date: "Mon, 23 Nov 2026 10:00:01 GMT",
          innerCode: "innerCode",
          operation: "workflows.runs.get",
          reason: "The reason.",
          requestId: "header-request-id",
          status
        })
        strictEqual(rest.clientRequestId, clientRequestId)
        for (
          const part of [
            "workflows.runs.get",
            String(status),
            "theCode",
            "The reason.",
            "header-request-id",
            clientRequestId!
          ]
        ) {
          assertInclude(error.message, part)
        }
      }))
  }

  const others: ReadonlyArray<readonly [name: string, reply: () => Response, tag: string, length: number]> = [
    ["429 with an empty body", () => empty(429), "Throttled", 0],
    ["429 with HTML", () => html(429), "Throttled", 0],
    ["401 with an empty body", () => empty(401), "Unauthorized", 0],
    ["401 with HTML", () => html(401), "Unauthorized", 0],
    ["a redirect", () => empty(302, { location: "https://evil.example/" }), "GatewayError", 0],
    ["403 with HTML", () => html(403, "<h1>Blocked</h1>"), "GatewayError", 16],
    ["404 with an empty body", () => empty(404), "GatewayError", 0],
    ["502 with HTML", () => html(502, "<html></html>"), "GatewayError", 13],
    ["503 with text", () => new Response("down", { status: 503 }), "GatewayError", 4],
    ["500 with an empty body", () => empty(500), "GatewayError", 0],
    ["500 with JSON that is not Graph's", () => json({ message: "no" }, {}, 500), "GatewayError", 16],
    ["500 with an error that is a text", () => json({ error: "invalid" }, {}, 500), "GatewayError", 19],
    ["500 with truncated JSON", () => new Response("{\"error\":{", { status: 500 }), "GatewayError", 10],
    ["200 with HTML", () => html(200, "<html></html>"), "GatewayError", 13],
    ["200 with an empty body", () => empty(200), "GatewayError", 0],
    ["204", () => empty(204), "GatewayError", 0],
    ["200 with truncated JSON", () => new Response("{\"id\":\"d", { status: 200 }), "GatewayError", 8],
    ["200 with JSON of another kind", () => json("hello"), "Decode", 0],
    ["200 whose body breaks off", () => breaksOff(), "Transport", 0]
  ]
  for (const [name, reply, tag, length] of others) {
    it.effect(`is ${tag} for ${name}`, () =>
      Effect.gen(function*() {
        const { clientRequestId, error } = yield* failure(reply)
        strictEqual(error._tag, tag)
        strictEqual((error as GraphError.GatewayError).clientRequestId, clientRequestId)
        if (error._tag === "GatewayError") {
          strictEqual(error.status, reply().status)
          strictEqual(error.length, length)
          strictEqual(error.code, undefined)
          assertInclude(error.message, String(error.status))
        }
      }))
  }
})

describe("an error's facts", () => {
  it.effect("come from innererror as well, and from there where no header says more", () =>
    Effect.gen(function*() {
      const { error } = yield* failure(() =>
        json(
          {
            error: {
              code: "UnknownError",
              message: "",
              innererror: {
                date: "2026-11-23T10:00:00",
                "request-id": "inner-request-id",
                "client-request-id": "theirs"
              }
            }
          },
          {},
          404
        )
      )
      strictEqual(error._tag, "NotFound")
      deepStrictEqual(
        error._tag === "NotFound" && [error.requestId, error.date, error.reason, error.innerCode],
        ["inner-request-id", "2026-11-23T10:00:00", undefined, undefined]
      )
      assertTrue(!error.message.includes("Graph said"))
    }))

  it.effect("are read behind a byte order mark", () =>
    Effect.gen(function*() {
      const bom = "\uFEFF"
      const { error } = yield* failure(() =>
        new Response(bom + JSON.stringify({ error: { code: "notFound", message: "No." } }), { status: 404 })
      )
      strictEqual(error._tag, "NotFound")
      const { lcw } = yield* connect([new Response(bom + JSON.stringify(run))])
      strictEqual((yield* lcw.workflows.runs.get({ workflowId, runId })).id, run.id)
      // Not every platform takes the mark off as `fetch` does.
      deepStrictEqual(Answer.toJson(action, answer(200, {}, `${bom}{"id":1}`)), Either.right({ id: 1 }))
    }))

  it.effect("name the permissions and roles of which one would do, least privileged first", () =>
    Effect.gen(function*() {
      const { error } = yield* failure(() => refusal(403, "Forbidden"))
      strictEqual(error._tag, "Forbidden")
      if (error._tag !== "Forbidden") return
      deepStrictEqual([...error.sufficientPermissions], [
        "LifecycleWorkflows-Reports.Read.All",
        "LifecycleWorkflows.Read.All",
        "LifecycleWorkflows.ReadWrite.All"
      ])
      deepStrictEqual([...error.entraRoles], ["Global Reader", "Lifecycle Workflows Administrator"])
      assertInclude(
        error.message,
        "Grant LifecycleWorkflows-Reports.Read.All (or LifecycleWorkflows.Read.All or LifecycleWorkflows.ReadWrite.All)"
      )
    }))

  it("do without permissions and roles where an operation names none", () => {
    const error = new GraphError.Forbidden({ operation: "o", status: 403, sufficientPermissions: [], entraRoles: [] })
    assertTrue(!/undefined|role/.test(error.message), error.message)
  })

  it.effect("keep the media type of a gateway's answer, without its parameters", () =>
    Effect.gen(function*() {
      const { error } = yield* failure(() => html(502))
      strictEqual(error._tag === "GatewayError" && error.contentType, "text/html")
      const { error: odd } = yield* failure(() => html(502, "x", { "content-type": "hello there; <script>" }))
      strictEqual(odd._tag === "GatewayError" && odd.contentType, undefined)
    }))

  it.effect("keep the wait that the service asked for", () =>
    Effect.gen(function*() {
      for (
        const reply of [
          () => refusal(429, "x", { "retry-after": "7" }),
          () => refusal(503, "x", { "retry-after": "7" })
        ]
      ) {
        const { error } = yield* failure(reply)
        deepStrictEqual((error as GraphError.Throttled).retryAfter, Duration.seconds(7))
      }
      const { error } = yield* failure(() => html(503, "x", { "retry-after": "7" }))
      deepStrictEqual((error as GraphError.GatewayError).retryAfter, Duration.seconds(7))
      const { error: throttled } = yield* failure(() => refusal(429, "x", { "retry-after": "90" }))
      assertInclude(throttled.message, "1m 30s")
    }))

  it.effect("keep no more than a thousand characters of the reason", () =>
    Effect.gen(function*() {
      const { error } = yield* failure(() => refusal(400, "x", {}, "word ".repeat(100_000)))
      strictEqual(error._tag === "BadRequest" && error.reason!.length, 1001)
    }))
})

describe("the outcome of what may not be repeated", () => {
  const outcomes: ReadonlyArray<readonly [name: string, answer: Answer.Answer, outcome: GraphError.Outcome]> = [
    ["503 with Retry-After", answer(503, { "retry-after": "1" }, "{\"error\":{\"code\":\"c\"}}"), "none"],
    ["a gateway's 503 with Retry-After", answer(503, { "retry-after": "1" }, "<html>"), "none"],
    ["503 without", answer(503, {}, "{\"error\":{\"code\":\"c\"}}"), "unknown"],
    ["500", answer(500, {}, "{\"error\":{\"code\":\"c\"}}"), "unknown"],
    ["500 with Retry-After", answer(500, { "retry-after": "1" }, "{\"error\":{\"code\":\"c\"}}"), "unknown"],
    ["a gateway's 502", answer(502, {}, "<html>"), "unknown"],
    ["a gateway's 504 with Retry-After", answer(504, { "retry-after": "1" }, "<html>"), "unknown"]
  ]
  for (const [name, one, outcome] of outcomes) {
    it(`is ${outcome} after ${name}`, () => {
      const error = Answer.toError(action, one, 0) as GraphError.ServiceUnavailable
      strictEqual(error.outcome, outcome)
      strictEqual(error.message.includes("look before you send it again"), outcome === "unknown")
      strictEqual(
        (Answer.toError(LifecycleWorkflowsApi.getRun, one, 0) as GraphError.ServiceUnavailable).outcome,
        "none"
      )
    })
  }

  it("is unknown after a success whose answer was cut short", () => {
    const error = Either.flip(Answer.toJson(action, answer(200, { "content-type": "application/json" }, "{\"id\":")))
    strictEqual(Either.getOrThrow(error).outcome, "unknown")
  })
})
