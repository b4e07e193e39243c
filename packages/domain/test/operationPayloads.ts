/** Which schema reads and writes what, by the last part of the address of Microsoft's page. */
import * as ActivationBody from "@effect-msgraph/domain/ActivationBody"
import * as CustomTaskExtension from "@effect-msgraph/domain/CustomTaskExtension"
import * as CustomTaskExtensionBody from "@effect-msgraph/domain/CustomTaskExtensionBody"
import * as Entity from "@effect-msgraph/domain/Entity"
import * as Insights from "@effect-msgraph/domain/Insights"
import * as Settings from "@effect-msgraph/domain/LifecycleManagementSettings"
import * as SettingsBody from "@effect-msgraph/domain/LifecycleManagementSettingsBody"
import * as Processing from "@effect-msgraph/domain/Processing"
import * as SubjectProcessing from "@effect-msgraph/domain/SubjectProcessing"
import * as Summary from "@effect-msgraph/domain/Summary"
import * as TaskDefinition from "@effect-msgraph/domain/TaskDefinition"
import * as TaskReport from "@effect-msgraph/domain/TaskReport"
import * as Workflow from "@effect-msgraph/domain/Workflow"
import * as WorkflowBody from "@effect-msgraph/domain/WorkflowBody"
import type { Schema } from "effect"
import { selectable } from "./projections.js"

interface Payloads {
  readonly body?: Schema.Schema<any, any>
  /** The schema of what comes back, under `$select`; of one of them, where it is a collection. */
  readonly result?: (select: ReadonlyArray<string>) => Schema.Schema<any, any>
  /** What can come back without `$expand`, where it is an entity. */
  readonly selectable?: ReadonlyArray<string>
}

const one = (entity: Entity.Any): Payloads => ({
  result: (select) => Entity.schema(entity, { select } as never) as Schema.Schema<any, any>,
  selectable: selectable(entity)
})

const value = (schema: Schema.Schema<any, any>): Payloads => ({ result: () => schema })

export const payloads: { readonly [page: string]: Payloads } = {
  "customtaskextension-delete": {},
  "customtaskextension-get": one(CustomTaskExtension.CustomTaskExtension),
  "customtaskextension-update": { body: CustomTaskExtensionBody.Update },
  "deleteditemcontainer-delete": {},
  "deleteditemcontainer-get": one(Workflow.DeletedWorkflow),
  "insights-toptasksprocessedsummary": value(Insights.TopTasksInsightsSummary),
  "insights-topworkflowsprocessedsummary": value(Insights.TopWorkflowsInsightsSummary),
  "insights-workflowsprocessedbycategory": value(Insights.WorkflowsInsightsByCategory),
  "insights-workflowsprocessedsummary": value(Insights.WorkflowsInsightsSummary),
  "lifecyclemanagementsettings-get": one(Settings.LifecycleManagementSettings),
  "lifecyclemanagementsettings-update": { body: SettingsBody.Update },
  "lifecycleworkflowscontainer-list-customtaskextensions": one(CustomTaskExtension.CustomTaskExtension),
  "lifecycleworkflowscontainer-list-deleteditems": one(Workflow.DeletedWorkflow),
  "lifecycleworkflowscontainer-list-taskdefinitions": one(TaskDefinition.TaskDefinition),
  "lifecycleworkflowscontainer-list-workflows": one(Workflow.Workflow),
  "lifecycleworkflowscontainer-list-workflowtemplates": one(Workflow.WorkflowTemplate),
  "lifecycleworkflowscontainer-post-customtaskextensions": {
    body: CustomTaskExtensionBody.Create,
    ...one(CustomTaskExtension.CustomTaskExtension)
  },
  "lifecycleworkflowscontainer-post-workflows": { body: WorkflowBody.Create, ...one(Workflow.Workflow) },
  "run-delete-reprocessedruns": {},
  "run-get": one(Processing.Run),
  "run-list-reprocessedruns": one(Processing.Run),
  "run-list-subjectprocessingresults": one(SubjectProcessing.SubjectProcessingResult),
  "run-list-taskprocessingresults": one(Processing.TaskProcessingResult),
  "run-list-userprocessingresults": one(Processing.UserProcessingResult),
  "run-summary": value(Summary.RunSummary),
  "subjectprocessingresult-get": one(SubjectProcessing.SubjectProcessingResult),
  "subjectprocessingresult-summary": value(Summary.SubjectSummary),
  "task-get": one(Processing.Task),
  "task-update": { body: WorkflowBody.UpdateTask },
  "taskdefinition-get": one(TaskDefinition.TaskDefinition),
  "taskprocessingresult-resume": { body: CustomTaskExtensionBody.Resume },
  "taskreport-list-taskprocessingresults": one(Processing.TaskProcessingResult),
  "taskreport-summary": value(Summary.TaskReportSummary),
  "userprocessingresult-delete-reprocessedruns": {},
  "userprocessingresult-get": one(Processing.UserProcessingResult),
  "userprocessingresult-list-reprocessedruns": one(Processing.Run),
  "userprocessingresult-list-taskprocessingresults": one(Processing.TaskProcessingResult),
  "userprocessingresult-summary": value(Summary.UserSummary),
  "workflow-activate": { body: ActivationBody.Activate },
  "workflow-activateandwait": {
    body: ActivationBody.ActivateAndWait,
    ...value(SubjectProcessing.AwaitedWorkflowProcessingResult)
  },
  "workflow-activatewithscope": { body: ActivationBody.ActivateWithScope },
  "workflow-cancelprocessing": { body: ActivationBody.CancelProcessing },
  "workflow-clearquarantine": one(Workflow.Workflow),
  "workflow-createnewversion": { body: WorkflowBody.CreateNewVersion, ...one(Workflow.Workflow) },
  "workflow-delete": {},
  "workflow-get": one(Workflow.WorkflowDetails),
  "workflow-list-executionscope": one(Processing.UserProcessingResult),
  "workflow-list-runs": one(Processing.Run),
  "workflow-list-task": one(Processing.Task),
  "workflow-list-taskreports": one(TaskReport.TaskReport),
  "workflow-list-userprocessingresults": one(Processing.UserProcessingResult),
  "workflow-list-versions": one(Workflow.WorkflowVersion),
  "workflow-previewtaskfailures": value(Workflow.PreviewFailedTask),
  "workflow-previewworkflow": { body: ActivationBody.PreviewWorkflow },
  "workflow-restore": one(Workflow.Workflow),
  "workflow-update": { body: WorkflowBody.Update },
  "workflowtemplate-get": one(Workflow.WorkflowTemplate),
  "workflowversion-get": one(Workflow.WorkflowVersionDetails),
  "workflowversion-list-tasks": one(Processing.Task)
}

/** Every entity that these tests are about. */
export const entities: { readonly [name: string]: Entity.Any } = {
  CustomTaskExtension: CustomTaskExtension.CustomTaskExtension,
  DeletedWorkflow: Workflow.DeletedWorkflow,
  LifecycleManagementSettings: Settings.LifecycleManagementSettings,
  SubjectProcessingResult: SubjectProcessing.SubjectProcessingResult,
  TaskDefinition: TaskDefinition.TaskDefinition,
  TaskReport: TaskReport.TaskReport,
  Workflow: Workflow.Workflow,
  WorkflowDetails: Workflow.WorkflowDetails,
  WorkflowTemplate: Workflow.WorkflowTemplate,
  WorkflowVersion: Workflow.WorkflowVersion,
  WorkflowVersionDetails: Workflow.WorkflowVersionDetails
}
