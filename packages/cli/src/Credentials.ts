/**
 * Where the token comes from: what the command line and the environment give, and a prompt for what is missing.
 *
 * @since 0.1.0
 */
import type * as Credential from "@effect-msgraph/auth/Credential"
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Prompt from "@effect/cli/Prompt"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import type * as Terminal from "@effect/platform/Terminal"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as CliError from "./CliError.js"
import * as Methods from "./Methods.js"
import * as Text from "./output/Text.js"
import * as Settings from "./Settings.js"
import * as Stdio from "./Stdio.js"

/**
 * The method that is used, and whether it was found rather than asked for.
 *
 * @since 0.1.0
 * @category Context
 */
export class Chosen extends Context.Tag("@effect-msgraph/cli/Credentials/Chosen")<
  Chosen,
  { readonly method: Methods.Name; readonly found: boolean }
>() {}

const isSet = (variable: string): Effect.Effect<boolean> => Effect.isSuccess(Config.nonEmptyString(variable))

/** What an application proves itself with, in the order in which it counts, and what else it takes. */
const proofs = [
  { method: "secret", proof: "clientSecret", also: [] },
  { method: "certificate", proof: "certificatePath", also: [] },
  // A pod of AKS has a token file even where its service account names no application.
  { method: "workload-identity", proof: "federatedTokenFile", also: ["tenantId", "clientId"] }
] as const

/**
 * What the command line proves an application with goes first; then comes a token in the environment, unless the command line names an
 * application; then what the environment proves one with; then a sign-in. If there is nothing, it is a secret that is missing.
 */
const find = (
  given: Settings.Given
): Effect.Effect<Methods.Name, ConfigError.ConfigError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function*() {
    const isGiven = (key: Settings.Key) => Option.isSome(given.values[key])
    const named = proofs.find(({ proof }) => isGiven(proof))
    if (named !== undefined) return named.method
    if (!isGiven("tenantId") && !isGiven("clientId") && (yield* isSet(Methods.tokenVariable.variable))) return "token"
    for (const { also, method, proof } of proofs) {
      if (yield* Effect.every([proof, ...also], (key) => isSet(Settings.table[key].variable))) return method
    }
    const Logins = yield* Effect.promise(() => import("./Logins.js"))
    return (yield* Logins.matching).length > 0 ? "login" : "secret"
  })

const choose = (given: Settings.Given) =>
  Effect.gen(function*() {
    const asked = (yield* Settings.optional("auth")) ?? Methods.auto
    if (asked === Methods.auto) return { method: yield* Effect.mapError(find(given), toUsageError), found: true }
    if (Methods.isName(asked)) return { method: asked, found: false }
    const { option, variable } = Settings.table.auth
    return yield* new CliError.UsageError({
      reason: `--${option} (${variable}): ${JSON.stringify(asked)} is none of ${Text.list(Methods.names, "or")}.`
    })
  })

// Keys that make no character end up as control characters.
const typed = (text: string) => text.replace(/\p{Cc}/gu, "").trim()

const ask = (setting: Methods.Need): Prompt.Prompt<Redacted.Redacted<string>> => {
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
      missingDataCase: (_, path) => [{ path, reason: "is not set" }],
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

const needOf = (need: Settings.Key | Methods.Need): Methods.Need =>
  typeof need === "string" ? Settings.table[need] : need

/**
 * What is missing of these settings, by variable. It is asked for if there is somebody to ask, after `hint`; else it is an error, with
 * `advice` on what else would do.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const complete = (
  needs: ReadonlyArray<Settings.Key | Methods.Need>,
  { advice, hint }: { readonly advice?: string | undefined; readonly hint?: string | undefined } = {}
): Effect.Effect<
  { readonly [variable: string]: Redacted.Redacted<string> },
  CliError.MissingCredentials | Terminal.QuitException,
  Stdio.Stdio | Terminal.Terminal
> =>
  Effect.gen(function*() {
    const { stderr, stdin } = yield* Stdio.Stdio
    const missing = yield* Effect.filter(needs.map(needOf), ({ variable }) => isSet(variable), { negate: true })
    if (missing.length === 0) return {}
    if (!stdin.isTerminal || !stderr.isTerminal) return yield* new CliError.MissingCredentials({ missing, advice })
    if (hint !== undefined) yield* Effect.ignore(stderr.write(`${hint}\n`))
    // One prompt for all of them: between two, the terminal would echo what is typed ahead or pasted.
    const answers = yield* Prompt.all(
      missing.map((need) => Prompt.map(ask(need), (answer) => [need.variable, answer] as const))
    ).pipe(Effect.tapError(() => Effect.ignore(stderr.write("\n"))))
    return Object.fromEntries(answers)
  })

const otherWays = "Or set MSGRAPH_TOKEN, run lcw login, or choose another way with --auth."

const nothing = "There is nothing to get a token with. lcw login signs you in; an application has a secret:"

/**
 * A credential. What is missing is asked for if there is somebody to ask, and is else an error that says how to give it.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (given: Settings.Given): Layer.Layer<
  Chosen | Credential.Credential,
  | CliError.MissingCredentials
  | CliError.NotSignedIn
  | CliError.UsageError
  | Credential.CredentialMisconfigured
  | Terminal.QuitException,
  Methods.Context | Terminal.Terminal
> =>
  Layer.unwrapEffect(
    Effect.gen(function*() {
      yield* Effect.mapError(NationalCloud.config, toUsageError)
      const chosen = yield* choose(given)
      const { layer, needs } = Methods.table[chosen.method]
      const isEmpty = chosen.found &&
        !(yield* Effect.exists(needs.map(needOf), ({ variable }) => isSet(variable)))
      const answers = yield* complete(needs, {
        advice: chosen.found ? otherWays : undefined,
        hint: isEmpty ? nothing : undefined
      })
      return Layer.scopedContext(
        Layer.build(layer).pipe(
          Effect.map(Context.add(Chosen, chosen)),
          Settings.provide(given.values, answers),
          Effect.mapError((error) => ConfigError.isConfigError(error) ? toUsageError(error) : error)
        )
      )
    }).pipe(Settings.provide(given.values))
  )
