import { Fault, GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { GraphEmulatorServer } from "@effect-msgraph/emulator/node"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Exit, Redacted, Scope } from "effect"
import * as Https from "node:https"
import * as Net from "node:net"
import { networkInterfaces } from "node:os"
import * as Certificates from "./certificates.js"
import { area, enableUserAccount, getToken, resultPath, send, tokenForm } from "./support.js"

const path = resultPath(Seed.demoResult)

const request = (url: string, init?: RequestInit) =>
  Effect.promise(async () => {
    const response = await fetch(url, init)
    return { status: response.status, headers: response.headers, text: await response.text() }
  })

/** Gets a token of a server with `fetch`, and asks for a path with it. */
const ask = (server: GraphEmulatorServer.Service, target = path) =>
  Effect.gen(function*() {
    const token = yield* request(`${server.url}/${Seed.demoTenantId}/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams(tokenForm(Seed.demoReader, { scope: server.cloud.scope }))
    })
    const authorization = `Bearer ${JSON.parse(token.text).access_token}`
    return yield* request(`${server.url}${target}`, { headers: { authorization } })
  })

const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body)
})

describe("the server", () => {
  it.scopedLive("answers over real HTTP", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      strictEqual(server.url, `http://127.0.0.1:${server.port}`)
      deepStrictEqual([server.cloud.name, server.cloud.graphRoot, server.cloud.authority], [
        "custom",
        server.url,
        server.url
      ])
      const answer = yield* ask(server)
      strictEqual(answer.status, 200)
      const body = JSON.parse(answer.text)
      strictEqual(body.startedDateTime, "2022-08-24T23:28:04.490313Z")
      strictEqual(body["@odata.context"].startsWith(`${server.url}/v1.0/$metadata#`), true)
      assertInclude(answer.headers.get("content-type")!, "odata.metadata=minimal")
      assertTrue(Math.abs(Date.parse(answer.headers.get("date")!) - Date.now()) < 60_000)
    }))

  it.scopedLive("pages on itself", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make({ pageSize: 200 })
      const { runId, workflowId } = Seed.demoLargeRun
      const target =
        `/v1.0/identityGovernance/lifecycleWorkflows/workflows/${workflowId}/runs/${runId}/userProcessingResults`
      const next = JSON.parse((yield* ask(server, target)).text)["@odata.nextLink"]
      assertTrue(next.startsWith(`${server.url}${target}?$skiptoken=`))
      strictEqual(JSON.parse((yield* ask(server, next.slice(server.url.length))).text).value.length, 160)
    }))

  it.scopedLive("can be two at once, which know nothing of each other", () =>
    Effect.gen(function*() {
      const [one, other] = yield* Effect.all([GraphEmulatorServer.make(), GraphEmulatorServer.make()])
      assertTrue(one.port !== other.port)
      const token = yield* request(`${one.url}/${Seed.demoTenantId}/oauth2/v2.0/token`, {
        method: "POST",
        body: new URLSearchParams(tokenForm(Seed.demoReader, { scope: one.cloud.scope }))
      })
      const authorization = `Bearer ${JSON.parse(token.text).access_token}`
      strictEqual((yield* request(`${one.url}${path}`, { headers: { authorization } })).status, 200)
      strictEqual((yield* request(`${other.url}${path}`, { headers: { authorization } })).status, 401)
      strictEqual((yield* other.emulator.requestCounts).total, 1)
    }))

  it.live("gives its port back when its scope closes, though callers keep connections alive", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const server = yield* Scope.extend(GraphEmulatorServer.make(), scope)
      yield* ask(server)
      yield* Scope.close(scope, Exit.void)
      const exit = yield* Effect.exit(Effect.tryPromise(() => fetch(server.url)))
      assertTrue(Exit.isFailure(exit))
      const again = yield* Effect.scoped(GraphEmulatorServer.make({ port: server.port }))
      strictEqual(again.port, server.port)
    }))

  it.live("waits for nobody when its scope closes", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const { port } = yield* Scope.extend(GraphEmulatorServer.make(), scope)
      const socket = Net.connect({ host: "127.0.0.1", port })
      const closed = new Promise((resolve) => socket.on("close", resolve).on("error", resolve))
      // A request whose body never comes, and for which the server has said that it waits.
      const awaited = new Promise((resolve) => socket.once("data", resolve))
      socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n`)
      assertInclude(String(yield* Effect.promise(() => awaited)), "100 Continue")
      yield* Scope.close(scope, Exit.void)
      yield* Effect.promise(() => closed)
    }))

  it.scopedLive("says so when the port is taken", () =>
    Effect.gen(function*() {
      const { port } = yield* GraphEmulatorServer.make()
      const error = yield* Effect.flip(GraphEmulatorServer.make({ port }))
      deepStrictEqual([error._tag, error.port], ["ListenError", port])
      assertInclude(error.message, `127.0.0.1:${port}`)
    }))

  it.scopedLive("listens on 127.0.0.1 alone", () =>
    Effect.gen(function*() {
      const { port } = yield* GraphEmulatorServer.make()
      const others = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
        .filter(({ family, internal }) => family === "IPv4" && !internal)
      for (const { address } of others) {
        const reached = yield* Effect.async<boolean>((resume) => {
          const socket = Net.connect({ host: address, port })
          socket.on("connect", () => resume(Effect.succeed(true)))
          socket.on("error", () => resume(Effect.succeed(false)))
          return Effect.sync(() => socket.destroy())
        })
        strictEqual(reached, false)
      }
    }))

  it.scopedLive("breaks connections on request, and goes on", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      yield* server.emulator.inject(Fault.connectionFailure, { endpoint: "graph" })
      const exit = yield* Effect.exit(Effect.tryPromise(() => fetch(`${server.url}${path}`)))
      assertTrue(Exit.isFailure(exit))
      strictEqual((yield* ask(server)).status, 200)
    }))

  it.scopedLive("is also a layer", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.GraphEmulatorServer
      const emulator = yield* GraphEmulator.GraphEmulator
      yield* ask(server)
      strictEqual((yield* emulator.requestCounts).total, 2)
    }).pipe(Effect.provide(GraphEmulatorServer.layer())))
})

describe("the server's authority", () => {
  const desk = Seed.demoPublicClient
  const form = (fields: { readonly [name: string]: string }): RequestInit => ({
    method: "POST",
    body: new URLSearchParams(fields)
  })
  const parsed = (url: string, init?: RequestInit) =>
    Effect.map(request(url, init), ({ status, text }) => ({ status, body: JSON.parse(text) }))

  it.scopedLive("is found by discovery, and signs in by device code: the person uses the page", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const { body: found } = yield* parsed(`${server.url}/organizations/v2.0/.well-known/openid-configuration`)
      assertTrue(found.token_endpoint.startsWith(server.url))
      const start = form({ client_id: desk.clientId, scope: `${server.cloud.scope} offline_access` })
      strictEqual((yield* request(found.device_authorization_endpoint, start)).status, 200)
      const { body: login } = yield* parsed(found.device_authorization_endpoint, {
        ...start,
        body: new URLSearchParams({ client_id: desk.clientId, scope: `${server.url}/User.Read offline_access` })
      })
      const poll = parsed(
        found.token_endpoint,
        form({ grant_type: "device_code", client_id: desk.clientId, device_code: login.device_code })
      )
      strictEqual((yield* poll).body.error, "authorization_pending")
      const page = yield* request(login.verification_uri)
      strictEqual(page.headers.get("content-type"), "text/html; charset=utf-8")
      assertInclude(page.text, "user_code")
      const wrong = yield* request(login.verification_uri, form({ user_code: "<script>", decision: "approve" }))
      strictEqual(wrong.status, 400)
      assertTrue(!wrong.text.includes("script"))
      const entered = form({ user_code: login.user_code, decision: "approve" })
      strictEqual((yield* request(login.verification_uri, entered)).status, 200)
      const { body: tokens } = yield* poll
      const headers = { authorization: `Bearer ${tokens.access_token}` }
      strictEqual((yield* request(`${server.url}${path}`, { headers })).status, 403)
      const { body: more } = yield* parsed(
        found.token_endpoint,
        form({
          grant_type: "refresh_token",
          client_id: desk.clientId,
          refresh_token: tokens.refresh_token,
          scope: server.cloud.scope
        })
      )
      const authorization = `Bearer ${more.access_token}`
      strictEqual((yield* request(`${server.url}${path}`, { headers: { authorization } })).status, 200)
      deepStrictEqual((yield* server.emulator.requestCounts).byEndpoint, {
        graph: 2,
        token: 3,
        authority: 6,
        unknown: 0
      })
    }))

  it.scopedLive("can be declined on the page", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const root = `${server.url}/${Seed.demoDomain}/oauth2/v2.0`
      const { body } = yield* parsed(`${root}/devicecode`, form({ client_id: desk.clientId, scope: "User.Read" }))
      yield* request(body.verification_uri, form({ user_code: body.user_code, decision: "decline" }))
      const { device_code } = body
      const poll = form({ grant_type: "device_code", client_id: desk.clientId, device_code })
      strictEqual((yield* parsed(`${root}/token`, poll)).body.error, "authorization_declined")
    }))

  it.scopedLive("sends a browser back at once, or with a refusal", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const root = `${server.url}/${Seed.demoTenantId}/oauth2/v2.0`
      const redirect_uri = "http://127.0.0.1:1/"
      const query = new URLSearchParams({
        client_id: desk.clientId,
        response_type: "code",
        redirect_uri,
        scope: "User.Read",
        state: "s"
      })
      const browse = Effect.map(
        request(`${root}/authorize?${query}`, { redirect: "manual" }),
        ({ headers }) => Object.fromEntries(new URL(headers.get("location")!).searchParams)
      )
      strictEqual((yield* request(`${server.url}/emulator/declines`, json({}))).status, 204)
      const { error, state } = yield* browse
      deepStrictEqual([error, state], ["access_denied", "s"])
      const { code } = yield* browse
      const { body } = yield* parsed(
        `${root}/token`,
        form({ grant_type: "authorization_code", client_id: desk.clientId, redirect_uri, code: code! })
      )
      strictEqual(body.token_type, "Bearer")
    }))

  it.scopedLive("speaks TLS on request", () =>
    Effect.gen(function*() {
      const { cert, key } = Certificates.make()
      const server = yield* GraphEmulatorServer.make({ tls: { key: Redacted.make(key), cert } })
      strictEqual(server.url, `https://127.0.0.1:${server.port}`)
      deepStrictEqual([server.cloud.graphRoot, server.cloud.authority], [server.url, server.url])
      const ask = (
        target: string,
        init: { readonly headers?: { readonly [name: string]: string }; body?: string } = {}
      ) =>
        Effect.async<{ readonly status: number | undefined; readonly text: string }, Error>((resume) => {
          const asking = Https.request(`${server.url}${target}`, {
            ca: cert,
            agent: false,
            method: init.body === undefined ? "GET" : "POST",
            headers: init.headers ?? {}
          }, (response) => {
            let text = ""
            response.on("data", (chunk) => text += String(chunk))
            response.on("end", () => resume(Effect.succeed({ status: response.statusCode, text })))
          })
          asking.on("error", (error) => resume(Effect.fail(error)))
          asking.end(init.body)
        })
      const token = yield* ask(`/${Seed.demoTenantId}/oauth2/v2.0/token`, {
        body: tokenForm(Seed.demoReader, { scope: server.cloud.scope })
      })
      const authorization = `Bearer ${JSON.parse(token.text).access_token}`
      strictEqual((yield* ask(path, { headers: { authorization } })).status, 200)
      // Who does not trust the certificate gets nothing.
      assertTrue(Exit.isFailure(yield* Effect.exit(Effect.tryPromise(() => fetch(server.url)))))
    }))

  it.scopedLive("says so when the certificate is none, and repeats nothing of the key", () =>
    Effect.gen(function*() {
      const { cert, key } = Certificates.make()
      const other = Certificates.make()
      const pairs = [["not-a-key", cert], [key, "not-a-certificate"], [other.key, cert]] as const
      for (const [key, cert] of pairs) {
        const error = yield* Effect.flip(GraphEmulatorServer.make({ tls: { key: Redacted.make(key), cert } }))
        strictEqual(error._tag, "ListenError")
        assertInclude(error.message, "tls.key")
        assertTrue(!JSON.stringify(error).includes(key.slice(30, 60) || key))
      }
    }))
})

describe("the control endpoint", () => {
  it.scopedLive("approves, declines and revokes", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const { emulator, url } = server
      const desk = Seed.demoPublicClient
      const start = Effect.map(
        request(`${url}/common/oauth2/v2.0/devicecode`, {
          method: "POST",
          body: new URLSearchParams({ client_id: desk.clientId, scope: "User.Read" })
        }),
        ({ text }) => JSON.parse(text)
      )
      const poll = (device_code: string) =>
        Effect.map(
          request(`${url}/common/oauth2/v2.0/token`, {
            method: "POST",
            body: new URLSearchParams({ grant_type: "device_code", client_id: desk.clientId, device_code })
          }),
          ({ text }) => JSON.parse(text)
        )
      const control = (name: string, body: unknown) =>
        Effect.map(request(`${url}/emulator/${name}`, json(body)), ({ status }) => status)
      const first = yield* start
      const user = Seed.demoUsers[1].userPrincipalName
      strictEqual(yield* control("approvals", { userCode: first.user_code, user: "nobody" }), 404)
      strictEqual(yield* control("approvals", { userCode: first.user_code, user }), 204)
      strictEqual(yield* control("approvals", { userCode: first.user_code, user }), 404)
      strictEqual(yield* control("approvals", {}), 400)
      const { access_token } = yield* poll(first.device_code)
      const second = yield* start
      strictEqual(yield* control("declines", { userCode: second.user_code }), 204)
      strictEqual((yield* poll(second.device_code)).error, "authorization_declined")
      const authorization = `Bearer ${access_token}`
      const status = Effect.map(request(`${url}${path}`, { headers: { authorization } }), ({ status }) => status)
      strictEqual(yield* control("revocations", { user: Seed.demoUsers[0].id }), 204)
      strictEqual(yield* control("revocations", { before: "2001-01-01T00:00:00Z" }), 204)
      strictEqual(yield* status, 403)
      strictEqual(yield* control("revocations", { before: "yesterday" }), 400)
      strictEqual(yield* control("revocations", {}), 204)
      strictEqual(yield* status, 401)
      strictEqual(yield* emulator.users.waiting.pipe(Effect.map((codes) => codes.length)), 0)
    }))

  it.scopedLive("makes tasks fail", () =>
    Effect.gen(function*() {
      const { emulator, url } = yield* GraphEmulatorServer.make({ processing: { queueDuration: 0, taskDuration: 0 } })
      const rules = `${url}/emulator/taskFailures`
      strictEqual((yield* request(rules, json({ taskDefinitionId: enableUserAccount, reason: "No." }))).status, 204)
      strictEqual((yield* request(rules, json({ taskDefinition: enableUserAccount }))).status, 400)
      const token = yield* getToken(emulator, Seed.demoAdmin)
      const preview = Effect.map(
        send(emulator, "POST", `${area}/workflows/${Seed.demoSelectedResult.workflowId}/previewTaskFailures`, {
          authorization: `Bearer ${token}`
        }),
        ({ body }) => body.value.map(({ failureReason }: { readonly failureReason: string }) => failureReason)
      )
      deepStrictEqual(yield* preview, ["No."])
      strictEqual((yield* request(rules, { method: "DELETE" })).status, 204)
      deepStrictEqual(yield* preview, [])
    }))

  it.scopedLive("makes requests fail", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const rule = { fault: { _tag: "Status", status: 429, retryAfter: 7 }, endpoint: "graph", times: 2 }
      strictEqual((yield* request(`${server.url}/emulator/faults`, json(rule))).status, 204)
      const first = yield* ask(server)
      deepStrictEqual([first.status, first.headers.get("retry-after")], [429, "7"])
      strictEqual((yield* request(`${server.url}/emulator/faults`, { method: "DELETE" })).status, 204)
      strictEqual((yield* ask(server)).status, 200)
    }))

  it.scopedLive("tells what was asked, itself excepted", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      yield* ask(server)
      const { value } = JSON.parse((yield* request(`${server.url}/emulator/requests`)).text)
      deepStrictEqual(value.map(({ endpoint, status }: any) => [endpoint, status]), [["token", 200], ["graph", 200]])
      strictEqual(JSON.parse((yield* request(`${server.url}/emulator/counts`)).text).total, 2)
    }))

  it.scopedLive("says what is wrong with a fault", () =>
    Effect.gen(function*() {
      const { url } = yield* GraphEmulatorServer.make()
      const wrong = yield* request(`${url}/emulator/faults`, json({ fault: { _tag: "Status", status: 99 }, times: 1 }))
      strictEqual(wrong.status, 400)
      assertInclude(wrong.text, "status")
      strictEqual(
        (yield* request(`${url}/emulator/faults`, json({ fault: { _tag: "TruncatedJson" }, tmies: 2 }))).status,
        400
      )
      strictEqual((yield* request(`${url}/emulator/nothing`)).status, 404)
      strictEqual((yield* request(`${url}/emulator/faults`)).status, 404)
    }))

  it.scopedLive("obeys no web page", () =>
    Effect.gen(function*() {
      const { emulator, url } = yield* GraphEmulatorServer.make()
      const rule = { fault: { _tag: "ConnectionFailure" } }
      const page = { ...json(rule), headers: { "content-type": "application/json", origin: "https://example.com" } }
      strictEqual((yield* request(`${url}/emulator/faults`, page)).status, 403)
      const simple = { method: "POST", headers: { "content-type": "text/plain" }, body: JSON.stringify(rule) }
      strictEqual((yield* request(`${url}/emulator/faults`, simple)).status, 415)
      // A name that somebody has resolved to 127.0.0.1. `fetch` lets nobody set the host.
      const answer = yield* Effect.async<string>((resume) => {
        const socket = Net.connect({ host: "127.0.0.1", port: Number(new URL(url).port) })
        let text = ""
        socket.on("data", (chunk) => text += String(chunk))
        socket.on("close", () => resume(Effect.succeed(text)))
        socket.end("GET /emulator/requests HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
      })
      assertTrue(answer.startsWith("HTTP/1.1 403"))
      strictEqual((yield* emulator.requestCounts).total, 0)
    }))
})
