import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as GraphError from "../GraphError.js"
import type { Policy } from "../RetryPolicy.js"
import { isTransient, isTruncated } from "./answer.js"
import { monotonicMillis } from "./clock.js"

/** What to do about a failure: give up, wait as told, or back off. */
export type Decision = "fail" | "backOff" | Duration.Duration

const backOffIf = (safe: boolean): Decision => safe ? "backOff" : "fail"

/** Whether a failure is repeated, whatever time and repetitions are left. */
export const decide = (error: GraphError.GraphError, operation: Operation.Any): Decision => {
  switch (error._tag) {
    case "Throttled":
      return error.retryAfter ?? "backOff"
    case "ServiceUnavailable":
      if (error.status === 503 && error.retryAfter !== undefined) return error.retryAfter
      return backOffIf(operation.idempotent && isTransient(error.status))
    case "GatewayError":
      if (error.status === 503 && error.retryAfter !== undefined) return error.retryAfter
      return backOffIf(operation.idempotent && (isTransient(error.status) || isTruncated(error)))
    case "Transport":
      return backOffIf(operation.idempotent || error.phase === "connect")
    case "Timeout":
      return backOffIf(operation.idempotent && error.scope === "attempt")
    default:
      return "fail"
  }
}

/** What a call fails with that has no time for the wait. Whoever is told to come back later is throttled, whichever status says so. */
const withoutTime = (error: GraphError.GraphError): GraphError.GraphError => {
  if ((error._tag !== "ServiceUnavailable" && error._tag !== "GatewayError") || error.status !== 503) return error
  const { clientRequestId, code, date, innerCode, operation, reason, requestId, retryAfter, status } = error
  return retryAfter === undefined ? error : new GraphError.Throttled({
    operation,
    status,
    code,
    reason,
    innerCode,
    requestId,
    clientRequestId,
    date,
    retryAfter
  })
}

/** Exponential back-off with full jitter: drawn evenly between zero and the bound of this repetition. */
export const backOff = (policy: Policy, retries: number): Effect.Effect<Duration.Duration> =>
  Effect.map(Random.next, (random) =>
    Duration.millis(
      Math.round(
        random * Math.min(Duration.toMillis(policy.maxDelay), Duration.toMillis(policy.baseDelay) * 2 ** retries)
      )
    ))

/** What has become of a call so far, and until when it may take. */
export interface Progress {
  readonly operation: Operation.Any
  readonly policy: Policy
  readonly deadline: number
  readonly retries: number
}

/**
 * What a failed attempt comes to.
 *
 * - `again`: whether it is repeated
 * - `delay`: how long to wait before that; also how long the service throttles, if the call does not go on
 * - `error`: what the call fails with where it is not repeated
 */
export interface Verdict {
  readonly again: boolean
  readonly delay: Duration.Duration | undefined
  readonly error: GraphError.GraphError
}

/** Whether a failed attempt is repeated, and when. `told`: how long it has to wait, where that is settled. */
export const judge = (
  error: GraphError.GraphError,
  { deadline, operation, policy, retries }: Progress,
  told?: Duration.Duration
): Effect.Effect<Verdict> => {
  const decision = decide(error, operation)
  if (decision === "fail") return Effect.succeed({ again: false, delay: undefined, error })
  const wait = told !== undefined
    ? Effect.succeed(told)
    : decision === "backOff"
    ? backOff(policy, retries)
    : Effect.succeed(decision)
  return Effect.zipWith(wait, monotonicMillis, (delay, now) => {
    if (retries >= policy.maxRetries) return { again: false, delay, error }
    const inTime = now + Duration.toMillis(delay) < deadline
    return { again: inTime, delay, error: inTime ? error : withoutTime(error) }
  })
}
