import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Random from "effect/Random"
import * as Message from "../Message.js"
import { authenticate } from "./authentication.js"
import type { Exchange, Settings } from "./exchange.js"
import { batchFailure, failedDependency, type Failure, ofStatus, response, success } from "./failure.js"
import type { Outcome } from "./graph.js"

/** How many requests a batch holds at most. */
const limit = 20

const version = "/v1.0/"

/** Whether a request is a batch: nothing else is at this path, and a batch holds none. */
export const isBatch = (method: string, pathname: string): boolean =>
  method === "POST" && /^\/v1\.0\/(?:\$|%24)batch\/?$/i.test(pathname)

/** One request of a batch. */
interface Item {
  readonly id: string
  readonly method: string
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  readonly body: unknown
  readonly dependsOn: ReadonlyArray<string>
}

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const methods = new Set(["GET", "POST", "PATCH", "PUT", "DELETE"])

const readHeaders = (value: unknown): Item["headers"] | undefined => {
  if (value === undefined || value === null) return {}
  if (!isRecord(value)) return undefined
  const entries = Object.entries(value).map(([name, text]) => [name.toLowerCase(), text] as const)
  return entries.every(([, text]) => typeof text === "string")
    ? Object.fromEntries(entries as ReadonlyArray<readonly [string, string]>)
    : undefined
}

const readItem = (value: unknown): Either.Either<Item, Failure> => {
  const wrong = (reason: string) => Either.left(batchFailure(reason))
  if (!isRecord(value)) return wrong("each request has to be an object")
  const { body, dependsOn = [], id, method, url } = value
  if (typeof id !== "string" || id === "") return wrong("each request needs an id, which is a text")
  if (typeof method !== "string" || !methods.has(method.toUpperCase())) return wrong(`request ${id} needs a method`)
  if (typeof url !== "string" || url === "" || /^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(url)) {
    return wrong(`request ${id} needs a url that is relative to the version`)
  }
  const headers = readHeaders(value.headers)
  if (headers === undefined) return wrong(`the headers of request ${id} have to be texts`)
  if (body !== undefined && headers["content-type"] === undefined) {
    return wrong(`request ${id} has a body, and no Content-Type header`)
  }
  if (!Array.isArray(dependsOn) || !dependsOn.every((id) => typeof id === "string")) {
    return wrong(`dependsOn of request ${id} has to be a list of ids`)
  }
  return Either.right({
    id,
    method: method.toUpperCase(),
    url,
    headers,
    body,
    dependsOn: dependsOn.map((id: string) => id.toLowerCase())
  })
}

/** Whether the items of which all parents are placed, again and again, are all items. */
const isAcyclic = (items: ReadonlyArray<Item>): boolean => {
  const placed = new Set<string>()
  for (let before = -1; before < placed.size;) {
    before = placed.size
    for (const { dependsOn, id } of items) if (dependsOn.every((id) => placed.has(id))) placed.add(id.toLowerCase())
  }
  return placed.size === items.length
}

/** The requests of a batch. Ids are the same whatever their case. */
const read = (request: Message.Request): Either.Either<ReadonlyArray<Item>, Failure> =>
  Either.gen(function*() {
    const payload = yield* Either.try({
      try: (): unknown => JSON.parse(Message.text(request)),
      catch: () => batchFailure("the body has to be JSON")
    })
    const requests = isRecord(payload) ? payload.requests : undefined
    if (!Array.isArray(requests) || requests.length === 0) {
      return yield* Either.left(batchFailure("the body needs requests, a list that is not empty"))
    }
    if (requests.length > limit) {
      return yield* Either.left(batchFailure(`there are ${requests.length} requests, and at most ${limit} are allowed`))
    }
    const items = yield* Either.all(requests.map(readItem))
    const ids = new Set<string>()
    for (const { id } of items) {
      if (ids.has(id.toLowerCase())) yield* Either.left(batchFailure(`the id ${id} occurs twice`))
      ids.add(id.toLowerCase())
    }
    for (const { dependsOn, id } of items) {
      const unknown = dependsOn.find((parent) => !ids.has(parent))
      if (unknown !== undefined) {
        yield* Either.left(batchFailure(`request ${id} depends on ${unknown}, which is no request of the batch`))
      }
    }
    return isAcyclic(items) ? items : yield* Either.left(batchFailure("requests depend on each other in a circle"))
  })

/** Headers that belong to the whole exchange; the parts of a batch do not have them. */
const ofTheWhole = new Set(["request-id", "client-request-id", "date"])

const capitalise = (name: string): string => name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase())

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** An answer as it stands in the answer to a batch. */
const part = (id: string, { body, headers, status }: Message.Response) => ({
  id,
  status,
  headers: Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => ofTheWhole.has(name) ? [] : [[capitalise(name), value]])
  ),
  ...(body === "" ? {} : { body: parse(body) })
})

/**
 * The answer to a batch: to each request what it would be answered alone, in any order. A request waits for those it depends on,
 * and is not made where one of them failed.
 */
export const answer = (
  settings: Settings,
  exchange: Exchange,
  handle: (request: Message.Request, id: string) => Effect.Effect<Message.Response, Message.ConnectionFailure>
): Effect.Effect<Outcome> => {
  let application: string | undefined
  return Effect.gen(function*() {
    application = (yield* authenticate(settings, exchange)).application
    const items = yield* read(exchange.request)
    const authorization = Message.header(exchange.request, "authorization")
    const ends = new Map<string, Deferred.Deferred<boolean>>()
    for (const { id } of items) ends.set(id.toLowerCase(), yield* Deferred.make<boolean>())

    const one = (item: Item) => {
      const request: Message.Request = {
        method: item.method,
        url: `${settings.cloud.graphRoot}${version}${item.url.replace(/^\//, "")}`,
        headers: {
          "client-request-id": exchange.clientRequestId,
          ...item.headers,
          authorization
        },
        body: new TextEncoder().encode(item.body === undefined ? "" : JSON.stringify(item.body))
      }
      return Effect.catchAll(
        handle(request, item.id),
        // What is behind Graph did not answer Graph.
        () => Effect.succeed(response(exchange, ofStatus(504)))
      )
    }

    const parts = yield* Effect.forEach(items, (item) =>
      Effect.gen(function*() {
        const parents = yield* Effect.forEach(item.dependsOn, (id) => Deferred.await(ends.get(id)!))
        const answered = parents.every((good) => good)
          ? yield* one(item)
          : response(exchange, failedDependency(item.id))
        yield* Deferred.succeed(ends.get(item.id.toLowerCase())!, answered.status < 400)
        return part(item.id, answered)
      }), { concurrency: "unbounded" })
    return success(exchange, 200, { responses: Array.from(yield* Random.shuffle(parts)) })
  }).pipe(
    Effect.catchAll((failure) => Effect.succeed(response(exchange, failure))),
    Effect.map((response) => ({ response, application }))
  )
}
