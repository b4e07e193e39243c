/**
 * How a run that was waited for ended, where not all went well: for the exit code.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The run is over, or held up, and did not complete. It has been said already; what is left is the exit code.
 *
 * @since 0.1.0
 * @category Errors
 */
export class RunEnded extends Schema.TaggedError<RunEnded>("@effect-msgraph/cli/RunEnded")("RunEnded", {
  outcome: Schema.Literal("CompletedWithErrors", "Failed", "Canceled", "Quarantined")
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return `The run did not complete: ${this.outcome}`
  }
}
