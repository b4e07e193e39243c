/**
 * Custom task extensions: Logic Apps that a workflow calls, and how they answer.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { DateTimeOffset } from "./DateTimeOffset.js"
import * as Directory from "./Directory.js"
import { EdmDuration } from "./EdmDuration.js"
import * as Entity from "./Entity.js"
import { ApplicationId, CustomTaskExtensionId, UserId } from "./Ids.js"
import * as ODataType from "./ODataType.js"
import * as OpenEnum from "./OpenEnum.js"
import { WorkflowSubject } from "./SubjectProcessing.js"

const comparison = ["lt", "le", "gt", "ge", "eq", "ne"] as const
const equality = ["eq", "ne"] as const

/**
 * What a Logic App says of its part.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-customtaskextensioncallbackdata
 * @since 0.1.0
 * @category Enumerations
 */
export const OperationStatus = OpenEnum.make("customTaskExtensionOperationStatus", [
  "completed",
  "failed",
  "unknownFutureValue"
])

/**
 * What a Logic App says of its part.
 *
 * @since 0.1.0
 * @category Models
 */
export type OperationStatus = typeof OperationStatus.Type

/**
 * How a Logic App answers. On Microsoft's page for v1.0, in the metadata of beta only.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-customtaskextension
 * @since 0.1.0
 * @category Enumerations
 */
export const ReplyMode = OpenEnum.make("customTaskExtensionReplyMode", [
  "none",
  "callback",
  "response",
  "unknownFutureValue"
])

/**
 * How a Logic App answers.
 *
 * @since 0.1.0
 * @category Models
 */
export type ReplyMode = typeof ReplyMode.Type

const endpointMembers = {
  LogicAppTriggerEndpointConfiguration: {
    logicAppWorkflowName: Entity.nullable(Schema.String),
    resourceGroupName: Entity.nullable(Schema.String),
    subscriptionId: Entity.nullable(Schema.String),
    url: Entity.nullable(Schema.String)
  }
} as const

/**
 * What is called: a Logic App. Graph knows other endpoints, which Lifecycle Workflows does not call.
 *
 * @see https://learn.microsoft.com/graph/api/resources/customextensionendpointconfiguration
 * @since 0.1.0
 * @category Schemas
 */
export const EndpointConfiguration = ODataType.union("microsoft.graph", endpointMembers)

/**
 * What is called.
 *
 * @since 0.1.0
 * @category Models
 */
export type EndpointConfiguration = ODataType.Type<typeof endpointMembers>

/**
 * A Logic App, by its subscription, resource group and name.
 *
 * @see https://learn.microsoft.com/graph/api/resources/logicapptriggerendpointconfiguration
 * @since 0.1.0
 * @category Constructors
 */
export const logicApp = (options: {
  readonly subscriptionId: string
  readonly resourceGroupName: string
  readonly logicAppWorkflowName: string
}): EndpointConfiguration => ({
  _tag: "LogicAppTriggerEndpointConfiguration",
  subscriptionId: options.subscriptionId,
  resourceGroupName: options.resourceGroupName,
  logicAppWorkflowName: options.logicAppWorkflowName
})

const authenticationMembers = {
  AzureAdPopTokenAuthentication: {},
  AzureAdTokenAuthentication: { resourceId: Entity.nullable(Schema.String) }
} as const

/**
 * How the call is authenticated: with a proof-of-possession token, as Microsoft recommends, or with a token for an application.
 *
 * @see https://learn.microsoft.com/graph/api/resources/customextensionauthenticationconfiguration
 * @since 0.1.0
 * @category Schemas
 */
export const AuthenticationConfiguration = ODataType.union("microsoft.graph", authenticationMembers)

/**
 * How the call is authenticated.
 *
 * @since 0.1.0
 * @category Models
 */
export type AuthenticationConfiguration = ODataType.Type<typeof authenticationMembers>

/**
 * With a proof-of-possession token, as Microsoft recommends.
 *
 * @see https://learn.microsoft.com/graph/api/resources/azureadpoptokenauthentication
 * @since 0.1.0
 * @category Constructors
 */
export const popToken: AuthenticationConfiguration = { _tag: "AzureAdPopTokenAuthentication" }

/**
 * With a token for the application that has this app id.
 *
 * @see https://learn.microsoft.com/graph/api/resources/azureadtokenauthentication
 * @since 0.1.0
 * @category Constructors
 */
export const token = (resourceId: string): AuthenticationConfiguration => ({
  _tag: "AzureAdTokenAuthentication",
  resourceId
})

/**
 * How long the service waits until the call is taken, and how often it tries again. The printed requests and answers have its
 * `@odata.type`, though nothing is derived from it.
 *
 * @see https://learn.microsoft.com/graph/api/resources/customextensionclientconfiguration
 * @since 0.1.0
 * @category Schemas
 */
export const ClientConfiguration = ODataType.typed("microsoft.graph.customExtensionClientConfiguration", {
  maximumRetries: Entity.nullable(Schema.Int),
  timeoutInMilliseconds: Entity.nullable(Schema.Int)
})

/**
 * How long the service waits until the call is taken, and how often it tries again.
 *
 * @since 0.1.0
 * @category Models
 */
export type ClientConfiguration = typeof ClientConfiguration.Type

const callbackMembers = {
  CustomTaskExtensionCallbackConfiguration: {
    // A relationship: by the page, a collection of ids or app ids.
    authorizedApps: Entity.nullable(
      Schema.Array(Schema.Struct({ id: Entity.nullable(ApplicationId), appId: Entity.nullable(Schema.String) }))
    ),
    timeoutDuration: Entity.nullable(EdmDuration)
  }
} as const

/**
 * How long the service waits until the Logic App calls back, and which applications may do so. The metadata declares the abstract
 * `customExtensionCallbackConfiguration`, the pages this one type, which is also what an object without `@odata.type` is taken for.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-customtaskextensioncallbackconfiguration
 * @since 0.1.0
 * @category Schemas
 */
export const CallbackConfiguration = ODataType.union("microsoft.graph.identityGovernance", callbackMembers, {
  default: "CustomTaskExtensionCallbackConfiguration"
})

/**
 * How long the service waits until the Logic App calls back, and which applications may do so.
 *
 * @since 0.1.0
 * @category Models
 */
export type CallbackConfiguration = ODataType.Type<typeof callbackMembers>

/**
 * Waits until the Logic App calls back.
 *
 * @example
 * ```ts
 * import { CustomTaskExtension } from "@effect-msgraph/domain"
 * import { Duration } from "effect"
 *
 * console.log(CustomTaskExtension.callback({ timeoutDuration: Duration.minutes(20) })._tag)
 * // CustomTaskExtensionCallbackConfiguration
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const callback = (
  options: Omit<Extract<CallbackConfiguration, { readonly _tag: "CustomTaskExtensionCallbackConfiguration" }>, "_tag">
): CallbackConfiguration => ({ _tag: "CustomTaskExtensionCallbackConfiguration", ...options })

// Navigation properties that come with a single extension and not with a list.
const userReference = Entity.nullable(Schema.Struct({ id: UserId }))

const properties = {
  id: CustomTaskExtensionId,
  authenticationConfiguration: Entity.nullable(AuthenticationConfiguration),
  // Absent or null: the workflow goes on at once.
  callbackConfiguration: Entity.nullable(CallbackConfiguration),
  clientConfiguration: Entity.nullable(ClientConfiguration),
  createdBy: userReference,
  createdDateTime: Entity.nullable(DateTimeOffset),
  description: Entity.nullable(Schema.String),
  displayName: Entity.nullable(Schema.String),
  endpointConfiguration: Entity.nullable(EndpointConfiguration),
  lastModifiedBy: userReference,
  lastModifiedDateTime: Entity.nullable(DateTimeOffset),
  replyMode: Entity.nullable(ReplyMode)
} as const

const filterable = {
  createdBy: equality,
  createdDateTime: comparison,
  displayName: equality,
  id: equality,
  lastModifiedBy: equality,
  lastModifiedDateTime: comparison
} as const

/**
 * The entity type of a custom task extension.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface CustomTaskExtensionEntity extends
  Entity.Entity<
    typeof properties,
    {
      readonly createdBy: Entity.Navigation<Directory.UserEntity, false, never>
      readonly lastModifiedBy: Entity.Navigation<Directory.UserEntity, false, never>
    },
    typeof filterable,
    "createdDateTime" | "displayName" | "id" | "lastModifiedDateTime"
  >
{}

/**
 * A custom task extension.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-customtaskextension
 * @since 0.1.0
 * @category Entities
 */
export const CustomTaskExtension: CustomTaskExtensionEntity = Entity.make(
  "microsoft.graph.identityGovernance.customTaskExtension",
  {
    properties,
    navigation: { createdBy: Entity.one(() => Directory.User), lastModifiedBy: Entity.one(() => Directory.User) },
    filterable,
    sortable: ["createdDateTime", "displayName", "id", "lastModifiedDateTime"]
  }
)

/**
 * A custom task extension, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type CustomTaskExtension = Entity.Type<CustomTaskExtensionEntity>

/**
 * What a Logic App says when it calls back. The printed request writes `Completed` where the metadata has `completed`.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-customtaskextensioncallbackdata
 * @since 0.1.0
 * @category Schemas
 */
export const CallbackData = Schema.Struct({
  operationStatus: Entity.nullable(OperationStatus),
  // On Microsoft's page, not in the metadata of v1.0.
  targetSubject: Entity.nullable(WorkflowSubject)
})

/**
 * What a Logic App says when it calls back.
 *
 * @since 0.1.0
 * @category Models
 */
export type CallbackData = typeof CallbackData.Type

/**
 * What a Logic App says when it answers at once, with reply mode `response`. Documented for v1.0, in the metadata of beta only.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-customtaskextensionresponsedata
 * @since 0.1.0
 * @category Schemas
 */
export const ResponseData = Schema.Struct({
  operationStatus: Entity.nullable(OperationStatus),
  statusReasons: Entity.nullable(Schema.Array(Schema.String)),
  targetSubject: Entity.nullable(WorkflowSubject)
})

/**
 * What a Logic App says when it answers at once.
 *
 * @since 0.1.0
 * @category Models
 */
export type ResponseData = typeof ResponseData.Type
