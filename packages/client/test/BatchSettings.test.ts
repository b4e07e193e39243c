import { Batch } from "@effect-msgraph/client"
import { Ids, LifecycleWorkflowsApi as Api } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, TestClock } from "effect"
import { serve, urls } from "./batchServer.js"
import { connect, workflowId } from "./utils.js"

const { withSettings } = Batch

/** An application whose batches hold 6, with writes if that is asked for. */
const setup = (settings: Partial<Batch.Settings> = { maxSize: 6 }) =>
  Effect.map(
    connect(serve(({ method }) => method === "DELETE" ? { status: 204 } : { status: 200, body: { id: "r" } }), {
      layer: Batch.layer(settings)
    }),
    ({ graph, lcw, sent }) => ({
      get: (n: number) => lcw.workflows.runs.get({ workflowId, runId: Ids.RunId.make(`run-${n}`) }, { select: ["id"] }),
      remove: (n: number) => lcw.workflows.delete({ workflowId: Ids.WorkflowId.make(`w-${n}`) }),
      graph,
      sent,
      sizes: () => urls(sent).map((batch) => batch.length)
    })
  )

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

type Change = <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>

/** In which batches 12 reads travel, and then 12 writes. */
const reads = (change: Change) =>
  Effect.gen(function*() {
    const { get, sizes } = yield* setup()
    yield* change(Effect.forEach(numbers(12), get, { batching: true }))
    return sizes()
  })

const writes = (change: Change, settings?: Partial<Batch.Settings>) =>
  Effect.gen(function*() {
    const { remove, sizes } = yield* setup(settings)
    yield* change(Effect.forEach(numbers(12), remove, { batching: true }))
    return sizes()
  })

const alone = Array(12).fill(1)

const whole = (settings: Partial<Batch.Settings>): Change => (effect) =>
  Effect.provideService(effect, Batch.Batching, { ...Batch.defaultSettings, ...settings })

describe("withSettings", () => {
  it.effect("changes what it names, of the settings in force", () =>
    Effect.gen(function*() {
      deepStrictEqual(yield* reads((effect) => effect), [6, 6])
      deepStrictEqual(yield* reads(withSettings({ maxSize: 4 })), [4, 4, 4])
      deepStrictEqual(yield* reads((effect) => withSettings(effect, { maxSize: 1 })), alone)
      deepStrictEqual(yield* writes((effect) => effect), alone)
      // The rest is as the application has it.
      deepStrictEqual(yield* writes(withSettings({ writes: true })), [6, 6])
      deepStrictEqual(yield* writes(withSettings({ maxSize: 4 }), { writes: true }), [4, 4, 4])
      deepStrictEqual(yield* reads(withSettings({ maxSize: undefined } as {})), [6, 6])
    }))

  it.effect("adds up, and the nearest wins", () =>
    Effect.gen(function*() {
      deepStrictEqual(
        yield* writes((effect) =>
          effect.pipe(withSettings({ maxSize: 4 }), withSettings({ maxSize: 3, writes: true }))
        ),
        [4, 4, 4]
      )
      deepStrictEqual(yield* reads((effect) => effect.pipe(withSettings({ maxSize: 4 }), whole({ maxSize: 3 }))), [
        4,
        4,
        4
      ])
      deepStrictEqual(
        yield* writes((effect) => effect.pipe(withSettings({ maxSize: 4 }), whole({ writes: true }))),
        [4, 4, 4]
      )
      // What is provided whole is all there is: of the application's settings nothing is left.
      deepStrictEqual(yield* reads((effect) => effect.pipe(whole({}), withSettings({ maxSize: 4 }))), [12])
      deepStrictEqual(yield* writes((effect) => effect.pipe(withSettings({ writes: true }), whole({}))), [12])
    }))

  it.effect("holds for a batch by hand", () =>
    Effect.gen(function*() {
      const { graph, sizes } = yield* setup()
      const items = numbers(8).map((n) => Batch.item(Api.getRun, { workflowId, runId: Ids.RunId.make(`run-${n}`) }))
      yield* graph.batch(items)
      yield* graph.batch(items).pipe(withSettings({ maxSize: 4 }))
      yield* graph.batch(items).pipe(withSettings({ concurrency: 1 }))
      deepStrictEqual(sizes(), [6, 2, 4, 4, 6, 2])
    }))

  it.effect("opens a window, and closes it, for one call", () =>
    Effect.gen(function*() {
      const { get, sent, sizes } = yield* setup({ window: "10 millis" })
      yield* get(1).pipe(withSettings({ maxSize: 1 }))
      deepStrictEqual(sent.map(({ at }) => at), [0])
      const { get: other, sizes: others } = yield* setup({})
      yield* Effect.fork(
        Effect.forEach(numbers(2), other, { concurrency: "unbounded" }).pipe(withSettings({ window: "10 millis" }))
      )
      yield* TestClock.adjust("9 millis")
      deepStrictEqual(others(), [])
      yield* TestClock.adjust("1 millis")
      deepStrictEqual(others(), [2])
      strictEqual(sizes().length, 1)
    }))

  it.effect("separates those for whom it changes the batches, and only those", () =>
    Effect.gen(function*() {
      const { get, sizes } = yield* setup()
      const mixed = (changes: Batch.Changes) =>
        Effect.forEach(numbers(6), (n) => n < 4 ? get(n) : withSettings(get(n), changes), { batching: true })
      yield* mixed({ maxSize: 5 })
      yield* mixed({ maxSize: 6 })
      yield* mixed({ writes: true })
      deepStrictEqual(sizes(), [4, 2, 6, 6])
    }))

  it.effect("leaves other calls as they are", () =>
    Effect.gen(function*() {
      const { get, sizes } = yield* setup()
      const all = Effect.forEach(numbers(6), get, { batching: true })
      yield* Effect.zipRight(withSettings(all, { maxSize: 3 }), all)
      deepStrictEqual(sizes(), [3, 3, 6])
      deepStrictEqual(yield* Batch.Batching, Batch.defaultSettings)
    }))
})
