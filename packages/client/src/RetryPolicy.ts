/**
 * How often, how long and how patiently a call is repeated.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import { change, Overrides } from "./internal/overrides.js"

/**
 * The retry policy.
 *
 * - `maxRetries`: repetitions after the first attempt. Waits that the service asked for (`Retry-After`) count as well.
 * - `baseDelay`, `maxDelay`: where the service does not say how long to wait: up to `baseDelay` before the first repetition, twice
 *   that before each further one, never more than `maxDelay`; the wait is drawn evenly from zero to that bound
 * - `attemptTimeout`: for one attempt, its answer read
 * - `totalTimeout`: for the whole call; of a list, for each page. A `Retry-After` that ends later fails at once with
 *   `Throttled`, rather than wait and then fail
 *
 * @since 0.1.0
 * @category Models
 */
export interface Policy {
  readonly maxRetries: number
  readonly baseDelay: Duration.DurationInput
  readonly maxDelay: Duration.DurationInput
  readonly attemptTimeout: Duration.DurationInput
  readonly totalTimeout: Duration.DurationInput
}

/**
 * The default: 8 repetitions, half a second doubling to 30 seconds, 100 seconds for an attempt, 15 minutes in all.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const defaultPolicy: Policy = {
  maxRetries: 8,
  baseDelay: Duration.millis(500),
  maxDelay: Duration.seconds(30),
  attemptTimeout: Duration.seconds(100),
  totalTimeout: Duration.minutes(15)
}

/**
 * The policy in force. Set it for an application with `RetryPolicy.layer` beneath the client's layer. For one call change parts of it
 * with {@link withPolicy}, or provide a whole one to that call; the nearest wins.
 *
 * @example
 * ```ts
 * import { LifecycleWorkflows, RetryPolicy } from "@effect-msgraph/client"
 * import { Ids } from "@effect-msgraph/domain"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
 *   return yield* lcw.workflows.runs.get({
 *     workflowId: Ids.WorkflowId.make("14879e66-9ea9-48d0-804d-8fea672d0341"),
 *     runId: Ids.RunId.make("dad77a47-6eda-4de7-bc37-fe8eb5aaf17d")
 *   }).pipe(
 *     Effect.provideService(RetryPolicy.RetryPolicy, { ...RetryPolicy.defaultPolicy, maxRetries: 0 })
 *   )
 * })
 * ```
 *
 * @since 0.1.0
 * @category References
 */
export class RetryPolicy extends Context.Reference<RetryPolicy>()("@effect-msgraph/client/RetryPolicy", {
  defaultValue: (): Policy => defaultPolicy
}) {}

/**
 * Sets parts of the policy for an application; the rest stays as by default.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (policy: Partial<Policy>): Layer.Layer<never> =>
  Layer.succeed(RetryPolicy, { ...defaultPolicy, ...policy })

/**
 * Changes parts of the policy for the calls of an effect; the rest stays as it is in force there: as by an outer `withPolicy`, a policy
 * provided to the effect, or the application's. Of a list, it holds for the pages that are read while the effect runs.
 *
 * @example
 * ```ts
 * import { LifecycleWorkflows, RetryPolicy } from "@effect-msgraph/client"
 * import { Effect, Stream } from "effect"
 *
 * const impatient = Effect.gen(function*() {
 *   const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
 *   return yield* Stream.runCount(lcw.workflows.list())
 * }).pipe(RetryPolicy.withPolicy({ maxRetries: 1, totalTimeout: "10 seconds" }))
 * ```
 *
 * @since 0.1.0
 * @category Combinators
 */
export const withPolicy: {
  (changes: Partial<Policy>): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(effect: Effect.Effect<A, E, R>, changes: Partial<Policy>): Effect.Effect<A, E, R>
} = dual(
  2,
  <A, E, R>(effect: Effect.Effect<A, E, R>, changes: Partial<Policy>): Effect.Effect<A, E, R> =>
    change({ whole: RetryPolicy, parts: Overrides }, changes)(effect)
)
