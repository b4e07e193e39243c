/**
 * The credential that there is: one layer for a program that is deployed to Azure and also run on a laptop. It is a chain.
 *
 * Its members, in the order of Azure's own `DefaultAzureCredential`:
 *
 * 1. the environment: a secret, a certificate file or a federated token (`EnvironmentCredential`)
 * 2. the workload identity of a pod (`WorkloadIdentity`)
 * 3. the managed identity of the machine (`ManagedIdentity`)
 * 4. who is signed in to the Azure CLI (`AzureCli`)
 * 5. to Azure PowerShell (`AzurePowerShell`)
 * 6. to the Azure Developer CLI (`AzureDeveloperCli`)
 *
 * `AZURE_TOKEN_CREDENTIALS` narrows it: `prod` is the first three, `dev` the others, and the name of one is that alone.
 * All members share one `HttpClient`. Where that uses a proxy, the proxy must leave the addresses of `ManagedIdentity`
 * alone. Where something is deployed, prefer the one credential that is meant: a chain that silently goes on to another is hard
 * to debug.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as AzureCli from "../AzureCli.js"
import * as AzureDeveloperCli from "../AzureDeveloperCli.js"
import * as AzurePowerShell from "../AzurePowerShell.js"
import * as Chain from "../Chain.js"
import * as Credential from "../Credential.js"
import * as variable from "../internal/variable.js"
import * as ManagedIdentity from "../ManagedIdentity.js"
import * as WorkloadIdentity from "../WorkloadIdentity.js"
import * as EnvironmentCredential from "./EnvironmentCredential.js"

/**
 * - `use`: `"prod"`, `"dev"`, or the name of one credential, with or without `Credential` at its end; default is all
 * - `cloud`: default is the global service
 * - `tenantId`: the tenant that the developer's tools are asked for; default is the one that they are signed in to
 * - `managedIdentityClientId`: the client id of a user-assigned identity; default is the system-assigned one
 * - `additionallyAllowedTenants`: other tenants that a request may name; `"*"` is any
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly use?: string | undefined
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId?: string | undefined
  readonly managedIdentityClientId?: string | undefined
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

const name = "DefaultCredential"

const production = ["EnvironmentCredential", "WorkloadIdentity", "ManagedIdentity"] as const
const development = ["AzureCli", "AzurePowerShell", "AzureDeveloperCli"] as const
const all = [...production, ...development]

type Link = typeof all[number]

const links = (use: string | undefined): ReadonlyArray<Link> | undefined => {
  const wanted = (use ?? "").trim().toLowerCase()
  if (wanted === "") return all
  if (wanted === "prod") return production
  if (wanted === "dev") return development
  const short = (text: string) => text.toLowerCase().replace(/credential$/, "")
  const one = all.find((link) => short(link) === short(wanted))
  return one === undefined ? undefined : [one]
}

type Needs = HttpClient.HttpClient | FileSystem.FileSystem | CommandExecutor.CommandExecutor

type Failure = ConfigError.ConfigError | Credential.CredentialMisconfigured

const memberOf = (
  link: Link,
  options: Options,
  isLast: boolean
): Layer.Layer<Credential.Credential, Failure, Needs> => {
  const { additionallyAllowedTenants, tenantId } = options
  const cloud = options.cloud ?? NationalCloud.global
  const tool = { cloud, tenantId, additionallyAllowedTenants }
  const fromVariables = <A extends object>(
    config: Config.Config<A>,
    make: (
      options: A
    ) => Effect.Effect<
      Credential.Service,
      Credential.CredentialMisconfigured,
      HttpClient.HttpClient | FileSystem.FileSystem
    >
  ) =>
    Layer.effect(
      Credential.Credential,
      Effect.flatMap(config, (found) => make({ ...found, cloud, additionallyAllowedTenants }))
    )
  switch (link) {
    case "EnvironmentCredential":
      return fromVariables(EnvironmentCredential.config, EnvironmentCredential.make)
    case "WorkloadIdentity":
      return fromVariables(WorkloadIdentity.config, WorkloadIdentity.make)
    case "ManagedIdentity":
      return ManagedIdentity.layer({
        cloud,
        clientId: options.managedIdentityClientId,
        // Nobody is kept waiting by a machine that is not of Azure, unless there is nothing else to go on to.
        probe: isLast ? undefined : "1 second"
      })
    case "AzureCli":
      return AzureCli.layer(tool)
    case "AzurePowerShell":
      return AzurePowerShell.layer(tool)
    case "AzureDeveloperCli":
      return AzureDeveloperCli.layer(tool)
  }
}

/**
 * The credential that there is. Variables for a secret, a certificate or a pod are read when the layer is built; a member
 * that they do not suffice for is passed over, and its reason told if no other gives a token. One that is misconfigured,
 * such as by a secret without a tenant, is passed over with a warning in the log, unless it is the only one. Fails with
 * `CredentialMisconfigured` if `use` is none of the names.
 *
 * @example
 * ```ts
 * import { TokenProvider } from "@effect-msgraph/auth"
 * import { DefaultCredential } from "@effect-msgraph/auth/node"
 * import { FetchHttpClient } from "@effect/platform"
 * import { NodeContext } from "@effect/platform-node"
 * import { Layer } from "effect"
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(DefaultCredential.layerConfig()),
 *   Layer.provide([FetchHttpClient.layer, NodeContext.layer])
 * )
 * ```
 *
 * @see https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains
 * @since 0.1.0
 * @category Layers
 */
export const layer = (options: Options = {}): Layer.Layer<Credential.Credential, Failure, Needs> => {
  const chosen = links(options.use)
  return chosen === undefined
    ? Layer.fail(
      new Credential.CredentialMisconfigured({
        credential: name,
        option: "use",
        reason: `(AZURE_TOKEN_CREDENTIALS) is none of prod, dev, ${all.join(", ")}`
      })
    )
    : Chain.layer(
      chosen.map((link, i) => {
        const member = memberOf(link, options, i === chosen.length - 1)
        return chosen.length === 1 ? member : Chain.optional(link, member)
      }),
      { name, cloud: options.cloud }
    )
}

/**
 * The credential that there is. Its members end with the scope.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (
  options: Options = {}
): Effect.Effect<Credential.Service, Failure, Needs | Scope.Scope> =>
  Effect.map(Layer.build(layer(options)), Context.get(Credential.Credential))

/**
 * `use` from `AZURE_TOKEN_CREDENTIALS`, `tenantId` from `AZURE_TENANT_ID`, `managedIdentityClientId` from
 * `AZURE_CLIENT_ID`, and the cloud from `NationalCloud.config`.
 * Other tenants come from `AZURE_ADDITIONALLY_ALLOWED_TENANTS`, with semicolons between them.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<Options> = Config.all({
  use: variable.optional("AZURE_TOKEN_CREDENTIALS"),
  cloud: NationalCloud.config,
  tenantId: variable.optional("AZURE_TENANT_ID"),
  managedIdentityClientId: variable.optional("AZURE_CLIENT_ID"),
  additionallyAllowedTenants: variable.additionallyAllowedTenants
})

/**
 * The credential that there is, with options from the configuration: the variables that Azure users have, unless told
 * otherwise.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = config
): Layer.Layer<Credential.Credential, Failure, Needs> => Layer.unwrapEffect(Effect.map(Config.unwrap(options), layer))
