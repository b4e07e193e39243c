import * as Terminal from "@effect/platform/Terminal"
import type * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Logger from "effect/Logger"
import * as Style from "../output/Style.js"
import * as Text from "../output/Text.js"
import type * as Stdio from "../Stdio.js"

const shown = (sink: Stdio.Sink, text: string): string => sink.colors ? text : Style.strip(text)

/** What `@effect/cli` prints completions to. Of its complaints we get word as errors, and say them ourselves. */
export const console = ({ stderr, stdout }: Stdio.Service): Console.Console => {
  const print = (sink: Stdio.Sink) => (...args: ReadonlyArray<unknown>) =>
    sink.unsafeWrite(shown(sink, `${args.join(" ").trimEnd()}\n`))
  const unsafe: Console.UnsafeConsole = {
    ...globalThis.console,
    log: print(stdout),
    info: print(stdout),
    debug: print(stderr),
    warn: print(stderr),
    error: () => {}
  }
  const effect = (method: "debug" | "error" | "info" | "log" | "warn") => (...args: ReadonlyArray<unknown>) =>
    Effect.sync(() => unsafe[method](...args))
  return {
    ...Effect.runSync(Effect.console),
    log: effect("log"),
    info: effect("info"),
    debug: effect("debug"),
    warn: effect("warn"),
    error: effect("error"),
    unsafe
  }
}

/** The same, for a part of the program whose `console.error` is meant for people. */
export const speaking = (stdio: Stdio.Service): Console.Console => {
  const error = (...args: ReadonlyArray<unknown>) => stdio.stderr.unsafeWrite(`${Text.sanitize(args.join(" "))}\n`)
  const quiet = console(stdio)
  return {
    ...quiet,
    error: (...args) => Effect.sync(() => error(...args)),
    unsafe: { ...quiet.unsafe, error }
  }
}

/** Prompts are no data: they appear on stderr. */
export const terminal = (terminal: Terminal.Terminal, stderr: Stdio.Sink): Terminal.Terminal =>
  Terminal.Terminal.of({
    ...terminal,
    columns: stderr.columns,
    isTTY: Effect.succeed(stderr.isTerminal),
    display: (text) => Effect.ignore(stderr.write(shown(stderr, text)))
  })

/** One line on stderr for each message. */
export const logger = (stderr: Stdio.Sink): Logger.Logger<unknown, void> =>
  Logger.make(({ date, logLevel, message }) => {
    const parts = (Array.isArray(message) ? message : [message]).map((part) => Inspectable.toStringUnknown(part, 0))
    const line = `${date.toISOString().slice(11, 23)} ${logLevel.label.toLowerCase()} ${parts.join(" ")}`
    stderr.unsafeWrite(
      `${line.split("\n").map((line) => Style.paint(stderr, "faint", Text.sanitize(line))).join("\n")}\n`
    )
  })
