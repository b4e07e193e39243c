import { AccessToken, AuthError, ClientSecret, Credential, TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, LifecycleWorkflows, Throttle } from "@effect-msgraph/client"
import { NationalCloud } from "@effect-msgraph/domain"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Clock, DateTime, Deferred, Effect, Layer, Redacted, Stream } from "effect"
import { assertError, connect, empty, httpClient, json, ok, refusal, runId, workflowId } from "./utils.js"
import type { Reply, Sent } from "./utils.js"

const nbf = (value: number) => JSON.stringify({ access_token: { nbf: { essential: true, value: String(value) } } })

/** As Graph sends it. */
const challenge = (claims: string) =>
  "Bearer realm=\"\", authorization_uri=https://login.evil.example/common/oauth2/authorize, " +
  "client_id=\"00000003-0000-0000-c000-000000000000\", error=\"insufficient_claims\", " +
  `claims="${Buffer.from(claims).toString("base64")}", errorDescription="Continuous access evaluation"`

const challenged = (claims: string, code = "InvalidAuthenticationToken") =>
  refusal(401, code, { "www-authenticate": challenge(claims) })

/** A credential of `token-1`, `token-2`, … */
const makeCredential = (
  before: (n: number, request: Credential.TokenRequest) => Effect.Effect<void, AuthError.AuthError> = () => Effect.void
) => {
  const asked: Array<Credential.TokenRequest> = []
  const service: Credential.Service = {
    name: "Test",
    cloud: NationalCloud.global,
    tenantId: undefined,
    clientId: undefined,
    acquire: (request) =>
      Effect.gen(function*() {
        const n = asked.push(request)
        yield* before(n, request)
        const now = yield* Clock.currentTimeMillis
        return AccessToken.make({ token: `token-${n}`, expiresAt: DateTime.unsafeMake(now + 3_600_000) })
      })
  }
  return { asked, service }
}

/** The services on these replies and the real provider of tokens. */
const services = (
  replies: Parameters<typeof httpClient>[0],
  credential: { readonly service: Credential.Service } = makeCredential()
) => {
  const { client, sent } = httpClient(replies)
  const layer = LifecycleWorkflows.layer.pipe(
    Layer.provide(GraphClient.layerWithThrottle),
    // Wide enough that the gate keeps nobody waiting.
    Layer.provide(Throttle.layer({ initialConcurrency: 64 })),
    Layer.provide(TokenProvider.layer),
    Layer.provide(Layer.succeed(Credential.Credential, credential.service)),
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client))
  )
  return Effect.map(
    Layer.build(layer).pipe(
      Effect.flatMap((context) => Effect.provide(LifecycleWorkflows.LifecycleWorkflows, context))
    ),
    (lcw) => ({ get: lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] }), sent })
  )
}

const bearers = (sent: ReadonlyArray<Sent>) => sent.map(({ headers }) => headers["authorization"])

describe("tokens are asked for", () => {
  it.scoped("with the capability to answer claims challenges, and renewed with the same", () =>
    Effect.gen(function*() {
      const credential = makeCredential()
      const { get, sent } = yield* services([empty(401), ok(), ok()], credential)
      yield* get
      yield* get
      deepStrictEqual(credential.asked, [{ cae: true }, { cae: true }])
      deepStrictEqual(bearers(sent), ["Bearer token-1", "Bearer token-2", "Bearer token-2"])
    }))
})

describe("a claims challenge", () => {
  it.scoped("is answered with a token for the claims, by which the request is repeated once", () =>
    Effect.gen(function*() {
      const credential = makeCredential()
      const { get, sent } = yield* services([challenged(nbf(7)), ok()], credential)
      yield* get
      deepStrictEqual(credential.asked, [{ cae: true }, { cae: true, claims: nbf(7) }])
      deepStrictEqual(bearers(sent), ["Bearer token-1", "Bearer token-2"])
      deepStrictEqual(
        new Set(sent.map(({ url }) => new URL(url).origin)),
        new Set(["https://graph.microsoft.com"]),
        "the address in the challenge is nobody's to follow"
      )
    }))

  it.scoped("that cannot be read is answered like a plain 401", () =>
    Effect.gen(function*() {
      const credential = makeCredential()
      const header = "Bearer error=\"insufficient_claims\", claims=\"%%%\""
      const { get } = yield* services([empty(401, { "www-authenticate": header }), ok()], credential)
      yield* get
      deepStrictEqual(credential.asked, [{ cae: true }, { cae: true }])
    }))

  it.scoped("that remains is in the error, for who can do something about it", () =>
    Effect.gen(function*() {
      const credential = makeCredential()
      const { get, sent } = yield* services([challenged(nbf(7)), challenged(nbf(8), "second")], credential)
      const error = yield* Effect.flip(get)
      assertTrue(error._tag === "Unauthorized")
      strictEqual(error.code, "second")
      strictEqual(error.claims, nbf(8))
      assertTrue(error.message.includes("claims challenge"))
      strictEqual(sent.length, 2)
      strictEqual(credential.asked.length, 2)
    }))

  it.scoped("is not in the error of a plain second 401", () =>
    Effect.gen(function*() {
      const { get } = yield* services([challenged(nbf(7)), empty(401)])
      const error = yield* Effect.flip(get)
      assertTrue(error._tag === "Unauthorized")
      strictEqual(error.claims, undefined)
    }))

  it.scoped("after a plain 401 is not answered in the same call, but in the next one", () =>
    Effect.gen(function*() {
      const credential = makeCredential()
      const { get } = yield* services([empty(401), challenged(nbf(7)), challenged(nbf(7)), ok()], credential)
      const error = yield* Effect.flip(get)
      assertTrue(error._tag === "Unauthorized" && error.claims === nbf(7))
      yield* get
      deepStrictEqual(credential.asked, [{ cae: true }, { cae: true }, { cae: true, claims: nbf(7) }])
    }))

  it.scoped("that the authority refuses ends the call with the authority's error", () =>
    Effect.gen(function*() {
      const refused = new AuthError.InteractionRequired({
        credential: "Test",
        claims: nbf(9),
        diagnostics: AuthError.noDiagnostics
      })
      const credential = makeCredential((_, { claims }) => claims === undefined ? Effect.void : Effect.fail(refused))
      const { get, sent } = yield* services([challenged(nbf(7))], credential)
      assertError(yield* Effect.flip(get), refused)
      strictEqual(sent.length, 1)
    }))

  // Claims with something in them that no error may carry are no claims: the token is renewed without.
  const token = "token-1-with-enough-of-it-to-be-recognised"
  for (
    const [what, value] of [
      ["the token", token],
      ["a part of the token", token.slice(8, 30)],
      ["the token, escaped", `\\u0074${token.slice(1)}`],
      ["a token of another kind", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9."],
      ["a user name", "adele@contoso.com"]
    ] as const
  ) {
    it.effect(`that repeats ${what} is not passed on`, () =>
      Effect.gen(function*() {
        const header = challenge(`{"access_token":{"x":{"value":"${value}"}}}`)
        const { lcw } = yield* connect(() => empty(401, { "www-authenticate": header }), { name: () => token })
        const error = yield* Effect.flip(lcw.workflows.runs.get({ workflowId, runId }))
        assertTrue(error._tag === "Unauthorized")
        strictEqual(error.claims, undefined)
      }))
  }
})

describe("fifty calls at once that are refused on one token", () => {
  const fifty = (refuse: (index: number) => Response) =>
    Effect.gen(function*() {
      const gate = yield* Deferred.make<void>()
      const arrived = yield* Deferred.make<void>()
      const credential = makeCredential((n) => n === 1 ? Effect.void : Deferred.await(gate))
      let refused = 0
      const reply = (sent: Sent): Reply =>
        sent.headers["authorization"] === "Bearer token-1"
          // Nobody is answered before all have asked.
          ? () => {
            const n = refused++
            return Effect.as(
              n === 49 ? Deferred.succeed(arrived, void 0) : Deferred.await(arrived),
              refuse(n)
            )
          }
          : ok()
      const { get, sent } = yield* services(reply, credential)
      const fiber = yield* Effect.fork(Effect.all(Array.from({ length: 50 }, () => get), { concurrency: "unbounded" }))
      yield* Deferred.await(arrived)
      yield* Effect.forEach(Array.from({ length: 50 }), () => Effect.yieldNow(), { discard: true })
      yield* Deferred.succeed(gate, void 0)
      yield* fiber
      strictEqual(sent.length, 100)
      deepStrictEqual(new Set(bearers(sent.slice(50))), new Set(["Bearer token-2"]))
      return credential.asked
    })

  it.scoped("cost one renewal", () =>
    Effect.gen(function*() {
      deepStrictEqual(yield* fifty(() => empty(401)), [{ cae: true }, { cae: true }])
    }))

  it.scoped("cost one renewal with claims too, of which each has another instant", () =>
    Effect.gen(function*() {
      const asked = yield* fifty((n) => challenged(nbf(1_700_000_000 + n)))
      strictEqual(asked.length, 2)
      assertTrue(asked[1]?.claims?.includes("17000000") === true && asked[1].cae === true)
    }))

  it.scoped("cost one renewal if they are refused one after the other, too", () =>
    Effect.gen(function*() {
      const credential = makeCredential()
      const late = yield* Deferred.make<void>()
      let n = 0
      const { get, sent } = yield* services(({ headers }) => {
        if (headers["authorization"] !== "Bearer token-1") return ok()
        const claims = nbf(n++)
        // The first is refused at once, the others when the token has long been replaced.
        return () => Effect.as(n === 1 ? Effect.void : Deferred.await(late), challenged(claims))
      }, credential)
      const others = yield* Effect.fork(
        Effect.zipRight(
          Effect.yieldNow(),
          Effect.all(Array.from({ length: 49 }, () => get), { concurrency: "unbounded" })
        )
      )
      yield* get
      yield* Deferred.succeed(late, void 0)
      yield* others
      strictEqual(credential.asked.length, 2)
      assertTrue(sent.length <= 100)
    }))
})

describe("a token of one cloud", () => {
  const tenantId = "6f3c9d1e-58a7-4a34-9f5e-0d7a2b1c4e11"
  const clouds = Object.values(NationalCloud.clouds)

  /** Everything that the services send, tokens included, of a cloud whose authority gives tokens with its name in them. */
  const world = (cloud: NationalCloud.NationalCloud, graph: (url: URL) => Response) =>
    Effect.gen(function*() {
      const sent: Array<{ readonly url: URL; readonly authorization: string | undefined; readonly form: string }> = []
      const client = HttpClient.make((request, url) =>
        Effect.sync(() => {
          const form = request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : ""
          sent.push({ url, authorization: request.headers["authorization"], form })
          const answer = url.pathname.endsWith("/token")
            ? json({ token_type: "Bearer", expires_in: 3600, access_token: `${url.host}-token` })
            : graph(url)
          return HttpClientResponse.fromWeb(request, answer)
        })
      )
      const layer = LifecycleWorkflows.layer.pipe(
        Layer.provide(GraphClient.layer),
        Layer.provide(TokenProvider.layer),
        Layer.provide(ClientSecret.layer({ cloud, tenantId, clientId: "app", clientSecret: Redacted.make("secret") })),
        Layer.provide(Layer.succeed(HttpClient.HttpClient, client))
      )
      const context = yield* Layer.build(layer)
      return { sent, lcw: yield* Effect.provide(LifecycleWorkflows.LifecycleWorkflows, context) }
    })

  for (const cloud of clouds) {
    it.scoped(`is asked of that cloud and sent there only: ${cloud.displayName}`, () =>
      Effect.gen(function*() {
        const { lcw, sent } = yield* world(cloud, () => ok())
        const exit = yield* Effect.either(lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] }))
        if (exit._tag === "Left") {
          strictEqual(exit.left._tag, "CloudUnavailable")
          deepStrictEqual(sent, [])
          return
        }
        deepStrictEqual(sent.map(({ url }) => url.origin), [cloud.authority, cloud.graphRoot])
        strictEqual(new URLSearchParams(sent[0]!.form).get("scope"), `${cloud.graphRoot}/.default`)
        strictEqual(sent[0]!.authorization, undefined)
        strictEqual(sent[1]!.authorization, `Bearer ${new URL(cloud.authority).host}-token`)
      }))
  }

  for (const other of clouds.filter(({ name }) => name !== "china")) {
    it.scoped(`does not follow a link to another: ${other.displayName}`, () =>
      Effect.gen(function*() {
        const { lcw, sent } = yield* world(
          NationalCloud.china,
          () => json({ value: [], "@odata.nextLink": `${other.graphRoot}/v1.0/next` })
        )
        const error = yield* Effect.flip(Stream.runDrain(lcw.workflows.runs.list({ workflowId })))
        strictEqual(error._tag, "UntrustedLink")
        assertTrue(sent.every(({ url }) => url.origin !== other.graphRoot))
      }))
  }
})
