/**
 * Microsoft Graph permissions and Microsoft Entra roles, as data.
 *
 * @see https://learn.microsoft.com/graph/permissions-reference
 * @since 0.1.0
 */

/**
 * The permissions that Lifecycle Workflows knows.
 *
 * @since 0.1.0
 * @category Models
 */
export type Permission =
  | "LifecycleWorkflows.Read.All"
  | "LifecycleWorkflows.ReadWrite.All"
  | "LifecycleWorkflows-CustomExt.Read.All"
  | "LifecycleWorkflows-CustomExt.ReadWrite.All"
  | "LifecycleWorkflows-Reports.Read.All"
  | "LifecycleWorkflows-Workflow.Activate"
  | "LifecycleWorkflows-Workflow.Read.All"
  | "LifecycleWorkflows-Workflow.ReadBasic.All"
  | "LifecycleWorkflows-Workflow.ReadWrite.All"

/**
 * How a caller is signed in: as a user of a work or school account, or as an application.
 *
 * @since 0.1.0
 * @category Models
 */
export type Access = "delegated" | "application"

/**
 * The permissions of which any one is enough: the least privileged, and the higher ones.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Requirement {
  readonly least: ReadonlyArray<Permission>
  readonly higher: ReadonlyArray<Permission>
}

/**
 * What an operation requires of each kind of caller.
 *
 * @since 0.1.0
 * @category Models
 */
export type Requirements = { readonly [A in Access]: Requirement }

/**
 * The Microsoft Entra roles of which a signed-in user needs one, least privileged first.
 *
 * @since 0.1.0
 * @category Models
 */
export type EntraRole = "Global Reader" | "Lifecycle Workflows Administrator"

/**
 * Names under which pages and tokens know a permission besides its name in the permissions reference.
 *
 * @since 0.1.0
 * @category Data
 */
export const aliases: { readonly [name: string]: Permission } = {
  "LifecycleWorkflows.ReadReports.All": "LifecycleWorkflows-Reports.Read.All"
}

/**
 * The permissions that suffice, least privileged first.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const sufficient = (requirement: Requirement): ReadonlyArray<Permission> => [
  ...requirement.least,
  ...requirement.higher
]

/**
 * Whether one of the granted names (the `roles` or `scp` of a token) suffices.
 *
 * @example
 * ```ts
 * import { LifecycleWorkflowsApi, Permissions } from "@effect-msgraph/domain"
 *
 * const { application } = LifecycleWorkflowsApi.listRuns.permissions
 * console.log(Permissions.isSatisfied(application, ["LifecycleWorkflows.Read.All"])) // true
 * console.log(Permissions.isSatisfied(application, ["User.Read.All"])) // false
 * ```
 *
 * @since 0.1.0
 * @category Predicates
 */
export const isSatisfied = (requirement: Requirement, granted: ReadonlyArray<string>): boolean => {
  const names: ReadonlyArray<string> = sufficient(requirement)
  return granted.some((name) => names.includes(Object.hasOwn(aliases, name) ? aliases[name]! : name))
}
