import { type AuthError, TokenPolicy, TokenProvider } from "@effect-msgraph/auth"
import * as ClientAuthentication from "@effect-msgraph/auth/ClientAuthentication"
import * as OnBehalfOf from "@effect-msgraph/auth/OnBehalfOf"
import * as UserAssertion from "@effect-msgraph/auth/UserAssertion"
import { NationalCloud } from "@effect-msgraph/domain"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, ConfigProvider, Effect, Fiber, Layer, Redacted, TestClock } from "effect"
import * as utils from "./utils.js"

const { appSecret, clientId, makeAuthority, oauthError, otherTenant, secret, tenantId, text, tokenResponse } = utils

const options: OnBehalfOf.Options = {
  tenantId,
  clientId,
  authentication: ClientAuthentication.secret(appSecret)
}

/** The token with which a user calls the service. */
const tokenOf = (user: string) => `eyJhbGciOiJub25lIn0.${btoa(user).replace(/=+$/, "")}.c2ln`
const as = (user: string) => UserAssertion.provide(Redacted.make(tokenOf(user)))

/** Gives each user a token in their name. */
const forUsers = () =>
  makeAuthority((_, { form }) =>
    tokenResponse({ access_token: `graph-${form.get("assertion")!.split(".")[1]}`, refresh_token: "not-kept" })
  )
const graphTokenOf = (user: string) => `graph-${tokenOf(user).split(".")[1]}`

const makeWith = (authority: { readonly client: HttpClient.HttpClient }, more: Partial<OnBehalfOf.Options> = {}) =>
  OnBehalfOf.make({ ...options, ...more }).pipe(
    Effect.provideService(HttpClient.HttpClient, authority.client),
    Effect.orDie
  )

const providerOf = (authority: { readonly client: HttpClient.HttpClient }) =>
  Effect.flatMap(makeWith(authority), TokenProvider.make)

describe.sequential("OnBehalfOf", () => {
  it.effect("exchanges the user's token", () =>
    Effect.gen(function*() {
      const authority = forUsers()
      const credential = yield* makeWith(authority, { additionallyAllowedTenants: [otherTenant] })
      assert.isTrue(credential.onBehalfOf)
      const token = yield* credential.acquire({ userAssertion: Redacted.make(tokenOf("adele")) })
      assert.strictEqual(text(token), graphTokenOf("adele"))
      assert.strictEqual(
        authority.requests[0]!.url,
        `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`
      )
      assert.deepStrictEqual(Object.fromEntries(authority.requests[0]!.form), {
        client_id: clientId,
        client_secret: secret,
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion: tokenOf("adele"),
        requested_token_use: "on_behalf_of",
        scope: "https://graph.microsoft.com/.default"
      })
      yield* credential.acquire({ tenantId: otherTenant, scopes: ["User.Read"], claims: "{}", cae: true }).pipe(
        as("grady")
      )
      const { form, url } = authority.requests[1]!
      assert.include(url, otherTenant)
      assert.strictEqual(form.get("assertion"), tokenOf("grady"))
      assert.strictEqual(form.get("scope"), "User.Read")
      assert.deepStrictEqual(JSON.parse(form.get("claims")!), { access_token: { xms_cc: { values: ["cp1"] } } })
    }))

  it.effect("nobody gets nothing, and is told how to say who the user is", () =>
    Effect.gen(function*() {
      const authority = forUsers()
      const credential = yield* makeWith(authority)
      const error = yield* Effect.flip(credential.acquire({}))
      assert.strictEqual(error._tag, "InvalidTokenRequest")
      assert.include(error.message, "UserAssertion.provide")
      for (const bad of ["", `Bearer ${tokenOf("adele")}`, `${tokenOf("adele")}\n`]) {
        const error = yield* Effect.flip(credential.acquire({ userAssertion: Redacted.make(bad) }))
        assert.strictEqual(error._tag, "InvalidTokenRequest")
        utils.assertClean(utils.representations(error), [tokenOf("adele")])
      }
      assert.lengthOf(authority.requests, 0)
    }))

  it.effect("what the user has to do is for the calling client to pass on", () =>
    Effect.gen(function*() {
      const claims = JSON.stringify({ access_token: { capolids: { essential: true, values: ["c1"] } } })
      const cases: ReadonlyArray<[object, AuthError.AuthError["_tag"], string | undefined]> = [
        [{ error: "interaction_required", claims, error_codes: [50079] }, "InteractionRequired", claims],
        [{ error: "invalid_grant", error_codes: [50013] }, "InteractionRequired", undefined],
        [{ error: "invalid_client", error_codes: [7000215] }, "InvalidClient", undefined]
      ]
      for (const [body, tag, expected] of cases) {
        const credential = yield* makeWith(makeAuthority(() => oauthError(body)))
        const error = yield* Effect.flip(credential.acquire({}).pipe(as("adele")))
        assert.strictEqual(error._tag, tag)
        assert.strictEqual(error._tag === "InteractionRequired" ? error.claims : undefined, expected)
      }
    }))

  describe("with a provider", () => {
    it.scoped("each user gets a token of their own, and nobody gets any", () =>
      Effect.gen(function*() {
        const authority = forUsers()
        const tokens = yield* providerOf(authority)
        for (let round = 0; round < 2; round++) {
          for (const user of ["adele", "grady"]) {
            assert.strictEqual(text(yield* tokens.get().pipe(as(user))), graphTokenOf(user))
            const named = yield* tokens.get({ userAssertion: Redacted.make(tokenOf(user)) }).pipe(as("somebody else"))
            assert.strictEqual(text(named), graphTokenOf(user))
          }
          assert.strictEqual((yield* Effect.flip(tokens.get()))._tag, "InvalidTokenRequest")
        }
        assert.lengthOf(authority.requests, 2)
        const rejected = yield* tokens.get().pipe(as("adele"))
        yield* tokens.renew({}, rejected).pipe(as("adele"))
        yield* tokens.get().pipe(as("grady"))
        assert.deepStrictEqual(authority.requests.map((_) => _.form.get("assertion")), [
          tokenOf("adele"),
          tokenOf("grady"),
          tokenOf("adele")
        ])
      }))

    it.scoped("the user is that of the fiber that asks, however many ask at once", () =>
      Effect.gen(function*() {
        const authority = makeAuthority((_, { form }) =>
          Effect.delay(
            Effect.sync(() => tokenResponse({ access_token: `graph-${form.get("assertion")!.split(".")[1]}` })),
            "1 second"
          )
        )
        const tokens = yield* providerOf(authority)
        const users = Array.from({ length: 60 }, (_, i) => `user-${i % 3}`)
        const fiber = yield* Effect.fork(
          Effect.forEach(users, (user) => Effect.map(tokens.get().pipe(as(user)), text), { concurrency: "unbounded" })
        )
        yield* utils.until(() => authority.requests.length === 3)
        yield* utils.eventually(
          Effect.map(TestClock.sleeps(), (_) => Chunk.size(Chunk.filter(_, (t) => t === 1000)) === 3)
        )
        yield* TestClock.setTime(1000)
        assert.deepStrictEqual(yield* Fiber.join(fiber), users.map(graphTokenOf))
        assert.lengthOf(authority.requests, 3)
      }))

    it.scoped("when one user's callers are gone, the others' requests go on", () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => Effect.never)
        const tokens = yield* providerOf(authority)
        const adele = yield* Effect.fork(tokens.get().pipe(as("adele")))
        const grady = yield* Effect.fork(tokens.get().pipe(as("grady")))
        yield* utils.until(() => authority.requests.length === 2)
        yield* Fiber.interrupt(adele)
        const aborted = authority.requests.map((_) => [_.form.get("assertion"), _.signal.aborted])
        assert.deepStrictEqual(aborted.sort(), [[tokenOf("adele"), true], [tokenOf("grady"), false]].sort())
        yield* Fiber.interrupt(grady)
      }))

    it.scoped("four thousand users stay within the capacity, and the latest are kept", () =>
      Effect.gen(function*() {
        const authority = forUsers()
        const tokens = yield* providerOf(authority)
        const ask = (i: number) =>
          Effect.map(tokens.get().pipe(as(`user-${i}`)), (token) =>
            assert.strictEqual(text(token), graphTokenOf(`user-${i}`)))
        yield* Effect.forEach(
          Array.from({ length: 4000 }, (_, i) =>
            i),
          ask,
          { discard: true }
        )
        assert.lengthOf(authority.requests, 4000)
        yield* Effect.forEach(Array.from({ length: 1000 }, (_, i) => 3000 + i), ask, { discard: true })
        assert.lengthOf(authority.requests, 4000)
        yield* Effect.forEach(Array.from({ length: 50 }, (_, i) => i), ask, { discard: true })
        assert.lengthOf(authority.requests, 4050)
        // Those who were let go in favour of the fifty are the ones asked for longest ago.
        yield* ask(3050)
        assert.lengthOf(authority.requests, 4050)
        yield* ask(3000)
        assert.lengthOf(authority.requests, 4051)
      }).pipe(Effect.provide(TokenPolicy.layer({ capacity: 1000 }))), 60_000)
  })

  describe("options", () => {
    it.effect("are checked when the layer is built", () =>
      Effect.forEach(
        [
          [{ tenantId: "organizations" }, "tenantId is not one tenant"],
          [{ clientId: "" }, "clientId is empty"],
          [{ additionallyAllowedTenants: ["x"] }, "additionallyAllowedTenants is neither"]
        ] as const,
        ([more, message]) =>
          Effect.gen(function*() {
            const error = yield* Layer.build(OnBehalfOf.layer({ ...options, ...more })).pipe(
              Effect.scoped,
              Effect.provide(forUsers().layer),
              Effect.flip
            )
            assert.include(error.message, message)
          })
      ))

    const fromConfig = (entries: ReadonlyArray<[string, string]>) =>
      TokenProvider.TokenProvider.pipe(
        Effect.provide(
          TokenProvider.layer.pipe(
            Layer.provide(OnBehalfOf.layerConfig()),
            Layer.provide(forUsers().layer),
            Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(entries))))
          )
        )
      )

    it.effect("come from the configuration", () =>
      Effect.gen(function*() {
        const entries: ReadonlyArray<[string, string]> = [
          ["AZURE_TENANT_ID", tenantId],
          ["AZURE_CLIENT_ID", clientId],
          ["MSGRAPH_CLOUD", "china"]
        ]
        const tokens = yield* fromConfig([...entries, ["AZURE_CLIENT_SECRET", secret]])
        assert.strictEqual(tokens.cloud, NationalCloud.clouds.china)
        const error = yield* Effect.flip(fromConfig([...entries, ["AZURE_CLIENT_SECRET", `${secret}\n`]]))
        assert.include(String(error), "AZURE_CLIENT_SECRET begins or ends with white space")
        utils.assertClean(utils.representations(error), [secret])
        assert.include(String(yield* Effect.flip(fromConfig(entries))), "AZURE_CLIENT_SECRET")
      }))
  })

  it.scoped("neither the user's token nor the secret is seen anywhere", () =>
    Effect.gen(function*() {
      const assertion = tokenOf("adele.vance@contoso.com who has a long name")
      const recorder = utils.recordSpans()
      const authority = makeAuthority((_, { form }) =>
        oauthError({
          error: "invalid_grant",
          suberror: "bad_token",
          error_description: `AADSTS50013: ${form.get("assertion")} and ${form.get("client_secret")}`,
          claims: JSON.stringify({ echo: form.get("assertion") })
        })
      )
      const credential = yield* makeWith(authority)
      const tokens = yield* TokenProvider.make(credential)
      const error = yield* Effect.flip(tokens.get()).pipe(
        UserAssertion.provide(Redacted.make(assertion)),
        Effect.withTracer(recorder.tracer)
      )
      assert.strictEqual(error._tag, "InteractionRequired")
      utils.assertClean(
        [
          ...utils.representations(error),
          ...utils.representations(credential),
          ...utils.representations(tokens),
          recorder.text()
        ],
        [assertion, secret]
      )
    }))
})
