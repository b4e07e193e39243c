import { Batch, type GraphError, RetryPolicy } from "@effect-msgraph/client"
import { Ids, LifecycleWorkflowsApi as Api } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Clock, Duration, Effect, Exit, Fiber, type Layer, TestClock } from "effect"
import { serve, urls } from "./batchServer.js"
import { connect, hangs, times, workflowId } from "./utils.js"

type Options = NonNullable<Parameters<typeof connect>[1]>

/** Calls that have ten seconds. */
const setup = (
  before: Options["before"],
  options?: { readonly layer?: Layer.Layer<never>; readonly hangs?: boolean }
) =>
  Effect.map(
    connect(options?.hangs === true ? () => hangs : serve(() => ({ status: 200, body: { id: "r" } })), {
      before,
      ...(options?.layer === undefined ? {} : { layer: options.layer })
    }),
    ({ lcw, sent, tokens }) => ({
      sent,
      tokens,
      get: (n: number) =>
        lcw.workflows.runs.get({ workflowId, runId: Ids.RunId.make(`run-${n}`) }, { select: ["id"] }).pipe(
          RetryPolicy.withPolicy({ totalTimeout: "10 seconds" })
        )
    })
  )

const sizes = (sent: Parameters<typeof urls>[0]) => urls(sent).map((batch) => batch.length)

const timeout = (error: GraphError.GraphError) => {
  strictEqual(error._tag, "Timeout")
  if (error._tag !== "Timeout") return undefined
  const { after, operation, outcome, scope } = error
  return { after: Duration.toMillis(after), operation, outcome, scope }
}

const expected = { after: 10_000, operation: Api.getRun.id, outcome: "none", scope: "call" } as const

/** Of a token that is there after so many seconds, whoever asks for it. */
const arrivesAfter = (seconds: number) =>
  Effect.map(
    Clock.currentTimeMillis,
    (start) => () =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sleep(Math.max(0, start + seconds * 1000 - now)))
  )

/** Time passes step by step, so that what begins at a step has its own time from there. */
const elapse = (milliseconds: number): Effect.Effect<void> =>
  milliseconds <= 1000
    ? TestClock.adjust(milliseconds)
    : Effect.zipRight(TestClock.adjust(1000), Effect.suspend(() => elapse(milliseconds - 1000)))

/** Until when each is under way, and what becomes of it. */
const ends = (effect: Effect.Effect<unknown, GraphError.GraphError>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(Effect.either(effect))
    yield* elapse(9999)
    const early = yield* Fiber.poll(fiber)
    yield* TestClock.adjust("1 millis")
    const [at, result] = [yield* Fiber.poll(fiber), yield* Fiber.join(fiber)]
    return { early: early._tag, at: at._tag, result }
  })

describe("a call that waits for a token before it travels", () => {
  for (const window of [false, true]) {
    const options = window ? { layer: Batch.layerWindow("10 millis") } : {}
    const both = <A, E>(effects: ReadonlyArray<Effect.Effect<A, E>>) =>
      Effect.all(effects, { concurrency: "unbounded", batching: !window })

    describe(window ? "in a window" : "with batching", () => {
      it.effect("ends when its time is over, and not before", () =>
        Effect.gen(function*() {
          let given = 0
          const { get, sent } = yield* setup(
            () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => given++)),
            options
          )
          const { at, early, result } = yield* ends(both([get(1), get(2)]))
          deepStrictEqual([early, at], ["None", "Some"])
          assertTrue(result._tag === "Left")
          deepStrictEqual(timeout(result.left), expected)
          strictEqual(sent.length, 0)
          strictEqual(given, 2)
        }))

      it.effect("has its answer where the token comes in time", () =>
        Effect.gen(function*() {
          const { get, sent } = yield* setup(yield* arrivesAfter(9), options)
          const fiber = yield* Effect.fork(both([get(1), get(2)]))
          yield* elapse(9999)
          strictEqual((yield* Fiber.join(fiber)).length, 2)
          deepStrictEqual(sizes(sent), [2])
        }))

      it.effect("has no more than what is left of its time then", () =>
        Effect.gen(function*() {
          for (const count of [1, 2]) {
            const { get, sent } = yield* setup(yield* arrivesAfter(6), { ...options, hangs: true })
            const { at, early, result } = yield* ends(both([get(1), get(2)].slice(0, count)))
            deepStrictEqual([early, at], ["None", "Some"])
            assertTrue(result._tag === "Left")
            deepStrictEqual(timeout(result.left), expected)
            deepStrictEqual(sizes(sent), [count])
          }
        }))

      it.effect("takes none of it from those that have not waited", () =>
        Effect.gen(function*() {
          // The first waits for 9 seconds, and the others, who come then, not at all.
          const { get, sent } = yield* setup((call) => Effect.sleep(call === 1 ? "9 seconds" : 0), {
            ...options,
            hangs: true
          })
          const fiber = yield* Effect.fork(both([
            Effect.exit(get(1)),
            Effect.delay(Effect.exit(get(2)), "9 seconds"),
            Effect.delay(Effect.exit(get(3)), "9 seconds")
          ]))
          yield* elapse(18999)
          deepStrictEqual(sizes(sent).sort(), [1, 2])
          strictEqual((yield* Fiber.poll(fiber))._tag, "None")
          yield* TestClock.adjust("1 millis")
          assertTrue((yield* Fiber.join(fiber)).every(Exit.isFailure))
        }))

      it.effect("can be interrupted while it waits", () =>
        Effect.gen(function*() {
          let stopped = 0
          const { get, sent } = yield* setup(
            () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => stopped++)),
            options
          )
          const fiber = yield* Effect.fork(both([get(1), get(2)]))
          yield* TestClock.adjust("1 second")
          yield* Fiber.interrupt(fiber)
          deepStrictEqual([stopped, sent.length], [2, 0])
        }))
    })
  }

  it.effect("does not wait for a provider that cannot be interrupted", () =>
    Effect.gen(function*() {
      const { get } = yield* setup(() => Effect.uninterruptible(Effect.sleep("1 hour")))
      const { at, early } = yield* ends(Effect.all([get(1), get(2)], { batching: true, concurrency: "unbounded" }))
      deepStrictEqual([early, at], ["None", "Some"])
    }))

  it.effect("counts its time in the window", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup(() => Effect.void, { layer: Batch.layerWindow("4 seconds"), hangs: true })
      const { at, early } = yield* ends(Effect.all([get(1), get(2)], { concurrency: "unbounded" }))
      deepStrictEqual([early, at], ["None", "Some"])
      deepStrictEqual(times(sent), [4000])
      const late = yield* setup(() => Effect.void, { layer: Batch.layerWindow("10 seconds") })
      const { result } = yield* ends(late.get(1))
      assertTrue(result._tag === "Left")
      deepStrictEqual(timeout(result.left), expected)
      strictEqual(late.sent.length, 0)
    }))

  it.effect("does not count how long the forEach lets it wait", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup(() => Effect.void)
      const fiber = yield* Effect.fork(
        Effect.all([get(1), Effect.delay(get(2), "1 minute")], { batching: true, concurrency: "unbounded" })
      )
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      deepStrictEqual(sizes(sent), [2])
    }))
})
