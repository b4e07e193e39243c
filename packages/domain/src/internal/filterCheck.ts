/** A filter against the properties that an entity can be filtered by. It may come from outside, from a command line for example. */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type * as Entity from "../Entity.js"
import { isGuid, maximumDepth } from "./filterParser.js"

const comparisons = ["eq", "ne", "lt", "le", "gt", "ge"]
const functions = ["startsWith", "endsWith", "contains"]
const quantifiers = ["any", "all"]

/** The names that would have done. */
export const listed = (names: ReadonlyArray<string>): string =>
  names.length === 0 ? "there is none" : `known: ${names.join(", ")}`

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null

const isGuidLiteral = (value: unknown): boolean =>
  isRecord(value) && value["_tag"] === "Guid" && typeof value["value"] === "string" && isGuid(value["value"])

const kindOf = (value: unknown): string =>
  value === null || value === undefined
    ? String(value)
    : DateTime.isDateTime(value)
    ? "a date"
    : isGuidLiteral(value)
    ? "a GUID"
    : Array.isArray(value)
    ? "an array"
    : typeof value === "object"
    ? "an object"
    : `a ${typeof value}`

/** The path that a filter writes for a filterable property: an entity is compared by its id. */
const pathOf = (entity: Entity.Any, name: string): string =>
  Object.hasOwn(entity.navigation, name) ? `${name}/id` : name

const typeOf = (entity: Entity.Any, name: string): Schema.Schema<unknown> => {
  const field = entity.properties[name]
  if (field === undefined) return Schema.String as Schema.Schema<any>
  const schema = Schema.isSchema(field) ? field : (field as unknown as { readonly from: Schema.Schema.Any }).from
  return Schema.typeSchema(schema as Schema.Schema<unknown>)
}

const valueFault = (entity: Entity.Any, name: string, value: unknown): string | undefined => {
  if (value === null) return undefined
  const literal = isGuidLiteral(value) ? (value as { readonly value: string }).value : value
  const accepts = Schema.is(typeOf(entity, name))
  // A flags enumeration is compared with one of its members, or with several in one text.
  const fit = isRecord(literal)
    ? DateTime.isDateTime(literal) && DateTime.isUtc(literal) && accepts(literal)
    : accepts(literal) || (typeof literal === "string" && accepts([literal]))
  return fit ? undefined : `${pathOf(entity, name)} cannot be compared with ${kindOf(value)}`
}

const first = <A>(items: ReadonlyArray<A>, fault: (item: A) => string | undefined): string | undefined => {
  for (const item of items) {
    const found = fault(item)
    if (found !== undefined) return found
  }
  return undefined
}

const leafFault = (
  entity: Entity.Any,
  property: unknown,
  operator: unknown,
  possible: ReadonlyArray<string>,
  values: ReadonlyArray<unknown>
): string | undefined => {
  const name = Object.keys(entity.filterable).find((name) => pathOf(entity, name) === property)
  if (name === undefined) {
    const known = Object.keys(entity.filterable).map((name) => pathOf(entity, name))
    return `${JSON.stringify(property)} cannot be filtered by; ${listed(known)}`
  }
  const operators = entity.filterable[name]!
  const needed = operator === "in" ? "eq" : operator
  if (!possible.includes(String(operator)) || !(operators as ReadonlyArray<unknown>).includes(needed)) {
    return `${pathOf(entity, name)} does not support ${String(operator)}; ${listed(operators)}`
  }
  return first(values, (value) => valueFault(entity, name, value))
}

/** Why a filter is unfit for an entity, if it is. */
export const findFault = (entity: Entity.Any, filter: unknown, depth = 0): string | undefined => {
  if (!isRecord(filter)) return `is no filter but ${kindOf(filter)}`
  if (depth > maximumDepth) return `nests deeper than ${maximumDepth} levels`
  const { filters, property, value, values } = filter
  switch (filter["_tag"]) {
    case "Compare":
      return leafFault(entity, property, filter["operator"], comparisons, [value])
    case "In":
      return Array.isArray(values) && values.length > 0
        ? leafFault(entity, property, "in", ["in"], values)
        : "in must have values to choose from"
    case "Has":
      return leafFault(entity, property, "has", ["has"], [value]) ?? textFault("has", value)
    case "Match":
      return leafFault(entity, property, filter["function"], functions, []) ?? textFault(filter["function"], value)
    case "Lambda":
      return leafFault(entity, property, filter["quantifier"], quantifiers, []) ??
        (filter["filter"] !== undefined
          ? findFault(elementOf(entity, String(property)), filter["filter"], depth + 1)
          : filter["quantifier"] === "all"
          ? "all must have a condition"
          : undefined)
    case "Not":
      return findFault(entity, filter["filter"], depth + 1)
    case "And":
    case "Or":
      return Array.isArray(filters) && filters.length > 1
        ? first(filters, (child) => findFault(entity, child, depth + 1))
        : `${String(filter["_tag"]).toLowerCase()} must combine two filters or more`
    default:
      return "is no filter"
  }
}

/** The type of what is there, of a property that may be absent. */
const present = (ast: SchemaAST.AST): SchemaAST.AST => {
  if (!SchemaAST.isUnion(ast)) return ast
  const types = ast.types.filter((type) => !SchemaAST.isUndefinedKeyword(type))
  return types.length === 1 ? types[0]! : ast
}

/** The elements of a collection, as an entity of which everything can be filtered by: no page says how far that goes. */
const elementOf = (entity: Entity.Any, name: string): Entity.Any => {
  const collection = present(typeOf(entity, name).ast)
  const element = SchemaAST.isTupleType(collection) && collection.rest.length > 0
    ? collection.rest[0]!.type
    : collection
  const types: ReadonlyArray<readonly [string, SchemaAST.AST]> = SchemaAST.isTypeLiteral(element)
    ? element.propertySignatures.map(({ name, type }) => [String(name), present(type)])
    // The element itself has the empty path.
    : [["", element]]
  return {
    name: `${entity.name}/${name}`,
    properties: Object.fromEntries(types.map(([name, type]) => [name, Schema.make(type)])),
    navigation: {},
    filterable: Object.fromEntries(
      types.map(([name, type]) => [
        name,
        (SchemaAST.isTupleType(type) ? quantifiers : [...comparisons, ...functions]) as ReadonlyArray<
          Entity.FilterOperator
        >
      ])
    ),
    sortable: []
  }
}

const textFault = (operator: unknown, value: unknown): string | undefined =>
  typeof value === "string" ? undefined : `${String(operator)} takes a text, not ${kindOf(value)}`
