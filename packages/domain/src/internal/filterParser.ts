/** A recursive descent parser of `$filter`, for the part of OData 4.01 that Microsoft Graph supports. */
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { DateTimeOffset } from "../DateTimeOffset.js"
import type * as Filter from "../Filter.js"

export class InvalidFilter extends Schema.TaggedError<InvalidFilter>("@effect-msgraph/domain/InvalidFilter")(
  "InvalidFilter",
  {
    position: Schema.Int,
    expected: Schema.String,
    found: Schema.String
  }
) {
  override get message(): string {
    return `The filter is not valid: at position ${this.position}, expected ${this.expected}, found ${this.found}`
  }
}

/** Deep enough for people, shallow enough for the stack. */
export const maximumDepth = 64

const operators = ["eq", "ne", "lt", "le", "gt", "ge"] as const
const functions = { startswith: "startsWith", endswith: "endsWith", contains: "contains" } as const
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const isGuid = (text: string): boolean => guid.test(text)

const parseDate = Schema.decodeUnknownEither(DateTimeOffset)

export const parse = (text: string): Either.Either<Filter.Any, InvalidFilter> => {
  let position = 0

  const fail = (expected: string, at = position): never => {
    const rest = text.slice(at, at + 20)
    throw new InvalidFilter({ position: at, expected, found: rest === "" ? "the end" : JSON.stringify(rest) })
  }
  const skip = () => {
    while (text[position] === " " || text[position] === "\t") position++
  }
  /** A run of what names, numbers, dates and GUIDs are made of. */
  const word = /[\p{L}\p{N}_.:+@-]+(?:\/[\p{L}_@][\p{L}\p{N}_.@]*)*/uy
  const typeName = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)+(?=')/uy
  const peekWord = (): string => {
    skip()
    word.lastIndex = position
    return word.exec(text)?.[0] ?? ""
  }
  const take = (symbol: string): boolean => {
    skip()
    if (!text.startsWith(symbol, position)) return false
    position += symbol.length
    return true
  }
  const expect = (symbol: string) => take(symbol) || fail(JSON.stringify(symbol))
  const keyword = (name: string): boolean => {
    const found = peekWord()
    if (found.toLowerCase() !== name) return false
    position += found.length
    return true
  }

  const string = (): string => {
    const start = position
    expect("'")
    let value = ""
    for (;;) {
      const end = text.indexOf("'", position)
      if (end < 0) return fail("a closing quote", start)
      value += text.slice(position, end)
      position = end + 1
      if (text[position] !== "'") return value
      value += "'"
      position++
    }
  }

  /** A text, or a member of an enumeration: the name of its type before it says nothing that the property does not. */
  const quoted = (): string | undefined => {
    skip()
    typeName.lastIndex = position
    position += typeName.exec(text)?.[0].length ?? 0
    return text[position] === "'" ? string() : undefined
  }

  const literal = (): Filter.Literal => {
    const member = quoted()
    if (member !== undefined) return member
    const start = position
    const found = peekWord()
    position += found.length
    if (/^(?:null|true|false)$/i.test(found)) return JSON.parse(found.toLowerCase()) as null | boolean
    if (isGuid(found)) return { _tag: "Guid", value: found }
    if (/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(found)) {
      // There is one zero.
      const number = Number(found) + 0
      return Number.isFinite(number) ? number : fail("a number that an Edm.Double can hold", start)
    }
    const date = parseDate(found)
    return Either.isRight(date) && DateTime.isUtc(date.right)
      ? date.right
      : fail("a value ('text', a number, a date, true, false or null)", start)
  }

  const property = (variable: string | undefined): string => {
    skip()
    const start = position
    const found = peekWord()
    if (!/^[\p{L}_@]/u.test(found)) return fail("a property")
    position += found.length
    if (variable === undefined) return found
    if (found === variable) return ""
    return found.startsWith(`${variable}/`)
      ? found.slice(variable.length + 1)
      : fail(`${variable} or ${variable}/…`, start)
  }

  const either = (depth: number, variable: string | undefined): Filter.Any => {
    if (depth > maximumDepth) return fail(`at most ${maximumDepth} levels`)
    const filters = [both(depth, variable)]
    while (keyword("or")) filters.push(both(depth, variable))
    return filters.length === 1 ? filters[0]! : { _tag: "Or", filters }
  }

  const both = (depth: number, variable: string | undefined): Filter.Any => {
    const filters = [unary(depth, variable)]
    while (keyword("and")) filters.push(unary(depth, variable))
    return filters.length === 1 ? filters[0]! : { _tag: "And", filters }
  }

  const unary = (depth: number, variable: string | undefined): Filter.Any => {
    if (depth > maximumDepth) return fail(`at most ${maximumDepth} levels`)
    const found = peekWord().toLowerCase()
    if (found === "not") {
      keyword("not")
      return { _tag: "Not", filter: unary(depth + 1, variable) }
    }
    if (take("(")) {
      const filter = either(depth + 1, variable)
      expect(")")
      return filter
    }
    return Object.hasOwn(functions, found)
      ? call(functions[found as keyof typeof functions], variable)
      : comparison(depth, variable)
  }

  const call = (name: (typeof functions)[keyof typeof functions], variable: string | undefined): Filter.Any => {
    position += name.length
    expect("(")
    const path = property(variable)
    expect(",")
    skip()
    const value = string()
    expect(")")
    return { _tag: "Match", function: name, property: path, value }
  }

  const comparison = (depth: number, variable: string | undefined): Filter.Any => {
    const path = property(variable)
    const quantified = /^(.*)\/(any|all)$/i.exec(path)
    if (quantified !== null && take("(")) {
      return lambda(depth, quantified[1]!, quantified[2]!.toLowerCase() as "any" | "all")
    }
    if (keyword("in")) {
      expect("(")
      const values = [literal()]
      while (take(",")) values.push(literal())
      expect(")")
      return { _tag: "In", property: path, values }
    }
    if (keyword("has")) {
      return { _tag: "Has", property: path, value: quoted() ?? fail("a quoted text") }
    }
    for (const operator of operators) {
      if (keyword(operator)) return { _tag: "Compare", property: path, operator, value: literal() }
    }
    return fail("an operator (eq, ne, lt, le, gt, ge, in, has)")
  }

  const lambda = (depth: number, path: string, quantifier: "any" | "all"): Filter.Any => {
    if (take(")")) {
      return quantifier === "any" ? { _tag: "Lambda", quantifier, property: path } : fail("a condition", position - 1)
    }
    skip()
    const found = /^([\p{L}_][\p{L}\p{N}_]*)\s*:/u.exec(text.slice(position))
    if (found === null) return fail("a variable and a colon")
    position += found[0].length
    const filter = either(depth + 1, found[1]!)
    expect(")")
    return { _tag: "Lambda", quantifier, property: path, filter }
  }

  try {
    const filter = either(0, undefined)
    skip()
    if (position < text.length) fail("and, or, or the end")
    return Either.right(filter)
  } catch (error) {
    if (error instanceof InvalidFilter) return Either.left(error)
    throw error
  }
}
