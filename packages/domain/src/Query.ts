/**
 * OData query options: what a caller may ask of an operation, and how it is written in an URL.
 *
 * @see https://learn.microsoft.com/graph/query-parameters
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type * as Entity from "./Entity.js"

/**
 * The query options that an operation can support.
 *
 * @since 0.1.0
 * @category Models
 */
export type Option = "select" | "expand" | "orderBy"

/**
 * All query options for an entity.
 *
 * - `select`: the properties to return; everything else is left out of the result's type
 * - `expand`: related entities to return with it, each with its own `select` and `expand`
 * - `orderBy`: property names, each with `asc` (the default) or `desc`
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options<E extends Entity.Any> extends Entity.Projection<E> {
  readonly orderBy?: ReadonlyArray<OrderBy<E>> | undefined
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
  readonly orderBy?: ReadonlyArray<string> | undefined
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
  if (query.orderBy !== undefined && query.orderBy.length > 0) result.push(["$orderby", query.orderBy.join(",")])
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
export class InvalidQuery
  extends Schema.TaggedError<InvalidQuery>("@effect-msgraph/domain/InvalidQuery")("InvalidQuery", {
    option: Schema.String,
    position: Schema.Int,
    kind: Schema.Literal("malformed", "unsupported", "duplicate"),
    reason: Schema.String
  })
{
  /** @since 0.1.0 */
  override get message(): string {
    return `${this.option}: ${this.reason} (at position ${this.position} of the query)`
  }
}

/** Text after percent-decoding, which still knows where each of its characters stood. */
interface Source {
  readonly text: string
  readonly positions: ReadonlyArray<number>
}

/** A part of a source, and the option that it belongs to. */
interface Part {
  readonly source: Source
  readonly start: number
  readonly end: number
  readonly option: string
}

type Parsed<A> = Either.Either<A, InvalidQuery>

const identifier = /^[\p{L}_][\p{L}\p{N}_]{0,127}$/u

/** How deep `$expand` may nest; no service goes as far. */
const maxDepth = 8

const textOf = (part: Part): string => part.source.text.slice(part.start, part.end)

const invalid = (kind: InvalidQuery["kind"], part: Part, reason: string) =>
  Either.left(
    new InvalidQuery({
      option: part.option,
      position: part.source.positions[part.start] ?? part.source.positions.at(-1) ?? 0,
      kind,
      reason
    })
  )

const utf8Length = (character: string): number => {
  const code = character.codePointAt(0)!
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
}

const decode = (raw: string, start: number, end: number): Parsed<Source> => {
  let text = ""
  const positions: Array<number> = []
  let at = start
  while (at < end) {
    const escapes = raw[at] === "%" ? /^(?:%[0-9A-Fa-f]{2})+/.exec(raw.slice(at, end))?.[0] ?? "%" : raw[at]!
    let decoded = escapes === "+" ? " " : escapes
    if (escapes.startsWith("%")) {
      try {
        decoded = decodeURIComponent(escapes)
      } catch {
        return Either.left(
          new InvalidQuery({
            option: text === "" ? escapes : text.split("=")[0]!,
            position: at,
            kind: "malformed",
            reason: `${JSON.stringify(raw.slice(at, Math.min(end, at + 9)))} is no percent-encoded UTF-8`
          })
        )
      }
    }
    text += decoded
    let position = at
    for (const character of decoded) {
      for (let i = 0; i < character.length; i++) positions.push(position)
      position += escapes.startsWith("%") ? 3 * utf8Length(character) : character.length
    }
    at += escapes.length
  }
  positions.push(end)
  return Either.right({ text, positions })
}

const trim = (part: Part): Part => {
  let { end, start } = part
  while (start < end && part.source.text[start] === " ") start++
  while (end > start && part.source.text[end - 1] === " ") end--
  return { ...part, start, end }
}

/** Splits at the separators that stand in no parentheses and in no quotes. */
const split = (part: Part, separator: string): Parsed<ReadonlyArray<Part>> => {
  const parts: Array<Part> = []
  let depth = 0
  let quoted = false
  let start = part.start
  for (let at = part.start; at < part.end; at++) {
    const character = part.source.text[at]
    if (character === "'") quoted = !quoted
    else if (quoted) continue
    else if (character === "(") depth++
    else if (character === ")") {
      if (--depth < 0) {
        return invalid("malformed", { ...part, start: at }, "a parenthesis is closed that was not opened")
      }
    } else if (character === separator && depth === 0) {
      parts.push(trim({ ...part, start, end: at }))
      start = at + 1
    }
  }
  if (quoted) return invalid("malformed", part, "a quote is not closed")
  if (depth > 0) return invalid("malformed", part, "a parenthesis is not closed")
  parts.push(trim({ ...part, start, end: part.end }))
  return Either.right(parts)
}

const nameOf = (part: Part): Parsed<string> =>
  identifier.test(textOf(part))
    ? Either.right(textOf(part))
    : invalid(
      "malformed",
      part,
      part.start === part.end ? "a name is missing" : `${JSON.stringify(textOf(part))} is no name`
    )

const parseSelect = (value: Part): Parsed<Any> =>
  Either.map(Either.flatMap(split(value, ","), (items) => Either.all(items.map(nameOf))), (select) => ({ select }))

const parseOrderBy = (value: Part): Parsed<Any> =>
  Either.gen(function*() {
    const orderBy: Array<string> = []
    for (const item of yield* split(value, ",")) {
      const space = textOf(item).indexOf(" ")
      const name = yield* nameOf(space < 0 ? item : { ...item, end: item.start + space })
      const direction = space < 0 ? "" : textOf(item).slice(space).trim()
      if (!["", "asc", "desc"].includes(direction)) {
        yield* invalid("malformed", item, `${JSON.stringify(direction)} is neither "asc" nor "desc"`)
      }
      orderBy.push(direction === "" ? name : `${name} ${direction}`)
    }
    return { orderBy }
  })

const parseExpand = (value: Part, depth: number): Parsed<Any> =>
  Either.gen(function*() {
    if (depth >= maxDepth) yield* invalid("unsupported", value, `it nests deeper than ${maxDepth} levels`)
    const expand = new Map<string, true | Any>()
    for (const item of yield* split(value, ",")) {
      const text = textOf(item)
      const open = text.indexOf("(")
      if (open >= 0 && !text.endsWith(")")) {
        yield* invalid(
          "malformed",
          { ...item, start: item.start + text.lastIndexOf(")") + 1 },
          "text after a parenthesis"
        )
      }
      const name = yield* nameOf(trim(open < 0 ? item : { ...item, end: item.start + open }))
      if (expand.has(name)) yield* invalid("duplicate", item, `${name} stands there twice`)
      if (open < 0) {
        expand.set(name, true)
        continue
      }
      const nested = trim({
        ...item,
        start: item.start + open + 1,
        end: item.end - 1,
        option: `${value.option}=${name}`
      })
      if (nested.start === nested.end) yield* invalid("malformed", nested, "the parentheses are empty")
      expand.set(name, yield* parseOptions(yield* split(nested, ";"), depth + 1))
    }
    return { expand: Object.fromEntries(expand) }
  })

const parsers: { readonly [option: string]: (value: Part, depth: number) => Parsed<Any> } = {
  $select: parseSelect,
  $expand: parseExpand,
  $orderby: parseOrderBy
}

/** `name=value` pairs to options. Each part's option is what the pair stands under. */
const parseOptions = (pairs: ReadonlyArray<Part>, depth: number): Parsed<Any> =>
  Either.gen(function*() {
    const seen = new Set<string>()
    let query: Any = {}
    for (const pair of pairs) {
      const [name = "", ...rest] = textOf(pair).split("=")
      const option = pair.option === "" ? name : `${pair.option}(${name})`
      const value = trim({ ...pair, start: pair.start + name.length + 1, option })
      if (!Object.hasOwn(parsers, name)) {
        yield* invalid("unsupported", { ...pair, option }, `is none of ${Object.keys(parsers).join(", ")}`)
      }
      if (seen.has(name)) yield* invalid("duplicate", { ...pair, option }, "stands there twice")
      seen.add(name)
      if (rest.length === 0 || value.start >= value.end) {
        yield* invalid("malformed", { ...pair, option }, "has no value")
      }
      query = { ...query, ...yield* parsers[name]!(value, depth) }
    }
    return query
  })

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
 * // $expand=subject($filter): is none of $select, $expand, $orderby (at position 16 of the query)
 * ```
 *
 * @since 0.1.0
 * @category Decoding
 */
export const parse = (query: string): Either.Either<Any, InvalidQuery> =>
  Either.gen(function*() {
    const raw = query.startsWith("?") ? query.slice(1) : query
    const pairs: Array<Part> = []
    let start = 0
    for (const pair of raw.split("&")) {
      if (pair !== "") {
        const source = yield* decode(raw, start, start + pair.length)
        pairs.push({ source, start: 0, end: source.text.length, option: "" })
      }
      start += pair.length + 1
    }
    return yield* parseOptions(pairs, 0)
  })
