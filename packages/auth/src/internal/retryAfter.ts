import * as Duration from "effect/Duration"

const one = (value: string, now: number): number | undefined => {
  if (/^-?\d+(\.\d+)?$/.test(value)) return Math.max(0, Number(value) * 1000)
  if (!/^[A-Za-z]{3,9}(,| )/.test(value)) return undefined
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/**
 * `Retry-After` as a duration: seconds, or an HTTP-date, which is held against the response's own `Date` so that this
 * machine's clock does not matter. Repeated headers arrive as a list: the longest wait wins. `undefined` for anything
 * else.
 */
export const parse = (
  header: string | undefined,
  options: { readonly date: string | undefined; readonly now: number }
): Duration.Duration | undefined => {
  if (header === undefined) return undefined
  const theirs = options.date === undefined ? Number.NaN : Date.parse(options.date)
  const now = Number.isNaN(theirs) ? options.now : theirs
  // A comma is also part of an HTTP-date, after the name of the day.
  const waits = header.split(/,(?!\s*\d{1,2}[ -][A-Za-z]{3})/)
    .map((part) => one(part.trim(), now))
    .filter((wait) => wait !== undefined)
  return waits.length === 0 ? undefined : Duration.millis(Math.max(...waits))
}
