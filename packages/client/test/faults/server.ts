import { Effect } from "effect"
import type { Scope } from "effect"
import * as net from "node:net"
import type { AddressInfo } from "node:net"

/** A request that was read to its end, and the connection to answer it on. */
export interface Exchange {
  readonly socket: net.Socket
  readonly method: string
  readonly path: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string
  readonly origin: string
  /** The requests before it, on any connection. */
  readonly index: number
}

/** What the server does about a request. */
export type Reply = (exchange: Exchange) => void

/** What the server does about a connection, before anything is read of it; `false` reads requests from it. */
export type Greeting = (socket: net.Socket, index: number) => boolean

/** What was seen of the other side. */
export interface Server {
  readonly origin: string
  readonly port: number
  readonly connections: () => number
  /** Connections that are open at this moment. */
  readonly open: () => number
  readonly requests: ReadonlyArray<Exchange>
  /** Requests that were read, or connections that were taken, and whose reply has come to a standstill. */
  readonly stalled: () => number
  /** All bytes that were ever received. */
  readonly received: () => string
}

const parse = (data: string) => {
  const end = data.indexOf("\r\n\r\n")
  if (end < 0) return undefined
  const [line = "", ...fields] = data.slice(0, end).split("\r\n")
  const [method = "", path = ""] = line.split(" ")
  const headers = Object.fromEntries(
    fields.map((field) => [field.split(":")[0]!.toLowerCase(), field.slice(field.indexOf(":") + 1).trim()])
  )
  const length = Number(headers["content-length"] ?? 0)
  return data.length < end + 4 + length ? undefined : {
    request: { method, path, headers, body: data.slice(end + 4, end + 4 + length) },
    rest: data.slice(end + 4 + length)
  }
}

const stalls = new WeakMap<net.Socket, () => void>()

/** Says that nothing more will come on this connection, so that a test need not wait to be sure of it. */
const standStill = (socket: net.Socket): void => stalls.get(socket)?.()

/** A server that speaks HTTP by hand, and badly, on a free port of this machine. */
export const serve = (
  reply: Reply,
  greeting: Greeting = () => false
): Effect.Effect<Server, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<Server & { readonly close: () => Promise<void> }>((resume) => {
      const sockets = new Set<net.Socket>()
      const requests: Array<Exchange> = []
      let connections = 0
      let stalled = 0
      let received = ""
      let origin = ""
      const server = net.createServer({ noDelay: true }, (socket) => {
        sockets.add(socket)
        // This end is not what the tests count.
        socket.unref()
        socket.on("error", () => {})
        socket.on("close", () => sockets.delete(socket))
        stalls.set(socket, () => stalled++)
        if (greeting(socket, connections++)) return
        let data = ""
        socket.setEncoding("latin1")
        socket.on("data", (chunk: string) => {
          data += chunk
          received += chunk
          for (let parsed = parse(data); parsed !== undefined; parsed = parse(data)) {
            data = parsed.rest
            const exchange = { ...parsed.request, socket, origin, index: requests.length }
            requests.push(exchange)
            reply(exchange)
          }
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        origin = `http://127.0.0.1:${port}`
        resume(Effect.succeed({
          origin,
          port,
          connections: () => connections,
          open: () => sockets.size,
          requests,
          stalled: () => stalled,
          received: () => received,
          close: () =>
            new Promise<void>((resolve) => {
              server.close(() => resolve())
              for (const socket of sockets) socket.destroy()
            })
        }))
      })
    }),
    ({ close }) => Effect.promise(close)
  )

/** A port that nobody listens on. */
export const closedPort: Effect.Effect<number> = Effect.scoped(Effect.map(serve(() => {}), ({ port }) => port))

// Answers

export interface Answer {
  readonly status: number
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string | undefined
}

const reasons: { readonly [status: number]: string } = { 200: "OK", 201: "Created", 204: "No Content" }

const head = (status: number, headers: { readonly [name: string]: string }): string =>
  [
    `HTTP/1.1 ${status} ${reasons[status] ?? "Whatever"}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    "",
    ""
  ].join("\r\n")

const json = { "content-type": "application/json; charset=utf-8" }

const length = (body: string) => ({ "content-length": String(Buffer.byteLength(body)) })

/** A whole answer, after which the connection is kept. */
export const answer = ({ body, headers, status }: Answer): Reply => ({ socket }) => {
  const bodiless = status === 204
  socket.write(head(status, { ...(bodiless ? {} : length(body ?? "")), ...headers }) + (bodiless ? "" : body ?? ""))
}

/** Graph's own error. */
export const refuse = (status: number, headers: { readonly [name: string]: string } = {}): Reply =>
  answer({
    status,
    headers: { ...json, ...headers },
    body: JSON.stringify({ error: { code: "someCode", message: "Something is wrong." } })
  })

export const good = (status: 200 | 201 | 204, body: unknown): Answer =>
  body === undefined ? { status } : { status, headers: json, body: JSON.stringify(body) }

// Faults of connections

/** Resets the connection without a word, before anything is read; but once it stands, or connecting itself would fail. */
export const resetsBeforeReading: Greeting = (socket) => {
  setImmediate(() => setImmediate(() => socket.resetAndDestroy()))
  return true
}

/** Takes the connection and says nothing, not even of the handshake. */
export const neverSpeaks: Greeting = (socket) => {
  socket.once("data", () => standStill(socket))
  return true
}

/** Answers whatever comes first in plain text, as a server does that expects no TLS. */
export const speaksPlainly: Greeting = (socket) => {
  socket.once("data", () => socket.end(head(400, { connection: "close", "content-length": "0" })))
  return true
}

/** Ends the connection after the first bytes, which for TLS is within the handshake. */
export const hangsUp: Greeting = (socket) => {
  socket.once("data", () => socket.end())
  return true
}

/** Resets the connection after the first bytes, which for TLS is within the handshake. */
export const resetsAfterFirstBytes: Greeting = (socket) => {
  socket.once("data", () => socket.resetAndDestroy())
  return true
}

// Faults of answers. A body is never empty here: where the operation has none, it is an empty object.

const bodyOf = ({ body = "{}" }: Answer): string => body

const statusOf = ({ body, status }: Answer): number => body === undefined ? 200 : status

/** What is still to be written must be there before the connection is reset, or the reset overtakes it. */
const writeThen = (socket: net.Socket, text: string, then: () => void): void => {
  socket.write(text, () => setImmediate(then))
}

export const resetsAfterReading: Reply = ({ socket }) => void socket.resetAndDestroy()

export const endsAfterReading: Reply = ({ socket }) => void socket.end()

export const resetsInHead = (good: Answer): Reply => ({ socket }) =>
  writeThen(socket, head(statusOf(good), json).slice(0, 30), () => socket.resetAndDestroy())

export const resetsInBody = (good: Answer): Reply => ({ socket }) =>
  writeThen(
    socket,
    head(statusOf(good), { ...json, ...length(bodyOf(good)) }) + bodyOf(good).slice(0, -1),
    () => socket.resetAndDestroy()
  )

export const neverAnswers: Reply = ({ socket }) => standStill(socket)

export const stallsInHead = (good: Answer): Reply => ({ socket }) =>
  writeThen(socket, head(statusOf(good), json).slice(0, 30), () => standStill(socket))

export const stallsInBody = (good: Answer): Reply => ({ socket }) =>
  writeThen(
    socket,
    head(statusOf(good), { ...json, ...length(bodyOf(good)) }) + bodyOf(good).slice(0, -1),
    () => standStill(socket)
  )

/** The head is whole, and no byte of the body comes. */
export const stallsBeforeBody = (good: Answer): Reply => ({ socket }) =>
  writeThen(socket, head(statusOf(good), { ...json, ...length(bodyOf(good)) }), () => standStill(socket))

export const truncates = (good: Answer): Reply => ({ socket }) =>
  void socket.end(head(statusOf(good), { ...json, ...length(bodyOf(good)) }) + bodyOf(good).slice(0, -1))

const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

const chunkedHead = (good: Answer) => head(statusOf(good), { ...json, "transfer-encoding": "chunked" })

export const truncatesChunks = (good: Answer): Reply => ({ socket }) =>
  void socket.end(chunkedHead(good) + chunk(bodyOf(good)))

export const truncatesInChunk = (good: Answer): Reply => ({ socket }) =>
  void socket.end(chunkedHead(good) + chunk(bodyOf(good)).slice(0, -4))

export const garblesChunks = (good: Answer): Reply => ({ socket }) =>
  void socket.write(`${chunkedHead(good)}nonsense\r\n${bodyOf(good)}\r\n0\r\n\r\n`)

/** No length, and no chunks: the end of the connection is the end of the body, here before its time. */
export const endsEarly = (good: Answer): Reply => ({ socket }) =>
  void socket.end(head(statusOf(good), { ...json, connection: "close" }) + bodyOf(good).slice(0, -1))

/** No length, and no chunks, and all of it. */
export const endsInTime = (good: Answer): Reply => ({ socket }) =>
  void socket.end(head(statusOf(good), { ...json, connection: "close" }) + bodyOf(good))

/** The answer, one byte at a time: the whole, or all but its end. */
const dripping = (isWhole: boolean) => (good: Answer): Reply => ({ socket }) => {
  const begun = chunkedHead(good) + Array.from(bodyOf(good), chunk).join("")
  const bytes = Buffer.from(isWhole ? begun + "0\r\n\r\n" : begun.slice(0, -1))
  let sent = 0
  const next = () => {
    if (sent < bytes.length && !socket.destroyed) socket.write(bytes.subarray(sent, ++sent), next)
  }
  next()
}

export const drips = dripping(true)

export const dripsWithoutEnd = dripping(false)

export const labels = (good: Answer, headers: { readonly [name: string]: string }, prefix = ""): Reply => {
  const body = prefix + bodyOf(good)
  return answer({ status: statusOf(good), headers, body })
}

export const html = (
  status: number,
  headers: { readonly [name: string]: string } = {}
): Reply => answer({ status, headers: { "content-type": "text/html", ...headers }, body: "<html>Sorry</html>" })

/** A page that says it is JSON. */
export const mislabelledHtml = (good: Answer): Reply =>
  answer({ status: statusOf(good), headers: json, body: "<html>Sorry</html>" })

export const empty = (status: number, headers: { readonly [name: string]: string } = {}): Reply =>
  answer({ status, headers })

export const hugeHeader = (good: Answer): Reply =>
  answer({ ...good, headers: { ...good.headers, "x-huge": "x".repeat(100_000) } })

export const manyHeaders = (good: Answer): Reply =>
  answer({
    ...good,
    headers: {
      ...good.headers,
      ...Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`x-${n}`, "x".repeat(1000)]))
    }
  })

/** The length that is told is one less than the body has. */
export const understates = (good: Answer): Reply => ({ socket }) => {
  const body = bodyOf(good)
  socket.end(
    head(statusOf(good), { ...json, "content-length": String(Buffer.byteLength(body) - 1), connection: "close" }) + body
  )
}

export const contradictsLength = (good: Answer): Reply => ({ socket }) =>
  void socket.end(
    `HTTP/1.1 ${statusOf(good)} OK\r\ncontent-length: 5\r\ncontent-length: 7\r\nconnection: close\r\n\r\n${
      bodyOf(good)
    }`
  )

export const malformedStatusLine: Reply = ({ socket }) => void socket.end("HTTP/banana 200 OK\r\n\r\n{}")

export const malformedHeader: Reply = ({ socket }) => void socket.end("HTTP/1.1 200 OK\r\nthis is no header\r\n\r\n{}")

/** A server of something else altogether. */
export const speaksAnotherProtocol: Reply = ({ socket }) => void socket.end("SSH-2.0-OpenSSH_9.6\r\n")

export const redirects = (status: number, location: (exchange: Exchange) => string): Reply => (exchange) =>
  answer({ status, headers: { location: location(exchange) }, body: "" })(exchange)
