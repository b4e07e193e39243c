/**
 * Workflows, their tasks and versions.
 *
 * @since 0.1.0
 */
import * as ActivationBody from "../ActivationBody.js"
import * as CustomTaskExtensionBody from "../CustomTaskExtensionBody.js"
import {
  activate,
  administer,
  administrators,
  define,
  read,
  readBasic,
  readers,
  readTask,
  write
} from "../internal/lifecycleWorkflowsArea.js"
import * as Processing from "../Processing.js"
import * as SubjectProcessing from "../SubjectProcessing.js"
import * as Workflow from "../Workflow.js"
import * as WorkflowBody from "../WorkflowBody.js"

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows`
 *
 * `$select` is not on the page's list, but in its second example.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-workflows
 * @since 0.1.0
 * @category Operations
 */
export const listWorkflows = /*#__PURE__*/ define({
  id: "workflows.list",
  title: "List workflows",
  kind: "list",
  path: "/workflows",
  result: Workflow.Workflow,
  queryOptions: ["select", "expand", "filter", "orderBy", "search"],
  permissions: readBasic,
  entraRoles: readers,
  page: "identitygovernance-lifecycleworkflowscontainer-list-workflows"
})

/**
 * `POST /identityGovernance/lifecycleWorkflows/workflows`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-post-workflows
 * @since 0.1.0
 * @category Operations
 */
export const createWorkflow = /*#__PURE__*/ define({
  id: "workflows.create",
  title: "Create a workflow",
  kind: "create",
  path: "/workflows",
  body: WorkflowBody.Create,
  result: Workflow.Workflow,
  permissions: write,
  entraRoles: administrators,
  page: "identitygovernance-lifecycleworkflowscontainer-post-workflows"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-get
 * @since 0.1.0
 * @category Operations
 */
export const getWorkflow = /*#__PURE__*/ define({
  id: "workflows.get",
  title: "Get a workflow",
  kind: "get",
  path: "/workflows/{workflowId}",
  result: Workflow.WorkflowDetails,
  queryOptions: ["select", "expand"],
  permissions: readBasic,
  entraRoles: readers,
  page: "identitygovernance-workflow-get"
})

/**
 * `PATCH /identityGovernance/lifecycleWorkflows/workflows/{workflowId}`
 *
 * It sets what it is given, so doing it again changes nothing.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-update
 * @since 0.1.0
 * @category Operations
 */
export const updateWorkflow = /*#__PURE__*/ define({
  id: "workflows.update",
  title: "Update the basic properties of a workflow",
  kind: "update",
  path: "/workflows/{workflowId}",
  body: WorkflowBody.Update,
  permissions: write,
  entraRoles: administrators,
  idempotent: true,
  page: "identitygovernance-workflow-update"
})

/**
 * `DELETE /identityGovernance/lifecycleWorkflows/workflows/{workflowId}`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-delete
 * @since 0.1.0
 * @category Operations
 */
export const deleteWorkflow = /*#__PURE__*/ define({
  id: "workflows.delete",
  title: "Delete a workflow; it can be restored for 30 days",
  kind: "delete",
  path: "/workflows/{workflowId}",
  permissions: write,
  entraRoles: administrators,
  page: "identitygovernance-workflow-delete"
})

/**
 * `POST /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/activate`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-activate
 * @since 0.1.0
 * @category Operations
 */
export const activateWorkflow = /*#__PURE__*/ define({
  id: "workflows.activate",
  title: "Run a workflow on demand for users",
  kind: "action",
  path: "/workflows/{workflowId}/activate",
  body: ActivationBody.Activate,
  permissions: activate,
  entraRoles: administrators,
  page: "identitygovernance-workflow-activate"
})

/**
 * `POST /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/activateWithScope`
 *
 * No source names a permission; those of `activate` are taken.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-activatewithscope
 * @since 0.1.0
 * @category Operations
 */
export const activateWorkflowWithScope = /*#__PURE__*/ define({
  id: "workflows.activateWithScope",
  title: "Run a workflow on demand for users, a group, a run or results",
  kind: "action",
  path: "/workflows/{workflowId}/activateWithScope",
  body: ActivationBody.ActivateWithScope,
  permissions: activate,
  entraRoles: administrators,
  page: "identitygovernance-workflow-activatewithscope"
})

/**
 * `POST /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/activateAndWait`
 *
 * On Microsoft's v1.0 pages, not in the v1.0 metadata of August 2026.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-activateandwait
 * @since 0.1.0
 * @category Operations
 */
export const activateWorkflowAndWait = /*#__PURE__*/ define({
  id: "workflows.activateAndWait",
  title: "Run a workflow on demand for one subject, and wait for its result",
  kind: "action",
  path: "/workflows/{workflowId}/activateAndWait",
  body: ActivationBody.ActivateAndWait,
  result: SubjectProcessing.AwaitedWorkflowProcessingResult,
  permissions: activate,
  entraRoles: administrators,
  page: "identitygovernance-workflow-activateandwait"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/executionScope`
 *
 * Users by the page, results by the metadata and the printed answer.
 *
 * @see https://learn.microsoft.com/graph/api/workflow-list-executionscope
 * @since 0.1.0
 * @category Operations
 */
export const listExecutionScope = /*#__PURE__*/ define({
  id: "workflows.executionScope.list",
  title: "List the users in scope of a workflow",
  kind: "list",
  path: "/workflows/{workflowId}/executionScope",
  result: Processing.UserProcessingResult,
  queryOptions: ["select", "expand", "filter", "orderBy"],
  permissions: read,
  entraRoles: readers,
  page: "workflow-list-executionscope"
})

/**
 * `POST /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/clearQuarantine`
 *
 * No source names a permission; those of `update` are taken.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-clearquarantine
 * @since 0.1.0
 * @category Operations
 */
export const clearQuarantine = /*#__PURE__*/ define({
  id: "workflows.clearQuarantine",
  title: "Release a workflow from quarantine",
  kind: "action",
  path: "/workflows/{workflowId}/clearQuarantine",
  result: Workflow.Workflow,
  permissions: write,
  entraRoles: administrators,
  page: "identitygovernance-workflow-clearquarantine"
})

/**
 * `POST /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/previewTaskFailures`
 *
 * It changes nothing.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-previewtaskfailures
 * @since 0.1.0
 * @category Operations
 */
export const previewTaskFailures = /*#__PURE__*/ define({
  id: "workflows.previewTaskFailures",
  title: "Preview which tasks of a workflow would fail",
  kind: "action",
  path: "/workflows/{workflowId}/previewTaskFailures",
  result: Workflow.PreviewFailedTask,
  many: true,
  permissions: read,
  entraRoles: readers,
  idempotent: true,
  page: "identitygovernance-workflow-previewtaskfailures"
})

/**
 * `POST /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/previewWorkflow`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-previewworkflow
 * @since 0.1.0
 * @category Operations
 */
export const previewWorkflow = /*#__PURE__*/ define({
  id: "workflows.previewWorkflow",
  title: "Run a workflow for users without changing them",
  kind: "action",
  path: "/workflows/{workflowId}/previewWorkflow",
  body: ActivationBody.PreviewWorkflow,
  permissions: write,
  entraRoles: administrators,
  page: "identitygovernance-workflow-previewworkflow"
})

/**
 * `POST /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/cancelProcessing`
 *
 * Not in the metadata of US Government and China.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-cancelprocessing
 * @since 0.1.0
 * @category Operations
 */
export const cancelProcessing = /*#__PURE__*/ define({
  id: "workflows.cancelProcessing",
  title: "Cancel the processing of a run",
  kind: "action",
  path: "/workflows/{workflowId}/cancelProcessing",
  body: ActivationBody.CancelProcessing,
  permissions: write,
  entraRoles: administrators,
  clouds: ["global"],
  page: "identitygovernance-workflow-cancelprocessing"
})

/**
 * `POST /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/createNewVersion`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-createnewversion
 * @since 0.1.0
 * @category Operations
 */
export const createNewWorkflowVersion = /*#__PURE__*/ define({
  id: "workflows.createNewVersion",
  title: "Create a new version of a workflow",
  kind: "action",
  path: "/workflows/{workflowId}/createNewVersion",
  body: WorkflowBody.CreateNewVersion,
  result: Workflow.Workflow,
  permissions: write,
  entraRoles: administrators,
  page: "identitygovernance-workflow-createnewversion"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/tasks`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-list-task
 * @since 0.1.0
 * @category Operations
 */
export const listTasks = /*#__PURE__*/ define({
  id: "workflows.tasks.list",
  title: "List the tasks of a workflow",
  kind: "list",
  path: "/workflows/{workflowId}/tasks",
  result: Processing.Task,
  queryOptions: ["filter", "orderBy", "search"],
  permissions: read,
  entraRoles: readers,
  page: "identitygovernance-workflow-list-task"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/tasks/{taskId}`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-task-get
 * @since 0.1.0
 * @category Operations
 */
export const getTask = /*#__PURE__*/ define({
  id: "workflows.tasks.get",
  title: "Get a task of a workflow",
  kind: "get",
  path: "/workflows/{workflowId}/tasks/{taskId}",
  result: Processing.Task,
  permissions: readTask,
  entraRoles: readers,
  page: "identitygovernance-task-get"
})

/**
 * `PATCH /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/tasks/{taskId}`
 *
 * It sets what it is given, so doing it again changes nothing.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-task-update
 * @since 0.1.0
 * @category Operations
 */
export const updateTask = /*#__PURE__*/ define({
  id: "workflows.tasks.update",
  title: "Update the basic properties of a task",
  kind: "update",
  path: "/workflows/{workflowId}/tasks/{taskId}",
  body: WorkflowBody.UpdateTask,
  permissions: write,
  entraRoles: administrators,
  idempotent: true,
  page: "identitygovernance-task-update"
})

/**
 * `POST /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/tasks/{taskId}/taskProcessingResults/{taskProcessingResultId}/resume`
 *
 * The callers that the extension authorizes need no Graph permission.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-taskprocessingresult-resume
 * @since 0.1.0
 * @category Operations
 */
export const resumeTaskProcessingResult = /*#__PURE__*/ define({
  id: "workflows.tasks.taskProcessingResults.resume",
  title: "Resume a task that waits for its custom task extension",
  kind: "action",
  path: "/workflows/{workflowId}/tasks/{taskId}/taskProcessingResults/{taskProcessingResultId}/resume",
  body: CustomTaskExtensionBody.Resume,
  permissions: administer,
  entraRoles: administrators,
  page: "identitygovernance-taskprocessingresult-resume"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/versions`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-list-versions
 * @since 0.1.0
 * @category Operations
 */
export const listVersions = /*#__PURE__*/ define({
  id: "workflows.versions.list",
  title: "List the versions of a workflow",
  kind: "list",
  path: "/workflows/{workflowId}/versions",
  result: Workflow.WorkflowVersion,
  queryOptions: ["select", "expand", "filter", "orderBy", "search", "count"],
  permissions: read,
  entraRoles: readers,
  page: "identitygovernance-workflow-list-versions"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/versions/{versionNumber}`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflowversion-get
 * @since 0.1.0
 * @category Operations
 */
export const getVersion = /*#__PURE__*/ define({
  id: "workflows.versions.get",
  title: "Get a version of a workflow",
  kind: "get",
  path: "/workflows/{workflowId}/versions/{versionNumber}",
  result: Workflow.WorkflowVersionDetails,
  queryOptions: ["select", "expand"],
  permissions: read,
  entraRoles: readers,
  page: "identitygovernance-workflowversion-get"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/versions/{versionNumber}/tasks`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflowversion-list-tasks
 * @since 0.1.0
 * @category Operations
 */
export const listVersionTasks = /*#__PURE__*/ define({
  id: "workflows.versions.tasks.list",
  title: "List the tasks of a version of a workflow",
  kind: "list",
  path: "/workflows/{workflowId}/versions/{versionNumber}/tasks",
  result: Processing.Task,
  queryOptions: ["expand", "filter", "orderBy", "search", "top", "count"],
  permissions: read,
  entraRoles: readers,
  page: "identitygovernance-workflowversion-list-tasks"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflows/{workflowId}/versions/{versionNumber}/tasks/{taskId}`
 *
 * The second path of the page that describes `getTask`.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-task-get
 * @since 0.1.0
 * @category Operations
 */
export const getVersionTask = /*#__PURE__*/ define({
  id: "workflows.versions.tasks.get",
  title: "Get a task of a version of a workflow",
  kind: "get",
  path: "/workflows/{workflowId}/versions/{versionNumber}/tasks/{taskId}",
  result: Processing.Task,
  permissions: readTask,
  entraRoles: readers,
  page: "identitygovernance-task-get"
})
