import { Filter } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { DateTime, Either, FastCheck as fc } from "effect"
import * as filters from "./filters.js"

const parsed = (text: string): Filter.Any => Either.getOrThrowWith(Filter.parse(text), (error) => error)

const fault = (text: string): unknown =>
  Either.match(Filter.parse(text), {
    onLeft: ({ expected, found, position }) => [position, expected, found],
    onRight: (filter) => filter
  })

const { all, and, any, contains, endsWith, eq, ge, gt, guid, has, in: isIn, le, lt, ne, not, or, startsWith } = Filter

const newYear = DateTime.unsafeMake("2026-01-01T00:00:00Z")

describe("Filter.encode and Filter.parse", () => {
  const cases: ReadonlyArray<readonly [filter: Filter.Any, text: string]> = [
    [eq("category", "leaver"), "category eq 'leaver'"],
    [ne("a", "it's"), "a ne 'it''s'"],
    [eq("a", ""), "a eq ''"],
    [eq("a", "'"), "a eq ''''"],
    [eq("a", "100% & ä😀"), "a eq '100% & ä😀'"],
    [lt("a", -1.5), "a lt -1.5"],
    [le("a", 1e21), "a le 1e+21"],
    [gt("a", 5e-324), "a gt 5e-324"],
    [ge("a", newYear), "a ge 2026-01-01T00:00:00Z"],
    [ge("a", DateTime.unsafeMake("2026-01-01T00:00:00.12Z")), "a ge 2026-01-01T00:00:00.120Z"],
    [eq("a", true), "a eq true"],
    [eq("a", false), "a eq false"],
    [eq("a", null), "a eq null"],
    [eq("a", "null"), "a eq 'null'"],
    [eq("a", guid("14879e66-9ea9-48d0-804d-8fea672d0341")), "a eq 14879e66-9ea9-48d0-804d-8fea672d0341"],
    // a GUID, though all of its digits are those of a number
    [eq("a", guid("00000000-0000-0000-0000-000000000000")), "a eq 00000000-0000-0000-0000-000000000000"],
    [eq("subject/id", "b"), "subject/id eq 'b'"],
    [isIn("a", ["b", "c"]), "a in ('b','c')"],
    [isIn("a", [1]), "a in (1)"],
    [has("category", "joiner"), "category has 'joiner'"],
    [startsWith("a", "b"), "startswith(a,'b')"],
    [endsWith("a/b", "c"), "endswith(a/b,'c')"],
    [contains("a", ",)'"), "contains(a,',)''')"],
    [not(contains("a", "b")), "not contains(a,'b')"],
    [not(eq("a", 1)), "not (a eq 1)"],
    [not(not(eq("a", 1))), "not (not (a eq 1))"],
    [not(any("a")), "not a/any()"],
    [and(eq("a", 1), eq("b", 2), eq("c", 3)), "a eq 1 and b eq 2 and c eq 3"],
    [and(eq("a", 1), and(eq("b", 2), eq("c", 3))), "a eq 1 and (b eq 2 and c eq 3)"],
    [or(and(eq("a", 1), eq("b", 2)), eq("c", 3)), "(a eq 1 and b eq 2) or c eq 3"],
    [and(or(eq("a", 1), eq("b", 2)), eq("c", 3)), "(a eq 1 or b eq 2) and c eq 3"],
    [or(eq("a", 1), or(eq("b", 2), eq("c", 3))), "a eq 1 or (b eq 2 or c eq 3)"],
    [and(not(or(eq("a", 1), eq("b", 2))), eq("c", 3)), "(not (a eq 1 or b eq 2)) and c eq 3"],
    [and(eq("a", 1), not(contains("b", "c"))), "a eq 1 and not contains(b,'c')"],
    [any("tasks"), "tasks/any()"],
    [any("tasks", eq("name", "a")), "tasks/any(x:x/name eq 'a')"],
    [all("tags", ne("", "a")), "tags/all(x:x ne 'a')"],
    [any("a/b", all("c", eq("d", 1))), "a/b/any(x:x/c/all(y:y/d eq 1))"],
    [any("a", or(startsWith("b", "c"), isIn("", ["d"]))), "a/any(x:startswith(x/b,'c') or x in ('d'))"]
  ]
  it.each(cases)("%j", (filter, text) => {
    strictEqual(Filter.encode(filter), text)
    deepStrictEqual(parsed(text), filter)
  })

  it.prop("are inverse to each other", [filters.filter()], ([filter]) => {
    const text = Filter.encode(filter)
    deepStrictEqual(parsed(text), filter)
    strictEqual(Filter.encode(parsed(text)), text)
  }, { fastCheck: { numRuns: 500 } })

  it.prop("of any text", [filters.text], ([value]) => {
    deepStrictEqual(parsed(Filter.encode(Filter.eq("a", value))), Filter.eq("a", value))
  }, { fastCheck: { numRuns: 500 } })

  it("one filter alone is neither and nor or", () => {
    deepStrictEqual(and(eq("a", 1)), eq("a", 1))
    deepStrictEqual(or(eq("a", 1)), eq("a", 1))
  })

  const liberal: ReadonlyArray<readonly [text: string, filter: Filter.Any]> = [
    ["  a   eq\t'b'  ", eq("a", "b")],
    ["a EQ 'b' AND NOT (c NE NULL)", and(eq("a", "b"), not(ne("c", null)))],
    ["STARTSWITH( a , 'b' )", startsWith("a", "b")],
    ["startsWith(a,'b')", startsWith("a", "b")],
    ["a In ( 'b' , 'c' )", isIn("a", ["b", "c"])],
    ["((a eq 1))", eq("a", 1)],
    ["a eq 1 and b eq 2 or c eq 3 and d eq 4", or(and(eq("a", 1), eq("b", 2)), and(eq("c", 3), eq("d", 4)))],
    ["not a eq 1", not(eq("a", 1))],
    ["not a eq 1 and b eq 2", and(not(eq("a", 1)), eq("b", 2))],
    ["a eq +5", eq("a", 5)],
    ["a eq 1E3", eq("a", 1000)],
    ["a eq -0", eq("a", 0)],
    ["a eq microsoft.graph.identityGovernance.lifecycleWorkflowCategory'joiner'", eq("a", "joiner")],
    ["a has microsoft.graph.identityGovernance.lifecycleTaskCategory'joiner'", has("a", "joiner")],
    ["a ge 2026-01-01T01:00:00.0000000+01:00", ge("a", newYear)],
    ["a eq True", eq("a", true)],
    ["a/any(wf:wf/b eq 1)", any("a", eq("b", 1))],
    ["a/any( x : x eq 1 )", any("a", eq("", 1))],
    ["a/any( )", any("a")],
    ["not(a eq 1)", not(eq("a", 1))]
  ]
  it.each(liberal)("reads %j", (text, filter) => {
    deepStrictEqual(parsed(text), filter)
  })
})

describe("texts that are no filter", () => {
  const operators = "an operator (eq, ne, lt, le, gt, ge, in, has)"
  const value = "a value ('text', a number, a date, true, false or null)"
  const wrong: ReadonlyArray<readonly [text: string, position: number, expected: string, found: string]> = [
    ["", 0, "a property", "the end"],
    ["   ", 3, "a property", "the end"],
    ["a", 1, operators, "the end"],
    ["a = 'b'", 2, operators, "\"= 'b'\""],
    ["a eq", 4, value, "the end"],
    ["a eq b", 5, value, "\"b\""],
    ["a eq \"b\"", 5, value, JSON.stringify("\"b\"")],
    ["a eq 'b", 5, "a closing quote", "\"'b\""],
    ["a eq 'b'' and c eq 1", 5, "a closing quote", "\"'b'' and c eq 1\""],
    ["a eq 1 b eq 2", 7, "and, or, or the end", "\"b eq 2\""],
    ["a eq 1 and", 10, "a property", "the end"],
    ["a eq 1)", 6, "and, or, or the end", "\")\""],
    ["(a eq 1", 7, "\")\"", "the end"],
    ["a in 'b'", 5, "\"(\"", "\"'b'\""],
    ["a in ()", 6, value, "\")\""],
    ["a in ('b'", 9, "\")\"", "the end"],
    ["a has joiner", 6, "a quoted text", "\"joiner\""],
    ["a has", 5, "a quoted text", "the end"],
    ["a eq b'c'", 5, value, "\"b'c'\""],
    ["startswith(a 'b')", 13, "\",\"", "\"'b')\""],
    ["startswith(a,1)", 13, "\"'\"", "\"1)\""],
    ["a/any(b eq 1)", 6, "a variable and a colon", "\"b eq 1)\""],
    ["a/any(x:b eq 1)", 8, "x or x/…", "\"b eq 1)\""],
    ["a/all()", 6, "a condition", "\")\""],
    ["a eq 2026-02-30T00:00:00Z", 5, value, "\"2026-02-30T00:00:00Z\""],
    ["a eq 1.", 5, value, "\"1.\""],
    ["a eq 1e309", 5, "a number that an Edm.Double can hold", "\"1e309\""],
    ["a eq Infinity", 5, value, "\"Infinity\""],
    ["a eq --1", 5, value, "\"--1\""],
    ["a eq this-is-a-rather-long-word-indeed", 5, value, "\"this-is-a-rather-lon\""]
  ]
  it.each(wrong)("%j", (text, ...expected) => {
    deepStrictEqual<unknown>(fault(text), expected)
  })

  it("say so in a sentence, and are errors by their tag", () => {
    const error = Either.getOrThrow(Either.flip(Filter.parse("processingStatus = 'failed'")))
    assertTrue(error instanceof Filter.InvalidFilter)
    strictEqual(error._tag, "InvalidFilter")
    strictEqual(
      error.message,
      `The filter is not valid: at position 17, expected ${operators}, found "= 'failed'"`
    )
  })

  it.each([
    ["(", "a eq 1", ")", 64],
    ["not ", "a eq 1", "", 64],
    ["not (", "a eq 1", ")", 32],
    ["not (a eq 1 and ", "b eq 1", ")", 32],
    // each lambda and each parenthesis within it
    ["a/any(x:x/", "b eq 1", ")", 0]
  ])("nest no deeper than any service does: %j", (open, inner, close, levels) => {
    const nested = (levels: number) => `${open.repeat(levels)}${inner}${close.repeat(levels)}`
    if (levels > 0) assertTrue(Either.isRight(Filter.parse(nested(levels))))
    for (const deep of [levels + 1, 20_000]) {
      if (levels === 0) continue
      strictEqual(Either.getOrThrow(Either.flip(Filter.parse(nested(deep)))).expected, "at most 64 levels")
    }
    assertTrue(Either.isLeft(Filter.parse(nested(20_000))))
  })

  it("lambdas nest as deep as anything else", () => {
    const nested = (levels: number): string => {
      let text = "v0 eq 1"
      for (let level = 0; level < levels; level++) {
        text = `${level === levels - 1 ? "a" : `v${level + 1}/a`}/any(v${level}:${text})`
      }
      return text
    }
    assertTrue(Either.isRight(Filter.parse(nested(64))))
    strictEqual(Either.getOrThrow(Either.flip(Filter.parse(nested(65)))).expected, "at most 64 levels")
  })

  it.prop("are never thrown at the caller", [fc.fullUnicodeString()], ([text]) => {
    Either.match(Filter.parse(text), {
      onLeft: ({ position }) => assertTrue(position >= 0 && position <= text.length),
      onRight: (filter) => deepStrictEqual(parsed(Filter.encode(filter)), filter)
    })
  }, { fastCheck: { numRuns: 300 } })

  const pieces = [
    ..."axb'(),:/ -+.%1é",
    ...[" eq ", " ne ", " and ", " or ", "not ", " in ", " has ", "any(", "all(", "x:", "x/", "null", "true", "1.5e3"],
    ...["startswith(", "contains(", "2026-01-01T00:00:00Z", "'b'", "a eq 'b'", "14879e66-9ea9-48d0-804d-8fea672d0341"]
  ]
  it.prop("nor when they are made of what filters are made of", [
    fc.array(fc.constantFrom(...pieces), { maxLength: 25 })
  ], ([parts]) => {
    const text = parts.join("")
    Either.match(Filter.parse(text), {
      onLeft: ({ position }) => assertTrue(position >= 0 && position <= text.length),
      onRight: (filter) => deepStrictEqual(parsed(Filter.encode(filter)), filter)
    })
  }, { fastCheck: { numRuns: 2000 } })

  it.prop("nor when one character of a filter is another", [
    filters.filter(),
    fc.nat(),
    fc.constantFrom(...pieces)
  ], ([filter, at, piece]) => {
    const text = Filter.encode(filter)
    const index = at % (text.length + 1)
    const changed = text.slice(0, index) + piece + text.slice(index + 1)
    Either.match(Filter.parse(changed), {
      onLeft: ({ position }) => assertTrue(position >= 0 && position <= changed.length),
      onRight: (filter) => deepStrictEqual(parsed(Filter.encode(filter)), filter)
    })
  }, { fastCheck: { numRuns: 1000 } })
})
