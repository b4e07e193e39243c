import { RetryPolicy } from "@effect-msgraph/client"
import type { GraphError } from "@effect-msgraph/client"
import { NationalCloud } from "@effect-msgraph/domain"
import { HttpClientError } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Cause, Effect, Exit, Fiber, Logger, LogLevel, Metric, Stream, TestClock } from "effect"
import { inspect } from "node:util"
import * as Answer from "../src/internal/answer.js"
import {
  connect,
  hangs,
  html,
  json,
  ok,
  recorder,
  result,
  runId,
  runs,
  userProcessingResultId,
  withDraw,
  workflowId
} from "./utils.js"
import type { Reply, Sent } from "./utils.js"

const jwt = "eyJ0eXAiOiJKV1QifQ.eyJhcHBpZCI6IjU4NGEifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
const opaque = "EwBgA8l6BAAUOjCyoMN0dHVLKX4opaqueToken+and/more=="
const upn = "adele.vance@contoso.com"
const displayName = "Adele Vance"

/** What must not appear anywhere, in the forms in which it could. */
const secrets: ReadonlyArray<string> = [
  jwt,
  jwt.slice(0, 30),
  jwt.slice(-20),
  opaque,
  opaque.slice(0, 30),
  upn,
  "adele.vance",
  "adele",
  encodeURIComponent(upn),
  displayName,
  "Vance"
]

const leaks = (text: string): ReadonlyArray<string> =>
  secrets.filter((secret) => text.toLowerCase().includes(secret.toLowerCase()))

/** Every way in which a value ends up in a terminal, a log or a support ticket. */
const renderings = (value: unknown): { readonly [way: string]: string } => {
  const error = value as Error
  return {
    String: String(value),
    message: String(error?.message),
    stack: String(error?.stack),
    JSON: JSON.stringify(value) ?? "",
    inspect: inspect(value, { depth: null, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    "Cause.pretty": Cause.pretty(Cause.fail(value), { renderErrorCause: true }),
    Exit: inspect(Exit.fail(value), { depth: null, showHidden: true })
  }
}

const assertSealed = (where: string, text: string) =>
  deepStrictEqual(leaks(text), [], `${where} leaks: ${text.slice(0, 2000)}`)

/** Runs an effect with everything that a program could see of it recorded. */
const observed = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function*() {
    const logs: Array<string> = []
    const { spans, tracer } = yield* recorder
    const logger = Logger.make((options) => {
      logs.push(Logger.logfmtLogger.log(options), Logger.jsonLogger.log(options))
      logs.push(inspect([options.message, options.annotations, options.cause], { depth: null, showHidden: true }))
    })
    const exit = yield* Effect.exit(
      Effect.tapErrorCause(effect, (cause) => Effect.logError("it failed", cause)).pipe(
        Effect.withLogSpan("call"),
        Logger.withMinimumLogLevel(LogLevel.All),
        Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
        Effect.withTracer(tracer)
      )
    )
    return { exit, logs, spans }
  })

/** A text that repeats all it can: the names, any JWT, and the token that it was sent, in whole and in part. */
const echoOf = (token: string) =>
  `The user '${displayName}' (${upn}, ${encodeURIComponent(upn)}) sent Bearer ${jwt} or ${token}, that is ${
    token.slice(0, 30)
  }...`

const tokenOf = ({ headers }: Sent) => headers["authorization"]!.slice("Bearer ".length)

/** Graph's error body with what it should not repeat in every place, the `@` escaped as JSON allows. */
const talkative = (status: number) => (sent: Sent): Response => {
  const token = tokenOf(sent)
  const echo = echoOf(token)
  return new Response(
    JSON.stringify({
      error: {
        code: `code ${jwt} ${upn}`,
        message: echo,
        target: upn,
        details: [{ code: "c", message: echo, target: upn }],
        innerError: { code: `inner ${token}`, message: echo, date: upn, "request-id": jwt, "client-request-id": upn }
      }
    }).replaceAll("@", "\\u0040"),
    { status, headers: { "content-type": "application/json", "request-id": token, date: upn, "retry-after": upn } }
  )
}

const broken = (sent: Sent) => {
  const echo = echoOf(tokenOf(sent))
  const cause = new TypeError(echo, { cause: Object.assign(new Error(echo), { code: `EPIPE ${jwt}` }) })
  return Effect.fail(
    new HttpClientError.RequestError({
      request: sent.request,
      reason: "Transport",
      description: echo,
      cause: Object.assign(cause, { request: sent.request })
    })
  )
}

type Services = Effect.Effect.Success<ReturnType<typeof connect>>
type Call = (services: Services) => Effect.Effect<unknown, GraphError.GraphError>

const get: Call = ({ lcw }) => lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] })
const getResult: Call = ({ lcw }) =>
  lcw.workflows.runs.userProcessingResults.get({ workflowId, runId, userProcessingResultId })
const list: Call = ({ lcw }) => Stream.runDrain(lcw.workflows.runs.list({ workflowId }, { select: ["id"] }))

interface Row {
  readonly name: string
  readonly call: Call
  readonly reply: (sent: Sent, index: number) => Reply
  readonly tag: GraphError.GraphError["_tag"] | undefined
  readonly cloud?: NationalCloud.NationalCloud
}

const row = (name: string, tag: Row["tag"], reply: Row["reply"], call = get): Row => ({ name, tag, reply, call })

const next = (link: string): Row["reply"] => (_, index) =>
  json({ value: [], "@odata.nextLink": index === 0 ? link : undefined })

const rows: ReadonlyArray<Row> = [
  ...([
    [400, "BadRequest"],
    [401, "Unauthorized"],
    [403, "Forbidden"],
    [404, "NotFound"],
    [409, "Conflict"],
    [418, "UnexpectedStatus"],
    [429, "Throttled"],
    [500, "ServiceUnavailable"],
    [503, "ServiceUnavailable"]
  ] as const).map(([status, tag]) => row(`a ${status} that repeats what it was sent`, tag, talkative(status))),
  row(
    "a gateway's page that prints the request's headers",
    "GatewayError",
    (sent) =>
      html(502, `<pre>${JSON.stringify(sent.headers)} ${echoOf(tokenOf(sent))}</pre>`, {
        "content-type": `text/html; x="${upn}"`
      })
  ),
  row("a page of HTML with 200", "GatewayError", (sent) => html(200, echoOf(tokenOf(sent)))),
  row(
    "truncated JSON",
    "GatewayError",
    () => new Response(`{"displayName":"${displayName}`, { headers: { "content-type": "application/json" } })
  ),
  row("a text for a number", "Decode", () => json({ ...result, failedTasksCount: displayName }), getResult),
  row("an object for a text", "Decode", () => json({ ...result, processingStatus: { displayName, upn } }), getResult),
  row("a text for the whole", "Decode", (sent) => json(echoOf(tokenOf(sent))), getResult),
  row("a user for an id", "Decode", () => json({ ...result, id: upn }), getResult),
  row("a text for a date", "Decode", () => json({ ...result, completedDateTime: upn }), getResult),
  row("a decode error behind talkative headers", "Decode", () => json({ id: 1 }, { "request-id": jwt, date: upn })),
  row("a network failure that holds the request", "Transport", () => broken),
  row("a body that breaks off with a talkative error", "Transport", (sent) =>
    new Response(
      new ReadableStream({ pull: (controller) => controller.error(new TypeError(echoOf(tokenOf(sent)))) }),
      { headers: { "content-type": "application/json" } }
    )),
  row("no answer", "Timeout", () => hangs),
  row(
    "a link to a foreign place",
    "UntrustedLink",
    next(`https://${encodeURIComponent(upn)}:${opaque.slice(0, 9)}@evil.example/${jwt}?u=${upn}`),
    list
  ),
  row("a link that is none", "UntrustedLink", next(echoOf(opaque)), list),
  row(
    "a link that leads back",
    "PagingLoop",
    () => json({ value: [], "@odata.nextLink": `${runs}?$filter=${encodeURIComponent(upn)}` }),
    list
  ),
  row(
    "an id that is a user",
    "InvalidRequest",
    ok,
    ({ lcw }) => lcw.workflows.runs.get({ workflowId, runId: upn as typeof runId })
  ),
  { ...row("a cloud without it", "CloudUnavailable", ok), cloud: NationalCloud.bleu },
  row(
    "a success after all that",
    undefined,
    (sent, index) =>
      index === 0
        ? talkative(500)(sent)
        : index === 1
        ? talkative(429)(sent)
        : index === 2
        ? broken
        : json({ ...result, subject: { id: "u", displayName, userPrincipalName: upn } }, { "request-id": jwt }),
    getResult
  )
]

describe("nothing leaks from", () => {
  for (const [kind, token] of [["a JWT", jwt], ["an opaque token", opaque]] as const) {
    for (const { call, cloud, name, reply, tag } of rows) {
      it.effect(`${name}, with ${kind}`, () =>
        Effect.gen(function*() {
          const services = yield* connect(reply, {
            cloud,
            name: () => token,
            layer: RetryPolicy.layer({ maxRetries: 3, attemptTimeout: "1 second", totalTimeout: "10 seconds" })
          })
          const fiber = yield* Effect.fork(observed(withDraw(0)(call(services))))
          // The back-off is none, so nothing else waits for the clock.
          if (tag === "Timeout") yield* TestClock.adjust("4 seconds")
          const { exit, logs, spans } = yield* Fiber.join(fiber)
          for (const { headers } of services.sent) strictEqual(headers["authorization"], `Bearer ${token}`)

          if (tag === undefined) assertTrue(Exit.isSuccess(exit))
          else {
            assertTrue(exit._tag === "Failure" && exit.cause._tag === "Fail", String(exit))
            const { error } = exit.cause
            strictEqual(error._tag, tag)
            for (const [way, text] of Object.entries(renderings(error))) assertSealed(way, text)
            assertSealed("Cause.pretty of all", Cause.pretty(exit.cause, { renderErrorCause: true }))
            assertTrue(logs.length > 0)
          }
          logs.forEach((text) => assertSealed("a log line", text))
          assertTrue(spans.length > 0 || tag === "InvalidRequest")
          for (const span of spans) {
            const { status, ...rest } = span
            assertSealed("a span", inspect(rest, { depth: null, showHidden: true }))
            // The status of a success holds the value, which is the caller's.
            if (status._tag === "Ended" && Exit.isFailure(status.exit)) {
              assertSealed("a span's status", inspect(status, { depth: null, showHidden: true }))
            }
          }
        }))
    }
  }

  it.effect("metrics", () =>
    Effect.gen(function*() {
      const services = yield* connect(talkative(400), { name: () => jwt })
      yield* Effect.flip(get(services))
      const metrics = Metric.unsafeSnapshot().filter(({ metricKey }) => metricKey.name.startsWith("msgraph_"))
      assertTrue(metrics.length > 0)
      assertSealed(
        "metrics",
        inspect(metrics.map(({ metricKey }) => [metricKey.name, metricKey.tags]), { depth: null })
      )
    }))

  it("and the test would see it", () => {
    assertTrue(
      leaks(inspect(new Error("x", { cause: { headers: { authorization: `Bearer ${jwt}` } } }), { depth: null }))
        .length > 0
    )
    assertTrue(leaks(renderings(new Error(echoOf(opaque)))["Cause.pretty"]!).length > 3)
  })
})

describe("scrub", () => {
  const rows: ReadonlyArray<readonly [text: string, clean: string]> = [
    ["", ""],
    [
      "Invalid filter clause: unknown property 'foo' on type 'microsoft.graph.user'.",
      "Invalid filter clause: unknown property 'foo' on type 'microsoft.graph.user'."
    ],
    ["It doesn't exist, and it can't be made.", "It doesn't exist, and it can't be made."],
    [`User '${displayName}' is gone`, "User '<redacted>' is gone"],
    [`User "Miles O'Brien" is gone`, "User \"<redacted>\" is gone"],
    [`User 'Miles O'Brien' is gone`, "User '<redacted>' is gone"],
    [`User '${upn}' is gone`, "User '<user>' is gone"],
    ["User alex_fabrikam.com#EXT#@contoso.onmicrosoft.com is gone", "User <user> is gone"],
    ["User jürgen.groß@bücher.example is gone", "User <user> is gone"],
    ["User adele%40contoso.com is gone", "User <user> is gone"],
    [`Mail ${upn}, ${upn}; <${upn}>`, "Mail <user>, <user>; <<user>>"],
    ["Bearer abcdefghijklmnopqrstuvwxyz is bad", "Bearer <redacted> is bad"],
    ["The bearer token is missing", "The bearer token is missing"],
    [`Token ${jwt.slice(0, 40)}... is bad`, "Token <redacted> is bad"],
    ["Token the-token-itself is bad", "Token <redacted> is bad"],
    ["Wait ............", "Wait ............"],
    ["Token the-token-its... is bad", "Token <redacted> is bad"],
    [
      "Resource '78b83505-6967-4168-a7ea-4921c0543ce9' does not exist",
      "Resource '78b83505-6967-4168-a7ea-4921c0543ce9' does not exist"
    ]
  ]
  for (const [text, clean] of rows) {
    it(JSON.stringify(text), () => {
      strictEqual(Answer.scrub(text, "the-token-itself"), clean)
    })
  }

  it("ends soon, whatever a stranger sends", () => {
    const size = 200_000
    for (
      const unit of [
        "a",
        "a.",
        "@",
        "a@",
        "a@b",
        "a@b.",
        "'",
        "'a ",
        "' a",
        "\" '",
        "eyJ",
        "eyJa.",
        "Bearer ",
        "Bearer a",
        "%40",
        ".",
        "é",
        "\u{1F600}"
      ]
    ) {
      const start = process.cpuUsage()
      Answer.scrub(unit.repeat(Math.ceil(size / unit.length)), jwt)
      const { user } = process.cpuUsage(start)
      // What is quadratic takes minutes.
      assertTrue(user < 5_000_000, `${JSON.stringify(unit)} took ${user} µs`)
    }
  })
})
