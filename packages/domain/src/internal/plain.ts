/**
 * Decoding by plain functions: which nodes of a schema there is one for, and what it is.
 */
import * as Either from "effect/Either"
import type * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { DecodeId, NullishId, refused } from "./direct.js"
import { dropNull } from "./nullish.js"

/** Decodes a value, or throws `refused`. */
export type Decode = (input: unknown) => unknown

/** How a node is decoded: by a function that is made of those of its parts. */
interface Plan {
  readonly parts: ReadonlyArray<SchemaAST.AST>
  readonly make: (parts: ReadonlyArray<Decode>) => Decode
}

const defaults: SchemaAST.ParseOptions = {}

const leaf = (decode: Decode): Plan => ({ parts: [], make: () => decode })

const around = (part: SchemaAST.AST, make: (part: Decode) => Decode): Plan => ({
  parts: [part],
  make: ([part]) => make(part!)
})

const check = (is: (input: unknown) => boolean): Plan =>
  leaf((input) => {
    if (is(input)) return input
    throw refused
  })

const refine = (ast: SchemaAST.Refinement): Plan =>
  around(ast.from, (from) => {
    const { filter } = ast
    return (input) => {
      const value = from(input)
      const issue: Option.Option<unknown> = filter(value, defaults, ast)
      if (issue._tag === "None") return value
      throw refused
    }
  })

const array = (ast: SchemaAST.TupleType): Plan | undefined => {
  const [rest] = ast.rest
  if (ast.elements.length > 0 || ast.rest.length !== 1 || rest === undefined) return undefined
  return around(rest.type, (item) => (input) => {
    if (!Array.isArray(input)) throw refused
    const { length } = input
    const output = new Array<unknown>(length)
    for (let index = 0; index < length; index++) output[index] = item(input[index])
    return output
  })
}

interface Field {
  readonly name: string
  readonly decode: Decode
  readonly isOptional: boolean
  /** Whether `null` is as good as absent. */
  readonly dropsNull: boolean
}

const record = (fields: ReadonlyArray<Field>): Decode => (input) => {
  if (typeof input !== "object" || input === null || Array.isArray(input)) throw refused
  const output: Record<string, unknown> = {}
  for (let index = 0; index < fields.length; index++) {
    const { decode, dropsNull, isOptional, name } = fields[index]!
    const value = (input as Record<string, unknown>)[name]
    if (value === undefined && !Object.hasOwn(input, name)) {
      if (isOptional) continue
      throw refused
    }
    if (value === null && dropsNull) continue
    output[name] = decode(value)
  }
  return output
}

/** Names that every object has already cannot be told from those of the value. */
const isPlain = (ast: SchemaAST.TypeLiteral): boolean =>
  ast.indexSignatures.length === 0 &&
  ast.propertySignatures.every(({ name }) => typeof name === "string" && !(name in Object.prototype))

const properties = (ast: SchemaAST.TypeLiteral, dropping: ReadonlySet<PropertyKey>): Plan => ({
  parts: ast.propertySignatures.map(({ type }) => type),
  make: (parts) =>
    record(ast.propertySignatures.map(({ isOptional, name }, index) => ({
      name: String(name),
      decode: parts[index]!,
      isOptional,
      dropsNull: dropping.has(name)
    })))
})

const struct = (ast: SchemaAST.TypeLiteral): Plan | undefined =>
  isPlain(ast) && ast.propertySignatures.length > 0 ? properties(ast, new Set()) : undefined

/** A struct whose properties may be `null`. There is no function for any other transformation of properties. */
const transformed = ({ from, transformation }: SchemaAST.Transformation): Plan | undefined =>
  transformation._tag !== "TypeLiteralTransformation" || !SchemaAST.isTypeLiteral(from) || !isPlain(from) ||
    transformation.propertySignatureTransformations.some((each) => each.decode !== dropNull || each.from !== each.to)
    ? undefined
    : properties(from, new Set(transformation.propertySignatureTransformations.map((each) => each.from)))

const nullish = (ast: SchemaAST.Declaration): Plan | undefined => {
  const [parameter] = ast.typeParameters
  if (ast.annotations[NullishId] !== true || parameter === undefined) return undefined
  return around(parameter, (decode) => (input) => input === null || input === undefined ? input : decode(input))
}

/** What is not in here has no plain function. */
const plan = (ast: SchemaAST.AST): Plan | undefined => {
  const direct = ast.annotations[DecodeId]
  if (direct !== undefined) return leaf(direct as Decode)
  switch (ast._tag) {
    case "StringKeyword":
      return check(Predicate.isString)
    case "NumberKeyword":
      return check(Predicate.isNumber)
    case "BooleanKeyword":
      return check(Predicate.isBoolean)
    case "VoidKeyword":
      return check(Predicate.isUndefined)
    case "Literal":
      return check((input) => input === ast.literal)
    case "Refinement":
      return refine(ast)
    case "TupleType":
      return array(ast)
    case "TypeLiteral":
      return struct(ast)
    case "Transformation":
      return transformed(ast)
    case "Declaration":
      return nullish(ast)
    default:
      return undefined
  }
}

/** The schema's own way, for what has no shorter one. */
const asItIs = (ast: SchemaAST.AST): Decode => {
  const decode = ParseResult.decodeUnknownEither(Schema.make(ast))
  return (input) => {
    const result = decode(input)
    if (Either.isRight(result)) return result.right
    throw refused
  }
}

const build = (ast: SchemaAST.AST): Decode => {
  if (SchemaAST.isSuspend(ast)) {
    let decode: Decode | undefined
    return (input) => (decode ??= compile(ast.f()))(input)
  }
  const planned = plan(ast)
  return planned === undefined ? asItIs(ast) : planned.make(planned.parts.map(compile))
}

const compiled = new WeakMap<SchemaAST.AST, Decode>()

/** The decoding of a schema as a function. */
export const compile = (ast: SchemaAST.AST): Decode => {
  let decode = compiled.get(ast)
  if (decode === undefined) compiled.set(ast, decode = build(ast))
  return decode
}

/** The nodes of a schema that go the schema's own, slower way. What is below them goes it too. */
export const slow = (ast: SchemaAST.AST): ReadonlySet<SchemaAST.AST> => {
  const found = new Set<SchemaAST.AST>()
  const seen = new Set<SchemaAST.AST>()
  const visit = (ast: SchemaAST.AST): void => {
    if (seen.has(ast)) return
    seen.add(ast)
    if (SchemaAST.isSuspend(ast)) return visit(ast.f())
    const planned = plan(ast)
    if (planned === undefined) found.add(ast)
    else planned.parts.forEach(visit)
  }
  visit(ast)
  return found
}
