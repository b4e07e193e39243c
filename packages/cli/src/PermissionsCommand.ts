/**
 * `lcw permissions`: what an application has to be granted for the operations that it uses.
 *
 * @since 0.1.0
 */
import * as LifecycleWorkflowsApi from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Permissions from "@effect-msgraph/domain/Permissions"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as CliError from "./CliError.js"
import * as Credentials from "./Credentials.js"
import * as Json from "./output/Json.js"
import * as Style from "./output/Style.js"
import * as Text from "./output/Text.js"
import * as Settings from "./Settings.js"
import * as Stdio from "./Stdio.js"
import * as Suggestion from "./Suggestion.js"

/**
 * What may be named: operations, and groups of them.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const names: ReadonlyArray<string> = Array.from(
  new Set(LifecycleWorkflowsApi.operations.flatMap(({ id }) => {
    const parts = id.split(".")
    return [...parts.slice(0, -1).map((_, index) => `${parts.slice(0, index + 1).join(".")}.*`), id]
  }))
)

/** The operations that a name is of; a star stands for anything. */
const find = (name: string): Either.Either<ReadonlyArray<Operation.Any>, CliError.UsageError> => {
  const pattern = new RegExp(`^${name.split("*").map((part) => part.replace(/[^\w]/g, "\\$&")).join(".*")}$`, "i")
  const found = LifecycleWorkflowsApi.operations.filter(({ id }) => pattern.test(id))
  if (found.length > 0) return Either.right(found)
  const meant = Suggestion.nearest(name, names)
  return Either.left(
    new CliError.UsageError({
      reason: `${JSON.stringify(name)} is no operation.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
      advice: "Operations are named as workflows.runs.list, and groups of them as workflows.runs.*"
    })
  )
}

/**
 * The permissions that are enough, each with the operations that need it.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Consent {
  readonly permissions: ReadonlyArray<{ readonly permission: string; readonly operations: ReadonlyArray<string> }>
  readonly entraRoles?: ReadonlyArray<string>
}

/**
 * The fewest and least privileged permissions that are enough for these operations.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const consent = (operations: ReadonlyArray<Operation.Any>, access: Permissions.Access): Consent => {
  const required = Permissions.required(operations, access)
  const byPermission = new Map<string, Array<string>>(required.map((permission) => [permission, []]))
  for (const { id, permissions } of operations) {
    const permission = Permissions.sufficient(permissions[access]).find((name) => required.includes(name))
    if (permission !== undefined) byPermission.get(permission)!.push(id)
  }
  const roles = Array.from(new Set(operations.flatMap(({ entraRoles }) => entraRoles)))
  // The least privileged that does for all of them.
  const role = roles.find((role) => operations.every(({ entraRoles }) => entraRoles.includes(role)))
  return {
    permissions: Array.from(byPermission, ([permission, operations]) => ({ permission, operations })),
    ...(access === "delegated" ? { entraRoles: role === undefined ? roles : [role] } : {})
  }
}

const accesses = ["application", "delegated"] as const

const headings: { readonly [A in Permissions.Access]: string } = {
  application: "Application permissions",
  delegated: "Delegated permissions"
}

const operation = Options.text("operation").pipe(
  Options.withPseudoName("name"),
  Options.repeated,
  Options.withDescription(
    "An operation, as workflows.runs.list, or several, as workflows.runs.*; the word --operation may be left out."
  )
)

const all = Options.boolean("all").pipe(Options.withDescription("Every operation."))

const access = Options.choice("access", accesses).pipe(
  Options.withDescription("How the caller is signed in: as an application, or for a user. By default both are told."),
  Options.optional
)

const json = Options.boolean("json").pipe(Options.withDescription("Print one JSON document."))

const setting = (key: Settings.Key, otherwise: string) =>
  Config.nonEmptyString(Settings.table[key].variable).pipe(Effect.orElseSucceed(() => otherwise))

/** Where an administrator consents to what the app registration asks for. */
const adminConsent = Effect.gen(function*() {
  const { authority } = yield* Effect.mapError(NationalCloud.config, Credentials.toUsageError)
  const tenant = yield* setting("tenantId", "organizations")
  const client = yield* setting("clientId", "<client-id>")
  return `${authority}/${encodeURIComponent(tenant)}/adminconsent?client_id=${
    client === "<client-id>" ? client : encodeURIComponent(client)
  }`
})

/**
 * The command.
 *
 * @since 0.1.0
 * @category Commands
 */
export const command = Command.make(
  "permissions",
  { access, all, json, names: operation, settings: Settings.options },
  ({ access, all, json, names, settings }) =>
    Effect.gen(function*() {
      const { stderr, stdout } = yield* Stdio.Stdio
      if (!all && names.length === 0) {
        return yield* new CliError.UsageError({
          reason: "OPERATION is missing.",
          advice: "Name operations, as workflows.runs.list or workflows.runs.*, or give --all."
        })
      }
      const found = all
        ? LifecycleWorkflowsApi.operations
        : Array.from(new Set((yield* Either.all(names.map(find))).flat()))
      const shown = Option.match(access, { onNone: () => accesses, onSome: (access) => [access] as const })
      const consents = Object.fromEntries(shown.map((access) => [access, consent(found, access)]))
      const url = yield* adminConsent
      if (json) return yield* stdout.write(Json.document({ ...consents, adminConsent: url }))
      const titles = new Map(found.map(({ id, title }) => [id, title]))
      const widest = Math.max(...found.map(({ id }) => id.length))
      for (const access of shown) {
        const { entraRoles, permissions } = consents[access]!
        yield* stdout.write([
          Style.paint(stdout, "heading", headings[access]),
          ...permissions.flatMap(({ operations, permission }) => [
            `  ${Style.paint(stdout, "good", permission)}`,
            ...operations.map((id) =>
              `    ${Text.pad(id, widest, "left")}  ${Style.paint(stdout, "faint", titles.get(id)!)}`
            )
          ]),
          ...(entraRoles === undefined ? [] : [`  and the user needs the role ${Text.list(entraRoles, "or")}`]),
          ""
        ].join("\n"))
      }
      yield* Effect.ignore(stderr.write(
        `Add them to the app registration (API permissions, Microsoft Graph); then an administrator consents at\n${url}\n`
      ))
    }).pipe(Settings.provide(settings.values))
).pipe(
  Command.withDescription(
    "Tell the permissions that operations need: the fewest and least privileged ones, and where to consent to them."
  )
)
