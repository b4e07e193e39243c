import { RetryAfter } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Duration, FastCheck as fc, Option } from "effect"

const now = Date.UTC(2026, 10, 23, 12)

const httpDate = (time: number) => new Date(time).toUTCString()

const millis = (header: string | undefined, date?: string) =>
  Option.getOrUndefined(Option.map(RetryAfter.parse(header, { date, now }), Duration.toMillis))

describe("Retry-After", () => {
  const cases: ReadonlyArray<readonly [header: string | undefined, expected: number | undefined]> = [
    ["0", 0],
    ["7", 7000],
    [" 7 ", 7000],
    ["300", 300_000],
    ["86400", 86_400_000],
    ["0.5", 500],
    ["1.0004", 1001],
    ["-1", 0],
    ["-0.5", 0],
    ["31,120", 120_000],
    ["120, 31", 120_000],
    ["-5, 3", 3000],
    ["soon, 3", 3000],
    ["3,", 3000],
    ["9".repeat(20), Number.MAX_SAFE_INTEGER],
    ["9".repeat(400), Number.MAX_SAFE_INTEGER],
    [httpDate(now + 90_000), 90_000],
    [httpDate(now - 90_000), 0],
    [`${httpDate(now + 90_000)}, 5`, 90_000],
    [`${httpDate(now + 3000)}, 5`, 5000],
    [`5, ${httpDate(now + 3000)}`, 5000],
    [`${httpDate(now + 3000)}, ${httpDate(now + 8000)}`, 8000],
    ["Monday, 23-Nov-26 12:00:07 GMT", 7000],
    [`garbage, ${httpDate(now + 3000)}`, 3000],
    ["Mon, nonsense", undefined],
    ["0x10", undefined],
    ["1e3", undefined],
    [undefined, undefined],
    ["", undefined],
    [",", undefined],
    ["soon", undefined],
    ["5s", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    ["NaN", undefined],
    ["Infinity", undefined],
    ["5;6", undefined],
    ["Mon, 99 Foo 2026 99:99:99 GMT", undefined],
    ["2026-11-23T12:00:00Z", undefined]
  ]
  for (const [header, expected] of cases) {
    it(`${JSON.stringify(header)?.slice(0, 60)} is ${expected === undefined ? "garbage" : `${expected} ms`}`, () => {
      strictEqual(millis(header), expected)
    })
  }

  it("counts a date from the response's own clock, whatever ours says", () => {
    fc.assert(fc.property(fc.integer({ min: -1e11, max: 1e11 }), fc.integer({ min: 0, max: 1e6 }), (skew, seconds) => {
      const theirs = Math.floor((now + skew) / 1000) * 1000
      strictEqual(millis(httpDate(theirs + seconds * 1000), httpDate(theirs)), seconds * 1000)
    }))
  })

  it("counts a date from our clock where the response's is missing or unreadable", () => {
    for (const date of [undefined, "", "yesterday"]) {
      strictEqual(millis(httpDate(now + 4000), date), 4000)
    }
  })

  it("is as many seconds as it says", () => {
    fc.assert(fc.property(fc.nat(), (seconds) => {
      strictEqual(millis(String(seconds)), seconds * 1000)
      strictEqual(millis(`${seconds}.25`), seconds * 1000 + 250)
      strictEqual(millis(`-${seconds}`), 0)
    }))
  })

  it("takes the largest of a list, in any order and form", () => {
    const item = fc.tuple(fc.nat(1_000_000), fc.boolean())
    const text = ([seconds, asDate]: [number, boolean]) => asDate ? httpDate(now + seconds * 1000) : String(seconds)
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 5 }), fc.constantFrom(",", ", ", " , "), (items, comma) => {
        strictEqual(millis(items.map(text).join(comma)), Math.max(...items.map(([seconds]) => seconds)) * 1000)
      })
    )
  })

  it("is a whole, finite, non-negative number of milliseconds, or nothing, whatever is written", () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[-+0-9., eE:;a-zGMT]{0,30}$/),
      fc.array(fc.oneof(fc.double().map(String), fc.date().map((date) => date.toUTCString()))).map((parts) =>
        parts.join(",")
      )
    )
    fc.assert(
      fc.property(text, fc.option(text, { nil: undefined }), (header, date) => {
        const wait = millis(header, date)
        deepStrictEqual(wait === undefined || (Number.isSafeInteger(wait) && wait >= 0), true)
      }),
      { numRuns: 1000 }
    )
  })
})
