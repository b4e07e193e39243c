/**
 * Why there is no token: a closed union, one tag for each thing that a caller or an operator would do differently.
 *
 * No member holds a request, a response, a token, a secret or a raw cause. Free text of the authority is kept only
 * after it was searched for the secret and for anything that looks like a token; user principal names are taken out.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as hints from "./internal/hints.js"

/**
 * What the authority said about a refusal. All of it is safe to log, and `correlationId`, `traceId` and `timestamp` are
 * what Microsoft's support asks for.
 *
 * - `oauthError`, `suberror`: the OAuth error code, and Entra's refinement of it
 * - `codes`: the `AADSTS` numbers
 * - `description`: the authority's sentence, scrubbed and shortened
 * - `status`: the HTTP status
 *
 * @since 0.1.0
 * @category Models
 */
export const Diagnostics = Schema.Struct({
  oauthError: Schema.optional(Schema.String),
  suberror: Schema.optional(Schema.String),
  codes: Schema.Array(Schema.Int),
  description: Schema.optional(Schema.String),
  correlationId: Schema.optional(Schema.String),
  traceId: Schema.optional(Schema.String),
  timestamp: Schema.optional(Schema.String),
  status: Schema.optional(Schema.Int)
})

/**
 * @since 0.1.0
 * @category Models
 */
export interface Diagnostics extends Schema.Schema.Type<typeof Diagnostics> {}

/**
 * The diagnostics of a failure that happened before, or without, an answer of the authority.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const noDiagnostics: Diagnostics = { codes: [] }

const facts = (d: Diagnostics): string => {
  const parts: Array<string> = []
  if (d.oauthError !== undefined) parts.push(d.suberror === undefined ? d.oauthError : `${d.oauthError}/${d.suberror}`)
  for (const code of d.codes) parts.push(`AADSTS${code}`)
  if (d.status !== undefined) parts.push(`status ${d.status}`)
  if (d.correlationId !== undefined) parts.push(`correlation id ${d.correlationId}`)
  if (d.traceId !== undefined) parts.push(`trace id ${d.traceId}`)
  if (d.timestamp !== undefined) parts.push(`at ${d.timestamp}`)
  return parts.length === 0 ? "" : ` [${parts.join(", ")}]`
}

const sentence = (what: string, advice: string, diagnostics: Diagnostics): string => {
  const hint = hints.fromCodes(diagnostics.codes) ?? advice
  const said = diagnostics.description === undefined ? "" : ` The authority said: "${diagnostics.description}".`
  return `${what} ${hint}${said}${facts(diagnostics)}`
}

/**
 * A member of a chain that was passed over, and why.
 *
 * @since 0.1.0
 * @category Models
 */
export const Skipped = Schema.Struct({
  credential: Schema.String,
  reason: Schema.String
})

/**
 * @since 0.1.0
 * @category Models
 */
export interface Skipped extends Schema.Schema.Type<typeof Skipped> {}

/**
 * The credential cannot be used here and now: it is not set up, has run out, or declined. The one failure after which a
 * chain of credentials may try its next member. Where a chain fails with it, `skipped` has the reason of each member.
 *
 * @since 0.1.0
 * @category Errors
 */
export class CredentialUnavailable
  extends Schema.TaggedError<CredentialUnavailable>("@effect-msgraph/auth/CredentialUnavailable")(
    "CredentialUnavailable",
    {
      credential: Schema.String,
      reason: Schema.String,
      skipped: Schema.optional(Schema.Array(Skipped)),
      diagnostics: Diagnostics
    }
  )
{
  /** @since 0.1.0 */
  override get message(): string {
    const skipped = (this.skipped ?? []).map((link) => `\n- ${link.credential}: ${link.reason}`).join("")
    return `The credential ${this.credential} gave no token: ${this.reason}.${facts(this.diagnostics)}${skipped}`
  }
}

/**
 * The authority does not accept the application: wrong or expired secret, unknown or disabled application, wrong
 * tenant.
 *
 * @since 0.1.0
 * @category Errors
 */
export class InvalidClient extends Schema.TaggedError<InvalidClient>("@effect-msgraph/auth/InvalidClient")(
  "InvalidClient",
  {
    credential: Schema.String,
    tenantId: Schema.optional(Schema.String),
    clientId: Schema.optional(Schema.String),
    diagnostics: Diagnostics
  }
) {
  /** @since 0.1.0 */
  override get message(): string {
    const app = this.clientId === undefined ? "the application" : `application ${this.clientId}`
    const tenant = this.tenantId === undefined ? "" : ` of tenant ${this.tenantId}`
    return sentence(
      `The authority refused ${app}${tenant} (${this.credential}).`,
      "Check the client id, the tenant id, the cloud, and that the secret is right and has not expired.",
      this.diagnostics
    )
  }
}

/**
 * A person has to act before there can be a token: consent, a policy of the tenant, or a claims challenge. `claims`, if
 * there, is what to pass on to an interactive sign-in.
 *
 * @since 0.1.0
 * @category Errors
 */
export class InteractionRequired
  extends Schema.TaggedError<InteractionRequired>("@effect-msgraph/auth/InteractionRequired")(
    "InteractionRequired",
    {
      credential: Schema.String,
      claims: Schema.optional(Schema.String),
      diagnostics: Diagnostics
    }
  )
{
  /** @since 0.1.0 */
  override get message(): string {
    return sentence(
      `A person has to act before ${this.credential} can get a token.`,
      "Grant the application's permissions, review the Conditional Access policies that apply to it, or sign in again.",
      this.diagnostics
    )
  }
}

/**
 * The request for a token was wrong: a scope, a tenant, a parameter. Repeating it unchanged cannot help.
 *
 * @since 0.1.0
 * @category Errors
 */
export class InvalidTokenRequest
  extends Schema.TaggedError<InvalidTokenRequest>("@effect-msgraph/auth/InvalidTokenRequest")(
    "InvalidTokenRequest",
    {
      credential: Schema.String,
      reason: Schema.String,
      diagnostics: Diagnostics
    }
  )
{
  /** @since 0.1.0 */
  override get message(): string {
    return sentence(
      `The request for a token is not valid (${this.credential}): ${this.reason}.`,
      "Check the tenant id, the scopes and the cloud.",
      this.diagnostics
    )
  }
}

/**
 * A token was asked for in a tenant that the credential was not told to serve. Nothing was sent.
 *
 * @since 0.1.0
 * @category Errors
 */
export class TenantNotAllowed extends Schema.TaggedError<TenantNotAllowed>("@effect-msgraph/auth/TenantNotAllowed")(
  "TenantNotAllowed",
  {
    credential: Schema.String,
    tenantId: Schema.String,
    diagnostics: Diagnostics
  }
) {
  /** @since 0.1.0 */
  override get message(): string {
    return `The credential ${this.credential} may not get tokens of tenant ${this.tenantId}. ` +
      `Ask for its own tenant, or list this one in additionallyAllowedTenants.`
  }
}

/**
 * The authority asks for fewer requests. `stated` tells whether `retryAfter` is what it said (which is then obeyed to
 * the letter) or, as it said nothing, our own back-off.
 *
 * @since 0.1.0
 * @category Errors
 */
export class TokenThrottled extends Schema.TaggedError<TokenThrottled>("@effect-msgraph/auth/TokenThrottled")(
  "TokenThrottled",
  {
    credential: Schema.String,
    retryAfter: Schema.Duration,
    stated: Schema.Boolean,
    diagnostics: Diagnostics
  }
) {
  /** @since 0.1.0 */
  override get message(): string {
    return sentence(
      `The authority throttles requests for tokens (${this.credential}).`,
      `Try again in ${Duration.format(this.retryAfter)}, and share one TokenProvider among all callers.`,
      this.diagnostics
    )
  }
}

/**
 * The authority could not be reached, did not answer in time, or answered with a server fault, after the retries that
 * the policy allows. `code` is the platform's own name for a network failure, such as `ENOTFOUND`.
 *
 * @since 0.1.0
 * @category Errors
 */
export class AuthorityUnavailable
  extends Schema.TaggedError<AuthorityUnavailable>("@effect-msgraph/auth/AuthorityUnavailable")(
    "AuthorityUnavailable",
    {
      credential: Schema.String,
      authority: Schema.String,
      reason: Schema.Literal("Network", "Timeout", "ServerError"),
      code: Schema.optional(Schema.String),
      retryAfter: Schema.optional(Schema.Duration),
      diagnostics: Diagnostics
    }
  )
{
  /** @since 0.1.0 */
  override get message(): string {
    switch (this.reason) {
      case "Network":
        return sentence(
          `${this.authority} could not be reached${
            this.code === undefined ? "" : ` (${this.code})`
          } by ${this.credential}.`,
          "Check DNS, proxy, firewall and TLS trust between this machine and the authority.",
          this.diagnostics
        )
      case "Timeout":
        return sentence(
          `${this.authority} did not answer ${this.credential} in time.`,
          "Check proxy and firewall, and the status of the authority; then try again.",
          this.diagnostics
        )
      case "ServerError":
        return sentence(
          `${this.authority} failed to serve ${this.credential}.`,
          "The fault is the authority's: try again later.",
          this.diagnostics
        )
    }
  }
}

/**
 * The answer is not that of a token endpoint: HTML of a proxy, a redirect, a field missing or of the wrong type.
 *
 * @since 0.1.0
 * @category Errors
 */
export class MalformedTokenResponse
  extends Schema.TaggedError<MalformedTokenResponse>("@effect-msgraph/auth/MalformedTokenResponse")(
    "MalformedTokenResponse",
    {
      credential: Schema.String,
      authority: Schema.String,
      reason: Schema.String,
      diagnostics: Diagnostics
    }
  )
{
  /** @since 0.1.0 */
  override get message(): string {
    return sentence(
      `${this.authority} did not answer ${this.credential} as a token endpoint would: ${this.reason}.`,
      "Check the authority's address, and for a proxy in between.",
      this.diagnostics
    )
  }
}

/**
 * Nobody entered the code of a device sign-in in time. The next request for a token starts a new one.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
 * @since 0.1.0
 * @category Errors
 */
export class DeviceCodeExpired extends Schema.TaggedError<DeviceCodeExpired>("@effect-msgraph/auth/DeviceCodeExpired")(
  "DeviceCodeExpired",
  {
    credential: Schema.String,
    diagnostics: Diagnostics
  }
) {
  /** @since 0.1.0 */
  override get message(): string {
    return sentence(
      `Nobody completed the sign-in of ${this.credential} in time.`,
      "Start again, and enter the code before it expires.",
      this.diagnostics
    )
  }
}

/**
 * The person who was asked to sign in declined, or was not allowed to go on.
 *
 * @since 0.1.0
 * @category Errors
 */
export class AuthorizationDeclined
  extends Schema.TaggedError<AuthorizationDeclined>("@effect-msgraph/auth/AuthorizationDeclined")(
    "AuthorizationDeclined",
    {
      credential: Schema.String,
      diagnostics: Diagnostics
    }
  )
{
  /** @since 0.1.0 */
  override get message(): string {
    return sentence(
      `The sign-in of ${this.credential} was declined.`,
      "Sign in again and accept, or ask an administrator to consent to the permissions.",
      this.diagnostics
    )
  }
}

/**
 * The schema of every failure to get a token.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const AuthError = Schema.Union(
  CredentialUnavailable,
  InvalidClient,
  InteractionRequired,
  InvalidTokenRequest,
  TenantNotAllowed,
  TokenThrottled,
  AuthorityUnavailable,
  MalformedTokenResponse,
  DeviceCodeExpired,
  AuthorizationDeclined
)

/**
 * Every failure to get a token.
 *
 * @since 0.1.0
 * @category Errors
 */
export type AuthError = typeof AuthError.Type

/**
 * Whether a value is one of the failures to get a token.
 *
 * @example
 * ```ts
 * import { AuthError } from "@effect-msgraph/auth"
 *
 * const error: unknown = new AuthError.TenantNotAllowed({
 *   credential: "ClientSecret",
 *   tenantId: "fabrikam.com",
 *   diagnostics: AuthError.noDiagnostics
 * })
 * if (AuthError.isAuthError(error)) {
 *   console.log(error._tag, error.message)
 * }
 * ```
 *
 * @since 0.1.0
 * @category Guards
 */
export const isAuthError: (u: unknown) => u is AuthError = Schema.is(AuthError)

/**
 * Whether the same request may succeed later without anybody changing anything.
 *
 * @since 0.1.0
 * @category Guards
 */
export const isTransient = (error: AuthError): error is TokenThrottled | AuthorityUnavailable =>
  error._tag === "TokenThrottled" || error._tag === "AuthorityUnavailable"
