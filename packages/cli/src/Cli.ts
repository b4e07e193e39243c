/**
 * `lcw`: Microsoft Graph Lifecycle Workflows on the command line.
 *
 * @since 0.1.0
 */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as ValidationError from "@effect/cli/ValidationError"
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Path from "@effect/platform/Path"
import * as Terminal from "@effect/platform/Terminal"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as CommandLine from "./CommandLine.js"
import * as Commands from "./Commands.js"
import * as Completions from "./Completions.js"
import * as Description from "./Description.js"
import * as ExitCode from "./ExitCode.js"
import * as Failure from "./Failure.js"
import * as Help from "./Help.js"
import * as Streams from "./internal/streams.js"
import { version } from "./internal/version.js"
import * as Style from "./output/Style.js"
import * as Text from "./output/Text.js"
import * as Stdio from "./Stdio.js"

const app = Command.run(Commands.command, {
  name: "lcw",
  version,
  executable: "lcw"
})

const config = CliConfig.layer({
  isCaseSensitive: true,
  finalCheckBuiltIn: true,
  showBuiltIns: false
})

/** `@effect/cli` would print help on many screens, so that is ours. */
const execute = (words: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const request = yield* CommandLine.read(words)
    if (request.help) return yield* Help.print(request.path)
    if (request.completions !== undefined) return yield* Completions.print(request.completions)
    yield* Effect.mapError(app(["", "", ...request.words]), (error) =>
      ValidationError.isValidationError(error)
        ? CommandLine.complain(request, Description.paragraphsOf(error.error))
        : error)
  })

/** The exit code of a command that failed, once it has been said why. */
const report = (
  cause: Cause.Cause<Failure.Failure>,
  stderr: Stdio.Sink
): Effect.Effect<ExitCode.Name> =>
  Effect.gen(function*() {
    const say = (text: string) => text === "" ? Effect.void : Effect.ignore(stderr.write(text))
    const failure = Cause.failureOption(cause)
    if (Option.isSome(failure)) {
      yield* say(Failure.render(failure.value, stderr))
      return Failure.exitCode(failure.value)
    }
    const trace = Cause.pretty(cause).split("\n").map((line) => `     ${Text.sanitize(line).trim()}\n`).join("")
    yield* say(
      `${Style.paint(stderr, "bad", "lcw:")} This should not have happened. Report it, please:\n${trace}`
    )
    return "unexpected"
  })

/**
 * Runs a command line, the runtime and the script included, as in `process.argv`. Succeeds with the exit code, whatever happens;
 * interruption is left to the caller.
 *
 * @since 0.1.0
 * @category Running
 */
export const run = (
  argv: ReadonlyArray<string>
): Effect.Effect<
  number,
  never,
  | CommandExecutor.CommandExecutor
  | FileSystem.FileSystem
  | HttpClient.HttpClient
  | Path.Path
  | Stdio.Stdio
  | Terminal.Terminal
> =>
  Effect.gen(function*() {
    const streams = yield* Stdio.Stdio
    const terminal = yield* Terminal.Terminal
    const options = { noColor: argv.slice(2).includes("--no-color") }
    const stdio: Stdio.Service = {
      stdin: streams.stdin,
      stdout: yield* Effect.orDie(Style.configure(streams.stdout, options)),
      stderr: yield* Effect.orDie(Style.configure(streams.stderr, options))
    }
    const services = Layer.mergeAll(
      config,
      Layer.succeed(Stdio.Stdio, stdio),
      Layer.succeed(Terminal.Terminal, Streams.terminal(terminal, stdio.stderr)),
      Console.setConsole(Streams.console(stdio)),
      Logger.replace(Logger.defaultLogger, Streams.logger(stdio.stderr)),
      Logger.minimumLogLevel(LogLevel.Warning),
      // What fails in the background and matters fails here too.
      Layer.setUnhandledErrorLogLevel(Option.none())
    )
    return yield* execute(argv.slice(2)).pipe(
      Effect.catchAllCause((cause) =>
        Cause.isInterruptedOnly(cause) ? Effect.failCause(cause as Cause.Cause<never>) : report(cause, stdio.stderr)
      ),
      Effect.provide(services),
      Effect.map((name) => ExitCode.table[name ?? "success"].code)
    )
  })

/**
 * The exit code of a run: its own, or that of an interruption.
 *
 * @since 0.1.0
 * @category Running
 */
export const exitCode = (exit: Exit.Exit<number>): number =>
  Exit.match(exit, {
    onSuccess: (code) => code,
    onFailure: (cause) => ExitCode.table[Cause.isInterruptedOnly(cause) ? "interrupted" : "unexpected"].code
  })
