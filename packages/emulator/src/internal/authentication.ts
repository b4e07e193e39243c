import type * as Permissions from "@effect-msgraph/domain/Permissions"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Message from "../Message.js"
import type * as Tenant from "../Tenant.js"
import type { Exchange, Settings } from "./exchange.js"
import { type Failure, unauthenticated } from "./failure.js"
import * as Jwt from "./jwt.js"
import * as SignIns from "./signIns.js"

/** Who calls: an application in a tenant, and what it may do. */
export interface Caller {
  readonly tenant: Tenant.Tenant
  readonly application: string
  readonly access: Permissions.Access
  readonly granted: ReadonlyArray<string>
}

/** The well-known client id of Microsoft Graph, which its challenges name. */
const graphAppId = "00000003-0000-0000-c000-000000000000"

/** Issuer of the tokens of a tenant. */
export const issuer = (tenant: Tenant.Tenant): string => `https://sts.windows.net/${tenant.id}/`

/** Two schemes in one header, and an authority without quotes: so Graph writes it, however a parser may like it. */
const challenge = (settings: Settings): string =>
  ["Bearer", "PoP"].map((scheme) =>
    `${scheme} realm="", authorization_uri=${settings.cloud.authority}/common/oauth2/authorize, client_id="${graphAppId}"`
  ).join(", ")

const revoked = "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: " +
  "TokenIssuedBeforeRevocationTimestamp"

/**
 * The challenge to a caller that has said that it can handle one: it names the moment that a token must be younger than. A scheme that
 * nobody asked for comes first, as it does from Graph.
 */
const claimsChallenge = (settings: Settings, exchange: Exchange, { at }: SignIns.Revocation): string => {
  const uri =
    `realm="", authorization_uri="${settings.cloud.authority}/common/oauth2/authorize", client_id="${graphAppId}"`
  const value = String(Math.floor(at / 1000))
  const claims = Encoding.encodeBase64(JSON.stringify({ access_token: { nbf: { essential: true, value } } }))
  return `PoP ${uri}, nonce="${Encoding.encodeBase64Url(exchange.requestId)}", Bearer ${uri}, ` +
    `error_description="${revoked}", error="insufficient_claims", claims="${claims}"`
}

const reasons: { readonly [R in Jwt.Reason]: string } = {
  noDots: "IDX14100: JWT is not well formed, there are no dots (.).",
  malformed: "CompactToken parsing failed with error code: 80049217",
  signature: "Access token validation failure. Invalid signature."
}

/** The caller that the bearer token names, if the token is good here and now. */
export const authenticate = (settings: Settings, exchange: Exchange): Effect.Effect<Caller, Failure> => {
  const refuse = (message: string) => Effect.fail(unauthenticated(message, challenge(settings)))
  const token = /^Bearer +(\S+) *$/i.exec(Message.header(exchange.request, "authorization") ?? "")?.[1]
  if (token === undefined) return refuse("Access token is empty.")
  return Effect.flatMap(Jwt.verify(settings.key, token), (verified) => {
    if (Either.isLeft(verified)) return refuse(reasons[verified.left])
    const claims = verified.right
    const tenant = settings.tenants.find((tenant) => tenant.id === claims.tid)
    if (tenant === undefined || claims.iss !== issuer(tenant)) {
      return refuse("Access token validation failure. Invalid issuer.")
    }
    if (claims.aud !== settings.cloud.graphRoot) return refuse("Access token validation failure. Invalid audience.")
    const seconds = exchange.now / 1000
    if (Number(claims.nbf) > seconds) return refuse("Lifetime validation failed, the token is not valid yet.")
    if (Number(claims.exp) <= seconds) return refuse("Lifetime validation failed, the token is expired.")
    const revocation = SignIns.revocationOf(settings.signIns, {
      application: String(claims.appid),
      user: typeof claims.scp === "string" ? String(claims.oid) : undefined,
      issue: SignIns.fromText(claims.uti)
    })
    if (revocation === undefined) return Effect.succeed(caller(tenant, claims))
    return Array.isArray(claims.xms_cc) && claims.xms_cc.includes("cp1")
      ? Effect.fail(unauthenticated(revoked, claimsChallenge(settings, exchange, revocation)))
      : refuse("Access token has been revoked.")
  })
}

/** A token with scopes (`scp`) is a user's, one without is an application's. */
const caller = (tenant: Tenant.Tenant, claims: Jwt.Claims): Caller => {
  const delegated = typeof claims.scp === "string"
  return {
    tenant,
    application: String(claims.appid),
    access: delegated ? "delegated" : "application",
    granted: delegated
      ? String(claims.scp).split(" ")
      : Array.isArray(claims.roles)
      ? claims.roles.map(String)
      : []
  }
}
