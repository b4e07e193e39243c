/** Every operation of the catalogue, called once: what an editor and the compiler have to cope with. */
import type { LifecycleWorkflows } from "@effect-msgraph/client"
import { ActivationBody } from "@effect-msgraph/domain"
import type { CustomTaskExtensionBody, Ids, WorkflowBody } from "@effect-msgraph/domain"
import type * as DateTime from "effect/DateTime"

/** The ids and dates that paths ask for. */
export interface Parameters {
  readonly workflowId: Ids.WorkflowId
  readonly taskId: Ids.TaskId
  readonly taskProcessingResultId: Ids.TaskProcessingResultId
  readonly versionNumber: number
  readonly runId: Ids.RunId
  readonly startDateTime: DateTime.Utc
  readonly endDateTime: DateTime.Utc
  readonly userProcessingResultId: Ids.UserProcessingResultId
  readonly subjectProcessingResultId: Ids.SubjectProcessingResultId
  readonly taskReportId: Ids.TaskReportId
  readonly runId1: Ids.RunId
  readonly taskDefinitionId: Ids.TaskDefinitionId
  readonly workflowTemplateId: Ids.WorkflowTemplateId
  readonly customTaskExtensionId: Ids.CustomTaskExtensionId
}

/** The larger bodies. */
export interface Bodies {
  readonly workflow: WorkflowBody.Create
  readonly awaited: ActivationBody.ActivateAndWait
  readonly preview: ActivationBody.PreviewWorkflow
  readonly resume: CustomTaskExtensionBody.Resume
  readonly extension: CustomTaskExtensionBody.Create
}

/** One value for each operation: an effect or a stream, not yet run. */
export const everyOperation = (
  lcw: LifecycleWorkflows.Service,
  ids: Parameters,
  bodies: Bodies,
  user: { readonly id: Ids.UserId }
) => ({
  "workflows.list": lcw.workflows.list({ select: ["administrationScopeTargets", "category"] }),
  "workflows.create": lcw.workflows.create(bodies.workflow),
  "workflows.get": lcw.workflows.get(ids, { select: ["administrationScopeTargets", "category"] }),
  "workflows.update": lcw.workflows.update(ids, { displayName: "Renamed" }),
  "workflows.delete": lcw.workflows.delete(ids),
  "workflows.activate": lcw.workflows.activate(ids, { subjects: [user] }),
  "workflows.activateWithScope": lcw.workflows.activateWithScope(ids, {
    scope: { _tag: "ActivateUserScope", users: [user] }
  }),
  "workflows.activateAndWait": lcw.workflows.activateAndWait(ids, bodies.awaited),
  "workflows.executionScope.list": lcw.workflows.executionScope.list(ids, { select: ["id", "completedDateTime"] }),
  "workflows.clearQuarantine": lcw.workflows.clearQuarantine(ids),
  "workflows.previewTaskFailures": lcw.workflows.previewTaskFailures(ids),
  "workflows.previewWorkflow": lcw.workflows.previewWorkflow(ids, bodies.preview),
  "workflows.cancelProcessing": lcw.workflows.cancelProcessing(ids, { scope: ActivationBody.run(ids.runId) }),
  "workflows.createNewVersion": lcw.workflows.createNewVersion(ids, { workflow: bodies.workflow }),
  "workflows.tasks.list": lcw.workflows.tasks.list(ids),
  "workflows.tasks.get": lcw.workflows.tasks.get(ids),
  "workflows.tasks.update": lcw.workflows.tasks.update(ids, { displayName: "Renamed" }),
  "workflows.tasks.taskProcessingResults.resume": lcw.workflows.tasks.taskProcessingResults.resume(ids, bodies.resume),
  "workflows.versions.list": lcw.workflows.versions.list(ids, { select: ["administrationScopeTargets", "category"] }),
  "workflows.versions.get": lcw.workflows.versions.get(ids, { select: ["administrationScopeTargets", "category"] }),
  "workflows.versions.tasks.list": lcw.workflows.versions.tasks.list(ids),
  "workflows.versions.tasks.get": lcw.workflows.versions.tasks.get(ids),
  "workflows.runs.list": lcw.workflows.runs.list(ids, { select: ["id", "activatedOnScope"] }),
  "workflows.runs.get": lcw.workflows.runs.get(ids, { select: ["id", "activatedOnScope"] }),
  "workflows.runs.summary": lcw.workflows.runs.summary(ids),
  "workflows.runs.userProcessingResults.list": lcw.workflows.runs.userProcessingResults.list(ids, {
    select: ["id", "completedDateTime"]
  }),
  "workflows.runs.userProcessingResults.get": lcw.workflows.runs.userProcessingResults.get(ids, {
    select: ["id", "completedDateTime"]
  }),
  "workflows.runs.userProcessingResults.taskProcessingResults.list": lcw.workflows.runs.userProcessingResults
    .taskProcessingResults.list(ids, { select: ["id", "completedDateTime"] }),
  "workflows.runs.taskProcessingResults.list": lcw.workflows.runs.taskProcessingResults.list(ids, {
    select: ["id", "completedDateTime"]
  }),
  "workflows.runs.subjectProcessingResults.list": lcw.workflows.runs.subjectProcessingResults.list(ids),
  "workflows.runs.subjectProcessingResults.get": lcw.workflows.runs.subjectProcessingResults.get(ids),
  "workflows.runs.subjectProcessingResults.summary": lcw.workflows.runs.subjectProcessingResults.summary(ids),
  "workflows.userProcessingResults.list": lcw.workflows.userProcessingResults.list(ids, {
    select: ["id", "completedDateTime"]
  }),
  "workflows.userProcessingResults.summary": lcw.workflows.userProcessingResults.summary(ids),
  "workflows.userProcessingResults.taskProcessingResults.list": lcw.workflows.userProcessingResults
    .taskProcessingResults.list(ids, { select: ["id", "completedDateTime"] }),
  "workflows.taskReports.list": lcw.workflows.taskReports.list(ids, { select: ["id", "completedDateTime"] }),
  "workflows.taskReports.summary": lcw.workflows.taskReports.summary(ids),
  "workflows.taskReports.taskProcessingResults.list": lcw.workflows.taskReports.taskProcessingResults.list(ids, {
    select: ["id", "completedDateTime"]
  }),
  "deletedItems.workflows.list": lcw.deletedItems.workflows.list({
    select: ["administrationScopeTargets", "category"]
  }),
  "deletedItems.workflows.get": lcw.deletedItems.workflows.get(ids, {
    select: ["administrationScopeTargets", "category"]
  }),
  "deletedItems.workflows.delete": lcw.deletedItems.workflows.delete(ids),
  "deletedItems.workflows.restore": lcw.deletedItems.workflows.restore(ids),
  "deletedItems.workflows.executionScope.reprocessedRuns.list": lcw.deletedItems.workflows.executionScope
    .reprocessedRuns.list(ids),
  "deletedItems.workflows.executionScope.reprocessedRuns.delete": lcw.deletedItems.workflows.executionScope
    .reprocessedRuns.delete(ids),
  "deletedItems.workflows.executionScope.reprocessedRuns.reprocessedRuns.list": lcw.deletedItems.workflows
    .executionScope.reprocessedRuns.reprocessedRuns.list(ids),
  "deletedItems.workflows.executionScope.reprocessedRuns.reprocessedRuns.delete": lcw.deletedItems.workflows
    .executionScope.reprocessedRuns.reprocessedRuns.delete(ids),
  "taskDefinitions.list": lcw.taskDefinitions.list({ select: ["id", "category"] }),
  "taskDefinitions.get": lcw.taskDefinitions.get(ids, { select: ["id", "category"] }),
  "workflowTemplates.list": lcw.workflowTemplates.list({ select: ["id", "category"] }),
  "workflowTemplates.get": lcw.workflowTemplates.get(ids),
  "customTaskExtensions.list": lcw.customTaskExtensions.list({ select: ["id", "authenticationConfiguration"] }),
  "customTaskExtensions.create": lcw.customTaskExtensions.create(bodies.extension),
  "customTaskExtensions.get": lcw.customTaskExtensions.get(ids, { select: ["id", "authenticationConfiguration"] }),
  "customTaskExtensions.update": lcw.customTaskExtensions.update(ids, { description: "Changed" }),
  "customTaskExtensions.delete": lcw.customTaskExtensions.delete(ids),
  "settings.get": lcw.settings.get({ select: ["id", "emailSettings"] }),
  "settings.update": lcw.settings.update({ workflowScheduleIntervalInHours: 3 }),
  "insights.workflowsProcessedSummary": lcw.insights.workflowsProcessedSummary(ids),
  "insights.workflowsProcessedByCategory": lcw.insights.workflowsProcessedByCategory(ids),
  "insights.topTasksProcessedSummary": lcw.insights.topTasksProcessedSummary(ids),
  "insights.topWorkflowsProcessedSummary": lcw.insights.topWorkflowsProcessedSummary(ids)
})
