/**
 * What goes wrong before anything is sent.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The command line, or a setting, is wrong. `advice` says what would be right.
 *
 * @since 0.1.0
 * @category Errors
 */
export class UsageError extends Schema.TaggedError<UsageError>("@effect-msgraph/cli/UsageError")("UsageError", {
  reason: Schema.String,
  advice: Schema.optional(Schema.String)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return this.advice === undefined ? this.reason : `${this.reason}\n${this.advice}`
  }
}

/**
 * There is nothing to get a token with, and nobody to ask. `missing` says what, and where it could have been.
 *
 * @since 0.1.0
 * @category Errors
 */
export class MissingCredentials
  extends Schema.TaggedError<MissingCredentials>("@effect-msgraph/cli/MissingCredentials")("MissingCredentials", {
    missing: Schema.Array(Schema.Struct({ name: Schema.String, option: Schema.String, variable: Schema.String }))
  })
{
  /** @since 0.1.0 */
  override get message(): string {
    return `No credentials: ${this.missing.map(({ name }) => name).join(", ")} missing`
  }
}
