/**
 * Values of the service as a person reads them.
 *
 * @since 0.1.0
 */
import type * as Entity from "@effect-msgraph/domain/Entity"
import * as Processing from "@effect-msgraph/domain/Processing"
import * as DateTime from "effect/DateTime"
import type { Style } from "./Style.js"
import * as Text from "./Text.js"

/**
 * A text that is safe to show, and its style.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Cell {
  readonly text: string
  readonly style?: Style | undefined
}

/**
 * What stands for a value that is not there.
 *
 * @since 0.1.0
 * @category Data
 */
export const absent: Cell = { text: "-", style: "faint" }

const statusStyles: { readonly [status: string]: Style } = {
  queued: "faint",
  inProgress: "active",
  completed: "good",
  completedWithErrors: "warning",
  canceled: "warning",
  canceling: "warning",
  quarantined: "bad",
  failed: "bad"
}

/** The properties that name an object, best first. */
const names = ["displayName", "userPrincipalName", "name", "id", "_tag"]

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !DateTime.isDateTime(value)

/** A date in UTC, which the `Z` says: to the minute in a table, where there is a row for each, else to the second. */
const date = (value: DateTime.DateTime, precision: "minute" | "second"): string =>
  DateTime.formatIso(value).replace("T", " ").replace(precision === "minute" ? /:\d\d\.\d+Z$/ : /\.\d+Z$/, "Z")

const text = (value: unknown, precision: "minute" | "second"): string => {
  if (DateTime.isDateTime(value)) return date(value, precision)
  if (Array.isArray(value)) {
    return value.some(isObject)
      ? Text.count(value.length, "item")
      : value.map((item) => text(item, precision)).join(", ")
  }
  if (isObject(value)) {
    const name = names.find((name) => typeof value[name] === "string")
    return name === undefined ? JSON.stringify(value) : String(value[name])
  }
  return String(value)
}

/**
 * Whether a value says something else once it is cut.
 *
 * @since 0.1.0
 * @category Predicates
 */
export const isWhole = (value: unknown): boolean => typeof value === "number" || DateTime.isDateTime(value)

/**
 * The value of a property as a cell.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const cell = (
  entity: Entity.Any,
  property: string,
  value: unknown,
  precision: "minute" | "second" = "minute"
): Cell => {
  if (value === undefined || value === null || value === "" || (isObject(value) && Object.keys(value).length === 0)) {
    return absent
  }
  if (entity.properties[property] === Processing.ProcessingStatus) {
    return { text: Text.sanitize(String(value)), style: statusStyles[String(value)] }
  }
  if (typeof value === "number" && value > 0 && property.startsWith("failed")) {
    return { text: String(value), style: "bad" }
  }
  return { text: Text.sanitize(text(value, precision)) }
}

/**
 * The value of a property as lines of a record: an object's properties each get a line, under a dotted name.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const lines = (
  entity: Entity.Any,
  property: string,
  value: unknown
): ReadonlyArray<readonly [name: string, cell: Cell]> =>
  isObject(value)
    ? Object.entries(value).flatMap(([name, nested]) =>
      lines(entity.navigation[property]?.target() as Entity.Any | undefined ?? nowhere, name, nested)
        .map(([rest, cell]) => [`${property}.${rest}`, cell] as const)
    )
    : [[property, cell(entity, property, value, "second")]]

/** The entity of values that are of no entity. */
const nowhere: Entity.Any = { name: "", properties: {}, navigation: {}, filterable: {}, sortable: [] }
