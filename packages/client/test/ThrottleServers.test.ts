import { Throttle } from "@effect-msgraph/client"
import { describe, it } from "@effect/vitest"
import { assertTrue, strictEqual } from "@effect/vitest/utils"
import { Clock, Duration, Effect, Random } from "effect"
import { changing, fixedWindow, inVirtualTime, retryAfter, slidingWindow, tokenBucket } from "./servers.js"
import type { Server } from "./servers.js"
import { connect, ok, refusal, runId, workflowId } from "./utils.js"

/** Sends `total` requests as fast as the gate lets them, `weight` at once, each again until it is taken. */
const work = (server: Server, total: number, options: {
  readonly concurrency: number | "unbounded"
  readonly latency: number
  readonly usage?: boolean
  readonly weight?: number
}) =>
  Effect.gen(function*() {
    const gate = yield* Throttle.make()
    let sent = 0
    let rejected = 0
    const call = (weight: number): Effect.Effect<void, Throttle.Closed> =>
      gate.pass({ key: "a", within: Duration.infinity, weight }, (permit) =>
        Effect.gen(function*() {
          sent += weight
          const oneWay = Math.round((options.latency / 2) * (0.7 + 0.6 * (yield* Random.next)))
          yield* Effect.sleep(oneWay)
          const now = yield* Clock.currentTimeMillis
          const waits = Array.from({ length: weight }, () => server.take(now)).filter((wait) => wait !== undefined)
          const usage = options.usage === true ? server.usage() : 0
          yield* Effect.sleep(oneWay)
          if (waits.length === 0) {
            return yield* Effect.as(permit.accepted(usage), 0)
          }
          rejected += waits.length
          yield* permit.rejected(Duration.seconds(retryAfter(Math.max(...waits))), weight - waits.length)
          return waits.length
        })).pipe(Effect.flatMap((left) => left === 0 ? Effect.void : call(left)))
    const weight = options.weight ?? 1
    yield* Effect.all(Array.from({ length: total / weight }, () => call(weight)), {
      concurrency: options.concurrency,
      discard: true
    })
    const time = yield* Clock.currentTimeMillis
    return { ratio: time / server.capacity(total), rejected: rejected / sent }
  })

interface Row {
  readonly limit: number
  readonly window: number
  readonly total: number
  readonly latency: number
  readonly callers: ReadonlyArray<number | "unbounded">
}

const rows: ReadonlyArray<Row> = [
  { limit: 20, window: 1000, total: 2000, latency: 50, callers: [8, "unbounded"] },
  { limit: 50, window: 1000, total: 1000, latency: 20, callers: [32] },
  { limit: 100, window: 10_000, total: 5000, latency: 50, callers: [8, "unbounded"] },
  { limit: 500, window: 10_000, total: 3000, latency: 20, callers: [32] },
  { limit: 1000, window: 60_000, total: 20_000, latency: 50, callers: ["unbounded"] }
]

const servers = {
  "a token bucket": tokenBucket,
  "a fixed window": fixedWindow,
  "a fixed window that began earlier": (limit: number, window: number) => fixedWindow(limit, window, window * 0.7),
  "a sliding window": slidingWindow
}

describe.sequential("a server that throttles is kept busy, and hardly ever refuses", () => {
  for (const { callers, latency, limit, total, window } of rows) {
    for (const [name, make] of Object.entries(servers)) {
      for (const concurrency of callers) {
        it(`${name} of ${limit} in ${window / 1000} s, ${total} by ${concurrency} callers`, async () => {
          const { ratio, rejected } = await inVirtualTime(work(make(limit, window), total, { concurrency, latency }))
          assertTrue(ratio <= 1.1, `${ratio} of the time that the server needs`)
          assertTrue(rejected < 0.02, `${rejected} rejected`)
        })
      }
    }
  }

  for (const [name, make] of Object.entries({ bucket: tokenBucket, fixed: fixedWindow, sliding: slidingWindow })) {
    for (const [change, factor] of [["half", 0.5], ["twice", 2]] as const) {
      it(`a limit (${name}) that is ${change} of what it was after ten windows`, async () => {
        const [limit, window, at] = [500, 10_000, 100_000]
        const before = make(limit, window)
        const server = changing(before, make(limit * factor, window), at, 10 * limit)
        const options = { concurrency: 32, latency: 20 } as const
        const { ratio, rejected } = await inVirtualTime(work(server, limit * (10 + 20 * factor), options))
        assertTrue(ratio <= 1.1, `${ratio} of the time that the server needs`)
        assertTrue(rejected < 0.02, `${rejected} rejected`)
      })
    }
  }

  it("in batches, of which it may take a part", async () => {
    const options = { concurrency: 4, latency: 50, weight: 20 } as const
    for (const make of [tokenBucket, fixedWindow, slidingWindow]) {
      const { ratio, rejected } = await inVirtualTime(work(make(500, 10_000), 5000, options))
      assertTrue(ratio <= 1.1, `${ratio} of the time that the server needs`)
      // What is under way when the first window is used up is rejected in whole batches.
      assertTrue(rejected < 0.05, `${rejected} rejected`)
    }
  })

  for (const [name, make] of Object.entries({ bucket: tokenBucket, fixed: fixedWindow, sliding: slidingWindow })) {
    it(`one (${name}) that takes long to answer`, async () => {
      for (const [latency, most] of [[400, 1.15], [1000, 1.4]] as const) {
        const single = { concurrency: "unbounded", latency } as const
        const { ratio } = await inVirtualTime(work(make(300, 10_000), 6000, single))
        assertTrue(ratio <= most, `${ratio} of the time that the server needs, for answers in ${latency} ms`)
        const batches = await inVirtualTime(work(make(500, 10_000), 10_000, { concurrency: 16, latency, weight: 20 }))
        assertTrue(batches.ratio <= 1.2, `${batches.ratio} of the time, in batches, for answers in ${latency} ms`)
      }
    })
  }

  it("one that was closed for minutes once, and never again", async () => {
    const waits = await inVirtualTime(Effect.gen(function*() {
      const gate = yield* Throttle.make()
      const waits: Array<number> = []
      let sent = 0
      const call = gate.pass({ key: "a", within: Duration.infinity }, (permit) => {
        waits.push(Duration.toMillis(permit.waited))
        return ++sent === 200 ? permit.rejected("2 minutes") : Effect.delay(permit.accepted(), 100)
      })
      for (let second = 0; second < 600; second++) {
        yield* Effect.forkAll(Array.from({ length: 10 }, () => call))
        yield* Effect.sleep("1 second")
      }
      return waits
    }))
    strictEqual(waits.length > 5000, true)
    assertTrue(waits.slice(-3000).every((wait) => wait < 1000), `${Math.max(...waits.slice(-3000))} ms`)
  })

  it("is refused less often by one that says how much is used", async () => {
    const options = { concurrency: "unbounded", latency: 50 } as const
    const silent = await inVirtualTime(work(tokenBucket(100, 10_000), 2000, options))
    const telling = await inVirtualTime(work(tokenBucket(100, 10_000), 2000, { ...options, usage: true }))
    assertTrue(telling.rejected < silent.rejected, `${telling.rejected} and ${silent.rejected}`)
    assertTrue(telling.ratio <= 1.1)
  })
})

describe("the whole client", () => {
  it("finishes in time, and no call fails", async () => {
    const server = tokenBucket(100, 10_000)
    const total = 2000
    const { ratio, rejected } = await inVirtualTime(Effect.gen(function*() {
      const { lcw, sent } = yield* connect(() => () =>
        Effect.gen(function*() {
          yield* Effect.sleep(25)
          const wait = server.take(yield* Clock.currentTimeMillis)
          yield* Effect.sleep(25)
          return wait === undefined
            ? ok()
            : refusal(429, "TooManyRequests", { "retry-after": String(retryAfter(wait)) })
        })
      )
      yield* Effect.all(
        Array.from({ length: total }, () => lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] })),
        { concurrency: "unbounded", discard: true }
      )
      const time = yield* Clock.currentTimeMillis
      return { ratio: time / server.capacity(total), rejected: (sent.length - total) / sent.length }
    }))
    assertTrue(ratio <= 1.1, `${ratio} of the time that the server needs`)
    assertTrue(rejected < 0.02, `${rejected} rejected`)
  })
})
