/**
 * Several requests in one: Graph takes up to 20 in a `$batch`. Reads that are issued together travel together when the caller asks
 * for it, and a batch can be put together by hand.
 *
 * Reads travel together where Effect's own `batching` is on:
 *
 * ```ts skip-type-checking
 * Effect.forEach(runIds, (runId) => lcw.workflows.runs.get({ workflowId, runId }), { batching: true })
 * ```
 *
 * Code that cannot be changed gets the same from a time window: see {@link layerWindow}. A batch by hand, of reads and writes that may depend
 * on each other, is `GraphClient.batch`: see {@link item}.
 *
 * @since 0.1.0
 */
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Pipeable from "effect/Pipeable"
import type * as Types from "effect/Types"
import type * as GraphClient from "./GraphClient.js"
import type * as GraphError from "./GraphError.js"
import { Abandoned } from "./internal/batchAbandoned.js"
import { BatchOverrides, change } from "./internal/overrides.js"

/**
 * How requests travel together.
 *
 * - `maxSize`: how many requests a batch holds at most: 20, which is the most that Graph takes. With 1, every request travels alone
 * - `concurrency`: how many batches of one `forEach`, or of one batch by hand that is larger than `maxSize`, are under way at once: 4.
 *   The throttle gate may let in fewer
 * - `writes`: whether requests that change something travel with others without being asked to one by one: `false`
 * - `window`: how long a request waits for others to travel with, where Effect's `batching` is not on: not at all
 *
 * @see https://learn.microsoft.com/graph/json-batching
 * @since 0.1.0
 * @category Models
 */
export interface Settings {
  readonly maxSize: number
  readonly concurrency: number
  readonly writes: boolean
  readonly window: Duration.DurationInput | undefined
}

/**
 * The default: batches of 20, 4 at once, reads only, and no window.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const defaultSettings: Settings = { maxSize: 20, concurrency: 4, writes: false, window: undefined }

/**
 * Parts of the settings.
 *
 * @since 0.1.0
 * @category Models
 */
export type Changes = { readonly [K in keyof Settings]?: Exclude<Settings[K], undefined> }

/**
 * The settings in force. Set them for an application with {@link layer} beneath the client's layer. For one call change parts of them
 * with {@link withSettings}, or provide them whole to that call; the nearest wins.
 *
 * @since 0.1.0
 * @category References
 */
export class Batching extends Context.Reference<Batching>()("@effect-msgraph/client/Batching", {
  defaultValue: (): Settings => defaultSettings
}) {}

/**
 * Sets parts of the settings for an application; the rest stays as by default.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (settings: Partial<Settings>): Layer.Layer<never> =>
  Layer.succeed(Batching, { ...defaultSettings, ...settings })

/**
 * Makes reads of an application travel together that are issued within a time of each other, without a change to its code: the first
 * one waits for that time, or until a batch is full. Lists that are read as streams do not wait, and neither do writes.
 *
 * @example
 * ```ts
 * import { Batch, GraphClient, LifecycleWorkflows } from "@effect-msgraph/client"
 * import { Layer } from "effect"
 *
 * const layer = LifecycleWorkflows.layer.pipe(
 *   Layer.provideMerge(GraphClient.layer),
 *   Layer.provide(Batch.layerWindow("10 millis"))
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerWindow = (
  window: Duration.DurationInput,
  settings?: Partial<Omit<Settings, "window">>
): Layer.Layer<never> => layer({ ...settings, window })

/**
 * Changes parts of the settings for the calls of an effect; the rest stays as it is in force there: as by an outer `withSettings`,
 * settings provided to the effect, or the application's. With a `maxSize` of 1, they travel alone.
 *
 * @example
 * ```ts
 * import { Batch, LifecycleWorkflows } from "@effect-msgraph/client"
 * import type { Ids } from "@effect-msgraph/domain"
 * import { Effect } from "effect"
 *
 * const removeAll = (ids: ReadonlyArray<Ids.WorkflowId>) =>
 *   Effect.gen(function*() {
 *     const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
 *     yield* Effect.forEach(ids, (workflowId) => lcw.workflows.delete({ workflowId }), { batching: true, discard: true })
 *   }).pipe(Batch.withSettings({ writes: true, maxSize: 10 }))
 * ```
 *
 * @since 0.1.0
 * @category Combinators
 */
export const withSettings: {
  (changes: Changes): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(effect: Effect.Effect<A, E, R>, changes: Changes): Effect.Effect<A, E, R>
} = dual(
  2,
  <A, E, R>(effect: Effect.Effect<A, E, R>, changes: Changes): Effect.Effect<A, E, R> =>
    change({ whole: Batching, parts: BatchOverrides }, changes)(effect)
)

/**
 * Makes an effect interruptible that issues reads together. Effect 3 does not interrupt a `forEach` with `batching` while its requests
 * are under way: whoever interrupts it waits for them. With this the batches are aborted at once.
 *
 * @example
 * ```ts
 * import { Batch, LifecycleWorkflows } from "@effect-msgraph/client"
 * import type { Ids } from "@effect-msgraph/domain"
 * import { Effect } from "effect"
 *
 * const titles = (ids: ReadonlyArray<Ids.WorkflowId>) =>
 *   Effect.gen(function*() {
 *     const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
 *     return yield* Effect.forEach(ids, (workflowId) => lcw.workflows.get({ workflowId }), { batching: true })
 *   }).pipe(Batch.interruptible, Effect.timeout("10 seconds"))
 * ```
 *
 * @since 0.1.0
 * @category Combinators
 */
export const interruptible = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function*() {
      const abandoned = yield* Deferred.make<void>()
      const fiber = yield* effect.pipe(Effect.provideService(Abandoned, abandoned), Effect.interruptible, Effect.fork)
      const exit = yield* Effect.onInterrupt(restore(Fiber.await(fiber)), () =>
        Effect.zipRight(Deferred.succeed(abandoned, undefined), Fiber.interrupt(fiber)))
      yield* Fiber.inheritAll(fiber)
      return yield* exit
    })
  )

/**
 * @since 0.1.0
 * @category Symbols
 */
export const ItemTypeId: unique symbol = Symbol.for("@effect-msgraph/client/Batch/Item")

/**
 * @since 0.1.0
 * @category Symbols
 */
export type ItemTypeId = typeof ItemTypeId

/**
 * One request of a batch, with the type of what it is answered with.
 *
 * - `operation`, `parameters`: as for `GraphClient.execute`
 * - `input`: its body or its query options
 * - `parents`: the requests that have to succeed before it is made
 *
 * @since 0.1.0
 * @category Models
 */
export interface Item<out A> extends Pipeable.Pipeable {
  readonly [ItemTypeId]: { readonly _A: Types.Covariant<A> }
  readonly operation: Operation.Any
  readonly parameters: { readonly [name: string]: unknown }
  readonly input: unknown
  readonly parents: ReadonlyArray<Item<unknown>>
}

/**
 * Any number of requests: in an array, or in a record by name.
 *
 * @since 0.1.0
 * @category Models
 */
export type Items = ReadonlyArray<Item<unknown>> | { readonly [name: string]: Item<unknown> }

/**
 * What became of each of them, in its place: what it was answered with, or its own error.
 *
 * @since 0.1.0
 * @category Models
 */
export type Results<I extends Items> = {
  readonly [K in keyof I]: I[K] extends Item<infer A> ? Either.Either<A, GraphError.GraphError> : never
}

const proto = { ...Pipeable.Prototype, [ItemTypeId]: { _A: (_: never) => _ } }

const make = (fields: Omit<Item<unknown>, ItemTypeId | "pipe">): Item<unknown> =>
  Object.assign(Object.create(proto) as object, fields) as Item<unknown>

/**
 * A request for a batch. It is what `GraphClient.execute` would be given; of a list it is the first page. Nothing is checked or sent
 * before the batch is.
 *
 * The same item in several places of a batch is one request; its answer is in each of them.
 *
 * @example
 * ```ts
 * import { Batch, GraphClient } from "@effect-msgraph/client"
 * import { Ids, LifecycleWorkflowsApi } from "@effect-msgraph/domain"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const graph = yield* GraphClient.GraphClient
 *   const workflowId = Ids.WorkflowId.make("14879e66-9ea9-48d0-804d-8fea672d0341")
 *   const remove = Batch.item(LifecycleWorkflowsApi.deleteWorkflow, { workflowId })
 *   const { settings, left } = yield* graph.batch({
 *     settings: Batch.item(LifecycleWorkflowsApi.getSettings, {}, { select: ["workflowScheduleIntervalInHours"] }),
 *     removed: remove,
 *     left: Batch.item(LifecycleWorkflowsApi.listWorkflows, {}, { select: ["id"] }).pipe(Batch.dependsOn(remove))
 *   })
 *   return { hours: (yield* settings).workflowScheduleIntervalInHours, left: (yield* left).value.length }
 * })
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const item: {
  <O extends Operation.AnyList, const Q extends Operation.QueryFor<O> = {}>(
    operation: O,
    parameters: Operation.Parameters<O>,
    query?: Operation.Exactly<O, Q>
  ): Item<GraphClient.Page<Operation.ItemFor<O, Q>>>
  <O extends Operation.AnyWithBody>(
    operation: O,
    parameters: Operation.Parameters<O>,
    body: Operation.BodyFor<O>
  ): Item<Operation.ResultFor<O, {}>>
  <O extends Operation.AnyWithoutBody, const Q extends Operation.QueryFor<O> = {}>(
    operation: O,
    parameters: Operation.Parameters<O>,
    query?: Operation.Exactly<O, Q>
  ): Item<Operation.ResultFor<O, Q>>
} = (operation: Operation.Any, parameters: { readonly [name: string]: unknown }, input?: unknown): Item<any> =>
  make({ operation, parameters, input, parents: [] })

/**
 * The request, made only after these have succeeded. Where one of them fails, it is not made, and fails with `DependencyFailed`. They
 * have to be in the same batch.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const dependsOn =
  (...parents: readonly [Item<unknown>, ...ReadonlyArray<Item<unknown>>]) => <A>(self: Item<A>): Item<A> =>
    make({
      operation: self.operation,
      parameters: self.parameters,
      input: self.input,
      parents: [...self.parents, ...parents]
    }) as Item<A>
