/**
 * The OData model: entity types with their properties and navigation properties, and what `$select` and `$expand` make of them.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type * as Types from "effect/Types"
import * as Nullish from "./internal/nullish.js"

/**
 * A navigation property: a link to another entity, or to many.
 *
 * - `target`: the entity it leads to, behind a thunk because entities refer to each other
 * - `many`: whether it is a collection
 * - `inline`: the properties of the target that the service returns unasked, if it does; `$select` may then name the navigation
 *
 * @since 0.1.0
 * @category Models
 */
export interface Navigation<Target extends Any, Many extends boolean, Inline extends string> {
  readonly target: () => Target
  readonly many: Many
  readonly inline: ReadonlyArray<Inline>
}

/**
 * The navigation properties of an entity.
 *
 * @since 0.1.0
 * @category Models
 */
export interface NavigationFields {
  readonly [name: string]: Navigation<any, boolean, string>
}

/**
 * An entity type of the service.
 *
 * - `name`: its name in Microsoft's metadata
 * - `properties`: a schema for each structural property; nullable ones are optional keys
 * - `navigation`: its navigation properties
 * - `filterable`: the operators that the service supports in `$filter`, by property
 * - `sortable`: the properties that the service supports in `$orderby`
 *
 * @since 0.1.0
 * @category Models
 */
export interface Entity<
  Properties extends Schema.Struct.Fields,
  Nav extends NavigationFields,
  Filterable extends FilterableFields = {},
  Sortable extends string = never
> {
  readonly name: string
  readonly properties: Properties
  readonly navigation: Nav
  readonly filterable: Filterable
  readonly sortable: ReadonlyArray<Sortable>
}

/**
 * The comparison operators of `$filter`.
 *
 * @since 0.1.0
 * @category Models
 */
export type Operator = "eq" | "ne" | "lt" | "le" | "gt" | "ge"

/**
 * What a property can be filtered by: comparisons, `has` of a flags enumeration, functions of a text, `any` and `all` of a collection.
 *
 * @since 0.1.0
 * @category Models
 */
export type FilterOperator = Operator | "has" | "startsWith" | "endsWith" | "contains" | "any" | "all"

/**
 * Which operators a property can be filtered by.
 *
 * @since 0.1.0
 * @category Models
 */
export interface FilterableFields {
  readonly [property: string]: ReadonlyArray<FilterOperator>
}

/**
 * Any entity.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Any {
  readonly name: string
  readonly properties: Schema.Struct.Fields
  readonly navigation: NavigationFields
  readonly filterable: FilterableFields
  readonly sortable: ReadonlyArray<string>
}

/**
 * Describes an entity.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = <
  const Properties extends Schema.Struct.Fields,
  const Nav extends NavigationFields = {},
  const Filterable extends FilterableFields = {},
  const Sortable extends keyof Properties & string = never
>(
  name: string,
  definition: {
    readonly properties: Properties
    readonly navigation?: Nav
    readonly filterable?: Filterable
    readonly sortable?: ReadonlyArray<Sortable>
  }
): Entity<Properties, Nav, Filterable, Sortable> => ({
  name,
  properties: definition.properties,
  navigation: definition.navigation ?? ({} as Nav),
  filterable: definition.filterable ?? ({} as Filterable),
  sortable: definition.sortable ?? []
})

/**
 * A nullable property: an optional key, absent where the service writes `null` or nothing.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const nullable = <A, I>(
  schema: Schema.Schema<A, I>
): Schema.optionalWith<Schema.Schema<A, I>, { nullable: true }> =>
  Object.assign(
    Schema.optionalToOptional(Nullish.orNullish(schema), Schema.UndefinedOr(Schema.typeSchema(schema)), {
      decode: Nullish.dropNull<A>,
      encode: (value) => value
    }),
    { from: schema }
  ) as unknown as Schema.optionalWith<Schema.Schema<A, I>, { nullable: true }>

/**
 * A navigation property to one entity. `inline` names the properties that the service returns unasked.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const one = <Target extends Any, const Inline extends ScalarKey<Target> = never>(
  target: () => Target,
  options?: { readonly inline?: ReadonlyArray<Inline> }
): Navigation<Target, false, Inline> => ({ target, many: false, inline: options?.inline ?? [] })

/**
 * A navigation property to a collection of entities. `inline` names the properties that the service returns unasked.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const many = <Target extends Any, const Inline extends ScalarKey<Target> = never>(
  target: () => Target,
  options?: { readonly inline?: ReadonlyArray<Inline> }
): Navigation<Target, true, Inline> => ({ target, many: true, inline: options?.inline ?? [] })

/**
 * Names of the structural properties of an entity.
 *
 * @since 0.1.0
 * @category Type level
 */
export type ScalarKey<E extends Any> = keyof E["properties"] & string

/**
 * Names of the navigation properties of an entity.
 *
 * @since 0.1.0
 * @category Type level
 */
export type NavigationKey<E extends Any> = keyof E["navigation"] & string

/**
 * Names of the navigation properties that the service returns unasked.
 *
 * @since 0.1.0
 * @category Type level
 */
export type InlineKey<E extends Any> = {
  [K in NavigationKey<E>]: [E["navigation"][K]["inline"][number]] extends [never] ? never : K
}[NavigationKey<E>]

/**
 * What `$select` may name: structural properties, and navigation properties that come inline.
 *
 * @since 0.1.0
 * @category Type level
 */
export type SelectKey<E extends Any> = ScalarKey<E> | InlineKey<E>

/**
 * What a caller may say of an entity: which properties, and which related entities.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Projection<E extends Any> {
  readonly select?: ReadonlyArray<SelectKey<E>> | undefined
  readonly expand?: Expand<E> | undefined
}

/**
 * What `$expand` may name, with a projection for each: `true` for the default shape.
 *
 * @since 0.1.0
 * @category Models
 */
export type Expand<E extends Any> = {
  readonly [K in NavigationKey<E>]?: true | Projection<Target<E, K>> | undefined
}

/**
 * The entity behind a navigation property.
 *
 * @since 0.1.0
 * @category Type level
 */
export type Target<E extends Any, K extends NavigationKey<E>> = E["navigation"][K] extends
  Navigation<infer T extends Any, any, any> ? T : never

/** Data of a navigation, one or many. */
type Linked<E extends Any, K extends NavigationKey<E>, A> = E["navigation"][K]["many"] extends true ? ReadonlyArray<A>
  : A

type ScalarFields<E extends Any, K> = Schema.Struct.Type<Pick<E["properties"], Extract<ScalarKey<E>, K>>>

type InlineFields<E extends Any, K> = {
  readonly [N in Extract<InlineKey<E>, K>]: Linked<
    E,
    N,
    Types.Simplify<ScalarFields<Target<E, N>, E["navigation"][N]["inline"][number]>>
  >
}

/** The part that `$select` decides. An array whose members the compiler does not know makes each of them optional. */
type Selected<E extends Any, S> = S extends ReadonlyArray<string> ?
  S["length"] extends 0 ? ScalarFields<E, ScalarKey<E>> & InlineFields<E, InlineKey<E>>
  : number extends S["length"] ? Partial<ScalarFields<E, S[number]> & InlineFields<E, S[number]>>
  : ScalarFields<E, S[number]> & InlineFields<E, S[number]>
  : ScalarFields<E, ScalarKey<E>> & InlineFields<E, InlineKey<E>>

/** The part that `$expand` adds. What may be expanded or not, because its projection may be `undefined`, is optional. */
type Expanded<E extends Any, X> =
  & {
    readonly [N in Extract<keyof X, NavigationKey<E>> as undefined extends X[N] ? never : N]: Linked<
      E,
      N,
      Projected<Target<E, N>, X[N]>
    >
  }
  & {
    readonly [N in Extract<keyof X, NavigationKey<E>> as undefined extends X[N] ? N : never]?: Linked<
      E,
      N,
      Projected<Target<E, N>, Exclude<X[N], undefined>>
    >
  }

type SelectOf<P> = P extends { readonly select: infer S } ? S
  : P extends { readonly select?: infer S } ? [unknown] extends [S] ? undefined : S
  : undefined

type ExpandOf<P> = P extends { readonly expand: infer X } ? undefined extends X ? Partial<NonNullable<X>> : X
  : P extends { readonly expand?: infer X } ? [unknown] extends [X] ? {} : Partial<NonNullable<X>>
  : {}

type Parts<E extends Any, P> =
  & Omit<Selected<E, SelectOf<P>>, Extract<keyof ExpandOf<P>, string>>
  & Expanded<E, ExpandOf<P>>

/**
 * The type of an entity under a projection: what `select` names (else the default shape) and what `expand` names.
 *
 * @since 0.1.0
 * @category Type level
 */
export type Projected<E extends Any, P> = [P] extends [infer Q] ? Types.Simplify<Parts<E, Q>> : never

/**
 * Makes names that a projection cannot have an error, at every depth, where the compiler would let them pass.
 *
 * @since 0.1.0
 * @category Type level
 */
export type Exactly<E extends Any, P> = P & ExactProjection<E, P>

/**
 * Makes names that are no navigation property of the entity an error, and goes on with those that are.
 *
 * @since 0.1.0
 * @category Type level
 */
export type ExactlyExpand<E extends Any, X> = X extends object
  ? { readonly [N in keyof X]: N extends NavigationKey<E> ? ExactProjection<Target<E, N>, X[N]> : never }
  : X

type ExactProjection<E extends Any, P> = P extends object ? {
    readonly [K in keyof P]: K extends "select" ? P[K] : K extends "expand" ? ExactlyExpand<E, P[K]> : never
  }
  : P

/**
 * The type of an entity as the service returns it when nothing is selected or expanded.
 *
 * @since 0.1.0
 * @category Type level
 */
export type Type<E extends Any> = Projected<E, {}>

/** A projection whose names are not known to the compiler. */
interface AnyProjection {
  readonly select?: ReadonlyArray<string> | undefined
  readonly expand?: { readonly [name: string]: true | AnyProjection | undefined } | undefined
}

const link = (navigation: Navigation<Any, boolean, string>, schema: Schema.Schema<any, any>): Schema.Schema.Any =>
  navigation.many ? Schema.Array(schema) : schema

const inlineSchema = (navigation: Navigation<Any, boolean, string>): Schema.Schema.Any =>
  link(navigation, schema(navigation.target(), { select: navigation.inline }) as Schema.Schema<any, any>)

/**
 * The schema of an entity under a projection. It ignores what was not asked for, and demands what was.
 *
 * @example
 * ```ts
 * import { Entity, Processing } from "@effect-msgraph/domain"
 * import { Schema } from "effect"
 *
 * const result = Entity.schema(Processing.UserProcessingResult, { select: ["id", "failedTasksCount"] })
 * const decoded = Schema.decodeUnknownSync(result)({ id: "78b83505-6967-4168-a7ea-4921c0543ce9", failedTasksCount: 0 })
 * console.log(decoded.failedTasksCount) // 0
 * ```
 *
 * @since 0.1.0
 * @category Schemas
 */
export const schema = <E extends Any, const P extends Projection<E> = {}>(
  entity: E,
  projection?: Exactly<E, P>
): Schema.Schema<Projected<E, P>, any> => {
  const { expand = {}, select = [] } = (projection ?? {}) as AnyProjection
  const fields: Record<string, Schema.Struct.Fields[string]> = {}
  const all = select.length === 0
  for (const [name, property] of Object.entries(entity.properties)) {
    if (all || select.includes(name)) fields[name] = property
  }
  for (const [name, navigation] of Object.entries(entity.navigation)) {
    const nested = expand[name]
    if (nested !== undefined) {
      fields[name] = link(
        navigation,
        schema(navigation.target() as Any, nested === true ? {} : nested) as Schema.Schema<any, any>
      )
    } else if (navigation.inline.length > 0 && (all || select.includes(name))) {
      fields[name] = inlineSchema(navigation)
    }
  }
  // A title and no identifier: it names the entity in errors, but the shape differs from projection to projection.
  return Schema.Struct(fields).annotations({ title: entity.name }) as unknown as Schema.Schema<Projected<E, P>, any>
}
