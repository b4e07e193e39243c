/**
 * The bodies of the requests that start workflows and stop their runs.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { GroupId, RunId, UserId, UserProcessingResultId } from "./Ids.js"
import * as limited from "./internal/limited.js"
import * as Limits from "./Limits.js"
import * as ODataType from "./ODataType.js"
import { ActivationTaskScope, ActivationUserScope } from "./Processing.js"
import { WorkflowSubject } from "./SubjectProcessing.js"

const namespace = "microsoft.graph.identityGovernance"

const User = Schema.Struct({ id: UserId })

/**
 * The body that runs a workflow on demand, for 1 to 10 users, whatever its conditions are.
 *
 * @example
 * ```ts
 * import { ActivationBody, Ids } from "@effect-msgraph/domain"
 * import { Schema } from "effect"
 *
 * const user = { id: Ids.UserId.make("8cdf25a8-c9d2-423e-a03d-3f39f03c3e97") }
 * console.log(Schema.encodeSync(ActivationBody.Activate)({ subjects: [user] }))
 * ```
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-activate
 * @since 0.1.0
 * @category Schemas
 */
export const Activate = Schema.Struct({
  subjects: limited.items("the subjects of one activation", User, Limits.subjectsPerActivation)
})

/**
 * The body that runs a workflow on demand.
 *
 * @since 0.1.0
 * @category Models
 */
export type Activate = typeof Activate.Type

const scopeMembers = {
  ActivateUserScope: {
    users: Schema.NonEmptyArray(User)
  },
  ActivateGroupScope: {
    group: Schema.Struct({ id: GroupId })
  },
  ActivateRunScope: {
    run: Schema.Struct({ id: RunId }),
    taskScope: ActivationTaskScope,
    userScope: ActivationUserScope
  },
  ActivateProcessingResultScope: {
    processingResults: Schema.NonEmptyArray(Schema.Struct({ id: UserProcessingResultId })),
    taskScope: ActivationTaskScope
  }
} as const

/**
 * What to activate a workflow on: users, the members of a group, or again the users or single results of an earlier run. The caller
 * names what it refers to by id; `Processing.ActivationScope` is what the service tells of it afterwards.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-activationscope
 * @since 0.1.0
 * @category Schemas
 */
export const Scope = ODataType.union(namespace, scopeMembers)

/**
 * What to activate a workflow on.
 *
 * @since 0.1.0
 * @category Models
 */
export type Scope = ODataType.Type<typeof scopeMembers>

/**
 * The body that runs a workflow on demand, on a scope.
 *
 * The metadata has one parameter, `scope`. Microsoft's page has `subjects` instead, and prints requests with either; so either is taken,
 * and `scope` where both are there.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-activatewithscope
 * @since 0.1.0
 * @category Schemas
 */
export const ActivateWithScope = Schema.Union(
  Schema.Struct({ scope: Scope }),
  Schema.Struct({ subjects: Schema.NonEmptyArray(User) })
)

/**
 * The body that runs a workflow on demand, on a scope.
 *
 * @since 0.1.0
 * @category Models
 */
export type ActivateWithScope = typeof ActivateWithScope.Type

/**
 * The body that runs a workflow for one subject, and waits for what it comes to.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-activateandwait
 * @since 0.1.0
 * @category Schemas
 */
export const ActivateAndWait = Schema.Struct({ subject: WorkflowSubject })

/**
 * The body that runs a workflow for one subject, and waits for what it comes to.
 *
 * @since 0.1.0
 * @category Models
 */
export type ActivateAndWait = typeof ActivateAndWait.Type

/**
 * The body that tries a workflow on 1 to 10 users without doing anything. The metadata has objects of the directory; the page has users,
 * and prints each with its `@odata.type`.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-previewworkflow
 * @since 0.1.0
 * @category Schemas
 */
export const PreviewWorkflow = Schema.Struct({
  subjects: limited.items(
    "the subjects of one preview",
    ODataType.typed("microsoft.graph.user", { id: UserId }),
    Limits.subjectsPerPreview
  )
})

/**
 * The body that tries a workflow on users without doing anything.
 *
 * @since 0.1.0
 * @category Models
 */
export type PreviewWorkflow = typeof PreviewWorkflow.Type

const cancelScopeMembers = {
  CancelRunsScope: {
    runs: limited.items("the runs of one cancellation", Schema.Struct({ id: RunId }), {
      minimum: Limits.runsPerCancellation,
      maximum: Limits.runsPerCancellation
    })
  }
} as const

/**
 * What to cancel: a run. The service takes exactly one, though it is a collection.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-cancelscope
 * @since 0.1.0
 * @category Schemas
 */
export const CancelScope = ODataType.union(namespace, cancelScopeMembers)

/**
 * What to cancel.
 *
 * @since 0.1.0
 * @category Models
 */
export type CancelScope = ODataType.Type<typeof cancelScopeMembers>

/**
 * Cancels this run.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-cancelrunsscope
 * @since 0.1.0
 * @category Constructors
 */
export const run = (id: RunId): CancelScope => ({ _tag: "CancelRunsScope", runs: [{ id }] })

/**
 * The body that cancels a run which is queued or in progress.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-cancelprocessing
 * @since 0.1.0
 * @category Schemas
 */
export const CancelProcessing = Schema.Struct({ scope: CancelScope })

/**
 * The body that cancels a run.
 *
 * @since 0.1.0
 * @category Models
 */
export type CancelProcessing = typeof CancelProcessing.Type
