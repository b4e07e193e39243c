import { describe, expect, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import * as Text from "../src/output/Text.js"

describe("Text", () => {
  it("measures what a terminal shows", () => {
    expect(Text.width("abc")).toBe(3)
    expect(Text.width("日本語")).toBe(6)
    expect(Text.width("e\u0301")).toBe(1)
    expect(Text.width("👩‍👩‍👧‍👦")).toBe(2)
    expect(Text.width("🇩🇪")).toBe(2)
    expect(Text.width("")).toBe(0)
  })

  it("cuts to a width and never through a character", () => {
    expect(Text.truncate("abcdef", 6)).toBe("abcdef")
    expect(Text.truncate("abcdef", 5)).toBe("abcd…")
    expect(Text.truncate("日本語", 6)).toBe("日本語")
    expect(Text.truncate("日本語", 5)).toBe("日本…")
    expect(Text.truncate("日本語", 4)).toBe("日…")
    expect(Text.truncate("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3)).toBe("👩‍👩‍👧‍👦…")
    expect(Text.truncate("abc", 0)).toBe("")
  })

  it.prop(
    "is never wider than asked for",
    [fc.fullUnicodeString(), fc.integer({ min: 0, max: 40 })],
    ([text, columns]) => {
      expect(Text.width(Text.truncate(Text.sanitize(text), columns))).toBeLessThanOrEqual(columns)
    }
  )

  it("pads by width, colours aside", () => {
    expect(Text.pad("日本", 6, "left")).toBe("日本  ")
    expect(Text.pad("7", 3, "right")).toBe("  7")
    expect(Text.pad("\u001b[31mab\u001b[0m", 4, "left", 2)).toBe("\u001b[31mab\u001b[0m  ")
    expect(Text.pad("abc", 2, "left")).toBe("abc")
  })

  it("disarms what would steer a terminal", () => {
    expect(Text.sanitize("\u001b[2Jgone\u0007")).toBe("␛[2Jgone␇")
    expect(Text.sanitize("a\r\nb\tc")).toBe("a b c")
    expect(Text.sanitize("\u009b31m\u007f")).toBe("\ufffd31m␡")
    expect(Text.sanitize("user\u202egpj.exe")).toBe("user\ufffdgpj.exe")
    expect(Text.sanitize("Zoë Ångström 日本")).toBe("Zoë Ångström 日本")
  })

  it.prop("lets no control character through", [fc.fullUnicodeString()], ([text]) => {
    expect(Text.sanitize(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
  })

  it.prop("escapes JSON without changing it", [fc.jsonValue()], ([value]) => {
    const json = Text.escapeJson(JSON.stringify(value, undefined, 2))
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)))
    expect(json.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
  })

  it("makes lists and counts", () => {
    expect(Text.list(["a"])).toBe("a")
    expect(Text.list(["a", "b"])).toBe("a and b")
    expect(Text.list(["a", "b", "c"], "or")).toBe("a, b or c")
    expect(Text.count(1, "run")).toBe("1 run")
    expect(Text.count(0, "run")).toBe("0 runs")
    expect(Text.words("userProcessingResult")).toBe("user processing result")
  })
})
