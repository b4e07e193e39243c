import { Filter, Query } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Either, FastCheck as fc } from "effect"
import * as filters from "./filters.js"

const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/),
  fc.constantFrom("subject", "größe", "名前", "__proto__", "constructor", "asc")
)

const orderBy = fc.tuple(name, fc.constantFrom("", " asc", " desc")).map(([name, direction]) => name + direction)

/** Text to search for, which stands alone: nothing around it is part of it. */
const search = fc.oneof(
  fc.fullUnicodeString({ minLength: 1, maxLength: 12 }),
  fc.constantFrom("\"display Name:a\" AND \"b\"", "a&$top=1", "100% (a,b;c)")
).map((text) => text.replace(/^ +| +$/g, "_"))

/** Options as `encode` can tell them apart: nothing empty, and `true` for an expansion without options of its own. */
const query = (depth: number, nested = false): fc.Arbitrary<Query.Any> =>
  fc.record({
    select: fc.array(name, { minLength: 1, maxLength: 4 }),
    orderBy: fc.array(orderBy, { minLength: 1, maxLength: 3 }),
    filter: filters.filter(),
    top: fc.integer({ min: 1, max: 999_999_999 }),
    skip: fc.integer({ min: 0, max: 999_999_999 }),
    count: fc.boolean(),
    ...(nested ? {} : { search }),
    ...(depth === 0 ? {} : {
      expand: fc.uniqueArray(
        fc.tuple(name, fc.oneof(fc.constant(true as const), query(depth - 1, true))),
        { selector: ([name]) => name, minLength: 1, maxLength: 3 }
      ).map((entries) =>
        Object.fromEntries(entries.map(([name, nested]) =>
          [name, nested !== true && Object.keys(nested).length === 0 ? true : nested] as const
        ))
      )
    })
  }, { requiredKeys: [] })

const parsed = (text: string) => Either.getOrThrowWith(Query.parse(text), (error) => error)

const fault = (text: string) =>
  Either.match(Query.parse(text), {
    onLeft: ({ kind, option, position }) => [kind, option, position] as const,
    onRight: (query) => query
  })

describe("Query.parse", () => {
  it("is the inverse of encode", () => {
    fc.assert(fc.property(query(3), (query) => {
      deepStrictEqual(parsed(Query.encode(query)), query)
    }))
  })

  it("reads what anybody else encodes more than we do", () => {
    fc.assert(fc.property(query(2), (query) => {
      const pairs = Query.encode(query).slice(1).split("&").filter((pair) => pair !== "")
      const encoded = pairs.map((pair) => {
        const [name = "", ...value] = pair.split("=")
        return `${encodeURIComponent(name)}=${encodeURIComponent(decodeURIComponent(value.join("=")))}`
      }).join("&")
      deepStrictEqual(parsed(`?${encoded}`), query)
      deepStrictEqual(parsed(encoded.replaceAll("%20", "+")), query)
    }))
  })

  it("never throws, and points into the text", () => {
    const characters = [..."$selctxpandorby=,;()'&%?+ 20/é", "$select=", "$expand=", "$orderby=", "(", ")"]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...characters), { maxLength: 30 }), (parts) => {
        const text = parts.join("")
        Either.match(Query.parse(text), {
          onLeft: ({ position }) => strictEqual(position >= 0 && position <= text.length, true),
          onRight: (query) => deepStrictEqual(parsed(Query.encode(query)), query)
        })
      }),
      { numRuns: 1000 }
    )
  })

  const right: ReadonlyArray<readonly [text: string, query: Query.Any]> = [
    ["", {}],
    ["?", {}],
    ["?$select=id", { select: ["id"] }],
    ["$select=id, subject ,id", { select: ["id", "subject", "id"] }],
    ["&$select=id&&", { select: ["id"] }],
    ["%24select=id%2Cname", { select: ["id", "name"] }],
    ["$orderby=a,b asc,c%20desc,d++desc", { orderBy: ["a", "b asc", "c desc", "d desc"] }],
    ["$expand=a($select=x;$expand=b),c", { expand: { a: { select: ["x"], expand: { b: true } }, c: true } }],
    ["$expand=a%28%24select%3Dx%29", { expand: { a: { select: ["x"] } } }],
    ["$filter=a eq 'b' and c ge 5", { filter: Filter.and(Filter.eq("a", "b"), Filter.ge("c", 5)) }],
    ["$filter=a eq 'b;c)%26%27%27'&$top=5", { filter: Filter.eq("a", "b;c)&'"), top: 5 }],
    ["$expand=a($filter=b eq ';)';$top=1)", { expand: { a: { filter: Filter.eq("b", ";)"), top: 1 } } }],
    ["$search=%22a%20b%22&$count=true&$skip=0", { search: "\"a b\"", count: true, skip: 0 }],
    ["$expand=a%28%24top=1%29", { expand: { a: { top: 1 } } }],
    ["$expand=a( $select=x ; $orderby=y desc )", { expand: { a: { select: ["x"], orderBy: ["y desc"] } } }]
  ]
  for (const [text, query] of right) it(`reads ${JSON.stringify(text)}`, () => deepStrictEqual(parsed(text), query))

  const wrong: ReadonlyArray<readonly [text: string, kind: string, option: string, position: number]> = [
    ["$top=0", "malformed", "$top", 5],
    ["$top=-1", "malformed", "$top", 5],
    ["$top=1.5", "malformed", "$top", 5],
    ["$top=1e3", "malformed", "$top", 5],
    ["$top=all", "malformed", "$top", 5],
    ["$top=9999999999", "malformed", "$top", 5],
    ["$skip=-1", "malformed", "$skip", 6],
    ["$count=yes", "malformed", "$count", 7],
    ["$count=TRUE", "malformed", "$count", 7],
    ["$search=", "malformed", "$search", 0],
    ["$format=json", "unsupported", "$format", 0],
    ["$skiptoken=abc", "unsupported", "$skiptoken", 0],
    ["?$select=id&$filter=x", "malformed", "$filter", 20],
    ["$filter=a eq 'b' or", "malformed", "$filter", 19],
    ["$filter=a%20eq%20b", "malformed", "$filter", 17],
    ["$filter=%C3%A4 eq b", "malformed", "$filter", 18],
    ["$filter=a eq 'b", "malformed", "$filter", 13],
    ["$Select=id", "unsupported", "$Select", 0],
    ["select=id", "unsupported", "select", 0],
    ["constructor=id", "unsupported", "constructor", 0],
    ["$select=a&$select=b", "duplicate", "$select", 10],
    ["$select=a&%24select=b", "duplicate", "$select", 10],
    ["$select", "malformed", "$select", 0],
    ["$select=", "malformed", "$select", 0],
    ["$select=a,,b", "malformed", "$select", 10],
    ["$select=a b", "malformed", "$select", 8],
    ["$select=a,b(", "malformed", "$select", 8],
    ["$select=%zz", "malformed", "$select", 8],
    ["$select=a%C3", "malformed", "$select", 9],
    ["%", "malformed", "%", 0],
    ["$orderby=a up", "malformed", "$orderby", 9],
    ["$orderby=a asc desc", "malformed", "$orderby", 9],
    ["$expand=a,b,a", "duplicate", "$expand", 12],
    ["$expand=a()", "malformed", "$expand=a", 10],
    ["$expand=a($select=x)b", "malformed", "$expand", 20],
    ["$expand=a)", "malformed", "$expand", 9],
    ["$expand=a($select=x", "malformed", "$expand", 8],
    ["$expand=a('", "malformed", "$expand", 8],
    ["$expand=a($select=)", "malformed", "$expand=a($select)", 10],
    ["$expand=a($format=1)", "unsupported", "$expand=a($format)", 10],
    ["$expand=a($filter=b eq c)", "malformed", "$expand=a($filter)", 23],
    ["$expand=a($select=x;$select=y)", "duplicate", "$expand=a($select)", 20],
    ["$expand=a($expand=b($orderby=c up))", "malformed", "$expand=a($expand)=b($orderby)", 29],
    ["$expand=a%28%24format=1%29", "unsupported", "$expand=a($format)", 12],
    ["$select=%E5%90%8D%F0%A0%AE%B7%20x", "malformed", "$select", 8],
    ["$select=%E5%90%8D%2C%F0%A0%AE%B7,%2C", "malformed", "$select", 33]
  ]
  for (const [text, ...expected] of wrong) {
    it(`refuses ${JSON.stringify(text)}`, () => deepStrictEqual<unknown>(fault(text), expected))
  }

  it("nests no deeper than any service does", () => {
    const nest = (levels: number): string => levels === 1 ? "$expand=a" : `$expand=a(${nest(levels - 1)})`
    strictEqual(Either.isRight(Query.parse(nest(8))), true)
    strictEqual(Either.getOrThrow(Either.flip(Query.parse(nest(9)))).kind, "unsupported")
    strictEqual(Either.isLeft(Query.parse(nest(5000))), true)
  })

  it("says so in a sentence", () => {
    const message = (text: string) => Either.getOrThrow(Either.flip(Query.parse(text))).message
    strictEqual(
      message("$select=id&$expand=subject($format=json)"),
      "$expand=subject($format): is none of $select, $expand, $filter, $orderby, $search, $top, $skip, $count " +
        "(at position 27 of the query)"
    )
    strictEqual(
      message("?$filter=a = 1"),
      "$filter: expected an operator (eq, ne, lt, le, gt, ge, in, has), found \"= 1\" (at position 10 of the query)"
    )
    strictEqual(message("$top=0"), "$top: \"0\" is no whole number from 1 (at position 5 of the query)")
    strictEqual(message("$count=1"), "$count: \"1\" is neither true nor false (at position 7 of the query)")
  })
})
