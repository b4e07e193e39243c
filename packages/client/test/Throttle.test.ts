import { TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, GraphError, RetryPolicy, Throttle } from "@effect-msgraph/client"
import { LifecycleWorkflowsApi } from "@effect-msgraph/domain"
import { HttpClient } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Clock, Duration, Effect, Either, Exit, FastCheck as fc, Fiber, Layer, Option, TestClock } from "effect"
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

/** Passes, says how long it waited, and that the service took it. */
const pass = (
  gate: Throttle.Service,
  key: string,
  within: Duration.DurationInput = Duration.infinity,
  urgency?: Throttle.Urgency
) => gate.pass({ key, within, urgency }, (permit) => Effect.as(permit.accepted(), permit.waited))

/** Runs an effect, given the number of those who sleep. `TestClock` keeps those whom it has lost. */
const countingSleepers = <A, E>(f: (sleepers: () => number) => Effect.Effect<A, E>) =>
  Effect.clockWith((clock) => {
    let sleepers = 0
    const counting: Clock.Clock = Object.assign(Object.create(clock), {
      sleep: (duration: Duration.Duration) =>
        Effect.acquireUseRelease(
          Effect.sync(() => sleepers++),
          () => clock.sleep(duration),
          () => Effect.sync(() => sleepers--)
        )
    })
    return Effect.withClock(f(() => sleepers), counting)
  })

/** Passes, and stays in until told. */
const hold = (
  gate: Throttle.Service,
  key: string,
  entered: () => void = () => {},
  urgency?: Throttle.Urgency
) =>
  gate.pass(
    { key, within: Duration.infinity, urgency },
    (permit) => Effect.zipRight(Effect.sync(entered), Effect.as(Effect.never, permit))
  )

describe("the gate", () => {
  it.effect("is open at first", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      deepStrictEqual(yield* pass(gate, "a", 0), Duration.zero)
    }))

  it.effect("opens when its time has come, not earlier", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      yield* gate.close("a", "10 seconds")
      const fiber = yield* Effect.fork(pass(gate, "a", "1 minute"))
      yield* TestClock.adjust(9999)
      assertTrue(yield* isRunning(fiber))
      yield* TestClock.adjust(1)
      deepStrictEqual(yield* Fiber.join(fiber), Duration.seconds(10))
      deepStrictEqual(yield* pass(gate, "a", 0), Duration.zero)
    }))

  it.effect("opens after a time that no timer of the platform can wait for", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      yield* gate.close("a", "60 days")
      const fiber = yield* Effect.fork(pass(gate, "a"))
      const sleeps: Array<number> = []
      for (let day = 0; day < 59; day++) {
        yield* TestClock.adjust("1 day")
        sleeps.push(...yield* TestClock.sleeps())
        assertTrue(yield* isRunning(fiber))
      }
      // As far ahead as a timer goes, and no farther.
      assertTrue(sleeps.every((at, day) => at - (day + 1) * 86_400_000 <= 2 ** 31 - 1))
      yield* TestClock.adjust("1 day")
      deepStrictEqual(yield* Fiber.join(fiber), Duration.days(60))
    }))

  it.effect("keeps those waiting for whom it is closed longer meanwhile", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      yield* gate.close("a", "10 seconds")
      const fiber = yield* Effect.fork(pass(gate, "a", "1 minute"))
      yield* TestClock.adjust("5 seconds")
      yield* gate.close("a", "20 seconds")
      yield* TestClock.adjust(19_999)
      assertTrue(yield* isRunning(fiber))
      yield* TestClock.adjust(1)
      deepStrictEqual(yield* Fiber.join(fiber), Duration.seconds(25))
    }))

  it.effect("is not opened earlier by a shorter wait", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      yield* gate.close("a", "10 seconds")
      yield* gate.close("a", "1 second")
      yield* gate.close("a", 0)
      const fiber = yield* Effect.fork(pass(gate, "a", "1 minute"))
      yield* TestClock.adjust(9999)
      assertTrue(yield* isRunning(fiber))
      yield* TestClock.adjust(1)
      yield* Fiber.join(fiber)
    }))

  it.effect("of one key says nothing of another's", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      yield* gate.close("a", "10 seconds")
      deepStrictEqual(yield* pass(gate, "b", 0), Duration.zero)
    }))

  it.effect("says when a place is free, not that it is so now, to whom it cannot let in by then", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      // Twenty were taken, and the next one was not: it learns twenty in ten seconds.
      yield* Effect.forEach(Array.from({ length: 20 }), () => pass(gate, "a"))
      yield* gate.pass({ key: "a", within: 0 }, (permit) => permit.rejected("10 seconds"))
      yield* TestClock.adjust("10 seconds")
      const fibers = yield* Effect.forEach(
        Array.from({ length: 21 }),
        () => Effect.fork(Effect.either(pass(gate, "a", "2 seconds")))
      )
      yield* TestClock.adjust("2 seconds")
      const refused = (yield* Effect.forEach(fibers, Fiber.join)).filter(Either.isLeft)
      strictEqual(refused.length, 1)
      deepStrictEqual(refused[0]!.left.remaining, Duration.seconds(8))
    }))

  it.effect("that is closed from outside opens at once afterwards, whoever is still under way", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      yield* Effect.forEach(Array.from({ length: 9 }), () => Effect.fork(hold(gate, "a")))
      yield* TestClock.adjust(0)
      yield* gate.close("a", "1 second")
      const fiber = yield* Effect.fork(pass(gate, "a", "1 minute"))
      yield* TestClock.adjust(999)
      assertTrue(yield* isRunning(fiber))
      yield* TestClock.adjust(1)
      deepStrictEqual(yield* Fiber.join(fiber), Duration.seconds(1))
    }))

  it.effect("has forgotten everything after ten idle minutes, also how few it let in at once", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      for (let n = 0; n < 12; n++) {
        yield* gate.pass({ key: "a", within: Duration.infinity }, (permit) => permit.rejected("1 second"))
        yield* TestClock.adjust("1 second")
      }
      yield* TestClock.adjust("11 minutes")
      let entered = 0
      yield* Effect.forEach(Array.from({ length: 20 }), () => Effect.fork(hold(gate, "a", () => entered++)))
      yield* TestClock.adjust(0)
      strictEqual(entered, 10)
    }))

  it.effect("is forgotten when it has long been idle and there are many others, but not while it is in use or closed", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make({ initialConcurrency: 4 })
      let idle = 0
      let busy = 0
      for (const key of ["idle", "busy"]) {
        yield* gate.pass({ key, within: 0 }, (permit) => permit.accepted(1.2))
      }
      const holding = yield* Effect.fork(hold(gate, "busy", () => busy++))
      yield* gate.close("closed", "1 hour")
      yield* TestClock.adjust("11 minutes")
      yield* Effect.forEach(Array.from({ length: 64 }), (_, n) => pass(gate, String(n)))
      const fibers = yield* Effect.forEach(
        Array.from({ length: 4 }),
        () => Effect.zip(Effect.fork(hold(gate, "idle", () => idle++)), Effect.fork(hold(gate, "busy", () => busy++)))
      )
      yield* TestClock.adjust(0)
      // Of one that was slowed down, half as many are let in.
      deepStrictEqual([idle, busy], [4, 2])
      assertTrue((yield* Effect.flip(pass(gate, "closed", "10 minutes")))._tag === "Closed")
      yield* Fiber.interruptAll([holding, ...fibers.flat()])
    }))

  it.effect("refuses at once those who cannot wait as long, and tells them how long it is", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      yield* gate.close("a", "10 seconds")
      const closed = yield* Effect.flip(pass(gate, "a", "10 seconds"))
      deepStrictEqual(closed, new Throttle.Closed({ remaining: Duration.seconds(10) }))
      strictEqual(closed.message, "The throttle gate stays closed for another 10s.")
      const fiber = yield* Effect.fork(pass(gate, "a", 10_001))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
    }))

  it.effect("refuses those waiting as soon as it becomes too long for them", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      yield* gate.close("a", "10 seconds")
      const fiber = yield* Effect.fork(Effect.flip(pass(gate, "a", "20 seconds")))
      const patient = yield* Effect.fork(pass(gate, "a", "2 hours"))
      yield* TestClock.adjust("5 seconds")
      yield* gate.close("a", "1 hour")
      deepStrictEqual((yield* Fiber.join(fiber)).remaining, Duration.hours(1))
      assertTrue(yield* isRunning(patient))
      yield* Fiber.interrupt(patient)
    }))

  it.effect("lets those go who are interrupted, and keeps no timer", () =>
    countingSleepers((sleepers) =>
      Effect.gen(function*() {
        const gate = yield* Throttle.make()
        yield* gate.close("a", "10 seconds")
        const fiber = yield* Effect.fork(pass(gate, "a"))
        yield* TestClock.adjust(1)
        strictEqual(sleepers(), 1)
        assertTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
        yield* Effect.yieldNow()
        strictEqual(sleepers(), 0)
      })
    ))

  it.effect("lets one in after a closure, then two for each that was taken", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      yield* gate.close("a", "10 seconds")
      const entered: Array<number> = []
      const fiber = yield* Effect.fork(Effect.all(
        Array.from({ length: 15 }, () =>
          gate.pass({ key: "a", within: Duration.infinity }, (permit) =>
            Clock.currentTimeMillis.pipe(
              Effect.tap((now) =>
                Effect.sync(() => entered.push(now))
              ),
              Effect.zipRight(Effect.sleep("1 second")),
              Effect.zipRight(permit.accepted())
            ))),
        { concurrency: "unbounded" }
      ))
      yield* TestClock.adjust("14 seconds")
      yield* Fiber.join(fiber)
      deepStrictEqual(
        [10_000, 11_000, 12_000, 13_000].map((at) => entered.filter((time) => time === at).length),
        [1, 2, 4, 8]
      )
    }))

  it.effect("closes again for all when the first one is rejected", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      yield* gate.close("a", "1 second")
      let rejected = 0
      const call: Effect.Effect<void, Throttle.Closed> = gate.pass({ key: "a", within: Duration.infinity }, (permit) =>
        Effect.gen(function*() {
          if ((yield* Clock.currentTimeMillis) >= 5000) {
            return yield* Effect.as(permit.accepted(), true)
          }
          rejected++
          yield* permit.rejected("1 second")
          return false
        })).pipe(Effect.flatMap((done) =>
          done ? Effect.void : call
        ))
      const fiber = yield* Effect.fork(
        Effect.all(Array.from({ length: 20 }, () => call), { concurrency: "unbounded", discard: true })
      )
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      strictEqual(rejected, 4)
    }))

  it.effect("lets another one in when the first one gets no answer", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      yield* gate.close("a", "1 second")
      const stuck = yield* Effect.fork(hold(gate, "a"))
      yield* TestClock.adjust("1 second")
      const other = yield* Effect.fork(pass(gate, "a"))
      yield* TestClock.adjust(4999)
      assertTrue(yield* isRunning(other))
      yield* TestClock.adjust(1)
      yield* Fiber.join(other)
      yield* Fiber.interrupt(stuck)
    }))
})

describe("concurrency", () => {
  it.effect("has a ceiling, and who leaves lets the next one in", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make({ initialConcurrency: 2, maxConcurrency: 2 })
      let inside = 0
      const holders = yield* Effect.forEach([1, 2, 3], () => Effect.fork(hold(gate, "a", () => inside++)))
      yield* Effect.yieldNow()
      strictEqual(inside, 2)
      yield* Fiber.interrupt(holders[0]!)
      yield* Effect.yieldNow()
      strictEqual(inside, 3)
      yield* Fiber.interruptAll(holders)
    }))

  it.effect("grows by one in a round trip, and halves when the service throttles", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make({ initialConcurrency: 4, maxConcurrency: 100 })
      const room = Effect.gen(function*() {
        let inside = 0
        const fibers = yield* Effect.forEach(Array.from({ length: 100 }), () =>
          Effect.fork(hold(gate, "a", () => inside++)))
        yield* Effect.yieldNow()
        yield* Fiber.interruptAll(fibers)
        return inside
      })
      strictEqual(yield* room, 4)
      for (let i = 0; i < 5; i++) {
        yield* pass(gate, "a")
      }
      strictEqual(yield* room, 5)
      yield* gate.pass({ key: "a", within: 0 }, (permit) =>
        permit.accepted(1.2))
      strictEqual(yield* room, 2)
    }))

  it.effect.prop(
    "loses no place, whoever is interrupted, fails or succeeds, and whenever",
    [
      fc.array(
        fc.record({
          how: fc.constantFrom("accepted" as const, "rejected", "fails", "dies"),
          takes: fc.integer({ min: 0, max: 50 }),
          interruptedAt: fc.option(fc.integer({ min: 0, max: 100 })),
          urgency: fc.constantFrom("interactive" as const, "normal" as const, "bulk" as const)
        }),
        { minLength: 1, maxLength: 30 }
      )
    ],
    ([calls]) =>
      Effect.gen(function*() {
        const gate = yield* Throttle.make({ initialConcurrency: 3, minConcurrency: 3, maxConcurrency: 3 })
        let inside = 0
        let most = 0
        const fibers = yield* Effect.forEach(calls, ({ how, interruptedAt, takes, urgency }) =>
          gate.pass({ key: "a", within: Duration.infinity, urgency }, (permit) =>
            Effect.acquireUseRelease(
              Effect.sync(() =>
                most = Math.max(most, ++inside)
              ),
              () =>
                Effect.zipRight(
                  Effect.sleep(takes),
                  how === "accepted"
                    ? permit.accepted()
                    : how === "rejected"
                    ? permit.rejected(20)
                    : how === "fails"
                    ? Effect.fail("no")
                    : Effect.die("no")
                ),
              () => Effect.sync(() => inside--)
            )).pipe(
              Effect.fork,
              Effect.tap((fiber) =>
                interruptedAt === null
                  ? Effect.void
                  : Effect.fork(Effect.delay(Fiber.interrupt(fiber), interruptedAt))
              )
            ))
        yield* TestClock.adjust("1 hour")
        for (const fiber of fibers) yield* Fiber.await(fiber)
        strictEqual(inside, 0)
        assertTrue(most <= 3)
        // The three places are all there.
        let room = 0
        const again = yield* Effect.forEach([1, 2, 3, 4], () => Effect.fork(hold(gate, "a", () => room++)))
        yield* TestClock.adjust("1 minute")
        strictEqual(room, 3)
        yield* Fiber.interruptAll(again)
      }),
    { fastCheck: { numRuns: 60 } }
  )
})

describe("a quota that is known", () => {
  it.effect("is kept ahead of time", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make({ quota: { limit: 3, window: "10 seconds" } })
      const entered: Array<number> = []
      const fiber = yield* Effect.fork(Effect.forEach(Array.from({ length: 7 }), () =>
        gate.pass({ key: "a", within: Duration.infinity }, (permit) =>
          Effect.zipRight(
            permit.accepted(),
            Effect.map(Clock.currentTimeMillis, (now) =>
              entered.push(now))
          ))))
      yield* TestClock.adjust(9999)
      deepStrictEqual(entered, [0, 0, 0])
      yield* TestClock.adjust(1)
      deepStrictEqual(entered, [0, 0, 0, 10_000, 10_000, 10_000])
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
      strictEqual(entered[6], 20_000)
    }))

  it.effect("refuses at once those whose turn would come too late", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make({ quota: { limit: 2, window: "10 seconds" } })
      yield* pass(gate, "a")
      yield* TestClock.adjust("4 seconds")
      yield* pass(gate, "a")
      // Both places are taken: the first is free in 6 s, the second in 10 s, and the first again in 16 s.
      deepStrictEqual((yield* Effect.flip(pass(gate, "a", "6 seconds"))).remaining, Duration.seconds(6))
      const one = yield* Effect.fork(pass(gate, "a", 6001))
      yield* Effect.yieldNow()
      deepStrictEqual((yield* Effect.flip(pass(gate, "a", "10 seconds"))).remaining, Duration.seconds(10))
      const two = yield* Effect.fork(pass(gate, "a", 10_001))
      yield* Effect.yieldNow()
      deepStrictEqual((yield* Effect.flip(pass(gate, "a", "16 seconds"))).remaining, Duration.seconds(16))
      yield* TestClock.adjust("10 seconds")
      deepStrictEqual(yield* Fiber.join(one), Duration.seconds(6))
      deepStrictEqual(yield* Fiber.join(two), Duration.seconds(10))
    }))
})

describe("a request that is several to the service", () => {
  const quota = (limit: number) => Throttle.make({ quota: { limit, window: "10 seconds" }, maxConcurrency: 1000 })

  /** Passes with a weight, and says how long it waited. */
  const weigh = (gate: Throttle.Service, weight: number, within: Duration.DurationInput = Duration.infinity) =>
    gate.pass({ key: "a", within, weight }, (permit) => Effect.as(permit.accepted(), permit.waited))

  it.effect("takes as many places of a quota, and goes in when there are enough", () =>
    Effect.gen(function*() {
      const gate = yield* quota(10)
      yield* weigh(gate, 4)
      yield* TestClock.adjust("3 seconds")
      yield* weigh(gate, 4)
      yield* weigh(gate, 2, 0)
      yield* TestClock.adjust("1 second")
      // In 6 s there are four places, in 9 s all.
      strictEqual((yield* Effect.flip(weigh(gate, 1, "6 seconds"))).remaining.pipe(Duration.toMillis), 6000)
      strictEqual((yield* Effect.flip(weigh(gate, 4, "6 seconds"))).remaining.pipe(Duration.toMillis), 6000)
      strictEqual((yield* Effect.flip(weigh(gate, 5, "9 seconds"))).remaining.pipe(Duration.toMillis), 9000)
      const four = yield* Effect.fork(weigh(gate, 4, 6001))
      yield* TestClock.adjust(0)
      // Behind those four, one place comes with the next ones.
      strictEqual((yield* Effect.flip(weigh(gate, 1, "9 seconds"))).remaining.pipe(Duration.toMillis), 9000)
      const six = yield* Effect.fork(weigh(gate, 6, 9001))
      yield* TestClock.adjust(5999)
      assertTrue(yield* isRunning(four))
      yield* TestClock.adjust(1)
      deepStrictEqual(yield* Fiber.join(four), Duration.seconds(6))
      yield* TestClock.adjust(2999)
      assertTrue(yield* isRunning(six))
      yield* TestClock.adjust(1)
      deepStrictEqual(yield* Fiber.join(six), Duration.seconds(9))
    }))

  it.effect("is not overtaken by light ones that would fit", () =>
    Effect.gen(function*() {
      const gate = yield* quota(10)
      yield* weigh(gate, 8)
      const heavy = yield* Effect.fork(weigh(gate, 5))
      yield* TestClock.adjust(1)
      const light = yield* Effect.fork(weigh(gate, 1))
      yield* TestClock.adjust(9998)
      assertTrue(yield* isRunning(light))
      yield* TestClock.adjust(1)
      yield* Fiber.join(heavy)
      yield* Fiber.join(light)
    }))

  it.effect("goes alone where it is more than the quota", () =>
    Effect.gen(function*() {
      const gate = yield* quota(10)
      deepStrictEqual(yield* weigh(gate, 11, 0), Duration.zero)
      strictEqual((yield* Effect.flip(weigh(gate, 1, "10 seconds"))).remaining.pipe(Duration.toMillis), 10_000)
      const one = yield* Effect.fork(weigh(gate, 1))
      yield* TestClock.adjust("10 seconds")
      deepStrictEqual(yield* Fiber.join(one), Duration.seconds(10))
      strictEqual((yield* Effect.flip(weigh(gate, 11, "10 seconds"))).remaining.pipe(Duration.toMillis), 10_000)
      const again = yield* Effect.fork(weigh(gate, 11, 10_001))
      yield* TestClock.adjust(9999)
      assertTrue(yield* isRunning(again))
      yield* TestClock.adjust(1)
      deepStrictEqual(yield* Fiber.join(again), Duration.seconds(10))
    }))

  it.effect("is one request under way", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make({ initialConcurrency: 2, maxConcurrency: 2 })
      let inside = 0
      const fibers = yield* Effect.forEach([20, 20, 20], (weight) =>
        Effect.fork(
          gate.pass(
            { key: "a", within: Duration.infinity, weight },
            () => Effect.zipRight(Effect.sync(() => inside++), Effect.never)
          )
        ))
      yield* TestClock.adjust(0)
      strictEqual(inside, 2)
      yield* Fiber.interruptAll(fibers)
    }))

  it.effect("counts for what was taken of it, in what the gate learns", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      yield* weigh(gate, 20)
      // Ten of twenty are taken: 30 in 10 s.
      yield* gate.pass({ key: "a", within: 0, weight: 20 }, (permit) => permit.rejected("10 seconds", 10))
      yield* TestClock.adjust("10 seconds")
      deepStrictEqual(yield* weigh(gate, 20, 0), Duration.zero)
      deepStrictEqual(yield* weigh(gate, 10, 0), Duration.zero)
      const next = yield* Effect.fork(weigh(gate, 1))
      yield* TestClock.adjust(9999)
      assertTrue(yield* isRunning(next))
      yield* TestClock.adjust(1)
      yield* Fiber.join(next)
    }))

  it.effect.prop(
    "keeps the quota, whatever the weights, and nobody waits for ever",
    [
      fc.integer({ min: 1, max: 30 }),
      fc.array(
        fc.record({
          weight: fc.integer({ min: 1, max: 40 }),
          at: fc.integer({ min: 0, max: 30_000 }),
          urgency: fc.constantFrom("interactive" as const, "normal" as const, "bulk" as const)
        }),
        { minLength: 1, maxLength: 25 }
      )
    ],
    ([limit, calls]) =>
      Effect.gen(function*() {
        const gate = yield* quota(limit)
        const entered: Array<{ readonly at: number; readonly weight: number }> = []
        const fibers = yield* Effect.forEach(calls, ({ at, urgency, weight }) =>
          Effect.fork(Effect.delay(
            gate.pass({ key: "a", within: Duration.infinity, urgency, weight }, () =>
              Effect.map(Clock.currentTimeMillis, (now) => {
                entered.push({ at: now, weight })
              })),
            at
          )))
        yield* TestClock.adjust("10 minutes")
        for (const fiber of fibers) yield* Fiber.join(fiber)
        strictEqual(entered.length, calls.length)
        for (const { at } of entered) {
          const within = entered.filter((other) => other.at <= at && other.at > at - 10_000)
          const sum = within.reduce((total, { weight }) => total + weight, 0)
          assertTrue(sum <= limit || within.length === 1, JSON.stringify(entered))
        }
      }),
    { fastCheck: { numRuns: 60 } }
  )
})

describe("priorities", () => {
  it.effect("let urgent calls in first, and each fourth time who has waited longest", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make({ initialConcurrency: 1, maxConcurrency: 1 })
      const order: Array<string> = []
      const blocker = yield* Effect.fork(hold(gate, "a"))
      yield* Effect.yieldNow()
      const enter = (urgency: Throttle.Urgency) =>
        Effect.tap(
          Effect.fork(
            gate.pass({ key: "a", within: Duration.infinity, urgency }, () => Effect.sync(() => order.push(urgency)))
          ),
          () => TestClock.adjust(1)
        )
      const fibers = [
        ...(yield* Effect.forEach(["bulk", "bulk", "bulk", "normal"] as const, enter)),
        ...(yield* Effect.forEach(Array.from({ length: 6 }, () => "interactive" as const), enter))
      ]
      yield* Fiber.interrupt(blocker)
      for (const fiber of fibers) yield* Fiber.join(fiber)
      deepStrictEqual(order, [
        ...["interactive", "interactive", "interactive", "bulk"],
        ...["interactive", "interactive", "interactive", "bulk"],
        ...["normal", "bulk"]
      ])
    }))

  it.effect("are told to the service, but for normal ones", () =>
    Effect.gen(function*() {
      const services = yield* connect([ok(), ok(), ok()])
      yield* get(services)
      yield* Throttle.withPriority(get(services), "interactive")
      yield* get(services).pipe(Throttle.withPriority("bulk"))
      deepStrictEqual(services.sent.map(({ headers }) => headers["x-ms-throttle-priority"]), [undefined, "high", "low"])
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
      yield* TestClock.adjust("6 seconds")
      strictEqual((yield* Fiber.join(fiber)).length, 20)
      // The first burst is rejected before anybody knows; nobody else is.
      strictEqual(services.sent.length, 30)
      strictEqual(services.sent.filter(({ at }) => at < 2000).length, 10)
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
      const throttle = yield* Throttle.make()
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
      const throttle = yield* Throttle.make()
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
