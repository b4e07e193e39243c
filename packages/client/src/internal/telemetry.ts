import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as MetricKey from "effect/MetricKey"
import * as Tracer from "effect/Tracer"
import { clockOf } from "./clock.js"

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
 * The counter for an operation and what became of it. They are made once, of whole keys: `Metric.tagged` would put the key together each
 * time. There are as many as the metric has series.
 */
const counters = (counter: MetricKey.MetricKey.Counter<number>, tag: string) => {
  const known = new Map<string, Map<string, Metric.Metric.Counter<number>>>()
  return (operation: string, value: string): Metric.Metric.Counter<number> => {
    let ofOperation = known.get(operation)
    if (ofOperation === undefined) known.set(operation, ofOperation = new Map())
    let found = ofOperation.get(value)
    if (found === undefined) {
      found = Metric.fromMetricKey(
        counter.pipe(MetricKey.tagged("operation", operation), MetricKey.tagged(tag, value))
      )
      ofOperation.set(value, found)
    }
    return found
  }
}

const requestsOf = counters(requests, "status")

/** Counts a request in the fiber that makes it. */
export const countRequest = (
  fiber: Fiber.RuntimeFiber<unknown, unknown>,
  operation: string,
  status: string
): void => requestsOf(operation, status).unsafeUpdate(1, fiber.getFiberRef(FiberRef.currentMetricLabels))

const itemsOf = counters(
  MetricKey.counter("msgraph_batch_items_total", {
    description: "Requests that travelled in batches, by operation and status (or the tag of the failure)",
    incremental: true
  }),
  "status"
)

export const countItem = (operation: string, status: string): Effect.Effect<void> =>
  Metric.update(itemsOf(operation, status), 1)

const retriesOf = counters(retries, "failure")

export const countRetry = (operation: string, failure: string): Effect.Effect<void> =>
  Metric.update(retriesOf(operation, failure), 1)

export const recordWait = (waited: Duration.Duration): Effect.Effect<void> =>
  Metric.update(throttleWait, Duration.toSeconds(waited))

/** The span that is being recorded, if one is. */
export const spanIn = (context: Context.Context<never>): Tracer.Span | undefined => {
  const span = context.unsafeMap.get(Tracer.ParentSpan.key) as Tracer.AnySpan | undefined
  return span?._tag === "Span" ? span : undefined
}

export const annotate = (span: Tracer.Span | undefined, attributes: { readonly [name: string]: unknown }): void => {
  if (span !== undefined) { for (const name of Object.keys(attributes)) span.attribute(name, attributes[name]) }
}

/**
 * A span around what is run with it. As `Effect.useSpan`, and in half of its time: whoever runs it puts the span into the context of what
 * needs it there.
 */
export const within = <A, E>(
  name: string,
  attributes: { readonly [name: string]: unknown },
  run: (span: Tracer.Span) => Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(
      // Its stack trace would point here, not at the caller.
      Effect.makeSpan(name, { kind: "client", attributes, captureStackTrace: false }),
      (span) =>
        Effect.withFiberRuntime((fiber) => {
          const end = (exit: Exit.Exit<A, E>): Effect.Effect<A, E> => {
            const isTimed = fiber.getFiberRef(FiberRef.currentTracerTimingEnabled)
            const clock = clockOf(fiber)
            span.end(isTimed ? clock.unsafeCurrentTimeNanos() : 0n, exit)
            return exit
          }
          return Effect.matchCauseEffect(restore(run(span)), {
            onFailure: (cause) => end(Exit.failCause(cause)),
            onSuccess: (value) => end(Exit.succeed(value))
          })
        })
    )
  )

/** Fails within a span, so that the error names it. */
export const failWithin = <E>(span: Tracer.Span, error: E): Effect.Effect<never, E> =>
  Effect.withParentSpan(Effect.fail(error), span)
