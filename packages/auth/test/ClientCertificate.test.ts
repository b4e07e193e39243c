import { type Credential, TokenPolicy, TokenProvider } from "@effect-msgraph/auth"
import * as Certificate from "@effect-msgraph/auth/Certificate"
import * as ClientCertificate from "@effect-msgraph/auth/ClientCertificate"
import { NationalCloud } from "@effect-msgraph/domain"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Chunk,
  Config,
  ConfigProvider,
  DateTime,
  Effect,
  FastCheck as fc,
  Layer,
  Redacted,
  TestClock
} from "effect"
import * as jose from "jose"
import * as certificates from "./certificates.js"
import * as fixtures from "./fixtures/openssl.js"
import * as utils from "./utils.js"

const { clientId, makeAuthority, oauthError, otherTenant, tenantId, text, tokenResponse } = utils
const { forge, issue, join, makeKey, redacted } = certificates

const { intermediate, intermediateKey, key, leaf, root } = certificates.makeChain()
const otherKey = makeKey()

const pem = redacted(key.pkcs8, leaf.pem)

const options: ClientCertificate.Options = { tenantId, clientId, certificate: pem }

const makeWith = (
  authority: { readonly client: HttpClient.HttpClient },
  more: Partial<ClientCertificate.Options> = {}
) =>
  ClientCertificate.make({ ...options, ...more }).pipe(
    Effect.provideService(HttpClient.HttpClient, authority.client)
  )

const once = Effect.provide(TokenPolicy.layer({ retries: 0 }))

const acquire = (
  authority: ReturnType<typeof makeAuthority>,
  more: Partial<ClientCertificate.Options> = {},
  request: Credential.TokenRequest = {}
) => Effect.flatMap(Effect.orDie(makeWith(authority, more)), (credential) => credential.acquire(request))

const assertionOf = (request: utils.Recorded | undefined): string => request!.form.get("client_assertion")!

/** What a text is refused for. */
const refusal = (text: string) =>
  Effect.map(Effect.flip(Certificate.fromPem(Redacted.make(text))), (error) => {
    assert.strictEqual(error._tag, "CredentialMisconfigured")
    assert.strictEqual(error.option, "pem")
    return error.reason
  })

const wrapped = (text: string, width: number): string =>
  text.replace(
    /(-----BEGIN [A-Z ]+-----)([^-]*)(-----END)/g,
    (_, head, body, foot) =>
      `${head}\n${body.replace(/\s/g, "").replace(new RegExp(`.{${width}}`, "g"), "$&\n")}\n${foot}`
  )

describe.sequential("ClientCertificate", () => {
  describe("on the wire", () => {
    it.effect("proves itself with an assertion that the certificate's key signed", () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => tokenResponse())
        yield* TestClock.setTime(1_750_000_000_999)
        assert.strictEqual(text(yield* acquire(authority)), utils.jwt)
        const [request] = authority.requests
        const audience = `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`
        assert.strictEqual(request?.url, audience)
        const { client_assertion, ...form } = Object.fromEntries(request!.form)
        assert.deepStrictEqual(form, {
          client_id: clientId,
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          grant_type: "client_credentials",
          scope: "https://graph.microsoft.com/.default"
        })
        const verified = yield* Effect.promise(() =>
          jose.jwtVerify(client_assertion!, leaf.publicKey, { currentDate: new Date(1_750_000_000_999) })
        )
        assert.deepStrictEqual(verified.protectedHeader, {
          alg: "PS256",
          typ: "JWT",
          "x5t#S256": leaf.thumbprint
        })
        const { jti, ...claims } = verified.payload
        assert.deepStrictEqual(claims, {
          iss: clientId,
          sub: clientId,
          aud: audience,
          iat: 1_750_000_000,
          nbf: 1_750_000_000,
          exp: 1_750_000_600
        })
        assert.match(jti!, /^[\w-]{16,}$/)
      }))

    it.effect("signs anew for every request, at the time of the request", () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => tokenResponse())
        const credential = yield* makeWith(authority)
        yield* TestClock.setTime(5_000)
        yield* credential.acquire({})
        yield* TestClock.setTime(5_999)
        yield* credential.acquire({})
        yield* TestClock.setTime(6_000)
        yield* credential.acquire({})
        const claims = authority.requests.map((request) => jose.decodeJwt(assertionOf(request)))
        assert.deepStrictEqual(claims.map(({ iat }) => iat), [5, 5, 6])
        assert.deepStrictEqual(claims.map(({ exp }) => exp), [605, 605, 606])
        assert.strictEqual(new Set(claims.map(({ jti }) => jti)).size, 3)
      }))

    it.effect("signs anew for a request that is repeated", () =>
      Effect.gen(function*() {
        const authority = makeAuthority((n) => n === 1 ? new Response(null, { status: 503 }) : tokenResponse())
        const fiber = yield* Effect.fork(acquire(authority))
        yield* utils.runToEnd(fiber)
        const ids = authority.requests.map((request) => jose.decodeJwt(assertionOf(request)).jti)
        assert.lengthOf(ids, 2)
        assert.notStrictEqual(ids[0], ids[1])
      }))

    it.effect("speaks to the token endpoint of the cloud and of the tenant that is asked", () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => tokenResponse())
        yield* acquire(authority, { cloud: NationalCloud.china, additionallyAllowedTenants: [otherTenant] }, {
          tenantId: otherTenant
        })
        const expected = `https://login.partner.microsoftonline.cn/${otherTenant}/oauth2/v2.0/token`
        assert.strictEqual(authority.requests[0]?.url, expected)
        assert.strictEqual(jose.decodeJwt(assertionOf(authority.requests[0])).aud, expected)
      }))

    it.effect("sends the chain only where told to, the leaf first", () =>
      Effect.gen(function*() {
        const all = redacted(root.pem, intermediate.pem, key.pkcs8, leaf.pem)
        const header = (more: Partial<ClientCertificate.Options>) =>
          Effect.gen(function*() {
            const authority = makeAuthority(() => tokenResponse())
            yield* acquire(authority, { certificate: all, ...more })
            return jose.decodeProtectedHeader(assertionOf(authority.requests[0]))
          })
        const chain = [leaf.base64, intermediate.base64, root.base64]
        assert.deepStrictEqual((yield* header({ sendCertificateChain: true })).x5c, chain)
        assert.isUndefined((yield* header({ sendCertificateChain: false })).x5c)
        assert.isUndefined((yield* header({})).x5c)
        const alone = { certificate: pem, sendCertificateChain: true }
        assert.deepStrictEqual((yield* header(alone)).x5c, [leaf.base64])
      }))

    it.effect("takes a certificate that was read before, and an effect that gives one each time", () =>
      Effect.gen(function*() {
        const renewed = issue({ key: otherKey, subject: "application" })
        const first = yield* Certificate.fromPem(pem)
        const second = yield* Certificate.fromPem(redacted(otherKey.pkcs8, renewed.pem))
        const authority = makeAuthority(() => tokenResponse())
        yield* acquire(authority, { certificate: first })
        let asked = 0
        const credential = yield* makeWith(authority, {
          certificate: Effect.sync(() => ++asked === 1 ? first : second)
        })
        assert.strictEqual(asked, 0, "not before it is needed")
        yield* credential.acquire({})
        yield* credential.acquire({})
        const used = authority.requests.map((request) => jose.decodeProtectedHeader(assertionOf(request))["x5t#S256"])
        assert.deepStrictEqual(used, [leaf.thumbprint, leaf.thumbprint, renewed.thumbprint])
        yield* Effect.promise(() =>
          jose.jwtVerify(assertionOf(authority.requests[2]), renewed.publicKey, { currentDate: new Date(0) })
        )
      }))
  })

  describe("what a PEM text may be", () => {
    const parts = [key.pkcs8, leaf.pem, intermediate.pem, root.pem]

    it.effect.prop(
      "any order, any ends of lines, any width, PKCS#8 or PKCS#1, text in between",
      [
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
        fc.constantFrom("\n", "\r\n", "\\n", " "),
        fc.integer({ min: 1, max: 100 }),
        fc.boolean(),
        fc.constantFrom("", "Bag Attributes\n    friendlyName: app\n", "\uFEFF", "# a comment\n\n")
      ],
      ([order, eol, width, pkcs1, between]) =>
        Effect.gen(function*() {
          const chosen = order.map((i) => i === 0 && pkcs1 ? key.pkcs1 : parts[i]!)
          const whole = chosen.map((part) => `${between}${wrapped(part, width)}\n`).join("").replaceAll("\n", eol)
          const certificate = yield* Certificate.fromPem(Redacted.make(whole))
          assert.strictEqual(certificate.thumbprint, leaf.thumbprint)
          assert.deepStrictEqual(certificate.chain, [leaf.base64, intermediate.base64, root.base64])
        }),
      { fastCheck: { numRuns: 40 } }
    )

    it.effect("tells when the certificate is valid, before and after the year 2050", () =>
      Effect.gen(function*() {
        const dates = (notBefore: string, notAfter: string) =>
          Certificate.fromPem(redacted(key.pkcs8, issue({ key, subject: "a", notBefore, notAfter }).pem)).pipe(
            Effect.map((one) => [one.notBefore, one.notAfter].map((date) => DateTime.formatIso(date!)))
          )
        const short = ["2026-01-02T03:04:05.000Z", "2049-12-31T23:59:59.000Z"] as const
        assert.deepStrictEqual(yield* dates(...short), [...short])
        const long = ["1999-06-07T08:09:10.000Z", "2126-02-28T00:00:00.000Z"] as const
        assert.deepStrictEqual(yield* dates(...long), [...long])
      }))

    it.effect("an expired certificate is not refused: the authority's clock decides", () =>
      Effect.gen(function*() {
        const expired = issue({ key, subject: "a", notAfter: "2026-02-01T00:00:00Z" })
        yield* TestClock.setTime(Date.UTC(2030, 0))
        const authority = makeAuthority(() => tokenResponse())
        yield* acquire(authority, { certificate: redacted(key.pkcs8, expired.pem) })
        assert.lengthOf(authority.requests, 1)
      }))

    it.effect("of two certificates of the same key, the one that lasts longer is taken", () =>
      Effect.gen(function*() {
        const older = issue({ key, subject: "a", notAfter: "2027-01-01T00:00:00Z" })
        const newer = issue({ key, subject: "a", notAfter: "2028-01-01T00:00:00Z" })
        for (const order of [[older, newer], [newer, older]]) {
          const found = yield* Certificate.fromPem(redacted(key.pkcs8, ...order.map((one) => one.pem)))
          assert.strictEqual(found.thumbprint, newer.thumbprint)
          assert.deepStrictEqual(found.chain, [newer.base64])
        }
      }))

    it.effect("certificates that do not belong to the chain are left out, and loops end", () =>
      Effect.gen(function*() {
        const stranger = issue({ key: otherKey, subject: "stranger" })
        const found = yield* Certificate.fromPem(redacted(stranger.pem, key.pkcs8, leaf.pem, intermediate.pem))
        assert.deepStrictEqual(found.chain, [leaf.base64, intermediate.base64])
        const one = issue({ key, subject: "one", issuer: { key: otherKey, subject: "two" } })
        const two = issue({ key: otherKey, subject: "two", issuer: { key, subject: "one" } })
        const looped = yield* Certificate.fromPem(redacted(two.pem, key.pkcs8, one.pem))
        assert.deepStrictEqual(looped.chain, [one.base64, two.base64])
      }))

    it.effect("keys of 3072 and 4096 bits", () =>
      Effect.forEach([3072, 4096], (bits) =>
        Effect.gen(function*() {
          const long = makeKey(bits)
          const own = issue({ key: long, subject: "long" })
          for (const part of [long.pkcs8, long.pkcs1]) {
            assert.strictEqual((yield* Certificate.fromPem(redacted(part, own.pem))).thumbprint, own.thumbprint)
          }
        })))

    it.effect("the same key twice", () =>
      Effect.map(
        Certificate.fromPem(redacted(key.pkcs8, leaf.pem, wrapped(key.pkcs8, 60))),
        (found) => assert.strictEqual(found.thumbprint, leaf.thumbprint)
      ))

    it.effect("the key can sign, and not be exported", () =>
      Effect.gen(function*() {
        const { privateKey } = yield* Certificate.fromPem(pem)
        assert.deepStrictEqual(privateKey.usages, ["sign"])
        assert.isFalse(privateKey.extractable)
      }))
  })

  describe("what is refused", () => {
    const middle = (block: string, change: (body: string) => string): string =>
      block.replace(/(-----\n)([^-]+)(\n-----)/, (_, head, body, foot) => `${head}${change(body)}${foot}`)

    const cut = (block: string): string =>
      middle(block, (body) => Buffer.from(body, "base64").subarray(0, -8).toString("base64"))

    const encrypted = (cipher: object) =>
      key.privateKey.export({ format: "pem", passphrase: "pw", ...cipher } as never).toString()

    const cases: ReadonlyArray<readonly [string, string, RegExp]> = [
      ["nothing", "", /is empty/],
      ["white space", " \n ", /is empty/],
      ["no PEM", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", /no PEM block/],
      ["a path", "/run/secrets/app.pem", /no PEM block/],
      ["a certificate alone", leaf.pem, /no private key/],
      ["a key alone", key.pkcs8, /no certificate/],
      ["a key with another's certificate", join(otherKey.pkcs8, leaf.pem), /fits none of its certificates/],
      ["a key with the issuer's certificate", join(key.pkcs8, intermediate.pem, root.pem), /fits none/],
      ["several keys", join(key.pkcs8, leaf.pem, otherKey.pkcs8), /several private keys/],
      ["the key of the issuer too", join(key.pkcs1, intermediateKey.pkcs1, leaf.pem), /several private keys/],
      [
        "an EC key (SEC 1)",
        join(fixtures.ecKeySec1, fixtures.ecCertificate),
        /not RSA: Microsoft Entra takes RSA only/
      ],
      ["an EC key (PKCS#8)", join(fixtures.ecKey, fixtures.ecCertificate), /not RSA/],
      ["an RSA key with an EC certificate", join(key.pkcs8, fixtures.ecCertificate), /fits none/],
      [
        "an encrypted key (PKCS#8)",
        join(encrypted({ type: "pkcs8", cipher: "aes-256-cbc" }), leaf.pem),
        /encrypted.*CertificateFile of @effect-msgraph\/auth\/node/
      ],
      [
        "an encrypted key (PKCS#1)",
        join(encrypted({ type: "pkcs1", cipher: "aes-256-cbc" }), leaf.pem),
        /encrypted.*CertificateFile of @effect-msgraph\/auth\/node/
      ],
      ["a block that does not end", join(leaf.pem, key.pkcs8.slice(0, -6)), /does not end/],
      ["a header that does not end", "-----BEGIN PRIVATE KEY", /does not end/],
      [
        "a key that is no base64",
        join(middle(key.pkcs8, (body) => `${body.slice(0, 40)}*${body.slice(41)}`), leaf.pem),
        /key that is broken/
      ],
      ["a key that is cut", join(cut(key.pkcs8), leaf.pem), /key that is broken/],
      ["a PKCS#1 key that is cut", join(cut(key.pkcs1), leaf.pem), /key that is broken/],
      ["an empty key", join(middle(key.pkcs8, () => ""), leaf.pem), /key that is broken/],
      ["a certificate for a key", join(leaf.pem.replaceAll("CERTIFICATE", "PRIVATE KEY"), leaf.pem), /private key/],
      [
        "a key for a certificate",
        join(key.pkcs8, key.pkcs8.replaceAll("PRIVATE KEY", "CERTIFICATE")),
        /certificate that is broken/
      ],
      [
        "a certificate that is no base64",
        join(key.pkcs8, middle(leaf.pem, (body) => `${body}=A`)),
        /certificate that is broken/
      ],
      ["a certificate that is cut", join(key.pkcs8, cut(leaf.pem)), /certificate that is broken/],
      ["one broken certificate of several", join(key.pkcs8, leaf.pem, cut(root.pem)), /certificate that is broken/],
      ["a flood", "-----BEGIN ".repeat(200_000), /too large/]
    ]

    for (const [what, given, reason] of cases) {
      it.effect(what, () => Effect.map(refusal(given), (said) => assert.match(said, reason)))
    }

    it.effect("a key whose secret part is another's", () =>
      Effect.gen(function*() {
        const { BigInteger } = forge.jsbn
        const own = key.forgeKey
        const twisted = forge.pki.setRsaPrivateKey(
          own.n,
          own.e,
          own.d.add(new BigInteger("2")),
          own.p,
          own.q,
          own.dP.add(new BigInteger("2")),
          own.dQ,
          own.qInv
        )
        const said = yield* refusal(join(forge.pki.privateKeyToPem(twisted), leaf.pem))
        assert.match(said, /does not sign for its certificate|WebCrypto does not take it/)
      }))

    it.effect.prop(
      "whatever comes, it is a refusal or a certificate, and never a defect",
      [
        fc.constantFrom(key.pkcs8, key.pkcs1, leaf.pem),
        fc.array(fc.tuple(fc.nat({ max: 1_000 }), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 })
      ],
      ([block, changes]) =>
        Effect.gen(function*() {
          const changed = middle(block, (body) => {
            const bytes = Buffer.from(body, "base64")
            for (const [at, value] of changes) bytes[at % Math.min(bytes.length, 400)] = value
            return bytes.toString("base64")
          })
          const other = block === leaf.pem ? key.pkcs8 : leaf.pem
          const exit = yield* Effect.exit(Certificate.fromPem(redacted(changed, other)))
          if (exit._tag === "Failure") assert.isTrue(Chunk.isEmpty(Cause.defects(exit.cause)))
        }),
      { fastCheck: { numRuns: 200 } }
    )

    it.effect("by the layer, before anything is sent, with the name of the option", () =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => tokenResponse())
        const error = yield* Effect.flip(makeWith(authority, { certificate: redacted(key.pkcs8, root.pem) }))
        assert.strictEqual(
          error.message,
          "The credential ClientCertificate cannot be built: certificate has a private key that fits none of its certificates."
        )
        for (
          const more of [{ tenantId: "common" }, { clientId: "" }, { additionallyAllowedTenants: ["not a tenant"] }]
        ) {
          const wrong = yield* Effect.flip(makeWith(authority, more))
          assert.strictEqual(wrong.option, Object.keys(more)[0])
          assert.strictEqual(wrong.credential, "ClientCertificate")
        }
        assert.lengthOf(authority.requests, 0)
      }))
  })

  describe("from the configuration", () => {
    const acquireWith = (variables: Record<string, string>, layer = ClientCertificate.layerConfig()) =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => tokenResponse())
        const tokens = TokenProvider.layer.pipe(
          Layer.provide(layer),
          Layer.provide(authority.layer),
          Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))))
        )
        yield* Effect.flatMap(TokenProvider.TokenProvider, (provider) => provider.get()).pipe(Effect.provide(tokens))
        return jose.decodeProtectedHeader(assertionOf(authority.requests[0]))
      })

    const variables = {
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_CLIENT_CERTIFICATE: Redacted.value(pem)
    }

    it.effect("the variables that Azure users have, and the PEM text", () =>
      Effect.gen(function*() {
        assert.strictEqual((yield* acquireWith(variables))["x5t#S256"], leaf.thumbprint)
        const oneLine = { ...variables, AZURE_CLIENT_CERTIFICATE: Redacted.value(pem).replaceAll("\n", "\\n") }
        assert.strictEqual((yield* acquireWith(oneLine))["x5t#S256"], leaf.thumbprint)
      }))

    it.effect("variables of one's own", () =>
      Effect.gen(function*() {
        const layer = ClientCertificate.layerConfig({
          tenantId: Config.string("HR_TENANT"),
          clientId: Config.string("HR_APP"),
          certificate: Config.redacted("HR_CERTIFICATE")
        })
        const own = { HR_TENANT: tenantId, HR_APP: clientId, HR_CERTIFICATE: Redacted.value(pem) }
        assert.strictEqual((yield* acquireWith(own, layer))["x5t#S256"], leaf.thumbprint)
      }))

    it.effect("whether to send the chain, in all the ways that Azure's tools take", () =>
      Effect.gen(function*() {
        for (const [value, sent] of [["true", 1], ["True", 1], ["1", 1], ["false", 0], ["0", 0], ["", 0]] as const) {
          const header = yield* acquireWith({ ...variables, AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: value })
          assert.lengthOf(header.x5c ?? [], sent, value)
        }
        const error = yield* Effect.flip(acquireWith({ ...variables, AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: "maybe" }))
        assert.include(String(error), "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN")
      }))

    it.effect("a missing or wrong variable is named, and its value is not shown", () =>
      Effect.gen(function*() {
        const { AZURE_CLIENT_CERTIFICATE: _, ...rest } = variables
        assert.include(String(yield* Effect.flip(acquireWith(rest))), "AZURE_CLIENT_CERTIFICATE")
        const wrong = yield* Effect.flip(acquireWith({ ...rest, AZURE_CLIENT_CERTIFICATE: key.pkcs8 }))
        assert.include(String(wrong), "has no certificate")
        utils.assertClean(utils.representations(wrong), certificates.secretLines(key.pkcs8).slice(0, 3))
      }))
  })

  describe("leaks", () => {
    const lines = certificates.secretLines(key.pkcs8)

    it.effect("no refusal shows any of the key", () =>
      Effect.gen(function*() {
        const texts = [
          join(key.pkcs8, root.pem),
          join(key.pkcs8, leaf.pem.slice(0, 200)),
          join(key.pkcs8.slice(0, -30), leaf.pem),
          join(key.pkcs8, otherKey.pkcs8, leaf.pem)
        ]
        for (const text of texts) {
          const error = yield* Effect.flip(makeWith(makeAuthority(() => tokenResponse()), {
            certificate: Redacted.make(text)
          }))
          utils.assertClean(utils.representations(error), lines)
        }
      }))

    it.effect("neither the credential nor the certificate shows the key", () =>
      Effect.gen(function*() {
        const credential = yield* makeWith(makeAuthority(() => tokenResponse()))
        utils.assertClean(utils.representations(credential), lines)
        utils.assertClean(utils.representations(yield* Certificate.fromPem(pem)), lines)
        utils.assertClean(utils.representations(yield* ClientCertificate.authentication({ certificate: pem })), lines)
      }))

    it.effect("an authority that echoes the assertion is not believed", () =>
      Effect.gen(function*() {
        const authority = makeAuthority((_, request) => {
          const assertion = assertionOf(request)
          return oauthError({
            error: "invalid_client",
            error_description: `AADSTS700027: no key for ${assertion.slice(0, 20)} ${assertion.slice(40, 60)}`,
            error_codes: [700027]
          }, { status: 401 })
        })
        const recorder = utils.recordSpans()
        const error = yield* acquire(authority).pipe(Effect.withTracer(recorder.tracer), once, Effect.flip)
        assert.strictEqual(error._tag, "InvalidClient")
        assert.include(error.message, "upload it to the app registration")
        const assertion = assertionOf(authority.requests[0])
        const secrets = [assertion, assertion.slice(0, 20), assertion.slice(40, 60)]
        utils.assertClean([...utils.representations(error), recorder.text()], secrets)
        assert.isTrue(recorder.spans.some((span) => span.name === "ClientCertificate.acquire"))
      }))
  })
})
