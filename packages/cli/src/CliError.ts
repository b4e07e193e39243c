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
 * There is nothing to get a token with, and nobody to ask. `missing` says what, and where it could have been; `advice` what else would
 * do, or how to come by it.
 *
 * @since 0.1.0
 * @category Errors
 */
export class MissingCredentials
  extends Schema.TaggedError<MissingCredentials>("@effect-msgraph/cli/MissingCredentials")("MissingCredentials", {
    missing: Schema.Array(
      Schema.Struct({ name: Schema.String, option: Schema.optional(Schema.String), variable: Schema.String })
    ),
    advice: Schema.optional(Schema.String)
  })
{
  /** @since 0.1.0 */
  override get message(): string {
    return `No credentials: ${this.missing.map(({ name }) => name).join(", ")} missing`
  }
}

/**
 * Nobody has signed in with `lcw login` to this cloud, or to this tenant with this application.
 *
 * @since 0.1.0
 * @category Errors
 */
export class NotSignedIn extends Schema.TaggedError<NotSignedIn>("@effect-msgraph/cli/NotSignedIn")("NotSignedIn", {
  cloud: Schema.String,
  tenantId: Schema.optional(Schema.String),
  clientId: Schema.optional(Schema.String)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    const tenant = this.tenantId === undefined ? "" : `, tenant ${this.tenantId}`
    const application = this.clientId === undefined ? "" : `, with application ${this.clientId}`
    return `Nobody is signed in to ${this.cloud}${tenant}${application}`
  }
}
