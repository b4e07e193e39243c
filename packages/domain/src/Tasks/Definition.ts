/**
 * The table of built-in tasks. Builders, reading, checking and documentation all derive from it.
 *
 * The reference is what `GET …/taskDefinitions` returns: ids, names, descriptions, categories, versions, and the names,
 * types and values of arguments. Where the pages say otherwise:
 *
 * - "Run a Custom Task Extension": the page of arguments has the id that the service has in its table, and another in
 *   its example. It also spells the argument `CustomTaskExtensionID`.
 * - `to`: that page says `Managers`, and leaves it out for the mail before the last day.
 * - "Generate TAP and send email": that page leaves out `cc`, `customSubject`, `customBody` and `locale`, which its own
 *   example sends. It ends the lifetime at 43000 minutes, the administrator's guide at 43200. The lower limit holds
 *   here.
 * - "Disable user account" is for leavers alone in the overview; "Cancel pending access package assignment requests"
 *   too.
 * - `cc`: the page speaks of one user id, its examples have two with a comma and no space. Groups and teams have comma
 *   and space.
 * - `licenses`: the page speaks of one id. The plural name and the portal's selection say more; no example has two.
 * - No page says which arguments are required. Those without which the examples never come are, here.
 * - `taskDefinitions/{id}` is printed with "Disable User Account" and no parameters; the list has one.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-taskdefinitions
 * @see https://learn.microsoft.com/graph/identitygovernance-lifecycleworkflows-task-arguments
 * @since 0.1.0
 */
import * as Ids from "../Ids.js"
import * as Argument from "./Argument.js"

/**
 * A category of workflow that a task can be part of.
 *
 * @since 0.1.0
 * @category Models
 */
export type Category = "joiner" | "leaver" | "mover"

/**
 * A built-in task.
 *
 * - `name`: the name of its builder
 * - `id`, `displayName`, `description`, `categories`, `version`: as the service has them
 * - `summary`: what it does
 * - `prerequisites`: what has to be true of the user or the tenant, lest it fail
 * - `arguments`: what it takes, in the order in which it is sent
 *
 * @since 0.1.0
 * @category Models
 */
export interface Definition<Name extends string, Arguments extends Argument.Arguments> {
  readonly name: Name
  readonly id: Ids.TaskDefinitionId
  readonly displayName: string
  readonly description: string
  readonly summary: string
  readonly categories: ReadonlyArray<Category>
  readonly version: number
  readonly prerequisites: ReadonlyArray<string>
  readonly arguments: Arguments
}

/**
 * Any built-in task.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Any extends Definition<string, Argument.Arguments> {}

interface Entry<Arguments extends Argument.Arguments> {
  readonly id: string
  readonly displayName: string
  readonly description: string
  readonly summary: string
  readonly categories: ReadonlyArray<Category>
  readonly prerequisites?: ReadonlyArray<string>
  readonly arguments: Arguments
}

/** Every definition is of version 1 so far: the service raises it when it adds arguments. */
const define = <Name extends string, Arguments extends Argument.Arguments>(
  name: Name,
  entry: Entry<Arguments>
): Definition<Name, Arguments> => ({
  prerequisites: [],
  version: 1,
  ...entry,
  name,
  id: Ids.TaskDefinitionId.make(entry.id)
})

const groups = {
  /** The groups. At least one. */
  groupIds: Argument.required("groupID", Argument.ids("GroupId", Ids.GroupId, ", "), { description: "The groups." })
}

const teams = {
  /** The teams, by the ids of their groups. At least one. */
  teamIds: Argument.required("teamID", Argument.ids("GroupId", Ids.GroupId, ", "), {
    description: "The teams, by the ids of their groups."
  })
}

const licenses = {
  /** The products whose licenses are meant. At least one. */
  licenses: Argument.required("licenses", Argument.ids("SkuId", Ids.SkuId, ","), {
    description: "The products whose licenses are meant."
  })
}

const accessPackage = {
  /** The access package. */
  accessPackageId: Argument.required("accessPackageId", Argument.id("AccessPackageId", Ids.AccessPackageId), {
    description: "The access package."
  })
}

const mail = {
  /** Users who get a copy. Not together with the recipient `Sponsors`. */
  cc: Argument.optional("cc", Argument.ids("UserId", Ids.UserId, ","), {
    description: "Users who get a copy. Not together with the recipient Sponsors.",
    excludedBy: { name: "to", value: "Sponsors" }
  }),
  /** A subject in place of the standard one. It may hold placeholders such as `{{userDisplayName}}`. */
  customSubject: Argument.optional("customSubject", Argument.text, {
    description: "A subject in place of the standard one. It may hold placeholders."
  }),
  /** A body in place of the standard one. It may hold placeholders such as `{{userDisplayName}}`. */
  customBody: Argument.optional("customBody", Argument.text, {
    description: "A body in place of the standard one. It may hold placeholders."
  }),
  /** The language of the standard text, in place of the recipient's. It does not translate own text. */
  locale: Argument.optional("locale", Argument.language, {
    description: "The language of the standard text, in place of the recipient's. It does not translate own text."
  })
}

const mailTo = {
  ...mail,
  /** Who gets the mail. */
  to: Argument.optional("to", Argument.recipient, { description: "Who gets the mail." })
}

const managerWithMail = ["The user has a manager.", "The manager has a mail address."]

/**
 * The built-in tasks, by the names of their builders, in the order in which the service lists them.
 *
 * @since 0.1.0
 * @category Data
 */
export const definitions = {
  addUserToGroups: define("addUserToGroups", {
    id: "22085229-5809-45e8-97fd-270d28d66910",
    displayName: "Add user to groups",
    description: "Add user to selected groups",
    summary: "Makes the user a member of groups.",
    categories: ["joiner", "leaver", "mover"],
    arguments: groups
  }),
  disableUserAccount: define("disableUserAccount", {
    id: "1dfdfcc7-52fa-4c2e-bf3a-e3919cc12950",
    displayName: "Disable user account",
    description: "Disable user account in the directory",
    summary: "Blocks the user from signing in.",
    categories: ["joiner", "leaver"],
    arguments: {
      /** Whether the account that is synchronized from on-premises is disabled too. */
      disableOnPremisesAccount: Argument.optional("disableOnPremisesAccount", Argument.boolean, {
        description: "Whether the account that is synchronized from on-premises is disabled too."
      })
    }
  }),
  enableUserAccount: define("enableUserAccount", {
    id: "6fc52c9d-398b-4305-9763-15f42c1676fc",
    displayName: "Enable user account",
    description: "Enable user account in the directory",
    summary: "Lets the user sign in.",
    categories: ["joiner", "leaver"],
    arguments: {
      /** Whether the account that is synchronized from on-premises is enabled too. */
      enableOnPremisesAccount: Argument.optional("enableOnPremisesAccount", Argument.boolean, {
        description: "Whether the account that is synchronized from on-premises is enabled too."
      })
    }
  }),
  removeUserFromSelectedGroups: define("removeUserFromSelectedGroups", {
    id: "1953a66c-751c-45e5-8bfe-01462c70da3c",
    displayName: "Remove user from selected groups",
    description: "Remove user from membership of selected Azure AD groups",
    summary: "Ends the user's membership in certain groups.",
    categories: ["joiner", "leaver", "mover"],
    arguments: groups
  }),
  generateTapAndSendEmail: define("generateTapAndSendEmail", {
    id: "1b555e50-7f65-41d5-b514-5894a026d10d",
    displayName: "Generate TAP and send email",
    description: "Generate Temporary Access Pass and send via email to user's manager",
    summary: "Makes a Temporary Access Pass for the user and mails it, to the manager unless told otherwise.",
    categories: ["joiner"],
    prerequisites: [...managerWithMail, "The tenant's Temporary Access Pass policy is on and covers the user."],
    arguments: {
      /** How long the pass is valid, in minutes: 10 to 43000. */
      tapLifetimeMinutes: Argument.required("tapLifetimeMinutes", Argument.integer(10, 43000), {
        description: "How long the pass is valid, in minutes."
      }),
      /** Whether the pass is good for one sign-in only. */
      tapIsUsableOnce: Argument.required("tapIsUsableOnce", Argument.boolean, {
        description: "Whether the pass is good for one sign-in only."
      }),
      ...mail,
      /** Who gets the mail, or which attribute of the user holds the address. */
      to: Argument.optional("to", Argument.recipientOrAttribute, {
        description: "Who gets the mail, or which attribute of the user holds the address."
      })
    }
  }),
  sendWelcomeEmail: define("sendWelcomeEmail", {
    id: "70b29d51-b59a-4773-9280-8841dfd3f2ea",
    displayName: "Send welcome email",
    description: "Send welcome email to new hire",
    summary: "Welcomes the user by mail.",
    categories: ["joiner"],
    prerequisites: ["The user has a mail address."],
    arguments: mailTo
  }),
  addUserToTeams: define("addUserToTeams", {
    id: "e440ed8d-25a1-4618-84ce-091ed5be5594",
    displayName: "Add user to Teams",
    description: "Add user to selected Teams",
    summary: "Makes the user a member of teams.",
    categories: ["joiner", "leaver", "mover"],
    arguments: teams
  }),
  deleteUserAccount: define("deleteUserAccount", {
    id: "8d18588d-9ad3-4c0f-99d0-ec215f0e3dff",
    displayName: "Delete user account",
    description: "Delete user account in Azure AD",
    summary: "Deletes the user.",
    categories: ["leaver"],
    arguments: {
      /** Whether the account that is synchronized from on-premises is deleted too. */
      deleteOnPremisesAccount: Argument.optional("deleteOnPremisesAccount", Argument.boolean, {
        description: "Whether the account that is synchronized from on-premises is deleted too."
      })
    }
  }),
  removeUserFromSelectedTeams: define("removeUserFromSelectedTeams", {
    id: "06aa7acb-01af-4824-8899-b14e5ed788d6",
    displayName: "Remove user from selected Teams",
    description: "Remove user from membership of selected Teams",
    summary: "Ends the user's membership in certain teams.",
    categories: ["joiner", "leaver", "mover"],
    arguments: teams
  }),
  removeUserFromAllGroups: define("removeUserFromAllGroups", {
    id: "b3a31406-2a15-4c9a-b25b-a658fa5f07fc",
    displayName: "Remove user from all groups",
    description: "Remove user from all Azure AD groups memberships",
    summary: "Ends the user's membership in every group.",
    categories: ["leaver"],
    arguments: {}
  }),
  removeUserFromAllTeams: define("removeUserFromAllTeams", {
    id: "81f7b200-2816-4b3b-8c5d-dc556f07b024",
    displayName: "Remove user from all Teams",
    description: "Remove user from all Teams memberships",
    summary: "Ends the user's membership in every team.",
    categories: ["leaver"],
    arguments: {}
  }),
  removeAllLicensesForUser: define("removeAllLicensesForUser", {
    id: "8fa97d28-3e52-4985-b3a9-a1126f9b8b4e",
    displayName: "Remove all licenses for user",
    description: "Remove all licenses assigned to the user",
    summary: "Takes back every license that was assigned to the user directly.",
    categories: ["leaver"],
    arguments: {}
  }),
  runCustomTaskExtension: define("runCustomTaskExtension", {
    id: "4262b724-8dba-4fad-afc3-43fcbb497a0e",
    displayName: "Run a Custom Task Extension",
    description: "Run a Custom Task Extension to callout to an external system.",
    summary: "Calls the Logic App behind a custom task extension.",
    categories: ["joiner", "leaver", "mover"],
    arguments: {
      /** The custom task extension. */
      customTaskExtensionId: Argument.required(
        "customTaskExtensionID",
        Argument.id("CustomTaskExtensionId", Ids.CustomTaskExtensionId),
        { description: "The custom task extension." }
      )
    }
  }),
  sendEmailBeforeUsersLastDay: define("sendEmailBeforeUsersLastDay", {
    id: "52853a3e-f4e5-4eb8-bb24-1ac09a1da935",
    displayName: "Send email before user’s last day",
    description: "Send offboarding email to user’s manager before the last day of work",
    summary: "Reminds the manager by mail that the user's last day draws near.",
    categories: ["leaver"],
    prerequisites: managerWithMail,
    arguments: mailTo
  }),
  sendEmailOnUsersLastDay: define("sendEmailOnUsersLastDay", {
    id: "9c0a1eaf-5bda-4392-9d9e-6e155bb57411",
    displayName: "Send email on user’s last day",
    description: "Send offboarding email to user’s manager on the last day of work",
    summary: "Tells the manager by mail that this is the user's last day.",
    categories: ["leaver"],
    prerequisites: managerWithMail,
    arguments: mailTo
  }),
  sendEmailAfterUsersLastDay: define("sendEmailAfterUsersLastDay", {
    id: "6f22ddd4-b3a5-47a4-a846-0d7c201a49ce",
    displayName: "Send email after user’s last day",
    description: "Send offboarding email to user’s manager after the last day of work",
    summary: "Tells the manager by mail what happens after the user's last day.",
    categories: ["leaver"],
    prerequisites: managerWithMail,
    arguments: mailTo
  }),
  sendOnboardingReminderEmail: define("sendOnboardingReminderEmail", {
    // In upper case, as the service writes it. Ids are compared without regard to case.
    id: "3C860712-2D37-42A4-928F-5C93935D26A1",
    displayName: "Send onboarding reminder email",
    description: "Send onboarding reminder email to user’s manager",
    summary: "Reminds the manager by mail that the user starts soon.",
    categories: ["joiner"],
    prerequisites: managerWithMail,
    arguments: mailTo
  }),
  requestUserAccessPackageAssignment: define("requestUserAccessPackageAssignment", {
    id: "c1ec1e76-f374-4375-aaa6-0bb6bd4c60be",
    displayName: "Request user access package assignment",
    description: "Request user assignment to selected access package",
    summary: "Requests an access package for the user.",
    categories: ["joiner", "mover"],
    arguments: {
      /** The policy of the access package under which it is assigned. */
      assignmentPolicyId: Argument.required(
        "assignmentPolicyId",
        Argument.id("AccessPackageAssignmentPolicyId", Ids.AccessPackageAssignmentPolicyId),
        { description: "The policy of the access package under which it is assigned." }
      ),
      ...accessPackage
    }
  }),
  removeAccessPackageAssignmentForUser: define("removeAccessPackageAssignmentForUser", {
    id: "4a0b64f2-c7ec-46ba-b117-18f262946c50",
    displayName: "Remove access package assignment for user",
    description: "Remove user assignment of selected access package",
    summary: "Takes an access package back from the user.",
    categories: ["leaver", "mover"],
    arguments: accessPackage
  }),
  removeAllAccessPackageAssignmentsForUser: define("removeAllAccessPackageAssignmentsForUser", {
    id: "42ae2956-193d-4f39-be06-691b8ac4fa1d",
    displayName: "Remove all access package assignments for user",
    description: "Remove all access packages assigned to the user",
    summary: "Takes every access package back from the user.",
    categories: ["leaver"],
    arguments: {}
  }),
  cancelPendingAccessPackageAssignmentRequestsForUser: define("cancelPendingAccessPackageAssignmentRequestsForUser", {
    id: "498770d9-bab7-4e4c-b73d-5ded82a1d0b3",
    displayName: "Cancel pending access package assignment requests for user",
    description: "Cancel all pending access packages assignment requests for the user",
    summary: "Withdraws what the user has requested of access packages and not yet got.",
    categories: ["leaver", "mover"],
    arguments: {}
  }),
  sendEmailToNotifyManagerOfUserMove: define("sendEmailToNotifyManagerOfUserMove", {
    id: "aab41899-9972-422a-9d97-f626014578b7",
    displayName: "Send email to notify manager of user move",
    description: "Send email to notify user’s manager of user move",
    summary: "Tells the manager by mail that the user has moved.",
    categories: ["mover"],
    prerequisites: managerWithMail,
    arguments: mailTo
  }),
  assignLicensesToUser: define("assignLicensesToUser", {
    id: "683c87a4-2ad4-420b-97d4-220d90afcd24",
    displayName: "Assign licenses to user",
    description: "Assign selected licenses to the user",
    summary: "Assigns licenses to the user.",
    categories: ["joiner", "mover"],
    prerequisites: ["The user has a usage location."],
    arguments: licenses
  }),
  removeLicensesFromUser: define("removeLicensesFromUser", {
    id: "5fc402a8-daaf-4b7b-9203-da868b05fc5f",
    displayName: "Remove licenses from user",
    description: "Remove selected licenses assigned to the user",
    summary: "Takes certain licenses back from the user.",
    categories: ["leaver", "mover"],
    arguments: licenses
  }),
  revokeAllRefreshTokensForUser: define("revokeAllRefreshTokensForUser", {
    id: "509589a4-0466-4471-829e-49c5e502bdee",
    displayName: "Revoke all refresh tokens for user",
    description: "Revoke all refresh tokens for user",
    summary: "Makes the user's refresh tokens and browser sessions invalid.",
    categories: ["leaver", "mover"],
    arguments: {}
  })
}
