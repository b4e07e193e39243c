/**
 * What became of a workflow: its runs, the users and tasks that each run processed.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { DateTimeOffset } from "./DateTimeOffset.js"
import * as Directory from "./Directory.js"
import * as Entity from "./Entity.js"
import {
  GroupId,
  RunId,
  TaskDefinitionId,
  TaskId,
  TaskProcessingResultId,
  UserId,
  UserProcessingResultId
} from "./Ids.js"
import * as ODataType from "./ODataType.js"
import * as OpenEnum from "./OpenEnum.js"

const comparison = ["lt", "le", "gt", "ge", "eq", "ne"] as const
const equality = ["eq", "ne"] as const

/**
 * State of a run, of a user in it, or of a task for a user.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-run
 * @since 0.1.0
 * @category Enumerations
 */
export const ProcessingStatus = OpenEnum.make("lifecycleWorkflowProcessingStatus", [
  "queued",
  "inProgress",
  "completed",
  "completedWithErrors",
  "canceled",
  "failed",
  "unknownFutureValue",
  "canceling",
  "quarantined"
])

/**
 * State of a run, of a user in it, or of a task for a user.
 *
 * @since 0.1.0
 * @category Models
 */
export type ProcessingStatus = typeof ProcessingStatus.Type

/**
 * How a workflow was started.
 *
 * @since 0.1.0
 * @category Enumerations
 */
export const WorkflowExecutionType = OpenEnum.make("workflowExecutionType", [
  "scheduled",
  "onDemand",
  "unknownFutureValue",
  "activatedWithScope",
  "preview"
])

/**
 * How a workflow was started.
 *
 * @since 0.1.0
 * @category Models
 */
export type WorkflowExecutionType = typeof WorkflowExecutionType.Type

/**
 * The categories of workflow that a task may be part of.
 *
 * @since 0.1.0
 * @category Enumerations
 */
export const TaskCategory = OpenEnum.make("lifecycleTaskCategory", ["joiner", "leaver", "unknownFutureValue", "mover"])

/**
 * The categories of workflow that a task may be part of.
 *
 * @since 0.1.0
 * @category Models
 */
export type TaskCategory = typeof TaskCategory.Type

/**
 * Which tasks an activation with scope runs again.
 *
 * @since 0.1.0
 * @category Enumerations
 */
export const ActivationTaskScope = OpenEnum.make("activationTaskScopeType", [
  "allTasks",
  "failedTasks",
  "unknownFutureValue"
])

/**
 * Which users of a run an activation with scope processes again.
 *
 * @since 0.1.0
 * @category Enumerations
 */
export const ActivationUserScope = OpenEnum.make("activationUserScopeType", [
  "allUsers",
  "failedUsers",
  "unknownFutureValue"
])

const taskProperties = {
  id: TaskId,
  arguments: Schema.Array(Schema.Struct({ name: Schema.String, value: Entity.nullable(Schema.String) })),
  category: OpenEnum.flags(TaskCategory),
  continueOnError: Schema.Boolean,
  description: Entity.nullable(Schema.String),
  displayName: Schema.String,
  executionSequence: Schema.Int,
  isEnabled: Schema.Boolean,
  taskDefinitionId: TaskDefinitionId
} as const

const taskProcessingResultProperties = {
  id: TaskProcessingResultId,
  completedDateTime: Entity.nullable(DateTimeOffset),
  createdDateTime: DateTimeOffset,
  failureReason: Entity.nullable(Schema.String),
  processingInfo: Entity.nullable(Schema.String),
  processingStatus: ProcessingStatus,
  startedDateTime: Entity.nullable(DateTimeOffset)
} as const

const userProcessingResultProperties = {
  id: UserProcessingResultId,
  completedDateTime: Entity.nullable(DateTimeOffset),
  failedTasksCount: Schema.Int,
  processingStatus: ProcessingStatus,
  scheduledDateTime: DateTimeOffset,
  startedDateTime: Entity.nullable(DateTimeOffset),
  totalTasksCount: Schema.Int,
  totalUnprocessedTasksCount: Schema.Int,
  workflowExecutionType: WorkflowExecutionType,
  workflowVersion: Schema.Int
} as const

/** A result as an activation scope refers to it: the service may write it whole, the caller writes its id. */
const processingResultReference = Schema.Struct({
  id: UserProcessingResultId,
  completedDateTime: Entity.nullable(DateTimeOffset),
  failedTasksCount: Entity.nullable(Schema.Int),
  processingStatus: Entity.nullable(ProcessingStatus),
  scheduledDateTime: Entity.nullable(DateTimeOffset),
  startedDateTime: Entity.nullable(DateTimeOffset),
  subject: Entity.nullable(Schema.Struct({ id: UserId })),
  totalTasksCount: Entity.nullable(Schema.Int),
  totalUnprocessedTasksCount: Entity.nullable(Schema.Int),
  workflowExecutionType: Entity.nullable(WorkflowExecutionType),
  workflowVersion: Entity.nullable(Schema.Int)
})

const activationScopeMembers = {
  ActivateUserScope: {
    users: Entity.nullable(Schema.Array(Schema.Struct({ id: UserId })))
  },
  ActivateGroupScope: {
    group: Entity.nullable(Schema.Struct({ id: GroupId }))
  },
  ActivateRunScope: {
    taskScope: ActivationTaskScope,
    userScope: ActivationUserScope,
    run: Entity.nullable(Schema.Struct({ id: RunId }))
  },
  ActivateProcessingResultScope: {
    taskScope: ActivationTaskScope,
    processingResults: Entity.nullable(Schema.Array(processingResultReference))
  }
} as const

/**
 * What an activation with scope was started on: users, a group, the users of a run, or single results.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-activationscope
 * @since 0.1.0
 * @category Schemas
 */
export const ActivationScope = ODataType.union("microsoft.graph.identityGovernance", activationScopeMembers)

/**
 * What an activation with scope was started on.
 *
 * @since 0.1.0
 * @category Models
 */
export type ActivationScope = ODataType.Type<typeof activationScopeMembers>

const runProperties = {
  id: RunId,
  activatedOnScope: Entity.nullable(ActivationScope),
  completedDateTime: Entity.nullable(DateTimeOffset),
  failedTasksCount: Schema.Int,
  failedUsersCount: Schema.Int,
  lastUpdatedDateTime: Entity.nullable(DateTimeOffset),
  processingStatus: ProcessingStatus,
  scheduledDateTime: DateTimeOffset,
  startedDateTime: Entity.nullable(DateTimeOffset),
  successfulUsersCount: Schema.Int,
  totalTasksCount: Schema.Int,
  totalUnprocessedTasksCount: Schema.Int,
  totalUsersCount: Schema.Int,
  workflowExecutionType: WorkflowExecutionType
} as const

const runFilterable = {
  completedDateTime: comparison,
  lastUpdatedDateTime: comparison,
  scheduledDateTime: comparison,
  startedDateTime: comparison,
  processingStatus: equality,
  workflowExecutionType: equality
} as const

const userProcessingResultFilterable = {
  completedDateTime: comparison,
  scheduledDateTime: comparison,
  startedDateTime: comparison,
  processingStatus: equality,
  workflowExecutionType: equality,
  subject: equality
} as const

const taskProcessingResultFilterable = {
  completedDateTime: comparison,
  createdDateTime: comparison,
  startedDateTime: comparison,
  processingStatus: equality,
  subject: equality
} as const

const taskFilterable = {
  category: equality,
  displayName: equality,
  id: equality,
  isEnabled: equality,
  taskDefinitionId: equality
} as const

/**
 * The entity type of a task.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface TaskEntity extends
  Entity.Entity<
    typeof taskProperties,
    { readonly taskProcessingResults: Entity.Navigation<TaskProcessingResultEntity, true, never> },
    typeof taskFilterable,
    "displayName" | "executionSequence" | "isEnabled"
  >
{}

/**
 * The entity type of a task's result.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface TaskProcessingResultEntity extends
  Entity.Entity<
    typeof taskProcessingResultProperties,
    {
      readonly subject: Entity.Navigation<Directory.UserEntity, false, "id">
      readonly task: Entity.Navigation<TaskEntity, false, keyof typeof taskProperties>
    },
    typeof taskProcessingResultFilterable,
    "completedDateTime" | "createdDateTime" | "processingStatus" | "startedDateTime"
  >
{}

/**
 * The entity type of a user's result.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface UserProcessingResultEntity extends
  Entity.Entity<
    typeof userProcessingResultProperties,
    {
      readonly reprocessedRuns: Entity.Navigation<RunEntity, true, never>
      readonly subject: Entity.Navigation<Directory.UserEntity, false, "id">
      readonly taskProcessingResults: Entity.Navigation<TaskProcessingResultEntity, true, never>
    },
    typeof userProcessingResultFilterable,
    "completedDateTime" | "processingStatus" | "scheduledDateTime" | "startedDateTime" | "workflowExecutionType"
  >
{}

/**
 * The entity type of a run.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface RunEntity extends
  Entity.Entity<
    typeof runProperties,
    {
      readonly reprocessedRuns: Entity.Navigation<RunEntity, true, never>
      readonly taskProcessingResults: Entity.Navigation<TaskProcessingResultEntity, true, never>
      readonly userProcessingResults: Entity.Navigation<UserProcessingResultEntity, true, never>
    },
    typeof runFilterable,
    | "completedDateTime"
    | "lastUpdatedDateTime"
    | "processingStatus"
    | "scheduledDateTime"
    | "startedDateTime"
    | "workflowExecutionType"
  >
{}

/**
 * A task of a workflow: which built-in definition it carries out, with which arguments, in which order.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-task
 * @since 0.1.0
 * @category Entities
 */
export const Task: TaskEntity = Entity.make("microsoft.graph.identityGovernance.task", {
  properties: taskProperties,
  navigation: { taskProcessingResults: Entity.many((): TaskProcessingResultEntity => TaskProcessingResult) },
  filterable: taskFilterable,
  sortable: ["displayName", "executionSequence", "isEnabled"]
})

/**
 * A task of a workflow, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type Task = Entity.Type<TaskEntity>

/**
 * The result of one task for one user.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-taskprocessingresult
 * @since 0.1.0
 * @category Entities
 */
export const TaskProcessingResult: TaskProcessingResultEntity = Entity.make(
  "microsoft.graph.identityGovernance.taskProcessingResult",
  {
    properties: taskProcessingResultProperties,
    navigation: {
      subject: Entity.one(() => Directory.User, { inline: ["id"] }),
      task: Entity.one((): TaskEntity => Task, {
        inline: Object.keys(taskProperties) as Array<keyof typeof taskProperties>
      })
    },
    filterable: taskProcessingResultFilterable,
    sortable: ["completedDateTime", "createdDateTime", "processingStatus", "startedDateTime"]
  }
)

/**
 * The result of one task for one user, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type TaskProcessingResult = Entity.Type<TaskProcessingResultEntity>

/**
 * The result of processing one user in a run.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-userprocessingresult
 * @since 0.1.0
 * @category Entities
 */
export const UserProcessingResult: UserProcessingResultEntity = Entity.make(
  "microsoft.graph.identityGovernance.userProcessingResult",
  {
    properties: userProcessingResultProperties,
    navigation: {
      reprocessedRuns: Entity.many((): RunEntity => Run),
      subject: Entity.one(() => Directory.User, { inline: ["id"] }),
      taskProcessingResults: Entity.many(() => TaskProcessingResult)
    },
    filterable: userProcessingResultFilterable,
    sortable: ["completedDateTime", "processingStatus", "scheduledDateTime", "startedDateTime", "workflowExecutionType"]
  }
)

/**
 * The result of processing one user in a run, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type UserProcessingResult = Entity.Type<UserProcessingResultEntity>

/**
 * One run of a workflow, with its counts of users and tasks.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-run
 * @since 0.1.0
 * @category Entities
 */
export const Run: RunEntity = Entity.make("microsoft.graph.identityGovernance.run", {
  properties: runProperties,
  navigation: {
    reprocessedRuns: Entity.many((): RunEntity => Run),
    taskProcessingResults: Entity.many(() => TaskProcessingResult),
    userProcessingResults: Entity.many(() => UserProcessingResult)
  },
  filterable: runFilterable,
  sortable: [
    "completedDateTime",
    "lastUpdatedDateTime",
    "processingStatus",
    "scheduledDateTime",
    "startedDateTime",
    "workflowExecutionType"
  ]
})

/**
 * One run of a workflow, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type Run = Entity.Type<RunEntity>
