/**
 * A person's sign-in: the refresh token, and what is done with it. Tokens come without the person for as long as the
 * refresh token is good, and by the interactive flow when it is not.
 */
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as AccessToken from "../AccessToken.js"
import * as AuthError from "../AuthError.js"
import type * as ClientAuthentication from "../ClientAuthentication.js"
import * as Credential from "../Credential.js"
import * as TokenStore from "../TokenStore.js"
import * as claims_ from "./claims.js"
import * as inTime_ from "./inTime.js"
import * as options_ from "./options.js"
import * as request_ from "./request.js"
import type * as wire_ from "./wire.js"
import { requestTokens } from "./wire.js"

/** What a sign-in, or a refresh, is for. */
export interface Wanted {
  readonly tenantId: string
  /** The `scope` parameter. */
  readonly scope: string
  /** The `claims` parameter. */
  readonly claims: string | undefined
}

export interface Options {
  readonly name: string
  readonly cloud: NationalCloud.NationalCloud
  readonly tenantId: string
  readonly clientId: string
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
  readonly scopes?: ReadonlyArray<string> | undefined
  readonly authentication: ClientAuthentication.ClientAuthentication
  readonly wire: wire_.Wire
  /** Where in the store. */
  readonly key: string
  /** A refresh token to begin with. */
  readonly initial?: Redacted.Redacted<string> | undefined
  /** Asks the person. */
  readonly signIn?: ((wanted: Wanted) => Effect.Effect<wire_.Tokens, AuthError.AuthError>) | undefined
}

const offline = "offline_access"
const aboutPerson = new Set([offline, "openid", "profile", "email"])

/** Why these are not the scopes of a sign-in. */
export const scopesProblem = (
  scopes: ReadonlyArray<string> | undefined,
  cloud: NationalCloud.NationalCloud
): string | undefined => {
  if (scopes === undefined) return undefined
  if (scopes.every((scope) => aboutPerson.has(scope))) return "names nothing that a token would be for"
  const holder = { name: "", cloud, tenantId: undefined, tenants: [] }
  const resolved = request_.resolve(holder, { scopes })
  return resolved._tag === "Right"
    ? undefined
    : "has a scope that is empty, belongs to another cloud, or has a character no scope may have"
}

/**
 * What is asked for: the scopes of the request, or else those of the options. `offline_access` goes along unless the
 * options leave it out, for without it there is no refresh token.
 */
const scopeOf = (options: Options, request: Credential.TokenRequest): ReadonlyArray<string> => {
  const keeps = options.scopes === undefined || options.scopes.includes(offline)
  const wanted = request.scopes ?? options.scopes ?? [options.cloud.scope]
  return keeps && wanted.length > 0 && !wanted.includes(offline) ? [...wanted, offline] : wanted
}

/** Puts an end to an exchange that hangs: for a credential that waits for people, the provider does not. */
export const inTime = (
  subject: { readonly name: string; readonly cloud: NationalCloud.NationalCloud },
  duration: Duration.Duration
) => inTime_.inTime({ credential: subject.name, authority: subject.cloud.authority }, duration)

const same = (a: Redacted.Redacted<string>, b: Redacted.Redacted<string> | undefined): boolean =>
  b !== undefined && Redacted.value(a) === Redacted.value(b)

/** A credential of that person. */
export const make = Effect.fnUntraced(function*(options: Options) {
  const { clientId, cloud, key, name, signIn, wire } = options
  const store = yield* Effect.serviceOption(TokenStore.TokenStore)
  const refreshing = yield* Effect.makeSemaphore(1)
  const signingIn = yield* Effect.makeSemaphore(1)
  const holder: request_.Holder = {
    name,
    cloud,
    tenantId: options.tenantId,
    tenants: options.additionallyAllowedTenants ?? []
  }

  let signIns = 0
  let current: Redacted.Redacted<string> | undefined
  /** Whether the store has it too. What others then do to the store counts: a newer sign-in, or a sign-out. */
  let stored = false

  const unavailable = (error: TokenStore.TokenStoreError) =>
    new AuthError.CredentialUnavailable({
      credential: name,
      reason: error.message.replace(/\.$/, ""),
      diagnostics: AuthError.noDiagnostics
    })

  /** The refresh tokens that there are, best first. */
  const known = Effect.gen(function*() {
    const found: Array<Redacted.Redacted<string>> = []
    if (Option.isSome(store)) {
      const kept = yield* Effect.matchEffect(store.value.get(key), {
        onFailure: (error) =>
          current === undefined
            ? Effect.fail(unavailable(error))
            : Effect.as(Effect.logWarning(error.message), current),
        onSuccess: (kept) => Effect.succeed(Option.getOrUndefined(kept))
      })
      if (stored || current === undefined) {
        current = kept
        stored = kept !== undefined
      }
      if (kept !== undefined && !same(kept, current)) found.push(kept)
    }
    if (current !== undefined) found.unshift(current)
    const { initial } = options
    if (initial !== undefined && !found.some((token) => same(token, initial))) found.push(initial)
    return found
  })

  // A sign-in that cannot be stored is a sign-in all the same: it lasts as long as this credential.
  const orWarn = (effect: Effect.Effect<void, TokenStore.TokenStoreError>) =>
    Effect.matchEffect(effect, {
      onFailure: (error) => Effect.as(Effect.logWarning(error.message), false),
      onSuccess: () => Effect.succeed(true)
    })

  /** Keeps the refresh token of an answer, if there is one: it takes the place of the one it was got with. */
  const keep = (tokens: wire_.Tokens, used: Redacted.Redacted<string> | undefined) =>
    Effect.gen(function*() {
      const next = tokens.refreshToken ?? used
      if (next === undefined || (stored && same(next, current)) || same(next, options.initial)) return
      current = next
      stored = false
      if (Option.isSome(store)) stored = yield* orWarn(store.value.set(key, next))
    })

  /** Once an answer is there, its refresh token is kept, come what may: the one before may be worth nothing by now. */
  const keeping = (
    exchange: Effect.Effect<wire_.Tokens, AuthError.AuthError>,
    keep: (tokens: wire_.Tokens) => Effect.Effect<void>
  ) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(restore(exchange), (tokens) => Effect.as(keep(tokens), tokens.accessToken))
    )

  const forget = (refused: Redacted.Redacted<string>) =>
    Effect.gen(function*() {
      if (same(refused, current)) {
        current = undefined
        stored = false
      }
      if (Option.isNone(store)) return
      const kept = yield* Effect.orElseSucceed(store.value.get(key), Option.none<Redacted.Redacted<string>>)
      if (Option.isSome(kept) && same(refused, kept.value)) yield* orWarn(store.value.remove(key))
    })

  const refresh = (wanted: Wanted, refreshToken: Redacted.Redacted<string>) =>
    keeping(
      inTime(options, wire.policy.timeout)(requestTokens(wire, {
        credential: name,
        tenantId: wanted.tenantId,
        clientId,
        grantType: "refresh_token",
        parameters: {
          refresh_token: Redacted.value(refreshToken),
          scope: wanted.scope,
          ...(wanted.claims === undefined ? {} : { claims: wanted.claims })
        },
        authentication: options.authentication,
        secrets: [refreshToken]
      })),
      (tokens) => keep(tokens, refreshToken)
    )

  /** A token without the person. */
  const silently = (wanted: Wanted) =>
    refreshing.withPermits(1)(Effect.gen(function*() {
      let refusal: AuthError.InteractionRequired | undefined
      for (const refreshToken of yield* known) {
        const outcome = yield* Effect.either(refresh(wanted, refreshToken))
        if (outcome._tag === "Right") return outcome.right
        if (outcome.left._tag !== "InteractionRequired") return yield* outcome.left
        refusal = outcome.left
        // So Entra says that the token itself is at an end. Any other refusal may pass, so the token stays.
        if (refusal.diagnostics.suberror === "bad_token") yield* forget(refreshToken)
        // What is asked of the person is asked whichever token is shown.
        if (refusal.diagnostics.oauthError !== "invalid_grant" || refusal.claims !== undefined) break
      }
      return yield* refusal ??
        new AuthError.InteractionRequired({ credential: name, diagnostics: AuthError.noDiagnostics })
    }))

  const acquire = (request: Credential.TokenRequest) =>
    Effect.gen(function*() {
      const resolved = yield* request_.resolve(holder, { ...request, scopes: scopeOf(options, request) })
      const wanted: Wanted = {
        tenantId: resolved.tenantId ?? options.tenantId,
        scope: resolved.scopes.join(" "),
        claims: resolved.claimsParameter
      }
      if (signIn === undefined || request.silent === true) return yield* silently(wanted)

      const seen = signIns
      const attempt = Effect.catchTag(silently(wanted), "InteractionRequired", (error) => Effect.succeed(error))
      const first = yield* attempt
      if (!isRefusal(first)) return first
      return yield* signingIn.withPermits(1)(Effect.gen(function*() {
        // Somebody else may have had the person sign in while this one waited.
        const second = signIns === seen ? first : yield* attempt
        if (!isRefusal(second)) return second
        const claims = second.claims === undefined
          ? wanted.claims
          : claims_.parameter(claims_.decode(second.claims), request.cae === true)
        return yield* keeping(signIn({ ...wanted, claims }), (tokens) => {
          signIns++
          return refreshing.withPermits(1)(keep(tokens, undefined))
        })
      }))
    })

  return Credential.Credential.of({
    name,
    cloud: options.cloud,
    tenantId: options.tenantId,
    clientId: options.clientId,
    scopes: options.scopes,
    ...(signIn === undefined ? {} : { interactive: true }),
    acquire: Effect.fn(`${name}.acquire`)(acquire)
  })
})

const isRefusal = (
  value: AccessToken.AccessToken | AuthError.InteractionRequired
): value is AuthError.InteractionRequired => "_tag" in value

/** Why a text is no refresh token. */
export const refreshTokenProblem = (value: Redacted.Redacted<string>): string | undefined =>
  options_.tokenProblem(Redacted.value(value))
