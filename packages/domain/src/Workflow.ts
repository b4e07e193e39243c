/**
 * Workflows: as they are, as they were in each version, as they are deleted, and the templates that they are made from.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { DateTimeOffset } from "./DateTimeOffset.js"
import * as Directory from "./Directory.js"
import { AdministrativeUnitReference, DirectoryObject, type DirectoryObjectEntity } from "./DirectoryObject.js"
import * as Entity from "./Entity.js"
import { ExecutionConditions } from "./ExecutionConditions.js"
import { TaskDefinitionId, TaskId, UserId, WorkflowId, WorkflowTemplateId } from "./Ids.js"
import * as OpenEnum from "./OpenEnum.js"
import * as Processing from "./Processing.js"
import { QuarantineConfiguration, QuarantineDetails } from "./Quarantine.js"
import { TaskReport, type TaskReportEntity } from "./TaskReport.js"

const comparison = ["lt", "le", "gt", "ge", "eq", "ne"] as const
const equality = ["eq", "ne"] as const

/**
 * The part of a user's lifecycle that a workflow is for.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-workflow
 * @since 0.1.0
 * @category Enumerations
 */
export const WorkflowCategory = OpenEnum.make("lifecycleWorkflowCategory", [
  "joiner",
  "leaver",
  "unknownFutureValue",
  "mover"
])

/**
 * The part of a user's lifecycle that a workflow is for.
 *
 * @since 0.1.0
 * @category Models
 */
export type WorkflowCategory = typeof WorkflowCategory.Type

/**
 * Settings of one workflow. Where it has thresholds of its own, they stand in for the tenant's.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-workflowsetting
 * @since 0.1.0
 * @category Schemas
 */
export const WorkflowSetting = Schema.Struct({ quarantineConfiguration: Entity.nullable(QuarantineConfiguration) })

/**
 * Settings of one workflow.
 *
 * @since 0.1.0
 * @category Models
 */
export type WorkflowSetting = typeof WorkflowSetting.Type

const userReference = Entity.nullable(Schema.Struct({ id: UserId }))
const tasks = Schema.Array(Entity.schema(Processing.Task))

/**
 * What `workflowBase` has in the metadata, but for its two switches.
 *
 * Four of its navigation properties are among the properties too, for the service returns them unasked in some answers and not in
 * others: `createdBy`, `lastModifiedBy` and `tasks` with a single workflow but in no list, `administrationScopeTargets` where there are
 * any.
 */
const baseProperties = {
  administrationScopeTargets: Entity.nullable(Schema.Array(AdministrativeUnitReference)),
  category: WorkflowCategory,
  createdBy: userReference,
  createdDateTime: Entity.nullable(DateTimeOffset),
  description: Entity.nullable(Schema.String),
  displayName: Schema.String,
  // Absent from lists, and `null` where `restore` and `createNewVersion` answer.
  executionConditions: Entity.nullable(ExecutionConditions),
  lastModifiedBy: userReference,
  lastModifiedDateTime: Entity.nullable(DateTimeOffset),
  tasks: Entity.nullable(tasks)
} as const

const switches = {
  isEnabled: Schema.Boolean,
  isSchedulingEnabled: Schema.Boolean
} as const

const ownProperties = {
  id: WorkflowId,
  deletedDateTime: Entity.nullable(DateTimeOffset),
  nextScheduleRunDateTime: Entity.nullable(DateTimeOffset),
  // Not nullable in the metadata, yet only the answer of `clearQuarantine` is printed with these two.
  quarantineDetails: Entity.nullable(QuarantineDetails),
  settings: Entity.nullable(WorkflowSetting),
  version: Entity.nullable(Schema.Int)
} as const

const workflowProperties = { ...baseProperties, ...switches, ...ownProperties } as const

const workflowDetailsProperties = { ...workflowProperties, tasks } as const

const deletedWorkflowProperties = {
  ...baseProperties,
  ...ownProperties,
  // Not nullable in the metadata, yet the list of deleted workflows is printed without them.
  isEnabled: Entity.nullable(Schema.Boolean),
  isSchedulingEnabled: Entity.nullable(Schema.Boolean)
} as const

const versionProperties = {
  ...baseProperties,
  ...switches,
  settings: Entity.nullable(WorkflowSetting),
  versionNumber: Schema.Int
} as const

const versionDetailsProperties = { ...versionProperties, tasks } as const

const templateProperties = {
  id: WorkflowTemplateId,
  category: WorkflowCategory,
  description: Entity.nullable(Schema.String),
  displayName: Schema.String,
  executionConditions: Entity.nullable(ExecutionConditions),
  tasks
} as const

const baseFilterable = {
  category: equality,
  createdBy: equality,
  createdDateTime: comparison,
  displayName: equality,
  isEnabled: equality,
  isSchedulingEnabled: equality,
  lastModifiedBy: equality,
  lastModifiedDateTime: comparison
} as const

const workflowFilterable = {
  ...baseFilterable,
  deletedDateTime: comparison,
  id: equality,
  nextScheduleRunDateTime: ["lt", "gt"],
  version: comparison
} as const

const versionFilterable = { ...baseFilterable, versionNumber: comparison } as const

const templateFilterable = { category: equality, displayName: equality } as const

const baseSortable = [
  "category",
  "createdDateTime",
  "displayName",
  "isEnabled",
  "isSchedulingEnabled",
  "lastModifiedDateTime"
] as const

const workflowSortable = [...baseSortable, "deletedDateTime", "id", "nextScheduleRunDateTime", "version"] as const

const versionSortable = [...baseSortable, "versionNumber"] as const

type BaseNavigation = {
  readonly administrationScopeTargets: Entity.Navigation<DirectoryObjectEntity, true, never>
  readonly createdBy: Entity.Navigation<Directory.UserEntity, false, never>
  readonly lastModifiedBy: Entity.Navigation<Directory.UserEntity, false, never>
  readonly tasks: Entity.Navigation<Processing.TaskEntity, true, never>
}

type WorkflowNavigation = BaseNavigation & {
  readonly executionScope: Entity.Navigation<Processing.UserProcessingResultEntity, true, never>
  readonly previewScope: Entity.Navigation<DirectoryObjectEntity, true, never>
  readonly runs: Entity.Navigation<Processing.RunEntity, true, never>
  readonly taskReports: Entity.Navigation<TaskReportEntity, true, never>
  readonly userProcessingResults: Entity.Navigation<Processing.UserProcessingResultEntity, true, never>
  readonly versions: Entity.Navigation<WorkflowVersionEntity, true, never>
}

const baseNavigation: BaseNavigation = {
  administrationScopeTargets: Entity.many(() => DirectoryObject),
  createdBy: Entity.one(() => Directory.User),
  lastModifiedBy: Entity.one(() => Directory.User),
  tasks: Entity.many(() => Processing.Task)
}

const workflowNavigation: WorkflowNavigation = {
  ...baseNavigation,
  // Users by the page of the type, results of processing them by the metadata and the printed answer.
  executionScope: Entity.many(() => Processing.UserProcessingResult),
  previewScope: Entity.many(() => DirectoryObject),
  runs: Entity.many(() => Processing.Run),
  taskReports: Entity.many(() => TaskReport),
  userProcessingResults: Entity.many(() => Processing.UserProcessingResult),
  versions: Entity.many((): WorkflowVersionEntity => WorkflowVersion)
}

/**
 * The entity type of a workflow.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface WorkflowEntity extends
  Entity.Entity<
    typeof workflowProperties,
    WorkflowNavigation,
    typeof workflowFilterable,
    (typeof workflowSortable)[number]
  >
{}

/**
 * The entity type of a single workflow.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface WorkflowDetailsEntity extends
  Entity.Entity<
    typeof workflowDetailsProperties,
    WorkflowNavigation,
    typeof workflowFilterable,
    (typeof workflowSortable)[number]
  >
{}

/**
 * The entity type of a deleted workflow.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface DeletedWorkflowEntity extends
  Entity.Entity<
    typeof deletedWorkflowProperties,
    WorkflowNavigation,
    typeof workflowFilterable,
    (typeof workflowSortable)[number]
  >
{}

/**
 * The entity type of a version of a workflow.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface WorkflowVersionEntity extends
  Entity.Entity<
    typeof versionProperties,
    BaseNavigation,
    typeof versionFilterable,
    (typeof versionSortable)[number]
  >
{}

/**
 * The entity type of a single version of a workflow.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface WorkflowVersionDetailsEntity extends
  Entity.Entity<
    typeof versionDetailsProperties,
    BaseNavigation,
    typeof versionFilterable,
    (typeof versionSortable)[number]
  >
{}

/**
 * The entity type of a workflow template.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface WorkflowTemplateEntity extends
  Entity.Entity<
    typeof templateProperties,
    { readonly tasks: Entity.Navigation<Processing.TaskEntity, true, never> },
    typeof templateFilterable,
    "displayName"
  >
{}

/**
 * A workflow, as a list has it and as the operations that change one answer with it: what only some of them return is optional.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-workflow
 * @since 0.1.0
 * @category Entities
 */
export const Workflow: WorkflowEntity = Entity.make("microsoft.graph.identityGovernance.workflow", {
  properties: workflowProperties,
  navigation: workflowNavigation,
  filterable: workflowFilterable,
  sortable: workflowSortable
})

/**
 * A workflow, as a list has it.
 *
 * @since 0.1.0
 * @category Models
 */
export type Workflow = Entity.Type<WorkflowEntity>

/**
 * A single workflow, with its tasks.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-get
 * @since 0.1.0
 * @category Entities
 */
export const WorkflowDetails: WorkflowDetailsEntity = Entity.make("microsoft.graph.identityGovernance.workflow", {
  properties: workflowDetailsProperties,
  navigation: workflowNavigation,
  filterable: workflowFilterable,
  sortable: workflowSortable
})

/**
 * A single workflow, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type WorkflowDetails = Entity.Type<WorkflowDetailsEntity>

/**
 * A deleted workflow, which can be restored for 30 days.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-deleteditems
 * @since 0.1.0
 * @category Entities
 */
export const DeletedWorkflow: DeletedWorkflowEntity = Entity.make("microsoft.graph.identityGovernance.workflow", {
  properties: deletedWorkflowProperties,
  navigation: workflowNavigation,
  filterable: workflowFilterable,
  sortable: workflowSortable
})

/**
 * A deleted workflow, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type DeletedWorkflow = Entity.Type<DeletedWorkflowEntity>

/**
 * A version of a workflow, as a list has it.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-workflowversion
 * @since 0.1.0
 * @category Entities
 */
export const WorkflowVersion: WorkflowVersionEntity = Entity.make(
  "microsoft.graph.identityGovernance.workflowVersion",
  {
    properties: versionProperties,
    navigation: baseNavigation,
    filterable: versionFilterable,
    sortable: versionSortable
  }
)

/**
 * A version of a workflow, as a list has it.
 *
 * @since 0.1.0
 * @category Models
 */
export type WorkflowVersion = Entity.Type<WorkflowVersionEntity>

/**
 * A single version of a workflow, with its tasks.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflowversion-get
 * @since 0.1.0
 * @category Entities
 */
export const WorkflowVersionDetails: WorkflowVersionDetailsEntity = Entity.make(
  "microsoft.graph.identityGovernance.workflowVersion",
  {
    properties: versionDetailsProperties,
    navigation: baseNavigation,
    filterable: versionFilterable,
    sortable: versionSortable
  }
)

/**
 * A single version of a workflow, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type WorkflowVersionDetails = Entity.Type<WorkflowVersionDetailsEntity>

/**
 * A template: suggested conditions and tasks for a new workflow.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-workflowtemplate
 * @since 0.1.0
 * @category Entities
 */
export const WorkflowTemplate: WorkflowTemplateEntity = Entity.make(
  "microsoft.graph.identityGovernance.workflowTemplate",
  {
    properties: templateProperties,
    navigation: { tasks: Entity.many(() => Processing.Task) },
    filterable: templateFilterable,
    sortable: ["displayName"]
  }
)

/**
 * A template, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type WorkflowTemplate = Entity.Type<WorkflowTemplateEntity>

/**
 * A task that would fail, and why: for example because the caller lacks the role that it needs.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-previewtaskfailures
 * @since 0.1.0
 * @category Schemas
 */
export const PreviewFailedTask = Schema.Struct({
  definitionId: TaskDefinitionId,
  failureReason: Schema.String,
  name: Schema.String,
  taskId: TaskId
})

/**
 * A task that would fail, and why.
 *
 * @since 0.1.0
 * @category Models
 */
export type PreviewFailedTask = typeof PreviewFailedTask.Type
