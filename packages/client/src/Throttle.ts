/**
 * The gate that all calls of one application pass. When the service throttles one call, every other call waits as well, instead of
 * finding out by itself.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

/**
 * The gate will not open in time. `remaining` is how long it stays closed.
 *
 * @since 0.1.0
 * @category Errors
 */
export class Closed extends Schema.TaggedError<Closed>("@effect-msgraph/client/Closed")("Closed", {
  remaining: Schema.Duration
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return `The throttle gate stays closed for another ${Duration.format(this.remaining)}.`
  }
}

/**
 * The gate. A key stands for what the service counts together: cloud, tenant, application and workload.
 *
 * - `wait`: waits until the gate of that key is open, and answers how long it waited. Where the gate does not open before
 *   `within` has passed, it fails as soon as that is known, rather than wait in vain
 * - `close`: closes the gate of that key for at least that long from now
 *
 * @since 0.1.0
 * @category Models
 */
export interface Service {
  readonly wait: (key: string, within: Duration.DurationInput) => Effect.Effect<Duration.Duration, Closed>
  readonly close: (key: string, duration: Duration.DurationInput) => Effect.Effect<void>
}

/**
 * The gate.
 *
 * @since 0.1.0
 * @category Context
 */
export class Throttle extends Context.Tag("@effect-msgraph/client/Throttle")<Throttle, Service>() {}

/**
 * A gate in the memory of this process.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make: Effect.Effect<Service> = Effect.sync(() => {
  const closedUntil = new Map<string, number>()

  const wait = (key: string, start: number, deadline: number): Effect.Effect<Duration.Duration, Closed> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const until = closedUntil.get(key)
      if (until === undefined || until <= now) {
        closedUntil.delete(key)
        return Effect.succeed(Duration.millis(now - start))
      }
      if (until >= deadline) return Effect.fail(new Closed({ remaining: Duration.millis(until - now) }))
      // The gate may have been closed for longer meanwhile: look again.
      return Effect.flatMap(Effect.sleep(until - now), () => wait(key, start, deadline))
    })

  return Throttle.of({
    wait: (key, within) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => wait(key, now, now + Duration.toMillis(within))),
    close: (key, duration) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const until = now + Duration.toMillis(duration)
        if (until > (closedUntil.get(key) ?? now)) closedUntil.set(key, until)
      })
  })
})

/**
 * A gate in the memory of this process.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer: Layer.Layer<Throttle> = Layer.effect(Throttle, make)
