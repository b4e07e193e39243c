import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"

const requests = Metric.counter("msgraph_requests_total", {
  description: "Requests sent to Microsoft Graph, by operation and status (or the tag of the failure)",
  incremental: true
})

const retries = Metric.counter("msgraph_retries_total", {
  description: "Requests to Microsoft Graph that were repeated, by operation and the tag of the failure before",
  incremental: true
})

const throttleWait = Metric.histogram(
  "msgraph_throttle_wait_seconds",
  MetricBoundaries.fromIterable([0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]),
  "Seconds that calls waited at the throttle gate"
)

export const countRequest = (operation: string, status: string): Effect.Effect<void> =>
  Metric.update(requests.pipe(Metric.tagged("operation", operation), Metric.tagged("status", status)), 1)

export const countRetry = (operation: string, failure: string): Effect.Effect<void> =>
  Metric.update(retries.pipe(Metric.tagged("operation", operation), Metric.tagged("failure", failure)), 1)

export const recordWait = (waited: Duration.Duration): Effect.Effect<void> =>
  Duration.greaterThan(waited, Duration.zero) ? Metric.update(throttleWait, Duration.toSeconds(waited)) : Effect.void
