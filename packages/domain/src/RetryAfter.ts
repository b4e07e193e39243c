/**
 * The `Retry-After` header, by which Graph and the login authority say how long to wait.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"

const one = (value: string, now: number): number => {
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value) * 1000
  return /^[A-Za-z]{3,9}(,| )/.test(value) ? Date.parse(value) - now : Number.NaN
}

/**
 * The wait that a `Retry-After` header asks for: seconds (whole or decimal), an HTTP-date, or a list of either, of which the largest
 * wins. `date` is the response's own `Date` header, from which a date counts, so that a wrong clock here does no harm; `now` stands in
 * for it, in milliseconds since the epoch. What has passed, or is negative, is zero; what is neither is none.
 *
 * @example
 * ```ts
 * import { RetryAfter } from "@effect-msgraph/domain"
 *
 * console.log(RetryAfter.parse("120", { date: undefined, now: 0 })) // some(Duration(2m))
 * console.log(RetryAfter.parse("Mon, 23 Nov 2026 10:00:07 GMT", { date: "Mon, 23 Nov 2026 10:00:00 GMT", now: 0 })) // some(Duration(7s))
 * console.log(RetryAfter.parse("soon", { date: undefined, now: 0 })) // none()
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @since 0.1.0
 * @category Decoding
 */
export const parse = (
  header: string | undefined,
  options: { readonly date: string | undefined; readonly now: number }
): Option.Option<Duration.Duration> => {
  if (header === undefined) return Option.none()
  const sent = options.date === undefined ? Number.NaN : Date.parse(options.date)
  const now = Number.isNaN(sent) ? options.now : sent
  // A comma is also part of an HTTP-date, after the name of the day.
  const waits = header.split(/,(?!\s*\d{1,2}[ -][A-Za-z]{3})/)
    .map((part) => one(part.trim(), now))
    .filter((wait) => !Number.isNaN(wait))
  return waits.length === 0
    ? Option.none()
    : Option.some(Duration.millis(Math.min(Math.max(0, Math.ceil(Math.max(...waits))), Number.MAX_SAFE_INTEGER)))
}
