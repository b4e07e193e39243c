/**
 * Colours, and whether to use them.
 *
 * @since 0.1.0
 */
import * as Ansi from "@effect/printer-ansi/Ansi"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Stdio from "../Stdio.js"

/**
 * What a text is, as far as colour can tell.
 *
 * @since 0.1.0
 * @category Models
 */
export type Style = "good" | "warning" | "bad" | "active" | "faint" | "heading"

const ansi: { readonly [S in Style]: string } = {
  good: Ansi.stringify(Ansi.green),
  warning: Ansi.stringify(Ansi.yellow),
  bad: Ansi.stringify(Ansi.red),
  active: Ansi.stringify(Ansi.cyan),
  faint: Ansi.stringify(Ansi.blackBright),
  heading: Ansi.stringify(Ansi.bold)
}

const reset = "\u001b[0m"

/**
 * The text in a style, where the stream shows colours.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const paint = (sink: { readonly colors: boolean }, style: Style | undefined, text: string): string =>
  sink.colors && style !== undefined && text !== "" ? `${ansi[style]}${text}${reset}` : text

// eslint-disable-next-line no-control-regex
const sgr = /\u001b\[[0-9;]*m/g

/**
 * The text without colours; what moves the cursor stays.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const strip = (text: string): string => text.replace(sgr, "")

/**
 * The stream with colours or without. The first of these decides: the option `--no-color`; `FORCE_COLOR` (`0` and `false` mean no);
 * `NO_COLOR` (anything but empty means no); `TERM=dumb`; whether the stream is a terminal.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const configure = (
  sink: Stdio.Sink,
  options: { readonly noColor: boolean }
): Effect.Effect<Stdio.Sink, ConfigError.ConfigError> =>
  Effect.map(
    Config.all({
      force: Config.option(Config.string("FORCE_COLOR")),
      no: Config.withDefault(Config.string("NO_COLOR"), ""),
      term: Config.withDefault(Config.string("TERM"), "")
    }),
    ({ force, no, term }) => ({
      ...sink,
      controls: sink.isTerminal && term !== "dumb",
      colors: !options.noColor &&
        Option.match(force, {
          onSome: (value) => value !== "0" && value.toLowerCase() !== "false",
          onNone: () => no === "" && term !== "dumb" && sink.isTerminal
        })
    })
  )
