import { GraphError } from "@effect-msgraph/client"
import * as Cursor from "@effect-msgraph/client/Cursor"
import { Ids, LifecycleWorkflowsApi, NationalCloud } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertFalse, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Chunk, Effect, Either, Encoding, Exit, Fiber, Option, Ref, Schema, Stream, TestClock } from "effect"
import { assertError, connect, hangs, json, runs, workflowId } from "./utils.js"

const link = (n: number) => `${runs}?$select=id&$skiptoken=${n}`

const page = (ids: ReadonlyArray<string>, nextLink?: string, headers: Record<string, string> = {}): Response =>
  json(
    { value: ids.map((id) => ({ id })), ...(nextLink === undefined ? {} : { "@odata.nextLink": nextLink }) },
    headers
  )

/** A list of so many pages, one record each; the answer tells from the address which page it is. */
const pagesOf = (count: number) => ({ url }: { readonly url: string }) => {
  const n = Number(/skiptoken=(\d+)/.exec(url)?.[1] ?? 0)
  return page([String(n)], n + 1 < count ? link(n + 1) : undefined)
}

const query = { select: ["id"] } as const

const ids = <E>(stream: Stream.Stream<{ readonly id: string }, E>) =>
  Effect.map(Stream.runCollect(stream), (all) => Chunk.toReadonlyArray(all).map(({ id }) => id))

describe("reading ahead", () => {
  it.effect("is one page, however slow the consumer", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect(pagesOf(100))
      const taken = yield* Ref.make(0)
      const fiber = yield* Effect.fork(
        Stream.runForEach(lcw.workflows.runs.list({ workflowId }, query), () =>
          Effect.zipRight(Ref.update(taken, (n) => n + 1), Effect.sleep("1 minute")))
      )
      yield* TestClock.adjust("59 seconds")
      // The first page is read alone: many want no more.
      deepStrictEqual([yield* Ref.get(taken), sent.length], [1, 1])
      for (let minute = 2; minute < 10; minute++) {
        yield* TestClock.adjust("1 minute")
        deepStrictEqual([yield* Ref.get(taken), sent.length], [minute, minute + 1])
      }
      yield* Fiber.interrupt(fiber)
    }))

  it.effect("goes on while a page is consumed: from the second page on, only the longer of the two counts", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect((sent) => () => Effect.delay(Effect.sync(() => pagesOf(5)(sent)), "10 seconds"))
      const fiber = yield* Effect.fork(
        Stream.runForEach(lcw.workflows.runs.list({ workflowId }, query), () => Effect.sleep("10 seconds"))
      )
      // 10 + 10 for the first, 10 for the second to come, 4 × 10 from then on; one after the other it would be 100.
      yield* TestClock.adjust(69_999)
      assertTrue(Option.isNone(yield* Fiber.poll(fiber)))
      yield* TestClock.adjust(1)
      assertTrue(Exit.isSuccess(yield* Fiber.await(fiber)))
    }))

  it.effect("of a page that fails is told when that page is asked for, not before", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect((sent) => sent.url.endsWith("=2") ? json({}, {}, 404) : pagesOf(9)(sent))
      const seen: Array<string> = []
      const fiber = yield* Effect.fork(Effect.either(
        Stream.runForEach(lcw.workflows.runs.list({ workflowId }, query), ({ id }) =>
          Effect.zipRight(Effect.sync(() => seen.push(id)), Effect.sleep("1 minute")))
      ))
      yield* TestClock.adjust(119_999)
      deepStrictEqual([seen, sent.length], [["0", "1"], 3])
      assertTrue(Option.isNone(yield* Fiber.poll(fiber)))
      yield* TestClock.adjust(1)
      assertTrue(Either.isLeft(yield* Fiber.join(fiber)))
    }))

  it.effect("is aborted when who reads has had enough, and when who reads is interrupted", () =>
    Effect.gen(function*() {
      for (const ended of [true, false]) {
        const { lcw, sent } = yield* connect((sent) => sent.url.endsWith("=2") ? hangs : pagesOf(9)(sent))
        const list = lcw.workflows.runs.list({ workflowId }, query).pipe(
          Stream.mapEffect((one) => Effect.as(Effect.sleep("1 second"), one))
        )
        const fiber = yield* Effect.fork(Stream.runDrain(ended ? Stream.take(list, 2) : list))
        yield* TestClock.adjust("1500 millis")
        deepStrictEqual([sent.length, sent[2]!.signal.aborted], [3, false])
        if (ended) {
          yield* TestClock.adjust("1 second")
          assertTrue(Exit.isSuccess(yield* Fiber.await(fiber)))
        } else yield* Fiber.interrupt(fiber)
        strictEqual(sent[2]!.signal.aborted, true)
      }
    }))

  // Nothing is waited for, so the clock may be the real one; the test clock keeps every timer that was ever set.
  it.live("keeps no memory of thousands of pages, and still sees a loop of any length", () =>
    Effect.gen(function*() {
      const period = 3000
      const { lcw, sent } = yield* connect(({ url }) => {
        const n = Number(/skiptoken=(\d+)/.exec(url)?.[1] ?? 0)
        return page([], link(n < 10 + period ? n + 1 : 11))
      })
      const error = yield* Effect.flip(Stream.runDrain(lcw.workflows.runs.list({ workflowId }, query)))
      assertTrue(error._tag === "PagingLoop")
      // Whole before the loop is seen, and found within three times as many pages.
      assertTrue(sent.length > period && sent.length < 3 * period, String(sent.length))
    }), 60_000)
})

describe("a cursor", () => {
  const stored = Schema.parseJson(Schema.Struct({ at: Cursor.Cursor }))

  it.effect("goes through storage, and another process goes on with it", () =>
    Effect.gen(function*() {
      const one = yield* connect(pagesOf(6))
      const first = yield* one.lcw.workflows.runs.listPage({ workflowId }, query)
      const second = yield* one.lcw.workflows.runs.listPage({ workflowId }, query, first.cursor)
      deepStrictEqual(second.value.map(({ id }) => id), ["1"])
      const text = Schema.encodeSync(stored)({ at: second.cursor! })

      const other = yield* connect(pagesOf(6))
      const { at } = Schema.decodeSync(stored)(text)
      deepStrictEqual(yield* ids(other.lcw.workflows.runs.list({ workflowId }, query, at)), ["2", "3", "4", "5"])
      deepStrictEqual(other.sent.map(({ url }) => url), [link(2), link(3), link(4), link(5)])
    }))

  it.effect("comes with each page, so that work can be taken up after the last page that was done", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect(pagesOf(7))
      const done: Array<string> = []
      let checkpoint: Cursor.Cursor | undefined
      const work = (pages: number) =>
        lcw.workflows.runs.listPages({ workflowId }, query, checkpoint).pipe(
          Stream.take(pages),
          Stream.runForEach(({ cursor, value }) =>
            Effect.sync(() => {
              done.push(...value.map(({ id }) => id))
              checkpoint = cursor
            })
          )
        )
      yield* work(3)
      yield* work(2)
      yield* work(9)
      deepStrictEqual(done, ["0", "1", "2", "3", "4", "5", "6"])
      strictEqual(checkpoint, undefined)
    }))

  it.effect("is refused elsewhere, before anything is sent", () =>
    Effect.gen(function*() {
      const services = yield* connect(pagesOf(6))
      const { cursor } = yield* services.lcw.workflows.runs.listPage({ workflowId }, query)
      const usGov = yield* connect([], { cloud: NationalCloud.usGov })
      const other = Ids.WorkflowId.make("another")
      const make = Cursor.Cursor.make
      const whole = cursor!
      const swapped = (change: (content: Array<unknown>) => void) => {
        const content = JSON.parse(Either.getOrThrow(Encoding.decodeBase64UrlString(whole.slice(2)))) as Array<unknown>
        change(content)
        return make(`1.${Encoding.encodeBase64Url(JSON.stringify(content))}`)
      }
      const rows: ReadonlyArray<
        readonly [GraphError.InvalidCursor["reason"], typeof services.lcw, typeof workflowId, {}, Cursor.Cursor]
      > = [
        ["request", services.lcw, workflowId, {}, whole],
        ["request", services.lcw, workflowId, { select: ["id", "processingStatus"] }, whole],
        ["request", services.lcw, other, query, whole],
        ["cloud", usGov.lcw, workflowId, query, whole],
        ["version", services.lcw, workflowId, query, make(`2${whole.slice(1)}`)],
        ["malformed", services.lcw, workflowId, query, make(whole.slice(0, -7))],
        ["malformed", services.lcw, workflowId, query, make("1.bm9uc2Vuc2U")],
        ["malformed", services.lcw, workflowId, query, link(1) as Cursor.Cursor],
        ["malformed", services.lcw, workflowId, query, swapped((content) => content.pop())],
        ["malformed", services.lcw, workflowId, query, swapped((content) => content[3] = -1)]
      ]
      for (const [reason, lcw, workflowId, query, cursor] of rows) {
        const expected = new GraphError.InvalidCursor({ operation: "workflows.runs.list", reason })
        assertError(yield* Effect.flip(lcw.workflows.runs.listPage({ workflowId }, query, cursor)), expected)
        assertError(
          yield* Effect.flip(Stream.runDrain(lcw.workflows.runs.list({ workflowId }, query, cursor))),
          expected
        )
        assertFalse(expected.message.includes(cursor))
      }
      const results = services.graph.page(LifecycleWorkflowsApi.listTasks, { workflowId }, {}, whole)
      assertError(
        yield* Effect.flip(results),
        new GraphError.InvalidCursor({ operation: "workflows.tasks.list", reason: "operation" })
      )
      strictEqual(services.sent.length, 1)
      // Somebody who writes one gets no token sent elsewhere.
      const evil = swapped((content) => content[5] = "https://evil.example/")
      const error = yield* Effect.flip(services.lcw.workflows.runs.listPage({ workflowId }, query, evil))
      strictEqual(error._tag, "UntrustedLink")
      strictEqual(services.sent.length, 1)
    }))

  it("is text of one kind", () => {
    assertTrue(Either.isRight(Schema.decodeEither(Cursor.Cursor)("1.abc_-9")))
    for (const text of ["", "abc", "1.", ".abc", "1.a b", "https://graph.microsoft.com/v1.0/x", "1.a\n"]) {
      assertTrue(Either.isLeft(Schema.decodeEither(Cursor.Cursor)(text)), text)
    }
  })

  it.effect("has no token in it", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect(pagesOf(3), { name: () => "secret-token" })
      const { cursor } = yield* lcw.workflows.runs.listPage({ workflowId }, query)
      assertFalse(Either.getOrThrow(Encoding.decodeBase64UrlString(cursor!.slice(2))).includes("secret"))
    }))

  it.effect("remembers enough to see a loop, one page at a time and across processes", () =>
    Effect.gen(function*() {
      const loop = ({ url }: { readonly url: string }) => {
        const n = Number(/skiptoken=(\d+)/.exec(url)?.[1] ?? 0)
        return page([], link(n < 7 ? n + 1 : 3))
      }
      let cursor: Cursor.Cursor | undefined
      let pages = 0
      while (true) {
        const { lcw } = yield* connect(loop)
        const read = yield* Effect.either(lcw.workflows.runs.listPage({ workflowId }, query, cursor))
        if (Either.isLeft(read)) {
          strictEqual(read.left._tag, "PagingLoop")
          break
        }
        cursor = read.right.cursor
        assertTrue(++pages < 30, "the loop is not seen")
      }
    }))
})

describe("a page", () => {
  it.effect("says when the service answered, by its own clock", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect([
        page([], undefined, { date: "Mon, 23 Nov 2026 10:00:07 GMT" }),
        page([], undefined, { date: "soon" })
      ])
      const dated = yield* lcw.workflows.runs.listPage({ workflowId })
      strictEqual(dated.date?.epochMillis, Date.UTC(2026, 10, 23, 10, 0, 7))
      strictEqual((yield* lcw.workflows.runs.listPage({ workflowId })).date, undefined)
    }))
})
