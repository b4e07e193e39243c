import type * as Tenant from "../Tenant.js"
import type { Exchange } from "./exchange.js"

/** An error of Microsoft Entra's token endpoint. */
export interface EntraFailure {
  readonly status: number
  readonly error: string
  readonly code: number
  readonly text: string
  readonly suberror?: string
  readonly claims?: string | undefined
}

const failure = (status: number, error: string, code: number) => (text: string): EntraFailure => ({
  status,
  error,
  code,
  text
})

export const notPost = (method: string): EntraFailure =>
  failure(400, "invalid_request", 900561)(
    `The endpoint only accepts POST, OPTIONS requests. Received a ${method} request.`
  )

export const missingParameter = (name: string): EntraFailure =>
  failure(400, "invalid_request", 900144)(`The request body must contain the following parameter: '${name}'.`)

export const unsupportedGrant = (grantType: string): EntraFailure =>
  failure(400, "unsupported_grant_type", 70003)(`The app requested an unsupported grant type '${grantType}'.`)

export const unknownTenant = (name: string): EntraFailure =>
  failure(400, "invalid_request", 90002)(
    `Tenant '${name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`
  )

export const unknownApplication = (clientId: string, tenant: Tenant.Tenant): EntraFailure =>
  failure(400, "unauthorized_client", 700016)(
    `Application with identifier '${clientId}' was not found in the directory '${tenant.displayName}'.`
  )

export const missingCredential: EntraFailure = failure(401, "invalid_client", 7000216)(
  "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."
)

export const wrongSecret = (appId: string): EntraFailure =>
  failure(401, "invalid_client", 7000215)(
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client " +
      `secret ID, for a secret added to app '${appId}'.`
  )

export const invalidScope = (scope: string): EntraFailure =>
  failure(400, "invalid_scope", 70011)(
    `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not ` +
      `valid. The scope ${scope} is not valid.`
  )

export const unknownResource = (resource: string, tenant: Tenant.Tenant): EntraFailure =>
  failure(400, "invalid_resource", 500011)(
    `The resource principal named ${resource} was not found in the tenant named ${tenant.displayName}.`
  )

export const expiredSecret = (appId: string): EntraFailure =>
  failure(401, "invalid_client", 7000222)(
    `The provided client secret keys for app '${appId}' are expired. Create new keys for the app.`
  )

/** What a user's sign-in needs of an application that is not public. */
export const confidential: EntraFailure = failure(401, "invalid_client", 7000218)(
  "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
)

export const publicClient: EntraFailure = failure(401, "invalid_client", 700025)(
  "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."
)

export const invalidRequest = (text: string): EntraFailure => failure(400, "invalid_request", 90023)(text)

export const malformedAssertion: EntraFailure = failure(400, "invalid_request", 50027)(
  "JWT token is invalid or malformed."
)

export const unsupportedAlgorithm = (name: string): EntraFailure =>
  failure(401, "invalid_client", 5002738)(
    `Invalid JWT token. '${name}' is not a supported signature algorithm. Supported signing algorithms are: 'RS256, PS256'.`
  )

export const wrongAssertionSubject: EntraFailure = failure(401, "invalid_client", 700021)(
  "Client assertion application identifier doesn't match 'client_id' parameter."
)

export const wrongAssertionAudience: EntraFailure = failure(401, "invalid_client", 700023)(
  "Client assertion audience claim does not match Realm issuer."
)

export const unknownCertificate: EntraFailure = failure(401, "invalid_client", 700027)(
  "The certificate with identifier used to sign the client assertion is not registered on application. " +
    "[Reason - The key was not found.]"
)

export const expiredCertificate = (validity: string): EntraFailure =>
  failure(401, "invalid_client", 700027)(
    `Client assertion contains an invalid signature. [Reason - The key used is expired., Found key '${validity}']`
  )

export const wrongSignature: EntraFailure = failure(401, "invalid_client", 700027)(
  "Client assertion contains an invalid signature. [Reason - The key was found, but use of the key to verify the signature failed.]"
)

const moment = (milliseconds: number): string =>
  Number.isNaN(new Date(milliseconds).getTime()) ? "an unknown time" : new Date(milliseconds).toISOString()

export const assertionOutsideValidity = (now: number, from: number, to: number): EntraFailure =>
  failure(401, "invalid_client", 700024)(
    `Client assertion is not within its valid time range. Current time: ${moment(now)}, assertion valid from ${
      moment(from)
    }, ` +
      `expiry time of assertion ${moment(to)}.`
  )

/** Entra has no such error: it takes an assertion again and again. */
export const replayedAssertion: EntraFailure = failure(401, "invalid_client", 50027)(
  "Invalid JWT token. The client assertion was used before, and this emulator refuses replays."
)

const unmatched = (code: number, part: string) => (value: string): EntraFailure =>
  failure(401, "invalid_client", code)(
    `No matching federated identity record found for presented assertion ${part} '${value}'. Check your federated identity ` +
      "credential Subject, Audience and Issuer against the presented assertion."
  )

export const unknownIssuer = unmatched(700211, "issuer")

export const unknownAudience = unmatched(700212, "audience")

export const unknownSubject = unmatched(700213, "subject")

export const tenantNeeded: EntraFailure = failure(400, "invalid_request", 50059)(
  "No tenant-identifying information found in either the request or implied by any provided credentials."
)

export const severalResources: EntraFailure = failure(400, "invalid_scope", 700022)(
  "The provided value for the input parameter 'scope' is not valid because it contains more than one resource."
)

export const missingConsent = (application: Tenant.Application): EntraFailure => ({
  ...failure(400, "invalid_grant", 65001)(
    `The user or administrator has not consented to use the application with ID '${application.appId}' named ` +
      `'${application.displayName}'. Send an interactive authorization request for this user and resource.`
  ),
  suberror: "consent_required"
})

export const noUser: EntraFailure = failure(400, "invalid_grant", 50034)(
  "The user account does not exist in the directory."
)

const grantRefused = (code: number) => failure(400, "invalid_grant", code)

export const wrongUserAssertion: EntraFailure = grantRefused(50013)("Assertion failed signature validation.")

export const otherAudience = (application: Tenant.Application): EntraFailure =>
  grantRefused(500131)(
    "Assertion audience does not match the Client app presenting the assertion, which is the one with App ID " +
      `'${application.appId}' (${application.displayName}).`
  )

export const userAssertionExpired: EntraFailure = grantRefused(500133)(
  "Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion."
)

export const applicationAssertion = (application: Tenant.Application): EntraFailure =>
  grantRefused(7000114)(`Application '${application.appId}' is not allowed to make application on-behalf-of calls.`)

export const malformedGrant: EntraFailure = grantRefused(9002313)(
  "Invalid request. Request is malformed or invalid."
)

export const otherApplication: EntraFailure = grantRefused(70000)(
  "The provided grant was issued to another application, or in another tenant."
)

export const expiredGrant: EntraFailure = grantRefused(70008)(
  "The provided authorization code or refresh token has expired. Send a new interactive authorization request."
)

export const inactiveGrant: EntraFailure = grantRefused(700082)("The refresh token has expired due to inactivity.")

export const revokedGrant = (issuedAt: number, validFrom: number): EntraFailure =>
  grantRefused(50173)(
    "The provided grant has expired due to it being revoked, a fresh auth token is needed. The grant was issued on " +
      `'${moment(issuedAt)}' and the TokensValidFrom date for this user is '${moment(validFrom)}'.`
  )

export const redeemedCode: EntraFailure = grantRefused(54005)(
  "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."
)

export const otherRedirectUri: EntraFailure = grantRefused(500112)(
  "The reply address does not match the one provided when requesting the authorization code."
)

export const wrongVerifier: EntraFailure = grantRefused(501481)(
  "The Code_Verifier does not match the code_challenge supplied in the authorization request."
)

export const redeemedDeviceCode: EntraFailure = grantRefused(70000)(
  "The provided value for the input parameter 'device_code' has already been used."
)

export const pending: EntraFailure = failure(400, "authorization_pending", 70016)(
  "OAuth 2.0 device flow error. Authorization is pending. Continue polling."
)

/** Entra's pages do not list it; RFC 8628 does. */
export const slowDown: EntraFailure = failure(400, "slow_down", 90055)(
  "OAuth 2.0 device flow error. There are too many incoming requests: poll less often."
)

export const expiredDeviceCode: EntraFailure = failure(400, "expired_token", 70020)(
  "The provided value for the input parameter 'device_code' is not valid. This device code has expired."
)

export const unknownDeviceCode: EntraFailure = failure(400, "bad_verification_code", 70018)(
  "The provided value for the input parameter 'device_code' is not valid."
)

export const declinedDeviceCode: EntraFailure = failure(400, "authorization_declined", 65004)(
  "The user declined the authorization request."
)

export const declinedSignIn: EntraFailure = failure(400, "access_denied", 65004)(
  "User declined to consent to access the app."
)

export const unknownRedirectUri = (application: Tenant.Application): EntraFailure =>
  failure(400, "invalid_request", 50011)(
    `The redirect URI specified in the request does not match the redirect URIs configured for the application '${application.appId}'.`
  )

export const unsupportedResponseType: EntraFailure = failure(400, "unsupported_response_type", 70005)(
  "The app requested an unsupported response type: the emulator has 'code'."
)

/** The failure that Entra would give for a status. */
export const ofStatus = (status: number): EntraFailure =>
  status === 429
    ? failure(status, "temporarily_unavailable", 90055)("Server is busy: too many requests for this tenant.")
    : status >= 500
    ? failure(status, "temporarily_unavailable", 90033)("A transient error has occurred. Please try again.")
    : failure(status, "invalid_request", 900000)("The request is not valid.")

/** A failure in one sentence, with its number in front. */
export const describe = (failure: EntraFailure): string => `AADSTS${failure.code}: ${failure.text}`

/** The body of a failure. */
export const body = (exchange: Exchange, failure: EntraFailure): unknown => {
  const timestamp = new Date(exchange.now).toISOString().slice(0, 19).replace("T", " ") + "Z"
  return {
    error: failure.error,
    error_description: `${describe(failure)} Trace ID: ${exchange.requestId} ` +
      `Correlation ID: ${exchange.clientRequestId} Timestamp: ${timestamp}`,
    error_codes: [failure.code],
    timestamp,
    trace_id: exchange.requestId,
    correlation_id: exchange.clientRequestId,
    error_uri: `https://login.microsoftonline.com/error?code=${failure.code}`,
    ...(failure.suberror === undefined ? {} : { suberror: failure.suberror }),
    ...(failure.claims === undefined ? {} : { claims: failure.claims })
  }
}
