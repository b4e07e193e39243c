import type * as Entity from "@effect-msgraph/domain/Entity"
import * as Operation from "@effect-msgraph/domain/Operation"
import * as Query from "@effect-msgraph/domain/Query"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Message from "../Message.js"
import * as Store from "../Store.js"
import type { Caller } from "./authentication.js"
import { type Act, behaviours } from "./behaviours.js"
import type { Body } from "./body.js"
import type { Exchange, Settings } from "./exchange.js"
import { done, type Failure, notFound, success } from "./failure.js"
import * as Navigation from "./navigation.js"
import * as Paging from "./paging.js"
import * as Projection from "./projection.js"
import type { QueryOptions } from "./queryOptions.js"
import { typeNameOf } from "./resultTypes.js"
import type { Match } from "./routes.js"
import * as Selection from "./selection.js"
import type { State } from "./state.js"

/** A call that has passed every check that does not depend on data. */
export interface Call {
  readonly settings: Settings
  readonly exchange: Exchange
  readonly caller: Caller
  readonly match: Match
  readonly options: QueryOptions
  readonly preferences: ReadonlyMap<string, string>
  readonly body: Body
  readonly state: State
}

/** What an operation of some kind does. */
export type Handler = (call: Call) => Effect.Effect<Message.Response, Failure>

const root = (call: Call): string => `${call.settings.cloud.graphRoot}/${call.match.operation.version}`

/** The address in the metadata of what a path leads to. */
const context = (call: Call, steps: ReadonlyArray<Store.Step>): string =>
  `${root(call)}/$metadata#${
    steps.map((step) => step.key === undefined ? step.name : `${step.name}${Navigation.writeKey(step.key)}`).join("/")
  }`

const view = (call: Call): Projection.View => ({
  entity: call.match.operation.result as Entity.Any,
  query: call.options.query,
  unknownMembers: call.preferences.has("include-unknown-enum-members")
})

const find = (call: Call, steps: ReadonlyArray<Store.Step>): Either.Either<Store.Node, Failure> =>
  Either.mapLeft(Navigation.find(call.caller.tenant.root, steps), (step) => notFound(step.key ?? step.name))

const applied = (names: ReadonlyArray<string>): { readonly [name: string]: string } =>
  names.length === 0 ? {} : { "preference-applied": names.join(", ") }

const unknownMembersApplied = (call: Call): ReadonlyArray<string> =>
  view(call).unknownMembers ? ["include-unknown-enum-members"] : []

/** An answer with one entity of the collection, or at the navigation property, that these steps lead to. */
const entity = (call: Call, node: Store.Node, steps: ReadonlyArray<Store.Step>): Message.Response => {
  const address = context(call, [...steps.slice(0, -1), { name: steps.at(-1)!.name }])
  return success(call.exchange, call.match.operation.status, {
    "@odata.context": `${address}${Projection.describe(call.options.query)}/$entity`,
    ...Projection.write(view(call), node, address)
  }, applied(unknownMembersApplied(call)))
}

/** One entity, at the end of the path. */
const get: Handler = (call) => Either.map(find(call, call.match.steps), (node) => entity(call, node, call.match.steps))

/**
 * The lists that count themselves unasked, though only on their first page and only in their default shape: what Microsoft's
 * examples show and its pages do not mention.
 */
const counted: ReadonlySet<string> = new Set([
  "customTaskExtensions.list",
  "taskDefinitions.list",
  "workflows.runs.list",
  "workflows.taskReports.list",
  "workflows.versions.tasks.list"
])

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
    const { count, members } = Selection.select(
      view(call).entity,
      Navigation.members(parent, steps.at(-1)!.name),
      query
    )
    const [page, next] = Paging.page(members, cursor)
    const address = context(call, steps)
    const isCounted = skipToken === undefined &&
      (query.count ?? (counted.has(operation.id) && query.select === undefined && query.filter === undefined))
    return success(call.exchange, 200, {
      "@odata.context": `${address}${Projection.describe(query)}`,
      ...(isCounted ? { "@odata.count": count } : {}),
      ...(next === undefined ? {} : { "@odata.nextLink": nextLink(call, next) }),
      value: page.map((node) => Projection.write(view(call), node, address, true))
    }, applied([...preferred, ...unknownMembersApplied(call)]))
  })

const nextLink = (call: Call, next: Paging.Cursor): string => {
  const path = call.match.steps.map((step) => step.key === undefined ? step.name : `${step.name}/${step.key}`).join("/")
  const query = Query.encode(call.options.query)
  return `${root(call)}/${path}${query === "" ? "?" : `${query}&`}$skiptoken=${Paging.encode(next)}`
}

/** The nodes that a path leads through, by the collection of each. */
const parents = (call: Call, steps: ReadonlyArray<Store.Step>) => (collection: string): Store.Node => {
  const end = steps.findIndex((step) => step.name === collection && step.key !== undefined)
  return Either.getOrThrow(find(call, steps.slice(0, end + 1)))
}

const act = (call: Call, steps: ReadonlyArray<Store.Step>): Either.Either<Act, Failure> =>
  Either.map(find(call, steps), (target) => ({
    state: call.state,
    caller: call.caller,
    target,
    parent: parents(call, steps),
    parameters: call.match.parameters,
    body: call.body
  }))

/** What the operation means, and an answer that says what came of it. */
const behave = (call: Call, steps: ReadonlyArray<Store.Step>, where: ReadonlyArray<Store.Step>) =>
  Effect.flatMap(act(call, steps), (act) => {
    const { operation } = call.match
    return Effect.map(behaviours[operation.id]!(act), (outcome) => {
      const { many, result } = operation
      if (result === undefined) return done(call.exchange)
      if (Operation.isEntity(result)) return entity(call, outcome as Store.Node, where)
      const type = typeNameOf(result)
      return success(call.exchange, 200, {
        "@odata.context": `${root(call)}/$metadata#${many ? `Collection(${type})` : type}`,
        ...(many ? { value: outcome } : outcome as object)
      })
    })
  })

/** A new member of the collection at the end of the path. */
const create: Handler = (call) => behave(call, call.match.steps.slice(0, -1), call.match.steps)

/** A change of what is at the end of the path. */
const update: Handler = (call) => behave(call, call.match.steps, call.match.steps)

/** What is at the end of the path leaves the collection; `$ref` says that the relation alone ends. */
const remove: Handler = (call) => {
  const steps = call.match.steps.filter(({ name }) => name !== "$ref")
  if (Object.hasOwn(behaviours, call.match.operation.id)) return behave(call, steps, steps)
  return Either.gen(function*() {
    const { key = "", name } = steps.at(-1)!
    yield* find(call, steps)
    Store.remove(yield* find(call, steps.slice(0, -1)), name, key)
    return done(call.exchange)
  })
}

/** What is below the path's last segment, which names the action or the function. A restored workflow is no deleted item any more. */
const call: Handler = (call) => {
  const steps = call.match.steps.slice(0, -1)
  const where = steps.filter(({ name }) => name !== "deletedItems")
  // A function of a whole collection is one of the node that has the collection.
  const isOfCollection = steps.at(-1)!.key === undefined && Either.isLeft(find(call, steps))
  return behave(call, isOfCollection ? steps.slice(0, -1) : steps, where)
}

/** What each kind of operation does. */
export const kinds: { readonly [K in Operation.Kind]: Handler } = {
  get,
  list,
  create,
  update,
  delete: remove,
  function: call,
  action: call
}
