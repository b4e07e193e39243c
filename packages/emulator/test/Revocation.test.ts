import { type GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { DateTime, Effect, Redacted, TestClock } from "effect"
import { bareEmulator, claimsOf, graph, postForm, refusal, show, tokenForm } from "./support.js"

const cp1 = { xms_cc: { values: ["cp1"] } }

const ask = (emulator: GraphEmulator.Service, claims?: object | string) =>
  postForm(emulator, "token", {
    ...Object.fromEntries(new URLSearchParams(tokenForm())),
    claims: typeof claims === "object" ? JSON.stringify(claims) : claims
  })

const userToken = (emulator: GraphEmulator.Service, user: string) =>
  Effect.gen(function*() {
    const client_id = Seed.demoPublicClient.clientId
    const { body: { device_code, user_code } } = yield* postForm(emulator, "devicecode", {
      client_id,
      scope: `offline_access ${graph}/User.Read`,
      claims: JSON.stringify({ access_token: cp1 })
    })
    yield* emulator.users.approve(user_code, { user })
    const { body } = yield* postForm(emulator, "token", { grant_type: "device_code", client_id, device_code })
    return body as { readonly access_token: string; readonly refresh_token: string }
  })

describe("a token for a caller that can handle challenges", () => {
  it.effect("says so, and lives 28 hours, half of which it is fresh", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { body } = yield* ask(emulator, { access_token: cp1 })
      deepStrictEqual([body.expires_in, body.ext_expires_in, body.refresh_in], [100_800, 100_800, 50_400])
      deepStrictEqual(claimsOf(body.access_token).xms_cc, ["cp1"])
      strictEqual((yield* show(emulator, body.access_token)).status === 401, false)
      yield* TestClock.setTime(100_799_999)
      assertTrue((yield* show(emulator, body.access_token)).status !== 401)
      yield* TestClock.setTime(100_800_000)
      strictEqual((yield* show(emulator, body.access_token)).status, 401)
    }))

  it.effect("is asked for in the claims, and nowhere else", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator(undefined, { caeTokenLifetime: "1 hour" })
      const cases: ReadonlyArray<readonly [claims: object | string | undefined, xms_cc: unknown]> = [
        [undefined, undefined],
        ["", undefined],
        [{}, undefined],
        [{ access_token: { xms_cc: { values: ["cp2"] } } }, undefined],
        [{ id_token: cp1 }, undefined],
        [{ access_token: { xms_cc: { values: ["cp2", "CP1"] } } }, ["cp1"]],
        [{ access_token: { xms_cc: { values: "cp1" } } }, ["cp1"]]
      ]
      for (const [claims, xms_cc] of cases) {
        const { body } = yield* ask(emulator, claims)
        deepStrictEqual(claimsOf(body.access_token).xms_cc, xms_cc)
        deepStrictEqual([body.expires_in, body.refresh_in], [xms_cc === undefined ? 3599 : 3600, undefined])
      }
      for (const claims of ["cp1", "[]", "null", "\"cp1\""]) {
        deepStrictEqual(refusal(yield* ask(emulator, claims)), [400, "invalid_request", 90023])
      }
    }))
})

describe("revocation", () => {
  it.effect("is a claims challenge to a caller that can handle one; a token asked for with the claims is good", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      yield* TestClock.setTime(1_726_258_121_900)
      const first = (yield* ask(emulator, { access_token: cp1 })).body.access_token
      yield* TestClock.adjust("150 millis")
      yield* emulator.revoke()
      const { body, headers, status } = yield* show(emulator, first)
      deepStrictEqual([status, body.error.code], [401, "InvalidAuthenticationToken"])
      const common = "realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", " +
        "client_id=\"00000003-0000-0000-c000-000000000000\""
      const challenge = headers["www-authenticate"]!
      strictEqual(
        challenge.replace(/nonce="[\w-]+"/, "nonce=…").replace(/claims="[^"]+"/, "claims=…"),
        `PoP ${common}, nonce=…, Bearer ${common}, error_description="${body.error.message}", ` +
          "error=\"insufficient_claims\", claims=…"
      )
      const claims = JSON.parse(Buffer.from(/claims="([^"]+)"/.exec(challenge)![1]!, "base64").toString())
      deepStrictEqual(claims, { access_token: { nbf: { essential: true, value: "1726258122" } } })
      const second = (yield* ask(emulator, { access_token: { ...claims.access_token, ...cp1 } })).body.access_token
      assertTrue((yield* show(emulator, second)).status !== 401)
      strictEqual((yield* show(emulator, first)).status, 401)
      yield* emulator.revoke()
      strictEqual((yield* show(emulator, second)).status, 401)
    }))

  it.effect("is a plain refusal to everybody else", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const first = (yield* ask(emulator)).body.access_token
      yield* emulator.revoke()
      const { body, headers, status } = yield* show(emulator, first)
      deepStrictEqual([status, body.error.code, body.error.message], [
        401,
        "InvalidAuthenticationToken",
        "Access token has been revoked."
      ])
      assertTrue(!headers["www-authenticate"]!.includes("claims"))
      // Nothing of the clock has moved: what counts is the order.
      assertTrue((yield* show(emulator, (yield* ask(emulator)).body.access_token)).status !== 401)
    }))

  it.effect("hits whom it is meant for", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const [sana, alejandra] = Seed.demoUsers
      const tokens = {
        application: (yield* ask(emulator)).body.access_token,
        sana: (yield* userToken(emulator, sana.id)).access_token,
        alejandra: (yield* userToken(emulator, alejandra.id)).access_token
      }
      const revoked = Effect.gen(function*() {
        const names: Array<string> = []
        for (const [name, token] of Object.entries(tokens)) {
          if ((yield* show(emulator, token)).status === 401) names.push(name)
        }
        return names
      })
      yield* emulator.revoke({ application: "x" })
      yield* emulator.revoke({ user: sana.id, application: Seed.demoReader.clientId })
      yield* emulator.revoke({ before: DateTime.unsafeMake(0) })
      deepStrictEqual(yield* revoked, [])
      yield* emulator.revoke({ user: sana.id.toUpperCase() })
      deepStrictEqual(yield* revoked, ["sana"])
      yield* emulator.revoke({ application: Seed.demoReader.clientId })
      deepStrictEqual(yield* revoked, ["application", "sana"])
      yield* emulator.revoke({ before: DateTime.unsafeMake(1) })
      deepStrictEqual(yield* revoked, ["application", "sana", "alejandra"])
    }))

  it.effect("ends refresh tokens and user assertions too, until the user signs in again", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator({ scopes: ["User.Read"] })
      const [sana] = Seed.demoUsers
      const refresh = (refresh_token: string) =>
        postForm(emulator, "token", {
          grant_type: "refresh_token",
          client_id: Seed.demoPublicClient.clientId,
          refresh_token
        })
      const first = yield* userToken(emulator, sana.id)
      const assertion = Redacted.value(yield* emulator.users.token(Seed.demoReader.clientId))
      yield* emulator.revoke({ user: sana.id })
      const answer = yield* refresh(first.refresh_token)
      deepStrictEqual(refusal(answer), [400, "invalid_grant", 50173])
      assertTrue(!JSON.stringify(answer).includes(first.refresh_token))
      const onBehalf = yield* postForm(emulator, "token", {
        ...Object.fromEntries(new URLSearchParams(tokenForm())),
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        requested_token_use: "on_behalf_of",
        assertion
      })
      deepStrictEqual(refusal(onBehalf), [400, "invalid_grant", 50173])
      const second = yield* userToken(emulator, sana.id)
      strictEqual((yield* refresh(second.refresh_token)).status, 200)
    }))
})
