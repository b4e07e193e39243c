/** How the token endpoint decides on each grant. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import { authenticate, type TokenRequest } from "./clientAuthentication.js"
import * as EntraFailure from "./entraFailure.js"
import * as Jwt from "./jwt.js"
import * as Scopes from "./scopes.js"
import * as SignIns from "./signIns.js"
import type { Granted } from "./tokens.js"

type Failure = EntraFailure.EntraFailure

/** How a grant is decided. */
export type Grant = (request: TokenRequest) => Effect.Effect<Granted, Failure>

/** The value of the `claims` parameter, if it is one. */
export const claimsOf = (form: URLSearchParams): Either.Either<string | undefined, Failure> => {
  const claims = form.get("claims")
  if (claims === null || claims === "") return Either.right(undefined)
  const isObject = Either.match(Either.try((): unknown => JSON.parse(claims)), {
    onLeft: () => false,
    onRight: (value) => typeof value === "object" && value !== null && !Array.isArray(value)
  })
  return isObject
    ? Either.right(claims)
    : Either.left(EntraFailure.invalidRequest("The 'claims' parameter is not a JSON object."))
}

const parameter = (form: URLSearchParams, name: string): Either.Either<string, Failure> => {
  const value = form.get(name)
  return value === null || value === "" ? Either.left(EntraFailure.missingParameter(name)) : Either.right(value)
}

const clientCredentials: Grant = (request) =>
  Effect.gen(function*() {
    const { form, settings, tenant } = request
    const audience = yield* Scopes.ofApplication(settings.cloud, tenant, form.get("scope"))
    const client = yield* authenticate(request, EntraFailure.missingCredential)
    const claims = yield* claimsOf(form)
    return { tenant, client, claims, to: { _tag: "Application", audience } } satisfies Granted
  })

/** A token for a user, with a refresh token where it is asked for. */
const forUser = (
  request: TokenRequest,
  granted: Pick<Granted, "client"> & {
    readonly user: SignIns.Session["user"]
    readonly scope: string | null
    readonly claims: string | undefined
    /** What a refresh token is for, whether or not it is asked for. */
    readonly session?: string | undefined
  }
): Either.Either<Granted, Failure> =>
  Either.map(
    Scopes.ofUser(request.settings.cloud, request.tenant, granted.client.application, granted.scope),
    (delegated): Granted => ({
      tenant: request.tenant,
      client: granted.client,
      claims: granted.claims,
      to: {
        _tag: "User",
        user: granted.user,
        delegated,
        session: granted.session ?? (delegated.offline ? granted.scope ?? undefined : undefined)
      }
    })
  )

const onBehalfOf: Grant = (request) =>
  Effect.gen(function*() {
    const { exchange, form, settings, tenant } = request
    const use = yield* parameter(form, "requested_token_use")
    if (use !== "on_behalf_of") {
      return yield* Effect.fail(EntraFailure.invalidRequest("The 'requested_token_use' must be 'on_behalf_of'."))
    }
    const assertion = yield* parameter(form, "assertion")
    const client = yield* authenticate(request, EntraFailure.confidential)
    const { application } = client
    const verified = yield* Jwt.verify(settings.key, assertion)
    if (Either.isLeft(verified)) return yield* Effect.fail(EntraFailure.wrongUserAssertion)
    const token = verified.right
    if (token.tid !== tenant.id) return yield* Effect.fail(EntraFailure.wrongUserAssertion)
    if (!Scopes.isFor(application, token.aud)) return yield* Effect.fail(EntraFailure.otherAudience(application))
    if (Number(token.exp) * 1000 <= exchange.now || Number(token.nbf) * 1000 > exchange.now) {
      return yield* Effect.fail(EntraFailure.userAssertionExpired)
    }
    if (typeof token.scp !== "string") return yield* Effect.fail(EntraFailure.applicationAssertion(application))
    const issue = SignIns.fromText(token.uti)
    const subject = { application: String(token.appid), user: String(token.oid), issue }
    yield* notRevoked(request, subject)
    const user = SignIns.userOf(tenant, String(token.oid))
    if (user === undefined) return yield* Effect.fail(EntraFailure.noUser)
    return yield* forUser(request, { client, user, scope: form.get("scope"), claims: yield* claimsOf(form) })
  })

const notRevoked = (
  { settings }: TokenRequest,
  token: Parameters<typeof SignIns.revocationOf>[1]
): Either.Either<void, Failure> => {
  const revocation = SignIns.revocationOf(settings.signIns, token)
  return revocation === undefined
    ? Either.right(undefined)
    : Either.left(EntraFailure.revokedGrant(token.issue.at, revocation.at))
}

/** Whether a grant was made for this application, in this tenant. */
const isFor = (
  { tenant }: TokenRequest,
  { application }: Granted["client"],
  grant: Pick<SignIns.Request, "tenant" | "application">
): boolean => grant.tenant === tenant && grant.application === application

/** A poll that comes a little early has come in time: a network is not a clock. */
const early = 500

/** How much longer the interval becomes with each poll that came too soon, in seconds. */
const slower = 5

const deviceCode: Grant = (request) =>
  Effect.gen(function*() {
    const { exchange, form, settings } = request
    // The older name is what libraries send that are older than RFC 8628.
    const code = yield* Either.orElse(parameter(form, "device_code"), () => parameter(form, "code"))
    const client = yield* authenticate(request, "public")
    const login = settings.signIns.logins.get(code)
    if (login === undefined) return yield* Effect.fail(EntraFailure.unknownDeviceCode)
    if (!isFor(request, client, login)) return yield* Effect.fail(EntraFailure.otherApplication)
    if (login.expiresAt <= exchange.now) return yield* Effect.fail(EntraFailure.expiredDeviceCode)
    if (login.decision === "declined") return yield* Effect.fail(EntraFailure.declinedDeviceCode)
    if (login.decision === "redeemed") return yield* Effect.fail(EntraFailure.redeemedDeviceCode)
    if (login.decision === "none") {
      const { polledAt } = login
      login.polledAt = exchange.now
      if (polledAt !== undefined && exchange.now - polledAt + early < login.interval * 1000) {
        login.interval += slower
        return yield* Effect.fail(EntraFailure.slowDown)
      }
      return yield* Effect.fail(EntraFailure.pending)
    }
    const claims = (yield* claimsOf(form)) ?? login.claims
    const granted = yield* forUser(request, { client, user: login.decision, scope: login.scope, claims })
    login.decision = "redeemed"
    return granted
  })

const s256 = (verifier: string): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))),
    (digest) => Encoding.encodeBase64Url(new Uint8Array(digest))
  )

const authorizationCode: Grant = (request) =>
  Effect.gen(function*() {
    const { exchange, form, settings } = request
    const code = yield* parameter(form, "code")
    const client = yield* authenticate(request, "public")
    const authorization = settings.signIns.authorizations.get(code)
    if (authorization === undefined) return yield* Effect.fail(EntraFailure.malformedGrant)
    if (!isFor(request, client, authorization)) return yield* Effect.fail(EntraFailure.otherApplication)
    if (authorization.redeemed) return yield* Effect.fail(EntraFailure.redeemedCode)
    if (authorization.expiresAt <= exchange.now) return yield* Effect.fail(EntraFailure.expiredGrant)
    if (form.get("redirect_uri") !== authorization.redirectUri) {
      return yield* Effect.fail(EntraFailure.otherRedirectUri)
    }
    const verifier = form.get("code_verifier") ?? ""
    const { challenge } = authorization
    if (challenge !== undefined && challenge !== (authorization.plain ? verifier : yield* s256(verifier))) {
      return yield* Effect.fail(EntraFailure.wrongVerifier)
    }
    const scope = form.get("scope") ?? authorization.scope
    const claims = (yield* claimsOf(form)) ?? authorization.claims
    const granted = yield* forUser(request, {
      client,
      user: authorization.user,
      scope,
      claims,
      // What was asked for at the sign-in decides whether there is one.
      session: authorization.scope.split(" ").includes("offline_access") ? authorization.scope : undefined
    })
    // Digests take time: another request may have redeemed it meanwhile.
    if (authorization.redeemed) return yield* Effect.fail(EntraFailure.redeemedCode)
    authorization.redeemed = true
    return granted
  })

const refreshToken: Grant = (request) =>
  Effect.gen(function*() {
    const { exchange, form, settings } = request
    const token = yield* parameter(form, "refresh_token")
    const client = yield* authenticate(request, "public")
    const session = settings.signIns.sessions.get(token)
    if (session === undefined) return yield* Effect.fail(EntraFailure.malformedGrant)
    if (!isFor(request, client, session)) return yield* Effect.fail(EntraFailure.otherApplication)
    yield* notRevoked(request, {
      application: session.application.appId,
      user: session.user.id,
      issue: session.issue
    })
    if (session.expiresAt <= exchange.now) return yield* Effect.fail(EntraFailure.inactiveGrant)
    return yield* forUser(request, {
      client,
      user: session.user,
      scope: form.get("scope") ?? session.scope,
      claims: yield* claimsOf(form),
      session: session.scope
    })
  })

/** The grants by `grant_type`. */
export const grants: { readonly [grantType: string]: Grant } = {
  client_credentials: clientCredentials,
  "urn:ietf:params:oauth:grant-type:jwt-bearer": onBehalfOf,
  "urn:ietf:params:oauth:grant-type:device_code": deviceCode,
  // What Microsoft's own libraries send.
  device_code: deviceCode,
  authorization_code: authorizationCode,
  refresh_token: refreshToken
}

/** The grants that say by themselves in which tenant they are: with the others it has to be named. */
export const ofUsers = (grantType: string): boolean => grantType !== "client_credentials"
