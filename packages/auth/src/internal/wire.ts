/** An authority over the application's `HttpClient`; `oauth4webapi` builds requests and checks answers. */
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
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
import * as Redacted from "effect/Redacted"
import * as Runtime from "effect/Runtime"
import * as Schedule from "effect/Schedule"
import * as oauth from "oauth4webapi"
import * as AccessToken from "../AccessToken.js"
import * as AuthError from "../AuthError.js"
import type * as ClientAuthentication from "../ClientAuthentication.js"
import * as TokenPolicy from "../TokenPolicy.js"
import * as classify from "./classify.js"
import * as flight from "./flight.js"
import * as json from "./json.js"
import * as jwt from "./jwt.js"
import { isLoopbackHttp } from "./options.js"
import * as scrub from "./scrub.js"
import * as tenant from "./tenant.js"
import * as times from "./times.js"

const userAgent = "effect-msgraph-auth"

/** What came back, read to the end. */
export interface Answer {
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

export type Outcome = Answer | Unreached | Broken

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

/** The way to an authority: what every flow of a credential needs of the layer that built it. */
export interface Wire {
  readonly client: HttpClient.HttpClient
  readonly policy: TokenPolicy.Policy
  readonly cloud: NationalCloud.NationalCloud
  /** Of a custom authority, what discovery found, by tenant. */
  readonly discovered: Map<string, Endpoints>
  readonly discoveries: flight.Flights<Endpoints, AuthError.AuthError>
}

export const make = (cloud: NationalCloud.NationalCloud): Effect.Effect<Wire, never, HttpClient.HttpClient> =>
  Effect.gen(function*() {
    const client = prepare(yield* HttpClient.HttpClient)
    return {
      client,
      policy: yield* TokenPolicy.TokenPolicy,
      cloud,
      discovered: new Map<string, Endpoints>(),
      discoveries: flight.make<Endpoints, AuthError.AuthError>()
    }
  })

const execute = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<Answer, HttpClientError.HttpClientError> =>
  Effect.flatMap(
    client.execute(HttpClientRequest.setHeader(request, "user-agent", userAgent)),
    (response) =>
      Effect.map(response.text, (text): Answer => ({
        _tag: "Answer",
        status: response.status,
        headers: response.headers,
        text
      }))
  )

/** Sends a request, and keeps of a failure what is safe to keep. */
export const send = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<Outcome> =>
  Effect.catchAllCause(execute(client, request), (cause): Effect.Effect<Outcome> => {
    if (Cause.isInterruptedOnly(cause)) return Effect.interrupt
    const failure = Cause.failureOption(cause)
    return Effect.succeed(
      failure._tag === "Some"
        ? { _tag: "Unreached", code: classify.platformCode(failure.value) }
        : { _tag: "Broken", cause: Cause.flatMap(cause, () => Cause.empty) }
    )
  })

const toRequest = (
  url: string,
  init: {
    readonly method?: string | undefined
    readonly headers: Record<string, string>
    readonly body?: URLSearchParams | undefined
  }
): HttpClientRequest.HttpClientRequest => {
  const request = HttpClientRequest.setHeaders(
    HttpClientRequest.make(init.body === undefined ? "GET" : "POST")(url),
    init.headers
  )
  return init.body === undefined
    ? request
    : HttpClientRequest.bodyText(request, init.body.toString(), "application/x-www-form-urlencoded;charset=UTF-8")
}

/** The answer as `oauth4webapi` wants it: without the headers that would make it look away from the body. */
const toWeb = (answer: Answer): Response =>
  new Response(
    answer.text === "" || answer.status === 204 || answer.status === 205 || answer.status === 304 ? null : answer.text,
    {
      status: answer.status >= 200 && answer.status < 600 ? answer.status : 502,
      headers: { "content-type": answer.headers["content-type"] ?? "application/json" }
    }
  )

/** What one exchange with an authority is about. */
export interface Subject extends classify.Subject {
  /** What is sent and must never come back in an error. */
  readonly secrets: ReadonlyArray<string>
}

/** A request for tokens. */
export interface Grant {
  readonly credential: string
  readonly tenantId: string
  readonly clientId: string
  readonly grantType: string
  readonly parameters: Readonly<Record<string, string>>
  readonly authentication: ClientAuthentication.ClientAuthentication
  /** Those among the parameters that must never come back in an error. */
  readonly secrets?: ReadonlyArray<Redacted.Redacted<string>> | undefined
}

/** What a token endpoint gave. */
export interface Tokens {
  readonly accessToken: AccessToken.AccessToken
  readonly refreshToken: Redacted.Redacted<string> | undefined
  /** As it came: nothing of it was verified. */
  readonly idToken: Redacted.Redacted<string> | undefined
}

/** The addresses of an authority for a tenant. */
export interface Endpoints {
  readonly token: string
  readonly deviceAuthorization: string
  readonly authorization: string
}

/** Where every authority of Microsoft's clouds has them: these need no discovery. */
export const entraEndpoints = (authority: string, tenantId: string): Endpoints => {
  const base = `${authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0`
  return { token: `${base}/token`, deviceAuthorization: `${base}/devicecode`, authorization: `${base}/authorize` }
}

const readTokens = (
  grant: Subject,
  body: oauth.TokenEndpointResponse,
  idToken: unknown,
  startedAt: number
): Effect.Effect<Tokens, AuthError.AuthError> => {
  const expiresIn = times.lifetime(body.expires_in)
  if (!/^[\x21-\x7e]+$/.test(body.access_token)) return malformed(grant, "its access_token is not one", 200)
  if (expiresIn === undefined) return malformed(grant, "expires_in is missing or no positive number", 200)
  const refreshIn = times.lifetime(body["refresh_in"])
  return Effect.succeed({
    accessToken: AccessToken.make({
      token: body.access_token,
      // Counted from before the request, so that time on the way never makes a token look younger than it is.
      expiresAt: DateTime.unsafeMake(startedAt + expiresIn * 1000),
      refreshAt: refreshIn !== undefined && refreshIn < expiresIn
        ? DateTime.unsafeMake(startedAt + refreshIn * 1000)
        : undefined,
      // An alias names nobody's tenant; the token may tell whose it is.
      tenantId: grant.tenantId === undefined || tenant.isAlias(grant.tenantId)
        ? jwt.peek(body.access_token).tenantId
        : grant.tenantId
    }),
    refreshToken: body.refresh_token === undefined ? undefined : Redacted.make(body.refresh_token),
    idToken: typeof idToken === "string" ? Redacted.make(idToken) : undefined
  })
}

export const malformed = (
  grant: classify.Subject,
  reason: string,
  status: number,
  diagnostics: Partial<AuthError.Diagnostics> = {}
) =>
  Effect.fail(
    new AuthError.MalformedTokenResponse({
      credential: grant.credential,
      authority: grant.authority,
      reason,
      diagnostics: { ...AuthError.noDiagnostics, ...diagnostics, status }
    })
  )

/** The error for an answer that is not what was asked for. */
export const readAnswer = (
  grant: Subject,
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

/** How `oauth4webapi` reaches the authority. */
export interface Bridge {
  readonly signal: AbortSignal
  readonly [oauth.customFetch]: (
    url: string,
    init: {
      readonly headers: Record<string, string>
      readonly body?: URLSearchParams | undefined
      readonly signal?: AbortSignal | undefined
    }
  ) => Promise<Response>
  readonly [oauth.allowInsecureRequests]: boolean
}

/**
 * One exchange by a function of `oauth4webapi`. What that throws holds the request or the answer, so the error is made of
 * the answer itself.
 */
export const exchange = <A>(
  wire: Wire,
  subject: Subject,
  url: string,
  run: (bridge: Bridge) => Promise<A>
): Effect.Effect<A, AuthError.AuthError> =>
  Effect.gen(function*() {
    const runtime = yield* Effect.runtime<never>()
    let outcome: Outcome | undefined

    // The run belongs to this fiber's context (spans, services), and ends with the signal, that is with this fiber.
    const fetch: Bridge[typeof oauth.customFetch] = async (url, init) => {
      outcome = await Runtime.runPromise(
        runtime,
        send(wire.client, toRequest(url, init)),
        init.signal === undefined ? {} : { signal: init.signal }
      )
      if (outcome._tag === "Answer") return toWeb(outcome)
      throw new Error(outcome._tag)
    }

    return yield* Effect.tryPromise({
      try: (signal) =>
        run({
          signal,
          [oauth.customFetch]: fetch,
          [oauth.allowInsecureRequests]: isLoopbackHttp(new URL(url))
        }),
      // `outcome` has what is needed.
      catch: () => undefined
    }).pipe(
      Effect.catchAll((): Effect.Effect<never, AuthError.AuthError> => {
        switch (outcome?._tag) {
          case "Answer": {
            const answer = outcome
            return Effect.flatMap(Clock.currentTimeMillis, (now) => readAnswer(subject, wire.policy, answer, now))
          }
          case "Broken":
            return Effect.failCause(outcome.cause)
          default:
            return Effect.fail(unreached(subject, outcome?.code))
        }
      })
    )
  })

/** The error for an endpoint that did not answer. */
export const unreached = (subject: classify.Subject, code: string | undefined) =>
  new AuthError.AuthorityUnavailable({
    credential: subject.credential,
    authority: subject.authority,
    reason: "Network",
    code,
    diagnostics: AuthError.noDiagnostics
  })

/**
 * Does something again after a passing fault. A `Retry-After` is obeyed to the letter, or, where it goes beyond the time
 * that there is, reported at once.
 */
export const retrying = <A>(
  policy: TokenPolicy.Policy,
  attempt: Effect.Effect<A, AuthError.AuthError>
): Effect.Effect<A, AuthError.AuthError> =>
  Effect.flatMap(Clock.currentTimeMillis, (startedAt) => {
    const deadline = startedAt + Duration.toMillis(policy.timeout)
    return Effect.retry(attempt, {
      schedule: Schedule.exponential(policy.backoff).pipe(
        Schedule.jittered,
        Schedule.passthrough<Duration.Duration, AuthError.AuthError, never>,
        Schedule.modifyDelay((error, delay) => classify.statedWait(error) ?? delay),
        Schedule.intersect(Schedule.recurs(policy.retries))
      ),
      while: (error) =>
        AuthError.isTransient(error)
          ? Effect.map(
            Clock.currentTimeMillis,
            (now) => now + Duration.toMillis(classify.statedWait(error) ?? Duration.zero) < deadline
          )
          : Effect.succeed(false)
    })
  })

/**
 * An address that discovery may name: of the authority itself, so that nothing secret goes anywhere else. The beginning is
 * compared, since an origin says nothing of a user name before it, or of `blob:`.
 */
const ownEndpoint = (authority: string, value: unknown): string | undefined =>
  typeof value === "string" && URL.canParse(value) && new URL(value).href.startsWith(`${authority}/`)
    ? value
    : undefined

const discover = (wire: Wire, subject: classify.Subject): Effect.Effect<Endpoints, AuthError.AuthError> =>
  Effect.gen(function*() {
    const tenantId = subject.tenantId ?? ""
    const { authority } = wire.cloud
    const fallback = entraEndpoints(authority, tenantId)
    const outcome = yield* send(
      wire.client,
      HttpClientRequest.get(
        `${authority}/${encodeURIComponent(tenantId)}/v2.0/.well-known/openid-configuration`,
        { headers: { accept: "application/json" } }
      )
    )
    if (outcome._tag === "Broken") return yield* Effect.failCause(outcome.cause)
    if (outcome._tag === "Unreached") return yield* unreached(subject, outcome.code)
    // One that has no such document has its endpoints where Entra has them.
    if (outcome.status >= 400 && outcome.status < 500 && outcome.status !== 408 && outcome.status !== 429) {
      return fallback
    }
    const document = outcome.status === 200 ? json.parseObject(outcome.text) : undefined
    if (document === undefined) {
      const now = yield* Clock.currentTimeMillis
      return yield* readAnswer({ ...subject, secrets: [] }, wire.policy, outcome, now)
    }
    const endpoint = (name: string, fallback: string) =>
      document[name] === undefined ? Option.some(fallback) : Option.fromNullable(ownEndpoint(authority, document[name]))
    const found = Option.all({
      token: endpoint("token_endpoint", fallback.token),
      deviceAuthorization: endpoint("device_authorization_endpoint", fallback.deviceAuthorization),
      authorization: endpoint("authorization_endpoint", fallback.authorization)
    })
    return yield* Option.match(found, {
      onNone: () => malformed(subject, "its discovery document names an endpoint at another address", 200),
      onSome: Effect.succeed
    })
  })

/** The addresses of the authority for a tenant: known for Microsoft's clouds, discovered once for a custom one. */
export const endpoints = (
  wire: Wire,
  about: { readonly credential: string; readonly tenantId: string; readonly clientId: string | undefined }
): Effect.Effect<Endpoints, AuthError.AuthError> => {
  const { cloud, discovered } = wire
  const { tenantId } = about
  if (cloud.name !== "custom") return Effect.succeed(entraEndpoints(cloud.authority, tenantId))
  const discovery = Effect.tap(discover(wire, { ...about, authority: cloud.authority }), (found) =>
    Effect.sync(() => {
      // Tenants come from requests: a map of them must not grow without end.
      if (discovered.size >= wire.policy.capacity) discovered.clear()
      discovered.set(tenantId, found)
    }))
  return Effect.suspend(() => {
    const known = discovered.get(tenantId)
    return known !== undefined ? Effect.succeed(known) : wire.discoveries.join(tenantId, discovery)
  })
}

/**
 * Takes an id token out. Nobody's identity is built on it here, and `oauth4webapi` would check it by the machine's clock
 * and against an issuer that an alias or a domain of a tenant does not tell.
 */
const withoutIdToken = async (response: Response): Promise<[Response, unknown]> => {
  const body = response.status === 200 ? json.parseObject(await response.clone().text()) : undefined
  if (body?.["id_token"] === undefined) return [response, undefined]
  const { id_token: idToken, ...rest } = body
  return [new Response(JSON.stringify(rest), response), idToken]
}

const attempt = (wire: Wire, grant: Grant): Effect.Effect<Tokens, AuthError.AuthError> =>
  Effect.gen(function*() {
    const { clientId, credential, tenantId } = grant
    const { cloud } = wire
    const { token: tokenEndpoint } = yield* endpoints(wire, grant)
    const proof = yield* grant.authentication.prove({ credential, cloud, tenantId, clientId, tokenEndpoint })
    const startedAt = yield* Clock.currentTimeMillis
    const subject: Subject = {
      credential,
      authority: cloud.authority,
      tenantId,
      clientId,
      secrets: [...proof.secrets, ...(grant.secrets ?? [])].map(Redacted.value)
    }
    const server: oauth.AuthorizationServer = {
      issuer: `${cloud.authority}/${tenantId}/v2.0`,
      token_endpoint: tokenEndpoint
    }
    const application: oauth.Client = { client_id: clientId }
    let idToken: unknown
    const body = yield* exchange(wire, subject, tokenEndpoint, async (bridge) => {
      const response = await oauth.genericTokenEndpointRequest(
        server,
        application,
        proof.method,
        grant.grantType,
        grant.parameters,
        bridge
      )
      const [rest, taken] = await withoutIdToken(response)
      idToken = taken
      return await oauth.processGenericTokenEndpointResponse(server, application, rest)
    })
    return yield* readTokens(subject, body, idToken, startedAt)
  })

/** Asks the token endpoint, and asks again after a passing fault. */
export const requestTokens = (wire: Wire, grant: Grant): Effect.Effect<Tokens, AuthError.AuthError> =>
  retrying(wire.policy, attempt(wire, grant))
