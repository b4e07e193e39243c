import { GraphError, RetryPolicy } from "@effect-msgraph/client"
import { NationalCloud } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Chunk, Effect, Either, Exit, Fiber, Ref, Stream, TestClock } from "effect"
import {
  assertError,
  connect,
  empty,
  hangs,
  json,
  refusal,
  runs,
  times,
  userProcessingResultId,
  withDraw,
  workflowId
} from "./utils.js"

type Services = Effect.Effect.Success<ReturnType<typeof connect>>

const list = ({ lcw }: Services) => lcw.workflows.runs.list({ workflowId }, { select: ["id"] })

const page = (ids: ReadonlyArray<string>, nextLink?: string): Response =>
  json({ value: ids.map((id) => ({ id })), ...(nextLink === undefined ? {} : { "@odata.nextLink": nextLink }) })

/** What a stream emits up to its end, and how it ends. */
const drain = <A extends { readonly id: string }, E>(stream: Stream.Stream<A, E>) =>
  Effect.gen(function*() {
    const ids = yield* Ref.make<ReadonlyArray<string>>([])
    const end = yield* Effect.either(Stream.runForEach(stream, ({ id }) => Ref.update(ids, (all) => [...all, id])))
    return { ids: yield* Ref.get(ids), end }
  })

const link = (n: number) => `${runs}?$skiptoken=${n}`

describe("a list", () => {
  it.effect("is one page", () =>
    Effect.gen(function*() {
      const services = yield* connect([page(["a", "b"])])
      const { end, ids } = yield* drain(list(services))
      assertTrue(Either.isRight(end))
      deepStrictEqual(ids, ["a", "b"])
      deepStrictEqual(services.sent.map(({ url }) => url), [`${runs}?$select=id`])
    }))

  it.effect("is many pages, each link sent as the service wrote it, with the same headers", () =>
    Effect.gen(function*() {
      const links = [
        `${runs}?$select=id&$skiptoken=RFNwdAIAAQ%3D%3D%2B+/'x'&a=%7e%7E`,
        "https://graph.microsoft.com/beta/anything?%24top=5#fragment",
        "https://graph.microsoft.com:443/v1.0/x",
        "HTTPS://GRAPH.MICROSOFT.COM/v1.0/y"
      ]
      const services = yield* connect([...links.map((link, n) => page([String(n)], link)), page(["last"])])
      const { end, ids } = yield* drain(list(services))
      assertTrue(Either.isRight(end))
      deepStrictEqual(ids, ["0", "1", "2", "3", "last"])
      deepStrictEqual(services.sent.slice(1).map(({ url }) => url), links)
      strictEqual(services.sent[1]!.href, links[0]!.replaceAll("'", "%27"))
      for (const { headers, method } of services.sent) {
        strictEqual(method, "GET")
        deepStrictEqual(
          [headers["authorization"], headers["prefer"], headers["accept"]],
          ["Bearer token-1", "include-unknown-enum-members", "application/json"]
        )
      }
      strictEqual(new Set(services.sent.map(({ headers }) => headers["client-request-id"])).size, 5)
    }))

  it.effect("goes on after an empty page that has a link", () =>
    Effect.gen(function*() {
      const services = yield* connect([page([], link(1)), page([], link(2)), page(["a"]), page(["never"])])
      deepStrictEqual((yield* drain(list(services))).ids, ["a"])
      strictEqual(services.sent.length, 3)
    }))

  it.effect("ends where the link is null", () =>
    Effect.gen(function*() {
      const services = yield* connect([json({ value: [{ id: "a" }], "@odata.nextLink": null })])
      const { end, ids } = yield* drain(list(services))
      assertTrue(Either.isRight(end))
      deepStrictEqual(ids, ["a"])
    }))

  it.effect("decodes later pages under the same projection", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect([
        page(["a"], link(1)),
        json({ value: [{ id: "b", failedTasksCount: "ignored" }] })
      ])
      const all = yield* Stream.runCollect(lcw.workflows.runs.list({ workflowId }, { select: ["id"] }))
      deepStrictEqual(Chunk.toReadonlyArray(all).map((one) => ({ ...one })), [{ id: "a" }, { id: "b" }] as never)
    }))

  it.effect("of tasks has its own path", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect([page([])])
      yield* Stream.runDrain(
        lcw.workflows.userProcessingResults.taskProcessingResults.list({ workflowId, userProcessingResultId })
      )
      strictEqual(
        sent[0]!.url,
        runs.replace(/runs$/, `userProcessingResults/${userProcessingResultId}/taskProcessingResults`)
      )
    }))

  it.effect("starts anew each time it is run", () =>
    Effect.gen(function*() {
      const services = yield* connect(({ url }) => url === link(1) ? page(["b"]) : page(["a"], link(1)))
      const stream = list(services)
      deepStrictEqual((yield* drain(stream)).ids, ["a", "b"])
      deepStrictEqual((yield* drain(stream)).ids, ["a", "b"])
      strictEqual(services.sent.length, 4)
    }))

  it.effect("reads no page before it is needed", () =>
    Effect.gen(function*() {
      const services = yield* connect([page(["a", "b"], link(1)), page(["c"], link(2))])
      const stream = list(services)
      strictEqual(services.sent.length, 0)
      deepStrictEqual((yield* drain(Stream.take(stream, 1))).ids, ["a"])
      strictEqual(services.sent.length, 1)
    }))

  it.effect("does not look at a link before the page behind it is needed", () =>
    Effect.gen(function*() {
      const services = yield* connect([page(["a", "b"], "https://evil.example/")])
      const { end, ids } = yield* drain(Stream.take(list(services), 2))
      assertTrue(Either.isRight(end))
      deepStrictEqual(ids, ["a", "b"])
    }))

  it.effect("keeps pace with who reads it, one page ahead", () =>
    Effect.gen(function*() {
      const services = yield* connect((_, index) => page([String(index)], link(index)))
      const fiber = yield* Effect.fork(
        Stream.runDrain(Stream.mapEffect(list(services), () => Effect.sleep("1 second")))
      )
      yield* TestClock.adjust(3500)
      strictEqual(services.sent.length, 5)
      yield* Fiber.interrupt(fiber)
    }))

  // Nothing is waited for here, so the clock may be the real one; the test clock keeps every timer that was ever set.
  it.live("of many pages is read to its end", () =>
    Effect.gen(function*() {
      const services = yield* connect((_, index) => index < 299 ? page([String(index)], link(index)) : page(["last"]))
      strictEqual(yield* Stream.runCount(list(services)), 300)
    }))

  it.effect("stops when it is interrupted, and aborts the request", () =>
    Effect.gen(function*() {
      const services = yield* connect([page(["a"], link(1)), hangs])
      const fiber = yield* Effect.fork(drain(list(services)))
      yield* TestClock.adjust(1)
      strictEqual(services.sent[1]!.signal.aborted, false)
      assertTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
      strictEqual(services.sent[1]!.signal.aborted, true)
    }))
})

describe("a link", () => {
  const untrusted: ReadonlyArray<readonly [link: string, origin: string]> = [
    ["https://evil.example/v1.0/x?$skiptoken=1", "https://evil.example"],
    ["https://graph.microsoft.com.evil.example/v1.0", "https://graph.microsoft.com.evil.example"],
    ["https://evil.example/https://graph.microsoft.com/v1.0", "https://evil.example"],
    ["https://graph.microsoft.com@evil.example/v1.0", "https://<user>@evil.example"],
    ["https://graph.microsoft.com:x@evil.example/v1.0", "https://<user>@evil.example"],
    ["https://someone@graph.microsoft.com/v1.0", "https://<user>@graph.microsoft.com"],
    ["https://:pw@graph.microsoft.com/v1.0", "https://<user>@graph.microsoft.com"],
    ["http://graph.microsoft.com/v1.0", "http://graph.microsoft.com"],
    ["https://graph.microsoft.com:8443/v1.0", "https://graph.microsoft.com:8443"],
    ["https://graph.microsoft.us/v1.0", "https://graph.microsoft.us"],
    ["https://graph.microsoft.com./v1.0", "https://graph.microsoft.com."],
    ["ftp://graph.microsoft.com/v1.0", "ftp://graph.microsoft.com"],
    ["blob:https://graph.microsoft.com/v1.0", "blob://"],
    ["data:application/json,{}", "data://"],
    ["javascript:alert(1)", "javascript://"],
    ["//evil.example/v1.0", "no absolute URL"],
    ["/v1.0/next", "no absolute URL"],
    ["?$skiptoken=1", "no absolute URL"],
    ["https://", "no absolute URL"],
    ["", "no absolute URL"]
  ]
  for (const [nextLink, origin] of untrusted) {
    it.effect(`${JSON.stringify(nextLink)} is not followed`, () =>
      Effect.gen(function*() {
        const services = yield* connect([page(["a", "b"], nextLink)])
        const { end, ids } = yield* drain(list(services))
        deepStrictEqual(ids, ["a", "b"])
        assertError(
          Either.getOrThrow(Either.flip(end)),
          new GraphError.UntrustedLink({
            operation: "workflows.runs.list",
            origin,
            expected: "https://graph.microsoft.com"
          })
        )
        strictEqual(services.sent.length, 1)
        strictEqual(services.tokens.gets, 1)
      }))
  }

  it.effect("is held against the cloud's own root, plain http on loopback included", () =>
    Effect.gen(function*() {
      const cloud = Either.getOrThrow(
        NationalCloud.custom({ graphRoot: "http://127.0.0.1:4010", authority: "http://127.0.0.1:4010" })
      )
      const services = yield* connect([
        page(["a"], "http://127.0.0.1:4010/v1.0/next"),
        page(["b"], "http://127.0.0.1:4011/v1.0/next")
      ], { cloud })
      const { end, ids } = yield* drain(list(services))
      deepStrictEqual(ids, ["a", "b"])
      strictEqual(Either.getOrThrow(Either.flip(end))._tag, "UntrustedLink")
    }))

  it.effect("that leads back is a loop, whichever page it leads to", () =>
    Effect.gen(function*() {
      const first = `${runs}?$select=id`
      const rows: ReadonlyArray<readonly [links: ReadonlyArray<string>, pages: number]> = [
        [[first], 1],
        [[link(1), link(1)], 2],
        [[link(1), link(2), link(1)], 3],
        [[link(1), link(2), first], 3]
      ]
      for (const [links, pages] of rows) {
        const services = yield* connect(links.map((link, n) => page([String(n)], link)))
        const { end, ids } = yield* drain(list(services))
        deepStrictEqual(ids, links.map((_, n) => String(n)))
        assertError(
          Either.getOrThrow(Either.flip(end)),
          new GraphError.PagingLoop({ operation: "workflows.runs.list", pages })
        )
      }
    }))
})

describe("a failure in the middle of a list", () => {
  it.effect("leaves what was read emitted, once", () =>
    Effect.gen(function*() {
      const services = yield* connect([page(["a", "b"], link(1)), page(["c"], link(2)), refusal(404)])
      const { end, ids } = yield* drain(list(services))
      deepStrictEqual(ids, ["a", "b", "c"])
      strictEqual(Either.getOrThrow(Either.flip(end))._tag, "NotFound")
    }))

  it.effect("has been repeated by the rules before", () =>
    Effect.gen(function*() {
      const services = yield* connect([
        page(["a"], link(1)),
        refusal(500),
        empty(429, { "retry-after": "7" }),
        empty(401),
        page(["b"], link(2)),
        refusal(502),
        page(["c"])
      ])
      const fiber = yield* Effect.fork(withDraw(1)(drain(list(services))))
      yield* TestClock.adjust("8 seconds")
      const { end, ids } = yield* Fiber.join(fiber)
      assertTrue(Either.isRight(end))
      deepStrictEqual(ids, ["a", "b", "c"])
      deepStrictEqual(times(services.sent), [0, 0, 500, 7500, 7500, 7500, 8000])
      deepStrictEqual(services.sent.map(({ url }) => url).slice(1), [
        ...Array.from({ length: 4 }, () => link(1)),
        link(2),
        link(2)
      ])
    }))

  it.effect("obeys the policy provided to the stream", () =>
    Effect.gen(function*() {
      const services = yield* connect([page(["a"], link(1)), refusal(500)])
      const { end } = yield* drain(
        Stream.provideService(list(services), RetryPolicy.RetryPolicy, { ...RetryPolicy.defaultPolicy, maxRetries: 0 })
      )
      strictEqual(Either.getOrThrow(Either.flip(end))._tag, "ServiceUnavailable")
    }))

  it.effect("names the place in the page that does not decode", () =>
    Effect.gen(function*() {
      const services = yield* connect([page(["a"], link(1)), json({ value: [{ id: "b" }, { id: 3 }] })])
      const { end, ids } = yield* drain(list(services))
      deepStrictEqual(ids, ["a"])
      const error = Either.getOrThrow(Either.flip(end))
      assertTrue(error._tag === "Decode")
      deepStrictEqual([...error.path], ["value", 1, "id"])
    }))
})
