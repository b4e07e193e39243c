/** The time of day is set back by an hour, as by an administrator or when a machine wakes up: what has begun ends when it would have. */
import { RetryPolicy, Throttle } from "@effect-msgraph/client"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { type Clock, Effect, Fiber, Option, TestClock } from "effect"
import { connect, hangs, ok, refusal, runId, times, workflowId } from "./utils.js"

/** A clock whose time of day can be set back, as that of a machine: what counts the nanoseconds goes on. */
const withClock = <A, E, R>(use: (setBack: Effect.Effect<void>) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) => {
    let behind = 0
    const ofDay = () => clock.unsafeCurrentTimeMillis() - behind
    // The test's clock still, which can be told to go on.
    const settable: Clock.Clock = Object.assign(Object.create(clock) as Clock.Clock, {
      unsafeCurrentTimeMillis: ofDay,
      currentTimeMillis: Effect.sync(ofDay),
      unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos()
    })
    return Effect.withClock(
      use(Effect.sync(() => {
        behind += 3_600_000
      })),
      settable
    )
  })

const isOver = (fiber: Fiber.RuntimeFiber<unknown, unknown>) => Effect.map(Fiber.poll(fiber), Option.isSome)

/** It is over after so long, and not before. */
const takes = (fiber: Fiber.RuntimeFiber<unknown, unknown>, millis: number) =>
  Effect.gen(function*() {
    yield* TestClock.adjust(millis - 1)
    assertTrue(!(yield* isOver(fiber)), "too early")
    yield* TestClock.adjust(1)
    assertTrue(yield* isOver(fiber), "too late")
  })

describe("when the clock is set back", () => {
  it.effect("a closed gate opens when it would have", () =>
    withClock((setBack) =>
      Effect.gen(function*() {
        const gate = yield* Throttle.make()
        yield* gate.close("a", "10 seconds")
        yield* setBack
        const call = yield* Effect.fork(gate.pass({ key: "a", within: "1 minute" }, (permit) => permit.accepted()))
        yield* takes(call, 10_000)
      })
    ))

  it.effect("a quota that is used up is there again when it would have been", () =>
    withClock((setBack) =>
      Effect.gen(function*() {
        const gate = yield* Throttle.make({ quota: { limit: 1, window: "10 seconds" } })
        const call = gate.pass({ key: "a", within: "1 minute" }, (permit) => permit.accepted())
        yield* call
        yield* setBack
        yield* takes(yield* Effect.fork(call), 10_000)
      })
    ))

  it.effect("an attempt and a call end when they would have", () =>
    withClock((setBack) =>
      Effect.gen(function*() {
        const { lcw, sent } = yield* connect(() => hangs)
        const call = lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] }).pipe(
          RetryPolicy.withPolicy({ attemptTimeout: "10 seconds", totalTimeout: "1 minute", baseDelay: 0 })
        )
        const fiber = yield* Effect.fork(Effect.flip(call))
        yield* TestClock.adjust(5000)
        yield* setBack
        yield* TestClock.adjust(4999)
        strictEqual(sent.length, 1)
        yield* TestClock.adjust(1)
        strictEqual(sent.length, 2)
        yield* setBack
        yield* TestClock.adjust(50_000)
        const error = yield* Fiber.join(fiber)
        strictEqual(error._tag, "Timeout")
      })
    ))

  it.effect("a call that is told to come back goes on when it would have, and not after its time", () =>
    withClock((setBack) =>
      Effect.gen(function*() {
        const refused = refusal(429, "TooManyRequests", { "retry-after": "40" })
        const { lcw, sent } = yield* connect((_, index) => () =>
          Effect.as(setBack, index === 1 || index === 3 ? ok() : refused.clone())
        )
        const call = lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] })
        const first = yield* Effect.fork(RetryPolicy.withPolicy(call, { totalTimeout: "1 minute" }))
        yield* TestClock.adjust(40_000)
        yield* Fiber.join(first)
        const second = yield* Effect.fork(Effect.flip(RetryPolicy.withPolicy(call, { totalTimeout: "30 seconds" })))
        yield* TestClock.adjust(0)
        strictEqual((yield* Fiber.join(second))._tag, "Throttled")
        deepStrictEqual(times(sent).length, 3)
      })
    ))
})
