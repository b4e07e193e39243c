import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Message from "../Message.js"
import type * as Tenant from "../Tenant.js"
import type * as SignIns from "./signIns.js"
import type { Processing, State } from "./state.js"

/** What all exchanges of one emulator share. */
export interface Settings {
  readonly cloud: NationalCloud.NationalCloud
  readonly tenants: ReadonlyArray<Tenant.Tenant>
  readonly pageSize: number
  readonly tokenSeconds: number
  readonly caeTokenSeconds: number
  /** How far the service's clock is ahead of Effect's, in milliseconds. */
  readonly clockSkew: number
  /** Whether a client assertion is taken once only. */
  readonly refuseReplays: boolean
  readonly key: CryptoKey
  readonly processing: Processing
  readonly states: Map<Tenant.Tenant, State>
  readonly signIns: SignIns.State
}

/** One request on its way through the service. `now` is what the service's own clock says. */
export interface Exchange {
  readonly request: Message.Request
  readonly url: URL
  readonly now: number
  readonly requestId: string
  readonly clientRequestId: string
}

const echoable = /^[\w.-]{1,128}$/

/** Gives a request its ids: its own `client-request-id` where it has one that can be echoed. */
export const make = (request: Message.Request, url: URL, clockSkew: number): Effect.Effect<Exchange> =>
  Effect.map(Clock.currentTimeMillis, (time) => {
    const requestId = crypto.randomUUID()
    const given = Message.header(request, "client-request-id")
    return {
      request,
      url,
      now: time + clockSkew,
      requestId,
      clientRequestId: given !== undefined && echoable.test(given) ? given : requestId
    }
  })

/** A time as an HTTP-date. */
export const httpDate = (milliseconds: number): string => new Date(milliseconds).toUTCString()

/** The query string as it came, without its question mark. */
export const rawQuery = (request: Message.Request): string => {
  const start = request.url.indexOf("?")
  return start < 0 ? "" : request.url.slice(start + 1).split("#")[0]!
}
