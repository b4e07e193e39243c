/**
 * The ways to get a token, by the names that `--auth` takes. Each is loaded when it is used: a command starts without the others.
 *
 * @since 0.1.0
 */
import type * as Credential from "@effect-msgraph/auth/Credential"
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Path from "@effect/platform/Path"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as CliError from "./CliError.js"
import type * as Settings from "./Settings.js"
import type * as Stdio from "./Stdio.js"

/**
 * What the credentials of the methods need of the context.
 *
 * @since 0.1.0
 * @category Models
 */
export type Context =
  | CommandExecutor.CommandExecutor
  | FileSystem.FileSystem
  | HttpClient.HttpClient
  | Path.Path
  | Stdio.Stdio

/**
 * What may be wrong before there is a credential.
 *
 * @since 0.1.0
 * @category Models
 */
export type Failure = ConfigError.ConfigError | Credential.CredentialMisconfigured | CliError.NotSignedIn

/**
 * A layer of a credential.
 *
 * @since 0.1.0
 * @category Models
 */
export type CredentialLayer = Layer.Layer<Credential.Credential, Failure, Context>

/**
 * Something that a method cannot do without: a setting, or a variable that has no option.
 *
 * - `name`: what a sentence calls it
 * - `option`: the option, without its dashes, if there is one
 * - `variable`: the variable of the environment
 *
 * @since 0.1.0
 * @category Models
 */
export interface Need extends Pick<Settings.Setting, "name" | "variable" | "kind"> {
  readonly option?: string
}

/**
 * A way to get a token.
 *
 * - `description`: who uses it
 * - `title`: what a sentence calls it that says why it failed
 * - `credential`: the name of its credential, which errors have
 * - `needs`: the settings without which it cannot do: at a terminal they are asked for
 * - `layer`: its credential, of the configuration
 *
 * @since 0.1.0
 * @category Models
 */
export interface Method {
  readonly description: string
  readonly title: string
  readonly credential: string
  readonly needs: ReadonlyArray<Settings.Key | Need>
  readonly layer: CredentialLayer
}

/**
 * The name of a method.
 *
 * @since 0.1.0
 * @category Models
 */
export type Name =
  | "secret"
  | "certificate"
  | "token"
  | "login"
  | "browser"
  | "device-code"
  | "managed-identity"
  | "workload-identity"
  | "github"
  | "azure-cli"
  | "azd"
  | "powershell"
  | "environment"
  | "default"

const load = (layer: () => Promise<CredentialLayer>): CredentialLayer => Layer.unwrapEffect(Effect.promise(layer))

/**
 * The variable of a token that somebody has.
 *
 * @since 0.1.0
 * @category Data
 */
export const tokenVariable: Need = { name: "token", variable: "MSGRAPH_TOKEN", kind: "secret" }

/**
 * The methods.
 *
 * @since 0.1.0
 * @category Data
 */
export const table: { readonly [N in Name]: Method } = {
  secret: {
    description: "an application with a client secret",
    title: "the client secret",
    credential: "ClientSecret",
    needs: ["tenantId", "clientId", "clientSecret"],
    layer: load(async () => (await import("@effect-msgraph/auth/ClientSecret")).layerConfig())
  },
  certificate: {
    description: "an application with a certificate from a file",
    title: "the certificate",
    credential: "CertificateFile",
    needs: ["tenantId", "clientId", "certificatePath"],
    layer: load(async () => (await import("@effect-msgraph/auth/node/CertificateFile")).layerConfig())
  },
  token: {
    description: "a token that you have, in MSGRAPH_TOKEN",
    title: "MSGRAPH_TOKEN",
    credential: "StaticToken",
    needs: [tokenVariable],
    layer: load(async () => (await import("@effect-msgraph/auth/StaticToken")).layerConfig())
  },
  login: {
    description: "whoever signed in with lcw login",
    title: "the sign-in of lcw login",
    credential: "LcwLogin",
    needs: [],
    layer: load(async () => (await import("./Logins.js")).layer)
  },
  browser: {
    description: "sign in with a browser for this command alone; nothing is kept",
    title: "the sign-in with a browser",
    credential: "AuthorizationCode",
    needs: ["tenantId", "clientId"],
    layer: load(async () => (await import("./SignIn.js")).layers.browser)
  },
  "device-code": {
    description: "sign in with a code on another device for this command alone; nothing is kept",
    title: "the sign-in with a device code",
    credential: "DeviceCode",
    needs: ["tenantId", "clientId"],
    layer: load(async () => (await import("./SignIn.js")).layers["device-code"])
  },
  "managed-identity": {
    description: "the managed identity of this machine of Azure; AZURE_CLIENT_ID chooses a user-assigned one",
    title: "the managed identity",
    credential: "ManagedIdentity",
    needs: [],
    layer: load(async () => (await import("@effect-msgraph/auth/ManagedIdentity")).layerConfig())
  },
  "workload-identity": {
    description: "the workload identity of this pod of AKS",
    title: "the workload identity",
    credential: "WorkloadIdentity",
    needs: [],
    layer: load(async () => (await import("@effect-msgraph/auth/WorkloadIdentity")).layerConfig())
  },
  github: {
    description: "this job of GitHub Actions, with the permission id-token: write",
    title: "the job's identity",
    credential: "GitHubOidc",
    needs: [],
    layer: load(async () => (await import("@effect-msgraph/auth/GitHubOidc")).layerConfig())
  },
  "azure-cli": {
    description: "whoever is signed in to the Azure CLI (az login)",
    title: "the Azure CLI",
    credential: "AzureCli",
    needs: [],
    layer: load(async () => (await import("@effect-msgraph/auth/AzureCli")).layerConfig())
  },
  azd: {
    description: "whoever is signed in to the Azure Developer CLI (azd auth login)",
    title: "the Azure Developer CLI",
    credential: "AzureDeveloperCli",
    needs: [],
    layer: load(async () => (await import("@effect-msgraph/auth/AzureDeveloperCli")).layerConfig())
  },
  powershell: {
    description: "whoever is signed in to Azure PowerShell (Connect-AzAccount)",
    title: "Azure PowerShell",
    credential: "AzurePowerShell",
    needs: [],
    layer: load(async () => (await import("@effect-msgraph/auth/AzurePowerShell")).layerConfig())
  },
  environment: {
    description: "the variables of Azure's tools: a secret, a certificate or a token file",
    title: "the environment",
    credential: "EnvironmentCredential",
    needs: [],
    layer: load(async () => (await import("@effect-msgraph/auth/node/EnvironmentCredential")).layerConfig())
  },
  default: {
    description:
      "the first of environment, workload-identity, managed-identity, azure-cli, powershell and azd that there is",
    title: "the default chain",
    credential: "DefaultCredential",
    needs: [],
    layer: load(async () => (await import("@effect-msgraph/auth/node/DefaultCredential")).layerConfig())
  }
}

/**
 * What finds out by itself which method it is.
 *
 * @since 0.1.0
 * @category Data
 */
export const auto = "auto"

/**
 * What `--auth` may be.
 *
 * @since 0.1.0
 * @category Data
 */
export const names: ReadonlyArray<string> = [auto, ...Object.keys(table)]

/**
 * Whether a text is the name of a method.
 *
 * @since 0.1.0
 * @category Guards
 */
export const isName = (text: string): text is Name => Object.hasOwn(table, text)

const titles = new Map(Object.values(table).map(({ credential, title }) => [credential, title]))

/**
 * What a sentence calls a credential.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const titleOf = (credential: string): string => titles.get(credential) ?? credential
