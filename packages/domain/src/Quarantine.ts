/**
 * Quarantine: the thresholds above which the service stops a scheduled workflow, and what it says of one that it stopped.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { DateTimeOffset } from "./DateTimeOffset.js"
import * as Entity from "./Entity.js"
import * as ODataType from "./ODataType.js"
import * as OpenEnum from "./OpenEnum.js"

/**
 * Whether one condition is enough, or all must hold.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-quarantineconfiguration
 * @since 0.1.0
 * @category Enumerations
 */
export const MatchMode = OpenEnum.make("matchMode", ["any", "all", "unknownFutureValue"])

/**
 * Whether one condition is enough, or all must hold.
 *
 * @since 0.1.0
 * @category Models
 */
export type MatchMode = typeof MatchMode.Type

/**
 * Which threshold a workflow exceeded, if any.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-quarantinedetails
 * @since 0.1.0
 * @category Enumerations
 */
export const QuarantineType = OpenEnum.make("quarantineType", [
  "notQuarantined",
  "countBasedThresholdExceeded",
  "percentageBasedThresholdExceeded",
  "multipleConditionsExceeded",
  "unknownFutureValue"
])

/**
 * Which threshold a workflow exceeded, if any.
 *
 * @since 0.1.0
 * @category Models
 */
export type QuarantineType = typeof QuarantineType.Type

const conditionMembers = {
  // The metadata has `Edm.Int64`; the service writes it as a JSON number, which is exact for as many users as there are.
  CountBasedQuarantineCondition: { threshold: Schema.Int },
  PercentageBasedQuarantineCondition: { percentage: Schema.Int }
} as const

/**
 * A threshold: a number of users, or a share of those in scope.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-quarantinecondition
 * @since 0.1.0
 * @category Schemas
 */
export const QuarantineCondition = ODataType.union("microsoft.graph.identityGovernance", conditionMembers)

/**
 * A threshold: a number of users, or a share of those in scope.
 *
 * @since 0.1.0
 * @category Models
 */
export type QuarantineCondition = ODataType.Type<typeof conditionMembers>

/**
 * More than so many users in one run.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-countbasedquarantinecondition
 * @since 0.1.0
 * @category Constructors
 */
export const moreUsersThan = (threshold: number): QuarantineCondition => ({
  _tag: "CountBasedQuarantineCondition",
  threshold
})

/**
 * More than this percentage of the users in scope in one run.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-percentagebasedquarantinecondition
 * @since 0.1.0
 * @category Constructors
 */
export const morePercentThan = (percentage: number): QuarantineCondition => ({
  _tag: "PercentageBasedQuarantineCondition",
  percentage
})

/**
 * The thresholds of a tenant, or of a workflow.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-quarantineconfiguration
 * @since 0.1.0
 * @category Schemas
 */
export const QuarantineConfiguration = Schema.Struct({
  conditions: Schema.Array(QuarantineCondition),
  matchMode: MatchMode
})

/**
 * The thresholds of a tenant, or of a workflow.
 *
 * @since 0.1.0
 * @category Models
 */
export type QuarantineConfiguration = typeof QuarantineConfiguration.Type

/**
 * Whether the service stopped a workflow, since when and why.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-quarantinedetails
 * @since 0.1.0
 * @category Schemas
 */
export const QuarantineDetails = Schema.Struct({
  quarantineReason: Entity.nullable(Schema.String),
  quarantineType: QuarantineType,
  quarantinedDateTime: Entity.nullable(DateTimeOffset)
})

/**
 * Whether the service stopped a workflow, since when and why.
 *
 * @since 0.1.0
 * @category Models
 */
export type QuarantineDetails = typeof QuarantineDetails.Type
