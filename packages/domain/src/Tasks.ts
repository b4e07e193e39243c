/**
 * Built-in tasks without their GUIDs: a builder for each, which knows its definition, category and arguments.
 *
 * A builder makes a task for the body of a request. It is a plain function that never fails. What the types cannot say
 * (that a pass lives 10 to 43000 minutes, that a list of groups is not empty) is checked by the schema {@link Input}
 * when the body is encoded, so that everything that is wrong with a workflow is said at once, and before anything is
 * sent.
 *
 * @see https://learn.microsoft.com/graph/identitygovernance-lifecycleworkflows-task-arguments
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type * as Types from "effect/Types"
import type { TaskCategory } from "./Processing.js"
import type * as Argument from "./Tasks/Argument.js"
import * as Definition from "./Tasks/Definition.js"
import * as Request from "./Tasks/Input.js"

/**
 * A task in the body that creates a workflow. A task that was read from the service is one too.
 *
 * - `category`: the service takes the definition's, whatever is sent; Microsoft's examples leave it out as often as not
 * - `isEnabled`: true, if left out
 * - `continueOnError`: whether the tasks after this one run when it has failed; false, if left out
 * - `executionSequence`: the place in the workflow, from 1; the service numbers the tasks of a new workflow itself
 *
 * @since 0.1.0
 * @category Models
 */
export interface Input extends Request.Input {}

/**
 * The schema of a task in the body that creates a workflow. It checks the arguments, if the definition is a known one,
 * and names the task and the argument that is wrong; values are not in the message.
 *
 * @example
 * ```ts
 * import { Tasks } from "@effect-msgraph/domain"
 * import { Either, Schema } from "effect"
 *
 * const task = Tasks.generateTapAndSendEmail({ tapLifetimeMinutes: 9, tapIsUsableOnce: true })
 * const body = Schema.encodeEither(Tasks.Input)(task)
 * console.log(Either.isLeft(body)) // true: the pass must live 10 minutes at least
 * ```
 *
 * @since 0.1.0
 * @category Schemas
 */
export const Input: Schema.Schema<Input, Request.Encoded> = Request.Input

/**
 * A task in the body that makes a new version of a workflow. A task that stays is named by its `id`.
 *
 * @since 0.1.0
 * @category Models
 */
export interface VersionInput extends Request.VersionInput {}

/**
 * The schema of a task in the body that makes a new version of a workflow. It checks what {@link Input} checks.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-createnewversion
 * @since 0.1.0
 * @category Schemas
 */
export const VersionInput: Schema.Schema<VersionInput, Request.VersionEncoded> = Request.VersionInput

/**
 * The table of built-in tasks, by the names of their builders.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-taskdefinitions
 * @since 0.1.0
 * @category Data
 */
export const definitions: typeof Definition.definitions = Definition.definitions

/**
 * The name of a builder.
 *
 * @since 0.1.0
 * @category Models
 */
export type Name = keyof typeof definitions

/**
 * The built-in task with this id, if it is known here. Upper and lower case are the same.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const find: (taskDefinitionId: string) => Option.Option<Definition.Any> = Request.find

/**
 * What every task can be told.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Common {
  /** Its name. Unless given, the definition's. */
  readonly displayName?: string | undefined
  /** What it is for. Unless given, the definition's; an empty text leaves it out. */
  readonly description?: string | undefined
  /** Its categories. Unless given, the definition's; an empty list leaves it out. */
  readonly category?: ReadonlyArray<TaskCategory> | undefined
  /** Whether it runs. True, unless given. */
  readonly isEnabled?: boolean | undefined
  /** Whether the tasks after it run when it has failed. False, unless given. */
  readonly continueOnError?: boolean | undefined
  /** Its place in the workflow, from 1. Left out, unless given. */
  readonly executionSequence?: number | undefined
}

type ArgumentsOf<N extends Name> = (typeof definitions)[N]["arguments"]

type Value<A> = A extends Argument.Argument<infer V> ? V : never

type RequiredKey<A> = { [K in keyof A]: A[K] extends Argument.Argument<any, true> ? K : never }[keyof A]

// Mapped over a key parameter, as `Pick` is, so that an editor shows what the table says of each argument.
type RequiredOptions<A, K extends keyof A> = { readonly [P in K]: Value<A[P]> }

type OptionalOptions<A, K extends keyof A> = { readonly [P in K]?: Value<A[P]> | undefined }

type ArgumentOptions<A> = RequiredOptions<A, RequiredKey<A>> & OptionalOptions<A, Exclude<keyof A, RequiredKey<A>>>

/**
 * What a builder takes: the arguments of its task, and what every task can be told.
 *
 * @since 0.1.0
 * @category Models
 */
export type Options<N extends Name> = Types.Simplify<ArgumentOptions<ArgumentsOf<N>> & Common>

/**
 * A builder. Its options may be left out where all of them may.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Builder<N extends Name> {
  (...args: {} extends Options<N> ? [options?: Options<N>] : [options: Options<N>]): Input
}

/**
 * What a builder takes, together with its name: a union to switch on.
 *
 * @since 0.1.0
 * @category Models
 */
export type Typed<N extends Name = Name> = { readonly [K in N]: Types.Simplify<{ readonly _tag: K } & Options<K>> }[N]

/**
 * A task of a definition that has no builder here. Its arguments are sent as they are. The category is left out unless
 * given, and the service takes the definition's.
 *
 * @example
 * ```ts
 * import { Ids, Tasks } from "@effect-msgraph/domain"
 *
 * const task = Tasks.custom({
 *   taskDefinitionId: Ids.TaskDefinitionId.make("2c8f4a1b-7d3e-4f9c-8a5b-6e1d2c3f4a5b"),
 *   displayName: "Set the department",
 *   arguments: [{ name: "attributeUpdates", value: JSON.stringify([{ attribute: "department", value: "Sales" }]) }]
 * })
 * console.log(task.isEnabled) // true
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const custom = (
  { arguments: args = [], category = [], continueOnError = false, description = "", isEnabled = true, ...options }:
    & Common
    & Pick<Input, "taskDefinitionId" | "displayName">
    & { readonly arguments?: Input["arguments"] | undefined }
): Input => ({
  taskDefinitionId: options.taskDefinitionId,
  ...(category.length === 0 ? {} : { category }),
  displayName: options.displayName,
  ...(description === "" ? {} : { description }),
  isEnabled,
  continueOnError,
  ...(options.executionSequence === undefined ? {} : { executionSequence: options.executionSequence }),
  arguments: args
})

const build = (definition: Definition.Any, options: Common & { readonly [key: string]: unknown }): Input =>
  custom({
    taskDefinitionId: definition.id,
    displayName: options.displayName ?? definition.displayName,
    description: options.description ?? definition.description,
    category: options.category ?? definition.categories,
    isEnabled: options.isEnabled,
    continueOnError: options.continueOnError,
    executionSequence: options.executionSequence,
    arguments: Object.entries(definition.arguments).flatMap(([key, argument]) => {
      const value = options[key]
      if (value === undefined || (!argument.required && Array.isArray(value) && value.length === 0)) return []
      return [{ name: argument.name, value: argument.write(value) }]
    })
  })

/**
 * Makes a task of what its builder takes and the builder's name. It is the inverse of {@link parse}.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (typed: Typed): Input => build(definitions[typed._tag], { ...typed })

/**
 * Reads a task: which builder made it, or would have, and of what. It is the inverse of {@link make}, but for the order
 * of arguments and the spaces between identifiers. Nothing, where a builder could not say the same: where the
 * definition is unknown, or an argument is unknown, missing or malformed. Of lists, an empty one is fine: so are the
 * templates, to be filled in.
 *
 * @example
 * ```ts
 * import { Ids, Tasks } from "@effect-msgraph/domain"
 * import { Option } from "effect"
 *
 * const groupId = Ids.GroupId.make("e5659cb0-bcbb-4a9f-9092-90f72bd19028")
 * const task = Tasks.addUserToGroups({ groupIds: [groupId] })
 * const groups = Option.match(Tasks.parse(task), {
 *   onNone: () => [],
 *   onSome: (typed) => typed._tag === "addUserToGroups" ? typed.groupIds : []
 * })
 * console.log(groups) // [ "e5659cb0-bcbb-4a9f-9092-90f72bd19028" ]
 * ```
 *
 * @since 0.1.0
 * @category Accessors
 */
export const parse = (task: Input): Option.Option<Typed> =>
  Option.map(Request.read(task), ({ definition, values }) => {
    const common: Common = {
      displayName: task.displayName,
      description: task.description ?? "",
      category: task.category ?? [],
      ...(task.isEnabled === undefined ? {} : { isEnabled: task.isEnabled }),
      ...(task.continueOnError === undefined ? {} : { continueOnError: task.continueOnError }),
      ...(task.executionSequence === undefined ? {} : { executionSequence: task.executionSequence })
    }
    // The reader has the names and the types of the values from the table, as the type has.
    return { _tag: definition.name, ...common, ...values } as unknown as Typed
  })

/** The type of the options is the table's, as the type of {@link Options} is. */
const builder = <const N extends Name>(name: N): Builder<N> => {
  const definition = definitions[name]
  return ((options?: Common) => build(definition, { ...options })) as Builder<N>
}

/**
 * Makes the user a member of groups.
 *
 * @example
 * ```ts
 * import { Ids, Tasks } from "@effect-msgraph/domain"
 *
 * const task = Tasks.addUserToGroups({
 *   groupIds: [Ids.GroupId.make("e5659cb0-bcbb-4a9f-9092-90f72bd19028")],
 *   continueOnError: true
 * })
 * console.log(task.arguments) // [ { name: "groupID", value: "e5659cb0-bcbb-4a9f-9092-90f72bd19028" } ]
 * ```
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#add-user-to-groups
 * @since 0.1.0
 * @category Builders
 */
export const addUserToGroups: Builder<"addUserToGroups"> = builder("addUserToGroups")

/**
 * Blocks the user from signing in.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#disable-user-account
 * @since 0.1.0
 * @category Builders
 */
export const disableUserAccount: Builder<"disableUserAccount"> = builder("disableUserAccount")

/**
 * Lets the user sign in.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#enable-user-account
 * @since 0.1.0
 * @category Builders
 */
export const enableUserAccount: Builder<"enableUserAccount"> = builder("enableUserAccount")

/**
 * Ends the user's membership in certain groups.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#remove-user-from-selected-groups
 * @since 0.1.0
 * @category Builders
 */
export const removeUserFromSelectedGroups: Builder<"removeUserFromSelectedGroups"> = builder(
  "removeUserFromSelectedGroups"
)

/**
 * Makes a Temporary Access Pass for the user and mails it, to the manager unless told otherwise.
 *
 * @example
 * ```ts
 * import { Tasks } from "@effect-msgraph/domain"
 *
 * const task = Tasks.generateTapAndSendEmail({ tapLifetimeMinutes: 480, tapIsUsableOnce: true, to: "User/otherMails" })
 * console.log(task.arguments.length) // 3
 * ```
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#generate-temporary-access-pass-and-send-via-email-to-users-manager
 * @since 0.1.0
 * @category Builders
 */
export const generateTapAndSendEmail: Builder<"generateTapAndSendEmail"> = builder("generateTapAndSendEmail")

/**
 * Welcomes the user by mail.
 *
 * @example
 * ```ts
 * import { Ids, Tasks } from "@effect-msgraph/domain"
 *
 * const task = Tasks.sendWelcomeEmail({
 *   cc: [Ids.UserId.make("e94ad2cd-d590-4b39-8e46-bb4f8e293f85")],
 *   customSubject: "Good to have you here, {{userGivenName}}",
 *   locale: "en-us"
 * })
 * console.log(task.displayName) // Send welcome email
 * ```
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#send-welcome-email-to-new-hire
 * @since 0.1.0
 * @category Builders
 */
export const sendWelcomeEmail: Builder<"sendWelcomeEmail"> = builder("sendWelcomeEmail")

/**
 * Makes the user a member of teams.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#add-user-to-teams
 * @since 0.1.0
 * @category Builders
 */
export const addUserToTeams: Builder<"addUserToTeams"> = builder("addUserToTeams")

/**
 * Deletes the user.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#delete-user
 * @since 0.1.0
 * @category Builders
 */
export const deleteUserAccount: Builder<"deleteUserAccount"> = builder("deleteUserAccount")

/**
 * Ends the user's membership in certain teams.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#remove-user-from-selected-teams
 * @since 0.1.0
 * @category Builders
 */
export const removeUserFromSelectedTeams: Builder<"removeUserFromSelectedTeams"> = builder(
  "removeUserFromSelectedTeams"
)

/**
 * Ends the user's membership in every group.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#remove-users-from-all-groups
 * @since 0.1.0
 * @category Builders
 */
export const removeUserFromAllGroups: Builder<"removeUserFromAllGroups"> = builder("removeUserFromAllGroups")

/**
 * Ends the user's membership in every team.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#remove-users-from-all-teams
 * @since 0.1.0
 * @category Builders
 */
export const removeUserFromAllTeams: Builder<"removeUserFromAllTeams"> = builder("removeUserFromAllTeams")

/**
 * Takes back every license that was assigned to the user directly.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#remove-all-license-assignments-from-user
 * @since 0.1.0
 * @category Builders
 */
export const removeAllLicensesForUser: Builder<"removeAllLicensesForUser"> = builder("removeAllLicensesForUser")

/**
 * Calls the Logic App behind a custom task extension.
 *
 * @example
 * ```ts
 * import { Ids, Tasks } from "@effect-msgraph/domain"
 *
 * const task = Tasks.runCustomTaskExtension({
 *   customTaskExtensionId: Ids.CustomTaskExtensionId.make("db454f14-4dd0-4e3b-9a55-0f6a6b1f7e2c"),
 *   displayName: "Order a laptop"
 * })
 * console.log(task.displayName) // Order a laptop
 * ```
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#run-a-custom-task-extension
 * @since 0.1.0
 * @category Builders
 */
export const runCustomTaskExtension: Builder<"runCustomTaskExtension"> = builder("runCustomTaskExtension")

/**
 * Reminds the manager by mail that the user's last day draws near.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#send-email-to-manager-before-users-last-day
 * @since 0.1.0
 * @category Builders
 */
export const sendEmailBeforeUsersLastDay: Builder<"sendEmailBeforeUsersLastDay"> = builder(
  "sendEmailBeforeUsersLastDay"
)

/**
 * Tells the manager by mail that this is the user's last day.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#send-email-on-users-last-day
 * @since 0.1.0
 * @category Builders
 */
export const sendEmailOnUsersLastDay: Builder<"sendEmailOnUsersLastDay"> = builder("sendEmailOnUsersLastDay")

/**
 * Tells the manager by mail what happens after the user's last day.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#send-email-to-users-manager-after-their-last-day
 * @since 0.1.0
 * @category Builders
 */
export const sendEmailAfterUsersLastDay: Builder<"sendEmailAfterUsersLastDay"> = builder("sendEmailAfterUsersLastDay")

/**
 * Reminds the manager by mail that the user starts soon.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#send-onboarding-reminder-email
 * @since 0.1.0
 * @category Builders
 */
export const sendOnboardingReminderEmail: Builder<"sendOnboardingReminderEmail"> = builder(
  "sendOnboardingReminderEmail"
)

/**
 * Requests an access package for the user.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#request-user-access-package-assignment
 * @since 0.1.0
 * @category Builders
 */
export const requestUserAccessPackageAssignment: Builder<"requestUserAccessPackageAssignment"> = builder(
  "requestUserAccessPackageAssignment"
)

/**
 * Takes an access package back from the user.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#remove-access-package-assignment-for-user
 * @since 0.1.0
 * @category Builders
 */
export const removeAccessPackageAssignmentForUser: Builder<"removeAccessPackageAssignmentForUser"> = builder(
  "removeAccessPackageAssignmentForUser"
)

/**
 * Takes every access package back from the user.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#remove-all-access-package-assignments-for-user
 * @since 0.1.0
 * @category Builders
 */
export const removeAllAccessPackageAssignmentsForUser: Builder<"removeAllAccessPackageAssignmentsForUser"> = builder(
  "removeAllAccessPackageAssignmentsForUser"
)

/**
 * Withdraws what the user has requested of access packages and not yet got.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#cancel-all-pending-access-package-assignment-requests-for-user
 * @since 0.1.0
 * @category Builders
 */
export const cancelPendingAccessPackageAssignmentRequestsForUser: Builder<
  "cancelPendingAccessPackageAssignmentRequestsForUser"
> = builder("cancelPendingAccessPackageAssignmentRequestsForUser")

/**
 * Tells the manager by mail that the user has moved.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#send-email-to-notify-manager-of-user-move
 * @since 0.1.0
 * @category Builders
 */
export const sendEmailToNotifyManagerOfUserMove: Builder<"sendEmailToNotifyManagerOfUserMove"> = builder(
  "sendEmailToNotifyManagerOfUserMove"
)

/**
 * Assigns licenses to the user. They need a usage location.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#assign-licenses-to-user
 * @since 0.1.0
 * @category Builders
 */
export const assignLicensesToUser: Builder<"assignLicensesToUser"> = builder("assignLicensesToUser")

/**
 * Takes certain licenses back from the user.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#remove-selected-license-assignments-from-user
 * @since 0.1.0
 * @category Builders
 */
export const removeLicensesFromUser: Builder<"removeLicensesFromUser"> = builder("removeLicensesFromUser")

/**
 * Makes the user's refresh tokens and browser sessions invalid.
 *
 * @see https://learn.microsoft.com/entra/id-governance/lifecycle-workflow-tasks#revoke-all-refresh-tokens-for-user
 * @since 0.1.0
 * @category Builders
 */
export const revokeAllRefreshTokensForUser: Builder<"revokeAllRefreshTokensForUser"> = builder(
  "revokeAllRefreshTokensForUser"
)
