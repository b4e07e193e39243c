/**
 * What we write in `$filter`, as parsers of other people read it: `@balena/odata-parser`, which knows no `has`, no dates, GUIDs and
 * exponents as OData 4 writes them; and `@odata/parser`, which knows no `in`, few lambdas, no exponents of whole numbers, and of whole
 * numbers over 32 bits those alone whose digits sort before the largest of 64.
 */
import Balena from "@balena/odata-parser"
import { Filter, Query } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual } from "@effect/vitest/utils"
import { DateTime, FastCheck as fc } from "effect"
import { createRequire } from "node:module"
import * as filters from "./filters.js"

interface Token {
  readonly type: string
  readonly raw: string
  readonly value: any
}

// Its declarations need those of a peer that is not there.
const { defaultParser }: { readonly defaultParser: { readonly filter: (text: string) => Token } } = createRequire(
  import.meta.url
)("@odata/parser")

/** What both take for a name, and nothing else. */
const path = fc.array(fc.stringMatching(/^p[A-Za-z0-9_]{0,8}$/), { minLength: 1, maxLength: 3 })
  .map((names) => names.join("/"))

/** Neither tells `a and (b and c)` from `a and b and c`, which mean the same. */
const flat = (filter: Filter.Any): Filter.Any => {
  switch (filter._tag) {
    case "And":
    case "Or": {
      const filters = filter.filters.map(flat).flatMap((child) => child._tag === filter._tag ? child.filters : [child])
      return { _tag: filter._tag, filters }
    }
    case "Not":
      return Filter.not(flat(filter.filter))
    case "Lambda":
      return filter.filter === undefined ? filter : { ...filter, filter: flat(filter.filter) }
    default:
      return filter
  }
}

const encoded = (filter: Filter.Any): string => Query.encodeValue(Filter.encode(filter))

describe("@balena/odata-parser reads the same", () => {
  interface Path {
    readonly name: string
    readonly property?: Path
    readonly lambda?: { readonly method: "any" | "all"; readonly identifier: string; readonly expression: any }
    readonly method?: readonly ["call", { readonly method: "any" }]
  }

  const read = (text: string): Filter.Any => {
    const { binds, tree } = Balena.parse(`$filter=${text}`, { startRule: "ProcessRule", rule: "QueryOptions" } as never)
    const literal = (node: any): Filter.Literal =>
      node === null ? null : (binds as ReadonlyArray<readonly [string, Filter.Literal]>)[node.bind]![1]
    const names = (node: Path): ReadonlyArray<string> => [
      node.name,
      ...(node.property === undefined ? [] : names(node.property))
    ]
    const last = (node: Path): Path => node.property === undefined ? node : last(node.property)
    const property = (node: Path, variable: string | undefined): string => {
      const [first, ...rest] = names(node)
      if (variable === undefined) return names(node).join("/")
      assertTrue(first === variable)
      return rest.join("/")
    }
    const convert = (node: any, variable: string | undefined): Filter.Any => {
      if (!Array.isArray(node)) {
        const { lambda, method } = last(node)
        const path = property(node, variable)
        return lambda === undefined
          ? Filter[method![1].method](path)
          : Filter[lambda.method](path, convert(lambda.expression, lambda.identifier))
      }
      const [tag, ...rest] = node
      switch (tag) {
        case "and":
        case "or":
          return Filter[tag as "and" | "or"](...rest.map((child) => convert(child, variable)) as [Filter.Any])
        case "not":
          return Filter.not(convert(rest[0], variable))
        case "call": {
          const [path, value] = rest[0].args
          return {
            _tag: "Match",
            function: {
              startswith: "startsWith",
              endswith: "endsWith",
              contains: "contains"
            }[rest[0].method as string] as "contains",
            property: property(path, variable),
            value: literal(value) as string
          }
        }
        case "eqany": {
          const [path, { bind }] = rest
          const values = binds[bind]![1] as unknown as ReadonlyArray<readonly [string, Filter.Literal]>
          return Filter.in(property(path, variable), values.map(([, value]) => value) as [Filter.Literal])
        }
        default:
          return Filter[tag as "eq"](property(rest[0], variable), literal(rest[1]))
      }
    }
    return convert((tree as unknown as { readonly $filter: unknown }).$filter, undefined)
  }

  const plain = filters.number.filter((number) => !/e/.test(String(number)))

  it.prop("any filter without what it does not know", [
    filters.filter({
      path,
      text: filters.text,
      literal: fc.oneof(filters.text, plain, fc.boolean()),
      kinds: ["compare", "in", "match", "exists"]
    })
  ], ([filter]) => {
    deepStrictEqual(flat(read(encoded(filter))), flat(filter))
  }, { fastCheck: { numRuns: 300 } })
})

describe("@odata/parser reads the same", () => {
  const operators: { readonly [type: string]: "eq" | "ne" | "lt" | "le" | "gt" | "ge" } = {
    EqualsExpression: "eq",
    NotEqualsExpression: "ne",
    LesserThanExpression: "lt",
    LesserOrEqualsExpression: "le",
    GreaterThanExpression: "gt",
    GreaterOrEqualsExpression: "ge"
  }

  const literal = ({ raw, value }: Token): Filter.Literal => {
    const text = decodeURIComponent(raw)
    switch (value) {
      case "null":
        return null
      case "Edm.String":
        return text.slice(1, -1).replaceAll("''", "'")
      case "Edm.Boolean":
        return text === "true"
      case "Edm.Guid":
        return Filter.guid(text)
      case "Edm.DateTimeOffset":
        return DateTime.unsafeMake(text)
      default:
        return Number(text)
    }
  }

  const convert = (token: Token): Filter.Any => {
    const property = ({ raw }: Token): string => decodeURIComponent(raw)
    const operands = (token: Token, type: string): ReadonlyArray<Filter.Any> =>
      token.type === type
        ? [...operands(token.value.left, type), ...operands(token.value.right, type)]
        : [convert(token)]
    switch (token.type) {
      case "AndExpression":
        return Filter.and(...operands(token, token.type) as [Filter.Any])
      case "OrExpression":
        return Filter.or(...operands(token, token.type) as [Filter.Any])
      case "NotExpression":
        return Filter.not(convert(token.value))
      case "HasExpression":
        return Filter.has(property(token.value.left), literal(token.value.right) as string)
      case "MethodCallExpression": {
        const [path, value] = token.value.parameters
        return {
          _tag: "Match",
          function: {
            startswith: "startsWith",
            endswith: "endsWith",
            contains: "contains"
          }[token.value.method as string] as "contains",
          property: property(path),
          value: literal(value) as string
        }
      }
      default:
        if (Object.hasOwn(operators, token.type)) {
          return Filter[operators[token.type]!](property(token.value.left), literal(token.value.right))
        }
        return convert(token.value)
    }
  }

  const read = (text: string) => convert(defaultParser.filter(text))

  const reads = (number: number): boolean =>
    Number.isInteger(number)
      ? Math.abs(number) < 2 ** 31 || (Math.abs(number) < 2 ** 63 && String(Math.abs(number)) < "9223372036854775807")
      : !/^[^.]*e/.test(String(number))

  it.prop("any filter without what it does not know", [
    filters.filter({
      path,
      text: filters.text,
      literal: fc.oneof(
        filters.text,
        filters.number.filter(reads),
        fc.boolean(),
        fc.constant(null),
        filters.date,
        filters.guid
      ),
      kinds: ["compare", "has", "match"],
      lambdas: 0
    })
  ], ([filter]) => {
    deepStrictEqual(flat(read(encoded(filter))), flat(filter))
  }, { fastCheck: { numRuns: 300 } })
})
