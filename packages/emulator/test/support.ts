import { GraphEmulator, Message, Seed } from "@effect-msgraph/emulator"
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
  headers: { readonly [name: string]: string } = {}
) =>
  Effect.map(
    emulator.handle(
      Message.request(method, path.startsWith("https:") ? path : `${emulator.cloud.graphRoot}${path}`, { headers })
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
