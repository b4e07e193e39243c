import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { PCGRandom } from "effect/Utils"

const seed = Random.nextIntBetween(0, 0x1_0000_0000)

/**
 * A source of version 4 UUIDs: ids for support and logs, no secrets. Effect's `Random` is asked for its seed, and no more: to ask it three
 * times for each request costs more than all the rest of making one.
 */
export const make: Effect.Effect<() => string> = Effect.map(
  Effect.all([seed, seed, seed, seed]),
  ([a, b, c, d]) => {
    const random = new PCGRandom(a, b, c, d)
    const word = (set = 0, clear = 0): string =>
      (((Math.floor(random.number() * 0x1_0000_0000) & ~clear) | set) >>> 0).toString(16).padStart(8, "0")
    return () => {
      const second = word(0x4000, 0xf000)
      const third = word(0x8000_0000, 0xc000_0000)
      return `${word()}-${second.slice(0, 4)}-${second.slice(4)}-${third.slice(0, 4)}-${third.slice(4)}${word()}`
    }
  }
)
