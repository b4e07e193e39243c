/**
 * The command of an operation: its options come from the catalogue, and so does what it prints.
 *
 * @since 0.1.0
 */
import * as TokenProvider from "@effect-msgraph/auth/TokenProvider"
import * as GraphClient from "@effect-msgraph/client/GraphClient"
import type * as GraphError from "@effect-msgraph/client/GraphError"
import * as RetryPolicy from "@effect-msgraph/client/RetryPolicy"
import * as Operation from "@effect-msgraph/domain/Operation"
import type * as Query from "@effect-msgraph/domain/Query"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Stream from "effect/Stream"
import * as Credentials from "./Credentials.js"
import * as Numeric from "./Numeric.js"
import * as Json from "./output/Json.js"
import * as Progress from "./output/Progress.js"
import * as Style from "./output/Style.js"
import * as Table from "./output/Table.js"
import * as Text from "./output/Text.js"
import * as Value from "./output/Value.js"
import * as View from "./output/View.js"
import * as Parameters from "./Parameters.js"
import * as QueryOptions from "./QueryOptions.js"
import * as RequestLog from "./RequestLog.js"
import * as Settings from "./Settings.js"
import * as Stdio from "./Stdio.js"

/** Somebody may be waiting: a host that does not answer is given up after seconds, one that says how long to wait after minutes. */
const patience: Partial<RetryPolicy.Policy> = {
  maxRetries: 4,
  maxDelay: "5 seconds",
  attemptTimeout: "60 seconds",
  totalTimeout: "5 minutes"
}

/** An entity, as far as this module knows. */
type Item = { readonly [property: string]: unknown }

const limit = Numeric.option("limit", { from: 1 }).pipe(
  Options.withDescription("Stop after so many. By default all are read, page by page."),
  Options.withDefault(Infinity)
)

const jsonHelp: { readonly [K in Operation.Kind]: string } = {
  get: "Print one JSON document, as Graph writes it.",
  list: "Print JSON Lines: one JSON document a line, as Graph writes it."
}

const printOne = (operation: Operation.Any, query: Query.Any, asJson: boolean, item: Item) =>
  Effect.gen(function*() {
    const { stdout } = yield* Stdio.Stdio
    const entity = operation.result
    yield* stdout.write(
      asJson
        ? Json.document(Json.encoder(entity, query)(item))
        : Table.record(
          View.properties(entity, query).flatMap((property) => Value.lines(entity, property, item[property])),
          stdout
        )
    )
  })

/** Prints pages as they come, in columns that suit what was seen so far. */
const tablePrinter = (operation: Operation.Any, query: Query.Any, stdout: Stdio.Sink) => {
  const entity = operation.result
  const properties = View.columns(entity, query)
  let columns: ReadonlyArray<Table.Column> | undefined
  let needed: ReadonlyArray<number> | undefined
  return (items: ReadonlyArray<Item>) =>
    Effect.gen(function*() {
      const first = columns === undefined
      columns ??= properties.map((property) => ({
        heading: View.heading(property),
        align: items.some((item) => typeof item[property] === "number") ? "right" : "left",
        whole: property === "id" || items.some((item) => Value.isWhole(item[property]))
      }))
      const rows = items.map((item) => properties.map((property) => Value.cell(entity, property, item[property])))
      needed = Table.measure(columns, rows, needed)
      const layout = stdout.isTerminal ? Table.fit(columns, needed, yield* stdout.columns) : Table.roomy(needed)
      return (first ? Table.header(columns, layout, stdout) : "") + Table.body(columns, layout, rows, stdout)
    })
}

/** `12 runs: 9 completed, 3 failed`. */
const summary = (
  operation: Operation.Any,
  total: number,
  statuses: ReadonlyMap<string, number>,
  limited: boolean
): string => {
  const noun = View.noun(operation.result)
  const counts = Array.from(statuses, ([status, number]) => `${number} ${status}`).join(", ")
  return `${total === 0 ? `No ${noun}s` : Text.count(total, noun)}${limited ? " (stopped by --limit)" : ""}${
    counts === "" ? "" : `: ${counts}`
  }`
}

const printAll = <E>(
  operation: Operation.Any,
  query: Query.Any,
  asJson: boolean,
  limit: number,
  items: Stream.Stream<Item, E>
) =>
  Effect.scoped(Effect.gen(function*() {
    const { stderr, stdout } = yield* Stdio.Stdio
    const progress = yield* Progress.make(stderr)
    const encode = Json.encoder(operation.result, query)
    const table = tablePrinter(operation, query, stdout)
    const statuses = new Map<string, number>()
    let total = 0
    let pages = 0

    yield* (limit === Infinity ? items : Stream.take(items, limit)).pipe(
      Stream.runForEachChunk((chunk) =>
        Effect.gen(function*() {
          const page = Chunk.toReadonlyArray(chunk)
          if (page.length === 0) return
          total += page.length
          pages++
          for (const { processingStatus: status } of page) {
            if (typeof status === "string") statuses.set(status, (statuses.get(status) ?? 0) + 1)
          }
          const text = asJson ? page.map((item) => Json.line(encode(item))).join("") : yield* table(page)
          yield* progress.clear
          yield* stdout.write(text)
          yield* progress.update(
            `${Text.count(total, View.noun(operation.result))} so far, reading page ${pages + 1} …`
          )
        })
      )
    )
    yield* progress.clear
    if (!asJson) {
      const text = Text.sanitize(summary(operation, total, statuses, total === limit))
      yield* Effect.ignore(stderr.write(`${Style.paint(stderr, "faint", text)}\n`))
    }
  }))

/**
 * The command of an operation.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (name: string, operation: Operation.Any) =>
  Command.make(
    name,
    {
      parameters: Parameters.options(operation),
      query: QueryOptions.options(operation),
      limit: operation.kind === "list" ? limit : Options.map(Options.none, () => Infinity),
      json: Options.boolean("json").pipe(Options.withDescription(jsonHelp[operation.kind])),
      settings: Settings.options
    },
    ({ json, limit, parameters, query: texts, settings }) =>
      Effect.gen(function*() {
        const query = yield* QueryOptions.read(operation, texts)
        // What cannot be sent is said before a credential is asked for.
        yield* Operation.request(operation, parameters, query as {})

        const call = Effect.gen(function*() {
          const graph = yield* GraphClient.GraphClient
          return operation.kind === "list"
            ? yield* printAll(
              operation,
              query,
              json,
              limit,
              graph.stream(operation as Operation.AnyList, parameters as never, query as never) as Stream.Stream<
                Item,
                GraphError.GraphError
              >
            )
            : yield* Effect.flatMap(
              graph.execute(operation as Operation.AnyGet, parameters as never, query as never),
              (item) => printOne(operation, query, json, item as Item)
            )
        })
        const client = GraphClient.layer.pipe(
          Layer.provide(RetryPolicy.layer(patience)),
          Layer.provide(TokenProvider.layer),
          Layer.provide(Credentials.layer(settings)),
          Layer.provide(RequestLog.layer)
        )
        yield* call.pipe(
          Effect.provide(client),
          settings.verbose ? Logger.withMinimumLogLevel(LogLevel.Debug) : (effect) => effect
        )
      })
  ).pipe(Command.withDescription(
    HelpDoc.blocks([HelpDoc.p(`${operation.title}.`), HelpDoc.p(`See ${operation.documentation}`)])
  ))
