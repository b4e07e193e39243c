/**
 * The path parameters of operations as options: `workflowId` is `--workflow`.
 *
 * @since 0.1.0
 */
import * as LifecycleWorkflowsApi from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Options from "@effect/cli/Options"
import * as Text from "./output/Text.js"

/** Parameters whose own names would make long options. */
const short: { readonly [parameter: string]: string } = {
  userProcessingResultId: "result"
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
 * The options for the parameters of an operation, all of them required.
 *
 * @since 0.1.0
 * @category Options
 */
export const options = (operation: Operation.Any): Options.Options<{ readonly [parameter: string]: string }> =>
  Options.all(Object.fromEntries(
    Object.keys(operation.parameters).map((parameter) => [
      parameter,
      Options.text(flag(parameter)).pipe(
        Options.withPseudoName("id"),
        Options.withDescription(`The id of the ${Text.words(parameter.replace(/Id$/, ""))}.`)
      )
    ])
  ))

/**
 * The options that give the parameters of the operation with this id: `--workflow`, `--run`.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const flags = (operationId: string): ReadonlyArray<string> =>
  Object.keys(LifecycleWorkflowsApi.operations.find(({ id }) => id === operationId)?.parameters ?? {})
    .map((parameter) => `--${flag(parameter)}`)
