import * as Store from "../../Store.js"
import { onDemandOnly, timeBased } from "./workflows.js"

interface Template {
  readonly id: string
  readonly displayName: string
  readonly description: string
  readonly category: string
  readonly executionConditions: Store.Properties
  readonly tasks: ReadonlyArray<{
    readonly id: string
    readonly taskDefinitionId: string
    readonly displayName: string
    readonly description: string
    readonly category: string
    readonly arguments?: { readonly [name: string]: string }
  }>
}

/** The templates as Microsoft prints them: six of them in the one printed list. */
const templates: ReadonlyArray<Template> = [
  {
    id: "77179007-8114-41b5-922e-2e22109df41f",
    displayName: "Onboard pre-hire employee",
    description: "Configure pre-hire tasks for onboarding employees before their first day",
    category: "joiner",
    executionConditions: timeBased("employeeHireDate", -7, "department eq 'Marketing'"),
    tasks: [
      {
        id: "3e062c24-d219-483d-9258-288f2a039b94",
        taskDefinitionId: "1b555e50-7f65-41d5-b514-5894a026d10d",
        displayName: "Generate TAP And Send Email",
        description: "Generate Temporary Access Pass and send via email to user's manager",
        category: "joiner",
        arguments: { tapLifetimeMinutes: "480", tapIsUsableOnce: "true" }
      }
    ]
  },
  {
    id: "4e06785d-7c1d-4b24-b9e1-bba2b890c58b",
    displayName: "Onboard new hire employee",
    description: "Configure new hire tasks for onboarding employees on their first day",
    category: "joiner",
    executionConditions: timeBased("employeeHireDate", 0, "department eq 'Marketing'"),
    tasks: [
      {
        id: "e18f3208-311c-46a3-a27b-d9c15cd595bc",
        taskDefinitionId: "6fc52c9d-398b-4305-9763-15f42c1676fc",
        displayName: "Enable User Account",
        description: "Enable user account in the directory",
        category: "joiner,leaver"
      },
      {
        id: "e9551045-4302-499f-9108-60b9e23c067a",
        taskDefinitionId: "70b29d51-b59a-4773-9280-8841dfd3f2ea",
        displayName: "Send Welcome Email",
        description: "Send welcome email to new hire",
        category: "joiner"
      },
      {
        id: "560acd0c-321e-4e7e-9f31-ff8899c55878",
        taskDefinitionId: "22085229-5809-45e8-97fd-270d28d66910",
        displayName: "Add User To Groups",
        description: "Add user to selected groups",
        category: "joiner,leaver",
        arguments: { groupID: "" }
      }
    ]
  },
  {
    id: "145735f1-57cc-48c2-81ec-727f07a10096",
    displayName: "Real-time employee termination",
    description: "Execute real-time termination tasks for employees on their last day of work",
    category: "leaver",
    executionConditions: onDemandOnly,
    tasks: [
      {
        id: "1b89bb69-a8cf-416b-a69e-4f6d8108834c",
        taskDefinitionId: "b3a31406-2a15-4c9a-b25b-a658fa5f07fc",
        displayName: "Remove user from all groups",
        description: "Remove user from all Azure AD groups memberships",
        category: "leaver"
      },
      {
        id: "d3cea676-ccce-4426-825c-63c63e9a64c7",
        taskDefinitionId: "81f7b200-2816-4b3b-8c5d-dc556f07b024",
        displayName: "Remove user from all Teams",
        description: "Remove user from all Teams memberships",
        category: "leaver"
      },
      {
        id: "adbd4f05-99f0-4260-a155-7657623ca071",
        taskDefinitionId: "8d18588d-9ad3-4c0f-99d0-ec215f0e3dff",
        displayName: "Delete User Account",
        description: "Delete user account in Azure AD",
        category: "leaver"
      }
    ]
  },
  {
    id: "25abd83d-3b5d-4d6f-bb9a-4ed366fd96b1",
    displayName: "Pre-Offboarding of an employee",
    description: "Configure pre-offboarding tasks for employees before their last day of work",
    category: "leaver",
    executionConditions: timeBased("employeeLeaveDateTime", -7, "department eq 'Marketing'"),
    tasks: [
      {
        id: "7e9aac8a-d239-4867-be60-b3c999c50ee7",
        taskDefinitionId: "1953a66c-751c-45e5-8bfe-01462c70da3c",
        displayName: "Remove user from selected groups",
        description: "Remove user from membership of selected Azure AD groups",
        category: "joiner,leaver",
        arguments: { groupID: "" }
      },
      {
        id: "40eab675-1aaf-432d-b17e-053d93b0fe2e",
        taskDefinitionId: "06aa7acb-01af-4824-8899-b14e5ed788d6",
        displayName: "Remove user from selected Teams",
        description: "Remove user from membership of selected Teams",
        category: "joiner,leaver",
        arguments: { teamID: "" }
      }
    ]
  },
  {
    id: "e821c59e-d28c-44d7-902f-5fed05e926f1",
    displayName: "Offboard an employee",
    description: "Configure offboarding tasks for employees on their last day of work",
    category: "leaver",
    executionConditions: timeBased("employeeLeaveDateTime", 0, "department eq 'Marketing'"),
    tasks: [
      {
        id: "8d9eab35-6c32-4b76-acbd-6a22cb07aa6a",
        taskDefinitionId: "1dfdfcc7-52fa-4c2e-bf3a-e3919cc12950",
        displayName: "Disable User Account",
        description: "Disable user account in the directory",
        category: "joiner,leaver"
      },
      {
        id: "4f5d8835-5d38-4106-ac7e-ebc407749bd2",
        taskDefinitionId: "b3a31406-2a15-4c9a-b25b-a658fa5f07fc",
        displayName: "Remove user from all groups",
        description: "Remove user from all Azure AD groups memberships",
        category: "leaver"
      },
      {
        id: "8087b303-e7d5-492d-ab75-31d4aa34bd73",
        taskDefinitionId: "81f7b200-2816-4b3b-8c5d-dc556f07b024",
        displayName: "Remove user from all Teams",
        description: "Remove user from all Teams memberships",
        category: "leaver"
      }
    ]
  },
  {
    id: "50149a4a-7c2d-4fd8-8018-761f4eb915cb",
    displayName: "Post-Offboarding of an employee",
    description: "Configure offboarding tasks for employees after their last day of work",
    category: "leaver",
    executionConditions: timeBased("employeeLeaveDateTime", 7, "department eq 'Marketing'"),
    tasks: [
      {
        id: "760ab754-8249-4bce-9315-1ad06488e434",
        taskDefinitionId: "8fa97d28-3e52-4985-b3a9-a1126f9b8b4e",
        displayName: "Remove all licenses for user",
        description: "Remove all licenses assigned to the user",
        category: "leaver"
      },
      {
        id: "17b4e37b-c50b-4e04-a11c-93479f487d1d",
        taskDefinitionId: "81f7b200-2816-4b3b-8c5d-dc556f07b024",
        displayName: "Remove user from all Teams",
        description: "Remove user from all Teams memberships",
        category: "leaver"
      },
      {
        id: "46849618-30e7-4b67-abf0-f8c7f0d54b95",
        taskDefinitionId: "8d18588d-9ad3-4c0f-99d0-ec215f0e3dff",
        displayName: "Delete User Account",
        description: "Delete user account in Azure AD",
        category: "leaver"
      }
    ]
  }
]

/** The workflow templates, which are the same in every tenant. */
export const make = (): ReadonlyArray<Store.Node> =>
  templates.map(({ tasks, ...properties }) =>
    Store.node(properties, {
      collections: {
        tasks: tasks.map(({ arguments: values = {}, ...task }, i) =>
          Store.node({
            ...task,
            continueOnError: false,
            executionSequence: i + 1,
            isEnabled: true,
            arguments: Object.entries(values).map(([name, value]) => ({ name, value }))
          })
        )
      }
    })
  )
