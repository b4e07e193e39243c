/** Where a managed identity gets its tokens: which of the six endpoints this machine has, and how each wants to be asked. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Credential from "../../Credential.js"
import * as options_ from "../options.js"

/** A user-assigned identity, by at most one of its ids; none of them is the system-assigned one. */
export interface Identity {
  readonly clientId?: string | undefined
  readonly objectId?: string | undefined
  readonly resourceId?: string | undefined
}

export interface Source {
  readonly kind: "Imds" | "AppService" | "MachineLearning" | "ServiceFabric" | "Arc" | "CloudShell"
  /** As it is called in errors. */
  readonly title: string
  readonly endpoint: URL
  readonly secrets: ReadonlyArray<Redacted.Redacted<string>>
  /** Whether it can be told which token was refused, and that the caller handles claims challenges. */
  readonly revokes: boolean
  readonly request: (parameters: Readonly<Record<string, string>>) => HttpClientRequest.HttpClientRequest
}

const variable = (name: string): Config.Config<string> =>
  Config.map(Config.withDefault(Config.string(name), ""), (value) => value.trim())

const secret = (name: string): Config.Config<Redacted.Redacted<string>> => Config.map(variable(name), Redacted.make)

const variables = Config.all({
  identityEndpoint: variable("IDENTITY_ENDPOINT"),
  identityHeader: secret("IDENTITY_HEADER"),
  serverThumbprint: variable("IDENTITY_SERVER_THUMBPRINT"),
  imdsEndpoint: variable("IMDS_ENDPOINT"),
  msiEndpoint: variable("MSI_ENDPOINT"),
  msiSecret: secret("MSI_SECRET"),
  defaultClientId: variable("DEFAULT_IDENTITY_CLIENT_ID"),
  imdsHost: variable("AZURE_POD_IDENTITY_AUTHORITY_HOST"),
  programFiles: variable("ProgramFiles"),
  programData: variable("ProgramData")
})

/** Headers that hold a secret, and must not be seen in a span. */
export const secretHeaders: ReadonlyArray<string> = ["x-identity-header", "secret", "authorization"]

const imdsPath = "/metadata/identity/oauth2/token"

const withQuery = (endpoint: URL, parameters: Readonly<Record<string, string>>): string => {
  const url = new URL(endpoint)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

const get = (
  endpoint: URL,
  version: string,
  headers: Readonly<Record<string, string>>,
  identity: Readonly<Record<string, string>>
): Source["request"] =>
(parameters) =>
  HttpClientRequest.get(withQuery(endpoint, { "api-version": version, ...parameters, ...identity }), {
    headers: { accept: "application/json", ...headers }
  })

const url = (credential: string, option: string, value: string) =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
    ? Effect.succeed(new URL(value))
    : Effect.fail(new Credential.CredentialMisconfigured({ credential, option, reason: "is not an http or https URL" }))

/** The user-assigned identity as parameters, under the names that a source has for them. */
const named = (identity: Identity, names: Record<keyof Identity, string>): Record<string, string> => {
  const parameters: Record<string, string> = {}
  for (const option of ["clientId", "objectId", "resourceId"] as const) {
    const value = identity[option]
    if (value !== undefined) parameters[names[option]] = value
  }
  return parameters
}

/** Where the agent of Azure Arc keeps the files that prove who may read them. */
const arcFolder = (programData: string): string =>
  programData === "" ? "/var/opt/azcmagent/tokens/" : `${programData}\\AzureConnectedMachineAgent\\Tokens\\`

const arcAgent = (programFiles: string): string =>
  programFiles === "" ? "/opt/azcmagent/bin/himds" : `${programFiles}\\AzureConnectedMachineAgent\\himds.exe`

/** Services do not get Arc's variables, which only shells have; there its agent tells. */
const arcEndpoint = "http://127.0.0.1:40342/metadata/identity/oauth2/token"

/**
 * The source that the variables point to, in the order of Microsoft's libraries, and the folder of Arc's key files. The
 * last resort is the metadata service of virtual machines.
 */
export const detect = Effect.fnUntraced(function*(
  credential: string,
  identity: Identity
): Effect.fn.Return<
  { readonly source: Source; readonly folder: string },
  Credential.CredentialMisconfigured | ConfigError.ConfigError,
  FileSystem.FileSystem
> {
  const env = yield* variables
  const fileSystem = yield* FileSystem.FileSystem
  const folder = arcFolder(env.programData)
  const found = (source: Source) => ({ source, folder })
  const has = (value: string | Redacted.Redacted<string>) =>
    (Redacted.isRedacted(value) ? Redacted.value(value) : value) !== ""

  /** That a source takes only some ids, or none. */
  const only = (title: string, options: ReadonlyArray<keyof Identity>, advice: string) =>
    options_.check(
      credential,
      Object.fromEntries((["clientId", "objectId", "resourceId"] as const).map((option) => [
        option,
        identity[option] === undefined || options.includes(option)
          ? undefined
          : `cannot choose the identity on ${title}: ${advice}`
      ]))
    )

  const header = (option: string, value: Redacted.Redacted<string>) =>
    options_.check(credential, { [option]: options_.tokenProblem(Redacted.value(value)) })

  if (has(env.identityEndpoint) && has(env.identityHeader)) {
    const endpoint = yield* url(credential, "IDENTITY_ENDPOINT", env.identityEndpoint)
    yield* header("IDENTITY_HEADER", env.identityHeader)
    if (has(env.serverThumbprint)) {
      const title = "Service Fabric"
      yield* only(title, [], "it is set in the application's manifest")
      return found({
        kind: "ServiceFabric",
        title,
        endpoint,
        secrets: [env.identityHeader],
        revokes: true,
        request: (parameters) =>
          get(endpoint, "2019-07-01-preview", { secret: Redacted.value(env.identityHeader) }, {})(parameters)
      })
    }
    return found({
      kind: "AppService",
      title: "App Service",
      endpoint,
      secrets: [env.identityHeader],
      revokes: true,
      request: (parameters) =>
        get(
          endpoint,
          "2019-08-01",
          { "x-identity-header": Redacted.value(env.identityHeader) },
          named(identity, { clientId: "client_id", objectId: "object_id", resourceId: "mi_res_id" })
        )(parameters)
    })
  }

  if (has(env.msiEndpoint)) {
    const endpoint = yield* url(credential, "MSI_ENDPOINT", env.msiEndpoint)
    if (has(env.msiSecret)) {
      const title = "Azure Machine Learning"
      yield* header("MSI_SECRET", env.msiSecret)
      yield* only(title, ["clientId"], "give its clientId")
      const clientId = identity.clientId ?? env.defaultClientId
      return found({
        kind: "MachineLearning",
        title,
        endpoint,
        secrets: [env.msiSecret],
        revokes: false,
        request: (parameters) =>
          get(
            endpoint,
            "2017-09-01",
            { metadata: "true", secret: Redacted.value(env.msiSecret) },
            clientId === "" ? {} : { clientid: clientId }
          )(parameters)
      })
    }
    const title = "Cloud Shell"
    yield* only(title, [], "its tokens are those of the user who is signed in")
    return found({
      kind: "CloudShell",
      title,
      endpoint,
      secrets: [],
      revokes: false,
      request: (parameters) =>
        HttpClientRequest.bodyText(
          HttpClientRequest.post(endpoint, { headers: { accept: "application/json", metadata: "true" } }),
          new URLSearchParams(parameters).toString(),
          "application/x-www-form-urlencoded;charset=UTF-8"
        )
    })
  }

  const declared = has(env.identityEndpoint) && has(env.imdsEndpoint)
  const installed = declared || has(env.imdsHost)
    ? Effect.succeed(false)
    : Effect.orElseSucceed(fileSystem.exists(arcAgent(env.programFiles)), () => false)
  if (declared || (yield* installed)) {
    const title = "Azure Arc"
    const endpoint = yield* url(credential, "IDENTITY_ENDPOINT", declared ? env.identityEndpoint : arcEndpoint)
    yield* only(title, [], "a machine has its system-assigned identity only")
    return found({
      kind: "Arc",
      title,
      endpoint,
      secrets: [],
      revokes: false,
      request: get(endpoint, "2020-06-01", { metadata: "true" }, {})
    })
  }

  const host = yield* has(env.imdsHost)
    ? url(credential, "AZURE_POD_IDENTITY_AUTHORITY_HOST", env.imdsHost)
    : Effect.succeed(new URL("http://169.254.169.254"))
  const endpoint = new URL(`${host.origin}${host.pathname.replace(/\/+$/, "")}${imdsPath}`)
  return found({
    kind: "Imds",
    title: "the metadata service (IMDS)",
    endpoint,
    secrets: [],
    revokes: false,
    request: get(
      endpoint,
      "2018-02-01",
      { metadata: "true" },
      named(identity, { clientId: "client_id", objectId: "object_id", resourceId: "msi_res_id" })
    )
  })
})
