import { AuthError } from "@effect-msgraph/auth"
import { RetryPolicy } from "@effect-msgraph/client"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Duration, Effect, Exit, Fiber, TestClock } from "effect"
import { assertError, connect, empty, ok, refusal, runId, withDraw, workflowId } from "./utils.js"
import type { Sent } from "./utils.js"

type Services = Effect.Effect.Success<ReturnType<typeof connect>>

const get = ({ lcw }: Services) => lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] })

const bearers = (sent: ReadonlyArray<Sent>) => sent.map(({ headers }) => headers["authorization"])

const unavailable = new AuthError.AuthorityUnavailable({
  credential: "ClientSecret",
  authority: "https://login.microsoftonline.com",
  reason: "Network",
  diagnostics: AuthError.noDiagnostics
})

describe("a 401", () => {
  it.effect("renews the token once and repeats the request once, without a wait", () =>
    Effect.gen(function*() {
      const services = yield* connect([empty(401), ok()])
      yield* get(services)
      deepStrictEqual(bearers(services.sent), ["Bearer token-1", "Bearer token-2"])
      deepStrictEqual(services.tokens.renewals, ["token-1"])
    }))

  it.effect("after that is Unauthorized", () =>
    Effect.gen(function*() {
      const services = yield* connect([refusal(401, "first"), refusal(401, "second")])
      const error = yield* Effect.flip(get(services))
      assertTrue(error._tag === "Unauthorized")
      strictEqual(error.code, "second")
      deepStrictEqual(services.tokens.renewals, ["token-1"])
    }))

  it.effect("does not count as one of the policy's repetitions", () =>
    Effect.gen(function*() {
      const services = yield* connect([empty(401), ok()], { layer: RetryPolicy.layer({ maxRetries: 0 }) })
      yield* get(services)
      strictEqual(services.sent.length, 2)
    }))

  it.effect("renews once in a call, whatever lies between", () =>
    Effect.gen(function*() {
      const services = yield* connect([refusal(500), empty(401), refusal(500), empty(401)])
      const error = yield* Effect.flip(withDraw(0)(get(services)))
      strictEqual(error._tag, "Unauthorized")
      deepStrictEqual(services.tokens.renewals, ["token-1"])
    }))

  it.effect("surfaces what kept the token from being renewed", () =>
    Effect.gen(function*() {
      const services = yield* connect([empty(401)], { renewError: unavailable })
      assertError(yield* Effect.flip(get(services)), unavailable)
    }))

  it.effect("of many calls at once leaves it to the provider to renew once", () =>
    Effect.gen(function*() {
      const services = yield* connect(({ headers }) =>
        headers["authorization"] === "Bearer token-1" ? empty(401) : ok()
      )
      // As many as the throttle gate lets in at once: the others would find the new token.
      yield* Effect.all(Array.from({ length: 10 }, () => get(services)), { concurrency: "unbounded" })
      strictEqual(services.sent.length, 20)
      deepStrictEqual(new Set(services.tokens.renewals), new Set(["token-1"]))
      deepStrictEqual(new Set(bearers(services.sent.slice(10))), new Set(["Bearer token-2"]))
    }))

  it.effect("of the one call says nothing of the next", () =>
    Effect.gen(function*() {
      const services = yield* connect([empty(401), ok(), empty(401), ok()])
      yield* get(services)
      yield* get(services)
      deepStrictEqual(services.tokens.renewals, ["token-1", "token-2"])
    }))
})

describe("the token", () => {
  it.effect("is asked for after the wait, not before", () =>
    Effect.gen(function*() {
      const services = yield* connect([empty(429, { "retry-after": "60" }), ok()])
      const fiber = yield* Effect.fork(get(services))
      yield* TestClock.adjust(Duration.millis(59_999))
      strictEqual(services.tokens.gets, 1)
      yield* TestClock.adjust(1)
      yield* Fiber.join(fiber)
      strictEqual(services.tokens.gets, 2)
    }))

  it.effect("that cannot be had fails the call with the reason, and nothing is sent", () =>
    Effect.gen(function*() {
      const services = yield* connect([], { before: () => Effect.fail(unavailable) })
      assertError(yield* Effect.flip(get(services)), unavailable)
      strictEqual(services.tokens.gets, 1)
    }))

  it.effect("is a bug of the provider's if it dies", () =>
    Effect.gen(function*() {
      const services = yield* connect([], { before: () => Effect.dieMessage("a bug") })
      assertTrue(Exit.isFailure(yield* Effect.exit(get(services))))
      const defect = yield* Effect.flip(Effect.sandbox(get(services)))
      strictEqual(defect._tag, "Die")
    }))
})
