import type * as Entity from "@effect-msgraph/domain/Entity"
import type * as Query from "@effect-msgraph/domain/Query"
import * as Either from "effect/Either"
import * as Store from "../Store.js"
import { expandTooDeep, type Failure, notNavigation, notSortable, unknownProperty } from "./failure.js"
import * as Ordering from "./ordering.js"

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
 * An entity as the service writes it. `context` is the address in the metadata of the collection or entity that it is part of; the
 * collections that it expands refer to it.
 */
export const write = (view: View, node: Store.Node, context: string): Record<string, unknown> => {
  const { entity, query } = view
  const names = selected(query)
  const result: Record<string, unknown> = {}
  // A property that was asked for is there, if only as null; the default shape is what was put in.
  for (
    const name of names.length === 0
      ? Object.keys(entity.properties).filter((name) => name in node.properties)
      : names
  ) {
    if (Object.hasOwn(entity.properties, name)) result[name] = value(view, name, node.properties[name] ?? null)
  }
  const expand = expanded(query)
  for (const [name, navigation] of Object.entries(entity.navigation)) {
    if (expand.some(([other]) => other === name)) continue
    if (navigation.inline.length > 0 && (names.length === 0 || names.includes(name))) {
      const target = node.links[name]
      result[name] = target === undefined ? null : pick(target, navigation.inline)
    }
  }
  for (const [name, nested] of expand) {
    const navigation = navigationOf(entity, name)!
    const within = { entity: navigation.target(), query: nested, unknownMembers: view.unknownMembers }
    if (navigation.many) {
      const members = Store.members(node, name)
      const address = `${context}('${Store.idOf(node)}')/${name}`
      result[`${name}@odata.context`] = `${address}${describe(nested)}`
      result[name] = Ordering.sort(members, nested.orderBy).map((member) => write(within, member, address))
    } else {
      const target = node.links[name]
      result[name] = target === undefined ? null : write(within, target, `${context}('${Store.idOf(node)}')/${name}`)
    }
  }
  return result
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
