/**
 * Help: what `@effect/cli` knows of a command, on one screen.
 *
 * @since 0.1.0
 */
import * as CliConfig from "@effect/cli/CliConfig"
import * as CommandDescriptor from "@effect/cli/CommandDescriptor"
import type * as HelpDoc from "@effect/cli/HelpDoc"
import type * as Span from "@effect/cli/HelpDoc/Span"
import * as Effect from "effect/Effect"
import * as Commands from "./Commands.js"
import * as ExitCode from "./ExitCode.js"
import { version } from "./internal/version.js"
import * as Style from "./output/Style.js"
import * as Text from "./output/Text.js"
import * as Settings from "./Settings.js"
import * as Stdio from "./Stdio.js"

/** A term, and what there is to say about it. */
type Definition = readonly [term: string, text: string]

const config: CliConfig.CliConfig = { ...CliConfig.defaultConfig, showBuiltIns: false }

const textOf = (span: Span.Span): string =>
  span._tag === "Sequence"
    ? textOf(span.left) + textOf(span.right)
    : typeof span.value === "string"
    ? span.value
    : textOf(span.value)

/** The blocks of a document, in their order. */
const blocks = (doc: HelpDoc.HelpDoc): ReadonlyArray<Exclude<HelpDoc.HelpDoc, HelpDoc.Sequence | HelpDoc.Empty>> =>
  doc._tag === "Sequence" ? [...blocks(doc.left), ...blocks(doc.right)] : doc._tag === "Empty" ? [] : [doc]

const paragraphs = (doc: HelpDoc.HelpDoc): ReadonlyArray<string> =>
  blocks(doc).flatMap((block) => block._tag === "Paragraph" ? [textOf(block.value)] : [])

/**
 * A document's paragraphs without any layout.
 *
 * @since 0.1.0
 * @category Rendering
 */
export const plain = (doc: HelpDoc.HelpDoc): string => paragraphs(doc).join(" ")

/** The blocks under a heading. */
const section = (descriptor: CommandDescriptor.Command<any>, title: string): ReadonlyArray<HelpDoc.HelpDoc> => {
  const all = blocks(CommandDescriptor.getHelp(descriptor, config))
  const start = all.findIndex((block) => block._tag === "Header" && textOf(block.value) === title)
  if (start < 0) return []
  const end = all.findIndex((block, index) => index > start && block._tag === "Header")
  return all.slice(start + 1, end < 0 ? undefined : end)
}

const description = (descriptor: CommandDescriptor.Command<any>): ReadonlyArray<string> =>
  section(descriptor, "DESCRIPTION").flatMap(paragraphs)

const isOptional = (paragraph: string): boolean => paragraph.startsWith("This setting is optional.")

/** The options of a command: the first paragraph about each tells its type, the last whether it may be left out. */
const options = (descriptor: CommandDescriptor.Command<any>): ReadonlyArray<Definition> =>
  section(descriptor, "OPTIONS").flatMap((block) =>
    block._tag !== "DescriptionList" ? [] : block.definitions.map(([term, doc]): Definition => {
      const [, ...said] = paragraphs(doc)
      const fallback = said.find(isOptional)?.split("Defaults to: ")[1]
      const text = said.filter((paragraph) => !isOptional(paragraph)).join(" ")
      const note = !said.some(isOptional)
        ? " Required."
        : fallback === undefined || fallback === "false"
        ? ""
        : ` Default: ${fallback}.`
      return [textOf(term).replace(/^\((.*)\)$/, "$1").replace(" redacted", " secret"), text + note]
    })
  )

/** The commands that do something, by their names from here on. */
const leaves = (node: Commands.Node, prefix = ""): ReadonlyArray<Definition> =>
  node.children.flatMap((child) =>
    child.children.length > 0
      ? leaves(child, `${prefix}${child.name} `)
      : [[`${prefix}${child.name}`, description(child.descriptor)[0] ?? ""] as const]
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
      ? [`${" ".repeat(indent)}${shown}`, first, ...rest]
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

/**
 * The names of a command's options, with their dashes.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const flags = (path: ReadonlyArray<Commands.Node>): ReadonlyArray<string> =>
  options((path.at(-1) ?? Commands.node).descriptor).map(([term]) => /--[\w-]+/.exec(term)?.[0] ?? term)

/** The settings as any operation's command describes them, and what is built in. */
const everywhere = (): ReadonlyArray<Definition> => {
  const operation = Commands.node.children.find(({ children }) => children.length > 0)?.children[0]
  return [...(operation === undefined ? [] : options(operation.descriptor).filter(isSetting)), ...builtIn]
}

const exitCodes = Object.values(ExitCode.table).map(({ code, meaning }): Definition => [String(code), meaning])

const isSetting = ([term]: Definition): boolean => term.split(/[ ,]+/).some((word) => settings.has(word))

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
    const commands = leaves(node)
    const own = options(node.descriptor).filter((definition) => !isSetting(definition))
    const required = own.flatMap(([term, text]) => text.endsWith(" Required.") ? [` ${term}`] : [])
    const about = isRoot
      ? [`lcw ${version}: Microsoft Graph Lifecycle Workflows on the command line.`]
      : description(node.descriptor)

    yield* stdout.write([
      `${about.flatMap((text) => wrap(text, columns)).join("\n")}\n`,
      `\n${Style.paint(stdout, "heading", "Usage")}\n  ${path.map(({ name }) => name).join(" ")}${
        commands.length > 0 ? " <command>" : required.join("")
      } [options]\n`,
      definitions("Commands", commands, columns, stdout),
      definitions("Options", own, columns, stdout),
      definitions("Options of every command", everywhere(), columns, stdout),
      isRoot ? definitions("Exit codes", exitCodes, columns, stdout) : ""
    ].join(""))
  })
