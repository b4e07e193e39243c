import * as Permissions from "@effect-msgraph/domain/Permissions"
import * as Effect from "effect/Effect"
import * as Message from "../Message.js"
import { authenticate } from "./authentication.js"
import { type Exchange, rawQuery, type Settings } from "./exchange.js"
import { type Failure, forbidden, response } from "./failure.js"
import { kinds } from "./kinds.js"
import * as Projection from "./projection.js"
import * as QueryOptions from "./queryOptions.js"
import * as Routes from "./routes.js"

/** An answer of Graph, and the application that it was given to where that is known. */
export interface Outcome {
  readonly response: Message.Response
  readonly application: string | undefined
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
    yield* Projection.check(operation.result, options.query)
    const preferences = QueryOptions.preferences(Message.header(request, "prefer"))
    return yield* kinds[operation.kind]({ settings, exchange, caller, match, options, preferences })
  }).pipe(
    Effect.catchAll((failure) => Effect.succeed(response(exchange, failure))),
    Effect.map((response) => ({ response, application }))
  )
}
