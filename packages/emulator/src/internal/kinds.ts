import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Query from "@effect-msgraph/domain/Query"
import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Message from "../Message.js"
import * as Store from "../Store.js"
import type { Caller } from "./authentication.js"
import type { Exchange, Settings } from "./exchange.js"
import { type Failure, notFound, success } from "./failure.js"
import * as Ordering from "./ordering.js"
import * as Paging from "./paging.js"
import * as Projection from "./projection.js"
import type { QueryOptions } from "./queryOptions.js"
import type { Match } from "./routes.js"

/** A call that has passed every check that does not depend on data. */
export interface Call {
  readonly settings: Settings
  readonly exchange: Exchange
  readonly caller: Caller
  readonly match: Match
  readonly options: QueryOptions
  readonly preferences: ReadonlyMap<string, string>
}

/** What an operation of some kind does. */
export type Handler = (call: Call) => Effect.Effect<Message.Response, Failure>

const root = (call: Call): string => `${call.settings.cloud.graphRoot}/${call.match.operation.version}`

/** The address in the metadata of what a path leads to. */
const context = (call: Call, steps: ReadonlyArray<Store.Step>): string =>
  `${root(call)}/$metadata#${
    steps.map((step) => step.key === undefined ? step.name : `${step.name}('${step.key}')`).join("/")
  }`

const view = (call: Call): Projection.View => ({
  entity: call.match.operation.result,
  query: call.options.query,
  unknownMembers: call.preferences.has("include-unknown-enum-members")
})

const find = (call: Call, steps: ReadonlyArray<Store.Step>): Either.Either<Store.Node, Failure> =>
  Either.mapLeft(Store.find(call.caller.tenant.root, steps), (step) => notFound(step.key ?? step.name))

const applied = (names: ReadonlyArray<string>): { readonly [name: string]: string } =>
  names.length === 0 ? {} : { "preference-applied": names.join(", ") }

const unknownMembersApplied = (call: Call): ReadonlyArray<string> =>
  view(call).unknownMembers ? ["include-unknown-enum-members"] : []

/** One entity, at the end of the path. */
const get: Handler = (call) =>
  Either.map(find(call, call.match.steps), (node) => {
    const { steps } = call.match
    const collection = [...steps.slice(0, -1), { name: steps.at(-1)!.name }]
    const address = context(call, collection)
    return success(call.exchange, 200, {
      "@odata.context": `${address}${Projection.describe(call.options.query)}/$entity`,
      ...Projection.write(view(call), node, address)
    }, applied(unknownMembersApplied(call)))
  })

/**
 * The lists that count themselves unasked, though only on their first page and only in their default shape: what Microsoft's
 * examples show and its pages do not mention.
 */
const counted: ReadonlySet<string> = new Set(["workflows.runs.list"])

const firstCursor = (call: Call): readonly [Paging.Cursor, ReadonlyArray<string>] => {
  const wanted = Number(call.preferences.get("odata.maxpagesize"))
  return Number.isInteger(wanted) && wanted > 0
    ? [
      { offset: 0, size: Math.min(wanted, call.settings.pageSize) },
      [`odata.maxpagesize=${Math.min(wanted, call.settings.pageSize)}`]
    ]
    : [{ offset: 0, size: call.settings.pageSize }, []]
}

/** A page of the collection at the end of the path. */
const list: Handler = (call) =>
  Either.gen(function*() {
    const { operation, steps } = call.match
    const { query, skipToken } = call.options
    const parent = yield* find(call, steps.slice(0, -1))
    const [first, preferred] = firstCursor(call)
    const cursor = skipToken === undefined ? first : yield* Paging.decode(skipToken)
    const all = Ordering.sort(Store.members(parent, steps.at(-1)!.name), query.orderBy)
    const [page, next] = Paging.page(all, cursor)
    const address = context(call, steps)
    const isCounted = counted.has(operation.id) && skipToken === undefined && query.select === undefined
    return success(call.exchange, 200, {
      "@odata.context": `${address}${Projection.describe(query)}`,
      ...(isCounted ? { "@odata.count": all.length } : {}),
      ...(next === undefined ? {} : { "@odata.nextLink": nextLink(call, next) }),
      value: page.map((node) => Projection.write(view(call), node, address))
    }, applied([...preferred, ...unknownMembersApplied(call)]))
  })

const nextLink = (call: Call, next: Paging.Cursor): string => {
  const path = call.match.steps.map((step) => step.key === undefined ? step.name : `${step.name}/${step.key}`).join("/")
  const query = Query.encode(call.options.query)
  return `${root(call)}/${path}${query === "" ? "?" : `${query}&`}$skiptoken=${Paging.encode(next)}`
}

/** What each kind of operation does. */
export const kinds: { readonly [K in Operation.Kind]: Handler } = { get, list }
