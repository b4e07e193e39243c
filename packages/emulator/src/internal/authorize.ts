/** What a browser sees of the authority: the sign-in, which takes no time, and the page for a user code. */
import * as Either from "effect/Either"
import type * as Message from "../Message.js"
import type * as Tenant from "../Tenant.js"
import * as EntraFailure from "./entraFailure.js"
import { type Exchange, httpDate, type Settings } from "./exchange.js"
import { claimsOf } from "./grants.js"
import * as Scopes from "./scopes.js"
import * as SignIns from "./signIns.js"

/** A sign-in in a browser. */
export interface Asked {
  readonly settings: Settings
  readonly exchange: Exchange
  readonly tenant: Tenant.Tenant
  readonly application: Tenant.Application
  readonly parameters: URLSearchParams
}

const codeLifetime = 600

const loopback = new Set(["localhost", "127.0.0.1"])

/** On this machine the port does not count: a program takes what is free. */
const isRegistered = (application: Tenant.Application, uri: string): boolean =>
  (application.redirectUris ?? []).some((registered) => {
    if (registered === uri) return true
    if (!URL.canParse(uri) || !URL.canParse(registered)) return false
    const [asked, known] = [new URL(uri), new URL(registered)]
    return loopback.has(known.hostname) && known.protocol === "http:" && asked.protocol === "http:" &&
      asked.hostname === known.hostname && asked.pathname === known.pathname && asked.username === "" &&
      asked.password === ""
  })

/** The answer that sends the browser back, with a code or with an error. A failure is one that cannot be sent anywhere. */
export const authorize = (asked: Asked): Either.Either<Message.Response, EntraFailure.EntraFailure> => {
  const { application, exchange, parameters, settings, tenant } = asked
  const redirectUri = parameters.get("redirect_uri")
  if (redirectUri === null) return Either.left(EntraFailure.missingParameter("redirect_uri"))
  if (!isRegistered(application, redirectUri)) return Either.left(EntraFailure.unknownRedirectUri(application))
  const state = parameters.get("state")
  const back = (answer: { readonly [name: string]: string }): Message.Response => {
    const target = new URL(redirectUri)
    for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value)
    if (state !== null) target.searchParams.set("state", state)
    return {
      status: 302,
      headers: { location: target.href, "cache-control": "no-store, no-cache", date: httpDate(exchange.now) },
      body: ""
    }
  }
  const signedIn = Either.gen(function*() {
    if (parameters.get("response_type") !== "code") return yield* Either.left(EntraFailure.unsupportedResponseType)
    if ((parameters.get("response_mode") ?? "query") !== "query") {
      return yield* Either.left(EntraFailure.invalidRequest("The emulator has 'query' only for 'response_mode'."))
    }
    const method = parameters.get("code_challenge_method") ?? "plain"
    if (method !== "plain" && method !== "S256") {
      return yield* Either.left(EntraFailure.invalidRequest("The 'code_challenge_method' must be 'S256' or 'plain'."))
    }
    const scope = parameters.get("scope")
    yield* Scopes.ofUser(settings.cloud, tenant, application, scope)
    const claims = yield* claimsOf(parameters)
    if (settings.signIns.declines > 0) {
      settings.signIns.declines--
      return yield* Either.left(EntraFailure.declinedSignIn)
    }
    const hint = parameters.get("login_hint")
    const user = SignIns.userOf(tenant, hint ?? undefined)
    if (user === undefined) return yield* Either.left(EntraFailure.noUser)
    const code = SignIns.opaque()
    settings.signIns.authorizations.set(code, {
      tenant,
      application,
      scope: scope ?? "",
      claims,
      user,
      redirectUri,
      challenge: parameters.get("code_challenge") ?? undefined,
      plain: method === "plain",
      expiresAt: exchange.now + codeLifetime * 1000,
      redeemed: false
    })
    return code
  })
  return Either.right(Either.match(signedIn, {
    onLeft: (failure) =>
      back({
        error: failure.suberror ?? failure.error,
        error_description: EntraFailure.describe(failure),
        ...(failure === EntraFailure.declinedSignIn ? { error_subcode: "cancel" } : {})
      }),
    onRight: (code) => back({ code, session_state: exchange.requestId })
  }))
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const page = (exchange: Exchange, status: number, content: string): Message.Response => ({
  status,
  headers: {
    "cache-control": "no-store, no-cache",
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-ms-request-id": exchange.requestId,
    date: httpDate(exchange.now)
  },
  body: `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Sign in to the emulator</title></head>` +
    `<body>\n${content}\n</body></html>\n`
})

/** An error that a person sees, because there is no application to be told. */
export const failurePage = (exchange: Exchange, failure: EntraFailure.EntraFailure): Message.Response =>
  page(exchange, failure.status, `<p>${escape(EntraFailure.describe(failure))}</p>`)

const question = "<form method=\"post\">\n" +
  "<p><label>Code <input name=\"user_code\" autocomplete=\"off\" autofocus required></label></p>\n" +
  "<p><button name=\"decision\" value=\"approve\">Sign in</button> " +
  "<button name=\"decision\" value=\"decline\">Decline</button></p>\n</form>"

/** The page where a person enters a user code, and what it says when they did. It repeats nothing of what was entered. */
export const devicePage = (settings: Settings, exchange: Exchange, form: URLSearchParams): Message.Response => {
  if (exchange.request.method !== "POST") return page(exchange, 200, question)
  const decided = decide(settings, exchange.now, form.get("user_code") ?? "", {
    decline: form.get("decision") === "decline"
  })
  return Either.match(decided, {
    onLeft: () => page(exchange, 400, `<p>That code did not work. Check it and try again.</p>\n${question}`),
    onRight: () => page(exchange, 200, "<p>That is all. You can close this page.</p>")
  })
}

/** Approves or declines the sign-in that waits for a user code. */
export const decide = (
  settings: Settings,
  now: number,
  userCode: string,
  how: { readonly decline: boolean; readonly user?: string | undefined }
): Either.Either<void, "UnknownUserCode" | "UnknownUser"> => {
  const login = SignIns.waitingFor(settings.signIns, userCode, now)
  if (login === undefined) return Either.left("UnknownUserCode")
  const user = how.decline ? "declined" : SignIns.userOf(login.tenant, how.user)
  if (user === undefined) return Either.left("UnknownUser")
  login.decision = user
  return Either.right(undefined)
}
