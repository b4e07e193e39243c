import { GraphError, RetryPolicy } from "@effect-msgraph/client"
import * as Activation from "@effect-msgraph/client/Activation"
import { type ActivationBody, Ids } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Clock, Duration, Effect, Exit, Fiber, Stream, TestClock } from "effect"
import { assertError, broken, connect, empty, json, refusal, result, run, workflowId } from "./utils.js"
import type { Reply, Sent } from "./utils.js"

/** A run of the stub's, and whom it is for. */
interface Run {
  readonly id: string
  readonly subjects: ReadonlyArray<string>
  /** When it was scheduled, by the service's clock. */
  readonly scheduled: number
  /** When it shows up in lists, and when its users do. */
  readonly visible: number
  readonly told?: number | undefined
  readonly type?: string | undefined
}

const start = Date.UTC(2026, 10, 23, 10)

/**
 * A service with these runs, whose clock differs from ours by so much. `activate` answers an activation, and may add a run. The lists are
 * filtered as the service filters them.
 */
const service = (options: {
  readonly runs?: ReadonlyArray<Run>
  readonly skew?: number
  readonly dated?: boolean
  /** What is said instead, to whoever looks for runs once the workflow is activated. */
  readonly look?: (() => Reply) | undefined
  readonly activate: (
    activation: { readonly subjects: ReadonlyArray<string>; readonly now: number; add: (run: Run) => void }
  ) => Reply
}) => {
  const runs = [...options.runs ?? []]
  const skew = options.skew ?? 0
  let activated = false
  const reply = (sent: Sent): Reply => {
    const now = sent.at + skew
    const headers: Record<string, string> = options.dated === false ? {} : { date: new Date(now).toUTCString() }
    const { pathname, searchParams } = new URL(sent.href)
    if (sent.method === "POST") {
      const body = sent.request.body
      assertTrue(body._tag === "Uint8Array")
      activated = true
      const { subjects } = JSON.parse(new TextDecoder().decode(body.body)) as {
        subjects: ReadonlyArray<{ id: string }>
      }
      return options.activate({ subjects: subjects.map(({ id }) => id), now, add: (run) => runs.push(run) })
    }
    if (activated && options.look !== undefined) return options.look()
    const ofRun = /\/runs\/([^/]+)/.exec(pathname)?.[1]
    const one = runs.find(({ id }) => id === ofRun)
    if (pathname.endsWith("/userProcessingResults")) {
      const told = one!.told === undefined || one!.told <= now
      return json(
        { value: told ? one!.subjects.map((id) => ({ ...result, subject: { id } })) : [] },
        headers
      )
    }
    const shown = ({ id, scheduled, type = "onDemand" }: Run) => ({
      ...run,
      id,
      processingStatus: "completed",
      scheduledDateTime: new Date(scheduled).toISOString(),
      workflowExecutionType: type
    })
    if (one !== undefined) return json(shown(one), headers)
    const filter = searchParams.get("$filter")!
    assertTrue(filter.includes("workflowExecutionType eq 'onDemand'"), filter)
    const [, since] = /scheduledDateTime ge ([\w:.-]+)/.exec(filter) ?? []
    const listed = runs.filter(({ scheduled, type = "onDemand", visible }) =>
      type === "onDemand" && visible <= now && (since === undefined || scheduled >= Date.parse(since))
    ).sort((a, b) => a.scheduled - b.scheduled)
    if (searchParams.get("$orderby") === "scheduledDateTime desc") listed.reverse()
    return json({ value: listed.map(shown) }, headers)
  }
  return connect(reply)
}

const done = () => empty(204)

const user = (id: string) => ({ id: Ids.UserId.make(id) })

const adele: ActivationBody.Activate = { subjects: [user("adele")] }

type Services = Effect.Effect.Success<ReturnType<typeof connect>>

const activate = ({ lcw }: Services, body = adele, options?: Activation.Options) =>
  lcw.workflows.activateAndWatch({ workflowId }, body, options)

/** Runs an effect for an hour. */
const settle = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

const posts = ({ sent }: Services) => sent.filter(({ method }) => method === "POST").length

const atStart = TestClock.setTime(start)

describe("activateAndWatch", () => {
  it.effect("activates once, finds the run, and watches it as often as one likes", () =>
    Effect.gen(function*() {
      yield* atStart
      const services = yield* service({
        runs: [{ id: "old", subjects: ["adele"], scheduled: start - 3_600_000, visible: 0 }],
        activate: ({ add, now, subjects }) => {
          add({ id: "new", subjects, scheduled: now + 100, visible: now + 7000, told: now + 9000 })
          return done()
        }
      })
      const activated = yield* settle(activate(services))
      strictEqual(activated.run.id as string, "new")
      strictEqual(yield* Stream.runCount(activated.progress), 1)
      strictEqual((yield* activated.outcome)._tag, "Completed")
      strictEqual((yield* activated.outcome)._tag, "Completed")
      strictEqual(posts(services), 1)
    }))

  it.effect("tells the run from others of that time: another type, other users, more or fewer of them", () =>
    Effect.gen(function*() {
      yield* atStart
      const services = yield* service({
        activate: ({ add, now, subjects }) => {
          const other = (id: string, subjects: ReadonlyArray<string>, type?: string) =>
            add({ id, subjects, scheduled: now + 1, visible: now, type })
          other("scheduled", subjects, "scheduled")
          other("somebody", ["lee"])
          other("more", [...subjects, "lee"])
          other("fewer", subjects.slice(1))
          add({ id: "ours", subjects: subjects.map((id) => id.toUpperCase()), scheduled: now + 2, visible: now + 5000 })
          return done()
        }
      })
      const both = { subjects: [user("adele"), user("alex")] as const }
      const { run } = yield* settle(activate(services, both, { findWithin: "20 seconds" }))
      strictEqual(run.id as string, "ours")
    }))

  for (const [name, skew] of [["fast", 3_600_000], ["slow", -3_600_000]] as const) {
    it.effect(`goes by the service's clock, also where ours is an hour ${name}`, () =>
      Effect.gen(function*() {
        yield* atStart
        const services = yield* service({
          skew: -skew,
          // One that somebody else's activation started a minute ago, but that shows up only now.
          runs: [{
            id: "late",
            subjects: ["adele"],
            scheduled: start - skew - 60_000,
            visible: start - skew + 1000
          }],
          activate: ({ add, now, subjects }) => {
            add({ id: "ours", subjects, scheduled: now, visible: now + 5000 })
            return done()
          }
        })
        strictEqual((yield* settle(activate(services))).run.id as string, "ours")
      }))
  }

  it.effect("does with its own clock where the service does not say the time", () =>
    Effect.gen(function*() {
      yield* atStart
      const services = yield* service({
        dated: false,
        skew: -60_000,
        activate: ({ add, now, subjects }) => {
          add({ id: "ours", subjects, scheduled: now, visible: now })
          return done()
        }
      })
      strictEqual((yield* settle(activate(services))).run.id as string, "ours")
    }))

  it.effect("gives each of several at once its own run, for the same users too", () =>
    Effect.gen(function*() {
      yield* atStart
      let count = 0
      const services = yield* service({
        activate: ({ add, now, subjects }) => {
          const id = `${subjects.join()}-${++count}`
          add({ id, subjects, scheduled: now, visible: now + 3000 + 2000 * (count % 3) })
          return done()
        }
      })
      const bodies = ["adele", "adele", "alex", "adele", "lee"].map((id) => ({ subjects: [user(id)] as const }))
      const all = yield* settle(
        Effect.forEach(bodies, (body) => activate(services, body), { concurrency: "unbounded" })
      )
      const ids = all.map(({ run }) => run.id as string)
      strictEqual(new Set(ids).size, 5)
      deepStrictEqual(ids.map((id) => id.split("-")[0]), ["adele", "adele", "alex", "adele", "lee"])
      strictEqual(posts(services), 5)
    }))

  it.effect("says so where somebody else did the same at the same time", () =>
    Effect.gen(function*() {
      yield* atStart
      const services = yield* service({
        activate: ({ add, now, subjects }) => {
          add({ id: "one", subjects, scheduled: now, visible: now })
          add({ id: "other", subjects, scheduled: now, visible: now, told: now + 4000 })
          return done()
        }
      })
      assertError(
        yield* Effect.flip(settle(activate(services))),
        new Activation.AmbiguousRun({ workflowId, runIds: ["one", "other"] })
      )
      strictEqual(posts(services), 1)
    }))

  it.effect("gives up when the time to find it is over, and not before", () =>
    Effect.gen(function*() {
      yield* atStart
      const services = yield* service({ activate: done })
      const fiber = yield* Effect.fork(Effect.exit(activate(services, adele, { findWithin: "10 seconds" })))
      yield* TestClock.adjust(9999)
      assertTrue((yield* Fiber.poll(fiber))._tag === "None")
      yield* TestClock.adjust(1)
      const exit = yield* Fiber.join(fiber)
      assertTrue(Exit.isFailure(exit) && exit.cause._tag === "Fail")
      assertError(exit.cause.error, new Activation.RunNotFound({ workflowId, after: Duration.seconds(10) }))
      strictEqual(posts(services), 1)
    }))

  for (
    const [name, failure] of [
      ["the connection broke", broken("ECONNRESET")],
      ["the service failed", () => Effect.succeed(refusal(500))],
      ["no answer came", () => Effect.never]
    ] as ReadonlyArray<readonly [string, Reply]>
  ) {
    it.effect(`looks before it gives up where ${name}, and never sends again`, () =>
      Effect.gen(function*() {
        yield* atStart
        const arrived = yield* service({
          activate: ({ add, now, subjects }) => {
            add({ id: "ours", subjects, scheduled: now, visible: now + 4000 })
            return failure
          }
        })
        strictEqual((yield* settle(activate(arrived))).run.id as string, "ours")
        strictEqual(posts(arrived), 1)

        const lost = yield* service({ activate: () => failure })
        const before = yield* Clock.currentTimeMillis
        const error = yield* Effect.flip(settle(activate(lost, adele, { findWithin: "10 seconds" })))
        assertTrue(GraphError.isGraphError(error) && "outcome" in error && error.outcome === "unknown")
        strictEqual(posts(lost), 1)
        assertTrue(lost.sent.at(-1)!.at - before >= 10_000)

        const blind = yield* service({ activate: () => failure, look: () => refusal(403) })
        const unknown = yield* Effect.flip(settle(activate(blind)))
        assertTrue(GraphError.isGraphError(unknown) && "outcome" in unknown && unknown.outcome === "unknown")
        strictEqual(posts(blind), 1)
      }))
  }

  it.effect("says that it did activate where it cannot look afterwards", () =>
    Effect.gen(function*() {
      yield* atStart
      const services = yield* service({ activate: done, look: () => refusal(403) })
      const error = yield* Effect.flip(settle(activate(services)))
      assertTrue(error._tag === "RunNotFound" && error.error?._tag === "Forbidden")
      assertTrue(/was activated, but its run could not be looked for/.test(error.message), error.message)
      strictEqual(posts(services), 1)
    }))

  it.effect("waits for its turn within a forEach with batching, too", () =>
    Effect.gen(function*() {
      yield* atStart
      let count = 0
      const services = yield* service({
        activate: ({ add, now, subjects }) => {
          add({ id: `run-${++count}`, subjects, scheduled: now, visible: now })
          return done()
        }
      })
      const found = yield* settle(Effect.forEach([1, 2], () => activate(services), { batching: true }))
      deepStrictEqual(found.map(({ run }) => run.id as string), ["run-1", "run-2"])
    }))

  it.effect("does not look for what the service refused", () =>
    Effect.gen(function*() {
      yield* atStart
      const services = yield* service({ activate: () => refusal(403) })
      strictEqual((yield* Effect.flip(activate(services)))._tag, "Forbidden")
      strictEqual(services.sent.length, 2)
    }))

  it.effect("sends nothing where it cannot look", () =>
    Effect.gen(function*() {
      const services = yield* connect([refusal(403)])
      strictEqual(
        (yield* Effect.flip(activate(services).pipe(RetryPolicy.withPolicy({ maxRetries: 0 }))))._tag,
        "Forbidden"
      )
      strictEqual(posts(services), 0)
    }))

  it.effect("can be interrupted while it waits for its turn, and holds nobody up then", () =>
    Effect.gen(function*() {
      yield* atStart
      let count = 0
      const services = yield* service({
        activate: ({ add, now, subjects }) => {
          if (++count > 1) add({ id: "ours", subjects, scheduled: now, visible: now })
          return done()
        }
      })
      const first = yield* Effect.fork(activate(services))
      const second = yield* Effect.fork(activate(services))
      const third = yield* Effect.fork(activate(services))
      yield* TestClock.adjust("10 seconds")
      strictEqual(count, 1)
      yield* Fiber.interrupt(second)
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("10 seconds")
      strictEqual((yield* Fiber.join(third)).run.id as string, "ours")
      strictEqual(count, 2)
    }))
})
