import { type AuthError, TokenPolicy, TokenProvider } from "@effect-msgraph/auth"
import * as ClientAuthentication from "@effect-msgraph/auth/ClientAuthentication"
import * as RefreshToken from "@effect-msgraph/auth/RefreshToken"
import * as TokenStore from "@effect-msgraph/auth/TokenStore"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, ConfigProvider, Effect, Exit, Fiber, Layer, Logger, Option, Redacted, TestClock } from "effect"
import * as utils from "./utils.js"

const { clientId, jwt, makeAuthority, oauthError, otherTenant, secret, tenantId, text, tokenResponse } = utils

const first = "0.AXoAp9q-refresh-0001-8ZbQm3vT1w7kXyL5uR2dN6cJ4hF"
const numbered = (n: number) => `0.AXoAp9q-refresh-${String(n).padStart(4, "0")}-8ZbQm3vT1w7kXyL5uR2dN6cJ4hF`

const makeWith = (
  authority: { readonly client: HttpClient.HttpClient },
  more: Partial<RefreshToken.Options> = {}
) =>
  RefreshToken.make({ tenantId, clientId, refreshToken: Redacted.make(first), ...more }).pipe(
    Effect.provideService(HttpClient.HttpClient, authority.client),
    Effect.orDie
  )

const used = (authority: ReturnType<typeof makeAuthority>) =>
  authority.requests.map((_) => _.form.get("refresh_token")!)

/** Gives a new refresh token each time, and takes none but the last. */
const rotating = () => {
  let good = first
  let n = 1
  return makeAuthority((_, { form }) => {
    if (form.get("refresh_token") !== good) return oauthError({ error: "invalid_grant" })
    good = numbered(++n)
    return tokenResponse({ refresh_token: good, access_token: `access-${n}` })
  })
}

/** A store whose operations can be made to fail. */
const makeStore = () => {
  const tokens = new Map<string, string>()
  const failing = new Set<TokenStore.TokenStoreError["operation"]>()
  const log: Array<string> = []
  const step = <A>(operation: TokenStore.TokenStoreError["operation"], run: () => A) =>
    Effect.suspend(() => {
      log.push(operation)
      return failing.has(operation)
        ? Effect.fail(new TokenStore.TokenStoreError({ store: "Test", operation, reason: "the disk is full" }))
        : Effect.sync(run)
    })
  const service: TokenStore.Service = {
    get: (key) => step("get", () => Option.map(Option.fromNullable(tokens.get(key)), Redacted.make)),
    set: (key, token) => step("set", () => void tokens.set(key, Redacted.value(token))),
    remove: (key) => step("remove", () => void tokens.delete(key))
  }
  return { tokens, failing, log, service, layer: Layer.succeed(TokenStore.TokenStore, service) }
}

const warnings = () => {
  const lines: Array<string> = []
  return {
    lines,
    layer: Logger.replace(Logger.defaultLogger, Logger.map(Logger.stringLogger, (line) => void lines.push(line)))
  }
}

describe.sequential("RefreshToken", () => {
  it.effect("asks with the refresh token", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => tokenResponse())
      const credential = yield* makeWith(authority, { additionallyAllowedTenants: [otherTenant] })
      assert.isUndefined(credential.interactive)
      assert.strictEqual(text(yield* credential.acquire({})), jwt)
      assert.strictEqual(authority.requests[0]!.url, `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`)
      assert.deepStrictEqual(Object.fromEntries(authority.requests[0]!.form), {
        client_id: clientId,
        grant_type: "refresh_token",
        refresh_token: first,
        scope: "https://graph.microsoft.com/.default offline_access"
      })
      yield* credential.acquire({ scopes: ["User.Read"], tenantId: otherTenant, cae: true })
      assert.include(authority.requests[1]!.url, `/${otherTenant}/`)
      assert.strictEqual(authority.requests[1]!.form.get("scope"), "User.Read offline_access")
      assert.include(authority.requests[1]!.form.get("claims")!, "cp1")
      const confidential = yield* makeWith(authority, {
        authentication: ClientAuthentication.secret(utils.appSecret),
        tenantId: "common",
        scopes: ["Mail.Read"]
      })
      yield* confidential.acquire({})
      assert.strictEqual(authority.requests[2]!.form.get("client_secret"), secret)
      assert.strictEqual(authority.requests[2]!.form.get("scope"), "Mail.Read")
      assert.include(authority.requests[2]!.url, "/common/")
    }))

  it.effect("whose tenant an alias stands for, only the token tells", () =>
    Effect.gen(function*() {
      const claims = btoa(JSON.stringify({ tid: otherTenant })).replace(/=+$/, "")
      const tellsTenant = makeAuthority(() => tokenResponse({ access_token: `e30.${claims}.c2ln` }))
      const ofAlias = yield* makeWith(tellsTenant, { tenantId: "organizations" })
      assert.strictEqual((yield* ofAlias.acquire({})).tenantId, otherTenant)
      const silent = yield* makeWith(makeAuthority(() => tokenResponse()), { tenantId: "organizations" })
      assert.isUndefined((yield* silent.acquire({})).tenantId)
      const ofTenant = yield* makeWith(tellsTenant)
      assert.strictEqual((yield* ofTenant.acquire({})).tenantId, tenantId)
    }))

  it.effect("a new refresh token takes the place of the old one", () =>
    Effect.gen(function*() {
      const authority = rotating()
      const credential = yield* makeWith(authority)
      yield* credential.acquire({})
      yield* credential.acquire({})
      yield* credential.acquire({})
      assert.deepStrictEqual(used(authority), [first, numbered(2), numbered(3)])
    }))

  it.effect("one is used at a time, for with the first answer it may be worth nothing", () =>
    Effect.gen(function*() {
      const authority = rotating()
      const credential = yield* makeWith(authority)
      const tokens = yield* Effect.forEach(
        ["User.Read", "Mail.Read", "Files.Read"],
        (scope) => Effect.map(credential.acquire({ scopes: [scope] }), text),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(tokens, ["access-2", "access-3", "access-4"])
      assert.deepStrictEqual(used(authority), [first, numbered(2), numbered(3)])
    }))

  it.effect("a refusal needs a person; a passing fault does not", () =>
    Effect.gen(function*() {
      const claims = JSON.stringify({ access_token: { acrs: { value: "c1" } } })
      const cases: ReadonlyArray<[utils.Reply, AuthError.AuthError["_tag"]]> = [
        [oauthError({ error: "invalid_grant", error_codes: [700082] }), "InteractionRequired"],
        [oauthError({ error: "interaction_required", claims }), "InteractionRequired"],
        [oauthError({ error: "invalid_client" }), "InvalidClient"],
        [new Response("", { status: 503 }), "AuthorityUnavailable"],
        ["refused", "AuthorityUnavailable"]
      ]
      for (const [reply, tag] of cases) {
        const credential = yield* makeWith(makeAuthority(() => reply))
        const error = yield* Effect.flip(credential.acquire({}))
        assert.strictEqual(error._tag, tag)
        utils.assertClean(utils.representations(error), [first])
      }
    }).pipe(Effect.provide(TokenPolicy.layer({ retries: 0 }))))

  it.effect("an authority that hangs is given up on after the policy's time-out, without a provider too", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => Effect.never)
      const credential = yield* makeWith(authority)
      const fiber = yield* Effect.fork(Effect.flip(credential.acquire({})))
      yield* utils.until(() => authority.requests.length === 1)
      yield* TestClock.setTime(29_999)
      assert.isFalse(authority.requests[0]!.signal.aborted)
      yield* TestClock.setTime(30_000)
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag === "AuthorityUnavailable" && error.reason, "Timeout")
    }))

  describe("with a store", () => {
    it.effect("a later run that begins with the same token goes on from the newest", () =>
      Effect.gen(function*() {
        const store = makeStore()
        const authority = rotating()
        const run = Effect.flatMap(makeWith(authority), (credential) => credential.acquire({})).pipe(
          Effect.provide(store.layer)
        )
        yield* run
        assert.deepStrictEqual([...store.tokens.values()], [numbered(2)])
        yield* run
        assert.deepStrictEqual(used(authority), [first, numbered(2)])
        for (const key of store.tokens.keys()) utils.assertClean([key], [first])
      }))

    it.effect("another token to begin with is another sign-in", () =>
      Effect.gen(function*() {
        const store = makeStore()
        const authority = makeAuthority((_, { form }) =>
          tokenResponse({ refresh_token: `${form.get("refresh_token")}+` })
        )
        for (const refreshToken of [first, numbered(7)]) {
          const credential = yield* makeWith(authority, { refreshToken: Redacted.make(refreshToken) }).pipe(
            Effect.provide(store.layer)
          )
          yield* credential.acquire({})
          yield* credential.acquire({})
        }
        assert.deepStrictEqual(used(authority), [first, `${first}+`, numbered(7), `${numbered(7)}+`])
        assert.strictEqual(store.tokens.size, 2)
      }))

    it.effect("what another process stored meanwhile is used", () =>
      Effect.gen(function*() {
        const store = makeStore()
        const authority = rotating()
        const [one, two] = yield* Effect.all([makeWith(authority), makeWith(authority)]).pipe(
          Effect.provide(store.layer)
        )
        yield* one.acquire({})
        yield* two.acquire({})
        yield* one.acquire({})
        assert.deepStrictEqual(used(authority), [first, numbered(2), numbered(3)])
      }))

    it.effect("where the stored one is refused, the given one is tried, and a stored one at its end is removed", () =>
      Effect.gen(function*() {
        const store = makeStore()
        const authority = makeAuthority((n) =>
          n === 1
            ? tokenResponse({ refresh_token: numbered(2) })
            : n === 2
            ? oauthError({ error: "invalid_grant", suberror: "bad_token" })
            : tokenResponse({})
        )
        const credential = yield* Effect.provide(makeWith(authority), store.layer)
        yield* credential.acquire({})
        yield* credential.acquire({})
        assert.deepStrictEqual(used(authority), [first, numbered(2), first])
        assert.strictEqual(store.tokens.size, 0)
      }))

    it.effect("a refusal that may pass leaves the sign-in where it is, and tries no other token", () =>
      Effect.gen(function*() {
        const store = makeStore()
        const authority = makeAuthority((n) =>
          n === 1 ? tokenResponse({ refresh_token: numbered(2) }) : oauthError({ error: "interaction_required" })
        )
        const credential = yield* Effect.provide(makeWith(authority), store.layer)
        yield* credential.acquire({})
        yield* Effect.flip(credential.acquire({}))
        assert.deepStrictEqual(used(authority), [first, numbered(2)])
        assert.deepStrictEqual([...store.tokens.values()], [numbered(2)])
      }))

    it.effect("a store that cannot be written costs a warning, and the newest token stays in use", () =>
      Effect.gen(function*() {
        const store = makeStore()
        const log = warnings()
        store.failing.add("set")
        const authority = rotating()
        const credential = yield* Effect.provide(makeWith(authority), store.layer)
        yield* Effect.all([credential.acquire({}), credential.acquire({})]).pipe(Effect.provide(log.layer))
        assert.deepStrictEqual(used(authority), [first, numbered(2)])
        assert.lengthOf(log.lines, 2)
        assert.include(log.lines[0], "the disk is full")
        utils.assertClean(log.lines, [first, numbered(2), numbered(3)])
        store.failing.clear()
        yield* credential.acquire({})
        assert.deepStrictEqual([...store.tokens.values()], [numbered(4)])
      }))

    it.effect("a store that cannot be read makes the credential unavailable, unless it knows more than the store", () =>
      Effect.gen(function*() {
        const store = makeStore()
        const authority = rotating()
        const credential = yield* Effect.provide(makeWith(authority), store.layer)
        store.failing.add("get")
        const error = yield* Effect.flip(credential.acquire({}))
        assert.strictEqual(error._tag, "CredentialUnavailable")
        assert.include(error.message, "the disk is full")
        assert.lengthOf(authority.requests, 0)
        store.failing.clear()
        yield* credential.acquire({})
        store.failing.add("get")
        yield* credential.acquire({}).pipe(Effect.provide(warnings().layer))
        assert.deepStrictEqual(used(authority), [first, numbered(2)])
      }))

    it.effect("an answer that has arrived is stored, whoever has lost interest", () =>
      Effect.gen(function*() {
        const store = makeStore()
        const slow: TokenStore.Service = {
          ...store.service,
          set: (key, token) => Effect.delay(store.service.set(key, token), "1 second")
        }
        const credential = yield* makeWith(rotating()).pipe(Effect.provideService(TokenStore.TokenStore, slow))
        const fiber = yield* Effect.fork(credential.acquire({}))
        yield* utils.eventually(Effect.map(TestClock.sleeps(), Chunk.some((end) => end === 1000)))
        const interrupted = yield* Effect.fork(Fiber.interrupt(fiber))
        yield* TestClock.adjust("1 second")
        assert.isTrue(Exit.isInterrupted(yield* Fiber.join(interrupted)))
        assert.deepStrictEqual([...store.tokens.values()], [numbered(2)])
      }))
  })

  it.scoped("a hundred callers of a provider cost one request", () =>
    Effect.gen(function*() {
      const authority = rotating()
      const tokens = yield* Effect.flatMap(makeWith(authority), TokenProvider.make)
      yield* Effect.all(Array.from({ length: 100 }, () => tokens.get()), { concurrency: "unbounded" })
      assert.lengthOf(authority.requests, 1)
    }))

  it.effect("options are checked when the layer is built, and come from the configuration", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => tokenResponse())
      const bad: ReadonlyArray<[Partial<RefreshToken.Options>, string]> = [
        [{ refreshToken: Redacted.make("") }, "refreshToken is empty"],
        [{ refreshToken: Redacted.make(`${first}\n`) }, "refreshToken has white space"],
        [{ tenantId: "x" }, "tenantId is neither"],
        [{ scopes: ["offline_access"] }, "scopes names nothing"]
      ]
      for (const [more, message] of bad) {
        const layer = RefreshToken.layer({ tenantId, clientId, refreshToken: Redacted.make(first), ...more })
        const error = yield* Effect.flip(Effect.scoped(Layer.build(layer))).pipe(Effect.provide(authority.layer))
        assert.include(error.message, message)
        utils.assertClean(utils.representations(error), [first])
      }
      const provider = ConfigProvider.fromMap(
        new Map([["AZURE_TENANT_ID", tenantId], ["AZURE_CLIENT_ID", clientId], ["MSGRAPH_REFRESH_TOKEN", first]])
      )
      yield* Effect.flatMap(TokenProvider.TokenProvider, (tokens) => tokens.get()).pipe(
        Effect.provide(TokenProvider.layer.pipe(
          Layer.provide(RefreshToken.layerConfig()),
          Layer.provide(authority.layer),
          Layer.provide(Layer.setConfigProvider(provider))
        ))
      )
      assert.deepStrictEqual(used(authority), [first])
    }))

  it.effect("nothing secret is seen anywhere", () =>
    Effect.gen(function*() {
      const recorder = utils.recordSpans()
      const authority = makeAuthority((n, { form }) =>
        n === 1
          ? tokenResponse({ refresh_token: numbered(2), id_token: jwt })
          : oauthError({ error: "invalid_grant", error_description: `no: ${form.get("refresh_token")}` })
      )
      const credential = yield* makeWith(authority)
      const [token, error] = yield* Effect.all([credential.acquire({}), Effect.flip(credential.acquire({}))]).pipe(
        Effect.withTracer(recorder.tracer)
      )
      utils.assertClean(
        [...[token, error, credential].flatMap(utils.representations), recorder.text()],
        [first, numbered(2), jwt]
      )
    }))
})
