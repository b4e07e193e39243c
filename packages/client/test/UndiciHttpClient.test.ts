import { UndiciHttpClient } from "@effect-msgraph/client/undici"
import { Cookies, HttpClient, HttpClientRequest, UrlParams } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Chunk, Effect, Fiber, Layer, Option, Stream } from "effect"
import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import * as Zlib from "node:zlib"
import { type Dispatcher, MockAgent } from "undici"
import { recorder } from "./utils.js"

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: Http.IncomingHttpHeaders
  readonly body: string
}

type Reply = (response: Http.ServerResponse) => void

/** A server on a port of its own, and what was asked of it. */
const serve = (reply: Reply) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const seen: Array<Seen> = []
      const closed: Array<string> = []
      const server = Http.createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("end", () => {
          seen.push({
            method: request.method ?? "",
            url: request.url ?? "",
            headers: request.headers,
            body: Buffer.concat(chunks).toString()
          })
          response.on("close", () => closed.push(request.url ?? ""))
          reply(response)
        })
      })
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
      return { server, seen, closed, root: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
    }),
    ({ server }) =>
      Effect.promise(() =>
        new Promise<void>((resolve) => {
          server.closeAllConnections()
          server.close(() => resolve())
        })
      )
  )

const json: Reply = (response) => response.setHeader("content-type", "application/json").end("{\"id\":\"ä\"}")

const provide = Effect.provide(UndiciHttpClient.layer())

describe("a request", () => {
  it.scoped("has its method, headers, and body of text", () =>
    Effect.gen(function*() {
      const { root, seen } = yield* serve(json)
      const http = yield* HttpClient.HttpClient
      yield* http.execute(
        HttpClientRequest.post(`${root}/a`, { headers: { "x-one": "1" } }).pipe(
          HttpClientRequest.bodyText("{\"ä\":1}", "application/json")
        )
      )
      const [{ body, headers, method, url }] = seen as [Seen]
      deepStrictEqual([method, url, body], ["POST", "/a", "{\"ä\":1}"])
      deepStrictEqual([headers["x-one"], headers["content-type"], headers["content-length"]], [
        "1",
        "application/json",
        "8"
      ])
    }).pipe(provide))

  it.scoped("is addressed as it was written, or as a URL would have it where that is something else", () =>
    Effect.gen(function*() {
      const { root, seen } = yield* serve(json)
      const http = yield* HttpClient.HttpClient
      const rows: ReadonlyArray<readonly [request: HttpClientRequest.HttpClientRequest, url: string]> = [
        [
          HttpClientRequest.get(`${root}/v1.0/a('b')?$filter=x%20eq%20'y'&$skiptoken={"z"}`),
          "/v1.0/a('b')?$filter=x%20eq%20%27y%27&$skiptoken={%22z%22}"
        ],
        [HttpClientRequest.get(`${root}/v1.0/a(b)?$skiptoken=%24a~_-.!*`), "/v1.0/a(b)?$skiptoken=%24a~_-.!*"],
        [HttpClientRequest.get(root), "/"],
        [HttpClientRequest.get(`${root}/a/../b`), "/b"],
        [HttpClientRequest.get(`${root}/a/%2E%2e/b`), "/b"],
        [HttpClientRequest.get(`${root}/a/%2e/b`), "/a/b"],
        [HttpClientRequest.get(`${root}/a b/ä`), "/a%20b/%C3%A4"],
        [HttpClientRequest.get(`${root}/a#b`), "/a"],
        [HttpClientRequest.get(`${root}/a\\b`), "/a/b"],
        [HttpClientRequest.get(`${root}/a`, { urlParams: { b: "c d" } }), "/a?b=c+d"]
      ]
      for (const [request, url] of rows) {
        yield* http.execute(request)
        strictEqual(seen.at(-1)?.url, url)
        const standard = UrlParams.makeUrl(request.url, request.urlParams, request.hash)
        assertTrue(standard._tag === "Right" && url === `${standard.right.pathname}${standard.right.search}`)
      }
    }).pipe(provide))

  it.effect("that cannot be sent says why", () =>
    Effect.gen(function*() {
      const http = yield* HttpClient.HttpClient
      const form = HttpClientRequest.post("http://127.0.0.1:1/").pipe(HttpClientRequest.bodyFormData(new FormData()))
      const stream = HttpClientRequest.post("http://127.0.0.1:1/").pipe(
        HttpClientRequest.bodyStream(Stream.make(new Uint8Array([1])))
      )
      for (const request of [form, stream]) {
        const error = yield* Effect.flip(http.execute(request))
        strictEqual(error._tag === "RequestError" && error.reason, "Encode")
        assertTrue(error.message.includes("NodeHttpClient.layerUndici"), error.message)
      }
      const nowhere = yield* Effect.flip(http.get("nowhere"))
      strictEqual(nowhere._tag === "RequestError" && nowhere.reason, "InvalidUrl")
      for (const url of ["https://a.b:99999/x", "https://1.2.3.4.5/"]) {
        const error = yield* Effect.flip(http.get(url))
        strictEqual(error._tag === "RequestError" && error.reason, "InvalidUrl")
      }
      const refused = yield* Effect.flip(http.get("http://127.0.0.1:1/"))
      strictEqual(refused._tag === "RequestError" && refused.reason, "Transport")
    }).pipe(provide))

  it.scoped("that is interrupted is taken back", () =>
    Effect.gen(function*() {
      const { closed, root, seen } = yield* serve(() => {})
      const http = yield* HttpClient.HttpClient
      const fiber = yield* Effect.fork(http.get(`${root}/slow`))
      yield* Effect.promise(async () => {
        while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve))
      })
      yield* Fiber.interrupt(fiber)
      yield* Effect.promise(async () => {
        while (closed.length === 0) await new Promise((resolve) => setImmediate(resolve))
      })
      deepStrictEqual(closed, ["/slow"])
    }).pipe(provide))

  it.effect("that is interrupted is not sent later, and is taken back once", () =>
    Effect.gen(function*() {
      let handler: Dispatcher.DispatchHandler | undefined
      const agent = new MockAgent()
      agent.dispatch = (_: unknown, given: Dispatcher.DispatchHandler) => {
        handler = given
        return true
      }
      const aborted: Array<string> = []
      const controllerOf = (name: string) =>
        ({ abort: () => aborted.push(name) }) as unknown as Dispatcher.DispatchController
      const ask = Effect.gen(function*() {
        const fiber = yield* Effect.fork(UndiciHttpClient.make(agent).post("http://graph.internal/a"))
        yield* Effect.yieldNow()
        return { fiber, handler: handler! }
      })

      const waiting = yield* ask
      yield* Fiber.interrupt(waiting.fiber)
      waiting.handler.onRequestStart!(controllerOf("before it starts"), {})

      const started = yield* ask
      started.handler.onRequestStart!(controllerOf("under way"), {})
      yield* Fiber.interrupt(started.fiber)

      for (const fails of [false, true]) {
        const over = yield* ask
        const controller = controllerOf("over")
        over.handler.onRequestStart!(controller, {})
        if (fails) over.handler.onResponseError!(controller, new Error("broken"))
        else {
          over.handler.onResponseStart!(controller, 200, {}, "OK")
          over.handler.onResponseEnd!(controller, {})
        }
        yield* Fiber.interrupt(over.fiber)
      }
      deepStrictEqual(aborted, ["before it starts", "under way"])
    }))

  it.scoped("has the platform's span and tells of it, unless that is off", () =>
    Effect.gen(function*() {
      const { root, seen } = yield* serve(json)
      const http = yield* HttpClient.HttpClient
      const { spans, tracer } = yield* recorder
      yield* http.get(`${root}/a`).pipe(Effect.withTracer(tracer))
      deepStrictEqual(spans.map(({ name }) => name), ["http.client GET"])
      strictEqual(spans[0]!.attributes.get("http.response.status_code"), 200)
      assertTrue(seen[0]!.headers["traceparent"]?.includes(spans[0]!.traceId) === true)
      yield* HttpClient.withTracerDisabledWhen(http, () => true).get(`${root}/b`).pipe(Effect.withTracer(tracer))
      yield* http.get(`${root}/c`).pipe(Effect.withTracer(tracer), Effect.withTracerEnabled(false))
      strictEqual(spans.length, 1)
      deepStrictEqual(seen.slice(1).map(({ headers }) => headers["traceparent"]), [undefined, undefined])
    }).pipe(provide))

  it.effect("that a dispatcher throws at has failed like any other", () =>
    Effect.gen(function*() {
      const agent = new MockAgent()
      agent.dispatch = () => {
        throw new TypeError("no")
      }
      const error = yield* Effect.flip(UndiciHttpClient.make(agent).get("http://graph.internal/a"))
      strictEqual(error._tag === "RequestError" && error.reason, "Transport")
    }))

  it.effect("goes through the dispatcher that is given", () =>
    Effect.gen(function*() {
      const agent = new MockAgent()
      agent.disableNetConnect()
      agent.get("http://graph.internal").intercept({ path: "/a" }).reply(200, "mine")
      const response = yield* UndiciHttpClient.make(agent).get("http://graph.internal/a")
      strictEqual(yield* response.text, "mine")
      yield* Effect.promise(() => agent.close())
    }))
})

describe("an answer", () => {
  it.scoped("is read as the platform reads it", () =>
    Effect.gen(function*() {
      const { root } = yield* serve((response) =>
        response.setHeader("content-type", "application/json").setHeader("set-cookie", ["a=1", "b=2"]).setHeader(
          "x-two",
          ["1", "2"]
        ).end("\uFEFF{\"id\":\"ä\"}")
      )
      const http = yield* HttpClient.HttpClient
      const response = yield* http.get(`${root}/a`)
      strictEqual(response.status, 200)
      strictEqual(response.headers["content-type"], "application/json")
      strictEqual(response.headers["x-two"], "1, 2")
      strictEqual(yield* response.text, "{\"id\":\"ä\"}")
      strictEqual(yield* response.text, "{\"id\":\"ä\"}")
      deepStrictEqual(yield* response.json, { id: "ä" })
      deepStrictEqual(
        [Option.getOrThrow(Cookies.getValue(response.cookies, "a")), Cookies.toRecord(response.cookies)],
        ["1", { a: "1", b: "2" }]
      )
      assertTrue(!JSON.stringify(response).includes("secret"))
    }).pipe(provide))

  it.scoped("is there as a stream, as bytes and as parameters, too", () =>
    Effect.gen(function*() {
      const { root } = yield* serve((response) => {
        response.write("a=1&")
        setImmediate(() => response.end("b=2"))
      })
      const http = yield* HttpClient.HttpClient
      const text = (chunks: Chunk.Chunk<Uint8Array>) => Buffer.concat(Chunk.toReadonlyArray(chunks)).toString()
      const ask = http.get(`${root}/a`)
      strictEqual(text(yield* Stream.runCollect((yield* ask).stream)), "a=1&b=2")
      strictEqual(Buffer.from(yield* (yield* ask).arrayBuffer).toString(), "a=1&b=2")
      strictEqual(yield* (yield* ask).text, "a=1&b=2")
      deepStrictEqual(yield* (yield* ask).urlParamsBody, [["a", "1"], ["b", "2"]])
    }).pipe(provide))

  it.scoped("without a body is empty", () =>
    Effect.gen(function*() {
      const { root } = yield* serve((response) => response.writeHead(204).end())
      const http = yield* HttpClient.HttpClient
      const response = yield* http.del(`${root}/a`)
      strictEqual(response.status, 204)
      strictEqual(yield* response.text, "")
      strictEqual((yield* response.arrayBuffer).byteLength, 0)
    }).pipe(provide))

  it.scoped("in gzip, which is asked for, is unpacked, at whatever status", () =>
    Effect.gen(function*() {
      const body = Zlib.gzipSync("{\"id\":\"ä\"}".padEnd(200_000))
      const { root, seen } = yield* serve((response) => {
        response.writeHead(404, { "content-encoding": ["gzip", "X-GZip", "gzip  "][seen.length - 1] })
        response.write(body.subarray(0, 20))
        setImmediate(() => response.end(body.subarray(20)))
      })
      const http = yield* HttpClient.HttpClient
      for (const path of ["/a", "/b", "/c"]) {
        const response = yield* http.get(root + path)
        strictEqual(response.status, 404)
        deepStrictEqual(yield* response.json, { id: "ä" })
      }
      deepStrictEqual(seen.map(({ headers }) => headers["accept-encoding"]), ["gzip", "gzip", "gzip"])
    }).pipe(provide))

  it.scoped("in what the request asks for instead, or in what nobody knows, is left as it is", () =>
    Effect.gen(function*() {
      const { root, seen } = yield* serve((response) => response.writeHead(200, { "content-encoding": "br" }).end("br"))
      const http = yield* HttpClient.HttpClient
      const response = yield* http.get(root, { headers: { "accept-encoding": "br" } })
      strictEqual(yield* response.text, "br")
      yield* http.get(root, { headers: { range: "bytes=0-99" } })
      deepStrictEqual(seen.map(({ headers }) => headers["accept-encoding"]), ["br", undefined])
    }).pipe(provide))

  it.scoped("that says gzip of no body is empty", () =>
    Effect.gen(function*() {
      const { root } = yield* serve((response) => response.writeHead(200, { "content-encoding": "gzip" }).end())
      const http = yield* HttpClient.HttpClient
      strictEqual(yield* (yield* http.head(root)).text, "")
      const agent = new MockAgent()
      // Its empty body is a chunk without bytes.
      agent.get("http://graph.internal").intercept({ path: "/a" }).reply(200, "", {
        headers: { "content-encoding": "gzip" }
      })
      strictEqual(yield* (yield* UndiciHttpClient.make(agent).get("http://graph.internal/a")).text, "")
    }).pipe(provide))

  it.scoped("that cannot be unpacked, or not within 64 MiB, is an error of the answer", () =>
    Effect.gen(function*() {
      const packed = Zlib.gzipSync(Buffer.alloc(2 ** 26 + 1))
      const most = Zlib.gzipSync(Buffer.alloc(2 ** 26))
      const bodies = [Buffer.from("no gzip"), packed.subarray(0, 100), packed]
      const { root, seen } = yield* serve((response) =>
        response.setHeader("content-encoding", "gzip").end(bodies[seen.length - 1] ?? most)
      )
      const http = yield* HttpClient.HttpClient
      for (const _ of bodies) {
        const error = yield* Effect.flip(http.get(root))
        strictEqual(error._tag === "ResponseError" && error.reason, "Decode")
        strictEqual(error._tag === "ResponseError" && error.response.status, 200)
      }
      strictEqual((yield* (yield* http.get(root)).arrayBuffer).byteLength, 2 ** 26)
    }).pipe(provide))

  it.scoped("that breaks off is an error of the answer, one that does not come of the request", () =>
    Effect.gen(function*() {
      const { root } = yield* serve((response) => {
        response.writeHead(200, { "content-length": "10" })
        response.write("half")
        setImmediate(() => response.destroy())
      })
      const http = yield* HttpClient.HttpClient
      const error = yield* Effect.flip(http.get(`${root}/a`))
      strictEqual(error._tag === "ResponseError" && error.reason, "Decode")
    }).pipe(provide))

  it.scoped("of a redirect is the redirect", () =>
    Effect.gen(function*() {
      const { root, seen } = yield* serve((response) => response.writeHead(302, { location: "/elsewhere" }).end())
      const http = yield* HttpClient.HttpClient
      strictEqual((yield* http.get(`${root}/a`)).status, 302)
      strictEqual(seen.length, 1)
    }).pipe(provide))
})

describe("a layer", () => {
  it.scoped("closes its connections", () =>
    Effect.gen(function*() {
      const { root, server } = yield* serve(json)
      const connections = Effect.async<number>((resume) => {
        setImmediate(() => server.getConnections((_, count) => resume(Effect.succeed(count))))
      })
      yield* Effect.scoped(Effect.gen(function*() {
        const context = yield* Layer.build(UndiciHttpClient.layer())
        yield* Effect.provide(Effect.flatMap(HttpClient.HttpClient, (http) => http.get(`${root}/a`)), context)
        strictEqual(yield* connections, 1)
      }))
      yield* Effect.repeat(connections, { until: (count) => count === 0 })
    }))
})
