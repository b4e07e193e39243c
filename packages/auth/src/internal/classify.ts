/** From what an authority answered to an `AuthError`, by OAuth error, suberror and status. */
import type * as Duration from "effect/Duration"
import * as AuthError from "../AuthError.js"
import * as json from "./json.js"
import * as scrub from "./scrub.js"

/** For whom, and of whom, a token was asked. */
export interface Subject {
  readonly credential: string
  readonly authority: string
  readonly tenantId: string | undefined
  readonly clientId: string | undefined
}

/** The `AADSTS` numbers in a text. */
export const aadsts = (text: string): Array<number> =>
  Array.from(text.matchAll(/\bAADSTS(\d{4,8})\b/g), (match) => Number(match[1]))

const strings = (value: unknown): string => typeof value === "string" ? value : ""

/** What may be kept of the JSON body of a refusal. */
export const diagnostics = (
  body: json.JsonObject,
  options: {
    readonly status: number | undefined
    readonly traceId: string | undefined
    readonly mentions: (text: string) => boolean
  }
): AuthError.Diagnostics => {
  const { mentions } = options
  const form = (value: unknown, pattern: RegExp) => scrub.form(value, pattern, mentions)
  const listed = Array.isArray(body["error_codes"]) ? body["error_codes"] : []
  const codes = [...listed, ...aadsts(strings(body["error_description"]))]
    .filter((code): code is number => Number.isSafeInteger(code) && code > 0 && code < 1e8 && !mentions(String(code)))
  return {
    oauthError: form(body["error"], scrub.patterns.oauthCode),
    suberror: form(body["suberror"], scrub.patterns.oauthCode),
    codes: Array.from(new Set(codes)),
    description: scrub.text(strings(body["error_description"]), mentions),
    correlationId: form(body["correlation_id"], scrub.patterns.guid),
    traceId: form(body["trace_id"], scrub.patterns.guid) ?? form(options.traceId, scrub.patterns.guid),
    timestamp: form(body["timestamp"], scrub.patterns.timestamp),
    status: options.status
  }
}

/** Far more than any claims are. */
const maxClaims = 8192

/** Claims that a refusal asks for, if they can be passed on. */
export const requiredClaims = (body: json.JsonObject, mentions: (text: string) => boolean): string | undefined => {
  const claims = body["claims"]
  return typeof claims === "string" && claims !== "" && claims.length <= maxClaims && !mentions(claims) &&
      json.parseObject(claims) !== undefined
    ? claims
    : undefined
}

const needsPerson = new Set([
  "interaction_required",
  "login_required",
  "consent_required",
  "account_selection_required"
])
const refusesClient = new Set(["invalid_client", "unauthorized_client"])
const declines = new Set(["access_denied", "authorization_declined"])
const serverFault = new Set(["server_error", "temporarily_unavailable"])

/** The error for a refusal that names an OAuth error. */
export const fromOAuth = (
  subject: Subject,
  options: {
    readonly oauthError: string
    readonly claims: string | undefined
    readonly retryAfter: Duration.Duration | undefined
    readonly diagnostics: AuthError.Diagnostics
  }
): AuthError.AuthError => {
  const { claims, diagnostics, oauthError } = options
  const { authority, clientId, credential, tenantId } = subject
  if (serverFault.has(oauthError)) {
    return new AuthError.AuthorityUnavailable({
      credential,
      authority,
      reason: "ServerError",
      retryAfter: options.retryAfter,
      diagnostics
    })
  }
  if (refusesClient.has(oauthError)) return new AuthError.InvalidClient({ credential, tenantId, clientId, diagnostics })
  if (needsPerson.has(oauthError) || oauthError === "invalid_grant") {
    return new AuthError.InteractionRequired({ credential, claims, diagnostics })
  }
  if (oauthError === "expired_token") return new AuthError.DeviceCodeExpired({ credential, diagnostics })
  if (declines.has(oauthError)) return new AuthError.AuthorizationDeclined({ credential, diagnostics })
  return new AuthError.InvalidTokenRequest({
    credential,
    reason: diagnostics.oauthError === undefined
      ? "the authority refused it"
      : `the authority refused it with ${diagnostics.oauthError}`,
    diagnostics
  })
}

/** How long the authority asked to be left alone, if it did. */
export const statedWait = (error: AuthError.AuthError): Duration.Duration | undefined =>
  error._tag === "TokenThrottled"
    ? error.stated ? error.retryAfter : undefined
    : error._tag === "AuthorityUnavailable"
    ? error.retryAfter
    : undefined

/** The platform's own name of a network failure, looked for along the causes. */
export const platformCode = (error: unknown): string | undefined => {
  let current = error
  for (let depth = 0; depth < 6 && typeof current === "object" && current !== null; depth++) {
    const code = scrub.form((current as json.JsonObject)["code"], scrub.patterns.platformCode, () => false)
    if (code !== undefined) return code
    current = (current as json.JsonObject)["cause"]
  }
  return undefined
}
