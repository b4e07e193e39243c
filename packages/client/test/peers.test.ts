import { RetryPolicy } from "@effect-msgraph/client"
import type { GraphError } from "@effect-msgraph/client"
import { ExecutionConditions, LifecycleWorkflowsApi } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Cause, Clock, Duration, Effect, Exit, Fiber, Option, TestClock } from "effect"
import { broken, connect, empty, json, ok, refusal, runId, small, times, withDraw, workflowId } from "./utils.js"
import type { Reply } from "./utils.js"

// What other clients of Microsoft Graph test of their retries, case by case, as seen over HTTP. Where we decided otherwise, the row says
// why.

const sources = {
  javascript: "microsoftgraph/msgraph-sdk-javascript: test/common/middleware/RetryHandler.ts",
  javascriptOptions: "microsoftgraph/msgraph-sdk-javascript: test/common/middleware/RetryHandlerOptions.ts",
  dotnet: "microsoft/kiota-dotnet: tests/http/httpClient/Middleware/RetryHandlerTests.cs",
  go: "microsoft/kiota-http-go: retry_handler_test.go",
  python: "microsoft/kiota-python: packages/http/httpx/tests/middleware_tests/test_retry_handler.py",
  java:
    "microsoft/kiota-java: components/http/okHttp/src/test/java/com/microsoft/kiota/http/middleware/RetryHandlerTest.java",
  cli: "pnp/cli-microsoft365: src/request.spec.ts",
  ours: "none of them"
} as const

type Source = keyof typeof sources

type Services = Effect.Effect.Success<ReturnType<typeof connect>>

const calls = {
  get: ({ graph }: Services) => graph.execute(LifecycleWorkflowsApi.getRun, { workflowId, runId }, { select: ["id"] }),
  post: ({ graph }: Services) =>
    graph.execute({ ...LifecycleWorkflowsApi.createWorkflow, result: undefined }, {}, {
      category: "joiner",
      displayName: "New hires",
      executionConditions: ExecutionConditions.onDemandOnly,
      tasks: []
    })
} as const

/**
 * A case.
 *
 * - `call`: a read, unless it is a write that may not be repeated in doubt
 * - `replies`: what the service says, one after another
 * - `at`: when the requests are sent, in milliseconds; every back-off is as long as its bound
 * - `end`: the tag of the failure, or none
 * - `why`: the reason for which ours differs
 */
interface Case {
  readonly source: Source
  readonly name: string
  readonly call?: keyof typeof calls
  readonly replies: () => ReadonlyArray<Reply>
  readonly policy?: Partial<RetryPolicy.Policy>
  readonly draw?: number
  readonly at: ReadonlyArray<number>
  readonly end?: GraphError.GraphError["_tag"]
  readonly why?: string
}

const second = { baseDelay: 1000 } as const

const status = (status: number, retryAfter?: string): Response =>
  refusal(status, "x", retryAfter === undefined ? {} : { "retry-after": retryAfter })

const httpDate = (millis: number) => new Date(millis).toUTCString()

const now = Date.UTC(2026, 0, 1)

const dated = (code: number, millis: number): Response =>
  refusal(code, "x", { "retry-after": httpDate(now + millis), date: httpDate(now) })

const jitter = "full jitter, so that callers who were turned away together do not come back together"
const exactly = "a wait that the service asks for is obeyed exactly, however long, within the caller's deadline"
const inDoubt = "nobody knows whether the service acted, so the caller decides"
const failures = "these failures pass as well, and a read does no harm"
const largest = "the largest of a list wins: no part of it is early"
const atOnce = "zero, and what has passed, is now: the service says so"
const unlimited =
  "limits are the caller's to set: long throttling takes more than ten attempts, and longer than three minutes"
const noHeader = "no such header is known to Graph; each attempt has a client-request-id of its own"
const buffered = "a body is a text here, which can be sent again; no operation takes a stream"
const backingOff = "where the service does not say how long, the policy's back-off does"

const cases: ReadonlyArray<Case> = [
  // JavaScript
  ...[429, 503, 504].map((code): Case => ({
    source: "javascript",
    name: `isRetry: ${code}`,
    replies: () => [status(code), ok()],
    policy: second,
    at: [0, 1000]
  })),
  { source: "javascript", name: "isRetry: 200", replies: () => [ok()], at: [0] },
  { source: "javascript", name: "isBuffered: GET", replies: () => [status(429, "1"), ok()], at: [0, 1000] },
  {
    source: "javascript",
    name: "isBuffered: POST of a text",
    call: "post",
    replies: () => [status(429, "1"), empty(204)],
    at: [0, 1000]
  },
  {
    source: "javascript",
    name: "isBuffered: PUT of a stream",
    call: "post",
    replies: () => [status(429, "1"), empty(204)],
    at: [0, 1000],
    why: buffered
  },
  { source: "javascript", name: "getDelay: seconds", replies: () => [status(429, "10"), ok()], at: [0, 10_000] },
  { source: "javascript", name: "getDelay: a date", replies: () => [dated(429, 10_000), ok()], at: [0, 10_000] },
  {
    source: "javascript",
    name: "getDelay: the first back-off lies between the delay and a second more",
    replies: () => [status(504), ok()],
    policy: { baseDelay: 10_000 },
    draw: 0.5,
    at: [0, 5000],
    why: jitter
  },
  {
    source: "javascript",
    name: "getDelay: the second back-off is longer",
    replies: () => [status(504), status(504), ok()],
    policy: { baseDelay: 10_000 },
    at: [0, 10_000, 30_000],
    why: jitter
  },
  {
    source: "javascript",
    name: "getDelay: a back-off has a bound",
    replies: () => [status(504), status(504), ok()],
    policy: { baseDelay: 100_000, maxDelay: 180_000 },
    at: [0, 100_000, 280_000]
  },
  {
    source: "javascript",
    name: "getExponentialBackOffTime: none before the first attempt",
    replies: () => [ok()],
    policy: second,
    at: [0]
  },
  {
    source: "javascript",
    name: "sleep: a second",
    replies: () => [status(503), ok()],
    policy: second,
    at: [0, 1000]
  },
  {
    source: "javascript",
    name: "executeWithRetry: no more retries are left",
    replies: () => [empty(429), ok()],
    policy: { maxRetries: 0 },
    at: [0],
    end: "Throttled"
  },
  { source: "javascript", name: "executeWithRetry: what succeeds is not repeated", replies: () => [ok()], at: [0] },
  {
    source: "javascript",
    name: "executeWithRetry: 429 twice, then success",
    replies: () => [empty(429), empty(429), ok()],
    policy: second,
    at: [0, 1000, 3000]
  },
  {
    source: "javascript",
    name: "executeWithRetry: more failures than retries",
    replies: () => [empty(429), empty(429), empty(429), ok()],
    policy: { ...second, maxRetries: 2 },
    at: [0, 1000, 3000],
    end: "Throttled"
  },
  {
    source: "javascriptOptions",
    name: "a delay over 180 s is an error",
    replies: () => [status(503), ok()],
    policy: { baseDelay: 400_000, maxDelay: 400_000 },
    at: [0, 400_000],
    why: unlimited
  },
  {
    source: "javascriptOptions",
    name: "more than ten retries are an error",
    replies: () => [...Array.from({ length: 12 }, () => status(429, "1")), ok()],
    policy: { maxRetries: 2000 },
    at: Array.from({ length: 13 }, (_, n) => n * 1000),
    why: unlimited
  },
  {
    source: "javascriptOptions",
    name: "a negative delay is an error",
    replies: () => [status(503), ok()],
    policy: { baseDelay: -5 },
    at: [0, 0],
    why: "a negative duration is zero, as everywhere in Effect"
  },
  {
    source: "javascriptOptions",
    name: "a negative number of retries is an error",
    replies: () => [status(503), ok()],
    policy: { maxRetries: -10 },
    at: [0],
    end: "ServiceUnavailable",
    why: "less than no retries is none"
  },
  {
    source: "javascriptOptions",
    name: "values are taken as they are",
    replies: () => [status(503), status(503), status(503), status(503), ok()],
    policy: { ...second, maxRetries: 3 },
    at: [0, 1000, 3000, 7000],
    end: "ServiceUnavailable"
  },
  {
    source: "javascriptOptions",
    name: "getMaxDelay: 180 s",
    replies: () => [...Array.from({ length: 8 }, () => status(503)), ok()],
    at: [0, 500, 1500, 3500, 7500, 15_500, 31_500, 61_500, 91_500],
    why: "half a minute is as patient, and eight attempts end within the quarter of an hour"
  },
  // .NET
  { source: "dotnet", name: "OkStatusShouldPassThrough", replies: () => [ok()], at: [0] },
  ...[504, 503, 429].flatMap((code): ReadonlyArray<Case> => [
    {
      source: "dotnet",
      name: `ShouldRetryWithAddRetryAttemptHeader: ${code}`,
      replies: () => [status(code), ok()],
      policy: second,
      at: [0, 1000],
      why: noHeader
    },
    {
      source: "dotnet",
      name: `ShouldRetryWithBuffedContent: ${code}`,
      call: "post",
      replies: () => [status(code), empty(204)],
      policy: second,
      ...code === 429 ? { at: [0, 1000] } : { at: [0], end: "ServiceUnavailable", why: inDoubt }
    },
    {
      source: "dotnet",
      name: `ShouldNotRetryWithPostStreaming, ShouldNotRetryWithPutStreaming: ${code}`,
      call: "post",
      replies: () => [status(code, "1"), empty(204)],
      ...code === 504
        ? { at: [0], end: "ServiceUnavailable" }
        : { at: [0, 1000], why: buffered }
    },
    {
      source: "dotnet",
      name: `ExceedMaxRetryShouldReturn: ${code}`,
      replies: () => Array.from({ length: 4 }, () => status(code)),
      policy: { ...second, maxRetries: 3 },
      at: [0, 1000, 3000, 7000],
      end: code === 429 ? "Throttled" : "ServiceUnavailable",
      why: "the last failure says it; the others are in the spans and the metrics"
    },
    {
      source: "dotnet",
      name: `ShouldDelayBasedOnRetryAfterHeaderWithSeconds: ${code}`,
      replies: () => [status(code, "2"), ok()],
      policy: second,
      ...code === 504
        ? { at: [0, 1000], why: "only 429 and 503 say when; of the rest it is chance" }
        : { at: [0, 2000] }
    },
    {
      source: "dotnet",
      name: `ShouldDelayBasedOnRetryAfterHeaderWithHttpDate: ${code}`,
      replies: () => [dated(code, 3000), ok()],
      policy: second,
      ...code === 504
        ? { at: [0, 1000], why: "only 429 and 503 say when; of the rest it is chance" }
        : { at: [0, 3000] }
    },
    {
      source: "dotnet",
      name: `ShouldDelayBasedOnExponentialBackOff: ${code}`,
      replies: () => [status(code), status(code), status(code), ok()],
      policy: second,
      at: [0, 1000, 3000, 7000]
    },
    {
      source: "dotnet",
      name: `ShouldReturnSameStatusCodeWhenDelayIsGreaterThanRetryTimeLimit: ${code}`,
      call: "post",
      replies: () => [status(code, "20"), empty(204)],
      policy: { totalTimeout: "10 seconds" },
      at: [0],
      end: code === 504 ? "ServiceUnavailable" : "Throttled"
    },
    {
      source: "dotnet",
      name: `ShouldRetryBasedOnRetryAfterHeaderWithSeconds, of a POST: ${code}`,
      call: "post",
      replies: () => [status(code, "5"), empty(204)],
      ...code === 504 ? { at: [0], end: "ServiceUnavailable", why: inDoubt } : { at: [0, 5000] }
    },
    {
      source: "dotnet",
      name: `ShouldRetryBasedOnRetryAfterHeaderWithHttpDate, of a POST: ${code}`,
      call: "post",
      replies: () => [dated(code, 5000), empty(204)],
      ...code === 504 ? { at: [0], end: "ServiceUnavailable", why: inDoubt } : { at: [0, 5000] }
    },
    {
      source: "dotnet",
      name: `ShouldNotRetryWithCustomShouldRetryDelegate: ${code}`,
      call: "post",
      replies: () => [status(code, "1"), empty(204)],
      policy: { maxRetries: 0 },
      at: [0],
      end: code === 429 ? "Throttled" : "ServiceUnavailable"
    }
  ]),
  ...[1, 2, 3, 4].map((maxRetries): Case => ({
    source: "dotnet",
    name: `ShouldRetryBasedOnCustomShouldRetryDelegate: 502 four times, ${maxRetries} retries`,
    replies: () => [status(502), status(502), status(502), status(502), ok()],
    policy: { maxRetries, baseDelay: 0 },
    at: Array.from({ length: maxRetries + 1 }, () => 0),
    ...maxRetries < 4 ? { end: "ServiceUnavailable" } : {}
  })),
  // Go
  {
    source: "go",
    name: "ItAddsRetryAttemptHeaders",
    replies: () => [empty(429), ok()],
    policy: second,
    at: [0, 1000],
    why: noHeader
  },
  {
    source: "go",
    name: "ItHonoursShouldRetry",
    replies: () => [empty(429), ok()],
    policy: { maxRetries: 0 },
    at: [0],
    end: "Throttled"
  },
  {
    source: "go",
    name: "ItHonoursMaxRetries",
    replies: () => Array.from({ length: 4 }, () => empty(429)),
    policy: { ...second, maxRetries: 3 },
    at: [0, 1000, 3000, 7000],
    end: "Throttled"
  },
  {
    source: "go",
    name: "WithoutRetryAfterHeaderItRetriesWithExponentialBackoff",
    replies: () => Array.from({ length: 4 }, () => empty(429)),
    policy: { ...second, maxRetries: 3 },
    at: [0, 1000, 3000, 7000],
    end: "Throttled"
  },
  {
    source: "go",
    name: "ItHonoursRetryAfterDate",
    replies: () => [dated(429, 4000), dated(429, 4000), dated(429, 4000), dated(429, 4000)],
    policy: { maxRetries: 3 },
    at: [0, 4000, 8000, 12_000],
    end: "Throttled"
  },
  {
    source: "go",
    name: "ItHonoursContextExpiry",
    replies: () => [status(429, "5")],
    policy: { totalTimeout: "2 seconds" },
    at: [0],
    end: "Throttled",
    why: "it fails at once rather than at the deadline, since it is clear by then"
  },
  { source: "go", name: "ItDoesntRetryOnSuccess", replies: () => [ok()], at: [0] },
  // Python
  {
    source: "python",
    name: "should_retry_valid, retries_valid: 503",
    replies: () => [status(503), ok()],
    policy: second,
    at: [0, 1000]
  },
  {
    source: "python",
    name: "should_retry_invalid: 502 is not repeated",
    replies: () => [status(502), ok()],
    policy: second,
    at: [0, 1000],
    why: failures
  },
  {
    source: "python",
    name: "is_request_payload_buffered_invalid: POST of a stream",
    call: "post",
    replies: () => [status(429, "1"), empty(204)],
    at: [0, 1000],
    why: buffered
  },
  {
    source: "python",
    name: "check_retry_valid_no_retries",
    replies: () => [status(503), status(503), status(503), ok()],
    policy: { ...second, maxRetries: 2 },
    at: [0, 1000, 3000],
    end: "ServiceUnavailable"
  },
  { source: "python", name: "get_retry_after", replies: () => [status(503, "120"), ok()], at: [0, 120_000] },
  {
    source: "python",
    name: "get_retry_after_no_header",
    replies: () => [status(503), ok()],
    policy: second,
    at: [0, 1000]
  },
  {
    source: "python",
    name: "get_retry_after_string_with_comma: 30 of 30,120",
    replies: () => [status(429, "30,120"), ok()],
    at: [0, 120_000],
    why: largest
  },
  { source: "python", name: "get_retry_after_http_date", replies: () => [dated(503, 120_000), ok()], at: [0, 120_000] },
  { source: "python", name: "ok_response_not_retried", replies: () => [ok()], at: [0] },
  {
    source: "python",
    name: "should_retry_false",
    replies: () => [status(429), ok()],
    policy: { maxRetries: 0 },
    at: [0],
    end: "Throttled"
  },
  {
    source: "python",
    name: "returns_same_status_code_if_delay_greater_than_max_delay: 200 s",
    replies: () => [status(429, "200"), ok()],
    policy: { maxDelay: "180 seconds" },
    at: [0, 200_000],
    why: exactly
  },
  {
    source: "python",
    name: "max_retries_respected, whatever number the request says it has",
    replies: () => [status(429), ok()],
    policy: { ...second, maxRetries: 3 },
    at: [0, 1000],
    why: noHeader
  },
  // Java
  ...([
    ["10", 10],
    ["0", 0, atOnce],
    ["-5", 0, atOnce],
    ["31,120", 120, largest],
    ["0,45", 45],
    ["-10,25", 25],
    ["0,-5,60", 60],
    ["", undefined],
    ["  ", undefined],
    ["abc", undefined],
    ["10,abc,20", 20, largest],
    ["abc,20", 20],
    ["0,0,0", 0, atOnce],
    ["-1,-2,-3", 0, atOnce],
    [" 15 ", 15],
    ["10, 20", 20, largest],
    [" 0 , 30 ", 30]
  ] as const).map(([header, seconds, why]): Case => ({
    source: "java",
    name: `tryParseTimeHeader: ${JSON.stringify(header)}`,
    replies: () => [status(429, header), ok()],
    policy: { baseDelay: 3000 },
    at: [0, seconds === undefined ? 3000 : seconds * 1000],
    ...why === undefined ? {} : { why }
  })),
  {
    source: "java",
    name: "getRetryAfterHandlesNegativeValues: a few milliseconds, where the header is no time",
    replies: () => [status(429, "invalid"), ok()],
    policy: { baseDelay: 3000 },
    at: [0, 3000],
    why: backingOff
  },
  {
    source: "java",
    name: "retryRequestHandlesNegativeRetryInterval",
    replies: () => [status(429, "invalid"), ok()],
    policy: { baseDelay: 0 },
    at: [0, 0]
  },
  {
    source: "java",
    name: "retryRequestWithNegativeRetryIntervalAppliesRandomDelay, of a POST",
    call: "post",
    replies: () => [status(503, "invalid"), empty(204)],
    at: [0],
    end: "ServiceUnavailable",
    why: inDoubt
  },
  // CLI for Microsoft 365
  {
    source: "cli",
    name: "repeats 429-throttled request after the designated retry value",
    replies: () => [status(429, "60"), ok()],
    at: [0, 60_000]
  },
  {
    source: "cli",
    name: "repeats 429-throttled request after 10s if no value specified",
    replies: () => [status(429), ok()],
    policy: second,
    at: [0, 1000],
    why: backingOff
  },
  {
    source: "cli",
    name: "repeats 429-throttled request after 10s if the specified value is not a number",
    replies: () => [status(429, "a"), ok()],
    policy: second,
    at: [0, 1000],
    why: backingOff
  },
  {
    source: "cli",
    name: "repeats 429-throttled request until it succeeds",
    replies: () => [status(429), status(429), status(429), ok()],
    policy: second,
    at: [0, 1000, 3000, 7000]
  },
  {
    source: "cli",
    name: "repeats 503-throttled request until it succeeds",
    replies: () => [status(503), status(503), status(503), ok()],
    policy: second,
    at: [0, 1000, 3000, 7000]
  },
  {
    source: "cli",
    name: "correctly handles request that was first 429-throttled and then failed",
    replies: () => [status(429), status(404)],
    policy: second,
    at: [0, 1000],
    end: "NotFound"
  },
  // What none of them has
  {
    source: "ours",
    name: "Retry-After beyond every peer's cap",
    replies: () => [status(429, "300"), ok()],
    at: [0, 300_000]
  },
  { source: "ours", name: "Retry-After empty", replies: () => [status(429, ""), ok()], policy: second, at: [0, 1000] },
  {
    source: "ours",
    name: "Retry-After: soon",
    replies: () => [status(429, "soon"), ok()],
    policy: second,
    at: [0, 1000]
  },
  { source: "ours", name: "Retry-After of the past", replies: () => [dated(429, -60_000), ok()], at: [0, 0] },
  {
    source: "ours",
    name: "a reset of a read",
    replies: () => [broken("ECONNRESET"), ok()],
    policy: second,
    at: [0, 1000]
  },
  {
    source: "ours",
    name: "a reset of a POST is not repeated",
    call: "post",
    replies: () => [broken("ECONNRESET")],
    at: [0],
    end: "Transport"
  },
  {
    source: "ours",
    name: "a POST that did not leave is repeated",
    call: "post",
    replies: () => [broken("ECONNREFUSED"), empty(204)],
    policy: second,
    at: [0, 1000]
  },
  {
    source: "ours",
    name: "a deadline that is nearer than what the service asks for fails at once",
    replies: () => [status(429, "300")],
    policy: { totalTimeout: "1 minute" },
    at: [0],
    end: "Throttled"
  }
]

/** Runs a call under a policy, for the quarter of an hour that it may take. */
const run = ({ call = "get", draw = 1, policy, replies }: Omit<Case, "at" | "name" | "source">) =>
  Effect.gen(function*() {
    const services = yield* connect(replies(), policy === undefined ? {} : { layer: RetryPolicy.layer(policy) })
    const start = yield* Clock.currentTimeMillis
    const fiber = yield* Effect.fork(
      withDraw(draw)(calls[call](services) as Effect.Effect<unknown, GraphError.GraphError>)
    )
    yield* TestClock.adjust("15 minutes")
    const exit = yield* Fiber.await(fiber)
    return { exit, sent: services.sent, at: times(services.sent).map((time) => time - start) }
  })

const tagOf = (exit: Exit.Exit<unknown, GraphError.GraphError>): string | undefined =>
  Exit.match(exit, {
    onSuccess: () => undefined,
    onFailure: (cause) =>
      Option.match(Cause.failureOption(cause), { onNone: () => Cause.pretty(cause), onSome: ({ _tag }) => _tag })
  })

for (const source of Object.keys(sources) as ReadonlyArray<Source>) {
  describe(sources[source], () => {
    for (const one of cases.filter((one) => one.source === source)) {
      it.effect(`${one.name}${one.why === undefined ? "" : ` (ours differs: ${one.why})`}`, () =>
        Effect.gen(function*() {
          const { at, exit, sent } = yield* run(one)
          deepStrictEqual(at, one.at)
          strictEqual(tagOf(exit), one.end)
          // What is repeated is the same request, but for its id.
          for (const { headers, method, request, url } of sent) {
            deepStrictEqual([method, url, request.body], [sent[0]!.method, sent[0]!.url, sent[0]!.request.body])
            strictEqual(headers["retry-attempt"], undefined)
          }
          strictEqual(new Set(sent.map(({ headers }) => headers["client-request-id"])).size, sent.length)
        }))
    }
  })
}

describe(`${sources.javascript}, ${sources.javascriptOptions}, ${sources.dotnet}, ${sources.python}`, () => {
  const failing = () => connect(() => refusal(503), { layer: RetryPolicy.layer({ maxRetries: 2, baseDelay: 0 }) })

  it.effect("constructor, no_config: the default stands where nothing is said (ours differs: eight retries, not three)", () =>
    Effect.gen(function*() {
      const services = yield* connect(() => refusal(503), { layer: RetryPolicy.layer({ baseDelay: 0 }) })
      yield* Effect.flip(calls.get(services))
      strictEqual(services.sent.length, 1 + RetryPolicy.defaultPolicy.maxRetries)
      strictEqual(RetryPolicy.defaultPolicy.maxRetries, 8)
    }))

  it.effect("getOptions, custom_options: what the application sets", () =>
    Effect.gen(function*() {
      const services = yield* failing()
      yield* Effect.flip(calls.get(services))
      strictEqual(services.sent.length, 3)
    }))

  it.effect("getOptions, retry_options_apply_per_request: what a call sets is for that call", () =>
    Effect.gen(function*() {
      const services = yield* failing()
      yield* Effect.flip(
        Effect.provideService(calls.get(services), RetryPolicy.RetryPolicy, {
          ...RetryPolicy.defaultPolicy,
          maxRetries: 0
        })
      )
      strictEqual(services.sent.length, 1)
      yield* Effect.flip(calls.get(services))
      strictEqual(services.sent.length, 1 + 3)
    }))

  it.effect("retried_responses_are_closed: every body is read to its end", () =>
    Effect.gen(function*() {
      const answers = [status(429, "0"), status(503, "0"), ok()]
      const { exit } = yield* run({ replies: () => answers })
      assertTrue(Exit.isSuccess(exit))
      deepStrictEqual(answers.map(({ bodyUsed }) => bodyUsed), [true, true, true])
    }))
})

describe(sources.go, () => {
  it.effect("ItHonoursContextCancelled: in the middle of a wait, at once", () =>
    Effect.gen(function*() {
      const services = yield* connect([status(429, "5")])
      const fiber = yield* Effect.fork(calls.get(services))
      yield* TestClock.adjust("1 second")
      assertTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
      strictEqual(yield* Clock.currentTimeMillis, 1000)
      yield* TestClock.adjust("10 seconds")
      strictEqual(services.sent.length, 1)
    }))
})

describe(sources.ours, () => {
  it.effect("20 callers at once, turned away for 1.5 s: after the first burst, one at most at each closed gate", () =>
    Effect.gen(function*() {
      const rejected: Array<number> = []
      const services = yield* connect(() => ({ at }) => {
        if (at >= 1500) return Effect.sync(() => json(small))
        rejected.push(at)
        return Effect.sync(() => status(429, "1"))
      })
      const fiber = yield* Effect.fork(
        Effect.all(Array.from({ length: 20 }, () => calls.get(services)), { concurrency: 20 })
      )
      yield* TestClock.adjust("1 minute")
      strictEqual((yield* Fiber.join(fiber)).length, 20)
      strictEqual(rejected.filter((at) => at > 0 && at < 1000).length, 0)
      assertTrue(rejected.filter((at) => at >= 1000).length <= 1, `rejected at ${rejected.join(", ")}`)
      strictEqual(services.sent.length, rejected.length + 20)
    }))

  it.effect("a token that runs out in a wait is asked for again before the next attempt", () =>
    Effect.gen(function*() {
      let hour = 1
      const services = yield* connect([
        () =>
          Effect.sync(() => {
            hour = 2
            return status(429, "600")
          }),
        ok()
      ], { name: () => `token of hour ${hour}` })
      const fiber = yield* Effect.fork(calls.get(services))
      yield* TestClock.adjust("10 minutes")
      yield* Fiber.join(fiber)
      deepStrictEqual(services.sent.map(({ headers }) => headers["authorization"]), [
        "Bearer token of hour 1",
        "Bearer token of hour 2"
      ])
      deepStrictEqual(services.tokens, { gets: 2, renewals: [] })
    }))

  it.effect("what a deadline cuts off says how long the service asked for", () =>
    Effect.gen(function*() {
      const { exit } = yield* run({ replies: () => [status(429, "3600")] })
      const error = Exit.isFailure(exit) ? Option.getOrUndefined(Cause.failureOption(exit.cause)) : undefined
      assertTrue(error?._tag === "Throttled")
      deepStrictEqual(error.retryAfter, Duration.hours(1))
    }))
})
