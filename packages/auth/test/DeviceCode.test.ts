import { type AuthError, type Credential, TokenPolicy, TokenProvider } from "@effect-msgraph/auth"
import * as DeviceCode from "@effect-msgraph/auth/DeviceCode"
import * as TokenStore from "@effect-msgraph/auth/TokenStore"
import { NationalCloud } from "@effect-msgraph/domain"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, ConfigProvider, Console, DateTime, Effect, Exit, Fiber, Layer, Redacted, TestClock } from "effect"
import * as utils from "./utils.js"

const { clientId, jwt, makeAuthority, oauthError, otherTenant, tenantId, text, tokenResponse } = utils

const deviceCode = "GMMhmHCXhWEzkobqIHGG_EnNYYsAkukHspeYUk9E8"
const refreshToken = "0.AXoAp9q-refresh-8ZbQm3vT1w7kXyL5uR2dN6cJ4hF"
const uri = "https://microsoft.com/devicelogin"
const url = (path: string) => `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/${path}`

const codeResponse = (more: object = {}) =>
  Response.json({
    device_code: deviceCode,
    user_code: "WDJB-MJHT",
    verification_uri: uri,
    expires_in: 900,
    interval: 5,
    message: "\u001b[2Jtext of the authority",
    ...more
  })
const pending = () => oauthError({ error: "authorization_pending", error_codes: [70016] })
const done = (more: object = {}) => tokenResponse({ refresh_token: refreshToken, ...more })

/** An authority whose first answer is the code, and whose others are given. */
const signingIn = (replies: ReadonlyArray<() => utils.Reply>, code: object = {}) =>
  makeAuthority((n) => n === 1 ? codeResponse(code) : (replies[n - 2] ?? pending)())

const makeWith = (
  authority: { readonly client: HttpClient.HttpClient },
  more: Partial<DeviceCode.Options> = {}
) => {
  const prompts: Array<DeviceCode.Prompt> = []
  return DeviceCode.make({
    tenantId,
    clientId,
    prompt: (prompt) => Effect.sync(() => void prompts.push(prompt)),
    ...more
  }).pipe(
    Effect.provideService(HttpClient.HttpClient, authority.client),
    Effect.orDie,
    Effect.map((credential) => ({ credential, prompts }))
  )
}

const times = (authority: ReturnType<typeof makeAuthority>) => authority.requests.slice(1).map((_) => _.at)

const settle = Effect.suspend(() => {
  let turns = 0
  return utils.until(() => turns++ > 5)
})

/** Waits for the sleep that ends at a time, sees that nothing is sent a millisecond before it, and goes there. */
const to = (authority: ReturnType<typeof makeAuthority>, time: number) =>
  Effect.gen(function*() {
    yield* utils.eventually(Effect.map(TestClock.sleeps(), Chunk.some((end) => end === time)))
    const { length } = authority.requests
    yield* TestClock.setTime(time - 1)
    yield* settle
    assert.lengthOf(authority.requests, length, `nothing before ${time}`)
    yield* TestClock.setTime(time)
  })

const allTo = (authority: ReturnType<typeof makeAuthority>, ends: ReadonlyArray<number>) =>
  Effect.forEach(ends, (time) => to(authority, time), { discard: true })

describe.sequential("DeviceCode", () => {
  describe("signing in", () => {
    it.effect("asks for a code, shows it, and asks every five seconds until the person is done", () =>
      Effect.gen(function*() {
        const authority = signingIn([pending, pending, done])
        const { credential, prompts } = yield* makeWith(authority)
        assert.isTrue(credential.interactive)
        yield* TestClock.setTime(1_000_000)
        const fiber = yield* Effect.fork(credential.acquire({}))
        yield* allTo(authority, [1_005_000, 1_010_000, 1_015_000])
        const token = yield* Fiber.join(fiber)
        assert.strictEqual(text(token), jwt)
        assert.deepStrictEqual(times(authority), [1_005_000, 1_010_000, 1_015_000])
        assert.deepStrictEqual(authority.requests.map((_) => _.url), [
          url("devicecode"),
          url("token"),
          url("token"),
          url("token")
        ])
        assert.deepStrictEqual(Object.fromEntries(authority.requests[0]!.form), {
          client_id: clientId,
          scope: "https://graph.microsoft.com/.default offline_access"
        })
        assert.deepStrictEqual(Object.fromEntries(authority.requests[3]!.form), {
          client_id: clientId,
          grant_type: "urn:ietf:params:oauth:grant-type:device_code",
          device_code: deviceCode
        })
        assert.deepStrictEqual(prompts, [{
          userCode: "WDJB-MJHT",
          verificationUri: uri,
          verificationUriComplete: undefined,
          expiresAt: DateTime.unsafeMake(1_900_000),
          message: `To sign in, open ${uri} in a browser and enter the code WDJB-MJHT.`
        }])
      }))

    it.effect("asks no person again while the refresh token is good, and says so where it may not ask", () =>
      Effect.gen(function*() {
        const authority = makeAuthority((n) =>
          n === 1
            ? codeResponse({ interval: 1 })
            : n === 2
            ? done()
            : n === 3
            ? done({ access_token: "second" })
            : oauthError({ error: "invalid_grant" })
        )
        const { credential, prompts } = yield* makeWith(authority)
        const early = yield* Effect.flip(credential.acquire({ silent: true }))
        assert.strictEqual(early._tag, "InteractionRequired")
        assert.lengthOf(authority.requests, 0)
        const fiber = yield* Effect.fork(credential.acquire({}))
        yield* to(authority, 1000)
        yield* Fiber.join(fiber)
        assert.strictEqual(text(yield* credential.acquire({ silent: true })), "second")
        assert.deepStrictEqual(Object.fromEntries(authority.requests[2]!.form), {
          client_id: clientId,
          grant_type: "refresh_token",
          refresh_token: refreshToken,
          scope: "https://graph.microsoft.com/.default offline_access"
        })
        const late = yield* Effect.flip(credential.acquire({ silent: true }))
        assert.strictEqual(late._tag, "InteractionRequired")
        assert.lengthOf(prompts, 1)
      }))

    it.effect("slow_down makes every further pause five seconds longer", () =>
      Effect.gen(function*() {
        const slower = () => oauthError({ error: "slow_down" })
        const authority = signingIn([slower, pending, slower, pending, done])
        const { credential } = yield* makeWith(authority)
        const fiber = yield* Effect.fork(credential.acquire({}))
        yield* allTo(authority, [5_000, 15_000, 25_000, 40_000, 55_000])
        yield* Fiber.join(fiber)
      }))

    it.effect("a 429 counts as slow_down, and its Retry-After is obeyed", () =>
      Effect.gen(function*() {
        const busy = (headers: HeadersInit) => () => new Response("{}", { status: 429, headers })
        const authority = signingIn([busy({}), busy({ "retry-after": "45" }), pending, done])
        const { credential } = yield* makeWith(authority)
        const fiber = yield* Effect.fork(credential.acquire({}))
        yield* allTo(authority, [5_000, 15_000, 60_000, 75_000])
        yield* Fiber.join(fiber)
      }))

    it.effect("network failures and server faults make it wait longer, up to a minute, and end nothing", () =>
      Effect.gen(function*() {
        const down = () => "refused" as const
        const fault = () => new Response("", { status: 503 })
        const authority = signingIn([down, fault, down, down, down, pending, done])
        const { credential } = yield* makeWith(authority)
        const fiber = yield* Effect.fork(credential.acquire({}))
        yield* allTo(authority, [5_000, 15_000, 35_000, 75_000, 135_000, 195_000, 200_000])
        yield* Fiber.join(fiber)
      }))

    it.effect("an authority that hangs is given up on after the policy's time-out, and asked again", () =>
      Effect.gen(function*() {
        const authority = signingIn([() => Effect.never, done])
        const { credential } = yield* makeWith(authority)
        const fiber = yield* Effect.fork(credential.acquire({}))
        yield* to(authority, 5_000)
        yield* utils.until(() => authority.requests.length === 2)
        yield* TestClock.setTime(34_999)
        yield* settle
        assert.isFalse(authority.requests[1]!.signal.aborted)
        yield* TestClock.setTime(35_000)
        yield* utils.until(() => authority.requests[1]!.signal.aborted)
        yield* to(authority, 45_000)
        yield* Fiber.join(fiber)
      }))

    it.effect("five seconds is the pause where the authority names none", () =>
      Effect.gen(function*() {
        const authority = signingIn([done], { interval: undefined })
        const { credential } = yield* makeWith(authority)
        const fiber = yield* Effect.fork(credential.acquire({}))
        yield* to(authority, 5_000)
        yield* Fiber.join(fiber)
      }))

    it.effect("passes on scopes, claims, the client capability and the tenant", () =>
      Effect.gen(function*() {
        const authority = signingIn([done, done])
        const { credential } = yield* makeWith(authority, {
          tenantId: "organizations",
          additionallyAllowedTenants: [otherTenant],
          scopes: ["User.Read", "offline_access"]
        })
        const claims = { access_token: { nbf: { essential: true, value: "1" } } }
        const fiber = yield* Effect.fork(
          credential.acquire({
            scopes: ["Mail.Read"],
            claims: JSON.stringify(claims),
            cae: true,
            tenantId: otherTenant
          })
        )
        yield* to(authority, 5_000)
        yield* Fiber.join(fiber)
        const [start, ask] = authority.requests
        assert.strictEqual(start!.url, `https://login.microsoftonline.com/${otherTenant}/oauth2/v2.0/devicecode`)
        assert.strictEqual(start!.form.get("scope"), "Mail.Read offline_access")
        const sent = { access_token: { ...claims.access_token, xms_cc: { values: ["cp1"] } } }
        assert.deepStrictEqual(JSON.parse(start!.form.get("claims")!), sent)
        assert.deepStrictEqual(JSON.parse(ask!.form.get("claims")!), sent)
        yield* credential.acquire({})
        assert.strictEqual(
          authority.requests[2]!.url,
          "https://login.microsoftonline.com/organizations/oauth2/v2.0/token"
        )
        assert.strictEqual(authority.requests[2]!.form.get("scope"), "User.Read offline_access")
      }))

    it.effect("asks for no refresh token where the scopes leave it out", () =>
      Effect.gen(function*() {
        const authority = signingIn([tokenResponse])
        const { credential } = yield* makeWith(authority, { scopes: ["User.Read"] })
        const fiber = yield* Effect.fork(credential.acquire({}))
        yield* to(authority, 5_000)
        yield* Fiber.join(fiber)
        assert.strictEqual(authority.requests[0]!.form.get("scope"), "User.Read")
        assert.strictEqual((yield* Effect.flip(credential.acquire({ silent: true })))._tag, "InteractionRequired")
      }))

    it.effect("a policy that wants more of the person has it asked with the policy's claims", () =>
      Effect.gen(function*() {
        const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } })
        const authority = makeAuthority((n) =>
          n === 1 || n === 4
            ? codeResponse()
            : n === 3
            ? oauthError({ error: "interaction_required", claims })
            : done()
        )
        const { credential, prompts } = yield* makeWith(authority)
        const first = yield* Effect.fork(credential.acquire({}))
        yield* to(authority, 5_000)
        yield* Fiber.join(first)
        const second = yield* Effect.fork(credential.acquire({}))
        yield* to(authority, 10_000)
        yield* Fiber.join(second)
        assert.lengthOf(prompts, 2)
        assert.strictEqual(authority.requests[3]!.form.get("claims"), claims)
      }))

    it.effect("prints to standard error where no prompt is given", () =>
      Effect.gen(function*() {
        const lines: Array<unknown> = []
        const authority = signingIn([done])
        const { credential } = yield* makeWith(authority, { prompt: undefined })
        const base = yield* Console.consoleWith(Effect.succeed)
        const fiber = yield* Effect.fork(
          Effect.withConsole(credential.acquire({}), {
            ...base,
            error: (...args) => Effect.sync(() => void lines.push(...args))
          })
        )
        yield* to(authority, 5_000)
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(lines, [`To sign in, open ${uri} in a browser and enter the code WDJB-MJHT.`])
      }))

    it.effect("interrupting it ends it at once", () =>
      Effect.gen(function*() {
        const authority = signingIn([])
        const { credential } = yield* makeWith(authority)
        const fiber = yield* Effect.fork(credential.acquire({}))
        yield* to(authority, 5_000)
        yield* utils.until(() => authority.requests.length === 2)
        assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
        yield* TestClock.adjust("1 hour")
        yield* settle
        assert.lengthOf(authority.requests, 2)
      }))
  })

  describe("not signing in", () => {
    it.effect("the code ends when the authority said it would, and not a moment before", () =>
      Effect.gen(function*() {
        const authority = signingIn([], { expires_in: 17 })
        const { credential } = yield* makeWith(authority)
        const fiber = yield* Effect.fork(Effect.flip(credential.acquire({})))
        yield* allTo(authority, [5_000, 10_000, 15_000, 17_000])
        const error = yield* Fiber.join(fiber)
        assert.strictEqual(error._tag, "DeviceCodeExpired")
        assert.deepStrictEqual(times(authority), [5_000, 10_000, 15_000])
      }))

    it.effect("so it does while the authority hangs", () =>
      Effect.gen(function*() {
        const authority = signingIn([() => Effect.never], { expires_in: 17 })
        const { credential } = yield* makeWith(authority)
        const fiber = yield* Effect.fork(Effect.flip(credential.acquire({})))
        yield* allTo(authority, [5_000, 17_000])
        assert.strictEqual((yield* Fiber.join(fiber))._tag, "DeviceCodeExpired")
      }))

    const refusals: ReadonlyArray<[string, AuthError.AuthError["_tag"]]> = [
      ["expired_token", "DeviceCodeExpired"],
      ["authorization_declined", "AuthorizationDeclined"],
      ["access_denied", "AuthorizationDeclined"],
      ["bad_verification_code", "InvalidTokenRequest"],
      ["invalid_grant", "InteractionRequired"],
      ["unauthorized_client", "InvalidClient"]
    ]
    for (const [error, tag] of refusals) {
      it.effect(`${error} ends it`, () =>
        Effect.gen(function*() {
          const authority = signingIn([pending, () => oauthError({ error })])
          const { credential } = yield* makeWith(authority)
          const fiber = yield* Effect.fork(Effect.flip(credential.acquire({})))
          yield* allTo(authority, [5_000, 10_000])
          assert.strictEqual((yield* Fiber.join(fiber))._tag, tag)
        }))
    }

    it.effect("what is no code, or no page to send a person to, is refused", () =>
      Effect.forEach(
        [
          { device_code: undefined },
          { device_code: 7 },
          { user_code: undefined },
          { user_code: "A\u001b[2J" },
          { user_code: "x".repeat(65) },
          { verification_uri: "http://evil.example/" },
          { verification_uri: "javascript:alert(1)" },
          { verification_uri: "https://a.example/\u001b]8;;" },
          { expires_in: undefined },
          { interval: 0 },
          { interval: "soon" }
        ],
        (code) =>
          Effect.gen(function*() {
            const authority = signingIn([], code)
            const { credential, prompts } = yield* makeWith(authority)
            const error = yield* Effect.flip(credential.acquire({}))
            assert.strictEqual(error._tag, "MalformedTokenResponse")
            assert.match(error.message, /request for a device code is missing|is none that can be shown/)
            assert.lengthOf(prompts, 0)
          })
      ))

    it.effect("a failure to get a code is told apart", () =>
      Effect.gen(function*() {
        const replies: ReadonlyArray<[() => utils.Reply, AuthError.AuthError["_tag"]]> = [
          [() => oauthError({ error: "invalid_client", error_codes: [7000218] }), "InvalidClient"],
          [() => "refused", "AuthorityUnavailable"],
          [() => new Response("<html>", { status: 200 }), "MalformedTokenResponse"],
          [() => new Response("<html>", { status: 404 }), "MalformedTokenResponse"]
        ]
        for (const [reply, tag] of replies) {
          const { credential } = yield* makeWith(makeAuthority(reply))
          assert.strictEqual((yield* Effect.flip(credential.acquire({})))._tag, tag)
        }
      }).pipe(Effect.provide(TokenPolicy.layer({ retries: 0 }))))
  })

  describe("with a provider", () => {
    it.scoped("the person has longer than any time-out, and is asked once for several kinds of token", () =>
      Effect.gen(function*() {
        let at = 0
        const authority = makeAuthority((_, request) => {
          if (request.url.endsWith("/devicecode")) return codeResponse()
          if (request.form.get("grant_type") === "refresh_token") return done({ access_token: "refreshed" })
          at = request.at
          return at < 100_000 ? pending() : done()
        })
        const { credential, prompts } = yield* makeWith(authority)
        const tokens = yield* TokenProvider.make(credential)
        const fiber = yield* Effect.fork(
          Effect.all([tokens.get(), tokens.get(), tokens.get({ cae: true }), tokens.get({ scopes: ["User.Read"] })], {
            concurrency: "unbounded"
          })
        )
        for (let time = 5_000; time <= 100_000; time += 5_000) yield* to(authority, time)
        const got = (yield* Fiber.join(fiber)).map(text)
        assert.deepStrictEqual(got, [jwt, jwt, "refreshed", "refreshed"])
        assert.lengthOf(prompts, 1)
        assert.strictEqual(authority.requests.filter((_) => _.url.endsWith("/devicecode")).length, 1)
      }))

    it.scoped("a refresh in the background never asks the person", () =>
      Effect.gen(function*() {
        const authority = makeAuthority((n) =>
          n === 1 ? codeResponse() : n === 2 ? done({ refresh_in: 60 }) : oauthError({ error: "invalid_grant" })
        )
        const { credential, prompts } = yield* makeWith(authority)
        const tokens = yield* TokenProvider.make(credential)
        const fiber = yield* Effect.fork(tokens.get())
        yield* to(authority, 5_000)
        yield* Fiber.join(fiber)
        yield* TestClock.adjust("2 minutes")
        yield* tokens.get()
        yield* utils.until(() => authority.requests.length === 3)
        yield* settle
        assert.lengthOf(prompts, 1)
        assert.lengthOf(authority.requests, 3)
      }))
  })

  describe("options", () => {
    const refused: ReadonlyArray<[Partial<DeviceCode.Options>, string]> = [
      [{ tenantId: "contoso" }, "tenantId is neither"],
      [{ clientId: "" }, "clientId is empty"],
      [{ scopes: [] }, "scopes names nothing"],
      [{ scopes: ["openid", "offline_access"] }, "scopes names nothing"],
      [{ scopes: ["a b"] }, "scopes has a scope"],
      [{ scopes: ["https://graph.microsoft.us/.default"] }, "scopes has a scope"],
      [{ account: " " }, "account begins or ends"],
      [{ cloud: { ...NationalCloud.global, authority: "http://x.example" } }, "cloud has an authority"]
    ]
    it.effect("are checked when the layer is built", () =>
      Effect.forEach(refused, ([more, message]) =>
        Effect.gen(function*() {
          const error = yield* Layer.build(DeviceCode.layer({ tenantId, clientId, ...more })).pipe(
            Effect.scoped,
            Effect.provide(makeAuthority(() => tokenResponse()).layer),
            Effect.flip
          )
          assert.strictEqual(error._tag, "CredentialMisconfigured")
          assert.include(error.message, message)
        })))

    it.scoped("come from the configuration, with organizations for the tenant", () =>
      Effect.forEach(
        [[undefined, "organizations"], [otherTenant, otherTenant]],
        ([given, expected]) =>
          Effect.gen(function*() {
            const entries: Array<[string, string]> = [["AZURE_CLIENT_ID", clientId], ["MSGRAPH_CLOUD", "usgov"]]
            if (given !== undefined) entries.push(["AZURE_TENANT_ID", given])
            const context = yield* Layer.build(DeviceCode.layerConfig()).pipe(
              Effect.provide(makeAuthority(() => tokenResponse()).layer),
              Effect.withConfigProvider(ConfigProvider.fromMap(new Map(entries)))
            )
            const credential = context.unsafeMap.get("@effect-msgraph/auth/Credential") as Credential.Service
            assert.strictEqual(credential.tenantId, expected)
            assert.strictEqual(credential.clientId, clientId)
            assert.strictEqual(credential.cloud, NationalCloud.clouds.usgov)
          })
      ))
  })

  it.effect("nothing secret is seen anywhere", () =>
    Effect.gen(function*() {
      const recorder = utils.recordSpans()
      const echo = `${deviceCode} and ${refreshToken}`
      const authority = makeAuthority((n) =>
        n === 1
          ? codeResponse()
          : n === 2
          ? done()
          : oauthError({ error: "invalid_grant", error_description: echo, suberror: "bad_token" })
      )
      const { credential } = yield* makeWith(authority)
      const fiber = yield* Effect.fork(credential.acquire({}).pipe(Effect.withTracer(recorder.tracer)))
      yield* to(authority, 5_000)
      yield* Fiber.join(fiber)
      const error = yield* Effect.flip(credential.acquire({ silent: true })).pipe(Effect.withTracer(recorder.tracer))
      const declined = signingIn([() => oauthError({ error: "access_denied", error_description: echo })])
      const other = yield* makeWith(declined)
      const second = yield* Effect.fork(Effect.flip(other.credential.acquire({})))
      yield* to(declined, 10_000)
      utils.assertClean(
        [
          ...utils.representations(error),
          ...utils.representations(yield* Fiber.join(second)),
          ...utils.representations(credential),
          recorder.text()
        ],
        [deviceCode, refreshToken, jwt]
      )
    }))

  it.effect("a sign-in that is stored serves the next credential, and another account has its own", () =>
    Effect.gen(function*() {
      const authority = signingIn([done, () => done({ access_token: "silent" })])
      const { credential } = yield* makeWith(authority, { account: "adele" })
      const fiber = yield* Effect.fork(credential.acquire({}))
      yield* to(authority, 5_000)
      yield* Fiber.join(fiber)
      const store = yield* TokenStore.TokenStore
      const kept = yield* store.get(TokenStore.key({ tenantId, clientId, account: "adele" }))
      assert.strictEqual(kept._tag === "Some" && Redacted.value(kept.value), refreshToken)
      const next = yield* makeWith(authority, { account: "adele" })
      assert.strictEqual(text(yield* next.credential.acquire({ silent: true })), "silent")
      const nobody = yield* makeWith(authority)
      assert.strictEqual((yield* Effect.flip(nobody.credential.acquire({ silent: true })))._tag, "InteractionRequired")
    }).pipe(Effect.provide(TokenStore.layerMemory)))
})
