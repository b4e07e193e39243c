/**
 * The limits of the service, as Microsoft states them: what the schemas of request bodies check before anything is sent, and what
 * the service checks of a tenant as a whole.
 *
 * @see https://learn.microsoft.com/entra/id-governance/governance-service-limits
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"

/**
 * The smallest and the largest value that the service takes.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Range<A> {
  readonly minimum: A
  readonly maximum: A
}

/**
 * Workflows in a tenant. An older copy of the page on creating one says 50; the list of service limits says 100.
 *
 * @since 0.1.0
 * @category Tenant
 */
export const workflowsPerTenant = 100

/**
 * Custom task extensions in a tenant.
 *
 * @since 0.1.0
 * @category Tenant
 */
export const customTaskExtensionsPerTenant = 100

/**
 * For how long a deleted workflow can be restored.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-delete
 * @since 0.1.0
 * @category Tenant
 */
export const deletedWorkflowRetention: Duration.Duration = /*#__PURE__*/ Duration.days(30)

/**
 * Tasks in a workflow.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-workflow
 * @since 0.1.0
 * @category Workflows
 */
export const tasksPerWorkflow = 25

/**
 * Administrative units that a workflow is scoped to.
 *
 * @since 0.1.0
 * @category Workflows
 */
export const administrationScopesPerWorkflow = 5

/**
 * Days between a user's attribute and the run that it triggers; below zero, the run comes first.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-timebasedattributetrigger
 * @since 0.1.0
 * @category Workflows
 */
export const offsetInDays: Range<number> = { minimum: -180, maximum: 180 }

/**
 * Subjects of one activation on demand.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-activate
 * @since 0.1.0
 * @category Activation
 */
export const subjectsPerActivation: Range<number> = { minimum: 1, maximum: 10 }

/**
 * Subjects of one preview.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-previewworkflow
 * @since 0.1.0
 * @category Activation
 */
export const subjectsPerPreview: Range<number> = { minimum: 1, maximum: 10 }

/**
 * Runs that one request cancels.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-cancelprocessing
 * @since 0.1.0
 * @category Activation
 */
export const runsPerCancellation = 1

/**
 * Hours between two evaluations of the scheduled workflows. The service's own is 3.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-lifecyclemanagementsettings
 * @since 0.1.0
 * @category Settings
 */
export const workflowScheduleIntervalInHours: Range<number> = { minimum: 1, maximum: 24 }

/**
 * For how long the service waits until a Logic App calls back.
 *
 * The list of service limits says 30 minutes to 3 hours, the page of the type 5 minutes to 3 hours, and the service is shown to
 * take and return `PT5M`, `PT10M` and `PT20M`: so 5 minutes it is.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-customtaskextensioncallbackconfiguration
 * @since 0.1.0
 * @category Custom task extensions
 */
export const callbackTimeout: Range<Duration.Duration> = {
  minimum: /*#__PURE__*/ Duration.minutes(5),
  maximum: /*#__PURE__*/ Duration.hours(3)
}

/**
 * For how many milliseconds the service waits until a Logic App takes the call. The service's own is 1000.
 *
 * @see https://learn.microsoft.com/graph/api/resources/customextensionclientconfiguration
 * @since 0.1.0
 * @category Custom task extensions
 */
export const clientTimeoutInMilliseconds: Range<number> = { minimum: 200, maximum: 2000 }

/**
 * How often the service calls a Logic App again that did not take the call.
 *
 * @see https://learn.microsoft.com/graph/api/resources/customextensionclientconfiguration
 * @since 0.1.0
 * @category Custom task extensions
 */
export const clientRetries: Range<number> = { minimum: 0, maximum: 1 }

/**
 * Minutes for which a Temporary Access Pass is valid, as an argument of the task that makes one.
 *
 * @see https://learn.microsoft.com/graph/identitygovernance-lifecycleworkflows-task-arguments
 * @since 0.1.0
 * @category Tasks
 */
export const temporaryAccessPassLifetimeInMinutes: Range<number> = { minimum: 10, maximum: 43_000 }
