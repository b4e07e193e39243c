/**
 * Whoever is signed in to the Azure CLI: for the laptop of a developer. The token is a user's, with the permissions that
 * the Azure CLI has been granted in the tenant, which for Graph are few; or that of a service principal signed in with
 * `az login --service-principal`.
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
import * as options_ from "./internal/options.js"
import * as times from "./internal/times.js"

/**
 * - `cloud`: the cloud that `az` is signed in to; default is the global service
 * - `tenantId`: default is the tenant of the subscription that `az` has chosen
 * - `subscription`: id or name of another subscription, whose sign-in is used
 * - `additionallyAllowedTenants`: other tenants that a request may name; `"*"` is any. Without a `tenantId`, any may be
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId?: string | undefined
  readonly subscription?: string | undefined
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

const suffix = "/.default"

const tool = (options: Options): command.Tool => ({
  name: "AzureCli",
  title: "The Azure CLI (az)",
  install: "see https://aka.ms/azure-cli",
  login: "run: az login",
  invocations: ({ scopes, tenantId }, windows) => {
    const [scope] = scopes
    const az: command.Invocation = [
      "az",
      "account",
      "get-access-token",
      "--output",
      "json",
      // Older versions know of no scopes.
      ...(scope !== undefined && scopes.length === 1 && scope.endsWith(suffix)
        ? ["--resource", scope.slice(0, -suffix.length)]
        : ["--scope", ...scopes]),
      ...(tenantId === undefined ? [] : ["--tenant", tenantId]),
      ...(options.subscription === undefined ? [] : ["--subscription", options.subscription])
    ]
    // On Windows it is a batch file, which only the command processor can run. Every argument has been checked.
    return Effect.succeed(windows ? [["cmd.exe", "/d", "/c", ...az]] : [az])
  },
  excuse: ({ exitCode, stderr }) =>
    exitCode === 0
      ? undefined
      : /'az' is not recognized|az: (command )?not found/i.test(stderr)
      ? "install"
      : /\baz login\b/i.test(stderr)
      ? "login"
      : undefined,
  read: (printed) => ({
    token: printed["accessToken"],
    // The one without a time zone is of the wall clock, and wrong for an hour of every autumn.
    expiresAt: times.instant(printed["expires_on"]) ?? times.wallClock(printed["expiresOn"]),
    tenantId: printed["tenant"]
  })
})

/**
 * A credential of the Azure CLI. Fails with `CredentialMisconfigured` if an option cannot be right; `az` is not run
 * before the first `acquire`, and then once for each, so keep a `TokenProvider` in front.
 *
 * `acquire` fails with `CredentialUnavailable` if `az` is not installed, nobody is signed in, or it fails. A claims
 * challenge is for a person to answer: `InteractionRequired`.
 *
 * @see https://learn.microsoft.com/cli/azure/account#az-account-get-access-token
 * @since 0.1.0
 * @category Constructors
 */
export const make = (
  options: Options = {}
): Effect.Effect<Credential.Service, Credential.CredentialMisconfigured, CommandExecutor.CommandExecutor> =>
  Effect.zipRight(
    options_.check("AzureCli", { subscription: command.nameProblem(options.subscription) }),
    command.make(tool(options), options)
  )

/**
 * A credential of the Azure CLI.
 *
 * @example
 * ```ts
 * import { AzureCli, TokenProvider } from "@effect-msgraph/auth"
 * import { Layer } from "effect"
 *
 * // Provide NodeContext.layer of @effect/platform-node
 * export const tokens = TokenProvider.layer.pipe(Layer.provide(AzureCli.layer()))
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
 * A credential of the Azure CLI, from the configuration: `AZURE_TENANT_ID`, unless told otherwise.
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
