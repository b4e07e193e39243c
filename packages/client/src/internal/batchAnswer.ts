import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Either from "effect/Either"
import type * as GraphError from "../GraphError.js"
import * as Answer from "./answer.js"
import type { Received } from "./pipeline.js"

type Json = { readonly [name: string]: unknown }

const isRecord = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

const typeOf = (value: unknown): string =>
  value === undefined || value === null
    ? String(value)
    : Array.isArray(value)
    ? "an array"
    : typeof value === "object"
    ? "an object"
    : `a ${typeof value}`

/** What the answer to a batch says of one of its requests, as far as it can be understood. */
export type Part =
  | { readonly _tag: "Answered"; readonly status: number; readonly headers: Json; readonly body: unknown }
  | { readonly _tag: "Missing" }
  | {
    readonly _tag: "Malformed"
    readonly path: ReadonlyArray<string | number>
    readonly expected: string
    readonly actual: string
  }

const malformed = (path: ReadonlyArray<string | number>, expected: string, actual: string): Part => ({
  _tag: "Malformed",
  path,
  expected,
  actual
})

const missing: Part = { _tag: "Missing" }

/** What it says of the requests with the ids from 1 to `count`. An id that was not asked for concerns nobody. */
export const parts = (body: unknown, count: number): ReadonlyArray<Part> => {
  const responses = isRecord(body) ? body.responses : undefined
  if (!Array.isArray(responses)) {
    const part = isRecord(body)
      ? malformed(["responses"], "an array", typeOf(responses))
      : malformed([], "an object", typeOf(body))
    return Array.from({ length: count }, () => part)
  }
  const found = new Array<Part>(count).fill(missing)
  for (const [position, response] of (responses as ReadonlyArray<unknown>).entries()) {
    if (!isRecord(response) || typeof response.id !== "string" || !/^[1-9]\d{0,3}$/.test(response.id)) continue
    const index = Number(response.id) - 1
    if (index >= count) continue
    const { body, headers, status } = response
    found[index] = found[index] !== missing
      ? malformed(["responses", position, "id"], "an id that occurs once", "one that occurs twice")
      : typeof status !== "number" || !Number.isInteger(status) || status < 100 || status > 599
      ? malformed(
        ["responses", position, "status"],
        "an HTTP status",
        typeof status === "number" ? "none" : typeOf(status)
      )
      : { _tag: "Answered", status, headers: isRecord(headers) ? headers : {}, body }
  }
  return found
}

/** The headers that a part has of the whole: when it was answered, and the id that Microsoft's support asks for. */
const shared = ["date", "request-id"] as const

/** The part as if it had been asked for alone. `text` is written only where somebody reads it. */
const alone = (whole: Answer.Answer, part: Part): Answer.Answer => {
  const headers: Record<string, string> = {}
  for (const name of shared) if (whole.headers[name] !== undefined) headers[name] = whole.headers[name]
  if (part._tag !== "Answered") return { ...whole, headers: headers as never, text: "" }
  for (const [name, value] of Object.entries(part.headers)) {
    if (typeof value === "string" || typeof value === "number") headers[name.toLowerCase()] = String(value)
  }
  const isGood = part.status >= 200 && part.status <= 299
  const text = typeof part.body === "string"
    ? part.body
    : part.body === undefined || isGood
    ? ""
    : JSON.stringify(part.body)
  return { ...whole, status: part.status, headers: headers as never, text }
}

/** What became of one request of a batch: the JSON of its answer, or the error that it stands for. */
export const read = (
  operation: Operation.Any,
  whole: Received,
  part: Part,
  now: number
): Either.Either<Received, GraphError.GraphError> => {
  const answer = alone(whole.answer, part)
  switch (part._tag) {
    case "Malformed":
      return Either.left(Answer.decodeError(operation, answer, part, operation.idempotent ? undefined : "unknown"))
    case "Missing":
      // As good as an answer of which nothing arrived.
      return Either.left(Answer.gatewayError(operation, answer, undefined))
    case "Answered":
      if (part.status < 200 || part.status > 299) return Either.left(Answer.toError(operation, answer, now))
      if (typeof part.body === "object") {
        return Either.right({ ...whole, answer, body: operation.result === undefined ? undefined : part.body })
      }
      return Either.map(Answer.toJson(operation, answer), (body) => ({ ...whole, answer, body }))
  }
}

/** The failure of a batch as that of one of its requests. What the service may have done depends on the request. */
export const shareOf = (
  error: GraphError.GraphError,
  operation: Operation.Any,
  totalTimeout: GraphError.Timeout["after"]
): GraphError.GraphError => {
  if (!("operation" in error)) return error
  const Same = error.constructor as new(fields: object) => GraphError.GraphError
  return new Same({
    ...error,
    operation: operation.id,
    ...("outcome" in error && operation.idempotent ? { outcome: "none" } : {}),
    ...(error._tag === "Timeout" && error.scope === "call" ? { after: totalTimeout } : {}),
    ...(error._tag === "Forbidden" ? Answer.permissions(operation) : {})
  })
}
