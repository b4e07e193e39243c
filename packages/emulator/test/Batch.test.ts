import { Fault, GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Fiber, TestClock } from "effect"
import { area, getToken, resultPath, send, workflowBody } from "./support.js"

const below = area.slice("/v1.0".length)
const result = resultPath(Seed.demoResult).slice("/v1.0".length)
const workflow = `${below}/workflows/${Seed.demoResult.workflowId}`
const nowhere = `${below}/workflows/00000000-0000-0000-0000-000000000001`

const setup = Effect.fnUntraced(function*(application = Seed.demoAdmin, options?: GraphEmulator.Options) {
  const emulator = yield* GraphEmulator.make(options)
  const token = yield* getToken(emulator, application)
  const post = (body: unknown, headers: { readonly [name: string]: string } = {}, path = "/v1.0/$batch") =>
    send(
      emulator,
      "POST",
      path,
      { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      body
    )
  /** The answers by id. */
  const batch = (...requests: ReadonlyArray<{ readonly [name: string]: unknown }>) =>
    Effect.map(post({ requests }), ({ body, status }) => {
      strictEqual(status, 200)
      return Object.fromEntries(body.responses.map((response: any) => [response.id, response])) as {
        readonly [id: string]: { readonly status: number; readonly headers: any; readonly body: any }
      }
    })
  return { emulator, post, batch }
})

const get = (id: string, url: string, more: object = {}) => ({ id, method: "GET", url, ...more })

const json = { "Content-Type": "application/json" }

describe("$batch", () => {
  it.effect("answers each request as if it had come alone", () =>
    Effect.gen(function*() {
      const { batch } = yield* setup()
      const answers = yield* batch(
        get("a", `${result}?$select=id`),
        get("b", nowhere),
        get("c", `${workflow}/runs?$select=id`.slice(1)),
        { id: "d", method: "post", url: `${below}/workflows`, headers: json, body: workflowBody() },
        {
          id: "e",
          method: "PATCH",
          url: workflow,
          headers: { "content-type": "application/json" },
          body: { description: "x" }
        },
        get("f", "/nope")
      )
      deepStrictEqual(["a", "b", "c", "d", "e", "f"].map((id) => answers[id]!.status), [200, 404, 200, 201, 204, 400])
      strictEqual(answers.a!.body.id, Seed.demoResult.userProcessingResultId)
      strictEqual(answers.b!.body.error.code, "Request_ResourceNotFound")
      assertTrue(answers.c!.body.value.length > 0)
      strictEqual(answers.d!.body.displayName, "A workflow of the tests")
      assertTrue(!("body" in answers.e!))
      assertTrue(answers.a!.headers["Content-Type"].startsWith("application/json"))
      assertTrue(!("Request-Id" in answers.a!.headers))
    }))

  it.effect("answers in any order", () =>
    Effect.gen(function*() {
      const { post } = yield* setup()
      const ids = Array.from({ length: 20 }, (_, n) => String(n))
      const { body } = yield* post({ requests: ids.map((id) => get(id, `${workflow}?$select=id`)) })
      const order: ReadonlyArray<string> = body.responses.map(({ id }: { readonly id: string }) => id)
      deepStrictEqual(order.slice().sort((a, b) => Number(a) - Number(b)), ids)
      assertTrue(order.join() !== ids.join())
    }))

  it.effect("checks what the caller may do for each request", () =>
    Effect.gen(function*() {
      const { batch } = yield* setup(Seed.demoReader)
      const answers = yield* batch(get("1", result), {
        id: "2",
        method: "DELETE",
        url: workflow,
        headers: { authorization: "Bearer other" }
      })
      deepStrictEqual([answers[1]!.status, answers[2]!.status], [200, 403])
    }))

  it.effect("needs a token", () =>
    Effect.gen(function*() {
      const { post } = yield* setup()
      const { body, headers, status } = yield* post({ requests: [get("1", result)] }, { authorization: "Bearer x" })
      deepStrictEqual([status, body.error.code], [401, "InvalidAuthenticationToken"])
      assertTrue(headers["www-authenticate"] !== undefined)
    }))

  const one = get("1", result)
  const refusals: ReadonlyArray<readonly [string, unknown, RegExp]> = [
    ["no object", [], /needs requests/],
    ["no requests", {}, /needs requests/],
    ["an empty list", { requests: [] }, /needs requests/],
    ["21 requests", { requests: Array.from({ length: 21 }, (_, n) => get(String(n), result)) }, /21 requests/],
    ["no object in it", { requests: [5] }, /has to be an object/],
    ["no id", { requests: [{ method: "GET", url: result }] }, /needs an id/],
    ["a number as id", { requests: [{ ...one, id: 1 }] }, /needs an id/],
    ["an id twice", { requests: [one, one] }, /occurs twice/],
    ["an id twice but for its case", { requests: [get("a", result), get("A", result)] }, /occurs twice/],
    ["no method", { requests: [{ id: "1", url: result }] }, /needs a method/],
    ["no url", { requests: [{ id: "1", method: "GET" }] }, /relative/],
    ["an absolute url", { requests: [get("1", `https://graph.microsoft.com/v1.0${result}`)] }, /relative/],
    ["a url at another host", { requests: [get("1", "//example.com/x")] }, /relative/],
    ["headers that are none", { requests: [{ ...one, headers: { a: 1 } }] }, /have to be texts/],
    ["a body without a type", { requests: [{ ...one, method: "POST", body: {} }] }, /Content-Type/],
    ["dependsOn that is no list", { requests: [{ ...one, dependsOn: "1" }] }, /list of ids/],
    ["an unknown parent", { requests: [{ ...one, dependsOn: ["2"] }] }, /no request of the batch/],
    ["itself as parent", { requests: [{ ...one, dependsOn: ["1"] }] }, /circle/],
    ["a circle", { requests: [{ ...one, dependsOn: ["2"] }, get("2", result, { dependsOn: ["1"] })] }, /circle/]
  ]
  for (const [what, body, reason] of refusals) {
    it.effect(`refuses ${what}`, () =>
      Effect.gen(function*() {
        const { emulator, post } = yield* setup()
        const answer = yield* post(body)
        deepStrictEqual([answer.status, answer.body.error.code], [400, "BadRequest"])
        assertTrue(reason.test(answer.body.error.message))
        strictEqual((yield* emulator.requestCounts).batched, 0)
      }))
  }

  it.effect("takes 20 requests, its name in any writing, and no batch in a batch", () =>
    Effect.gen(function*() {
      const { batch, post } = yield* setup()
      const requests = Array.from({ length: 20 }, (_, n) => get(String(n), result))
      strictEqual((yield* post({ requests }, {}, "/v1.0/%24batch")).body.responses.length, 20)
      const answers = yield* batch({
        id: "1",
        method: "POST",
        url: "/$batch",
        headers: json,
        body: { requests: [one] }
      })
      strictEqual(answers[1]!.status, 400)
    }))
})

describe("what depends on another request", () => {
  it.effect("is made after it, and not where it failed", () =>
    Effect.gen(function*() {
      const { batch } = yield* setup()
      const answers = yield* batch(
        get("seen", `${workflow}?$select=description`, { dependsOn: ["SET"] }),
        { id: "set", method: "PATCH", url: workflow, headers: json, body: { description: "new" } },
        get("missing", nowhere),
        get("child", result, { dependsOn: ["missing"] }),
        get("grandchild", result, { dependsOn: ["child", "set"] }),
        { id: "undone", method: "DELETE", url: workflow, dependsOn: ["missing"] },
        get("left", workflow, { dependsOn: ["undone"] })
      )
      strictEqual(answers.seen!.body.description, "new")
      deepStrictEqual(
        ["missing", "child", "grandchild", "undone", "left"].map((id) => answers[id]!.status),
        [404, 424, 424, 424, 424]
      )
      strictEqual(answers.child!.body.error.code, "FailedDependency")
    }))

  it.effect("waits for it, and holds up nobody else", () =>
    Effect.gen(function*() {
      const { batch, emulator } = yield* setup()
      yield* emulator.inject(Fault.delay("5 seconds"), { operation: "workflows.update" })
      const fiber = yield* Effect.fork(batch(
        get("1", `${workflow}?$select=description`, { dependsOn: ["2"] }),
        { id: "2", method: "PATCH", url: workflow, headers: json, body: { description: "late" } },
        get("3", result)
      ))
      yield* TestClock.adjust("1 second")
      deepStrictEqual((yield* emulator.requests).slice(1).map(({ item }) => item), ["3"])
      yield* TestClock.adjust("4 seconds")
      strictEqual((yield* Fiber.join(fiber))[1]!.body.description, "late")
    }))
})

describe("faults in a batch", () => {
  it.effect("befall single requests of it", () =>
    Effect.gen(function*() {
      const { batch, emulator } = yield* setup()
      yield* emulator.inject(Fault.throttled(7), { operation: "workflows.runs.userProcessingResults.get" })
      yield* emulator.inject(Fault.htmlPage(502), { operation: "workflows.get" })
      yield* emulator.inject(Fault.connectionFailure, { operation: "workflows.runs.list" })
      yield* emulator.inject(Fault.truncatedJson, { operation: "settings.get" })
      yield* emulator.inject(Fault.emptyBody(), { operation: "workflows.list" })
      const answers = yield* batch(
        get("throttled", result),
        get("fine", result),
        get("html", workflow),
        get("cut", `${workflow}/runs`),
        get("half", `${below}/settings`),
        get("empty", `${below}/workflows`)
      )
      deepStrictEqual([answers.throttled!.status, answers.throttled!.headers["Retry-After"]], [429, "7"])
      strictEqual(answers.fine!.status, 200)
      strictEqual(typeof answers.html!.body, "string")
      strictEqual(answers.cut!.status, 504)
      deepStrictEqual([answers.half!.status, typeof answers.half!.body], [200, "string"])
      deepStrictEqual([answers.empty!.status, answers.empty!.body], [200, undefined])
    }))

  it.effect("befall the batch, and nothing in it then", () =>
    Effect.gen(function*() {
      const { emulator, post } = yield* setup()
      yield* emulator.inject(Fault.throttled(3), { path: "$batch" })
      const { headers, status } = yield* post({ requests: [one] })
      deepStrictEqual([status, headers["retry-after"]], [429, "3"])
      deepStrictEqual((yield* emulator.requests).slice(1).map(({ item, operation }) => [item, operation]), [
        [undefined, "$batch"]
      ])
    }))

  const one = get("1", result)

  it.effect("the latency is the batch's, not that of each request", () =>
    Effect.gen(function*() {
      const emulator = yield* GraphEmulator.make({ latency: "50 millis" })
      const token = yield* Effect.fork(getToken(emulator))
      yield* TestClock.adjust("50 millis")
      const fiber = yield* Effect.fork(
        send(emulator, "POST", "/v1.0/$batch", { authorization: `Bearer ${yield* Fiber.join(token)}` }, {
          requests: [one, get("2", result, { dependsOn: ["1"] })]
        })
      )
      yield* TestClock.adjust("50 millis")
      strictEqual((yield* Fiber.join(fiber)).body.responses.length, 2)
    }))
})

describe("the log of a batch", () => {
  it.effect("has its requests, and then the batch", () =>
    Effect.gen(function*() {
      const { emulator, post } = yield* setup()
      yield* post({ requests: [get("x", `${result}?$select=id&a=b`), get("y", nowhere)] }, {
        "client-request-id": "abc"
      })
      const [, ...entries] = yield* emulator.requests
      deepStrictEqual(
        entries.map(({ clientRequestId, item, number, operation, query, status }) => ({
          number,
          item,
          operation,
          status,
          query,
          clientRequestId
        })).sort((a, b) => a.number - b.number),
        [
          {
            number: 2,
            item: "x",
            operation: "workflows.runs.userProcessingResults.get",
            status: 200,
            query: "?$select=id&…",
            clientRequestId: "abc"
          },
          { number: 3, item: "y", operation: "workflows.get", status: 404, query: "", clientRequestId: "abc" },
          { number: 4, item: undefined, operation: "$batch", status: 200, query: "", clientRequestId: "abc" }
        ]
      )
      deepStrictEqual(yield* emulator.requestCounts, {
        total: 2,
        batched: 2,
        byEndpoint: { graph: 1, authority: 0, token: 1, unknown: 0 },
        byOperation: { "workflows.runs.userProcessingResults.get": 1, "workflows.get": 1, $batch: 1 },
        byStatus: { "200": 3, "404": 1 }
      })
    }))
})
