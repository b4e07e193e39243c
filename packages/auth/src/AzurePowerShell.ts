/**
 * Whoever is signed in to Azure PowerShell: for the laptop of a developer. It needs PowerShell, and its module
 * `Az.Accounts` from version 2.2.0 on.
 *
 * @since 0.1.0
 */
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import * as Layer from "effect/Layer"
import * as AuthError from "./AuthError.js"
import * as Credential from "./Credential.js"
import * as command from "./internal/command.js"
import * as resource from "./internal/resource.js"
import * as times from "./internal/times.js"

/**
 * - `cloud`: the cloud that Azure PowerShell is signed in to; default is the global service
 * - `tenantId`: default is the tenant of the current context
 * - `additionallyAllowedTenants`: other tenants that a request may name; `"*"` is any. Without a `tenantId`, any may be
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId?: string | undefined
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

const name = "AzurePowerShell"

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** Newer versions of the module give the token as a secure string. */
const script = (resource: string, tenantId: string | undefined): string =>
  `$ErrorActionPreference = 'Stop'
$ProgressPreference = $WarningPreference = $VerbosePreference = $InformationPreference = 'SilentlyContinue'
try {
  $module = Import-Module Az.Accounts -MinimumVersion 2.2.0 -PassThru -ErrorAction SilentlyContinue
  if (-not $module) { '{"problem":"install"}'; exit 3 }
  $wanted = @{ ResourceUrl = ${quoted(resource)} }
  ${tenantId === undefined ? "" : `$wanted['TenantId'] = ${quoted(tenantId)}`}
  $given = Get-AzAccessToken @wanted
  $token = $given.Token
  if ($token -is [System.Security.SecureString]) {
    $token = (New-Object System.Net.NetworkCredential('', $token)).Password
  }
  $expires = ([DateTimeOffset]$given.ExpiresOn).ToUnixTimeSeconds()
  @{ token = $token; expiresOn = $expires; tenantId = $given.TenantId } | ConvertTo-Json -Compress
} catch {
  if ($_.Exception.Message -like '*Connect-AzAccount*') { '{"problem":"login"}'; exit 3 }
  [Console]::Error.WriteLine($_.Exception.Message)
  exit 1
}
`

/** UTF-16, little-endian, in base64: the form that PowerShell takes without any quoting. */
const encoded = (text: string): string => {
  const bytes = new Uint8Array(text.length * 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), true)
  return Encoding.encodeBase64(bytes)
}

/** What it cannot serve, another member of a chain may. */
const elsewhere = ({ diagnostics, reason }: AuthError.InvalidTokenRequest) =>
  new AuthError.CredentialUnavailable({ credential: name, reason, diagnostics })

const tool: command.Tool = {
  name,
  title: "Azure PowerShell",
  install: "install PowerShell (https://aka.ms/powershell), and in it: Install-Module Az.Accounts",
  login: "run in PowerShell: Connect-AzAccount",
  invocations: ({ scopes, tenantId }, windows) =>
    Effect.map(Effect.mapError(resource.fromScopes(name, scopes), elsewhere), (resource) => {
      const args = [
        "-NoLogo",
        "-NoProfile",
        "-NonInteractive",
        "-OutputFormat",
        "Text",
        "-EncodedCommand",
        encoded(script(resource, tenantId))
      ]
      return windows ? [["pwsh.exe", ...args], ["powershell.exe", ...args]] : [["pwsh", ...args]]
    }),
  excuse: ({ exitCode, stdout }) => {
    const problem = exitCode === 3 ? /"problem":"(login|install)"/.exec(stdout)?.[1] : undefined
    return problem === "login" || problem === "install" ? problem : undefined
  },
  read: (printed) => ({
    token: printed["token"],
    expiresAt: times.instant(printed["expiresOn"]),
    tenantId: printed["tenantId"]
  })
}

/**
 * A credential of Azure PowerShell. Fails with `CredentialMisconfigured` if an option cannot be right; PowerShell is not
 * run before the first `acquire`, and then once for each, so keep a `TokenProvider` in front.
 *
 * `acquire` fails with `CredentialUnavailable` if PowerShell or its module is not installed, nobody is signed in, it
 * fails, or scopes are asked for that are not one resource's `/.default`. A claims challenge is for a person to answer: `InteractionRequired`.
 *
 * @see https://learn.microsoft.com/powershell/module/az.accounts/get-azaccesstoken
 * @since 0.1.0
 * @category Constructors
 */
export const make = (
  options: Options = {}
): Effect.Effect<Credential.Service, Credential.CredentialMisconfigured, CommandExecutor.CommandExecutor> =>
  command.make(tool, options)

/**
 * A credential of Azure PowerShell.
 *
 * @example
 * ```ts
 * import { AzurePowerShell, TokenProvider } from "@effect-msgraph/auth"
 * import { Layer } from "effect"
 *
 * // Provide NodeContext.layer of @effect/platform-node
 * export const tokens = TokenProvider.layer.pipe(Layer.provide(AzurePowerShell.layer()))
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (
  options: Options = {}
): Layer.Layer<Credential.Credential, Credential.CredentialMisconfigured, CommandExecutor.CommandExecutor> =>
  Layer.effect(Credential.Credential, make(options))

/**
 * The tenant from `AZURE_TENANT_ID`, if it is set, and the cloud from `NationalCloud.config`.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<Options> = command.config

/**
 * A credential of Azure PowerShell, from the configuration: `AZURE_TENANT_ID`, unless told otherwise.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = config
): Layer.Layer<
  Credential.Credential,
  ConfigError.ConfigError | Credential.CredentialMisconfigured,
  CommandExecutor.CommandExecutor
> => Layer.effect(Credential.Credential, Effect.flatMap(Config.unwrap(options), make))
