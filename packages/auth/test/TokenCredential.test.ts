import { AuthError, TokenCredential, TokenProvider } from "@effect-msgraph/auth"
import * as UserAssertion from "@effect-msgraph/auth/UserAssertion"
import { NationalCloud } from "@effect-msgraph/domain"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Exit, Fiber, Redacted, Scope, TestClock } from "effect"
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

  it.effect("asks for no token that would be sent in the clear", () =>
    Effect.gen(function*() {
      const cloud = { ...NationalCloud.global, graphRoot: "http://graph.microsoft.com" }
      let asked = 0
      const error = yield* Effect.flip(of(() => Promise.resolve(asked++ as never), { cloud }).acquire({}))
      assert.strictEqual(error._tag, "InvalidTokenRequest")
      assert.include(error.message, "cloud has a Graph root that is not https")
      assert.strictEqual(asked, 0)
    }))

  it.effect("is called by its name", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(of(() => Promise.resolve(null), { name: "AzureCliCredential" }).acquire({}))
      assert.include(error.message, "AzureCliCredential")
    }))
})

describe.sequential("TokenCredential.fromProvider", () => {
  type GetTokenArguments = Parameters<TokenCredential.AzureTokenCredential["getToken"]>

  const adapt = (reply?: Parameters<typeof utils.makeCredential>[0]) =>
    Effect.gen(function*() {
      const credential = utils.makeCredential(reply)
      const tokens = yield* utils.provider(credential)
      const azure = yield* TokenCredential.fromProvider(tokens)
      const get = (...args: GetTokenArguments) =>
        Effect.tryPromise({ try: () => azure.getToken(...args), catch: (error) => error as Error })
      return { credential, tokens, azure, get }
    })

  const graph = "https://graph.microsoft.com/.default"

  it.scoped("gives tokens and their times", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_000_000)
      const { get } = yield* adapt((n) => Effect.succeed(n === 1 ? { refreshAt: DateTime.unsafeMake(2_000_000) } : {}))
      assert.deepStrictEqual(yield* get(graph), {
        token: "token-1",
        expiresOnTimestamp: 4_600_000,
        refreshAfterTimestamp: 2_000_000,
        tokenType: "Bearer"
      })
      assert.deepStrictEqual(yield* get("https://vault.azure.net/.default"), {
        token: "token-2",
        expiresOnTimestamp: 4_600_000,
        tokenType: "Bearer"
      })
    }))

  it.scoped("passes on scopes, claims, tenant and cae, and shares the cache", () =>
    Effect.gen(function*() {
      const { credential, get, tokens } = yield* adapt()
      yield* get(graph)
      yield* get([graph])
      yield* get([graph], {})
      assert.strictEqual(text(yield* tokens.get()), "token-1")
      assert.lengthOf(credential.asked, 1)
      yield* get(["a", "b"], { claims: "{}", tenantId: otherTenant, enableCae: true })
      assert.deepStrictEqual(
        { ...credential.asked[1]!.request },
        { scopes: ["a", "b"], claims: "{}", tenantId: otherTenant, cae: true }
      )
    }))

  it.scoped("a token that was revoked, and its successor after it, is not given again for their challenges", () =>
    Effect.gen(function*() {
      const { get } = yield* adapt()
      const challenged = (at: string) => ({
        claims: JSON.stringify({ access_token: { nbf: { essential: true, value: at } } }),
        enableCae: true
      })
      assert.strictEqual((yield* get(graph, { enableCae: true })).token, "token-1")
      assert.strictEqual((yield* get(graph, challenged("1700000000"))).token, "token-2")
      assert.strictEqual((yield* get(graph, { enableCae: true })).token, "token-2")
      assert.strictEqual((yield* get(graph, challenged("1700003600"))).token, "token-3")
    }))

  it.scoped("works when it is taken out of its object", () =>
    Effect.gen(function*() {
      const { azure } = yield* adapt()
      const { getToken } = azure
      assert.strictEqual((yield* Effect.promise(() => getToken([graph]))).token, "token-1")
    }))

  it.scoped("an abort signal ends the wait and the request", () =>
    Effect.gen(function*() {
      const { credential, get } = yield* adapt(() => Effect.never)
      const controller = new AbortController()
      const fiber = yield* Effect.fork(Effect.flip(get(graph, { abortSignal: controller.signal })))
      yield* utils.until(() => credential.asked.length === 1)
      controller.abort()
      assert.strictEqual((yield* Fiber.join(fiber)).name, "AbortError")
      yield* utils.until(() => credential.aborted() === 1)
      const before = yield* Effect.flip(get(graph, { abortSignal: AbortSignal.abort() }))
      assert.strictEqual(before.name, "AbortError")
      assert.lengthOf(credential.asked, 1)
    }))

  it.scoped("takes the signals of the Azure SDKs, and leaves no listener behind", () =>
    Effect.gen(function*() {
      const { get } = yield* adapt()
      const listeners = new Set<unknown>()
      const abortSignal: TokenCredential.AbortSignalLike = {
        aborted: false,
        addEventListener: (_, listener) => void listeners.add(listener),
        removeEventListener: (_, listener) => void listeners.delete(listener)
      }
      yield* get(graph, { abortSignal })
      assert.strictEqual(listeners.size, 0)
    }))

  const diagnostics: AuthError.Diagnostics = {
    oauthError: "invalid_client",
    codes: [7000215],
    description: "AADSTS7000215: Something is not right",
    correlationId: "22222222-2222-4222-8222-222222222222",
    traceId: "11111111-1111-4111-8111-111111111111",
    timestamp: "2027-03-01 10:00:00Z",
    status: 401
  }

  it.scoped("rejects with the names and fields that the Azure SDKs know", () =>
    Effect.gen(function*() {
      const none = AuthError.noDiagnostics
      const credential = "Test"
      const authority = "https://login.microsoftonline.com"
      const claims = "{\"access_token\":{}}"
      const cases: ReadonlyArray<[AuthError.AuthError, string]> = [
        [
          new AuthError.CredentialUnavailable({ credential, reason: "x", diagnostics: none }),
          "CredentialUnavailableError"
        ],
        [new AuthError.InteractionRequired({ credential, claims, diagnostics: none }), "AuthenticationRequiredError"],
        [new AuthError.InvalidClient({ credential, diagnostics }), "AuthenticationError"],
        [
          new AuthError.AuthorityUnavailable({
            credential,
            authority,
            reason: "Network",
            code: "ENOTFOUND",
            diagnostics: none
          }),
          "AuthenticationError"
        ],
        [new AuthError.TenantNotAllowed({ credential, tenantId, diagnostics: none }), "AuthenticationError"]
      ]
      for (const [error, name] of cases) {
        const { get } = yield* adapt(() => Effect.fail(error))
        const rejection = yield* Effect.flip(get(graph))
        assert.instanceOf(rejection, Error)
        assert.strictEqual(rejection.name, name)
        assert.strictEqual(rejection.message, error.message)
        assert.isUndefined(rejection.cause)
      }
      const { get } = yield* adapt((n) => Effect.fail(cases[n]![0]))
      const required = yield* Effect.flip(get(graph))
      assert.deepInclude<object>(required, { scopes: [graph], getTokenOptions: { claims } })
      const refused = yield* Effect.flip(get(graph))
      assert.deepInclude<object>(refused, {
        statusCode: 401,
        errorResponse: {
          error: "invalid_client",
          errorDescription: "AADSTS7000215: Something is not right",
          errorCodes: [7000215],
          timestamp: "2027-03-01 10:00:00Z",
          traceId: "11111111-1111-4111-8111-111111111111",
          correlationId: "22222222-2222-4222-8222-222222222222"
        }
      })
    }))

  it.scoped("there and back again, an error is what it was", () =>
    Effect.gen(function*() {
      const errors: ReadonlyArray<AuthError.AuthError> = [
        new AuthError.CredentialUnavailable({ credential: "Test", reason: "x", diagnostics: AuthError.noDiagnostics }),
        new AuthError.InteractionRequired({ credential: "Test", diagnostics: AuthError.noDiagnostics }),
        new AuthError.InvalidClient({ credential: "Test", diagnostics }),
        new AuthError.AuthorityUnavailable({
          credential: "Test",
          authority: "x",
          reason: "Network",
          code: "ECONNRESET",
          diagnostics: AuthError.noDiagnostics
        })
      ]
      for (const error of errors) {
        const { azure } = yield* adapt(() => Effect.fail(error))
        const again = yield* Effect.flip(TokenCredential.make({ credential: azure }).acquire({}))
        assert.strictEqual(again._tag, error._tag)
        assert.deepStrictEqual(again.diagnostics.codes, error.diagnostics.codes)
      }
      const { azure } = yield* adapt()
      assert.strictEqual(text(yield* TokenCredential.make({ credential: azure }).acquire({})), "token-1")
    }))

  it.scoped("a defect, and a provider that is closed, say nothing of themselves", () =>
    Effect.gen(function*() {
      const { get } = yield* adapt(() => Effect.die(new Error(`with ${secret}`)))
      const defect = yield* Effect.flip(get(graph))
      assert.strictEqual(defect.name, "AuthenticationError")
      utils.assertClean(utils.representations(defect), [secret])

      const scope = yield* Scope.make()
      const { credential, get: closing } = yield* Scope.extend(adapt(() => Effect.never), scope)
      const fiber = yield* Effect.fork(Effect.flip(closing(graph)))
      yield* utils.until(() => credential.asked.length === 1)
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual((yield* Fiber.join(fiber)).name, "CredentialUnavailableError")
    }))

  it.scoped("acts for the user for whom it was made", () =>
    Effect.gen(function*() {
      const credential = utils.makeCredential()
      const tokens = yield* utils.provider({ service: { ...credential.service, onBehalfOf: true } })
      const assertion = Redacted.make("the-user's-token")
      const azure = yield* TokenCredential.fromProvider(tokens).pipe(UserAssertion.provide(assertion))
      yield* Effect.promise(() => azure.getToken(graph))
      assert.strictEqual(credential.asked[0]!.request.userAssertion, assertion)
      utils.assertClean(utils.representations(azure), ["the-user's-token", "token-1"])
    }))
})
