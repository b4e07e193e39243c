/**
 * An `HttpClient` on undici that costs about as much as undici alone: for whoever reads much on Node. Needs `undici`.
 *
 * `NodeHttpClient.layerUndici` of `@effect/platform-node` does as well, and streams. This one reads each answer to its end before it hands it
 * on, as the client does anyway, and so needs no stream, no signal and no fiber for it.
 *
 * @since 0.1.0
 */
import type * as Cookies from "@effect/platform/Cookies"
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import * as Inspectable from "effect/Inspectable"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import * as Zlib from "node:zlib"
import { Agent, type Dispatcher } from "undici"

type AnswerHeaders = { readonly [name: string]: string | Array<string> | undefined }

const joined = (chunks: ReadonlyArray<Uint8Array>): Uint8Array =>
  chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)

/** An answer whose body is there. What the client does not ask for is left to the platform. */
class Answer extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly remoteAddress = Option.none()
  readonly request: HttpClientRequest.HttpClientRequest
  readonly status: number
  readonly headers: Headers.Headers
  private readonly bytes: Uint8Array
  private readonly cookieHeaders: string | ReadonlyArray<string> | undefined

  constructor(
    request: HttpClientRequest.HttpClientRequest,
    status: number,
    headers: AnswerHeaders,
    bytes: Uint8Array
  ) {
    super()
    this.request = request
    this.status = status
    this.headers = Headers.fromInput(headers)
    this.bytes = bytes
    this.cookieHeaders = headers["set-cookie"]
  }

  private cached: HttpClientResponse.HttpClientResponse | undefined

  private get web(): HttpClientResponse.HttpClientResponse {
    if (this.cached !== undefined) return this.cached
    const headers = new globalThis.Headers({ ...this.headers })
    headers.delete("set-cookie")
    for (const cookie of [this.cookieHeaders ?? []].flat()) headers.append("set-cookie", cookie)
    // Its status is of no account here, and a `Response` takes only some.
    return this.cached = HttpClientResponse.fromWeb(
      this.request,
      new Response(this.bytes as Uint8Array<ArrayBuffer>, { headers })
    )
  }

  get text(): Effect.Effect<string, HttpClientError.ResponseError> {
    return Effect.sync(() => {
      const { bytes } = this
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")
      return text.startsWith("\uFEFF") ? text.slice(1) : text
    })
  }

  get json(): Effect.Effect<unknown, HttpClientError.ResponseError> {
    return this.web.json
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.ResponseError> {
    return this.web.urlParamsBody
  }

  get formData(): Effect.Effect<FormData, HttpClientError.ResponseError> {
    return this.web.formData
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError.ResponseError> {
    return this.web.arrayBuffer
  }

  get stream(): Stream.Stream<Uint8Array, HttpClientError.ResponseError> {
    return this.web.stream
  }

  get cookies(): Cookies.Cookies {
    return this.web.cookies
  }

  toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "@effect/platform/HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    })
  }
}

/** An address that means to undici what it means to a `URL`, letter by letter: all but the rarest. */
const plain = /^(https?:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?)(\/(?!\/)[!$-;=@-Z_a-z~]*(?:\?[!$-&(-;=?-Z_a-z~]*)?)$/

/** A segment that stands for this folder or the one above. */
const dots = /\/(?:\.|%2e)/i

const origins = new Set<string>()

/** Whether a `URL` would have the same origin. */
const isOrigin = (origin: string): boolean => {
  if (origins.has(origin)) return true
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) return false
  if (origins.size >= 64) origins.clear()
  origins.add(origin)
  return true
}

const target = (request: HttpClientRequest.HttpClientRequest): Either.Either<readonly [string, string], Error> => {
  if (request.urlParams.length === 0 && Option.isNone(request.hash)) {
    const match = plain.exec(request.url)
    if (match !== null && !dots.test(match[2]!) && isOrigin(match[1]!)) return Either.right([match[1]!, match[2]!])
  }
  return Either.map(
    UrlParams.makeUrl(request.url, request.urlParams, request.hash),
    (url) => [url.origin, `${url.pathname}${url.search}`] as const
  )
}

const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest): Uint8Array | string | null | undefined => {
  if (body._tag === "Empty") return null
  const source = body._tag === "Uint8Array" || body._tag === "Raw" ? body.body : undefined
  return typeof source === "string" || source instanceof Uint8Array ? source : undefined
}

const refused = (request: HttpClientRequest.HttpClientRequest, reason: "Encode" | "InvalidUrl", description: string) =>
  new HttpClientError.RequestError({ request, reason, description })

/** No answer is unpacked to more bytes. */
const mostUnpacked = 2 ** 26

const isPacked = (headers: AnswerHeaders): boolean => /^\s*(?:x-)?gzip\s*$/i.test(String(headers["content-encoding"]))

type Resume = (answer: Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>) => void

/**
 * A request on its way, told by undici what becomes of it. A class, and no canceller given to `Effect.async`: of literals and closures that
 * live as long as a request, V8 comes to believe that they stay, and collects them and all they lead to late.
 */
class Exchange implements Dispatcher.DispatchHandler {
  private readonly request: HttpClientRequest.HttpClientRequest
  private resume: Resume | undefined = undefined
  private controller: Dispatcher.DispatchController | undefined = undefined
  private isOver = false
  private status = 0
  private headers: AnswerHeaders = {}
  private readonly chunks: Array<Uint8Array> = []

  constructor(request: HttpClientRequest.HttpClientRequest) {
    this.request = request
  }

  start(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions, resume: Resume): void {
    this.resume = resume
    try {
      dispatcher.dispatch(options, this)
    } catch (cause) {
      // Some dispatchers throw what others report.
      this.fail(cause)
    }
  }

  abandon(): void {
    if (this.isOver) return
    this.isOver = true
    this.controller?.abort(new Error("interrupted"))
  }

  private end(result: Parameters<Resume>[0]): void {
    this.isOver = true
    this.resume!(result)
  }

  private fail(cause: unknown): void {
    const { chunks, headers, request, status } = this
    this.end(Effect.fail(
      status === 0
        ? new HttpClientError.RequestError({ request, reason: "Transport", cause })
        : new HttpClientError.ResponseError({
          request,
          response: new Answer(request, status, headers, joined(chunks)),
          reason: "Decode",
          cause
        })
    ))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    if (this.isOver) controller.abort(new Error("interrupted"))
  }

  onResponseStart(_: unknown, status: number, headers: AnswerHeaders): void {
    this.status = status
    this.headers = headers
  }

  onResponseData(_: unknown, chunk: Uint8Array): void {
    this.chunks.push(chunk)
  }

  onResponseEnd(): void {
    const { chunks, headers, request, status } = this
    let body = joined(chunks)
    if (body.length > 0 && isPacked(headers)) {
      try {
        // At once: what comes next, to parse it, takes longer, and a thread for a small answer more than the work.
        body = Zlib.gunzipSync(body, { maxOutputLength: mostUnpacked })
      } catch (cause) {
        return this.fail(cause)
      }
    }
    this.end(Effect.succeed(new Answer(request, status, headers, body)))
  }

  onResponseError(_: unknown, cause: unknown): void {
    this.fail(cause)
  }
}

/** Sends a request. The effect is for one run: whoever runs it again makes it anew. */
const send = (
  dispatcher: Dispatcher,
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> => {
  const body = bodyOf(request)
  if (body === undefined) {
    return Effect.fail(refused(
      request,
      "Encode",
      "UndiciHttpClient sends text and bytes. For forms and streams take NodeHttpClient.layerUndici of @effect/platform-node."
    ))
  }
  const found = target(request)
  if (Either.isLeft(found)) return Effect.fail(refused(request, "InvalidUrl", found.left.message))
  const [origin, path] = found.right
  const exchange = new Exchange(request)
  const options: Dispatcher.DispatchOptions = {
    origin,
    path,
    method: request.method,
    // A piece of something packed cannot be unpacked.
    headers: "range" in request.headers ? request.headers : { "accept-encoding": "gzip", ...request.headers },
    body,
    // Whoever sends the request has the time limits.
    headersTimeout: 0,
    bodyTimeout: 0
  }
  return Effect.onExit(
    Effect.async<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>((resume) => {
      exchange.start(dispatcher, options, resume)
    }),
    (exit) => Exit.isFailure(exit) ? Effect.sync(() => exchange.abandon()) : Effect.void
  )
}

/**
 * The client on a dispatcher of yours: one with a proxy, certificates, or limits.
 *
 * Sends text and bytes; forms and streams are refused with a `RequestError`. Asks for answers in gzip, unless the request has an `accept-encoding`
 * or a `range`, and unpacks them, to at most 64 MiB. Follows no redirects, and has no time limits of its own.
 *
 * @example
 * ```ts
 * import { UndiciHttpClient } from "@effect-msgraph/client/undici"
 * import { HttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 * import { ProxyAgent } from "undici"
 *
 * export const ThroughProxy = Layer.succeed(
 *   HttpClient.HttpClient,
 *   UndiciHttpClient.make(new ProxyAgent("http://proxy.internal:3128"))
 * )
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (dispatcher: Dispatcher): HttpClient.HttpClient => {
  /** With the platform's span around a request, and the trace in its headers. */
  const traced = HttpClient.make((request) => send(dispatcher, request))
  return HttpClient.makeWith(
    (prepared: Effect.Effect<HttpClientRequest.HttpClientRequest>) =>
      Effect.flatMap(
        prepared,
        (request) =>
          Effect.withFiberRuntime((fiber) =>
            fiber.getFiberRef(FiberRef.currentTracerEnabled) &&
              !fiber.getFiberRef(HttpClient.currentTracerDisabledWhen)(request)
              ? traced.execute(request)
              : send(dispatcher, request)
          )
      ),
    Effect.succeed
  )
}

/**
 * The client with an `Agent` of its own, which keeps connections until the layer's scope closes.
 *
 * @example
 * ```ts
 * import { ClientSecret, TokenProvider } from "@effect-msgraph/auth"
 * import { GraphClient, LifecycleWorkflows } from "@effect-msgraph/client"
 * import { UndiciHttpClient } from "@effect-msgraph/client/undici"
 * import { Layer } from "effect"
 *
 * export const LifecycleWorkflowsLive = LifecycleWorkflows.layer.pipe(
 *   Layer.provide(GraphClient.layer),
 *   Layer.provide(TokenProvider.layer),
 *   Layer.provide(ClientSecret.layerConfig()),
 *   Layer.provide(UndiciHttpClient.layer())
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (options?: Agent.Options): Layer.Layer<HttpClient.HttpClient> =>
  Layer.scoped(
    HttpClient.HttpClient,
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => new Agent(options)),
        (agent) => Effect.promise(() => agent.destroy())
      ),
      make
    )
  )
