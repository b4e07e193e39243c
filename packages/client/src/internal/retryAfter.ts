import * as Duration from "effect/Duration"
import * as Option from "effect/Option"

const weekday = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
const httpDate = new RegExp(`${weekday}, \\d{1,2} [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d (?:GMT|UTC)`, "g")

/**
 * The wait that a `Retry-After` header asks for: seconds (whole or decimal), an HTTP-date, or a list of either, of which the largest
 * wins. A date counts from the response's own `Date`, where it has one, so that a wrong clock here does no harm. What has passed, or is
 * negative, is zero; what is neither is none.
 */
export const parse = (
  header: string | undefined,
  date: string | undefined,
  now: number
): Option.Option<Duration.Duration> => {
  if (header === undefined) return Option.none()
  const sent = date === undefined ? NaN : Date.parse(date)
  const origin = Number.isNaN(sent) ? now : sent
  const waits: Array<number> = []
  const seconds = header.replace(httpDate, (text) => {
    waits.push(Date.parse(text) - origin)
    return ""
  })
  for (const part of seconds.split(",")) {
    const text = part.trim()
    if (/^-?\d+(?:\.\d+)?$/.test(text)) waits.push(Number(text) * 1000)
  }
  const known = waits.filter((wait) => !Number.isNaN(wait))
  return known.length === 0
    ? Option.none()
    : Option.some(Duration.millis(Math.min(Math.max(0, Math.ceil(Math.max(...known))), Number.MAX_SAFE_INTEGER)))
}
