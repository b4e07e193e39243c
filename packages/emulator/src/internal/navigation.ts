import * as Either from "effect/Either"
import * as Store from "../Store.js"
import { derived } from "./derived.js"

/** The members of a collection: those that hang in the tree, or those that follow from what hangs there. */
export const members = (node: Store.Node, name: string): ReadonlyArray<Store.Node> =>
  Object.hasOwn(derived, name) ? derived[name]!(node) : Store.members(node, name)

/** The key of an entity: its id, or of a version its number. */
export const keyOf = (node: Store.Node): string =>
  node.properties.id === undefined && typeof node.properties.versionNumber === "number"
    ? String(node.properties.versionNumber)
    : Store.idOf(node)

/** A key as it is written in parentheses: numbers stand without quotes. */
export const writeKey = (key: string): string => /^\d+$/.test(key) ? `(${key})` : `('${key}')`

const member = (node: Store.Node, name: string, key: string): Store.Node | undefined => {
  if (!Object.hasOwn(derived, name)) {
    const collection = node.collections[name]
    return collection?.get(key) ?? collection?.get(key.toLowerCase()) ?? formerTask(node, name, key)
  }
  const wanted = key.toLowerCase()
  return members(node, name).find((member) => keyOf(member).toLowerCase() === wanted)
}

/** A task of an earlier version, whose results go on under its id. */
const formerTask = (node: Store.Node, name: string, key: string): Store.Node | undefined => {
  if (name !== "tasks") return undefined
  for (const version of Store.members(node, "versions")) {
    const task = version.collections.tasks?.get(key.toLowerCase())
    if (task !== undefined) return task
  }
  return undefined
}

/** The node at the end of a path, or the step at which the path ends in nothing. */
export const find = (root: Store.Node, steps: ReadonlyArray<Store.Step>): Either.Either<Store.Node, Store.Step> => {
  let current = root
  for (const step of steps) {
    const next = step.key === undefined ? current.links[step.name] : member(current, step.name, step.key)
    if (next === undefined) return Either.left(step)
    current = next
  }
  return Either.right(current)
}
