/**
 * A throttle gate that many processes share through Redis, for those that use one app registration. Needs `ioredis`.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import { Redis } from "ioredis"
import type { RedisOptions } from "ioredis"
import { monotonicMillis } from "../internal/clock.js"
import * as Throttle from "../Throttle.js"

/**
 * - `redis`: how `ioredis` connects; 127.0.0.1:6379 if not given
 * - `prefix`: of all keys: `effect-msgraph:throttle:`. What follows is a hash, so that no tenant or application is readable there
 * - `timeout`: how long Redis may take to answer: 1 second. After that, and for `retryAfter` (5 seconds), the gate is that of this
 *   process alone
 * - the rest as for `Throttle.layer`. `quota` is shared by all processes; concurrency is each one's own
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options extends Throttle.Options {
  readonly redis?: RedisOptions | undefined
  readonly prefix?: string | undefined
  readonly timeout?: Duration.DurationInput | undefined
  readonly retryAfter?: Duration.DurationInput | undefined
}

/** Milliseconds of Redis's clock, which all processes share. */
const head = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local gate = KEYS[1]
local closed = tonumber(redis.call("HGET", gate, "closed") or "0")
`

/**
 * Leave to send one request: 0, or 1 for the first one after a closure; else how many milliseconds to wait, negative. After a closure
 * one of all processes goes first. A quota is kept as a list of the times at which requests were let in; a heavy one is in it as
 * often as it counts, and one that is heavier than the limit goes alone.
 *
 * A heavy one that has to wait for the quota stands in a line, in which the first goes before all others, light ones as well: else
 * these would take each place as soon as it is free. With each is kept when it asks again; who does not has left the line. After each
 * of the line, as many light ones as it counted may go before the next, so that neither kind starves.
 */
const enterScript = `${head}
if now < closed then return now - closed end
local probing = tonumber(redis.call("HGET", gate, "probing") or "0")
if now < probing then return -math.min(probing - now, 20) end
local limit = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
if limit > 0 then
  local log = KEYS[2]
  local first = tonumber(redis.call("LINDEX", log, 0) or "-1")
  while first >= 0 and first + window <= now do
    redis.call("LPOP", log)
    first = tonumber(redis.call("LINDEX", log, 0) or "-1")
  end
  local weight = math.min(tonumber(ARGV[4]), limit)
  local id = ARGV[5]
  local grace = tonumber(ARGV[6])
  local line = KEYS[3]
  local returns = KEYS[4]
  local light = KEYS[5]
  for _, gone in ipairs(redis.call("ZRANGEBYSCORE", returns, "-inf", now - grace)) do
    redis.call("ZREM", line, gone)
    redis.call("ZREM", returns, gone)
  end
  local front = redis.call("ZRANGE", line, 0, 0)[1]
  local wait = 0
  local overtakes = front and weight == 1 and tonumber(redis.call("GET", light) or "0") > 0
  if front and front ~= id and not overtakes then
    local at = tonumber(redis.call("ZSCORE", returns, front) or now)
    wait = at > now and at - now or math.min(at + grace - now, 20)
  else
    local excess = redis.call("LLEN", log) + weight - limit
    if excess > 0 then wait = tonumber(redis.call("LINDEX", log, excess - 1)) + window - now end
  end
  if wait > 0 then
    if weight > 1 then
      redis.call("ZADD", line, "NX", now, id)
      redis.call("ZADD", returns, now + wait, id)
      redis.call("PEXPIRE", line, window + grace)
      redis.call("PEXPIRE", returns, window + grace)
    end
    return -wait
  end
  if overtakes then redis.call("DECR", light) end
  if front and front == id then
    redis.call("ZREM", line, id)
    redis.call("ZREM", returns, id)
    redis.call("SET", light, weight, "PX", window)
  end
  for _ = 1, weight do redis.call("RPUSH", log, now) end
  redis.call("PEXPIRE", log, window)
end
if closed > 0 then
  redis.call("HSET", gate, "probing", now + tonumber(ARGV[3]))
  return 1
end
return 0
`

/** A heavy one no longer waits. */
const leaveScript = `
redis.call("ZREM", KEYS[1], ARGV[1])
redis.call("ZREM", KEYS[2], ARGV[1])
return 0
`

/** The first request after a closure has ended: `1` opens the gate for all, `0` lets another one try. */
const probedScript = `${head}
if now < closed then return 0 end
if ARGV[1] == "1" then redis.call("DEL", gate) else redis.call("HDEL", gate, "probing") end
return 0
`

/** Closes the gate for all, for at least that long. */
const closeScript = `${head}
local till = now + tonumber(ARGV[1])
if till > closed then
  redis.call("HSET", gate, "closed", till)
  closed = till
end
redis.call("HDEL", gate, "probing")
redis.call("PEXPIRE", gate, closed - now + 600000)
return 0
`

interface Scripts {
  readonly msgraphEnter: (
    gate: string,
    log: string,
    line: string,
    returns: string,
    light: string,
    limit: number,
    window: number,
    patience: number,
    weight: number,
    id: string,
    grace: number
  ) => Promise<number>
  readonly msgraphLeave: (line: string, returns: string, id: string) => Promise<number>
  readonly msgraphProbed: (gate: string, taken: 0 | 1) => Promise<number>
  readonly msgraphClose: (gate: string, millis: number) => Promise<number>
}

/** After this long without an answer, another request may go first. */
const patience = 5000

/** A heavy request that asks later than this has lost its place in the line. */
const grace = 500

const longest = Number.MAX_SAFE_INTEGER / 4

const connect = (options: Options) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const redis = new Redis({
        maxRetriesPerRequest: 0,
        connectTimeout: 1000,
        ...options.redis,
        enableOfflineQueue: false,
        lazyConnect: true
      })
      // Without a listener it prints them; each command tells as well.
      redis.on("error", () => {})
      redis.defineCommand("msgraphEnter", { numberOfKeys: 5, lua: enterScript })
      redis.defineCommand("msgraphLeave", { numberOfKeys: 2, lua: leaveScript })
      redis.defineCommand("msgraphProbed", { numberOfKeys: 1, lua: probedScript })
      redis.defineCommand("msgraphClose", { numberOfKeys: 1, lua: closeScript })
      return redis as Redis & Scripts
    }),
    (redis) => Effect.sync(() => redis.disconnect())
  )

/**
 * Makes the gate.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = Effect.fnUntraced(function*(
  options: Options = {}
): Effect.fn.Return<Throttle.Service, never, Scope.Scope> {
  const redis = yield* connect(options)
  const timeout = options.timeout ?? "1 second"
  const pause = Duration.toMillis(options.retryAfter ?? "5 seconds")
  const prefix = options.prefix ?? "effect-msgraph:throttle:"
  const { quota, ...own } = options
  const limit = quota === undefined ? 0 : Math.max(1, Math.floor(quota.limit))
  const window = quota === undefined ? 0 : Math.max(1, Math.ceil(Duration.toMillis(quota.window)))
  /** Concurrency, order and pace in this process; Redis has the say on closures and the quota. */
  const local = yield* Throttle.make(own)
  /** The whole gate in this process, for as long as Redis is out of reach. */
  const alone = yield* Throttle.make(options)

  const self = (yield* Random.next).toString(36)
  let calls = 0

  const unanswered = Effect.as(Effect.void, undefined)
  let downUntil = -Infinity
  let down = false

  const goesAlone = Effect.flatMap(monotonicMillis, (now) => {
    downUntil = now + pause
    if (down) return unanswered
    down = true
    return Effect.as(
      Effect.logWarning("Redis does not answer: the throttle gate is that of this process alone for now"),
      undefined
    )
  })

  /** What Redis answers; `undefined` where it does not. Once it did not, one asks whether it does again, and nobody waits for that one. */
  const ask = (command: () => Promise<number>): Effect.Effect<number | undefined> =>
    Effect.flatMap(monotonicMillis, (now) => {
      if (now < downUntil) return unanswered
      if (down) downUntil = now + Duration.toMillis(timeout)
      return Effect.tryPromise(command).pipe(
        Effect.timeout(timeout),
        Effect.tap(() => {
          down = false
          downUntil = -Infinity
        }),
        Effect.catchAll(() => goesAlone)
      )
    })

  yield* ask(() => redis.connect().then(() => 0))

  const names = new Map<string, string>()
  const nameOf = (key: string): Effect.Effect<string> => {
    const known = names.get(key)
    if (known !== undefined) return Effect.succeed(known)
    return Effect.map(
      Effect.promise(() => crypto.subtle.digest("SHA-256", new TextEncoder().encode(key))),
      (digest) => {
        const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("")
        // Braces keep all keys on one node of a cluster.
        const name = `${prefix}{${hash}}`
        names.set(key, name)
        return name
      }
    )
  }

  const close = (key: string, duration: Duration.DurationInput): Effect.Effect<void> =>
    Effect.gen(function*() {
      const name = yield* nameOf(key)
      const millis = Math.min(Math.ceil(Duration.toMillis(duration)), longest)
      yield* alone.close(key, duration)
      yield* ask(() => redis.msgraphClose(name, millis))
    })

  /** Asks Redis for leave: what it answers. A heavy request stays, to ask until it has it; what is negative then is too long for it. */
  const enter = (
    name: string,
    request: Throttle.Request,
    weight: number,
    deadline: number
  ): Effect.Effect<number | undefined> => {
    const line = `${name}:heavy`
    const returns = `${name}:returns`
    const askFor = (id: string) =>
      ask(() =>
        redis.msgraphEnter(
          name,
          `${name}:starts`,
          line,
          returns,
          `${name}:light`,
          limit,
          window,
          patience,
          weight,
          id,
          grace
        )
      )
    if (Math.min(weight, limit) <= 1) return askFor("")
    const id = `${self}:${calls++}`
    let inLine = true
    const untilItMay: Effect.Effect<number | undefined> = Effect.flatMap(askFor(id), (answer) => {
      if (answer === undefined || answer >= 0) {
        inLine = answer === undefined
        return Effect.succeed(answer)
      }
      return Effect.flatMap(monotonicMillis, (now) =>
        now - answer >= deadline
          ? Effect.succeed(answer)
          : local.close(request.key, -answer).pipe(Effect.zipRight(Effect.sleep(-answer)), Effect.zipRight(untilItMay)))
    })
    return Effect.ensuring(
      untilItMay,
      Effect.suspend(() => inLine ? ask(() => redis.msgraphLeave(line, returns, id)) : Effect.void)
    )
  }

  /** Goes through Redis, unless that says to wait: then all of this process wait, and this one asks again. */
  const pass: Throttle.Service["pass"] = <A, E, R>(
    request: Throttle.Request,
    use: (permit: Throttle.Permit) => Effect.Effect<A, E, R>
  ) =>
    Effect.flatMap(monotonicMillis, (start) => {
      const deadline = start + Duration.toMillis(request.within)
      const weight = request.weight === undefined || !(request.weight >= 1) ? 1 : Math.floor(request.weight)
      const again: Effect.Effect<A, E | Throttle.Closed, R> = Effect.gen(function*() {
        const name = yield* nameOf(request.key)
        const now = yield* monotonicMillis
        const within = deadline - now
        if (now < downUntil) return yield* alone.pass({ ...request, within }, use)
        const result = yield* local.pass({ ...request, within }, (permit) =>
          Effect.gen(function*() {
            const answer = yield* enter(name, request, weight, deadline)
            if (answer === undefined) return "alone" as const
            if (answer < 0) {
              if (Math.min(weight, limit) > 1) {
                return yield* new Throttle.Closed({ remaining: Duration.millis(-answer) })
              }
              yield* local.close(request.key, -answer)
              return "again" as const
            }
            let probing = answer === 1
            let taken: 0 | 1 = 0
            const waited = Duration.millis((yield* monotonicMillis) - start)
            const shared: Throttle.Permit = {
              // Of this process's own making is no wait but that for Redis to answer.
              waited: Duration.isZero(permit.waited) && now === start ? Duration.zero : waited,
              accepted: (usage) =>
                Effect.suspend(() => {
                  taken = 1
                  return permit.accepted(usage)
                }),
              rejected: (duration, part) =>
                Effect.suspend(() => {
                  probing = false
                  return Effect.zipRight(permit.rejected(duration, part), close(request.key, duration))
                })
            }
            // Not before: a batch that was throttled in part is accepted first, then rejected.
            const giveBack = Effect.suspend(() => probing ? ask(() => redis.msgraphProbed(name, taken)) : Effect.void)
            return { value: yield* Effect.ensuring(use(shared), giveBack) }
          }))
        if (result === "alone") return yield* alone.pass({ ...request, within }, use)
        return result === "again" ? yield* again : result.value
      })
      return again
    })

  return Throttle.Throttle.of({ pass, close })
})

/**
 * A gate that all processes with the same Redis and prefix share: one rejection closes it for all of them, one of them goes first when
 * it opens, and a `quota` is theirs together.
 *
 * Redis never makes a call fail. While it does not answer, each process has a gate of its own, and says so in a warning.
 *
 * @example
 * ```ts
 * import { GraphClient } from "@effect-msgraph/client"
 * import { RedisThrottle } from "@effect-msgraph/client/redis"
 * import { Layer } from "effect"
 *
 * export const SharedClient = GraphClient.layerWithThrottle.pipe(
 *   Layer.provide(RedisThrottle.layer({ redis: { host: "redis.internal" } }))
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (options?: Options): Layer.Layer<Throttle.Throttle> =>
  Layer.scoped(Throttle.Throttle, make(options))
