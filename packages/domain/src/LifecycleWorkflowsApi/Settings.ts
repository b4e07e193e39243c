/**
 * The settings of the tenant.
 *
 * @since 0.1.0
 */
import { administer, administrators, define, readAll, readers } from "../internal/lifecycleWorkflowsArea.js"
import * as LifecycleManagementSettings from "../LifecycleManagementSettings.js"
import * as LifecycleManagementSettingsBody from "../LifecycleManagementSettingsBody.js"

/**
 * `GET /identityGovernance/lifecycleWorkflows/settings`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecyclemanagementsettings-get
 * @since 0.1.0
 * @category Operations
 */
export const getSettings = /*#__PURE__*/ define({
  id: "settings.get",
  title: "Get the settings of the tenant",
  kind: "get",
  path: "/settings",
  result: LifecycleManagementSettings.LifecycleManagementSettings,
  queryOptions: ["select"],
  permissions: readAll,
  entraRoles: readers,
  page: "identitygovernance-lifecyclemanagementsettings-get"
})

/**
 * `PATCH /identityGovernance/lifecycleWorkflows/settings`
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecyclemanagementsettings-update
 * @since 0.1.0
 * @category Operations
 */
export const updateSettings = /*#__PURE__*/ define({
  id: "settings.update",
  title: "Update the settings of the tenant",
  kind: "update",
  path: "/settings",
  body: LifecycleManagementSettingsBody.Update,
  permissions: administer,
  entraRoles: administrators,
  idempotent: true,
  page: "identitygovernance-lifecyclemanagementsettings-update"
})
