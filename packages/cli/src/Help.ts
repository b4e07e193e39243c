/**
 * Help: what `@effect/cli` knows of a command, on one screen.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Commands from "./Commands.js"
import * as Description from "./Description.js"
import * as ExitCode from "./ExitCode.js"
import { version } from "./internal/version.js"
import * as Methods from "./Methods.js"
import * as Style from "./output/Style.js"
import * as Text from "./output/Text.js"
import * as Settings from "./Settings.js"
import * as Stdio from "./Stdio.js"

/** A term, and what there is to say about it. */
type Definition = readonly [term: string, text: string]

/** Groups of commands, and what is in them, for all of the commands would be more than one screen. */
const groups = (node: Commands.Node): ReadonlyArray<Definition> =>
  node.children.map((child) => {
    const about = Description.paragraphs(child.descriptor)[0] ?? ""
    return [
      child.name,
      child.children.length === 0 ? about : `${about} (${child.children.map(({ name }) => name).join(", ")}).`
    ]
  })

/** The commands that do something, by their names from here on. */
const leaves = (node: Commands.Node, prefix = ""): ReadonlyArray<Definition> =>
  node.children.flatMap((child) =>
    child.children.length > 0
      ? leaves(child, `${prefix}${child.name} `)
      : [[`${prefix}${child.name}`, Description.paragraphs(child.descriptor)[0] ?? ""] as const]
  )

const wrap = (text: string, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && Text.width(line) + 1 + Text.width(word) > columns) {
      lines.push(line)
      line = ""
    }
    line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, line]
}

const indent = 2
const widestTerm = 24

const definitions = (title: string, items: ReadonlyArray<Definition>, columns: number, sink: Stdio.Sink): string => {
  if (items.length === 0) return ""
  const widest = Math.min(widestTerm, Math.max(...items.map(([term]) => Text.width(term))))
  const margin = " ".repeat(indent + widest + 2)
  const lines = items.flatMap(([term, text]) => {
    const [first = "", ...rest] = wrap(text, columns - margin.length).map((line) => margin + line)
    const shown = Style.paint(sink, "active", term)
    return Text.width(term) > widest
      ? [
        ...wrap(term, columns - 2 * indent).map((line, index) =>
          `${" ".repeat(index === 0 ? indent : 2 * indent)}${Style.paint(sink, "active", line)}`
        ),
        first,
        ...rest
      ]
      : [`${" ".repeat(indent)}${shown}${first.slice(indent + Text.width(term))}`, ...rest]
  })
  return `\n${Style.paint(sink, "heading", title)}\n${lines.join("\n")}\n`
}

/** Options that `@effect/cli` gives every command. */
const builtIn: ReadonlyArray<Definition> = [
  ["--help, -h", "Print this, for any command."],
  ["--version", "Print the version."],
  ["--completions shell", "Print the completion script for bash, zsh or fish."],
  ["--log-level level", "Tell this and worse on stderr: debug (as --verbose), info, warning, error, none."]
]

const settings = new Set<string>([
  ...Object.values(Settings.table).map(({ option }) => `--${option}`),
  "--verbose",
  "--no-color"
])

/** The settings as any operation's command describes them, and what is built in. */
const everywhere = (): ReadonlyArray<Definition> => {
  const operation = Commands.node.children.find(({ children }) => children.length > 0)?.children[0]
  return [
    ...(operation === undefined ? [] : Description.options(operation.descriptor).filter(isSetting).map(define)),
    ...builtIn
  ]
}

const methods = Object.entries(Methods.table).map(([name, { description }]): Definition => [name, description])

const exitCodes = Object.values(ExitCode.table).map(({ code, meaning }): Definition => [String(code), meaning])

const isSetting = ({ flag }: Description.Option): boolean => settings.has(flag)

const define = ({ description, required, term }: Description.Option): Definition => [
  term,
  required ? `${description} Required.` : description
]

/**
 * The help of a command, which is the last of the path from `lcw` on.
 *
 * @since 0.1.0
 * @category Rendering
 */
export const print = (path: ReadonlyArray<Commands.Node>): Effect.Effect<void, Stdio.OutputClosed, Stdio.Stdio> =>
  Effect.gen(function*() {
    const { stdout } = yield* Stdio.Stdio
    const columns = Math.min(100, stdout.isTerminal ? yield* stdout.columns : 100)
    const node = path.at(-1) ?? Commands.node
    const isRoot = node === Commands.node
    const commands = isRoot ? groups(node) : leaves(node)
    const own = Description.options(node.descriptor).filter((option) => !isSetting(option))
    const positional = node.positional === undefined ? [] : [` ${node.positional.name}`]
    const required = [...positional, ...own.flatMap(({ required, term }) => required ? [` ${term}`] : [])]
    const about = isRoot
      ? [`lcw ${version}: Microsoft Graph Lifecycle Workflows on the command line.`]
      : Description.paragraphs(node.descriptor)

    yield* stdout.write([
      `${about.flatMap((text) => wrap(text, columns)).join("\n")}\n`,
      `\n${Style.paint(stdout, "heading", "Usage")}\n  ${path.map(({ name }) => name).join(" ")}${
        commands.length > 0 ? " <command>" : required.join("")
      } [options]\n`,
      definitions("Commands", commands, columns, stdout),
      definitions("Options", own.map(define), columns, stdout),
      definitions("Options of every command", everywhere(), columns, stdout),
      isRoot ? definitions("Ways to get a token (--auth)", methods, columns, stdout) : "",
      isRoot ? definitions("Exit codes", exitCodes, columns, stdout) : ""
    ].join(""))
  })
