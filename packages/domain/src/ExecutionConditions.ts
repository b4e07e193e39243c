/**
 * When a workflow runs and for whom: its trigger and its scope, or on demand only.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Entity from "./Entity.js"
import { GroupId } from "./Ids.js"
import * as ODataType from "./ODataType.js"
import * as OpenEnum from "./OpenEnum.js"

const namespace = "microsoft.graph.identityGovernance"

/**
 * The attributes of a user that a trigger counts days from.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-timebasedattributetrigger
 * @since 0.1.0
 * @category Enumerations
 */
export const TimeBasedAttribute = OpenEnum.make("workflowTriggerTimeBasedAttribute", [
  "employeeHireDate",
  "employeeLeaveDateTime",
  "unknownFutureValue",
  "createdDateTime"
])

/**
 * An attribute of a user that a trigger counts days from.
 *
 * @since 0.1.0
 * @category Models
 */
export type TimeBasedAttribute = typeof TimeBasedAttribute.Type

/**
 * What happens to a membership when it starts a workflow.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-membershipchangetrigger
 * @since 0.1.0
 * @category Enumerations
 */
export const MembershipChangeType = OpenEnum.make("membershipChangeType", ["add", "remove", "unknownFutureValue"])

/**
 * What happens to a membership when it starts a workflow.
 *
 * @since 0.1.0
 * @category Models
 */
export type MembershipChangeType = typeof MembershipChangeType.Type

const triggerMembers = {
  TimeBasedAttributeTrigger: {
    offsetInDays: Schema.Int,
    timeBasedAttribute: TimeBasedAttribute
  },
  AttributeChangeTrigger: {
    triggerAttributes: Schema.Array(Schema.Struct({ name: Schema.String }))
  },
  MembershipChangeTrigger: {
    changeType: MembershipChangeType
  },
  UserInactivityTrigger: {
    inactivityPeriodInDays: Schema.Int
  }
} as const

/**
 * What starts a workflow for a user.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-workflowexecutiontrigger
 * @since 0.1.0
 * @category Schemas
 */
export const Trigger = ODataType.union(namespace, triggerMembers)

/**
 * What starts a workflow for a user.
 *
 * @since 0.1.0
 * @category Models
 */
export type Trigger = ODataType.Type<typeof triggerMembers>

const scopeMembers = {
  RuleBasedSubjectSet: {
    rule: Schema.String
  },
  GroupBasedSubjectSet: {
    groups: Entity.nullable(Schema.Array(Schema.Struct({ id: GroupId })))
  }
} as const

/**
 * Whom a workflow is for: the users that a rule describes, or the members of groups. `microsoft.graph.subjectSet` in the metadata,
 * of which Lifecycle Workflows uses these two.
 *
 * @see https://learn.microsoft.com/graph/api/resources/subjectset
 * @since 0.1.0
 * @category Schemas
 */
export const Scope = ODataType.union(namespace, scopeMembers)

/**
 * Whom a workflow is for.
 *
 * @since 0.1.0
 * @category Models
 */
export type Scope = ODataType.Type<typeof scopeMembers>

const conditionsMembers = {
  TriggerAndScopeBasedConditions: {
    // The metadata has both nullable, and `clearQuarantine` is printed with neither.
    scope: Entity.nullable(Scope),
    trigger: Entity.nullable(Trigger)
  },
  OnDemandExecutionOnly: {}
} as const

/**
 * When a workflow runs and for whom.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-workflowexecutionconditions
 * @since 0.1.0
 * @category Schemas
 */
export const ExecutionConditions = ODataType.union(namespace, conditionsMembers)

/**
 * When a workflow runs and for whom.
 *
 * @since 0.1.0
 * @category Models
 */
export type ExecutionConditions = ODataType.Type<typeof conditionsMembers>

/**
 * A workflow that runs only when it is activated.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-ondemandexecutiononly
 * @since 0.1.0
 * @category Constructors
 */
export const onDemandOnly: ExecutionConditions = { _tag: "OnDemandExecutionOnly" }

/**
 * A workflow that a trigger starts, for the users in its scope.
 *
 * @example
 * ```ts
 * import { ExecutionConditions } from "@effect-msgraph/domain"
 *
 * const aWeekBefore = ExecutionConditions.when(
 *   ExecutionConditions.daysFrom("employeeHireDate", -7),
 *   ExecutionConditions.rule("(department eq 'Marketing')")
 * )
 * console.log(aWeekBefore._tag) // TriggerAndScopeBasedConditions
 * ```
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-triggerandscopebasedconditions
 * @since 0.1.0
 * @category Constructors
 */
export const when = (trigger: Trigger, scope: Scope): ExecutionConditions => ({
  _tag: "TriggerAndScopeBasedConditions",
  scope,
  trigger
})

/**
 * So many days after an attribute of the user; before it where the number is below zero.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-timebasedattributetrigger
 * @since 0.1.0
 * @category Constructors
 */
export const daysFrom = (timeBasedAttribute: TimeBasedAttribute, offsetInDays: number): Trigger => ({
  _tag: "TimeBasedAttributeTrigger",
  offsetInDays,
  timeBasedAttribute
})

/**
 * When one of these attributes of the user changes.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-attributechangetrigger
 * @since 0.1.0
 * @category Constructors
 */
export const attributesChange = (...names: readonly [string, ...ReadonlyArray<string>]): Trigger => ({
  _tag: "AttributeChangeTrigger",
  triggerAttributes: names.map((name) => ({ name }))
})

/**
 * When the user is added to a group of the scope, or removed from one.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-membershipchangetrigger
 * @since 0.1.0
 * @category Constructors
 */
export const membershipChanges = (changeType: MembershipChangeType): Trigger => ({
  _tag: "MembershipChangeTrigger",
  changeType
})

/**
 * When the user has been inactive for so many days.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-userinactivitytrigger
 * @since 0.1.0
 * @category Constructors
 */
export const inactiveFor = (inactivityPeriodInDays: number): Trigger => ({
  _tag: "UserInactivityTrigger",
  inactivityPeriodInDays
})

/**
 * The users that a filter expression describes, such as `(department eq 'Marketing')`.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-rulebasedsubjectset
 * @since 0.1.0
 * @category Constructors
 */
export const rule = (rule: string): Scope => ({ _tag: "RuleBasedSubjectSet", rule })

/**
 * The members of these groups.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-groupbasedsubjectset
 * @since 0.1.0
 * @category Constructors
 */
export const groups = (...ids: readonly [GroupId, ...ReadonlyArray<GroupId>]): Scope => ({
  _tag: "GroupBasedSubjectSet",
  groups: ids.map((id) => ({ id }))
})
