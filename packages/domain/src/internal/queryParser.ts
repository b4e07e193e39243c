/** A parser of query strings, which says where each fault stands. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Filter from "../Filter.js"
import type { Any } from "../Query.js"

export class InvalidQuery
  extends Schema.TaggedError<InvalidQuery>("@effect-msgraph/domain/InvalidQuery")("InvalidQuery", {
    option: Schema.String,
    position: Schema.Int,
    kind: Schema.Literal("malformed", "unsupported", "duplicate"),
    reason: Schema.String
  })
{
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

const parseFilter = (value: Part): Parsed<Any> =>
  Either.mapBoth(Filter.parse(textOf(value)), {
    onLeft: (error) =>
      new InvalidQuery({
        option: value.option,
        position: value.source.positions[value.start + error.position] ?? 0,
        kind: "malformed",
        reason: `expected ${error.expected}, found ${error.found}`
      }),
    onRight: (filter) => ({ filter })
  })

const parseNumber = (name: "top" | "skip", least: number) => (value: Part): Parsed<Any> =>
  /^\d{1,9}$/.test(textOf(value)) && Number(textOf(value)) >= least
    ? Either.right({ [name]: Number(textOf(value)) })
    : invalid("malformed", value, `${JSON.stringify(textOf(value))} is no whole number from ${least}`)

const parseCount = (value: Part): Parsed<Any> =>
  /^(?:true|false)$/.test(textOf(value))
    ? Either.right({ count: textOf(value) === "true" })
    : invalid("malformed", value, `${JSON.stringify(textOf(value))} is neither true nor false`)

const parsers: { readonly [option: string]: (value: Part, depth: number) => Parsed<Any> } = {
  $select: parseSelect,
  $expand: parseExpand,
  $filter: parseFilter,
  $orderby: parseOrderBy,
  $search: (value) => Either.right({ search: textOf(value) }),
  $top: parseNumber("top", 1),
  $skip: parseNumber("skip", 0),
  $count: parseCount
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
