import type { Throttle } from "@effect-msgraph/client"
import { RedisThrottle } from "@effect-msgraph/client/redis"
import { assert, describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Duration, Effect, Fiber, Logger, Option } from "effect"
import { Redis } from "ioredis"
import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { createServer as createHttpServer } from "node:http"
import { createServer } from "node:net"
import type { AddressInfo, Server } from "node:net"
import { fileURLToPath } from "node:url"

const url = new URL(process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379")
const redis = {
  host: url.hostname,
  port: Number(url.port === "" ? 6379 : url.port),
  ...(url.password === "" ? {} : { password: decodeURIComponent(url.password) })
}

const answers = await (async () => {
  const client = new Redis({ ...redis, lazyConnect: true, retryStrategy: () => null, connectTimeout: 1000 })
  client.on("error", () => {})
  try {
    await client.connect()
    return await client.ping() === "PONG"
  } catch {
    return false
  } finally {
    client.disconnect()
  }
})()
if (!answers) {
  console.log(`no Redis at ${redis.host}:${redis.port} (REDIS_URL): the tests of the shared gate are skipped`)
}

/** A prefix of its own for each test, whose keys are removed after it. */
const withPrefix = <A, E>(f: (prefix: string, client: Redis) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => ({ prefix: `test:${randomUUID()}:`, client: new Redis(redis) })),
    ({ client, prefix }) => f(prefix, client),
    ({ client, prefix }) =>
      Effect.promise(async () => {
        const keys = await client.keys(`${prefix}*`)
        if (keys.length > 0) await client.del(...keys)
        client.disconnect()
      })
  )

/** Two gates as two processes would have them. */
const two = (prefix: string, options?: Throttle.Options) =>
  Effect.all([
    RedisThrottle.make({ ...options, redis, prefix }),
    RedisThrottle.make({ ...options, redis, prefix })
  ])

const pass = (gate: Throttle.Service, within: Duration.DurationInput = "1 minute", key = "a") =>
  gate.pass({ key, within }, (permit) => Effect.as(permit.accepted(), permit.waited))

const listen = (server: Server) =>
  Effect.acquireRelease(
    Effect.async<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () => Effect.promise(() => new Promise((done) => server.close(done)))
  )

/** Runs an effect, and gathers what it warns of. */
const warnings = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const lines: Array<unknown> = []
    return Effect.map(
      Effect.provide(
        effect,
        Logger.replace(Logger.defaultLogger, Logger.make(({ message }) => lines.push(message)))
      ),
      (value) => ({ value, lines })
    )
  })

describe.skipIf(!answers)("a gate in Redis", () => {
  it.scopedLive("is closed for the other process as well, as long as it was told", () =>
    withPrefix((prefix) =>
      Effect.scoped(Effect.gen(function*() {
        const [one, other] = yield* two(prefix)
        yield* one.close("a", "300 millis")
        const closed = yield* Effect.flip(pass(other, "100 millis"))
        assertTrue(Duration.between(closed.remaining, { minimum: "100 millis", maximum: "300 millis" }))
        const [waited] = yield* Effect.timed(pass(other))
        assertTrue(Duration.between(waited, { minimum: "150 millis", maximum: "10 seconds" }), Duration.format(waited))
        yield* one.close("a", "1 hour")
        yield* pass(other, "30 seconds", "b")
      }))
    ))

  it.scopedLive("is not opened earlier by a shorter wait", () =>
    withPrefix((prefix) =>
      Effect.scoped(Effect.gen(function*() {
        const [one, other] = yield* two(prefix)
        yield* one.close("a", "1 minute")
        yield* other.close("a", "10 millis")
        const closed = yield* Effect.flip(pass(other, "1 second"))
        assertTrue(Duration.greaterThan(closed.remaining, "50 seconds"))
      }))
    ))

  it.scopedLive("lets one of all processes go first after a closure", () =>
    withPrefix((prefix) =>
      Effect.scoped(Effect.gen(function*() {
        const [one, other] = yield* two(prefix)
        yield* one.close("a", "100 millis")
        let inside = 0
        let most = 0
        let first = true
        const call = (gate: Throttle.Service) =>
          gate.pass({ key: "a", within: "1 minute" }, (permit) =>
            Effect.gen(function*() {
              inside++
              if (first) most = Math.max(most, inside)
              yield* Effect.sleep("100 millis")
              if (first) most = Math.max(most, inside)
              first = false
              inside--
              yield* permit.accepted()
            }))
        yield* Effect.all([call(one), call(other), call(one), call(other)], { concurrency: "unbounded" })
        strictEqual(most, 1)
      }))
    ))

  it.scopedLive("lets another one go first when the first is interrupted", () =>
    withPrefix((prefix) =>
      Effect.scoped(Effect.gen(function*() {
        const [one, other] = yield* two(prefix)
        yield* one.close("a", "50 millis")
        yield* Effect.sleep("60 millis")
        const fiber = yield* Effect.fork(one.pass({ key: "a", within: "1 minute" }, () => Effect.never))
        yield* Effect.sleep("100 millis")
        const next = yield* Effect.fork(pass(other))
        yield* Effect.sleep("100 millis")
        assertTrue(Option.isNone(yield* Fiber.poll(next)))
        yield* Fiber.interrupt(fiber)
        const [time] = yield* Effect.timed(Fiber.join(next))
        assertTrue(Duration.lessThan(time, "2 seconds"))
      }))
    ))

  it.scopedLive("keeps a quota for all processes together", () =>
    withPrefix((prefix) =>
      Effect.scoped(Effect.gen(function*() {
        const [one, other] = yield* two(prefix, { quota: { limit: 5, window: "300 millis" } })
        const entered: Array<number> = []
        const call = (gate: Throttle.Service) =>
          gate.pass({ key: "a", within: "1 minute" }, (permit) =>
            Effect.zipRight(Effect.sync(() => entered.push(performance.now())), permit.accepted()))
        yield* Effect.all(
          Array.from({ length: 15 }, (_, i) =>
            call(i % 2 === 0 ? one : other)),
          {
            concurrency: "unbounded"
          }
        )
        strictEqual(entered.length, 15)
        // The sixth, and the eleventh, come a window after those that were first; a little for the clocks.
        assertTrue(entered[5]! - entered[0]! >= 270, String(entered))
        assertTrue(entered[10]! - entered[5]! >= 270, String(entered))
      }))
    ))

  it.scopedLive("counts weights in that quota, and lets one that is more than it go alone", () =>
    withPrefix((prefix) =>
      Effect.scoped(Effect.gen(function*() {
        const [one, other] = yield* two(prefix, { quota: { limit: 5, window: "400 millis" } })
        const weigh = (gate: Throttle.Service, weight: number) =>
          Effect.map(
            Effect.timed(gate.pass({ key: "a", within: "1 minute", weight }, (permit) => permit.accepted())),
            ([time]) => Duration.toMillis(time)
          )
        yield* weigh(one, 3)
        // The other two places, and no more; a little for the clocks.
        assertTrue((yield* weigh(other, 2)) < 300)
        assertTrue((yield* weigh(other, 1)) >= 300)
        assertTrue((yield* weigh(one, 20)) >= 300)
        assertTrue((yield* weigh(other, 1)) >= 300)
      }))
    ))

  it.scopedLive("lets the heavy calls of two processes in by turns, though light ones ask for each place", () =>
    withPrefix((prefix, client) =>
      Effect.scoped(Effect.gen(function*() {
        const quota = { limit: 5, window: "300 millis" } as const
        const [one, other] = yield* two(prefix, { quota })
        const light = yield* RedisThrottle.make({ quota, redis, prefix })
        yield* pass(light)
        // Places that become free one by one, as if those who took them had come evenly.
        yield* Effect.promise(async () => {
          const [starts] = await client.keys(`${prefix}*:starts`)
          const [seconds, micros] = await client.time()
          const now = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
          await client.multi().del(starts!).rpush(starts!, ...[240, 180, 120, 60, 0].map((ago) => now - ago))
            .pexpire(starts!, 300).exec()
        })
        const most = 40
        const entered: Array<string> = []
        let lights = 0
        const heavy = (gate: Throttle.Service, name: string) =>
          gate.pass(
            { key: "a", within: "1 minute", weight: 4 },
            (permit) => Effect.zipRight(Effect.sync(() => entered.push(name)), permit.accepted())
          )
        const lightly = Effect.suspend(() => Effect.zipRight(pass(light), Effect.sync(() => lights++)))
        yield* Effect.all([
          Effect.zipRight(heavy(one, "one"), heavy(one, "one")),
          Effect.zipRight(heavy(other, "other"), heavy(other, "other")),
          Effect.repeat(lightly, { while: () => entered.length < 4 && lights < most })
        ], { concurrency: "unbounded" })
        assertTrue(lights > 0 && lights < most, String(lights))
        deepStrictEqual(entered.slice(0, 2).sort(), ["one", "other"])
        deepStrictEqual(entered.slice(2).sort(), ["one", "other"])
        // Nothing is left to hold up others.
        deepStrictEqual(yield* Effect.promise(() => client.keys(`${prefix}*:heavy`)), [])
      }))
    ))

  it.scopedLive("lets as many light ones in before a heavy call that waits as the one before it weighed", () =>
    withPrefix((prefix, client) =>
      Effect.scoped(Effect.gen(function*() {
        const [one, other] = yield* two(prefix, { quota: { limit: 10, window: "3 seconds" } })
        yield* one.pass({ key: "a", within: "1 minute", weight: 2 }, () => Effect.void)
        const [before] = yield* Effect.timed(pass(other))
        assertTrue(Duration.lessThan(before, "500 millis"), Duration.format(before))
        // One of another process comes back in 1.5 s, after a heavy one that weighed 2.
        yield* Effect.promise(async () => {
          const [starts] = await client.keys(`${prefix}*:starts`)
          const [seconds, micros] = await client.time()
          const now = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
          const gate = starts!.slice(0, -":starts".length)
          await client.multi().zadd(`${gate}:heavy`, now, "elsewhere").zadd(`${gate}:returns`, now + 1500, "elsewhere")
            .set(`${gate}:light`, 2, "PX", 3000).exec()
        })
        const waits = yield* Effect.forEach([one, other, one], (gate) => Effect.timed(pass(gate)))
        deepStrictEqual(waits.map(([time]) => Duration.greaterThan(time, "1 second")), [false, false, true])
      }))
    ))

  it.scopedLive("does not hold the others up for a heavy call that is interrupted or cannot wait, nor long for one that crashed", () =>
    withPrefix((prefix, client) =>
      Effect.scoped(Effect.gen(function*() {
        const [one, other] = yield* two(prefix, { quota: { limit: 5, window: "2 seconds" } })
        const heavy = (within: Duration.DurationInput) => one.pass({ key: "a", within, weight: 5 }, () => Effect.void)
        yield* pass(one)
        const closed = yield* Effect.flip(heavy("1 second"))
        assertTrue(Duration.greaterThan(closed.remaining, "1 second"))
        const lines = Effect.promise(() => client.keys(`${prefix}*:heavy`))
        const fiber = yield* Effect.fork(heavy("1 minute"))
        yield* Effect.repeat(lines, { until: (keys) => keys.length > 0 })
        yield* Fiber.interrupt(fiber)
        deepStrictEqual(yield* lines, [])
        const [quick] = yield* Effect.timed(pass(other))
        assertTrue(Duration.lessThan(quick, "1 second"), Duration.format(quick))
        yield* Effect.promise(async () => {
          const [starts] = await client.keys(`${prefix}*:starts`)
          const [seconds] = await client.time()
          const gate = starts!.slice(0, -":starts".length)
          await client.multi().zadd(`${gate}:heavy`, 0, "crashed").zadd(
            `${gate}:returns`,
            Number(seconds) * 1000,
            "crashed"
          ).exec()
        })
        const [time] = yield* Effect.timed(pass(other))
        assertTrue(Duration.lessThan(time, "1 second"), Duration.format(time))
      }))
    ))

  it.scopedLive("stays closed when the first call after a closure is taken in part, and opens when it has ended", () =>
    withPrefix((prefix) =>
      Effect.scoped(Effect.gen(function*() {
        const [one, other] = yield* two(prefix)
        yield* one.close("a", "50 millis")
        yield* one.pass({ key: "a", within: "1 minute", weight: 20 }, (permit) =>
          Effect.gen(function*() {
            yield* permit.accepted()
            yield* Effect.flip(pass(other, "100 millis"))
            yield* permit.rejected("300 millis", 10)
          }))
        const [waited] = yield* Effect.timed(pass(other))
        assertTrue(Duration.greaterThan(waited, "150 millis"), Duration.format(waited))
        // That one was taken in whole.
        yield* pass(one, "1 second")
      }))
    ))

  it.scopedLive("names no tenant and no application in its keys, which expire", () =>
    withPrefix((prefix, client) =>
      Effect.scoped(Effect.gen(function*() {
        const gate = yield* RedisThrottle.make({ redis, prefix, quota: { limit: 5, window: "1 minute" } })
        yield* pass(gate, "1 minute", "https://graph.microsoft.com contoso app identityGovernance")
        yield* gate.close("https://graph.microsoft.com contoso app identityGovernance", "1 second")
        const keys = yield* Effect.promise(() => client.keys(`${prefix}*`))
        strictEqual(keys.length, 2)
        for (const key of keys) {
          assert.match(key.slice(prefix.length), /^\{[0-9a-f]{64}\}(:starts)?$/)
          assertTrue((yield* Effect.promise(() => client.pttl(key))) > 0)
        }
      }))
    ))

  it.scopedLive(
    "rejects one call at most for each closure, of two processes with 20 calls each",
    () =>
      withPrefix((prefix) =>
        Effect.scoped(Effect.gen(function*() {
          let start: number | undefined
          const rejected: Array<number> = []
          let taken = 0
          const server = createHttpServer((_, response) => {
            start ??= performance.now()
            const at = performance.now() - start
            if (at < 1500) {
              rejected.push(at)
              response.writeHead(429, { "retry-after": "1" }).end()
            } else {
              taken++
              response.writeHead(200).end()
            }
          })
          const port = yield* listen(server)
          const run = Effect.promise(() =>
            new Promise<number | null>((done, failed) => {
              const child = spawn(process.execPath, [
                ...["--import", "tsx", fileURLToPath(new URL("processes/throttled.ts", import.meta.url))],
                ...[`http://127.0.0.1:${port}/`, `redis://${redis.host}:${redis.port}`, prefix, "20"]
              ], { stdio: ["ignore", "inherit", "inherit"] })
              child.on("error", failed)
              child.on("exit", done)
            })
          )
          deepStrictEqual(yield* Effect.all([run, run], { concurrency: 2 }), [0, 0])
          strictEqual(taken, 40)
          // The first burst is what both send before the first answer; the gate opens after one second, once before the server does.
          const later = rejected.filter((at) => at > 900)
          assertTrue(rejected.length - later.length <= 20, String(rejected))
          assertTrue(later.length <= 1, String(rejected))
        }))
      ),
    30_000
  )
})

describe("without Redis", () => {
  it.scopedLive("the gate is that of this process, with one warning", () =>
    Effect.gen(function*() {
      const { lines, value } = yield* warnings(Effect.gen(function*() {
        const gate = yield* RedisThrottle.make({ redis: { host: "127.0.0.1", port: 1 }, retryAfter: 0 })
        for (let i = 0; i < 5; i++) yield* pass(gate)
        yield* gate.close("a", "1 hour")
        return yield* Effect.flip(pass(gate))
      }))
      assertTrue(Duration.greaterThan(value.remaining, "59 minutes"))
      deepStrictEqual(lines.map(String), [
        "Redis does not answer: the throttle gate is that of this process alone for now"
      ])
    }))

  it.scopedLive("nobody waits for a Redis that says nothing", () =>
    Effect.gen(function*() {
      const sockets = new Set<{ destroy: () => void }>()
      const port = yield* listen(createServer((socket) => sockets.add(socket)))
      yield* Effect.addFinalizer(() => Effect.sync(() => sockets.forEach((socket) => socket.destroy())))
      const [time] = yield* Effect.timed(warnings(Effect.gen(function*() {
        const gate = yield* RedisThrottle.make({ redis: { host: "127.0.0.1", port }, timeout: "100 millis" })
        yield* Effect.all(Array.from({ length: 20 }, () => pass(gate)), { concurrency: "unbounded" })
      })))
      assertTrue(Duration.lessThan(time, "2 seconds"), Duration.format(time))
    }))

  it.scopedLive("nor for one that stopped, when it is asked again now and then", () =>
    Effect.gen(function*() {
      const sockets = new Set<{ destroy: () => void }>()
      const port = yield* listen(createServer((socket) => sockets.add(socket)))
      yield* Effect.addFinalizer(() => Effect.sync(() => sockets.forEach((socket) => socket.destroy())))
      const waits = yield* Effect.map(
        warnings(Effect.gen(function*() {
          const gate = yield* RedisThrottle.make({
            redis: { host: "127.0.0.1", port },
            timeout: "200 millis",
            retryAfter: "100 millis"
          })
          yield* Effect.sleep("150 millis")
          return yield* Effect.forEach(
            Array.from({ length: 10 }),
            () => Effect.map(Effect.timed(pass(gate)), ([time]) => Duration.toMillis(time)),
            { concurrency: "unbounded" }
          )
        })),
        ({ value }) => value.sort((a, b) => a - b)
      )
      assertTrue(waits[8]! < 150, String(waits))
    }))
})
