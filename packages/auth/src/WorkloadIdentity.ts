/**
 * A workload of Kubernetes (AKS, or any cluster with the webhook of Microsoft Entra Workload ID) that proves itself with
 * the token of its service account, which the kubelet keeps in a file and renews there.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as ClientAuthentication from "./ClientAuthentication.js"
import * as Credential from "./Credential.js"
import * as application from "./internal/application.js"
import * as federated from "./internal/federated.js"
import * as file from "./internal/file.js"
import * as options_ from "./internal/options.js"
import * as variable from "./internal/variable.js"

/**
 * What the webhook gives to a pod. `undefined` is what it did not give: the credential can be built, and fails with
 * `CredentialUnavailable` when asked for a token, so that a chain goes on.
 *
 * - `cloud`: default is the global service
 * - `tenantId`: the tenant's id, or one of its domains
 * - `clientId`: "Application (client) ID" of the app registration, or the client id of the managed identity
 * - `tokenFile`: path of the file with the token; it is read for every request for a token
 * - `additionallyAllowedTenants`: other tenants that a request may name; `"*"` is any
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId: string | undefined
  readonly clientId: string | undefined
  readonly tokenFile: string | undefined
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

const name = "WorkloadIdentity"

const advice = "label the pod azure.workload.identity/use: \"true\" and annotate its service account with " +
  "azure.workload.identity/client-id"

const faults: { readonly [F in file.Fault]: string } = {
  missing: `there is no token file: ${advice}`,
  forbidden: "this process may not read the token file: check its owner and mode, and fsGroup of the pod",
  "not a file": "what tokenFile leads to is not a file: check AZURE_FEDERATED_TOKEN_FILE",
  "too large": "the token file is too large for a token: check AZURE_FEDERATED_TOKEN_FILE",
  unreadable: "the token file cannot be read: check AZURE_FEDERATED_TOKEN_FILE"
}

const readToken = (fileSystem: FileSystem.FileSystem, path: string, credential: string) =>
  Effect.gen(function*() {
    const bytes = yield* Effect.mapError(
      file.read(fileSystem, path, federated.maxSize),
      (fault) => federated.unavailable(credential, faults[fault])
    )
    const token = new TextDecoder().decode(bytes).trim()
    if (token === "") return yield* federated.unavailable(credential, "the token file is empty")
    if (!federated.isJwt(token)) {
      return yield* federated.unavailable(
        credential,
        "the token file holds no signed JWT: check AZURE_FEDERATED_TOKEN_FILE"
      )
    }
    return Redacted.make(token)
  })

/**
 * The proof by the token of a service account, for credentials that act for users.
 *
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 * @since 0.1.0
 * @category Constructors
 */
export const authentication = (options: {
  readonly tokenFile: string
}): Effect.Effect<
  ClientAuthentication.ClientAuthentication,
  Credential.CredentialMisconfigured,
  FileSystem.FileSystem
> =>
  Effect.gen(function*() {
    yield* options_.check(name, { tokenFile: options_.textProblem(options.tokenFile) })
    const fileSystem = yield* FileSystem.FileSystem
    return ClientAuthentication.assertion(({ credential }) => readToken(fileSystem, options.tokenFile, credential))
  })

/**
 * A credential of a workload identity. Fails with `CredentialMisconfigured` if an option that is there cannot be right;
 * nothing is read or sent before the first `acquire`. That fails with `CredentialUnavailable` where an option is not
 * there, or the file is missing, unreadable, empty or no token.
 *
 * @see https://azure.github.io/azure-workload-identity/docs/installation/mutating-admission-webhook.html
 * @since 0.1.0
 * @category Constructors
 */
export const make = (
  options: Options
): Effect.Effect<
  Credential.Service,
  Credential.CredentialMisconfigured,
  HttpClient.HttpClient | FileSystem.FileSystem
> => {
  const { clientId, tenantId, tokenFile } = options
  if (tenantId === undefined || clientId === undefined || tokenFile === undefined) {
    const missing = federated.missing({
      "tenantId (AZURE_TENANT_ID)": tenantId,
      "clientId (AZURE_CLIENT_ID)": clientId,
      "tokenFile (AZURE_FEDERATED_TOKEN_FILE)": tokenFile
    })
    return federated.absent(name, options, `${missing}: ${advice}`)
  }
  return Effect.flatMap(
    authentication({ tokenFile }),
    (proof) => application.make(name, { ...options, tenantId, clientId }, proof)
  )
}

/**
 * A credential of a workload identity.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (
  options: Options
): Layer.Layer<
  Credential.Credential,
  Credential.CredentialMisconfigured,
  HttpClient.HttpClient | FileSystem.FileSystem
> => Layer.effect(Credential.Credential, make(options))

/**
 * The options from `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_FEDERATED_TOKEN_FILE`, which the webhook sets, and the
 * cloud from `NationalCloud.config`, which knows its `AZURE_AUTHORITY_HOST`.
 * Other tenants come from `AZURE_ADDITIONALLY_ALLOWED_TENANTS`, with semicolons between them.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<Options> = Config.all({
  cloud: NationalCloud.config,
  tenantId: variable.optional("AZURE_TENANT_ID"),
  clientId: variable.optional("AZURE_CLIENT_ID"),
  tokenFile: variable.optional("AZURE_FEDERATED_TOKEN_FILE"),
  additionallyAllowedTenants: variable.additionallyAllowedTenants
})

/**
 * A credential of a workload identity, from the configuration: the variables of the webhook, unless told otherwise.
 *
 * @example
 * ```ts
 * import { TokenProvider, WorkloadIdentity } from "@effect-msgraph/auth"
 * import { FetchHttpClient } from "@effect/platform"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Layer } from "effect"
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(WorkloadIdentity.layerConfig()),
 *   Layer.provide([FetchHttpClient.layer, NodeFileSystem.layer])
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = config
): Layer.Layer<
  Credential.Credential,
  ConfigError.ConfigError | Credential.CredentialMisconfigured,
  HttpClient.HttpClient | FileSystem.FileSystem
> => Layer.effect(Credential.Credential, Effect.flatMap(Config.unwrap(options), make))
