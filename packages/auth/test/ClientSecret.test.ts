import { AuthError, ClientSecret, type Credential, TokenPolicy, TokenProvider } from "@effect-msgraph/auth"
import { NationalCloud } from "@effect-msgraph/domain"
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Clock,
  ConfigProvider,
  DateTime,
  Duration,
  Effect,
  Exit,
  FastCheck as fc,
  Fiber,
  Layer,
  Option,
  Redacted,
  TestClock
} from "effect"
import * as utils from "./utils.js"

const { appSecret, clientId, jwt, makeAuthority, oauthError, otherTenant, secret, tenantId, text, tokenResponse } =
  utils

const options: ClientSecret.Options = { tenantId, clientId, clientSecret: appSecret }

const makeWith = (authority: { readonly client: HttpClient.HttpClient }, more: Partial<ClientSecret.Options> = {}) =>
  ClientSecret.make({ ...options, ...more }).pipe(Effect.provideService(HttpClient.HttpClient, authority.client))

/** No retries, so that a refusal is one request. */
const once = Effect.provide(TokenPolicy.layer({ retries: 0 }))

const acquire = (authority: ReturnType<typeof makeAuthority>, request: Credential.TokenRequest = {}) =>
  Effect.flatMap(Effect.orDie(makeWith(authority)), (credential) => credential.acquire(request))

const cp1 = { xms_cc: { values: ["cp1"] } }

describe.sequential("ClientSecret", () => {
  describe("on the wire", () => {
    it.effect("asks the token endpoint of the tenant with a form, and says what came of it", () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => tokenResponse({ refresh_in: 1800, ext_expires_in: 3600 }))
        yield* TestClock.setTime(1_000_000)
        const token = yield* acquire(authority)
        const [request] = authority.requests
        assert.strictEqual(request?.method, "POST")
        assert.strictEqual(request?.url, `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`)
        assert.deepStrictEqual(Object.fromEntries(request!.form), {
          client_id: clientId,
          client_secret: secret,
          grant_type: "client_credentials",
          scope: "https://graph.microsoft.com/.default"
        })
        assert.strictEqual(request?.headers["content-type"], "application/x-www-form-urlencoded;charset=UTF-8")
        assert.strictEqual(request?.headers["accept"], "application/json")
        assert.match(request?.headers["user-agent"] ?? "", /^effect-msgraph/)
        assert.isUndefined(request?.headers["authorization"])
        assert.strictEqual(text(token), jwt)
        assert.deepStrictEqual(token.expiresAt, DateTime.unsafeMake(1_000_000 + 3_600_000))
        assert.deepStrictEqual(token.refreshAt, DateTime.unsafeMake(1_000_000 + 1_800_000))
        assert.strictEqual(token.tenantId, tenantId)
        assert.strictEqual(token.tokenType, "Bearer")
      }))

    it.effect("takes authority and scope from the cloud, in every cloud", () =>
      Effect.forEach(
        [
          ...Object.values(NationalCloud.clouds),
          utils.custom("http://127.0.0.1:4010"),
          utils.custom("https://idp.example.com")
        ],
        (cloud) =>
          Effect.gen(function*() {
            const authority = makeAuthority(() => tokenResponse())
            const credential = yield* makeWith(authority, { cloud })
            yield* credential.acquire({})
            assert.strictEqual(credential.cloud, cloud)
            assert.strictEqual(authority.requests[0]?.url, `${cloud.authority}/${tenantId}/oauth2/v2.0/token`)
            assert.strictEqual(authority.requests[0]?.form.get("scope"), cloud.scope)
          })
      ))

    it.effect("counts the life of a token from before the request", () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => Effect.delay(Effect.sync(() => tokenResponse()), "20 seconds"))
        const fiber = yield* Effect.fork(acquire(authority))
        assert.strictEqual((yield* utils.runToEnd(fiber)).expiresAt.epochMillis, 3_600_000)
        assert.strictEqual(yield* Clock.currentTimeMillis, 20_000)
      }))

    it.effect("takes numbers that arrive as strings", () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() =>
          tokenResponse({ expires_in: "3599", refresh_in: "1200", token_type: "bearer" })
        )
        const token = yield* acquire(authority)
        assert.strictEqual(token.expiresAt.epochMillis, 3_599_000)
        assert.strictEqual(token.refreshAt?.epochMillis, 1_200_000)
      }))

    it.effect("has no use for a refresh_in that is not before the end", () =>
      Effect.forEach([3600, 9999, 0, -1, "soon", null], (refresh_in) =>
        Effect.gen(function*() {
          const token = yield* acquire(makeAuthority(() => tokenResponse({ refresh_in })))
          assert.isUndefined(token.refreshAt)
        })))

    it.effect("sends claims and the client capability only where asked for", () =>
      Effect.gen(function*() {
        const challenge = { access_token: { nbf: { essential: true, value: "1604106651" } }, id_token: { a: null } }
        const claims = JSON.stringify(challenge)
        const sent = (request: Credential.TokenRequest) =>
          Effect.gen(function*() {
            const authority = makeAuthority(() => tokenResponse())
            yield* acquire(authority, request)
            const value = authority.requests[0]!.form.get("claims")
            return value === null ? undefined : JSON.parse(value)
          })
        assert.isUndefined(yield* sent({}))
        assert.isUndefined(yield* sent({ cae: false }))
        assert.deepStrictEqual(yield* sent({ cae: true }), { access_token: cp1 })
        assert.deepStrictEqual(yield* sent({ claims }), challenge)
        assert.deepStrictEqual(yield* sent({ claims: btoa(claims) }), challenge)
        assert.deepStrictEqual(yield* sent({ claims, cae: true }), {
          ...challenge,
          access_token: { ...challenge.access_token, ...cp1 }
        })
      }))

    it.effect("does not follow redirects", () =>
      Effect.gen(function*() {
        let init: RequestInit | undefined
        const fetch: typeof globalThis.fetch = (_, options) => {
          init = options
          return Promise.resolve(new Response(null, { status: 307, headers: { location: "https://evil.example/" } }))
        }
        const error = yield* Effect.flatMap(ClientSecret.make(options), (credential) => credential.acquire({})).pipe(
          Effect.provide(FetchHttpClient.layer),
          Effect.provideService(FetchHttpClient.Fetch, fetch),
          Effect.provideService(FetchHttpClient.RequestInit, { keepalive: true, redirect: "follow" }),
          Effect.flip
        )
        assert.strictEqual(init?.redirect, "manual")
        assert.isTrue(init?.keepalive, "what else was set stays")
        assert.strictEqual(error._tag, "MalformedTokenResponse")
        assert.include(error.message, "redirects are refused")
      }))

    it.effect("does not tell the authority about traces, but does record the request under its own span", () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => tokenResponse())
        const recorder = utils.recordSpans()
        const credential = yield* makeWith(authority)
        const tokens = yield* TokenProvider.make(credential)
        yield* tokens.get().pipe(Effect.withSpan("caller"), Effect.withTracer(recorder.tracer))
        assert.isUndefined(authority.requests[0]?.headers["traceparent"])
        assert.isUndefined(authority.requests[0]?.headers["b3"])
        const path: Array<string> = []
        let span = recorder.spans.find((_) => _.name === "http.client POST")
        while (span !== undefined) {
          path.unshift(span.name)
          const { parent } = span
          span = recorder.spans.find((_) => _.spanId === parent)
        }
        assert.deepStrictEqual(path, ["caller", "TokenProvider.acquire", "ClientSecret.acquire", "http.client POST"])
        assert.isTrue(recorder.spans.every((_) => _.ended === "Success"))
        utils.assertClean([recorder.text()], [secret, jwt])
      }).pipe(Effect.scoped))

    it.scoped("a hundred cold callers make one request", () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => Effect.delay(Effect.sync(() => tokenResponse()), "1 second"))
        const tokens = yield* TokenProvider.make(yield* makeWith(authority))
        const fiber = yield* Effect.fork(
          Effect.all(Array.from({ length: 100 }, () => tokens.get()), { concurrency: "unbounded" })
        )
        // The authority sleeps, and so does the time-out.
        assert.lengthOf(yield* utils.runToEnd(fiber, 2), 100)
        assert.lengthOf(authority.requests, 1)
      }))

    it.scoped("when every caller is gone, the request is aborted on the wire", () =>
      Effect.gen(function*() {
        const authority = makeAuthority((n) => n === 1 ? Effect.never : tokenResponse())
        const tokens = yield* TokenProvider.make(yield* makeWith(authority))
        const fibers = yield* Effect.forEach([1, 2, 3], () => Effect.fork(tokens.get()))
        yield* utils.until(() => authority.requests.length === 1)
        yield* Fiber.interrupt(fibers[0]!)
        yield* Fiber.interrupt(fibers[1]!)
        assert.isFalse(authority.requests[0]?.signal.aborted)
        yield* Fiber.interrupt(fibers[2]!)
        yield* utils.until(() => authority.requests[0]!.signal.aborted)
        assert.strictEqual(text(yield* tokens.get()), jwt)
      }))

    it.effect("a defect of the HttpClient stays a defect", () =>
      Effect.gen(function*() {
        const exit = yield* Effect.exit(acquire(makeAuthority(() => Effect.die("out of replies"))))
        assert.deepStrictEqual(
          Exit.causeOption(exit).pipe(Option.flatMap(Cause.dieOption)),
          Option.some("out of replies")
        )
      }))
  })

  describe("tenants", () => {
    it.effect("serves its own by default, and others where allowed", () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => tokenResponse())
        const own = yield* makeWith(authority)
        const error = yield* Effect.flip(own.acquire({ tenantId: otherTenant }))
        assert.strictEqual(error._tag, "TenantNotAllowed")
        assert.lengthOf(authority.requests, 0)
        yield* own.acquire({ tenantId: tenantId.toUpperCase() })

        for (const additionallyAllowedTenants of [[otherTenant.toUpperCase()], ["*"]]) {
          const wide = yield* makeWith(authority, { additionallyAllowedTenants })
          const token = yield* wide.acquire({ tenantId: otherTenant })
          assert.strictEqual(token.tenantId, otherTenant)
          assert.include(authority.requests.at(-1)!.url, `/${otherTenant}/oauth2/v2.0/token`)
        }
      }))

    it.effect.prop(
      "nothing but a GUID or a domain gets into a URL",
      [fc.string()],
      ([wanted]) =>
        Effect.gen(function*() {
          const authority = makeAuthority(() => tokenResponse())
          const credential = yield* makeWith(authority, { additionallyAllowedTenants: ["*"] })
          yield* Effect.exit(credential.acquire({ tenantId: wanted }))
          for (const { url } of authority.requests) {
            assert.match(new URL(url).pathname, /^\/[a-zA-Z0-9.-]+\/oauth2\/v2\.0\/token$/)
            assert.strictEqual(new URL(url).origin, "https://login.microsoftonline.com")
          }
        })
    )

    it.effect("refuses what could lead elsewhere", () =>
      Effect.forEach(
        [
          "../x",
          "a.b/../c",
          "a.com?x=1",
          "a.com#",
          "a.com\n",
          "common",
          "Organizations",
          "consumers",
          "contoso",
          "",
          ".",
          "a..b",
          "-a.com"
        ],
        (wanted) =>
          Effect.gen(function*() {
            const authority = makeAuthority(() => tokenResponse())
            const credential = yield* makeWith(authority, { additionallyAllowedTenants: ["*"] })
            const error = yield* Effect.flip(credential.acquire({ tenantId: wanted }))
            assert.strictEqual(error._tag, "InvalidTokenRequest")
            assert.lengthOf(authority.requests, 0)
            const built = yield* Effect.flip(makeWith(authority, { tenantId: wanted }))
            assert.strictEqual(built.option, "tenantId")
          })
      ))
  })

  it.effect("requests that cannot be right are refused before anything is sent", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => tokenResponse())
      const requests: ReadonlyArray<[Credential.TokenRequest, string]> = [
        [{ scopes: [] }, "no scope"],
        [{ scopes: [""] }, "a scope is empty"],
        [{ scopes: ["a b"] }, "a scope is empty or has a character"],
        [{ scopes: ["https://graph.microsoft.us/.default"] }, "belongs to US Government L4"],
        [{ claims: "nonsense" }, "the claims are neither"],
        [{ claims: "[1]" }, "the claims are neither"],
        [{ claims: "" }, "the claims are neither"]
      ]
      for (const [request, reason] of requests) {
        const error = yield* Effect.flip(acquire(authority, request))
        assert.strictEqual(error._tag, "InvalidTokenRequest")
        assert.include(error.message, reason)
      }
      assert.lengthOf(authority.requests, 0)
    }))

  describe("options", () => {
    const refused: ReadonlyArray<[Partial<ClientSecret.Options>, string]> = [
      [{ tenantId: "" }, "tenantId is empty"],
      [{ tenantId: "contoso" }, "tenantId is neither a tenant id (a GUID) nor a domain name"],
      [{ tenantId: "common" }, "tenantId is not one tenant"],
      [{ clientId: "" }, "clientId is empty"],
      [{ clientId: " x" }, "clientId begins or ends with white space"],
      [{ clientSecret: Redacted.make("") }, "clientSecret is empty"],
      [{ clientSecret: Redacted.make(`${secret}\n`) }, "clientSecret begins or ends with white space"],
      [{ additionallyAllowedTenants: ["*", "x"] }, "additionallyAllowedTenants is neither"],
      [
        { cloud: { ...NationalCloud.global, authority: "http://login.example.com" } },
        "cloud has an authority that is not https"
      ],
      [{ cloud: { ...NationalCloud.global, authority: "https://login.example.com/x" } }, "not an origin alone"],
      [{ cloud: { ...NationalCloud.global, authority: "nowhere" } }, "not a URL"],
      [
        { cloud: { ...NationalCloud.global, graphRoot: "http://graph.example.com" } },
        "cloud has a Graph root that is not https"
      ]
    ]

    it.effect("are checked when the layer is built", () =>
      Effect.forEach(refused, ([more, message]) =>
        Effect.gen(function*() {
          const error = yield* Layer.build(ClientSecret.layer({ ...options, ...more })).pipe(
            Effect.scoped,
            Effect.provide(makeAuthority(() => tokenResponse()).layer),
            Effect.flip
          )
          assert.strictEqual(error._tag, "CredentialMisconfigured")
          assert.include(error.message, message)
          utils.assertClean(utils.representations(error), [secret])
        })))

    const fromConfig = (
      entries: ReadonlyArray<[string, string]>,
      config?: Parameters<typeof ClientSecret.layerConfig>[0]
    ) =>
      TokenProvider.TokenProvider.pipe(
        Effect.provide(
          TokenProvider.layer.pipe(
            Layer.provide(config === undefined ? ClientSecret.layerConfig() : ClientSecret.layerConfig(config)),
            Layer.provide(makeAuthority(() => tokenResponse()).layer),
            Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(entries))))
          )
        )
      )

    const complete: ReadonlyArray<[string, string]> = [
      ["AZURE_TENANT_ID", tenantId],
      ["AZURE_CLIENT_ID", clientId],
      ["AZURE_CLIENT_SECRET", secret]
    ]

    it.effect("come from the variables that Azure users have", () =>
      Effect.gen(function*() {
        const tokens = yield* fromConfig([...complete, ["MSGRAPH_CLOUD", "usgov"]])
        assert.strictEqual(tokens.cloud, NationalCloud.usGov)
        assert.strictEqual(tokens.tenantId, tenantId)
        assert.strictEqual(tokens.clientId, clientId)
        assert.strictEqual((yield* fromConfig(complete)).cloud, NationalCloud.global)
      }))

    it.effect("other tenants come from a variable too", () =>
      Effect.gen(function*() {
        const tenants = (text: string | undefined) =>
          Effect.map(
            Effect.withConfigProvider(
              ClientSecret.config,
              ConfigProvider.fromMap(
                new Map([
                  ...complete,
                  ...(text === undefined ? [] : [["AZURE_ADDITIONALLY_ALLOWED_TENANTS", text] as const])
                ])
              )
            ),
            ({ additionallyAllowedTenants }) => additionallyAllowedTenants
          )
        assert.deepStrictEqual(yield* tenants(undefined), [])
        assert.deepStrictEqual(yield* tenants(""), [])
        assert.deepStrictEqual(yield* tenants("*"), ["*"])
        assert.deepStrictEqual(yield* tenants(` fabrikam.com; ${otherTenant};`), ["fabrikam.com", otherTenant])
      }))

    it.effect("missing or empty variables are named, and the secret is not shown", () =>
      Effect.gen(function*() {
        const missing = yield* Effect.flip(fromConfig([]))
        for (const name of ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"]) {
          assert.include(String(missing), name)
          const empty = complete.map(([key, value]): [string, string] => [key, key === name ? "" : value])
          const error = yield* Effect.flip(fromConfig(empty))
          assert.include(String(error), name)
          utils.assertClean(utils.representations(error), [secret])
        }
      }))

    it.effect("can be configured otherwise", () =>
      Effect.gen(function*() {
        const { Config } = yield* Effect.promise(() => import("effect"))
        const tokens = yield* fromConfig([["HR_TENANT", otherTenant], ["HR_SECRET", secret]], {
          tenantId: Config.string("HR_TENANT"),
          clientId: Config.succeed(clientId),
          clientSecret: Config.redacted("HR_SECRET")
        })
        assert.strictEqual(tokens.tenantId, otherTenant)
      }))
  })

  describe("retry", () => {
    const run = (authority: ReturnType<typeof makeAuthority>) =>
      Effect.flatMap(Effect.fork(Effect.either(acquire(authority))), utils.runToEnd)

    it.effect("passing faults are retried three times, with growing delays", () =>
      Effect.forEach(
        ["refused", 500, 502, 503, 504, 408, 429] as const,
        (fault) =>
          Effect.gen(function*() {
            const authority = makeAuthority(() => fault === "refused" ? fault : new Response("busy", { status: fault }))
            const result = yield* run(authority)
            assert.strictEqual(result._tag, "Left")
            assert.lengthOf(authority.requests, 4)
            const at = authority.requests.map((_) => _.at - authority.requests[0]!.at)
            for (const [i, base] of [500, 1000, 2000].entries()) {
              const delay = at[i + 1]! - at[i]!
              assert.isTrue(delay >= base * 0.8 - 1 && delay <= base * 1.2 + 1, `${delay} is about ${base}`)
            }
          })
      ))

    it.effect("a fault that passes is not noticed", () =>
      Effect.gen(function*() {
        const authority = makeAuthority((n) => n < 3 ? new Response("<html>", { status: 503 }) : tokenResponse())
        assert.strictEqual((yield* run(authority))._tag, "Right")
        assert.lengthOf(authority.requests, 3)
      }))

    it.effect("refusals are not retried", () =>
      Effect.forEach([
        () => oauthError({ error: "invalid_client" }, { status: 401 }),
        () => oauthError({ error: "invalid_request" }),
        () => new Response("<html>", { status: 404 }),
        () => new Response("<html>", { status: 200 })
      ], (reply) =>
        Effect.gen(function*() {
          const authority = makeAuthority(reply)
          assert.strictEqual((yield* run(authority))._tag, "Left")
          assert.lengthOf(authority.requests, 1)
        })))

    it.effect("Retry-After is obeyed to the millisecond, of 429 and 503, as seconds and as a date", () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(Date.parse("2027-03-01T10:00:00Z"))
        // The authority's clock is an hour off, which must not matter.
        const date = "Mon, 01 Mar 2027 11:00:00 GMT"
        const replies: ReadonlyArray<[number, Record<string, string>]> = [
          [429, { "retry-after": "7" }],
          [503, { "retry-after": "7" }],
          [429, { "retry-after": "Mon, 01 Mar 2027 11:00:07 GMT", date }]
        ]
        for (const [status, headers] of replies) {
          const authority = makeAuthority((n) => n === 1 ? new Response("{}", { status, headers }) : tokenResponse())
          const fiber = yield* Effect.fork(acquire(authority))
          yield* utils.sleeping(1)
          yield* TestClock.adjust(6999)
          assert.lengthOf(authority.requests, 1)
          yield* TestClock.adjust(1)
          yield* utils.until(() => authority.requests.length === 2)
          assert.strictEqual(authority.requests[1]!.at - authority.requests[0]!.at, 7000)
          assert.strictEqual(text(yield* Fiber.join(fiber)), jwt)
        }
      }))

    it.effect("a Retry-After beyond the time there is, is reported at once", () =>
      Effect.gen(function*() {
        const at = (seconds: number) =>
          makeAuthority(() =>
            oauthError({ error: "invalid_request" }, { status: 429, headers: { "retry-after": String(seconds) } })
          )
        const long = at(30)
        const error = yield* Effect.flip(acquire(long))
        assert.strictEqual(error._tag, "TokenThrottled")
        if (error._tag === "TokenThrottled") {
          assert.isTrue(error.stated)
          assert.strictEqual(Duration.toSeconds(error.retryAfter), 30)
        }
        assert.lengthOf(long.requests, 1)
        const short = at(29)
        assert.strictEqual((yield* run(short))._tag, "Left")
        assert.lengthOf(short.requests, 2)
      }))

    it.effect("back-off can be interrupted", () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => new Response(null, { status: 503, headers: { "retry-after": "20" } }))
        const fiber = yield* Effect.fork(acquire(authority))
        yield* utils.sleeping(1)
        yield* TestClock.adjust("10 seconds")
        assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
        yield* TestClock.adjust("1 hour")
        assert.lengthOf(authority.requests, 1)
      }))

    it.scoped("after an outage the next call asks again at once", () =>
      Effect.gen(function*() {
        const authority = makeAuthority((n) => n <= 4 ? new Response(null, { status: 503 }) : tokenResponse())
        const tokens = yield* TokenProvider.make(yield* makeWith(authority))
        const fiber = yield* Effect.fork(Effect.flip(tokens.get()))
        assert.strictEqual((yield* utils.runToEnd(fiber, 2))._tag, "AuthorityUnavailable")
        assert.lengthOf(authority.requests, 4)
        assert.strictEqual(text(yield* tokens.get()), jwt)
      }))
  })

  describe("what the authority says", () => {
    const entra = (error: string, code: number, more: object = {}) => ({
      error,
      error_description: `AADSTS${code}: Something is not right. Trace ID: x Correlation ID: y Timestamp: z`,
      error_codes: [code],
      timestamp: "2027-03-01 10:00:00Z",
      trace_id: "11111111-1111-4111-8111-111111111111",
      correlation_id: "22222222-2222-4222-8222-222222222222",
      error_uri: "https://login.microsoftonline.com/error?code=1",
      ...more
    })

    const claims = JSON.stringify({ access_token: { polids: { essential: true, values: ["a"] } } })

    const cases: ReadonlyArray<[string, () => Response, AuthError.AuthError["_tag"], string]> = [
      [
        "wrong secret",
        () => oauthError(entra("invalid_client", 7000215), { status: 401 }),
        "InvalidClient",
        "secret's value, not its id"
      ],
      [
        "expired secret",
        () => oauthError(entra("invalid_client", 7000222), { status: 401 }),
        "InvalidClient",
        "has expired"
      ],
      [
        "unknown application",
        () => oauthError(entra("unauthorized_client", 700016)),
        "InvalidClient",
        "No such application in this tenant"
      ],
      ["unknown tenant", () => oauthError(entra("invalid_request", 90002)), "InvalidTokenRequest", "No such tenant"],
      [
        "wrong scope",
        () => oauthError(entra("invalid_scope", 1002012)),
        "InvalidTokenRequest",
        "must end in /.default"
      ],
      [
        "consent",
        () => oauthError(entra("invalid_grant", 65001, { suberror: "consent_required" })),
        "InteractionRequired",
        "Consent is missing"
      ],
      [
        "policy",
        () => oauthError(entra("interaction_required", 53003, { claims })),
        "InteractionRequired",
        "Conditional Access"
      ],
      ["clock", () => oauthError(entra("invalid_client", 700024)), "InvalidClient", "clock"],
      ["a number nobody knows", () => oauthError(entra("invalid_client", 7999999)), "InvalidClient", "AADSTS7999999"],
      [
        "busy",
        () => oauthError(entra("temporarily_unavailable", 90033), { status: 400 }),
        "AuthorityUnavailable",
        "passing fault"
      ],
      ["fault", () => new Response("oops", { status: 500 }), "AuthorityUnavailable", "try again later"],
      ["throttled", () => new Response("", { status: 429 }), "TokenThrottled", "share one TokenProvider"],
      ["proxy", () => new Response("<html>login</html>", { status: 200 }), "MalformedTokenResponse", "it sent HTML"],
      [
        "portal",
        () => new Response("<html>", { status: 403, headers: { "content-type": "text/html" } }),
        "MalformedTokenResponse",
        "it sent HTML"
      ],
      ["nothing", () => new Response(null, { status: 204 }), "MalformedTokenResponse", "no JSON"],
      ["empty", () => new Response("", { status: 200 }), "MalformedTokenResponse", "no JSON"],
      ["truncated", () => new Response("{\"access_token\":", { status: 200 }), "MalformedTokenResponse", "no JSON"],
      ["array", () => Response.json([]), "MalformedTokenResponse", "no JSON object"],
      ["no type", () => tokenResponse({ token_type: undefined }), "MalformedTokenResponse", "token_type"],
      ["foreign type", () => tokenResponse({ token_type: "mac" }), "MalformedTokenResponse", "token_type"],
      ["no token", () => tokenResponse({ access_token: undefined }), "MalformedTokenResponse", "access_token"],
      ["odd token", () => tokenResponse({ access_token: "a\r\nb" }), "MalformedTokenResponse", "access_token"],
      ["no lifetime", () => tokenResponse({ expires_in: undefined }), "MalformedTokenResponse", "expires_in"],
      ["no number", () => tokenResponse({ expires_in: "soon" }), "MalformedTokenResponse", "wrong type"],
      ["already over", () => tokenResponse({ expires_in: 0 }), "MalformedTokenResponse", ""],
      ["for ever", () => tokenResponse({ expires_in: 1e300 }), "MalformedTokenResponse", "expires_in"],
      ["error with 200", () => Response.json(entra("invalid_client", 7000215)), "MalformedTokenResponse", ""],
      [
        "error without a code",
        () => Response.json({}, { status: 400 }),
        "MalformedTokenResponse",
        "error without a code"
      ]
    ]

    for (const [name, reply, tag, hint] of cases) {
      it.effect(name, () =>
        Effect.gen(function*() {
          const error = yield* once(Effect.flip(acquire(makeAuthority(reply))))
          assert.strictEqual(error._tag, tag, error.message)
          assert.include(error.message, hint)
          assert.isTrue(AuthError.isAuthError(error))
          utils.assertClean(utils.representations(error), [secret, jwt])
        }))
    }

    it.effect("is classified by OAuth error and never by number", () =>
      Effect.forEach(["invalid_client", "invalid_request", "interaction_required"], (error) =>
        Effect.gen(function*() {
          const codes = [7000215, 90002, 65001, 53003, 90033]
          const tags = yield* Effect.forEach(codes, (code) =>
            once(Effect.flip(acquire(makeAuthority(() =>
              oauthError(entra(error, code))
            )))).pipe(Effect.map((_) => _._tag)))
          assert.lengthOf(Array.from(new Set(tags)), 1)
        })))

    it.effect("keeps what support asks for", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(
          acquire(
            makeAuthority(() => oauthError(entra("interaction_required", 53003, { claims, suberror: "message_only" })))
          )
        )
        assert.deepStrictEqual({ ...error.diagnostics }, {
          oauthError: "interaction_required",
          suberror: "message_only",
          codes: [53003],
          description: "AADSTS53003: Something is not right",
          correlationId: "22222222-2222-4222-8222-222222222222",
          traceId: "11111111-1111-4111-8111-111111111111",
          timestamp: "2027-03-01 10:00:00Z",
          status: 400
        })
        assert.strictEqual(error._tag === "InteractionRequired" && error.claims, claims)
        assert.include(error.message, "22222222-2222-4222-8222-222222222222")
      }))

    it.effect("reads the body even where a WWW-Authenticate header comes with it", () =>
      Effect.gen(function*() {
        const reply = () =>
          oauthError(entra("invalid_client", 7000222), {
            status: 401,
            headers: { "www-authenticate": "Basic realm=\"x\"" }
          })
        const error = yield* Effect.flip(acquire(makeAuthority(reply)))
        assert.deepStrictEqual(error.diagnostics.codes, [7000222])
      }))

    it.effect("an unreachable host is named with the platform's code", () =>
      Effect.gen(function*() {
        const error = yield* once(Effect.flip(acquire(makeAuthority(() => "refused"))))
        assert.strictEqual(error._tag, "AuthorityUnavailable")
        assert.strictEqual(error._tag === "AuthorityUnavailable" && error.code, "ECONNREFUSED")
        assert.include(error.message, "https://login.microsoftonline.com could not be reached (ECONNREFUSED)")
        utils.assertClean(utils.representations(error), [secret, jwt])
      }))
  })

  describe("leaks", () => {
    const echoes: ReadonlyArray<[string, (echo: string) => Response]> = [
      ["description", (echo) => oauthError({ error: "invalid_client", error_description: `you sent ${echo}` })],
      [
        "description in pieces",
        (echo) => oauthError({ error: "invalid_client", error_description: `…${echo.slice(4, 16)}…` })
      ],
      ["every field", (echo) =>
        oauthError({
          error: echo,
          suberror: echo,
          error_description: echo,
          error_codes: [echo],
          timestamp: echo,
          trace_id: echo,
          correlation_id: echo,
          claims: JSON.stringify({ echo })
        })],
      ["claims", (echo) => oauthError({ error: "interaction_required", claims: JSON.stringify({ echo }) })],
      ["HTML", (echo) => new Response(`<html>${echo}</html>`, { status: 400 })],
      ["text", (echo) => new Response(echo, { status: 503 })],
      ["throttling", (echo) => oauthError({ error: "slow_down", error_description: echo }, { status: 429 })],
      [
        "headers",
        (echo) =>
          new Response("{}", {
            status: 500,
            headers: { "x-ms-request-id": encodeURIComponent(echo), "retry-after": encodeURIComponent(echo) }
          })
      ],
      ["half a token", () => Response.json({ access_token: jwt }, { status: 200 })],
      [
        "a token in an error",
        () => oauthError({ error: "invalid_grant", access_token: jwt, error_description: `token ${jwt} is no good` })
      ],
      [
        "an opaque token in an error",
        () => oauthError({ error: "invalid_grant", error_description: `access_token=${jwt.slice(0, 20)}` })
      ]
    ]
    const forms: ReadonlyArray<[string, string]> = [
      ["plain", secret],
      ["url", encodeURIComponent(secret)],
      ["form", new URLSearchParams([["client_secret", secret]]).toString()],
      ["json", JSON.stringify(secret)],
      ["base64", btoa(secret)],
      ["html", secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\"", "&quot;")],
      ["case", secret.toUpperCase()]
    ]

    for (const [where, reply] of echoes) {
      for (const [form, echo] of forms) {
        it.effect(`an authority that echoes (${where}, ${form})`, () =>
          Effect.gen(function*() {
            const recorder = utils.recordSpans()
            const credential = yield* makeWith(makeAuthority(() => reply(echo)))
            const tokens = yield* TokenProvider.make(credential)
            const exit = yield* Effect.exit(tokens.get()).pipe(Effect.withTracer(recorder.tracer))
            const error = Option.getOrThrow(Cause.failureOption(Option.getOrThrow(Exit.causeOption(exit))))
            const seen = [
              ...utils.representations(error),
              ...utils.representations(exit),
              ...utils.representations(tokens),
              ...utils.representations(credential)
            ]
            // Response headers are recorded by the platform's own span, for every HttpClient.
            if (where !== "headers") seen.push(recorder.text())
            utils.assertClean(seen, [secret, jwt, jwt.slice(0, 20)])
            utils.assertClean(seen.map((_) => _.toUpperCase()), form === "case" ? [echo] : [])
          }).pipe(Effect.scoped, once))
      }
    }

    it.effect("an echo that has the form of an id or a code is recognized too", () =>
      Effect.forEach(
        ["9d8c7b6a-1111-4222-8333-444455556666", "a_secret_of_letters"],
        (plain) =>
          Effect.gen(function*() {
            const reply = () => oauthError({ error: plain, suberror: plain, trace_id: plain, correlation_id: plain })
            const credential = yield* makeWith(makeAuthority(reply), { clientSecret: Redacted.make(plain) })
            const error = yield* Effect.flip(credential.acquire({}))
            assert.strictEqual(error._tag, "InvalidTokenRequest")
            utils.assertClean(utils.representations(error), [plain])
          })
      ))

    it.effect("nothing is logged at any level", () =>
      Effect.gen(function*() {
        const { Logger, LogLevel } = yield* Effect.promise(() => import("effect"))
        const lines: Array<string> = []
        const capture = Logger.replace(
          Logger.defaultLogger,
          Logger.map(Logger.stringLogger, (line) => void lines.push(line))
        )
        const authority = makeAuthority((n) =>
          n === 1
            ? tokenResponse({ refresh_in: 10 })
            : oauthError({ error: "invalid_client", error_description: secret })
        )
        yield* Effect.gen(function*() {
          const tokens = yield* TokenProvider.make(yield* makeWith(authority))
          yield* tokens.get()
          yield* TestClock.adjust("1 minute")
          yield* tokens.get()
          yield* utils.until(() => lines.length > 0)
        }).pipe(Effect.scoped, Effect.provide(capture), Logger.withMinimumLogLevel(LogLevel.All))
        assert.lengthOf(authority.requests, 2)
        utils.assertClean(lines, [secret, jwt])
      }))
  })
})
