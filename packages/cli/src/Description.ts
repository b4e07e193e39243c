/**
 * What `@effect/cli` knows of a command, as data: its description and its options.
 *
 * @since 0.1.0
 */
import * as CliConfig from "@effect/cli/CliConfig"
import * as CommandDescriptor from "@effect/cli/CommandDescriptor"
import type * as HelpDoc from "@effect/cli/HelpDoc"
import type * as Span from "@effect/cli/HelpDoc/Span"

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

/**
 * A document's paragraphs, as text.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const paragraphsOf = (doc: HelpDoc.HelpDoc): ReadonlyArray<string> =>
  blocks(doc).flatMap((block) => block._tag === "Paragraph" ? [textOf(block.value)] : [])

/** The blocks under a heading. */
const section = (descriptor: CommandDescriptor.Command<any>, title: string): ReadonlyArray<HelpDoc.HelpDoc> => {
  const all = blocks(CommandDescriptor.getHelp(descriptor, config))
  const start = all.findIndex((block) => block._tag === "Header" && textOf(block.value) === title)
  if (start < 0) return []
  const end = all.findIndex((block, index) => index > start && block._tag === "Header")
  return all.slice(start + 1, end < 0 ? undefined : end)
}

/**
 * The paragraphs of a command's description.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const paragraphs = (descriptor: CommandDescriptor.Command<any>): ReadonlyArray<string> =>
  section(descriptor, "DESCRIPTION").flatMap(paragraphsOf)

/**
 * An option of a command.
 *
 * - `flag`: its name, with the dashes
 * - `term`: its names and what its value is called, as help shows them
 * - `takesValue`: whether a value follows
 * - `values`: the values that there are, if there are only so many
 *
 * @since 0.1.0
 * @category Models
 */
export interface Option {
  readonly flag: string
  readonly term: string
  readonly description: string
  readonly required: boolean
  readonly takesValue: boolean
  readonly values: ReadonlyArray<string>
}

const isOptional = (paragraph: string): boolean =>
  /^This (?:setting is optional|option may be repeated zero or more times)\./.test(paragraph)

/**
 * The options of a command.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const options = (descriptor: CommandDescriptor.Command<any>): ReadonlyArray<Option> =>
  section(descriptor, "OPTIONS").flatMap((block) =>
    block._tag !== "DescriptionList" ? [] : block.definitions.map(([span, doc]): Option => {
      const term = textOf(span).replace(/^\((.*)\)$/, "$1").replace(/ redacted$/, " secret")
      const flag = /--[\w-]+/.exec(term)?.[0] ?? term
      const value = term.slice(term.indexOf(flag) + flag.length).trim()
      // The first paragraph tells the type, in words that help nobody; the last, whether it may be left out.
      const [, ...said] = paragraphsOf(doc)
      return {
        flag,
        term,
        description: said.filter((paragraph) => !isOptional(paragraph)).join(" "),
        required: value !== "" && !said.some(isOptional),
        takesValue: value !== "",
        values: value.includes(" | ") ? value.split(" | ") : []
      }
    })
  )
