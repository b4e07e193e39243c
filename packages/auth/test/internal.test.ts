import { AuthError } from "@effect-msgraph/auth"
import { assert, describe, it } from "@effect/vitest"
import { Duration, FastCheck as fc, Schema } from "effect"
import * as claims from "../src/internal/claims.js"
import * as classify from "../src/internal/classify.js"
import * as hints from "../src/internal/hints.js"
import * as json from "../src/internal/json.js"
import * as jwt from "../src/internal/jwt.js"
import * as scrub from "../src/internal/scrub.js"
import * as tenant from "../src/internal/tenant.js"

describe.sequential("claims", () => {
  it("two claims have one shape exactly if they differ in order or in the instant of nbf only", () => {
    const of = (value: string, extra: object = {}) =>
      JSON.stringify({ access_token: { nbf: { essential: true, value }, ...extra } })
    assert.strictEqual(claims.shape(of("1")), claims.shape(of("2")))
    assert.strictEqual(claims.shape(of("1")), claims.shape(btoa(of("2"))))
    assert.strictEqual(claims.shape("{\"a\":1,\"b\":2}"), claims.shape("{ \"b\": 2, \"a\": 1 }"))
    assert.notStrictEqual(claims.shape(of("1")), claims.shape(of("1", { acrs: { value: "c1" } })))
    assert.notStrictEqual(
      claims.shape(of("1", { acrs: { value: "c1" } })),
      claims.shape(of("1", { acrs: { value: "c2" } }))
    )
    assert.strictEqual(claims.shape(undefined), "")
    assert.notStrictEqual(claims.shape("{}"), "")
    assert.notStrictEqual(claims.shape("nonsense"), "")
  })

  it("are the same read from JSON and from base64, and sent as they came", () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = JSON.stringify(value)
      const bytes = new TextEncoder().encode(text)
      const encoded = btoa(String.fromCharCode(...bytes))
      for (const form of [text, encoded, encoded.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")]) {
        assert.deepStrictEqual(claims.decode(form), JSON.parse(text))
      }
      assert.deepStrictEqual(JSON.parse(claims.parameter(claims.decode(text), false)!), JSON.parse(text))
    }))
  })

  it("the client capability comes on top of what was asked for", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("access_token", "id_token"), fc.dictionary(fc.string(), fc.jsonValue())),
        (value) => {
          const sent = JSON.parse(claims.parameter(JSON.parse(JSON.stringify(value)), true)!)
          assert.deepStrictEqual(sent.access_token.xms_cc, { values: ["cp1"] })
        }
      )
    )
  })

  it("canonical JSON does not depend on the order of keys", () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse())
      assert.strictEqual(json.canonical(value), json.canonical(reversed))
    }))
  })
})

describe.sequential("tenants", () => {
  it("GUIDs and domains pass, and nothing that would change a URL does", () => {
    fc.assert(fc.property(fc.uuid(), (id) => tenant.problem(id, { aliases: false }) === undefined))
    fc.assert(fc.property(fc.domain(), (name) => tenant.problem(name, { aliases: false }) === undefined))
    fc.assert(fc.property(fc.string(), (value) => {
      if (tenant.problem(value, { aliases: true }) !== undefined) return true
      return new URL(`https://a.example/${value}/b`).pathname === `/${value}/b`
    }))
  })

  it("names for many tenants are for users only", () => {
    for (const name of ["organizations", "common", "consumers"]) {
      assert.isUndefined(tenant.problem(name, { aliases: true }))
      assert.isDefined(tenant.problem(name, { aliases: false }))
    }
  })
})

describe.sequential("scrubbing", () => {
  const anySecret = fc.string({ minLength: 8, maxLength: 60 }).filter((value) => value.trim().length >= 8)

  it("a text that repeats the secret, in any encoding and context, is dropped", () => {
    fc.assert(fc.property(
      anySecret,
      fc.string(),
      fc.string(),
      fc.constantFrom<(s: string) => string>(
        (s) => s,
        encodeURIComponent,
        (s) => new URLSearchParams([["", s]]).toString().slice(1),
        (s) => JSON.stringify(s).slice(1, -1),
        (s) => s.toUpperCase()
      ),
      (secret, before, after, encode) => {
        const mentions = scrub.makeMentions([secret])
        assert.isTrue(mentions(before + encode(secret) + after))
        assert.isUndefined(scrub.text(before + encode(secret) + after, mentions))
      }
    ))
  })

  it("tokens are taken out of a text, ids and addresses stay", () => {
    const text = (value: string) => scrub.text(value, () => false)
    const token = `eyJ${"aB3_-".repeat(20)}.${"x9Y".repeat(9)}.${"z1Z".repeat(9)}`
    assert.strictEqual(text(`bad token ${token}, sorry`), "bad token <redacted>, sorry")
    assert.strictEqual(text("password=abc&x=1"), "password=<redacted>&x=1")
    assert.strictEqual(text("{\"client_secret\": \"abc\"}"), "{\"client_secret=<redacted>\"}")
    const id = "6f3c9d1e-58a7-4a34-9f5e-0d7a2b1c4e11"
    const kept = `AADSTS90002: Tenant '${id}' not found, see https://login.microsoftonline.com/error?code=90002`
    assert.strictEqual(text(kept), kept)
  })

  it("is one short line without control characters", () => {
    fc.assert(fc.property(fc.fullUnicodeString({ maxLength: 1000 }), (value) => {
      const text = scrub.text(value, () => false)
      // eslint-disable-next-line no-control-regex
      return text === undefined || (text.length <= 301 && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text))
    }))
    assert.isUndefined(scrub.text("<html><body>Sign in</body></html>", () => false))
    assert.isUndefined(scrub.text("<!DOCTYPE html>", () => false))
  })

  it("user principal names are taken out of a text", () => {
    const text = (value: string) => scrub.text(value, () => false)
    assert.strictEqual(
      text("AADSTS50020: User account 'adele.vance@contoso.com' from 'live.com' does not exist"),
      "AADSTS50020: User account '<user>' from 'live.com' does not exist"
    )
    assert.strictEqual(
      text("adele_fabrikam.com#EXT#@contoso.onmicrosoft.com is not assigned"),
      "<user> is not assigned"
    )
    assert.strictEqual(text("upn=jörg%40müller.example"), "<user>")
    assert.strictEqual(text("a @ b, see https://aka.ms/azsdk"), "a @ b, see https://aka.ms/azsdk")
  })

  it("reads no more of a text than it takes for a sentence", () => {
    const read: Array<number> = []
    for (const long of [" ".repeat(1e6), "a.".repeat(1e6), `x${".".repeat(1e6)}y`]) {
      scrub.text(`said ${long}`, (text) => read.push(text.length) === 0)
    }
    assert.isNotEmpty(read)
    for (const length of read) assert.isAtMost(length, 4096)
    const claims = JSON.stringify({ access_token: "x".repeat(8200) })
    assert.isUndefined(classify.requiredClaims({ claims }, () => false))
  })
})

describe.sequential("reading a token", () => {
  it("never throws, and reads nothing from what is no token", () => {
    fc.assert(fc.property(fc.string(), (value) => {
      const said = jwt.peek(value)
      return said.expiresAt === undefined && said.tenantId === undefined
    }))
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      jwt.peek(`a.${btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))}.c`)
      return true
    }))
  })
})

describe.sequential("hints and messages", () => {
  const d = AuthError.noDiagnostics
  const errors: { readonly [T in AuthError.AuthError["_tag"]]: AuthError.AuthError } = {
    CredentialUnavailable: new AuthError.CredentialUnavailable({ credential: "C", reason: "x", diagnostics: d }),
    InvalidClient: new AuthError.InvalidClient({ credential: "C", diagnostics: d }),
    InteractionRequired: new AuthError.InteractionRequired({ credential: "C", diagnostics: d }),
    InvalidTokenRequest: new AuthError.InvalidTokenRequest({ credential: "C", reason: "x", diagnostics: d }),
    TenantNotAllowed: new AuthError.TenantNotAllowed({ credential: "C", tenantId: "t", diagnostics: d }),
    TokenThrottled: new AuthError.TokenThrottled({
      credential: "C",
      retryAfter: Duration.seconds(90),
      stated: true,
      diagnostics: d
    }),
    AuthorityUnavailable: new AuthError.AuthorityUnavailable({
      credential: "C",
      authority: "https://a",
      reason: "Network",
      diagnostics: d
    }),
    DeviceCodeExpired: new AuthError.DeviceCodeExpired({ credential: "C", diagnostics: d }),
    AuthorizationDeclined: new AuthError.AuthorizationDeclined({ credential: "C", diagnostics: d }),
    MalformedTokenResponse: new AuthError.MalformedTokenResponse({
      credential: "C",
      authority: "https://a",
      reason: "x",
      diagnostics: d
    })
  }

  it("every message is a sentence that names the credential", () => {
    for (const error of Object.values(errors)) {
      assert.match(error.message, /^[A-Za-z].*\.$/)
      assert.match(error.message, /\bC\b/)
      assert.notInclude(error.message, "undefined")
    }
    assert.include(errors.TokenThrottled.message, "1m 30s")
    for (const code of hints.known) {
      const error = new AuthError.InvalidClient({ credential: "C", diagnostics: { codes: [code] } })
      assert.include(error.message, hints.fromCodes([code])!)
      assert.include(error.message, `AADSTS${code}`)
    }
  })

  it("errors survive encoding and decoding", () => {
    const encode = Schema.encodeSync(AuthError.AuthError)
    const decode = Schema.decodeUnknownSync(AuthError.AuthError)
    for (const error of Object.values(errors)) {
      const copy = decode(JSON.parse(JSON.stringify(encode(error))))
      assert.strictEqual(copy._tag, error._tag)
      assert.strictEqual(copy.message, error.message)
      assert.isTrue(AuthError.isAuthError(copy))
    }
  })

  it("the guards know their own", () => {
    const transient = Object.values(errors).filter(AuthError.isTransient).map((_) => _._tag)
    assert.deepStrictEqual(transient, ["TokenThrottled", "AuthorityUnavailable"])
    for (const other of [undefined, null, "x", {}, new Error("x"), { _tag: "InvalidClient" }]) {
      assert.isFalse(AuthError.isAuthError(other))
    }
  })
})
