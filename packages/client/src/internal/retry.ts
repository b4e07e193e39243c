import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as GraphError from "../GraphError.js"
import type { Policy } from "../RetryPolicy.js"
import { isTransient, isTruncated } from "./answer.js"

/** What to do about a failure: give up, wait as told, or back off. */
export type Decision = "fail" | "backOff" | Duration.Duration

const backOffIf = (safe: boolean): Decision => safe ? "backOff" : "fail"

/** Whether a failed attempt is repeated, and when. */
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
export const withoutTime = (error: GraphError.GraphError): GraphError.GraphError => {
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
