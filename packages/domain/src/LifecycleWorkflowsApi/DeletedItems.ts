/**
 * Deleted workflows.
 *
 * @since 0.1.0
 */
import { administrators, define, read, readers, reports, write } from "../internal/lifecycleWorkflowsArea.js"
import * as Processing from "../Processing.js"
import * as Workflow from "../Workflow.js"

/**
 * `GET /identityGovernance/lifecycleWorkflows/deletedItems/workflows`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-deleteditems
 * @since 0.1.0
 * @category Operations
 */
export const listDeletedWorkflows = /*#__PURE__*/ define({
  id: "deletedItems.workflows.list",
  title: "List deleted workflows",
  kind: "list",
  path: "/deletedItems/workflows",
  result: Workflow.DeletedWorkflow,
  queryOptions: ["select", "filter", "orderBy", "search"],
  permissions: read,
  entraRoles: readers,
  page: "identitygovernance-lifecycleworkflowscontainer-list-deleteditems"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/deletedItems/workflows/{workflowId}`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-deleteditemcontainer-get
 * @since 0.1.0
 * @category Operations
 */
export const getDeletedWorkflow = /*#__PURE__*/ define({
  id: "deletedItems.workflows.get",
  title: "Get a deleted workflow",
  kind: "get",
  path: "/deletedItems/workflows/{workflowId}",
  result: Workflow.DeletedWorkflow,
  queryOptions: ["select", "expand"],
  permissions: read,
  entraRoles: readers,
  page: "identitygovernance-deleteditemcontainer-get"
})

/**
 * `DELETE /identityGovernance/lifecycleWorkflows/deletedItems/workflows/{workflowId}`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-deleteditemcontainer-delete
 * @since 0.1.0
 * @category Operations
 */
export const deleteDeletedWorkflow = /*#__PURE__*/ define({
  id: "deletedItems.workflows.delete",
  title: "Delete a workflow for good",
  kind: "delete",
  path: "/deletedItems/workflows/{workflowId}",
  permissions: write,
  entraRoles: administrators,
  page: "identitygovernance-deleteditemcontainer-delete"
})

/**
 * `POST /identityGovernance/lifecycleWorkflows/deletedItems/workflows/{workflowId}/restore`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-restore
 * @since 0.1.0
 * @category Operations
 */
export const restoreDeletedWorkflow = /*#__PURE__*/ define({
  id: "deletedItems.workflows.restore",
  title: "Restore a deleted workflow",
  kind: "action",
  path: "/deletedItems/workflows/{workflowId}/restore",
  result: Workflow.Workflow,
  permissions: write,
  entraRoles: administrators,
  page: "identitygovernance-workflow-restore"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/deletedItems/workflows/{workflowId}/executionScope/{userProcessingResultId}/reprocessedRuns`
 *
 * No source names a permission; those of reports are taken.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-list-reprocessedruns
 * @since 0.1.0
 * @category Operations
 */
export const listReprocessedRuns = /*#__PURE__*/ define({
  id: "deletedItems.workflows.executionScope.reprocessedRuns.list",
  title: "List the runs that processed a result again",
  kind: "list",
  path: "/deletedItems/workflows/{workflowId}/executionScope/{userProcessingResultId}/reprocessedRuns",
  result: Processing.Run,
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-userprocessingresult-list-reprocessedruns"
})

/**
 * `DELETE /identityGovernance/lifecycleWorkflows/deletedItems/workflows/{workflowId}/executionScope/{userProcessingResultId}/reprocessedRuns/{runId}/$ref`
 *
 * No source names a permission; those of `workflows.update` are taken.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-delete-reprocessedruns
 * @since 0.1.0
 * @category Operations
 */
export const removeReprocessedRun = /*#__PURE__*/ define({
  id: "deletedItems.workflows.executionScope.reprocessedRuns.delete",
  title: "Remove a run from those that processed a result again",
  kind: "delete",
  path: "/deletedItems/workflows/{workflowId}/executionScope/{userProcessingResultId}/reprocessedRuns/{runId}/$ref",
  permissions: write,
  entraRoles: administrators,
  page: "identitygovernance-userprocessingresult-delete-reprocessedruns"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/deletedItems/workflows/{workflowId}/executionScope/{userProcessingResultId}/reprocessedRuns/{runId}/reprocessedRuns`
 *
 * No source names a permission; those of reports are taken.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-run-list-reprocessedruns
 * @since 0.1.0
 * @category Operations
 */
export const listReprocessedRunsOfRun = /*#__PURE__*/ define({
  id: "deletedItems.workflows.executionScope.reprocessedRuns.reprocessedRuns.list",
  title: "List the runs that processed a run again",
  kind: "list",
  path:
    "/deletedItems/workflows/{workflowId}/executionScope/{userProcessingResultId}/reprocessedRuns/{runId}/reprocessedRuns",
  result: Processing.Run,
  permissions: reports,
  entraRoles: readers,
  page: "identitygovernance-run-list-reprocessedruns"
})

/**
 * `DELETE /identityGovernance/lifecycleWorkflows/deletedItems/workflows/{workflowId}/executionScope/{userProcessingResultId}/reprocessedRuns/{runId}/reprocessedRuns/{runId1}/$ref`
 *
 * No source names a permission; those of `workflows.update` are taken.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-run-delete-reprocessedruns
 * @since 0.1.0
 * @category Operations
 */
export const removeReprocessedRunOfRun = /*#__PURE__*/ define({
  id: "deletedItems.workflows.executionScope.reprocessedRuns.reprocessedRuns.delete",
  title: "Remove a run from those that processed a run again",
  kind: "delete",
  path:
    "/deletedItems/workflows/{workflowId}/executionScope/{userProcessingResultId}/reprocessedRuns/{runId}/reprocessedRuns/{runId1}/$ref",
  permissions: write,
  entraRoles: administrators,
  page: "identitygovernance-run-delete-reprocessedruns"
})
