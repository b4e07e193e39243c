import { Seed, type Tenant } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { DateTime, Effect, Redacted, TestClock } from "effect"
import * as Crypto from "node:crypto"
import * as Certificates from "./certificates.js"
import { bareEmulator, claimsOf, postForm, refusal, show, tokenForm, tokenUrl } from "./support.js"

const clientId = Seed.demoReader.clientId
const scope = "https://graph.microsoft.com/.default"
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
const noon = Date.UTC(2030, 5, 1, 12)
const seconds = noon / 1000

const certificate = Certificates.make()
const stranger = Certificates.make()

interface Changes {
  readonly header?: { readonly [name: string]: unknown }
  readonly claims?: { readonly [name: string]: unknown }
  readonly key?: Crypto.KeyObject
  readonly tamper?: (assertion: string) => string
  readonly fields?: { readonly [name: string]: string | undefined }
}

const assertion = (changes: Changes = {}): string =>
  Certificates.sign(
    changes.key ?? certificate.privateKey,
    { alg: "PS256", typ: "JWT", "x5t#S256": certificate.x5tS256, ...changes.header },
    {
      aud: tokenUrl(),
      iss: clientId,
      sub: clientId,
      jti: "first",
      nbf: seconds,
      exp: seconds + 600,
      ...changes.claims
    }
  )

/** Asks with an assertion, at noon. */
const ask = (
  application: Partial<Tenant.Application>,
  changes: Changes = {},
  options?: Parameters<typeof bareEmulator>[1]
) =>
  Effect.gen(function*() {
    yield* TestClock.setTime(noon)
    const emulator = yield* bareEmulator({ secrets: [], ...application }, options)
    const jwt = (changes.tamper ?? ((same) => same))(assertion(changes))
    const send = postForm(emulator, "token", {
      grant_type: "client_credentials",
      client_id: clientId,
      client_assertion_type: assertionType,
      client_assertion: jwt,
      scope,
      ...changes.fields
    })
    return { emulator, send, jwt, answer: yield* send }
  })

const certified = { certificates: [stranger.cert, certificate.cert] }

describe("a certificate", () => {
  const accepted: ReadonlyArray<readonly [what: string, changes: Changes]> = [
    ["with PS256 and x5t#S256", {}],
    ["with RS256 and x5t", { header: { alg: "RS256", "x5t#S256": undefined, x5t: certificate.x5t } }],
    ["with x5c", { header: { "x5t#S256": undefined, x5c: [certificate.der.toString("base64")] } }],
    ["for the tenant's domain", { claims: { aud: tokenUrl(undefined, Seed.demoDomain) } }],
    ["for the issuer", { claims: { aud: `https://login.microsoftonline.com/${Seed.demoTenantId}/v2.0` } }],
    ["five minutes early", { claims: { nbf: seconds + 300 } }],
    ["just not five minutes late", { claims: { nbf: seconds - 900, exp: seconds - 299 } }]
  ]
  for (const [what, changes] of accepted) {
    it.effect(`proves who asks: ${what}`, () =>
      Effect.gen(function*() {
        const { answer, emulator } = yield* ask(certified, changes)
        strictEqual(answer.status, 200)
        const { access_token } = answer.body
        deepStrictEqual([claimsOf(access_token).appid, claimsOf(access_token).appidacr], [clientId, "2"])
        assertTrue((yield* show(emulator, access_token)).status !== 401)
      }))
  }

  const refused: ReadonlyArray<readonly [what: string, changes: Changes, expected: ReadonlyArray<unknown>]> = [
    ["signed by another key", { key: stranger.privateKey }, [401, "invalid_client", 700027]],
    ["that is not registered", { header: { "x5t#S256": "nothing" } }, [401, "invalid_client", 700027]],
    ["that nothing names", { header: { "x5t#S256": undefined } }, [401, "invalid_client", 700027]],
    ["with claims that were changed", {
      tamper: (jwt) => {
        const [header, , signature] = jwt.split(".")
        return `${header}.${assertion({ claims: { jti: "other" } }).split(".")[1]}.${signature}`
      }
    }, [401, "invalid_client", 700027]],
    ["with ES256", { header: { alg: "ES256" } }, [401, "invalid_client", 5002738]],
    ["with none", { header: { alg: "none" } }, [401, "invalid_client", 5002738]],
    ["of another client", { claims: { iss: Seed.demoAdmin.clientId } }, [401, "invalid_client", 700021]],
    ["about another client", { claims: { sub: Seed.demoAdmin.clientId } }, [401, "invalid_client", 700021]],
    ["for another tenant", { claims: { aud: tokenUrl(undefined, "fabrikam.com") } }, [401, "invalid_client", 700023]],
    ["for another cloud", { claims: { aud: tokenUrl("https://login.microsoftonline.us") } }, [
      401,
      "invalid_client",
      700023
    ]],
    ["more than five minutes early", { claims: { nbf: seconds + 301 } }, [401, "invalid_client", 700024]],
    ["five minutes late", { claims: { nbf: seconds - 900, exp: seconds - 300 } }, [401, "invalid_client", 700024]],
    ["that never expires", { claims: { exp: undefined } }, [400, "invalid_request", 50027]],
    ["in two parts", { tamper: (jwt) => jwt.split(".").slice(0, 2).join(".") }, [400, "invalid_request", 50027]],
    ["that is no token", { tamper: () => "opaque" }, [400, "invalid_request", 50027]],
    ["without its type", { fields: { client_assertion_type: undefined } }, [400, "invalid_request", 900144]],
    ["of another type", { fields: { client_assertion_type: "saml" } }, [400, "invalid_request", 90023]]
  ]
  for (const [what, changes, expected] of refused) {
    it.effect(`proves nothing ${what}`, () =>
      Effect.gen(function*() {
        const { answer, jwt } = yield* ask(certified, changes)
        deepStrictEqual(refusal(answer), expected)
        assertTrue(jwt.length < 10 || !JSON.stringify(answer).includes(jwt.split(".")[2] ?? jwt))
      }))
  }

  it.effect("proves nothing before and after its time", () =>
    Effect.gen(function*() {
      const keys = { privateKey: certificate.privateKey, publicKey: Crypto.createPublicKey(certificate.key) }
      for (
        const [from, to, status] of [
          [noon + 1000, noon + 60_000, 401],
          [noon, noon, 200],
          [noon - 60_000, noon - 1000, 401]
        ] as const
      ) {
        const made = Certificates.make({ keys, from, to })
        const { answer } = yield* ask({ certificates: [made.cert] }, { header: { "x5t#S256": made.x5tS256 } })
        strictEqual(answer.status, status)
        if (status === 401) deepStrictEqual(answer.body.error_codes, [700027])
      }
    }))

  it.effect("that cannot be read is as good as none", () =>
    Effect.gen(function*() {
      for (const pem of ["", "a secret", certificate.cert.slice(0, 400), certificate.key]) {
        deepStrictEqual(refusal((yield* ask({ certificates: [pem] })).answer), [401, "invalid_client", 700027])
      }
    }))

  it.effect("may sign an assertion that is used again, unless replays are refused", () =>
    Effect.gen(function*() {
      const lax = yield* ask(certified)
      strictEqual((yield* lax.send).status, 200)
      const strict = yield* ask(certified, {}, { refuseReplays: true })
      strictEqual(strict.answer.status, 200)
      deepStrictEqual(refusal(yield* strict.send), [401, "invalid_client", 50027])
    }))
})

describe("a federated assertion", () => {
  const issuer = "https://token.actions.example"
  const subject = "repo:contoso/joiners:ref:refs/heads/main"
  const { privateKey, publicKey } = Certificates.generate()
  const jwk = (key: Crypto.KeyObject, more: object = {}): Tenant.Jwk => ({ ...key.export({ format: "jwk" }), ...more })
  const federated = (
    keys: ReadonlyArray<Tenant.Jwk> = [jwk(stranger.privateKey), jwk(publicKey, { use: "sig", alg: "RS256" })]
  ) => ({
    federatedCredentials: [{ issuer, subject: "somebody else", keys }, { issuer, subject, keys }]
  })
  const claims = { iss: issuer, sub: subject, aud: "api://AzureADTokenExchange" }
  const header = { alg: "RS256", "x5t#S256": undefined }

  it.effect("proves who asks", () =>
    Effect.gen(function*() {
      strictEqual((yield* ask(federated(), { key: privateKey, header, claims })).answer.status, 200)
      const curve = Crypto.generateKeyPairSync("ec", { namedCurve: "P-256" })
      const keys = [jwk(publicKey, { kid: "1" }), jwk(curve.publicKey, { kid: "2" })]
      const { answer, send } = yield* ask(federated(keys), {
        key: curve.privateKey,
        header: { ...header, alg: "ES256", kid: "2" },
        claims
      })
      strictEqual(answer.status, 200)
      strictEqual((yield* send).status, 200)
    }))

  const refused: ReadonlyArray<readonly [what: string, changes: Changes, code: number]> = [
    ["another issuer", { claims: { iss: `${issuer}/` } }, 700211],
    ["another audience", { claims: { aud: "https://github.com" } }, 700212],
    ["another subject", { claims: { sub: `${subject}2` } }, 700213],
    ["another key", { key: stranger.privateKey }, 700027],
    ["another key's id", { header: { ...header, kid: "3" } }, 700027],
    ["another time", { claims: { nbf: seconds - 900, exp: seconds - 301 } }, 700024]
  ]
  for (const [what, changes, code] of refused) {
    it.effect(`proves nothing with ${what}`, () =>
      Effect.gen(function*() {
        const { answer } = yield* ask(federated([jwk(publicKey, { kid: "1" })]), {
          key: changes.key ?? privateKey,
          header: changes.header ?? header,
          claims: { ...claims, ...changes.claims }
        })
        deepStrictEqual(refusal(answer), [401, "invalid_client", code])
      }))
  }

  it.effect("proves nothing to an application that trusts nobody", () =>
    Effect.gen(function*() {
      const { answer } = yield* ask(certified, { key: privateKey, header, claims })
      deepStrictEqual(refusal(answer), [401, "invalid_client", 700211])
    }))
})

describe("a secret", () => {
  it.effect("expires, to the millisecond; another one goes on", () =>
    Effect.gen(function*() {
      const form = (secret: string) =>
        Object.fromEntries(new URLSearchParams(tokenForm(Seed.demoReader, { client_secret: secret })))
      const emulator = yield* bareEmulator({
        secrets: [
          { value: Redacted.make("old"), expiresAt: DateTime.unsafeMake(60_000) },
          Redacted.make("new")
        ]
      })
      yield* TestClock.setTime(59_999)
      strictEqual((yield* postForm(emulator, "token", form("old"))).status, 200)
      yield* TestClock.setTime(60_000)
      deepStrictEqual(refusal(yield* postForm(emulator, "token", form("old"))), [401, "invalid_client", 7000222])
      strictEqual((yield* postForm(emulator, "token", form("new"))).status, 200)
      deepStrictEqual(refusal(yield* postForm(emulator, "token", form("none"))), [401, "invalid_client", 7000215])
    }))

  it.effect("is nothing that a public client has", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const answer = yield* postForm(emulator, "token", {
        grant_type: "refresh_token",
        refresh_token: "x",
        client_id: Seed.demoPublicClient.clientId,
        client_secret: "x"
      })
      deepStrictEqual(refusal(answer), [401, "invalid_client", 700025])
    }))
})

describe("nothing", () => {
  it.effect("is enough for a public client, and for its users only", () =>
    Effect.gen(function*() {
      const emulator = yield* bareEmulator()
      const ask = (fields: { readonly [name: string]: string }) => postForm(emulator, "token", fields)
      const refresh = { grant_type: "refresh_token", refresh_token: "x" }
      deepStrictEqual(refusal(yield* ask({ ...refresh, client_id: Seed.demoPublicClient.clientId })), [
        400,
        "invalid_grant",
        9002313
      ])
      deepStrictEqual(refusal(yield* ask({ ...refresh, client_id: clientId })), [401, "invalid_client", 7000218])
      const own = { grant_type: "client_credentials", scope, client_id: Seed.demoPublicClient.clientId }
      deepStrictEqual(refusal(yield* ask(own)), [401, "invalid_client", 7000216])
    }))
})
