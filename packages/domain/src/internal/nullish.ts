/**
 * Properties that may be left out. They are no unions with `undefined` or `null`, which would answer a value out of bounds with three
 * complaints where one is meant, two of them with the whole value.
 */
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { NullishId } from "./direct.js"

const orElse = <A, I, N extends null | undefined>(
  schema: Schema.Schema<A, I>,
  isNothing: (value: unknown) => value is N,
  nothing: N,
  annotations: { readonly [NullishId]?: true } = {},
  wrap = (issue: ParseResult.ParseIssue, _: unknown, __: SchemaAST.AST): ParseResult.ParseIssue => issue
): Schema.Schema<A | N, I | N> =>
  Schema.declare<A | N, I | N, [Schema.Schema<A, I>]>([schema], {
    decode: (schema) => {
      const decode = ParseResult.decodeUnknown(schema)
      return (value, options, ast) =>
        isNothing(value)
          ? ParseResult.succeed<A | N>(value)
          : ParseResult.mapError(decode(value, options), (issue) => wrap(issue, value, ast))
    },
    encode: (schema) => {
      const encode = ParseResult.encodeUnknown(schema)
      return (value, options) => isNothing(value) ? ParseResult.succeed<I | N>(value) : encode(value, options)
    }
  }, {
    ...annotations,
    arbitrary: (arbitrary) => (fc) => fc.option(arbitrary(fc), { nil: nothing })
  })

/** A property that may be absent: what it is about stays as it is. */
export const optional = <A, I>(schema: Schema.Schema<A, I>) =>
  Schema.optionalWith(orElse(schema, (value) => value === undefined, undefined), { exact: true })

/** A property that may be absent, and that `null` clears. */
export const clearable = <A, I>(schema: Schema.Schema<A, I>) =>
  Schema.optionalWith(
    orElse<A, I, null | undefined>(schema, (value) => value === undefined || value === null, null),
    { exact: true }
  )

/** What may be `null` or absent in what the service writes. */
export const orNullish = <A, I>(
  schema: Schema.Schema<A, I>
): Schema.Schema<A | null | undefined, I | null | undefined> =>
  orElse<A, I, null | undefined>(
    schema,
    (value) => value === undefined || value === null,
    null,
    { [NullishId]: true },
    // So that what is expected here is told with `null`.
    (issue, value, ast) => new ParseResult.Composite(ast, value, issue)
  )

/** From a property that may be `null` to one that is absent then. */
export const dropNull = <A>(property: Option.Option<A | null | undefined>): Option.Option<A | undefined> =>
  Option.filter(property, (value): value is A | undefined => value !== null)
