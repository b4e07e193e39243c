import { type AuthError, ClientSecret, TokenPolicy } from "@effect-msgraph/auth"
import { NationalCloud } from "@effect-msgraph/domain"
import { HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Either, Fiber, Layer } from "effect"
import { problems } from "../src/internal/application.js"
import * as wire from "../src/internal/wire.js"
import * as utils from "./utils.js"

const authority = "https://idp.example.com"
const { clientId, otherTenant, tenantId } = utils

type Reply = Response | "refused" | Effect.Effect<Response>

/** The way to a custom authority that answers requests for its discovery document so, by their number. */
const connect = (reply: (n: number, url: URL) => Reply, cloud = utils.custom(authority)) =>
  Effect.gen(function*() {
    const asked: Array<string> = []
    let aborted = 0
    const client = HttpClient.make((request, url) =>
      Effect.gen(function*() {
        const answer = reply(asked.push(`${request.method} ${url.href}`), url)
        if (answer === "refused") return yield* new HttpClientError.RequestError({ request, reason: "Transport" })
        return HttpClientResponse.fromWeb(request, answer instanceof Response ? answer : yield* answer)
      }).pipe(Effect.onInterrupt(() => Effect.sync(() => aborted++)))
    )
    const made = yield* Effect.provideService(wire.make(cloud), HttpClient.HttpClient, client)
    return {
      asked,
      aborted: () => aborted,
      endpoints: (tenant = tenantId) => wire.endpoints(made, { credential: "Test", tenantId: tenant, clientId })
    }
  })

const document = (body: object = {}) => () =>
  Response.json({
    token_endpoint: `${authority}/own/token`,
    device_authorization_endpoint: `${authority}/own/device`,
    authorization_endpoint: `${authority}/own/authorize`,
    ...body
  })

const own: wire.Endpoints = {
  token: `${authority}/own/token`,
  deviceAuthorization: `${authority}/own/device`,
  authorization: `${authority}/own/authorize`
}

const layout = (tenant = tenantId): wire.Endpoints => ({
  token: `${authority}/${tenant}/oauth2/v2.0/token`,
  deviceAuthorization: `${authority}/${tenant}/oauth2/v2.0/devicecode`,
  authorization: `${authority}/${tenant}/oauth2/v2.0/authorize`
})

const documentOf = (tenant = tenantId) => `GET ${authority}/${tenant}/v2.0/.well-known/openid-configuration`

/** Lets forked fibers run until they wait for something. */
const settle = Effect.forEach(Array.from({ length: 20 }), () => Effect.yieldNow(), { discard: true })

describe.sequential("discovery", () => {
  it.effect("of a custom authority happens once for each tenant", () =>
    Effect.gen(function*() {
      const { asked, endpoints } = yield* connect(document())
      for (let i = 0; i < 3; i++) assert.deepStrictEqual(yield* endpoints(), own)
      assert.deepStrictEqual(yield* endpoints(otherTenant), own)
      assert.deepStrictEqual(yield* endpoints(), own)
      assert.deepStrictEqual(asked, [documentOf(), documentOf(otherTenant)])
    }))

  it.effect("happens once for any number of callers at the same time, whoever of them leaves", () =>
    Effect.gen(function*() {
      const gate = yield* Deferred.make<void>()
      const { aborted, asked, endpoints } = yield* connect(() => Effect.map(Deferred.await(gate), document()))
      const fibers = yield* Effect.forEach(Array.from({ length: 50 }), () => Effect.fork(endpoints()))
      yield* settle
      yield* Fiber.interrupt(fibers[0]!)
      assert.strictEqual(aborted(), 0)
      yield* Deferred.succeed(gate, void 0)
      for (const fiber of fibers.slice(1)) assert.deepStrictEqual(yield* Fiber.join(fiber), own)
      assert.deepStrictEqual(asked, [documentOf()])
    }))

  it.effect("ends with its last caller, and begins anew with the next", () =>
    Effect.gen(function*() {
      const { aborted, asked, endpoints } = yield* connect((n) => n === 1 ? Effect.never : document()())
      const fibers = yield* Effect.forEach(Array.from({ length: 3 }), () => Effect.fork(endpoints()))
      yield* settle
      yield* Effect.forEach(fibers, Fiber.interrupt)
      assert.strictEqual(aborted(), 1)
      assert.deepStrictEqual(yield* endpoints(), own)
      assert.lengthOf(asked, 2)
    }))

  it.effect("is not needed for the clouds that are known", () =>
    Effect.forEach(Object.values(NationalCloud.clouds), (cloud) =>
      Effect.gen(function*() {
        const { asked, endpoints } = yield* connect(() => Response.error(), cloud)
        assert.strictEqual((yield* endpoints()).token, `${cloud.authority}/${tenantId}/oauth2/v2.0/token`)
        assert.deepStrictEqual(asked, [])
      })))

  it.effect("takes Entra's addresses for those that the document leaves out", () =>
    Effect.gen(function*() {
      const { endpoints } = yield* connect(document({ device_authorization_endpoint: undefined }))
      assert.deepStrictEqual(yield* endpoints(), { ...own, deviceAuthorization: layout().deviceAuthorization })
    }))

  for (const status of [400, 401, 403, 404, 405, 410]) {
    it.effect(`takes Entra's addresses where there is no document: ${status}`, () =>
      Effect.gen(function*() {
        const { asked, endpoints } = yield* connect(() => new Response("<html>no</html>", { status }))
        assert.deepStrictEqual(yield* endpoints(), layout())
        assert.deepStrictEqual(yield* endpoints(), layout())
        assert.deepStrictEqual(yield* endpoints(otherTenant), layout(otherTenant))
        assert.deepStrictEqual(asked, [documentOf(), documentOf(otherTenant)])
      }))
  }

  const foreign = [
    "https://evil.example/token",
    "http://idp.example.com/token",
    "https://idp.example.com:8443/token",
    "https://idp.example.com.evil.example/token",
    "https://idp.example.com@evil.example/token",
    "https://user:password@idp.example.com/token",
    "blob:https://idp.example.com/token",
    "javascript:alert(1)",
    "//evil.example/token",
    "/token",
    "",
    7,
    null
  ]
  for (const name of ["token_endpoint", "device_authorization_endpoint", "authorization_endpoint"]) {
    it.effect(`refuses a document with a ${name} elsewhere, and sends nothing there`, () =>
      Effect.forEach(foreign, (address) =>
        Effect.gen(function*() {
          const { requests, ...authorityWith } = utils.makeAuthority(
            () => utils.tokenResponse(),
            document({ [name]: address })
          )
          const credential = yield* ClientSecret.make({
            cloud: utils.custom(authority),
            tenantId,
            clientId,
            clientSecret: utils.appSecret
          }).pipe(Effect.provide(authorityWith.layer))
          const error = yield* Effect.flip(credential.acquire({}))
          assert.strictEqual(error._tag, "MalformedTokenResponse", String(address))
          assert.deepStrictEqual(requests, [])
          utils.assertClean(utils.representations(error), [utils.secret])
        })))
  }

  const faults: ReadonlyArray<readonly [what: string, reply: () => Reply, tag: AuthError.AuthError["_tag"]]> = [
    [
      "HTML",
      () => new Response("<html>log in</html>", { headers: { "content-type": "text/html" } }),
      "MalformedTokenResponse"
    ],
    ["no JSON object", () => Response.json([]), "MalformedTokenResponse"],
    ["nothing", () => new Response(null, { status: 204 }), "MalformedTokenResponse"],
    [
      "a redirect",
      () => new Response(null, { status: 302, headers: { location: "https://evil.example" } }),
      "MalformedTokenResponse"
    ],
    ["a fault of the server", () => new Response("", { status: 500 }), "AuthorityUnavailable"],
    ["a time-out", () => new Response("", { status: 408 }), "AuthorityUnavailable"],
    ["too many requests", () => new Response("", { status: 429, headers: { "retry-after": "7" } }), "TokenThrottled"],
    ["no connection", () => "refused", "AuthorityUnavailable"]
  ]
  for (const [what, reply, tag] of faults) {
    it.effect(`fails with ${tag} on ${what}, and does not remember it`, () =>
      Effect.gen(function*() {
        const { asked, endpoints } = yield* connect((n) => n === 1 ? reply() : document()())
        assert.strictEqual((yield* Effect.flip(endpoints()))._tag, tag)
        assert.deepStrictEqual(yield* endpoints(), own)
        assert.lengthOf(asked, 2)
      }))
  }

  it.effect("is tried again like a request for a token, after a 503 as late as that says", () =>
    Effect.gen(function*() {
      const served = utils.makeAuthority(
        () => utils.tokenResponse(),
        () =>
          served.discoveries.length === 1
            ? new Response("", { status: 503, headers: { "retry-after": "7" } })
            : served.discoveries.length === 2
            ? new Response("", { status: 503 })
            : document()()
      )
      const credential = yield* ClientSecret.make({
        cloud: utils.custom(authority),
        tenantId,
        clientId,
        clientSecret: utils.appSecret
      }).pipe(Effect.provide(Layer.merge(served.layer, TokenPolicy.layer({ backoff: Duration.millis(500) }))))
      const fiber = yield* Effect.fork(credential.acquire({}))
      yield* utils.runToEnd(fiber)
      assert.lengthOf(served.discoveries, 3)
      assert.deepStrictEqual(served.requests.map(({ url }) => url), [own.token])
      assert.isTrue(served.requests[0]!.at > 7000 && served.requests[0]!.at <= 8200)
    }))

  it.effect("remembers no more tenants than there is capacity for", () =>
    Effect.gen(function*() {
      const { asked, endpoints } = yield* Effect.provide(connect(document()), TokenPolicy.layer({ capacity: 2 }))
      for (const tenant of ["a.example", "b.example", "a.example", "c.example", "c.example"]) yield* endpoints(tenant)
      assert.lengthOf(asked, 3)
      yield* endpoints("a.example")
      assert.lengthOf(asked, 4)
    }))
})

describe("an authority", () => {
  const reach = (authority: string) => ({ ...NationalCloud.global, name: "custom" as const, authority })
  const problem = (authority: string) =>
    problems({ cloud: reach(authority), tenantId, clientId }, { aliases: false }).cloud

  it("is on https, or on this machine", () => {
    for (const good of ["https://idp.example.com", "http://127.0.0.1:4010", "http://localhost:1", "http://[::1]:1"]) {
      assert.isUndefined(problem(good), good)
      assert.isTrue(Either.isRight(NationalCloud.custom({ authority: good, graphRoot: good })), good)
    }
    for (
      const bad of [
        "http://idp.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://10.0.0.7",
        "ftp://127.0.0.1",
        "blob:https://idp.example.com",
        "idp.example.com",
        ""
      ]
    ) {
      assert.isString(problem(bad), bad)
      assert.isTrue(Either.isLeft(NationalCloud.custom({ authority: bad, graphRoot: "https://graph.example" })), bad)
      assert.isTrue(Either.isLeft(NationalCloud.custom({ authority: "https://idp.example", graphRoot: bad })), bad)
    }
  })
})
