import type * as Operation from "@effect-msgraph/domain/Operation"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as GraphError from "../GraphError.js"

/** Codes of failures before the request was sent: name resolution, connecting, the TLS handshake. */
const beforeSending =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_FAIL|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/

/** The system's code, from the chain of causes; nothing else of it is kept, since it may hold the request. */
const codeOf = (error: unknown): string | undefined => {
  let cause: unknown = error
  for (let depth = 0; depth < 6 && typeof cause === "object" && cause !== null; depth++) {
    const { cause: next, code, errors } = cause as { code?: unknown; cause?: unknown; errors?: unknown }
    if (typeof code === "string" && /^[A-Z][A-Z0-9_]*$/.test(code)) return code
    cause = next ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return undefined
}

/** The error of a request that got no answer, or only part of one. */
export const toError = (
  operation: Operation.Any,
  origin: string,
  clientRequestId: string,
  error: HttpClientError.HttpClientError
): GraphError.Transport => {
  const code = codeOf(error)
  const phase = error._tag === "RequestError" && code !== undefined && beforeSending.test(code) ? "connect" : "exchange"
  return new GraphError.Transport({
    operation: operation.id,
    origin,
    code,
    phase,
    outcome: phase === "connect" || operation.idempotent ? "none" : "unknown",
    clientRequestId
  })
}
