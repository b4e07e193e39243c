/**
 * Decoding at the speed that large reports need. A schema is turned into plain functions once; where a value does not
 * fit, the schema itself is asked why.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import type * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { DecodeId, NullishId, refused } from "./internal/direct.js"
import { dropNull } from "./internal/nullish.js"
import * as Mismatch from "./Mismatch.js"

type Decode = (input: unknown) => unknown

const defaults: SchemaAST.ParseOptions = {}

const check = (is: (input: unknown) => boolean): Decode => (input) => {
  if (is(input)) return input
  throw refused
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

const refine = (ast: SchemaAST.Refinement): Decode => {
  const from = compile(ast.from)
  const { filter } = ast
  return (input) => {
    const value = from(input)
    const issue: Option.Option<unknown> = filter(value, defaults, ast)
    if (issue._tag === "None") return value
    throw refused
  }
}

const array = (ast: SchemaAST.TupleType): Decode => {
  const [rest] = ast.rest
  if (ast.elements.length > 0 || ast.rest.length !== 1 || rest === undefined) return asItIs(ast)
  const item = compile(rest.type)
  return (input) => {
    if (!Array.isArray(input)) throw refused
    const { length } = input
    const output = new Array<unknown>(length)
    for (let index = 0; index < length; index++) output[index] = item(input[index])
    return output
  }
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

const fieldsOf = (ast: SchemaAST.TypeLiteral, dropping: ReadonlySet<PropertyKey>): ReadonlyArray<Field> =>
  ast.propertySignatures.map(({ isOptional, name, type }) => ({
    name: String(name),
    decode: compile(type),
    isOptional,
    dropsNull: dropping.has(name)
  }))

const struct = (ast: SchemaAST.TypeLiteral): Decode =>
  isPlain(ast) && ast.propertySignatures.length > 0 ? record(fieldsOf(ast, new Set())) : asItIs(ast)

/** A struct whose properties may be `null`. Any other transformation of properties goes the schema's own way. */
const transformed = (ast: SchemaAST.Transformation): Decode => {
  const { from, transformation } = ast
  if (
    transformation._tag !== "TypeLiteralTransformation" || !SchemaAST.isTypeLiteral(from) || !isPlain(from) ||
    transformation.propertySignatureTransformations.some((each) => each.decode !== dropNull || each.from !== each.to)
  ) return asItIs(ast)
  const dropping = new Set(transformation.propertySignatureTransformations.map((each) => each.from))
  return record(fieldsOf(from, dropping))
}

const compiled = new WeakMap<SchemaAST.AST, Decode>()

const build = (ast: SchemaAST.AST): Decode => {
  const direct = ast.annotations[DecodeId]
  if (direct !== undefined) return direct as Decode
  switch (ast._tag) {
    case "StringKeyword":
      return check(Predicate.isString)
    case "NumberKeyword":
      return check(Predicate.isNumber)
    case "BooleanKeyword":
      return check(Predicate.isBoolean)
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
    case "Suspend": {
      let decode: Decode | undefined
      return (input) => (decode ??= compile(ast.f()))(input)
    }
    case "Declaration": {
      const [parameter] = ast.typeParameters
      if (ast.annotations[NullishId] !== true || parameter === undefined) return asItIs(ast)
      const decode = compile(parameter)
      return (input) => input === null || input === undefined ? input : decode(input)
    }
    default:
      return asItIs(ast)
  }
}

const compile = (ast: SchemaAST.AST): Decode => {
  let decode = compiled.get(ast)
  if (decode === undefined) compiled.set(ast, decode = build(ast))
  return decode
}

/**
 * Decodes values by a schema, as `Schema.decodeUnknownEither` does, several times as fast for what Graph answers. The
 * failure says where a value departs from the schema, and never holds the value.
 *
 * @example
 * ```ts
 * import { Decoder, Entity, Processing } from "@effect-msgraph/domain"
 *
 * const decode = Decoder.make(Entity.schema(Processing.Run, { select: ["processingStatus"] }))
 *
 * console.log(decode({ processingStatus: "completed" }))
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = <A, I>(schema: Schema.Schema<A, I>): (input: unknown) => Either.Either<A, Mismatch.Mismatch> => {
  let decode: Decode | undefined
  let explain: ((input: unknown) => Either.Either<A, ParseResult.ParseError>) | undefined
  return (input) => {
    try {
      return Either.right((decode ??= compile(schema.ast))(input) as A)
    } catch (error) {
      if (error !== refused) throw error
      explain ??= Schema.decodeUnknownEither(schema)
      return Either.mapLeft(explain(input), Mismatch.fromParseError)
    }
  }
}
