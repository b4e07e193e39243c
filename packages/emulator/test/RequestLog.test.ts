import { Fault, GraphEmulator, Message, Seed } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Chunk, Effect, Fiber, Redacted, Stream } from "effect"
import { inspect } from "node:util"
import { getToken, graph, reader, requestToken, resultPath, send, tokenForm, tokenUrl } from "./support.js"

const path = resultPath(Seed.demoResult)

describe("the log", () => {
  it.effect("tells what was asked and what became of it", () =>
    Effect.gen(function*() {
      const { emulator, get } = yield* reader()
      yield* get(`${path}?$select=id&secret=1`, { "client-request-id": "abc" })
      const [token, graph] = yield* emulator.requests
      deepStrictEqual([token!.number, token!.endpoint, token!.status, token!.application], [
        1,
        "token",
        200,
        Seed.demoReader.clientId
      ])
      deepStrictEqual(graph, {
        number: 2,
        receivedAt: 0,
        endpoint: "graph",
        operation: "workflows.runs.userProcessingResults.get",
        method: "GET",
        path,
        query: "?$select=id&…",
        headers: ["authorization", "client-request-id"],
        clientRequestId: "abc",
        application: Seed.demoReader.clientId,
        status: 200,
        fault: undefined,
        item: undefined,
        milliseconds: 0
      })
    }))

  it.effect("counts", () =>
    Effect.gen(function*() {
      const { emulator, get } = yield* reader()
      yield* get(path)
      yield* get("/v1.0/x")
      yield* emulator.inject(Fault.connectionFailure)
      yield* Effect.flip(get(path))
      yield* Effect.flip(send(emulator, "GET", "https://example.com"))
      deepStrictEqual(yield* emulator.requestCounts, {
        total: 5,
        batched: 0,
        byEndpoint: { graph: 3, token: 1, authority: 0, unknown: 1 },
        byOperation: { "workflows.runs.userProcessingResults.get": 2 },
        byStatus: { "200": 2, "400": 1, none: 2 }
      })
    }))

  it.effect("is a stream, too", () =>
    Effect.gen(function*() {
      const { emulator, get } = yield* reader()
      const fiber = yield* emulator.events.pipe(Stream.take(2), Stream.runCollect, Effect.fork)
      yield* Effect.yieldNow()
      yield* get(path)
      yield* get("/v1.0/x")
      const entries = Chunk.toReadonlyArray(yield* Fiber.join(fiber))
      deepStrictEqual(entries.map(({ number, status }) => [number, status]), [[2, 200], [3, 400]])
    }))

  it.effect("forgets the oldest", () =>
    Effect.gen(function*() {
      const { emulator, get } = yield* reader({ logCapacity: 3 })
      for (let i = 0; i < 5; i++) yield* get("/v1.0/x")
      deepStrictEqual((yield* emulator.requests).map(({ number }) => number), [4, 5, 6])
      strictEqual((yield* emulator.requestCounts).total, 6)
    }))

  it.effect("notes who gave up waiting", () =>
    Effect.gen(function*() {
      const { emulator, get } = yield* reader()
      yield* emulator.inject(Fault.delay("1 hour"))
      const fiber = yield* Effect.fork(get(path))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(fiber)
      strictEqual((yield* emulator.requests).at(-1)!.status, undefined)
    }))

  it.effect("holds no token and no secret, wherever they are put", () =>
    Effect.gen(function*() {
      const emulator = yield* GraphEmulator.make()
      const token = yield* getToken(emulator)
      const secret = Redacted.value(Seed.demoReader.clientSecret)
      yield* send(emulator, "GET", path, { authorization: `Bearer ${token}`, "x-token": token })
      yield* send(emulator, "GET", `${path}?access_token=${token}&client_secret=${secret}`)
      yield* send(emulator, "GET", `${path}?${token}`)
      yield* requestToken(emulator, "", { url: `${tokenUrl()}?${tokenForm()}` })
      yield* requestToken(emulator, "", { headers: { authorization: `Basic ${btoa(`x:${secret}`)}` } })
      const failure = yield* Effect.flip(
        emulator.handle(
          Message.request("GET", `https://example.com/${token}?a=${secret}&$filter=${token}`, {
            headers: { authorization: token }
          })
        )
      )
      const shown = inspect(
        [yield* emulator.requests, yield* emulator.requestCounts, failure, emulator, emulator.tenants],
        { depth: 12, showHidden: false, maxArrayLength: 1e4, maxStringLength: 1e6 }
      ) + JSON.stringify([yield* emulator.requests, failure])
      for (const hidden of [token, token.split(".")[2]!, secret, btoa(`x:${secret}`)]) {
        assertTrue(!shown.includes(hidden))
      }
      assertTrue(shown.includes(graph))
    }))
})
