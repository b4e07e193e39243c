import type * as Entity from "@effect-msgraph/domain/Entity"
import type * as Query from "@effect-msgraph/domain/Query"
import * as Either from "effect/Either"
import type * as Store from "../Store.js"
import { expandTooDeep, type Failure, notNavigation, notSortable, unknownProperty } from "./failure.js"
import * as Filtering from "./filtering.js"
import * as Navigation from "./navigation.js"
import * as Selection from "./selection.js"
import { hidden } from "./unasked.js"

/** How a request wants to see an entity. */
export interface View {
  readonly entity: Entity.Any
  readonly query: Query.Any
  /** Whether enumeration members that come after `unknownFutureValue` may be shown. */
  readonly unknownMembers: boolean
}

/** OData's own default for services that set no limit. */
const maxExpandDepth = 2

/** What Graph finds wrong with a query for an entity, if anything. */
export const check = (entity: Entity.Any, query: Query.Any, depth = 0): Either.Either<void, Failure> =>
  Either.gen(function*() {
    for (const name of query.select ?? []) {
      if (!isKnown(entity, name)) yield* Either.left(unknownProperty("select", name, entity.name))
    }
    for (const item of query.orderBy ?? []) {
      const name = item.split(" ")[0]!
      if (!isKnown(entity, name)) yield* Either.left(unknownProperty("orderby", name, entity.name))
      if (!entity.sortable.includes(name)) yield* Either.left(notSortable(name))
    }
    if (query.filter !== undefined) yield* Filtering.check(entity, query.filter)
    for (const [name, nested] of expanded(query)) {
      if (!isKnown(entity, name)) yield* Either.left(unknownProperty("select", name, entity.name))
      const navigation = navigationOf(entity, name)
      if (navigation === undefined) return yield* Either.left(notNavigation(name, entity.name))
      if (depth >= maxExpandDepth) yield* Either.left(expandTooDeep(maxExpandDepth))
      yield* check(navigation.target(), nested, depth + 1)
    }
  })

const navigationOf = (
  entity: Entity.Any,
  name: string
): Entity.Navigation<Entity.Any, boolean, string> | undefined =>
  Object.hasOwn(entity.navigation, name) ? entity.navigation[name] : undefined

const isKnown = (entity: Entity.Any, name: string): boolean =>
  Object.hasOwn(entity.properties, name) || Object.hasOwn(entity.navigation, name)

const expanded = (query: Query.Any): ReadonlyArray<readonly [name: string, query: Query.Any]> =>
  Object.entries(query.expand ?? {}).flatMap(([name, nested]) =>
    nested === undefined ? [] : [[name, nested === true ? {} : nested] as const]
  )

/** The names that `$select` asks for, each once; none where it asks for nothing. */
const selected = (query: Query.Any): ReadonlyArray<string> => [...new Set(query.select ?? [])]

/** How `@odata.context` describes the shape of an answer: `(id,subject,taskProcessingResults())`, or nothing for the whole. */
export const describe = (query: Query.Any): string => {
  const expand = expanded(query)
  const names = selected(query).filter((name) => !expand.some(([other]) => other === name))
  const parts = [...names, ...expand.map(([name, nested]) => `${name}${describe(nested) || "()"}`)]
  return parts.length === 0 ? "" : `(${parts.join(",")})`
}

/**
 * An entity as the service writes it, alone or as one of many. `context` is the address in the metadata of the collection or entity
 * that it is part of; the collections in it refer to it.
 */
export const write = (
  view: View,
  node: Store.Node,
  context: string,
  many: boolean = false
): Record<string, unknown> => {
  const { entity, query } = view
  const names = selected(query)
  const expand = expanded(query)
  const isExpanded = (name: string) => expand.some(([other]) => other === name)
  const unasked = names.length === 0 ? hidden(entity, many) : undefined
  const result: Record<string, unknown> = {}
  const address = (name: string) => `${context}${Navigation.writeKey(Navigation.keyOf(node))}/${name}`
  // A property that was asked for is there, if only as null; the default shape is what was put in.
  for (const name of names.length === 0 ? Object.keys(entity.properties) : names) {
    if (!Object.hasOwn(entity.properties, name) || isExpanded(name) || unasked?.has(name) === true) continue
    if (name in node.properties) {
      result[name] = value(view, name, node.properties[name])
    } else if (navigationOf(entity, name) !== undefined && isLinked(entity, node, name)) {
      writeLinked(result, view, node, name, address(name))
    } else if (names.length > 0) {
      result[name] = null
    }
  }
  for (const [name, navigation] of Object.entries(entity.navigation)) {
    if (isExpanded(name) || navigation.inline.length === 0) continue
    if (names.length === 0 || names.includes(name)) {
      const target = node.links[name]
      result[name] = target === undefined ? null : pick(target, navigation.inline)
    }
  }
  for (const [name, nested] of expand) {
    const navigation = navigationOf(entity, name)!
    const within = { entity: navigation.target(), query: nested, unknownMembers: view.unknownMembers }
    if (navigation.many) {
      if (!isLinked(entity, node, name) && name in node.properties) {
        result[name] = node.properties[name]
        continue
      }
      const { count, members } = Selection.select(within.entity, Navigation.members(node, name), nested)
      result[`${name}@odata.context`] = `${address(name)}${describe(nested)}`
      if (nested.count === true) result[`${name}@odata.count`] = count
      result[name] = members.map((member) => write(within, member, address(name), true))
    } else {
      const target = node.links[name]
      result[name] = target === undefined ? null : write(within, target, address(name))
    }
  }
  return result
}

/** Whether there is something behind a navigation property. */
const isLinked = (entity: Entity.Any, node: Store.Node, name: string): boolean =>
  navigationOf(entity, name)!.many ? node.collections[name] !== undefined : node.links[name] !== undefined

/** What an entity shows of its relations as if they were properties: tasks as a whole, people by their id. */
const writeLinked = (
  result: Record<string, unknown>,
  view: View,
  node: Store.Node,
  name: string,
  address: string
): void => {
  const navigation = navigationOf(view.entity, name)!
  const within = { entity: navigation.target(), query: {}, unknownMembers: view.unknownMembers }
  if (navigation.many) {
    result[`${name}@odata.context`] = address
    result[name] = Navigation.members(node, name).map((member) => write(within, member, address, true))
  } else if (within.entity.name === "microsoft.graph.user") {
    result[name] = pick(node.links[name]!, ["id"])
  } else {
    result[name] = write(within, node.links[name]!, address)
  }
}

const pick = (node: Store.Node, names: ReadonlyArray<string>) =>
  Object.fromEntries(
    names.flatMap((name) => Object.hasOwn(node.properties, name) ? [[name, node.properties[name]] as const] : [])
  )

/** Members that callers did not ask for are shown to them as `unknownFutureValue`. */
const value = (view: View, name: string, value: unknown): unknown => {
  if (view.unknownMembers || typeof value !== "string") return value
  const schema = view.entity.properties[name] as { readonly members?: ReadonlyArray<string> } | undefined
  const sentinel = schema?.members?.indexOf("unknownFutureValue") ?? -1
  return sentinel >= 0 && schema!.members!.indexOf(value) > sentinel ? "unknownFutureValue" : value
}
