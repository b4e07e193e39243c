/** The time of day is set, by an hour, as by an administrator or a server of time: what has begun ends when it would have. */
import { Batch, RetryPolicy, Throttle } from "@effect-msgraph/client"
import { Ids } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Cause, type Clock, Duration, Effect, Exit, Fiber, Option, Stream, TestClock } from "effect"
import { graphError, serve } from "./batchServer.js"
import { connect, empty, hangs, json, refusal, run, runId, withDraw, workflowId } from "./utils.js"

/** A clock whose time of day can be set, as that of a machine: what counts the nanoseconds goes on. */
const withClock = <A, E, R>(by: number, use: (set: Effect.Effect<void>) => Effect.Effect<A, E, R>) =>
  Effect.clockWith((clock) => {
    let off = 0
    const ofDay = () => clock.unsafeCurrentTimeMillis() + off
    // The test's clock still, which can be told to go on.
    const settable: Clock.Clock = Object.assign(Object.create(clock) as Clock.Clock, {
      unsafeCurrentTimeMillis: ofDay,
      currentTimeMillis: Effect.sync(ofDay),
      unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos()
    })
    const set = Effect.sync(() => {
      off += by
    })
    return Effect.withClock(Effect.zipRight(TestClock.adjust("1 day"), use(set)), settable)
  })

/** What an effect comes to, for which the time is set before it begins and while it waits: after so long, and not before. */
const after = <A, E>(millis: number, set: Effect.Effect<void>, effect: Effect.Effect<A, E>) =>
  Effect.gen(function*() {
    yield* set
    const fiber = yield* Effect.fork(Effect.exit(effect))
    yield* TestClock.adjust(0)
    yield* set
    // Who is woken is told the time at which this ends, so it goes in steps.
    yield* Effect.repeatN(TestClock.adjust(1000), millis / 1000 - 2)
    yield* TestClock.adjust(999)
    assertTrue(Option.isNone(yield* Fiber.poll(fiber)), "too early")
    yield* TestClock.adjust(1)
    assertTrue(Option.isSome(yield* Fiber.poll(fiber)), "too late")
    return yield* Fiber.join(fiber)
  })

/** What it failed with. */
const failure = <E extends { readonly _tag: string }>(exit: Exit.Exit<unknown, E>) =>
  Exit.isSuccess(exit) ? undefined : Option.getOrUndefined(Cause.failureOption(exit.cause))

/** Looks at whole seconds. */
const even = { initial: 7000, factor: 1 }

type Services = Effect.Effect.Success<ReturnType<typeof connect>>

const get = ({ lcw }: Services, id = runId) => lcw.workflows.runs.get({ workflowId, runId: id }, { select: ["id"] })

for (const [direction, by] of [["back", -3_600_000], ["forward", 3_600_000]] as const) {
  describe(`when the clock is set ${direction}`, () => {
    const test = (name: string, use: (set: Effect.Effect<void>) => Effect.Effect<void, unknown>) =>
      it.effect(name, () => withClock(by, use))

    test("a closed gate opens when it would have", (set) =>
      Effect.gen(function*() {
        const gate = yield* Throttle.make()
        yield* gate.close("a", "10 seconds")
        const call = gate.pass({ key: "a", within: "1 minute" }, (permit) => permit.accepted())
        assertTrue(Exit.isSuccess(yield* after(10_000, set, call)))
      }))

    test("a quota that is used up is there again when it would have been", (set) =>
      Effect.gen(function*() {
        const gate = yield* Throttle.make({ quota: { limit: 1, window: "10 seconds" } })
        const call = gate.pass({ key: "a", within: "1 minute" }, (permit) => permit.accepted())
        yield* call
        assertTrue(Exit.isSuccess(yield* after(10_000, set, call)))
      }))

    test("attempts and a call end when they would have", (set) =>
      Effect.gen(function*() {
        const services = yield* connect(() => hangs)
        const call = get(services).pipe(
          RetryPolicy.withPolicy({ attemptTimeout: "10 seconds", totalTimeout: "1 minute", maxRetries: 9 }),
          withDraw(0)
        )
        strictEqual(failure(yield* after(60_000, set, call))?._tag, "Timeout")
        strictEqual(services.sent.length, 6)
      }))

    test("a call is repeated for as long as it has time", (set) =>
      Effect.gen(function*() {
        const services = yield* connect(() => refusal(500, "someCode"))
        const call = get(services).pipe(
          RetryPolicy.withPolicy({ baseDelay: "20 seconds", maxDelay: "20 seconds", totalTimeout: "30 seconds" }),
          withDraw(1)
        )
        strictEqual(failure(yield* after(20_000, set, call))?._tag, "ServiceUnavailable")
        strictEqual(services.sent.length, 2)
      }))

    test("a request of a batch that was throttled goes again when it was told to", (set) =>
      Effect.gen(function*() {
        let answers = 0
        const services = yield* connect(serve(() =>
          answers++ === 0
            ? { status: 429, headers: { "retry-after": "2" }, body: graphError("TooManyRequests") }
            : { status: 200, body: { id: "run" } }
        ))
        const calls = Effect.forEach(["one", "other"], (id) => get(services, Ids.RunId.make(id)), {
          concurrency: "unbounded",
          batching: true
        }).pipe(RetryPolicy.withPolicy({ totalTimeout: "30 seconds" }))
        assertTrue(Exit.isSuccess(yield* after(2000, set, calls)))
        strictEqual(services.sent.length, 2)
      }))

    test("a call that waits for others to travel with ends when it would have", (set) =>
      Effect.gen(function*() {
        const services = yield* connect(() => hangs)
        const calls = Effect.all([get(services, Ids.RunId.make("one")), get(services, Ids.RunId.make("other"))], {
          concurrency: "unbounded"
        }).pipe(Batch.withSettings({ window: "5 seconds" }), RetryPolicy.withPolicy({ totalTimeout: "30 seconds" }))
        strictEqual(failure(yield* after(30_000, set, calls))?._tag, "Timeout")
      }))

    test("a run is watched for as long as was asked for", (set) =>
      Effect.gen(function*() {
        const { lcw } = yield* connect(() => json({ ...run, processingStatus: "inProgress" }))
        const watch = Stream.runDrain(lcw.workflows.runs.watch({ workflowId, runId }, { timeout: "1 minute", ...even }))
        strictEqual(failure(yield* after(60_000, set, watch))?._tag, "WatchTimeout")
      }))

    test("the run of an activation is looked for as long as was asked for", (set) =>
      Effect.gen(function*() {
        const { lcw } = yield* connect(({ method }) => method === "POST" ? empty(204) : json({ value: [] }))
        const activate = lcw.workflows.activateAndWatch(
          { workflowId },
          { subjects: [{ id: Ids.UserId.make("adele") }] },
          { findWithin: "2 minutes", ...even }
        )
        const error = failure(yield* after(120_000, set, activate))
        deepStrictEqual(error?._tag === "RunNotFound" && Duration.toMillis(error.after), 120_000)
      }))
  })
}
