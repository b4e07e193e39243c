/** Lifetimes and instants in the forms in which endpoints and tools write them. */

const maxLifetime = 10 * 365 * 24 * 3600
const endOfTime = 8.64e12

const number = (value: unknown): number | undefined => {
  const read = typeof value === "string" && /^\d{1,15}(\.\d{1,9})?$/.test(value) ? Number(value) : value
  return typeof read === "number" && read > 0 ? read : undefined
}

/** A positive number of seconds, as a number or as a text. */
export const lifetime = (value: unknown): number | undefined => {
  const seconds = number(value)
  return seconds !== undefined && seconds <= maxLifetime ? seconds : undefined
}

const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?: (AM|PM))? \+00:00$/

/**
 * An instant in milliseconds: seconds since 1970 as a number or as a text, RFC 3339, or the form of older endpoints of
 * managed identities (`9/14/2027 5:00:00 PM +00:00`).
 */
export const instant = (value: unknown): number | undefined => {
  const seconds = number(value)
  if (seconds !== undefined) return seconds < endOfTime ? seconds * 1000 : undefined
  if (typeof value !== "string") return undefined
  const parts = american.exec(value)
  if (parts !== null) {
    const [month, day, year, hour, minute, second] = parts.slice(1, 7).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number
    ]
    const half = parts[7]
    const hours = half === undefined ? hour : hour % 12 + (half === "PM" ? 12 : 0)
    return Date.UTC(year, month - 1, day, hours, minute, second)
  }
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(value)) return undefined
  const time = Date.parse(value.replace(/(\.\d{3})\d+/, "$1"))
  return Number.isNaN(time) ? undefined : time
}

/** An instant without an offset, as the clock on this machine's wall shows it: `2027-01-31 17:00:00.000000`. */
export const wallClock = (value: unknown): number | undefined => {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,9})?$/.test(value)) return undefined
  const time = Date.parse(value.replace(" ", "T").replace(/(\.\d{3})\d+/, "$1"))
  return Number.isNaN(time) ? undefined : time
}
