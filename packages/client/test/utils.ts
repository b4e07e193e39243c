import type { AuthError } from "@effect-msgraph/auth"
import { AccessToken, TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, LifecycleWorkflows } from "@effect-msgraph/client"
import { Ids, NationalCloud } from "@effect-msgraph/domain"
import { HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import type { HttpClientRequest } from "@effect/platform"
import { assertInstanceOf, deepStrictEqual } from "@effect/vitest/utils"
import { Clock, Context, DateTime, Effect, Layer, Random, Redacted, Tracer } from "effect"

/** A request as it would have gone out. */
export interface Sent {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly method: string
  /** The address as the client wrote it. */
  readonly url: string
  /** The address as the platform parsed it. */
  readonly href: string
  readonly headers: { readonly [name: string]: string | undefined }
  /** The clock's time. */
  readonly at: number
  readonly signal: AbortSignal
}

/** What the service does about a request: answers, fails, hangs. A `Response` can be read once, so it answers one request. */
export type Reply = Response | ((sent: Sent) => Effect.Effect<Response, HttpClientError.HttpClientError>)

/** An `HttpClient` that answers with one reply after another, or by a function. A list that runs dry is a defect. */
export const httpClient = (replies: ReadonlyArray<Reply> | ((sent: Sent, index: number) => Reply)) => {
  const sent: Array<Sent> = []
  const client = HttpClient.make((request, url, signal) =>
    Effect.gen(function*() {
      const at = yield* Clock.currentTimeMillis
      const one: Sent = {
        request,
        method: request.method,
        url: request.url,
        href: url.href,
        headers: request.headers,
        at,
        signal
      }
      const index = sent.push(one) - 1
      const reply = typeof replies === "function" ? replies(one, index) : replies[index]
      if (reply === undefined) return yield* Effect.dieMessage(`request ${index + 1} was not expected: ${request.url}`)
      return HttpClientResponse.fromWeb(request, reply instanceof Response ? reply : yield* reply(one))
    })
  )
  return { sent, client }
}

/** A provider of `token-1`, which becomes `token-2` when it is renewed, and so on. */
export const tokenProvider = (options?: {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId?: string | undefined
  readonly clientId?: string | undefined
  readonly name?: (generation: number) => string
  readonly renewError?: AuthError.AuthError | undefined
  /** What happens before a token is renewed. */
  readonly renewing?: Effect.Effect<void> | undefined
  /** What happens before the token of this call is there. */
  readonly before?: ((call: number) => Effect.Effect<void, AuthError.AuthError>) | undefined
}) => {
  const calls = { gets: 0, renewals: [] as Array<string> }
  let generation = 1
  const token = () =>
    AccessToken.make({
      token: (options?.name ?? ((n) => `token-${n}`))(generation),
      expiresAt: DateTime.unsafeMake(86_400_000)
    })
  const service: TokenProvider.Service = {
    cloud: options?.cloud ?? NationalCloud.global,
    tenantId: options?.tenantId,
    clientId: options?.clientId,
    get: () =>
      Effect.suspend(() => {
        calls.gets++
        return Effect.map(options?.before?.(calls.gets) ?? Effect.void, token)
      }),
    renew: (_, rejected) =>
      Effect.suspend(() => {
        calls.renewals.push(Redacted.value(rejected.token))
        if (options?.renewError !== undefined) return Effect.fail(options.renewError)
        if (AccessToken.sameToken(rejected, token())) generation++
        return Effect.zipRight(options?.renewing ?? Effect.void, Effect.sync(token))
      })
  }
  return { calls, service }
}

/** The services on these replies, what was sent, and what was asked of the token provider. */
export const connect = (
  replies: Parameters<typeof httpClient>[0],
  options?: Parameters<typeof tokenProvider>[0] & { readonly layer?: Layer.Layer<never> }
) => {
  const { client, sent } = httpClient(replies)
  const { calls, service } = tokenProvider(options)
  const layer = LifecycleWorkflows.layer.pipe(
    Layer.provideMerge(GraphClient.layer),
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client)),
    Layer.provide(Layer.succeed(TokenProvider.TokenProvider, service)),
    Layer.provide(options?.layer ?? Layer.empty)
  )
  return Effect.map(
    Effect.provide(Effect.context<LifecycleWorkflows.LifecycleWorkflows | GraphClient.GraphClient>(), layer),
    (context) => ({
      graph: Context.get(context, GraphClient.GraphClient),
      lcw: Context.get(context, LifecycleWorkflows.LifecycleWorkflows),
      sent,
      tokens: calls
    })
  )
}

// Replies

export const json = (body: unknown, headers: Record<string, string> = {}, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } })

export const html = (
  status: number,
  body = "<html><body>Bad Gateway</body></html>",
  headers: Record<string, string> = {}
) => new Response(body, { status, headers: { "content-type": "text/html; charset=utf-8", ...headers } })

export const empty = (status: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status, headers })

export const refusal = (
  status: number,
  code = "someCode",
  headers: Record<string, string> = {},
  message = "Something is wrong."
): Response => json({ error: { code, message } }, headers, status)

/** A network failure as `fetch` reports it: the system's error two causes down. */
export const broken =
  (code: string | undefined) => ({ request }: Sent): Effect.Effect<never, HttpClientError.HttpClientError> =>
    Effect.fail(
      new HttpClientError.RequestError({
        request,
        reason: "Transport",
        cause: new TypeError("fetch failed", {
          cause: Object.assign(new Error(`connect ${code} 10.0.0.7:443`), code === undefined ? {} : { code })
        })
      })
    )

/** A `Response` whose body breaks off, as a reset connection does. */
export const breaksOff = (code = "UND_ERR_SOCKET"): Response =>
  new Response(
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("{\"id\":")),
      pull: (controller) =>
        controller.error(
          new TypeError("terminated", { cause: Object.assign(new Error("other side closed"), { code }) })
        )
    }),
    { status: 200, headers: { "content-type": "application/json" } }
  )

export const hangs = (): Effect.Effect<never> => Effect.never

// Spans

/** A tracer that keeps the spans that it starts. */
export const recorder = Effect.map(Effect.tracer, (native) => {
  const spans: Array<Tracer.Span> = []
  const tracer = Tracer.make({
    span: (...options) => {
      const span = native.span(...options)
      spans.push(span)
      return span
    },
    context: native.context
  })
  return { spans, tracer }
})

// Time and chance

/** Makes every back-off this share of its bound. */
export const withDraw = (draw: number) =>
  Effect.withRandom(
    Object.create(Random.make("ids"), { next: { get: () => Effect.succeed(draw) } }) as Random.Random
  )

export const times = (sent: ReadonlyArray<Sent>): ReadonlyArray<number> => sent.map(({ at }) => at)

// Errors

/** Holds an error against another. A span wraps what fails in it, so it is never the same object. */
export const assertError = <E extends object>(actual: unknown, expected: E): void => {
  assertInstanceOf(actual, expected.constructor as new(...args: Array<any>) => E)
  deepStrictEqual({ ...actual }, { ...expected })
}

// Ids and bodies, as Microsoft's pages print them

export const workflowId = Ids.WorkflowId.make("14879e66-9ea9-48d0-804d-8fea672d0341")
export const runId = Ids.RunId.make("dad77a47-6eda-4de7-bc37-fe8eb5aaf17d")
export const userProcessingResultId = Ids.UserProcessingResultId.make("78b83505-6967-4168-a7ea-4921c0543ce9")

export const runs = "https://graph.microsoft.com/v1.0/identityGovernance/lifecycleWorkflows/workflows/" +
  "14879e66-9ea9-48d0-804d-8fea672d0341/runs"

export const run = {
  "id": "dad77a47-6eda-4de7-bc37-fe8eb5aaf17d",
  "completedDateTime": "2022-08-24T23:28:11.1348863Z",
  "failedTasksCount": 0,
  "failedUsersCount": 0,
  "lastUpdatedDateTime": "2022-08-24T23:33:09.186588Z",
  "processingStatus": "completed",
  "scheduledDateTime": "2022-08-24T23:28:01.6476554Z",
  "startedDateTime": "2022-08-24T23:28:04.5688752Z",
  "successfulUsersCount": 2,
  "totalTasksCount": 4,
  "totalUsersCount": 2,
  "totalUnprocessedTasksCount": 0,
  "workflowExecutionType": "onDemand"
}

export const result = {
  "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#userProcessingResults/$entity",
  "id": "78b83505-6967-4168-a7ea-4921c0543ce9",
  "completedDateTime": "2022-08-24T23:28:11.1348863Z",
  "failedTasksCount": 0,
  "processingStatus": "completed",
  "scheduledDateTime": "2022-08-24T23:28:01.6476554Z",
  "startedDateTime": "2022-08-24T23:28:04.490313Z",
  "totalTasksCount": 2,
  "totalUnprocessedTasksCount": 0,
  "workflowExecutionType": "onDemand",
  "workflowVersion": 1,
  "subject": { "id": "ea09ac2e-77e3-4134-85f2-25ccf3c33387" }
}

export const small = { id: "dad77a47-6eda-4de7-bc37-fe8eb5aaf17d" }

export const ok = (): Response => json(small)
