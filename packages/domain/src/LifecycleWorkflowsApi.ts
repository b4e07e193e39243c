/**
 * The catalogue: every operation of the Lifecycle Workflows API that this version knows, each described once.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-lifecycleworkflows-overview
 * @since 0.1.0
 */
import { RunId, UserProcessingResultId, WorkflowId } from "./Ids.js"
import * as Operation from "./Operation.js"
import type * as Permissions from "./Permissions.js"
import * as Processing from "./Processing.js"

const define = Operation.area({
  root: "/identityGovernance/lifecycleWorkflows",
  version: "v1.0",
  parameters: {
    workflowId: WorkflowId,
    runId: RunId,
    userProcessingResultId: UserProcessingResultId
  },
  // Microsoft's metadata of Bleu, Delos and GovSG has no Lifecycle Workflows.
  clouds: ["global", "usgov", "dod", "china"],
  documentation: "https://learn.microsoft.com/graph/api/"
})

// The permissions reference names the least privileged one LifecycleWorkflows-Reports.Read.All, the operations' own pages
// LifecycleWorkflows.ReadReports.All: `Permissions.aliases` knows both.
const reports: Permissions.Requirements = {
  delegated: {
    least: ["LifecycleWorkflows-Reports.Read.All"],
    higher: ["LifecycleWorkflows.Read.All", "LifecycleWorkflows.ReadWrite.All"]
  },
  application: {
    least: ["LifecycleWorkflows-Reports.Read.All"],
    higher: ["LifecycleWorkflows.Read.All", "LifecycleWorkflows.ReadWrite.All"]
  }
}

const readers: ReadonlyArray<Permissions.EntraRole> = ["Global Reader", "Lifecycle Workflows Administrator"]

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
  queryOptions: ["select", "orderBy"],
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
  queryOptions: ["select", "expand", "orderBy"],
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
  queryOptions: ["select", "expand", "orderBy"],
  permissions: reports,
  entraRoles: ["Lifecycle Workflows Administrator"],
  page: "identitygovernance-userprocessingresult-list-taskprocessingresults"
})

/**
 * The operations as the paths nest them. The client's service has this shape.
 *
 * @since 0.1.0
 * @category Catalogue
 */
export const groups = {
  workflows: {
    runs: {
      /**
       * Lists the runs of a workflow.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-list-runs
       */
      list: listRuns,
      /**
       * Gets a run of a workflow.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-run-get
       */
      get: getRun,
      userProcessingResults: {
        /**
         * Lists the user processing results of a run.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-run-list-userprocessingresults
         */
        list: listRunUserProcessingResults,
        /**
         * Gets a user processing result of a run.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-get
         */
        get: getRunUserProcessingResult
      }
    },
    userProcessingResults: {
      taskProcessingResults: {
        /**
         * Lists the task processing results of a user processing result.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-list-taskprocessingresults
         */
        list: listUserTaskProcessingResults
      }
    }
  }
} as const

/**
 * Every operation, in one array.
 *
 * @since 0.1.0
 * @category Catalogue
 */
export const operations: ReadonlyArray<Operation.Any> = [
  listRuns,
  getRun,
  listRunUserProcessingResults,
  getRunUserProcessingResult,
  listUserTaskProcessingResults
]
