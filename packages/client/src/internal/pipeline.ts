import type * as AccessToken from "@effect-msgraph/auth/AccessToken"
import type * as Credential from "@effect-msgraph/auth/Credential"
import * as TokenProvider from "@effect-msgraph/auth/TokenProvider"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as GraphError from "../GraphError.js"
import { RetryPolicy } from "../RetryPolicy.js"
import type { Policy } from "../RetryPolicy.js"
import * as Throttle from "../Throttle.js"
import * as Answer from "./answer.js"
import * as Retry from "./retry.js"
import * as Telemetry from "./telemetry.js"
import * as Transport from "./transport.js"
import { uuid } from "./uuid.js"
import { version } from "./version.js"

/** An answer of the service that is JSON, and what errors about it need to say. */
export interface Received {
  readonly body: unknown
  readonly answer: Answer.Answer
}

/** A failed attempt, and the token it was made with: a refused one is renewed. */
interface Failure {
  readonly error: GraphError.GraphError
  readonly token: AccessToken.AccessToken | undefined
}

/** Sends one request until it succeeds, or the policy says that it's enough. The only way to the network. */
export type Send = (
  operation: Operation.Any,
  request: Outgoing
) => Effect.Effect<Received, GraphError.GraphError>

/** What is sent, but for the token. */
export interface Outgoing {
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string | undefined
}

/**
 * What every token is asked for with: this client answers claims challenges, and says so. A renewal asks for the same, or
 * it would renew another token than the one that is used.
 */
const tokenRequest: Credential.TokenRequest = { cae: true }

const failure = (token: AccessToken.AccessToken | undefined) => (error: GraphError.GraphError): Failure => ({
  error,
  token
})

/** One call: what it sends, how long it may take, and what has become of it so far. */
interface Call {
  readonly operation: Operation.Any
  readonly request: Outgoing
  readonly gate: string
  readonly policy: Policy
  readonly deadline: number
  /** The id of the last request that was sent. */
  clientRequestId: string | undefined
  /** Whether a request is on its way whose answer is due. */
  pending: boolean
}

export const make = Effect.gen(function*() {
  const tokens = yield* TokenProvider.TokenProvider
  const throttle = yield* Throttle.Throttle
  const layerPolicy = yield* RetryPolicy
  const layerInit = yield* Effect.serviceOption(FetchHttpClient.RequestInit)
  const http = (yield* HttpClient.HttpClient).pipe(
    // Its spans hold whole URLs, and its headers would tell Microsoft of our traces.
    HttpClient.withTracerDisabledWhen(() => true),
    HttpClient.withTracerPropagation(false)
  )
  const { cloud } = tokens

  const policyInForce: Effect.Effect<Policy> = Effect.contextWith((context) => {
    const own = context.unsafeMap.get(RetryPolicy.key) as Policy | undefined
    return own ?? layerPolicy
  })

  /** A redirect could lead the token elsewhere, and Graph has none. What else the application says of its requests stays. */
  const noRedirects = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.flatMap(
      Effect.serviceOption(FetchHttpClient.RequestInit),
      (callInit) =>
        Effect.provideService(effect, FetchHttpClient.RequestInit, {
          ...Option.getOrUndefined(Option.orElse(callInit, () => layerInit)),
          redirect: "manual"
        })
    )

  const closed = (call: Call) => ({ remaining }: Throttle.Closed): Failure =>
    failure(undefined)(
      new GraphError.Throttled({ operation: call.operation.id, status: 429, retryAfter: remaining })
    )

  const exchange = (call: Call, clientRequestId: string, token: AccessToken.AccessToken) => {
    const { operation, policy } = call
    const { body, headers, url } = call.request
    const request = HttpClientRequest.make(operation.method)(url, {
      headers: {
        ...headers,
        accept: "application/json",
        "client-request-id": clientRequestId,
        "user-agent": `effect-msgraph/${version}`
      }
    }).pipe(
      HttpClientRequest.bearerToken(token.token),
      (request) => body === undefined ? request : HttpClientRequest.bodyText(request, body, "application/json")
    )
    return http.execute(request).pipe(
      Effect.flatMap((response) =>
        Effect.map(response.text, (text): Answer.Answer => ({
          status: response.status,
          headers: response.headers,
          text,
          clientRequestId,
          token: token.token
        }))
      ),
      noRedirects,
      Effect.mapError((error) => Transport.toError(operation, cloud.graphRoot, clientRequestId, error)),
      Effect.timeoutFail({
        duration: policy.attemptTimeout,
        onTimeout: () =>
          new GraphError.Timeout({
            operation: operation.id,
            after: Duration.decode(policy.attemptTimeout),
            scope: "attempt",
            outcome: operation.idempotent ? "none" : "unknown",
            clientRequestId
          })
      }),
      Effect.tapBoth({
        onFailure: (error) => Telemetry.countRequest(operation.id, error._tag),
        onSuccess: ({ status }) => Telemetry.countRequest(operation.id, String(status))
      })
    )
  }

  const attempt = Effect.fnUntraced(function*(call: Call) {
    const { operation } = call
    const before = yield* Clock.currentTimeMillis
    const waited = yield* Effect.mapError(throttle.wait(call.gate, call.deadline - before), closed(call))
    yield* Telemetry.recordWait(waited)
    const token = yield* Effect.mapError(tokens.get(tokenRequest), failure(undefined))
    const clientRequestId = yield* uuid
    yield* Effect.annotateCurrentSpan("msgraph.client_request_id", clientRequestId)
    call.clientRequestId = clientRequestId
    call.pending = true
    const answer = yield* Effect.mapError(exchange(call, clientRequestId, token), (error) => {
      call.pending = false
      return failure(token)(error)
    })
    call.pending = false
    yield* Effect.annotateCurrentSpan(Answer.attributes(answer))
    if (answer.status < 200 || answer.status > 299) {
      const now = yield* Clock.currentTimeMillis
      return yield* Effect.fail(failure(token)(Answer.toError(operation, answer, now)))
    }
    const body = yield* Effect.mapError(Answer.toJson(operation, answer), failure(token))
    return { body, answer }
  })

  const repeat = Effect.fnUntraced(function*(call: Call) {
    const { operation, policy } = call
    let retries = 0
    let renewed = false
    while (true) {
      const result = yield* Effect.either(attempt(call))
      if (Either.isRight(result)) return result.right
      const { error, token } = result.left
      if (error._tag === "Unauthorized" && token !== undefined && !renewed) {
        renewed = true
        yield* tokens.renew(
          error.claims === undefined ? tokenRequest : { ...tokenRequest, claims: error.claims },
          token
        )
        yield* Telemetry.countRetry(operation.id, error._tag)
        continue
      }
      const decision = Retry.decide(error, operation)
      if (decision === "fail") return yield* Effect.fail(error)
      const delay = decision === "backOff" ? yield* Retry.backOff(policy, retries) : decision
      // All others wait as well, whether or not this call may.
      if (error._tag === "Throttled") yield* throttle.close(call.gate, delay)
      const now = yield* Clock.currentTimeMillis
      if (retries >= policy.maxRetries || now + Duration.toMillis(delay) >= call.deadline) {
        return yield* Effect.fail(error)
      }
      retries++
      yield* Telemetry.countRetry(operation.id, error._tag)
      yield* Effect.logDebug(`${operation.id}: ${error._tag}, again in ${Duration.format(delay)}`)
      if (error._tag !== "Throttled") yield* Effect.sleep(delay)
    }
  })

  const send: Send = Effect.fnUntraced(function*(operation, request) {
    const policy = yield* policyInForce
    const now = yield* Clock.currentTimeMillis
    const call: Call = {
      operation,
      request,
      gate: [cloud.graphRoot, tokens.tenantId, tokens.clientId, operation.path.split("/")[1]].join(" "),
      policy,
      deadline: now + Duration.toMillis(policy.totalTimeout),
      clientRequestId: undefined,
      pending: false
    }
    return yield* Effect.timeoutFail(repeat(call), {
      duration: policy.totalTimeout,
      onTimeout: () =>
        new GraphError.Timeout({
          operation: operation.id,
          after: Duration.decode(policy.totalTimeout),
          scope: "call",
          outcome: operation.idempotent || !call.pending ? "none" : "unknown",
          clientRequestId: call.clientRequestId
        })
    })
  })

  return { cloud, send }
})
