import { AuthError, TokenCredential, TokenProvider } from "@effect-msgraph/auth"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import * as utils from "./utils.js"

const { clientId, jwt, otherTenant, secret, tenantId, text } = utils

type GetToken = TokenCredential.TokenCredentialLike["getToken"]

const of = (getToken: GetToken, more: Partial<TokenCredential.Options> = {}) =>
  TokenCredential.make({ credential: { getToken }, tenantId, clientId, ...more })

const named = (name: string, message: string, more: object = {}) => Object.assign(new Error(message), { name, ...more })

describe.sequential("TokenCredential", () => {
  it.effect("passes on scopes, claims, tenant, cae and the abort signal, and nothing that was not asked for", () =>
    Effect.gen(function*() {
      const calls: Array<[ReadonlyArray<string>, TokenCredential.GetTokenOptions | undefined]> = []
      const credential = of((scopes, options) => {
        calls.push([scopes, options])
        return Promise.resolve({ token: jwt, expiresOnTimestamp: 3_600_000, refreshAfterTimestamp: 1_800_000 })
      })
      const token = yield* credential.acquire({})
      assert.strictEqual(text(token), jwt)
      assert.strictEqual(token.expiresAt.epochMillis, 3_600_000)
      assert.strictEqual(token.refreshAt?.epochMillis, 1_800_000)
      const claims = JSON.stringify({ access_token: {} })
      yield* credential.acquire({ scopes: ["a", "b"], claims: btoa(claims), tenantId: otherTenant, cae: true })
      assert.deepStrictEqual(calls[0]?.[0], ["https://graph.microsoft.com/.default"])
      assert.deepStrictEqual(Object.keys(calls[0]![1]!), ["abortSignal"])
      assert.deepStrictEqual(calls[1]?.[0], ["a", "b"])
      const { abortSignal, ...rest } = calls[1]![1]!
      assert.instanceOf(abortSignal, AbortSignal)
      assert.deepStrictEqual(rest, { claims, tenantId: otherTenant, enableCae: true })
    }))

  it.effect("calls getToken as a method", () =>
    Effect.gen(function*() {
      class Mine {
        readonly #token = jwt
        getToken() {
          return Promise.resolve({ token: this.#token, expiresOnTimestamp: 1000 })
        }
      }
      const credential = TokenCredential.make({ credential: new Mine() })
      assert.strictEqual(text(yield* credential.acquire({})), jwt)
    }))

  it.effect("aborts when interrupted, and does not wait for an object that ignores it", () =>
    Effect.gen(function*() {
      let signal: AbortSignal | undefined
      const credential = of((_, options) => {
        signal = options?.abortSignal
        return new Promise(() => {})
      })
      const fiber = yield* Effect.fork(credential.acquire({}))
      yield* Effect.yieldNow()
      assert.isFalse(signal?.aborted)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(signal?.aborted)
    }))

  it.scoped("gets a time-out from the provider", () =>
    Effect.gen(function*() {
      const tokens = yield* TokenProvider.make(of(() => new Promise(() => {})))
      const fiber = yield* Effect.fork(Effect.flip(tokens.get()))
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "AuthorityUnavailable")
    }))

  it.effect("null and unusable answers have their errors", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_000_000)
      const cases: ReadonlyArray<[unknown, AuthError.AuthError["_tag"]]> = [
        [null, "CredentialUnavailable"],
        [undefined, "CredentialUnavailable"],
        [{ token: jwt, expiresOnTimestamp: 1_000_000 }, "CredentialUnavailable"],
        [jwt, "MalformedTokenResponse"],
        [{}, "MalformedTokenResponse"],
        [{ token: "", expiresOnTimestamp: 2_000_000 }, "MalformedTokenResponse"],
        [{ token: `Bearer ${jwt}`, expiresOnTimestamp: 2_000_000 }, "MalformedTokenResponse"],
        [{ token: jwt }, "MalformedTokenResponse"],
        [{ token: jwt, expiresOnTimestamp: Number.NaN }, "MalformedTokenResponse"],
        [{ token: jwt, expiresOnTimestamp: 1e300 }, "MalformedTokenResponse"]
      ]
      for (const [answer, tag] of cases) {
        const error = yield* Effect.flip(of(() => Promise.resolve(answer as never)).acquire({}))
        assert.strictEqual(error._tag, tag)
        utils.assertClean(utils.representations(error), [jwt])
      }
      const token = yield* of(() => Promise.resolve({ token: jwt, expiresOnTimestamp: 1_000_001 })).acquire({})
      assert.strictEqual(token.expiresAt.epochMillis, 1_000_001)
    }))

  it.effect("requests that cannot be right do not reach the object", () =>
    Effect.gen(function*() {
      let calls = 0
      const credential = of(() => {
        calls++
        return Promise.resolve(null)
      })
      for (const request of [{ tenantId: "../x" }, { claims: "x" }, { scopes: [] }]) {
        assert.strictEqual((yield* Effect.flip(credential.acquire(request)))._tag, "InvalidTokenRequest")
      }
      assert.strictEqual(calls, 0)
    }))

  const leaky = `failed with client_secret=${secret} and ${jwt}`
  const rejections: ReadonlyArray<[string, unknown, AuthError.AuthError["_tag"]]> = [
    ["unavailable", named("CredentialUnavailableError", leaky), "CredentialUnavailable"],
    [
      "a chain of which nothing was available",
      named("CredentialUnavailableError", leaky, { errors: [named("CredentialUnavailableError", leaky)] }),
      "CredentialUnavailable"
    ],
    [
      "AuthenticationError with an error response",
      named("AuthenticationError", leaky, {
        statusCode: 401,
        errorResponse: {
          error: "invalid_client",
          errorDescription: leaky,
          errorCodes: [7000222],
          correlationId: tenantId
        }
      }),
      "InvalidClient"
    ],
    [
      "AuthenticationRequiredError over MSAL's ServerError",
      named("AuthenticationRequiredError", leaky, {
        cause: named("ServerError", `AADSTS700016: ${leaky}`, {
          errorCode: "unauthorized_client",
          errorNo: "700016",
          status: 400
        })
      }),
      "InvalidClient"
    ],
    [
      "interaction",
      named("AuthenticationRequiredError", leaky, { claims: "{\"access_token\":{}}" }),
      "InteractionRequired"
    ],
    [
      "consent",
      named("AuthenticationRequiredError", leaky, {
        cause: { errorCode: "invalid_grant", subError: "consent_required" }
      }),
      "InteractionRequired"
    ],
    [
      "scope",
      named("AuthenticationError", leaky, { errorResponse: { error: "invalid_scope" } }),
      "InvalidTokenRequest"
    ],
    ["network", named("RestError", leaky, { code: "ENOTFOUND" }), "AuthorityUnavailable"],
    [
      "network underneath",
      new TypeError(leaky, { cause: named("Error", leaky, { code: "ECONNRESET" }) }),
      "AuthorityUnavailable"
    ],
    ["MSAL's network error", named("ClientAuthError", leaky, { errorCode: "network_error" }), "AuthorityUnavailable"],
    ["server fault", named("AuthenticationError", leaky, { statusCode: 503 }), "AuthorityUnavailable"],
    ["abort", named("AbortError", leaky), "AuthorityUnavailable"],
    ["any error", new Error(leaky), "CredentialUnavailable"],
    ["a text", leaky, "CredentialUnavailable"],
    ["nothing", undefined, "CredentialUnavailable"],
    [
      "a secret as code",
      named(secret, leaky, { code: secret.toUpperCase(), error: "unknown_thing" }),
      "CredentialUnavailable"
    ],
    [
      "a cycle",
      (() => {
        const error: { cause?: unknown; name: string } = { name: "X" }
        error.cause = error
        return error
      })(),
      "CredentialUnavailable"
    ],
    [
      "a trap",
      new Proxy({}, {
        get() {
          throw new Error(leaky)
        }
      }),
      "CredentialUnavailable"
    ]
  ]

  for (const [name, reason, tag] of rejections) {
    it.effect(`rejection: ${name}`, () =>
      Effect.gen(function*() {
        for (
          const getToken of [
            () => Promise.reject(reason),
            () => {
              throw reason
            }
          ]
        ) {
          const error = yield* Effect.flip(of(getToken).acquire({}))
          assert.strictEqual(error._tag, tag)
          assert.isTrue(AuthError.isAuthError(error))
          utils.assertClean(utils.representations(error), [secret, jwt])
        }
      }))
  }

  it.effect("keeps numbers and ids of a rejection", () =>
    Effect.gen(function*() {
      const reason = named("AuthenticationRequiredError", "400", {
        cause: named("ServerError", `AADSTS7000222: expired`, {
          errorCode: "invalid_client",
          correlationId: tenantId,
          status: 401
        })
      })
      const error = yield* Effect.flip(of(() => Promise.reject(reason)).acquire({}))
      assert.deepStrictEqual(error.diagnostics.codes, [7000222])
      assert.strictEqual(error.diagnostics.correlationId, tenantId)
      assert.strictEqual(error.diagnostics.status, 401)
      assert.include(error.message, "has expired")
    }))

  it.effect("is called by its name", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(of(() => Promise.resolve(null), { name: "AzureCliCredential" }).acquire({}))
      assert.include(error.message, "AzureCliCredential")
    }))
})
