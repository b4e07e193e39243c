/** The token endpoint over the application's `HttpClient`; `oauth4webapi` builds requests and checks answers. */
import * as RetryAfter from "@effect-msgraph/domain/RetryAfter"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import * as Schedule from "effect/Schedule"
import * as oauth from "oauth4webapi"
import * as AccessToken from "../AccessToken.js"
import * as AuthError from "../AuthError.js"
import type * as TokenPolicy from "../TokenPolicy.js"
import * as classify from "./classify.js"
import * as json from "./json.js"
import { isLoopbackHttp } from "./options.js"
import * as scrub from "./scrub.js"

const userAgent = "effect-msgraph-auth"

/** What came back, read to the end. */
interface Answer {
  readonly _tag: "Answer"
  readonly status: number
  readonly headers: { readonly [name: string]: string | undefined }
  readonly text: string
}

/** Nothing came back. Of the platform's error only the name of the failure is kept: the rest holds the request. */
interface Unreached {
  readonly _tag: "Unreached"
  readonly code: string | undefined
}

/** A defect of the `HttpClient`. */
interface Broken {
  readonly _tag: "Broken"
  readonly cause: Cause.Cause<never>
}

type Outcome = Answer | Unreached | Broken

/** A redirect would carry the posted secret to another host, so none is followed. */
const withoutRedirects = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.contextWithEffect((context: Context.Context<never>) => {
    const init = Context.getOrElse(
      context as Context.Context<FetchHttpClient.RequestInit>,
      FetchHttpClient.RequestInit,
      (): globalThis.RequestInit => ({})
    )
    return Effect.provideService(effect, FetchHttpClient.RequestInit, { ...init, redirect: "manual" })
  })

/** The application's client, as it is used towards an authority. */
export const prepare = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  client.pipe(HttpClient.withTracerPropagation(false), HttpClient.transformResponse(withoutRedirects))

const send = (
  client: HttpClient.HttpClient,
  url: string,
  init: { readonly headers: Record<string, string>; readonly body: URLSearchParams }
): Effect.Effect<Answer, HttpClientError.HttpClientError> =>
  HttpClientRequest.post(url).pipe(
    HttpClientRequest.setHeaders(init.headers),
    HttpClientRequest.setHeader("user-agent", userAgent),
    HttpClientRequest.bodyText(init.body.toString(), "application/x-www-form-urlencoded;charset=UTF-8"),
    client.execute,
    Effect.flatMap((response) =>
      Effect.map(response.text, (text): Answer => ({
        _tag: "Answer",
        status: response.status,
        headers: response.headers,
        text
      }))
    )
  )

/** The answer as `oauth4webapi` wants it: without the headers that would make it look away from the body. */
const toWeb = (answer: Answer): Response =>
  new Response(
    answer.text === "" || answer.status === 204 || answer.status === 205 || answer.status === 304 ? null : answer.text,
    {
      status: answer.status >= 200 && answer.status < 600 ? answer.status : 502,
      headers: { "content-type": answer.headers["content-type"] ?? "application/json" }
    }
  )

export interface Grant extends classify.Subject {
  readonly tenantId: string
  readonly clientId: string
  readonly grantType: string
  readonly parameters: Readonly<Record<string, string>>
  readonly authentication: oauth.ClientAuth
  /** What is posted and must never come back in an error. */
  readonly secrets: ReadonlyArray<string>
}

/** The token endpoint of a tenant. No discovery: every authority that Graph accepts has it in this place. */
export const tokenEndpoint = (authority: string, tenantId: string): string =>
  `${authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`

const maxLifetime = 10 * 365 * 24 * 3600

const seconds = (value: unknown): number | undefined => {
  const number = typeof value === "string" && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value
  return typeof number === "number" && number > 0 && number <= maxLifetime ? number : undefined
}

const readToken = (
  grant: Grant,
  body: oauth.TokenEndpointResponse,
  startedAt: number
): Effect.Effect<AccessToken.AccessToken, AuthError.AuthError> => {
  const expiresIn = seconds(body.expires_in)
  if (!/^[\x21-\x7e]+$/.test(body.access_token)) return malformed(grant, "its access_token is not one", 200)
  if (expiresIn === undefined) return malformed(grant, "expires_in is missing or no positive number", 200)
  const refreshIn = seconds(body["refresh_in"])
  return Effect.succeed(AccessToken.make({
    token: body.access_token,
    // Counted from before the request, so that time on the way never makes a token look younger than it is.
    expiresAt: DateTime.unsafeMake(startedAt + expiresIn * 1000),
    refreshAt: refreshIn !== undefined && refreshIn < expiresIn
      ? DateTime.unsafeMake(startedAt + refreshIn * 1000)
      : undefined,
    tenantId: grant.tenantId
  }))
}

const malformed = (grant: Grant, reason: string, status: number, diagnostics: Partial<AuthError.Diagnostics> = {}) =>
  Effect.fail(
    new AuthError.MalformedTokenResponse({
      credential: grant.credential,
      authority: grant.authority,
      reason,
      diagnostics: { ...AuthError.noDiagnostics, ...diagnostics, status }
    })
  )

const readAnswer = (
  grant: Grant,
  policy: TokenPolicy.Policy,
  answer: Answer,
  now: number
): Effect.Effect<never, AuthError.AuthError> => {
  const { authority, credential } = grant
  const { headers, status } = answer
  const mentions = scrub.makeMentions(grant.secrets)
  const body = json.parseObject(answer.text)
  const wait = Option.getOrUndefined(RetryAfter.parse(headers["retry-after"], { date: headers["date"], now }))
  const diagnostics = classify.diagnostics(body ?? {}, { status, traceId: headers["x-ms-request-id"], mentions })

  if (status === 0 || (status >= 300 && status < 400)) {
    return malformed(grant, "it redirects elsewhere, and redirects are refused", status)
  }
  if (status === 429) {
    return Effect.fail(
      new AuthError.TokenThrottled({
        credential,
        retryAfter: wait ?? Duration.times(policy.backoff, 2 ** policy.retries),
        stated: wait !== undefined,
        diagnostics
      })
    )
  }
  if (status >= 500 || status === 408) {
    return Effect.fail(
      new AuthError.AuthorityUnavailable({
        credential,
        authority,
        reason: "ServerError",
        retryAfter: wait,
        diagnostics
      })
    )
  }
  const oauthError = body?.["error"]
  if (status >= 400 && body !== undefined && typeof oauthError === "string" && oauthError !== "") {
    return Effect.fail(
      classify.fromOAuth(grant, {
        oauthError,
        claims: classify.requiredClaims(body, mentions),
        retryAfter: wait,
        diagnostics
      })
    )
  }
  if (body === undefined) {
    return malformed(grant, /^\s*</.test(answer.text) ? "it sent HTML" : "it sent no JSON object", status, diagnostics)
  }
  return status === 200
    ? malformed(
      grant,
      "access_token or token_type is missing, or one of its fields has the wrong type",
      status,
      diagnostics
    )
    : malformed(grant, "it sent an error without a code", status, diagnostics)
}

const attempt = (
  client: HttpClient.HttpClient,
  policy: TokenPolicy.Policy,
  grant: Grant
): Effect.Effect<AccessToken.AccessToken, AuthError.AuthError> =>
  Effect.gen(function*() {
    const runtime = yield* Effect.runtime<never>()
    const startedAt = yield* Clock.currentTimeMillis
    const endpoint = tokenEndpoint(grant.authority, grant.tenantId)
    const server: oauth.AuthorizationServer = {
      issuer: `${grant.authority}/${grant.tenantId}/v2.0`,
      token_endpoint: endpoint
    }
    const application: oauth.Client = { client_id: grant.clientId }
    let outcome: Outcome | undefined

    // The run belongs to this fiber's context (spans, services), and ends with the signal, that is with this fiber.
    const bridge = async (
      url: string,
      init: {
        readonly headers: Record<string, string>
        readonly body: URLSearchParams
        readonly signal?: AbortSignal | undefined
      }
    ): Promise<Response> => {
      outcome = await Runtime.runPromise(
        runtime,
        send(client, url, init).pipe(
          Effect.catchAllCause((cause): Effect.Effect<Outcome> => {
            if (Cause.isInterruptedOnly(cause)) return Effect.interrupt
            const failure = Cause.failureOption(cause)
            return Effect.succeed(
              failure._tag === "Some"
                ? { _tag: "Unreached", code: classify.platformCode(failure.value) }
                : { _tag: "Broken", cause: Cause.flatMap(cause, () => Cause.empty) }
            )
          })
        ),
        init.signal === undefined ? {} : { signal: init.signal }
      )
      if (outcome._tag === "Answer") return toWeb(outcome)
      throw new Error(outcome._tag)
    }

    const exchange = Effect.tryPromise({
      try: async (signal) => {
        const response = await oauth.genericTokenEndpointRequest(
          server,
          application,
          grant.authentication,
          grant.grantType,
          grant.parameters,
          {
            signal,
            [oauth.customFetch]: bridge,
            [oauth.allowInsecureRequests]: isLoopbackHttp(new URL(endpoint))
          }
        )
        return await oauth.processGenericTokenEndpointResponse(server, application, response)
      },
      // What was thrown holds the request or the answer. `outcome` has what is needed of them.
      catch: () => undefined
    })

    return yield* Effect.matchEffect(exchange, {
      onSuccess: (body) => readToken(grant, body, startedAt),
      onFailure: (): Effect.Effect<never, AuthError.AuthError> => {
        switch (outcome?._tag) {
          case "Answer": {
            const answer = outcome
            return Effect.flatMap(Clock.currentTimeMillis, (now) => readAnswer(grant, policy, answer, now))
          }
          case "Broken":
            return Effect.failCause(outcome.cause)
          default:
            return Effect.fail(
              new AuthError.AuthorityUnavailable({
                credential: grant.credential,
                authority: grant.authority,
                reason: "Network",
                code: outcome?.code,
                diagnostics: AuthError.noDiagnostics
              })
            )
        }
      }
    })
  })

/**
 * Asks the token endpoint, and asks again after a passing fault. A `Retry-After` is obeyed to the letter, or, where it
 * goes beyond the time that there is, reported at once.
 */
export const requestToken = (
  client: HttpClient.HttpClient,
  policy: TokenPolicy.Policy,
  grant: Grant
): Effect.Effect<AccessToken.AccessToken, AuthError.AuthError> =>
  Effect.flatMap(Clock.currentTimeMillis, (startedAt) => {
    const deadline = startedAt + Duration.toMillis(policy.timeout)
    return Effect.retry(attempt(client, policy, grant), {
      schedule: Schedule.exponential(policy.backoff).pipe(
        Schedule.jittered,
        Schedule.passthrough<Duration.Duration, AuthError.AuthError, never>,
        Schedule.modifyDelay((error, delay) => classify.statedWait(error) ?? delay),
        Schedule.intersect(Schedule.recurs(policy.retries))
      ),
      while: (error) =>
        AuthError.isTransient(error)
          ? Effect.map(Clock.currentTimeMillis, (now) =>
            now + Duration.toMillis(classify.statedWait(error) ?? Duration.zero) < deadline)
          : Effect.succeed(false)
    })
  })
