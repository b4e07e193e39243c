/**
 * Options that are numbers.
 *
 * @since 0.1.0
 */
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Effect from "effect/Effect"

/**
 * A whole number in a range.
 *
 * @since 0.1.0
 * @category Options
 */
export const option = (
  name: string,
  { from, to = Number.MAX_SAFE_INTEGER }: { readonly from: number; readonly to?: number }
): Options.Options<number> =>
  Options.text(name).pipe(
    Options.withPseudoName("n"),
    Options.mapEffect((text) => {
      const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN
      const range = to === Number.MAX_SAFE_INTEGER ? `from ${from} on` : `from ${from} to ${to}`
      return number >= from && number <= to
        ? Effect.succeed(number)
        : Effect.fail(
          ValidationError.invalidValue(HelpDoc.p(`--${name}: ${JSON.stringify(text)} is not a whole number ${range}.`))
        )
    })
  )
