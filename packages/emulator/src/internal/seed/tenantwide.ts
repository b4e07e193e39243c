import * as Store from "../../Store.js"
import * as Workflows from "./workflows.js"

const namespace = "#microsoft.graph.identityGovernance"

/** The settings that Microsoft prints. */
export const settings = (): Store.Node =>
  Store.node({
    workflowScheduleIntervalInHours: 1,
    emailSettings: { senderDomain: "ContosoIndustries.net", useCompanyBranding: true }
  })

interface Extension {
  readonly id: string
  readonly displayName: string
  readonly createdDateTime: string
  readonly lastModifiedDateTime: string
  readonly logicAppWorkflowName: string
  readonly resourceId: string
  readonly timeoutDuration: string | undefined
}

const logicApps: ReadonlyArray<Extension> = [
  {
    id: "c0c5b05b-6b5b-4c8d-8060-2ae8df425f4b",
    displayName: "Query and assign Teams phone number",
    createdDateTime: "2022-08-24T20:34:52.3028938Z",
    lastModifiedDateTime: "2022-08-24T20:35:07.716353Z",
    logicAppWorkflowName: "TeamsPhoneNumber",
    resourceId: "b9c29c27-b116-47a9-925b-ff3b19bafa3b",
    timeoutDuration: undefined
  },
  {
    id: "ffcc4c85-5a14-448e-a390-77abf2700369",
    displayName: "Grant manager access to mailbox and OneDrive",
    createdDateTime: "2022-08-24T20:36:14.7006029Z",
    lastModifiedDateTime: "2022-08-24T20:42:07.9885265Z",
    logicAppWorkflowName: "ManagerAccess",
    resourceId: "542dc01a-0b5d-4edc-b3f9-5cfe6393f557",
    timeoutDuration: "PT5M"
  }
]

/** The custom task extensions that Microsoft prints in a list. One waits for a callback, one does not. */
export const extensions = (author: Store.Node): ReadonlyArray<Store.Node> =>
  logicApps.map((app) =>
    Store.node({
      id: app.id,
      displayName: app.displayName,
      description: app.displayName,
      createdDateTime: app.createdDateTime,
      lastModifiedDateTime: app.lastModifiedDateTime,
      endpointConfiguration: {
        "@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
        subscriptionId: "c500b67c-e9b7-4ad2-a90d-77d41385ae55",
        resourceGroupName: "RG-LCM",
        logicAppWorkflowName: app.logicAppWorkflowName
      },
      authenticationConfiguration: {
        "@odata.type": "#microsoft.graph.azureAdTokenAuthentication",
        resourceId: app.resourceId
      },
      clientConfiguration: {
        "@odata.type": "#microsoft.graph.customExtensionClientConfiguration",
        maximumRetries: 1,
        timeoutInMilliseconds: 1000
      },
      callbackConfiguration: app.timeoutDuration === undefined ? null : {
        "@odata.type": `${namespace}.customTaskExtensionCallbackConfiguration`,
        timeoutDuration: app.timeoutDuration
      }
    }, { links: { createdBy: author, lastModifiedBy: author } })
  )

/** The deleted workflow that Microsoft prints whole. */
export const deletedWorkflow = (): Store.Node => {
  const author = Store.node({ id: "537b3620-fab7-435e-81bb-03fee751b789", displayName: "Workflow Author" })
  return Store.node({
    category: "joiner",
    description: "Configure new hire tasks for onboarding employees on their first day",
    displayName: "Australia Onboard new hire employee",
    lastModifiedDateTime: "2022-08-24T19:06:39.4291388Z",
    createdDateTime: "2022-08-24T19:06:07.9926094Z",
    deletedDateTime: "2022-08-24T19:06:39.6981917Z",
    id: "4557805a-1af5-4c29-b271-2cd7fb5de9bf",
    isEnabled: false,
    isSchedulingEnabled: false,
    nextScheduleRunDateTime: null,
    version: 1,
    executionConditions: Workflows.timeBased("employeeHireDate", 0, "(country eq 'Australia')")
  }, {
    links: { createdBy: author, lastModifiedBy: author },
    collections: { tasks: [], runs: [], userProcessingResults: [] }
  })
}

/** Who is in which group. */
export const groups = (people: ReadonlyArray<Store.Node>): ReadonlyArray<Store.Node> =>
  Object.entries(Workflows.groups).map(([displayName, id], i) =>
    Store.node({ id, displayName }, {
      collections: {
        members: i === 0 ? people : people.filter((_, n) => n % (7 * i) === 0).slice(0, 12)
      }
    })
  )
