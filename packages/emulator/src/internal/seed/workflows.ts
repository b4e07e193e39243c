import * as Store from "../../Store.js"
import * as Random from "./random.js"
import type * as Tasks from "./tasks.js"

/** Ids of the demo tenant's groups and teams. */
export const groups = {
  everyone: "e5659cb0-bcbb-4a9f-9092-90f72bd19028",
  newHires: "4f1b6d0a-83c2-4f5e-9b7d-1c60e2a9f835",
  projects: "c93e57a1-0d48-4b62-8e1f-7a25d6b4c019",
  teamWelcome: "7d20f4be-5c19-4e83-a6d7-92b8e31f0c46"
} as const

/** A workflow of the demo tenant, and what its runs look like. */
export interface WorkflowSpec {
  readonly id: string
  readonly displayName: string
  readonly description: string
  readonly category: "joiner" | "mover" | "leaver"
  readonly version: number
  readonly conditions: Store.Properties
  readonly tasks: ReadonlyArray<Tasks.TaskSpec>
  /** How many users each scheduled run processes; on-demand runs alone where there is none. */
  readonly daily?: readonly [fewest: number, most: number]
  /** How many runs somebody started by hand. */
  readonly onDemand?: number
  /** How often a task fails. */
  readonly failureRate: number
}

const namespace = "#microsoft.graph.identityGovernance"

/** So many days from a date of the user, for the users of a rule. */
export const timeBased = (timeBasedAttribute: string, offsetInDays: number, rule: string): Store.Properties => ({
  "@odata.type": `${namespace}.triggerAndScopeBasedConditions`,
  scope: { "@odata.type": `${namespace}.ruleBasedSubjectSet`, rule },
  trigger: { "@odata.type": `${namespace}.timeBasedAttributeTrigger`, timeBasedAttribute, offsetInDays }
})

const attributeChange = (attribute: string, rule: string): Store.Properties => ({
  "@odata.type": `${namespace}.triggerAndScopeBasedConditions`,
  scope: { "@odata.type": `${namespace}.ruleBasedSubjectSet`, rule },
  trigger: { "@odata.type": `${namespace}.attributeChangeTrigger`, triggerAttributes: [{ name: attribute }] }
})

/** Nobody but who activates it. */
export const onDemandOnly: Store.Properties = { "@odata.type": `${namespace}.onDemandExecutionOnly` }

/** The workflows of the demo tenant, besides those that Microsoft's examples show. */
export const specs: ReadonlyArray<WorkflowSpec> = [
  {
    id: "c007a148-5bf1-4f38-82b4-377fb23b1711",
    displayName: "Global pre hire",
    description: "Configure pre-hire tasks for onboarding employees before their first day",
    category: "joiner",
    version: 12,
    conditions: timeBased("employeeHireDate", -7, "(employeeType eq 'Employee')"),
    tasks: [
      { definition: "generateTap", arguments: { tapLifetimeMinutes: "480", tapIsUsableOnce: "false" } },
      { definition: "sendOnboardingReminder", continueOnError: true }
    ],
    daily: [1, 4],
    failureRate: 0.06
  },
  {
    id: "559d8339-ab4e-4c41-a517-ed5d8dd9fbf5",
    displayName: "Global new hire",
    description: "Configure new hire tasks for onboarding employees on their first day",
    category: "joiner",
    version: 5,
    conditions: timeBased("employeeHireDate", 0, "(employeeType eq 'Employee')"),
    tasks: [
      { definition: "enableUserAccount" },
      { definition: "sendWelcomeEmail", continueOnError: true },
      { definition: "addUserToGroups", arguments: { groupID: `${groups.everyone},${groups.newHires}` } }
    ],
    daily: [1, 6],
    onDemand: 3,
    failureRate: 0.05
  },
  {
    id: "6b1e83f7-c2d4-4a90-bb5e-0f7d9c3a1e62",
    displayName: "Post-onboarding of an employee",
    description: "Configure onboarding tasks for employees after their first week",
    category: "joiner",
    version: 2,
    conditions: timeBased("employeeHireDate", 7, "(employeeType eq 'Employee')"),
    tasks: [
      { definition: "addUserToTeams", continueOnError: true, arguments: { teamID: groups.teamWelcome } },
      { definition: "removeUserFromGroups", continueOnError: true, arguments: { groupID: groups.newHires } }
    ],
    daily: [1, 4],
    failureRate: 0.08
  },
  {
    id: "d18f02c6-7b3e-4d59-8a41-5e6c90b7f2d3",
    displayName: "Employee job profile change",
    description: "Configure tasks for employees whose department changes",
    category: "mover",
    version: 3,
    conditions: attributeChange("department", "(accountEnabled eq true)"),
    tasks: [
      { definition: "removeUserFromGroups", continueOnError: true, arguments: { groupID: groups.projects } },
      { definition: "notifyManagerOfMove", continueOnError: true },
      { definition: "revokeRefreshTokens" }
    ],
    daily: [1, 3],
    onDemand: 2,
    failureRate: 0.1
  },
  {
    id: "15f9c6db-ada8-4417-927f-17ac24b54b9b",
    displayName: "Post-Offboarding of an employee",
    description: "Configure offboarding tasks for employees after their last day of work",
    category: "leaver",
    version: 1,
    conditions: timeBased("employeeLeaveDateTime", 7, "(employeeType eq 'Employee')"),
    tasks: [
      { definition: "removeAllLicenses", continueOnError: true },
      { definition: "removeUserFromAllTeams", continueOnError: true },
      { definition: "deleteUserAccount" }
    ],
    daily: [1, 3],
    failureRate: 0.07
  },
  {
    id: "f3a90d5c-1e76-4b28-95d4-8c2b7e6a0f13",
    displayName: "Pre-Offboarding of an employee",
    description: "Configure offboarding tasks for employees before their last day of work",
    category: "leaver",
    version: 4,
    conditions: timeBased("employeeLeaveDateTime", -7, "(employeeType eq 'Employee')"),
    tasks: [
      { definition: "removeUserFromGroups", continueOnError: true, arguments: { groupID: groups.projects } },
      { definition: "sendOffboardingReminder", continueOnError: true }
    ],
    daily: [1, 3],
    failureRate: 0.09
  },
  {
    id: "57bc6612-2c20-4141-9dab-aa11a95b8fbc",
    displayName: "Real-time employee termination",
    description: "Execute real-time termination tasks for employees on their last day of work",
    category: "leaver",
    version: 1,
    conditions: onDemandOnly,
    tasks: [
      { definition: "disableUserAccount" },
      { definition: "revokeRefreshTokens" },
      { definition: "removeUserFromAllGroups", continueOnError: true },
      { definition: "removeUserFromAllTeams", continueOnError: true }
    ],
    onDemand: 9,
    failureRate: 0.08
  }
]

/** A workflow as an entity. `fill` gives it tasks and runs. */
export const make = (
  spec: Omit<WorkflowSpec, "tasks" | "daily" | "onDemand" | "failureRate">,
  author: Store.Node,
  fill: (workflow: Store.Node) => void
): Store.Node => {
  const random = Random.make(`workflow ${spec.id}`)
  const created = Date.UTC(
    2022,
    random.int(0, 6),
    random.int(1, 28),
    random.int(7, 17),
    random.int(0, 59),
    random.int(0, 59)
  )
  return Store.node({
    category: spec.category,
    description: spec.description,
    displayName: spec.displayName,
    lastModifiedDateTime: Random.timestamp(created + (spec.version - 1) * random.int(1, 3) * 86_400_000, random),
    createdDateTime: Random.timestamp(created, random),
    deletedDateTime: null,
    id: spec.id,
    isEnabled: true,
    isSchedulingEnabled: spec.conditions["@odata.type"] !== onDemandOnly["@odata.type"],
    nextScheduleRunDateTime: spec.conditions["@odata.type"] === onDemandOnly["@odata.type"]
      ? null
      : "2022-09-16T10:00:00Z",
    version: spec.version,
    executionConditions: spec.conditions
  }, {
    links: { createdBy: author, lastModifiedBy: author },
    collections: { tasks: [], runs: [], userProcessingResults: [], versions: [] },
    fill
  })
}
