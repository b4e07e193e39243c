/** The authority: where each of its endpoints is, and what it answers. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Message from "../Message.js"
import * as Tenant from "../Tenant.js"
import * as Authorize from "./authorize.js"
import { applicationOf, clientIdOf } from "./clientAuthentication.js"
import * as EntraFailure from "./entraFailure.js"
import { type Exchange, httpDate, type Settings } from "./exchange.js"
import { claimsOf, grants, ofUsers } from "./grants.js"
import type { Outcome } from "./graph.js"
import * as SignIns from "./signIns.js"
import * as Tokens from "./tokens.js"

const path = /^\/([^/]+)\/(oauth2\/v2\.0|oauth2|v2\.0\/\.well-known|discovery\/v2\.0)\/([^/]+)\/?$/i

/** What of the authority a path means: its token endpoint, something else of it, or nothing. */
export const endpointOf = (pathname: string): "token" | "authority" | undefined => {
  const [, , area = "", name = ""] = path.exec(pathname) ?? []
  if (area === "") return undefined
  if (area.toLowerCase() === "oauth2") return name.toLowerCase() === "deviceauth" ? "authority" : undefined
  return area.toLowerCase() === "oauth2/v2.0" && name.toLowerCase() === "token" ? "token" : "authority"
}

/** The headers of every answer of the authority. */
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

type Answered = Effect.Effect<Outcome, EntraFailure.EntraFailure>

/** Names that stand for any tenant: which one it is, is known once somebody signs in. */
const anyTenant = new Set(["common", "organizations"])

/** The tenant that a name means; with a name for any of them, the one that has the application. */
const tenantOf = (
  settings: Settings,
  name: string,
  clientId: string | null
): Either.Either<Tenant.Tenant, EntraFailure.EntraFailure> => {
  const tenant = anyTenant.has(name.toLowerCase())
    ? settings.tenants.find((tenant) => Either.isRight(applicationOf(tenant, clientId))) ?? settings.tenants[0]
    : settings.tenants.find((tenant) => Tenant.isNamed(tenant, name))
  return tenant === undefined ? Either.left(EntraFailure.unknownTenant(name)) : Either.right(tenant)
}

/** What an endpoint is asked. */
interface Asked {
  readonly settings: Settings
  readonly exchange: Exchange
  readonly tenantName: string
  readonly form: URLSearchParams
}

const onlyPost = ({ request }: Exchange) =>
  request.method === "POST" ? Effect.void : Effect.fail(EntraFailure.notPost(request.method))

const token = ({ exchange, form, settings, tenantName }: Asked): Answered =>
  Effect.gen(function*() {
    yield* onlyPost(exchange)
    const grantType = form.get("grant_type")
    const tenant = yield* tenantOf(settings, tenantName, clientIdOf({ exchange, form }))
    if (grantType === null) return yield* Effect.fail(EntraFailure.missingParameter("grant_type"))
    const grant = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined
    if (grant === undefined) return yield* Effect.fail(EntraFailure.unsupportedGrant(grantType))
    if (anyTenant.has(tenantName.toLowerCase()) && !ofUsers(grantType)) {
      return yield* Effect.fail(EntraFailure.tenantNeeded)
    }
    const granted = yield* grant({ settings, exchange, tenant, form })
    const body = yield* Tokens.issue(settings, exchange, granted)
    return {
      application: granted.client.application.appId,
      response: Message.json(200, body, headers(exchange))
    }
  })

const deviceLifetime = 900
const pollInterval = 5

const deviceCode = ({ exchange, form, settings, tenantName }: Asked): Answered =>
  Effect.gen(function*() {
    yield* onlyPost(exchange)
    const tenant = yield* tenantOf(settings, tenantName, form.get("client_id"))
    const application = yield* applicationOf(tenant, form.get("client_id"))
    const scope = form.get("scope")
    if (scope === null || scope === "") return yield* Effect.fail(EntraFailure.missingParameter("scope"))
    const claims = yield* claimsOf(form)
    const userCode = SignIns.makeUserCode()
    const code = SignIns.opaque()
    settings.signIns.logins.set(code, {
      tenant,
      application,
      scope,
      claims,
      userCode,
      expiresAt: exchange.now + deviceLifetime * 1000,
      interval: pollInterval,
      polledAt: undefined,
      decision: "none"
    })
    const address = `${settings.cloud.authority}/common/oauth2/deviceauth`
    return {
      application: application.appId,
      response: Message.json(200, {
        user_code: userCode,
        device_code: code,
        verification_uri: address,
        expires_in: deviceLifetime,
        interval: pollInterval,
        message: `To sign in, open the page ${address} in a web browser and enter the code ${userCode}.`
      }, headers(exchange))
    }
  })

const discovery = ({ exchange, settings, tenantName }: Asked): Answered =>
  Effect.gen(function*() {
    const { cloud } = settings
    const any = anyTenant.has(tenantName.toLowerCase())
    const tenant = any
      ? undefined
      : yield* Either.mapLeft(
        tenantOf(settings, tenantName, null),
        (failure) => ({ ...failure, error: "invalid_tenant" })
      )
    const root = `${cloud.authority}/${tenant?.id ?? tenantName.toLowerCase()}/oauth2/v2.0`
    return {
      application: undefined,
      response: Message.json(200, {
        token_endpoint: `${root}/token`,
        token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        response_modes_supported: ["query"],
        response_types_supported: ["code"],
        scopes_supported: ["openid", "profile", "email", "offline_access"],
        issuer: `${cloud.authority}/${tenant?.id ?? "{tenantid}"}/v2.0`,
        jwks_uri: `${cloud.authority}/${tenant?.id ?? tenantName.toLowerCase()}/discovery/v2.0/keys`,
        request_uri_parameter_supported: false,
        authorization_endpoint: `${root}/authorize`,
        device_authorization_endpoint: `${root}/devicecode`,
        code_challenge_methods_supported: ["S256", "plain"],
        tenant_region_scope: tenant === undefined ? null : "WW",
        msgraph_host: new URL(cloud.graphRoot).host
      }, { ...headers(exchange), "cache-control": "max-age=86400, private" })
    }
  })

/** No key of the emulator is public. There is a set nevertheless: Microsoft's libraries refuse a document that names none. */
const keys = ({ exchange }: Asked): Answered =>
  Effect.succeed({ application: undefined, response: Message.json(200, { keys: [] }, headers(exchange)) })

/** An address that the authority does not have. */
const nothing = ({ exchange }: Asked): Answered =>
  Effect.succeed({
    application: undefined,
    response: { status: 404, headers: { date: httpDate(exchange.now) }, body: "" }
  })

const authorize = ({ exchange, form, settings, tenantName }: Asked): Answered =>
  Effect.gen(function*() {
    const parameters = exchange.request.method === "POST" ? form : exchange.url.searchParams
    const tenant = yield* tenantOf(settings, tenantName, parameters.get("client_id"))
    const application = yield* applicationOf(tenant, parameters.get("client_id"))
    const response = yield* Authorize.authorize({ settings, exchange, tenant, application, parameters })
    return { application: application.appId, response }
  }).pipe(
    // A person reads this one, so it is a page.
    Effect.catchAll((failure) =>
      Effect.succeed({ application: undefined, response: Authorize.failurePage(exchange, failure) })
    )
  )

const endpoints: { readonly [name: string]: (asked: Asked) => Answered } = {
  "oauth2/v2.0/token": token,
  "oauth2/v2.0/devicecode": deviceCode,
  "oauth2/v2.0/authorize": authorize,
  "oauth2/deviceauth": ({ exchange, form, settings }) =>
    Effect.succeed({ application: undefined, response: Authorize.devicePage(settings, exchange, form) }),
  "v2.0/.well-known/openid-configuration": discovery,
  "discovery/v2.0/keys": keys
}

/** The authority's answer to a request. */
export const answer = (settings: Settings, exchange: Exchange): Effect.Effect<Outcome> =>
  Effect.suspend(() => {
    SignIns.tidy(settings.signIns, exchange.now)
    const [, encoded = "", area = "", name = ""] = path.exec(exchange.url.pathname) ?? []
    const asked: Asked = {
      settings,
      exchange,
      tenantName: Either.getOrElse(Encoding.decodeUriComponent(encoded), () => encoded),
      form: new URLSearchParams(Message.text(exchange.request))
    }
    const endpoint = endpoints[`${area}/${name}`.toLowerCase()] ?? nothing
    return Effect.catchAll(
      endpoint(asked),
      (failure) => Effect.succeed({ application: undefined, response: failureResponse(exchange, failure) })
    )
  })
