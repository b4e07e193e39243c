/**
 * The built-in task definitions and workflow templates.
 *
 * @since 0.1.0
 */
import { define, readAll, readers } from "../internal/lifecycleWorkflowsArea.js"
import * as TaskDefinition from "../TaskDefinition.js"
import * as Workflow from "../Workflow.js"

/**
 * `GET /identityGovernance/lifecycleWorkflows/taskDefinitions`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-taskdefinitions
 * @since 0.1.0
 * @category Operations
 */
export const listTaskDefinitions = /*#__PURE__*/ define({
  id: "taskDefinitions.list",
  title: "List the built-in task definitions",
  kind: "list",
  path: "/taskDefinitions",
  result: TaskDefinition.TaskDefinition,
  queryOptions: ["select", "filter", "orderBy"],
  permissions: readAll,
  entraRoles: readers,
  page: "identitygovernance-lifecycleworkflowscontainer-list-taskdefinitions"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/taskDefinitions/{taskDefinitionId}`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-taskdefinition-get
 * @since 0.1.0
 * @category Operations
 */
export const getTaskDefinition = /*#__PURE__*/ define({
  id: "taskDefinitions.get",
  title: "Get a built-in task definition",
  kind: "get",
  path: "/taskDefinitions/{taskDefinitionId}",
  result: TaskDefinition.TaskDefinition,
  queryOptions: ["select"],
  permissions: readAll,
  entraRoles: readers,
  page: "identitygovernance-taskdefinition-get"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflowTemplates`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-workflowtemplates
 * @since 0.1.0
 * @category Operations
 */
export const listWorkflowTemplates = /*#__PURE__*/ define({
  id: "workflowTemplates.list",
  title: "List the workflow templates",
  kind: "list",
  path: "/workflowTemplates",
  result: Workflow.WorkflowTemplate,
  queryOptions: ["select", "filter", "orderBy"],
  permissions: readAll,
  entraRoles: readers,
  page: "identitygovernance-lifecycleworkflowscontainer-list-workflowtemplates"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/workflowTemplates/{workflowTemplateId}`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflowtemplate-get
 * @since 0.1.0
 * @category Operations
 */
export const getWorkflowTemplate = /*#__PURE__*/ define({
  id: "workflowTemplates.get",
  title: "Get a workflow template",
  kind: "get",
  path: "/workflowTemplates/{workflowTemplateId}",
  result: Workflow.WorkflowTemplate,
  permissions: readAll,
  entraRoles: readers,
  page: "identitygovernance-workflowtemplate-get"
})
