/**
 * `lcw emulator`: a Microsoft Graph to try things on, which needs no tenant.
 *
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Numeric from "./Numeric.js"
import * as Style from "./output/Style.js"
import * as Text from "./output/Text.js"
import * as Settings from "./Settings.js"
import * as Stdio from "./Stdio.js"

const shells = {
  sh: (variable: string, value: string) => `export ${variable}=${value}\n`,
  fish: (variable: string, value: string) => `set -x ${variable} ${value}\n`,
  powershell: (variable: string, value: string) => `$env:${variable} = "${value}"\n`
} as const

const port = Numeric.option("port", { from: 0, to: 65535 }).pipe(
  Options.withDescription("The port on 127.0.0.1 to listen on; by default any that is free."),
  Options.withDefault(0)
)

const latency = Numeric.option("latency", { from: 0, to: 600_000 }).pipe(
  Options.withDescription("Milliseconds that each answer takes; by default none."),
  Options.withDefault(0)
)

const shell = Options.choice("shell", ["sh", "fish", "powershell"]).pipe(
  Options.withDescription("The shell that the printed variables are for; by default sh."),
  Options.withDefault("sh" as const)
)

const applications = { reader: "demoReader", admin: "demoAdmin", user: "demoPublicClient" } as const

const as = Options.choice("as", ["reader", "admin", "user"]).pipe(
  Options.withDescription(
    "Whose variables to print: of an application that may read reports, of one that may do everything, or of one that users sign in " +
      "to, to try lcw login."
  ),
  Options.withDefault("reader" as const)
)

const statusStyle = (status: number | undefined): Style.Style =>
  status === undefined || status >= 500 ? "bad" : status >= 400 ? "warning" : "good"

/**
 * The command. The emulator is loaded when it is wanted: other commands start without it.
 *
 * @since 0.1.0
 * @category Commands
 */
export const command = Command.make(
  "emulator",
  { port, latency, as, shell },
  ({ as, latency, port, shell }) =>
    Effect.scoped(Effect.gen(function*() {
      const { stderr, stdout } = yield* Stdio.Stdio
      const [{ GraphEmulatorServer }, Seed] = yield* Effect.promise(() =>
        Promise.all([import("@effect-msgraph/emulator/node"), import("@effect-msgraph/emulator/Seed")])
      )
      const server = yield* GraphEmulatorServer.make({ port, latency })
      const say = (text: string) => Effect.ignore(stderr.write(text))

      yield* say(`Microsoft Graph is emulated at ${server.url}. Ctrl-C ends it.\nFor another shell:\n\n`)
      const { authority, cloud, clientId, clientSecret, graphRoot, tenantId } = Settings.table
      const application = Seed[applications[as]]
      const variables = [
        [cloud, "custom"],
        [graphRoot, server.cloud.graphRoot],
        [authority, server.cloud.authority],
        [tenantId, Seed.demoTenantId],
        [clientId, application.clientId],
        // It opens nothing but this emulator.
        ...("clientSecret" in application ? [[clientSecret, Redacted.value(application.clientSecret)] as const] : [])
      ] as const
      yield* stdout.write(variables.map(([{ variable }, value]) => shells[shell](variable, value)).join(""))
      yield* say(
        `\nThen, for example:\n\n${
          as === "user" ? "lcw login\n" : ""
        }lcw runs list --workflow ${Seed.demoResult.workflowId}\n\n`
      )

      yield* Stream.runForEach(server.emulator.events, (entry) => {
        const time = new Date(entry.receivedAt).toISOString().slice(11, 23)
        const status = Style.paint(
          stderr,
          statusStyle(entry.status),
          entry.status === undefined ? "---" : String(entry.status)
        )
        const what = Text.sanitize(`${entry.method} ${entry.path}${entry.query}`)
        const fault = entry.fault === undefined ? "" : ` (${Text.sanitize(entry.fault)})`
        return say(
          `${Style.paint(stderr, "faint", time)} ${status} ${what} ${Math.round(entry.milliseconds)} ms${fault}\n`
        )
      })
    }))
).pipe(
  Command.withDescription(
    "Run an emulator of Microsoft Graph on this machine, with a demo tenant. Prints the variables that lead lcw to it."
  )
)
