/**
 * Whoever is signed in to the Azure Developer CLI: for the laptop of a developer.
 *
 * @since 0.1.0
 */
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Credential from "./Credential.js"
import * as command from "./internal/command.js"
import * as times from "./internal/times.js"

/**
 * - `cloud`: the cloud that `azd` is signed in to; default is the global service
 * - `tenantId`: default is the tenant that the user signed in to
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

const tool: command.Tool = {
  name: "AzureDeveloperCli",
  title: "The Azure Developer CLI (azd)",
  install: "see https://aka.ms/azd-install",
  login: "run: azd auth login",
  invocations: ({ scopes, tenantId }) =>
    Effect.succeed([[
      "azd",
      "auth",
      "token",
      "--output",
      "json",
      "--no-prompt",
      ...scopes.flatMap((scope) => ["--scope", scope]),
      ...(tenantId === undefined ? [] : ["--tenant-id", tenantId])
    ]]),
  // With --output json it may print its complaints as JSON on the standard output.
  excuse: ({ exitCode, stderr, stdout }) =>
    exitCode !== 0 && /\bazd (auth )?login\b/i.test(`${stderr}\n${stdout}`) ? "login" : undefined,
  read: (printed) => ({ token: printed["token"], expiresAt: times.instant(printed["expiresOn"]) })
}

/**
 * A credential of the Azure Developer CLI. Fails with `CredentialMisconfigured` if an option cannot be right; `azd` is
 * not run before the first `acquire`, and then once for each, so keep a `TokenProvider` in front.
 *
 * `acquire` fails with `CredentialUnavailable` if `azd` is not installed, nobody is signed in, or it fails. A claims
 * challenge is for a person to answer: `InteractionRequired`.
 *
 * @see https://learn.microsoft.com/azure/developer/azure-developer-cli/reference#azd-auth-token
 * @since 0.1.0
 * @category Constructors
 */
export const make = (
  options: Options = {}
): Effect.Effect<Credential.Service, Credential.CredentialMisconfigured, CommandExecutor.CommandExecutor> =>
  command.make(tool, options)

/**
 * A credential of the Azure Developer CLI.
 *
 * @example
 * ```ts
 * import { AzureDeveloperCli, TokenProvider } from "@effect-msgraph/auth"
 * import { Layer } from "effect"
 *
 * // Provide NodeContext.layer of @effect/platform-node
 * export const tokens = TokenProvider.layer.pipe(Layer.provide(AzureDeveloperCli.layer()))
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
 * A credential of the Azure Developer CLI, from the configuration: `AZURE_TENANT_ID`, unless told otherwise.
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
