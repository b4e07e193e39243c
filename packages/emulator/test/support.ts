import { GraphEmulator, Message, Seed, Store, type Tenant } from "@effect-msgraph/emulator"
import { Effect, Redacted } from "effect"

/** Path of all that the tests ask Graph for. */
export const area = "/v1.0/identityGovernance/lifecycleWorkflows"

export const graph = "https://graph.microsoft.com"

export const resultPath = (ids: { readonly [K in keyof typeof Seed.demoResult]: string }): string =>
  `${area}/workflows/${ids.workflowId}/runs/${ids.runId}/userProcessingResults/${ids.userProcessingResultId}`

export const largeRunPath = `${area}/workflows/${Seed.demoLargeRun.workflowId}/runs/${Seed.demoLargeRun.runId}`

export const tokenUrl = (authority = "https://login.microsoftonline.com", tenant: string = Seed.demoTenantId): string =>
  `${authority}/${tenant}/oauth2/v2.0/token`

/** The form of a token request of a demo application. */
export const tokenForm = (
  application: Seed.DemoApplication = Seed.demoReader,
  changes: { readonly [name: string]: string | undefined } = {}
): string => {
  const form = new URLSearchParams()
  for (
    const [name, value] of Object.entries({
      grant_type: "client_credentials",
      client_id: application.clientId,
      client_secret: Redacted.value(application.clientSecret),
      scope: `${graph}/.default`,
      ...changes
    })
  ) {
    if (value !== undefined) form.set(name, value)
  }
  return form.toString()
}

/** An answer with its body read. */
export interface Answer {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: any
}

const read = (response: Message.Response): Answer => ({
  ...response,
  body: response.body === "" ? undefined : JSON.parse(response.body)
})

export const requestToken = (
  emulator: GraphEmulator.Service,
  form: string = tokenForm(),
  options: { readonly url?: string; readonly headers?: { readonly [name: string]: string } } = {}
) =>
  Effect.map(
    emulator.handle(Message.request("POST", options.url ?? tokenUrl(emulator.cloud.authority), {
      headers: { "content-type": "application/x-www-form-urlencoded", ...options.headers },
      body: form
    })),
    read
  )

export const getToken = (emulator: GraphEmulator.Service, application: Seed.DemoApplication = Seed.demoReader) =>
  Effect.map(
    requestToken(emulator, tokenForm(application, { scope: emulator.cloud.scope })),
    (answer): string => answer.body.access_token
  )

export const send = (
  emulator: GraphEmulator.Service,
  method: string,
  path: string,
  headers: { readonly [name: string]: string } = {},
  body?: unknown
) =>
  Effect.map(
    emulator.handle(
      Message.request(method, path.startsWith("https:") ? path : `${emulator.cloud.graphRoot}${path}`, {
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
    ),
    read
  )

/** An emulator and a reader's way to ask it. */
export const reader = (options?: GraphEmulator.Options, application?: Seed.DemoApplication) =>
  Effect.gen(function*() {
    const emulator = yield* GraphEmulator.make(options)
    const token = yield* getToken(emulator, application)
    const get = (path: string, headers: { readonly [name: string]: string } = {}) =>
      send(emulator, "GET", path, { authorization: `Bearer ${token}`, ...headers })
    return { emulator, get, token }
  })

/** An emulator, and an administrator's way to ask it. Paths are below the area of Lifecycle Workflows. */
export const administrator = (options?: GraphEmulator.Options) =>
  Effect.gen(function*() {
    const { emulator, get, token } = yield* reader(options, Seed.demoAdmin)
    const call = (method: string) => (path: string, body?: unknown) =>
      send(
        emulator,
        method,
        `${area}${path}`,
        {
          authorization: `Bearer ${token}`,
          prefer: "include-unknown-enum-members",
          ...(body === undefined ? {} : { "content-type": "application/json" })
        },
        body
      )
    return {
      emulator,
      token,
      getAbsolute: get,
      get: call("GET"),
      post: call("POST"),
      patch: call("PATCH"),
      delete: call("DELETE")
    }
  })

export const enableUserAccount = "6fc52c9d-398b-4305-9763-15f42c1676fc"

export const sendWelcomeEmail = "70b29d51-b59a-4773-9280-8841dfd3f2ea"

/** A workflow to be created, with tasks of these definitions. */
export const workflowBody = (
  tasks: ReadonlyArray<{ readonly taskDefinitionId: string; readonly [name: string]: unknown }> = [
    { taskDefinitionId: enableUserAccount },
    { taskDefinitionId: sendWelcomeEmail }
  ],
  changes: { readonly [name: string]: unknown } = {}
) => ({
  category: "joiner",
  displayName: "A workflow of the tests",
  description: "Made by a test",
  executionConditions: { "@odata.type": "#microsoft.graph.identityGovernance.onDemandExecutionOnly" },
  tasks: tasks.map((task, i) => ({ displayName: `Task ${i + 1}`, arguments: [], ...task })),
  ...changes
})

/** A task that calls an extension. */
export const callExtension = (id: string) => ({
  taskDefinitionId: "4262b724-8dba-4fad-afc3-43fcbb497a0e",
  arguments: [{ name: "customTaskExtensionID", value: id }]
})

const deletedWorkflow = Seed.demo().root.links.identityGovernance!.links.lifecycleWorkflows!.links.deletedItems!
  .collections
  .workflows!.get(Seed.demoDeletedRun.workflowId)!
const [rerun, rererun] = Store.members(deletedWorkflow, "runs").slice(1).map(Store.idOf)

/** Parameters of paths to what the demo tenant has: for the workflow of the first example, or for a deleted one. */
export const demoParameters = (deleted: boolean): { readonly [name: string]: string } => ({
  ...Seed.demoResult,
  subjectProcessingResultId: Seed.demoResult.userProcessingResultId,
  taskId: "917e9eab-415d-4e45-b39d-87eb5e30de38",
  taskProcessingResultId: "05a96d7a-0e00-459c-b6c8-1870099e8275",
  taskReportId: "9b595b69-8513-456b-82f3-7279a08626f3",
  taskDefinitionId: enableUserAccount,
  workflowTemplateId: "77179007-8114-41b5-922e-2e22109df41f",
  customTaskExtensionId: Seed.demoExtensions.waiting,
  versionNumber: "1",
  startDateTime: "2022-08-01T00:00:00Z",
  endDateTime: "2022-08-31T00:00:00Z",
  ...(deleted
    ? {
      workflowId: Seed.demoDeletedRun.workflowId,
      userProcessingResultId: Store.idOf(Store.members(deletedWorkflow, "userProcessingResults")[0]!),
      runId: rerun!,
      runId1: rererun!
    }
    : {})
})

/** A body for each operation that takes one. */
export const bodies = {
  "workflows.create": workflowBody(),
  "workflows.update": { displayName: "Another name" },
  "workflows.createNewVersion": { workflow: workflowBody() },
  "workflows.activate": { subjects: [{ id: Seed.demoUserIds[0] }] },
  "workflows.activateWithScope": { subjects: [{ id: Seed.demoUserIds[0] }] },
  "workflows.activateAndWait": {
    subject: {
      "@odata.type": "#microsoft.graph.identityGovernance.directoryObjectWorkflowSubject",
      directoryObject: { "@odata.type": "#microsoft.graph.user", id: Seed.demoUserIds[0] }
    }
  },
  "workflows.previewWorkflow": {
    subjects: [{ "@odata.type": "#microsoft.graph.user", id: Seed.demoUserIds[0] }]
  },
  "workflows.cancelProcessing": {
    scope: {
      "@odata.type": "#microsoft.graph.identityGovernance.cancelRunsScope",
      runs: [{ id: Seed.demoResult.runId }]
    }
  },
  "workflows.tasks.update": { displayName: "Another name" },
  "workflows.tasks.taskProcessingResults.resume": { data: { operationStatus: "completed" } },
  "customTaskExtensions.create": {
    displayName: "An extension of the tests",
    authenticationConfiguration: { "@odata.type": "#microsoft.graph.azureAdPopTokenAuthentication" },
    endpointConfiguration: {
      "@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
      subscriptionId: "c500b67c-e9b7-4ad2-a90d-77d41385ae55",
      resourceGroupName: "RG-LCM",
      logicAppWorkflowName: "Test"
    }
  },
  "customTaskExtensions.update": { displayName: "Another name" },
  "settings.update": { workflowScheduleIntervalInHours: 6 }
}

/** All pages of a list. */
export const allPages = (
  get: (
    path: string,
    headers?: { readonly [name: string]: string }
  ) => Effect.Effect<Answer, Message.ConnectionFailure>,
  path: string,
  headers?: { readonly [name: string]: string }
) =>
  Effect.gen(function*() {
    const pages: Array<any> = []
    let next: string | undefined = path
    while (next !== undefined) {
      const answer: Answer = yield* get(next, pages.length === 0 ? headers : {})
      pages.push(answer.body)
      next = answer.body["@odata.nextLink"]
    }
    return pages
  })

/** A tenant with nothing in Graph, for tests of the authority: a demo tenant takes its time. */
export const bareTenant = (
  application: Partial<Tenant.Application> = {},
  tenant: Partial<Tenant.Tenant> = {}
): Tenant.Tenant => ({
  id: Seed.demoTenantId,
  displayName: "Contoso",
  domains: [Seed.demoDomain],
  applications: [
    {
      appId: Seed.demoReader.clientId,
      objectId: Seed.demoReader.objectId,
      displayName: "Reader",
      secrets: [Seed.demoReader.clientSecret],
      roles: Seed.demoReader.roles,
      ...application
    },
    {
      appId: Seed.demoPublicClient.clientId,
      objectId: Seed.demoPublicClient.objectId,
      displayName: "Desk",
      secrets: [],
      roles: [],
      allowPublicClient: true,
      redirectUris: ["http://localhost/done", "https://desk.example/done"],
      scopes: Seed.demoPublicClient.delegatedPermissions
    }
  ],
  users: Seed.demoUsers,
  root: Store.node({}),
  ...tenant
})

/** An emulator of a bare tenant. */
export const bareEmulator = (
  application?: Partial<Tenant.Application>,
  options?: GraphEmulator.Options
) => GraphEmulator.make({ tenants: () => [bareTenant(application)], ...options })

/** Sends a form to the authority. */
export const postForm = (
  emulator: GraphEmulator.Service,
  name: string,
  fields: { readonly [name: string]: string | undefined },
  tenant: string = Seed.demoTenantId
) =>
  requestToken(
    emulator,
    new URLSearchParams(Object.entries(fields).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]))
      .toString(),
    { url: `${emulator.cloud.authority}/${tenant}/oauth2/v2.0/${name}` }
  )

/** The error and the number of a refusal. */
export const refusal = ({ body, status }: Answer) => [status, body.error, body.error_codes?.[0]]

/** What a token says. */
export const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString())

/** What Graph says of a token: the status, which is 401 where it refuses it. */
export const show = (emulator: GraphEmulator.Service, token: string) =>
  send(emulator, "GET", `${area}/settings`, { authorization: `Bearer ${token}` })
