/**
 * The command of an operation: its options come from the catalogue, and so does what it prints.
 *
 * @since 0.1.0
 */
import * as GraphClient from "@effect-msgraph/client/GraphClient"
import * as GraphError from "@effect-msgraph/client/GraphError"
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Operation from "@effect-msgraph/domain/Operation"
import type * as Query from "@effect-msgraph/domain/Query"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as Prompt from "@effect/cli/Prompt"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as BodyOptions from "./BodyOptions.js"
import * as Client from "./Client.js"
import * as CliError from "./CliError.js"
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
import * as Settings from "./Settings.js"
import * as Stdio from "./Stdio.js"
import * as WatchCommand from "./WatchCommand.js"

/**
 * A command of the tree: an operation, and what the catalogue does not tell of it.
 *
 * - `done`: what it did, in front of what it did it to
 * - `shorthand`: options that make its body
 * - `under`: the property of the body that a file may be the value of
 * - `wait`: does it, and waits for what it comes to
 *
 * @since 0.1.0
 * @category Models
 */
export interface Entry {
  readonly operation: Operation.Any
  readonly done?: string
  readonly shorthand?: BodyOptions.Shorthand
  readonly under?: string
  readonly wait?: WatchCommand.Wait
}

/** An entity, as far as this module knows. */
type Item = { readonly [property: string]: unknown }

const limit = Numeric.option("limit", { from: 1 }).pipe(
  Options.withDescription("Stop after so many. By default all are read, page by page."),
  Options.withDefault(Infinity)
)

const reads: { readonly [K in Operation.Kind]: boolean } = {
  get: true,
  list: true,
  function: true,
  create: false,
  update: false,
  delete: false,
  action: false
}

/** What a change answers with is said in a line, unless it is what the caller wanted to know. */
const isData = (operation: Operation.Any): boolean =>
  reads[operation.kind] || (operation.result !== undefined && !Operation.isEntity(operation.result))

const jsonHelp = (operation: Operation.Any): string =>
  operation.many
    ? "Print JSON Lines: one JSON document a line, as Graph writes it."
    : operation.result !== undefined
    ? "Print one JSON document, as Graph writes it."
    : "Print JSON only: nothing, or with --dry-run the request."

const printOne = (operation: Operation.Any, query: Query.Any, asJson: boolean, item: Item) =>
  Effect.gen(function*() {
    const { stdout } = yield* Stdio.Stdio
    const entity = View.entity(operation)
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
  const entity = View.entity(operation)
  const properties = View.columns(operation, query)
  let columns: ReadonlyArray<Table.Column> | undefined
  let needed: ReadonlyArray<number> | undefined
  return (items: ReadonlyArray<Item>) =>
    Effect.gen(function*() {
      const first = columns === undefined
      columns ??= properties.map((property) => ({
        heading: View.heading(property),
        align: items.some((item) => typeof item[property] === "number") ? "right" : "left",
        whole: /^id$|Id$/.test(property) || items.some((item) => Value.isWhole(item[property]))
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
  limited: boolean,
  counted: number | undefined
): string => {
  const noun = View.noun(View.entity(operation))
  const counts = Array.from(statuses, ([status, number]) => `${number} ${status}`).join(", ")
  const all = counted === undefined ? "" : ` of ${counted} in all`
  return `${total === 0 ? `No ${noun}s` : Text.count(total, noun)}${all}${limited ? " (stopped by --limit)" : ""}${
    counts === "" ? "" : `: ${counts}`
  }`
}

const printAll = <E>(
  operation: Operation.Any,
  query: Query.Any,
  asJson: boolean,
  limit: number,
  items: Stream.Stream<Item, E>,
  counted: () => number | undefined = () => undefined
) =>
  Effect.scoped(Effect.gen(function*() {
    const { stderr, stdout } = yield* Stdio.Stdio
    const progress = yield* Progress.make(stderr)
    const encode = Json.encoder(View.entity(operation), query)
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
            `${Text.count(total, View.noun(View.entity(operation)))} so far, reading page ${pages + 1} …`
          )
        })
      )
    )
    yield* progress.clear
    if (!asJson) {
      const text = Text.sanitize(summary(operation, total, statuses, total === limit, counted()))
      yield* Effect.ignore(stderr.write(`${Style.paint(stderr, "faint", text)}\n`))
    }
  }))

/** All items, and how many the service says that there are, if it is to count them. */
const readAll = (
  graph: GraphClient.Service,
  operation: Operation.AnyList,
  parameters: never,
  query: Query.Any
): readonly [items: Stream.Stream<Item, GraphError.GraphError>, counted: () => number | undefined] => {
  if (query.count !== true) return [graph.stream(operation, parameters, query as never) as never, () => undefined]
  let counted: number | undefined
  const items = Stream.mapConcatChunk(graph.pages(operation, parameters, query as never), (page) => {
    counted ??= page.count
    return Chunk.unsafeFromArray(page.value as unknown as Array<Item>)
  })
  return [items, () => counted]
}

/** What an operation is about: the last thing that its path names, or what it made. */
const subject = (operation: Operation.Any, parameters: { readonly [name: string]: unknown }, result?: Item): string => {
  const [name, value] = Object.entries(parameters).at(-1) ?? []
  if (result !== undefined && typeof result["id"] === "string") {
    const { displayName, id, version } = result
    const name = typeof displayName === "string" ? ` ${JSON.stringify(displayName)}` : ""
    return `${View.noun(View.entity(operation))}${name} (${id}${
      typeof version === "number" ? `, version ${version}` : ""
    })`
  }
  return name === undefined
    ? Text.words(operation.path.slice(operation.path.lastIndexOf("/") + 1))
    : `${Parameters.noun(name)} ${String(value)}`
}

const verbs: { readonly [K in Operation.Kind]?: string } = { create: "Created", update: "Updated", delete: "Deleted" }

const printDone = (
  { done, operation }: Entry,
  parameters: { readonly [name: string]: unknown },
  asJson: boolean,
  result: Item | undefined
) =>
  Effect.flatMap(Stdio.Stdio, ({ stdout }) =>
    asJson
      ? result === undefined
        ? Effect.void
        : stdout.write(Json.document(Json.encoder(View.entity(operation), {})(result)))
      : stdout.write(
        `${Text.sanitize(`${done ?? verbs[operation.kind] ?? "Done:"} ${subject(operation, parameters, result)}`)}\n`
      ))

/** The request, unsent: as a person reads it, or as JSON. */
const printRequest = (operation: Operation.Any, request: Operation.RequestDescription, asJson: boolean) =>
  Effect.gen(function*() {
    const { stdout } = yield* Stdio.Stdio
    const cloud = yield* Effect.mapError(NationalCloud.config, Credentials.toUsageError)
    if (cloud.name !== "custom" && !operation.clouds.includes(cloud.name)) {
      return yield* new GraphError.CloudUnavailable({
        operation: operation.id,
        cloud: cloud.displayName,
        available: operation.clouds
      })
    }
    const { headers, method, path, query } = request
    const url = `${cloud.graphRoot}${path}${query}`
    const body = request.body === undefined ? undefined : JSON.parse(request.body) as unknown
    yield* stdout.write(
      asJson
        ? Json.document({ method, url, headers, ...(body === undefined ? {} : { body }) })
        : `${method} ${Text.sanitize(url)}\n${body === undefined ? "" : Json.document(body)}`
    )
  })

/** Whether to go on: somebody said so beforehand, or says so now. */
const confirm = (question: string, yes: boolean) =>
  Effect.gen(function*() {
    if (yes) return true
    const { stderr, stdin } = yield* Stdio.Stdio
    if (!stdin.isTerminal || !stderr.isTerminal) {
      return yield* new CliError.UsageError({
        reason: "Nothing was deleted: there is nobody to ask.",
        advice: "Give --yes to delete without being asked."
      })
    }
    return yield* Prompt.confirm({ message: Text.sanitize(question), initial: false })
  })

const absent = Options.map(Options.none, () => false)

/**
 * The values that options of an operation's command take, where there are only so many.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const values = (operation: Operation.Any): { readonly [flag: string]: ReadonlyArray<string> } =>
  QueryOptions.names(operation)

/**
 * The command of an operation.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (name: string, entry: Entry) => {
  const { operation, shorthand, under } = entry
  return Command.make(
    name,
    {
      parameters: Parameters.options(operation),
      query: QueryOptions.options(operation),
      body: BodyOptions.options(operation, shorthand),
      limit: operation.kind === "list" ? limit : Options.map(Options.none, () => Infinity),
      json: Options.boolean("json").pipe(Options.withDescription(jsonHelp(operation))),
      dryRun: reads[operation.kind] ? absent : Options.boolean("dry-run").pipe(
        Options.withDescription("Print the request, and send nothing.")
      ),
      yes: operation.kind === "delete"
        ? Options.boolean("yes", { aliases: ["y"] }).pipe(Options.withDescription("Do not ask."))
        : absent,
      wait: entry.wait === undefined ? absent : Options.boolean("wait").pipe(
        Options.withDescription("Find the run, and watch it to its end, as lcw runs watch does.")
      ),
      watchLimit: entry.wait === undefined ? Options.map(Options.none, Option.none) : WatchCommand.limit,
      settings: Settings.options
    },
    ({ body: given, dryRun, json, limit, parameters: texts, query: queryTexts, settings, wait, watchLimit, yes }) =>
      Effect.gen(function*() {
        if (Option.isSome(watchLimit) && !wait) {
          return yield* new CliError.UsageError({
            reason: "--minutes says how long to watch the run, and without --wait nobody does.",
            advice: "Give --wait as well, or leave --minutes out."
          })
        }
        const parameters = yield* Parameters.read(operation, texts)
        const query = yield* QueryOptions.read(operation, queryTexts)
        const { stderr } = yield* Stdio.Stdio
        for (const doubt of QueryOptions.doubts(operation, query)) {
          yield* Effect.ignore(stderr.write(`${Style.paint(stderr, "warning", "lcw:")} ${Text.sanitize(doubt)}\n`))
        }
        const body = yield* BodyOptions.read(operation, given, { shorthand, under })
        // What cannot be sent is said before a credential is asked for.
        const input = operation.body === undefined ? query : body
        const request = yield* Operation.request(
          operation as Operation.AnyWithBody,
          parameters as never,
          input as never
        )
        if (dryRun) return yield* Settings.provide(settings.values)(printRequest(operation, request, json))
        if (operation.kind === "delete") {
          const question = `${operation.title} (${subject(operation, parameters)})?`
          if (!(yield* confirm(question, yes))) {
            return yield* Effect.ignore(stderr.write(`Nothing was deleted.\n`))
          }
        }

        const call = Effect.gen(function*() {
          const graph = yield* GraphClient.GraphClient
          if (operation.kind === "list") {
            const [items, counted] = readAll(graph, operation as Operation.AnyList, parameters as never, query)
            return yield* printAll(operation, query, json, limit, items, counted)
          }
          const result = (yield* graph.execute(
            operation as Operation.AnyWithBody,
            parameters as never,
            input as never
          )) as unknown
          if (!isData(operation)) return yield* printDone(entry, parameters, json, result as Item | undefined)
          return operation.many
            ? yield* printAll(operation, query, json, limit, Stream.fromIterable(result as ReadonlyArray<Item>))
            : yield* printOne(operation, query, json, result as Item)
        })
        yield* Client.provide(settings)(
          wait && entry.wait !== undefined
            ? entry.wait(parameters, body, Option.getOrElse(watchLimit, () => ({})), json)
            : call
        )
      })
  ).pipe(Command.withDescription(
    HelpDoc.blocks([HelpDoc.p(`${operation.title}.`), HelpDoc.p(`See ${operation.documentation}`)])
  ))
}
