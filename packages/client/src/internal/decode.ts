import * as Entity from "@effect-msgraph/domain/Entity"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Query from "@effect-msgraph/domain/Query"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/** Where a payload departs from its schema. The value itself is left out: it may be personal data. */
export interface Mismatch {
  readonly path: ReadonlyArray<string | number>
  readonly expected: string
  readonly actual: string
}

/** A page of a collection. */
export interface Page {
  readonly value: ReadonlyArray<unknown>
  readonly "@odata.nextLink"?: string | undefined
}

type Decoder = (body: unknown) => Either.Either<unknown, Mismatch>

const kindOf = (value: unknown): string =>
  value === null
    ? "null"
    : Array.isArray(value)
    ? "an array"
    : typeof value === "object"
    ? "an object"
    : `a ${typeof value}`

/** The name of a type, unless it is one that `Schema.Struct` makes up. A brand takes the place of an identifier. */
const nameOf = (ast: SchemaAST.AST): string | undefined => {
  const name = SchemaAST.getIdentifierAnnotation(ast).pipe(
    Option.orElse(() => SchemaAST.getTitleAnnotation(ast)),
    Option.orElse(() => Option.map(SchemaAST.getBrandAnnotation(ast), (brands) => brands.join(" & "))),
    Option.getOrUndefined
  )
  return name === undefined || name.startsWith("Struct (") ? undefined : name
}

/** What a type is, in a few words, however large it is. */
const describe = (ast: SchemaAST.AST): string => {
  switch (ast._tag) {
    case "StringKeyword":
    case "NumberKeyword":
    case "BooleanKeyword":
      return nameOf(ast) === ast._tag.slice(0, -7).toLowerCase() ? `a ${nameOf(ast)}` : nameOf(ast) ?? String(ast)
    case "Union":
      return nameOf(ast) ??
        Array.from(new Set(ast.types.filter((type) => type._tag !== "UndefinedKeyword").map(describe))).join(" or ")
    case "TypeLiteral":
    case "Suspend":
      return nameOf(ast) ?? "an object"
    case "TupleType":
      return nameOf(ast) ?? "an array"
    case "Refinement":
    case "Transformation":
      return nameOf(ast) === "Int" ? "an integer" : nameOf(ast) ?? describe(ast.from)
    default:
      return String(ast)
  }
}

const deepest = (issues: ReadonlyArray<Mismatch>): Mismatch | undefined =>
  issues.reduce<Mismatch | undefined>(
    (found, issue) => found === undefined || issue.path.length > found.path.length ? issue : found,
    undefined
  )

const mismatch = (issue: ParseResult.ParseIssue, path: ReadonlyArray<string | number>): Mismatch => {
  switch (issue._tag) {
    case "Pointer": {
      const keys = (Array.isArray(issue.path) ? issue.path : [issue.path]) as ReadonlyArray<PropertyKey>
      return mismatch(issue.issue, [...path, ...keys.map((key) => typeof key === "number" ? key : String(key))])
    }
    case "Composite": {
      const issues = (Array.isArray(issue.issues) ? issue.issues : [issue.issues]) as ReadonlyArray<
        ParseResult.ParseIssue
      >
      const found = deepest(issues.map((inner) => mismatch(inner, path)))
      return found !== undefined && (issue.ast._tag !== "Union" || found.path.length > path.length)
        ? found
        : { path, expected: describe(issue.ast), actual: kindOf(issue.actual) }
    }
    case "Refinement":
    case "Transformation": {
      // Where the fault is not further down, the outermost type says best what should be here.
      const found = mismatch(issue.issue, path)
      return found.path.length > path.length ? found : { ...found, expected: describe(issue.ast) }
    }
    case "Missing":
      return { path, expected: describe(issue.ast.type), actual: "missing" }
    case "Type":
      return { path, expected: describe(issue.ast), actual: kindOf(issue.actual) }
    case "Forbidden":
    case "Unexpected":
      return { path, expected: "nothing", actual: kindOf(issue.actual) }
  }
}

const decoderOf = (schema: Schema.Schema<any, any>): Decoder => {
  const decode = Schema.decodeUnknownEither(schema)
  return (body) => Either.mapLeft(decode(body), (error) => mismatch(error.issue, []))
}

const cache = new WeakMap<Operation.Any, Map<string, Decoder>>()

/** Projections come from code, so there are few; but a program that makes them up must not grow without bound. */
const capacity = 128

/** The decoder of an operation's answer under these query options: an entity, or a page of them. */
export const decoder = (operation: Operation.Any, query: Query.Any): Decoder => {
  let decoders = cache.get(operation)
  if (decoders === undefined) cache.set(operation, decoders = new Map())
  const key = Query.encode({ select: query.select, expand: query.expand })
  let found = decoders.get(key)
  if (found === undefined) {
    const entity = Entity.schema(operation.result, query as Entity.Projection<Entity.Any>)
    found = decoderOf(
      operation.kind === "list"
        ? Schema.Struct({
          value: Schema.Array(entity),
          "@odata.nextLink": Schema.optionalWith(Schema.String, { nullable: true })
        })
        : entity
    )
    if (decoders.size >= capacity) decoders.clear()
    decoders.set(key, found)
  }
  return found
}
