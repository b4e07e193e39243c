import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"

/**
 * Milliseconds for durations and deadlines, not for dates. The time of day may be set, and whatever waits for it would wait
 * for so much longer, or less.
 */
export const monotonic = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos() / 1_000_000n)

/** The same of the clock around. */
export const monotonicMillis: Effect.Effect<number> = Effect.clockWith((clock) => Effect.succeed(monotonic(clock)))

/** The clock of a fiber that is at hand: `Effect.clockWith` without a step of its own. */
export const clockOf = (fiber: Fiber.RuntimeFiber<any, any>): Clock.Clock =>
  Context.get(fiber.currentDefaultServices, Clock.Clock)
