import { describe, expect, it } from "@effect/vitest"
import * as Table from "../src/output/Table.js"

const columns: ReadonlyArray<Table.Column> = [
  { heading: "NAME", align: "left", whole: false },
  { heading: "N", align: "right", whole: true },
  { heading: "ID", align: "left", whole: true }
]

const rows = [
  [{ text: "Ada Lovelace" }, { text: "7" }, { text: "0123456789" }],
  [{ text: "日本語", style: "good" }, { text: "1234" }, { text: "x" }]
] as const

const plain = { colors: false }
const widths = Table.measure(columns, rows)

const draw = (layout: Table.Layout, options = plain) =>
  Table.header(columns, layout, options) + Table.body(columns, layout, rows, options)

describe("Table", () => {
  it("aligns by what a terminal shows", () => {
    expect(draw(Table.roomy(widths))).toBe([
      "NAME             N  ID",
      "Ada Lovelace     7  0123456789",
      "日本語        1234  x",
      ""
    ].join("\n"))
  })

  it("grows with later pages and never shrinks", () => {
    expect(Table.measure(columns, [], widths)).toEqual(widths)
    expect(Table.measure(columns, [[{ text: "x".repeat(20) }, { text: "" }, { text: "" }]], widths)).toEqual([
      20,
      4,
      10
    ])
  })

  it("colours the text and not the space around it", () => {
    expect(draw(Table.roomy(widths), { colors: true })).toContain("\u001b[0;32m日本語\u001b[0m        1234")
  })

  it("cuts what may be cut until it fits", () => {
    expect(draw(Table.fit(columns, widths, 30))).toBe(draw(Table.roomy(widths)))
    expect(draw(Table.fit(columns, widths, 28))).toBe([
      "NAME           N  ID",
      "Ada Lovel…     7  0123456789",
      "日本語      1234  x",
      ""
    ].join("\n"))
  })

  it("puts what must stay whole on a line of its own", () => {
    expect(draw(Table.fit(columns, widths, 25))).toBe([
      "NAME             N",
      "  ID",
      "Ada Lovelace     7",
      "  0123456789",
      "日本語        1234",
      "  x",
      ""
    ].join("\n"))
  })

  it("never cuts numbers, however narrow the terminal", () => {
    expect(draw(Table.fit(columns, widths, 1))).toContain("1234\n  x\n")
  })
})
