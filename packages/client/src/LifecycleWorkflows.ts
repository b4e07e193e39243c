/**
 * The Lifecycle Workflows API as a service: the whole catalogue as methods, grouped as the paths are.
 *
 * @since 0.1.0
 */
import { groups } from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Stream from "effect/Stream"
import * as GraphClient from "./GraphClient.js"
import type * as GraphError from "./GraphError.js"

/**
 * The method of an operation: an `Effect` of one entity, or a `Stream` of a collection's.
 *
 * @since 0.1.0
 * @category Models
 */
export type Method<O extends Operation.Any> = O extends Operation.AnyList ?
  <const Q extends Operation.QueryFor<O> = {}>(
    parameters: Operation.Parameters<O>,
    query?: Operation.Exactly<O, Q>
  ) => Stream.Stream<Operation.ResultFor<O, Q>, GraphError.GraphError>
  : <const Q extends Operation.QueryFor<O> = {}>(
    parameters: Operation.Parameters<O>,
    query?: Operation.Exactly<O, Q>
  ) => Effect.Effect<Operation.ResultFor<O, Q>, GraphError.GraphError>

/**
 * The methods of a group of operations.
 *
 * @since 0.1.0
 * @category Models
 */
export type Methods<Group> = {
  readonly [K in keyof Group]: Group[K] extends Operation.Any ? Method<Group[K]> : Methods<Group[K]>
}

/**
 * The service. A list is a `Stream` that reads the next page when it is needed; everything else is an `Effect`. Each fails with a
 * `GraphError`, and needs nothing from its environment.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Service extends Methods<typeof groups> {}

/**
 * The service.
 *
 * @example
 * ```ts
 * import { LifecycleWorkflows } from "@effect-msgraph/client"
 * import { Ids } from "@effect-msgraph/domain"
 * import { Effect, Stream } from "effect"
 *
 * const failedUsers = Effect.gen(function*() {
 *   const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
 *   return yield* lcw.workflows.runs.userProcessingResults.list({
 *     workflowId: Ids.WorkflowId.make("14879e66-9ea9-48d0-804d-8fea672d0341"),
 *     runId: Ids.RunId.make("dad77a47-6eda-4de7-bc37-fe8eb5aaf17d")
 *   }, { select: ["subject", "failedTasksCount"] }).pipe(
 *     Stream.filter((result) => result.failedTasksCount > 0),
 *     Stream.map((result) => result.subject.id),
 *     Stream.runCollect
 *   )
 * })
 * ```
 *
 * @since 0.1.0
 * @category Context
 */
export class LifecycleWorkflows extends Context.Tag("@effect-msgraph/client/LifecycleWorkflows")<
  LifecycleWorkflows,
  Service
>() {}

const isOperation = (node: object): node is Operation.Any => "path" in node && typeof node.path === "string"

const methods = (graph: GraphClient.Service, group: object): object =>
  Object.fromEntries(
    Object.entries(group).map(([name, node]: [string, object]) => [
      name,
      !isOperation(node)
        ? methods(graph, node)
        : node.kind === "list"
        ? (parameters: never, query: never) => graph.stream(node as Operation.AnyList, parameters, query)
        : (parameters: never, query: never) => graph.execute(node as Operation.AnyGet, parameters, query)
    ])
  )

/**
 * Makes the service from the client.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make: Effect.Effect<Service, never, GraphClient.GraphClient> = Effect.map(
  GraphClient.GraphClient,
  (graph) => methods(graph, groups) as Service
)

/**
 * The service over the client.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer: Layer.Layer<LifecycleWorkflows, never, GraphClient.GraphClient> = Layer.effect(
  LifecycleWorkflows,
  make
)
