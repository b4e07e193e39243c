import { NationalCloud } from "@effect-msgraph/domain"
import { GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Redacted, TestClock } from "effect"
import { getToken, requestToken, resultPath, send, tokenForm, tokenUrl } from "./support.js"

const secret = Redacted.value(Seed.demoReader.clientSecret)
const withoutClient = { client_id: undefined, client_secret: undefined }
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}`
})

describe("a token", () => {
  const ways: ReadonlyArray<readonly [what: string, form: string, headers: { readonly [name: string]: string }]> = [
    ["client_secret_post", tokenForm(), {}],
    ["client_secret_basic", tokenForm(Seed.demoReader, withoutClient), basic(Seed.demoReader.clientId, secret)],
    ["an id in capitals", tokenForm(Seed.demoReader, { client_id: Seed.demoReader.clientId.toUpperCase() }), {}]
  ]
  for (const [what, form, headers] of ways) {
    it.effect(`is given for ${what}`, () =>
      Effect.gen(function*() {
        const emulator = yield* GraphEmulator.make()
        const answer = yield* requestToken(emulator, form, { headers })
        strictEqual(answer.status, 200)
        const { access_token, ...rest } = answer.body
        deepStrictEqual(rest, { token_type: "Bearer", expires_in: 3599, ext_expires_in: 3599 })
        strictEqual(answer.headers["cache-control"], "no-store, no-cache")
        const result = yield* send(emulator, "GET", resultPath(Seed.demoResult), {
          authorization: `Bearer ${access_token}`
        })
        strictEqual(result.status, 200)
      }))
  }

  it.effect("is given by each name of the tenant, in each cloud", () =>
    Effect.gen(function*() {
      for (const cloud of Object.values(NationalCloud.clouds)) {
        const emulator = yield* GraphEmulator.make({ cloud })
        for (const tenant of [Seed.demoTenantId, Seed.demoTenantId.toUpperCase(), Seed.demoDomain]) {
          const url = tokenUrl(cloud.authority, tenant)
          const form = tokenForm(Seed.demoReader, { scope: cloud.scope })
          strictEqual((yield* requestToken(emulator, form, { url })).status, 200)
        }
      }
    }))

  it.effect("lives as long as it is told to", () =>
    Effect.gen(function*() {
      const emulator = yield* GraphEmulator.make({ tokenLifetime: "90 seconds" })
      strictEqual((yield* requestToken(emulator)).body.expires_in, 90)
      const token = yield* getToken(emulator)
      const status = Effect.map(
        send(emulator, "GET", resultPath(Seed.demoResult), { authorization: `Bearer ${token}` }),
        (answer) => answer.status
      )
      yield* TestClock.adjust("89 seconds")
      strictEqual(yield* status, 200)
      yield* TestClock.adjust("1 second")
      strictEqual(yield* status, 401)
    }))
})

describe("no token", () => {
  const reader = Seed.demoReader
  const cases: ReadonlyArray<
    readonly [
      what: string,
      request: {
        readonly form?: string
        readonly url?: string
        readonly headers?: { readonly [name: string]: string }
      },
      status: number,
      error: string,
      code: number
    ]
  > = [
    ["a wrong secret", { form: tokenForm(reader, { client_secret: `${secret}x` }) }, 401, "invalid_client", 7000215],
    ["an empty secret", { form: tokenForm(reader, { client_secret: "" }) }, 401, "invalid_client", 7000215],
    [
      "another application's secret",
      { form: tokenForm(reader, { client_secret: Redacted.value(Seed.demoAdmin.clientSecret) }) },
      401,
      "invalid_client",
      7000215
    ],
    [
      "a wrong secret in the header",
      { form: tokenForm(reader, withoutClient), headers: basic(reader.clientId, "x") },
      401,
      "invalid_client",
      7000215
    ],
    ["no secret", { form: tokenForm(reader, { client_secret: undefined }) }, 401, "invalid_client", 7000216],
    [
      "an unknown application",
      { form: tokenForm(reader, { client_id: "00000000-0000-0000-0000-000000000000" }) },
      400,
      "unauthorized_client",
      700016
    ],
    ["no application", { form: tokenForm(reader, withoutClient) }, 400, "invalid_request", 900144],
    ["an unknown tenant", { url: tokenUrl(undefined, "fabrikam.com") }, 400, "invalid_request", 90002],
    ["a tenant of no name", { url: tokenUrl(undefined, "%ff") }, 400, "invalid_request", 90002],
    ["no grant", { form: tokenForm(reader, { grant_type: undefined }) }, 400, "invalid_request", 900144],
    ["an empty body", { form: "" }, 400, "invalid_request", 900144],
    ["another grant", { form: tokenForm(reader, { grant_type: "password" }) }, 400, "unsupported_grant_type", 70003],
    [
      "a grant of Object",
      { form: tokenForm(reader, { grant_type: "constructor" }) },
      400,
      "unsupported_grant_type",
      70003
    ],
    ["no scope", { form: tokenForm(reader, { scope: undefined }) }, 400, "invalid_request", 900144],
    [
      "a delegated scope",
      { form: tokenForm(reader, { scope: "https://graph.microsoft.com/User.Read" }) },
      400,
      "invalid_scope",
      70011
    ],
    [
      "two scopes",
      {
        form: tokenForm(reader, { scope: "https://graph.microsoft.com/.default https://graph.microsoft.us/.default" })
      },
      400,
      "invalid_scope",
      70011
    ],
    [
      "another cloud's scope",
      { form: tokenForm(reader, { scope: "https://graph.microsoft.us/.default" }) },
      400,
      "invalid_resource",
      500011
    ]
  ]
  for (const [what, { form, ...options }, status, error, code] of cases) {
    it.effect(`for ${what}: ${error}, AADSTS${code}`, () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(1_661_383_681_647)
        const emulator = yield* GraphEmulator.make()
        const answer = yield* requestToken(emulator, form, options)
        strictEqual(answer.status, status)
        const { body, headers } = answer
        strictEqual(body.error, error)
        deepStrictEqual(body.error_codes, [code])
        assertTrue(body.error_description.startsWith(`AADSTS${code}: `))
        assertTrue(body.error_description.endsWith(
          `Trace ID: ${body.trace_id} Correlation ID: ${body.correlation_id} Timestamp: 2022-08-24 23:28:01Z`
        ))
        strictEqual(body.timestamp, "2022-08-24 23:28:01Z")
        strictEqual(body.trace_id, headers["x-ms-request-id"])
        strictEqual(body.correlation_id, headers["client-request-id"])
        // An error repeats no secret.
        assertTrue(!JSON.stringify(answer).includes(secret))
      }))
  }

  it.effect("for a GET: invalid_request, AADSTS900561", () =>
    Effect.gen(function*() {
      const emulator = yield* GraphEmulator.make()
      const answer = yield* send(emulator, "GET", tokenUrl())
      deepStrictEqual([answer.status, answer.body.error, answer.body.error_codes], [400, "invalid_request", [900561]])
    }))
})
