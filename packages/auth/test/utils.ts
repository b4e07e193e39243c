import { AccessToken, type AuthError, type Credential, TokenProvider } from "@effect-msgraph/auth"
import { NationalCloud } from "@effect-msgraph/domain"
import { HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import {
  Cause,
  Chunk,
  Clock,
  DateTime,
  Effect,
  Either,
  Fiber,
  Inspectable,
  Layer,
  Logger,
  LogLevel,
  Option,
  Redacted,
  TestClock,
  Tracer
} from "effect"
import { inspect } from "node:util"

export const tenantId = "6f3c9d1e-58a7-4a34-9f5e-0d7a2b1c4e11"
export const otherTenant = "fabrikam.onmicrosoft.com"
export const clientId = "0b1c9a52-7d8e-4f60-8a33-5d1e2f3a4b5c"
/** The form of a secret of Entra, with characters that encodings change. */
export const secret = "kV~8Q&x+/yZ%3d\"w<5.r_tN2mB7cL0pHsJ4gF9aE"
export const jwt = "eyJhbGciOiJub25lIn0.eyJhcHAiOiJocjQyIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"

export const appSecret = Redacted.make(secret)

// --- an authority ----------------------------------------------------------------------------------------------------

export interface Recorded {
  readonly url: string
  readonly method: string
  readonly headers: Record<string, string | undefined>
  readonly form: URLSearchParams
  readonly signal: AbortSignal
  readonly at: number
}

export const tokenResponse = (body: object = {}, init: ResponseInit = {}): Response =>
  Response.json({ token_type: "Bearer", expires_in: 3600, access_token: jwt, ...body }, init)

export const oauthError = (body: object, init: ResponseInit = { status: 400 }): Response => Response.json(body, init)

export type Reply = Response | Effect.Effect<Response> | "refused"

/**
 * An `HttpClient` that answers like an authority, from a function of the number of the request. Requests for a discovery
 * document are not counted.
 */
export const makeAuthority = (
  reply: (n: number, request: Recorded) => Reply,
  discovery: (url: URL) => Response = () => new Response(null, { status: 404 })
) => {
  const requests: Array<Recorded> = []
  const discoveries: Array<string> = []
  const client = HttpClient.make((request, url, signal) =>
    Effect.gen(function*() {
      if (url.pathname.endsWith("/.well-known/openid-configuration")) {
        discoveries.push(url.href)
        return HttpClientResponse.fromWeb(request, discovery(url))
      }
      if (request.body._tag !== "Uint8Array") return yield* Effect.dieMessage("the form is missing")
      const recorded: Recorded = {
        url: url.href,
        method: request.method,
        headers: request.headers,
        form: new URLSearchParams(new TextDecoder().decode(request.body.body)),
        signal,
        at: yield* Clock.currentTimeMillis
      }
      requests.push(recorded)
      const answer = reply(requests.length, recorded)
      if (answer === "refused") {
        const cause = new TypeError("fetch failed", {
          cause: Object.assign(new Error(`connect with ${secret}`), { code: "ECONNREFUSED" })
        })
        return yield* new HttpClientError.RequestError({ request, reason: "Transport", cause })
      }
      const response = answer instanceof Response ? answer : yield* answer
      return HttpClientResponse.fromWeb(request, response)
    })
  )
  return { requests, discoveries, client, layer: Layer.succeed(HttpClient.HttpClient, client) }
}

// --- time ------------------------------------------------------------------------------------------------------------

// The wire goes through promises, which virtual time knows nothing of. So nothing here waits for an amount of real
// time: only for something to have happened.

const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

/** Lets the event loop turn until a condition holds. */
export const eventually = (condition: Effect.Effect<boolean>): Effect.Effect<void> =>
  Effect.gen(function*() {
    for (let i = 0; i < 100_000; i++) {
      if (yield* condition) return
      yield* turn
    }
    return yield* Effect.dieMessage("what was waited for never happened")
  })

export const until = (condition: () => boolean): Effect.Effect<void> => eventually(Effect.sync(condition))

/** Waits until so many fibers sleep. */
export const sleeping = (count: number): Effect.Effect<void> =>
  eventually(Effect.map(TestClock.sleeps(), (sleeps) => Chunk.size(sleeps) >= count))

/**
 * Moves the clock from one sleep to the next until a fiber is done. `sleeps` is how many fibers sleep when there is
 * nothing to do but wait.
 */
export const runToEnd = <A, E>(fiber: Fiber.RuntimeFiber<A, E>, sleeps = 1): Effect.Effect<A, E> =>
  Effect.gen(function*() {
    const done = Effect.map(Fiber.poll(fiber), Option.isSome)
    while (!(yield* done)) {
      yield* eventually(
        Effect.zipWith(done, TestClock.sleeps(), (ended, pending) => ended || Chunk.size(pending) >= sleeps)
      )
      if (yield* done) break
      yield* TestClock.setTime(Math.min(...(yield* TestClock.sleeps())))
    }
    return yield* Fiber.join(fiber)
  })

/** A clock that is moved by hand and at no cost, for many short runs. Nothing may sleep by it. */
export const handClock = () => {
  let now = 0
  const clock: Clock.Clock = Object.assign(Clock.make(), {
    unsafeCurrentTimeMillis: () => now,
    currentTimeMillis: Effect.sync(() => now)
  })
  return { clock, set: (millis: number) => void (now = millis) }
}

// --- a credential ----------------------------------------------------------------------------------------------------

export interface Asked {
  readonly request: Credential.TokenRequest
  readonly at: number
}

/** A credential that gives `token-1`, `token-2`, … or what `reply` says for the number of the acquisition. */
export const makeCredential = (
  reply: (
    n: number,
    asked: Asked
  ) => Effect.Effect<Partial<AccessToken.AccessToken> & { readonly expiresIn?: number }, AuthError.AuthError> = () =>
    Effect.succeed({})
) => {
  const asked: Array<Asked> = []
  let aborted = 0
  const service: Credential.Service = {
    name: "Test",
    cloud: NationalCloud.global,
    tenantId,
    clientId,
    acquire: (request) =>
      Effect.gen(function*() {
        const at = yield* Clock.currentTimeMillis
        const n = asked.push({ request, at })
        const { expiresIn = 3600, ...token } = yield* reply(n, { request, at })
        const now = yield* Clock.currentTimeMillis
        return {
          ...AccessToken.make({ token: `token-${n}`, expiresAt: DateTime.unsafeMake(now + expiresIn * 1000) }),
          ...token
        }
      }).pipe(Effect.onInterrupt(() => Effect.sync(() => aborted++)))
  }
  return { service, asked, aborted: () => aborted }
}

export const provider = (credential: { readonly service: Credential.Service }) => TokenProvider.make(credential.service)

export const text = (token: AccessToken.AccessToken): string => Redacted.value(token.token)

export const fixed = (token: string): AccessToken.AccessToken =>
  AccessToken.make({ token, expiresAt: DateTime.unsafeMake(3_600_000) })

// --- leaks -----------------------------------------------------------------------------------------------------------

const silent = (f: () => unknown): string => {
  try {
    return String(f())
  } catch (error) {
    return String(error)
  }
}

/** Every way in which a value commonly gets into a log. */
export const representations = (value: unknown): ReadonlyArray<string> => {
  const lines: Array<string> = [
    silent(() => inspect(value, { depth: null, showHidden: true })),
    silent(() => inspect(value, { depth: null, customInspect: false, getters: true })),
    silent(() => JSON.stringify(value)),
    silent(() => value),
    Inspectable.toStringUnknown(value),
    Cause.pretty(Cause.fail(value), { renderErrorCause: true }),
    inspect(Cause.fail(value), { depth: null }),
    JSON.stringify(Cause.fail(value))
  ]
  if (value instanceof Error) lines.push(value.message, String(value.stack), inspect(value.cause, { depth: null }))
  for (const logger of [Logger.stringLogger, Logger.logfmtLogger, Logger.jsonLogger]) {
    const capture = Logger.replace(Logger.defaultLogger, Logger.map(logger, (line) => void lines.push(line)))
    Effect.runSync(
      Effect.logError("it failed", value, Cause.fail(value)).pipe(
        Effect.annotateLogs("value", value),
        Effect.provide(capture),
        Logger.withMinimumLogLevel(LogLevel.All)
      )
    )
  }
  return lines
}

export interface RecordedSpan {
  readonly name: string
  readonly attributes: Map<string, unknown>
  readonly parent: string | undefined
  readonly spanId: string
  ended: unknown
}

/** Every span with its name, attributes and events, as text. */
export const recordSpans = () => {
  const spans: Array<RecordedSpan> = []
  const tracer = Tracer.make({
    context: (f) => f(),
    span: (name, parent, context, links, startTime, kind) => {
      const spanId = `span-${spans.length}`
      const attributes = new Map<string, unknown>()
      const recorded: RecordedSpan = {
        name,
        attributes,
        parent: parent._tag === "Some" ? parent.value.spanId : undefined,
        spanId,
        ended: undefined
      }
      spans.push(recorded)
      return {
        _tag: "Span",
        name,
        spanId,
        traceId: "trace",
        parent,
        context,
        status: { _tag: "Started", startTime },
        attributes,
        links,
        sampled: true,
        kind,
        attribute: (key, value) => void attributes.set(key, value),
        event: (event, _, values) => void attributes.set(`event:${event}`, values),
        addLinks: () => {},
        end: (_, exit) => {
          recorded.ended = exit._tag === "Failure" ? Cause.pretty(exit.cause, { renderErrorCause: true }) : exit._tag
        }
      }
    }
  })
  return {
    spans,
    tracer,
    text: () => spans.map((span) => inspect(span, { depth: null })).join("\n")
  }
}

/** Encodings in which a secret may hide. */
export const disguises = (value: string): ReadonlyArray<string> =>
  Array.from(
    new Set([
      value,
      encodeURIComponent(value),
      new URLSearchParams([["", value]]).toString().slice(1),
      JSON.stringify(value).slice(1, -1),
      btoa(value).replace(/=+$/, ""),
      value.slice(0, 12),
      value.slice(-12)
    ])
  )

/** Throws, without repeating the secret, if a text has one of the forbidden values in it. */
export const assertClean = (texts: ReadonlyArray<string>, forbidden: ReadonlyArray<string>): void => {
  for (const value of forbidden) {
    for (const disguise of disguises(value)) {
      texts.forEach((line, i) => {
        if (line.includes(disguise)) {
          throw new Error(`text ${i} leaks a secret: ${line.replaceAll(disguise, "■■■").slice(0, 500)}`)
        }
      })
    }
  }
}

export const custom = (authority: string): NationalCloud.NationalCloud =>
  Either.getOrThrow(NationalCloud.custom({ graphRoot: authority, authority }))
