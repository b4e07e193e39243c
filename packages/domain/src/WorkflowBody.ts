/**
 * The bodies of the requests that create and change workflows: what the caller decides, and nothing that the service sets.
 *
 * Encoding checks the limits that Microsoft states and drops whatever a body does not have. So a workflow that was read can be sent as a
 * new version with a change or two; its id, version and dates stay behind.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { AdministrativeUnitReference } from "./DirectoryObject.js"
import { ExecutionConditions } from "./ExecutionConditions.js"
import * as limited from "./internal/limited.js"
import { clearable, optional } from "./internal/nullish.js"
import * as Limits from "./Limits.js"
import * as Tasks from "./Tasks/Input.js"
import { WorkflowCategory, WorkflowSetting } from "./Workflow.js"

const conditions = ExecutionConditions.pipe(
  Schema.filter((conditions) => {
    const issues: Array<Schema.FilterIssue> = []
    if (conditions._tag === "TriggerAndScopeBasedConditions") {
      const { scope, trigger } = conditions
      const { maximum, minimum } = Limits.offsetInDays
      if (
        trigger?._tag === "TimeBasedAttributeTrigger" &&
        (trigger.offsetInDays < minimum || trigger.offsetInDays > maximum)
      ) {
        issues.push({
          path: ["trigger", "offsetInDays"],
          message: `offsetInDays must be a whole number from ${minimum} to ${maximum}, actual ${trigger.offsetInDays}`
        })
      }
      // The service does not return the groups of a scope unless asked; sent back as it was read, the scope would lose them.
      if (scope?._tag === "GroupBasedSubjectSet" && (scope.groups ?? []).length === 0) {
        issues.push({ path: ["scope", "groups"], message: "the scope must name its groups: at least one" })
      }
    }
    return issues
  })
)

const fields = {
  administrationScopeTargets: optional(
    limited.items("the administrative units of a workflow", AdministrativeUnitReference, {
      minimum: 0,
      maximum: Limits.administrationScopesPerWorkflow
    })
  ),
  category: WorkflowCategory,
  description: clearable(Schema.String),
  displayName: Schema.NonEmptyString,
  executionConditions: conditions,
  isEnabled: optional(Schema.Boolean),
  isSchedulingEnabled: optional(Schema.Boolean),
  settings: optional(WorkflowSetting)
} as const

const tasksOf = <A, I>(task: Schema.Schema<A, I>) =>
  limited.items("the tasks of a workflow", task, { minimum: 0, maximum: Limits.tasksPerWorkflow })

/** A workflow that is disabled cannot be scheduled. */
const schedulable = (body: {
  readonly isEnabled?: boolean | undefined
  readonly isSchedulingEnabled?: boolean | undefined
}): Schema.FilterIssue | undefined =>
  body.isEnabled === false && body.isSchedulingEnabled === true
    ? { path: ["isSchedulingEnabled"], message: "isSchedulingEnabled must be false where isEnabled is false" }
    : undefined

/**
 * The body that creates a workflow.
 *
 * - `administrationScopeTargets`: the administrative units that the workflow is scoped to, at most 5
 * - `executionConditions`: when it runs and for whom
 * - `isEnabled`: true, unless given; false blocks runs on demand too
 * - `isSchedulingEnabled`: false, unless given; true lets the service run it on its schedule, which takes an enabled workflow
 * - `settings`: thresholds of its own; in the metadata, not on Microsoft's page
 * - `tasks`: what it does, in this order; at most 25
 *
 * @example
 * ```ts
 * import { ExecutionConditions, Ids, WorkflowBody } from "@effect-msgraph/domain"
 * import { Schema } from "effect"
 *
 * const body = Schema.encodeSync(WorkflowBody.Create)({
 *   category: "joiner",
 *   displayName: "Australia Onboard new hire employee",
 *   executionConditions: ExecutionConditions.when(
 *     ExecutionConditions.daysFrom("employeeHireDate", 0),
 *     ExecutionConditions.rule("(country eq 'Australia')")
 *   ),
 *   tasks: [{
 *     taskDefinitionId: Ids.TaskDefinitionId.make("6fc52c9d-398b-4305-9763-15f42c1676fc"),
 *     displayName: "Enable User Account",
 *     arguments: []
 *   }]
 * })
 * console.log(body.displayName) // Australia Onboard new hire employee
 * ```
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-post-workflows
 * @since 0.1.0
 * @category Schemas
 */
export const Create = Schema.Struct({ ...fields, tasks: tasksOf(Tasks.Input) }).pipe(Schema.filter(schedulable))

/**
 * The body that creates a workflow.
 *
 * @since 0.1.0
 * @category Models
 */
export type Create = typeof Create.Type

/**
 * The body that makes a new version of a workflow: all of it, as {@link Create} has it. A task that stays may be named by its `id`.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-createnewversion
 * @since 0.1.0
 * @category Schemas
 */
export const CreateNewVersion = Schema.Struct({
  workflow: Schema.Struct({ ...fields, tasks: tasksOf(Tasks.VersionInput) }).pipe(Schema.filter(schedulable))
})

/**
 * The body that makes a new version of a workflow.
 *
 * @since 0.1.0
 * @category Models
 */
export type CreateNewVersion = typeof CreateNewVersion.Type

/**
 * The body that changes a workflow without a new version. Whatever else is to change takes {@link CreateNewVersion}. `null` clears
 * the description.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-update
 * @since 0.1.0
 * @category Schemas
 */
export const Update = Schema.Struct({
  description: fields.description,
  displayName: optional(Schema.NonEmptyString),
  isEnabled: fields.isEnabled,
  isSchedulingEnabled: fields.isSchedulingEnabled
}).pipe(Schema.filter(schedulable))

/**
 * The body that changes a workflow without a new version.
 *
 * @since 0.1.0
 * @category Models
 */
export type Update = typeof Update.Type

/**
 * The body that changes a task of a workflow: its name and what is said of it. `null` clears the description.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-task-update
 * @since 0.1.0
 * @category Schemas
 */
export const UpdateTask = Schema.Struct({
  description: clearable(Schema.String),
  displayName: optional(Schema.NonEmptyString)
})

/**
 * The body that changes a task of a workflow.
 *
 * @since 0.1.0
 * @category Models
 */
export type UpdateTask = typeof UpdateTask.Type
