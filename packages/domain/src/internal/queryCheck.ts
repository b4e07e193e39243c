/** Query options against what an operation supports. They may come from outside, so nothing is taken for granted. */
import type * as Entity from "../Entity.js"
import type * as Query from "../Query.js"
import * as FilterCheck from "./filterCheck.js"

export interface Fault {
  readonly field: string
  readonly reason: string
}

const nestedOptions: ReadonlyArray<Query.Option> = ["select", "expand"]

/** The first thing in a query that its entity does not have. */
export const findFault = (
  entity: Entity.Any,
  query: unknown,
  options: ReadonlyArray<Query.Option>,
  prefix: string
): Fault | undefined => {
  if (!isRecord(query)) return { field: prefix.slice(0, -1) || "query", reason: "is no object of query options" }
  for (const [name, value] of Object.entries(query)) {
    const field = `${prefix}${name}`
    if (!(options as ReadonlyArray<string>).includes(name)) {
      return {
        field,
        reason: `is no query option ${prefix === "" ? "of this operation" : "here"}; ${FilterCheck.listed(options)}`
      }
    }
    if (value === undefined) continue
    const fault = checks[name as Query.Option](entity, value, field)
    if (fault !== undefined) return fault
  }
  return undefined
}

const checks: {
  readonly [O in Query.Option]: (entity: Entity.Any, value: unknown, field: string) => Fault | undefined
} = {
  select: (entity, value, field) => {
    if (!isNames(value)) return notNames(field)
    const known = [
      ...Object.keys(entity.properties),
      ...Object.keys(entity.navigation).filter((name) => entity.navigation[name]!.inline.length > 0)
    ]
    return firstUnknown(field, value, known)
  },
  orderBy: (entity, value, field) => {
    if (!isNames(value)) return notNames(field)
    const unknown = firstUnknown(field, value.map((item) => item.split(" ")[0]!), entity.sortable)
    if (unknown !== undefined) return unknown
    const item = value.find((item) => !/^[^ ]+( asc| desc)?$/.test(item))
    return item === undefined
      ? undefined
      : { field, reason: `${JSON.stringify(item)} must end in "asc" or "desc" or nothing` }
  },
  filter: (entity, value, field) => {
    const reason = FilterCheck.findFault(entity, value)
    return reason === undefined ? undefined : { field, reason }
  },
  search: (_, value, field) =>
    typeof value === "string" && value.trim() !== "" ? undefined : { field, reason: "is no text to search for" },
  count: (_, value, field) => typeof value === "boolean" ? undefined : { field, reason: "is neither true nor false" },
  top: (_, value, field) => isCount(value, 1) ? undefined : { field, reason: "is no whole number from 1" },
  skip: (_, value, field) => isCount(value, 0) ? undefined : { field, reason: "is no whole number from 0" },
  expand: (entity, value, field) => {
    if (!isRecord(value)) return { field, reason: "is no object of navigation properties" }
    const unknown = firstUnknown(field, Object.keys(value), Object.keys(entity.navigation))
    if (unknown !== undefined) return unknown
    for (const [name, nested] of Object.entries(value)) {
      if (nested === undefined || nested === true) continue
      const target = entity.navigation[name]!.target() as Entity.Any
      const fault = findFault(target, nested, nestedOptions, `${field}.${name}.`)
      if (fault !== undefined) return fault
    }
    return undefined
  }
}

const isCount = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && (value as number) >= least

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isNames = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((item) => typeof item === "string")

const notNames = (field: string): Fault => ({ field, reason: "is no array of property names" })

const firstUnknown = (
  field: string,
  names: ReadonlyArray<string>,
  known: ReadonlyArray<string>
): Fault | undefined => {
  const name = names.find((name) => !known.includes(name))
  return name === undefined
    ? undefined
    : { field, reason: `${JSON.stringify(name)} is unknown; ${FilterCheck.listed(known)}` }
}
