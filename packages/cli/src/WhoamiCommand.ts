/**
 * `lcw whoami`: whose token it is that commands send, and what it allows.
 *
 * @since 0.1.0
 */
import type * as AccessToken from "@effect-msgraph/auth/AccessToken"
import * as TokenProvider from "@effect-msgraph/auth/TokenProvider"
import * as LifecycleWorkflowsApi from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Permissions from "@effect-msgraph/domain/Permissions"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Credentials from "./Credentials.js"
import * as Identity from "./Identity.js"
import * as Json from "./output/Json.js"
import * as Style from "./output/Style.js"
import * as Table from "./output/Table.js"
import * as Text from "./output/Text.js"
import * as Value from "./output/Value.js"
import * as PermissionsCommand from "./PermissionsCommand.js"
import * as RequestLog from "./RequestLog.js"
import * as Settings from "./Settings.js"
import * as Stdio from "./Stdio.js"

/** All that there is to tell. */
interface Facts {
  readonly identity: Identity.Identity | undefined
  readonly cloud: NationalCloud.NationalCloud
  readonly chosen: Context.Tag.Service<Credentials.Chosen>
  readonly token: AccessToken.AccessToken
  readonly clientId: string | undefined
  readonly now: number
}

const endOfTime = 8.64e15

const expiresAt = ({ token }: Facts): DateTime.Utc | undefined =>
  DateTime.toEpochMillis(token.expiresAt) < endOfTime ? token.expiresAt : undefined

/** The operations that the token does for, and those that it does not. */
const operations = ({ access, permissions }: Identity.Identity) => {
  const allowed: Array<Operation.Any> = []
  const missing: Array<Operation.Any> = []
  for (const operation of LifecycleWorkflowsApi.operations) {
    const isAllowed = Permissions.isSatisfied(operation.permissions[access], permissions)
    ;(isAllowed ? allowed : missing).push(operation)
  }
  return { allowed, missing }
}

const json = (facts: Facts): string => {
  const { chosen, clientId, cloud, identity, token } = facts
  const able = identity === undefined ? undefined : operations(identity)
  const ids = (operations: ReadonlyArray<Operation.Any>) => operations.map(({ id }) => id)
  const ends = expiresAt(facts)
  return Json.document({
    decoded: identity !== undefined,
    verified: false,
    access: identity?.access,
    tenantId: identity?.tenantId ?? token.tenantId,
    application: { id: identity?.application.id ?? clientId, displayName: identity?.application.displayName },
    user: identity?.user,
    cloud: cloud.name,
    graphRoot: cloud.graphRoot,
    method: chosen.method,
    permissions: identity?.permissions,
    operations: able === undefined ? undefined : { allowed: ids(able.allowed), missing: ids(able.missing) },
    expiresAt: ends === undefined ? undefined : DateTime.formatIso(ends)
  })
}

/** What is missing for how much: `LifecycleWorkflows-Workflow.Activate for 4 operations, as workflows.activate`. */
const lacking = (missing: ReadonlyArray<Operation.Any>, access: Permissions.Access): ReadonlyArray<string> =>
  PermissionsCommand.consent(missing, access).permissions.map(({ operations, permission }) =>
    `${permission} for ${Text.count(operations.length, "operation")}${
      operations.length === 1 ? `, ${operations[0]}` : `, such as ${operations[0]}`
    }`
  )

const expiry = (facts: Facts): string => {
  const ends = expiresAt(facts)
  if (ends === undefined) return "unknown"
  const left = DateTime.toEpochMillis(ends) - facts.now
  const minute = 60_000
  const said = left < minute ? "in less than a minute" : `in ${Duration.format(Math.floor(left / minute) * minute)}`
  return `${DateTime.formatIso(ends).replace("T", " ").replace(/\.\d+Z$/, "Z")} (${said})`
}

const table = (facts: Facts, stdout: Stdio.Sink): string => {
  const { chosen, clientId, cloud, identity, token } = facts
  const able = identity === undefined ? undefined : operations(identity)
  const lacks = identity === undefined || able === undefined ? [] : lacking(able.missing, identity.access)
  const lines: ReadonlyArray<readonly [name: string, text: string | undefined, style?: Style.Style]> = [
    ...(identity === undefined ? [] : [
      ["signed in as", identity.access === "delegated" ? "a user" : "an application"] as const,
      ...(identity.user === undefined ? [] : [
        ["user", Identity.named(identity.user.displayName, identity.user.userPrincipalName)] as const,
        ["user id", identity.user.id] as const
      ]),
      ["application", identity.application.displayName] as const
    ]),
    ["application id", identity?.application.id ?? clientId],
    ["tenant id", identity?.tenantId ?? token.tenantId],
    ["cloud", cloud.name === "custom" ? `${cloud.displayName} (custom)` : cloud.displayName],
    ["method", chosen.found ? `${chosen.method} (auto)` : chosen.method],
    ...(identity === undefined || able === undefined ? [] : [
      ["permissions", identity.permissions.join(", ")] as const,
      [
        "allow",
        `${able.allowed.length} of ${LifecycleWorkflowsApi.operations.length} operations${
          identity.access === "delegated" ? ", as far as the user's roles do" : ""
        }`,
        able.missing.length === 0 ? "good" : "warning"
      ] as const,
      ...lacks.map((text, index) => [index === 0 ? "missing" : "", text] as const)
    ]),
    ["expires", expiry(facts)]
  ]
  return Table.record(
    lines.map(([name, text, style]) => [
      name,
      text === undefined || text === "" ? Value.absent : { text: Text.sanitize(text), style }
    ]),
    stdout
  )
}

/**
 * The command.
 *
 * @since 0.1.0
 * @category Commands
 */
export const command = Command.make(
  "whoami",
  {
    json: Options.boolean("json").pipe(Options.withDescription("Print one JSON document.")),
    settings: Settings.options
  },
  ({ json: asJson, settings }) =>
    Effect.gen(function*() {
      const { stderr, stdout } = yield* Stdio.Stdio
      const tokens = yield* TokenProvider.TokenProvider
      const token = yield* tokens.get()
      const identity = Identity.decode(token.token)
      const facts: Facts = {
        identity,
        token,
        cloud: tokens.cloud,
        clientId: tokens.clientId,
        chosen: yield* Credentials.Chosen,
        now: yield* Clock.currentTimeMillis
      }
      yield* stdout.write(asJson ? json(facts) : table(facts, stdout))
      const note = identity === undefined
        ? "The token cannot be decoded: whose it is, only Graph can tell."
        : "As the token says, which was decoded and not verified."
      if (!asJson) yield* Effect.ignore(stderr.write(`${Style.paint(stderr, "faint", note)}\n`))
    }).pipe(
      Effect.provide(
        TokenProvider.layer.pipe(
          Layer.provideMerge(Credentials.layer(settings)),
          Layer.provide(RequestLog.layer)
        )
      ),
      settings.verbose ? Logger.withMinimumLogLevel(LogLevel.Debug) : (effect) => effect
    )
).pipe(
  Command.withDescription(
    "Tell whose token commands send: tenant, application or user, permissions, expiry. The token itself is never printed."
  )
)
