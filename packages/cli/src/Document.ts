/**
 * Request bodies out of files, JSON or YAML: read, decoded with the operation's schema, and complained about with line and column.
 *
 * @since 0.1.0
 */
import * as Mismatch from "@effect-msgraph/domain/Mismatch"
import type * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type * as Yaml from "yaml"
import * as CliError from "./CliError.js"
import * as Text from "./output/Text.js"
import * as Stdio from "./Stdio.js"
import * as Suggestion from "./Suggestion.js"

type Path = ReadonlyArray<string | number>

/**
 * Something that is wrong with a body: where, and what.
 *
 * - `at`: whether it is about the value at the path, the name of the last key, or something that is missing there
 *
 * @since 0.1.0
 * @category Models
 */
export interface Problem {
  readonly path: Path
  readonly at: "key" | "missing" | "value"
  readonly message: string
}

const keysOf = (ast: SchemaAST.AST): ReadonlyArray<string> =>
  ast._tag === "TypeLiteral" ? ast.propertySignatures.map(({ name }) => String(name)) : []

const told = (issue: ParseResult.ParseIssue, path: Path): Problem => {
  const { actual, expected, path: rest, rule } = Mismatch.fromParseError(new ParseResult.ParseError({ issue }))
  const wanted = expected.replace("NonEmptyString", "a non-empty string")
  const quotes = /string/.test(wanted) && (actual === "a number" || actual === "a boolean")
  return {
    path: [...path, ...rest],
    at: actual === "missing" ? "missing" : "value",
    message: actual === "missing"
      ? "is missing"
      : rule ?? `expected ${wanted}, found ${actual}${quotes ? "; write it in quotes" : ""}`
  }
}

/** Every departure, where `Mismatch` has the first one. */
const collect = (issue: ParseResult.ParseIssue, path: Path, known: ReadonlyArray<string>): ReadonlyArray<Problem> => {
  switch (issue._tag) {
    case "Pointer": {
      const keys = (Array.isArray(issue.path) ? issue.path : [issue.path]) as ReadonlyArray<PropertyKey>
      const inner = [...path, ...keys.map((key) => typeof key === "number" ? key : String(key))]
      return collect(issue.issue, inner, known)
    }
    case "Composite": {
      const issues = (Array.isArray(issue.issues) ? issue.issues : [issue.issues]) as ReadonlyArray<
        ParseResult.ParseIssue
      >
      const found = issues.map((inner) => collect(inner, path, keysOf(issue.ast)))
      if (issue.ast._tag !== "Union") return found.flat()
      // Of several forms that a value could have, the one that it comes nearest to.
      const depth = (problems: ReadonlyArray<Problem>) => Math.max(0, ...problems.map(({ path }) => path.length))
      const best = found.reduce((a, b) => depth(b) > depth(a) ? b : a, [])
      return depth(best) > path.length ? best : [told(issue, path)]
    }
    case "Refinement":
    case "Transformation": {
      const found = collect(issue.issue, path, known)
      // Where the fault is not further down, the outermost type says best what should be here.
      return found.every((problem) => problem.path.length > path.length) ? found : [told(issue, path)]
    }
    case "Type":
      return issue.message === undefined ? [told(issue, path)] : [{ path, at: "value", message: issue.message }]
    case "Unexpected": {
      const meant = Suggestion.nearest(String(path.at(-1)), known)
      return [{
        path,
        at: "key",
        message: `is not known here.${
          meant !== undefined ? ` Did you mean ${meant}?` : known.length === 0 ? "" : ` Known: ${known.join(", ")}.`
        }`
      }]
    }
    default:
      return [told(issue, path)]
  }
}

/** A type that nobody knows is let pass in what the service says. In what somebody writes, it is a slip. */
const unknownTypes = (value: unknown, path: Path): ReadonlyArray<Problem> => {
  if (typeof value !== "object" || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item, index) => unknownTypes(item, [...path, index]))
  const { _tag: tag, odataType } = value as { readonly _tag?: unknown; readonly odataType?: string }
  if (tag === "Unknown") {
    return [
      odataType === undefined
        ? { path: [...path, "@odata.type"], at: "missing", message: "is missing" }
        : { path: [...path, "@odata.type"], at: "value", message: `${JSON.stringify(odataType)} is no type known here` }
    ]
  }
  return Object.entries(value).flatMap(([key, inner]) => unknownTypes(inner, [...path, key]))
}

/** `@odata.context` and the like tell of what was read. They are not sent, and nobody has to take them out. */
const isAnnotation = ({ at, path }: Problem): boolean => at === "key" && String(path.at(-1)).includes("@odata.")

/**
 * A body, or everything that is wrong with it. What the schema does not have is wrong too.
 *
 * @since 0.1.0
 * @category Decoding
 */
export const check = (
  schema: Schema.Schema.AnyNoContext,
  value: unknown
): Either.Either<unknown, ReadonlyArray<Problem>> =>
  Either.gen(function*() {
    const decode = Schema.decodeUnknownEither(schema as Schema.Schema<unknown, unknown>)
    const strict = decode(value, { errors: "all", onExcessProperty: "error" })
    if (Either.isRight(strict)) return strict.right
    const problems = collect(strict.left.issue, [], []).filter((problem) => !isAnnotation(problem))
    return problems.length > 0
      ? yield* Either.left(problems)
      : yield* Either.mapLeft(decode(value), ({ issue }) => collect(issue, [], []))
  }).pipe(Either.flatMap((body) => {
    const problems = unknownTypes(body, [])
    return problems.length === 0 ? Either.right(body) : Either.left(problems)
  }))

/**
 * A document: what it is called, and what is in it.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Document {
  readonly name: string
  readonly text: string
}

/**
 * Reads a file, or standard input for `-`.
 *
 * @since 0.1.0
 * @category Reading
 */
export const read = (
  file: string
): Effect.Effect<Document, CliError.UsageError, FileSystem.FileSystem | Stdio.Stdio> =>
  Effect.gen(function*() {
    if (file === "-") {
      const { stdin } = yield* Stdio.Stdio
      return { name: "stdin", text: yield* stdin.read }
    }
    const files = yield* FileSystem.FileSystem
    const text = yield* Effect.mapError(
      files.readFileString(file),
      (error: PlatformError.PlatformError) =>
        new CliError.UsageError({
          reason: `${file} cannot be read: ${
            error._tag === "SystemError" ? Text.words(error.reason) : error.description ?? "bad argument"
          }.`
        })
    )
    return { name: file, text }
  })

/** The node at a path, or the innermost one on the way that is there. */
const locate = (yaml: typeof Yaml, document: Yaml.Document.Parsed, { at, path }: Problem): number => {
  let node: unknown = document.contents
  let offset = 0
  const start = (candidate: unknown) => {
    if (yaml.isNode(candidate)) offset = candidate.range?.[0] ?? offset
  }
  start(node)
  for (const [index, key] of path.entries()) {
    if (yaml.isAlias(node)) node = node.resolve(document)
    if (yaml.isMap(node)) {
      const pair = node.items.find((pair) => yaml.isScalar(pair.key) && String(pair.key.value) === String(key))
      if (pair === undefined) break
      start(pair.key)
      if (index === path.length - 1 && at === "key") break
      node = pair.value
    } else if (yaml.isSeq(node)) {
      node = node.items[Number(key)]
    } else {
      break
    }
    if (yaml.isScalar(node) && node.source === "") break
    start(node)
  }
  return offset
}

/**
 * The body that a document holds, or an error that names file, line, column and path of everything that is wrong with it. With `under`,
 * the document may be the value of this property alone.
 *
 * @since 0.1.0
 * @category Decoding
 */
export const decode = (
  schema: Schema.Schema.AnyNoContext,
  { name, text }: Document,
  options: { readonly under?: string | undefined; readonly advice?: string | undefined } = {}
): Effect.Effect<unknown, CliError.UsageError> =>
  Effect.gen(function*() {
    // Other commands start without it.
    const yaml = yield* Effect.promise(() => import("yaml"))
    const lineCounter = new yaml.LineCounter()
    const document = yaml.parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true })
    const place = (offset: number) => {
      const { col, line } = lineCounter.linePos(offset)
      return `${name}:${Math.max(1, line)}:${Math.max(1, col)}`
    }
    const fail = (lines: ReadonlyArray<string>) =>
      new CliError.UsageError({ reason: Array.from(new Set(lines)).join("\n"), advice: options.advice })
    const unreadable = [...document.errors, ...document.warnings]
    if (unreadable.length > 0) {
      return yield* fail(
        unreadable.map(({ message, pos }) => `${place(pos[0])} ${message.replace(/; please use .*$/, "")}`)
      )
    }
    const value = yield* Effect.try({
      try: () => document.toJS({ maxAliasCount: 100 }) as unknown,
      catch: () => fail([`${name}: it refers to itself too often`])
    })
    if (value === null) return yield* fail([`${name}: it is empty`])
    const { under } = options
    const wrapped = under !== undefined && !(typeof value === "object" && under in value)
    return yield* Either.mapLeft(check(schema, wrapped ? { [under]: value } : value), (problems) =>
      fail(
        problems
          .map((problem) => wrapped ? { ...problem, path: problem.path.slice(1) } : problem)
          .map((problem) => ({ ...problem, offset: locate(yaml, document, problem) }))
          .sort((a, b) => a.offset - b.offset)
          .map(({ message, offset, path }) =>
            `${place(offset)} ${path.length === 0 ? "the document" : Mismatch.formatPath(path)}: ${message}`
          )
      ))
  })
