/**
 * The bodies of the requests that create and change custom task extensions, and of the one by which a Logic App calls back.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import {
  AuthenticationConfiguration,
  CallbackConfiguration,
  CallbackData,
  EndpointConfiguration,
  ReplyMode
} from "./CustomTaskExtension.js"
import * as limited from "./internal/limited.js"
import { clearable, optional } from "./internal/nullish.js"
import * as Limits from "./Limits.js"
import * as ODataType from "./ODataType.js"

const clientConfiguration = ODataType.typed("microsoft.graph.customExtensionClientConfiguration", {
  // `null` is the service's own, as absence is.
  maximumRetries: clearable(limited.int("maximumRetries", Limits.clientRetries)),
  timeoutInMilliseconds: clearable(limited.int("timeoutInMilliseconds", Limits.clientTimeoutInMilliseconds))
})

const callbackConfiguration = CallbackConfiguration.pipe(
  Schema.filter((configuration) => {
    if (configuration._tag !== "CustomTaskExtensionCallbackConfiguration") return undefined
    const { timeoutDuration } = configuration
    return timeoutDuration === undefined || Duration.between(timeoutDuration, Limits.callbackTimeout) ? undefined : {
      path: ["timeoutDuration"],
      message: `timeoutDuration must be from 5 minutes to 3 hours, actual ${Duration.format(timeoutDuration)}`
    }
  })
)

const fields = {
  callbackConfiguration: clearable(callbackConfiguration),
  clientConfiguration: clearable(clientConfiguration),
  description: clearable(Schema.String),
  replyMode: optional(ReplyMode)
} as const

/**
 * The body that creates a custom task extension.
 *
 * - `authenticationConfiguration`: how the call is authenticated; required by the page of the type
 * - `callbackConfiguration`: how long the service waits until the Logic App calls back, 5 minutes to 3 hours; without one, or with
 *   `null`, the workflow goes on at once
 * - `clientConfiguration`: how long it waits until the call is taken, 200 to 2000 milliseconds, and whether it tries again, 0 or 1
 * - `endpointConfiguration`: which Logic App is called
 *
 * @example
 * ```ts
 * import { CustomTaskExtension, CustomTaskExtensionBody } from "@effect-msgraph/domain"
 * import { Duration, Schema } from "effect"
 *
 * const body = Schema.encodeSync(CustomTaskExtensionBody.Create)({
 *   displayName: "Grant manager access to mailbox and OneDrive",
 *   endpointConfiguration: CustomTaskExtension.logicApp({
 *     subscriptionId: "c500b67c-e9b7-4ad2-a90d-77d41385ae55",
 *     resourceGroupName: "RG-LCM",
 *     logicAppWorkflowName: "ManagerAccess"
 *   }),
 *   authenticationConfiguration: CustomTaskExtension.popToken,
 *   callbackConfiguration: CustomTaskExtension.callback({ timeoutDuration: Duration.minutes(20) })
 * })
 * console.log(body.callbackConfiguration.timeoutDuration) // PT20M
 * ```
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-post-customtaskextensions
 * @since 0.1.0
 * @category Schemas
 */
export const Create = Schema.Struct({
  ...fields,
  authenticationConfiguration: AuthenticationConfiguration,
  displayName: Schema.NonEmptyString,
  endpointConfiguration: EndpointConfiguration
})

/**
 * The body that creates a custom task extension.
 *
 * @since 0.1.0
 * @category Models
 */
export type Create = typeof Create.Type

/**
 * The body that changes a custom task extension. What is absent stays as it is; `null` clears it.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-customtaskextension-update
 * @since 0.1.0
 * @category Schemas
 */
export const Update = Schema.Struct({
  ...fields,
  authenticationConfiguration: optional(AuthenticationConfiguration),
  displayName: optional(Schema.NonEmptyString),
  endpointConfiguration: optional(EndpointConfiguration)
})

/**
 * The body that changes a custom task extension.
 *
 * @since 0.1.0
 * @category Models
 */
export type Update = typeof Update.Type

/**
 * The body by which a Logic App lets a task go on: `source` and `type` as the call to it had them, `data` with what came of it.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-taskprocessingresult-resume
 * @since 0.1.0
 * @category Schemas
 */
export const Resume = Schema.Struct({
  data: CallbackData,
  source: optional(Schema.String),
  type: optional(Schema.String)
})

/**
 * The body by which a Logic App lets a task go on.
 *
 * @since 0.1.0
 * @category Models
 */
export type Resume = typeof Resume.Type
