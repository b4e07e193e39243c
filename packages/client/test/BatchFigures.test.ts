import * as Batch from "@effect-msgraph/client/Batch"
import { Ids } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, strictEqual } from "@effect/vitest/utils"
import { Clock, Effect, Fiber, TestClock } from "effect"
import { serve } from "./batchServer.js"
import { connect, workflowId } from "./utils.js"

/** 1,000 gets of a service that takes 50 ms for an answer: how often the network is used, and how long it takes. */
const measure = (
  options: { readonly concurrency?: number; readonly batching: boolean },
  concurrency: number
) =>
  Effect.gen(function*() {
    const { lcw, sent } = yield* connect(
      serve(({ url }) => ({ status: 200, body: { id: /runs\/([\w-]+)/.exec(url)![1]! } }), 50),
      { layer: Batch.layer({ concurrency }) }
    )
    const start = yield* Clock.currentTimeMillis
    let end = start
    const fiber = yield* Effect.forEach(
      Array.from({ length: 1000 }, (_, n) => Ids.RunId.make(`run-${n}`)),
      (runId) => lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] }),
      options
    ).pipe(
      Effect.tap((results) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          end = now
          results.forEach(({ id }, n) => strictEqual(id, `run-${n}`))
        })
      ),
      Effect.fork
    )
    for (let i = 0; i < 300; i++) yield* TestClock.adjust("50 millis")
    yield* Fiber.join(fiber)
    return { trips: sent.length, milliseconds: end - start }
  })

describe("1,000 gets at a latency of 50 ms", () => {
  for (const concurrency of [4, 10]) {
    it.effect(
      `in batches, ${concurrency} at once: 20 times fewer round trips, and at least 18 times less time`,
      () =>
        Effect.gen(function*() {
          const single = yield* measure({ concurrency, batching: false }, concurrency)
          const batched = yield* measure({ concurrency, batching: true }, concurrency)
          strictEqual(single.trips, 1000)
          strictEqual(single.milliseconds, 50 * 1000 / concurrency)
          strictEqual(batched.trips, 50)
          strictEqual(batched.milliseconds, 50 * Math.ceil(50 / concurrency))
          assertTrue(single.milliseconds / batched.milliseconds >= 18)
        }),
      60_000
    )
  }

  it.effect(
    "as many batches at once as by default, against 10 gets at once: more than 7 times less",
    () =>
      Effect.gen(function*() {
        const single = yield* measure({ concurrency: 10, batching: false }, 4)
        const batched = yield* measure({ batching: true }, Batch.defaultSettings.concurrency)
        assertTrue(single.milliseconds / batched.milliseconds > 7)
      }),
    60_000
  )
})
