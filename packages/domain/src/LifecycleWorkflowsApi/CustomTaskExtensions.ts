/**
 * Custom task extensions.
 *
 * @since 0.1.0
 */
import * as CustomTaskExtension from "../CustomTaskExtension.js"
import * as CustomTaskExtensionBody from "../CustomTaskExtensionBody.js"
import { administrators, define, readers, readExtensions, writeExtensions } from "../internal/lifecycleWorkflowsArea.js"

/**
 * `GET /identityGovernance/lifecycleWorkflows/customTaskExtensions`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-customtaskextensions
 * @since 0.1.0
 * @category Operations
 */
export const listCustomTaskExtensions = /*#__PURE__*/ define({
  id: "customTaskExtensions.list",
  title: "List custom task extensions",
  kind: "list",
  path: "/customTaskExtensions",
  result: CustomTaskExtension.CustomTaskExtension,
  queryOptions: ["select", "filter", "orderBy", "search"],
  permissions: readExtensions,
  entraRoles: readers,
  page: "identitygovernance-lifecycleworkflowscontainer-list-customtaskextensions"
})

/**
 * `POST /identityGovernance/lifecycleWorkflows/customTaskExtensions`
 *
 * The caller also needs an Azure role on the Logic App.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-post-customtaskextensions
 * @since 0.1.0
 * @category Operations
 */
export const createCustomTaskExtension = /*#__PURE__*/ define({
  id: "customTaskExtensions.create",
  title: "Create a custom task extension",
  kind: "create",
  path: "/customTaskExtensions",
  body: CustomTaskExtensionBody.Create,
  result: CustomTaskExtension.CustomTaskExtension,
  permissions: writeExtensions,
  entraRoles: administrators,
  page: "identitygovernance-lifecycleworkflowscontainer-post-customtaskextensions"
})

/**
 * `GET /identityGovernance/lifecycleWorkflows/customTaskExtensions/{customTaskExtensionId}`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-customtaskextension-get
 * @since 0.1.0
 * @category Operations
 */
export const getCustomTaskExtension = /*#__PURE__*/ define({
  id: "customTaskExtensions.get",
  title: "Get a custom task extension",
  kind: "get",
  path: "/customTaskExtensions/{customTaskExtensionId}",
  result: CustomTaskExtension.CustomTaskExtension,
  queryOptions: ["select", "expand"],
  permissions: readExtensions,
  entraRoles: readers,
  page: "identitygovernance-customtaskextension-get"
})

/**
 * `PATCH /identityGovernance/lifecycleWorkflows/customTaskExtensions/{customTaskExtensionId}`
 *
 * The caller also needs an Azure role on the Logic App.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-customtaskextension-update
 * @since 0.1.0
 * @category Operations
 */
export const updateCustomTaskExtension = /*#__PURE__*/ define({
  id: "customTaskExtensions.update",
  title: "Update a custom task extension",
  kind: "update",
  path: "/customTaskExtensions/{customTaskExtensionId}",
  body: CustomTaskExtensionBody.Update,
  permissions: writeExtensions,
  entraRoles: administrators,
  idempotent: true,
  page: "identitygovernance-customtaskextension-update"
})

/**
 * `DELETE /identityGovernance/lifecycleWorkflows/customTaskExtensions/{customTaskExtensionId}`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-customtaskextension-delete
 * @since 0.1.0
 * @category Operations
 */
export const deleteCustomTaskExtension = /*#__PURE__*/ define({
  id: "customTaskExtensions.delete",
  title: "Delete a custom task extension that no workflow refers to",
  kind: "delete",
  path: "/customTaskExtensions/{customTaskExtensionId}",
  permissions: writeExtensions,
  entraRoles: administrators,
  page: "identitygovernance-customtaskextension-delete"
})
