import type { GraphError, RetryPolicy } from "@effect-msgraph/client"
import { HttpClient, HttpClientError } from "@effect/platform"
import { Effect, Layer } from "effect"
import type { Platform } from "./harness.js"
import * as Server from "./server.js"

/** What a call comes to: its answer, or a failure after so many attempts of the three that the policy of the tests allows. */
export interface Failure {
  readonly tag: GraphError.GraphError["_tag"]
  readonly outcome: GraphError.Outcome | undefined
  readonly attempts: 1 | 2 | 3
}

export type Expected = "ok" | Failure

const failing = (attempts: Failure["attempts"]) => (tag: Failure["tag"], outcome?: GraphError.Outcome): Failure => ({
  tag,
  outcome,
  attempts
})

/** It is not repeated. */
const once = failing(1)
/** It is repeated with another token, once. */
const renewed = failing(2)
/** It is repeated for as often as the policy allows. */
const again = failing(3)

/**
 * A fault, and what operations make of it.
 *
 * - `reply`, `greeting`: what the server does: about a request, or about a connection before it reads from it
 * - `over`: a platform that fails without a server
 * - `safe`, `unsafe`: what comes of operations that may be repeated, and of those that may not
 * - `silent`: what comes of those that answer nothing, where it is something else
 * - `wait`: between attempts, where it is not the back-off
 * - `on`: where a platform does not show the fault as the others do
 */
export interface Row {
  readonly name: string
  readonly reply?: (good: Server.Answer, foreign: Server.Server) => Server.Reply
  readonly greeting?: Server.Greeting
  readonly over?: Layer.Layer<HttpClient.HttpClient>
  readonly scheme?: "https"
  readonly listens?: false
  readonly stalls?: true
  readonly policy?: Partial<RetryPolicy.Policy>
  readonly safe: Expected
  readonly unsafe: Expected
  readonly silent?: Expected
  readonly phase?: GraphError.Transport["phase"]
  readonly wait?: readonly [first: number, second: number]
  readonly retryAfter?: number
  readonly on?: { readonly [P in Platform]?: Pick<Row, "safe" | "unsafe" | "phase"> }
}

const refused = (code: string, details: object = {}) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) =>
      Effect.fail(
        new HttpClientError.RequestError({
          request,
          reason: "Transport",
          cause: new TypeError("fetch failed", {
            cause: Object.assign(new Error(`${code} graph.invalid`), { code, ...details })
          })
        })
      )
    )
  )

const unreached = { safe: again("Transport", "none"), unsafe: again("Transport", "none"), phase: "connect" } as const
const broke = { safe: again("Transport", "none"), unsafe: once("Transport", "unknown"), phase: "exchange" } as const

/** Nothing of the request has left. */
export const connecting: ReadonlyArray<Row> = [
  { name: "nobody listens", listens: false, ...unreached },
  { name: "a server that speaks no TLS", scheme: "https", greeting: Server.speaksPlainly, ...unreached },
  { name: "a server that hangs up in the TLS handshake", scheme: "https", greeting: Server.hangsUp, ...unreached },
  // No platform says that it was the handshake.
  { name: "a reset in the TLS handshake", scheme: "https", greeting: Server.resetsAfterFirstBytes, ...broke },
  {
    name: "a TLS handshake that stalls",
    scheme: "https",
    greeting: Server.neverSpeaks,
    stalls: true,
    safe: again("Timeout", "none"),
    unsafe: once("Timeout", "unknown")
  }
]

/** As the system reports what cannot be provoked on this machine. */
export const reported: ReadonlyArray<Row> = [
  { name: "an unknown host", over: refused("ENOTFOUND", { syscall: "getaddrinfo" }), ...unreached },
  { name: "name resolution that is down", over: refused("EAI_AGAIN", { syscall: "getaddrinfo" }), ...unreached },
  {
    name: "name resolution that runs out of time",
    over: refused("ETIMEOUT", { syscall: "getaddrinfo" }),
    ...unreached
  },
  { name: "connecting that runs out of time", over: refused("ETIMEDOUT", { syscall: "connect" }), ...unreached },
  {
    name: "connecting that runs out of time at several addresses",
    over: refused("ETIMEDOUT", { errors: [new Error("one"), new Error("other")] }),
    ...unreached
  },
  { name: "a reset while connecting", over: refused("ECONNRESET", { syscall: "connect" }), ...unreached },
  { name: "undici's time-out of connecting", over: refused("UND_ERR_CONNECT_TIMEOUT"), ...unreached },
  { name: "a certificate of another host", over: refused("ERR_TLS_CERT_ALTNAME_INVALID"), ...unreached },
  { name: "a certificate that has expired", over: refused("CERT_HAS_EXPIRED"), ...unreached },
  { name: "a time-out of reading", over: refused("ETIMEDOUT", { syscall: "read" }), ...broke },
  { name: "a broken pipe", over: refused("EPIPE", { syscall: "write" }), ...broke },
  { name: "a TLS record that was damaged on its way", over: refused("ERR_SSL_BAD_RECORD_MAC"), ...broke },
  { name: "a failure that has no code", over: refused("no code"), ...broke }
]

const timedOut = { stalls: true, safe: again("Timeout", "none"), unsafe: once("Timeout", "unknown") } as const
const cutShort = { safe: again("GatewayError", "none"), unsafe: once("GatewayError", "unknown") } as const
const notGraphs = { safe: once("GatewayError", "none"), unsafe: once("GatewayError", "unknown") } as const
const harmless = { safe: "ok", unsafe: "ok" } as const

/** The request may have arrived. */
export const exchanging: ReadonlyArray<Row> = [
  { name: "a reset before the request is read", greeting: Server.resetsBeforeReading, ...broke },
  { name: "a reset after the request was read", reply: () => Server.resetsAfterReading, ...broke },
  { name: "an end after the request was read", reply: () => Server.endsAfterReading, ...broke },
  { name: "a reset in the head", reply: Server.resetsInHead, ...broke },
  { name: "a reset in the body", reply: Server.resetsInBody, ...broke },
  { name: "no answer", reply: () => Server.neverAnswers, ...timedOut },
  { name: "a head that stalls", reply: Server.stallsInHead, ...timedOut },
  { name: "a head without the body that it tells of", reply: Server.stallsBeforeBody, ...timedOut },
  { name: "a body that stalls", reply: Server.stallsInBody, ...timedOut },
  { name: "a body shorter than its length", reply: Server.truncates, ...broke },
  { name: "chunks without the last one", reply: Server.truncatesChunks, ...broke },
  { name: "a chunk that is cut short", reply: Server.truncatesInChunk, ...broke },
  { name: "a chunk of garbage", reply: Server.garblesChunks, ...broke },
  { name: "a body without length that ends early", reply: Server.endsEarly, ...cutShort },
  { name: "a body longer than its length", reply: Server.understates, ...cutShort },
  { name: "two lengths that differ", reply: Server.contradictsLength, ...broke },
  { name: "a malformed status line", reply: () => Server.malformedStatusLine, ...broke },
  { name: "a malformed header", reply: () => Server.malformedHeader, ...broke },
  { name: "another protocol", reply: () => Server.speaksAnotherProtocol, ...broke },
  { name: "a header over the platform's limit", reply: Server.hugeHeader, ...broke },
  { name: "headers over the platform's limit together", reply: Server.manyHeaders, ...broke },
  { name: "a body without length that ends in time", reply: Server.endsInTime, ...harmless },
  { name: "an answer that drips", reply: Server.drips, ...harmless },
  {
    name: "plain bytes that are said to be gzip",
    reply: (good) => Server.labels(good, { "content-type": "application/json", "content-encoding": "gzip" }),
    ...broke,
    // They take the bytes as they come.
    on: { undici: harmless, "node:http": harmless }
  },
  // The standard has `fetch` take it for a failure of the network.
  { name: "407", reply: () => Server.html(407), ...notGraphs, on: { fetch: broke } },
  {
    name: "JSON that is said to be HTML",
    reply: (good) => Server.labels(good, { "content-type": "text/html" }),
    ...harmless
  },
  { name: "JSON of no type", reply: (good) => Server.labels(good, {}), ...harmless },
  {
    name: "JSON that is said to be of another charset",
    reply: (good) => Server.labels(good, { "content-type": "application/json; charset=utf-16" }),
    ...harmless
  },
  {
    name: "JSON behind a byte order mark",
    reply: (good) => Server.labels(good, { "content-type": "application/json" }, "\uFEFF"),
    ...harmless
  },
  // It cannot be told from JSON that was cut short.
  { name: "HTML that is said to be JSON", reply: Server.mislabelledHtml, ...cutShort }
]

const graphs = (status: number, expected: Pick<Row, "safe" | "unsafe" | "silent">): Row => ({
  name: `${status}`,
  reply: () => Server.refuse(status),
  ...expected
})

const gateways = (status: number, expected: Pick<Row, "safe" | "unsafe" | "silent">): Row => ({
  name: `a gateway's ${status}`,
  reply: () => Server.html(status),
  ...expected
})

const always = (expected: Expected) => ({ safe: expected, unsafe: expected })
const failed = { safe: again("ServiceUnavailable", "none"), unsafe: once("ServiceUnavailable", "unknown") } as const
const unfit = { safe: once("ServiceUnavailable", "none"), unsafe: once("ServiceUnavailable", "unknown") } as const

const redirects = (status: number): ReadonlyArray<Row> => [
  {
    name: `${status} to another host`,
    reply: (_, foreign) => Server.redirects(status, ({ path }) => foreign.origin + path),
    ...notGraphs
  },
  { name: `${status} to itself`, reply: () => Server.redirects(status, ({ path }) => path), ...notGraphs }
]

const challenge =
  "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", " +
  "error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ==\""

/** The service, or something before it, answers in whole. */
export const answers: ReadonlyArray<Row> = [
  graphs(400, always(once("BadRequest"))),
  graphs(401, always(renewed("Unauthorized"))),
  {
    name: "401 with a claims challenge",
    reply: () => Server.refuse(401, { "www-authenticate": challenge }),
    ...always(renewed("Unauthorized"))
  },
  { name: "401 with nothing", reply: () => Server.empty(401), ...always(renewed("Unauthorized")) },
  gateways(401, always(renewed("Unauthorized"))),
  graphs(402, always(once("UnexpectedStatus"))),
  graphs(403, always(once("Forbidden"))),
  graphs(404, always(once("NotFound"))),
  graphs(405, always(once("UnexpectedStatus"))),
  graphs(409, always(once("Conflict"))),
  graphs(410, always(once("NotFound"))),
  graphs(412, always(once("Conflict"))),
  graphs(413, always(once("UnexpectedStatus"))),
  graphs(422, always(once("BadRequest"))),
  graphs(423, always(once("Conflict"))),
  graphs(408, failed),
  graphs(500, failed),
  graphs(502, failed),
  graphs(503, failed),
  graphs(504, failed),
  graphs(509, failed),
  graphs(501, unfit),
  graphs(505, unfit),
  graphs(507, unfit),
  // Something else answers in the place of Graph: a proxy's own pages are no reason to ask again, a gateway's failures are.
  gateways(200, notGraphs),
  gateways(400, notGraphs),
  gateways(403, notGraphs),
  gateways(404, notGraphs),
  gateways(408, cutShort),
  gateways(500, cutShort),
  gateways(502, cutShort),
  gateways(503, cutShort),
  gateways(504, cutShort),
  { name: "502 with nothing", reply: () => Server.empty(502), ...cutShort },
  { name: "200 with nothing", reply: () => Server.empty(200), ...cutShort, silent: "ok" },
  { name: "204 where a body is due", reply: () => Server.empty(204), ...cutShort, silent: "ok" },
  {
    name: "JSON of another shape",
    reply: () => Server.answer(Server.good(200, { id: 1, value: 1 })),
    ...always(once("Decode")),
    silent: "ok"
  },
  ...[301, 302, 303, 307, 308].flatMap(redirects)
]

// Throttling

const date = (seconds: number) => new Date(seconds * 1000).toUTCString()

/** The clock of the service is two years behind that of these tests' day, and a century ahead of the test clock. */
const there = Date.UTC(2024, 10, 23) / 1000

/**
 * The milliseconds to wait: exactly so many, before each attempt; so many before the first, and none before the next, since a date has
 * come by then; back-off, where nothing is said; or more than the deadline allows, so that the call fails at once.
 */
type Wait = number | "back-off" | { readonly first: number } | { readonly beyond: number }

/** What `Retry-After` says, and beside which other headers. */
const forms: ReadonlyArray<readonly [name: string, headers: { readonly [name: string]: string }, wait: Wait]> = [
  ["seconds", { "retry-after": "7" }, 7000],
  ["zero", { "retry-after": "0" }, 0],
  ["decimals", { "retry-after": "0.249" }, 249],
  ["more than the peers' 180 seconds", { "retry-after": "300" }, 300_000],
  ["a date of a clock that is wrong", { "retry-after": date(there + 90), date: date(there) }, 90_000],
  ["a date of the past", { "retry-after": date(there - 90), date: date(there) }, 0],
  ["a date without the service's own", { "retry-after": date(20) }, { first: 20_000 }],
  ["a date beside a date that is none", { "retry-after": date(20), date: "today" }, { first: 20_000 }],
  ["an old form of date", { "retry-after": "Saturday, 23-Nov-24 00:01:30 GMT", date: date(there) }, 90_000],
  ["a list", { "retry-after": "31,120" }, 120_000],
  ["a list with spaces", { "retry-after": " 10 , 5 " }, 10_000],
  ["a list with garbage", { "retry-after": "soon, 20" }, 20_000],
  ["a list of a date and seconds", { "retry-after": `${date(there + 90)}, 30`, date: date(there) }, 90_000],
  ["negative", { "retry-after": "-3" }, 0],
  ["garbage", { "retry-after": "soon" }, "back-off"],
  ["seconds with a unit", { "retry-after": "30s" }, "back-off"],
  ["hexadecimal", { "retry-after": "0x10" }, "back-off"],
  ["infinite", { "retry-after": "Infinity" }, "back-off"],
  ["empty", { "retry-after": "" }, "back-off"],
  ["missing", {}, "back-off"],
  ["as long as the deadline", { "retry-after": "900" }, { beyond: 900_000 }],
  ["an hour", { "retry-after": "3600" }, { beyond: 3_600_000 }],
  ["huge", { "retry-after": "9".repeat(30) }, { beyond: Number.MAX_SAFE_INTEGER }]
]

const throttle = (
  status: 429 | 503,
  name: string,
  headers: { readonly [name: string]: string },
  wait: Wait,
  page: boolean
): Row => {
  const tag = status === 429 ? "Throttled" : page ? "GatewayError" : "ServiceUnavailable"
  const outcome = status === 429 ? undefined : "none"
  const row = {
    name: `${page ? "a gateway's " : ""}${status}, Retry-After ${name}`,
    reply: () => page ? Server.html(status, headers) : Server.refuse(status, headers)
  }
  if (wait === "back-off") {
    const unsafe = status === 429 ? again(tag, outcome) : once(tag, "unknown")
    return { ...row, safe: again(tag, outcome), unsafe }
  }
  if (typeof wait === "number") return { ...row, ...always(again(tag, outcome)), wait: [wait, wait], retryAfter: wait }
  return "first" in wait
    ? { ...row, ...always(again(tag, outcome)), wait: [wait.first, 0], retryAfter: 0 }
    : { ...row, ...always(once("Throttled")), retryAfter: wait.beyond }
}

export const throttles: ReadonlyArray<Row> = [
  ...forms.map(([name, headers, wait]) => throttle(429, name, headers, wait, false)),
  ...forms.map(([name, headers, wait]) => throttle(503, name, headers, wait, false)),
  ...forms.slice(0, 3).flatMap(([name, headers, wait]) =>
    ([429, 503] as const).map((status) => throttle(status, name, headers, wait, true))
  )
]

// Links

/** Where a page leads, as seen from a server and another one; and what comes of it after so many pages. */
export interface Link {
  readonly name: string
  readonly next: (page: number, own: Server.Server, foreign: Server.Server, first: string) => string | undefined
  readonly tag: GraphError.GraphError["_tag"] | undefined
  readonly pages: number
  /** The root is https, and arrives as http. */
  readonly secure?: true
  readonly take?: number
}

const untrusted = { tag: "UntrustedLink", pages: 1 } as const

const next = "/v1.0/next?$skiptoken=1"

export const links: ReadonlyArray<Link> = [
  { name: "to itself", next: (_, _own, _foreign, first) => first, tag: "PagingLoop", pages: 1 },
  {
    name: "to each other",
    next: (page, own, _, first) => page === 0 ? own.origin + next : first,
    tag: "PagingLoop",
    pages: 2
  },
  {
    name: "to the page after it, then to that again",
    next: (_, own) => own.origin + next,
    tag: "PagingLoop",
    pages: 2
  },
  {
    name: "on and on, for as long as somebody reads",
    next: (page, own) => `${own.origin}/v1.0/next?$skiptoken=${page}`,
    tag: undefined,
    pages: 40,
    take: 40
  },
  { name: "to another port", next: (_, _own, foreign) => foreign.origin + next, ...untrusted },
  { name: "to another name of the host", next: (_, { port }) => `http://localhost:${port}${next}`, ...untrusted },
  { name: "to https where the root is http", next: (_, { port }) => `https://127.0.0.1:${port}${next}`, ...untrusted },
  { name: "to http where the root is https", next: (_, own) => own.origin + next, ...untrusted, secure: true },
  { name: "without scheme", next: (_, _own, { port }) => `//127.0.0.1:${port}${next}`, ...untrusted },
  { name: "of a path alone", next: () => next, ...untrusted },
  { name: "with a user", next: (_, { port }) => `http://someone@127.0.0.1:${port}${next}`, ...untrusted },
  {
    name: "with the host as a user",
    next: (_, own, foreign) => `${own.origin}@127.0.0.1:${foreign.port}${next}`,
    ...untrusted
  },
  { name: "of a blob", next: (_, own) => `blob:${own.origin}${next}`, ...untrusted },
  { name: "of data", next: () => "data:application/json,{}", ...untrusted },
  { name: "of nothing", next: () => "", ...untrusted },
  {
    name: "whose backslash only seems to lead away",
    next: (page, own, foreign) => page === 0 ? `${own.origin}\\@127.0.0.1:${foreign.port}${next}` : undefined,
    tag: undefined,
    pages: 2
  }
]
