import type { Entity } from "@effect-msgraph/domain"
import { FastCheck as fc } from "effect"

/** A projection whose names are not known to the compiler. */
export interface Projection {
  readonly select?: ReadonlyArray<string>
  readonly expand?: { readonly [name: string]: true | Projection }
}

/** What `$select` may name. */
export const selectable = (entity: Entity.Any): Array<string> => [
  ...Object.keys(entity.properties),
  ...Object.keys(entity.navigation).filter((name) => entity.navigation[name]!.inline.length > 0)
]

/** Any projection of the entity: a random subset of what can be selected and expanded, in random order, a few levels deep. */
export const projection = (entity: Entity.Any, depth = 2): fc.Arbitrary<Projection> => {
  const select = fc.shuffledSubarray(selectable(entity))
  const navigation = Object.entries(entity.navigation)
  const expand = depth === 0 || navigation.length === 0
    ? fc.constant({})
    : fc.record(
      Object.fromEntries(navigation.map(([name, { target }]) => [
        name,
        fc.oneof(fc.constant(true as const), projection(target(), depth - 1))
      ])),
      { requiredKeys: [] }
    )
  return fc.record({ select, expand }, { requiredKeys: [] }) as fc.Arbitrary<Projection>
}

/** The value without keys that are `undefined`: what JSON keeps of it. */
export const withoutUndefined = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(withoutUndefined)
    : typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
    ? Object.fromEntries(
      Object.entries(value).flatMap(([key, value]) => value === undefined ? [] : [[key, withoutUndefined(value)]])
    )
    : value
