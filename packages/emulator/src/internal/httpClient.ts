import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Service } from "../GraphEmulator.js"

const bytes = (
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<Uint8Array, HttpClientError.RequestError> => {
  const body = request.body
  const unfit = (cause: unknown) => new HttpClientError.RequestError({ request, reason: "Encode", cause })
  switch (body._tag) {
    case "Empty":
      return Effect.succeed(new Uint8Array())
    case "Uint8Array":
      return Effect.succeed(body.body)
    case "Raw":
    case "FormData":
      return Effect.tryPromise({
        try: async () =>
          new Uint8Array(await new Response(body._tag === "Raw" ? body.body as BodyInit : body.formData).arrayBuffer()),
        catch: unfit
      })
    case "Stream":
      return Effect.map(Stream.runCollect(Stream.mapError(body.stream, unfit)), concat)
  }
}

const concat = (chunks: Chunk.Chunk<Uint8Array>): Uint8Array => {
  const all = Chunk.toReadonlyArray(chunks)
  const result = new Uint8Array(all.reduce((length, chunk) => length + chunk.length, 0))
  let at = 0
  for (const chunk of all) {
    result.set(chunk, at)
    at += chunk.length
  }
  return result
}

/** Statuses whose answers have no body, so that a `Response` refuses one. */
const bodiless = new Set([101, 204, 205, 304])

/** An `HttpClient` that hands its requests to the emulator, as `fetch` hands them to the network. */
export const make = (handle: Service["handle"]): HttpClient.HttpClient =>
  HttpClient.make((request, url) =>
    Effect.gen(function*() {
      const body = yield* bytes(request)
      const contentType: { readonly [name: string]: string } = request.body.contentType === undefined
        ? {}
        : { "content-type": request.body.contentType }
      const answer = yield* Effect.mapError(
        handle({ method: request.method, url: url.href, headers: { ...contentType, ...request.headers }, body }),
        (failure) => new HttpClientError.RequestError({ request, reason: "Transport", description: failure.reason })
      )
      const empty = request.method === "HEAD" || bodiless.has(answer.status)
      return HttpClientResponse.fromWeb(
        request,
        new Response(empty ? null : answer.body, { status: answer.status, headers: answer.headers })
      )
    })
  )
