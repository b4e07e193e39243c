/**
 * What `--verbose` tells of requests: the address, how it ended, how long it took, and the id that Microsoft's support asks for. Headers
 * and bodies are not in it, for they hold tokens and secrets. That the service asks to wait is told in any case.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * The `HttpClient`, which logs at level debug.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer: Layer.Layer<HttpClient.HttpClient, never, HttpClient.HttpClient> = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(
    HttpClient.HttpClient,
    HttpClient.transform((effect, request) =>
      Effect.gen(function*() {
        const start = yield* Clock.currentTimeMillis
        const log = (outcome: string) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.logDebug(`${request.method} ${request.url} ${outcome} in ${now - start} ms`))
        return yield* Effect.tapBoth(effect, {
          onFailure: (error) =>
            log(error.reason),
          onSuccess: ({ headers, status }) => {
            const id = headers["request-id"] ?? headers["x-ms-request-id"]
            const logged = log(`${status}${id === undefined ? "" : ` (request-id ${id})`}`)
            const wait = headers["retry-after"]
            return wait === undefined
              ? logged
              : Effect.zipRight(
                logged,
                Effect.logWarning(`${new URL(request.url).host} asks to wait (${status}, retry-after ${wait})`)
              )
          }
        })
      })
    )
  )
)
