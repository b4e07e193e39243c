/**
 * Completion scripts for shells: commands, options, and the names that options take. Those that `@effect/cli` makes stop at the
 * first level of commands in bash.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Commands from "./Commands.js"
import * as Description from "./Description.js"
import * as Stdio from "./Stdio.js"

/**
 * The shells that there are completions for.
 *
 * @since 0.1.0
 * @category Data
 */
export const shells = ["bash", "zsh", "fish"] as const

/**
 * A shell that there are completions for.
 *
 * @since 0.1.0
 * @category Models
 */
export type Shell = typeof shells[number]

/** What may stand behind a command. */
interface Place {
  readonly path: string
  readonly files: boolean
  readonly words: ReadonlyArray<string>
  readonly options: ReadonlyArray<{ readonly flag: string; readonly values: ReadonlyArray<string> | undefined }>
}

const places = (node: Commands.Node, prefix = ""): ReadonlyArray<Place> => {
  const path = `${prefix}${node.name}`
  const names = node.values
  const options = Description.options(node.descriptor).map(({ flag, takesValue, values }) => ({
    flag,
    values: takesValue ? names[flag] ?? values : undefined
  }))
  const builtIn = [{ flag: "--help", values: undefined }]
  return [
    {
      path,
      files: node.positional?.name === "FILE",
      words: [
        ...node.children.map(({ name }) => name),
        ...(node.positional === undefined ? [] : names[node.positional.flag] ?? [])
      ],
      options: path === Commands.node.name
        ? [...builtIn, { flag: "--version", values: undefined }, { flag: "--completions", values: shells }]
        : [...options, ...builtIn]
    },
    ...node.children.flatMap((child) => places(child, `${path} `))
  ]
}

const paths = (all: ReadonlyArray<Place>, separator: string): string =>
  all.slice(1).map(({ path }) => `"${path}"`).join(separator)

/** Bash and zsh differ in what they call things: the words so far, the word in hand, how candidates are given. */
const script = (
  all: ReadonlyArray<Place>,
  give: (words: ReadonlyArray<string>, list: boolean) => string,
  nothing: string,
  files: string
): ReadonlyArray<string> => [
  "  case \"$at $previous\" in",
  ...all.flatMap(({ options, path }) =>
    options.flatMap(({ flag, values }) =>
      values === undefined
        ? []
        : [
          `    "${path} ${flag}") ${
            flag === "--file" ? files : values.length === 0 ? nothing : give(values, true)
          }; return ;;`
        ]
    )
  ),
  "  esac",
  "  case \"$at\" in",
  ...all.map(({ files: takesFiles, options, path, words }) =>
    `    "${path}") ${give([...words, ...options.map(({ flag }) => flag)], false)}${takesFiles ? `; ${files}` : ""} ;;`
  ),
  "  esac"
]

/** A star alone would become the names of files. */
const zshWords = (words: ReadonlyArray<string>): string =>
  words.map((word) => word.includes("*") ? `'${word}'` : word).join(" ")

const scripts: { readonly [S in Shell]: (all: ReadonlyArray<Place>) => ReadonlyArray<string> } = {
  bash: (all) => [
    "_lcw() {",
    "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} at=lcw word before",
    "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD - 1}\"; do",
    `    case "$at $word" in ${paths(all, " | ")}) at="$at $word" ;; esac`,
    "  done",
    ...script(
      all,
      (words, list) =>
        list
          ? `before=\${current%"\${current##*,}"}; COMPREPLY=($(compgen -P "$before" -W "${
            words.join(" ")
          }" -- "\${current##*,}"))`
          : `COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$current"))`,
      "COMPREPLY=()",
      "compopt -o default 2>/dev/null"
    ),
    "}",
    "complete -F _lcw lcw"
  ],
  zsh: (all) => [
    "#compdef lcw",
    "_lcw() {",
    "  local previous=${words[CURRENT - 1]} at=lcw word",
    "  for word in ${words[2,CURRENT - 1]}; do",
    `    case "$at $word" in (${paths(all, "|")}) at="$at $word" ;; esac`,
    "  done",
    ...script(all, (words, list) => `${list ? "compset -P '*,'; " : ""}compadd -- ${zshWords(words)}`, ":", "_files"),
    "}",
    "if [[ \"${funcstack[1]}\" == _lcw ]]; then _lcw \"$@\"; else compdef _lcw lcw; fi"
  ],
  fish: (all) => [
    "function __lcw_at",
    "  set -l at lcw",
    "  for word in (commandline -opc)[2..]",
    `    contains -- "$at $word" ${paths(all, " ")}; and set at "$at $word"`,
    "  end",
    "  test \"$at\" = \"$argv\"",
    "end",
    "function __lcw_list",
    "  set -l before (string match -r '.*,' -- (commandline -ct))",
    "  for name in $argv; echo \"$before\"$name; end",
    "end",
    "complete -c lcw -f",
    ...all.flatMap(({ files, options, path, words }) => [
      ...(words.length === 0 ? [] : [`complete -c lcw -n '__lcw_at ${path}' -a '${words.join(" ")}'`]),
      ...(files ? [`complete -c lcw -n '__lcw_at ${path}' -F`] : []),
      ...options.map(({ flag, values }) =>
        `complete -c lcw -n '__lcw_at ${path}' -l ${flag.slice(2)}${
          values === undefined ? "" : values.length === 0 ? " -x" : ` -x -a '(__lcw_list ${values.join(" ")})'`
        }`
      )
    ])
  ]
}

/**
 * Prints the completion script for a shell.
 *
 * @since 0.1.0
 * @category Rendering
 */
export const print = (shell: Shell): Effect.Effect<void, Stdio.OutputClosed, Stdio.Stdio> =>
  Effect.flatMap(Stdio.Stdio, ({ stdout }) => stdout.write(`${scripts[shell](places(Commands.node)).join("\n")}\n`))
