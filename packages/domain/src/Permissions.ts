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

/** Subsets of this size, those with earlier items first. */
const subsets = <A>(items: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  size === 0
    ? [[]]
    : items.flatMap((item, index) => subsets(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]))

/**
 * The least that an application must be granted to call all of these operations.
 *
 * No permission is more than what one of the operations needs at least: what is chosen from are the least privileged permissions of
 * each operation. Of the sets of these that suffice for every operation, it is a smallest: a permission that another one of the set makes
 * needless is not in it. Of several such sets it is the one whose permissions, each by itself, open the fewest of the operations. What
 * a permission opens comes from the operations' own lists alone.
 *
 * An operation that no permission opens adds nothing.
 *
 * @example
 * ```ts
 * import { LifecycleWorkflowsApi as api, Permissions } from "@effect-msgraph/domain"
 *
 * console.log(Permissions.required([api.listWorkflows, api.listRuns], "application"))
 * // [ "LifecycleWorkflows-Workflow.ReadBasic.All", "LifecycleWorkflows-Reports.Read.All" ]
 *
 * // Who may write workflows may list them, too.
 * console.log(Permissions.required([api.listWorkflows, api.createWorkflow], "application"))
 * // [ "LifecycleWorkflows-Workflow.ReadWrite.All" ]
 * ```
 *
 * @since 0.1.0
 * @category Accessors
 */
export const required = (
  operations: ReadonlyArray<{ readonly permissions: Requirements }>,
  access: Access
): ReadonlyArray<Permission> => {
  const requirements = operations.map(({ permissions }) => permissions[access]).filter((requirement) =>
    sufficient(requirement).length > 0
  )
  const candidates = Array.from(
    new Set(requirements.flatMap(({ higher, least }) => least.length > 0 ? least : higher))
  )
  const opens = (granted: ReadonlyArray<Permission>) =>
    requirements.filter((requirement) => isSatisfied(requirement, granted)).length
  const reach = (granted: ReadonlyArray<Permission>) => granted.reduce((sum, name) => sum + opens([name]), 0)
  for (let size = 0; size < candidates.length; size++) {
    const enough = subsets(candidates, size).filter((granted) => opens(granted) === requirements.length)
    if (enough.length > 0) return enough.reduce((best, next) => reach(next) < reach(best) ? next : best)
  }
  return candidates
}
