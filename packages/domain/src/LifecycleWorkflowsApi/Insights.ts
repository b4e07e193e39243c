/**
 * Insights over all workflows.
 *
 * @since 0.1.0
 */
import * as Insights from "../Insights.js"
import { define, readers, reports } from "../internal/lifecycleWorkflowsArea.js"

/**
 * `GET /identityGovernance/lifecycleWorkflows/insights/workflowsProcessedSummary(startDateTime={startDateTime},endDateTime={endDateTime})`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-insights-workflowsprocessedsummary
 * @since 0.1.0
 * @category Operations
 */
export const summarizeWorkflowsProcessed = /*#__PURE__*/ define({
  id: "insights.workflowsProcessedSummary",
  title: "Summarize the workflows processed in a period",
  kind: "function",
  path: "/insights/workflowsProcessedSummary(startDateTime={startDateTime},endDateTime={endDateTime})",
  result: Insights.WorkflowsInsightsSummary,
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-insights-workflowsprocessedsummary"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/insights/workflowsProcessedByCategory(startDateTime={startDateTime},endDateTime={endDateTime})`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-insights-workflowsprocessedbycategory
 * @since 0.1.0
 * @category Operations
 */
export const summarizeWorkflowsProcessedByCategory = /*#__PURE__*/ define({
  id: "insights.workflowsProcessedByCategory",
  title: "Summarize the workflows processed in a period, by category",
  kind: "function",
  path: "/insights/workflowsProcessedByCategory(startDateTime={startDateTime},endDateTime={endDateTime})",
  result: Insights.WorkflowsInsightsByCategory,
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-insights-workflowsprocessedbycategory"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/insights/topTasksProcessedSummary(startDateTime={startDateTime},endDateTime={endDateTime})`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-insights-toptasksprocessedsummary
 * @since 0.1.0
 * @category Operations
 */
export const listTopTasksProcessed = /*#__PURE__*/ define({
  id: "insights.topTasksProcessedSummary",
  title: "The tasks processed most in a period",
  kind: "function",
  path: "/insights/topTasksProcessedSummary(startDateTime={startDateTime},endDateTime={endDateTime})",
  result: Insights.TopTasksInsightsSummary,
  many: true,
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-insights-toptasksprocessedsummary"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/insights/topWorkflowsProcessedSummary(startDateTime={startDateTime},endDateTime={endDateTime})`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-insights-topworkflowsprocessedsummary
 * @since 0.1.0
 * @category Operations
 */
export const listTopWorkflowsProcessed = /*#__PURE__*/ define({
  id: "insights.topWorkflowsProcessedSummary",
  title: "The workflows processed most in a period",
  kind: "function",
  path: "/insights/topWorkflowsProcessedSummary(startDateTime={startDateTime},endDateTime={endDateTime})",
  result: Insights.TopWorkflowsInsightsSummary,
  many: true,
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-insights-topworkflowsprocessedsummary"
})
