import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** Runs an effect in a context alone. To provide it would add it to the context around. */
export const inContext =
  (context: Context.Context<never>) => <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.mapInputContext(effect, () => context)
