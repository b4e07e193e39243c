/**
 * The primitive: any operation of any catalogue, on the one path to the network. A program that uses one operation bundles one
 * operation.
 *
 * @since 0.1.0
 */
import type * as TokenProvider from "@effect-msgraph/auth/TokenProvider"
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Operation from "@effect-msgraph/domain/Operation"
import type * as Query from "@effect-msgraph/domain/Query"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as GraphError from "./GraphError.js"
import * as Answer from "./internal/answer.js"
import * as Decode from "./internal/decode.js"
import * as Pipeline from "./internal/pipeline.js"
import * as Throttle from "./Throttle.js"

/**
 * One page of a collection.
 *
 * - `value`: its elements
 * - `count`: how many the whole collection has, where `count` was asked for or the service says so unasked
 * - `nextLink`: where the next page is, if there is one: opaque, to be given back as it is
 *
 * @since 0.1.0
 * @category Models
 */
export interface Page<A> {
  readonly value: ReadonlyArray<A>
  readonly count: number | undefined
  readonly nextLink: string | undefined
}

/**
 * The client.
 *
 * - `cloud`: the cloud it talks to, which is its token provider's
 * - `execute`: an operation that is no list; the third argument is its body, where it takes one, else its query options
 * - `stream`: an operation that reads a collection, page by page as they are consumed
 * - `page`: one page of it: the first, or the one at `nextLink`
 *
 * @since 0.1.0
 * @category Models
 */
export interface Service {
  readonly cloud: NationalCloud.NationalCloud

  readonly execute: {
    <O extends Operation.AnyWithBody>(
      operation: O,
      parameters: Operation.Parameters<O>,
      body: Operation.BodyFor<O>
    ): Effect.Effect<Operation.ResultFor<O, {}>, GraphError.GraphError>
    <O extends Operation.AnyWithoutBody, const Q extends Operation.QueryFor<O> = {}>(
      operation: O,
      parameters: Operation.Parameters<O>,
      query?: Operation.Exactly<O, Q>
    ): Effect.Effect<Operation.ResultFor<O, Q>, GraphError.GraphError>
  }

  readonly stream: <O extends Operation.AnyList, const Q extends Operation.QueryFor<O> = {}>(
    operation: O,
    parameters: Operation.Parameters<O>,
    query?: Operation.Exactly<O, Q>
  ) => Stream.Stream<Operation.ItemFor<O, Q>, GraphError.GraphError>

  readonly page: <O extends Operation.AnyList, const Q extends Operation.QueryFor<O> = {}>(
    operation: O,
    parameters: Operation.Parameters<O>,
    query?: Operation.Exactly<O, Q>,
    nextLink?: string
  ) => Effect.Effect<Page<Operation.ItemFor<O, Q>>, GraphError.GraphError>
}

/**
 * The client.
 *
 * @example
 * ```ts
 * import { GraphClient } from "@effect-msgraph/client"
 * import { Ids, LifecycleWorkflowsApi } from "@effect-msgraph/domain"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const graph = yield* GraphClient.GraphClient
 *   const run = yield* graph.execute(LifecycleWorkflowsApi.getRun, {
 *     workflowId: Ids.WorkflowId.make("14879e66-9ea9-48d0-804d-8fea672d0341"),
 *     runId: Ids.RunId.make("dad77a47-6eda-4de7-bc37-fe8eb5aaf17d")
 *   }, { select: ["processingStatus"] })
 *   return run.processingStatus
 * })
 * ```
 *
 * @since 0.1.0
 * @category Context
 */
export class GraphClient extends Context.Tag("@effect-msgraph/client/GraphClient")<GraphClient, Service>() {}

/** Ids, once they have proved to be ids, tell an operator which object a span is about. What else was passed stays out. */
const annotateIds = (operation: Operation.Any, parameters: { readonly [name: string]: unknown }): Effect.Effect<void> =>
  Effect.annotateCurrentSpan(
    Object.fromEntries(Object.keys(operation.parameters).map((name) => [`msgraph.${name}`, parameters[name]]))
  )

/**
 * Makes the client from a token provider, a throttle gate and the application's `HttpClient`, which it leaves as it is.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make: Effect.Effect<
  Service,
  never,
  HttpClient.HttpClient | TokenProvider.TokenProvider | Throttle.Throttle
> = Effect.gen(function*() {
  const { cloud, send } = yield* Pipeline.make

  const span = (operation: Operation.Any) =>
    Effect.withSpan(operation.id, {
      kind: "client",
      attributes: { "msgraph.cloud": cloud.name },
      // It would point here, not at the caller.
      captureStackTrace: false
    })

  const prepare = (
    operation: Operation.Any,
    parameters: { readonly [name: string]: unknown },
    input: unknown
  ): Either.Either<Pipeline.Outgoing, GraphError.GraphError> =>
    cloud.name === "custom" || operation.clouds.includes(cloud.name)
      ? Either.map(
        Operation.request(operation as Operation.AnyWithBody, parameters as never, input as never),
        ({ body, headers, path, query }) => ({ url: `${cloud.graphRoot}${path}${query}`, headers, body })
      )
      : Either.left(
        new GraphError.CloudUnavailable({
          operation: operation.id,
          cloud: cloud.displayName,
          available: operation.clouds
        })
      )

  const fetch = (operation: Operation.Any, query: Query.Any, request: Pipeline.Outgoing) =>
    Effect.flatMap(
      send(operation, request),
      ({ answer, body }) =>
        Either.mapLeft(Decode.decoder(operation, query)(body), (mismatch) =>
          Answer.decodeError(operation, answer, mismatch))
    )

  const execute = (
    operation: Operation.Any,
    parameters: { readonly [name: string]: unknown },
    input?: unknown
  ): Effect.Effect<unknown, GraphError.GraphError> =>
    Effect.gen(function*() {
      const request = yield* prepare(operation, parameters, input)
      yield* annotateIds(operation, parameters)
      const query = operation.body === undefined ? (input ?? {}) as Query.Any : {}
      const result = yield* fetch(operation, query, request)
      return operation.many ? (result as Decode.Page).value : result
    }).pipe(span(operation))

  const home = `${new URL(cloud.graphRoot).origin}/`

  /**
   * The next link as the service wrote it, if it may be followed: it is opaque, and it gets our token. The whole
   * beginning is compared, since an origin says nothing of a user name before it, or of `blob:`.
   */
  const follow = (
    operation: Operation.Any,
    link: string,
    seen: ReadonlySet<string>
  ): Either.Either<string, GraphError.GraphError> => {
    const url = URL.canParse(link) ? new URL(link) : undefined
    if (url === undefined || !url.href.startsWith(home)) {
      const origin = url === undefined
        ? "no absolute URL"
        : `${url.protocol}//${url.username === "" && url.password === "" ? "" : "<user>@"}${url.host}`
      return Either.left(new GraphError.UntrustedLink({ operation: operation.id, origin, expected: cloud.graphRoot }))
    }
    return seen.has(link)
      ? Either.left(new GraphError.PagingLoop({ operation: operation.id, pages: seen.size }))
      : Either.right(link)
  }

  /** One page, at an address that may be followed. */
  const fetchPage = Effect.fnUntraced(
    function*(
      operation: Operation.AnyList,
      parameters: { readonly [name: string]: unknown },
      query: Query.Any,
      request: Pipeline.Outgoing,
      number: number
    ) {
      yield* annotateIds(operation, parameters)
      yield* Effect.annotateCurrentSpan("msgraph.page", number)
      return (yield* fetch(operation, query, request)) as Decode.Page
    },
    (effect, operation) => span(operation)(effect)
  )

  const page = Effect.fnUntraced(function*(
    operation: Operation.AnyList,
    parameters: { readonly [name: string]: unknown },
    query: Query.Any = {},
    nextLink?: string
  ) {
    const first = yield* prepare(operation, parameters, query)
    const url = nextLink === undefined ? first.url : yield* follow(operation, nextLink, new Set())
    const { "@odata.count": count, "@odata.nextLink": next, value } = yield* fetchPage(
      operation,
      parameters,
      query,
      { ...first, url },
      1
    )
    return { value, count, nextLink: next }
  })

  const stream = (
    operation: Operation.AnyList,
    parameters: { readonly [name: string]: unknown },
    query: Query.Any = {}
  ): Stream.Stream<unknown, GraphError.GraphError> =>
    Stream.unwrap(
      Effect.map(Effect.suspend(() => prepare(operation, parameters, query)), (request) => {
        const seen = new Set<string>()
        return Stream.paginateChunkEffect(
          Either.right(request.url) as Either.Either<string, GraphError.GraphError>,
          (link) =>
            Effect.gen(function*() {
              const url = yield* link
              seen.add(url)
              const page = yield* fetchPage(operation, parameters, query, { ...request, url }, seen.size)
              return [
                Chunk.unsafeFromArray(page.value as Array<unknown>),
                Option.map(Option.fromNullable(page["@odata.nextLink"]), (link) => follow(operation, link, seen))
              ] as const
            })
        )
      })
    )

  return GraphClient.of({
    cloud,
    execute: execute as Service["execute"],
    stream: stream as Service["stream"],
    page: page as Service["page"]
  })
})

/**
 * The client with a throttle gate that is given: one that several clients share. Each use of it in a program is a client of
 * its own, so that two credentials of one program are never taken for each other.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerWithThrottle: Layer.Layer<
  GraphClient,
  never,
  HttpClient.HttpClient | TokenProvider.TokenProvider | Throttle.Throttle
> = Layer.fresh(Layer.effect(GraphClient, make))

/**
 * The client, with a throttle gate in the memory of this process, which all such clients of a program share. Each use of the
 * layer in a program is a client of its own.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer: Layer.Layer<GraphClient, never, HttpClient.HttpClient | TokenProvider.TokenProvider> = Layer.fresh(
  layerWithThrottle.pipe(Layer.provide(Throttle.layer))
)
