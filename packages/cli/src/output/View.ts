/**
 * Which properties of an entity a table shows, and what it calls them.
 *
 * @since 0.1.0
 */
import type * as Entity from "@effect-msgraph/domain/Entity"
import type * as Query from "@effect-msgraph/domain/Query"
import * as Text from "./Text.js"

const namespace = "microsoft.graph.identityGovernance."

/** The columns of a table whose caller selects nothing. Other entities get all that they have. */
const defaults: { readonly [entity: string]: ReadonlyArray<string> } = {
  [`${namespace}run`]: [
    "processingStatus",
    "workflowExecutionType",
    "startedDateTime",
    "completedDateTime",
    "totalUsersCount",
    "failedUsersCount"
  ],
  [`${namespace}userProcessingResult`]: [
    "processingStatus",
    "subject",
    "startedDateTime",
    "completedDateTime",
    "totalTasksCount",
    "failedTasksCount"
  ],
  [`${namespace}taskProcessingResult`]: [
    "processingStatus",
    "task",
    "startedDateTime",
    "completedDateTime",
    "failureReason"
  ]
}

/** Headings that say it shorter than the property's name does. */
const headings: { readonly [property: string]: string } = {
  processingStatus: "status",
  workflowExecutionType: "type",
  totalUsersCount: "users",
  totalTasksCount: "tasks"
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
export const columns = (entity: Entity.Any, query: Query.Any): ReadonlyArray<string> =>
  query.select?.length
    ? properties(entity, query)
    : unique([
      ...(defaults[entity.name] ?? selectable(entity)).filter((name) => name !== "id"),
      ...expanded(query),
      ...("id" in entity.properties ? ["id"] : [])
    ])
