/**
 * OData query options: what a caller may ask of an operation, and how it is written in an URL.
 *
 * @see https://learn.microsoft.com/graph/query-parameters
 * @since 0.1.0
 */
import type * as Either from "effect/Either"
import type * as Entity from "./Entity.js"
import * as Filter from "./Filter.js"
import * as parser from "./internal/queryParser.js"

/**
 * The query options that an operation can support.
 *
 * @since 0.1.0
 * @category Models
 */
export type Option = "select" | "expand" | "filter" | "orderBy" | "search" | "top" | "skip" | "count"

/**
 * All query options for an entity.
 *
 * - `select`: the properties to return; everything else is left out of the result's type
 * - `expand`: related entities to return with it, each with its own `select` and `expand`
 * - `filter`: which of a collection to return; see `Filter`
 * - `orderBy`: property names, each with `asc` (the default) or `desc`
 * - `search`: text to search for, as the service understands it
 * - `top`, `skip`: how many to return, how many to leave out before them
 * - `count`: whether to count the whole collection
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options<E extends Entity.Any> extends Entity.Projection<E> {
  readonly filter?: Filter.For<E> | undefined
  readonly orderBy?: ReadonlyArray<OrderBy<E>> | undefined
  readonly search?: string | undefined
  readonly top?: number | undefined
  readonly skip?: number | undefined
  readonly count?: boolean | undefined
}

/**
 * A property that the service can sort by, and the direction.
 *
 * @since 0.1.0
 * @category Models
 */
export type OrderBy<E extends Entity.Any> =
  | E["sortable"][number]
  | `${E["sortable"][number]} asc`
  | `${E["sortable"][number]} desc`

/**
 * Query options whose names the compiler does not know: what came from a command line, for example.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Any {
  readonly select?: ReadonlyArray<string> | undefined
  readonly expand?: { readonly [name: string]: true | Any | undefined } | undefined
  readonly filter?: Filter.Any | undefined
  readonly orderBy?: ReadonlyArray<string> | undefined
  readonly search?: string | undefined
  readonly top?: number | undefined
  readonly skip?: number | undefined
  readonly count?: boolean | undefined
}

/**
 * Percent-encodes the value of a query option. What RFC 3986 allows in a query and OData gives a meaning to stays readable
 * (`$ , : / ; = @ ( ) '`); everything else that could end the value or change it is encoded.
 *
 * @since 0.1.0
 * @category Encoding
 */
export const encodeValue = (value: string): string =>
  encodeURIComponent(value.replace(/\p{Cs}/gu, "\ufffd")).replace(
    /%(?:24|2C|3A|2F|3B|3D|40)/g,
    (escape) => decodeURIComponent(escape)
  )

/** The options as name and unencoded value, in the order that Microsoft's pages write them. */
const entries = (query: Any): ReadonlyArray<readonly [name: string, value: string]> => {
  const result: Array<readonly [string, string]> = []
  const expand = Object.entries(query.expand ?? {}).flatMap(([name, nested]) =>
    nested === undefined ? [] : [nested === true ? name : `${name}${nestedOptions(nested)}`]
  )
  if (query.select !== undefined && query.select.length > 0) result.push(["$select", query.select.join(",")])
  if (expand.length > 0) result.push(["$expand", expand.join(",")])
  if (query.filter !== undefined) result.push(["$filter", Filter.encode(query.filter)])
  if (query.orderBy !== undefined && query.orderBy.length > 0) result.push(["$orderby", query.orderBy.join(",")])
  if (query.search !== undefined) result.push(["$search", query.search])
  if (query.top !== undefined) result.push(["$top", String(query.top)])
  if (query.skip !== undefined) result.push(["$skip", String(query.skip)])
  if (query.count !== undefined) result.push(["$count", String(query.count)])
  return result
}

const nestedOptions = (query: Any): string => {
  const options = entries(query)
  return options.length === 0 ? "" : `(${options.map(([name, value]) => `${name}=${value}`).join(";")})`
}

/**
 * The query string of these options, with its question mark; empty where nothing is asked for.
 *
 * @example
 * ```ts
 * import { Query } from "@effect-msgraph/domain"
 *
 * console.log(Query.encode({ select: ["id", "subject"], expand: { subject: { select: ["displayName"] } } }))
 * // ?$select=id,subject&$expand=subject($select=displayName)
 * ```
 *
 * @since 0.1.0
 * @category Encoding
 */
export const encode = (query: Any): string => {
  const options = entries(query)
  return options.length === 0 ? "" : `?${options.map(([name, value]) => `${name}=${encodeValue(value)}`).join("&")}`
}

export {
  /**
   * A query string that is no query of this API.
   *
   * - `option`: the option at fault, with the navigation properties that it stands under: `$expand=subject($select)`
   * - `position`: where in the query string, counted from its first character after the question mark
   * - `kind`: whether the option is written wrongly, is not known here, or stands there twice
   *
   * @since 0.1.0
   * @category Errors
   */
  InvalidQuery
} from "./internal/queryParser.js"

/**
 * Reads a query string, with or without its question mark: the inverse of `encode`. Option names are case-sensitive and carry
 * their `$`, as OData 4.0 has it; an option that stands there twice is an error, a property in `$select` that does is not.
 *
 * @example
 * ```ts
 * import { Query } from "@effect-msgraph/domain"
 * import { Either } from "effect"
 *
 * const query = Query.parse("?$select=id&$expand=subject($select=displayName;$expand=manager)")
 * console.log(Either.getOrThrow(query))
 * // { select: ["id"], expand: { subject: { select: ["displayName"], expand: { manager: true } } } }
 *
 * const wrong = Query.parse("?$expand=subject($filter=true)")
 * if (Either.isLeft(wrong)) console.log(wrong.left.message)
 * // $expand=subject($filter): expected an operator (eq, ne, lt, le, gt, ge, in, has), found the end (at position 28 of the query)
 * ```
 *
 * @since 0.1.0
 * @category Decoding
 */
export const parse: (query: string) => Either.Either<Any, parser.InvalidQuery> = parser.parse
