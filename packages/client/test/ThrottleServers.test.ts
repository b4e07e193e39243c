import { Throttle } from "@effect-msgraph/client"
import { describe, it } from "@effect/vitest"
import { assertTrue } from "@effect/vitest/utils"
import { Clock, Duration, Effect, Random } from "effect"
import { fixedWindow, inVirtualTime, retryAfter, slidingWindow, tokenBucket } from "./servers.js"
import type { Server } from "./servers.js"
import { connect, ok, refusal, runId, workflowId } from "./utils.js"

/** Sends `total` requests as fast as the gate lets them, each again until it is taken. */
const work = (server: Server, total: number, options: {
  readonly concurrency: number | "unbounded"
  readonly latency: number
  readonly usage?: boolean
}) =>
  Effect.gen(function*() {
    const gate = yield* Throttle.make()
    let sent = 0
    let rejected = 0
    const call: Effect.Effect<void, Throttle.Closed> = gate.pass({ key: "a", within: Duration.infinity }, (permit) =>
      Effect.gen(function*() {
        sent++
        const oneWay = Math.round((options.latency / 2) * (0.7 + 0.6 * (yield* Random.next)))
        yield* Effect.sleep(oneWay)
        const wait = server.take(yield* Clock.currentTimeMillis)
        const usage = options.usage === true ? server.usage() : 0
        yield* Effect.sleep(oneWay)
        if (wait === undefined) {
          return yield* Effect.as(permit.accepted(usage), true)
        }
        rejected++
        yield* permit.rejected(Duration.seconds(retryAfter(wait)))
        return false
      })).pipe(Effect.flatMap((taken) =>
        taken ? Effect.void : call
      ))
    yield* Effect.all(Array.from({ length: total }, () => call), { concurrency: options.concurrency, discard: true })
    const time = yield* Clock.currentTimeMillis
    return { ratio: time / server.capacity(total), rejected: rejected / sent }
  })

const rows: ReadonlyArray<readonly [limit: number, window: number, total: number]> = [
  [20, 1000, 2000],
  [100, 10_000, 5000],
  [1000, 60_000, 20_000]
]

const servers = {
  "a token bucket": tokenBucket,
  "a fixed window": fixedWindow,
  "a fixed window that began earlier": (limit: number, window: number) => fixedWindow(limit, window, window * 0.7),
  "a sliding window": slidingWindow
}

describe.sequential("a server that throttles is kept busy, and hardly ever refuses", () => {
  for (const [limit, window, total] of rows) {
    for (const [name, make] of Object.entries(servers)) {
      for (const concurrency of total > 10_000 ? ["unbounded" as const] : [8, "unbounded" as const]) {
        it(`${name} of ${limit} in ${window / 1000} s, ${concurrency} callers`, async () => {
          const plain = await inVirtualTime(work(make(limit, window), total, { concurrency, latency: 50 }))
          assertTrue(plain.ratio <= 1.1, `${plain.ratio} of the time that the server needs`)
          assertTrue(plain.rejected < 0.02, `${plain.rejected} rejected`)
        })
      }
    }
  }

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

describe("a gate without need", () => {
  it("costs microseconds", async () => {
    const gate = await Effect.runPromise(Throttle.make())
    const once = gate.pass({ key: "a", within: 1000 }, (permit) => permit.accepted())
    const many = (n: number) => Effect.runPromise(Effect.repeatN(once, n - 1))
    await many(20_000)
    const start = process.hrtime.bigint()
    await many(50_000)
    const micros = Number(process.hrtime.bigint() - start) / 1000 / 50_000
    // Generous, since the machine may be busy.
    assertTrue(micros < 50, `${micros} µs`)
  })
})
