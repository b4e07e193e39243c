import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as MetricKey from "effect/MetricKey"
import * as Tracer from "effect/Tracer"

const requests = MetricKey.counter("msgraph_requests_total", {
  description: "Requests sent to Microsoft Graph, by operation and status (or the tag of the failure)",
  incremental: true
})

const retries = MetricKey.counter("msgraph_retries_total", {
  description: "Requests to Microsoft Graph that were repeated, by operation and the tag of the failure before",
  incremental: true
})

const throttleWait = Metric.histogram(
  "msgraph_throttle_wait_seconds",
  MetricBoundaries.fromIterable([0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]),
  "Seconds that calls waited at the throttle gate"
)

/**
 * Counts one for an operation and what became of it. The effects are made once, of whole keys: `Metric.tagged` would put the key
 * together each time. There are as many as the metric has series.
 */
const counting = (counter: MetricKey.MetricKey.Counter<number>, tag: string) => {
  const known = new Map<string, Map<string, Effect.Effect<void>>>()
  return (operation: string, value: string): Effect.Effect<void> => {
    let ofOperation = known.get(operation)
    if (ofOperation === undefined) known.set(operation, ofOperation = new Map())
    let count = ofOperation.get(value)
    if (count === undefined) {
      const key = counter.pipe(MetricKey.tagged("operation", operation), MetricKey.tagged(tag, value))
      count = Metric.update(Metric.fromMetricKey(key), 1)
      ofOperation.set(value, count)
    }
    return count
  }
}

export const countRequest = counting(requests, "status")

const items = MetricKey.counter("msgraph_batch_items_total", {
  description: "Requests that travelled in batches, by operation and status (or the tag of the failure)",
  incremental: true
})

export const countItem = counting(items, "status")

export const countRetry = counting(retries, "failure")

export const recordWait = (waited: Duration.Duration): Effect.Effect<void> =>
  Duration.greaterThan(waited, Duration.zero) ? Metric.update(throttleWait, Duration.toSeconds(waited)) : Effect.void

/** The span that is being recorded, if one is. */
export const spanIn = (context: Context.Context<never>): Tracer.Span | undefined => {
  const span = context.unsafeMap.get(Tracer.ParentSpan.key) as Tracer.AnySpan | undefined
  return span?._tag === "Span" ? span : undefined
}

export const annotate = (span: Tracer.Span | undefined, attributes: { readonly [name: string]: unknown }): void => {
  if (span !== undefined) { for (const name of Object.keys(attributes)) span.attribute(name, attributes[name]) }
}
