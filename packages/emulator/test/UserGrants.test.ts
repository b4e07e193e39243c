import { GraphEmulator, Message, Seed } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Redacted, TestClock } from "effect"
import * as Crypto from "node:crypto"
import {
  area,
  bareEmulator,
  claimsOf,
  getToken,
  graph,
  postForm,
  refusal,
  resultPath,
  send,
  show,
  tokenForm
} from "./support.js"

const clientId = Seed.demoPublicClient.clientId
const [sana, alejandra] = Seed.demoUsers
const reports = "LifecycleWorkflows-Reports.Read.All"
const device = "urn:ietf:params:oauth:grant-type:device_code"

describe("a device code", () => {
  const start = (
    emulator: GraphEmulator.Service,
    scope = `${graph}/User.Read offline_access`,
    tenant?: string
  ) => Effect.map(postForm(emulator, "devicecode", { client_id: clientId, scope }, tenant), ({ body }) => body)

  const poll = (emulator: GraphEmulator.Service, code: string, more: object = {}, tenant?: string) =>
    postForm(emulator, "token", { grant_type: device, client_id: clientId, device_code: code, ...more }, tenant)

  it.effect("is what Entra's is", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { device_code, message, user_code, ...rest } = yield* start(emulator)
      deepStrictEqual(rest, {
        verification_uri: "https://login.microsoftonline.com/common/oauth2/deviceauth",
        expires_in: 900,
        interval: 5
      })
      assertTrue(/^[A-Z]{9}$/.test(user_code) && device_code.length > 40)
      assertInclude(message, user_code)
      assertInclude(message, rest.verification_uri)
      deepStrictEqual(yield* emulator.users.waiting, [user_code])
    }))

  it.effect("becomes a user's token once somebody approves, once", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { device_code, user_code } = yield* start(emulator)
      deepStrictEqual(refusal(yield* poll(emulator, device_code)), [400, "authorization_pending", 70016])
      yield* emulator.users.approve(`${user_code.slice(0, 4)}-${user_code.slice(4).toLowerCase()}`)
      deepStrictEqual(yield* emulator.users.waiting, [])
      const { body, status } = yield* poll(emulator, device_code)
      strictEqual(status, 200)
      deepStrictEqual(Object.keys(body), [
        "token_type",
        "scope",
        "expires_in",
        "ext_expires_in",
        "access_token",
        "refresh_token"
      ])
      strictEqual(body.scope, `${graph}/User.Read`)
      const { app_displayname, exp, iat, iss, nbf, uti, ...claims } = claimsOf(body.access_token)
      deepStrictEqual(claims, {
        aud: graph,
        appid: clientId,
        appidacr: "0",
        idtyp: "user",
        name: sana.displayName,
        oid: sana.id,
        preferred_username: sana.userPrincipalName,
        scp: "User.Read",
        sub: sana.id,
        tid: Seed.demoTenantId,
        unique_name: sana.userPrincipalName,
        upn: sana.userPrincipalName,
        ver: "1.0"
      })
      deepStrictEqual(refusal(yield* poll(emulator, device_code)), [400, "invalid_grant", 70000])
    }))

  it.effect("can be approved by somebody else, in any tenant, with the older name of the grant", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { device_code, user_code } = yield* start(emulator, "openid profile User.Read", "organizations")
      yield* emulator.users.approve(user_code, { user: alejandra.userPrincipalName.toUpperCase() })
      const older = { grant_type: "device_code", device_code: undefined, code: device_code }
      const { body } = yield* poll(emulator, device_code, older, "organizations")
      const claims = claimsOf(body.access_token)
      deepStrictEqual([claims.oid, claims.tid, claims.scp], [
        alejandra.id,
        Seed.demoTenantId,
        "User.Read openid profile"
      ])
      strictEqual(body.refresh_token, undefined)
    }))

  it.effect("lasts 15 minutes, to the millisecond", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { device_code, user_code } = yield* start(emulator)
      yield* TestClock.setTime(899_999)
      deepStrictEqual(refusal(yield* poll(emulator, device_code)), [400, "authorization_pending", 70016])
      yield* TestClock.setTime(900_000)
      deepStrictEqual(refusal(yield* poll(emulator, device_code)), [400, "expired_token", 70020])
      strictEqual((yield* Effect.flip(emulator.users.approve(user_code))).reason, "UnknownUserCode")
    }))

  it.effect("is asked for at its interval, which grows with each impatient poll", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { device_code } = yield* start(emulator)
      const polls: ReadonlyArray<readonly [at: number, error: string]> = [
        [0, "authorization_pending"],
        [5000, "authorization_pending"],
        // Half a second early is in time.
        [9500, "authorization_pending"],
        [13_999, "slow_down"],
        // Ten seconds from now on.
        [23_498, "slow_down"],
        [37_998, "authorization_pending"]
      ]
      for (const [at, error] of polls) {
        yield* TestClock.setTime(at)
        strictEqual((yield* poll(emulator, device_code)).body.error, error)
      }
    }))

  it.effect("can be declined", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { device_code, user_code } = yield* start(emulator)
      yield* emulator.users.decline(user_code)
      for (let i = 0; i < 2; i++) {
        deepStrictEqual(refusal(yield* poll(emulator, device_code)), [400, "authorization_declined", 65004])
      }
      strictEqual((yield* Effect.flip(emulator.users.decline(user_code))).reason, "UnknownUserCode")
    }))

  it.effect("is refused to others, and where nobody has consented", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { device_code, user_code } = yield* start(emulator, `${graph}/Mail.Read`)
      deepStrictEqual(refusal(yield* poll(emulator, "x")), [400, "bad_verification_code", 70018])
      const other = { client_id: Seed.demoReader.clientId }
      deepStrictEqual(refusal(yield* poll(emulator, device_code, other)), [401, "invalid_client", 7000218])
      const proven = { ...other, client_secret: Redacted.value(Seed.demoReader.clientSecret) }
      deepStrictEqual(refusal(yield* poll(emulator, device_code, proven)), [400, "invalid_grant", 70000])
      strictEqual(
        (yield* Effect.flip(emulator.users.approve(user_code, { user: "nobody" }))).reason,
        "UnknownUser"
      )
      yield* emulator.users.approve(user_code)
      const answer = yield* poll(emulator, device_code)
      deepStrictEqual(refusal(answer), [400, "invalid_grant", 65001])
      strictEqual(answer.body.suberror, "consent_required")
    }))

  it.effect("opens Graph to the user", () =>
    Effect.gen(function*() {
      const emulator = yield* GraphEmulator.make()
      const read = (scope: string) =>
        Effect.gen(function*() {
          const { device_code, user_code } = yield* start(emulator, scope)
          yield* emulator.users.approve(user_code)
          const { body } = yield* poll(emulator, device_code)
          const headers = { authorization: `Bearer ${body.access_token}` }
          return (yield* send(emulator, "GET", resultPath(Seed.demoResult), headers)).status
        })
      strictEqual(yield* read(`${graph}/${reports}`), 200)
      strictEqual(yield* read(`${graph}/.default`), 200)
      strictEqual(yield* read(`${graph}/User.Read`), 403)
    }))
})

describe("an authorization code", () => {
  const redirectUri = "http://localhost:50123/done"
  const verifier = "a-verifier-that-is-long-enough-to-be-one-of-43"
  const challenge = Crypto.createHash("sha256").update(verifier).digest("base64url")

  const authorize = (emulator: GraphEmulator.Service, changes: { readonly [name: string]: string | undefined } = {}) =>
    Effect.gen(function*() {
      const url = new URL(`https://login.microsoftonline.com/${Seed.demoTenantId}/oauth2/v2.0/authorize`)
      for (
        const [name, value] of Object.entries({
          client_id: clientId,
          response_type: "code",
          redirect_uri: redirectUri,
          scope: `openid offline_access ${graph}/User.Read`,
          state: "a state & more",
          code_challenge: challenge,
          code_challenge_method: "S256",
          ...changes
        })
      ) {
        if (value !== undefined) url.searchParams.set(name, value)
      }
      const answer = yield* emulator.handle(Message.request("GET", url.href))
      const location = answer.headers.location === undefined ? undefined : new URL(answer.headers.location)
      return { ...answer, location, parameters: Object.fromEntries(location?.searchParams ?? []) }
    })

  const redeem = (emulator: GraphEmulator.Service, code: string, changes: object = {}) =>
    postForm(emulator, "token", {
      grant_type: "authorization_code",
      client_id: clientId,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...changes
    })

  it.effect("comes at once, and is good once", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { location, parameters, status } = yield* authorize(emulator)
      deepStrictEqual([status, location?.origin, location?.pathname, parameters.state], [
        302,
        "http://localhost:50123",
        "/done",
        "a state & more"
      ])
      const { body } = yield* redeem(emulator, parameters.code!)
      deepStrictEqual([body.scope, claimsOf(body.access_token).upn], [
        `${graph}/User.Read openid`,
        sana.userPrincipalName
      ])
      assertTrue(typeof body.refresh_token === "string")
      deepStrictEqual(refusal(yield* redeem(emulator, parameters.code!)), [400, "invalid_grant", 54005])
    }))

  it.effect("is for the user that is hinted at, and without a refresh token unless asked", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { parameters } = yield* authorize(emulator, {
        login_hint: alejandra.userPrincipalName,
        scope: "User.Read"
      })
      const { body } = yield* redeem(emulator, parameters.code!)
      deepStrictEqual([claimsOf(body.access_token).oid, body.refresh_token], [alejandra.id, undefined])
    }))

  it.effect("lasts ten minutes, to the millisecond", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const [one, other] = yield* Effect.all([authorize(emulator), authorize(emulator)])
      yield* TestClock.setTime(599_999)
      strictEqual((yield* redeem(emulator, one.parameters.code!)).status, 200)
      yield* TestClock.setTime(600_000)
      deepStrictEqual(refusal(yield* redeem(emulator, other.parameters.code!)), [400, "invalid_grant", 70008])
    }))

  it.effect("is refused for another verifier, address, client or code; the right ones go on", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { parameters } = yield* authorize(emulator)
      const cases: ReadonlyArray<readonly [changes: object, code: number]> = [
        [{ code_verifier: `${verifier}x` }, 501481],
        [{ code_verifier: undefined }, 501481],
        [{ code_verifier: challenge }, 501481],
        [{ redirect_uri: "http://localhost:50124/done" }, 500112],
        [{ code: "x" }, 9002313],
        [{
          client_id: Seed.demoReader.clientId,
          client_secret: Redacted.value(Seed.demoReader.clientSecret)
        }, 70000]
      ]
      for (const [changes, code] of cases) {
        deepStrictEqual(refusal(yield* redeem(emulator, parameters.code!, changes)), [400, "invalid_grant", code])
      }
      strictEqual((yield* redeem(emulator, parameters.code!)).status, 200)
    }))

  it.effect("may do with a plain challenge, or none", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const plain = yield* authorize(emulator, { code_challenge: verifier, code_challenge_method: "plain" })
      strictEqual((yield* redeem(emulator, plain.parameters.code!)).status, 200)
      const none = yield* authorize(emulator, { code_challenge: undefined, code_challenge_method: undefined })
      strictEqual((yield* redeem(emulator, none.parameters.code!, { code_verifier: undefined })).status, 200)
    }))

  it.effect("does not come when it is declined, or wrongly asked for: the application hears why", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      yield* emulator.users.decline()
      const { code, error, error_description, state } = (yield* authorize(emulator)).parameters
      deepStrictEqual([code, error, state], [undefined, "access_denied", "a state & more"])
      assertTrue(error_description!.startsWith("AADSTS65004: "))
      assertTrue((yield* authorize(emulator)).parameters.code !== undefined)
      const cases: ReadonlyArray<readonly [changes: { readonly [name: string]: string }, error: string]> = [
        [{ response_type: "token" }, "unsupported_response_type"],
        [{ response_mode: "form_post" }, "invalid_request"],
        [{ code_challenge_method: "S512" }, "invalid_request"],
        [{ scope: `${graph}/Mail.Read` }, "consent_required"],
        [{ scope: "https://example.com/.default" }, "invalid_resource"],
        [{ scope: `${graph}/User.Read api://${clientId}/access_as_user` }, "invalid_scope"],
        [{ claims: "none" }, "invalid_request"],
        [{ login_hint: "nobody@contoso.onmicrosoft.com" }, "invalid_grant"]
      ]
      for (const [changes, error] of cases) {
        strictEqual((yield* authorize(emulator, changes)).parameters.error, error)
      }
    }))

  it.effect("goes nowhere that is not registered: the person sees why", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const refused = [
        "https://localhost/done",
        "http://localhost/other",
        "http://localhost.example/done",
        "http://127.0.0.1/done",
        "http://a@localhost/done",
        "https://desk.example:8443/done",
        "<script>"
      ]
      for (const redirect_uri of refused) {
        const { body, headers, location, status } = yield* authorize(emulator, { redirect_uri })
        deepStrictEqual([status, location, headers["content-type"]], [400, undefined, "text/html; charset=utf-8"])
        assertInclude(body, "AADSTS50011")
        assertTrue(!body.includes("<script>"))
      }
      const unknown = yield* authorize(emulator, { client_id: "<b>" })
      deepStrictEqual([unknown.status, unknown.location], [400, undefined])
      assertInclude(unknown.body, "AADSTS700016")
      assertTrue(!unknown.body.includes("<b>"))
      strictEqual((yield* authorize(emulator, { redirect_uri: "https://desk.example/done" })).status, 302)
    }))
})

/** A user's refresh token. */
const signIn = (emulator: GraphEmulator.Service, scope = `offline_access ${graph}/User.Read`) =>
  Effect.gen(function*() {
    const { body: { device_code, user_code } } = yield* postForm(emulator, "devicecode", { client_id: clientId, scope })
    yield* emulator.users.approve(user_code)
    const { body } = yield* postForm(emulator, "token", { grant_type: device, client_id: clientId, device_code })
    return body as { readonly access_token: string; readonly refresh_token: string }
  })

const refresh = (emulator: GraphEmulator.Service, refresh_token: string, changes: object = {}) =>
  postForm(emulator, "token", { grant_type: "refresh_token", client_id: clientId, refresh_token, ...changes })

describe("a refresh token", () => {
  it.effect("gives a new one with each token; the old one stays good, as Entra's does", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const first = yield* signIn(emulator)
      const second = yield* refresh(emulator, first.refresh_token)
      strictEqual(second.status, 200)
      assertTrue(second.body.refresh_token !== first.refresh_token)
      strictEqual(claimsOf(second.body.access_token).scp, "User.Read")
      strictEqual((yield* refresh(emulator, first.refresh_token)).status, 200)
      strictEqual((yield* refresh(emulator, second.body.refresh_token)).status, 200)
    }))

  it.effect("gives what is consented to, and no more", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { refresh_token } = yield* signIn(emulator)
      const other = yield* refresh(emulator, refresh_token, { scope: `${graph}/${reports}` })
      deepStrictEqual([claimsOf(other.body.access_token).scp, other.body.scope], [reports, `${graph}/${reports}`])
      const api = yield* refresh(emulator, refresh_token, { scope: `api://${Seed.demoReader.clientId}/.default` })
      strictEqual(claimsOf(api.body.access_token).aud, `api://${Seed.demoReader.clientId}`)
      const more = yield* refresh(emulator, refresh_token, { scope: `${graph}/Mail.Read` })
      deepStrictEqual(refusal(more), [400, "invalid_grant", 65001])
    }))

  it.effect("lasts 90 days, to the millisecond", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { refresh_token } = yield* signIn(emulator)
      const end = 90 * 86_400_000
      yield* TestClock.setTime(end - 1)
      strictEqual((yield* refresh(emulator, refresh_token)).status, 200)
      yield* TestClock.setTime(end)
      deepStrictEqual(refusal(yield* refresh(emulator, refresh_token)), [400, "invalid_grant", 700082])
    }))

  it.effect("is refused to others, and when it is none", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { access_token, refresh_token } = yield* signIn(emulator)
      deepStrictEqual(refusal(yield* refresh(emulator, "x")), [400, "invalid_grant", 9002313])
      deepStrictEqual(refusal(yield* refresh(emulator, access_token)), [400, "invalid_grant", 9002313])
      deepStrictEqual(refusal(yield* refresh(emulator, "")), [400, "invalid_request", 900144])
      const other = {
        client_id: Seed.demoReader.clientId,
        client_secret: Redacted.value(Seed.demoReader.clientSecret)
      }
      deepStrictEqual(refusal(yield* refresh(emulator, refresh_token, other)), [400, "invalid_grant", 70000])
    }))
})

describe("on behalf of a user", () => {
  const middle = Seed.demoReader
  const obo = (
    emulator: GraphEmulator.Service,
    assertion: string | undefined,
    changes: { readonly [name: string]: string | undefined } = {}
  ) =>
    postForm(emulator, "token", {
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      client_id: middle.clientId,
      client_secret: Redacted.value(middle.clientSecret),
      requested_token_use: "on_behalf_of",
      assertion,
      scope: `${graph}/.default`,
      ...changes
    })
  const scoped = { scopes: [reports] }

  it.effect("an application gets a user's token for Graph", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator(scoped)
      const own = yield* emulator.users.token(middle.clientId, { user: alejandra.id })
      const sent = yield* signIn(emulator, `api://${middle.clientId}/access_as_user`)
      for (const [assertion, user] of [[Redacted.value(own), alejandra], [sent.access_token, sana]] as const) {
        const { body } = yield* obo(emulator, assertion)
        const claims = claimsOf(body.access_token)
        deepStrictEqual([claims.aud, claims.scp, claims.oid, claims.appid, claims.appidacr, body.refresh_token], [
          graph,
          reports,
          user.id,
          middle.clientId,
          "1",
          undefined
        ])
        assertTrue((yield* show(emulator, body.access_token)).status !== 401)
      }
      const offline = yield* obo(emulator, Redacted.value(own), { scope: `offline_access ${graph}/${reports}` })
      strictEqual(typeof offline.body.refresh_token, "string")
      // What is meant for the application is nothing to Graph.
      strictEqual((yield* show(emulator, Redacted.value(own))).status, 401)
    }))

  it.effect("reads from Graph what the user may", () =>
    Effect.gen(function*() {
      const emulator = yield* GraphEmulator.make()
      const { body } = yield* obo(emulator, Redacted.value(yield* emulator.users.token(middle.clientId)))
      const headers = { authorization: `Bearer ${body.access_token}` }
      strictEqual((yield* send(emulator, "GET", resultPath(Seed.demoResult), headers)).status, 200)
      strictEqual((yield* send(emulator, "GET", `${area}/settings`, headers)).status, 403)
    }))

  it.effect("it gets none for anything but a user's token that is meant for it", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator(scoped)
      const own = Redacted.value(yield* emulator.users.token(middle.clientId))
      const other = Redacted.value(yield* emulator.users.token(clientId))
      const elsewhere = Redacted.value(yield* (yield* bareEmulator()).users.token(middle.clientId))
      const itself = (yield* postForm(
        emulator,
        "token",
        Object.fromEntries(new URLSearchParams(tokenForm(middle, { scope: `api://${middle.clientId}/.default` })))
      )).body.access_token
      const cases: ReadonlyArray<
        readonly [
          assertion: string | undefined,
          changes: { readonly [name: string]: string | undefined },
          expected: unknown
        ]
      > = [
        ["x", {}, [400, "invalid_grant", 50013]],
        [elsewhere, {}, [400, "invalid_grant", 50013]],
        [other, {}, [400, "invalid_grant", 500131]],
        [yield* getToken(emulator), {}, [400, "invalid_grant", 500131]],
        [itself, {}, [400, "invalid_grant", 7000114]],
        [undefined, {}, [400, "invalid_request", 900144]],
        [own, { requested_token_use: undefined }, [400, "invalid_request", 900144]],
        [own, { requested_token_use: "other" }, [400, "invalid_request", 90023]],
        [own, { client_secret: undefined }, [401, "invalid_client", 7000218]],
        [own, { client_secret: "x" }, [401, "invalid_client", 7000215]],
        [own, { scope: undefined }, [400, "invalid_request", 900144]],
        [own, { scope: `${graph}/Mail.Read` }, [400, "invalid_grant", 65001]],
        [own, { scope: `${graph}/.default ${graph}/${reports}` }, [400, "invalid_scope", 70011]]
      ]
      for (const [assertion, changes, expected] of cases) {
        const answer = yield* obo(emulator, assertion, changes)
        deepStrictEqual(refusal(answer), expected)
        assertTrue(!JSON.stringify(answer).includes(own))
      }
      yield* TestClock.adjust("3598999 millis")
      strictEqual((yield* obo(emulator, own)).status, 200)
      yield* TestClock.adjust("1 millis")
      deepStrictEqual(refusal(yield* obo(emulator, own)), [400, "invalid_grant", 500133])
    }))
})

describe("users.token", () => {
  it.effect("says who is missing", () =>
    Effect.gen(function*() {
      const { users } = yield* bareEmulator()
      strictEqual((yield* Effect.flip(users.token("x"))).reason, "UnknownApplication")
      strictEqual((yield* Effect.flip(users.token(clientId, { user: "x" }))).reason, "UnknownUser")
    }))
})
