/**
 * Which properties of an entity a table shows, and what it calls them.
 *
 * @since 0.1.0
 */
import * as Entity from "@effect-msgraph/domain/Entity"
import * as Operation from "@effect-msgraph/domain/Operation"
import type * as Query from "@effect-msgraph/domain/Query"
import type * as Schema from "effect/Schema"
import * as Text from "./Text.js"

const namespace = "microsoft.graph.identityGovernance."

const status = ["processingStatus"]
const times = ["startedDateTime", "completedDateTime"]

/** The columns of a table whose caller selects nothing, by entity or operation. Others get all that they have. */
const defaults: { readonly [entityOrOperation: string]: ReadonlyArray<string> } = {
  [`${namespace}workflow`]: ["displayName", "category", "isEnabled", "isSchedulingEnabled", "version"],
  "deletedItems.workflows.list": ["displayName", "category", "deletedDateTime"],
  [`${namespace}workflowVersion`]: ["versionNumber", "displayName", "category", "isEnabled", "lastModifiedDateTime"],
  [`${namespace}workflowTemplate`]: ["displayName", "category", "description"],
  [`${namespace}task`]: ["executionSequence", "displayName", "category", "isEnabled", "continueOnError", "arguments"],
  [`${namespace}taskDefinition`]: ["displayName", "category", "version"],
  [`${namespace}customTaskExtension`]: ["displayName", "endpointConfiguration", "callbackConfiguration"],
  [`${namespace}run`]: [...status, "workflowExecutionType", ...times, "totalUsersCount", "failedUsersCount"],
  [`${namespace}userProcessingResult`]: [...status, "subject", ...times, "totalTasksCount", "failedTasksCount"],
  [`${namespace}subjectProcessingResult`]: [...status, "subject", ...times, "totalTasksCount", "failedTasksCount"],
  [`${namespace}taskProcessingResult`]: [...status, "task", ...times, "failureReason"],
  [`${namespace}taskReport`]: [...status, ...times, "totalUsersCount", "failedUsersCount", "unprocessedUsersCount"],
  "insights.topTasksProcessedSummary": [
    "taskDefinitionDisplayName",
    "totalTasks",
    "failedTasks",
    "totalUsers",
    "failedUsers"
  ],
  "insights.topWorkflowsProcessedSummary": [
    "workflowDisplayName",
    "workflowCategory",
    "totalRuns",
    "failedRuns",
    "totalUsers",
    "failedUsers"
  ],
  "workflows.previewTaskFailures": ["name", "failureReason", "taskId"]
}

/** Headings that say it shorter than the property's name does. */
const headings: { readonly [property: string]: string } = {
  processingStatus: "status",
  workflowExecutionType: "type",
  totalUsersCount: "users",
  totalTasksCount: "tasks",
  displayName: "name",
  executionSequence: "no",
  versionNumber: "version",
  isEnabled: "enabled",
  isSchedulingEnabled: "scheduled",
  taskDefinitionDisplayName: "task",
  workflowDisplayName: "workflow",
  workflowCategory: "category",
  workflowVersion: "version"
}

/** What one of the values is called that are of no entity. */
const nouns: { readonly [operation: string]: string } = {
  "workflows.previewTaskFailures": "failing task",
  "insights.topTasksProcessedSummary": "task",
  "insights.topWorkflowsProcessedSummary": "workflow"
}

const entities = new Map<Operation.Result, Entity.Any>()

/**
 * What an operation answers with, as an entity: a value that is none is like an entity without relations.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const entity = (operation: Operation.Any): Entity.Any => {
  const { result } = operation
  if (Operation.isEntity(result)) return result
  const found = entities.get(result)
  if (found !== undefined) return found
  const properties = (result as { readonly fields?: Schema.Struct.Fields } | undefined)?.fields ?? {}
  const made: Entity.Any = Entity.make(nouns[operation.id] ?? "result", { properties })
  entities.set(result, made)
  return made
}

/**
 * The heading of a column.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const heading = (property: string): string =>
  (headings[property] ?? Text.words(property.replace(/(?:DateTime|Count)$/, ""))).toUpperCase()

/**
 * What one entity is called: `user processing result`.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const noun = (entity: Entity.Any): string => Text.words(entity.name.slice(entity.name.lastIndexOf(".") + 1))

/**
 * The names that `$select` may have.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const selectable = (entity: Entity.Any): ReadonlyArray<string> => [
  ...Object.keys(entity.properties),
  ...Object.keys(entity.navigation).filter((name) => entity.navigation[name]!.inline.length > 0)
]

const expanded = (query: Query.Any): ReadonlyArray<string> => Object.keys(query.expand ?? {})

const unique = (names: ReadonlyArray<string>): ReadonlyArray<string> => Array.from(new Set(names))

/**
 * Everything that an answer to this query has.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const properties = (entity: Entity.Any, query: Query.Any): ReadonlyArray<string> =>
  unique([...(query.select?.length ? query.select : selectable(entity)), ...expanded(query)])

/**
 * The columns of a table: what was selected, or else what is worth a look, and what was expanded. The id is the last one, where a long
 * one may wrap.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const columns = (operation: Operation.Any, query: Query.Any): ReadonlyArray<string> => {
  const shown = entity(operation)
  if (query.select?.length) return properties(shown, query)
  const id = Object.keys(shown.properties).find((name) => name === "id" || /^(?:workflow|taskDefinition)Id$/.test(name))
  return unique([
    ...(defaults[operation.id] ?? defaults[shown.name] ?? selectable(shown)).filter((name) => name !== id),
    ...expanded(query),
    ...(id === undefined ? [] : [id])
  ])
}
