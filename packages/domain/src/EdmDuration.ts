/**
 * `Edm.Duration`, the type of a time span.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

const pattern = /^P(?=\d|T\d)(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,12}))?S)?)?$/

const second = 1_000_000_000n

/** The duration that the text says, or `undefined` where it is none. */
const parse = (text: string): Duration.Duration | undefined => {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const part = (index: number): bigint => BigInt(match[index] ?? "0")
  const seconds = ((part(1) * 24n + part(2)) * 60n + part(3)) * 60n + part(4)
  const nanos = seconds * second + BigInt((match[5] ?? "").slice(0, 9).padEnd(9, "0"))
  return nanos % 1_000_000n === 0n ? Duration.millis(Number(nanos / 1_000_000n)) : Duration.nanos(nanos)
}

const format = (nanos: bigint): string => {
  const seconds = nanos / second
  const fraction = String(nanos % second).padStart(9, "0").replace(/0+$/, "")
  const days = seconds / 86_400n
  const hours = (seconds / 3600n) % 24n
  const minutes = (seconds / 60n) % 60n
  const rest = `${seconds % 60n}${fraction === "" ? "" : `.${fraction}`}`
  const time = `${hours === 0n ? "" : `${hours}H`}${minutes === 0n ? "" : `${minutes}M`}${
    rest === "0" ? "" : `${rest}S`
  }`
  const text = `${days === 0n ? "" : `${days}D`}${time === "" ? "" : `T${time}`}`
  return text === "" ? "PT0S" : `P${text}`
}

/**
 * Decodes the text of an `Edm.Duration`, the days, hours, minutes and seconds of ISO 8601, to a `Duration` and encodes it with the
 * largest units that fit: `PT90M` comes back as `PT1H30M`. An infinite duration, or one below zero, is an error.
 *
 * @example
 * ```ts
 * import { EdmDuration } from "@effect-msgraph/domain"
 * import { Duration, Schema } from "effect"
 *
 * console.log(Duration.toMinutes(Schema.decodeSync(EdmDuration.EdmDuration)("PT10M"))) // 10
 * console.log(Schema.encodeSync(EdmDuration.EdmDuration)(Duration.minutes(90))) // PT1H30M
 * ```
 *
 * @see https://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html
 * @since 0.1.0
 * @category Schemas
 */
export class EdmDuration extends Schema.transformOrFail(
  Schema.String,
  Schema.DurationFromSelf.annotations({
    arbitrary: () => (fc) => fc.integer({ min: 0, max: 14 * 86_400_000 }).map((millis) => Duration.millis(millis))
  }),
  {
    strict: true,
    decode: (text, _, ast) => {
      const duration = parse(text)
      return duration === undefined
        ? ParseResult.fail(new ParseResult.Type(ast, text, "Expected an Edm.Duration such as PT10M or P1DT12H"))
        : ParseResult.succeed(duration)
    },
    encode: (duration, _, ast) =>
      Option.match(Duration.toNanos(duration), {
        onNone: () => ParseResult.fail(new ParseResult.Type(ast, duration, "Expected a duration that ends")),
        onSome: (nanos) => ParseResult.succeed(format(nanos))
      })
  }
).annotations({ identifier: "EdmDuration" }) {}
