import { Fault, GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { GraphEmulatorServer } from "@effect-msgraph/emulator/node"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Exit, Scope } from "effect"
import * as Net from "node:net"
import { networkInterfaces } from "node:os"
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

describe("the control endpoint", () => {
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
