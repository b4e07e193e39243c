/**
 * Where the token comes from: what the command line and the environment give, and a prompt for what is missing.
 *
 * @since 0.1.0
 */
import * as ClientSecret from "@effect-msgraph/auth/ClientSecret"
import type * as Credential from "@effect-msgraph/auth/Credential"
import * as StaticToken from "@effect-msgraph/auth/StaticToken"
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Prompt from "@effect/cli/Prompt"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Terminal from "@effect/platform/Terminal"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as CliError from "./CliError.js"
import * as Settings from "./Settings.js"
import * as Stdio from "./Stdio.js"

/** A way to get a token: the settings it needs, and the credential that it makes of the configuration. */
interface Method {
  readonly needs: ReadonlyArray<Settings.Key>
  readonly layer: Layer.Layer<
    Credential.Credential,
    ConfigError.ConfigError | Credential.CredentialMisconfigured,
    HttpClient.HttpClient
  >
}

const clientSecret: Method = { needs: ["tenantId", "clientId", "clientSecret"], layer: ClientSecret.layerConfig() }

const token: Method = { needs: [], layer: StaticToken.layerConfig() }

/** A token in the environment goes first, unless the command line names an application. */
const choose = (given: Settings.Given): Effect.Effect<Method> =>
  clientSecret.needs.some((key) => Option.isSome(given.values[key]))
    ? Effect.succeed(clientSecret)
    : Effect.match(Config.nonEmptyString("MSGRAPH_TOKEN"), { onFailure: () => clientSecret, onSuccess: () => token })

// Keys that make no character end up as control characters.
const typed = (text: string) => text.replace(/\p{Cc}/gu, "").trim()

const ask = (setting: Settings.Setting): Prompt.Prompt<Redacted.Redacted<string>> => {
  const options = {
    message: `${setting.name[0]!.toUpperCase()}${setting.name.slice(1)} (${setting.variable})`,
    validate: (text: string) => typed(text) === "" ? Effect.fail("It cannot be empty") : Effect.succeed(typed(text))
  }
  return setting.kind === "secret"
    ? Prompt.hidden(options)
    : Prompt.map(Prompt.text(options), (text) => Redacted.make(text))
}

/**
 * What is wrong with the settings, which a person knows by their options as well.
 *
 * @since 0.1.0
 * @category Errors
 */
export const toUsageError = (error: ConfigError.ConfigError): CliError.UsageError => {
  const faults = ConfigError.reduceWithContext<void, ReadonlyArray<{ path: ReadonlyArray<string>; reason: string }>>(
    error,
    undefined,
    {
      andCase: (_, left, right) => [...left, ...right],
      orCase: (_, left, right) => [...left, ...right],
      invalidDataCase: (_, path, reason) => [{ path, reason }],
      missingDataCase: (_, path, reason) => [{ path, reason }],
      sourceUnavailableCase: (_, path, reason) => [{ path, reason }],
      unsupportedCase: (_, path, reason) => [{ path, reason }]
    }
  )
  return new CliError.UsageError({
    reason: faults.map(({ path, reason }) => {
      const setting = Object.values(Settings.table).find(({ variable }) => variable === path.join("."))
      return `${setting === undefined ? path.join(".") : `--${setting.option} (${setting.variable})`}: ${reason}`
    }).join("\n")
  })
}

/**
 * A credential. What is missing is asked for if there is somebody to ask, and is else an error that says how to give it.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (given: Settings.Given): Layer.Layer<
  Credential.Credential,
  CliError.MissingCredentials | CliError.UsageError | Credential.CredentialMisconfigured | Terminal.QuitException,
  HttpClient.HttpClient | Stdio.Stdio | Terminal.Terminal
> =>
  Layer.unwrapEffect(
    Effect.gen(function*() {
      const stdio = yield* Stdio.Stdio
      yield* Effect.mapError(NationalCloud.config, toUsageError)
      const method = yield* choose(given)
      const missing = yield* Effect.filter(method.needs, (key) =>
        Effect.match(Config.nonEmptyString(Settings.table[key].variable), {
          onFailure: () =>
            true,
          onSuccess: () => false
        }))
      if (missing.length > 0 && !(stdio.stdin.isTerminal && stdio.stderr.isTerminal)) {
        return yield* new CliError.MissingCredentials({
          missing: missing.map((key) =>
            Settings.table[key]
          )
        })
      }
      // One prompt for all of them: between two, the terminal would echo what is typed ahead or pasted.
      const answers = missing.length === 0
        ? []
        : yield* Prompt.all(
          missing.map((key) => Prompt.map(ask(Settings.table[key]), (answer) => [key, Option.some(answer)] as const))
        ).pipe(Effect.tapError(() => Effect.ignore(stdio.stderr.write("\n"))))
      return Layer.scopedContext(
        Layer.build(method.layer).pipe(
          Settings.provide({ ...given.values, ...Object.fromEntries(answers) }),
          Effect.mapError((error) => ConfigError.isConfigError(error) ? toUsageError(error) : error)
        )
      )
    }).pipe(Settings.provide(given.values))
  )
