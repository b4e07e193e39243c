import { AccessToken, TokenProvider, UserAssertion } from "@effect-msgraph/auth"
import { GraphClient, GraphError, LifecycleWorkflows, RetryPolicy, Throttle } from "@effect-msgraph/client"
import * as Batch from "@effect-msgraph/client/Batch"
import { Ids, LifecycleWorkflowsApi } from "@effect-msgraph/domain"
import { HttpClient } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Context, DateTime, Duration, Effect, Either, Fiber, Layer, Redacted, Stream, TestClock } from "effect"
import { graphError, isBatch, itemsOf, serve, urls } from "./batchServer.js"
import type { Answer, Item } from "./batchServer.js"
import {
  broken,
  connect,
  hangs,
  httpClient,
  json,
  recorder,
  refusal,
  times,
  tokenProvider,
  withDraw,
  workflowId
} from "./utils.js"
import type { Reply, Sent } from "./utils.js"

const runId = (n: number) => Ids.RunId.make(`run-${n}`)
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)
const nameIn = (url: string) => /runs\/([\w-]+)/.exec(url)?.[1] ?? ""

/** Answers a run with its own id. */
const good = ({ url }: Item): Answer => ({ status: 200, body: { id: nameIn(url) } })

const sizes = (sent: ReadonlyArray<Sent>) => urls(sent).map((batch) => batch.length)

const setup = Effect.fnUntraced(function*(
  answer: Parameters<typeof serve>[0] | { readonly reply: (sent: Sent, index: number) => Reply } = good,
  options?: Parameters<typeof connect>[1]
) {
  const connected = yield* connect(typeof answer === "function" ? serve(answer) : answer.reply, options)
  const get = (n: number) => connected.lcw.workflows.runs.get({ workflowId, runId: runId(n) }, { select: ["id"] })
  return { ...connected, get, getAll: (count: number) => Effect.forEach(numbers(count), get, { batching: true }) }
})

class User extends Context.Reference<User>()("User", { defaultValue: () => "nobody" }) {}

/** Whose token it is, the context says. */
const ofUsers = Effect.fnUntraced(function*(settings: Layer.Layer<never> = Layer.empty) {
  const { client, sent } = httpClient(serve(good))
  const { service } = tokenProvider()
  const layer = LifecycleWorkflows.layer.pipe(
    Layer.provide(GraphClient.layer),
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client)),
    Layer.provide(Layer.succeed(TokenProvider.TokenProvider, {
      ...service,
      get: () => Effect.map(User, (token) => AccessToken.make({ token, expiresAt: DateTime.unsafeMake(1e12) }))
    })),
    Layer.provide(settings)
  )
  return { lcw: yield* Effect.provide(LifecycleWorkflows.LifecycleWorkflows, layer), sent }
})

describe("reads together", () => {
  it.effect("travel in batches of at most 20, and each gets its own answer", () =>
    Effect.gen(function*() {
      const { getAll, sent } = yield* setup()
      deepStrictEqual((yield* getAll(45)).map(({ id }) => id), numbers(45).map(runId))
      deepStrictEqual(sizes(sent), [20, 20, 5])
      strictEqual(sent[0]!.url, "https://graph.microsoft.com/v1.0/$batch")
      strictEqual(sent[0]!.headers.authorization, "Bearer token-1")
      deepStrictEqual(itemsOf(sent[2]!)[0], {
        id: "1",
        method: "GET",
        url: `/identityGovernance/lifecycleWorkflows/workflows/${workflowId}/runs/run-40?$select=id`,
        headers: { prefer: "include-unknown-enum-members" }
      })
    }))

  it.effect("do so with any concurrency, and by withRequestBatching", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup()
      yield* Effect.forEach(numbers(21), get, { batching: true, concurrency: 3 })
      yield* Effect.forEach(numbers(3), get, { batching: "inherit" }).pipe(Effect.withRequestBatching(true))
      yield* Effect.all([get(1), get(2)], { batching: true })
      deepStrictEqual(sizes(sent), [20, 1, 3, 2])
    }))

  it.effect("are single requests unless the caller asks", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup()
      yield* Effect.forEach(numbers(5), get)
      yield* Effect.forEach(numbers(5), get, { concurrency: "unbounded" })
      strictEqual(sent.length, 10)
      assertTrue(sent.every((one) => one.method === "GET"))
    }))

  it.effect("need no batch where there is one of them", () =>
    Effect.gen(function*() {
      const { getAll, sent } = yield* setup()
      strictEqual((yield* getAll(1))[0]!.id, runId(0))
      strictEqual(sent[0]!.method, "GET")
    }))

  it.effect("are sent once where they are the same", () =>
    Effect.gen(function*() {
      const { get, lcw, sent } = yield* setup()
      const results = yield* Effect.forEach([1, 2, 1, 1, 2], get, { batching: true })
      deepStrictEqual(results.map(({ id }) => id), [1, 2, 1, 1, 2].map(runId))
      // Another projection is another read.
      yield* Effect.all([
        get(1),
        lcw.workflows.runs.get({ workflowId, runId: runId(1) }, { select: ["id", "totalUsersCount"] })
      ], {
        batching: true
      }).pipe(Effect.exit)
      deepStrictEqual(sizes(sent), [2, 2])
    }))

  it.effect("fail one by one", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup((item) =>
        item.url.includes("run-1?")
          ? { status: 404, body: graphError("notThere") }
          : item.url.includes("run-2?")
          ? { status: 403, body: graphError() }
          : item.url.includes("run-3?")
          ? { status: 200, body: { id: 7 } }
          : good(item)
      )
      const results = yield* Effect.forEach(numbers(5), (n) => Effect.either(get(n)), { batching: true })
      deepStrictEqual(
        results.map(Either.match({ onLeft: ({ _tag }) => _tag as string, onRight: ({ id }) => id as string })),
        ["run-0", "NotFound", "Forbidden", "Decode", "run-4"]
      )
      strictEqual(sent.length, 1)
      const notFound = Either.getOrThrow(Either.flip(results[1]!)) as GraphError.NotFound
      deepStrictEqual([notFound.operation, notFound.status, notFound.code], ["workflows.runs.get", 404, "notThere"])
      strictEqual(notFound.clientRequestId, sent[0]!.headers["client-request-id"])
      deepStrictEqual(
        (Either.getOrThrow(Either.flip(results[2]!)) as GraphError.Forbidden).entraRoles,
        LifecycleWorkflowsApi.getRun.entraRoles
      )
    }))

  it.effect("are refused before anything is sent where they are unfit", () =>
    Effect.gen(function*() {
      const { get, lcw, sent } = yield* setup()
      const results = yield* Effect.all([
        Effect.either(
          lcw.workflows.runs.get({ workflowId, runId: runId(0) }, { select: ["nope" as "id"] })
        ),
        Effect.either(get(1)),
        Effect.either(get(2))
      ], { batching: true })
      strictEqual(Either.getOrThrow(Either.flip(results[0]!))._tag, "InvalidRequest")
      deepStrictEqual(sizes(sent), [2])
    }))

  it.effect("may be in other parts of the same program", () =>
    Effect.gen(function*() {
      const { get, lcw, sent } = yield* setup(({ url }) =>
        url.includes("/runs?")
          ? { status: 200, body: { value: [{ id: "x" }] } }
          : { status: 200, body: { id: nameIn(url) || workflowId } }
      )
      const [run, workflow, page] = yield* Effect.all([
        get(1),
        lcw.workflows.get({ workflowId }, { select: ["id"] }),
        lcw.workflows.runs.listPage({ workflowId }, { select: ["id"] })
      ], { batching: true })
      deepStrictEqual([run.id, workflow.id, page.value], [runId(1), workflowId, [{ id: "x" }]])
      deepStrictEqual(sizes(sent), [3])
    }))

  it.effect("are no writes, unless that is asked for", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* setup(() => ({ status: 204 }))
      const remove = (n: number) => lcw.workflows.delete({ workflowId: Ids.WorkflowId.make(`w-${n}`) })
      yield* Effect.forEach(numbers(3), remove, { batching: true })
      deepStrictEqual(sent.map(({ method }) => method), ["DELETE", "DELETE", "DELETE"])
      yield* Effect.forEach([1, 1, 2], remove, { batching: true }).pipe(
        Effect.provideService(Batch.Batching, { ...Batch.defaultSettings, writes: true })
      )
      deepStrictEqual(itemsOf(sent[3]!).map(({ method }) => method), ["DELETE", "DELETE", "DELETE"])
    }))

  it.effect("are no streams", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* setup(() => ({ status: 200, body: { value: [] } }))
      const { list } = lcw.workflows.runs
      yield* Effect.forEach([1, 2], () => Stream.runDrain(list({ workflowId })), { batching: true })
      strictEqual(sent.length, 2)
      assertTrue(sent.every((one) => one.method === "GET"))
    }))

  it.effect("are as many at once as the settings say", () =>
    Effect.gen(function*() {
      let now = 0
      let most = 0
      const { getAll, sent } = yield* setup({
        reply: (sent, index) => () =>
          Effect.gen(function*() {
            most = Math.max(most, ++now)
            yield* Effect.sleep("50 millis")
            now--
            return yield* (serve(good)(sent, index) as Exclude<Reply, Response>)(sent)
          })
      })
      const fiber = yield* Effect.fork(
        Effect.provideService(getAll(40), Batch.Batching, { ...Batch.defaultSettings, maxSize: 4, concurrency: 3 })
      )
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      deepStrictEqual([sent.length, most], [10, 3])
    }))

  it.effect("travel apart where the caller wants different things of them", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup()
      yield* Effect.forEach(numbers(6), (n) =>
        Effect.provideService(get(n), RetryPolicy.RetryPolicy, { ...RetryPolicy.defaultPolicy, maxRetries: n % 2 }), {
        batching: true
      })
      deepStrictEqual(sizes(sent), [3, 3])
      yield* Effect.forEach(numbers(6), (n) =>
        Throttle.withPriority(get(n), n < 4 ? "bulk" : "normal"), { batching: true })
      deepStrictEqual(sizes(sent).slice(2), [4, 2])
      strictEqual(sent[2]!.headers["x-ms-throttle-priority"], "low")
    }))

  it.effect("travel apart where they are asked for by different users", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* ofUsers()
      yield* Effect.forEach(numbers(6), (n) =>
        lcw.workflows.runs.get({ workflowId, runId: runId(n) }, { select: ["id"] }).pipe(
          Effect.provideService(User, n % 3 === 0 ? "adele" : "nestor"),
          // As an on-behalf-of credential has it, with a value that prints as any other.
          Effect.provideService(UserAssertion.UserAssertion, Redacted.make(String(n)))
        ), { batching: true })
      deepStrictEqual(sent.map(({ headers }, i) => [headers.authorization, urls(sent)[i]!.map(nameIn)]), [
        ["Bearer adele", ["run-0", "run-3"]],
        ["Bearer nestor", ["run-1", "run-2", "run-4", "run-5"]]
      ])
    }))

  it.effect("have a span for each, and one for the batch that links to them", () =>
    Effect.gen(function*() {
      const { spans, tracer } = yield* recorder
      const { getAll } = yield* setup()
      yield* Effect.withTracer(getAll(3), tracer)
      deepStrictEqual(spans.map(({ name }) => name), [...Array(3).fill("workflows.runs.get"), "$batch"])
      const batch = spans[3]!
      deepStrictEqual(batch.links.map((link) => link.span.spanId), spans.slice(0, 3).map(({ spanId }) => spanId))
      strictEqual(batch.attributes.get("msgraph.batch.size"), 3)
      for (const span of spans) strictEqual(span.status._tag, "Ended")
      for (const span of spans) strictEqual(span.attributes.get("http.response.status_code"), 200)
    }))
})

describe("what is throttled in a batch", () => {
  const throttledOnce = (names: { readonly [name: string]: string }) => (item: Item, round: number): Answer => {
    const wait = names[nameIn(item.url)]
    return round === 0 && wait !== undefined
      ? { status: 429, headers: { "Retry-After": wait }, body: graphError("TooManyRequests") }
      : good(item)
  }

  it.effect("is sent again after its own Retry-After, alone; the others have their answers already", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup(throttledOnce({ "run-1": "7", "run-3": "7" }))
      const early: Array<number> = []
      const fiber = yield* Effect.fork(
        Effect.forEach(numbers(5), (n) => Effect.tap(get(n), () => Effect.sync(() => early.push(n))), {
          batching: true,
          concurrency: "unbounded"
        })
      )
      yield* TestClock.adjust("6999 millis")
      strictEqual(sent.length, 1)
      deepStrictEqual(early, [0, 2, 4])
      yield* TestClock.adjust("1 millis")
      deepStrictEqual((yield* Fiber.join(fiber)).map(({ id }) => id), numbers(5).map(runId))
      deepStrictEqual(times(sent), [0, 7000])
      deepStrictEqual(urls(sent)[1]!.map(nameIn), ["run-1", "run-3"])
    }))

  it.effect("takes decimals and dates", () =>
    Effect.gen(function*() {
      for (const [header, wait] of [["0.25", 250], [new Date(2000).toUTCString(), 2000]] as const) {
        const { getAll, sent } = yield* setup(throttledOnce({ "run-1": header }))
        const start = yield* TestClock.currentTimeMillis
        if (typeof wait === "number" && wait === 2000 && start !== 0) yield* TestClock.setTime(0)
        const fiber = yield* Effect.fork(getAll(2))
        yield* TestClock.adjust(Duration.millis(wait - 1))
        strictEqual(sent.length, 1)
        yield* TestClock.adjust("1 millis")
        yield* Fiber.join(fiber)
        strictEqual(sent.length, 2)
      }
    }))

  it.effect("closes the gate for everybody, for the longest of the waits", () =>
    Effect.gen(function*() {
      const { get, getAll, sent } = yield* setup(throttledOnce({ "run-1": "2", "run-2": "30" }))
      const batch = yield* Effect.fork(getAll(3))
      yield* TestClock.adjust(0)
      const other = yield* Effect.fork(get(9))
      yield* TestClock.adjust("29999 millis")
      strictEqual(sent.length, 1)
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(other)
      yield* Fiber.join(batch)
      strictEqual(sent.length, 3)
      deepStrictEqual(urls(sent.filter(isBatch))[1]!.map(nameIn), ["run-1", "run-2"])
    }))

  it.effect("fails at once where it would have to wait for too long, and only that", () =>
    Effect.gen(function*() {
      const { get } = yield* setup(throttledOnce({ "run-1": "3600" }))
      const results = yield* Effect.forEach(numbers(3), (n) => Effect.either(get(n)), { batching: true })
      deepStrictEqual(results.map(Either.isRight), [true, false, true])
      const error = Either.getOrThrow(Either.flip(results[1]!)) as GraphError.Throttled
      deepStrictEqual([error._tag, error.retryAfter], ["Throttled", Duration.hours(1)])
    }))

  it.effect("gives up after as many times as the policy says", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup((item) =>
        nameIn(item.url) === "run-1" ? { status: 429, headers: { "retry-after": "1" } } : good(item)
      )
      const fiber = yield* Effect.forEach(numbers(2), (n) => Effect.either(get(n)), { batching: true }).pipe(
        Effect.provideService(RetryPolicy.RetryPolicy, { ...RetryPolicy.defaultPolicy, maxRetries: 3 }),
        Effect.fork
      )
      yield* TestClock.adjust("1 minute")
      strictEqual(Either.getOrThrow(Either.flip((yield* Fiber.join(fiber))[1]!))._tag, "Throttled")
      strictEqual(sent.length, 4)
    }))

  it.effect("is not only what says 429: a failing service is asked again after a while", () =>
    Effect.gen(function*() {
      const { getAll, sent } = yield* setup((item, round) =>
        round > 1 || nameIn(item.url) !== "run-0" ? good(item) : round === 0 ? { status: 503 } : {
          status: 503,
          headers: { "retry-after": 9 }
        }
      )
      const fiber = yield* Effect.fork(withDraw(0.5)(getAll(2)))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      deepStrictEqual(times(sent), [0, 250, 9250])
      deepStrictEqual(sizes(sent), [2, 1, 1])
    }))
})

describe("a token that is refused", () => {
  it.effect("for the batch is renewed, and the batch repeated", () =>
    Effect.gen(function*() {
      const { getAll, sent, tokens } = yield* setup({
        reply: (sent, index) => index === 0 ? refusal(401) : serve(good)(sent, index)
      })
      strictEqual((yield* getAll(3)).length, 3)
      deepStrictEqual([sizes(sent), tokens.renewals], [[3, 3], ["token-1"]])
    }))

  it.effect("for some requests is renewed once, and they are repeated", () =>
    Effect.gen(function*() {
      const { getAll, sent, tokens } = yield* setup((item, _, { headers }) =>
        headers.authorization === "Bearer token-1" && nameIn(item.url) !== "run-1" ? { status: 401 } : good(item)
      )
      strictEqual((yield* getAll(3)).length, 3)
      deepStrictEqual([sizes(sent), tokens.renewals], [[3, 2], ["token-1"]])
    }))

  it.effect("twice is an error", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup((item) => nameIn(item.url) === "run-1" ? { status: 401 } : good(item))
      const results = yield* Effect.forEach(numbers(3), (n) => Effect.either(get(n)), { batching: true })
      strictEqual(Either.getOrThrow(Either.flip(results[1]!))._tag, "Unauthorized")
      deepStrictEqual(sizes(sent), [3, 1])
    }))
})

describe("a batch as a whole", () => {
  it.effect("is repeated as any read is, and its failure is that of each", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup({ reply: () => broken("ECONNRESET") })
      const fiber = yield* Effect.forEach(numbers(2), (n) => Effect.either(get(n)), { batching: true }).pipe(
        Effect.provideService(RetryPolicy.RetryPolicy, { ...RetryPolicy.defaultPolicy, maxRetries: 2 }),
        Effect.fork
      )
      yield* TestClock.adjust("1 minute")
      const results = yield* Fiber.join(fiber)
      strictEqual(sent.length, 3)
      for (const result of results) {
        const error = Either.getOrThrow(Either.flip(result)) as GraphError.Transport
        deepStrictEqual([error._tag, error.operation, error.outcome, error.code], [
          "Transport",
          "workflows.runs.get",
          "none",
          "ECONNRESET"
        ])
        assertTrue(error.stack !== undefined && error instanceof GraphError.Transport)
      }
    }))

  it.effect("waits as told where it is throttled", () =>
    Effect.gen(function*() {
      const { getAll, sent } = yield* setup({
        reply: (sent, index) => index === 0 ? refusal(429, "x", { "retry-after": "5" }) : serve(good)(sent, index)
      })
      const fiber = yield* Effect.fork(getAll(2))
      yield* TestClock.adjust("5 seconds")
      strictEqual((yield* Fiber.join(fiber)).length, 2)
      deepStrictEqual(times(sent), [0, 5000])
    }))

  it.effect("does not take longer than a call may", () =>
    Effect.gen(function*() {
      const { get } = yield* setup({ reply: () => hangs })
      const fiber = yield* Effect.forEach(numbers(2), (n) => Effect.either(get(n)), { batching: true }).pipe(
        Effect.provideService(RetryPolicy.RetryPolicy, { ...RetryPolicy.defaultPolicy, totalTimeout: "8 seconds" }),
        Effect.fork
      )
      yield* TestClock.adjust("8 seconds")
      for (const result of yield* Fiber.join(fiber)) {
        const error = Either.getOrThrow(Either.flip(result)) as GraphError.Timeout
        deepStrictEqual([error._tag, error.scope, error.after, error.outcome, error.operation], [
          "Timeout",
          "call",
          Duration.seconds(8),
          "none",
          "workflows.runs.get"
        ])
      }
    }))

  it.effect("is aborted when nobody waits for it any longer", () =>
    Effect.gen(function*() {
      const { getAll, sent } = yield* setup({ reply: () => hangs })
      const fiber = yield* Effect.fork(Batch.interruptible(getAll(2)))
      yield* TestClock.adjust(0)
      strictEqual(sent.length, 1)
      strictEqual((yield* Fiber.interrupt(fiber))._tag, "Failure")
      assertTrue(sent[0]!.signal.aborted)
    }))

  it.effect("is waited for where Effect's batching is by itself: see the guide", () =>
    Effect.gen(function*() {
      const { getAll, sent } = yield* setup({ reply: () => hangs })
      const fiber = yield* Effect.fork(getAll(2))
      yield* TestClock.adjust(0)
      const interruption = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("14 minutes")
      strictEqual(yield* Fiber.poll(interruption).pipe(Effect.map(({ _tag }) => _tag)), "None")
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(interruption)
      assertTrue(sent.every(({ signal }) => signal.aborted))
    }))

  it.effect("interruptible changes nothing else", () =>
    Effect.gen(function*() {
      const { get, getAll } = yield* setup((item) =>
        nameIn(item.url) === "run-7" ? { status: 404, body: graphError() } : good(item)
      )
      deepStrictEqual((yield* Batch.interruptible(getAll(3))).length, 3)
      strictEqual(
        (yield* Effect.flip(Batch.interruptible(Effect.all([get(7), get(8)], { batching: true }))))._tag,
        "NotFound"
      )
    }))
})

describe("an answer to a batch that is not as documented", () => {
  const responses = (items: ReadonlyArray<Item>) => items.map((item) => ({ id: item.id, ...good(item) }))
  const once = (body: (items: ReadonlyArray<Item>) => unknown, more?: Response) => ({
    reply: (sent: Sent, index: number): Reply =>
      index === 0 && isBatch(sent) ? more ?? json(body(itemsOf(sent))) : serve(good)(sent, index)
  })
  const outcomes = Effect.fnUntraced(function*(server: ReturnType<typeof once>) {
    const { get, sent } = yield* setup(server)
    const fiber = yield* Effect.fork(Effect.forEach([1, 2, 3], (n) => Effect.either(get(n)), { batching: true }))
    yield* TestClock.adjust("10 seconds")
    const results = yield* Fiber.join(fiber)
    return {
      results,
      sizes: sizes(sent),
      tags: results.map(Either.match({ onLeft: ({ _tag }) => _tag as string, onRight: () => "ok" }))
    }
  })

  it.effect("a request without an answer is asked again, as if its answer had been empty", () =>
    Effect.gen(function*() {
      const { sizes, tags } = yield* outcomes(once((items) => ({ responses: responses(items).slice(1) })))
      deepStrictEqual([tags, sizes], [["ok", "ok", "ok"], [3, 1]])
    }))

  it.effect("an unknown id concerns nobody", () =>
    Effect.gen(function*() {
      const { sizes, tags } = yield* outcomes(
        once((items) => ({ responses: [{ id: "77", status: 500 }, { id: null }, 5, ...responses(items)] }))
      )
      deepStrictEqual([tags, sizes], [["ok", "ok", "ok"], [3]])
    }))

  it.effect("an id that occurs twice is an error of that request", () =>
    Effect.gen(function*() {
      const { results, tags } = yield* outcomes(
        once((items) => ({ responses: [...responses(items), { id: "2", status: 404 }] }))
      )
      deepStrictEqual(tags, ["ok", "Decode", "ok"])
      const error = Either.getOrThrow(Either.flip(results[1]!)) as GraphError.Decode
      deepStrictEqual([error.path, error.outcome], [["responses", 3, "id"], undefined])
    }))

  for (const status of ["200", null, undefined, 2.5, 7, NaN]) {
    it.effect(`a status of ${JSON.stringify(status)} is an error of that request`, () =>
      Effect.gen(function*() {
        const { results, tags } = yield* outcomes(
          once((items) => ({ responses: responses(items).map((one, i) => i === 0 ? { ...one, status } : one) }))
        )
        deepStrictEqual(tags, ["Decode", "ok", "ok"])
        deepStrictEqual((Either.getOrThrow(Either.flip(results[0]!)) as GraphError.Decode).path, [
          "responses",
          0,
          "status"
        ])
      }))
  }

  it.effect("a body that is no JSON is a gateway's", () =>
    Effect.gen(function*() {
      const { tags } = yield* outcomes(
        once((items) => ({
          responses: responses(items).map((one, i) =>
            i === 0
              ? { ...one, status: 400, body: "<html>", headers: { "Content-Type": "text/html" } }
              : i === 1
              ? { ...one, body: "<html>", headers: { "Content-Type": "text/html" } }
              : one
          )
        }))
      )
      deepStrictEqual(tags, ["GatewayError", "GatewayError", "ok"])
    }))

  for (const body of [{}, { responses: {} }, [], "text", null, 5]) {
    it.effect(`${JSON.stringify(body)} in place of it is an error of each`, () =>
      Effect.gen(function*() {
        deepStrictEqual((yield* outcomes(once(() => body))).tags, ["Decode", "Decode", "Decode"])
      }))
  }

  it.effect("a page of a gateway is an error of each", () =>
    Effect.gen(function*() {
      const page = new Response("<html>", { headers: { "content-type": "text/html" } })
      deepStrictEqual((yield* outcomes(once(() => ({}), page))).tags, Array(3).fill("GatewayError"))
    }))
})

describe("a window", () => {
  const layer = Batch.layerWindow("10 millis")

  it.effect("collects reads of code that does not know of batches", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup(good, { layer })
      const fiber = yield* Effect.fork(Effect.forEach(numbers(5), get, { concurrency: "unbounded" }))
      yield* TestClock.adjust("9 millis")
      strictEqual(sent.length, 0)
      yield* TestClock.adjust("1 millis")
      deepStrictEqual((yield* Fiber.join(fiber)).map(({ id }) => id), numbers(5).map(runId))
      deepStrictEqual(sizes(sent), [5])
      deepStrictEqual(times(sent), [10])
    }))

  it.effect("ends when a batch is full", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup(good, { layer })
      const fiber = yield* Effect.fork(Effect.forEach(numbers(45), get, { concurrency: "unbounded" }))
      yield* TestClock.adjust(0)
      deepStrictEqual(sizes(sent), [20, 20])
      yield* TestClock.adjust("10 millis")
      deepStrictEqual((yield* Fiber.join(fiber)).map(({ id }) => id), numbers(45).map(runId))
      deepStrictEqual(sizes(sent), [20, 20, 5])
    }))

  it.effect("gives each its own error, and does not hold up writes", () =>
    Effect.gen(function*() {
      const { get, lcw, sent } = yield* setup((item) =>
        item.method === "DELETE"
          ? { status: 204 }
          : nameIn(item.url) === "run-1"
          ? { status: 404, body: graphError() }
          : good(item), {
        layer
      })
      const fiber = yield* Effect.fork(
        Effect.forEach(numbers(3), (n) => Effect.either(get(n)), { concurrency: "unbounded" })
      )
      yield* lcw.workflows.delete({ workflowId })
      strictEqual(sent[0]!.method, "DELETE")
      yield* TestClock.adjust("10 millis")
      deepStrictEqual((yield* Fiber.join(fiber)).map(Either.isRight), [true, false, true])
    }))

  it.effect("forgets who does not wait any longer", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup(good, { layer })
      const [one, two, three] = yield* Effect.forEach(numbers(3), (n) => Effect.fork(get(n)))
      yield* TestClock.adjust("5 millis")
      yield* Fiber.interrupt(two!)
      yield* TestClock.adjust("5 millis")
      deepStrictEqual(urls(sent)[0]!.map(nameIn), ["run-0", "run-2"])
      yield* Fiber.join(one!)
      yield* Fiber.join(three!)
    }))

  it.effect("and sends nothing, or aborts what it sent, when nobody does", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup({ reply: () => hangs }, { layer })
      const idle = yield* Effect.fork(get(1))
      yield* TestClock.adjust("5 millis")
      yield* Fiber.interrupt(idle)
      yield* TestClock.adjust("1 second")
      strictEqual(sent.length, 0)
      const fibers = yield* Effect.forEach(numbers(2), (n) => Effect.fork(get(n)))
      yield* TestClock.adjust("10 millis")
      strictEqual(sent.length, 1)
      yield* Fiber.interruptAll(fibers)
      yield* TestClock.adjust(0)
      assertTrue(sent[0]!.signal.aborted)
    }))

  it.effect("takes nothing over from who opened it: neither the token nor what is set for a call", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* ofUsers(layer)
      const get = (n: number) => lcw.workflows.runs.get({ workflowId, runId: runId(n) }, { select: ["id"] })
      const fibers = [
        yield* Effect.fork(get(0).pipe(Effect.provideService(User, "adele"), Throttle.withPriority("bulk"))),
        yield* Effect.fork(get(1)),
        yield* Effect.fork(get(2)),
        yield* Effect.fork(get(3).pipe(Throttle.withPriority("interactive")))
      ]
      yield* TestClock.adjust("10 millis")
      yield* Fiber.joinAll(fibers)
      deepStrictEqual(
        sent.map(({ headers }, i) => [
          headers.authorization,
          headers["x-ms-throttle-priority"],
          urls(sent)[i]!.map(nameIn)
        ]),
        [
          ["Bearer adele", "low", ["run-0"]],
          ["Bearer nobody", "high", ["run-3"]],
          ["Bearer nobody", undefined, ["run-1", "run-2"]]
        ]
      )
    }))

  it.effect("sends nothing again for those who have gone, when the others have their answers", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup(
        (item) => nameIn(item.url) === "run-1" ? { status: 429, headers: { "Retry-After": "60" } } : good(item),
        { layer }
      )
      const one = yield* Effect.fork(get(0))
      const two = yield* Effect.fork(get(1))
      yield* TestClock.adjust("10 millis")
      yield* Fiber.join(one)
      yield* Fiber.interrupt(two)
      yield* TestClock.adjust("10 minutes")
      strictEqual(sent.length, 1)
    }))

  it.effect("can be closed for one call", () =>
    Effect.gen(function*() {
      const { get, sent } = yield* setup(good, { layer })
      yield* Effect.provideService(get(1), Batch.Batching, Batch.defaultSettings)
      deepStrictEqual(times(sent), [0])
    }))
})
