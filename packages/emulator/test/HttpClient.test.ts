import { NationalCloud } from "@effect-msgraph/domain"
import { Fault, GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { HttpBody, HttpClient, HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { assertInclude, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Layer, Redacted, Schema, Stream } from "effect"
import { resultPath, tokenForm, tokenUrl } from "./support.js"

const Answer = Schema.Struct({
  "@odata.context": Schema.optional(Schema.String),
  id: Schema.optional(Schema.String),
  error: Schema.optional(Schema.Struct({ code: Schema.String }))
})

/** A program that knows of no emulator. */
const program = (cloud: NationalCloud.NationalCloud) =>
  Effect.gen(function*() {
    const form = HttpClientRequest.post(`${cloud.authority}/${Seed.demoTenantId}/oauth2/v2.0/token`).pipe(
      HttpClientRequest.bodyUrlParams({
        grant_type: "client_credentials",
        client_id: Seed.demoReader.clientId,
        client_secret: Redacted.value(Seed.demoReader.clientSecret),
        scope: cloud.scope
      })
    )
    const { access_token } = yield* Effect.flatMap(
      HttpClient.execute(form),
      HttpClientResponse.schemaBodyJson(Schema.Struct({ access_token: Schema.String }))
    )
    const request = HttpClientRequest.get(`${cloud.graphRoot}${resultPath(Seed.demoResult)}`).pipe(
      HttpClientRequest.setUrlParam("$select", "id,subject"),
      HttpClientRequest.bearerToken(access_token)
    )
    return yield* Effect.flatMap(HttpClient.execute(request), HttpClientResponse.schemaBodyJson(Answer))
  })

describe("the HttpClient layer", () => {
  for (const cloud of [NationalCloud.global, NationalCloud.usGovDod]) {
    it.effect(`takes the network's place in cloud ${cloud.name}`, () =>
      Effect.gen(function*() {
        const body = yield* Effect.provide(program(cloud), GraphEmulator.layerInMemory({ cloud }))
        strictEqual(body.id, Seed.demoResult.userProcessingResultId)
        assertInclude(body["@odata.context"], `${cloud.graphRoot}/v1.0/$metadata#`)
      }))
  }

  it.effect("shares its emulator with the test", () =>
    Effect.gen(function*() {
      const emulator = yield* GraphEmulator.GraphEmulator
      yield* emulator.inject(Fault.throttled(9), { endpoint: "graph" })
      const body = yield* program(NationalCloud.global)
      strictEqual(body.error?.code, "TooManyRequests")
      strictEqual((yield* emulator.requestCounts).total, 2)
    }).pipe(Effect.provide(GraphEmulator.layerInMemory())))

  it.effect("can be put on an emulator that is there", () =>
    Effect.gen(function*() {
      const emulator = yield* GraphEmulator.make()
      const layer = Layer.provide(GraphEmulator.layerHttpClient, Layer.succeed(GraphEmulator.GraphEmulator, emulator))
      yield* Effect.provide(program(NationalCloud.global), layer)
      strictEqual((yield* emulator.requestCounts).total, 2)
    }))

  it.effect("reads bodies of every kind", () =>
    Effect.gen(function*() {
      const bytes = new TextEncoder().encode(tokenForm())
      const form = new FormData()
      form.set("grant_type", "client_credentials")
      const bodies = [
        HttpBody.text(tokenForm(), "application/x-www-form-urlencoded"),
        HttpBody.uint8Array(bytes),
        HttpBody.stream(Stream.make(bytes.slice(0, 7), bytes.slice(7)), "application/x-www-form-urlencoded"),
        HttpBody.raw(new URLSearchParams(tokenForm()))
      ]
      for (const body of bodies) {
        const response = yield* HttpClient.execute(HttpClientRequest.setBody(HttpClientRequest.post(tokenUrl()), body))
        strictEqual(response.status, 200)
      }
      const multipart = yield* HttpClient.post(tokenUrl(), { body: HttpBody.formData(form) })
      strictEqual(multipart.status, 400)
    }).pipe(Effect.provide(GraphEmulator.layerInMemory())))

  it.effect("fails as the network does where nothing answers", () =>
    Effect.gen(function*() {
      const elsewhere = yield* Effect.flip(HttpClient.get("https://example.com/v1.0/x"))
      deepStrictEqual([elsewhere._tag, elsewhere.reason], ["RequestError", "Transport"])
      assertInclude(elsewhere.message, "https://example.com")
      const emulator = yield* GraphEmulator.GraphEmulator
      yield* emulator.inject(Fault.connectionFailure)
      const broken = yield* Effect.flip(HttpClient.get("https://graph.microsoft.com/v1.0/x"))
      deepStrictEqual([broken._tag, broken.reason], ["RequestError", "Transport"])
    }).pipe(Effect.provide(GraphEmulator.layerInMemory())))

  it.effect("gives no body to HEAD", () =>
    Effect.gen(function*() {
      const response = yield* HttpClient.head("https://graph.microsoft.com/v1.0/x")
      deepStrictEqual([response.status, yield* response.text], [401, ""])
    }).pipe(Effect.provide(GraphEmulator.layerInMemory())))
})
