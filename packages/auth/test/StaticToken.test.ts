import { AuthError, StaticToken, TokenProvider } from "@effect-msgraph/auth"
import { NationalCloud } from "@effect-msgraph/domain"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, DateTime, Effect, Layer, Redacted, TestClock } from "effect"
import * as utils from "./utils.js"

const { clientId, otherTenant, tenantId, text } = utils

const encode = (value: object) =>
  btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
const jwtOf = (payload: object) => `${encode({ alg: "none" })}.${encode(payload)}.c2lnbmF0dXJl`

const make = (token: string, more: Partial<StaticToken.Options> = {}) =>
  StaticToken.make({ token: Redacted.make(token), ...more })

describe.sequential("StaticToken", () => {
  it.effect("gives the token until it expires, and then says so", () =>
    Effect.gen(function*() {
      const credential = yield* make("opaque-token-1", { expiresAt: DateTime.unsafeMake("1970-01-01T01:00:00Z") })
      yield* TestClock.setTime(3_600_000 - 1)
      assert.strictEqual(text(yield* credential.acquire({})), "opaque-token-1")
      yield* TestClock.setTime(3_600_000)
      const error = yield* Effect.flip(credential.acquire({}))
      assert.strictEqual(error._tag, "CredentialUnavailable")
      assert.include(error.message, "expired at 1970-01-01T01:00:00.000Z")
      assert.include(error.message, "clock")
      utils.assertClean(utils.representations(error), ["opaque-token-1"])
    }))

  it.effect("reads expiry, tenant and application off a readable token", () =>
    Effect.gen(function*() {
      const credential = yield* make(jwtOf({ exp: 3600, tid: tenantId, appid: clientId }))
      assert.strictEqual(credential.tenantId, tenantId)
      assert.strictEqual(credential.clientId, clientId)
      const token = yield* credential.acquire({ tenantId })
      assert.strictEqual(token.expiresAt.epochMillis, 3_600_000)
      assert.strictEqual((yield* Effect.flip(credential.acquire({ tenantId: otherTenant })))._tag, "TenantNotAllowed")
    }))

  it.effect("expiresAt goes before what the token says", () =>
    Effect.gen(function*() {
      const credential = yield* make(jwtOf({ exp: 3600 }), { expiresAt: DateTime.unsafeMake(60_000) })
      assert.strictEqual((yield* credential.acquire({})).expiresAt.epochMillis, 60_000)
    }))

  it.scoped("a token that says nothing is used until it is refused", () =>
    Effect.forEach(
      ["opaque", "a.b.c", jwtOf({ exp: "soon" }), jwtOf({ exp: 1e300 }), `x.${btoa("[]")}.z`],
      (token) =>
        Effect.gen(function*() {
          const tokens = yield* Effect.flatMap(make(token), TokenProvider.make)
          const first = yield* tokens.get({ tenantId: otherTenant })
          yield* TestClock.adjust("365 days")
          assert.strictEqual(text(yield* tokens.get({ tenantId: otherTenant })), token)
          assert.strictEqual(text(yield* tokens.renew({}, first)), token, "there is no other")
        })
    ))

  it.effect("cannot be had for another resource, nor for claims", () =>
    Effect.gen(function*() {
      const credential = yield* make("opaque", { cloud: NationalCloud.usGov })
      yield* credential.acquire({ scopes: ["https://graph.microsoft.us/.default"] })
      yield* credential.acquire({ scopes: ["User.Read"] })
      for (const scope of ["https://vault.azure.net/.default", "https://graph.microsoft.com/.default"]) {
        assert.strictEqual((yield* Effect.flip(credential.acquire({ scopes: [scope] })))._tag, "InvalidTokenRequest")
      }
      const claims = JSON.stringify({ access_token: {} })
      const error = yield* Effect.flip(credential.acquire({ claims }))
      assert.strictEqual(error._tag === "InteractionRequired" && error.claims, claims)
      yield* credential.acquire({ cae: true })
    }))

  it.effect("what is no token is refused when the layer is built", () =>
    Effect.forEach([["", "is empty"], ["Bearer abc", "Bearer"], ["a b", "white space"], ["a\r\nx: y", "white space"], [
      "é",
      "white space"
    ]], ([token, reason]) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(
          Effect.scoped(Layer.build(StaticToken.layer({ token: Redacted.make(token!) })))
        )
        assert.strictEqual(error._tag, "CredentialMisconfigured")
        assert.include(error.message, reason!)
      })))

  it.effect("comes from MSGRAPH_TOKEN", () =>
    Effect.gen(function*() {
      const build = (entries: ReadonlyArray<[string, string]>) =>
        Effect.flatMap(TokenProvider.TokenProvider, (tokens) =>
          Effect.map(tokens.get(), (token) => [tokens.cloud, text(token)])).pipe(
            Effect.provide(
              TokenProvider.layer.pipe(
                Layer.provide(StaticToken.layerConfig()),
                Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(entries))))
              )
            )
          )
      assert.deepStrictEqual(yield* build([["MSGRAPH_TOKEN", "abc"], ["MSGRAPH_CLOUD", "china"]]), [
        NationalCloud.china,
        "abc"
      ])
      const error = yield* Effect.flip(build([]))
      assert.isFalse(AuthError.isAuthError(error))
      assert.include(String(error), "MSGRAPH_TOKEN")
    }))

  it.effect("does not show the token", () =>
    Effect.gen(function*() {
      const credential = yield* make("opaque-token-1")
      const token = yield* credential.acquire({})
      for (const value of [credential, token]) utils.assertClean(utils.representations(value), ["opaque-token-1"])
    }))
})
