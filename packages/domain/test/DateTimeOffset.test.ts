import { DateTimeOffset } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertFalse, assertInclude, assertMatch, assertTrue, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, DateTime, Either, FastCheck as fc, Schema } from "effect"

const decode = Schema.decodeUnknownEither(DateTimeOffset.DateTimeOffset)
const encode = Schema.encodeSync(DateTimeOffset.DateTimeOffset)

const iso = (text: string): string => DateTime.formatIso(Either.getOrThrow(decode(text)))

const pad = (value: number, length: number) => String(value).padStart(length, "0")

const date = fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 })).chain(([year, month]) =>
  fc.integer({ min: 1, max: new Date(Date.UTC(year < 100 ? year + 400 : year, month, 0)).getUTCDate() }).map((day) =>
    `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`
  )
)

const time = fc.tuple(
  fc.integer({ min: 0, max: 23 }),
  fc.integer({ min: 0, max: 59 }),
  fc.option(fc.tuple(
    fc.integer({ min: 0, max: 59 }),
    fc.option(fc.stringMatching(/^[0-9]{1,7}$/))
  ))
).map(([hour, minute, rest]) =>
  `${pad(hour, 2)}:${pad(minute, 2)}` +
  (rest === null ? "" : `:${pad(rest[0], 2)}${rest[1] === null ? "" : `.${rest[1]}`}`)
)

const zone = fc.oneof(
  fc.constantFrom("Z", "z", "+00:00", "-00:00", "+14:00", "-14:00"),
  fc.tuple(fc.constantFrom("+", "-"), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 59 })).map(
    ([sign, hour, minute]) => `${sign}${pad(hour, 2)}:${pad(minute, 2)}`
  )
)

describe("DateTimeOffset", () => {
  const valid: ReadonlyArray<readonly [text: string, iso: string]> = [
    ["2022-08-24T23:28:11.1348863Z", "2022-08-24T23:28:11.134Z"],
    ["2022-08-24T23:28:04.490313Z", "2022-08-24T23:28:04.490Z"],
    ["2022-08-24T23:28:04.4Z", "2022-08-24T23:28:04.400Z"],
    ["2022-08-24T23:28:04.04Z", "2022-08-24T23:28:04.040Z"],
    ["2022-08-24T23:28:04.999999999999Z", "2022-08-24T23:28:04.999Z"],
    ["2022-08-24T23:28:04Z", "2022-08-24T23:28:04.000Z"],
    ["2022-08-24T23:28Z", "2022-08-24T23:28:00.000Z"],
    ["2022-08-24t23:28:04z", "2022-08-24T23:28:04.000Z"],
    ["2022-08-24T23:28:04.5+05:30", "2022-08-24T17:58:04.500Z"],
    ["2022-08-24T23:28:04.5-05:30", "2022-08-25T04:58:04.500Z"],
    ["2022-01-01T00:30:00+14:00", "2021-12-31T10:30:00.000Z"],
    ["2021-12-31T23:30:00-14:00", "2022-01-01T13:30:00.000Z"],
    ["2022-08-24T23:28:04-00:00", "2022-08-24T23:28:04.000Z"],
    ["1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999Z"],
    // leap days
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"],
    ["2024-03-01T00:30:00+01:00", "2024-02-29T23:30:00.000Z"],
    ["2024-02-28T23:30:00-01:00", "2024-02-29T00:30:00.000Z"],
    ["2023-02-28T23:30:00-01:00", "2023-03-01T00:30:00.000Z"],
    // .NET's smallest and largest dates
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999Z"]
  ]
  it.each(valid)("reads %s", (text, expected) => {
    strictEqual(iso(text), expected)
  })

  it.each([
    // days that the calendar does not have
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2024-02-30T00:00:00Z",
    "2024-04-31T00:00:00Z",
    "2024-01-32T00:00:00Z",
    "2024-01-00T00:00:00Z",
    "2024-00-01T00:00:00Z",
    "2024-13-01T00:00:00Z",
    // times that the clock does not have
    "2024-01-01T24:00:00Z",
    "2024-01-01T23:60:00Z",
    "2024-01-01T23:59:60Z",
    // no zone, or none that exists
    "2024-01-01T00:00:00",
    "2024-01-01T00:00:00.1234567",
    "2024-01-01T00:00:00+1",
    "2024-01-01T00:00:00+0100",
    "2024-01-01T00:00:00+15:00",
    "2024-01-01T00:00:00+14:01",
    "2024-01-01T00:00:00-14:01",
    "2024-01-01T00:00:00+01:60",
    // no time, or another notation
    "",
    "2024-01-01",
    "2024-01-01Z",
    "2024-01-01 00:00:00Z",
    "2024-01-01T00:00:00.Z",
    "2024-01-01T00:00:00,5Z",
    "2024-01-01T00:00:00.1234567890123Z",
    "2024-1-1T00:00:00Z",
    "24-01-01T00:00:00Z",
    "1704067200000",
    "/Date(1704067200000)/",
    "Mon, 01 Jan 2024 00:00:00 GMT",
    "soon",
    " 2024-01-01T00:00:00Z",
    "2024-01-01T00:00:00Z\n",
    "٢٠٢٤-01-01T00:00:00Z",
    // beyond what a Date can hold
    "+275760-09-13T00:00:00.001Z",
    "-271821-04-19T23:59:59.999Z",
    "+999999-01-01T00:00:00Z"
  ])("refuses %j", (text) => {
    const result = decode(text)
    assertTrue(Either.isLeft(result))
    assertInclude(String(result.left), "Expected an Edm.DateTimeOffset such as 2022-08-24T23:28:11.1348863Z")
  })

  it.each([null, undefined, 0, 1704067200000, {}, [], new Date(0)])("refuses %j, which is no text", (value) => {
    assertTrue(Either.isLeft(decode(value)))
  })

  it.prop("agrees with Date.parse on every text that the grammar allows", [date, time, zone], ([date, time, zone]) => {
    const text = `${date}T${time}${zone}`
    strictEqual(Either.getOrThrow(decode(text)).epochMillis, Date.parse(text.toUpperCase()))
  }, { fastCheck: { numRuns: 1000 } })

  it.prop(
    "never reads what Date.parse cannot read, nor throws",
    [fc.oneof(
      fc.string(),
      fc.stringMatching(/^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,8})?)?(Z|[+-]\d\d:\d\d)$/)
    )],
    ([text]) => {
      const result = decode(text)
      if (Either.isRight(result)) assertFalse(Number.isNaN(result.right.epochMillis))
    },
    { fastCheck: { numRuns: 1000 } }
  )

  it.prop("reads what it writes, be it beyond the years of the service", [
    fc.date({ noInvalidDate: true }).map((date) => DateTime.unsafeFromDate(date))
  ], ([value]) => {
    strictEqual(Either.getOrThrow(decode(encode(value))).epochMillis, value.epochMillis)
  }, { fastCheck: { numRuns: 1000 } })

  it.prop("generates years that the service can hold", [Arbitrary.make(DateTimeOffset.DateTimeOffset)], ([value]) => {
    assertMatch(encode(value), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/)
    assertFalse(encode(value).startsWith("0000"))
  }, { fastCheck: { numRuns: 1000 } })

  it("writes UTC, with milliseconds where there are any", () => {
    strictEqual(encode(DateTime.unsafeMake("2024-01-01T01:00:00+01:00")), "2024-01-01T00:00:00Z")
    strictEqual(encode(DateTime.unsafeMake("2024-01-01T01:00:00.120+01:00")), "2024-01-01T00:00:00.120Z")
    strictEqual(encode(DateTime.unsafeMake("2024-01-01T00:00:00.001Z")), "2024-01-01T00:00:00.001Z")
  })
})
