/**
 * Tasks that fail on request, so that a test can see what a program makes of a run that goes wrong.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Which tasks fail, of the runs that are started from now on: those that meet everything said here, so all of them where nothing is
 * said. They fail with `reason`; as often as `times` says, or always.
 *
 * - `taskDefinitionId`, `taskId`, `workflowId`, `userId`: of what, and for whom
 *
 * @since 0.1.0
 * @category Schemas
 */
export const Rule = Schema.Struct({
  taskDefinitionId: Schema.optional(Schema.String),
  taskId: Schema.optional(Schema.String),
  workflowId: Schema.optional(Schema.String),
  userId: Schema.optional(Schema.String),
  reason: Schema.optional(Schema.String),
  times: Schema.optional(Schema.Int.pipe(Schema.positive()))
})

/**
 * Which tasks fail.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Rule extends Schema.Schema.Type<typeof Rule> {}
