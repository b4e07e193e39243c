/** From a `TokenRequest` to what is asked for, checked before anything is sent. */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Either from "effect/Either"
import * as AuthError from "../AuthError.js"
import type { TokenRequest } from "../Credential.js"
import * as claims_ from "./claims.js"
import * as tenant from "./tenant.js"

export interface Resolved {
  readonly scopes: ReadonlyArray<string>
  readonly tenantId: string | undefined
  /** JSON of the challenge's claims, without the client capability. */
  readonly claims: string | undefined
  /** The `claims` parameter, with the client capability where asked for. */
  readonly claimsParameter: string | undefined
}

export interface Holder {
  readonly name: string
  readonly cloud: NationalCloud.NationalCloud
  readonly tenantId: string | undefined
  /** Tenants besides its own; `"*"` for any. */
  readonly tenants: ReadonlyArray<string>
}

const foreignGraph = (scope: string, cloud: NationalCloud.NationalCloud): NationalCloud.NationalCloud | undefined =>
  Object.values(NationalCloud.clouds).find((other) =>
    other.graphRoot !== cloud.graphRoot && scope.toLowerCase().startsWith(`${other.graphRoot}/`)
  )

const allowed = (holder: Holder, tenantId: string): boolean => {
  const wanted = tenantId.toLowerCase()
  return wanted === holder.tenantId?.toLowerCase() ||
    holder.tenants.some((other) => other === "*" || other.toLowerCase() === wanted)
}

export const resolve = (
  holder: Holder,
  request: TokenRequest
): Either.Either<Resolved, AuthError.InvalidTokenRequest | AuthError.TenantNotAllowed> => {
  const invalid = (reason: string) =>
    Either.left(
      new AuthError.InvalidTokenRequest({
        credential: holder.name,
        reason,
        diagnostics: AuthError.noDiagnostics
      })
    )

  const scopes = request.scopes ?? [holder.cloud.scope]
  if (scopes.length === 0) return invalid("no scope was given")
  for (const scope of scopes) {
    if (!/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) {
      return invalid("a scope is empty or has a character no scope may have")
    }
    const other = foreignGraph(scope, holder.cloud)
    if (other !== undefined) {
      return invalid(`the scope belongs to ${other.displayName}, the credential to ${holder.cloud.displayName}`)
    }
  }

  const tenantId = request.tenantId ?? holder.tenantId
  if (request.tenantId !== undefined) {
    const problem = tenant.problem(request.tenantId, { aliases: false })
    if (problem !== undefined) return invalid(`the tenant ${problem}`)
    if (!allowed(holder, request.tenantId)) {
      return Either.left(
        new AuthError.TenantNotAllowed({
          credential: holder.name,
          tenantId: request.tenantId,
          diagnostics: AuthError.noDiagnostics
        })
      )
    }
  }

  const claims = request.claims === undefined ? undefined : claims_.decode(request.claims)
  if (request.claims !== undefined && claims === undefined) {
    return invalid("the claims are neither a JSON object nor one in base64")
  }

  return Either.right({
    scopes,
    tenantId,
    claims: claims_.parameter(claims, false),
    claimsParameter: claims_.parameter(claims, request.cae === true)
  })
}
