/**
 * Hierarchies of complex types, which the service tells apart by `@odata.type`, as tagged unions.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type * as Types from "effect/Types"

/**
 * A derived type that this version does not know, with everything that the service said of it.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Unknown {
  readonly _tag: "Unknown"
  readonly odataType?: string | undefined
  readonly properties: { readonly [name: string]: unknown }
}

/**
 * The known derived types: the fields of each, by the name that becomes its `_tag`.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Members {
  readonly [tag: string]: Schema.Struct.Fields
}

/**
 * The type of a union of derived types.
 *
 * @since 0.1.0
 * @category Models
 */
export type Type<M extends Members> =
  | { readonly [T in keyof M & string]: Member<T, M[T]> }[keyof M & string]
  | Unknown

/**
 * One derived type, tagged.
 *
 * @since 0.1.0
 * @category Models
 */
export type Member<Tag extends string, Fields extends Schema.Struct.Fields> = Types.Simplify<
  { readonly _tag: Tag } & Schema.Struct.Type<Fields>
>

const UnknownFromSelf = Schema.Struct({
  _tag: Schema.Literal("Unknown"),
  odataType: Schema.optional(Schema.String),
  properties: Schema.Record({ key: Schema.String, value: Schema.Unknown })
}).annotations({
  arbitrary: () => (fc) =>
    fc.record({
      _tag: fc.constant("Unknown" as const),
      odataType: fc.stringMatching(/^[a-z][A-Za-z]{3,15}$/).map((name) => `#example.${name}`),
      // Through JSON, which has no -0.
      properties: fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z]{0,15}$/), fc.json().map((text) => JSON.parse(text)), {
        maxKeys: 5
      })
    })
})

/** Stands for the types that are no member, where a member has its name. No type has this one. */
const noType = "" as const

/**
 * The tagged union of the types derived from one complex type. The `_tag` is the type's name with a capital; in JSON it is
 * `"@odata.type": "#{namespace}.{name}"`, and read also without its `#`, as Microsoft's pages print it now and then. A type that
 * is none of the members decodes to `Unknown`, and encodes to what it was.
 *
 * `default` names the member that an object without `@odata.type` is, where the declared type is that member's own or has no other.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const union = <const M extends Members>(
  namespace: string,
  members: M,
  options?: { readonly default?: keyof M & string }
): Schema.Schema<Type<M>, any> => {
  const nameOf = (tag: string) => `#${namespace}.${tag.charAt(0).toLowerCase()}${tag.slice(1)}`
  const known = new Map<string, Schema.Schema<any, any>>()
  for (const [tag, fields] of Object.entries(members)) {
    const odataType = nameOf(tag)
    const untagged = Schema.Struct({ "@odata.type": Schema.Literal(odataType), ...fields })
    const tagged = Schema.typeSchema(Schema.Struct({ _tag: Schema.Literal(tag), ...fields }))
    known.set(
      odataType,
      Schema.transform(untagged as Schema.Schema<any, any>, tagged as Schema.Schema<any, any>, {
        strict: false,
        decode: ({ "@odata.type": _, ...rest }) => ({ _tag: tag, ...rest }),
        encode: ({ _tag, ...rest }) => ({ "@odata.type": odataType, ...rest })
      })
    )
  }
  const unknown = Schema.transform(
    Schema.Struct({
      "@odata.type": Schema.Literal(noType),
      odataType: Schema.optional(Schema.String.pipe(Schema.filter((type) => !known.has(type)))),
      properties: Schema.Record({ key: Schema.String, value: Schema.Unknown })
    }),
    UnknownFromSelf,
    {
      strict: true,
      decode: ({ "@odata.type": _, ...rest }) => ({ _tag: "Unknown" as const, ...rest }),
      encode: ({ _tag, ...rest }) => ({ "@odata.type": noType, ...rest })
    }
  )
  const absent = options?.default === undefined ? undefined : nameOf(options.default)
  // The union is over literals, on both sides: it goes straight to one member, and blames no other.
  const sorted = (value: Readonly<Record<string, unknown>>): unknown => {
    const { "@odata.type": odataType = absent, ...properties } = value
    if (odataType === undefined) return { "@odata.type": noType, properties }
    if (typeof odataType !== "string") return value
    const name = known.has(odataType) ? odataType : `#${odataType}`
    return known.has(name)
      ? { "@odata.type": name, ...properties }
      : { "@odata.type": noType, odataType, properties }
  }
  const unsorted = (value: Readonly<Record<string, unknown>>): unknown => {
    if (value["@odata.type"] !== noType) return value
    const { odataType, properties } = value
    return { ...properties as object, ...(odataType === undefined ? {} : { "@odata.type": odataType }) }
  }
  return Schema.transform(
    Schema.Record({ key: Schema.String, value: Schema.Unknown }),
    Schema.Union(...known.values(), unknown as Schema.Schema<any, any>),
    { strict: false, decode: sorted, encode: unsorted }
  ) as Schema.Schema<Type<M>, any>
}

/**
 * A type that has no derived ones here, yet is written with its `@odata.type`: encoding adds it, decoding does not ask for it.
 *
 * @example
 * ```ts
 * import { ODataType } from "@effect-msgraph/domain"
 * import { Schema } from "effect"
 *
 * const UserReference = ODataType.typed("microsoft.graph.user", { id: Schema.String })
 * console.log(Schema.encodeSync(UserReference)({ id: "ea09ac2e" })) // { "@odata.type": "#microsoft.graph.user", id: "ea09ac2e" }
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const typed = <const Fields extends Schema.Struct.Fields>(
  odataType: string,
  fields: Fields
): Schema.Schema<Schema.Simplify<Schema.Struct.Type<Fields>>, any> =>
  Schema.transform(
    Schema.Struct({ "@odata.type": Schema.optional(Schema.Unknown), ...fields }) as unknown as Schema.Schema<any, any>,
    Schema.typeSchema(Schema.Struct(fields)) as Schema.Schema<any, any>,
    {
      strict: false,
      decode: ({ "@odata.type": _, ...rest }) => rest,
      encode: (rest) => ({ "@odata.type": `#${odataType}`, ...rest })
    }
  )
