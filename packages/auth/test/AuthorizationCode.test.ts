import { type AuthError, TokenProvider } from "@effect-msgraph/auth"
import * as AuthorizationCode from "@effect-msgraph/auth/AuthorizationCode"
import * as TokenStore from "@effect-msgraph/auth/TokenStore"
import { NationalCloud } from "@effect-msgraph/domain"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, ConfigProvider, Effect, Exit, Fiber, Layer, TestClock } from "effect"
import { createHash } from "node:crypto"
import * as utils from "./utils.js"

const { clientId, jwt, makeAuthority, oauthError, otherTenant, tenantId, text, tokenResponse } = utils

const code = "0.AXoAcode-8ZbQm3vT1w7kXyL5uR2dN6cJ4hF-9qWe"
const refreshToken = "0.AXoAp9q-refresh-8ZbQm3vT1w7kXyL5uR2dN6cJ4hF"
const redirectUri = "http://localhost:12345"
const options: AuthorizationCode.Options = { tenantId, clientId }

type Answer = (url: URL) => Record<string, string>
const granted: Answer = (url) => ({ code, state: url.searchParams.get("state")! })

/** A person at a browser. */
const person = (answer: Answer | Effect.Effect<URLSearchParams, AuthorizationCode.BrowserUnavailable> = granted) => {
  const pages: Array<URL> = []
  let open = 0
  const layer = Layer.succeed(AuthorizationCode.Browser, {
    open: Effect.acquireRelease(Effect.sync(() => void open++), () => Effect.sync(() => void open--)).pipe(
      Effect.as({
        redirectUri,
        visit: ({ state, url }: AuthorizationCode.Page) =>
          Effect.suspend(() => {
            const page = new URL(url)
            pages.push(page)
            assert.strictEqual(page.searchParams.get("state"), state)
            return Effect.isEffect(answer) ? answer : Effect.succeed(new URLSearchParams(answer(page)))
          })
      })
    )
  })
  return { pages, layer, open: () => open }
}

const makeWith = (
  authority: { readonly client: HttpClient.HttpClient },
  browser: { readonly layer: Layer.Layer<AuthorizationCode.Browser> },
  more: Partial<AuthorizationCode.Options> = {}
) =>
  AuthorizationCode.make({ ...options, ...more }).pipe(
    Effect.provideService(HttpClient.HttpClient, authority.client),
    Effect.provide(browser.layer),
    Effect.orDie
  )

const done = (more: object = {}) => tokenResponse({ refresh_token: refreshToken, ...more })

const idToken = (claims: object) => `e30.${btoa(JSON.stringify(claims)).replace(/=+$/, "")}.c2ln`

describe.sequential("AuthorizationCode", () => {
  it.effect("sends the person to the page, and redeems the code", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => done())
      const browser = person()
      const credential = yield* makeWith(authority, browser)
      assert.isTrue(credential.interactive)
      assert.strictEqual(text(yield* credential.acquire({})), jwt)
      const page = browser.pages[0]!
      assert.strictEqual(
        page.origin + page.pathname,
        `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/authorize`
      )
      const { code_challenge: challenge, state, ...sent } = Object.fromEntries(page.searchParams)
      assert.deepStrictEqual(sent, {
        client_id: clientId,
        response_type: "code",
        response_mode: "query",
        redirect_uri: redirectUri,
        scope: "https://graph.microsoft.com/.default offline_access",
        code_challenge_method: "S256"
      })
      assert.match(state!, /^[\w-]{43}$/)
      const { code_verifier: verifier, ...redeemed } = Object.fromEntries(authority.requests[0]!.form)
      assert.deepStrictEqual(redeemed, {
        client_id: clientId,
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        scope: "https://graph.microsoft.com/.default offline_access"
      })
      assert.match(verifier!, /^[\w-]{43,128}$/)
      assert.strictEqual(createHash("sha256").update(verifier!).digest("base64url"), challenge)
      assert.strictEqual(browser.open(), 0)
    }))

  it.effect("every sign-in has a state, a verifier and a nonce of its own", () =>
    Effect.gen(function*() {
      const browser = person()
      let nonce = ""
      const authority = makeAuthority(() => {
        nonce = browser.pages.at(-1)!.searchParams.get("nonce")!
        return tokenResponse({ id_token: idToken({ nonce, iss: "anybody", exp: 1 }) })
      })
      const credential = yield* makeWith(authority, browser, { scopes: ["openid", "User.Read"] })
      const seen = new Set<string>()
      for (let i = 0; i < 3; i++) {
        yield* credential.acquire({})
        seen.add(browser.pages.at(-1)!.searchParams.get("state")!)
        seen.add(authority.requests.at(-1)!.form.get("code_verifier")!)
        seen.add(nonce)
      }
      assert.strictEqual(seen.size, 9)
    }))

  it.effect("an id token of another sign-in, or none where one was asked for, is refused", () =>
    Effect.forEach([{}, { id_token: idToken({ nonce: "x" }) }, { id_token: "x" }], (more) =>
      Effect.gen(function*() {
        const credential = yield* makeWith(makeAuthority(() => done(more)), person(), {
          scopes: ["openid", "offline_access", "User.Read"]
        })
        const error = yield* Effect.flip(credential.acquire({}))
        assert.strictEqual(error._tag, "MalformedTokenResponse")
        assert.include(error.message, "id token")
        assert.strictEqual((yield* Effect.flip(credential.acquire({ silent: true })))._tag, "InteractionRequired")
      })))

  it.effect("passes on scopes, claims, the client capability, the tenant, the account and the prompt", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => tokenResponse())
      const browser = person()
      const credential = yield* makeWith(authority, browser, {
        tenantId: "common",
        additionallyAllowedTenants: ["*"],
        account: "adele@contoso.com",
        prompt: "select_account"
      })
      yield* credential.acquire({ tenantId: otherTenant, scopes: ["User.Read"], cae: true, claims: "{\"a\":1}" })
      const page = browser.pages[0]!
      const claims = { a: 1, access_token: { xms_cc: { values: ["cp1"] } } }
      assert.strictEqual(page.pathname, `/${otherTenant}/oauth2/v2.0/authorize`)
      assert.strictEqual(page.searchParams.get("scope"), "User.Read offline_access")
      assert.deepStrictEqual(JSON.parse(page.searchParams.get("claims")!), claims)
      assert.strictEqual(page.searchParams.get("login_hint"), "adele@contoso.com")
      assert.strictEqual(page.searchParams.get("prompt"), "select_account")
      assert.deepStrictEqual(JSON.parse(authority.requests[0]!.form.get("claims")!), claims)
    }))

  it.effect("takes the page from the cloud, and from the discovery document of a custom one", () =>
    Effect.gen(function*() {
      for (const cloud of Object.values(NationalCloud.clouds)) {
        const browser = person()
        yield* Effect.flatMap(makeWith(makeAuthority(() => done()), browser, { cloud }), (_) => _.acquire({}))
        assert.strictEqual(browser.pages[0]!.origin, cloud.authority)
      }
      const cloud = utils.custom("https://idp.example.com")
      const browser = person()
      const authority = makeAuthority(
        () => done(),
        () => Response.json({ authorization_endpoint: "https://idp.example.com/auth?x=1", token_endpoint: undefined })
      )
      yield* Effect.flatMap(makeWith(authority, browser, { cloud }), (_) => _.acquire({}))
      assert.match(browser.pages[0]!.href, /^https:\/\/idp\.example\.com\/auth\?x=1&client_id=/)
      const elsewhere = makeAuthority(
        () => done(),
        () => Response.json({ authorization_endpoint: "https://evil.example/auth" })
      )
      const error = yield* Effect.flatMap(makeWith(elsewhere, browser, { cloud }), (_) => Effect.flip(_.acquire({})))
      assert.strictEqual(error._tag, "MalformedTokenResponse")
      assert.lengthOf(browser.pages, 1)
    }))

  const refusals: ReadonlyArray<[string, Answer, AuthError.AuthError["_tag"]]> = [
    ["a declined sign-in", (url) => ({ ...granted(url), error: "access_denied" }), "AuthorizationDeclined"],
    [
      "an authority that fails",
      (url) => ({ state: granted(url)["state"]!, error: "server_error" }),
      "AuthorityUnavailable"
    ],
    ["missing consent", (url) => ({ state: granted(url)["state"]!, error: "consent_required" }), "InteractionRequired"],
    ["another error", (url) => ({ state: granted(url)["state"]!, error: "invalid_scope" }), "InvalidTokenRequest"],
    ["another state", () => ({ code, state: "x" }), "InvalidTokenRequest"],
    ["no state", () => ({ code }), "InvalidTokenRequest"],
    ["an error with another state", () => ({ error: "access_denied", state: "x" }), "InvalidTokenRequest"],
    ["no code", (url) => ({ state: granted(url)["state"]! }), "InvalidTokenRequest"],
    ["an empty code", (url) => ({ ...granted(url), code: "" }), "InvalidTokenRequest"],
    ["another issuer", (url) => ({ ...granted(url), iss: "https://evil.example/v2.0" }), "InvalidTokenRequest"],
    ["a token in the address", (url) => ({ ...granted(url), id_token: "x" }), "InvalidTokenRequest"]
  ]
  for (const [what, answer, tag] of refusals) {
    it.effect(`${what} is refused, and nothing is sent`, () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => done())
        const credential = yield* makeWith(authority, person(answer))
        const error = yield* Effect.flip(credential.acquire({}))
        assert.strictEqual(error._tag, tag)
        assert.lengthOf(authority.requests, 0)
      }))
  }

  it.effect("a parameter that comes twice is refused", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => done())
      const pages: Array<string> = []
      const layer = AuthorizationCode.layerBrowser({
        redirectUri,
        visit: ({ state, url }) => {
          pages.push(url)
          return Effect.succeed(new URLSearchParams(`state=${state}&state=${state}&code=${code}`))
        }
      })
      const credential = yield* makeWith(authority, { layer })
      assert.strictEqual((yield* Effect.flip(credential.acquire({})))._tag, "InvalidTokenRequest")
      assert.lengthOf(pages, 1)
      assert.lengthOf(authority.requests, 0)
    }))

  it.effect("the issuer of the tenant behind an alias is accepted", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => done())
      const iss = `https://login.microsoftonline.com/${tenantId}/v2.0`
      const credential = yield* makeWith(authority, person((url) => ({ ...granted(url), iss })), { tenantId: "common" })
      yield* credential.acquire({})
    }))

  it.effect("a person who does not come back in time is waited for no longer", () =>
    Effect.gen(function*() {
      const browser = person(Effect.never)
      const credential = yield* makeWith(makeAuthority(() => done()), browser)
      const fiber = yield* Effect.fork(Effect.flip(credential.acquire({})))
      yield* utils.eventually(Effect.map(TestClock.sleeps(), Chunk.some((end) => end === 300_000)))
      yield* utils.until(() => browser.pages.length === 1)
      yield* TestClock.setTime(299_999)
      assert.strictEqual(browser.open(), 1)
      yield* TestClock.setTime(300_000)
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "InteractionRequired")
      assert.strictEqual(browser.open(), 0)
    }))

  it.effect("interrupting it closes the browser's way back", () =>
    Effect.gen(function*() {
      const browser = person(Effect.never)
      const credential = yield* makeWith(makeAuthority(() => done()), browser)
      const fiber = yield* Effect.fork(credential.acquire({}))
      yield* utils.until(() => browser.pages.length === 1)
      assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
      assert.strictEqual(browser.open(), 0)
    }))

  it.effect("without a browser the credential is unavailable", () =>
    Effect.gen(function*() {
      const reason = "127.0.0.1:80 cannot be listened on (EACCES)"
      const browser = person(Effect.fail(new AuthorizationCode.BrowserUnavailable({ reason })))
      const credential = yield* makeWith(makeAuthority(() => done()), browser)
      const error = yield* Effect.flip(credential.acquire({}))
      assert.strictEqual(error._tag, "CredentialUnavailable")
      assert.include(error.message, reason)
    }))

  it.effect("a code that the authority refuses needs another sign-in", () =>
    Effect.gen(function*() {
      const credential = yield* makeWith(makeAuthority(() => oauthError({ error: "invalid_grant" })), person())
      assert.strictEqual((yield* Effect.flip(credential.acquire({})))._tag, "InteractionRequired")
    }))

  it.scoped("asks the person once, then goes on silently, and again when the sign-in is over", () =>
    Effect.gen(function*() {
      let over = false
      const browser = person()
      const authority = makeAuthority((n, { form }) =>
        form.get("grant_type") === "refresh_token" && over
          ? oauthError({ error: "invalid_grant", suberror: "bad_token" })
          : done({ access_token: `access-${n}` })
      )
      const credential = yield* makeWith(authority, browser)
      assert.strictEqual((yield* Effect.flip(credential.acquire({ silent: true })))._tag, "InteractionRequired")
      assert.lengthOf(browser.pages, 0)
      const tokens = yield* TokenProvider.make(credential)
      const all = yield* Effect.all([tokens.get(), tokens.get(), tokens.get({ scopes: ["User.Read"] })], {
        concurrency: "unbounded"
      })
      assert.strictEqual(all[0], all[1])
      assert.lengthOf(browser.pages, 1)
      over = true
      assert.strictEqual((yield* Effect.flip(credential.acquire({ silent: true })))._tag, "InteractionRequired")
      yield* tokens.get({ scopes: ["Mail.Read"] })
      assert.lengthOf(browser.pages, 2)
      const store = yield* TokenStore.TokenStore
      assert.strictEqual((yield* store.get(TokenStore.key(options)))._tag, "Some")
    }).pipe(Effect.provide(TokenStore.layerMemory)))

  it.effect("options are checked when the layer is built, and come from the configuration", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => done())
      const bad: ReadonlyArray<[Partial<AuthorizationCode.Options>, string]> = [
        [{ tenantId: "x" }, "tenantId is neither"],
        [{ clientId: "" }, "clientId is empty"],
        [{ scopes: ["profile"] }, "scopes names nothing"],
        [{ account: "" }, "account is empty"],
        [{ timeout: 0 }, "timeout is not positive"],
        [{ timeout: "soon" as never }, "timeout is no duration"]
      ]
      for (const [more, message] of bad) {
        const error = yield* Layer.build(AuthorizationCode.layer({ ...options, ...more })).pipe(
          Effect.scoped,
          Effect.provide([authority.layer, person().layer]),
          Effect.flip
        )
        assert.include(error.message, message)
      }
      const browser = person()
      yield* Effect.flatMap(TokenProvider.TokenProvider, (tokens) => tokens.get()).pipe(
        Effect.provide(TokenProvider.layer.pipe(
          Layer.provide(AuthorizationCode.layerConfig()),
          Layer.provide([authority.layer, browser.layer]),
          Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["AZURE_CLIENT_ID", clientId]]))))
        ))
      )
      assert.include(browser.pages[0]!.pathname, "/organizations/")
    }))

  it.effect("nothing secret is seen anywhere", () =>
    Effect.gen(function*() {
      const recorder = utils.recordSpans()
      const seen: Array<unknown> = []
      const secrets = [code, refreshToken, jwt]
      const browser = person()
      const authority = makeAuthority((n, { form }) => {
        secrets.push(form.get("code_verifier") ?? code)
        return n === 2
          ? done()
          : oauthError({
            error: "invalid_request",
            error_description: `no: ${form.get("code")} ${form.get("code_verifier")}`
          })
      })
      const credential = yield* makeWith(authority, browser)
      const declining = yield* makeWith(
        authority,
        person((url) => ({ ...granted(url), error: "access_denied", error_description: `${code} ${jwt}` }))
      )
      for (const acquire of [credential.acquire({}), credential.acquire({}), declining.acquire({})]) {
        seen.push(yield* Effect.exit(acquire).pipe(Effect.withTracer(recorder.tracer)))
      }
      utils.assertClean([...[...seen, credential].flatMap(utils.representations), recorder.text()], secrets)
    }))
})
