/**
 * What the emulator was asked, for tests and for people who watch it. No entry holds a token, a secret, a code or a body.
 *
 * @since 0.1.0
 */
import type * as Message from "./Message.js"

/**
 * One request and what became of it.
 *
 * - `endpoint`: which service was asked: `token` is the authority's token endpoint, `authority` everything else that it has
 *   (discovery, device codes, the sign-in in a browser)
 * - `operation`: the id of the operation of the catalogue, where the path is one of them
 * - `query`: the query string with its question mark; the options that are not OData's are masked
 * - `headers`: the names of its headers
 * - `application`: the client id of the caller, once known
 * - `status`: the status of the answer; `undefined` where the connection failed
 * - `fault`: the fault that befell it, if one did
 * - `item`: its id in the batch that it came with, if it did; it stands before its batch, whose operation is `$batch`
 *
 * @since 0.1.0
 * @category Models
 */
export interface Entry {
  readonly number: number
  readonly receivedAt: number
  readonly endpoint: "graph" | "token" | "authority" | "unknown"
  readonly operation: string | undefined
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: ReadonlyArray<string>
  readonly clientRequestId: string | undefined
  readonly application: string | undefined
  readonly status: number | undefined
  readonly fault: string | undefined
  readonly item: string | undefined
  readonly milliseconds: number
}

/**
 * How many requests there were since the start, and how many of them by endpoint, by operation and by status.
 *
 * A batch is one request, of the operation `$batch`. The requests in it are counted as `batched`, by operation and by status; they
 * are not in `total` and `byEndpoint`, which say how often the network was used.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Counts {
  readonly total: number
  readonly batched: number
  readonly byEndpoint: { readonly [E in Entry["endpoint"]]: number }
  readonly byOperation: { readonly [operation: string]: number }
  readonly byStatus: { readonly [status: string]: number }
}

/**
 * No request yet.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const noRequests: Counts = {
  total: 0,
  batched: 0,
  byEndpoint: { graph: 0, token: 0, authority: 0, unknown: 0 },
  byOperation: {},
  byStatus: {}
}

/**
 * The counts with one more request.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const count = (counts: Counts, entry: Entry): Counts => ({
  ...(entry.item === undefined
    ? {
      total: counts.total + 1,
      batched: counts.batched,
      byEndpoint: { ...counts.byEndpoint, [entry.endpoint]: counts.byEndpoint[entry.endpoint] + 1 }
    }
    : { total: counts.total, batched: counts.batched + 1, byEndpoint: counts.byEndpoint }),
  byOperation: entry.operation === undefined ? counts.byOperation : increment(counts.byOperation, entry.operation),
  byStatus: increment(counts.byStatus, entry.status === undefined ? "none" : String(entry.status))
})

const increment = (counts: { readonly [name: string]: number }, name: string) => ({
  ...counts,
  [name]: (counts[name] ?? 0) + 1
})

/**
 * The query string of a request as it may be shown. Options that are not OData's could carry anything, so they are masked.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const shownQuery = (request: Message.Request): string => {
  const start = request.url.indexOf("?")
  if (start < 0) return ""
  const options = request.url.slice(start + 1).split("#")[0]!.split("&")
  return withoutTokens(`?${options.map((option) => /^(?:\$|%24)/.test(option) ? option : "…").join("&")}`)
}

/**
 * A text in which whatever looks like a token is masked.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const withoutTokens = (text: string): string => text.replace(/eyJ[\w-]*\.[\w-]+(?:\.[\w-]*)?/g, "…")
