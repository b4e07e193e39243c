import type * as Tenant from "../Tenant.js"
import type { Exchange } from "./exchange.js"

/** An error of Microsoft Entra's token endpoint. */
export interface EntraFailure {
  readonly status: number
  readonly error: string
  readonly code: number
  readonly text: string
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

/** The failure that Entra would give for a status. */
export const ofStatus = (status: number): EntraFailure =>
  status === 429
    ? failure(status, "temporarily_unavailable", 90055)("Server is busy: too many requests for this tenant.")
    : status >= 500
    ? failure(status, "temporarily_unavailable", 90033)("A transient error has occurred. Please try again.")
    : failure(status, "invalid_request", 900000)("The request is not valid.")

/** The body of a failure. */
export const body = (exchange: Exchange, failure: EntraFailure): unknown => {
  const timestamp = new Date(exchange.now).toISOString().slice(0, 19).replace("T", " ") + "Z"
  return {
    error: failure.error,
    error_description: `AADSTS${failure.code}: ${failure.text} Trace ID: ${exchange.requestId} ` +
      `Correlation ID: ${exchange.clientRequestId} Timestamp: ${timestamp}`,
    error_codes: [failure.code],
    timestamp,
    trace_id: exchange.requestId,
    correlation_id: exchange.clientRequestId,
    error_uri: `https://login.microsoftonline.com/error?code=${failure.code}`
  }
}
