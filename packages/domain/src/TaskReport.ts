/**
 * Reports on the tasks of a run: for how many users each of them succeeded or failed.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { DateTimeOffset } from "./DateTimeOffset.js"
import * as Entity from "./Entity.js"
import { RunId, TaskReportId } from "./Ids.js"
import * as Processing from "./Processing.js"
import { TaskDefinition, type TaskDefinitionEntity } from "./TaskDefinition.js"

const comparison = ["lt", "le", "gt", "ge", "eq", "ne"] as const

const properties = {
  id: TaskReportId,
  completedDateTime: Entity.nullable(DateTimeOffset),
  failedUsersCount: Schema.Int,
  lastUpdatedDateTime: DateTimeOffset,
  processingStatus: Processing.ProcessingStatus,
  runId: Entity.nullable(RunId),
  startedDateTime: Entity.nullable(DateTimeOffset),
  successfulUsersCount: Schema.Int,
  // Navigation properties that Microsoft's page names in `$select`. They are not nullable in the metadata, yet the page prints no
  // answer that has them.
  task: Entity.nullable(Entity.schema(Processing.Task)),
  taskDefinition: Entity.nullable(Entity.schema(TaskDefinition)),
  taskProcessingResults: Entity.nullable(Schema.Array(Entity.schema(Processing.TaskProcessingResult))),
  totalUsersCount: Schema.Int,
  unprocessedUsersCount: Schema.Int
} as const

const filterable = {
  completedDateTime: comparison,
  failedUsersCount: comparison,
  lastUpdatedDateTime: comparison,
  processingStatus: ["eq", "ne"],
  startedDateTime: comparison,
  successfulUsersCount: comparison,
  totalUsersCount: comparison,
  unprocessedUsersCount: comparison
} as const

/**
 * The entity type of a task report.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface TaskReportEntity extends
  Entity.Entity<
    typeof properties,
    {
      readonly task: Entity.Navigation<Processing.TaskEntity, false, never>
      readonly taskDefinition: Entity.Navigation<TaskDefinitionEntity, false, never>
      readonly taskProcessingResults: Entity.Navigation<Processing.TaskProcessingResultEntity, true, never>
    },
    typeof filterable,
    | "completedDateTime"
    | "failedUsersCount"
    | "successfulUsersCount"
    | "totalUsersCount"
    | "unprocessedUsersCount"
  >
{}

/**
 * A report on one task of a run.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-taskreport
 * @since 0.1.0
 * @category Entities
 */
export const TaskReport: TaskReportEntity = Entity.make("microsoft.graph.identityGovernance.taskReport", {
  properties,
  navigation: {
    task: Entity.one(() => Processing.Task),
    taskDefinition: Entity.one(() => TaskDefinition),
    taskProcessingResults: Entity.many(() => Processing.TaskProcessingResult)
  },
  filterable,
  sortable: [
    "completedDateTime",
    "failedUsersCount",
    "successfulUsersCount",
    "totalUsersCount",
    "unprocessedUsersCount"
  ]
})

/**
 * A report on one task of a run, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type TaskReport = Entity.Type<TaskReportEntity>
