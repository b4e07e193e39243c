import { Fault, Message, RequestLog, Seed } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Fiber, TestClock } from "effect"
import { inspect } from "node:util"
import {
  bareEmulator,
  claimsOf,
  getToken,
  graph,
  postForm,
  refusal,
  requestToken,
  send,
  show,
  tokenForm
} from "./support.js"

const authority = "https://login.microsoftonline.com"
const document = (tenant: string) => `${authority}/${tenant}/v2.0/.well-known/openid-configuration`
const clientId = Seed.demoPublicClient.clientId

describe("discovery", () => {
  it.effect("names the endpoints of a tenant, by its id", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const root = `${authority}/${Seed.demoTenantId}`
      for (const name of [Seed.demoTenantId, Seed.demoDomain]) {
        const { body, headers, status } = yield* send(emulator, "GET", document(name))
        deepStrictEqual([status, headers["content-type"]], [200, "application/json; charset=utf-8"])
        deepStrictEqual(body, {
          token_endpoint: `${root}/oauth2/v2.0/token`,
          token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
          response_modes_supported: ["query"],
          response_types_supported: ["code"],
          scopes_supported: ["openid", "profile", "email", "offline_access"],
          issuer: `${root}/v2.0`,
          jwks_uri: `${root}/discovery/v2.0/keys`,
          request_uri_parameter_supported: false,
          authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
          device_authorization_endpoint: `${root}/oauth2/v2.0/devicecode`,
          code_challenge_methods_supported: ["S256", "plain"],
          tenant_region_scope: "WW",
          msgraph_host: "graph.microsoft.com"
        })
      }
    }))

  it.effect("has no key to show", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const { body } = yield* send(emulator, "GET", document("common"))
      deepStrictEqual((yield* send(emulator, "GET", body.jwks_uri)).body, { keys: [] })
    }))

  it.effect("names those of any tenant", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      for (const name of ["common", "organizations"]) {
        const { body } = yield* send(emulator, "GET", document(name))
        deepStrictEqual([body.issuer, body.token_endpoint], [
          `${authority}/{tenantid}/v2.0`,
          `${authority}/${name}/oauth2/v2.0/token`
        ])
      }
    }))

  it.effect("knows no other tenant, and no other document", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      deepStrictEqual(refusal(yield* send(emulator, "GET", document("fabrikam.com"))), [400, "invalid_tenant", 90002])
      for (const path of ["v2.0/.well-known/keys", "oauth2/v2.0/logout"]) {
        const answer = yield* send(emulator, "GET", `${authority}/${Seed.demoTenantId}/${path}`)
        deepStrictEqual([answer.status, answer.body], [404, undefined])
      }
    }))
})

describe("an authority for any tenant", () => {
  it.effect("gives applications no token: which tenant's would it be", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const form = Object.fromEntries(new URLSearchParams(tokenForm()))
      for (const name of ["common", "organizations"]) {
        deepStrictEqual(refusal(yield* postForm(emulator, "token", form, name)), [400, "invalid_request", 50059])
      }
    }))
})

describe("the log of the authority", () => {
  it.effect("counts its endpoints apart, and holds no code, no state and no token", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      yield* send(emulator, "GET", document("common"))
      const { body } = yield* postForm(emulator, "devicecode", {
        client_id: clientId,
        scope: `offline_access ${graph}/User.Read`
      })
      yield* emulator.users.approve(body.user_code)
      const tokens = yield* postForm(emulator, "token", {
        grant_type: "device_code",
        client_id: clientId,
        device_code: body.device_code
      })
      const query = new URLSearchParams({
        client_id: clientId,
        response_type: "code",
        redirect_uri: "http://localhost:1/done",
        state: "the-state",
        scope: "User.Read",
        code_challenge: "the-challenge"
      })
      const { headers } = yield* emulator.handle(
        Message.request("GET", `${authority}/${Seed.demoTenantId}/oauth2/v2.0/authorize?${query}`)
      )
      const code = new URL(headers.location!).searchParams.get("code")!
      yield* postForm(emulator, "token", {
        grant_type: "authorization_code",
        client_id: clientId,
        code,
        code_verifier: "the-verifier",
        redirect_uri: "http://localhost:1/done"
      })
      // Where nobody should put them.
      yield* send(emulator, "GET", `${document("common")}?code=${code}&user_code=${body.user_code}`)
      yield* emulator.handle(Message.request("GET", `${authority}/common/oauth2/deviceauth`))
      const counts = yield* emulator.requestCounts
      deepStrictEqual(counts.byEndpoint, { graph: 0, token: 2, authority: 5, unknown: 0 })
      const entries = yield* emulator.requests
      deepStrictEqual(entries.map(({ application, endpoint }) => [endpoint, application]), [
        ["authority", undefined],
        ["authority", clientId],
        ["token", clientId],
        ["authority", clientId],
        ["token", undefined],
        ["authority", undefined],
        ["authority", undefined]
      ])
      const shown = inspect([entries, counts, emulator, emulator.tenants], { depth: 12, maxStringLength: 1e6 }) +
        JSON.stringify(entries)
      const hidden = [
        body.device_code,
        body.user_code,
        code,
        "the-state",
        "the-challenge",
        "the-verifier",
        tokens.body.access_token,
        tokens.body.refresh_token
      ]
      for (const text of hidden) assertTrue(!shown.includes(text))
    }))

  it("starts with nothing", () => {
    deepStrictEqual(RequestLog.noRequests.byEndpoint, { graph: 0, token: 0, authority: 0, unknown: 0 })
  })
})

describe("faults of the authority", () => {
  const bare = Effect.gen(function*() {
    const emulator = yield* bareEmulator()
    const requests = {
      token: Message.request("POST", `${authority}/${Seed.demoTenantId}/oauth2/v2.0/token`, { body: tokenForm() }),
      discovery: Message.request("GET", document("common")),
      devicecode: Message.request("POST", `${authority}/common/oauth2/v2.0/devicecode`, {
        body: `client_id=${clientId}&scope=User.Read`
      })
    }
    return { emulator, requests }
  })

  for (const name of ["token", "discovery", "devicecode"] as const) {
    it.effect(`are of every kind: ${name}`, () =>
      Effect.gen(function*() {
        const { emulator, requests } = yield* bare
        const endpoint = name === "token" ? "token" : "authority"
        const ask = emulator.handle(requests[name])
        const right = yield* ask
        strictEqual(right.status, 200)
        const befallen = (fault: Fault.Fault) => Effect.zipRight(emulator.inject(fault, { endpoint }), ask)
        const throttled = yield* befallen(Fault.throttled(7))
        deepStrictEqual([throttled.status, throttled.headers["retry-after"], JSON.parse(throttled.body).error], [
          429,
          "7",
          "temporarily_unavailable"
        ])
        const down = yield* befallen(Fault.unavailable())
        deepStrictEqual([down.status, JSON.parse(down.body).error_codes], [503, [90033]])
        const page = yield* befallen(Fault.htmlPage())
        deepStrictEqual([page.status, page.headers["content-type"]], [502, "text/html; charset=utf-8"])
        const empty = yield* befallen(Fault.emptyBody())
        deepStrictEqual([empty.status, empty.body], [200, ""])
        const half = yield* befallen(Fault.truncatedJson)
        assertTrue(half.status === 200 && !half.body.endsWith("}") && half.body.length > 10)
        const named = yield* befallen(Fault.contentType("text/plain"))
        deepStrictEqual([named.status, named.headers["content-type"]], [200, "text/plain"])
        strictEqual((yield* Effect.flip(befallen(Fault.connectionFailure)))._tag, "ConnectionFailure")
        const fiber = yield* Effect.fork(befallen(Fault.delay("5 seconds")))
        yield* TestClock.adjust("4999 millis")
        strictEqual((yield* Fiber.poll(fiber))._tag, "None")
        yield* TestClock.adjust("1 millis")
        strictEqual((yield* Fiber.join(fiber)).status, 200)
      }))
  }

  it.effect("are told apart by endpoint and by path", () =>
    Effect.gen(function*() {
      const { emulator, requests } = yield* bare
      yield* emulator.inject(Fault.unavailable(), { endpoint: "authority", path: "DEVICECODE" })
      strictEqual((yield* emulator.handle(requests.token)).status, 200)
      strictEqual((yield* emulator.handle(requests.discovery)).status, 200)
      strictEqual((yield* emulator.handle(requests.devicecode)).status, 503)
      strictEqual((yield* emulator.handle(requests.devicecode)).status, 200)
    }))

  it.effect("can ask for claims", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } })
      yield* emulator.inject(Fault.status(400, { code: "interaction_required", claims }), { endpoint: "token" })
      const { body } = yield* requestToken(emulator)
      deepStrictEqual([body.error, body.claims], ["interaction_required", claims])
    }))
})

describe("a clock that differs", () => {
  for (const clockSkew of [-600, 600]) {
    it.effect(`by ${clockSkew} seconds shows in all that the service says`, () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(Date.UTC(2030, 0))
        const emulator = yield* bareEmulator(undefined, { clockSkew })
        const theirs = Date.UTC(2030, 0) + clockSkew * 1000
        const answer = yield* requestToken(emulator)
        strictEqual(Date.parse(answer.headers.date!), theirs)
        const { exp, nbf } = claimsOf(answer.body.access_token)
        deepStrictEqual([nbf, exp], [theirs / 1000, theirs / 1000 + 3599])
        const result = yield* show(emulator, answer.body.access_token)
        assertTrue(result.status !== 401)
        strictEqual(Date.parse(result.headers.date!), theirs)
        deepStrictEqual((yield* emulator.requests).map(({ milliseconds, receivedAt }) => [receivedAt, milliseconds]), [
          [Date.UTC(2030, 0), 0],
          [Date.UTC(2030, 0), 0]
        ])
        const wrong = yield* requestToken(emulator, tokenForm(Seed.demoReader, { client_secret: "x" }))
        assertInclude(wrong.body.timestamp, new Date(theirs).toISOString().slice(11, 19))
        yield* emulator.revoke()
        strictEqual((yield* show(emulator, answer.body.access_token)).status, 401)
        assertTrue((yield* show(emulator, yield* getToken(emulator))).status !== 401)
      }))
  }
})

describe("the demo users", () => {
  it("are those of the directory", () => {
    const { root, users } = Seed.demo()
    deepStrictEqual(users, Seed.demoUsers)
    for (const { displayName, id, userPrincipalName } of Seed.demoUsers) {
      const { properties } = root.collections.users!.get(id)!
      deepStrictEqual([properties.displayName, properties.userPrincipalName], [displayName, userPrincipalName])
    }
  })
})
