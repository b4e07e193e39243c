import { GraphError, RetryPolicy } from "@effect-msgraph/client"
import { LifecycleWorkflowsApi } from "@effect-msgraph/domain"
import type { Operation } from "@effect-msgraph/domain"
import type { HttpClientError } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Cause, Clock, Duration, Effect, Exit, FastCheck as fc, Fiber, Random, Stream, TestClock } from "effect"
import type { Layer } from "effect"
import * as Retry from "../src/internal/retry.js"
import * as Transport from "../src/internal/transport.js"
import {
  breaksOff,
  broken,
  connect,
  empty,
  hangs,
  html,
  json,
  ok,
  refusal,
  runId,
  small,
  times,
  withDraw,
  workflowId
} from "./utils.js"
import type { Reply } from "./utils.js"

type Services = Effect.Effect.Success<ReturnType<typeof connect>>

const get = ({ lcw }: Pick<Services, "lcw">) => lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] })

/** Runs a get for some time, in which it must end; answers its exit and how long after the start each request was sent. */
const run = (
  replies: Parameters<typeof connect>[0],
  policy: Partial<RetryPolicy.Policy> = {},
  { draw = 1, time = "10 seconds" }: { readonly draw?: number; readonly time?: Duration.DurationInput } = {}
) =>
  Effect.gen(function*() {
    const services = yield* connect(replies)
    const start = yield* Clock.currentTimeMillis
    const fiber = yield* Effect.fork(
      withDraw(draw)(get(services)).pipe(
        Effect.provideService(RetryPolicy.RetryPolicy, { ...RetryPolicy.defaultPolicy, ...policy })
      )
    )
    yield* TestClock.adjust(time)
    const exit = yield* Fiber.await(fiber)
    return { exit, sent: services.sent, times: times(services.sent).map((time) => time - start) }
  })

const errorOf = (exit: Exit.Exit<unknown, GraphError.GraphError>): GraphError.GraphError =>
  Exit.match(exit, {
    onFailure: (cause) => {
      if (cause._tag !== "Fail") throw cause
      return cause.error
    },
    onSuccess: () => {
      throw new Error("a failure was expected")
    }
  })

describe("what is repeated", () => {
  const policy = { baseDelay: 1000, maxDelay: "1 hour" } as const
  // Each reply comes once; then comes a good one. With a draw of 1, the back-off is a second.
  const rows: ReadonlyArray<readonly [name: string, reply: () => Reply, at: ReadonlyArray<number>, tag?: string]> = [
    ["429 with Retry-After", () => refusal(429, "TooManyRequests", { "retry-after": "7" }), [0, 7000]],
    ["429 without", () => refusal(429, "TooManyRequests"), [0, 1000]],
    ["429 with nothing at all", () => empty(429), [0, 1000]],
    ["429 with HTML and Retry-After", () => html(429, "x", { "retry-after": "7" }), [0, 7000]],
    ["503 with Retry-After", () => refusal(503, "x", { "retry-after": "7" }), [0, 7000]],
    ["a gateway's 503 with Retry-After", () => html(503, "x", { "retry-after": "7" }), [0, 7000]],
    ["503 without", () => refusal(503), [0, 1000]],
    ["a gateway's 503 without", () => empty(503), [0, 1000]],
    ["500", () => refusal(500), [0, 1000]],
    ["a gateway's 500", () => html(500), [0, 1000]],
    ["502", () => refusal(502), [0, 1000]],
    ["a gateway's 502", () => html(502), [0, 1000]],
    ["504", () => refusal(504), [0, 1000]],
    ["a gateway's 504", () => empty(504), [0, 1000]],
    ["408", () => refusal(408), [0, 1000]],
    ["509", () => refusal(509), [0, 1000]],
    ["a refused connection", () => broken("ECONNREFUSED"), [0, 1000]],
    ["an unknown host", () => broken("ENOTFOUND"), [0, 1000]],
    ["a failed TLS handshake", () => broken("ERR_TLS_CERT_ALTNAME_INVALID"), [0, 1000]],
    ["a reset", () => broken("ECONNRESET"), [0, 1000]],
    ["a failure without code", () => broken(undefined), [0, 1000]],
    ["a body that breaks off", () => breaksOff(), [0, 1000]],
    [
      "truncated JSON",
      () => new Response("{\"id\":", { headers: { "content-type": "application/json; charset=utf-8" } }),
      [0, 1000]
    ],
    ["an empty 200", () => empty(200), [0, 1000]],
    ["a plain 401", () => empty(401), [0, 0]],
    // And what is not
    ["400", () => refusal(400), [0], "BadRequest"],
    ["402", () => refusal(402), [0], "UnexpectedStatus"],
    ["403", () => refusal(403), [0], "Forbidden"],
    ["a gateway's 403", () => html(403), [0], "GatewayError"],
    ["404", () => refusal(404), [0], "NotFound"],
    ["405", () => refusal(405), [0], "UnexpectedStatus"],
    ["409", () => refusal(409), [0], "Conflict"],
    ["412", () => refusal(412), [0], "Conflict"],
    ["422", () => refusal(422), [0], "BadRequest"],
    ["501", () => refusal(501), [0], "ServiceUnavailable"],
    ["505", () => refusal(505), [0], "ServiceUnavailable"],
    ["a redirect", () => empty(307, { location: "https://evil.example/" }), [0], "GatewayError"],
    ["a page of HTML instead", () => html(200), [0], "GatewayError"],
    ["JSON of another shape", () => json({ id: 1 }), [0], "Decode"]
  ]
  for (const [name, reply, at, tag] of rows) {
    it.effect(`${name}: ${tag ?? `again after ${at[1]} ms`}`, () =>
      Effect.gen(function*() {
        const { exit, times } = yield* run([reply(), ok()], policy)
        deepStrictEqual(times, at)
        if (tag === undefined) deepStrictEqual(exit, Exit.succeed(small as never))
        else strictEqual(errorOf(exit)._tag, tag)
      }))
  }
})

describe("Retry-After", () => {
  const httpDate = (time: number) => new Date(time).toUTCString()
  const year2026 = Date.UTC(2026, 0, 1)

  // The test clock starts in 1970, so a date counts from the response's own, or not at all.
  const rows: ReadonlyArray<readonly [headers: Record<string, string>, wait: number]> = [
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after": "300" }, 300_000],
    [{ "retry-after": "899" }, 899_000],
    [{ "retry-after": "0.75" }, 750],
    [{ "retry-after": "-3" }, 0],
    [{ "retry-after": "31,120" }, 120_000],
    [{ "retry-after": httpDate(year2026 + 90_000), date: httpDate(year2026) }, 90_000],
    [{ "retry-after": httpDate(year2026 - 90_000), date: httpDate(year2026) }, 0],
    [{ "retry-after": httpDate(20_000) }, 20_000],
    [{ "retry-after": "soon" }, 500],
    [{ "retry-after": "" }, 500]
  ]
  for (const [headers, wait] of rows) {
    it.effect(`${JSON.stringify(headers)} is a wait of ${wait} ms, to the millisecond`, () =>
      Effect.gen(function*() {
        const services = yield* connect([refusal(429, "x", headers), ok()])
        const fiber = yield* Effect.fork(withDraw(1)(get(services)))
        if (wait > 0) {
          yield* TestClock.adjust(wait - 1)
          strictEqual(services.sent.length, 1)
          yield* TestClock.adjust(1)
        }
        yield* Fiber.join(fiber)
        deepStrictEqual(times(services.sent), [0, wait])
      }))
  }

  it.effect("is obeyed however long, where the caller allows the time", () =>
    Effect.gen(function*() {
      const { times } = yield* run([refusal(429, "x", { "retry-after": "3600" }), ok()], { totalTimeout: "2 hours" }, {
        time: "1 hour"
      })
      deepStrictEqual(times, [0, 3_600_000])
    }))

  it.effect("that ends after the caller's deadline fails at once, with the time it asked for", () =>
    Effect.gen(function*() {
      for (const seconds of ["900", "901", "3600", "9".repeat(30)]) {
        const services = yield* connect([refusal(429, "x", { "retry-after": seconds })])
        const error = yield* Effect.flip(get(services))
        strictEqual(error._tag, "Throttled")
        deepStrictEqual(
          error._tag === "Throttled" && error.retryAfter,
          Duration.millis(Math.min(Number(seconds) * 1000, Number.MAX_SAFE_INTEGER))
        )
      }
    }))

  it.effect("is measured against what is left of the deadline", () =>
    Effect.gen(function*() {
      const replies = (last: string) => [
        refusal(429, "x", { "retry-after": "600" }),
        refusal(503, "x", { "retry-after": last }),
        ok()
      ]
      deepStrictEqual((yield* run(replies("299"), {}, { time: "15 minutes" })).times, [0, 600_000, 899_000])
      const { exit, times } = yield* run(replies("300"), {}, { time: "15 minutes" })
      deepStrictEqual(times, [0, 600_000])
      const error = errorOf(exit)
      assertTrue(error._tag === "Throttled")
      strictEqual(error.status, 503)
      deepStrictEqual(error.retryAfter, Duration.minutes(5))
    }))
})

describe("back-off", () => {
  it.effect("doubles up to its bound, for as many repetitions as the policy allows", () =>
    Effect.gen(function*() {
      const { exit, times } = yield* run(() => refusal(500), {}, { time: "95 seconds" })
      const waits = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]
      deepStrictEqual(times, waits.reduce((all, wait) => [...all, all.at(-1)! + wait], [0]))
      strictEqual(errorOf(exit)._tag, "ServiceUnavailable")
    }))

  it.effect("is drawn from all of what the bound allows", () =>
    Effect.gen(function*() {
      for (const [draw, waits] of [[0, [0, 0, 0]], [0.25, [125, 250, 500]], [0.5, [250, 500, 1000]]] as const) {
        const { times } = yield* run(() => refusal(500), { maxRetries: 3 }, { draw })
        deepStrictEqual(times, waits.reduce<Array<number>>((all, wait) => [...all, all.at(-1)! + wait], [0]))
      }
    }))

  it.effect("stays within its bound and is spread over it, whatever the seed", () =>
    Effect.gen(function*() {
      const policy = RetryPolicy.defaultPolicy
      for (const [retries, bound] of [[0, 500], [3, 4000], [6, 30_000], [2000, 30_000]] as const) {
        const draws = yield* Effect.replicateEffect(Retry.backOff(policy, retries), 400).pipe(
          Effect.withRandom(Random.make(`seed ${retries}`)),
          Effect.map((durations) => durations.map(Duration.toMillis))
        )
        assertTrue(draws.every((draw) => draw >= 0 && draw <= bound && Number.isInteger(draw)))
        assertTrue(draws.some((draw) => draw < bound * 0.1) && draws.some((draw) => draw > bound * 0.9))
        const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
        assertTrue(Math.abs(mean - bound / 2) < bound * 0.1, `mean ${mean} of ${bound}`)
      }
    }))

  it.effect("that would end after the deadline fails at once, with what went wrong", () =>
    Effect.gen(function*() {
      const { exit, times } = yield* run(() => refusal(500), { totalTimeout: 3501 })
      deepStrictEqual(times, [0, 500, 1500, 3500])
      strictEqual(errorOf(exit)._tag, "ServiceUnavailable")
      deepStrictEqual((yield* run(() => refusal(500), { totalTimeout: 3500 })).times, [0, 500, 1500])
    }))

  // Nothing is waited for here, so the clock may be the real one; the test clock keeps every timer that was ever set.
  it.live("goes on for a thousand repetitions", () =>
    Effect.gen(function*() {
      const services = yield* connect((_, index) => index < 1000 ? empty(429, { "retry-after": "0" }) : ok(), {
        layer: RetryPolicy.layer({ maxRetries: Infinity })
      })
      yield* get(services)
      strictEqual(services.sent.length, 1001)
    }))
})

describe("RetryPolicy", () => {
  const count = (layer: Layer.Layer<never> | undefined, own?: RetryPolicy.Policy) =>
    Effect.gen(function*() {
      const services = yield* connect(() => broken("ECONNRESET"), layer === undefined ? {} : { layer })
      const call = withDraw(0)(get(services))
      yield* Effect.flip(own === undefined ? call : Effect.provideService(call, RetryPolicy.RetryPolicy, own))
      return services.sent.length
    })

  it.effect("allows eight repetitions by default", () =>
    Effect.gen(function*() {
      strictEqual(yield* count(undefined), 9)
    }))

  it.effect("is set for an application by a layer, in parts", () =>
    Effect.gen(function*() {
      strictEqual(yield* count(RetryPolicy.layer({ maxRetries: 2 })), 3)
      strictEqual(yield* count(RetryPolicy.layer({ baseDelay: 1 })), 9)
    }))

  it.effect("is set for one call by providing it, which wins over the layer's", () =>
    Effect.gen(function*() {
      strictEqual(yield* count(undefined, { ...RetryPolicy.defaultPolicy, maxRetries: 0 }), 1)
      strictEqual(
        yield* count(RetryPolicy.layer({ maxRetries: 2 }), { ...RetryPolicy.defaultPolicy, maxRetries: 4 }),
        5
      )
    }))

  it.effect("counts waits that the service asked for", () =>
    Effect.gen(function*() {
      const { exit, times } = yield* run(() => empty(429, { "retry-after": "2" }), { maxRetries: 2 })
      deepStrictEqual(times, [0, 2000, 4000])
      strictEqual(errorOf(exit)._tag, "Throttled")
    }))
})

describe("time-outs", () => {
  it.effect("end an attempt, which is repeated, and abort its request", () =>
    Effect.gen(function*() {
      const services = yield* connect([hangs, ok()], { layer: RetryPolicy.layer({ attemptTimeout: "10 seconds" }) })
      const fiber = yield* Effect.fork(withDraw(1)(get(services)))
      yield* TestClock.adjust(9999)
      strictEqual(services.sent[0]!.signal.aborted, false)
      yield* TestClock.adjust(1)
      strictEqual(services.sent[0]!.signal.aborted, true)
      strictEqual(services.sent.length, 1)
      yield* TestClock.adjust(500)
      yield* Fiber.join(fiber)
      deepStrictEqual(times(services.sent), [0, 10_500])
    }))

  it.effect("end an attempt whose answer does not end", () =>
    Effect.gen(function*() {
      const drip = new Response(
        new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("{")) }),
        { headers: { "content-type": "application/json" } }
      )
      const { exit, sent } = yield* run([drip], { attemptTimeout: "10 seconds", maxRetries: 0 })
      const error = errorOf(exit)
      assertTrue(error._tag === "Timeout")
      deepStrictEqual([error.scope, error.after, error.outcome], ["attempt", Duration.seconds(10), "none"])
      strictEqual(error.clientRequestId, sent[0]!.headers["client-request-id"])
      strictEqual(sent[0]!.signal.aborted, true)
      assertInclude(error.message, "no answer within 10s")
    }))

  it.effect("end the whole call", () =>
    Effect.gen(function*() {
      const services = yield* connect([refusal(500), hangs], {
        layer: RetryPolicy.layer({ attemptTimeout: "1 hour", totalTimeout: "1 minute" })
      })
      const fiber = yield* Effect.fork(Effect.flip(withDraw(1)(get(services))))
      yield* TestClock.adjust(59_999)
      strictEqual(yield* Effect.map(Fiber.poll(fiber), (exit) => exit._tag), "None")
      yield* TestClock.adjust(1)
      const error = yield* Fiber.join(fiber)
      assertTrue(error._tag === "Timeout")
      deepStrictEqual([error.scope, error.after, error.outcome], ["call", Duration.minutes(1), "none"])
      strictEqual(error.clientRequestId, services.sent[1]!.headers["client-request-id"])
      strictEqual(services.sent[1]!.signal.aborted, true)
      assertInclude(error.message, "retries included")
    }))

  it.effect("end a call that waits for a token", () =>
    Effect.gen(function*() {
      const services = yield* connect([], {
        before: () => Effect.never,
        layer: RetryPolicy.layer({ totalTimeout: "1 minute" })
      })
      const fiber = yield* Effect.fork(Effect.flip(get(services)))
      yield* TestClock.adjust("1 minute")
      const error = yield* Fiber.join(fiber)
      assertTrue(error._tag === "Timeout")
      deepStrictEqual([error.scope, error.clientRequestId], ["call", undefined])
    }))

  it.effect("do nothing where the policy sets none", () =>
    Effect.gen(function*() {
      const { exit, times } = yield* run([empty(429, { "retry-after": "86400" }), ok()], {
        attemptTimeout: Duration.infinity,
        totalTimeout: Duration.infinity
      }, { time: "1 day" })
      assertTrue(Exit.isSuccess(exit))
      deepStrictEqual(times, [0, 86_400_000])
    }))
})

describe("interruption", () => {
  const rows: ReadonlyArray<readonly [name: string, replies: () => ReadonlyArray<Reply>]> = [
    ["during a back-off", () => [refusal(500)]],
    ["at the throttle gate", () => [refusal(429, "x", { "retry-after": "60" })]],
    ["while the service asked to wait", () => [refusal(503, "x", { "retry-after": "60" })]]
  ]
  for (const [name, replies] of rows) {
    it.effect(`${name} returns at once, and nothing more is sent`, () =>
      Effect.gen(function*() {
        const services = yield* connect(replies())
        const fiber = yield* Effect.fork(withDraw(1)(get(services)))
        yield* TestClock.adjust(1)
        strictEqual(services.sent.length, 1)
        // The clock stands still meanwhile: whatever waited for it would not end.
        assertTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
        yield* TestClock.adjust("90 seconds")
        strictEqual(services.sent.length, 1)
      }))
  }

  it.effect("during a request returns at once and aborts it", () =>
    Effect.gen(function*() {
      const services = yield* connect([hangs])
      const fiber = yield* Effect.fork(get(services))
      yield* TestClock.adjust(1)
      strictEqual(services.sent[0]!.signal.aborted, false)
      assertTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
      strictEqual(services.sent[0]!.signal.aborted, true)
    }))

  it.effect("while the answer is read returns at once and aborts the request", () =>
    Effect.gen(function*() {
      const services = yield* connect([new Response(new ReadableStream({}))])
      const fiber = yield* Effect.fork(get(services))
      yield* TestClock.adjust(1)
      strictEqual(services.sent[0]!.signal.aborted, false)
      assertTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
      strictEqual(services.sent[0]!.signal.aborted, true)
    }))
})

describe("a defect", () => {
  it.effect("stays a defect, and is not repeated", () =>
    Effect.gen(function*() {
      const bug = new Error("a bug")
      const services = yield* connect([() => Effect.die(bug)])
      const cause = yield* Effect.flip(Effect.sandbox(get(services)))
      strictEqual(Cause.failureOption(cause)._tag, "None")
      strictEqual((Cause.squash(cause) as Error).message, "a bug")
      strictEqual(services.sent.length, 1)
    }))

  it.effect("of the caller's does not escape the effect", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect([])
      const none = undefined as never
      const causes = [
        yield* Effect.flip(Effect.sandbox(lcw.workflows.runs.get(none))),
        yield* Effect.flip(Effect.sandbox(Stream.runDrain(lcw.workflows.runs.list(none))))
      ]
      for (const cause of causes) assertTrue(Cause.squash(cause) instanceof TypeError)
    }))
})

describe("decide", () => {
  const get = LifecycleWorkflowsApi.getRun
  const action: Operation.Any = { ...get, idempotent: false }
  const facts = (status: number) => ({ operation: get.id, status })
  const seven = Duration.seconds(7)
  const length = { length: 1, outcome: "unknown" } as const
  const transport = (phase: "connect" | "exchange") =>
    new GraphError.Transport({ operation: get.id, origin: "o", phase, outcome: "unknown" })

  const rows: ReadonlyArray<
    readonly [name: string, error: GraphError.GraphError, safe: Retry.Decision, unsafe: Retry.Decision]
  > = [
    ["429 as told", new GraphError.Throttled({ ...facts(429), retryAfter: seven }), seven, seven],
    ["429", new GraphError.Throttled(facts(429)), "backOff", "backOff"],
    [
      "503 as told",
      new GraphError.ServiceUnavailable({ ...facts(503), retryAfter: seven, outcome: "none" }),
      seven,
      seven
    ],
    ["gateway 503 as told", new GraphError.GatewayError({ ...facts(503), ...length, retryAfter: seven }), seven, seven],
    ...[503, 500, 502, 504, 408, 509].flatMap((status) => [
      [
        `${status}`,
        new GraphError.ServiceUnavailable({ ...facts(status), outcome: "unknown" }),
        "backOff",
        "fail"
      ] as const,
      [`gateway ${status}`, new GraphError.GatewayError({ ...facts(status), ...length }), "backOff", "fail"] as const
    ]),
    [
      "500 as told",
      new GraphError.ServiceUnavailable({ ...facts(500), retryAfter: seven, outcome: "unknown" }),
      "backOff",
      "fail"
    ],
    ["501", new GraphError.ServiceUnavailable({ ...facts(501), outcome: "unknown" }), "fail", "fail"],
    ["before sending", transport("connect"), "backOff", "backOff"],
    ["after sending", transport("exchange"), "backOff", "fail"],
    [
      "attempt time-out",
      new GraphError.Timeout({ operation: get.id, after: seven, scope: "attempt", outcome: "unknown" }),
      "backOff",
      "fail"
    ],
    [
      "call time-out",
      new GraphError.Timeout({ operation: get.id, after: seven, scope: "call", outcome: "unknown" }),
      "fail",
      "fail"
    ],
    [
      "truncated",
      new GraphError.GatewayError({ ...facts(200), ...length, contentType: "application/json" }),
      "backOff",
      "fail"
    ],
    ["an empty 200", new GraphError.GatewayError({ ...facts(200), length: 0, outcome: "unknown" }), "backOff", "fail"],
    ["HTML", new GraphError.GatewayError({ ...facts(200), ...length, contentType: "text/html" }), "fail", "fail"],
    ["401", new GraphError.Unauthorized(facts(401)), "fail", "fail"],
    ["404", new GraphError.NotFound(facts(404)), "fail", "fail"],
    ["decode", new GraphError.Decode({ ...facts(200), path: [], expected: "a", actual: "b" }), "fail", "fail"]
  ]
  for (const [name, error, safe, unsafe] of rows) {
    it(`${name}: ${safe} if repeating is safe, else ${unsafe}`, () => {
      deepStrictEqual(Retry.decide(error, get), safe)
      deepStrictEqual(Retry.decide(error, action), unsafe)
    })
  }

  it.effect("and what may not be repeated is not, all the way through", () =>
    Effect.gen(function*() {
      const unsafe = { ...get, idempotent: false }
      const rows: ReadonlyArray<readonly [reply: () => Reply, at: ReadonlyArray<number>, outcome?: string]> = [
        [() => refusal(500), [0], "unknown"],
        [() => html(502), [0], "unknown"],
        [() => broken("ECONNRESET"), [0], "unknown"],
        [() => breaksOff(), [0], "unknown"],
        [() => hangs, [0], "unknown"],
        [() => refusal(429, "x", { "retry-after": "7" }), [0, 7000]],
        [() => refusal(503, "x", { "retry-after": "7" }), [0, 7000]],
        [() => broken("ECONNREFUSED"), [0, 500]],
        [() => empty(401), [0, 0]]
      ]
      for (const [reply, at, outcome] of rows) {
        const services = yield* connect([reply(), ok()])
        const fiber = yield* Effect.fork(
          withDraw(1)(services.graph.execute(unsafe, { workflowId, runId }, { select: ["id"] }))
        )
        yield* TestClock.adjust("101 seconds")
        const exit = yield* Fiber.await(fiber)
        const start = services.sent[0]!.at
        deepStrictEqual(times(services.sent).map((time) => time - start), at)
        if (outcome === undefined) assertTrue(Exit.isSuccess(exit))
        else strictEqual((errorOf(exit) as GraphError.Transport).outcome, outcome)
      }
    }))

  const outcomes: ReadonlyArray<
    readonly [
      name: string,
      replies: ReadonlyArray<Reply>,
      before: (call: number) => Effect.Effect<void>,
      outcome: GraphError.Outcome
    ]
  > = [
    ["before its first request", [], () => Effect.never, "none"],
    ["during its request", [hangs], () => Effect.void, "unknown"],
    [
      "after one that did not leave",
      [broken("ECONNREFUSED")],
      (call) => call === 1 ? Effect.void : Effect.never,
      "none"
    ],
    ["after one that did nothing", [empty(429)], (call) => call === 1 ? Effect.void : Effect.never, "none"],
    ["during the one after", [empty(429), hangs], () => Effect.void, "unknown"]
  ]
  for (const [name, replies, before, outcome] of outcomes) {
    it.effect(`and what ran out of time ${name} has the outcome ${outcome}`, () =>
      Effect.gen(function*() {
        const services = yield* connect(replies, {
          before,
          layer: RetryPolicy.layer({ totalTimeout: 2000, attemptTimeout: "1 hour" })
        })
        const fiber = yield* Effect.fork(
          withDraw(1)(services.graph.execute({ ...get, idempotent: false }, { workflowId, runId }, { select: ["id"] }))
        )
        yield* TestClock.adjust(2000)
        const error = errorOf(yield* Fiber.await(fiber))
        assertTrue(error._tag === "Timeout" && error.scope === "call")
        strictEqual(error.outcome, outcome)
        strictEqual(services.sent.length, replies.length)
      }))
  }
})

describe("Transport", () => {
  const before = [
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "UND_ERR_CONNECT_TIMEOUT",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "CERT_HAS_EXPIRED",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
  ]
  const after = [
    "ECONNRESET",
    "EPIPE",
    "ETIMEDOUT",
    "UND_ERR_SOCKET",
    "UND_ERR_HEADERS_TIMEOUT",
    "UND_ERR_BODY_TIMEOUT",
    undefined
  ]
  const failed = (code: string | undefined) =>
    Effect.gen(function*() {
      const services = yield* connect([broken(code)], { layer: RetryPolicy.layer({ maxRetries: 0 }) })
      const error = yield* Effect.flip(get(services))
      assertTrue(error._tag === "Transport")
      strictEqual(error.code, code)
      strictEqual(error.origin, "https://graph.microsoft.com")
      strictEqual(error.clientRequestId, services.sent[0]!.headers["client-request-id"])
      return error
    })
  for (const code of before) {
    it.effect(`${code} is a failure before the request was sent`, () =>
      Effect.gen(function*() {
        const error = yield* failed(code)
        strictEqual(error.phase, "connect")
        assertInclude(error.message, `https://graph.microsoft.com cannot be reached (${code})`)
      }))
  }
  for (const code of after) {
    it.effect(`${code} may have come after it was sent`, () =>
      Effect.gen(function*() {
        const error = yield* failed(code)
        strictEqual(error.phase, "exchange")
        assertInclude(error.message, "broke")
      }))
  }

  it.effect("a body that breaks off came after it was sent, whatever the code", () =>
    Effect.gen(function*() {
      const services = yield* connect([breaksOff("ECONNREFUSED")], { layer: RetryPolicy.layer({ maxRetries: 0 }) })
      const error = yield* Effect.flip(get(services))
      assertTrue(error._tag === "Transport")
      deepStrictEqual([error.code, error.phase], ["ECONNREFUSED", "exchange"])
    }))

  it("finds the code in any chain of causes, and stops where there is no end", () => {
    const toError = (cause: unknown) =>
      Transport.toError(
        LifecycleWorkflowsApi.getRun,
        "o",
        "c",
        { _tag: "RequestError", cause } as unknown as HttpClientError.HttpClientError
      ).code
    strictEqual(toError({ code: "EPIPE" }), "EPIPE")
    strictEqual(toError({ cause: { cause: { code: "EPIPE" } } }), "EPIPE")
    strictEqual(toError({ errors: [{ code: "ECONNREFUSED" }, { code: "ENETUNREACH" }] }), "ECONNREFUSED")
    strictEqual(toError({ code: 23 }), undefined)
    strictEqual(toError({ code: "Bearer token-1" }), undefined)
    strictEqual(toError("EPIPE"), undefined)
    strictEqual(toError(null), undefined)
    const loop: { cause?: unknown } = {}
    loop.cause = loop
    strictEqual(toError(loop), undefined)
    fc.assert(fc.property(fc.anything(), (cause) => {
      const code = toError(cause)
      return code === undefined || /^[A-Z][A-Z0-9_]*$/.test(code)
    }))
  })
})
