/**
 * `$filter` as data: an expression tree with one encoder and one parser, which are inverse to each other.
 *
 * @see https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { DateTimeOffset } from "./DateTimeOffset.js"
import type * as Entity from "./Entity.js"
import * as parser from "./internal/filterParser.js"

/**
 * A value in a filter. Enumeration members are strings; `Guid` is a literal of type `Edm.Guid`, which is not quoted. The ids of Graph
 * are strings.
 *
 * @since 0.1.0
 * @category Models
 */
export type Literal = string | number | boolean | null | DateTime.Utc | Guid

/**
 * A literal of type `Edm.Guid`.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Guid {
  readonly _tag: "Guid"
  readonly value: string
}

/**
 * `property operator value`. A path into a related object has slashes: `subject/id`.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Compare<Property extends string, Operator extends Entity.Operator, Value extends Literal> {
  readonly _tag: "Compare"
  readonly property: Property
  readonly operator: Operator
  readonly value: Value
}

/**
 * `property in (value, …)`.
 *
 * @since 0.1.0
 * @category Models
 */
export interface In<Property extends string, Value extends Literal> {
  readonly _tag: "In"
  readonly property: Property
  readonly values: ReadonlyArray<Value>
}

/**
 * `property has value`, of a flags enumeration.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Has<Property extends string, Value extends string> {
  readonly _tag: "Has"
  readonly property: Property
  readonly value: Value
}

/**
 * `startsWith(property, 'value')` and its kin.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Match<Name extends "startsWith" | "endsWith" | "contains", Property extends string> {
  readonly _tag: "Match"
  readonly function: Name
  readonly property: Property
  readonly value: string
}

/**
 * All of them: two or more.
 *
 * @since 0.1.0
 * @category Models
 */
export interface And<F> {
  readonly _tag: "And"
  readonly filters: ReadonlyArray<F>
}

/**
 * One of them: two or more.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Or<F> {
  readonly _tag: "Or"
  readonly filters: ReadonlyArray<F>
}

/**
 * Not this.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Not<F> {
  readonly _tag: "Not"
  readonly filter: F
}

/**
 * `property/any(x: …)` or `property/all(x: …)`. The inner filter's properties are the element's; the empty property is the element
 * itself. `any` without a filter asks whether there is an element at all.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Lambda<Quantifier extends "any" | "all", Property extends string, F> {
  readonly _tag: "Lambda"
  readonly quantifier: Quantifier
  readonly property: Property
  readonly filter?: F | undefined
}

/**
 * Any filter, whatever it is about.
 *
 * @since 0.1.0
 * @category Models
 */
export type Any =
  | Compare<string, Entity.Operator, Literal>
  | In<string, Literal>
  | Has<string, string>
  | Match<"startsWith" | "endsWith" | "contains", string>
  | And<Any>
  | Or<Any>
  | Not<Any>
  | Lambda<"any" | "all", string, Any>

/** The value of a property as a filter writes it: of a flags enumeration, one member. An id of a related object is a text. */
type ValueOf<E extends Entity.Any, P> = P extends keyof E["navigation"] ? string :
  P extends keyof E["properties"] ? Extract<
      Item<Schema.Struct.Type<Pick<E["properties"], P>>[P & keyof Schema.Struct.Type<Pick<E["properties"], P>>]>,
      Literal
    >
  : string

type Item<A> = A extends ReadonlyArray<infer Element> ? Element : A

type Leaf<E extends Entity.Any, P extends string, Property extends string, Ops> =
  | Compare<Property, Extract<Ops, Entity.Operator>, ValueOf<E, P> | null>
  | ("eq" extends Ops ? In<Property, ValueOf<E, P>> : never)
  | ("has" extends Ops ? Has<Property, ValueOf<E, P> & string> : never)
  | (Extract<Ops, "startsWith" | "endsWith" | "contains"> extends
    infer F extends "startsWith" | "endsWith" | "contains" ? Match<F, Property>
    : never)
  | ("any" extends Ops ? Lambda<"any", Property, Any> : never)
  | ("all" extends Ops ? Lambda<"all", Property, Any> : never)

/**
 * The filters that the service supports for an entity: its filterable properties, the operators of each, values of its type.
 *
 * @since 0.1.0
 * @category Type level
 */
export type For<E extends Entity.Any> =
  | {
    readonly [P in keyof E["filterable"] & string]: Leaf<
      E,
      P,
      P extends keyof E["navigation"] ? `${P}/id` : P,
      E["filterable"][P][number]
    >
  }[keyof E["filterable"] & string]
  | And<For<E>>
  | Or<For<E>>
  | Not<For<E>>

const compare = <const O extends Entity.Operator>(operator: O) =>
<const P extends string, const V extends Literal>(
  property: P,
  value: V
): Compare<P, O, V> => ({ _tag: "Compare", property, operator, value })

/**
 * Equal to.
 *
 * @example
 * ```ts
 * import { Filter } from "@effect-msgraph/domain"
 *
 * const filter = Filter.and(Filter.eq("processingStatus", "failed"), Filter.eq("subject/id", "ea09ac2e-77e3-4134-85f2-25ccf3c33387"))
 * console.log(Filter.encode(filter))
 * // processingStatus eq 'failed' and subject/id eq 'ea09ac2e-77e3-4134-85f2-25ccf3c33387'
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const eq = compare("eq")

/**
 * Not equal to.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const ne = compare("ne")

/**
 * Less than, before.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const lt = compare("lt")

/**
 * At most, not after.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const le = compare("le")

/**
 * Greater than, after.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const gt = compare("gt")

/**
 * At least, not before.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const ge = compare("ge")

const isIn = <const P extends string, const V extends Literal>(
  property: P,
  values: readonly [V, ...ReadonlyArray<V>]
): In<P, V> => ({ _tag: "In", property, values })

export {
  /**
   * One of these values.
   *
   * @since 0.1.0
   * @category Constructors
   */
  isIn as in
}

/**
 * Has this member of a flags enumeration.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const has = <const P extends string, const V extends string>(property: P, value: V): Has<P, V> => ({
  _tag: "Has",
  property,
  value
})

const match =
  <const N extends "startsWith" | "endsWith" | "contains">(name: N) =>
  <const P extends string>(property: P, value: string): Match<N, P> => ({
    _tag: "Match",
    function: name,
    property,
    value
  })

/**
 * Starts with this text.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const startsWith = match("startsWith")

/**
 * Ends with this text.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const endsWith = match("endsWith")

/**
 * Contains this text.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const contains = match("contains")

const joined = (tag: "And" | "Or", filters: readonly [Any, ...ReadonlyArray<Any>]): Any =>
  filters.length === 1 ? filters[0] : { _tag: tag, filters }

/**
 * All of these. One alone is itself.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const and = <const F extends readonly [Any, ...ReadonlyArray<Any>]>(
  ...filters: F
): F extends readonly [infer One] ? One : And<F[number]> => joined("And", filters) as never

/**
 * One of these. One alone is itself.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const or = <const F extends readonly [Any, ...ReadonlyArray<Any>]>(
  ...filters: F
): F extends readonly [infer One] ? One : Or<F[number]> => joined("Or", filters) as never

/**
 * Not this.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const not = <const F extends Any>(filter: F): Not<F> => ({ _tag: "Not", filter })

const lambda = <const Q extends "any" | "all">(quantifier: Q) =>
<const P extends string, const F extends Any>(
  property: P,
  filter?: F
): Lambda<Q, P, F> => ({ _tag: "Lambda", quantifier, property, ...(filter === undefined ? {} : { filter }) })

/**
 * There is an element of which the filter holds; without a filter, there is an element.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const any = lambda("any")

/**
 * The filter holds of every element.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const all = lambda("all")

/**
 * A literal of type `Edm.Guid`.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const guid = (value: string): Guid => ({ _tag: "Guid", value })

const encodeDate = Schema.encodeSync(DateTimeOffset)

/** The range variable of a lambda at this depth. */
const variables = "xyzabcdefghijklmnopqrstuvw"

const encodeLiteral = (value: Literal): string => {
  if (value === null) return "null"
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`
  if (typeof value === "number" || typeof value === "boolean") return String(value)
  return DateTime.isDateTime(value) ? encodeDate(value) : value.value
}

const encodeAt = (filter: Any, depth: number): string => {
  const path = (property: string) => {
    if (depth === 0) return property
    const variable = variables[depth - 1]
    return property === "" ? variable : `${variable}/${property}`
  }
  const inner = (child: Any, needsParentheses: boolean) =>
    needsParentheses ? `(${encodeAt(child, depth)})` : encodeAt(child, depth)
  // More parentheses than OData asks for: there are parsers that take `and` and `or` as they come, and that let `not` reach as far
  // as it can, which the grammar of OData does not rule out.
  const operands = (filters: ReadonlyArray<Any>) =>
    filters.map((child, index) =>
      inner(child, child._tag === "And" || child._tag === "Or" || (child._tag === "Not" && index < filters.length - 1))
    )
  switch (filter._tag) {
    case "Compare":
      return `${path(filter.property)} ${filter.operator} ${encodeLiteral(filter.value)}`
    case "In":
      return `${path(filter.property)} in (${filter.values.map(encodeLiteral).join(",")})`
    case "Has":
      return `${path(filter.property)} has ${encodeLiteral(filter.value)}`
    case "Match":
      return `${filter.function.toLowerCase()}(${path(filter.property)},${encodeLiteral(filter.value)})`
    case "And":
      return operands(filter.filters).join(" and ")
    case "Or":
      return operands(filter.filters).join(" or ")
    case "Not":
      return `not ${inner(filter.filter, filter.filter._tag !== "Match" && filter.filter._tag !== "Lambda")}`
    case "Lambda": {
      const call = `${path(filter.property)}/${filter.quantifier}`
      return filter.filter === undefined
        ? `${call}()`
        : `${call}(${variables[depth]}:${encodeAt(filter.filter, depth + 1)})`
    }
  }
}

/**
 * The text of a filter, not yet percent-encoded. Strings and enumeration members are quoted, with single quotes doubled; dates,
 * numbers, booleans, `null` and GUIDs are not.
 *
 * @since 0.1.0
 * @category Encoding
 */
export const encode = (filter: Any): string => encodeAt(filter, 0)

export {
  /**
   * A text that is no filter: what was expected at which position, from 0.
   *
   * @since 0.1.0
   * @category Errors
   */
  InvalidFilter
} from "./internal/filterParser.js"

/**
 * Reads the text of a filter. Operators and functions may be written in any case; what `encode` writes comes back as it was.
 *
 * @example
 * ```ts
 * import { Filter } from "@effect-msgraph/domain"
 * import { Either } from "effect"
 *
 * console.log(Either.isRight(Filter.parse("startedDateTime ge 2026-01-01T00:00:00Z and processingStatus ne 'completed'"))) // true
 * console.log(Either.mapLeft(Filter.parse("processingStatus = 'failed'"), (error) => error.message))
 * ```
 *
 * @since 0.1.0
 * @category Decoding
 */
export const parse: (text: string) => Either.Either<Any, parser.InvalidFilter> = parser.parse
