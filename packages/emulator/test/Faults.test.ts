import { Fault, Message, Seed } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Fiber, Schema, TestClock } from "effect"
import { area, graph, reader, requestToken, resultPath } from "./support.js"

const path = resultPath(Seed.demoResult)
const runs = `${area}/workflows/${Seed.demoResult.workflowId}/runs`

/** The bare answer to a reader's request. */
const bare = Effect.gen(function*() {
  const { emulator, token } = yield* reader()
  const ask = (target = path) =>
    emulator.handle(Message.request("GET", `${graph}${target}`, { headers: { authorization: `Bearer ${token}` } }))
  return { emulator, ask }
})

describe("a fault", () => {
  it.effect("befalls the next request, and no other", () =>
    Effect.gen(function*() {
      const { ask, emulator } = yield* bare
      yield* emulator.inject(Fault.unavailable())
      deepStrictEqual([(yield* ask()).status, (yield* ask()).status], [503, 200])
    }))

  it.effect("befalls as many as it is told to, in the order of injection", () =>
    Effect.gen(function*() {
      const { ask, emulator } = yield* bare
      yield* emulator.inject(Fault.throttled(1), { times: 2 })
      yield* emulator.inject(Fault.status(500))
      const statuses = yield* Effect.replicateEffect(Effect.map(ask(), ({ status }) => status), 4)
      deepStrictEqual(statuses, [429, 429, 500, 200])
    }))

  it.effect("befalls what meets its target, and leaves the rest alone", () =>
    Effect.gen(function*() {
      const { ask, emulator } = yield* bare
      yield* emulator.inject(Fault.unavailable(), { operation: "workflows.runs.list" })
      yield* emulator.inject(Fault.status(500), { endpoint: "token" })
      yield* emulator.inject(Fault.status(504), { path: "USERPROCESSINGRESULTS/78b8", method: "get" })
      yield* emulator.inject(Fault.status(418), { method: "DELETE" })
      strictEqual((yield* ask(runs)).status, 503)
      strictEqual((yield* ask(runs)).status, 200)
      strictEqual((yield* ask()).status, 504)
      strictEqual((yield* ask()).status, 200)
      strictEqual((yield* requestToken(emulator)).status, 500)
      strictEqual((yield* requestToken(emulator)).status, 200)
    }))

  it.effect("can be taken back", () =>
    Effect.gen(function*() {
      const { ask, emulator } = yield* bare
      yield* emulator.inject(Fault.unavailable(), { times: 5 })
      yield* emulator.clearFaults
      strictEqual((yield* ask()).status, 200)
    }))

  it.effect("throttles in Graph's words, with a number, a date, or rubbish", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2022, 7, 24, 23, 28))
      const { ask, emulator } = yield* bare
      const values: ReadonlyArray<readonly [Fault.RetryAfter | undefined, string | undefined]> = [
        [7, "7"],
        [0.5, "0.5"],
        [{ dateInSeconds: 90 }, "Wed, 24 Aug 2022 23:29:30 GMT"],
        ["soon", "soon"],
        [undefined, undefined]
      ]
      for (const [value, header] of values) {
        yield* emulator.inject(Fault.throttled(value))
        const answer = yield* ask()
        strictEqual(answer.headers["retry-after"], header)
        const { error } = JSON.parse(answer.body)
        deepStrictEqual([error.code, error.message], ["TooManyRequests", "Please retry again later."])
        strictEqual(error.innerError["request-id"], answer.headers["request-id"])
      }
    }))

  it.effect("can say what it wants", () =>
    Effect.gen(function*() {
      const { ask, emulator } = yield* bare
      yield* emulator.inject(Fault.status(409, { code: "Busy", message: "Not now." }))
      const answer = yield* ask()
      const { code, message } = JSON.parse(answer.body).error
      deepStrictEqual([answer.status, code, message], [409, "Busy", "Not now."])
    }))

  it.effect("speaks as Entra at the token endpoint", () =>
    Effect.gen(function*() {
      const { emulator } = yield* bare
      yield* emulator.inject(Fault.throttled(3), { endpoint: "token" })
      const answer = yield* requestToken(emulator)
      deepStrictEqual([answer.status, answer.headers["retry-after"], answer.body.error], [
        429,
        "3",
        "temporarily_unavailable"
      ])
      yield* emulator.inject(Fault.unavailable(), { endpoint: "token" })
      deepStrictEqual((yield* requestToken(emulator)).body.error_codes, [90033])
    }))

  it.effect("can be a page of a gateway, an empty body, half a body, or a body under a false name", () =>
    Effect.gen(function*() {
      const { ask, emulator } = yield* bare
      const right = yield* ask()
      yield* emulator.inject(Fault.htmlPage())
      const page = yield* ask()
      deepStrictEqual([page.status, page.headers["content-type"]], [502, "text/html; charset=utf-8"])
      assertInclude(page.body, "<!DOCTYPE html>")
      yield* emulator.inject(Fault.emptyBody())
      const empty = yield* ask()
      deepStrictEqual([empty.status, empty.body, empty.headers["content-type"]], [200, "", undefined])
      yield* emulator.inject(Fault.truncatedJson)
      const half = yield* ask()
      strictEqual(half.status, 200)
      strictEqual(half.body, right.body.slice(0, Math.floor(right.body.length / 2)))
      yield* emulator.inject(Fault.contentType("text/plain"))
      const named = yield* ask()
      deepStrictEqual([named.headers["content-type"], named.body], ["text/plain", right.body])
    }))

  it.effect("can be slowness, on Effect's clock", () =>
    Effect.gen(function*() {
      const { ask, emulator } = yield* bare
      yield* emulator.inject(Fault.delay("5 seconds"))
      const fiber = yield* Effect.fork(ask())
      yield* TestClock.adjust("4999 millis")
      strictEqual((yield* Fiber.poll(fiber))._tag, "None")
      yield* TestClock.adjust("1 millis")
      strictEqual((yield* Fiber.join(fiber)).status, 200)
      const entry = (yield* emulator.requests).at(-1)!
      deepStrictEqual([entry.milliseconds, entry.fault], [5000, "Delay"])
    }))

  it.effect("can be no answer", () =>
    Effect.gen(function*() {
      const { ask, emulator } = yield* bare
      yield* emulator.inject(Fault.connectionFailure)
      strictEqual((yield* Effect.flip(ask()))._tag, "ConnectionFailure")
      const entry = (yield* emulator.requests).at(-1)!
      deepStrictEqual([entry.status, entry.fault], [undefined, "ConnectionFailure"])
      strictEqual((yield* ask()).status, 200)
    }))

  it("can be written down", () => {
    const rule = Schema.decodeUnknownSync(Fault.Rule)
    const faults = [
      Fault.throttled({ dateInSeconds: 3 }),
      Fault.htmlPage(),
      Fault.emptyBody(204),
      Fault.truncatedJson,
      Fault.contentType("x"),
      Fault.delay("1 second"),
      Fault.connectionFailure
    ]
    for (const fault of faults) deepStrictEqual(rule(JSON.parse(JSON.stringify({ fault }))), rule({ fault, times: 1 }))
    for (const wrong of [{}, { fault: { _tag: "Nothing" } }, { fault: Fault.truncatedJson, times: 0 }]) {
      assertTrue(Schema.decodeUnknownEither(Fault.Rule)(wrong)._tag === "Left")
    }
  })
})

describe("latency", () => {
  it.effect("is every answer's", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.fork(Effect.flatMap(reader({ latency: "200 millis" }), ({ get }) => get(path)))
      yield* TestClock.adjust("399 millis")
      strictEqual((yield* Fiber.poll(fiber))._tag, "None")
      yield* TestClock.adjust("1 millis")
      strictEqual((yield* Fiber.join(fiber)).status, 200)
    }))
})
