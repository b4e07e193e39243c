import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0")

const draw = Random.nextIntBetween(0, 0x1_0000_0000_0000)

/** A version 4 UUID drawn from Effect's `Random`: an id for support and logs, no secret. */
export const uuid: Effect.Effect<string> = Effect.flatMap(
  draw,
  (a) =>
    Effect.flatMap(draw, (b) =>
      Effect.map(draw, (c) => {
        const start = hex(a, 12)
        const middle = hex(b, 12)
        return `${start.slice(0, 8)}-${start.slice(8)}-4${middle.slice(0, 3)}-` +
          `${hex(0x8000 + parseInt(middle.slice(3, 7), 16) % 0x4000, 4)}-${hex(c, 12)}`
      }))
)
