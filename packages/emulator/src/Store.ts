/**
 * What a tenant holds: a tree of entities by containment, in which one entity may hang in several places.
 *
 * Entities are kept as the JSON that the service writes, so that they are answered digit for digit as they were put in.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"

/**
 * The structural properties of an entity, as JSON.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Properties {
  readonly [name: string]: unknown
}

/**
 * An entity and what it leads to: entities by navigation property, and collections of them by id, in their order.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Node {
  properties: Properties
  readonly links: { [name: string]: Node }
  readonly collections: { [name: string]: Map<string, Node> }
}

/**
 * One step of a path below a node: a navigation property, or with `key` one member of a collection.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Step {
  readonly name: string
  readonly key?: string | undefined
}

/**
 * An entity with these properties. `fill` puts more into its collections, when somebody looks at them for the first time.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const node = (
  properties: Properties = {},
  options: {
    readonly links?: { readonly [name: string]: Node }
    readonly collections?: { readonly [name: string]: Iterable<Node> }
    readonly fill?: (node: Node) => void
  } = {}
): Node => {
  const collections: { [name: string]: Map<string, Node> } = {}
  for (const name in options.collections) {
    const collection = collections[name] = new Map<string, Node>()
    for (const member of options.collections[name]!) collection.set(idOf(member), member)
  }
  let fill = options.fill
  if (fill === undefined) return { properties, links: { ...options.links }, collections }
  return {
    properties,
    links: { ...options.links },
    get collections() {
      const filling = fill
      fill = undefined
      filling?.(this)
      return collections
    }
  }
}

/**
 * The id of an entity; empty for one that has none.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const idOf = (node: Node): string => typeof node.properties.id === "string" ? node.properties.id : ""

/**
 * A collection of a node, which is created where the node does not have it yet.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const collectionOf = (node: Node, name: string): Map<string, Node> => node.collections[name] ??= new Map()

/**
 * The members of a collection of a node, in their order; none where the node does not have it.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const members = (node: Node, name: string): ReadonlyArray<Node> =>
  Array.from(node.collections[name]?.values() ?? [])

/**
 * Puts an entity into a collection of a node, and gives it back.
 *
 * @since 0.1.0
 * @category Changing
 */
export const add = (parent: Node, collection: string, child: Node): Node => {
  collectionOf(parent, collection).set(idOf(child), child)
  return child
}

/**
 * Takes a member out of a collection of a node, if it is there.
 *
 * @since 0.1.0
 * @category Changing
 */
export const remove = (parent: Node, collection: string, id: string): void => {
  const members = parent.collections[collection]
  if (members !== undefined && !members.delete(id)) members.delete(id.toLowerCase())
}

/**
 * The node at the end of a path, or the step at which the path ends in nothing. Keys are compared without regard to case, as
 * GUIDs are.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const find = (root: Node, steps: ReadonlyArray<Step>): Either.Either<Node, Step> => {
  let current = root
  for (const step of steps) {
    const next = step.key === undefined
      ? current.links[step.name]
      : member(current.collections[step.name], step.key)
    if (next === undefined) return Either.left(step)
    current = next
  }
  return Either.right(current)
}

const member = (collection: ReadonlyMap<string, Node> | undefined, key: string): Node | undefined =>
  collection?.get(key) ?? collection?.get(key.toLowerCase())
