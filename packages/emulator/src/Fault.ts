/**
 * Faults on request: what goes wrong between a program and Graph, so that a test can see how the program takes it.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/**
 * A `Retry-After` header: a number of seconds, an HTTP-date so many seconds from now, or any text as it is.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const RetryAfter = Schema.Union(
  Schema.Number,
  Schema.Struct({ dateInSeconds: Schema.Number }),
  Schema.String
)

/**
 * A `Retry-After` header.
 *
 * @since 0.1.0
 * @category Models
 */
export type RetryAfter = typeof RetryAfter.Type

const Status = Schema.Int.pipe(Schema.between(200, 599))

/**
 * What goes wrong.
 *
 * - `Status`: the service answers with an error in its usual shape. `claims` is what the authority wants to be asked for.
 * - `HtmlPage`: a gateway in front of the service answers with a web page
 * - `EmptyBody`: a status, and nothing else
 * - `TruncatedJson`: the right answer, cut in half
 * - `ContentType`: the right answer, labelled as something else
 * - `Delay`: the right answer, late
 * - `ConnectionFailure`: no answer
 *
 * @since 0.1.0
 * @category Schemas
 */
export const Fault = Schema.Union(
  Schema.TaggedStruct("Status", {
    status: Status,
    retryAfter: Schema.optional(RetryAfter),
    code: Schema.optional(Schema.String),
    message: Schema.optional(Schema.String),
    claims: Schema.optional(Schema.String)
  }),
  Schema.TaggedStruct("HtmlPage", { status: Status }),
  Schema.TaggedStruct("EmptyBody", { status: Status }),
  Schema.TaggedStruct("TruncatedJson", {}),
  Schema.TaggedStruct("ContentType", { contentType: Schema.String }),
  Schema.TaggedStruct("Delay", { milliseconds: Schema.Number.pipe(Schema.nonNegative()) }),
  Schema.TaggedStruct("ConnectionFailure", {})
)

/**
 * What goes wrong.
 *
 * @since 0.1.0
 * @category Models
 */
export type Fault = typeof Fault.Type

const targetFields = {
  endpoint: Schema.optional(Schema.Literal("graph", "token", "authority")),
  operation: Schema.optional(Schema.String),
  method: Schema.optional(Schema.String),
  path: Schema.optional(Schema.String)
}

/**
 * Which requests a fault befalls: those that meet everything said here, so all of them where nothing is said.
 *
 * - `endpoint`: Graph, the token endpoint, or everything else of the authority
 * - `operation`: an id of the catalogue
 * - `path`: a part of the path, without regard to case: `devicecode`, `.well-known`
 *
 * @since 0.1.0
 * @category Models
 */
export interface Target extends Schema.Struct.Type<typeof targetFields> {}

/**
 * A fault, the requests that it befalls, and how many of them: one unless `times` says otherwise.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const Rule = Schema.Struct({
  ...targetFields,
  fault: Fault,
  times: Schema.optionalWith(Schema.Int.pipe(Schema.positive()), { default: () => 1 })
})

/**
 * A fault, the requests that it befalls, and how many of them.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Rule extends Schema.Schema.Type<typeof Rule> {}

/**
 * An error status in the service's usual shape.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const status = (
  status: number,
  options?: {
    readonly retryAfter?: RetryAfter | undefined
    readonly code?: string | undefined
    readonly message?: string | undefined
    readonly claims?: string | undefined
  }
): Fault => ({ _tag: "Status", status, ...options })

/**
 * 429 Too Many Requests.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const throttled = (retryAfter?: RetryAfter): Fault => status(429, { retryAfter })

/**
 * 503 Service Unavailable.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const unavailable = (retryAfter?: RetryAfter): Fault => status(503, { retryAfter })

/**
 * The web page of a gateway that could not reach the service.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const htmlPage = (status = 502): Fault => ({ _tag: "HtmlPage", status })

/**
 * A status without a body.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const emptyBody = (status = 200): Fault => ({ _tag: "EmptyBody", status })

/**
 * The right answer, cut in half.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const truncatedJson: Fault = { _tag: "TruncatedJson" }

/**
 * The right answer, labelled as something else.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const contentType = (contentType: string): Fault => ({ _tag: "ContentType", contentType })

/**
 * The right answer, late. Time passes on Effect's clock.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const delay = (duration: Duration.DurationInput): Fault => ({
  _tag: "Delay",
  milliseconds: Duration.toMillis(duration)
})

/**
 * No answer: the connection fails.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const connectionFailure: Fault = { _tag: "ConnectionFailure" }
