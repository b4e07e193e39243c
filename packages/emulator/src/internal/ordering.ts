import type * as Store from "../Store.js"

/** Without its zone, a date compares as text, whatever the number of its fractional digits. */
const date = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/

const comparable = (value: unknown): string | number => {
  if (typeof value === "number") return value
  if (typeof value === "boolean") return value ? 1 : 0
  const text = String(value)
  const match = date.exec(text)
  return match === null ? text : `${match[1]}.${match[2] ?? ""}`
}

const compare = (a: unknown, b: unknown): number => {
  // OData sorts null before everything else.
  const missing = Number(b === null || b === undefined) - Number(a === null || a === undefined)
  if (missing !== 0) return missing
  const [x, y] = [comparable(a), comparable(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

/** The nodes in the order that `$orderby` asks for; equal ones stay as they were. */
export const sort = (
  nodes: ReadonlyArray<Store.Node>,
  orderBy: ReadonlyArray<string> | undefined
): ReadonlyArray<Store.Node> => {
  if (orderBy === undefined || orderBy.length === 0) return nodes
  const keys = orderBy.map((item) => item.split(" "))
  return [...nodes].sort((a, b) => {
    for (const [name, direction] of keys) {
      const order = compare(a.properties[name!], b.properties[name!])
      if (order !== 0) return direction === "desc" ? -order : order
    }
    return 0
  })
}
