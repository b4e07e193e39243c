/**
 * Branded identifiers: a `RunId` where a `WorkflowId` belongs does not compile.
 *
 * The service's keys are opaque. Most are GUIDs, but a run can be `{workflowId}_{ticks}` and a result
 * `{workflowId}_{version}_{workflowId}_{ticks}_{userId}`; so an identifier is checked only for what would make it unfit as one
 * segment of a path.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import * as Schema from "effect/Schema"

/** At most 256 characters, none of which is white space, a control character or has a meaning in an URL. */
const segment = /^(?!\.{1,2}$)[^\s\p{Cc}\p{Cs}/\\?#%@'"<>]{1,256}$/u

/**
 * The schema of one kind of identifier.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Id<Name extends string> extends Schema.brand<typeof Schema.String, Name> {}

const id = <const Name extends string>(name: Name): Id<Name> =>
  Schema.String.pipe(
    Schema.filter((text) => segment.test(text), {
      identifier: name,
      message: () => `Expected a ${name}: 1 to 256 characters without spaces, slashes, quotes or @`,
      arbitrary: () => (fc) => fc.uuid()
    }),
    Schema.brand(name)
  )

/**
 * The id of a workflow.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const WorkflowId: Id<"WorkflowId"> = id("WorkflowId")

/**
 * The id of a workflow.
 *
 * @since 0.1.0
 * @category Models
 */
export type WorkflowId = string & Brand.Brand<"WorkflowId">

/**
 * The id of a run of a workflow.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const RunId: Id<"RunId"> = id("RunId")

/**
 * The id of a run of a workflow.
 *
 * @since 0.1.0
 * @category Models
 */
export type RunId = string & Brand.Brand<"RunId">

/**
 * The id of the result of processing one user in a run.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const UserProcessingResultId: Id<"UserProcessingResultId"> = id("UserProcessingResultId")

/**
 * The id of the result of processing one user in a run.
 *
 * @since 0.1.0
 * @category Models
 */
export type UserProcessingResultId = string & Brand.Brand<"UserProcessingResultId">

/**
 * The id of the result of one task for one user.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const TaskProcessingResultId: Id<"TaskProcessingResultId"> = id("TaskProcessingResultId")

/**
 * The id of the result of one task for one user.
 *
 * @since 0.1.0
 * @category Models
 */
export type TaskProcessingResultId = string & Brand.Brand<"TaskProcessingResultId">

/**
 * The id of a task of a workflow.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const TaskId: Id<"TaskId"> = id("TaskId")

/**
 * The id of a task of a workflow.
 *
 * @since 0.1.0
 * @category Models
 */
export type TaskId = string & Brand.Brand<"TaskId">

/**
 * The id of a built-in task definition.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const TaskDefinitionId: Id<"TaskDefinitionId"> = id("TaskDefinitionId")

/**
 * The id of a built-in task definition.
 *
 * @since 0.1.0
 * @category Models
 */
export type TaskDefinitionId = string & Brand.Brand<"TaskDefinitionId">

/**
 * The id of a user of the directory.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const UserId: Id<"UserId"> = id("UserId")

/**
 * The id of a user of the directory.
 *
 * @since 0.1.0
 * @category Models
 */
export type UserId = string & Brand.Brand<"UserId">

/**
 * The id of a group of the directory.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const GroupId: Id<"GroupId"> = id("GroupId")

/**
 * The id of a group of the directory.
 *
 * @since 0.1.0
 * @category Models
 */
export type GroupId = string & Brand.Brand<"GroupId">

/**
 * The id of a custom task extension.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const CustomTaskExtensionId: Id<"CustomTaskExtensionId"> = id("CustomTaskExtensionId")

/**
 * The id of a custom task extension.
 *
 * @since 0.1.0
 * @category Models
 */
export type CustomTaskExtensionId = string & Brand.Brand<"CustomTaskExtensionId">

/**
 * The id of an access package of entitlement management.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const AccessPackageId: Id<"AccessPackageId"> = id("AccessPackageId")

/**
 * The id of an access package of entitlement management.
 *
 * @since 0.1.0
 * @category Models
 */
export type AccessPackageId = string & Brand.Brand<"AccessPackageId">

/**
 * The id of a policy by which an access package is assigned.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const AccessPackageAssignmentPolicyId: Id<"AccessPackageAssignmentPolicyId"> = id(
  "AccessPackageAssignmentPolicyId"
)

/**
 * The id of a policy by which an access package is assigned.
 *
 * @since 0.1.0
 * @category Models
 */
export type AccessPackageAssignmentPolicyId = string & Brand.Brand<"AccessPackageAssignmentPolicyId">

/**
 * The id of a product (stock keeping unit) whose license can be assigned.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const SkuId: Id<"SkuId"> = id("SkuId")

/**
 * The id of a product (stock keeping unit) whose license can be assigned.
 *
 * @since 0.1.0
 * @category Models
 */
export type SkuId = string & Brand.Brand<"SkuId">

/**
 * The id of a workflow template.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const WorkflowTemplateId: Id<"WorkflowTemplateId"> = id("WorkflowTemplateId")

/**
 * The id of a workflow template.
 *
 * @since 0.1.0
 * @category Models
 */
export type WorkflowTemplateId = string & Brand.Brand<"WorkflowTemplateId">

/**
 * The id of the report on one task of a run.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const TaskReportId: Id<"TaskReportId"> = id("TaskReportId")

/**
 * The id of the report on one task of a run.
 *
 * @since 0.1.0
 * @category Models
 */
export type TaskReportId = string & Brand.Brand<"TaskReportId">

/**
 * The id of the result of processing one subject in a run.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const SubjectProcessingResultId: Id<"SubjectProcessingResultId"> = id("SubjectProcessingResultId")

/**
 * The id of the result of processing one subject in a run.
 *
 * @since 0.1.0
 * @category Models
 */
export type SubjectProcessingResultId = string & Brand.Brand<"SubjectProcessingResultId">

/**
 * The id of an administrative unit of the directory.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const AdministrativeUnitId: Id<"AdministrativeUnitId"> = id("AdministrativeUnitId")

/**
 * The id of an administrative unit of the directory.
 *
 * @since 0.1.0
 * @category Models
 */
export type AdministrativeUnitId = string & Brand.Brand<"AdministrativeUnitId">

/**
 * The id of an object of the directory, whatever its kind.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const DirectoryObjectId: Id<"DirectoryObjectId"> = id("DirectoryObjectId")

/**
 * The id of an object of the directory, whatever its kind.
 *
 * @since 0.1.0
 * @category Models
 */
export type DirectoryObjectId = string & Brand.Brand<"DirectoryObjectId">

/**
 * The id of an application of the directory.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const ApplicationId: Id<"ApplicationId"> = id("ApplicationId")

/**
 * The id of an application of the directory.
 *
 * @since 0.1.0
 * @category Models
 */
export type ApplicationId = string & Brand.Brand<"ApplicationId">

/**
 * The id of an object that provisioning handles and that need not be in the directory yet.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const ProvisioningObjectId: Id<"ProvisioningObjectId"> = id("ProvisioningObjectId")

/**
 * The id of an object that provisioning handles and that need not be in the directory yet.
 *
 * @since 0.1.0
 * @category Models
 */
export type ProvisioningObjectId = string & Brand.Brand<"ProvisioningObjectId">
