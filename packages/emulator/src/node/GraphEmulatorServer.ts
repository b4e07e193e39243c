/**
 * The emulated service as a real HTTP server on 127.0.0.1.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as HttpServer from "@effect/platform/HttpServer"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { createServer } from "node:http"
import { createServer as createTlsServer } from "node:https"
import * as GraphEmulator from "../GraphEmulator.js"
import * as Control from "../internal/control.js"
import * as Entra from "../internal/entra.js"
import * as Message from "../Message.js"

/**
 * A running server.
 *
 * @since 0.1.0
 * @category Context
 */
export class GraphEmulatorServer
  extends Context.Tag("@effect-msgraph/emulator/GraphEmulatorServer")<GraphEmulatorServer, Service>()
{}

/**
 * A running server.
 *
 * - `url`, `port`: where it listens, e.g. `http://127.0.0.1:49152`
 * - `cloud`: the cloud to point a program at, whose Graph and whose authority are this server
 * - `emulator`: the emulated service behind it
 *
 * @since 0.1.0
 * @category Models
 */
export interface Service {
  readonly url: string
  readonly port: number
  readonly cloud: NationalCloud.NationalCloud
  readonly emulator: GraphEmulator.Service
}

/**
 * What the server shows of itself over TLS: its private key and its certificate, both as PEM. Callers have to be told to trust the
 * certificate, for example by `NODE_EXTRA_CA_CERTS`.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Tls {
  readonly key: Redacted.Redacted<string>
  readonly cert: string
}

/**
 * How the server is set up.
 *
 * - `port`: 0 by default, which means any that is free
 * - `tls`: for `https://127.0.0.1`; by default it is plain HTTP
 *
 * With `cloud`, the server passes for that cloud: its links and its tokens are that cloud's. It is for programs that reach it by a
 * detour, such as a proxy or a name that is resolved to this machine, and believe to talk to the cloud itself.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options extends GraphEmulator.Options {
  readonly port?: number | undefined
  readonly tls?: Tls | undefined
}

/**
 * The port cannot be listened on, or not with this certificate.
 *
 * @since 0.1.0
 * @category Errors
 */
export class ListenError
  extends Schema.TaggedError<ListenError>("@effect-msgraph/emulator/ListenError")("ListenError", {
    port: Schema.Int,
    reason: Schema.String
  })
{
  /** @since 0.1.0 */
  override get message(): string {
    return `Cannot listen on 127.0.0.1:${this.port}: ${this.reason}`
  }
}

const host = "127.0.0.1"

/**
 * Starts a server, which stops when the scope closes. It listens on 127.0.0.1 alone: nobody outside this machine can reach it.
 *
 * @example
 * ```ts
 * import { GraphEmulatorServer } from "@effect-msgraph/emulator/node"
 * import { Effect } from "effect"
 *
 * const program = Effect.scoped(Effect.gen(function*() {
 *   const { url } = yield* GraphEmulatorServer.make({ port: 4010 })
 *   yield* Effect.log(`Microsoft Graph, or something like it, is at ${url}`)
 *   return yield* Effect.never
 * }))
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (options: Options = {}): Effect.Effect<Service, ListenError, Scope.Scope> =>
  Effect.gen(function*() {
    const wanted = options.port ?? 0
    const nodeServer = yield* makeNodeServer(options.tls, wanted)
    const server = yield* Effect.mapError(
      NodeHttpServer.make(() => nodeServer, { host, port: wanted }),
      ({ cause }) => new ListenError({ port: wanted, reason: cause instanceof Error ? cause.message : String(cause) })
    )
    // Connections that callers keep alive would keep the port.
    yield* Effect.addFinalizer(() => Effect.sync(() => nodeServer.closeAllConnections()))
    const port = server.address._tag === "TcpAddress" ? server.address.port : wanted
    const url = `${options.tls === undefined ? "http" : "https"}://${host}:${port}`
    const cloud = Either.getOrThrow(
      NationalCloud.custom({ graphRoot: url, authority: url, displayName: `Emulator on port ${port}` })
    )
    const emulator = yield* GraphEmulator.make({ ...options, cloud: options.cloud ?? cloud })
    // The emulator stands for something outside the program: its side of a call is nobody's span.
    yield* HttpServer.serveEffect(app(emulator)).pipe(
      HttpMiddleware.withTracerDisabledWhenEffect(() => true),
      Effect.provideService(HttpServer.HttpServer, server)
    )
    return { url, port, cloud, emulator }
  })

/** What Node says of a key or a certificate that it cannot read may hold some of it, so it is not repeated. */
const makeNodeServer = (tls: Tls | undefined, port: number) =>
  tls === undefined
    ? Effect.sync(() => createServer())
    : Effect.try({
      try: () => createTlsServer({ key: Redacted.value(tls.key), cert: tls.cert }),
      catch: () =>
        new ListenError({
          port,
          reason: "the options tls.key and tls.cert must be a private key and its certificate, as PEM"
        })
    })

const app = (emulator: GraphEmulator.Service): HttpApp.Default =>
  Effect.gen(function*() {
    const incoming = yield* HttpServerRequest.HttpServerRequest
    const body = yield* Effect.orElseSucceed(incoming.arrayBuffer, () => new ArrayBuffer(0))
    const path = incoming.originalUrl.split("?")[0]!
    const origin = Entra.endpointOf(path) === undefined ? emulator.cloud.graphRoot : emulator.cloud.authority
    const request = Message.request(incoming.method, `${origin}${incoming.originalUrl}`, {
      headers: incoming.headers,
      body: new Uint8Array(body)
    })
    const answer = Control.isControlPath(path) ? Control.handle(emulator, request) : emulator.handle(request)
    return yield* Effect.map(answer, respond)
  }).pipe(
    Effect.catchTag("ConnectionFailure", () => Effect.flatMap(HttpServerRequest.HttpServerRequest, hangUp))
  )

const respond = (response: Message.Response): HttpServerResponse.HttpServerResponse => {
  const { "content-type": contentType, ...headers } = response.headers
  return response.body === ""
    ? HttpServerResponse.empty({ status: response.status, headers: response.headers })
    : HttpServerResponse.text(response.body, {
      status: response.status,
      headers,
      contentType: contentType ?? "text/plain"
    })
}

/** Closes the connection without a word. */
const hangUp = (request: HttpServerRequest.HttpServerRequest) =>
  Effect.zipRight(
    Effect.sync(() => NodeHttpServerRequest.toIncomingMessage(request).socket.destroy()),
    Effect.never
  )

/**
 * A running server, and the emulated service behind it.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (
  options?: Options
): Layer.Layer<GraphEmulatorServer | GraphEmulator.GraphEmulator, ListenError> =>
  Layer.scopedContext(
    Effect.map(make(options), (server) =>
      Context.make(GraphEmulatorServer, server).pipe(Context.add(GraphEmulator.GraphEmulator, server.emulator)))
  )
