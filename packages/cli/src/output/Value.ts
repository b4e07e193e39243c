/**
 * Values of the service as a person reads them.
 *
 * @since 0.1.0
 */
import type * as Entity from "@effect-msgraph/domain/Entity"
import * as Processing from "@effect-msgraph/domain/Processing"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
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
  typeof value === "object" && value !== null && !Array.isArray(value) && !DateTime.isDateTime(value) &&
  !Duration.isDuration(value)

/** A date in UTC, which the `Z` says: to the minute in a table, where there is a row for each, else to the second. */
const date = (value: DateTime.DateTime, precision: "minute" | "second"): string =>
  DateTime.formatIso(value).replace("T", " ").replace(precision === "minute" ? /:\d\d\.\d+Z$/ : /\.\d+Z$/, "Z")

/** Types of which a sentence says more than their properties do, one by one. */
const sentences: { readonly [tag: string]: (value: { readonly [name: string]: any }) => string } = {
  TriggerAndScopeBasedConditions: ({ scope, trigger }) =>
    [trigger, scope].filter(isObject).map((part) => text(part, "second")).join(", ") || "no trigger and no scope",
  OnDemandExecutionOnly: () => "on demand only",
  TimeBasedAttributeTrigger: ({ offsetInDays: days, timeBasedAttribute: attribute }) =>
    days === 0
      ? `on ${attribute}`
      : `${Text.count(Math.abs(days), "day")} ${days < 0 ? "before" : "after"} ${attribute}`,
  AttributeChangeTrigger: ({ triggerAttributes }) =>
    `when ${Text.list(triggerAttributes.map(({ name }: { readonly name: string }) => name), "or")} changes`,
  MembershipChangeTrigger: ({ changeType }) => `when membership changes (${changeType})`,
  UserInactivityTrigger: ({ inactivityPeriodInDays: days }) => `after ${Text.count(days, "day")} of inactivity`,
  RuleBasedSubjectSet: ({ rule }) => `for ${rule}`,
  GroupBasedSubjectSet: ({ groups }) =>
    groups === undefined || groups.length === 0 ? "for groups" : `for groups ${text(groups, "second")}`,
  DirectoryObjectWorkflowSubject: ({ directoryObject }) =>
    directoryObject === undefined ? "a directory object" : text(directoryObject, "second"),
  CountBasedQuarantineCondition: ({ threshold }) => `more than ${Text.count(threshold, "user")}`,
  PercentageBasedQuarantineCondition: ({ percentage }) => `more than ${percentage} % of users`
}

/** Types of which a table has room for no more than this. */
const glimpses: { readonly [tag: string]: (value: { readonly [name: string]: any }) => string } = {
  LogicAppTriggerEndpointConfiguration: ({ logicAppWorkflowName, url }) => logicAppWorkflowName ?? url ?? "a Logic App",
  CustomTaskExtensionCallbackConfiguration: ({ timeoutDuration }) =>
    timeoutDuration === undefined ? "waits" : `waits for ${Duration.format(timeoutDuration)}`
}

const sentence = (value: { readonly [name: string]: unknown }): string | undefined =>
  typeof value["_tag"] === "string" ? sentences[value["_tag"]]?.(value) : undefined

/** An argument of a task: a name and a value, of which the one is the other's. */
const isPair = (value: unknown): value is { readonly name: string; readonly value?: unknown } =>
  isObject(value) && typeof value["name"] === "string" &&
  Object.keys(value).every((key) => key === "name" || key === "value")

/** Ids and names of objects are worth a list; of more than these, a count says as much. */
const most = 5

const text = (value: unknown, precision: "minute" | "second"): string => {
  if (DateTime.isDateTime(value)) return date(value, precision)
  if (Duration.isDuration(value)) return Duration.format(value)
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every(isPair)) {
      return value.map((pair) => `${pair.name}=${pair.value ?? ""}`).join(", ")
    }
    return value.length > most && value.some(isObject)
      ? Text.count(value.length, "item")
      : value.map((item) => text(item, precision)).join(", ")
  }
  if (isObject(value)) {
    const said = sentence(value) ?? glimpses[String(value["_tag"])]?.(value)
    if (said !== undefined) return said
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
  if (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0)
  ) {
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
 * The value of a property as lines of a record: an object's properties each get a line, under a dotted name, and so do the objects of an
 * array, under a number.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const lines = (
  entity: Entity.Any,
  property: string,
  value: unknown
): ReadonlyArray<readonly [name: string, cell: Cell]> => {
  const under = (name: string, nested: { readonly [name: string]: unknown }) =>
    Object.entries(nested).filter(([, inner]) => inner !== undefined).flatMap(([inner, value]) =>
      lines(entity.navigation[property]?.target() as Entity.Any | undefined ?? nowhere, inner, value)
        .map(([rest, cell]) => [`${name}.${rest}`, cell] as const)
    )
  if (isObject(value) && sentence(value) === undefined && Object.keys(value).length > 0) return under(property, value)
  if (Array.isArray(value) && value.some(isObject)) {
    return value.flatMap((item, index): ReadonlyArray<readonly [string, Cell]> => {
      const name = `${property}[${index}]`
      if (isPair(item)) return [[`${property}.${item.name}`, cell(nowhere, "", item.value, "second")]]
      const isRecord = isObject(item) && sentence(item) === undefined && Object.keys(item).length > 1
      return isRecord ? under(name, item) : [[name, cell(entity, property, item, "second")]]
    })
  }
  return [[property, cell(entity, property, value, "second")]]
}

/** The entity of values that are of no entity. */
const nowhere: Entity.Any = { name: "", properties: {}, navigation: {}, filterable: {}, sortable: [] }
