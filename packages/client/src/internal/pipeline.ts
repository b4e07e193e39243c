import type * as AccessToken from "@effect-msgraph/auth/AccessToken"
import type * as Credential from "@effect-msgraph/auth/Credential"
import * as TokenProvider from "@effect-msgraph/auth/TokenProvider"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as FiberRefs from "effect/FiberRefs"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import * as GraphError from "../GraphError.js"
import { RetryPolicy } from "../RetryPolicy.js"
import type { Policy } from "../RetryPolicy.js"
import * as Throttle from "../Throttle.js"
import * as Answer from "./answer.js"
import { clockOf, monotonic } from "./clock.js"
import { inContext } from "./context.js"
import * as Deadline from "./deadline.js"
import { inForce, Overrides } from "./overrides.js"
import * as Retry from "./retry.js"
import * as Telemetry from "./telemetry.js"
import * as Transport from "./transport.js"
import * as Uuid from "./uuid.js"
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

/**
 * Sends one request until it succeeds, or the policy says that it's enough. The only way to the network. `span`: the call's, where the
 * context does not have it.
 */
export type Send = (
  operation: Operation.Any,
  request: Outgoing,
  span?: Tracer.Span
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

/** One call: what it sends, how long it may take, and what has become of it so far. */
interface Call extends Deadline.Times {
  readonly operation: Operation.Any
  readonly request: Outgoing
  readonly gate: string
  readonly urgency: Throttle.Urgency
  readonly policy: Policy
  /** What it runs in: the caller's, with the call's span. */
  readonly context: Context.Context<never>
  readonly span: Tracer.Span | undefined
  /** The id of the last request that was sent. */
  clientRequestId: string | undefined
  /** Whether the service may have acted by now: a request is on its way, or was taken. */
  mayHaveActed: boolean
}

type Attempted = Either.Either<Received, Failure>

/** The error of a call whose time is over, or that of its attempt. */
export const timedOut = (
  { clientRequestId, mayHaveActed, operation, policy }: Pick<
    Call,
    "clientRequestId" | "mayHaveActed" | "operation" | "policy"
  >,
  scope: Deadline.Scope
): GraphError.Timeout =>
  new GraphError.Timeout({
    operation: operation.id,
    after: Duration.decode(scope === "attempt" ? policy.attemptTimeout : policy.totalTimeout),
    scope,
    outcome: operation.idempotent || !mayHaveActed ? "none" : "unknown",
    clientRequestId
  })

export const make = Effect.gen(function*() {
  const tokens = yield* TokenProvider.TokenProvider
  const throttle = yield* Throttle.Throttle
  const layerPolicy = yield* RetryPolicy
  const layerInit = yield* Effect.serviceOption(FetchHttpClient.RequestInit)
  const http = yield* HttpClient.HttpClient
  const uuid = yield* Uuid.make
  const deadlines = Deadline.make()
  const { cloud } = tokens

  const policyIn = (context: Context.Context<never>): Policy =>
    inForce(context, { whole: RetryPolicy, parts: Overrides }, layerPolicy)

  const execute = Transport.make(http, Option.getOrUndefined(layerInit))

  const closed = (call: Call, { remaining }: Throttle.Closed): Failure => ({
    error: new GraphError.Throttled({ operation: call.operation.id, status: 429, retryAfter: remaining }),
    token: undefined
  })

  /** What an answer says, read. */
  const read = (
    { operation }: Call,
    answer: Answer.Answer,
    token: AccessToken.AccessToken,
    now: number
  ): Attempted => {
    if (answer.status < 200 || answer.status > 299) {
      return Either.left({ error: Answer.toError(operation, answer, now), token })
    }
    const body = Answer.toJson(operation, answer)
    return Either.isLeft(body)
      ? Either.left({ error: body.left, token })
      : Either.right({ body: body.right, answer, token })
  }

  const exchange = (call: Call, permit: Throttle.Permit, token: AccessToken.AccessToken): Effect.Effect<Attempted> =>
    Effect.withFiberRuntime((fiber) => {
      const { operation, policy, request, span } = call
      const clientRequestId = uuid()
      span?.attribute("msgraph.client_request_id", clientRequestId)
      call.clientRequestId = clientRequestId
      call.mayHaveActed = true
      deadlines.beginAttempt(call, fiber, policy.attemptTimeout)
      const end = (status: string, isTaken: boolean) => {
        call.mayHaveActed = isTaken
        Deadline.endAttempt(call)
        Telemetry.countRequest(fiber, operation.id, status)
      }
      const headers = Object.assign(
        {
          accept: "application/json",
          "client-request-id": clientRequestId,
          "user-agent": userAgent,
          authorization: `Bearer ${Redacted.value(token.token)}`
        },
        throttlePriority[call.urgency],
        request.headers
      )
      return Effect.matchEffect(execute(operation.method, request.url, headers, request.body), {
        onFailure: (cause) => {
          const error = Transport.toError(operation, cloud.graphRoot, clientRequestId, cause)
          end(error._tag, false)
          return Effect.succeed(Either.left({ error, token }))
        },
        onSuccess: ({ headers, status, text }) => {
          end(String(status), status >= 200 && status <= 299)
          const answer: Answer.Answer = { status, headers, text, clientRequestId, token: token.token }
          Telemetry.annotate(span, Answer.attributes(answer))
          const attempted = read(call, answer, token, clockOf(fiber).unsafeCurrentTimeMillis())
          return status === 429
            ? Effect.succeed(attempted)
            : Effect.as(permit.accepted(Answer.usage(answer)), attempted)
        }
      })
    })

  const attempt = (call: Call, permit: Throttle.Permit): Effect.Effect<Attempted> => {
    const sent = Effect.matchEffect(tokens.get(tokenRequest), {
      onFailure: (error): Effect.Effect<Attempted> => Effect.succeed(Either.left({ error, token: undefined })),
      onSuccess: (token) => exchange(call, permit, token)
    })
    return Duration.greaterThan(permit.waited, Duration.zero)
      ? Effect.zipRight(Telemetry.recordWait(permit.waited), sent)
      : sent
  }

  /** An attempt, and what the gate has to know of it before it lets others in. */
  const judged = (
    call: Call,
    permit: Throttle.Permit,
    retries: number,
    refs: FiberRefs.FiberRefs
  ): Effect.Effect<Passed> =>
    Effect.flatMap(attempt(call, permit), (result): Effect.Effect<Passed> => {
      const passed: Passed = { result, delay: undefined }
      if (Either.isRight(result)) {
        return call.request.inspect === undefined
          ? Effect.succeed(passed)
          // It may ask for a token, which is none of what the exchange has set for itself.
          : Effect.zipRight(Effect.updateFiberRefs(() => refs), call.request.inspect(result.right)).pipe(
            Effect.flatMap((partly) =>
              partly === undefined ? Effect.void : permit.rejected(partly.delay, partly.taken)
            ),
            Effect.as(passed)
          )
      }
      const { error } = result.left
      if (error._tag !== "Throttled") return Effect.succeed(passed)
      return Effect.flatMap(
        error.retryAfter === undefined ? Retry.backOff(call.policy, retries) : Effect.succeed(error.retryAfter),
        (delay) => Effect.as(permit.rejected(delay), { result, delay })
      )
    })

  /** One attempt, for as long as the gate lets it in. Before it leaves, all others know that they have to wait, too. */
  const pass = (call: Call, retries: number): Effect.Effect<Passed> =>
    Effect.withFiberRuntime((fiber) => {
      const refs = fiber.getFiberRefs()
      return Effect.catchAll(
        throttle.pass(
          {
            key: call.gate,
            within: call.deadline - monotonic(clockOf(fiber)),
            urgency: call.urgency,
            weight: call.request.weight
          },
          (permit) => judged(call, permit, retries, refs)
        ),
        (error) => Effect.succeed({ result: Either.left(closed(call, error)), delay: undefined })
      )
    })

  const passInTime = (call: Call, retries: number): Effect.Effect<Passed, GraphError.GraphError> =>
    deadlines.inTime<Passed, GraphError.GraphError, Passed>(
      call,
      call.context,
      pass(call, retries),
      (scope) =>
        Effect.withFiberRuntime((fiber) => {
          const error = timedOut(call, scope)
          call.mayHaveActed = false
          Deadline.endAttempt(call)
          if (scope === "call") return inContext(call.context)(Effect.fail(error))
          Telemetry.countRequest(fiber, call.operation.id, error._tag)
          return Effect.succeed({ result: Either.left({ error, token: undefined }), delay: undefined })
        })
    )

  const renew = (token: AccessToken.AccessToken, { claims }: GraphError.Unauthorized) =>
    tokens.renew(claims === undefined ? tokenRequest : { ...tokenRequest, claims }, token)

  const repeat = (
    call: Call,
    retries: number,
    renewed: boolean
  ): Effect.Effect<Received, GraphError.GraphError> =>
    Effect.flatMap(passInTime(call, retries), ({ delay, result }) =>
      Either.isRight(result)
        ? Effect.succeed(result.right)
        : Effect.flatMap(
          inContext(call.context)(again(call, retries, renewed, result.left, delay)),
          (next) => repeat(call, next.retries, next.renewed)
        ))

  /** What to go on with after a failure, once that is due. */
  const again = Effect.fnUntraced(function*(
    call: Call,
    retries: number,
    renewed: boolean,
    { error, token }: Failure,
    told: Duration.Duration | undefined
  ) {
    const { operation, policy } = call
    if (error._tag === "Unauthorized" && token !== undefined && !renewed) {
      yield* deadlines.inTime(
        call,
        call.context,
        Effect.mapError(renew(token, error), (error): GraphError.GraphError => error),
        (scope) => Effect.fail(timedOut(call, scope))
      )
      yield* Telemetry.countRetry(operation.id, error._tag)
      return { retries, renewed: true }
    }
    const verdict = yield* Retry.judge(error, { operation, policy, deadline: call.deadline, retries }, told)
    if (!verdict.again) return yield* Effect.fail(verdict.error)
    const delay = verdict.delay!
    yield* Telemetry.countRetry(operation.id, error._tag)
    yield* Effect.logDebug(`${operation.id}: ${error._tag}, again in ${Duration.format(delay)}`)
    // Who was throttled waits at the gate.
    if (error._tag !== "Throttled") yield* Effect.sleep(delay)
    return { retries: retries + 1, renewed }
  })

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

  const send: Send = (operation, request, span) =>
    Effect.withFiberRuntime((fiber) => {
      const around = fiber.currentContext
      const policy = policyIn(around)
      return repeat(
        {
          operation,
          request,
          gate: gateOf(operation),
          urgency: Context.get(around, Throttle.Priority),
          policy,
          context: span === undefined ? around : Context.add(around, Tracer.ParentSpan, span),
          span: span ?? Telemetry.spanIn(around),
          deadline: monotonic(clockOf(fiber)) + Duration.toMillis(policy.totalTimeout),
          attemptEnd: Infinity,
          expire: undefined,
          clientRequestId: undefined,
          mayHaveActed: false
        },
        0,
        false
      )
    })

  return { cloud, send, policyIn, renew, getToken: tokens.get(tokenRequest), inTime: deadlines.inTime }
})
