import type * as Entity from "@effect-msgraph/domain/Entity"
import type * as Query from "@effect-msgraph/domain/Query"
import type * as Store from "../Store.js"
import * as Filtering from "./filtering.js"
import * as Ordering from "./ordering.js"

const searched = ["displayName", "description"] as const

/** `"text"`, `text` or `"displayName:text"`: whether all words are there, in any case. */
const search = (text: string) => {
  const bare = text.replace(/^"(.*)"$/, "$1")
  const [, property, rest] = /^(\w+):(.*)$/.exec(bare) ?? []
  const names: ReadonlyArray<string> = property === undefined ? searched : [property]
  const words = (rest ?? bare).toLowerCase().split(/\s+/).filter((word) => word !== "")
  return ({ properties }: Store.Node): boolean => {
    const haystack = names.map((name) => String(properties[name] ?? "")).join("\n").toLowerCase()
    return words.every((word) => haystack.includes(word))
  }
}

/** The members that a query asks for, and how many there are before `$skip` and `$top`. */
export const select = (
  entity: Entity.Any,
  nodes: ReadonlyArray<Store.Node>,
  query: Query.Any
): { readonly count: number; readonly members: ReadonlyArray<Store.Node> } => {
  let members = nodes
  if (query.search !== undefined) members = members.filter(search(query.search))
  if (query.filter !== undefined) members = members.filter(Filtering.holds(entity, query.filter))
  members = Ordering.sort(members, query.orderBy)
  const start = query.skip ?? 0
  return {
    count: members.length,
    members: query.skip === undefined && query.top === undefined
      ? members
      : members.slice(start, query.top === undefined ? undefined : start + query.top)
  }
}
