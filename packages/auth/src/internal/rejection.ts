/** What an unknown `getToken` rejected with, as an `AuthError`. Nothing of the value itself is kept. */
import * as AuthError from "../AuthError.js"
import * as classify from "./classify.js"
import * as json from "./json.js"
import * as scrub from "./scrub.js"

const never = () => false

/** The error, its causes and its parts, nearest first. */
const related = (error: unknown): ReadonlyArray<json.JsonObject> => {
  const found: Array<json.JsonObject> = []
  const queue: Array<unknown> = [error]
  for (let i = 0; i < queue.length && found.length < 16; i++) {
    const item = queue[i]
    if (!json.isObject(item) || found.includes(item)) continue
    found.push(item)
    queue.push(item["cause"], item["errorResponse"])
    const errors = item["errors"]
    if (Array.isArray(errors)) { for (const part of errors) queue.push(part) }
  }
  return found
}

/**
 * What Azure's `AuthenticationError` (`errorResponse`, `statusCode`), MSAL's `ServerError` (`errorCode`, `subError`,
 * `errorNo`, `status`) and a raw body have in common. The message serves for its `AADSTS` numbers only.
 */
const toBody = (item: json.JsonObject): json.JsonObject => ({
  error: item["error"] ?? item["errorCode"],
  suberror: item["suberror"] ?? item["subError"],
  error_codes: [
    ...(Array.isArray(item["error_codes"]) ? item["error_codes"] : []),
    ...(Array.isArray(item["errorCodes"]) ? item["errorCodes"] : []),
    Number(item["errorNo"])
  ],
  error_description: item["error_description"] ?? item["errorDescription"] ?? item["errorMessage"] ?? item["message"],
  correlation_id: item["correlation_id"] ?? item["correlationId"],
  trace_id: item["trace_id"] ?? item["traceId"],
  timestamp: item["timestamp"],
  claims: item["claims"]
})

const statusOf = (item: json.JsonObject): number | undefined => {
  const status = item["statusCode"] ?? item["status"]
  return typeof status === "number" && status >= 100 && status < 600 ? status : undefined
}

// The OAuth errors that this package tells apart. MSAL uses the same field for names of its own.
const oauthErrors = new Set([
  "access_denied",
  "account_selection_required",
  "authorization_declined",
  "consent_required",
  "expired_token",
  "interaction_required",
  "invalid_client",
  "invalid_grant",
  "invalid_request",
  "invalid_resource",
  "invalid_scope",
  "invalid_target",
  "login_required",
  "server_error",
  "temporarily_unavailable",
  "unauthorized_client",
  "unsupported_grant_type"
])

const networkErrors = new Set(["network_error", "no_network_connectivity", "endpoints_resolution_error"])

const networkCodes =
  /^(E[A-Z]+|UND_ERR_[A-Z_]+|CERT_[A-Z_]+|[A-Z_]*CERTIFICATE[A-Z_]*|[A-Z_]*CERT_IN_CHAIN|REQUEST_SEND_ERROR)$/

const first = <A>(items: ReadonlyArray<A | undefined>): A | undefined => items.find((item) => item !== undefined)

export const toAuthError = (error: unknown, subject: classify.Subject): AuthError.AuthError => {
  const { authority, credential } = subject
  // Reading a stranger's properties may throw.
  try {
    const items = related(error)
    const bodies = items.map(toBody)
    const status = first(items.map(statusOf))
    const all = bodies.map((body) => classify.diagnostics(body, { status, traceId: undefined, mentions: never }))
    const diagnostics: AuthError.Diagnostics = {
      oauthError: first(
        all.map((d) => d.oauthError !== undefined && oauthErrors.has(d.oauthError) ? d.oauthError : undefined)
      ),
      codes: Array.from(new Set(all.flatMap((d) => d.codes))),
      correlationId: first(all.map((d) => d.correlationId)),
      traceId: first(all.map((d) => d.traceId)),
      timestamp: first(all.map((d) => d.timestamp)),
      status
    }
    const names = items.map((item) => item["name"])

    // A chain whose members were all unavailable says so at its top; the reason of one member does not speak for it.
    if (names[0] === "CredentialUnavailableError") {
      return new AuthError.CredentialUnavailable({
        credential,
        reason: "getToken was rejected with CredentialUnavailableError: it is not set up on this machine",
        diagnostics
      })
    }
    if (diagnostics.oauthError !== undefined) {
      return classify.fromOAuth(subject, {
        oauthError: diagnostics.oauthError,
        claims: first(bodies.map((body) => classify.requiredClaims(body, never))),
        retryAfter: undefined,
        diagnostics
      })
    }
    if (names[0] === "AbortError" || names.includes("TimeoutError")) {
      return new AuthError.AuthorityUnavailable({ credential, authority, reason: "Timeout", diagnostics })
    }
    const code = first(items.map((item) => scrub.form(item["code"], networkCodes, never)))
    if (code !== undefined || bodies.some((body) => networkErrors.has(String(body["error"])))) {
      return new AuthError.AuthorityUnavailable({ credential, authority, reason: "Network", code, diagnostics })
    }
    if (status !== undefined && (status >= 500 || status === 408 || status === 429)) {
      return new AuthError.AuthorityUnavailable({ credential, authority, reason: "ServerError", diagnostics })
    }
    if (names.includes("AuthenticationRequiredError")) {
      return new AuthError.InteractionRequired({
        credential,
        claims: first(bodies.map((body) => classify.requiredClaims(body, never))),
        diagnostics
      })
    }
    return new AuthError.CredentialUnavailable({ credential, reason: "getToken was rejected", diagnostics })
  } catch {
    return new AuthError.CredentialUnavailable({
      credential,
      reason: "getToken was rejected",
      diagnostics: AuthError.noDiagnostics
    })
  }
}
