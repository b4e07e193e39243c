import type * as Entity from "@effect-msgraph/domain/Entity"
import type * as Filter from "@effect-msgraph/domain/Filter"
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type * as Store from "../Store.js"
import { type Failure, incompatibleTypes, notFilterable, unknownProperty } from "./failure.js"
import * as Navigation from "./navigation.js"

/** What a filter can look at: an entity, an object in one, or the element of a collection. */
type Subject = Store.Node | { readonly value: unknown }

const isNode = (subject: Subject): subject is Store.Node => "properties" in subject

const fieldSchema = (entity: Entity.Any, name: string): Schema.Schema<any, any> | undefined => {
  const field = Object.hasOwn(entity.properties, name) ? entity.properties[name] : undefined
  if (field === undefined) return undefined
  return Schema.isSchema(field)
    ? field as Schema.Schema<any, any>
    : (field as unknown as { readonly from: Schema.Schema<any, any> }).from
}

/** Whether what is decoded to a list is one text on the wire: a flags enumeration. */
const isFlags = (schema: Schema.Schema.Any | undefined): boolean =>
  schema !== undefined && SchemaAST.encodedAST(schema.ast)._tag === "StringKeyword" &&
  SchemaAST.typeAST(schema.ast)._tag === "TupleType"

/** The type of JSON, or date, that a property's values are compared as; nothing where it may be anything. */
const kindOfField = (schema: Schema.Schema.Any | undefined): string | undefined => {
  if (schema === undefined) return undefined
  if (Schema.is(Schema.typeSchema(schema) as Schema.Schema<unknown>)(anyDate)) return "date"
  let ast = SchemaAST.encodedAST(schema.ast)
  while (ast._tag === "Refinement") ast = ast.from
  switch (ast._tag) {
    case "StringKeyword":
      return "string"
    case "NumberKeyword":
      return "number"
    case "BooleanKeyword":
      return "boolean"
    default:
      return undefined
  }
}

const anyDate = DateTime.unsafeMake(0)

const kindOfLiteral = (literal: Filter.Literal): string | undefined =>
  literal === null
    ? undefined
    : DateTime.isDateTime(literal)
    ? "date"
    : typeof literal === "object"
    ? "string"
    : typeof literal

/** What Graph finds wrong with a filter for an entity, if anything. */
export const check = (entity: Entity.Any, filter: Filter.Any): Either.Either<void, Failure> => {
  switch (filter._tag) {
    case "And":
    case "Or":
      return Either.all(filter.filters.map((child) => check(entity, child))).pipe(Either.map(() => undefined))
    case "Not":
      return check(entity, filter.filter)
    case "Compare":
      return checkLeaf(entity, filter.property, filter.operator, [filter.value])
    case "In":
      return checkLeaf(entity, filter.property, "eq", filter.values)
    case "Has":
      return checkLeaf(entity, filter.property, "has", [])
    case "Match":
      return checkLeaf(entity, filter.property, filter.function, [])
    case "Lambda":
      return checkLeaf(entity, filter.property, filter.quantifier, [])
  }
}

const checkLeaf = (
  entity: Entity.Any,
  property: string,
  operator: Entity.FilterOperator,
  values: ReadonlyArray<Filter.Literal>
): Either.Either<void, Failure> => {
  const [first = "", ...rest] = property.split("/")
  const isNavigation = Object.hasOwn(entity.navigation, first)
  if (!Object.hasOwn(entity.properties, first) && !isNavigation) {
    return Either.left(unknownProperty("filter", first, entity.name))
  }
  const name = isNavigation && rest.join("/") === "id" ? first : property
  const operators = Object.hasOwn(entity.filterable, name) ? entity.filterable[name]! : []
  if (!operators.includes(operator)) return Either.left(notFilterable(property, operator))
  const kind = isNavigation ? "string" : kindOfField(fieldSchema(entity, name))
  const odd = values.map(kindOfLiteral).find((literal) =>
    literal !== undefined && kind !== undefined && literal !== kind
  )
  return odd === undefined ? Either.void : Either.left(incompatibleTypes(operator, kind!, odd))
}

const step = (subject: Subject, name: string): Subject => {
  if (!isNode(subject)) {
    const { value } = subject
    return { value: typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined }
  }
  const link = subject.links[name]
  if (link !== undefined) return link
  return { value: subject.properties[name] }
}

const follow = (subject: Subject, path: string): Subject =>
  path === "" ? subject : path.split("/").reduce(step, subject)

const valueAt = (subject: Subject, path: string): unknown => {
  const found = follow(subject, path)
  return isNode(found) ? found : found.value
}

const elementsAt = (subject: Subject, path: string): ReadonlyArray<Subject> => {
  const value = valueAt(subject, path)
  if (Array.isArray(value)) return value.map((value) => ({ value }))
  return isNode(subject) && !path.includes("/") ? Navigation.members(subject, path) : []
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Members of flags in one order; GUIDs in one case. */
const normal = (text: string, flags: boolean): string =>
  flags
    ? text.split(",").map((member) => member.trim()).sort().join(",")
    : guid.test(text)
    ? text.toLowerCase()
    : text

/** A value and a literal as two of a kind, or nothing where they are not. */
const pair = (
  value: unknown,
  literal: Filter.Literal,
  flags: boolean
): readonly [string | number, string | number] | undefined => {
  if (value === null || value === undefined || literal === null) return undefined
  if (DateTime.isDateTime(literal)) {
    const time = typeof value === "string" ? Date.parse(value) : NaN
    return Number.isNaN(time) ? undefined : [time, DateTime.toEpochMillis(literal)]
  }
  const other = typeof literal === "object" ? literal.value : literal
  if (typeof value !== typeof other) return undefined
  if (typeof value === "string") return [normal(value, flags), normal(String(other), flags)]
  return typeof value === "number" || typeof value === "boolean" ? [Number(value), Number(other)] : undefined
}

const compare = (operator: Entity.Operator, value: unknown, literal: Filter.Literal, flags: boolean): boolean => {
  const isNull = value === null || value === undefined
  if (operator === "eq" && (isNull || literal === null)) return isNull && literal === null
  if (operator === "ne" && (isNull || literal === null)) return isNull !== (literal === null)
  const both = pair(value, literal, flags)
  if (both === undefined) return operator === "ne"
  const [a, b] = both
  switch (operator) {
    case "eq":
      return a === b
    case "ne":
      return a !== b
    case "lt":
      return a < b
    case "le":
      return a <= b
    case "gt":
      return a > b
    case "ge":
      return a >= b
  }
}

const matches = {
  startsWith: (text: string, part: string) => text.startsWith(part),
  endsWith: (text: string, part: string) => text.endsWith(part),
  contains: (text: string, part: string) => text.includes(part)
}

const evaluate = (filter: Filter.Any, subject: Subject, flags: (property: string) => boolean): boolean => {
  switch (filter._tag) {
    case "And":
      return filter.filters.every((child) => evaluate(child, subject, flags))
    case "Or":
      return filter.filters.some((child) => evaluate(child, subject, flags))
    case "Not":
      return !evaluate(filter.filter, subject, flags)
    case "Compare":
      return compare(filter.operator, valueAt(subject, filter.property), filter.value, flags(filter.property))
    case "In": {
      const value = valueAt(subject, filter.property)
      return filter.values.some((literal) => compare("eq", value, literal, flags(filter.property)))
    }
    case "Has": {
      const value = valueAt(subject, filter.property)
      return typeof value === "string" &&
        filter.value.split(",").every((member) => value.split(",").some((own) => own.trim() === member.trim()))
    }
    case "Match": {
      const value = valueAt(subject, filter.property)
      return typeof value === "string" && matches[filter.function](value.toLowerCase(), filter.value.toLowerCase())
    }
    case "Lambda": {
      const elements = elementsAt(subject, filter.property)
      const inner = filter.filter
      if (inner === undefined) return elements.length > 0
      const holds = (element: Subject) => evaluate(inner, element, () => false)
      return filter.quantifier === "any" ? elements.some(holds) : elements.every(holds)
    }
  }
}

/**
 * Whether a filter holds of an entity. Dates are compared as moments, of which the literals know the milliseconds; GUIDs without
 * regard to case; flags as sets. Nothing is less or greater than `null`.
 */
export const holds = (entity: Entity.Any, filter: Filter.Any) => (node: Store.Node): boolean =>
  evaluate(filter, node, (property) => isFlags(fieldSchema(entity, property)))
