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
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Batch from "./Batch.js"
import type * as Cursor from "./Cursor.js"
import * as GraphError from "./GraphError.js"
import * as Answer from "./internal/answer.js"
import * as Batching from "./internal/batching.js"
import * as Decode from "./internal/decode.js"
import * as Paging from "./internal/paging.js"
import * as Pipeline from "./internal/pipeline.js"
import * as Telemetry from "./internal/telemetry.js"
import * as Throttle from "./Throttle.js"

/**
 * One page of a collection.
 *
 * - `value`: its elements
 * - `count`: how many the whole collection has, where `count` was asked for or the service says so unasked
 * - `cursor`: where the list goes on behind this page, if it does
 * - `date`: when the service answered, by its own clock, if it says so
 *
 * @since 0.1.0
 * @category Models
 */
export interface Page<A> {
  readonly value: ReadonlyArray<A>
  readonly count: number | undefined
  readonly cursor: Cursor.Cursor | undefined
  readonly date: DateTime.Utc | undefined
}

/**
 * What of a collection to count.
 *
 * @since 0.1.0
 * @category Type level
 */
export type CountQuery<O extends Operation.AnyList> = {
  readonly [K in Extract<O["queryOptions"][number], "filter" | "search">]?: Operation.QueryFor<O>[K]
}

/**
 * The client.
 *
 * - `cloud`: the cloud it talks to, which is its token provider's
 * - `execute`: an operation that is no list; the third argument is its body, where it takes one, else its query options
 * - `stream`: an operation that reads a collection, page by page as they are consumed. The first page is read alone; from the second on,
 *   the page behind the one that is being consumed is read meanwhile, and no more than that one. With a `cursor` it begins there
 * - `page`: one page of it: the first, or the one at `cursor`
 * - `pages`: the same as `stream`, as pages; each has the cursor to go on from once it is dealt with
 * - `count`: how many elements there are, where the service can count them without sending them all
 * - `batch`: several requests in one, each with its own result; none of them makes the others fail
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
    query?: Operation.Exactly<O, Q>,
    cursor?: Cursor.Cursor
  ) => Stream.Stream<Operation.ItemFor<O, Q>, GraphError.GraphError>

  readonly page: <O extends Operation.AnyList, const Q extends Operation.QueryFor<O> = {}>(
    operation: O,
    parameters: Operation.Parameters<O>,
    query?: Operation.Exactly<O, Q>,
    cursor?: Cursor.Cursor
  ) => Effect.Effect<Page<Operation.ItemFor<O, Q>>, GraphError.GraphError>

  readonly pages: <O extends Operation.AnyList, const Q extends Operation.QueryFor<O> = {}>(
    operation: O,
    parameters: Operation.Parameters<O>,
    query?: Operation.Exactly<O, Q>,
    cursor?: Cursor.Cursor
  ) => Stream.Stream<Page<Operation.ItemFor<O, Q>>, GraphError.GraphError>

  readonly count: <O extends Operation.AnyList>(
    operation: "count" extends O["queryOptions"][number] ? O : never,
    parameters: Operation.Parameters<O>,
    query?: CountQuery<O>
  ) => Effect.Effect<number, GraphError.GraphError>

  readonly batch: <const I extends Batch.Items>(items: I) => Effect.Effect<Batch.Results<I>>
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
const ids = (
  operation: Operation.Any,
  parameters: { readonly [name: string]: unknown }
): { readonly [name: string]: unknown } => {
  const attributes: { [name: string]: unknown } = {}
  for (const name of Object.keys(operation.parameters)) attributes[`msgraph.${name}`] = parameters[name]
  return attributes
}

/** A list as a caller asks for it. */
interface List {
  readonly operation: Operation.AnyList
  readonly parameters: { readonly [name: string]: unknown }
  readonly query: Query.Any
}

/** A list that can be asked for: its first request, what its cursors belong to, and where it begins. */
interface OpenList extends List {
  readonly outgoing: Pipeline.Outgoing
  readonly request: Paging.Request
  readonly position: Paging.Position
}

/** A page, and where the next one is. */
interface ReadPage {
  readonly value: ReadonlyArray<unknown>
  readonly count: number | undefined
  readonly next: Paging.Position | undefined
  readonly date: string | undefined
}

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
  const pipeline = yield* Pipeline.make
  const { cloud, send } = pipeline
  const { sendItems, sendTogether } = Batching.make(pipeline, yield* Batch.Batching)

  const attributes = (operation?: Operation.Any, parameters: { readonly [name: string]: unknown } = {}) => ({
    "msgraph.cloud": cloud.name,
    ...(operation === undefined ? {} : ids(operation, parameters))
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

  const decode = (operation: Operation.Any, query: Query.Any, { answer, body }: Pipeline.Received) =>
    Either.mapLeft(
      Decode.decoder(operation, query)(body),
      (mismatch) => Answer.decodeError(operation, answer, mismatch)
    )

  const queryOf = (operation: Operation.Any, input: unknown): Query.Any =>
    operation.body === undefined ? (input ?? {}) as Query.Any : {}

  const execute = (
    operation: Operation.Any,
    parameters: { readonly [name: string]: unknown },
    input?: unknown
  ): Effect.Effect<unknown, GraphError.GraphError> =>
    Batching.failByRequest(Effect.suspend(() => {
      const request = prepare(operation, parameters, input)
      if (Either.isLeft(request)) {
        return Telemetry.within(operation.id, attributes(), (span) => Telemetry.failWithin(span, request.left))
      }
      return Telemetry.within(operation.id, attributes(operation, parameters), (span) =>
        Effect.flatMap(sendTogether(operation, request.right, span), (received) => {
          const result = decode(operation, queryOf(operation, input), received)
          return Either.isLeft(result)
            ? Telemetry.failWithin(span, result.left)
            : Effect.succeed(operation.many ? (result.right as Decode.Page).value : result.right)
        }))
    }))

  const home = `${new URL(cloud.graphRoot).origin}/`

  /**
   * The next link as the service wrote it, if it may be followed: it is opaque, and it gets our token. The whole
   * beginning is compared, since an origin says nothing of a user name before it, or of `blob:`.
   */
  const trusted = (operation: Operation.Any, link: string): Either.Either<void, GraphError.GraphError> => {
    const url = URL.canParse(link) ? new URL(link) : undefined
    if (url !== undefined && url.href.startsWith(home)) return Either.void
    const origin = url === undefined
      ? "no absolute URL"
      : `${url.protocol}//${url.username === "" && url.password === "" ? "" : "<user>@"}${url.host}`
    return Either.left(new GraphError.UntrustedLink({ operation: operation.id, origin, expected: cloud.graphRoot }))
  }

  /** A list that can be asked for, and where it begins. */
  const open = (list: List, cursor?: string): Either.Either<OpenList, GraphError.GraphError> =>
    Either.flatMap(prepare(list.operation, list.parameters, list.query), (outgoing) => {
      const request = {
        operation: list.operation,
        graphRoot: cloud.graphRoot,
        path: outgoing.url.slice(cloud.graphRoot.length)
      }
      const position = cursor === undefined ? Either.right(Paging.first(outgoing.url)) : Paging.decode(request, cursor)
      return Either.map(position, (position) => ({ ...list, outgoing, request, position }))
    })

  const toReadPage = (list: List, position: Paging.Position, received: Pipeline.Received) =>
    Either.map(decode(list.operation, list.query, received), (body): ReadPage => {
      const { "@odata.count": count, "@odata.nextLink": link, value } = body as Decode.Page
      return {
        value,
        count,
        next: link === undefined ? undefined : Paging.next(position, link),
        date: received.answer.headers["date"]
      }
    })

  /** One page. Its link is held against the origin, and against the pages before it, within the page's span. */
  const readPage = Effect.fnUntraced(
    function*(list: OpenList, position: Paging.Position, via: Pipeline.Send, visit?: Paging.Visit) {
      const { operation, outgoing, parameters } = list
      yield* Effect.annotateCurrentSpan(ids(operation, parameters))
      yield* Effect.annotateCurrentSpan("msgraph.page", position.page)
      if (position.link !== outgoing.url) yield* trusted(operation, position.link)
      if (Paging.leadsBack(position) || visit?.(position) === false) {
        return yield* new GraphError.PagingLoop({ operation: operation.id, pages: position.page - 1 })
      }
      return yield* toReadPage(list, position, yield* via(operation, { ...outgoing, url: position.link }))
    },
    (effect, { operation }) =>
      Effect.withSpan(effect, operation.id, { kind: "client", attributes: attributes(), captureStackTrace: false })
  )

  const toPage = (list: OpenList, { count, date, next, value }: ReadPage): Page<unknown> => ({
    value,
    count,
    cursor: next === undefined ? undefined : Paging.encode(list.request, next),
    date: date === undefined ? undefined : Option.getOrUndefined(DateTime.make(Date.parse(date)))
  })

  const page = (
    operation: Operation.AnyList,
    parameters: { readonly [name: string]: unknown },
    query: Query.Any = {},
    cursor?: string
  ): Effect.Effect<Page<unknown>, GraphError.GraphError> =>
    Batching.failByRequest(Effect.flatMap(
      Effect.suspend(() => open({ operation, parameters, query }, cursor)),
      (list) =>
        // A link is used as it is, so it cannot be written as a batch has it.
        Effect.map(readPage(list, list.position, cursor === undefined ? sendTogether : send), (page) =>
          toPage(list, page))
    ))

  /**
   * All pages, each made into a chunk. The first is read alone, for many want no more. From the second on, while one is consumed, the
   * next one is read, and waits to be asked for.
   */
  const readAll = <A>(
    list: List,
    cursor: string | undefined,
    toChunk: (list: OpenList, page: ReadPage) => Chunk.Chunk<A>
  ): Stream.Stream<A, GraphError.GraphError> =>
    Stream.fromPull(Effect.map(Effect.scope, (scope) => {
      const opened = open(list, cursor)
      if (Either.isLeft(opened)) return Effect.fail(Option.some(opened.left))
      const visit = Paging.trail()
      const known = opened.right
      const read = (position: Paging.Position) => readPage(known, position, send, visit)
      let next: Effect.Effect<ReadPage, GraphError.GraphError> | undefined = read(known.position)
      let ahead = false
      return Effect.suspend(() =>
        next === undefined ? Effect.fail(Option.none()) : Effect.flatMap(Effect.mapError(next, Option.some), (page) => {
          const chunk = toChunk(known, page)
          next = page.next === undefined ? undefined : read(page.next)
          if (next === undefined || !ahead) {
            ahead = true
            return Effect.succeed(chunk)
          }
          // It ends with the stream, and fails when it is asked for, not before.
          return Effect.map(Effect.forkIn(Effect.exit(next), scope), (fiber) => {
            next = Effect.flatten(Effect.flatten(Fiber.await(fiber)))
            return chunk
          })
        })
      )
    }))

  const stream = (
    operation: Operation.AnyList,
    parameters: { readonly [name: string]: unknown },
    query: Query.Any = {},
    cursor?: string
  ) => readAll({ operation, parameters, query }, cursor, (_, { value }) => Chunk.unsafeFromArray(value))

  const pages = (
    operation: Operation.AnyList,
    parameters: { readonly [name: string]: unknown },
    query: Query.Any = {},
    cursor?: string
  ) => readAll({ operation, parameters, query }, cursor, (list, page) => Chunk.of(toPage(list, page)))

  const count = (
    operation: Operation.AnyList,
    parameters: { readonly [name: string]: unknown },
    query: Query.Any = {}
  ): Effect.Effect<number, GraphError.GraphError> => {
    // As little of the collection as the operation lets us ask for.
    const little = {
      ...(operation.queryOptions.includes("select") && "id" in operation.result.properties ? { select: ["id"] } : {}),
      ...(operation.queryOptions.includes("top") ? { top: 1 } : {})
    }
    return Effect.flatMap(
      page(operation, parameters, { ...query, ...little, count: true }),
      ({ count }) =>
        count === undefined
          ? new GraphError.Decode({
            operation: operation.id,
            status: operation.status,
            path: ["@odata.count"],
            expected: "a whole number",
            actual: "missing"
          })
          : Effect.succeed(count)
    )
  }

  const batch = sendItems({
    prepare: ({ input, operation, parameters }) => prepare(operation, parameters, input),
    read: ({ input, operation, parameters }, received) =>
      operation.kind === "list"
        ? Either.flatMap(
          open({ operation: operation as Operation.AnyList, parameters, query: queryOf(operation, input) }),
          (list) => Either.map(toReadPage(list, list.position, received), (page) => toPage(list, page))
        )
        : Either.map(decode(operation, queryOf(operation, input), received), (result) =>
          operation.many ? (result as Decode.Page).value : result)
  })

  return GraphClient.of({
    cloud,
    execute: execute as Service["execute"],
    stream: stream as Service["stream"],
    page: page as Service["page"],
    pages: pages as Service["pages"],
    count: count as Service["count"],
    batch: batch as Service["batch"]
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

/** One gate for all clients of a program that do not name their own: it tells tenants and applications apart. */
const throttle = Throttle.layer()

/**
 * The client, with a throttle gate in the memory of this process, which all such clients of a program share. Each use of the
 * layer in a program is a client of its own.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer: Layer.Layer<GraphClient, never, HttpClient.HttpClient | TokenProvider.TokenProvider> = Layer.fresh(
  layerWithThrottle.pipe(Layer.provide(throttle))
)
