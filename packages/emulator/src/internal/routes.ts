import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Schema from "effect/Schema"
import type * as Store from "../Store.js"
import { type Failure, malformedKey, malformedUrl, methodNotAllowed, unknownSegment } from "./failure.js"

/** An operation that a request asks for: with its decoded parameters, and its path as steps through a tenant. */
export interface Match {
  readonly operation: Operation.Any
  readonly parameters: { readonly [name: string]: unknown }
  readonly steps: ReadonlyArray<Store.Step>
}

/** One segment of a template: its text, and a pattern where it holds parameters. */
interface Segment {
  readonly template: string
  readonly names: ReadonlyArray<string>
  readonly pattern: RegExp | undefined
}

interface Route {
  readonly operation: Operation.Any
  readonly segments: ReadonlyArray<Segment>
}

/** The routes of a catalogue. */
export type Routes = ReadonlyArray<Route>

/** The operations that exist in a cloud, as routes. In a custom cloud all of them do. */
export const make = (operations: ReadonlyArray<Operation.Any>, cloud: NationalCloud.NationalCloud): Routes =>
  operations
    .filter((operation) => cloud.name === "custom" || operation.clouds.includes(cloud.name))
    .map((operation) => ({
      operation,
      segments: `${operation.version}${operation.path}`.split("/").map(segment)
    }))

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

const segment = (template: string): Segment => {
  const names = Array.from(template.matchAll(/\{([^}]+)\}/g), (match) => match[1]!)
  if (names.length === 0) return { template, names, pattern: undefined }
  return { template, names, pattern: new RegExp(`^${template.split(/\{[^}]+\}/).map(escape).join("([^,()]+)")}$`, "i") }
}

/** What a segment of a path binds of a template's, or `undefined` where they differ. Case is no difference. */
const bind = (segment: Segment, text: string): ReadonlyArray<string> | undefined => {
  if (segment.pattern === undefined) return segment.template.toLowerCase() === text.toLowerCase() ? [] : undefined
  return segment.pattern.exec(text)?.slice(1)
}

/** A key, `'…'` or bare, in parentheses after a name is another way to write a segment of its own. */
const parenthesised = /^([^()]+)\((?:'([^']*)'|([^'=,()]+))\)$/

/** Actions and functions may be called by their whole name. */
const namespace = /^microsoft\.graph\.(?:identityGovernance\.)?/i

const split = (path: string): Either.Either<ReadonlyArray<string>, Failure> => {
  const segments: Array<string> = []
  for (const encoded of path.replace(/^\//, "").replace(/\/$/, "").split("/")) {
    const text = Encoding.decodeUriComponent(encoded)
    if (Either.isLeft(text)) return Either.left(malformedUrl(path))
    const match = parenthesised.exec(text.right)
    if (match === null) segments.push(text.right.replace(namespace, ""))
    else segments.push(match[1]!, match[2] ?? match[3]!)
  }
  return Either.right(segments)
}

const guid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

/** The service's keys are GUIDs, or begin with one and go on with GUIDs and numbers. */
const key = new RegExp(`^${guid}(?:_(?:${guid}|\\d+))*$`, "i")

/** A parameter as its schema has it. Ids are stricter here than there. */
const decodeParameter = (operation: Operation.Any, name: string, text: string): Either.Either<unknown, Failure> =>
  Schema.decodeUnknownEither(operation.parameters[name]!)(text).pipe(
    Either.filterOrLeft((value) => typeof value !== "string" || key.test(value), () => undefined),
    Either.mapLeft(() => malformedKey(text))
  )

/** How many segments of a path a route agrees with, from the start. */
const agreement = (route: Route, segments: ReadonlyArray<string>): number => {
  let length = 0
  while (
    length < segments.length && length < route.segments.length &&
    bind(route.segments[length]!, segments[length]!) !== undefined
  ) length++
  return length
}

/** The operation of a request, whatever its keys are. */
export const find = (routes: Routes, method: string, path: string): Operation.Any | undefined =>
  Either.getOrUndefined(Either.flatMap(split(path), (segments) => select(routes, method, segments)))?.operation

const select = (
  routes: Routes,
  method: string,
  segments: ReadonlyArray<string>
): Either.Either<Route, Failure> => {
  const agreements = routes.map((route) => agreement(route, segments))
  const whole = routes.filter((route, i) =>
    agreements[i] === segments.length && route.segments.length === segments.length
  )
  if (whole.length === 0) {
    const known = Math.max(0, ...agreements)
    return Either.left(unknownSegment(segments[Math.min(known, segments.length - 1)]!))
  }
  const route = whole.find((route) => route.operation.method === method)
  return route === undefined
    ? Either.left(methodNotAllowed([...new Set(whole.map((route) => route.operation.method))]))
    : Either.right(route)
}

/** The operation of a request with its parameters, or what Graph says of a request that is none. */
export const match = (routes: Routes, method: string, path: string): Either.Either<Match, Failure> =>
  Either.gen(function*() {
    const segments = yield* split(path)
    const route = yield* select(routes, method, segments)
    const parameters: Record<string, unknown> = {}
    const steps: Array<Store.Step> = []
    for (const [i, segment] of route.segments.entries()) {
      const values = bind(segment, segments[i]!)!
      for (const [n, name] of segment.names.entries()) {
        parameters[name] = yield* decodeParameter(route.operation, name, values[n]!)
      }
      const isKey = segment.names.length === 1 && segment.template === `{${segment.names[0]}}`
      if (isKey) {
        steps.push({ name: steps.pop()!.name, key: values[0]! })
      } else if (i > 0) {
        steps.push({ name: segment.template })
      }
    }
    return { operation: route.operation, parameters, steps }
  })
