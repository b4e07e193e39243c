import * as Store from "../../Store.js"
import type { Random } from "./random.js"

/** A built-in task definition of the service, what its failures read like, and how long it takes. */
interface Definition {
  readonly id: string
  readonly displayName: string
  readonly description: string
  readonly category: string
  readonly failures: ReadonlyArray<string>
  readonly seconds: number
}

const directoryFailures = [
  "The user could not be found in the directory.",
  "Insufficient privileges to complete the operation: the user holds a privileged role."
]

const mailFailures = [
  "The email could not be sent because the user has no manager.",
  "The email could not be sent because the manager has no mail address."
]

/** The definitions that the demo tenant uses, with the service's own ids. */
export const definitions = {
  addUserToGroups: {
    id: "22085229-5809-45e8-97fd-270d28d66910",
    displayName: "Add User To Groups",
    description: "Add user to selected groups",
    category: "joiner,leaver,mover",
    failures: [
      "The group could not be found in the directory.",
      "The group is synchronised from on-premises and cannot be changed."
    ],
    seconds: 2
  },
  removeUserFromGroups: {
    id: "1953a66c-751c-45e5-8bfe-01462c70da3c",
    displayName: "Remove User From Selected Groups",
    description: "Remove user from membership of selected Azure AD groups",
    category: "joiner,leaver,mover",
    failures: ["The group has dynamic membership, which cannot be changed."],
    seconds: 2
  },
  enableUserAccount: {
    id: "6fc52c9d-398b-4305-9763-15f42c1676fc",
    displayName: "Enable User Account",
    description: "Enable user account in the directory",
    category: "joiner,leaver",
    failures: directoryFailures,
    seconds: 1
  },
  disableUserAccount: {
    id: "1dfdfcc7-52fa-4c2e-bf3a-e3919cc12950",
    displayName: "Disable User Account",
    description: "Disable user account in the directory",
    category: "joiner,leaver",
    failures: directoryFailures,
    seconds: 1
  },
  deleteUserAccount: {
    id: "8d18588d-9ad3-4c0f-99d0-ec215f0e3dff",
    displayName: "Delete User Account",
    description: "Delete user account in Azure AD",
    category: "leaver",
    failures: directoryFailures,
    seconds: 2
  },
  generateTap: {
    id: "1b555e50-7f65-41d5-b514-5894a026d10d",
    displayName: "Generate TAP And Send Email",
    description: "Generate Temporary Access Pass and send via email to user's manager",
    category: "joiner",
    failures: [...mailFailures, "The temporary access pass policy does not allow a pass for this user."],
    seconds: 4
  },
  sendWelcomeEmail: {
    id: "70b29d51-b59a-4773-9280-8841dfd3f2ea",
    displayName: "Send Welcome Email",
    description: "Send welcome email to new hire",
    category: "joiner",
    failures: ["The email could not be sent because the user has no mail address."],
    seconds: 3
  },
  sendOnboardingReminder: {
    id: "3c860712-2d37-42a4-928f-5c93935d26a1",
    displayName: "Send Onboarding Reminder Email",
    description: "Send onboarding reminder email to user’s manager",
    category: "joiner",
    failures: mailFailures,
    seconds: 3
  },
  addUserToTeams: {
    id: "e440ed8d-25a1-4618-84ce-091ed5be5594",
    displayName: "Add User To Teams",
    description: "Add user to selected Teams",
    category: "joiner,leaver,mover",
    failures: ["The team is archived.", "The user has no license for Teams."],
    seconds: 5
  },
  removeUserFromAllTeams: {
    id: "81f7b200-2816-4b3b-8c5d-dc556f07b024",
    displayName: "Remove User From All Teams",
    description: "Remove user from all Teams memberships",
    category: "leaver",
    failures: ["The user is the last owner of a team."],
    seconds: 6
  },
  removeUserFromAllGroups: {
    id: "b3a31406-2a15-4c9a-b25b-a658fa5f07fc",
    displayName: "Remove User From All Groups",
    description: "Remove user from all Azure AD groups memberships",
    category: "leaver",
    failures: ["The user is a member of a group that is synchronised from on-premises."],
    seconds: 5
  },
  removeAllLicenses: {
    id: "8fa97d28-3e52-4985-b3a9-a1126f9b8b4e",
    displayName: "Remove All Licenses For User",
    description: "Remove all licenses assigned to the user",
    category: "leaver",
    failures: ["A license that is assigned through a group cannot be removed from the user."],
    seconds: 3
  },
  sendOffboardingReminder: {
    id: "52853a3e-f4e5-4eb8-bb24-1ac09a1da935",
    displayName: "Send Email Before User’s Last Day",
    description: "Send offboarding email to user’s manager before the last day of work",
    category: "leaver",
    failures: mailFailures,
    seconds: 3
  },
  notifyManagerOfMove: {
    id: "aab41899-9972-422a-9d97-f626014578b7",
    displayName: "Send Email To Notify Manager Of User Move",
    description: "Send email to notify user’s manager of user move",
    category: "mover",
    failures: mailFailures,
    seconds: 3
  },
  revokeRefreshTokens: {
    id: "509589a4-0466-4471-829e-49c5e502bdee",
    displayName: "Revoke All Refresh Tokens For User",
    description: "Revoke all refresh tokens for user",
    category: "leaver,mover",
    failures: directoryFailures,
    seconds: 1
  }
} as const satisfies { readonly [name: string]: Definition }

/** A task of a workflow of the demo tenant. */
export interface TaskSpec {
  readonly definition: keyof typeof definitions
  readonly continueOnError?: boolean
  readonly arguments?: { readonly [name: string]: string }
}

/** A task as an entity, in its place of the sequence. */
export const make = (spec: TaskSpec, executionSequence: number, random: Random): Store.Node => {
  const definition = definitions[spec.definition]
  return Store.node({
    category: definition.category,
    continueOnError: spec.continueOnError ?? false,
    description: definition.description,
    displayName: definition.displayName,
    executionSequence,
    id: random.guid(),
    isEnabled: true,
    taskDefinitionId: definition.id,
    arguments: Object.entries(spec.arguments ?? {}).map(([name, value]) => ({ name, value }))
  })
}

/** What is known of the definition that a task carries out. */
export const definitionOf = (task: Store.Node): Definition =>
  Object.values(definitions).find((definition) => definition.id === task.properties.taskDefinitionId)!

/** Why a task may fail. */
export const failureReason = (task: Store.Node, random: Random): string =>
  random.pick(
    Object.values<Definition>(definitions).find(({ id }) => id === task.properties.taskDefinitionId)?.failures ??
      directoryFailures
  )
