import { RetryPolicy } from "@effect-msgraph/client"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Stream } from "effect"
import { connect, json, refusal, runId, runs, withDraw, workflowId } from "./utils.js"

const fails = () => refusal(500)

/** How many requests a call makes where each fails at once, of an application whose policy is to repeat twice. */
const attempts = (change: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>) =>
  Effect.gen(function*() {
    const { lcw, sent } = yield* connect(fails, { layer: RetryPolicy.layer({ maxRetries: 2, baseDelay: 0 }) })
    yield* Effect.flip(withDraw(0)(change(lcw.workflows.runs.get({ workflowId, runId }))))
    return sent.length
  })

const { withPolicy } = RetryPolicy

const whole = (maxRetries: number) => <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.provideService(effect, RetryPolicy.RetryPolicy, { ...RetryPolicy.defaultPolicy, baseDelay: 0, maxRetries })

describe("withPolicy", () => {
  it.effect("changes what it names, of the policy in force", () =>
    Effect.gen(function*() {
      strictEqual(yield* attempts((call) => call), 3)
      strictEqual(yield* attempts(withPolicy({ maxRetries: 5 })), 6)
      strictEqual(yield* attempts((call) => withPolicy(call, { maxRetries: 0 })), 1)
      // The rest is as the application has it.
      strictEqual(yield* attempts(withPolicy({ attemptTimeout: "1 second" })), 3)
      strictEqual(yield* attempts(withPolicy({ maxRetries: undefined } as {})), 3)
    }))

  it.effect("adds up, and the nearest wins", () =>
    Effect.gen(function*() {
      const changed = (call: Effect.Effect<any, any>) =>
        call.pipe(withPolicy({ maxRetries: 4 }), withPolicy({ maxRetries: 6, attemptTimeout: "1 second" }))
      strictEqual(yield* attempts(changed), 5)
      strictEqual(
        yield* attempts((call) => call.pipe(withPolicy({ attemptTimeout: 9 }), withPolicy({ maxRetries: 4 }))),
        5
      )
      strictEqual(yield* attempts((call) => call.pipe(whole(1), withPolicy({ maxRetries: 4 }))), 2)
      strictEqual(yield* attempts((call) => call.pipe(withPolicy({ maxRetries: 4 }), whole(1))), 5)
      strictEqual(yield* attempts((call) => call.pipe(withPolicy({ attemptTimeout: 9 }), whole(1))), 2)
    }))

  it.effect("holds for the pages that are read under it", () =>
    Effect.gen(function*() {
      const link = `${runs}?$skiptoken=1`
      const { lcw, sent } = yield* connect(({ url }) =>
        url === link ? refusal(500) : json({ value: [{ id: "a" }], "@odata.nextLink": link })
      )
      yield* Effect.flip(
        Stream.runDrain(lcw.workflows.runs.list({ workflowId }, { select: ["id"] })).pipe(withPolicy({ maxRetries: 0 }))
      )
      strictEqual(sent.length, 2)
    }))

  it.effect("leaves other calls as they are", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect(fails, { layer: RetryPolicy.layer({ maxRetries: 1, baseDelay: 0 }) })
      const get = Effect.ignore(lcw.workflows.runs.get({ workflowId, runId }))
      yield* withDraw(0)(Effect.zipRight(withPolicy(get, { maxRetries: 0 }), get))
      strictEqual(sent.length, 3)
      deepStrictEqual(yield* RetryPolicy.RetryPolicy, RetryPolicy.defaultPolicy)
    }))
})
