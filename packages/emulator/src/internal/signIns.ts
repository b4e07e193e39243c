/** What an authority remembers: sign-ins under way, refresh tokens, and what was withdrawn. */
import * as Encoding from "effect/Encoding"
import type * as Tenant from "../Tenant.js"

/** When a token was issued: tokens of the same millisecond are told apart by their number. */
export interface Issue {
  readonly at: number
  readonly number: number
}

/** What a user is asked to agree to. */
export interface Request {
  readonly tenant: Tenant.Tenant
  readonly application: Tenant.Application
  readonly scope: string
  readonly claims: string | undefined
}

/** A sign-in on another device. */
export interface DeviceLogin extends Request {
  readonly userCode: string
  readonly expiresAt: number
  interval: number
  polledAt: number | undefined
  decision: "none" | "declined" | "redeemed" | Tenant.User
}

/** A sign-in in a browser whose code has not been redeemed yet, or has. */
export interface Authorization extends Request {
  readonly user: Tenant.User
  readonly redirectUri: string
  readonly challenge: string | undefined
  readonly plain: boolean
  readonly expiresAt: number
  redeemed: boolean
}

/** What a refresh token stands for. */
export interface Session {
  readonly tenant: Tenant.Tenant
  readonly application: Tenant.Application
  readonly user: Tenant.User
  readonly scope: string
  readonly issue: Issue
  expiresAt: number
}

/** All tokens of an application, of a user or of both that were issued up to a moment. */
export interface Revocation extends Issue {
  readonly application: string | undefined
  readonly user: string | undefined
}

export interface State {
  readonly logins: Map<string, DeviceLogin>
  readonly authorizations: Map<string, Authorization>
  readonly sessions: Map<string, Session>
  readonly assertions: Map<string, number>
  readonly revocations: Array<Revocation>
  issued: number
  declines: number
}

export const make = (): State => ({
  logins: new Map(),
  authorizations: new Map(),
  sessions: new Map(),
  assertions: new Map(),
  revocations: [],
  issued: 0,
  declines: 0
})

/** A value that nobody can guess. */
export const opaque = (): string => Encoding.encodeBase64Url(crypto.getRandomValues(new Uint8Array(48)))

/** No vowels and nothing that looks like something else, so that a code is no word and can be read out. */
const letters = "BCDFGHJKLMNPQRSTVWXZ"

export const makeUserCode = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => letters[byte % letters.length]).join("")

/** Forgets what has expired long ago; an hour later the answer would no longer say that it has. */
export const tidy = (state: State, now: number): void => {
  const grace = 3_600_000
  for (const map of [state.logins, state.authorizations, state.sessions]) {
    for (const [key, { expiresAt }] of map) if (expiresAt + grace < now) map.delete(key)
  }
  for (const [key, expiresAt] of state.assertions) if (expiresAt < now) state.assertions.delete(key)
}

/** The sign-in that waits for a user code. */
export const waitingFor = (state: State, userCode: string, now: number): DeviceLogin | undefined => {
  const wanted = userCode.replace(/[\s-]/g, "").toUpperCase()
  return waiting(state, now).find((login) => login.userCode === wanted)
}

export const waiting = (state: State, now: number): ReadonlyArray<DeviceLogin> =>
  Array.from(state.logins.values()).filter(({ decision, expiresAt }) => decision === "none" && expiresAt > now)

export const nextIssue = (state: State, at: number): Issue => ({ at, number: ++state.issued })

/** An issue as a part of a token's `uti`, and back. */
export const toText = ({ at, number }: Issue): string => `${at.toString(36)}.${number.toString(36)}`

export const fromText = (text: unknown): Issue => {
  const [at = "", number = ""] = typeof text === "string" ? text.split(".") : []
  return { at: Number.parseInt(at, 36) || 0, number: Number.parseInt(number, 36) || 0 }
}

/** The latest revocation that a token falls under. */
export const revocationOf = (
  state: State,
  token: { readonly application: string; readonly user: string | undefined; readonly issue: Issue }
): Revocation | undefined =>
  state.revocations.filter(({ application, at, number, user }) =>
    (application === undefined || application.toLowerCase() === token.application.toLowerCase()) &&
    (user === undefined || user.toLowerCase() === token.user?.toLowerCase()) &&
    (token.issue.at < at || (token.issue.at === at && token.issue.number <= number))
  ).reduce<Revocation | undefined>(
    (latest, next) => latest === undefined || next.at >= latest.at ? next : latest,
    undefined
  )

/** The user of a tenant with an id or a name, or its first one. */
export const userOf = (tenant: Tenant.Tenant, name?: string): Tenant.User | undefined => {
  const wanted = name?.toLowerCase()
  return (tenant.users ?? []).find(({ id, userPrincipalName }) =>
    wanted === undefined || id.toLowerCase() === wanted || userPrincipalName.toLowerCase() === wanted
  )
}
