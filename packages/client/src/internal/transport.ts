import type * as Operation from "@effect-msgraph/domain/Operation"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as GraphError from "../GraphError.js"

/** Codes of failures before the request was sent: name resolution, connecting, the TLS handshake. */
const beforeSending =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_FAIL|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EPROTO|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|ERR_SSL_(?!\w*BAD_RECORD_MAC)\w+|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/

/** Other codes, such as `ETIMEDOUT` and `ECONNRESET`, are told apart by what was being done. Only connecting has several errors. */
const isConnecting = (
  { errors, message, syscall }: { readonly [name in "errors" | "message" | "syscall"]?: unknown }
): boolean =>
  syscall === "connect" || syscall === "getaddrinfo" || Array.isArray(errors) ||
  message === "Client network socket disconnected before secure TLS connection was established"

/**
 * The system's code and whether the request can have been sent, from the chain of causes; nothing else of it is kept, since it may hold
 * the request.
 */
const reasonOf = (error: unknown): { readonly code: string | undefined; readonly sent: boolean } => {
  let cause: unknown = error
  for (let depth = 0; depth < 6 && typeof cause === "object" && cause !== null; depth++) {
    const { cause: next, code, errors } = cause as { readonly [name in "cause" | "code" | "errors"]?: unknown }
    if (typeof code === "string" && /^[A-Z][A-Z0-9_]*$/.test(code)) {
      return { code, sent: !beforeSending.test(code) && !isConnecting(cause) }
    }
    cause = next ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return { code: undefined, sent: true }
}

/** The error of a request that got no answer, or only part of one. */
export const toError = (
  operation: Operation.Any,
  origin: string,
  clientRequestId: string,
  error: HttpClientError.HttpClientError
): GraphError.Transport => {
  const { code, sent } = reasonOf(error)
  const phase = error._tag === "RequestError" && !sent ? "connect" : "exchange"
  return new GraphError.Transport({
    operation: operation.id,
    origin,
    code,
    phase,
    outcome: phase === "connect" || operation.idempotent ? "none" : "unknown",
    clientRequestId
  })
}
