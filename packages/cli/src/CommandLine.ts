/**
 * The words of a command line, put in the order that `@effect/cli` understands: options may stand anywhere.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as CliError from "./CliError.js"
import * as Commands from "./Commands.js"
import * as Completions from "./Completions.js"
import * as Description from "./Description.js"
import * as Text from "./output/Text.js"
import * as Suggestion from "./Suggestion.js"

/** A sentence of `@effect/cli` in our words. */
const sentence = ({ path, words }: Request, complaint: string): string => {
  const unknown = /^Received unknown argument: '(--[^'=]+)/.exec(complaint)?.[1]
  if (unknown === undefined) {
    return complaint
      .replace(/^Expected to find option: '(.*)'$/, "$1 is missing.")
      .replace(/^Expected a value following option: '(.*)'$/, "$1 needs a value.")
      .replace(
        /^The flag '(.*)' is not recognized\. Did you mean '(.*)'\?$/,
        "$1 is no option of this command. Did you mean $2?"
      )
  }
  const { descriptor, positional } = path.at(-1)!
  const known = Description.options(descriptor).map(({ flag }) => flag)
  if (positional !== undefined && unknown === positional.flag && !positional.many) {
    return `There is more than one ${positional.name}.`
  }
  if (known.includes(unknown)) {
    return words.at(-1) === unknown ? `${unknown} needs a value.` : `${unknown} stands there twice.`
  }
  const meant = Suggestion.nearest(unknown, known)
  return `${unknown} is no option of this command.${meant === undefined ? "" : ` Did you mean ${meant}?`}`
}

/**
 * What `@effect/cli` could not make sense of, in our words.
 *
 * @since 0.1.0
 * @category Rendering
 */
export const complain = (request: Request, complaints: ReadonlyArray<string>): CliError.UsageError =>
  new CliError.UsageError({
    reason: complaints.map((complaint) => sentence(request, complaint)).join(" "),
    advice: `See ${request.path.map(({ name }) => name).join(" ")} --help.`
  })

/**
 * What a command line asks for: the help of a command, completions, or that it is run with these words.
 *
 * - `path`: the commands that it names, from `lcw` on
 * - `completions`: the shell to print the completion script for, if that is asked for
 *
 * @since 0.1.0
 * @category Models
 */
export interface Request {
  readonly path: ReadonlyArray<Commands.Node>
  readonly help: boolean
  readonly completions: Completions.Shell | undefined
  readonly words: ReadonlyArray<string>
}

/** Options in front of the command that take no value; all others take the word behind them. */
const alone = new Set(["--help", "-h", "--version", "--verbose", "-v", "--no-color", "--yes", "-y"])

/** `@effect/cli` looks for this one directly behind the command. */
const logLevelFirst = (words: ReadonlyArray<string>) => {
  const early: Array<string> = []
  const rest: Array<string> = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (word === "--") return { early, rest: [...rest, ...words.slice(at)] }
    if (word.startsWith("--log-level=")) early.push(word)
    else if (word === "--log-level") early.push(...words.slice(at, ++at + 1))
    else rest.push(word)
  }
  return { early, rest }
}

/**
 * Words that stand alone become values of the option that they are for. `@effect/cli` finds an option that is given several times only
 * where its values are words of their own.
 */
const positionals = (node: Commands.Node, words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const { positional } = node
  if (positional === undefined) return words
  const takesValue = new Set(Description.options(node.descriptor).flatMap((o) => o.takesValue ? [o.flag] : []))
  const result: Array<string> = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (word === "--") return [...result, ...words.slice(at + 1).flatMap((word) => [positional.flag, word])]
    const [, flag = "", value = ""] = /^(--[^=]+)=(.+)$/s.exec(word) ?? []
    if (!word.startsWith("-") || word === "-") result.push(positional.flag, word)
    else if (takesValue.has(flag) && !value.startsWith("-")) result.push(flag, value)
    else if (takesValue.has(word) || word === "--log-level") result.push(...words.slice(at, ++at + 1))
    else result.push(word)
  }
  return result
}

const completionShell = (words: ReadonlyArray<string>): Either.Either<Completions.Shell, CliError.UsageError> => {
  const at = words.findIndex((word) => word.startsWith("--completions"))
  const name = words[at]!.split("=")[1] ?? words[at + 1] ?? ""
  const shell = Completions.shells.find((shell) => shell === name)
  return shell === undefined
    ? Either.left(
      new CliError.UsageError({
        reason: `--completions: ${JSON.stringify(name)} is no shell that there are completions for.`,
        advice: `There are for ${Text.list(Completions.shells)}.`
      })
    )
    : Either.right(shell)
}

/**
 * Reads the words behind `lcw`.
 *
 * @since 0.1.0
 * @category Decoding
 */
export const read = (words: ReadonlyArray<string>): Either.Either<Request, CliError.UsageError> => {
  const path = [Commands.node]
  const options: Array<string> = []
  let node = Commands.node
  let at = 0
  let unknown: string | undefined
  for (; at < words.length && node.children.length > 0 && words[at] !== "--"; at++) {
    const word = words[at]!
    if (word.startsWith("-")) {
      options.push(word)
      if (!alone.has(word) && !word.includes("=") && at + 1 < words.length) options.push(words[++at]!)
      continue
    }
    const child = node.children.find(({ name }) => name === word)
    if (child === undefined) {
      unknown = word
      break
    }
    path.push(node = child)
  }
  const { early, rest } = logLevelFirst([...options, ...positionals(node, words.slice(at))])
  const end = rest.indexOf("--")
  const asked = (...names: ReadonlyArray<string>) =>
    (end < 0 ? rest : rest.slice(0, end)).some((word) => names.includes(word.split("=")[0]!))

  if (asked("--version")) return Either.right({ path, help: false, completions: undefined, words: ["--version"] })
  const help = asked("--help", "-h")
  if (unknown !== undefined && !help) {
    const names = node.children.map(({ name }) => name)
    const meant = Suggestion.nearest(unknown, names)
    return Either.left(
      new CliError.UsageError({
        reason: `${JSON.stringify(unknown)} is no command of ${path.map(({ name }) => name).join(" ")}.${
          meant === undefined ? "" : ` Did you mean ${meant}?`
        }`,
        advice: `It has: ${names.join(", ")}.`
      })
    )
  }
  // That of `@effect/cli` 0.77 cannot run a command that it asked a secret for.
  if (asked("--wizard")) {
    return Either.left(
      new CliError.UsageError({
        reason: "lcw has no --wizard.",
        advice: "What is missing of the credentials it asks for by itself; --help has the rest."
      })
    )
  }
  const shell = asked("--completions") ? completionShell(rest) : undefined
  if (shell !== undefined && Either.isLeft(shell)) return Either.left(shell.left)
  return Either.right({
    path,
    help: help || (node.children.length > 0 && !asked("--completions")),
    completions: help ? undefined : shell?.right,
    words: [...path.slice(1).map(({ name }) => name), ...early, ...rest]
  })
}
