/**
 * Where a value departs from its schema, without the value: it may be personal data, or a secret.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type * as ParseResult from "effect/ParseResult"
import * as SchemaAST from "effect/SchemaAST"

/**
 * The first departure that was found.
 *
 * - `path`: the keys that lead to it, from the outside in
 * - `expected`: what the schema says of that place
 * - `actual`: what kind of value is there
 * - `rule`: the rule that the value breaks, in the schema's own words, where it has one, such as a limit of the service
 *
 * @since 0.1.0
 * @category Models
 */
export interface Mismatch {
  readonly path: ReadonlyArray<string | number>
  readonly expected: string
  readonly actual: string
  readonly rule?: string
}

const kindOf = (value: unknown): string =>
  value === null || value === undefined
    ? String(value)
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
    case "Declaration":
      // A property that may be `null`; see `Entity.nullable`.
      return nameOf(ast) === undefined && ast.typeParameters.length === 1
        ? `${describe(ast.typeParameters[0]!)} or null`
        : String(ast)
    default:
      return String(ast)
  }
}

/** The schema's own words for what a refinement demands. */
const ruleOf = (issue: ParseResult.Refinement): string | undefined =>
  Option.match(SchemaAST.getMessageAnnotation(issue.ast), {
    onNone: () => undefined,
    onSome: (message) => {
      const text = message(issue)
      return typeof text === "string" ? text : undefined
    }
  })

const deepest = (issues: ReadonlyArray<Mismatch>): Mismatch | undefined =>
  issues.reduce<Mismatch | undefined>(
    (found, issue) => found === undefined || issue.path.length > found.path.length ? issue : found,
    undefined
  )

const at = (issue: ParseResult.ParseIssue, path: ReadonlyArray<string | number>): Mismatch => {
  switch (issue._tag) {
    case "Pointer": {
      const keys = (Array.isArray(issue.path) ? issue.path : [issue.path]) as ReadonlyArray<PropertyKey>
      return at(issue.issue, [...path, ...keys.map((key) => typeof key === "number" ? key : String(key))])
    }
    case "Composite": {
      const issues = (Array.isArray(issue.issues) ? issue.issues : [issue.issues]) as ReadonlyArray<
        ParseResult.ParseIssue
      >
      const found = deepest(issues.map((inner) => at(inner, path)))
      if (found !== undefined && issue.ast._tag === "Declaration" && found.path.length === path.length) {
        return { ...found, expected: describe(issue.ast) }
      }
      return found !== undefined && (issue.ast._tag !== "Union" || found.path.length > path.length)
        ? found
        : { path, expected: describe(issue.ast), actual: kindOf(issue.actual) }
    }
    case "Refinement":
    case "Transformation": {
      // Where the fault is not further down, the outermost type says best what should be here.
      const found = at(issue.issue, path)
      if (found.path.length > path.length) return found
      const rule = issue._tag === "Refinement" && issue.kind === "Predicate" ? ruleOf(issue) : found.rule
      return { ...found, expected: describe(issue.ast), ...(rule === undefined ? {} : { rule }) }
    }
    case "Missing":
      return { path, expected: describe(issue.ast.type), actual: "missing" }
    case "Type":
      // A filter that says where its fault lies says here what it demands.
      return {
        path,
        expected: describe(issue.ast),
        actual: kindOf(issue.actual),
        ...(issue.message === undefined ? {} : { rule: issue.message })
      }
    case "Forbidden":
    case "Unexpected":
      return { path, expected: "nothing", actual: kindOf(issue.actual) }
  }
}

/**
 * The departure that a parse error is about. Of several, as in a union, the one that lies deepest.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const fromParseError = (error: ParseResult.ParseError): Mismatch => at(error.issue, [])

/**
 * The path as one writes it in code: `tasks[0].arguments`. Empty for the value itself.
 *
 * @since 0.1.0
 * @category Formatting
 */
export const formatPath = (path: ReadonlyArray<string | number>): string =>
  path.reduce<string>(
    (text, key) => typeof key === "number" ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`,
    ""
  )
