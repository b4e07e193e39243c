import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { PCGRandom } from "effect/Utils"

const hex = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, "0"))

const seed = Random.nextIntBetween(0, 0x1_0000_0000)

/**
 * A source of version 4 UUIDs: ids for support and logs, no secrets. Effect's `Random` is asked for its seed, and no more: to ask it three
 * times for each request costs more than all the rest of making one.
 */
export const make: Effect.Effect<() => string> = Effect.map(
  Effect.all([seed, seed, seed, seed]),
  ([a, b, c, d]) => {
    const random = new PCGRandom(a, b, c, d)
    const word = () => Math.floor(random.number() * 0x1_0000_0000)
    return () => {
      const [p, q, r, s] = [word(), word(), word(), word()]
      return `${hex[p >>> 16]}${hex[p & 0xffff]}-${hex[q >>> 16]}-${hex[0x4000 | (q & 0xfff)]}-` +
        `${hex[0x8000 | (r >>> 18)]}-${hex[r & 0xffff]}${hex[s >>> 16]}${hex[s & 0xffff]}`
    }
  }
)
