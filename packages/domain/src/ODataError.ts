/**
 * The error body of Microsoft Graph.
 *
 * @see https://learn.microsoft.com/graph/errors
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The innermost facts of a failed request, which Microsoft's support asks for.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const InnerError = Schema.Struct({
  code: Schema.optionalWith(Schema.String, { nullable: true }),
  message: Schema.optionalWith(Schema.String, { nullable: true }),
  date: Schema.optionalWith(Schema.String, { nullable: true }),
  "request-id": Schema.optionalWith(Schema.String, { nullable: true }),
  "client-request-id": Schema.optionalWith(Schema.String, { nullable: true })
})

/**
 * One of several causes.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const Detail = Schema.Struct({
  code: Schema.optionalWith(Schema.String, { nullable: true }),
  message: Schema.optionalWith(Schema.String, { nullable: true }),
  target: Schema.optionalWith(Schema.String, { nullable: true })
})

/**
 * The body of every failed request: `{"error": {"code", "message", "innerError"?, "details"?, "target"?}}`. Some services write
 * `innererror`, which is read as well.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const ODataError = Schema.Struct({
  error: Schema.Struct({
    code: Schema.String,
    message: Schema.optionalWith(Schema.String, { nullable: true, default: () => "" }),
    target: Schema.optionalWith(Schema.String, { nullable: true }),
    details: Schema.optionalWith(Schema.Array(Detail), { nullable: true }),
    innerError: Schema.optionalWith(InnerError, { nullable: true }),
    innererror: Schema.optionalWith(InnerError, { nullable: true })
  })
})

/**
 * The body of a failed request.
 *
 * @since 0.1.0
 * @category Models
 */
export type ODataError = typeof ODataError.Type
