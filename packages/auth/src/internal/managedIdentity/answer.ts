/** What the endpoints of managed identities answer: a token, or one of six kinds of refusal. */
import * as RetryAfter from "@effect-msgraph/domain/RetryAfter"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as AccessToken from "../../AccessToken.js"
import * as AuthError from "../../AuthError.js"
import type * as TokenPolicy from "../../TokenPolicy.js"
import * as classify from "../classify.js"
import * as json from "../json.js"
import * as jwt from "../jwt.js"
import * as scrub from "../scrub.js"
import * as times from "../times.js"
import * as wire from "../wire.js"
import type { Identity, Source } from "./source.js"

export interface Question {
  readonly source: Source
  readonly identity: Identity
  readonly policy: TokenPolicy.Policy
  readonly subject: wire.Subject
}

const unavailable = (subject: classify.Subject, reason: string, diagnostics: AuthError.Diagnostics) =>
  Effect.fail(new AuthError.CredentialUnavailable({ credential: subject.credential, reason, diagnostics }))

const text = (value: unknown): string => typeof value === "string" ? value : ""

/** Their errors have three shapes: OAuth's, one with a message alone, and one inside an object. */
const flatten = (body: json.JsonObject): { readonly code: string; readonly said: string; readonly body: object } => {
  const inner = json.isObject(body["error"]) ? body["error"] : body
  // What is beyond is no sentence, and patterns are held against it.
  const said = (text(inner["error_description"]) || text(inner["message"])).slice(0, 1000)
  return {
    code: text(inner["code"]) || text(body["error"]),
    said,
    body: {
      ...body,
      error_description: said,
      correlation_id: body["correlation_id"] ?? inner["correlationId"]
    }
  }
}

const chosen = (identity: Identity): string | undefined =>
  identity.clientId !== undefined
    ? "clientId"
    : identity.objectId !== undefined
    ? "objectId"
    : identity.resourceId !== undefined
    ? "resourceId"
    : undefined

const noIdentity = ({ identity, source }: Question): string => {
  const option = chosen(identity)
  return option === undefined
    ? `${source.title} says that no managed identity is assigned here; ` +
      `enable the system-assigned one, or assign one and give its clientId`
    : `${source.title} says that this identity is not assigned here; assign it, and check ${option}`
}

const isMissing = (status: number, code: string, said: string): boolean =>
  code === "ManagedIdentityNotFound" ||
  (status === 400 && (/identity not found/i.test(said) || /no .*managed identity.* found/i.test(said)))

/** The error that an answer is. */
export const refusal = (
  question: Question,
  answer: wire.Answer,
  now: number
): Effect.Effect<never, AuthError.AuthError> => {
  const { policy, source, subject } = question
  const { authority, credential } = subject
  const { headers, status } = answer
  const mentions = scrub.makeMentions(subject.secrets)
  const parsed = json.parseObject(answer.text)
  const { body, code, said } = flatten(parsed ?? {})
  const wait = Option.getOrUndefined(RetryAfter.parse(headers["retry-after"], { date: headers["date"], now }))
  const diagnostics = classify.diagnostics(body as json.JsonObject, { status, traceId: undefined, mentions })

  if (status === 0 || (status >= 300 && status < 400)) {
    return wire.malformed(subject, "it redirects elsewhere, and redirects are refused", status)
  }
  if (status === 429) {
    return Effect.fail(
      new AuthError.TokenThrottled({
        credential,
        retryAfter: wait ?? Duration.times(policy.backoff, 2 ** policy.retries),
        stated: wait !== undefined,
        diagnostics
      })
    )
  }
  if (isMissing(status, code, said)) return unavailable(subject, noIdentity(question), diagnostics)
  // 404 and 410 are those of an endpoint that is being updated.
  if (status >= 500 || status === 404 || status === 408 || status === 410) {
    return Effect.fail(
      new AuthError.AuthorityUnavailable({
        credential,
        authority,
        reason: "ServerError",
        retryAfter: wait,
        diagnostics
      })
    )
  }
  const denied = (status === 401 || status === 403) && parsed === undefined
  if (source.kind === "Imds" && (denied || (status === 403 && /unreachable/i.test(answer.text)))) {
    return unavailable(
      subject,
      "something else answered in place of the metadata service, such as a proxy (Docker Desktop has one) or another " +
        "cloud's metadata service: there is no managed identity here",
      diagnostics
    )
  }
  if (parsed === undefined) {
    return wire.malformed(
      subject,
      /^\s*</.test(answer.text) ? "it sent HTML" : "it sent no JSON object",
      status,
      diagnostics
    )
  }
  if (status === 400 && /multiple user.assigned identities/i.test(said)) {
    return Effect.fail(
      new AuthError.InvalidTokenRequest({
        credential,
        reason: "several identities are assigned here; give clientId, objectId or resourceId to choose one",
        diagnostics
      })
    )
  }
  if (diagnostics.oauthError !== undefined) {
    return classify.fromOAuth(subject, {
      oauthError: diagnostics.oauthError,
      claims: classify.requiredClaims(parsed, mentions),
      retryAfter: wait,
      diagnostics
    })
  }
  return status === 200
    ? wire.malformed(subject, "access_token or its expiry is missing or of the wrong form", status)
    : Effect.fail(
      new AuthError.InvalidTokenRequest({
        credential,
        reason: `${source.title} refused it with status ${status}`,
        diagnostics
      })
    )
}

/** The token in an answer. `startedAt` is when it was asked for, so that it never looks younger than it is. */
export const read = (
  question: Question,
  answer: wire.Answer,
  startedAt: number,
  now: number
): Effect.Effect<AccessToken.AccessToken, AuthError.AuthError> => {
  const body = answer.status === 200 ? json.parseObject(answer.text) : undefined
  const token = body?.["access_token"]
  if (body === undefined || token === undefined) return refusal(question, answer, now)
  const type = body["token_type"]
  const seconds = times.lifetime(body["expires_in"])
  const expiresAt = seconds === undefined ? times.instant(body["expires_on"]) : startedAt + seconds * 1000
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) {
    return wire.malformed(question.subject, "its access_token is not one", 200)
  }
  if (type !== undefined && text(type).toLowerCase() !== "bearer") {
    return wire.malformed(question.subject, "its token_type is not Bearer", 200)
  }
  if (expiresAt === undefined) {
    return wire.malformed(question.subject, "neither expires_in nor expires_on tells when the token expires", 200)
  }
  const refreshIn = times.lifetime(body["refresh_in"])
  const refreshAt = refreshIn === undefined ? undefined : startedAt + refreshIn * 1000
  return Effect.succeed(AccessToken.make({
    token,
    expiresAt: DateTime.unsafeMake(expiresAt),
    refreshAt: refreshAt !== undefined && refreshAt < expiresAt ? DateTime.unsafeMake(refreshAt) : undefined,
    tenantId: jwt.peek(token).tenantId
  }))
}
