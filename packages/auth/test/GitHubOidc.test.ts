import { TokenPolicy, TokenProvider } from "@effect-msgraph/auth"
import * as GitHubOidc from "@effect-msgraph/auth/GitHubOidc"
import { NationalCloud } from "@effect-msgraph/domain"
import { FetchHttpClient, HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Clock, ConfigProvider, Effect, Fiber, Layer, Redacted } from "effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as utils from "./utils.js"

const { clientId, makeAuthority, oauthError, tenantId, text, tokenResponse } = utils

const requestUrl = "https://run-actions-1-azure-eastus.actions.githubusercontent.com/41//idtoken/a%2Fb?api-version=2.0"
const requestToken = "eyJ0eXAiOiJKV1QifQ.cmVxdWVzdC10b2tlbi1vZi10aGUtam9i.c2lnbmF0dXJlLW9mLXRoZS1qb2I"
const idToken = (n: number) =>
  `eyJhbGciOiJSUzI1NiJ9.${btoa(`{"n":${n},"sub":"repo:contoso/hr:ref:refs/heads/main"}`).replace(/=+$/, "")}.c2ln`

const options: GitHubOidc.Options = { tenantId, clientId, requestUrl, requestToken: Redacted.make(requestToken) }

interface Asked {
  readonly url: string
  readonly method: string
  readonly headers: Record<string, string | undefined>
  readonly at: number
}

/** GitHub on one host, the authority on all others. */
const makeJob = (
  reply: (n: number) => utils.Reply = (n) => Response.json({ count: 1, value: idToken(n) }),
  authority = makeAuthority(() => tokenResponse())
) => {
  const asked: Array<Asked> = []
  const client = HttpClient.make((request, url) =>
    Effect.gen(function*() {
      if (!url.host.endsWith("githubusercontent.com")) return yield* authority.client.execute(request)
      const { headers, method } = request
      const answer = reply(asked.push({ url: url.href, method, headers, at: yield* Clock.currentTimeMillis }))
      if (answer === "refused") {
        const cause = new TypeError("fetch failed", {
          cause: Object.assign(new Error(`connect with ${requestToken}`), { code: "ECONNRESET" })
        })
        return yield* new HttpClientError.RequestError({ request, reason: "Transport", cause })
      }
      return HttpClientResponse.fromWeb(request, answer instanceof Response ? answer : yield* answer)
    })
  )
  return { asked, client, authority }
}

const makeWith = (
  job: { readonly client: HttpClient.HttpClient },
  more: Partial<GitHubOidc.Options> = {}
) => GitHubOidc.make({ ...options, ...more }).pipe(Effect.provideService(HttpClient.HttpClient, job.client))

const acquire = (job: { readonly client: HttpClient.HttpClient }, more: Partial<GitHubOidc.Options> = {}) =>
  Effect.flatMap(Effect.orDie(makeWith(job, more)), (credential) => credential.acquire({}))

const once = Effect.provide(TokenPolicy.layer({ retries: 0 }))

describe.sequential("GitHubOidc", () => {
  describe("on the wire", () => {
    it.effect("asks GitHub for a token, and the authority with it", () =>
      Effect.gen(function*() {
        const job = makeJob()
        assert.strictEqual(text(yield* acquire(job)), utils.jwt)
        assert.strictEqual(job.asked[0]?.url, `${requestUrl}&audience=api%3A%2F%2FAzureADTokenExchange`)
        assert.strictEqual(job.asked[0]?.method, "GET")
        assert.strictEqual(job.asked[0]?.headers["authorization"], `Bearer ${requestToken}`)
        assert.strictEqual(job.asked[0]?.headers["accept"], "application/json")
        assert.isUndefined(job.asked[0]?.headers["traceparent"])
        const [request] = job.authority.requests
        assert.isUndefined(request?.headers["authorization"])
        assert.deepStrictEqual(Object.fromEntries(request!.form), {
          client_id: clientId,
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          client_assertion: idToken(1),
          grant_type: "client_credentials",
          scope: "https://graph.microsoft.com/.default"
        })
      }))

    it.effect("the audience is that of the cloud, or the one that is given", () =>
      Effect.gen(function*() {
        const audience = (more: Partial<GitHubOidc.Options>) =>
          Effect.gen(function*() {
            const job = makeJob()
            yield* acquire(job, more)
            return new URL(job.asked[0]!.url).searchParams.get("audience")
          })
        const { clouds } = NationalCloud
        const usGov = "api://AzureADTokenExchangeUSGov"
        assert.strictEqual(yield* audience({ cloud: clouds.usgov }), usGov)
        assert.strictEqual(yield* audience({ cloud: clouds.dod }), usGov)
        assert.strictEqual(yield* audience({ cloud: clouds.china }), "api://AzureADTokenExchangeChina")
        for (const cloud of [clouds.global, clouds.bleu, clouds.delos, clouds.govsg]) {
          assert.strictEqual(yield* audience({ cloud }), "api://AzureADTokenExchange")
        }
        assert.strictEqual(yield* audience({ cloud: clouds.usgov, audience: "my own & more" }), "my own & more")
      }))

    it.effect("an address without a query gets one", () =>
      Effect.gen(function*() {
        const job = makeJob()
        yield* acquire(job, { requestUrl: "https://ghe.githubusercontent.com/token", audience: "a" })
        assert.strictEqual(job.asked[0]?.url, "https://ghe.githubusercontent.com/token?audience=a")
      }))

    it.effect("asks for a new token for every request", () =>
      Effect.gen(function*() {
        const job = makeJob()
        const credential = yield* makeWith(job)
        yield* credential.acquire({})
        yield* credential.acquire({})
        assert.deepStrictEqual(job.authority.requests.map(({ form }) => form.get("client_assertion")), [
          idToken(1),
          idToken(2)
        ])
      }))

    it.scoped("over a real socket, without following a redirect", () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => tokenResponse())
        const seen: Array<string> = []
        const server = createServer((request, response) => {
          seen.push(`${request.method} ${request.url} ${request.headers.authorization}`)
          if (seen.length === 1) response.end(JSON.stringify({ value: idToken(1) }))
          else response.writeHead(302, { location: "/elsewhere" }).end()
        })
        yield* Effect.acquireRelease(
          Effect.async<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
          () => Effect.sync(() => server.close())
        )
        const { port } = server.address() as AddressInfo
        const client = yield* Effect.provide(HttpClient.HttpClient, FetchHttpClient.layer)
        const both = HttpClient.make((request, url) =>
          url.hostname === "127.0.0.1" ? client.execute(request) : authority.client.execute(request)
        )
        const credential = yield* makeWith({ client: both }, { requestUrl: `http://127.0.0.1:${port}/idtoken?v=1` })
        yield* credential.acquire({})
        assert.strictEqual(authority.requests[0]?.form.get("client_assertion"), idToken(1))
        const error = yield* Effect.flip(credential.acquire({}))
        assert.strictEqual(error._tag, "MalformedTokenResponse")
        assert.include(error.message, "redirects are refused")
        assert.deepStrictEqual(
          seen,
          Array.from({ length: 2 }, () =>
            `GET /idtoken?v=1&audience=api%3A%2F%2FAzureADTokenExchange Bearer ${requestToken}`)
        )
      }))
  })

  describe("when GitHub does not answer", () => {
    it.effect("a passing fault is retried by the policy, and not more", () =>
      Effect.gen(function*() {
        for (const fault of [503, 500, 408, "refused"] as const) {
          const job = makeJob((n) =>
            n > 2
              ? Response.json({ value: idToken(n) })
              : fault === "refused"
              ? fault
              : new Response("busy", { status: fault })
          )
          yield* utils.runToEnd(yield* Effect.fork(acquire(job)))
          assert.lengthOf(job.asked, 3)
          assert.lengthOf(job.authority.requests, 1)
        }
        const job = makeJob(() => new Response(null, { status: 502 }))
        const error = yield* Effect.flip(utils.runToEnd(yield* Effect.fork(acquire(job))))
        assert.strictEqual(error._tag, "AuthorityUnavailable")
        assert.include(error.message, new URL(requestUrl).origin)
        assert.lengthOf(job.asked, 4, "one request and three retries")
        assert.lengthOf(job.authority.requests, 0)
      }))

    it.effect("a Retry-After is obeyed to the letter", () =>
      Effect.gen(function*() {
        const job = makeJob((n) =>
          n === 1
            ? new Response(null, { status: 429, headers: { "retry-after": "7" } })
            : Response.json({ value: idToken(n) })
        )
        yield* utils.runToEnd(yield* Effect.fork(acquire(job)))
        assert.deepStrictEqual(job.asked.map(({ at }) => at), [0, 7_000])
      }))

    it.scoped("the time-out of the policy counts for it too", () =>
      Effect.gen(function*() {
        const job = makeJob(() => Effect.never)
        const tokens = yield* TokenProvider.make(yield* makeWith(job))
        const fiber = yield* Effect.fork(Effect.flip(tokens.get()))
        yield* utils.until(() => job.asked.length === 1)
        const error = yield* utils.runToEnd(fiber)
        assert.strictEqual(error._tag, "AuthorityUnavailable")
        assert.strictEqual(yield* Clock.currentTimeMillis, 30_000)
      }))

    it.effect("it can be interrupted", () =>
      Effect.gen(function*() {
        let interrupted = false
        const job = makeJob(() => Effect.onInterrupt(Effect.never, () => Effect.sync(() => (interrupted = true))))
        const fiber = yield* Effect.fork(acquire(job))
        yield* utils.until(() => job.asked.length === 1)
        yield* Fiber.interrupt(fiber)
        assert.isTrue(interrupted)
      }))

    it.effect("a refusal says which permission to add, and lets a chain go on", () =>
      Effect.forEach([400, 401, 403, 404], (status) =>
        Effect.gen(function*() {
          const job = makeJob(() => Response.json({ message: `bad ${requestToken}` }, { status }))
          const error = yield* Effect.flip(acquire(job))
          assert.strictEqual(error._tag, "CredentialUnavailable")
          assert.include(error.message, "permissions: id-token: write")
          assert.strictEqual(error.diagnostics.status, status)
          assert.lengthOf(job.asked, 1)
          utils.assertClean(utils.representations(error), [requestToken])
        })))

    it.effect("an answer without a token is none", () =>
      Effect.forEach(
        ["", "<html>", "[]", "null", "{}", "{\"value\":null}", "{\"value\":\"\"}", "{\"value\":\"opaque\"}"],
        (body) =>
          Effect.gen(function*() {
            const job = makeJob(() => new Response(body))
            const error = yield* Effect.flip(acquire(job))
            assert.strictEqual(error._tag, "MalformedTokenResponse")
            assert.include(error.message, "it sent no token")
            assert.lengthOf(job.authority.requests, 0)
          })
      ))
  })

  describe("options", () => {
    it.effect("what is not set is named, with what to do, and a chain goes on", () =>
      Effect.gen(function*() {
        const said = (more: Partial<GitHubOidc.Options>) =>
          Effect.gen(function*() {
            const job = makeJob()
            const error = yield* Effect.flip(acquire(job, more))
            assert.strictEqual(error._tag, "CredentialUnavailable")
            assert.lengthOf(job.asked, 0)
            assert.lengthOf(job.authority.requests, 0)
            return error.message
          })
        assert.strictEqual(
          yield* said({ requestUrl: undefined, requestToken: undefined }),
          "The credential GitHubOidc gave no token: requestUrl (ACTIONS_ID_TOKEN_REQUEST_URL), requestToken " +
            "(ACTIONS_ID_TOKEN_REQUEST_TOKEN) are not set: in GitHub Actions, add \"permissions: id-token: write\" to the job."
        )
        assert.include(yield* said({ requestToken: undefined }), "ACTIONS_ID_TOKEN_REQUEST_TOKEN) is not set")
        assert.include(yield* said({ tenantId: undefined }), "tenantId (AZURE_TENANT_ID) is not set")
        assert.include(yield* said({ clientId: undefined }), "clientId (AZURE_CLIENT_ID) is not set")
      }))

    it.effect("what is set must be right", () =>
      Effect.gen(function*() {
        const cases: ReadonlyArray<readonly [Partial<GitHubOidc.Options>, string, RegExp]> = [
          [{ requestUrl: "idtoken" }, "requestUrl", /not a URL/],
          [{ requestUrl: "http://actions.githubusercontent.com/" }, "requestUrl", /not https/],
          [{ requestUrl: "file:///etc/passwd" }, "requestUrl", /not https/],
          [{ requestUrl: "https://user:pass@actions.example/" }, "requestUrl", /user name or a password/],
          [{ requestUrl: "https://actions.example/#a" }, "requestUrl", /fragment/],
          [{ requestToken: Redacted.make("") }, "requestToken", /empty/],
          [{ requestToken: Redacted.make(`${requestToken}\r\nx: y`) }, "requestToken", /white space/],
          [{ requestToken: Redacted.make(`Bearer ${requestToken}`) }, "requestToken", /Bearer/],
          [{ audience: "" }, "audience", /empty/],
          [{ tenantId: "common" }, "tenantId", /not one tenant/],
          [{ tenantId: "common", requestUrl: undefined }, "tenantId", /not one tenant/],
          [{ clientId: "" }, "clientId", /empty/]
        ]
        for (const [more, option, reason] of cases) {
          const error = yield* Effect.flip(makeWith(makeJob(), more))
          assert.strictEqual(error._tag, "CredentialMisconfigured")
          assert.strictEqual(error.credential, "GitHubOidc")
          assert.strictEqual(error.option, option)
          assert.match(error.reason, reason)
          utils.assertClean(utils.representations(error), [requestToken, "user:pass"])
        }
      }))

    it.effect("come from the variables of the job", () =>
      Effect.gen(function*() {
        const get = (variables: Record<string, string>, job = makeJob()) =>
          Effect.flatMap(TokenProvider.TokenProvider, (provider) => provider.get()).pipe(
            Effect.provide(
              TokenProvider.layer.pipe(
                Layer.provide(GitHubOidc.layerConfig()),
                Layer.provide(Layer.succeed(HttpClient.HttpClient, job.client)),
                Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))))
              )
            )
          )
        const variables = {
          AZURE_TENANT_ID: tenantId,
          AZURE_CLIENT_ID: clientId,
          ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
          MSGRAPH_CLOUD: "usgov"
        }
        const job = makeJob()
        yield* get(variables, job)
        assert.include(job.asked[0]?.url, "AzureADTokenExchangeUSGov")
        assert.strictEqual(job.asked[0]?.headers["authorization"], `Bearer ${requestToken}`)
        assert.include(job.authority.requests[0]?.url, "login.microsoftonline.us")
        const { ACTIONS_ID_TOKEN_REQUEST_TOKEN: _, ...rest } = variables
        const error = yield* Effect.flip(get(rest))
        assert.strictEqual(error._tag, "CredentialUnavailable")
        assert.include(error.message, "id-token: write")
      }))
  })

  it.effect("shows neither the request token nor the job's token", () =>
    Effect.gen(function*() {
      const authority = makeAuthority((_, request) =>
        oauthError({
          error: "invalid_client",
          error_description: `AADSTS700213: no match for ${request.form.get("client_assertion")}`,
          error_codes: [700213]
        }, { status: 401 })
      )
      const recorder = utils.recordSpans()
      const refused = (job: ReturnType<typeof makeJob>) =>
        Effect.gen(function*() {
          const credential = yield* once(makeWith(job))
          const error = yield* Effect.flip(credential.acquire({}))
          utils.assertClean([...utils.representations(error), ...utils.representations(credential)], [
            requestToken,
            idToken(1)
          ])
          return error
        })
      const error = yield* Effect.withTracer(refused(makeJob(undefined, authority)), recorder.tracer)
      assert.strictEqual(error._tag, "InvalidClient")
      utils.assertClean([recorder.text()], [requestToken, idToken(1)])
      const names = recorder.spans.map(({ name }) => name)
      assert.includeMembers(names, ["GitHubOidc.acquire", "http.client GET", "http.client POST"])
      const network = yield* refused(makeJob(() => "refused"))
      assert.strictEqual(network._tag, "AuthorityUnavailable")
      assert.include(network.message, "ECONNRESET")
    }))
})
