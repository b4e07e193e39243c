import { TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, type GraphError, LifecycleWorkflows, RetryPolicy, Throttle } from "@effect-msgraph/client"
import { Ids } from "@effect-msgraph/domain"
import { HttpClient } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Exit, Fiber, FiberRef, Layer, Option, TestClock } from "effect"
import { graphError, serve } from "./batchServer.js"
import { connect, empty, hangs, httpClient, ok, runId, tokenProvider, workflowId } from "./utils.js"

type Services = Effect.Effect.Success<ReturnType<typeof connect>>

const get = ({ lcw }: Services) => lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] })

const isOver = (fiber: Fiber.RuntimeFiber<unknown, unknown>) => Effect.map(Fiber.poll(fiber), Option.isSome)

describe("when the time is over", () => {
  for (const scope of ["call", "attempt"] as const) {
    it.effect(`the request ends, though the caller is interrupted in the same turn (${scope})`, () =>
      Effect.gen(function*() {
        const services = yield* connect(() => hangs)
        const first = yield* Effect.fork(
          get(services).pipe(
            RetryPolicy.withPolicy({ totalTimeout: 100 }),
            Effect.catchAll(() => Fiber.interrupt(other))
          )
        )
        const other: Fiber.RuntimeFiber<unknown, unknown> = yield* Effect.fork(
          get(services).pipe(
            RetryPolicy.withPolicy(scope === "call" ? { totalTimeout: 100 } : { attemptTimeout: 100 })
          )
        )
        yield* TestClock.adjust(100)
        yield* Fiber.join(first)
        yield* Fiber.await(other)
        deepStrictEqual(services.sent.map(({ signal }) => signal.aborted), [true, true])
      }))
  }

  it.effect("a caller that is interrupted waits for an attempt that winds down", () =>
    Effect.gen(function*() {
      let ended = false
      const services = yield* connect(() => () =>
        Effect.onInterrupt(Effect.never, () =>
          Effect.zipRight(
            Effect.sleep("1 second"),
            Effect.sync(() => {
              ended = true
            })
          ))
      )
      const fiber = yield* Effect.fork(get(services).pipe(RetryPolicy.withPolicy({ attemptTimeout: 100 })))
      yield* TestClock.adjust(100)
      const interruption = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust(999)
      assertTrue(!(yield* isOver(interruption)))
      yield* TestClock.adjust(1)
      yield* Fiber.join(interruption)
      assertTrue(ended)
    }))

  it.effect("an attempt that does not end holds the call up no longer than it may take", () =>
    Effect.gen(function*() {
      const services = yield* connect(() => () => Effect.uninterruptible(Effect.as(Effect.sleep("1 hour"), ok())))
      const fiber = yield* Effect.fork(
        Effect.flip(
          get(services).pipe(RetryPolicy.withPolicy({ attemptTimeout: "10 seconds", totalTimeout: "20 seconds" }))
        )
      )
      yield* TestClock.adjust(19_999)
      assertTrue(!(yield* isOver(fiber)))
      yield* TestClock.adjust(1)
      const error = yield* Fiber.join(fiber)
      strictEqual(error._tag === "Timeout" && error.scope, "call")
      strictEqual(services.sent.length, 1)
    }))

  it.effect("the times of other calls go on", () =>
    Effect.gen(function*() {
      const services = yield* connect(() => hangs)
      const fibers = yield* Effect.forEach([10, 20, 15, 40], (seconds) =>
        Effect.fork(Effect.exit(get(services).pipe(RetryPolicy.withPolicy({ totalTimeout: seconds * 1000 })))))
      const over: Array<ReadonlyArray<boolean>> = []
      for (const step of [9_999, 1, 4_999, 1, 4_999, 1, 19_999, 1]) {
        yield* TestClock.adjust(step)
        over.push(yield* Effect.forEach(fibers, isOver))
      }
      deepStrictEqual(over, [
        [false, false, false, false],
        [true, false, false, false],
        [true, false, false, false],
        [true, false, true, false],
        [true, false, true, false],
        [true, true, true, false],
        [true, true, true, false],
        [true, true, true, true]
      ])
    }))

  it.effect("also of one that cannot be interrupted from outside", () =>
    Effect.gen(function*() {
      const services = yield* connect(() => hangs)
      const fiber = yield* Effect.fork(
        Effect.uninterruptible(Effect.flip(get(services).pipe(RetryPolicy.withPolicy({ totalTimeout: 100 }))))
      )
      yield* TestClock.adjust(100)
      strictEqual((yield* Fiber.join(fiber))._tag, "Timeout")
      assertTrue(services.sent[0]!.signal.aborted)
    }))

  for (const batching of [false, true]) {
    it.effect(`the error names the span of its call${batching ? ", alone in a batch" : ""}`, () =>
      Effect.gen(function*() {
        const services = yield* connect(() => hangs)
        const call = get(services).pipe(RetryPolicy.withPolicy({ totalTimeout: 100 }))
        const fiber = yield* Effect.fork(
          Effect.flip(Effect.forEach([1], () => call, { batching, concurrency: "unbounded" }))
        )
        yield* TestClock.adjust(100)
        const error = yield* Fiber.join(fiber)
        const span = Reflect.get(error, Symbol.for("effect/SpanAnnotation")) as { readonly name: string } | undefined
        strictEqual(span?.name, "workflows.runs.get")
      }))
  }
})

/** The services over a gate that does not come to an end with what it is told. */
const overSlowGate = Effect.gen(function*() {
  const { client } = httpClient(() => empty(204))
  const gate = yield* Throttle.make()
  const slow: Throttle.Service = {
    ...gate,
    pass: (request, use) => gate.pass(request, (permit) => use({ ...permit, accepted: () => Effect.never }))
  }
  return yield* Effect.provide(
    LifecycleWorkflows.LifecycleWorkflows,
    LifecycleWorkflows.layer.pipe(
      Layer.provide(GraphClient.layerWithThrottle),
      Layer.provide(Layer.succeed(Throttle.Throttle, slow)),
      Layer.provide(Layer.succeed(HttpClient.HttpClient, client)),
      Layer.provide(Layer.succeed(TokenProvider.TokenProvider, tokenProvider().service))
    )
  )
})

describe("a write that was taken", () => {
  it.effect("may have happened, if its time is over before the gate has noted it", () =>
    Effect.gen(function*() {
      const lcw = yield* overSlowGate
      const fiber = yield* Effect.fork(Effect.flip(
        lcw.workflows.activate(
          { workflowId },
          { subjects: [{ id: Ids.UserId.make("8cdf25a8-c9d2-423e-a03d-3f39f03c3e97") }] }
        )
      ))
      yield* TestClock.adjust("1 hour")
      const error: GraphError.GraphError = yield* Fiber.join(fiber)
      strictEqual(error._tag === "Timeout" && error.outcome, "unknown")
    }))
})

describe("a batch that renews its token", () => {
  it.effect("asks for it as any call does, not as quietly as Graph is asked", () =>
    Effect.gen(function*() {
      const seen: Array<boolean> = []
      let answers = 0
      const services = yield* connect(
        serve(() => answers++ < 2 ? { status: 401, body: graphError() } : { status: 200, body: { id: runId } }),
        {
          renewing: Effect.flatMap(
            FiberRef.get(HttpClient.currentTracerDisabledWhen),
            (isDisabled) => Effect.sync(() => seen.push(isDisabled({} as never)))
          )
        }
      )
      const exit = yield* Effect.exit(Effect.forEach(
        [runId, Ids.RunId.make("other")],
        (runId) => services.lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] }),
        { batching: true }
      ))
      assertTrue(Exit.isSuccess(exit))
      deepStrictEqual(seen, [false])
    }))
})
