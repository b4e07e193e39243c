/** Schemas of values that the service takes within limits. The message names the limit, and the value that broke it. */
import * as Schema from "effect/Schema"
import type { Range } from "../Limits.js"

/** A whole number from `minimum` to `maximum`. */
export const int = (what: string, { maximum, minimum }: Range<number>) =>
  Schema.Int.pipe(
    Schema.filter((value) => value >= minimum && value <= maximum, {
      jsonSchema: { minimum, maximum },
      message: ({ actual }) => `${what} must be a whole number from ${minimum} to ${maximum}, actual ${String(actual)}`,
      arbitrary: () => (fc) => fc.integer({ min: minimum, max: maximum })
    })
  )

/** An array of `minimum` to `maximum` items. */
export const items = <A, I>(what: string, schema: Schema.Schema<A, I>, { maximum, minimum }: Range<number>) =>
  Schema.Array(schema).pipe(
    Schema.filter((values) => values.length >= minimum && values.length <= maximum, {
      jsonSchema: { minItems: minimum, maxItems: maximum },
      message: ({ actual }) =>
        `${what} must be ${minimum === maximum ? `exactly ${maximum}` : `from ${minimum} to ${maximum}`}, actual ${
          Array.isArray(actual) ? actual.length : "none"
        }`
    })
  )
