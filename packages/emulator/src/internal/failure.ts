import * as Message from "../Message.js"
import { type Exchange, httpDate } from "./exchange.js"

/** An error of Graph: its status, and what its body says. */
export interface Failure {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly headers?: { readonly [name: string]: string }
}

/** Makes a failure of a status; nothing else in this package writes codes of Graph. */
const failure = (status: number, code: string) => (message: string): Failure => ({ status, code, message })

const badRequest = failure(400, "BadRequest")

export const unknownSegment = (segment: string): Failure =>
  badRequest(`Resource not found for the segment '${segment}'.`)

export const malformedUrl = (text: string): Failure => badRequest(`The request URI '${text}' is not valid.`)

export const malformedKey = (key: string): Failure => badRequest(`Invalid object identifier '${key}'.`)

export const malformedQuery = (reason: string): Failure =>
  badRequest(`The query specified in the URI is not valid. ${reason}`)

export const unknownProperty = (context: "select" | "orderby" | "filter", name: string, type: string): Failure =>
  badRequest(
    `${context === "select" ? "Parsing OData Select and Expand failed: " : ""}` +
      `Could not find a property named '${name}' on type '${type}'.`
  )

export const notNavigation = (name: string, type: string): Failure =>
  badRequest(
    `Parsing OData Select and Expand failed: Property '${name}' on type '${type}' is not a navigation property or complex ` +
      "property. Only navigation properties can be expanded."
  )

export const expandTooDeep = (limit: number): Failure =>
  badRequest(`The request includes a $expand path which is too deep. The maximum depth allowed is ${limit}.`)

export const notSortable = (name: string): Failure =>
  badRequest(`The property '${name}' cannot be used in the $orderby query option.`)

export const notFilterable = (name: string, operator: string): Failure =>
  badRequest(`The property '${name}' cannot be used with '${operator}' in the $filter query option.`)

export const incompatibleTypes = (operator: string, left: string, right: string): Failure =>
  badRequest(
    `A binary operator with incompatible types was detected. Found operand types '${left}' and '${right}' for operator kind ` +
      `'${operator}'.`
  )

export const noBody: Failure = badRequest("Empty Payload. JSON content expected.")

export const unreadableBody: Failure = badRequest(
  "Unable to read JSON request payload. Please ensure Content-Type header " +
    "is set and payload is of valid JSON format."
)

/** A body that the operation does not take: `path` says where. */
export const invalidBody = (path: string, reason: string): Failure =>
  badRequest(
    path === "" ? `Invalid request body: ${reason}` : `Invalid value specified for property '${path}': ${reason}`
  )

/** A request that makes sense, but not here and now: a limit of the tenant, or a state of what it is about. */
export const refused = (reason: string): Failure => badRequest(reason)

export const conflict = (reason: string): Failure => failure(409, "Conflict")(reason)

export const notAcceptable = (reason: string): Failure => failure(406, "NotAcceptable")(reason)

export const unsupportedOption = (option: string): Failure =>
  badRequest(`The query option '${option}' is not supported by this operation.`)

export const malformedSkipToken: Failure = badRequest("The value of the query option '$skiptoken' is not valid.")

/** What Graph has and this emulator has not: it says so, where it would otherwise answer something wrong. */
export const notEmulated = (what: string): Failure =>
  failure(501, "NotImplemented")(`The emulator does not implement ${what}.`)

export const notFound = (id: string): Failure =>
  failure(404, "Request_ResourceNotFound")(
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`
  )

/** A batch as a whole that makes no sense. */
export const batchFailure = (reason: string): Failure => badRequest(`The batch cannot be read: ${reason}.`)

/** What a request of a batch is answered that depends on one that failed. */
export const failedDependency = (id: string): Failure =>
  failure(424, "FailedDependency")(`Request ${id} was not made, since one that it depends on failed.`)

export const methodNotAllowed = (allow: ReadonlyArray<string>): Failure => ({
  ...failure(405, "Request_BadRequest")("Specified HTTP method is not allowed for the request target."),
  headers: { allow: allow.join(", ") }
})

export const forbidden: Failure = failure(403, "Authorization_RequestDenied")(
  "Insufficient privileges to complete the operation."
)

export const unauthenticated = (message: string, challenge: string): Failure => ({
  ...failure(401, "InvalidAuthenticationToken")(message),
  headers: { "www-authenticate": challenge }
})

const codes: { readonly [status: number]: readonly [code: string, message: string] } = {
  400: ["BadRequest", "The request is malformed."],
  401: ["InvalidAuthenticationToken", "Access token validation failure."],
  403: ["Authorization_RequestDenied", "Insufficient privileges to complete the operation."],
  404: ["Request_ResourceNotFound", "The resource does not exist."],
  406: ["NotAcceptable", "The request is not acceptable."],
  409: ["Conflict", "The request conflicts with the state of the resource."],
  429: ["TooManyRequests", "Please retry again later."],
  500: ["InternalServerError", "An internal server error occurred."],
  502: ["BadGateway", "The service behind the gateway gave no valid answer."],
  503: ["ServiceUnavailable", "The service is temporarily unavailable."],
  504: ["GatewayTimeout", "The service behind the gateway gave no answer in time."]
}

/** The failure that Graph would give for a status. */
export const ofStatus = (status: number): Failure => {
  const [code, message] = codes[status] ?? ["UnknownError", "The request failed."]
  return { status, code, message }
}

/** Headers of every answer of Graph. */
export const headers = (exchange: Exchange): { readonly [name: string]: string } => ({
  "request-id": exchange.requestId,
  "client-request-id": exchange.clientRequestId,
  date: httpDate(exchange.now)
})

const mediaType = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"

/** An answer of Graph. */
export const success = (
  exchange: Exchange,
  status: number,
  body: unknown,
  more: { readonly [name: string]: string } = {}
): Message.Response =>
  Message.json(status, body, {
    "cache-control": "no-cache",
    "content-type": mediaType,
    "odata-version": "4.0",
    ...headers(exchange),
    ...more
  })

/** An answer that says no more than that it is done. */
export const done = (exchange: Exchange): Message.Response => ({
  status: 204,
  headers: { "cache-control": "no-cache", ...headers(exchange) },
  body: ""
})

/** A failure as Graph writes it. */
export const response = (exchange: Exchange, failure: Failure): Message.Response =>
  Message.json(
    failure.status,
    {
      error: {
        code: failure.code,
        message: failure.message,
        innerError: {
          date: new Date(exchange.now).toISOString().slice(0, 19),
          "request-id": exchange.requestId,
          "client-request-id": exchange.clientRequestId
        }
      }
    },
    { "cache-control": "no-cache", "content-type": "application/json", ...headers(exchange), ...failure.headers }
  )
