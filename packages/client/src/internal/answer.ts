import * as Challenge from "@effect-msgraph/auth/Challenge"
import type * as Mismatch from "@effect-msgraph/domain/Mismatch"
import * as ODataError from "@effect-msgraph/domain/ODataError"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Permissions from "@effect-msgraph/domain/Permissions"
import * as RetryAfter from "@effect-msgraph/domain/RetryAfter"
import type * as Headers from "@effect/platform/Headers"
import type * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as GraphError from "../GraphError.js"

/** What came back, read to its end, and the token that it was asked with. */
export interface Answer {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
  readonly clientRequestId: string
  readonly token: Redacted.Redacted<string>
}

const decodeODataError = Schema.decodeUnknownOption(ODataError.ODataError)

const parseJson = (text: string): Option.Option<unknown> => {
  try {
    return Option.some(JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text))
  } catch {
    return Option.none()
  }
}

const maxLength = 1000

/** Takes out the token and parts of it, anything shaped like a token, and user principal names. */
const redact = (text: string, token: string): string =>
  (token === "" ? text : text.replaceAll(token, "<redacted>"))
    .replace(/[\w.~+/=-]{12,}/g, (run) => {
      const part = run.replace(/[.=]+$/, "")
      return part.length >= 12 && token.includes(part) ? "<redacted>" : run
    })
    .replace(/\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g, "<redacted>")
    .replace(/\bBearer\s{1,8}[\w.~+/=-]{16,}/gi, "Bearer <redacted>")
    .replace(
      /[\p{L}\p{N}_][\p{L}\p{M}\p{N}._%+'#!$&*=?^{|}~-]{0,127}(?:@|%40)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu,
      "<user>"
    )

/**
 * Takes out what an error must not carry: tokens, user principal names, and quoted text with a space in it, which is a
 * name or a filter rather than a property. It works on text after JSON's escapes are undone, and in linear time, since
 * the text is a stranger's.
 */
export const scrub = (text: string, token: string): string => {
  const clean = redact(text, token)
    .replace(
      /(?<![\p{L}\p{N}])(['"])(?=\S)(.{1,256}?)\1(?![\p{L}\p{N}])/gu,
      (quoted, quote: string, inner: string) => /\s/.test(inner) ? `${quote}<redacted>${quote}` : quoted
    )
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean
}

const facts = (
  operation: Operation.Any,
  answer: Answer,
  error: Option.Option<ODataError.ODataError>
): GraphError.ResponseFacts => {
  const body = Option.getOrUndefined(error)?.error
  const inner = body?.innerError ?? body?.innererror
  const token = Redacted.value(answer.token)
  const defined = <K extends string>(key: K, value: string | undefined) =>
    value === undefined || value === "" ? {} : { [key]: scrub(value, token) } as { readonly [P in K]: string }
  return {
    operation: operation.id,
    status: answer.status,
    ...defined("code", body?.code),
    ...defined("reason", body?.message),
    ...defined("innerCode", inner?.code),
    ...defined("requestId", answer.headers["request-id"] ?? inner?.["request-id"]),
    ...defined("clientRequestId", answer.clientRequestId),
    ...defined("date", answer.headers["date"] ?? inner?.date)
  }
}

/** What a span says of an answer. */
export const attributes = (answer: Answer): { readonly [name: string]: string | number } => {
  const requestId = answer.headers["request-id"]
  return {
    "http.response.status_code": answer.status,
    ...(requestId === undefined ? {} : { "msgraph.request_id": scrub(requestId, Redacted.value(answer.token)) })
  }
}

/** The share of its limit that the service says is used; it says so from 0.8 on. */
export const usage = (answer: Answer): number => {
  const share = Number(answer.headers["x-ms-throttle-limit-percentage"])
  return Number.isFinite(share) ? share : 0
}

/** Statuses after which the same request may well succeed. */
export const isTransient = (status: number): boolean =>
  status === 408 || status === 500 || status === 502 || status === 503 || status === 504 || status === 509

/** A 503 with `Retry-After` did nothing, by the service's own word; any other failure of the service may have come too late. */
const outcomeOf = (
  operation: Operation.Any,
  answer: Answer,
  retryAfter: Duration.Duration | undefined
): GraphError.Outcome =>
  operation.idempotent || (answer.status === 503 && retryAfter !== undefined) ? "none" : "unknown"

export const gatewayError = (
  operation: Operation.Any,
  answer: Answer,
  retryAfter: Duration.Duration | undefined
): GraphError.GatewayError =>
  new GraphError.GatewayError({
    ...facts(operation, answer, Option.none()),
    contentType: /^[\w.+-]{1,64}\/[\w.+-]{1,64}(?=\s*(?:;|$))/.exec(answer.headers["content-type"] ?? "")?.[0],
    length: answer.text.length,
    retryAfter,
    outcome: outcomeOf(operation, answer, retryAfter)
  })

/** What a caller would need who may not do this. */
export const permissions = (operation: Operation.Any) => ({
  sufficientPermissions: Permissions.sufficient(operation.permissions.application),
  entraRoles: operation.entraRoles
})
/**
 * The claims that a 401 asks for. They are a request to the authority and are passed on as they are, so where something in
 * them would have to be taken out, they are not taken at all.
 */
const requiredClaims = (answer: Answer): string | undefined => {
  const text = Option.getOrUndefined(Challenge.claims(answer.headers["www-authenticate"]))
  // Without JSON's escapes, which could hide something.
  const plain = text === undefined ? undefined : JSON.stringify(JSON.parse(text))
  return plain === undefined || redact(plain, Redacted.value(answer.token)) !== plain ? undefined : plain
}

/** The error that an answer other than 2xx stands for. */
export const toError = (
  operation: Operation.Any,
  answer: Answer,
  now: number
): GraphError.GraphError => {
  const body = Option.flatMap(parseJson(answer.text), decodeODataError)
  const fields = facts(operation, answer, body)
  const retryAfter = Option.getOrUndefined(
    RetryAfter.parse(answer.headers["retry-after"], { date: answer.headers["date"], now })
  )
  // These two say enough by their status alone.
  if (answer.status === 401) return new GraphError.Unauthorized({ ...fields, claims: requiredClaims(answer) })
  if (answer.status === 429) return new GraphError.Throttled({ ...fields, retryAfter })
  if (Option.isNone(body)) return gatewayError(operation, answer, retryAfter)
  switch (answer.status) {
    case 400:
    case 422:
      return new GraphError.BadRequest(fields)
    case 403:
      return new GraphError.Forbidden({ ...fields, ...permissions(operation) })
    case 404:
    case 410:
      return new GraphError.NotFound(fields)
    case 409:
    case 412:
    case 423:
      return new GraphError.Conflict(fields)
  }
  if (answer.status >= 500 || answer.status === 408) {
    return new GraphError.ServiceUnavailable({
      ...fields,
      retryAfter,
      outcome: outcomeOf(operation, answer, retryAfter)
    })
  }
  return new GraphError.UnexpectedStatus(fields)
}

/**
 * The JSON of a 2xx answer; what is not JSON is a gateway's. An operation that answers nothing has nothing to read, but a page of a
 * gateway is no success of it.
 */
export const toJson = (operation: Operation.Any, answer: Answer): Either.Either<unknown, GraphError.GatewayError> => {
  const silent = operation.result === undefined
  if (silent && answer.text.trim() === "") return Either.void
  return Option.match(parseJson(answer.text), {
    onNone: () => Either.left(gatewayError(operation, answer, undefined)),
    onSome: (body) => silent ? Either.void : Either.right(body)
  })
}

/** Whether a 2xx answer that is no JSON claimed to be: it was cut short on its way. */
export const isTruncated = (error: GraphError.GatewayError): boolean =>
  error.status < 300 && (error.length === 0 || /[/+]json\b/i.test(error.contentType ?? ""))

/** The error of an answer that does not have the documented shape. */
export const decodeError = (
  operation: Operation.Any,
  answer: Answer,
  { actual, expected, path }: Pick<Mismatch.Mismatch, "actual" | "expected" | "path">,
  outcome?: GraphError.Outcome
): GraphError.Decode =>
  new GraphError.Decode({
    ...facts(operation, answer, Option.none()),
    path,
    expected,
    actual,
    ...(outcome === undefined ? {} : { outcome })
  })
