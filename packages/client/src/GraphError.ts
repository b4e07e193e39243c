/**
 * The ways in which a call can fail: a closed union, with one tag for each thing that a caller would handle differently.
 *
 * No error holds a request, a response, a header bag or a platform error, since those print bearer tokens. What the service said
 * is kept, with tokens and user names taken out.
 *
 * @since 0.1.0
 */
import * as AuthError from "@effect-msgraph/auth/AuthError"
import * as Mismatch from "@effect-msgraph/domain/Mismatch"
import { InvalidRequest } from "@effect-msgraph/domain/Operation"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/**
 * What is known of the response that an error came from.
 *
 * - `operation`: the id of the operation, such as `workflows.runs.get`
 * - `status`: the HTTP status
 * - `code`, `reason`: Graph's error code and message; absent where the body was not Graph's
 * - `innerCode`: the code of the innermost error
 * - `requestId`, `clientRequestId`, `date`: what Microsoft's support asks for
 *
 * @see https://learn.microsoft.com/graph/errors
 * @since 0.1.0
 * @category Models
 */
export const ResponseFacts = Schema.Struct({
  operation: Schema.String,
  status: Schema.Int,
  code: Schema.optional(Schema.String),
  reason: Schema.optional(Schema.String),
  innerCode: Schema.optional(Schema.String),
  requestId: Schema.optional(Schema.String),
  clientRequestId: Schema.optional(Schema.String),
  date: Schema.optional(Schema.String)
})

/**
 * What is known of the response that an error came from.
 *
 * @since 0.1.0
 * @category Models
 */
export interface ResponseFacts extends Schema.Schema.Type<typeof ResponseFacts> {}

const ids = (
  facts: { readonly requestId?: string | undefined; readonly clientRequestId?: string | undefined }
): string => {
  const parts = [
    ...(facts.requestId === undefined ? [] : [`request-id ${facts.requestId}`]),
    ...(facts.clientRequestId === undefined ? [] : [`client-request-id ${facts.clientRequestId}`])
  ]
  return parts.length === 0 ? "" : ` [${parts.join(", ")}]`
}

const sentence = (what: string, facts: ResponseFacts, advice: string): string => {
  const said = facts.reason === undefined || facts.reason === ""
    ? ""
    : ` Graph said${facts.code === undefined ? "" : ` ${facts.code}`}: ${JSON.stringify(facts.reason)}.`
  return `${facts.operation}: ${what} (${facts.status}).${said} ${advice}${ids(facts)}`
}

/**
 * The request is malformed, or a value in it is wrong (400, 422).
 *
 * @since 0.1.0
 * @category Errors
 */
export class BadRequest extends Schema.TaggedError<BadRequest>("@effect-msgraph/client/BadRequest")(
  "BadRequest",
  ResponseFacts.fields
) {
  /** @since 0.1.0 */
  override get message(): string {
    return sentence("the request is not valid", this, "Check the ids, and the query options or the body.")
  }
}

/**
 * The token was refused, and a renewed one as well (401). `claims` is there if Graph refused the second one with a claims
 * challenge: what a token would need (JSON). An API that calls Graph for its users passes it on to its client with
 * `Challenge.forClaims`; a program that a user is signed in to lets them sign in again for it.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
 * @since 0.1.0
 * @category Errors
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>("@effect-msgraph/client/Unauthorized")(
  "Unauthorized",
  { ...ResponseFacts.fields, claims: Schema.optional(Schema.String) }
) {
  /** @since 0.1.0 */
  override get message(): string {
    return sentence(
      "the token was refused, and so was a new one",
      this,
      this.claims === undefined
        ? "Check that the credential belongs to this cloud and tenant."
        : "Graph asks for claims that the new one lacks too (a claims challenge): the user has to sign in again, or a " +
          "Conditional Access policy keeps the application out."
    )
  }
}

/**
 * The caller may not do this (403). `sufficientPermissions` are the Graph permissions of which any one would do, least privileged
 * first; a signed-in user needs one of `entraRoles` as well.
 *
 * @since 0.1.0
 * @category Errors
 */
export class Forbidden extends Schema.TaggedError<Forbidden>("@effect-msgraph/client/Forbidden")("Forbidden", {
  ...ResponseFacts.fields,
  sufficientPermissions: Schema.Array(Schema.String),
  entraRoles: Schema.Array(Schema.String)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    const [least = "a permission that suffices", ...higher] = this.sufficientPermissions
    const roles = this.entraRoles.length === 0
      ? ""
      : `; a signed-in user also needs the role ${this.entraRoles.join(" or ")}`
    return sentence(
      "the caller lacks a permission",
      this,
      `Grant ${least}${higher.length === 0 ? "" : ` (or ${higher.join(" or ")})`} with admin consent${roles}.`
    )
  }
}

/**
 * There is no such object, or no longer (404, 410).
 *
 * @since 0.1.0
 * @category Errors
 */
export class NotFound extends Schema.TaggedError<NotFound>("@effect-msgraph/client/NotFound")(
  "NotFound",
  ResponseFacts.fields
) {
  /** @since 0.1.0 */
  override get message(): string {
    return sentence("there is no such object", this, "Check each id, and that the tenant is the right one.")
  }
}

/**
 * The request contradicts the present state of the object (409, 412, 423).
 *
 * @since 0.1.0
 * @category Errors
 */
export class Conflict extends Schema.TaggedError<Conflict>("@effect-msgraph/client/Conflict")(
  "Conflict",
  ResponseFacts.fields
) {
  /** @since 0.1.0 */
  override get message(): string {
    return sentence("the object's present state does not allow it", this, "Read it again, then decide.")
  }
}

/**
 * The service throttles (429), and the retry policy allows no further wait. `retryAfter` is how long the service asked to wait,
 * where it said so.
 *
 * @see https://learn.microsoft.com/graph/throttling
 * @since 0.1.0
 * @category Errors
 */
export class Throttled extends Schema.TaggedError<Throttled>("@effect-msgraph/client/Throttled")("Throttled", {
  ...ResponseFacts.fields,
  retryAfter: Schema.optional(Schema.Duration)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return sentence(
      "the service throttles",
      this,
      this.retryAfter === undefined
        ? "Try again later, or allow more time in the RetryPolicy."
        : `Try again in ${Duration.format(this.retryAfter)}, or allow more time in the RetryPolicy.`
    )
  }
}

/**
 * Whether the service may have acted on a request that failed. Only `none` is safe to send again without looking first.
 *
 * @since 0.1.0
 * @category Models
 */
export const Outcome = Schema.Literal("none", "unknown")

/**
 * Whether the service may have acted on a request that failed.
 *
 * @since 0.1.0
 * @category Models
 */
export type Outcome = typeof Outcome.Type

const unknownOutcome = (outcome: Outcome | undefined): string =>
  outcome === "unknown" ? " The service may have acted on it: look before you send it again." : ""

/**
 * The service failed (408, 5xx with Graph's error body), also after the retries that the policy allows.
 *
 * @since 0.1.0
 * @category Errors
 */
export class ServiceUnavailable
  extends Schema.TaggedError<ServiceUnavailable>("@effect-msgraph/client/ServiceUnavailable")("ServiceUnavailable", {
    ...ResponseFacts.fields,
    retryAfter: Schema.optional(Schema.Duration),
    outcome: Outcome
  })
{
  /** @since 0.1.0 */
  override get message(): string {
    return sentence(
      "the service failed",
      this,
      `The fault is the service's: try again later.${unknownOutcome(this.outcome)}`
    )
  }
}

/**
 * Graph answered with a status that has no tag of its own, such as 402 (a metered API not paid for) or 405.
 *
 * @since 0.1.0
 * @category Errors
 */
export class UnexpectedStatus extends Schema.TaggedError<UnexpectedStatus>("@effect-msgraph/client/UnexpectedStatus")(
  "UnexpectedStatus",
  ResponseFacts.fields
) {
  /** @since 0.1.0 */
  override get message(): string {
    return sentence("the service refused the request", this, "Graph's code says why.")
  }
}

/**
 * The answer is not Graph's: an HTML page, an empty or truncated body. A proxy, a firewall or a gateway answered, or cut the answer
 * short. `contentType` is what it claimed to be, `length` how many characters it had.
 *
 * @since 0.1.0
 * @category Errors
 */
export class GatewayError
  extends Schema.TaggedError<GatewayError>("@effect-msgraph/client/GatewayError")("GatewayError", {
    ...ResponseFacts.fields,
    contentType: Schema.optional(Schema.String),
    length: Schema.Int,
    retryAfter: Schema.optional(Schema.Duration),
    outcome: Outcome
  })
{
  /** @since 0.1.0 */
  override get message(): string {
    const body = this.length === 0
      ? "an empty body"
      : `${this.length} characters of ${this.contentType ?? "an unnamed type"}`
    return `${this.operation}: the answer (${this.status}) is not Microsoft Graph's: ${body}. ` +
      `Look for a proxy or firewall in between.${unknownOutcome(this.outcome)}${ids(this)}`
  }
}

/**
 * The host could not be reached, or the connection broke. `code` is the system's, such as `ECONNREFUSED`; `phase` says whether the
 * request may have been sent.
 *
 * @since 0.1.0
 * @category Errors
 */
export class Transport extends Schema.TaggedError<Transport>("@effect-msgraph/client/Transport")("Transport", {
  operation: Schema.String,
  origin: Schema.String,
  code: Schema.optional(Schema.String),
  phase: Schema.Literal("connect", "exchange"),
  outcome: Outcome,
  clientRequestId: Schema.optional(Schema.String)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    const code = this.code === undefined ? "" : ` (${this.code})`
    return this.phase === "connect"
      ? `${this.operation}: ${this.origin} cannot be reached${code}. Check the network, DNS, proxy and cloud.${
        ids(this)
      }`
      : `${this.operation}: the connection to ${this.origin} broke${code}.${unknownOutcome(this.outcome)}${ids(this)}`
  }
}

/**
 * No answer within the time that the retry policy allows: one attempt's, or the whole call's.
 *
 * @since 0.1.0
 * @category Errors
 */
export class Timeout extends Schema.TaggedError<Timeout>("@effect-msgraph/client/Timeout")("Timeout", {
  operation: Schema.String,
  after: Schema.Duration,
  scope: Schema.Literal("attempt", "call"),
  outcome: Outcome,
  clientRequestId: Schema.optional(Schema.String)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return `${this.operation}: no answer within ${Duration.format(this.after)}${
      this.scope === "call" ? ", retries included" : ""
    }.${unknownOutcome(this.outcome)}${ids(this)}`
  }
}

/**
 * The answer does not have the shape that Microsoft documents. `path` leads to the place in the payload; the value there is not
 * kept, since it may be personal data. `outcome` is there where the answer to a batch does not say what became of a request.
 *
 * @since 0.1.0
 * @category Errors
 */
export class Decode extends Schema.TaggedError<Decode>("@effect-msgraph/client/Decode")("Decode", {
  ...ResponseFacts.fields,
  path: Schema.Array(Schema.Union(Schema.String, Schema.NonNegativeInt)),
  expected: Schema.String,
  actual: Schema.String,
  outcome: Schema.optional(Outcome)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    const path = Mismatch.formatPath(this.path)
    return `${this.operation}: the answer's ${
      path === "" ? "body" : path
    } should be ${this.expected}, but is ${this.actual}.${unknownOutcome(this.outcome)}${ids(this)}`
  }
}

/**
 * A request of a batch was not made, since one that it depends on failed. `parent` is that one's name in the batch, which is its
 * key or its place, `parentOperation` its operation, and `failure` the tag of its error.
 *
 * @see https://learn.microsoft.com/graph/json-batching
 * @since 0.1.0
 * @category Errors
 */
export class DependencyFailed
  extends Schema.TaggedError<DependencyFailed>("@effect-msgraph/client/DependencyFailed")("DependencyFailed", {
    operation: Schema.String,
    parent: Schema.String,
    parentOperation: Schema.String,
    failure: Schema.String
  })
{
  /** @since 0.1.0 */
  override get message(): string {
    return `${this.operation} was not done, since it depends on ${this.parent} (${this.parentOperation}), which failed: ${this.failure}.`
  }
}

/**
 * The operation does not exist in this cloud; nothing was sent.
 *
 * @see https://learn.microsoft.com/graph/deployments
 * @since 0.1.0
 * @category Errors
 */
export class CloudUnavailable
  extends Schema.TaggedError<CloudUnavailable>("@effect-msgraph/client/CloudUnavailable")("CloudUnavailable", {
    operation: Schema.String,
    cloud: Schema.String,
    available: Schema.Array(Schema.String)
  })
{
  /** @since 0.1.0 */
  override get message(): string {
    return `${this.operation} does not exist in the cloud ${this.cloud}. It exists in: ${this.available.join(", ")}.`
  }
}

/**
 * A page links to another origin than Graph's; nothing was sent there. A bearer token never leaves the cloud it was issued for.
 *
 * @since 0.1.0
 * @category Errors
 */
export class UntrustedLink extends Schema.TaggedError<UntrustedLink>("@effect-msgraph/client/UntrustedLink")(
  "UntrustedLink",
  {
    operation: Schema.String,
    origin: Schema.String,
    expected: Schema.String
  }
) {
  /** @since 0.1.0 */
  override get message(): string {
    return `${this.operation}: the next page is said to be at ${this.origin}, which is not ${this.expected}; it was not asked.`
  }
}

/**
 * A page links to one that was read already. What was read before is whole; what would follow is out of reach.
 *
 * @since 0.1.0
 * @category Errors
 */
export class PagingLoop extends Schema.TaggedError<PagingLoop>("@effect-msgraph/client/PagingLoop")("PagingLoop", {
  operation: Schema.String,
  pages: Schema.Int
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return `${this.operation}: after ${this.pages} pages the service links back to one of them. Report it to Microsoft.`
  }
}

const cursorReasons = {
  malformed: "it is no cursor, or not a whole one",
  version: "another version of this library made it",
  operation: "it belongs to another operation",
  cloud: "it belongs to another cloud",
  request: "it belongs to a list with other path parameters or query options"
} as const

/**
 * A list cannot go on at this cursor; nothing was sent.
 *
 * @since 0.1.0
 * @category Errors
 */
export class InvalidCursor extends Schema.TaggedError<InvalidCursor>("@effect-msgraph/client/InvalidCursor")(
  "InvalidCursor",
  {
    operation: Schema.String,
    reason: Schema.Literal("malformed", "version", "operation", "cloud", "request")
  }
) {
  /** @since 0.1.0 */
  override get message(): string {
    return `${this.operation}: the list cannot go on at this cursor: ${
      cursorReasons[this.reason]
    }. Read it from its beginning.`
  }
}

/**
 * Every way in which a call to Graph can fail.
 *
 * @since 0.1.0
 * @category Errors
 */
export type GraphError =
  | AuthError.AuthError
  | BadRequest
  | CloudUnavailable
  | Conflict
  | Decode
  | DependencyFailed
  | Forbidden
  | GatewayError
  | InvalidCursor
  | InvalidRequest
  | NotFound
  | PagingLoop
  | ServiceUnavailable
  | Throttled
  | Timeout
  | Transport
  | Unauthorized
  | UnexpectedStatus
  | UntrustedLink

/**
 * The errors as a schema, to send them between processes.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const GraphError = Schema.Union(
  AuthError.AuthError,
  BadRequest,
  CloudUnavailable,
  Conflict,
  Decode,
  DependencyFailed,
  Forbidden,
  GatewayError,
  InvalidCursor,
  InvalidRequest,
  NotFound,
  PagingLoop,
  ServiceUnavailable,
  Throttled,
  Timeout,
  Transport,
  Unauthorized,
  UnexpectedStatus,
  UntrustedLink
)

/**
 * Whether a value is one of them.
 *
 * @since 0.1.0
 * @category Guards
 */
export const isGraphError: (u: unknown) => u is GraphError = Schema.is(GraphError)
