import { TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, LifecycleWorkflows, RetryPolicy } from "@effect-msgraph/client"
import { FetchHttpClient } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Exit, Fiber, Layer, TestClock } from "effect"
import { breaksOff, empty, json, runId, runs, small, tokenProvider, withDraw, workflowId } from "./utils.js"

interface Fetched {
  readonly url: string
  readonly init: RequestInit
}

/** The services on the platform's own client over this `fetch`, with what the application says of its requests. */
const connect = (
  fetch: (fetched: Fetched, index: number) => Promise<Response>,
  options?: { readonly init?: RequestInit; readonly where?: "layer" | "call" }
) => {
  const fetched: Array<Fetched> = []
  const init = Layer.succeed(FetchHttpClient.RequestInit, options?.init ?? {})
  const layer = LifecycleWorkflows.layer.pipe(
    Layer.provide(GraphClient.layer),
    Layer.provide(FetchHttpClient.layer),
    Layer.provide(options?.where === "layer" ? init : Layer.empty),
    Layer.provide(Layer.succeed(TokenProvider.TokenProvider, tokenProvider().service)),
    Layer.provide(
      Layer.succeed(FetchHttpClient.Fetch, (input, init) => {
        const one = { url: String(input), init: init! }
        return fetch(one, fetched.push(one) - 1)
      })
    )
  )
  const get = Effect.flatMap(
    LifecycleWorkflows.LifecycleWorkflows,
    (lcw) => lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] })
  ).pipe(
    Effect.provide(options?.where === "call" ? init : Layer.empty),
    Effect.provide(layer)
  )
  return { fetched, get }
}

describe("over fetch", () => {
  it.effect("the request is what the platform sends", () =>
    Effect.gen(function*() {
      const { fetched, get } = connect(() => Promise.resolve(json(small)))
      deepStrictEqual({ ...yield* get }, small as never)
      strictEqual(fetched[0]!.url, `${runs}/${runId}?$select=id`)
      strictEqual(fetched[0]!.init.method, "GET")
      strictEqual(new Headers(fetched[0]!.init.headers).get("authorization"), "Bearer token-1")
    }))

  it.effect("no redirect is followed", () =>
    Effect.gen(function*() {
      const { fetched, get } = connect(({ init }) =>
        // As `fetch` does it: only "manual" shows the redirect to the caller.
        Promise.resolve(init.redirect === "manual" ? empty(302, { location: "https://evil.example/" }) : json(small))
      )
      const error = yield* Effect.flip(get)
      assertTrue(error._tag === "GatewayError")
      strictEqual(error.status, 302)
      strictEqual(fetched.length, 1)
    }))

  for (const where of ["layer", "call"] as const) {
    it.effect(`what the ${where} says of its requests stays, but for redirects`, () =>
      Effect.gen(function*() {
        const { fetched, get } = connect(() => Promise.resolve(json(small)), {
          where,
          init: { redirect: "follow", cache: "no-store", headers: { "x-proxy": "1", authorization: "Basic x" } }
        })
        yield* get
        const { headers, ...init } = fetched[0]!.init
        deepStrictEqual([init.redirect, init.cache], ["manual", "no-store"])
        deepStrictEqual(
          [new Headers(headers).get("x-proxy"), new Headers(headers).get("authorization")],
          ["1", "Bearer token-1"]
        )
      }))
  }

  it.effect("a body that breaks off is a broken connection, and repeated", () =>
    Effect.gen(function*() {
      const { fetched, get } = connect((_, index) => Promise.resolve(index === 0 ? breaksOff() : json(small)))
      yield* withDraw(0)(get)
      strictEqual(fetched.length, 2)
      const once = connect(() => Promise.resolve(breaksOff()))
      const error = yield* Effect.flip(
        Effect.provideService(once.get, RetryPolicy.RetryPolicy, { ...RetryPolicy.defaultPolicy, maxRetries: 0 })
      )
      assertTrue(error._tag === "Transport")
      deepStrictEqual([error.phase, error.code], ["exchange", "UND_ERR_SOCKET"])
    }))

  it.effect("what fetch throws is a broken connection", () =>
    Effect.gen(function*() {
      const { get } = connect(() => Promise.reject(new TypeError("Failed to fetch")))
      const error = yield* Effect.flip(withDraw(0)(get))
      assertTrue(error._tag === "Transport")
      deepStrictEqual([error.phase, error.code], ["exchange", undefined])
    }))

  it.effect("interruption aborts fetch, and does not wait for it", () =>
    Effect.gen(function*() {
      const { fetched, get } = connect(() => new Promise(() => {}))
      const fiber = yield* Effect.fork(get)
      yield* TestClock.adjust(1)
      assertTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
      strictEqual(fetched[0]!.init.signal!.aborted, true)
    }))

  it.effect("a time-out aborts fetch, and does not wait for it", () =>
    Effect.gen(function*() {
      const { fetched, get } = connect((_, index) => index === 0 ? new Promise(() => {}) : Promise.resolve(json(small)))
      const fiber = yield* Effect.fork(withDraw(0)(get))
      yield* TestClock.adjust("100 seconds")
      yield* Fiber.join(fiber)
      deepStrictEqual(fetched.map(({ init }) => init.signal!.aborted), [true, false])
    }))

  it.effect("the body of every answer is read, whatever its status", () =>
    Effect.gen(function*() {
      const answers: Array<Response> = []
      const { get } = connect((_, index) => {
        const status = [401, 429, 500, 502, 503, 200][index]!
        const answer = new Response(status === 200 ? JSON.stringify(small) : "x".repeat(100), { status })
        answers.push(answer)
        return Promise.resolve(answer)
      })
      yield* withDraw(0)(get)
      deepStrictEqual(answers.map(({ bodyUsed }) => bodyUsed), [true, true, true, true, true, true])
    }))
})
