/** What the operations of Lifecycle Workflows have in common. */
import * as Schema from "effect/Schema"
import { DateTimeOffset } from "../DateTimeOffset.js"
import * as Ids from "../Ids.js"
import * as Operation from "../Operation.js"
import type * as Permissions from "../Permissions.js"

/** The key of a version: 1, 2, … */
const VersionNumber = Schema.NumberFromString.pipe(Schema.int(), Schema.positive())

/** A schema for each name in braces; written out, so that types of operations name it instead of repeating it. */
export type ParameterTable = {
  readonly workflowId: Ids.Id<"WorkflowId">
  readonly taskId: Ids.Id<"TaskId">
  readonly taskProcessingResultId: Ids.Id<"TaskProcessingResultId">
  readonly versionNumber: typeof VersionNumber
  readonly runId: Ids.Id<"RunId">
  readonly startDateTime: typeof DateTimeOffset
  readonly endDateTime: typeof DateTimeOffset
  readonly userProcessingResultId: Ids.Id<"UserProcessingResultId">
  readonly subjectProcessingResultId: Ids.Id<"SubjectProcessingResultId">
  readonly taskReportId: Ids.Id<"TaskReportId">
  readonly runId1: Ids.Id<"RunId">
  readonly taskDefinitionId: Ids.Id<"TaskDefinitionId">
  readonly workflowTemplateId: Ids.Id<"WorkflowTemplateId">
  readonly customTaskExtensionId: Ids.Id<"CustomTaskExtensionId">
}

const parameters: ParameterTable = {
  workflowId: Ids.WorkflowId,
  taskId: Ids.TaskId,
  taskProcessingResultId: Ids.TaskProcessingResultId,
  versionNumber: VersionNumber,
  runId: Ids.RunId,
  startDateTime: DateTimeOffset,
  endDateTime: DateTimeOffset,
  userProcessingResultId: Ids.UserProcessingResultId,
  subjectProcessingResultId: Ids.SubjectProcessingResultId,
  taskReportId: Ids.TaskReportId,
  runId1: Ids.RunId,
  taskDefinitionId: Ids.TaskDefinitionId,
  workflowTemplateId: Ids.WorkflowTemplateId,
  customTaskExtensionId: Ids.CustomTaskExtensionId
}

export const define = /*#__PURE__*/ Operation.area({
  root: "/identityGovernance/lifecycleWorkflows",
  version: "v1.0",
  parameters,
  // Microsoft's metadata of Bleu, Delos and GovSG has no Lifecycle Workflows.
  clouds: ["global", "usgov", "dod", "china"],
  documentation: "https://learn.microsoft.com/graph/api/"
})

/** The same for signed-in users and for applications, as Microsoft publishes it for every operation of this API. */
const either = (requirement: Permissions.Requirement): Permissions.Requirements => ({
  delegated: requirement,
  application: requirement
})

export const readBasic = /*#__PURE__*/ either({
  least: ["LifecycleWorkflows-Workflow.ReadBasic.All"],
  higher: [
    "LifecycleWorkflows-Workflow.Read.All",
    "LifecycleWorkflows-Workflow.ReadWrite.All",
    "LifecycleWorkflows.Read.All",
    "LifecycleWorkflows.ReadWrite.All"
  ]
})

export const write = /*#__PURE__*/ either({
  least: ["LifecycleWorkflows-Workflow.ReadWrite.All"],
  higher: ["LifecycleWorkflows.ReadWrite.All"]
})

export const activate = /*#__PURE__*/ either({
  least: ["LifecycleWorkflows-Workflow.Activate"],
  higher: ["LifecycleWorkflows-Workflow.ReadWrite.All", "LifecycleWorkflows.ReadWrite.All"]
})

export const read = /*#__PURE__*/ either({
  least: ["LifecycleWorkflows-Workflow.Read.All"],
  higher: [
    "LifecycleWorkflows-Workflow.ReadWrite.All",
    "LifecycleWorkflows.Read.All",
    "LifecycleWorkflows.ReadWrite.All"
  ]
})

export const readTask = /*#__PURE__*/ either({
  least: ["LifecycleWorkflows-Workflow.Read.All"],
  higher: ["LifecycleWorkflows-Workflow.ReadWrite.All", "LifecycleWorkflows.Read.All"]
})

export const administer = /*#__PURE__*/ either({
  least: ["LifecycleWorkflows.ReadWrite.All"],
  higher: []
})

// The permissions reference names it so; the operations' own pages say LifecycleWorkflows.ReadReports.All. `Permissions.aliases` knows
// both.
export const reports = /*#__PURE__*/ either({
  least: ["LifecycleWorkflows-Reports.Read.All"],
  higher: ["LifecycleWorkflows.Read.All", "LifecycleWorkflows.ReadWrite.All"]
})

export const readAll = /*#__PURE__*/ either({
  least: ["LifecycleWorkflows.Read.All"],
  higher: ["LifecycleWorkflows.ReadWrite.All"]
})

export const readExtensions = /*#__PURE__*/ either({
  least: ["LifecycleWorkflows-CustomExt.Read.All"],
  higher: [
    "LifecycleWorkflows-CustomExt.ReadWrite.All",
    "LifecycleWorkflows.Read.All",
    "LifecycleWorkflows.ReadWrite.All"
  ]
})

export const writeExtensions = /*#__PURE__*/ either({
  least: ["LifecycleWorkflows-CustomExt.ReadWrite.All"],
  higher: ["LifecycleWorkflows.ReadWrite.All"]
})

export const readers: ReadonlyArray<Permissions.EntraRole> = ["Global Reader", "Lifecycle Workflows Administrator"]

export const administrators: ReadonlyArray<Permissions.EntraRole> = ["Lifecycle Workflows Administrator"]
