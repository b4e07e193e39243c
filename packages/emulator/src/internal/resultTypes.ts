import * as Insights from "@effect-msgraph/domain/Insights"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as SubjectProcessing from "@effect-msgraph/domain/SubjectProcessing"
import * as Summary from "@effect-msgraph/domain/Summary"
import * as Workflow from "@effect-msgraph/domain/Workflow"

const names: ReadonlyMap<Operation.Result, string> = new Map<Operation.Result, string>([
  [Insights.TopTasksInsightsSummary, "topTasksInsightsSummary"],
  [Insights.TopWorkflowsInsightsSummary, "topWorkflowsInsightsSummary"],
  [Insights.WorkflowsInsightsByCategory, "workflowsInsightsByCategory"],
  [Insights.WorkflowsInsightsSummary, "workflowsInsightsSummary"],
  [SubjectProcessing.AwaitedWorkflowProcessingResult, "awaitedWorkflowProcessingResult"],
  [Summary.RunSummary, "runSummary"],
  [Summary.SubjectSummary, "subjectSummary"],
  [Summary.TaskReportSummary, "taskReportSummary"],
  [Summary.UserSummary, "userSummary"],
  [Workflow.PreviewFailedTask, "previewFailedTask"]
])

/** The name in the metadata of a type that is no entity. */
export const typeNameOf = (result: Operation.Result): string =>
  `microsoft.graph.identityGovernance.${names.get(result) ?? "unknown"}`
