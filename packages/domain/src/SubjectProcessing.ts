/**
 * Subjects that need not be users of the directory: what a workflow can be activated for, and what became of each.
 *
 * Microsoft documents these types for v1.0, while the metadata of August 2026 has them in beta only. Properties are what the pages
 * print; whether one may be absent is taken from the like of it in `userProcessingResult`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { DateTimeOffset } from "./DateTimeOffset.js"
import { DirectoryObjectReference } from "./DirectoryObject.js"
import * as Entity from "./Entity.js"
import { ProvisioningObjectId, SubjectProcessingResultId } from "./Ids.js"
import * as ODataType from "./ODataType.js"
import * as OpenEnum from "./OpenEnum.js"
import * as Processing from "./Processing.js"

/**
 * The kinds of subject: a flags enumeration.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-subjectprocessingresult
 * @since 0.1.0
 * @category Enumerations
 */
export const WorkflowSubjectType = OpenEnum.make("workflowSubjectType", [
  "user",
  "unknownFutureValue",
  "provisioningObject"
])

/**
 * A kind of subject.
 *
 * @since 0.1.0
 * @category Models
 */
export type WorkflowSubjectType = typeof WorkflowSubjectType.Type

/**
 * An attribute of a provisioning object.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-attributesetentry
 * @since 0.1.0
 * @category Schemas
 */
export const AttributeSetEntry = Schema.Struct({ name: Schema.String, value: Entity.nullable(Schema.String) })

/**
 * An attribute of a provisioning object.
 *
 * @since 0.1.0
 * @category Models
 */
export type AttributeSetEntry = typeof AttributeSetEntry.Type

const subjectMembers = {
  DirectoryObjectWorkflowSubject: {
    // A relationship: the service returns it where it is asked for.
    directoryObject: Entity.nullable(DirectoryObjectReference)
  },
  ProvisioningObjectWorkflowSubject: {
    id: ProvisioningObjectId,
    attributeSetEntries: Entity.nullable(Schema.Array(AttributeSetEntry))
  }
} as const

/**
 * A subject of a workflow: an object of the directory, or one that provisioning handles.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-workflowsubject
 * @since 0.1.0
 * @category Schemas
 */
export const WorkflowSubject = ODataType.union("microsoft.graph.identityGovernance", subjectMembers)

/**
 * A subject of a workflow.
 *
 * @since 0.1.0
 * @category Models
 */
export type WorkflowSubject = ODataType.Type<typeof subjectMembers>

const properties = {
  id: SubjectProcessingResultId,
  completedDateTime: Entity.nullable(DateTimeOffset),
  failedTasksCount: Schema.Int,
  processingStatus: Processing.ProcessingStatus,
  scheduledDateTime: DateTimeOffset,
  startedDateTime: Entity.nullable(DateTimeOffset),
  subject: WorkflowSubject,
  // On the page of the type, in no printed answer.
  subjectType: Entity.nullable(OpenEnum.flags(WorkflowSubjectType)),
  totalTasksCount: Schema.Int,
  totalUnprocessedTasksCount: Schema.Int,
  // Printed with `extensibilityOnDemand`, which the metadata of v1.0 does not have: an unknown member.
  workflowExecutionType: Processing.WorkflowExecutionType,
  workflowVersion: Schema.Int
} as const

const filterable = {
  processingStatus: ["eq", "ne"],
  subjectType: ["eq", "ne"]
} as const

/**
 * The entity type of a subject's result.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface SubjectProcessingResultEntity extends
  Entity.Entity<
    typeof properties,
    {
      readonly reprocessedRuns: Entity.Navigation<Processing.RunEntity, true, never>
      readonly taskProcessingResults: Entity.Navigation<Processing.TaskProcessingResultEntity, true, never>
    },
    typeof filterable
  >
{}

/**
 * The result of processing one subject in a run.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-subjectprocessingresult
 * @since 0.1.0
 * @category Entities
 */
export const SubjectProcessingResult: SubjectProcessingResultEntity = Entity.make(
  "microsoft.graph.identityGovernance.subjectProcessingResult",
  {
    properties,
    navigation: {
      reprocessedRuns: Entity.many(() => Processing.Run),
      taskProcessingResults: Entity.many(() => Processing.TaskProcessingResult)
    },
    filterable
  }
)

/**
 * The result of processing one subject in a run, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type SubjectProcessingResult = Entity.Type<SubjectProcessingResultEntity>

/**
 * What an activation that was waited for came to.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-activateandwait
 * @since 0.1.0
 * @category Schemas
 */
export const AwaitedWorkflowProcessingResult = Schema.Struct({
  processingStatus: Processing.ProcessingStatus,
  statusReasons: Schema.Array(Schema.String),
  subject: WorkflowSubject
})

/**
 * What an activation that was waited for came to.
 *
 * @since 0.1.0
 * @category Models
 */
export type AwaitedWorkflowProcessingResult = typeof AwaitedWorkflowProcessingResult.Type
