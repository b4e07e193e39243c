/**
 * Evolvable enumerations. Microsoft Graph adds members to its enumerations over time, so a member that this version does not
 * know is a value like any other: it decodes to a branded string, never to an error and never to `undefined`.
 *
 * @see https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import * as Schema from "effect/Schema"
import { DecodeId, refused } from "./internal/direct.js"

/**
 * A member that this version does not know, as the service wrote it.
 *
 * @since 0.1.0
 * @category Models
 */
export type Unknown = string & Brand.Brand<"@effect-msgraph/domain/UnknownEnumMember">

/**
 * The schema of an open enumeration, together with the members that this version knows.
 *
 * - `members`: the known members, in the order of Microsoft's metadata
 * - `is`: whether a value is one of them
 *
 * @since 0.1.0
 * @category Models
 */
export interface OpenEnum<Member extends string> extends Schema.Schema<Member | Unknown, string> {
  readonly members: ReadonlyArray<Member>
  readonly is: (value: string) => value is Member
}

/**
 * An open enumeration with these known members. `name` is its name in Microsoft's metadata.
 *
 * @example
 * ```ts
 * import { OpenEnum } from "@effect-msgraph/domain"
 * import { Schema } from "effect"
 *
 * const Category = OpenEnum.make("lifecycleWorkflowCategory", ["joiner", "leaver", "mover"])
 * const value = Schema.decodeSync(Category)("boomerang")
 * console.log(Category.is(value)) // false
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = <const Member extends string>(
  name: string,
  members: ReadonlyArray<Member>
): OpenEnum<Member> => {
  const known: ReadonlySet<string> = new Set(members)
  // Every string is either a member or an unknown one, so there is nothing to check beyond its being a string.
  const schema = Schema.String.annotations({
    identifier: name,
    arbitrary: () => (fc) =>
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom<string>(...members) },
        { weight: 1, arbitrary: fc.stringMatching(/^[a-z][A-Za-z]{3,15}$/) }
      )
  })
  return Object.assign(schema as unknown as Schema.Schema<Member | Unknown, string>, {
    members,
    is: (value: string): value is Member => known.has(value)
  })
}

/**
 * The schema of a flags enumeration: the service writes several members as one comma-separated text, which decodes to an array.
 *
 * @example
 * ```ts
 * import { OpenEnum } from "@effect-msgraph/domain"
 * import { Schema } from "effect"
 *
 * const Categories = OpenEnum.flags(OpenEnum.make("lifecycleTaskCategory", ["joiner", "leaver", "mover"]))
 * console.log(Schema.decodeSync(Categories)("joiner,leaver")) // [ "joiner", "leaver" ]
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const flags = <Member extends string>(
  member: OpenEnum<Member>
): Schema.Schema<ReadonlyArray<Member | Unknown>, string> =>
  Schema.transform(Schema.String, Schema.Array(Schema.typeSchema(member)), {
    strict: true,
    decode: (text) => split(text) as ReadonlyArray<string> as ReadonlyArray<Member | Unknown>,
    encode: (values) => values.join(",")
  }).annotations({
    [DecodeId]: (text: unknown) => {
      if (typeof text !== "string") throw refused
      return split(text)
    }
  })

const split = (text: string): ReadonlyArray<string> =>
  text.split(",").map((part) => part.trim()).filter((part) => part !== "")
