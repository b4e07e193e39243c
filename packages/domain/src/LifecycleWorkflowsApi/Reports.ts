/**
 * What became of workflows: runs, results, task reports, and summaries of them.
 *
 * @since 0.1.0
 */
import { administrators, define, readers, reports } from "../internal/lifecycleWorkflowsArea.js"
import * as Processing from "../Processing.js"
import * as SubjectProcessing from "../SubjectProcessing.js"
import * as Summary from "../Summary.js"
import * as TaskReport from "../TaskReport.js"

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/runs`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-list-runs
 * @since 0.1.0
 * @category Operations
 */
export const listRuns = /*#__PURE__*/ define({
  id: "workflows.runs.list",
  title: "List the runs of a workflow",
  kind: "list",
  path: "/workflows/{workflowId}/runs",
  result: Processing.Run,
  queryOptions: ["select", "filter", "orderBy"],
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-workflow-list-runs"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/runs/{runId}`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-run-get
 * @since 0.1.0
 * @category Operations
 */
export const getRun = /*#__PURE__*/ define({
  id: "workflows.runs.get",
  title: "Get a run of a workflow",
  kind: "get",
  path: "/workflows/{workflowId}/runs/{runId}",
  result: Processing.Run,
  queryOptions: ["select"],
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-run-get"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/runs/summary(startDateTime={startDateTime},endDateTime={endDateTime})`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-run-summary
 * @since 0.1.0
 * @category Operations
 */
export const summarizeRuns = /*#__PURE__*/ define({
  id: "workflows.runs.summary",
  title: "Summarize the runs of a workflow in a period",
  kind: "function",
  path: "/workflows/{workflowId}/runs/summary(startDateTime={startDateTime},endDateTime={endDateTime})",
  result: Summary.RunSummary,
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-run-summary"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/runs/{runId}/userProcessingResults`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-run-list-userprocessingresults
 * @since 0.1.0
 * @category Operations
 */
export const listRunUserProcessingResults = /*#__PURE__*/ define({
  id: "workflows.runs.userProcessingResults.list",
  title: "List the user processing results of a run",
  kind: "list",
  path: "/workflows/{workflowId}/runs/{runId}/userProcessingResults",
  result: Processing.UserProcessingResult,
  queryOptions: ["select", "expand", "filter", "orderBy"],
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-run-list-userprocessingresults"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/runs/{runId}/userProcessingResults/{userProcessingResultId}`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-get
 * @since 0.1.0
 * @category Operations
 */
export const getRunUserProcessingResult = /*#__PURE__*/ define({
  id: "workflows.runs.userProcessingResults.get",
  title: "Get a user processing result of a run",
  kind: "get",
  path: "/workflows/{workflowId}/runs/{runId}/userProcessingResults/{userProcessingResultId}",
  result: Processing.UserProcessingResult,
  queryOptions: ["select"],
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-userprocessingresult-get"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/runs/{runId}/taskProcessingResults`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-run-list-taskprocessingresults
 * @since 0.1.0
 * @category Operations
 */
export const listRunTaskProcessingResults = /*#__PURE__*/ define({
  id: "workflows.runs.taskProcessingResults.list",
  title: "List the task processing results of a run",
  kind: "list",
  path: "/workflows/{workflowId}/runs/{runId}/taskProcessingResults",
  result: Processing.TaskProcessingResult,
  queryOptions: ["select", "expand", "filter", "orderBy"],
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-run-list-taskprocessingresults"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/runs/{runId}/subjectProcessingResults`
 *
 * On Microsoft's v1.0 pages, not in the v1.0 metadata of August 2026. No source names an Entra role.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-run-list-subjectprocessingresults
 * @since 0.1.0
 * @category Operations
 */
export const listRunSubjectProcessingResults = /*#__PURE__*/ define({
  id: "workflows.runs.subjectProcessingResults.list",
  title: "List the subject processing results of a run",
  kind: "list",
  path: "/workflows/{workflowId}/runs/{runId}/subjectProcessingResults",
  result: SubjectProcessing.SubjectProcessingResult,
  queryOptions: ["expand", "filter", "orderBy", "count"],
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-run-list-subjectprocessingresults"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/runs/{runId}/subjectProcessingResults/{subjectProcessingResultId}`
 *
 * On Microsoft's v1.0 pages, not in the v1.0 metadata of August 2026. No source names an Entra role.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-subjectprocessingresult-get
 * @since 0.1.0
 * @category Operations
 */
export const getRunSubjectProcessingResult = /*#__PURE__*/ define({
  id: "workflows.runs.subjectProcessingResults.get",
  title: "Get a subject processing result of a run",
  kind: "get",
  path: "/workflows/{workflowId}/runs/{runId}/subjectProcessingResults/{subjectProcessingResultId}",
  result: SubjectProcessing.SubjectProcessingResult,
  queryOptions: ["expand"],
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-subjectprocessingresult-get"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/runs/{runId}/subjectProcessingResults/summary(startDateTime={startDateTime},endDateTime={endDateTime})`
 *
 * On Microsoft's v1.0 pages, not in the v1.0 metadata of August 2026.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-subjectprocessingresult-summary
 * @since 0.1.0
 * @category Operations
 */
export const summarizeRunSubjectProcessingResults = /*#__PURE__*/ define({
  id: "workflows.runs.subjectProcessingResults.summary",
  title: "Summarize the subject processing results of a run in a period",
  kind: "function",
  path:
    "/workflows/{workflowId}/runs/{runId}/subjectProcessingResults/summary(startDateTime={startDateTime},endDateTime={endDateTime})",
  result: Summary.SubjectSummary,
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-subjectprocessingresult-summary"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/userProcessingResults`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-list-userprocessingresults
 * @since 0.1.0
 * @category Operations
 */
export const listUserProcessingResults = /*#__PURE__*/ define({
  id: "workflows.userProcessingResults.list",
  title: "List the user processing results of a workflow",
  kind: "list",
  path: "/workflows/{workflowId}/userProcessingResults",
  result: Processing.UserProcessingResult,
  queryOptions: ["select", "expand", "filter", "orderBy"],
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-workflow-list-userprocessingresults"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/userProcessingResults/summary(startDateTime={startDateTime},endDateTime={endDateTime})`
 *
 * The page lists query options, which one complex value has no use for.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-summary
 * @since 0.1.0
 * @category Operations
 */
export const summarizeUserProcessingResults = /*#__PURE__*/ define({
  id: "workflows.userProcessingResults.summary",
  title: "Summarize the user processing results of a workflow in a period",
  kind: "function",
  path:
    "/workflows/{workflowId}/userProcessingResults/summary(startDateTime={startDateTime},endDateTime={endDateTime})",
  result: Summary.UserSummary,
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-userprocessingresult-summary"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/userProcessingResults/{userProcessingResultId}/taskProcessingResults`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-list-taskprocessingresults
 * @since 0.1.0
 * @category Operations
 */
export const listUserTaskProcessingResults = /*#__PURE__*/ define({
  id: "workflows.userProcessingResults.taskProcessingResults.list",
  title: "List the task processing results of a user processing result",
  kind: "list",
  path: "/workflows/{workflowId}/userProcessingResults/{userProcessingResultId}/taskProcessingResults",
  result: Processing.TaskProcessingResult,
  queryOptions: ["select", "expand", "filter", "orderBy"],
  permissions: reports,
  entraRoles: administrators,
  page: "identitygovernance-userprocessingresult-list-taskprocessingresults"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/taskReports`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-list-taskreports
 * @since 0.1.0
 * @category Operations
 */
export const listTaskReports = /*#__PURE__*/ define({
  id: "workflows.taskReports.list",
  title: "List the task reports of a workflow",
  kind: "list",
  path: "/workflows/{workflowId}/taskReports",
  result: TaskReport.TaskReport,
  queryOptions: ["select", "expand", "filter", "orderBy"],
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-workflow-list-taskreports"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/taskReports/summary(startDateTime={startDateTime},endDateTime={endDateTime})`
 *
 * The page lists query options, which one complex value has no use for.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-taskreport-summary
 * @since 0.1.0
 * @category Operations
 */
export const summarizeTaskReports = /*#__PURE__*/ define({
  id: "workflows.taskReports.summary",
  title: "Summarize the task reports of a workflow in a period",
  kind: "function",
  path: "/workflows/{workflowId}/taskReports/summary(startDateTime={startDateTime},endDateTime={endDateTime})",
  result: Summary.TaskReportSummary,
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-taskreport-summary"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/taskReports/{taskReportId}/taskProcessingResults`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-taskreport-list-taskprocessingresults
 * @since 0.1.0
 * @category Operations
 */
export const listTaskReportTaskProcessingResults = /*#__PURE__*/ define({
  id: "workflows.taskReports.taskProcessingResults.list",
  title: "List the task processing results of a task report",
  kind: "list",
  path: "/workflows/{workflowId}/taskReports/{taskReportId}/taskProcessingResults",
  result: Processing.TaskProcessingResult,
  queryOptions: ["select", "expand", "filter", "orderBy"],
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-taskreport-list-taskprocessingresults"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/runs/{runId}/userProcessingResults/{userProcessingResultId}/taskProcessingResults`
 *
 * The second path of the page that describes `listUserTaskProcessingResults`.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-list-taskprocessingresults
 * @since 0.1.0
 * @category Operations
 */
export const listRunUserTaskProcessingResults = /*#__PURE__*/ define({
  id: "workflows.runs.userProcessingResults.taskProcessingResults.list",
  title: "List the task processing results of a user processing result of a run",
  kind: "list",
  path: "/workflows/{workflowId}/runs/{runId}/userProcessingResults/{userProcessingResultId}/taskProcessingResults",
  result: Processing.TaskProcessingResult,
  queryOptions: ["select", "expand", "filter", "orderBy"],
  permissions: reports,
  entraRoles: administrators,
  page: "identitygovernance-userprocessingresult-list-taskprocessingresults"
})
