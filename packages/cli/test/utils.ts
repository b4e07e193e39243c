import { type Fault, GraphEmulator, Seed } from "@effect-msgraph/emulator"
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Path from "@effect/platform/Path"
import * as Terminal from "@effect/platform/Terminal"
import { ConfigProvider, Effect, Exit, Fiber, Layer, Mailbox, Option, Redacted, TestClock } from "effect"
import type { Duration } from "effect"
import * as Cli from "../src/Cli.js"
import * as Stdio from "../src/Stdio.js"

/** What a run of `lcw` left behind. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Options {
  /** The environment; by default what leads to the demo tenant. */
  readonly env?: { readonly [variable: string]: string }
  /** Which streams are terminals; by default none. */
  readonly terminals?: ReadonlyArray<"stdin" | "stdout" | "stderr">
  readonly columns?: number
  /** What is typed at prompts; `\r` is Enter, `\u0003` is Ctrl-C. */
  readonly typed?: string
  /** The files that there are, by path; `-` is standard input. */
  readonly files?: { readonly [path: string]: string }
  /** Told what is written to standard error, of a run that does not come to its end. */
  readonly onStderr?: (text: string) => void
  /** How many writes standard output takes before its reader goes away. */
  readonly stdoutWrites?: number
  /** What stands in for the machine's files and programs; by default there are only `files`. */
  readonly platform?: Layer.Layer<CommandExecutor.CommandExecutor | FileSystem.FileSystem>
}

export const secret = Redacted.value(Seed.demoReader.clientSecret)

/** The variables of a caller that may read reports. */
export const reader = {
  AZURE_TENANT_ID: Seed.demoTenantId,
  AZURE_CLIENT_ID: Seed.demoReader.clientId,
  AZURE_CLIENT_SECRET: secret
}

/** The variables of a caller that may do everything. */
export const admin = {
  AZURE_TENANT_ID: Seed.demoTenantId,
  AZURE_CLIENT_ID: Seed.demoAdmin.clientId,
  AZURE_CLIENT_SECRET: Redacted.value(Seed.demoAdmin.clientSecret)
}

const keyNames: { readonly [character: string]: Partial<Terminal.Key> } = {
  "\r": { name: "return" },
  "\u0003": { name: "c", ctrl: true }
}

const terminal = (typed: string): Layer.Layer<Terminal.Terminal> =>
  Layer.effect(
    Terminal.Terminal,
    Effect.gen(function*() {
      // Typed ahead, as a paste is; Ctrl-C ends the input, as it does on Node.
      const input = yield* Mailbox.make<Terminal.UserInput>()
      for (const character of typed) {
        const key = { name: character, ctrl: false, meta: false, shift: false, ...keyNames[character] }
        yield* input.offer({ input: Option.some(character), key })
        if (key.ctrl) yield* input.done(Exit.void)
      }
      return Terminal.Terminal.of({
        columns: Effect.succeed(80),
        rows: Effect.succeed(24),
        isTTY: Effect.succeed(true),
        readInput: Effect.succeed(input),
        readLine: Effect.die("nobody reads lines"),
        display: () => Effect.die("prompts belong on stderr")
      })
    })
  )

const fileSystem = (files: { readonly [path: string]: string }) =>
  FileSystem.layerNoop({
    readFileString: (path) =>
      files[path] === undefined
        ? Effect.fail(
          new PlatformError.SystemError({
            reason: "NotFound",
            module: "FileSystem",
            method: "readFile",
            pathOrDescriptor: path
          })
        )
        : Effect.succeed(files[path])
  })

/** No program can be run. */
const noCommands = Layer.succeed(
  CommandExecutor.CommandExecutor,
  CommandExecutor.makeExecutor((command) =>
    Effect.fail(
      new PlatformError.SystemError({
        reason: "NotFound",
        module: "Command",
        method: "spawn",
        pathOrDescriptor: command._tag
      })
    )
  )
)

/** Runs `lcw` in this process, on the `HttpClient` of the test. */
export const lcw = (
  args: ReadonlyArray<string>,
  options: Options = {}
): Effect.Effect<Outcome, never, HttpClient.HttpClient> =>
  Effect.gen(function*() {
    const written = { stdout: "", stderr: "" }
    let writes = 0
    const sink = (name: "stderr" | "stdout"): Stdio.Sink => {
      const isTerminal = options.terminals?.includes(name) ?? false
      const unsafeWrite = (text: string) => {
        written[name] += text
        if (name === "stderr") options.onStderr?.(text)
      }
      return {
        isTerminal,
        colors: isTerminal,
        controls: isTerminal,
        columns: Effect.succeed(options.columns ?? 120),
        write: (text) =>
          name === "stdout" && writes++ >= (options.stdoutWrites ?? Infinity)
            ? Effect.fail(new Stdio.OutputClosed())
            : Effect.sync(() => unsafeWrite(text)),
        unsafeWrite
      }
    }
    const stdio = Layer.succeed(Stdio.Stdio, {
      stdin: {
        isTerminal: options.terminals?.includes("stdin") ?? false,
        read: Effect.sync(() => options.files?.["-"] ?? "")
      },
      stdout: sink("stdout"),
      stderr: sink("stderr")
    })
    const code = yield* Cli.run(["node", "lcw", ...args]).pipe(
      Effect.provide([
        stdio,
        terminal(options.typed ?? ""),
        options.platform ?? Layer.merge(fileSystem(options.files ?? {}), noCommands),
        Path.layer
      ]),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(options.env ?? reader))))
    )
    return { code, ...written }
  })

/** Lets whatever is not on Effect's clock take a turn. */
const turn = Effect.async<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

/** Runs an effect while time passes, step by step, until it is done: what it waits for comes about. */
export const whileTimePasses = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  step: Duration.DurationInput
): Effect.Effect<A, E, R> =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    while (Option.isNone(yield* Fiber.poll(fiber))) yield* Effect.zipRight(turn, TestClock.adjust(step))
    return yield* Fiber.join(fiber)
  })

/** The demo tenant in the network's place. */
export const emulator = GraphEmulator.layerInMemory({ pageSize: 100 })

export const inject = (fault: Fault.Fault, times = 1) =>
  Effect.flatMap(GraphEmulator.GraphEmulator, (emulator) => emulator.inject(fault, { endpoint: "graph", times }))

/** A Graph that gives these answers, one after another, whatever it is asked. */
export const answering = (...bodies: ReadonlyArray<unknown>): Layer.Layer<HttpClient.HttpClient> =>
  Layer.sync(HttpClient.HttpClient, () => {
    let next = 0
    return HttpClient.make((request) =>
      Effect.sync(() => {
        if (next >= bodies.length) throw new Error("no answer is left")
        return HttpClientResponse.fromWeb(
          request,
          new Response(JSON.stringify(bodies[next++]), { headers: { "content-type": "application/json" } })
        )
      })
    )
  })

/** A token that stands for itself, so that nothing but Graph is asked. */
export const withToken = { MSGRAPH_TOKEN: "some-token" }

export const { demoLargeRun: large, demoResult: result } = Seed

export const runsOf = (workflow: string) => ["--workflow", workflow]

export const listLarge = ["results", "list", "--workflow", large.workflowId, "--run", large.runId]

export const getResult = [
  ...["results", "get", "--workflow", result.workflowId, "--run", result.runId],
  ...["--result", result.userProcessingResultId]
]
