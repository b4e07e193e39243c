import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as AccessToken from "../AccessToken.js"
import * as AuthError from "../AuthError.js"
import type * as Credential from "../Credential.js"
import type * as TokenPolicy from "../TokenPolicy.js"
import * as UserAssertion from "../UserAssertion.js"
import * as claims_ from "./claims.js"
import * as classify from "./classify.js"
import * as flight from "./flight.js"
import * as inTime_ from "./inTime.js"

/** A token, and when it is good for what. Times in milliseconds. */
interface Entry {
  readonly token: AccessToken.AccessToken
  /** The request that it answers, which a refresh repeats. */
  readonly request: Credential.TokenRequest
  readonly claims: string
  readonly usableUntil: number
  /** When to ask for the next one; infinite while that is under way. */
  refreshAt: number
  failures: number
}

/** Everything about one kind of token: the current one, and the requests under way (by the shape of their claims). */
interface Slot {
  readonly key: string
  readonly flights: flight.Flights<AccessToken.AccessToken, AuthError.AuthError>
  entry: Entry | undefined
  /** Until when the authority asked not to be asked, and the error in which it did. */
  closed:
    | { readonly until: number; readonly error: AuthError.TokenThrottled | AuthError.AuthorityUnavailable }
    | undefined
}

/** The error that closed a slot, with the wait that is left. */
const stillClosed = (error: AuthError.TokenThrottled | AuthError.AuthorityUnavailable, wait: number) => {
  const { credential, diagnostics } = error
  const retryAfter = Duration.millis(wait)
  return error._tag === "TokenThrottled"
    ? new AuthError.TokenThrottled({ credential, retryAfter, stated: true, diagnostics })
    : new AuthError.AuthorityUnavailable({
      credential,
      authority: error.authority,
      reason: error.reason,
      code: error.code,
      retryAfter,
      diagnostics
    })
}

const minute = 60_000
const maxSkew = 5 * minute
const longLived = 120 * minute

const toEntry = (
  token: AccessToken.AccessToken,
  request: Credential.TokenRequest,
  now: number,
  pause: number
): Entry => {
  const expiresAt = token.expiresAt.epochMillis
  const lifetime = Math.max(0, expiresAt - now)
  const refreshAt = token.refreshAt !== undefined
    ? token.refreshAt.epochMillis
    : lifetime > longLived
    ? now + lifetime / 2
    : Infinity
  return {
    token,
    request,
    claims: claims_.shape(request.claims),
    usableUntil: expiresAt - Math.min(maxSkew, lifetime / 10),
    // A credential with a cache of its own may hand out a token that is already due.
    refreshAt: Math.max(refreshAt, now + pause),
    failures: 0
  }
}

export const make = (credential: Credential.Service, policy: TokenPolicy.Policy, scope: Scope.Scope) => {
  // The order of insertion is the order of use, least recent first.
  const slots = new Map<string, Slot>()
  let latest: Slot | undefined

  const pause = Duration.toMillis(policy.refreshBackoff)

  // A credential has one client id, so it is part of every key without being spelt in it. What a request leaves out is
  // not worked out again for each call: a cached token costs well under a microsecond.
  const scopesKey = (scopes: ReadonlyArray<string>) => JSON.stringify(Array.from(new Set(scopes)).sort())
  const tenantKey = (tenantId: string | undefined) => JSON.stringify((tenantId ?? "").toLowerCase())
  const defaultScopes = scopesKey(credential.scopes ?? [credential.cloud.scope])
  const defaultTenant = tenantKey(credential.tenantId)

  const keyOf = (request: Credential.TokenRequest): string =>
    (request.scopes === undefined ? defaultScopes : scopesKey(request.scopes)) +
    (request.tenantId === undefined ? defaultTenant : tenantKey(request.tenantId)) +
    (request.cae === true ? "cae" : "") +
    (request.userAssertion === undefined ? "" : ` ${Redacted.value(request.userAssertion)}`)
  const noRequest: Credential.TokenRequest = {}
  const plainKey = keyOf(noRequest)
  const caeKey = keyOf({ cae: true })
  /** The same as `keyOf`, without making anew the keys that nearly all requests have. */
  const keyFor = (request: Credential.TokenRequest): string =>
    request.scopes !== undefined || request.tenantId !== undefined || request.userAssertion !== undefined
      ? keyOf(request)
      : request.cae === true
      ? caeKey
      : plainKey

  const isIdle = (slot: Slot) => slot.flights.keys().length === 0

  /** Makes room for one more: what is of no use goes first, then the least recently used. */
  const prune = (now: number) => {
    if (slots.size < policy.capacity) return
    for (const slot of slots.values()) {
      const useful = (slot.entry !== undefined && now < slot.entry.usableUntil) ||
        closedFor(slot, now) > 0
      if (!useful && isIdle(slot)) slots.delete(slot.key)
    }
    for (const slot of slots.values()) {
      if (slots.size < policy.capacity) return
      if (isIdle(slot)) slots.delete(slot.key)
    }
  }

  const slotOf = (key: string, now: number): Slot => {
    const present = slots.get(key)
    if (present !== undefined && present === latest) return present
    if (present === undefined) prune(now)
    else slots.delete(key)
    const slot = present ?? { key, flights: flight.make(scope), entry: undefined, closed: undefined }
    slots.set(key, slot)
    latest = slot
    return slot
  }

  const fits = (entry: Entry, shape: string, now: number) =>
    now < entry.usableUntil && (shape === "" || shape === entry.claims)

  /** Whether the claims of a request came of a later event than those of the token: it was revoked in between. */
  const isOutdated = (entry: Entry, { claims }: Credential.TokenRequest) =>
    claims !== undefined && !claims_.reaches(claims_.instant(entry.request.claims), claims_.instant(claims))

  const closedFor = (slot: Slot, now: number): number => slot.closed === undefined ? 0 : slot.closed.until - now

  /** Waits out what the authority asked for, if there is time for that, and says so at once if there is not. */
  const heed = (slot: Slot) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const wait = closedFor(slot, now)
      if (slot.closed === undefined || wait <= 0) return Effect.void
      return wait < Duration.toMillis(policy.timeout)
        ? Effect.sleep(wait)
        : Effect.fail(stillClosed(slot.closed.error, wait))
    })

  const inTime = inTime_.inTime(
    { credential: credential.name, authority: credential.cloud.authority },
    policy.timeout
  )

  /** One acquisition, from asking to keeping. */
  const acquire = (slot: Slot, request: Credential.TokenRequest) => {
    let before: Entry | undefined
    return Effect.suspend(() => {
      before = slot.entry
      return heed(slot)
    }).pipe(
      Effect.zipRight(
        credential.interactive === true && request.silent !== true
          ? credential.acquire(request)
          : inTime(credential.acquire(request))
      ),
      Effect.tapBoth({
        onSuccess: (token) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            slot.closed = undefined
            // A token for claims that arrived in the meantime is worth more than one for none.
            const better = slot.entry !== before && slot.entry !== undefined && slot.entry.claims !== ""
            if (request.claims !== undefined || !better) slot.entry = toEntry(token, request, now, pause)
          }),
        onFailure: (error) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            const wait = classify.statedWait(error)
            if (AuthError.isTransient(error) && wait !== undefined && closedFor(slot, now) <= 0) {
              slot.closed = { until: now + Duration.toMillis(wait), error }
            }
          })
      })
    )
  }

  const span = (request: Credential.TokenRequest) => ({
    attributes: {
      "credential.name": credential.name,
      "cloud.name": credential.cloud.name,
      "tenant.id": request.tenantId ?? credential.tenantId
    }
  })

  // Who may wait for a person must not join one who may not, and fail with it; nor the other way round, and wait.
  const isSilent = (request: Credential.TokenRequest) => credential.interactive === true && request.silent === true
  const flightKey = (request: Credential.TokenRequest, shape: string) => isSilent(request) ? `silent ${shape}` : shape

  const obtain = (slot: Slot, request: Credential.TokenRequest, shape: string) => {
    const task = Effect.withSpan(acquire(slot, request), "TokenProvider.acquire", span(request))
    const key = flightKey(request, shape)
    const own = slot.flights.join(key, task)
    if (shape !== "") return own
    // A token for claims serves those who asked for none, so they wait for it rather than ask too. Should it fail, they
    // ask for themselves.
    const keys = slot.flights.keys()
    const other = keys.includes(key)
      ? undefined
      : keys.find((key) => !isSilent(request) || key.startsWith("silent "))
    return other === undefined ? own : slot.flights.follow(other, own)
  }

  const refresh = (slot: Slot, entry: Entry) => {
    entry.refreshAt = Infinity
    const later = (cause: unknown) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const wait = Math.max(pause * Math.min(10, 2 ** entry.failures), closedFor(slot, now))
        entry.failures++
        entry.refreshAt = now + wait
        return Effect.logDebug("A token could not be refreshed ahead of time; the old one stays in use", cause)
      })
    const request = { ...entry.request, silent: true }
    return slot.flights.launch(
      flightKey(request, entry.claims),
      acquire(slot, request).pipe(
        Effect.tapErrorCause(later),
        Effect.withSpan("TokenProvider.refresh", { ...span(entry.request), root: true })
      )
    )
  }

  const get = (request: Credential.TokenRequest = noRequest) =>
    Effect.clockWith((clock) => {
      const now = clock.unsafeCurrentTimeMillis()
      const slot = slotOf(keyFor(request), now)
      const shape = claims_.shape(request.claims)
      const entry = slot.entry
      if (entry === undefined || !fits(entry, shape, now) || isOutdated(entry, request)) {
        return obtain(slot, request, shape)
      }
      return now < entry.refreshAt ? Effect.succeed(entry.token) : Effect.as(refresh(slot, entry), entry.token)
    })

  const renew = (request: Credential.TokenRequest, rejected: AccessToken.AccessToken) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const slot = slotOf(keyFor(request), now)
      const shape = claims_.shape(request.claims)
      const entry = slot.entry
      if (entry !== undefined) {
        // Never handed out again, whatever comes of the renewal.
        if (AccessToken.sameToken(entry.token, rejected)) slot.entry = undefined
        else if (fits(entry, shape, now)) return Effect.succeed(entry.token)
      }
      return obtain(slot, request, shape)
    })

  if (credential.onBehalfOf !== true) return { get, renew }

  const ofUser = (request: Credential.TokenRequest): Effect.Effect<Credential.TokenRequest> =>
    request.userAssertion !== undefined
      ? Effect.succeed(request)
      : Effect.map(UserAssertion.UserAssertion, (userAssertion) => ({ ...request, userAssertion }))

  return {
    get: (request: Credential.TokenRequest = noRequest) => Effect.flatMap(ofUser(request), get),
    renew: (request: Credential.TokenRequest, rejected: AccessToken.AccessToken) =>
      Effect.flatMap(ofUser(request), (request) => renew(request, rejected))
  }
}
