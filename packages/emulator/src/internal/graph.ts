import * as Operation from "@effect-msgraph/domain/Operation"
import * as Permissions from "@effect-msgraph/domain/Permissions"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Message from "../Message.js"
import type * as Tenant from "../Tenant.js"
import { authenticate } from "./authentication.js"
import * as Body from "./body.js"
import { type Exchange, rawQuery, type Settings } from "./exchange.js"
import { type Failure, forbidden, response } from "./failure.js"
import { kinds } from "./kinds.js"
import { advance } from "./processing/progress.js"
import * as Projection from "./projection.js"
import * as QueryOptions from "./queryOptions.js"
import * as Routes from "./routes.js"
import * as State from "./state.js"

/** An answer of Graph, and the application that it was given to where that is known. */
export interface Outcome {
  readonly response: Message.Response
  readonly application: string | undefined
}

/** What is known of a tenant. It is put together when somebody of the tenant asks for something. */
const stateOf = (settings: Settings, tenant: Tenant.Tenant): State.State => {
  const known = settings.states.get(tenant)
  if (known !== undefined) return known
  const state = State.make(tenant, settings.processing)
  settings.states.set(tenant, state)
  return state
}

/**
 * Graph's answer to a request: who is calling, what do they ask for, may they, does it make sense, is it there. The first of these
 * to fail decides the error.
 */
export const answer = (settings: Settings, routes: Routes.Routes, exchange: Exchange): Effect.Effect<Outcome> => {
  let application: string | undefined
  const { request, url } = exchange
  return Effect.gen(function*() {
    const caller = yield* authenticate(settings, exchange)
    application = caller.application
    const match = yield* Routes.match(routes, request.method, url.pathname)
    const { operation } = match
    if (!Permissions.isSatisfied(operation.permissions[caller.access], caller.granted)) {
      return yield* Effect.fail<Failure>(forbidden)
    }
    const options = yield* QueryOptions.read(operation, rawQuery(request))
    if (Operation.isEntity(operation.result)) yield* Projection.check(operation.result, options.query)
    const body = yield* Body.read(operation, request)
    const preferences = QueryOptions.preferences(Message.header(request, "prefer"))
    const state = stateOf(settings, caller.tenant)
    const now = yield* Clock.currentTimeMillis
    return yield* Effect.suspend(() => {
      advance(state, now)
      return kinds[operation.kind]({ settings, exchange, caller, match, options, preferences, body, state })
    })
  }).pipe(
    Effect.catchAll((failure) => Effect.succeed(response(exchange, failure))),
    Effect.map((response) => ({ response, application }))
  )
}
