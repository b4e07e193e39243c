import * as Context from "effect/Context"
import type { Policy } from "../RetryPolicy.js"

/** Parts of a policy that stand in for those of the application's, which only the client knows. */
export class Overrides extends Context.Reference<Overrides>()("@effect-msgraph/client/RetryPolicy/Overrides", {
  defaultValue: (): Partial<Policy> => ({})
}) {}

/** The policy with these changes. What is `undefined` was not said. */
export const merge = <A extends Partial<Policy>>(policy: A, changes: Partial<Policy>): A => ({
  ...policy,
  ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
})
