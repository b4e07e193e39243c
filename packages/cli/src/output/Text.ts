/**
 * Text for terminals: how wide it is, how to cut it, and how to keep what came from elsewhere from steering the terminal.
 *
 * @since 0.1.0
 */
import stringWidth from "string-width"

/** Control characters, and those that reorder or hide text. */
const unsafe = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/**
 * The text on one line, with nothing in it that a terminal would act upon: white space becomes a space, any other control character
 * its picture, such as `␛`.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const sanitize = (text: string): string =>
  text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, " ").replace(unsafe, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? "\u2421" : "\ufffd"
  })

/**
 * JSON in which such characters are written as escapes. It is the same JSON value.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const escapeJson = (json: string): string =>
  json.replace(
    unsafe,
    (character) => character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )

// Printable ASCII, which nearly everything is, needs no table of widths.
const plain = /^[\x20-\x7e]*$/

/**
 * The columns that a text takes up in a terminal.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const width = (text: string): number => plain.test(text) ? text.length : stringWidth(text)

let segmenter: Intl.Segmenter | undefined

/**
 * The text, cut to so many columns, with an ellipsis where something is missing. What a person sees as one character is never
 * cut in two.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const truncate = (text: string, columns: number): string => {
  if (width(text) <= columns) return text
  if (columns < 1) return ""
  if (plain.test(text)) return `${text.slice(0, columns - 1)}…`
  segmenter ??= new Intl.Segmenter()
  let result = ""
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    used += width(segment)
    if (used > columns - 1) break
    result += segment
  }
  return `${result}…`
}

/**
 * The text, filled up with spaces to so many columns. `used` is its own width, if it has colours.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const pad = (text: string, columns: number, align: "left" | "right", used = width(text)): string => {
  const space = " ".repeat(Math.max(0, columns - used))
  return align === "left" ? text + space : space + text
}

/**
 * `processingStatus` as words: `processing status`.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const words = (name: string): string => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ").toLowerCase()

/**
 * A number of things: `1 run`, `2 runs`.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`

/**
 * `a`, `a and b`, `a, b and c`.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const list = (items: ReadonlyArray<string>, conjunction: "and" | "or" = "and"): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} ${conjunction} ${items.at(-1)}`
