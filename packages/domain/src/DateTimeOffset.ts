/**
 * `Edm.DateTimeOffset`, the only date type of the API.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { DecodeId, refused } from "./internal/direct.js"

const pattern = /^([+-]?\d{4,6})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(Z|[+-]\d\d:\d\d)$/i

const daysInMonth = (year: number, month: number): number =>
  month === 2
    ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28)
    : month === 4 || month === 6 || month === 9 || month === 11
    ? 30
    : 31

/** The two digits at a place of a text, or `NaN`. */
const pair = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN
}

const dash = 45
const colon = 58
const dot = 46
const T = 84
const Z = 90

/** Of the form that the service writes, `2022-08-24T23:28:11.1348863Z`, without the cost of a pattern; any other is `NaN`. */
const parsePlain = (text: string): number => {
  const last = text.length - 1
  if (
    last < 19 || last > 32 || text.charCodeAt(last) !== Z || text.charCodeAt(4) !== dash ||
    text.charCodeAt(7) !== dash ||
    text.charCodeAt(10) !== T || text.charCodeAt(13) !== colon || text.charCodeAt(16) !== colon ||
    (last > 19 && (last === 20 || text.charCodeAt(19) !== dot))
  ) return NaN
  const year = pair(text, 0) * 100 + pair(text, 2)
  const month = pair(text, 5)
  const day = pair(text, 8)
  const hour = pair(text, 11)
  const minute = pair(text, 14)
  const second = pair(text, 17)
  let milliseconds = 0
  for (let at = 20; at < last; at++) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) return NaN
    if (at === 20) milliseconds += digit * 100
    else if (at === 21) milliseconds += digit * 10
    else if (at === 22) milliseconds += digit
  }
  // `Date.UTC` takes the years before 100 for others. What is no number fails every comparison.
  return year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month) && hour <= 23 &&
      minute <= 59 && second <= 59
    ? Date.UTC(year, month - 1, day, hour, minute, second, milliseconds)
    : NaN
}

/** Milliseconds since the epoch, or `undefined` where the text is no `Edm.DateTimeOffset`. */
const parse = (text: string): number | undefined => {
  const plain = parsePlain(text)
  return plain === plain ? plain : parseAny(text)
}

const parseAny = (text: string): number | undefined => {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const year = Number(match[1])
  const month = Number(match[2])
  const day = Number(match[3])
  const hour = Number(match[4])
  const minute = Number(match[5])
  const second = match[6] === undefined ? 0 : Number(match[6])
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const milliseconds = match[7] === undefined ? 0 : Number(match[7].slice(0, 3).padEnd(3, "0"))
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second, milliseconds)
  const offset = offsetOf(match[8]!)
  if (offset === undefined) return undefined
  const time = date.getTime() - offset
  return Math.abs(time) <= maxTime ? time : undefined
}

/** The last millisecond that a `Date` can hold; the time of a `Date` beyond it is `NaN`. */
const maxTime = 8.64e15

/** Milliseconds by which a zone is ahead of UTC, or `undefined` where it is more than 14 hours or no time of day. */
const offsetOf = (zone: string): number | undefined => {
  if (zone === "Z" || zone === "z") return 0
  const minutes = Number(zone.slice(4, 6))
  const offset = Number(zone.slice(1, 3)) * 60 + minutes
  if (minutes > 59 || offset > 14 * 60) return undefined
  return (zone.startsWith("-") ? -offset : offset) * 60_000
}

/** Generates what the service can hold: the years 1 to 9999. */
const Utc = Schema.DateTimeUtcFromSelf.annotations({
  arbitrary: () => (fc) =>
    fc.date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true })
      .map((date) => DateTime.unsafeFromDate(date))
})

/**
 * Decodes the text of an `Edm.DateTimeOffset` to a `DateTime.Utc` and encodes it as ISO 8601 in UTC, with milliseconds where there are any.
 *
 * The service writes up to seven fractional digits; a `DateTime.Utc` holds milliseconds, and further digits are cut, not
 * rounded. A text without zone, or a day that the calendar does not have, is a parse error.
 *
 * @example
 * ```ts
 * import { DateTimeOffset } from "@effect-msgraph/domain"
 * import { DateTime, Schema } from "effect"
 *
 * const decode = Schema.decodeSync(DateTimeOffset.DateTimeOffset)
 * console.log(DateTime.formatIso(decode("2022-08-24T23:28:11.1348863Z"))) // 2022-08-24T23:28:11.134Z
 * ```
 *
 * @see https://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html
 * @since 0.1.0
 * @category Schemas
 */
export class DateTimeOffset extends Schema.transformOrFail(Schema.String, Utc, {
  strict: true,
  decode: (text, _, ast) => {
    const milliseconds = parse(text)
    return milliseconds === undefined
      ? ParseResult.fail(
        new ParseResult.Type(ast, text, "Expected an Edm.DateTimeOffset such as 2022-08-24T23:28:11.1348863Z")
      )
      : ParseResult.succeed(DateTime.unsafeMake(milliseconds))
  },
  encode: (dateTime) => ParseResult.succeed(DateTime.formatIso(dateTime).replace(".000Z", "Z"))
}).annotations({
  identifier: "DateTimeOffset",
  [DecodeId]: (text: unknown) => {
    const milliseconds = typeof text === "string" ? parse(text) : undefined
    if (milliseconds === undefined) throw refused
    return DateTime.unsafeFromDate(new Date(milliseconds))
  }
}) {}
