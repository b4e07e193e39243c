/**
 * The Lifecycle Workflows API as a service: the whole catalogue as methods, grouped as the paths are.
 *
 * @since 0.1.0
 */
import { groups } from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import type * as Operation from "@effect-msgraph/domain/Operation"
import type * as Processing from "@effect-msgraph/domain/Processing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Stream from "effect/Stream"
import * as Activation from "./Activation.js"
import type * as Cursor from "./Cursor.js"
import * as GraphClient from "./GraphClient.js"
import type * as GraphError from "./GraphError.js"
import * as RunWatch from "./RunWatch.js"

/** The path parameters come first, where there are any. Spelt out, so that an editor shows them and not the operation's type. */
type Lead<O extends Operation.Any> = [keyof O["parameters"]] extends [never] ? []
  : [parameters: { readonly [K in keyof O["parameters"]]: O["parameters"][K]["Type"] }]

/**
 * The method of an operation.
 *
 * - The path parameters come first, where the path has any.
 * - An operation that takes a body takes it next; any other its query options.
 * - A list is a `Stream`, which begins at a `cursor` where it is given one; everything else is an `Effect`.
 *
 * @since 0.1.0
 * @category Models
 */
export type Method<O extends Operation.Any> = O extends Operation.AnyList ?
  <const Q extends Operation.QueryFor<O> = {}>(
    ...input: [...Lead<O>, query?: Operation.Exactly<O, Q>, cursor?: Cursor.Cursor]
  ) => Stream.Stream<Operation.ItemFor<O, Q>, GraphError.GraphError>
  : O extends Operation.AnyWithBody ? (...input: [...Lead<O>, body: Operation.BodyFor<O>]) => Effect.Effect<
      Operation.ResultFor<O, {}>,
      GraphError.GraphError
    >
  : [O["queryOptions"][number]] extends [never]
    ? (...input: Lead<O>) => Effect.Effect<Operation.ResultFor<O, {}>, GraphError.GraphError>
  : <const Q extends Operation.QueryFor<O> = {}>(
    ...input: [...Lead<O>, query?: Operation.Exactly<O, Q>]
  ) => Effect.Effect<Operation.ResultFor<O, Q>, GraphError.GraphError>

/**
 * The method for one page of a list: the first, or the one at a cursor that an earlier page gave.
 *
 * @since 0.1.0
 * @category Models
 */
export type PageMethod<O extends Operation.AnyList> = <const Q extends Operation.QueryFor<O> = {}>(
  ...input: [...Lead<O>, query?: Operation.Exactly<O, Q>, cursor?: Cursor.Cursor]
) => Effect.Effect<GraphClient.Page<Operation.ItemFor<O, Q>>, GraphError.GraphError>

/**
 * The method for the pages of a list, from the first or from a cursor on. Each page has the cursor to go on from, to be stored once the
 * page is dealt with.
 *
 * @since 0.1.0
 * @category Models
 */
export type PagesMethod<O extends Operation.AnyList> = <const Q extends Operation.QueryFor<O> = {}>(
  ...input: [...Lead<O>, query?: Operation.Exactly<O, Q>, cursor?: Cursor.Cursor]
) => Stream.Stream<GraphClient.Page<Operation.ItemFor<O, Q>>, GraphError.GraphError>

/**
 * The method that counts a list without reading it.
 *
 * @since 0.1.0
 * @category Models
 */
export type CountMethod<O extends Operation.AnyList> = (
  ...input: [...Lead<O>, query?: GraphClient.CountQuery<O>]
) => Effect.Effect<number, GraphError.GraphError>

/**
 * The methods of a group of operations. Each `list` has `listPage` and `listPages` beside it, and `count` where the service counts.
 *
 * @since 0.1.0
 * @category Models
 */
export type Methods<Group> =
  & {
    readonly [K in keyof Group]: Group[K] extends Operation.Any ? Method<Group[K]> : Methods<Group[K]>
  }
  & (Group extends { readonly list: infer O extends Operation.AnyList } ?
      & { readonly listPage: PageMethod<O>; readonly listPages: PagesMethod<O> }
      & ("count" extends O["queryOptions"][number] ? { readonly count: CountMethod<O> } : unknown)
    : unknown)

/**
 * What there is beside the operations.
 *
 * - `workflows.activateAndWatch`: activates a workflow for users, once, and finds the run, which can then be watched. (Microsoft's own
 *   `activateAndWait` is for one subject, and answers when all is over.)
 * - `workflows.runs.watch`: a run as it is now, and each time that its status or counts have changed, to its end
 * - `workflows.runs.outcome`: what a run came to, once it is over, and for whom tasks failed
 *
 * @since 0.1.0
 * @category Models
 */
export interface Watching {
  readonly workflows: {
    readonly activateAndWatch: Activation.ActivateAndWatch
    readonly runs: {
      readonly watch: (
        parameters: RunWatch.Target,
        options?: RunWatch.Options
      ) => Stream.Stream<Processing.Run, GraphError.GraphError | RunWatch.WatchTimeout>
      readonly outcome: (
        parameters: RunWatch.Target,
        options?: RunWatch.Options
      ) => Effect.Effect<RunWatch.Outcome, GraphError.GraphError | RunWatch.WatchTimeout>
    }
  }
}

type Operations = Methods<typeof groups>

/**
 * The service. A list is a `Stream` that reads pages as they are needed; everything else is an `Effect`. Each fails with a
 * `GraphError`, and needs nothing from its environment.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Service extends Operations, Watching {
  readonly workflows: Operations["workflows"] & Watching["workflows"]
}

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

/** Takes a method's arguments apart: path parameters, where the operation has any, then the rest. */
const method = (operation: Operation.Any, run: (parameters: never, ...rest: Array<never>) => unknown) => {
  const hasParameters = Object.keys(operation.parameters).length > 0
  return (...input: Array<never>) => hasParameters ? run(input[0]!, ...input.slice(1)) : run({} as never, ...input)
}

const methods = (graph: GraphClient.Service, group: object): object =>
  Object.fromEntries(
    Object.entries(group).flatMap(([name, node]: [string, object]): ReadonlyArray<readonly [string, unknown]> => {
      if (!isOperation(node)) return [[name, methods(graph, node)]]
      if (node.kind !== "list") {
        const operation = node as Operation.AnyWithBody
        return [[name, method(node, (parameters, input) => graph.execute(operation, parameters, input!))]]
      }
      const list = node as Operation.AnyList
      return [
        [name, method(list, (parameters, query, cursor) => graph.stream(list, parameters, query, cursor))],
        [`${name}Page`, method(list, (parameters, query, cursor) => graph.page(list, parameters, query, cursor))],
        [`${name}Pages`, method(list, (parameters, query, cursor) => graph.pages(list, parameters, query, cursor))],
        ...(name === "list" && list.queryOptions.includes("count")
          ? [["count", method(list, (parameters, query) => graph.count(list as never, parameters, query))] as const]
          : [])
      ]
    })
  )

/**
 * Makes the service from the client.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make: Effect.Effect<Service, never, GraphClient.GraphClient> = Effect.map(
  GraphClient.GraphClient,
  (graph) => {
    const operations = methods(graph, groups) as Operations
    const { workflows } = operations
    return {
      ...operations,
      workflows: {
        ...workflows,
        activateAndWatch: Activation.make(graph),
        runs: {
          ...workflows.runs,
          watch: (parameters, options) => RunWatch.watch(graph, parameters, options),
          outcome: (parameters, options) => RunWatch.outcome(graph, parameters, options)
        }
      }
    } satisfies Service
  }
)

/**
 * The service over the client.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer: Layer.Layer<LifecycleWorkflows, never, GraphClient.GraphClient> = Layer.fresh(
  Layer.effect(LifecycleWorkflows, make)
)
