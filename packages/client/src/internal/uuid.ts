import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0")

/** A version 4 UUID drawn from Effect's `Random`: an id for support and logs, no secret. */
export const uuid: Effect.Effect<string> = Effect.map(
  Effect.all([
    Random.nextIntBetween(0, 0x1_0000_0000),
    Random.nextIntBetween(0, 0x1_0000),
    Random.nextIntBetween(0, 0x1000),
    Random.nextIntBetween(0, 0x4000),
    Random.nextIntBetween(0, 0x1_0000_0000_0000)
  ]),
  ([a, b, c, d, e]) => `${hex(a, 8)}-${hex(b, 4)}-4${hex(c, 3)}-${hex(0x8000 + d, 4)}-${hex(e, 12)}`
)
