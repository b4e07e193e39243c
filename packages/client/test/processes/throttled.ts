/** A process of its own that makes calls through a gate in Redis. Arguments: the server, Redis, the prefix, how many calls. */
import { Throttle } from "@effect-msgraph/client"
import { RedisThrottle } from "@effect-msgraph/client/redis"
import { Duration, Effect } from "effect"

const [server, redis, prefix, calls] = process.argv.slice(2) as [string, string, string, string]
const { hostname, port } = new URL(redis)

const program = Effect.gen(function*() {
  const gate = yield* Throttle.Throttle
  const call: Effect.Effect<void, unknown> = gate.pass(
    { key: "shared", within: "1 minute" },
    (permit) =>
      Effect.gen(function*() {
        const response = yield* Effect.promise(() => fetch(server))
        yield* Effect.promise(() => response.text())
        if (response.status !== 429) return yield* Effect.as(permit.accepted(), true)
        yield* permit.rejected(Duration.seconds(Number(response.headers.get("retry-after"))))
        return false
      })
  ).pipe(Effect.flatMap((taken) => taken ? Effect.void : call))
  yield* Effect.all(Array.from({ length: Number(calls) }, () => call), { concurrency: "unbounded", discard: true })
}).pipe(Effect.provide(RedisThrottle.layer({ redis: { host: hostname, port: Number(port) }, prefix })))

await Effect.runPromise(program)
