import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Message from "../Message.js"
import * as Tenant from "../Tenant.js"
import { issuer } from "./authentication.js"
import * as EntraFailure from "./entraFailure.js"
import { type Exchange, httpDate, type Settings } from "./exchange.js"
import { grants } from "./grants.js"
import type { Outcome } from "./graph.js"
import * as Jwt from "./jwt.js"

const path = /^\/([^/]+)\/oauth2\/v2\.0\/token\/?$/i

/** Whether a path is the token endpoint's. */
export const isTokenPath = (pathname: string): boolean => path.test(pathname)

const tenantOf = (pathname: string): string => {
  const encoded = path.exec(pathname)?.[1] ?? ""
  return Either.getOrElse(Encoding.decodeUriComponent(encoded), () => encoded)
}

/** The headers of every answer of the token endpoint. */
const headers = (exchange: Exchange): { readonly [name: string]: string } => ({
  "cache-control": "no-store, no-cache",
  "content-type": "application/json; charset=utf-8",
  pragma: "no-cache",
  "x-ms-request-id": exchange.requestId,
  "client-request-id": exchange.clientRequestId,
  date: httpDate(exchange.now)
})

/** A failure as Entra writes it. */
export const failureResponse = (
  exchange: Exchange,
  failure: EntraFailure.EntraFailure,
  more: { readonly [name: string]: string } = {}
): Message.Response =>
  Message.json(failure.status, EntraFailure.body(exchange, failure), { ...headers(exchange), ...more })

/** The token endpoint's answer to a request. */
export const answer = (settings: Settings, exchange: Exchange): Effect.Effect<Outcome> => {
  const granted = Either.gen(function*() {
    const { request, url } = exchange
    if (request.method !== "POST") yield* Either.left(EntraFailure.notPost(request.method))
    const tenantName = tenantOf(url.pathname)
    const tenant = settings.tenants.find((tenant) => Tenant.isNamed(tenant, tenantName))
    if (tenant === undefined) return yield* Either.left(EntraFailure.unknownTenant(tenantName))
    const form = new URLSearchParams(Message.text(request))
    const grantType = form.get("grant_type")
    if (grantType === null) return yield* Either.left(EntraFailure.missingParameter("grant_type"))
    const grant = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined
    if (grant === undefined) return yield* Either.left(EntraFailure.unsupportedGrant(grantType))
    return { tenant, ...yield* grant({ settings, exchange, tenant, form }) }
  })
  if (Either.isLeft(granted)) {
    return Effect.succeed({ response: failureResponse(exchange, granted.left), application: undefined })
  }
  const { application, audience, roles, tenant } = granted.right
  const now = Math.floor(exchange.now / 1000)
  const claims: Jwt.Claims = {
    aud: audience,
    iss: issuer(tenant),
    iat: now,
    nbf: now,
    exp: now + settings.tokenSeconds,
    app_displayname: application.displayName,
    appid: application.appId,
    appidacr: "1",
    idp: issuer(tenant),
    idtyp: "app",
    oid: application.objectId,
    ...(roles.length === 0 ? {} : { roles }),
    sub: application.objectId,
    tid: tenant.id,
    uti: exchange.requestId,
    ver: "1.0"
  }
  return Effect.map(Jwt.sign(settings.key, claims), (token) => ({
    application: application.appId,
    response: Message.json(200, {
      token_type: "Bearer",
      expires_in: settings.tokenSeconds,
      ext_expires_in: settings.tokenSeconds,
      access_token: token
    }, headers(exchange))
  }))
}
