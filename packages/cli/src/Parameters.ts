/**
 * The path parameters of operations as options: `workflowId` is `--workflow`, and a period is `--from` and `--to`.
 *
 * @since 0.1.0
 */
import { DateTimeOffset } from "@effect-msgraph/domain/DateTimeOffset"
import * as LifecycleWorkflowsApi from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import * as Mismatch from "@effect-msgraph/domain/Mismatch"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Options from "@effect/cli/Options"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as CliError from "./CliError.js"
import * as Moment from "./Moment.js"
import * as Text from "./output/Text.js"

/** Parameters whose own names would make long options, or odd ones. */
const short: { readonly [parameter: string]: string } = {
  userProcessingResultId: "result",
  subjectProcessingResultId: "result",
  taskProcessingResultId: "result",
  taskReportId: "report",
  taskDefinitionId: "definition",
  workflowTemplateId: "template",
  customTaskExtensionId: "extension",
  runId1: "other-run",
  startDateTime: "from",
  endDateTime: "to"
}

/**
 * The option that gives a parameter, without its dashes.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const flag = (parameter: string): string =>
  short[parameter] ?? Text.words(parameter.replace(/Id$/, "")).replaceAll(" ", "-")

/**
 * What a parameter names: `user processing result` for `userProcessingResultId`.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const noun = (parameter: string): string => Text.words(parameter.replace(/Id\d*$/, ""))

/** Seven days up to now, unless the command line says otherwise. */
const period: { readonly [parameter: string]: { readonly start: boolean; readonly description: string } } = {
  startDateTime: {
    start: true,
    description: "Where the period begins: a date, a date and time, or how long ago, as 7d, 12h or 2w. By default 7d."
  },
  endDateTime: { start: false, description: "Where the period ends, likewise. By default now." }
}

const isDate = (operation: Operation.Any, parameter: string): boolean =>
  operation.parameters[parameter] as unknown === DateTimeOffset

const isNumber = (parameter: string): boolean => parameter.endsWith("Number")

/**
 * The texts of the parameters.
 *
 * @since 0.1.0
 * @category Models
 */
export type Texts = { readonly [parameter: string]: Option.Option<string> }

/**
 * The options for the parameters of an operation: ids are required, and a period has its default.
 *
 * @since 0.1.0
 * @category Options
 */
export const options = (operation: Operation.Any): Options.Options<Texts> => {
  const parameters = Object.keys(operation.parameters)
  if (parameters.length === 0) return Options.map(Options.none, () => ({}))
  return Options.all(Object.fromEntries(
    parameters.map((parameter) => {
      const text = Options.text(flag(parameter))
      if (isDate(operation, parameter)) {
        return [
          parameter,
          text.pipe(
            Options.withPseudoName("date"),
            Options.withDescription(period[parameter]!.description),
            Options.optional
          )
        ]
      }
      return [
        parameter,
        text.pipe(
          Options.withPseudoName(isNumber(parameter) ? "n" : "id"),
          Options.withDescription(
            isNumber(parameter) ? `The ${noun(parameter)}.` : `The id of the ${noun(parameter)}.`
          ),
          Options.map((text) => Option.some(text))
        )
      ]
    })
  ))
}

const decode = (
  schema: Schema.Schema<any, string>,
  parameter: string,
  text: string
): Either.Either<unknown, CliError.UsageError> =>
  Either.mapLeft(Schema.decodeUnknownEither(schema)(text), (error) => {
    const expected = isNumber(parameter) ? "a whole number from 1 on" : undefined
    const { rule } = Mismatch.fromParseError(error)
    return new CliError.UsageError({
      reason: `--${flag(parameter)}: ${
        expected === undefined ? rule ?? "it is unfit" : `${JSON.stringify(text)} is not ${expected}.`
      }`
    })
  })

/**
 * The parameters of an operation. What is unfit for a path is an error, as is a period that ends before it begins.
 *
 * @since 0.1.0
 * @category Decoding
 */
export const read = (
  operation: Operation.Any,
  texts: Texts
): Effect.Effect<{ readonly [parameter: string]: unknown }, CliError.UsageError> =>
  Effect.gen(function*() {
    const now = yield* Moment.now
    const values: Record<string, unknown> = {}
    for (const [parameter, schema] of Object.entries(operation.parameters)) {
      const text = texts[parameter] ?? Option.none()
      if (!isDate(operation, parameter)) {
        values[parameter] = yield* decode(schema, parameter, Option.getOrElse(text, () => ""))
      } else if (Option.isSome(text)) {
        values[parameter] = yield* Moment.parse(`--${flag(parameter)}`, text.value, now)
      }
    }
    if (isDate(operation, "startDateTime")) {
      const end = values["endDateTime"] as DateTime.Utc | undefined ?? now
      const start = values["startDateTime"] as DateTime.Utc | undefined ?? DateTime.subtract(end, { days: 7 })
      if (DateTime.greaterThanOrEqualTo(start, end)) {
        return yield* new CliError.UsageError({
          reason: `--from: the period begins ${DateTime.formatIso(start)}, but ends ${DateTime.formatIso(end)}.`
        })
      }
      return { ...values, startDateTime: start, endDateTime: end }
    }
    return values
  })

/**
 * The options that give the parameters of the operation with this id: `--workflow`, `--run`.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const flags = (operationId: string): ReadonlyArray<string> =>
  Object.keys(LifecycleWorkflowsApi.operations.find(({ id }) => id === operationId)?.parameters ?? {})
    .map((parameter) => `--${flag(parameter)}`)
