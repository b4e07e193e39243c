import { AuthError, type Credential, TokenProvider } from "@effect-msgraph/auth"
import * as ClientAssertion from "@effect-msgraph/auth/ClientAssertion"
import type * as ClientAuthentication from "@effect-msgraph/auth/ClientAuthentication"
import { NationalCloud } from "@effect-msgraph/domain"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import * as utils from "./utils.js"

const { clientId, makeAuthority, oauthError, otherTenant, tenantId, text, tokenResponse } = utils

const signed = (n: number): string =>
  `${btoa(`{"alg":"PS256","n":${n}}`).replace(/=+$/, "")}.${
    btoa(`{"sub":"workload-${n}"}`).replace(/=+$/, "")
  }.c2lnbmF0dXJl`

/** Gives `signed(1)`, `signed(2)`, and so on. */
const makeAssertions = () => {
  const asked: Array<ClientAuthentication.Audience> = []
  const get: ClientAssertion.GetAssertion = (audience) => Effect.sync(() => Redacted.make(signed(asked.push(audience))))
  return { asked, get }
}

const makeWith = (
  authority: { readonly client: HttpClient.HttpClient },
  assertion: ClientAssertion.GetAssertion,
  more: Partial<ClientAssertion.Options> = {}
) =>
  ClientAssertion.make({ tenantId, clientId, assertion, ...more }).pipe(
    Effect.provideService(HttpClient.HttpClient, authority.client)
  )

describe.sequential("ClientAssertion", () => {
  it.effect("sends the assertion, a new one for every request", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => tokenResponse())
      const { asked, get } = makeAssertions()
      const credential = yield* makeWith(authority, get)
      assert.lengthOf(asked, 0, "none is asked for before it is needed")
      assert.strictEqual(text(yield* credential.acquire({})), utils.jwt)
      yield* credential.acquire({})
      assert.deepStrictEqual(
        authority.requests.map(({ form }) => Object.fromEntries(form)),
        [1, 2].map((n) => ({
          client_id: clientId,
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          client_assertion: signed(n),
          grant_type: "client_credentials",
          scope: "https://graph.microsoft.com/.default"
        }))
      )
    }))

  it.effect("tells the effect for whom the assertion is", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => tokenResponse())
      const { asked, get } = makeAssertions()
      const credential = yield* makeWith(authority, get, {
        cloud: NationalCloud.usGov,
        additionallyAllowedTenants: [otherTenant]
      })
      yield* credential.acquire({ tenantId: otherTenant })
      assert.deepStrictEqual(asked, [{
        credential: "ClientAssertion",
        cloud: NationalCloud.usGov,
        tenantId: otherTenant,
        clientId,
        tokenEndpoint: `https://login.microsoftonline.us/${otherTenant}/oauth2/v2.0/token`
      }])
    }))

  it.effect("asks again when the request is repeated, since the assertion may have been the fault", () =>
    Effect.gen(function*() {
      const authority = makeAuthority((n) => n === 1 ? "refused" : tokenResponse())
      const { asked, get } = makeAssertions()
      const fiber = yield* Effect.fork(Effect.flatMap(makeWith(authority, get), (credential) => credential.acquire({})))
      yield* utils.runToEnd(fiber)
      assert.lengthOf(asked, 2)
      assert.strictEqual(authority.requests[1]?.form.get("client_assertion"), signed(2))
    }))

  it.effect("a failure of the effect is that of the request; nothing is sent", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => tokenResponse())
      const failure = new AuthError.CredentialUnavailable({
        credential: "Vault",
        reason: "the vault is sealed",
        diagnostics: AuthError.noDiagnostics
      })
      const credential = yield* makeWith(authority, () => Effect.fail(failure))
      const error = yield* Effect.flip(credential.acquire({}))
      assert.strictEqual(error.message, failure.message)
      assert.strictEqual(error.credential, "Vault")
      assert.lengthOf(authority.requests, 0)
    }))

  it.effect("what is no signed JWT is not sent", () =>
    Effect.forEach([
      "",
      " ",
      "opaque-token",
      "a.b",
      "a.b.c.d.e",
      `${signed(1)}\n`,
      "ey A.b.c",
      `a.${"b".repeat(70_000)}.c`
    ], (value) =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => tokenResponse())
        const credential = yield* makeWith(authority, () => Effect.succeed(Redacted.make(value)))
        const error = yield* Effect.flip(credential.acquire({}))
        assert.strictEqual(error._tag, "CredentialUnavailable")
        assert.include(error.message, "not a signed JWT")
        assert.lengthOf(authority.requests, 0)
      })))

  it.effect("a refusal says what to compare, and not the assertion", () =>
    Effect.gen(function*() {
      const authority = makeAuthority((_, request) =>
        oauthError({
          error: "invalid_client",
          error_description: `AADSTS700213: no match for ${request.form.get("client_assertion")}`,
          error_codes: [700213]
        }, { status: 401 })
      )
      const recorder = utils.recordSpans()
      const credential = yield* makeWith(authority, makeAssertions().get)
      const error = yield* credential.acquire({}).pipe(Effect.withTracer(recorder.tracer), Effect.flip)
      assert.strictEqual(error._tag, "InvalidClient")
      assert.include(error.message, "subject")
      utils.assertClean([...utils.representations(error), ...utils.representations(credential), recorder.text()], [
        signed(1)
      ])
    }))

  it.effect("wrong options are refused when it is built", () =>
    Effect.forEach(
      [{ tenantId: "organizations" }, { clientId: " x" }, { additionallyAllowedTenants: ["?"] }],
      (more) =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(makeWith(makeAuthority(() => tokenResponse()), makeAssertions().get, more))
          assert.strictEqual(error.credential, "ClientAssertion")
          assert.strictEqual(error.option, Object.keys(more)[0])
        })
    ))

  it.effect("takes tenant and application from the configuration", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => tokenResponse())
      const { get } = makeAssertions()
      const variables = new Map([["AZURE_TENANT_ID", tenantId], ["AZURE_CLIENT_ID", clientId], [
        "MSGRAPH_CLOUD",
        "china"
      ]])
      const tokens = TokenProvider.layer.pipe(
        Layer.provide(ClientAssertion.layerConfig(get)),
        Layer.provide(authority.layer),
        Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(variables)))
      )
      yield* Effect.flatMap(TokenProvider.TokenProvider, (provider) => provider.get()).pipe(Effect.provide(tokens))
      const [request] = authority.requests
      assert.strictEqual(request?.url, `https://login.partner.microsoftonline.cn/${tenantId}/oauth2/v2.0/token`)
      assert.strictEqual(request?.form.get("client_id"), clientId)
    }))

  it.effect("a request that cannot be served asks for no assertion", () =>
    Effect.gen(function*() {
      const { asked, get } = makeAssertions()
      const credential: Credential.Service = yield* makeWith(makeAuthority(() => tokenResponse()), get)
      const error = yield* Effect.flip(credential.acquire({ tenantId: otherTenant }))
      assert.strictEqual(error._tag, "TenantNotAllowed")
      assert.lengthOf(asked, 0)
    }))
})
