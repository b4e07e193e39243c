import { Filter, Query } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { FastCheck as fc } from "effect"

/** What a server reads, by the rules of URLs and not by ours. */
const read = (value: string): string | null =>
  new URL(`https://graph.example.com/runs?$search=${Query.encodeValue(value)}&after=1#fragment`).searchParams.get(
    "$search"
  )

describe("Query.encodeValue", () => {
  const cases: ReadonlyArray<readonly [value: string, encoded: string]> = [
    ["id,subject", "id,subject"],
    ["subject($select=displayName;$expand=manager)", "subject($select=displayName;$expand=manager)"],
    ["startedDateTime desc", "startedDateTime%20desc"],
    ["R&D", "R%26D"],
    ["a+b", "a%2Bb"],
    ["a#b", "a%23b"],
    ["100%", "100%25"],
    ["%26", "%2526"],
    ["a?b", "a%3Fb"],
    ["'let''s'", "'let''s'"],
    ["2024-01-01T00:00:00+01:00", "2024-01-01T00:00:00%2B01:00"],
    ["user@example.com", "user@example.com"],
    ["a/b", "a/b"],
    ["\"a\"", "%22a%22"],
    ["a\\b", "a%5Cb"],
    ["[a]{b}|^`<c>", "%5Ba%5D%7Bb%7D%7C%5E%60%3Cc%3E"],
    ["a\r\nb\tc\u0000", "a%0D%0Ab%09c%00"],
    ["Zürich", "Z%C3%BCrich"],
    ["日本", "%E6%97%A5%E6%9C%AC"],
    ["😀", "%F0%9F%98%80"]
  ]
  it.each(cases)("%j", (value, encoded) => {
    strictEqual(Query.encodeValue(value), encoded)
    strictEqual(read(value), value)
  })

  it.each(["\ud800", "a\udfffb", "\udc00\ud800"])(
    "writes the replacement character for the lone surrogates of %j",
    (value) => {
      strictEqual(read(value), value.replace(/[\ud800-\udfff]/g, "\ufffd"))
    }
  )

  it.prop("an URL gives the value back", [fc.fullUnicodeString()], ([value]) => {
    strictEqual(read(value), value)
  }, { fastCheck: { numRuns: 1000 } })

  it.prop("never throws, and writes only what a query may hold", [fc.string16bits()], ([value]) => {
    const encoded = Query.encodeValue(value)
    strictEqual(encoded.replace(/%[0-9A-F]{2}|[\w\-.~!$'()*,;:@/=]/g, ""), "")
  }, { fastCheck: { numRuns: 1000 } })

  it.prop("is what a form of the reserved characters survives", [
    fc.stringOf(fc.constantFrom(..."&+#'% ?=;,:/@$()*!\"<>[]{}|\\^`äö😀\u0000\n"))
  ], ([value]) => {
    strictEqual(read(value), value)
  }, { fastCheck: { numRuns: 1000 } })
})

describe("Query.encode", () => {
  const cases: ReadonlyArray<readonly [query: Query.Any, encoded: string]> = [
    [{}, ""],
    [{ select: [], expand: {}, orderBy: [] }, ""],
    [{ select: undefined, expand: { subject: undefined }, orderBy: undefined }, ""],
    [{ select: ["id"] }, "?$select=id"],
    [{ select: ["id", "subject"] }, "?$select=id,subject"],
    [{ orderBy: ["startedDateTime desc", "id"] }, "?$orderby=startedDateTime%20desc,id"],
    [{ expand: { subject: true } }, "?$expand=subject"],
    [{ expand: { subject: {}, task: { select: [] } } }, "?$expand=subject,task"],
    [{ expand: { subject: { select: ["id", "mail"] }, task: true } }, "?$expand=subject($select=id,mail),task"],
    [
      { expand: { a: { select: ["x"], expand: { b: { select: ["y"], orderBy: ["z desc"] }, c: true } } } },
      "?$expand=a($select=x;$expand=b($select=y;$orderby=z%20desc),c)"
    ],
    [{ filter: Filter.eq("a", "R&D's") }, "?$filter=a%20eq%20'R%26D''s'"],
    [{ search: "\"a b\"", top: 5, skip: 0, count: false }, "?$search=%22a%20b%22&$top=5&$skip=0&$count=false"],
    [
      { count: true, filter: Filter.ne("a", null), select: ["id"], expand: { b: { filter: Filter.eq("c", 1) } } },
      "?$select=id&$expand=b($filter=c%20eq%201)&$filter=a%20ne%20null&$count=true"
    ],
    [
      { orderBy: ["id"], expand: { subject: true }, select: ["id"] },
      "?$select=id&$expand=subject&$orderby=id"
    ]
  ]
  it.each(cases)("%j", (query, encoded) => {
    strictEqual(Query.encode(query), encoded)
  })

  it.prop(
    "no name can end its option or add another",
    [fc.array(fc.fullUnicodeString({ minLength: 1 }), { minLength: 1 }), fc.array(fc.string(), { minLength: 1 })],
    ([select, orderBy]) => {
      const { hash, searchParams } = new URL(`https://graph.example.com/runs${Query.encode({ select, orderBy })}`)
      strictEqual(hash, "")
      deepStrictEqual([...searchParams], [["$select", select.join(",")], ["$orderby", orderBy.join(",")]])
    }
  )
})
