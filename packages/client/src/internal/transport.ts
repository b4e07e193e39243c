import type * as Operation from "@effect-msgraph/domain/Operation"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import { constTrue } from "effect/Function"
import * as GraphError from "../GraphError.js"

/** What came back, read to its end. */
export interface Response {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
}

/**
 * Sends one request as the application's `HttpClient` does, but for what would tell others of it. What it sets for that stays set in the
 * fiber: whatever else that does afterwards, and should not be quiet about, has to set it back.
 */
export type Execute = (
  method: Operation.Any["method"],
  url: string,
  headers: { readonly [name: string]: string },
  body: string | undefined
) => Effect.Effect<Response, HttpClientError.HttpClientError>

export const make = (http: HttpClient.HttpClient, layerInit: RequestInit | undefined): Execute => {
  const initOf = (init: RequestInit | undefined): RequestInit => ({ ...init, redirect: "manual" })
  const layersInit = initOf(layerInit)

  /**
   * A span of the platform holds whole URLs, and its headers would tell Microsoft of our traces. A redirect could lead the token elsewhere,
   * and Graph has none. What else the application says of its requests stays. Set together, since each `Effect.locally` would cost as much as
   * making the request.
   */
  const quiet = Effect.updateFiberRefs((id, refs) => {
    const context = FiberRefs.getOrDefault(refs, FiberRef.currentContext)
    const callInit = context.unsafeMap.get(FetchHttpClient.RequestInit.key) as RequestInit | undefined
    const init = callInit === undefined ? layersInit : initOf(callInit)
    return FiberRefs.updateManyAs(refs, {
      entries: [
        [FiberRef.currentContext, [[id, Context.add(context, FetchHttpClient.RequestInit, init)]]],
        [HttpClient.currentTracerDisabledWhen, [[id, constTrue]]],
        [HttpClient.currentTracerPropagation, [[id, false]]]
      ]
    })
  })

  return (method, url, headers, body) => {
    const request = HttpClientRequest.make(method)(url, { headers })
    return Effect.flatMap(
      quiet,
      () =>
        Effect.flatMap(
          http.execute(body === undefined ? request : HttpClientRequest.bodyText(request, body, "application/json")),
          ({ headers, status, text }) => Effect.map(text, (text) => ({ status, headers, text }))
        )
    )
  }
}

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
