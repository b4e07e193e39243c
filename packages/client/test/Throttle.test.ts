import { TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, GraphError, RetryPolicy, Throttle } from "@effect-msgraph/client"
import { LifecycleWorkflowsApi } from "@effect-msgraph/domain"
import { HttpClient } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Clock, Duration, Effect, Exit, Fiber, Layer, Option, TestClock } from "effect"
import {
  assertError,
  connect,
  empty,
  httpClient,
  ok,
  refusal,
  runId,
  times,
  tokenProvider,
  withDraw,
  workflowId
} from "./utils.js"

type Services = Effect.Effect.Success<ReturnType<typeof connect>>

const get = ({ lcw }: Services) => lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] })

const isRunning = (fiber: Fiber.RuntimeFiber<unknown, unknown>) => Effect.map(Fiber.poll(fiber), Option.isNone)

describe("the gate", () => {
  it.effect("is open at first", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make
      deepStrictEqual(yield* gate.wait("a", 0), Duration.zero)
    }))

  it.effect("opens when its time has come, not earlier", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make
      yield* gate.close("a", "10 seconds")
      const fiber = yield* Effect.fork(gate.wait("a", "1 minute"))
      yield* TestClock.adjust(9999)
      assertTrue(yield* isRunning(fiber))
      yield* TestClock.adjust(1)
      deepStrictEqual(yield* Fiber.join(fiber), Duration.seconds(10))
      deepStrictEqual(yield* gate.wait("a", 0), Duration.zero)
    }))

  it.effect("keeps those waiting for whom it is closed longer meanwhile", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make
      yield* gate.close("a", "10 seconds")
      const fiber = yield* Effect.fork(gate.wait("a", "1 minute"))
      yield* TestClock.adjust("5 seconds")
      yield* gate.close("a", "20 seconds")
      yield* TestClock.adjust(19_999)
      assertTrue(yield* isRunning(fiber))
      yield* TestClock.adjust(1)
      deepStrictEqual(yield* Fiber.join(fiber), Duration.seconds(25))
    }))

  it.effect("is not opened earlier by a shorter wait", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make
      yield* gate.close("a", "10 seconds")
      yield* gate.close("a", "1 second")
      yield* gate.close("a", 0)
      const fiber = yield* Effect.fork(gate.wait("a", "1 minute"))
      yield* TestClock.adjust(9999)
      assertTrue(yield* isRunning(fiber))
      yield* TestClock.adjust(1)
      yield* Fiber.join(fiber)
    }))

  it.effect("of one key says nothing of another's", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make
      yield* gate.close("a", "10 seconds")
      deepStrictEqual(yield* gate.wait("b", 0), Duration.zero)
    }))

  it.effect("refuses at once those who cannot wait as long, and tells them how long it is", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make
      yield* gate.close("a", "10 seconds")
      const closed = yield* Effect.flip(gate.wait("a", "10 seconds"))
      deepStrictEqual(closed, new Throttle.Closed({ remaining: Duration.seconds(10) }))
      strictEqual(closed.message, "The throttle gate stays closed for another 10s.")
      const fiber = yield* Effect.fork(gate.wait("a", 10_001))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
    }))

  it.effect("refuses those waiting as soon as it becomes too long for them", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make
      yield* gate.close("a", "10 seconds")
      const fiber = yield* Effect.fork(Effect.flip(gate.wait("a", "20 seconds")))
      yield* TestClock.adjust("5 seconds")
      yield* gate.close("a", "1 hour")
      yield* TestClock.adjust("5 seconds")
      deepStrictEqual((yield* Fiber.join(fiber)).remaining, Duration.seconds(3595))
    }))

  it.effect("lets those go who are interrupted", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make
      yield* gate.close("a", "10 seconds")
      const fiber = yield* Effect.fork(gate.wait("a", Duration.infinity))
      yield* TestClock.adjust(1)
      assertTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
    }))
})

describe("a throttled service", () => {
  it.effect("hears from no call before the time it asked for has passed", () =>
    Effect.gen(function*() {
      const services = yield* connect([empty(429, { "retry-after": "30" }), ok(), ok(), ok()])
      const first = yield* Effect.fork(get(services))
      yield* TestClock.adjust(1)
      const others = yield* Effect.fork(Effect.all([get(services), get(services)], { concurrency: "unbounded" }))
      yield* TestClock.adjust(29_998)
      strictEqual(services.sent.length, 1)
      yield* TestClock.adjust(1)
      yield* Fiber.join(first)
      yield* Fiber.join(others)
      deepStrictEqual(times(services.sent), [0, 30_000, 30_000, 30_000])
    }))

  it.effect("rejects each of 20 parallel calls once at most", () =>
    Effect.gen(function*() {
      // A service that takes nothing for 1.5 s, and says so in whole seconds, as Graph does.
      const services = yield* connect(({ at }) =>
        at < 1500 ? refusal(429, "TooManyRequests", { "retry-after": "2" }) : ok()
      )
      const fiber = yield* Effect.fork(
        Effect.all(Array.from({ length: 20 }, () => get(services)), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("2 seconds")
      strictEqual((yield* Fiber.join(fiber)).length, 20)
      strictEqual(services.sent.length, 40)
      deepStrictEqual(new Set(times(services.sent)), new Set([0, 2000]))
    }))

  it.effect("is left alone by calls that come later", () =>
    Effect.gen(function*() {
      const services = yield* connect(({ at }) => at < 10_000 ? empty(429, { "retry-after": "10" }) : ok())
      const fiber = yield* Effect.fork(get(services))
      yield* TestClock.adjust(1)
      const later = yield* Effect.fork(
        Effect.all(Array.from({ length: 50 }, () => get(services)), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust(9_999)
      yield* Fiber.join(fiber)
      yield* Fiber.join(later)
      strictEqual(services.sent.filter(({ at }) => at < 10_000).length, 1)
    }))

  it.effect("is left alone as well after the call that it throttled gave up", () =>
    Effect.gen(function*() {
      const policies: ReadonlyArray<Partial<RetryPolicy.Policy>> = [{ maxRetries: 0 }, { totalTimeout: "5 seconds" }]
      for (const policy of policies) {
        const services = yield* connect([empty(429, { "retry-after": "30" }), ok()])
        const start = yield* Clock.currentTimeMillis
        const error = yield* Effect.flip(
          Effect.provideService(get(services), RetryPolicy.RetryPolicy, { ...RetryPolicy.defaultPolicy, ...policy })
        )
        strictEqual(error._tag, "Throttled")
        const fiber = yield* Effect.fork(get(services))
        yield* TestClock.adjust("30 seconds")
        yield* Fiber.join(fiber)
        deepStrictEqual(times(services.sent), [start, start + 30_000])
      }
    }))

  it.effect("fails calls at once whose deadline comes before the gate opens", () =>
    Effect.gen(function*() {
      const services = yield* connect([empty(429, { "retry-after": "3600" })])
      yield* Effect.flip(get(services))
      yield* TestClock.adjust("10 minutes")
      const error = yield* Effect.flip(get(services))
      assertError(
        error,
        new GraphError.Throttled({ operation: "workflows.runs.get", status: 429, retryAfter: Duration.minutes(50) })
      )
      strictEqual(services.sent.length, 1)
      strictEqual(services.tokens.gets, 1)
    }))

  it.effect("without Retry-After keeps all calls back for the back-off", () =>
    Effect.gen(function*() {
      const services = yield* connect([empty(429), ok(), ok()])
      const first = yield* Effect.fork(withDraw(1)(get(services)))
      yield* TestClock.adjust(1)
      const second = yield* Effect.fork(get(services))
      yield* TestClock.adjust(499)
      yield* Fiber.join(first)
      yield* Fiber.join(second)
      deepStrictEqual(times(services.sent), [0, 500, 500])
    }))

  it.effect("does not keep back who was told 503", () =>
    Effect.gen(function*() {
      const services = yield* connect([empty(503, { "retry-after": "30" }), ok(), ok()])
      const first = yield* Effect.fork(get(services))
      yield* TestClock.adjust(1)
      yield* get(services)
      yield* TestClock.adjust(29_999)
      yield* Fiber.join(first)
      deepStrictEqual(times(services.sent), [0, 1, 30_000])
    }))
})

describe("a shared gate", () => {
  const client = (
    throttle: Throttle.Service,
    replies: Parameters<typeof httpClient>[0],
    identity: Parameters<typeof tokenProvider>[0]
  ) => {
    const { client, sent } = httpClient(replies)
    return GraphClient.make.pipe(
      Effect.provideService(HttpClient.HttpClient, client),
      Effect.provideService(TokenProvider.TokenProvider, tokenProvider(identity).service),
      Effect.provideService(Throttle.Throttle, throttle),
      Effect.map((graph) => ({
        sent,
        get: graph.execute(LifecycleWorkflowsApi.getRun, { workflowId, runId }, { select: ["id"] })
      }))
    )
  }

  it.effect("closes for all clients of the same tenant and application, and for them only", () =>
    Effect.gen(function*() {
      const throttle = yield* Throttle.make
      const contoso = { tenantId: "contoso", clientId: "app" }
      const first = yield* client(throttle, [empty(429, { "retry-after": "30" }), ok()], contoso)
      const same = yield* client(throttle, [ok()], contoso)
      const others = yield* Effect.all([
        client(throttle, [ok()], { tenantId: "fabrikam", clientId: "app" }),
        client(throttle, [ok()], { tenantId: "contoso", clientId: "other" }),
        client(throttle, [ok()], {})
      ])
      const one = yield* Effect.fork(first.get)
      yield* TestClock.adjust(1)
      const two = yield* Effect.fork(same.get)
      for (const other of others) yield* other.get
      yield* TestClock.adjust(29_998)
      deepStrictEqual(times(same.sent), [])
      yield* TestClock.adjust(1)
      yield* Fiber.join(one)
      yield* Fiber.join(two)
      deepStrictEqual(times(same.sent), [30_000])
    }))

  it.effect("is what the layer with a given gate uses", () =>
    Effect.gen(function*() {
      const throttle = yield* Throttle.make
      const { client, sent } = httpClient([ok()])
      yield* throttle.close("https://graph.microsoft.com contoso app identityGovernance", "10 seconds")
      const graph = yield* GraphClient.GraphClient.pipe(
        Effect.provide(GraphClient.layerWithThrottle.pipe(
          Layer.provide(Layer.succeed(HttpClient.HttpClient, client)),
          Layer.provide(
            Layer.succeed(TokenProvider.TokenProvider, tokenProvider({ tenantId: "contoso", clientId: "app" }).service)
          ),
          Layer.provide(Layer.succeed(Throttle.Throttle, throttle))
        ))
      )
      const fiber = yield* Effect.fork(
        graph.execute(LifecycleWorkflowsApi.getRun, { workflowId, runId }, { select: ["id"] })
      )
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
      deepStrictEqual(times(sent), [10_000])
    }))
})
