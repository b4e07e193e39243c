/** What a token says, and the answer that carries it. */
import * as Effect from "effect/Effect"
import type * as Tenant from "../Tenant.js"
import { issuer } from "./authentication.js"
import type { Client } from "./clientAuthentication.js"
import type { Exchange, Settings } from "./exchange.js"
import * as Jwt from "./jwt.js"
import type { Delegated } from "./scopes.js"
import * as SignIns from "./signIns.js"

/** A token to be issued. */
export interface Granted {
  readonly tenant: Tenant.Tenant
  readonly client: Client
  readonly claims: string | undefined
  readonly to: {
    readonly _tag: "Application"
    readonly audience: string
  } | {
    readonly _tag: "User"
    readonly user: Tenant.User
    readonly delegated: Delegated
    /** What a refresh token is for, if one is to be issued. */
    readonly session: string | undefined
  }
}

const methods: { readonly [P in Client["proof"]]: string } = { none: "0", secret: "1", assertion: "2" }

/** Whether a request says that its sender can handle claims challenges. */
const handlesChallenges = (claims: string | undefined): boolean => {
  if (claims === undefined) return false
  const wanted = (JSON.parse(claims) as { readonly access_token?: { readonly xms_cc?: { readonly values?: unknown } } })
    .access_token?.xms_cc?.values
  return (Array.isArray(wanted) ? wanted : [wanted]).some((value) => String(value).toLowerCase() === "cp1")
}

/** The id of a token. It tells when it was issued, to compare with revocations. */
const utiOf = (issue: SignIns.Issue, exchange: Exchange): string =>
  `${SignIns.toText(issue)}.${exchange.requestId.slice(0, 8)}`

/** The claims that all tokens have, and those of a user's or an application's. */
export const claimsOf = (
  settings: Settings,
  exchange: Exchange,
  granted: Omit<Granted, "claims">,
  options: { readonly issue: SignIns.Issue; readonly lifetime: number; readonly challenges: boolean }
): Jwt.Claims => {
  const { client: { application, proof }, tenant, to } = granted
  const now = Math.floor(exchange.now / 1000)
  const { cloud } = settings
  const audience = to._tag === "User" ? to.delegated.audience : to.audience
  return {
    aud: audience,
    iss: issuer(tenant),
    iat: now,
    nbf: now,
    exp: now + options.lifetime,
    app_displayname: application.displayName,
    appid: application.appId,
    appidacr: methods[proof],
    ...(to._tag === "User"
      ? {
        idtyp: "user",
        name: to.user.displayName,
        oid: to.user.id,
        preferred_username: to.user.userPrincipalName,
        scp: to.delegated.scopes.join(" "),
        sub: to.user.id,
        unique_name: to.user.userPrincipalName,
        upn: to.user.userPrincipalName
      }
      : {
        idp: issuer(tenant),
        idtyp: "app",
        oid: application.objectId,
        ...(audience !== cloud.graphRoot || application.roles.length === 0 ? {} : { roles: application.roles }),
        sub: application.objectId
      }),
    tid: tenant.id,
    uti: utiOf(options.issue, exchange),
    ver: "1.0",
    ...(options.challenges ? { xms_cc: ["cp1"] } : {})
  }
}

const twoHours = 7200
const refreshSeconds = 90 * 86_400

/** The body of a token endpoint's answer. */
export const issue = (settings: Settings, exchange: Exchange, granted: Granted): Effect.Effect<unknown> => {
  const { client, tenant, to } = granted
  const { signIns } = settings
  const issue = SignIns.nextIssue(signIns, exchange.now)
  const challenges = handlesChallenges(granted.claims)
  const lifetime = challenges ? settings.caeTokenSeconds : settings.tokenSeconds
  const refreshToken = to._tag === "User" && to.session !== undefined ? SignIns.opaque() : undefined
  if (to._tag === "User" && to.session !== undefined && refreshToken !== undefined) {
    signIns.sessions.set(refreshToken, {
      tenant,
      application: client.application,
      user: to.user,
      scope: to.session,
      issue,
      expiresAt: exchange.now + refreshSeconds * 1000
    })
  }
  const claims = claimsOf(settings, exchange, granted, { issue, lifetime, challenges })
  return Effect.map(Jwt.sign(settings.key, claims), (token) => ({
    token_type: "Bearer",
    ...(to._tag === "User" ? { scope: to.delegated.shown.join(" ") } : {}),
    expires_in: lifetime,
    ext_expires_in: lifetime,
    ...(lifetime > twoHours ? { refresh_in: Math.floor(lifetime / 2) } : {}),
    access_token: token,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken })
  }))
}
