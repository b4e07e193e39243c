import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Settings } from "../Batch.js"
import type { Policy } from "../RetryPolicy.js"

/** Parts of a policy that stand in for those of the application's, which only the client knows. */
export class Overrides extends Context.Reference<Overrides>()("@effect-msgraph/client/RetryPolicy/Overrides", {
  defaultValue: (): Partial<Policy> => ({})
}) {}

/** The same of how requests travel together. */
export class BatchOverrides extends Context.Reference<BatchOverrides>()("@effect-msgraph/client/Batch/Overrides", {
  defaultValue: (): Partial<Settings> => ({})
}) {}

/** The settings with these changes. What is `undefined` was not said. */
const merge = <A extends object>(settings: A, changes: Partial<A>): A => ({
  ...settings,
  ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
})

/** Settings as somebody provided them whole, and as parts of them that somebody changed. */
interface Place<A, W, P> {
  readonly whole: Context.Reference<W, A>
  readonly parts: Context.Reference<P, Partial<A>>
}

const provided = <A, Id>(context: Context.Context<never>, { key }: Context.Reference<Id, A>): A | undefined =>
  context.unsafeMap.get(key) as A | undefined

/** Changes parts of what is in force for an effect. What the application has set stays unknown until a call is made. */
export const change =
  <A extends object, W, P>(place: Place<A, W, P>, changes: Partial<A>) =>
  <B, E, R>(effect: Effect.Effect<B, E, R>): Effect.Effect<B, E, R> =>
    Effect.mapInputContext(effect, (context: Context.Context<R>) => {
      const whole = provided(context as Context.Context<never>, place.whole)
      const changed = whole === undefined
        ? Context.add(context, place.parts, merge<Partial<A>>(Context.get(context, place.parts), changes))
        : Context.add(context, place.whole, merge(whole, changes))
      return changed as Context.Context<R>
    })

/** What is in force for a call, of an application with these settings. */
export const inForce = <A extends object, W, P>(
  context: Context.Context<never>,
  place: Place<A, W, P>,
  application: A
): A => {
  const whole = provided(context, place.whole)
  if (whole !== undefined) return whole
  const parts = provided(context, place.parts)
  return parts === undefined ? application : merge(application, parts)
}
