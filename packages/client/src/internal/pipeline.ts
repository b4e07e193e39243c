import type * as AccessToken from "@effect-msgraph/auth/AccessToken"
import type * as Credential from "@effect-msgraph/auth/Credential"
import * as TokenProvider from "@effect-msgraph/auth/TokenProvider"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as GraphError from "../GraphError.js"
import { RetryPolicy } from "../RetryPolicy.js"
import type { Policy } from "../RetryPolicy.js"
import * as Throttle from "../Throttle.js"
import * as Answer from "./answer.js"
import * as Deadline from "./deadline.js"
import { merge, Overrides } from "./overrides.js"
import * as Retry from "./retry.js"
import * as Telemetry from "./telemetry.js"
import * as Transport from "./transport.js"
import { uuid } from "./uuid.js"
import { version } from "./version.js"
import { workloadOf } from "./workload.js"

/** An answer of the service that is JSON, and what errors about it need to say. */
export interface Received {
  readonly body: unknown
  readonly answer: Answer.Answer
  readonly token: AccessToken.AccessToken
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
  /** Looks into an answer of success while the gate waits for its verdict: whether the service throttles a part of it. */
  readonly inspect?: ((received: Received) => Effect.Effect<PartlyThrottled | undefined>) | undefined
  /** How many requests the service counts for it; 1 if not given. */
  readonly weight?: number | undefined
}

/** For how long the service takes no more, and how many it took before. */
export interface PartlyThrottled {
  readonly delay: Duration.Duration
  readonly taken: number
}

/** What the service may know of a call's urgency. It takes a request without for a normal one. */
const throttlePriority = {
  interactive: { "x-ms-throttle-priority": "high" },
  normal: {},
  bulk: { "x-ms-throttle-priority": "low" }
} as const

/**
 * What every token is asked for with: this client answers claims challenges, and says so. A renewal asks for the same, or
 * it would renew another token than the one that is used.
 */
const tokenRequest: Credential.TokenRequest = { cae: true }

const userAgent = `effect-msgraph/${version}`

/** What became of an attempt; and how long the service throttles, if it does. */
interface Passed {
  readonly result: Either.Either<Received, Failure>
  readonly delay: Duration.Duration | undefined
}

const failure = (token: AccessToken.AccessToken | undefined) => (error: GraphError.GraphError): Failure => ({
  error,
  token
})

/** One call: what it sends, how long it may take, and what has become of it so far. */
interface Call extends Deadline.Times {
  readonly operation: Operation.Any
  readonly request: Outgoing
  readonly gate: string
  readonly urgency: Throttle.Urgency
  readonly policy: Policy
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

  const policyIn = (context: Context.Context<never>): Policy => {
    const whole = context.unsafeMap.get(RetryPolicy.key) as Policy | undefined
    if (whole !== undefined) return whole
    const overrides = context.unsafeMap.get(Overrides.key) as Partial<Policy> | undefined
    return overrides === undefined ? layerPolicy : merge(layerPolicy, overrides)
  }

  const initOf = (init: RequestInit | undefined): RequestInit => ({ ...init, redirect: "manual" })

  const layersInit = initOf(Option.getOrUndefined(layerInit))

  /** A redirect could lead the token elsewhere, and Graph has none. What else the application says of its requests stays. */
  const noRedirects = Effect.mapInputContext((context: Context.Context<never>) => {
    const callInit = context.unsafeMap.get(FetchHttpClient.RequestInit.key) as RequestInit | undefined
    return Context.add(context, FetchHttpClient.RequestInit, callInit === undefined ? layersInit : initOf(callInit))
  })

  const closed = (call: Call) => ({ remaining }: Throttle.Closed): Failure =>
    failure(undefined)(
      new GraphError.Throttled({ operation: call.operation.id, status: 429, retryAfter: remaining })
    )

  const timedOut = (call: Call, scope: Deadline.Scope): GraphError.Timeout => {
    const { operation, policy } = call
    return new GraphError.Timeout({
      operation: operation.id,
      after: Duration.decode(scope === "attempt" ? policy.attemptTimeout : policy.totalTimeout),
      scope,
      outcome: operation.idempotent || !call.pending ? "none" : "unknown",
      clientRequestId: call.clientRequestId
    })
  }

  const exchange = (call: Call, clientRequestId: string, token: AccessToken.AccessToken) => {
    const { operation, policy } = call
    const { body, headers, url } = call.request
    const request = HttpClientRequest.make(operation.method)(url, {
      headers: {
        ...headers,
        accept: "application/json",
        "client-request-id": clientRequestId,
        ...throttlePriority[call.urgency],
        "user-agent": userAgent,
        authorization: `Bearer ${Redacted.value(token.token)}`
      }
    })
    const answer = Effect.flatMap(
      http.execute(body === undefined ? request : HttpClientRequest.bodyText(request, body, "application/json")),
      (response) =>
        Effect.map(response.text, (text): Answer.Answer => ({
          status: response.status,
          headers: response.headers,
          text,
          clientRequestId,
          token: token.token
        }))
    )
    return Deadline.attempt(
      call,
      policy.attemptTimeout,
      Effect.mapError(
        noRedirects(answer),
        (error): GraphError.GraphError => Transport.toError(operation, cloud.graphRoot, clientRequestId, error)
      ),
      () => timedOut(call, "attempt")
    )
  }

  /** What an answer says, read. */
  const read = (
    { operation }: Call,
    answer: Answer.Answer,
    token: AccessToken.AccessToken
  ): Effect.Effect<Either.Either<Received, Failure>> => {
    if (answer.status < 200 || answer.status > 299) {
      return Effect.map(
        Clock.currentTimeMillis,
        (now) => Either.left(failure(token)(Answer.toError(operation, answer, now)))
      )
    }
    const body = Answer.toJson(operation, answer)
    return Effect.succeed(
      Either.isLeft(body)
        ? Either.left(failure(token)(body.left))
        : Either.right({ body: body.right, answer, token })
    )
  }

  const attemptWith = (
    call: Call,
    permit: Throttle.Permit,
    token: AccessToken.AccessToken,
    clientRequestId: string
  ): Effect.Effect<Either.Either<Received, Failure>> =>
    Effect.contextWithEffect((context: Context.Context<never>) => {
      const span = Telemetry.spanIn(context)
      span?.attribute("msgraph.client_request_id", clientRequestId)
      call.clientRequestId = clientRequestId
      call.pending = true
      return Effect.matchEffect(exchange(call, clientRequestId, token), {
        onFailure: (error) => {
          call.pending = false
          return Effect.as(
            Telemetry.countRequest(call.operation.id, error._tag),
            Either.left(failure(token)(error))
          )
        },
        onSuccess: (answer) => {
          call.pending = false
          Telemetry.annotate(span, Answer.attributes(answer))
          const taken = answer.status === 429 ? Effect.void : permit.accepted(Answer.usage(answer))
          return Effect.zipRight(
            Telemetry.countRequest(call.operation.id, String(answer.status)),
            Effect.zipRight(taken, read(call, answer, token))
          )
        }
      })
    })

  const attempt = (call: Call, permit: Throttle.Permit): Effect.Effect<Either.Either<Received, Failure>> => {
    const sent = Effect.matchEffect(tokens.get(tokenRequest), {
      onFailure: (error) => Effect.succeed(Either.left(failure(undefined)(error))),
      onSuccess: (token) => Effect.flatMap(uuid, (clientRequestId) => attemptWith(call, permit, token, clientRequestId))
    })
    return Duration.greaterThan(permit.waited, Duration.zero)
      ? Effect.zipRight(Telemetry.recordWait(permit.waited), sent)
      : sent
  }

  /** An attempt, and what the gate has to know of it before it lets others in. */
  const judged = (call: Call, permit: Throttle.Permit, retries: number): Effect.Effect<Passed> =>
    Effect.flatMap(attempt(call, permit), (result): Effect.Effect<Passed> => {
      if (Either.isRight(result)) {
        return call.request.inspect === undefined
          ? Effect.succeed({ result, delay: undefined })
          : call.request.inspect(result.right).pipe(
            Effect.flatMap((partly) =>
              partly === undefined ? Effect.void : permit.rejected(partly.delay, partly.taken)
            ),
            Effect.as({ result, delay: undefined })
          )
      }
      const { error } = result.left
      if (error._tag !== "Throttled") return Effect.succeed({ result, delay: undefined })
      return Effect.flatMap(
        error.retryAfter === undefined ? Retry.backOff(call.policy, retries) : Effect.succeed(error.retryAfter),
        (delay) => Effect.as(permit.rejected(delay), { result, delay })
      )
    })

  /** One attempt, for as long as the gate lets it in. Before it leaves, all others know that they have to wait, too. */
  const pass = (call: Call, retries: number): Effect.Effect<Passed> =>
    Effect.clockWith((clock) =>
      Effect.catchAll(
        throttle.pass(
          {
            key: call.gate,
            within: call.deadline - clock.unsafeCurrentTimeMillis(),
            urgency: call.urgency,
            weight: call.request.weight
          },
          (permit) => judged(call, permit, retries)
        ),
        (error) => Effect.succeed({ result: Either.left(closed(call)(error)), delay: undefined })
      )
    )

  const passInTime = (call: Call, retries: number): Effect.Effect<Passed, GraphError.GraphError> =>
    Deadline.inTime<Passed, GraphError.GraphError, Passed>(call, pass(call, retries), (scope) => {
      const error = timedOut(call, scope)
      call.pending = false
      return scope === "call" ? Effect.fail(error) : Effect.as(
        Telemetry.countRequest(call.operation.id, error._tag),
        { result: Either.left(failure(undefined)(error)), delay: undefined }
      )
    })

  const renew = (token: AccessToken.AccessToken, { claims }: GraphError.Unauthorized) =>
    tokens.renew(claims === undefined ? tokenRequest : { ...tokenRequest, claims }, token)

  const repeat = (
    call: Call,
    retries: number,
    renewed: boolean
  ): Effect.Effect<Received, GraphError.GraphError> =>
    Effect.flatMap(passInTime(call, retries), (passed) =>
      Either.isRight(passed.result)
        ? Effect.succeed(passed.result.right)
        : again(call, retries, renewed, passed.result.left, passed.delay))

  const again = Effect.fnUntraced(
    function*(
      call: Call,
      retries: number,
      renewed: boolean,
      { error, token }: Failure,
      told: Duration.Duration | undefined
    ) {
      const { operation, policy } = call
      if (error._tag === "Unauthorized" && token !== undefined && !renewed) {
        yield* Deadline.inTime(
          call,
          Effect.mapError(renew(token, error), (error): GraphError.GraphError => error),
          (scope) => Effect.fail(timedOut(call, scope))
        )
        yield* Telemetry.countRetry(operation.id, error._tag)
        return { retries, renewed: true }
      }
      const decision = Retry.decide(error, operation)
      if (decision === "fail") return yield* Effect.fail(error)
      const delay = told ?? (decision === "backOff" ? yield* Retry.backOff(policy, retries) : decision)
      const now = yield* Clock.currentTimeMillis
      if (retries >= policy.maxRetries) return yield* Effect.fail(error)
      if (now + Duration.toMillis(delay) >= call.deadline) return yield* Effect.fail(Retry.withoutTime(error))
      yield* Telemetry.countRetry(operation.id, error._tag)
      yield* Effect.logDebug(`${operation.id}: ${error._tag}, again in ${Duration.format(delay)}`)
      if (error._tag !== "Throttled") yield* Effect.sleep(delay)
      return { retries: retries + 1, renewed }
    },
    (effect, call) => Effect.flatMap(effect, ({ renewed, retries }) => repeat(call, retries, renewed))
  )

  const gates = new Map<string, string>()

  /** What the service counts together. */
  const gateOf = (operation: Operation.Any): string => {
    let gate = gates.get(operation.path)
    if (gate === undefined) {
      gate = [cloud.graphRoot, tokens.tenantId, tokens.clientId, workloadOf(operation)].join(" ")
      gates.set(operation.path, gate)
    }
    return gate
  }

  const send: Send = (operation, request) =>
    Effect.contextWithEffect((context: Context.Context<never>) =>
      Effect.clockWith((clock) => {
        const policy = policyIn(context)
        return repeat(
          {
            operation,
            request,
            gate: gateOf(operation),
            urgency: Context.get(context, Throttle.Priority),
            policy,
            deadline: clock.unsafeCurrentTimeMillis() + Duration.toMillis(policy.totalTimeout),
            attemptEnd: Infinity,
            watched: false,
            clientRequestId: undefined,
            pending: false
          },
          0,
          false
        )
      })
    )

  return { cloud, send, policyIn, renew, getToken: tokens.get(tokenRequest) }
})
