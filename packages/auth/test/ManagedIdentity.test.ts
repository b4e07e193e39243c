import { AuthError, type Credential, TokenPolicy, TokenProvider } from "@effect-msgraph/auth"
import * as ManagedIdentity from "@effect-msgraph/auth/ManagedIdentity"
import { NationalCloud } from "@effect-msgraph/domain"
import { FetchHttpClient, FileSystem, HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Clock, ConfigProvider, Duration, Effect, FastCheck as fc, Fiber, Layer, Option, TestClock } from "effect"
import { createHash } from "node:crypto"
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import * as arc from "../src/internal/managedIdentity/arc.js"
import * as times from "../src/internal/times.js"
import * as utils from "./utils.js"

const { clientId, jwt, tenantId, text } = utils

const header = "853b9a84-5bfa-4b22-a3f3-0b9a43d9ad8a+XJ/Secret=="
const msiSecret = "ml-Secret-0d1f2a3b4c5d6e7f8091a2b3"
const arcKey = "arcKeyFileContent0123456789abcdefABCDEF"
const secrets = [header, msiSecret, arcKey, jwt]
const resource = "https://graph.microsoft.com"
const tokenPath = "/metadata/identity/oauth2/token"

const environment = (variables: Record<string, string>) =>
  Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))

const noFiles = FileSystem.layerNoop({ exists: () => Effect.succeed(false) })

// --- in memory -------------------------------------------------------------------------------------------------------

interface Seen {
  readonly url: URL
  readonly method: string
  readonly headers: Record<string, string | undefined>
  readonly at: number
}

type Reply = Response | Effect.Effect<Response> | "refused"

const given = (body: object = {}): Response =>
  Response.json({ access_token: jwt, expires_in: "3599", token_type: "Bearer", resource, ...body })

const failed = (status: number, body: object | string = {}, headers: HeadersInit = {}): Response =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers })

/** An endpoint. Requests without the metadata header, with which the metadata service is only looked for, are counted apart. */
const makeEndpoint = (reply: (n: number, request: Seen) => Reply, probe: () => Reply = () => failed(400)) => {
  const requests: Array<Seen> = []
  const probes: Array<Seen> = []
  const client = HttpClient.make((request, url) =>
    Effect.gen(function*() {
      const seen = { url, method: request.method, headers: request.headers, at: yield* Clock.currentTimeMillis }
      const isProbe = url.pathname === tokenPath && url.search === ""
      const list = isProbe ? probes : requests
      list.push(seen)
      const answer = isProbe ? probe() : reply(requests.length, seen)
      if (answer === "refused") {
        const cause = new TypeError("fetch failed", {
          cause: Object.assign(new Error(`connect ${header}`), { code: "ECONNREFUSED" })
        })
        return yield* new HttpClientError.RequestError({ request, reason: "Transport", cause })
      }
      return HttpClientResponse.fromWeb(request, answer instanceof Response ? answer : yield* answer)
    })
  )
  return { requests, probes, layer: Layer.merge(Layer.succeed(HttpClient.HttpClient, client), noFiles) }
}

const makeWith = (
  endpoint: { readonly layer: Layer.Layer<HttpClient.HttpClient | FileSystem.FileSystem> },
  options: ManagedIdentity.Options = {},
  variables: Record<string, string> = {}
) => ManagedIdentity.make(options).pipe(Effect.provide(endpoint.layer), environment(variables))

const acquire = (
  endpoint: ReturnType<typeof makeEndpoint>,
  request: Credential.TokenRequest = {},
  options: ManagedIdentity.Options = {},
  variables: Record<string, string> = {}
) => Effect.flatMap(Effect.orDie(makeWith(endpoint, options, variables)), (credential) => credential.acquire(request))

const appService = { IDENTITY_ENDPOINT: "http://127.0.0.1:41741/msi/token", IDENTITY_HEADER: header }
const serviceFabric = {
  IDENTITY_ENDPOINT: "https://localhost:2377/metadata/identity/oauth2/token",
  IDENTITY_HEADER: header,
  IDENTITY_SERVER_THUMBPRINT: "0123456789abcdef"
}
const machineLearning = { MSI_ENDPOINT: "http://127.0.0.1:46808/MSI/auth", MSI_SECRET: msiSecret }
const cloudShell = { MSI_ENDPOINT: "http://localhost:50342/oauth2/token" }
const azureArc = {
  IDENTITY_ENDPOINT: "http://localhost:40342/metadata/identity/oauth2/token",
  IMDS_ENDPOINT: "http://localhost:40342"
}

const once = Effect.provide(TokenPolicy.layer({ retries: 0 }))

const advance = (millis: number) => TestClock.adjust(millis)

// --- on real sockets -------------------------------------------------------------------------------------------------

interface Received {
  readonly method: string
  readonly path: string
  readonly query: Record<string, string>
  readonly headers: IncomingMessage["headers"]
  readonly body: string
}

const serve = (
  answer: (request: Received) => {
    readonly status: number
    readonly body: string
    readonly headers?: Record<string, string>
  }
) =>
  Effect.acquireRelease(
    Effect.async<{ readonly origin: string; readonly received: Array<Received>; readonly close: () => void }>(
      (resume) => {
        const received: Array<Received> = []
        const server = createServer((request, response) => {
          let body = ""
          request.on("data", (part) => body += part)
          request.on("end", () => {
            const url = new URL(request.url!, "http://127.0.0.1")
            const seen = {
              method: request.method!,
              path: url.pathname,
              query: Object.fromEntries(url.searchParams),
              headers: request.headers,
              body
            }
            received.push(seen)
            const { headers, status, ...rest } = answer(seen)
            response.writeHead(status, { "content-type": "application/json", ...headers }).end(rest.body)
          })
        })
        server.listen(0, "127.0.0.1", () => {
          const { port } = server.address() as AddressInfo
          resume(Effect.succeed({
            origin: `http://127.0.0.1:${port}`,
            received,
            close: () => {
              server.closeAllConnections()
              server.close()
            }
          }))
        })
      }
    ),
    ({ close }) => Effect.sync(close)
  )

const ok = (body: object = {}) => ({
  status: 200,
  body: JSON.stringify({ access_token: jwt, expires_in: 3600, token_type: "Bearer", ...body })
})

const live = Layer.merge(FetchHttpClient.layer, NodeFileSystem.layer)

const takeFrom = (variables: Record<string, string>, options: ManagedIdentity.Options = {}) =>
  Effect.flatMap(ManagedIdentity.make(options), (credential) => credential.acquire({})).pipe(environment(variables))

/** The real file system, in which a folder stands for that of Azure Arc. */
const redirected = (folder: string) =>
  Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (real) => {
      const at = (path: string) => path.replace(/^\/var\/opt\/azcmagent\/tokens/, folder)
      return FileSystem.FileSystem.of({
        ...real,
        stat: (path) => real.stat(at(path)),
        readFile: (path) => real.readFile(at(path))
      })
    })
  )

describe("on real sockets", () => {
  it.scopedLive("IMDS", () =>
    Effect.gen(function*() {
      const server = yield* serve((request) =>
        request.headers["metadata"] === "true"
          ? ok({ expires_in: "86399", refresh_in: "43200" })
          : { status: 400, body: "" }
      )
      const token = yield* takeFrom({ AZURE_POD_IDENTITY_AUTHORITY_HOST: server.origin }, { clientId })
      const [probe, request] = server.received
      assert.lengthOf(server.received, 2)
      assert.deepStrictEqual([probe!.path, probe!.query, probe!.headers["metadata"]], [tokenPath, {}, undefined])
      assert.strictEqual(request!.method, "GET")
      assert.strictEqual(request!.path, tokenPath)
      assert.deepStrictEqual(request!.query, { "api-version": "2018-02-01", resource, client_id: clientId })
      assert.strictEqual(text(token), jwt)
      assert.isAbove(token.refreshAt!.epochMillis, 0)
      assert.strictEqual(token.expiresAt.epochMillis - token.refreshAt!.epochMillis, (86_399 - 43_200) * 1000)
    }).pipe(Effect.provide(live)))

  it.scopedLive("App Service", () =>
    Effect.gen(function*() {
      const server = yield* serve(() => ({
        status: 200,
        body: JSON.stringify({ access_token: jwt, expires_on: "1799999999", resource, token_type: "Bearer" })
      }))
      const token = yield* takeFrom(
        { IDENTITY_ENDPOINT: `${server.origin}/msi/token`, IDENTITY_HEADER: header },
        { resourceId: "/subscriptions/1/resourceGroups/g/providers/x/y" }
      )
      const [request] = server.received
      assert.lengthOf(server.received, 1)
      assert.strictEqual(request!.method, "GET")
      assert.strictEqual(request!.path, "/msi/token")
      assert.deepStrictEqual(request!.query, {
        "api-version": "2019-08-01",
        resource,
        mi_res_id: "/subscriptions/1/resourceGroups/g/providers/x/y"
      })
      assert.strictEqual(request!.headers["x-identity-header"], header)
      assert.isUndefined(request!.headers["metadata"])
      assert.strictEqual(token.expiresAt.epochMillis, 1_799_999_999_000)
    }).pipe(Effect.provide(live)))

  it.scopedLive("Azure Machine Learning", () =>
    Effect.gen(function*() {
      const server = yield* serve(() => ok())
      const variables = { MSI_ENDPOINT: `${server.origin}/MSI/auth`, MSI_SECRET: msiSecret }
      yield* takeFrom(variables, { clientId })
      yield* takeFrom({ ...variables, DEFAULT_IDENTITY_CLIENT_ID: "the-default" })
      yield* takeFrom(variables)
      const [request, byDefault, none] = server.received
      assert.strictEqual(request!.headers["secret"], msiSecret)
      assert.deepStrictEqual(request!.query, { "api-version": "2017-09-01", resource, clientid: clientId })
      assert.strictEqual(byDefault!.query["clientid"], "the-default")
      assert.isUndefined(none!.query["clientid"])
    }).pipe(Effect.provide(live)))

  it.scopedLive("Service Fabric", () =>
    Effect.gen(function*() {
      const server = yield* serve(() => ({
        status: 200,
        body: JSON.stringify({ access_token: jwt, expires_on: 1_799_999_999, token_type: "Bearer" })
      }))
      const token = yield* takeFrom({
        IDENTITY_ENDPOINT: `${server.origin}/metadata/identity/oauth2/token`,
        IDENTITY_HEADER: header,
        IDENTITY_SERVER_THUMBPRINT: "0123"
      })
      const [request] = server.received
      assert.strictEqual(request!.headers["secret"], header)
      assert.deepStrictEqual(request!.query, { "api-version": "2019-07-01-preview", resource })
      assert.strictEqual(token.expiresAt.epochMillis, 1_799_999_999_000)
    }).pipe(Effect.provide(live)))

  it.scopedLive("Azure Arc, with the key of a real file", () =>
    Effect.gen(function*() {
      const fileSystem = yield* FileSystem.FileSystem
      const folder = yield* fileSystem.makeTempDirectoryScoped()
      yield* fileSystem.writeFileString(`${folder}/abc.key`, arcKey)
      const server = yield* serve((request) =>
        request.headers["authorization"] === `Basic ${arcKey}` ? ok() : {
          status: 401,
          body: "{}",
          headers: { "www-authenticate": "Basic realm=/var/opt/azcmagent/tokens/abc.key" }
        }
      )
      const token = yield* takeFrom({
        IDENTITY_ENDPOINT: `${server.origin}/metadata/identity/oauth2/token`,
        IMDS_ENDPOINT: server.origin
      }).pipe(Effect.provide(redirected(folder)))
      const [first, second] = server.received
      assert.lengthOf(server.received, 2)
      assert.isUndefined(first!.headers["authorization"])
      for (const request of [first!, second!]) {
        assert.deepStrictEqual(request.query, { "api-version": "2020-06-01", resource })
        assert.strictEqual(request.headers["metadata"], "true")
      }
      assert.strictEqual(text(token), jwt)
    }).pipe(Effect.provide(live)))

  it.scopedLive("Cloud Shell", () =>
    Effect.gen(function*() {
      const server = yield* serve(() => ok())
      const token = yield* takeFrom({ MSI_ENDPOINT: `${server.origin}/oauth2/token` })
      const [request] = server.received
      assert.strictEqual(request!.method, "POST")
      assert.strictEqual(request!.headers["metadata"], "true")
      assert.match(request!.headers["content-type"]!, /^application\/x-www-form-urlencoded/)
      assert.deepStrictEqual(Object.fromEntries(new URLSearchParams(request!.body)), { resource })
      assert.strictEqual(text(token), jwt)
    }).pipe(Effect.provide(live)))

  it.scopedLive("a closed port is a reason to go on, with the name of the failure", () =>
    Effect.gen(function*() {
      const server = yield* serve(() => ok())
      server.close()
      const error = yield* Effect.flip(takeFrom({ AZURE_POD_IDENTITY_AUTHORITY_HOST: server.origin }))
      assert.strictEqual(error._tag, "CredentialUnavailable")
      assert.include(error.message, "ECONNREFUSED")
      assert.include(error.message, "no machine of Azure, or a firewall or a proxy")
    }).pipe(Effect.provide(live)))

  it.scopedLive("redirects are not followed", () =>
    Effect.gen(function*() {
      const other = yield* serve(() => ok())
      const server = yield* serve(() => ({ status: 307, body: "", headers: { location: `${other.origin}/` } }))
      const error = yield* Effect.flip(takeFrom({ IDENTITY_ENDPOINT: server.origin, IDENTITY_HEADER: header }))
      assert.strictEqual(error._tag, "MalformedTokenResponse")
      assert.lengthOf(other.received, 0)
    }).pipe(Effect.provide(live)))
})

describe("which source", () => {
  const kindOf = (variables: Record<string, string>, layer = noFiles) =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint(() => given())
      const credential = yield* ManagedIdentity.make().pipe(
        Effect.provide(Layer.merge(endpoint.layer, layer)),
        environment(variables)
      )
      yield* credential.acquire({})
      return endpoint.requests[0]!.url.searchParams.get("api-version") ?? endpoint.requests[0]!.method
    })

  it.effect("is told by the variables, in Microsoft's order", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* kindOf({ ...serviceFabric, ...machineLearning }), "2019-07-01-preview")
      assert.strictEqual(yield* kindOf({ ...appService, ...machineLearning, IMDS_ENDPOINT: "x" }), "2019-08-01")
      assert.strictEqual(yield* kindOf({ ...machineLearning, ...azureArc }), "2017-09-01")
      assert.strictEqual(yield* kindOf({ ...cloudShell, ...azureArc }), "POST")
      assert.strictEqual(yield* kindOf(azureArc), "2020-06-01")
      assert.strictEqual(yield* kindOf({}), "2018-02-01")
      assert.strictEqual(yield* kindOf({ IDENTITY_ENDPOINT: "http://x", IDENTITY_HEADER: "" }), "2018-02-01")
    }))

  it.effect("Arc's agent tells too, for services without its variables", () =>
    Effect.gen(function*() {
      const installed = FileSystem.layerNoop({ exists: (path) => Effect.succeed(path === "/opt/azcmagent/bin/himds") })
      assert.strictEqual(yield* kindOf({}, installed), "2020-06-01")
      assert.strictEqual(yield* kindOf({ AZURE_POD_IDENTITY_AUTHORITY_HOST: "http://x" }, installed), "2018-02-01")
    }))

  it.effect("each credential has its own", () =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint(() => given())
      const one = yield* makeWith(endpoint, {}, appService)
      const two = yield* makeWith(endpoint, {}, cloudShell)
      yield* two.acquire({})
      yield* one.acquire({})
      assert.deepStrictEqual(endpoint.requests.map((_) => _.url.origin), [
        "http://localhost:50342",
        "http://127.0.0.1:41741"
      ])
    }))

  it.effect("the identity goes under each source's own name", () =>
    Effect.gen(function*() {
      const resourceId = "/subscriptions/1/x"
      const names = (options: ManagedIdentity.Options, variables: Record<string, string>) =>
        Effect.gen(function*() {
          const endpoint = makeEndpoint(() => given())
          yield* acquire(endpoint, {}, options, variables)
          return Array.from(endpoint.requests[0]!.url.searchParams.keys())
            .filter((name) => name !== "api-version" && name !== "resource")
        })
      assert.deepStrictEqual(yield* names({ clientId }, {}), ["client_id"])
      assert.deepStrictEqual(yield* names({ objectId: "o" }, {}), ["object_id"])
      assert.deepStrictEqual(yield* names({ resourceId }, {}), ["msi_res_id"])
      assert.deepStrictEqual(yield* names({ clientId }, appService), ["client_id"])
      assert.deepStrictEqual(yield* names({ objectId: "o" }, appService), ["object_id"])
      assert.deepStrictEqual(yield* names({ resourceId }, appService), ["mi_res_id"])
      assert.deepStrictEqual(yield* names({ clientId }, machineLearning), ["clientid"])
    }))

  it.effect("an identity that a source cannot serve is refused when the layer is built", () =>
    Effect.forEach(
      [
        ["clientId", { clientId }, cloudShell, "Cloud Shell"],
        ["clientId", { clientId }, azureArc, "Azure Arc"],
        ["objectId", { objectId: "o" }, serviceFabric, "Service Fabric"],
        ["objectId", { objectId: "o" }, machineLearning, "Machine Learning"],
        ["resourceId", { resourceId: "/subscriptions/1" }, machineLearning, "Machine Learning"],
        ["resourceId", { resourceId: "my-identity" }, {}, "/subscriptions/"],
        ["objectId", { clientId, objectId: "o" }, {}, "besides clientId"],
        ["clientId", { clientId: "" }, {}, "empty"],
        ["probe", { probe: "soon" as never }, {}, "duration"],
        ["probe", { probe: "0 seconds" }, {}, "not positive"],
        ["IDENTITY_ENDPOINT", {}, { ...appService, IDENTITY_ENDPOINT: "file:///etc" }, "URL"],
        ["MSI_ENDPOINT", {}, { MSI_ENDPOINT: "nowhere" }, "URL"],
        ["IDENTITY_HEADER", {}, { ...appService, IDENTITY_HEADER: `${header}\r\nx: y` }, "white space"],
        ["AZURE_POD_IDENTITY_AUTHORITY_HOST", {}, { AZURE_POD_IDENTITY_AUTHORITY_HOST: "1.2.3.4" }, "URL"]
      ] as const,
      ([option, options, variables, reason]) =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(makeWith(makeEndpoint(() => given()), options, variables))
          assert.strictEqual("option" in error && error.option, option)
          assert.include(String(error), reason)
          utils.assertClean(utils.representations(error), secrets)
        })
    ))

  it.effect("layerConfig takes AZURE_CLIENT_ID, if there is one", () =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint(() => given())
      const credentialOf = (variables: Record<string, string>) =>
        Effect.provide(
          Effect.flatMap(TokenProvider.TokenProvider, (tokens) => Effect.as(tokens.get(), tokens)),
          Layer.provide(TokenProvider.layer, ManagedIdentity.layerConfig())
        ).pipe(Effect.provide(endpoint.layer), environment(variables))
      const tokens = yield* credentialOf({ AZURE_CLIENT_ID: clientId, MSGRAPH_CLOUD: "usgov" })
      assert.strictEqual(tokens.clientId, clientId)
      assert.strictEqual(endpoint.requests[0]!.url.searchParams.get("client_id"), clientId)
      assert.strictEqual(endpoint.requests[0]!.url.searchParams.get("resource"), "https://graph.microsoft.us")
      assert.isUndefined((yield* credentialOf({ AZURE_CLIENT_ID: "" })).clientId)
    }))
})

describe("the request", () => {
  it.effect("asks for one whole resource", () =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint(() => given())
      const credential = yield* makeWith(endpoint)
      yield* credential.acquire({ scopes: ["https://vault.azure.net//.default"] })
      assert.strictEqual(endpoint.requests[0]!.url.searchParams.get("resource"), "https://vault.azure.net/")
      for (
        const scopes of [
          [],
          ["/.default"],
          ["https://graph.microsoft.com/User.Read"],
          ["https://a/.default", "https://b/.default"],
          ["https://graph.microsoft.us/.default"]
        ]
      ) {
        assert.strictEqual((yield* Effect.flip(credential.acquire({ scopes })))._tag, "InvalidTokenRequest")
      }
      assert.lengthOf(endpoint.requests, 1)
    }))

  it.effect("of another tenant gets no token", () =>
    Effect.gen(function*() {
      const claims = btoa(JSON.stringify({ tid: tenantId }))
      const endpoint = makeEndpoint(() => given({ access_token: `a.${claims}.b` }))
      const credential = yield* makeWith(endpoint)
      assert.strictEqual((yield* credential.acquire({ tenantId: tenantId.toUpperCase() })).tenantId, tenantId)
      const error = yield* Effect.flip(credential.acquire({ tenantId: clientId }))
      assert.include(error.message, "own tenant only")
      assert.include((yield* Effect.flip(credential.acquire({ tenantId: "contoso.com" }))).message, "by id only")
      assert.lengthOf(endpoint.requests, 2)
    }))

  it.effect("tells App Service and Service Fabric which token was refused, and that challenges are handled", () =>
    Effect.forEach([appService, serviceFabric], (variables) =>
      Effect.gen(function*() {
        const endpoint = makeEndpoint((n) => given({ access_token: `token-${n}` }))
        const credential = yield* makeWith(endpoint, {}, variables)
        const claims = JSON.stringify({ access_token: { nbf: { essential: true, value: "1" } } })
        const extra = (n: number) => ({
          hash: endpoint.requests[n]!.url.searchParams.get("token_sha256_to_refresh"),
          cc: endpoint.requests[n]!.url.searchParams.get("xms_cc")
        })
        yield* credential.acquire({ claims })
        yield* credential.acquire({ cae: true })
        yield* credential.acquire({ cae: true, claims })
        yield* credential.acquire({ claims, scopes: ["https://vault.azure.net/.default"] })
        assert.deepStrictEqual(extra(0), { hash: null, cc: null })
        assert.deepStrictEqual(extra(1), { hash: null, cc: "cp1" })
        assert.deepStrictEqual(extra(2), {
          hash: createHash("sha256").update("token-2").digest("hex"),
          cc: "cp1"
        })
        assert.deepStrictEqual(extra(3), { hash: null, cc: null }, "another resource, another token")
      })))

  it.effect("a refused token is not taken again from an endpoint that knows of no claims", () =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint((n) => given({ access_token: n < 3 ? "same" : "new" }))
      const credential = yield* makeWith(endpoint)
      const claims = JSON.stringify({ access_token: {} })
      yield* credential.acquire({ cae: true })
      const error = yield* Effect.flip(credential.acquire({ claims, cae: true }))
      assert.strictEqual(error._tag === "InteractionRequired" && error.claims, claims)
      assert.strictEqual(text(yield* credential.acquire({ claims })), "new")
      assert.isNull(endpoint.requests[1]!.url.searchParams.get("xms_cc"))
      assert.lengthOf(endpoint.probes, 1)
    }))
})

describe("the token", () => {
  const expiry = (body: object, startedAt = 1_000_000) =>
    Effect.gen(function*() {
      yield* TestClock.setTime(startedAt)
      const token = yield* acquire(makeEndpoint(() => given(body)))
      return [token.expiresAt.epochMillis, token.refreshAt?.epochMillis]
    })

  it.effect("lives as long as it says, in every form", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* expiry({ expires_in: 100 }), [1_100_000, undefined])
      assert.deepStrictEqual(yield* expiry({ expires_in: "100", expires_on: "9" }), [1_100_000, undefined])
      assert.deepStrictEqual(yield* expiry({ expires_in: "100", refresh_in: "50" }), [1_100_000, 1_050_000])
      assert.deepStrictEqual(yield* expiry({ expires_in: 100, refresh_in: 100 }), [1_100_000, undefined])
      assert.deepStrictEqual(yield* expiry({ expires_in: undefined, expires_on: "2000" }), [2_000_000, undefined])
      assert.deepStrictEqual(yield* expiry({ expires_in: "", expires_on: 2000 }), [2_000_000, undefined])
      assert.deepStrictEqual(
        yield* expiry({ expires_in: null, expires_on: "9/14/2027 12:00:00 AM +00:00" }),
        [Date.UTC(2027, 8, 14), undefined]
      )
    }))

  it.effect("is counted from before the request", () =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint(() => Effect.delay(Effect.sync(() => given({ expires_in: 100 })), "5 seconds"))
      const fiber = yield* Effect.fork(acquire(endpoint))
      const token = yield* utils.runToEnd(fiber)
      assert.strictEqual(token.expiresAt.epochMillis, 100_000)
    }))

  it.effect("that is none is refused", () =>
    Effect.forEach(
      [
        given({ access_token: "" }),
        given({ access_token: 1 }),
        given({ access_token: "a b" }),
        given({ token_type: "mac" }),
        given({ expires_in: "soon" }),
        given({ expires_in: -1 }),
        given({ expires_in: undefined, expires_on: undefined }),
        failed(200, "<html>"),
        failed(200, "[]"),
        failed(200, { access_token: null, token: jwt }),
        failed(200, "")
      ],
      (response) =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(acquire(makeEndpoint(() => response)))
          assert.strictEqual(error._tag, "MalformedTokenResponse")
          utils.assertClean(utils.representations(error), secrets)
        })
    ))

  it("instants are read alike, or not at all", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 4_000_000_000 }), (seconds) => {
      const millis = seconds * 1000
      const iso = new Date(millis).toISOString()
      assert.strictEqual(times.instant(seconds), millis)
      assert.strictEqual(times.instant(String(seconds)), millis)
      assert.strictEqual(times.instant(iso), millis)
      assert.strictEqual(times.instant(iso.replace("Z", "+00:00")), millis)
    }))
    assert.strictEqual(times.instant("1/2/2030 12:03:04 PM +00:00"), Date.UTC(2030, 0, 2, 12, 3, 4))
    assert.strictEqual(times.instant("1/2/2030 1:03:04 PM +00:00"), Date.UTC(2030, 0, 2, 13, 3, 4))
    for (const value of ["", "tomorrow", 0, -1, NaN, 1e300, "1e9", null, {}, "2030-13-45T00:00:00Z"]) {
      assert.isUndefined(times.instant(value))
    }
  })
})

describe("refusals", () => {
  const refusal = (
    response: () => Response,
    options: ManagedIdentity.Options = {},
    variables: Record<string, string> = {}
  ) => once(Effect.flip(acquire(makeEndpoint(response), {}, options, variables)))

  it.effect("no identity here: go on, and say what to do", () =>
    Effect.gen(function*() {
      const imds = () => failed(400, { error: "invalid_request", error_description: "Identity not found" })
      const none = yield* refusal(imds)
      assert.strictEqual(none._tag, "CredentialUnavailable")
      assert.include(none.message, "enable the system-assigned one")
      assert.include((yield* refusal(imds, { clientId })).message, "check clientId")
      assert.include((yield* refusal(imds, { objectId: "o" })).message, "check objectId")
      const app = yield* refusal(
        () =>
          failed(400, {
            statusCode: 400,
            message: "No User Assigned or Delegated Managed Identity found for specified ClientId",
            correlationId: "11111111-2222-3333-4444-555555555555"
          }),
        { clientId },
        appService
      )
      assert.strictEqual(app._tag, "CredentialUnavailable")
      assert.strictEqual(app.diagnostics.correlationId, "11111111-2222-3333-4444-555555555555")
      const fabric = yield* refusal(
        () => failed(404, { error: { code: "ManagedIdentityNotFound", message: "x", correlationId: "" } }),
        {},
        serviceFabric
      )
      assert.strictEqual(fabric._tag, "CredentialUnavailable")
    }))

  it.effect("several identities: choose one, do not go on", () =>
    Effect.gen(function*() {
      const error = yield* refusal(() =>
        failed(400, {
          error: "invalid_request",
          error_description: "Multiple user assigned identities exist, please specify the clientId / resourceId"
        })
      )
      assert.strictEqual(error._tag, "InvalidTokenRequest")
      assert.include(error.message, "give clientId, objectId or resourceId")
    }))

  it.effect("a proxy in place of the metadata service: go on", () =>
    Effect.gen(function*() {
      const docker = yield* refusal(() => failed(403, "connecting to 169.254.169.254:80: unreachable network"))
      assert.strictEqual(docker._tag, "CredentialUnavailable")
      assert.include(docker.message, "Docker Desktop")
      const other = yield* refusal(() => failed(401, "<html>Unauthorized</html>"))
      assert.strictEqual(other._tag, "CredentialUnavailable")
      assert.include(other.message, "another cloud's")
      const real = yield* refusal(() => failed(403, { error: { message: "no" } }))
      assert.strictEqual(real._tag, "InvalidTokenRequest")
      assert.strictEqual((yield* refusal(() => failed(403, "no"), {}, appService))._tag, "MalformedTokenResponse")
    }))

  it.effect("others stop a chain", () =>
    Effect.gen(function*() {
      const tags = yield* Effect.forEach(
        [
          failed(400, { error: "invalid_resource", error_description: "AADSTS500011: not found in the tenant" }),
          failed(400, { error: "invalid_request", error_description: "Required metadata header not specified" }),
          failed(401, { statusCode: 401, message: "no" }),
          failed(400, "<html>"),
          failed(302, "")
        ],
        (response) => Effect.map(refusal(() => response), (error) => error._tag)
      )
      assert.deepStrictEqual(tags, [
        "InvalidTokenRequest",
        "InvalidTokenRequest",
        "InvalidTokenRequest",
        "MalformedTokenResponse",
        "MalformedTokenResponse"
      ])
    }))

  it.effect("say nothing secret, even if the endpoint repeats it", () =>
    Effect.gen(function*() {
      const echo = () => failed(400, { error: "invalid_request", error_description: `bad header ${header}` })
      const recorder = utils.recordSpans()
      const error = yield* refusal(echo, {}, appService).pipe(Effect.withTracer(recorder.tracer))
      utils.assertClean([...utils.representations(error), recorder.text()], secrets)
      const ml = makeEndpoint(() => given())
      yield* acquire(ml, {}, {}, machineLearning).pipe(Effect.withTracer(recorder.tracer))
      const refused = yield* once(Effect.flip(acquire(makeEndpoint(() => "refused"), {}, {}, appService)))
      utils.assertClean(utils.representations(refused), secrets)
      assert.isTrue(recorder.spans.some((_) => _.name === "http.client GET"))
      utils.assertClean([recorder.text()], secrets)
      const credential = yield* makeWith(ml, {}, machineLearning)
      utils.assertClean(utils.representations(credential), secrets)
    }))
})

describe("reaching the metadata service", () => {
  it.effect("is tried once, for as long as probe says", () =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint(() => given(), () => Effect.never)
      const fiber = yield* Effect.fork(Effect.flip(acquire(endpoint, {}, { probe: "1 second" })))
      yield* advance(999)
      assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
      yield* advance(1)
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag, "CredentialUnavailable")
      assert.include(error.message, "did not answer within 1s")
      assert.include(error.message, "firewall or a proxy")
      assert.lengthOf(endpoint.requests, 0)
    }))

  it.effect("takes ten seconds at most where nothing is said", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.fork(Effect.flip(acquire(makeEndpoint(() => given(), () => Effect.never))))
      yield* advance(9_999)
      assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
      yield* advance(1)
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "CredentialUnavailable")
    }))

  it.effect("is tried again by the next one, and not any more once it has answered", () =>
    Effect.gen(function*() {
      let there = false
      const endpoint = makeEndpoint(() => given(), () => there ? failed(400) : "refused")
      const credential = yield* makeWith(endpoint)
      assert.strictEqual((yield* Effect.flip(credential.acquire({})))._tag, "CredentialUnavailable")
      there = true
      yield* credential.acquire({})
      yield* credential.acquire({})
      assert.lengthOf(endpoint.probes, 2)
      assert.lengthOf(endpoint.requests, 2)
    }))

  it.effect("once it has answered, silence is its fault and no reason to become somebody else", () =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint((n) => n === 1 ? given() : "refused")
      const credential = yield* once(makeWith(endpoint))
      yield* credential.acquire({})
      const error = yield* Effect.flip(credential.acquire({}))
      assert.strictEqual(error._tag, "AuthorityUnavailable")
      assert.include(error.message, "http://169.254.169.254")
    }))

  it.effect("comes before everything that only a managed identity cannot do, so that a chain goes on", () =>
    Effect.gen(function*() {
      const nowhere = makeEndpoint(() => given(), () => "refused")
      for (const request of [{ tenantId: "contoso.com" }, { scopes: ["User.Read"] }]) {
        assert.strictEqual((yield* Effect.flip(acquire(nowhere, request)))._tag, "CredentialUnavailable")
        const there = yield* Effect.flip(acquire(makeEndpoint(() => given()), request))
        assert.strictEqual(there._tag, "InvalidTokenRequest")
      }
    }))

  it.effect("a page is an answer of another cloud's service, after which a chain goes on", () =>
    Effect.gen(function*() {
      let page = true
      const endpoint = makeEndpoint(
        () => given(),
        () => page ? failed(404, "<?xml version=\"1.0\"?><html>Not Found</html>") : failed(404)
      )
      const credential = yield* makeWith(endpoint)
      const error = yield* Effect.flip(credential.acquire({}))
      assert.strictEqual(error._tag, "CredentialUnavailable")
      assert.include(error.message, "this is no machine of Azure")
      assert.lengthOf(endpoint.requests, 0)
      page = false
      yield* credential.acquire({})
      yield* acquire(makeEndpoint(() => given(), () => failed(503, "<html>Busy</html>")))
    }))

  it.effect("other endpoints are not looked for first", () =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint(() => "refused")
      const error = yield* once(Effect.flip(acquire(endpoint, {}, {}, appService)))
      assert.strictEqual(error._tag, "AuthorityUnavailable")
      assert.lengthOf(endpoint.probes, 0)
    }))
})

describe("retries", () => {
  const times_ = (endpoint: ReturnType<typeof makeEndpoint>) => endpoint.requests.map((_) => _.at)

  it.effect("of 404, 408 and 5xx begin after a second and double", () =>
    Effect.forEach([404, 408, 500, 503, 504], (status) =>
      Effect.gen(function*() {
        const endpoint = makeEndpoint((n) => n < 4 ? failed(status) : given())
        const start = yield* Clock.currentTimeMillis
        const fiber = yield* Effect.fork(acquire(endpoint))
        yield* utils.runToEnd(fiber)
        const [, second, third, fourth] = times_(endpoint).map((at) => at - start)
        assert.lengthOf(endpoint.requests, 4)
        assert.isTrue(second! >= 1000 && second! <= 1200)
        assert.isTrue(third! - second! >= 2000 && third! - second! <= 2400)
        assert.isTrue(fourth! - third! >= 4000 && fourth! - third! <= 4800)
      })))

  it.effect("end with the policy's count", () =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint(() => failed(500))
      const error = yield* utils.runToEnd(yield* Effect.fork(Effect.flip(acquire(endpoint))))
      assert.strictEqual(error._tag === "AuthorityUnavailable" && error.reason, "ServerError")
      assert.lengthOf(endpoint.requests, 4)
    }))

  it.effect("of 429 obey Retry-After to the letter", () =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint((n) => n === 1 ? failed(429, {}, { "retry-after": "7" }) : given())
      const fiber = yield* Effect.fork(acquire(endpoint))
      yield* utils.sleeping(1)
      yield* advance(6_999)
      assert.lengthOf(endpoint.requests, 1)
      yield* advance(1)
      yield* Fiber.join(fiber)
      const late = makeEndpoint(() => failed(429, {}, { "retry-after": "31" }))
      const error = yield* Effect.flip(acquire(late))
      assert.strictEqual(error._tag, "TokenThrottled")
      assert.lengthOf(late.requests, 1)
    }))

  it.effect("of 410 come every ten seconds, for the 70 that an update takes, if the policy has the time", () =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint((n) => n < 8 ? failed(410) : given())
      const fiber = yield* Effect.fork(
        Effect.provide(acquire(endpoint), TokenPolicy.layer({ timeout: Duration.seconds(90) }))
      )
      yield* utils.runToEnd(fiber)
      assert.deepStrictEqual(times_(endpoint), [0, 10, 20, 30, 40, 50, 60, 70].map((_) => _ * 1000))

      const short = makeEndpoint(() => failed(410))
      const start = yield* Clock.currentTimeMillis
      const error = yield* utils.runToEnd(yield* Effect.fork(Effect.flip(acquire(short))))
      assert.strictEqual(error.diagnostics.status, 410)
      assert.deepStrictEqual(times_(short).map((at) => at - start), [0, 10_000, 20_000])
    }))

  it.effect("of 400, 401 and 403 there are none", () =>
    Effect.forEach([400, 401, 403], (status) =>
      Effect.gen(function*() {
        const endpoint = makeEndpoint(() => failed(status, {}))
        yield* Effect.flip(acquire(endpoint))
        assert.lengthOf(endpoint.requests, 1)
      })))

  it.scoped("a hundred cold callers make one request", () =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint(() => Effect.delay(Effect.sync(() => given()), "1 second"))
      const tokens = yield* TokenProvider.make(yield* makeWith(endpoint))
      const fiber = yield* Effect.fork(
        Effect.all(Array.from({ length: 100 }, () => tokens.get()), { concurrency: "unbounded" })
      )
      assert.lengthOf(yield* utils.runToEnd(fiber, 2), 100)
      assert.lengthOf(endpoint.requests, 1)
    }))
})

describe("Azure Arc", () => {
  const folder = "/var/opt/azcmagent/tokens"
  const challenge = (realm: string) => failed(401, "{}", { "www-authenticate": `Basic realm=${realm}` })

  const arcWith = (files: Partial<FileSystem.FileSystem>, realm = `${folder}/a.key`) => {
    const endpoint = makeEndpoint((_, request) =>
      request.headers["authorization"] === undefined ? challenge(realm) : given()
    )
    return Effect.gen(function*() {
      const credential = yield* ManagedIdentity.make().pipe(
        Effect.provide(Layer.merge(endpoint.layer, FileSystem.layerNoop(files))),
        environment(azureArc)
      )
      const recorder = utils.recordSpans()
      const result = yield* Effect.either(Effect.withTracer(credential.acquire({}), recorder.tracer))
      utils.assertClean([recorder.text(), ...utils.representations(result)], secrets)
      return { result, requests: endpoint.requests }
    })
  }

  const file = (content: string, size = content.length) => ({
    stat: () => Effect.succeed({ type: "File", size: FileSystem.Size(size) } as FileSystem.File.Info),
    readFile: () => Effect.succeed(new TextEncoder().encode(content))
  })

  it("reads no file but a key of its own folder", () => {
    const fine = [`Basic realm=${folder}/a.key`, `Basic realm="${folder}/A-1_2.key"`]
    for (const header of fine) assert.isString(arc.keyFile(header, `${folder}/`))
    for (
      const path of [
        "/etc/passwd",
        "/etc/a.key",
        `${folder}/../a.key`,
        `${folder}/../../../../etc/a.key`,
        `${folder}/sub/a.key`,
        `${folder}/a.key/`,
        `${folder}/a.txt`,
        `${folder}/.key\\..\\a.key`,
        `${folder}a.key`,
        `${folder}`,
        `${folder}/.key `.replace(".key ", ""),
        ""
      ]
    ) {
      assert.isUndefined(arc.keyFile(`Basic realm=${path}`, `${folder}/`), path)
    }
    assert.isUndefined(arc.keyFile(`Bearer realm=${folder}/a.key`, `${folder}/`))
    assert.isUndefined(arc.keyFile(undefined, `${folder}/`))
    const windows = "C:\\ProgramData\\AzureConnectedMachineAgent\\Tokens\\"
    assert.isString(arc.keyFile(`Basic realm=${windows}a.key`, windows))
    assert.isString(arc.keyFile(`Basic realm=${windows.toLowerCase()}a.key`, windows))
    assert.isUndefined(arc.keyFile(`Basic realm=${windows}..\\a.key`, windows))
    assert.isUndefined(arc.keyFile(`Basic realm=${windows}a.key:stream.key`, windows))
  })

  it("whatever the endpoint says, the file is directly in the folder", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("..", "/", "a", ".key", folder, "\\", "."), { maxLength: 6 }), (parts) => {
        const path = arc.keyFile(`Basic realm=${parts.join("")}`, `${folder}/`)
        if (path !== undefined) {
          assert.strictEqual(new URL(path, "file:///").pathname.lastIndexOf("/"), folder.length)
          assert.isTrue(path.startsWith(`${folder}/`))
        }
      })
    )
  })

  it.effect("takes keys of up to 4096 bytes", () =>
    Effect.gen(function*() {
      const long = "k".repeat(4096)
      const fits = yield* arcWith(file(long))
      assert.strictEqual(fits.result._tag, "Right")
      assert.strictEqual(fits.requests[1]!.headers["authorization"], `Basic ${long}`)
      for (const files of [file(`${long}k`), file(`${long}k`, 1), file("a\r\nb"), file("")]) {
        const { requests, result } = yield* arcWith(files)
        assert.strictEqual(result._tag === "Left" && result.left._tag, "MalformedTokenResponse")
        assert.lengthOf(requests, 1)
      }
    }))

  it.effect("does not even read a larger file", () =>
    Effect.gen(function*() {
      const { result } = yield* arcWith({ ...file("", 4097), readFile: () => Effect.dieMessage("read") })
      assert.strictEqual(result._tag === "Left" && result.left._tag, "MalformedTokenResponse")
    }))

  it.effect("says who may read the key", () =>
    Effect.gen(function*() {
      const { result } = yield* arcWith({
        stat: () => Effect.fail({ _tag: "SystemError", message: arcKey } as never)
      })
      assert.strictEqual(result._tag === "Left" && result.left._tag, "CredentialUnavailable")
      assert.include(String(result._tag === "Left" && result.left.message), "himds")
    }))

  it.effect("a path elsewhere is not even looked at", () =>
    Effect.gen(function*() {
      const { requests, result } = yield* arcWith({ stat: () => Effect.dieMessage("looked") }, "/etc/shadow.key")
      assert.strictEqual(result._tag === "Left" && result.left._tag, "MalformedTokenResponse")
      assert.lengthOf(requests, 1)
    }))

  it.effect("a second 401 is an error, not a loop, and repeats no key", () =>
    Effect.gen(function*() {
      const endpoint = makeEndpoint(() =>
        failed(401, { error: "unauthorized_client", error_description: `no ${arcKey}` }, {
          "www-authenticate": `Basic realm=${folder}/a.key`
        })
      )
      const error = yield* ManagedIdentity.make().pipe(
        Effect.flatMap((credential) => credential.acquire({})),
        Effect.provide(Layer.merge(endpoint.layer, FileSystem.layerNoop(file(arcKey)))),
        environment(azureArc),
        Effect.flip
      )
      assert.strictEqual(error._tag, "InvalidClient")
      assert.lengthOf(endpoint.requests, 2)
      utils.assertClean(utils.representations(error), secrets)
    }))
})

it.effect("is of the cloud it was told", () =>
  Effect.gen(function*() {
    const credential = yield* makeWith(makeEndpoint(() => given()), { cloud: NationalCloud.usGov, clientId })
    assert.strictEqual(credential.cloud, NationalCloud.usGov)
    assert.strictEqual(credential.clientId, clientId)
    assert.isUndefined(credential.tenantId)
    assert.isTrue(AuthError.isAuthError(yield* Effect.flip(credential.acquire({ scopes: [] }))))
  }))
