/**
 * The arguments of built-in tasks. On the wire each is a pair of texts; here each has a type, and knows how to read and
 * write it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { UserId } from "../Ids.js"

/**
 * One argument of a built-in task.
 *
 * - `name`: its name on the wire
 * - `required`: whether a task without it is refused
 * - `description`: what it is for
 * - `expected`: what it takes, for documentation and errors
 * - `valueType`, `values`: what the service's definition says of it
 * - `minimum`, `maximum`: the limits of a number
 * - `separator`: what stands between several values
 * - `excludedBy`: the value of another argument that this one cannot stand beside
 * - `schema`: the wire's text, read and checked
 * - `write`: the wire's text, unchecked; so a builder never fails, and the schema of the request finds what is wrong
 *
 * @since 0.1.0
 * @category Models
 */
export interface Argument<A, Required extends boolean = boolean> {
  readonly name: string
  readonly required: Required
  readonly description: string
  readonly expected: string
  readonly valueType: "string" | "enum"
  readonly values: ReadonlyArray<string>
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
  readonly separator?: string | undefined
  readonly excludedBy?: { readonly name: string; readonly value: string } | undefined
  readonly schema: Schema.Schema<A, string>
  readonly write: (value: A) => string
}

/**
 * The arguments of a task, by the names that they have in a builder.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Arguments {
  readonly [name: string]: Argument<any>
}

/**
 * How values of one kind are read and written: an argument without its name and purpose.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Kind<A> extends Omit<Argument<A>, "name" | "required" | "description" | "excludedBy"> {}

/** What one argument adds to its kind. */
interface Purpose {
  readonly description: string
  readonly excludedBy?: { readonly name: string; readonly value: string } | undefined
}

/**
 * An argument that a task cannot do without.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const required = <A>(name: string, kind: Kind<A>, purpose: Purpose): Argument<A, true> => ({
  ...kind,
  ...purpose,
  name,
  required: true
})

/**
 * An argument that may be left out.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const optional = <A>(name: string, kind: Kind<A>, purpose: Purpose): Argument<A, false> => ({
  ...kind,
  ...purpose,
  name,
  required: false
})

/**
 * Any text.
 *
 * @since 0.1.0
 * @category Kinds
 */
export const text: Kind<string> = {
  expected: "a text",
  valueType: "string",
  values: [],
  schema: Schema.String,
  write: (value) => value
}

/**
 * A language tag such as `en-us`.
 *
 * @since 0.1.0
 * @category Kinds
 */
export const language: Kind<string> = {
  expected: "a language tag such as en-us",
  valueType: "string",
  values: [],
  schema: Schema.String.pipe(
    Schema.pattern(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, {
      arbitrary: () => (fc) => fc.stringMatching(/^[a-z]{2,3}(-[a-z]{2})?$/)
    })
  ),
  write: (value) => value
}

/**
 * A truth value, `"true"` or `"false"` on the wire.
 *
 * @since 0.1.0
 * @category Kinds
 */
export const boolean: Kind<boolean> = {
  expected: "\"true\" or \"false\"",
  valueType: "enum",
  values: ["true", "false"],
  schema: Schema.transform(Schema.String.pipe(Schema.pattern(/^(true|false)$/)), Schema.Boolean, {
    strict: true,
    decode: (value) => value === "true",
    encode: (value) => value ? "true" : "false"
  }),
  write: String
}

/**
 * A whole number within limits, in decimal digits on the wire.
 *
 * @since 0.1.0
 * @category Kinds
 */
export const integer = (minimum: number, maximum: number): Kind<number> => ({
  expected: `a whole number from ${minimum} to ${maximum}`,
  valueType: "string",
  values: [],
  minimum,
  maximum,
  schema: Schema.transform(
    Schema.String.pipe(Schema.pattern(/^\d{1,9}$/)),
    Schema.Int.pipe(Schema.between(minimum, maximum)),
    { strict: true, decode: Number, encode: String }
  ),
  write: String
})

/**
 * One identifier.
 *
 * @since 0.1.0
 * @category Kinds
 */
export const id = <A extends string>(name: string, schema: Schema.Schema<A, string>): Kind<A> => ({
  expected: `one ${name}`,
  valueType: "string",
  values: [],
  schema,
  write: (value) => value
})

/**
 * Several identifiers with a separator between them. Reading, spaces around the separator mean nothing.
 *
 * @since 0.1.0
 * @category Kinds
 */
export const ids = <A extends string>(
  name: string,
  schema: Schema.Schema<A, string>,
  separator: "," | ", "
): Kind<ReadonlyArray<A>> => {
  // The schema of an identifier lets a comma pass, which would make two identifiers of one. Quoted, both halves are refused.
  const write = (values: ReadonlyArray<string>): string =>
    values.map((value) => value.includes(",") ? JSON.stringify(value) : value).join(separator)
  return {
    expected: `one or more of ${name}, with commas between them`,
    valueType: "string",
    values: [],
    separator,
    schema: Schema.transform(Schema.String, Schema.Array(schema), {
      strict: true,
      decode: (value) => value.split(",").map((part) => part.trim()).filter((part) => part !== ""),
      encode: write
    }),
    write
  }
}

/**
 * Who gets an e-mail: the user that the workflow processes, their manager or sponsors, or a certain user.
 *
 * @since 0.1.0
 * @category Models
 */
export type Recipient = "User" | "Manager" | "Sponsors" | UserId

/**
 * An attribute of the user that holds the address: `User/otherMails`,
 * `User/customSecurityAttributes/{attributeSet}/{attributeName}`, `User/{directoryExtensionAttribute}` or
 * `User/onPremisesExtensionAttributes/extensionAttribute1` to `15`.
 *
 * @since 0.1.0
 * @category Models
 */
export type AttributeRecipient = `User/${string}`

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** An id stands where a word may stand, so it has to look like one. `Managers`, as a page has it, is neither. */
const recipientSchema: Schema.Schema<Recipient, string> = Schema.Union(
  Schema.Literal("User", "Manager", "Sponsors"),
  UserId.pipe(Schema.filter((value) => guid.test(value)))
)

const recipients: ReadonlyArray<string> = ["User", "Manager", "Sponsors", "{UserId}"]

/**
 * Who gets an e-mail.
 *
 * @since 0.1.0
 * @category Kinds
 */
export const recipient: Kind<Recipient> = {
  expected: "User, Manager, Sponsors or the id of a user",
  valueType: "string",
  values: recipients,
  schema: recipientSchema,
  write: (value) => value
}

const attribute = new RegExp(
  "^User/(" + [
    "otherMails",
    "customSecurityAttributes/[^/\\s]+/[^/\\s]+",
    "onPremisesExtensionAttributes/extensionAttribute([1-9]|1[0-5])",
    "(?!(customSecurityAttributes|onPremisesExtensionAttributes)$)[A-Za-z]\\w*"
  ].join("|") + ")$"
)

const isAttribute = (value: string): value is AttributeRecipient => attribute.test(value)

const attributeSchema: Schema.Schema<AttributeRecipient, string> = Schema.String.pipe(
  Schema.filter(isAttribute, {
    arbitrary: () => (fc) =>
      fc.constantFrom<AttributeRecipient>(
        "User/otherMails",
        "User/customSecurityAttributes/Contact/privateMail",
        "User/extension_b7d8e648520f41d3b9c0fdeb91768a0a_privateMail",
        "User/onPremisesExtensionAttributes/extensionAttribute1",
        "User/onPremisesExtensionAttributes/extensionAttribute15"
      )
  })
)

/**
 * Who gets an e-mail, or which attribute of the user holds the address.
 *
 * @since 0.1.0
 * @category Kinds
 */
export const recipientOrAttribute: Kind<Recipient | AttributeRecipient> = {
  expected: "User, Manager, Sponsors, the id of a user, or User/ and an attribute",
  valueType: "string",
  values: [
    ...recipients,
    "User/otherMails",
    "User/customSecurityAttributes/{attributeSet}/{attributeName}",
    "User/{directoryExtensionAttribute}",
    "User/onPremisesExtensionAttributes/{extensionAttribute[1-15]}"
  ],
  schema: Schema.Union(recipientSchema, attributeSchema),
  write: (value) => value
}
