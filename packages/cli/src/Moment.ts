/**
 * Points in time as people write them: a date, a date and time, or how long ago.
 *
 * @since 0.1.0
 */
import { DateTimeOffset } from "@effect-msgraph/domain/DateTimeOffset"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as CliError from "./CliError.js"

/**
 * The present, without its milliseconds.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const now: Effect.Effect<DateTime.Utc> = Effect.map(
  DateTime.now,
  (now) => DateTime.unsafeMake(Math.floor(DateTime.toEpochMillis(now) / 1000) * 1000)
)

const units: { readonly [unit: string]: "days" | "hours" | "minutes" | "weeks" } = {
  m: "minutes",
  h: "hours",
  d: "days",
  w: "weeks"
}

const decode = Schema.decodeUnknownEither(DateTimeOffset)

const read = (text: string, now: DateTime.Utc): DateTime.Utc | undefined => {
  if (text.toLowerCase() === "now") return now
  const ago = /^(\d{1,5}) ?([mhdw])(?: ago)?$/i.exec(text)
  if (ago !== null) return DateTime.subtract(now, { [units[ago[2]!.toLowerCase()]!]: Number(ago[1]) })
  // A day is its first moment in UTC; a time without a zone is in UTC as well.
  const full = /^\d{4}-\d\d-\d\d$/.test(text)
    ? `${text}T00:00:00Z`
    : /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?Z?$/i.test(text)
    ? `${text.slice(0, 10)}T${text.slice(11, 16)}:${/:\d\d:(\d\d)/.exec(text)?.[1] ?? "00"}Z`
    : text
  return Either.getOrUndefined(decode(full))
}

/**
 * The moment that a text names, for this option.
 *
 * @since 0.1.0
 * @category Decoding
 */
export const parse = (
  flag: string,
  text: string,
  now: DateTime.Utc
): Either.Either<DateTime.Utc, CliError.UsageError> => {
  const moment = read(text.trim(), now)
  return moment === undefined
    ? Either.left(
      new CliError.UsageError({
        reason: `${flag}: ${JSON.stringify(text)} is no point in time.`,
        advice: "Write 2026-11-01, 2026-11-01T08:30Z, now, or how long ago: 30m, 12h, 7d, 2w."
      })
    )
    : Either.right(moment)
}
