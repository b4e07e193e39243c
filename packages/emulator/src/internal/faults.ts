import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import type * as Fault from "../Fault.js"
import * as Message from "../Message.js"
import type * as RequestLog from "../RequestLog.js"
import * as Entra from "./entra.js"
import * as EntraFailure from "./entraFailure.js"
import { type Exchange, httpDate } from "./exchange.js"
import * as GraphFailure from "./failure.js"
import type { Outcome } from "./graph.js"

/** What a fault's target is held against. */
export interface Subject {
  readonly endpoint: RequestLog.Entry["endpoint"]
  readonly operation: string | undefined
  readonly method: string
  readonly path: string
}

/** The faults that are yet to happen. */
export type Faults = Ref.Ref<ReadonlyArray<Fault.Rule>>

export const make: Effect.Effect<Faults> = Ref.make<ReadonlyArray<Fault.Rule>>([])

const meets = (rule: Fault.Rule, subject: Subject): boolean =>
  (rule.endpoint === undefined || rule.endpoint === subject.endpoint) &&
  (rule.operation === undefined || rule.operation === subject.operation) &&
  (rule.method === undefined || rule.method.toUpperCase() === subject.method) &&
  (rule.path === undefined || subject.path.toLowerCase().includes(rule.path.toLowerCase()))

/** The fault that befalls a request: of the oldest rule that it meets, which then has one less to go. */
export const take = (faults: Faults, subject: Subject): Effect.Effect<Fault.Fault | undefined> =>
  Ref.modify(faults, (rules) => {
    const index = rules.findIndex((rule) => meets(rule, subject))
    if (index < 0) return [undefined, rules]
    const rule = rules[index]!
    const rest = rule.times > 1 ? [{ ...rule, times: rule.times - 1 }] : []
    return [rule.fault, [...rules.slice(0, index), ...rest, ...rules.slice(index + 1)]]
  })

const retryAfter = (value: Fault.RetryAfter, now: number): string =>
  typeof value === "object" ? httpDate(now + value.dateInSeconds * 1000) : String(value)

const htmlPage = (status: number): string =>
  `<!DOCTYPE html>\r\n<html><head><title>${status}</title></head>` +
  `<body><center><h1>${status}</h1></center><hr><center>gateway</center></body></html>\r\n`

const instead = (
  exchange: Exchange,
  response: Omit<Message.Response, "headers">,
  contentType?: string
): Message.Response => ({
  ...response,
  headers: {
    date: httpDate(exchange.now),
    ...(contentType === undefined ? {} : { "content-type": contentType })
  }
})

const status = (
  fault: Extract<Fault.Fault, { readonly _tag: "Status" }>,
  exchange: Exchange,
  endpoint: Subject["endpoint"]
): Message.Response => {
  const headers: { readonly [name: string]: string } = fault.retryAfter === undefined
    ? {}
    : { "retry-after": retryAfter(fault.retryAfter, exchange.now) }
  if (endpoint === "token" || endpoint === "authority") {
    const usual = EntraFailure.ofStatus(fault.status)
    const failure = {
      ...usual,
      error: fault.code ?? usual.error,
      text: fault.message ?? usual.text,
      claims: fault.claims
    }
    return Entra.failureResponse(exchange, failure, headers)
  }
  const usual = GraphFailure.ofStatus(fault.status)
  const failure = { ...usual, code: fault.code ?? usual.code, message: fault.message ?? usual.message, headers }
  return GraphFailure.response(exchange, failure)
}

/** The answer that a fault makes of the right one. The service is asked only where its answer is used. */
export const befall = (
  fault: Fault.Fault,
  exchange: Exchange,
  endpoint: Subject["endpoint"],
  answer: Effect.Effect<Outcome>
): Effect.Effect<Outcome, Message.ConnectionFailure> => {
  const outright = (response: Message.Response) => Effect.succeed({ response, application: undefined })
  const changed = (change: (response: Message.Response) => Message.Response) =>
    Effect.map(answer, (outcome) => ({ ...outcome, response: change(outcome.response) }))
  switch (fault._tag) {
    case "Status":
      return outright(status(fault, exchange, endpoint))
    case "HtmlPage":
      return outright(
        instead(exchange, { status: fault.status, body: htmlPage(fault.status) }, "text/html; charset=utf-8")
      )
    case "EmptyBody":
      return outright(instead(exchange, { status: fault.status, body: "" }))
    case "TruncatedJson":
      return changed((response) => ({
        ...response,
        body: response.body.slice(0, Math.floor(response.body.length / 2))
      }))
    case "ContentType":
      return changed((response) => ({
        ...response,
        headers: { ...response.headers, "content-type": fault.contentType }
      }))
    case "Delay":
      return Effect.delay(answer, fault.milliseconds)
    case "ConnectionFailure":
      return Effect.fail(new Message.ConnectionFailure({ reason: "The connection was reset" }))
  }
}
