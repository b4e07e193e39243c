import { NationalCloud } from "@effect-msgraph/domain"
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc, Option } from "effect"
import * as Challenge from "../src/Challenge.js"

const common = "https://login.microsoftonline.com/common/oauth2/authorize"
const graph = "00000003-0000-0000-c000-000000000000"
const nbfClaims = "{\"access_token\":{\"nbf\":{\"essential\":true, \"value\":\"1657834417\"}}}"
const nbfEncoded = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwgInZhbHVlIjoiMTY1NzgzNDQxNyJ9fX0="

/** A challenge as plain data: the scheme, its token68 if it has one, its parameters. */
const plain = ({ parameters, scheme, token68 }: Challenge.Challenge) => [
  scheme,
  ...(token68 === undefined ? [] : [token68]),
  Object.fromEntries(parameters)
]

const table: ReadonlyArray<readonly [what: string, header: string, expected: ReadonlyArray<unknown>]> = [
  [
    "Graph's, whose authorization_uri has no quotes",
    `Bearer realm="", authorization_uri=${common}, client_id="${graph}", error="insufficient_claims", ` +
    `claims="${nbfEncoded}", errorDescription="Continuous access evaluation resulted in claims challenge with result: ` +
    `InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp"`,
    [["Bearer", {
      realm: "",
      authorization_uri: common,
      client_id: graph,
      error: "insufficient_claims",
      claims: nbfEncoded,
      errordescription: "Continuous access evaluation resulted in claims challenge with result: InteractionRequired " +
        "and code: TokenIssuedBeforeRevocationTimestamp"
    }]]
  ],
  [
    "Graph's to a request without a token",
    `Bearer realm="", authorization_uri="${common}", client_id="${graph}"`,
    [["Bearer", { realm: "", authorization_uri: common, client_id: graph }]]
  ],
  [
    "two of one scheme",
    `Bearer error="insufficient_claims", claims="abc",Bearer authorization_uri="https://login.windows-ppe.net/", ` +
    `error="invalid_token", error_description="User session has been revoked", claims="def"`,
    [
      ["Bearer", { error: "insufficient_claims", claims: "abc" }],
      ["Bearer", {
        authorization_uri: "https://login.windows-ppe.net/",
        error: "invalid_token",
        error_description: "User session has been revoked",
        claims: "def"
      }]
    ]
  ],
  [
    "Azure Storage's, without quotes or commas",
    "Bearer authorization_uri=https://login.microsoftonline.com/t/oauth2/authorize resource_id=https://storage.azure.com",
    [["Bearer", {
      authorization_uri: "https://login.microsoftonline.com/t/oauth2/authorize",
      resource_id: "https://storage.azure.com"
    }]]
  ],
  [
    "Azure DevOps's, of three fields",
    "Bearer authorization_uri=https://login.microsoftonline.com/t, Basic realm=\"https://pkgs.example/\", TFS-Federated",
    [
      ["Bearer", { authorization_uri: "https://login.microsoftonline.com/t" }],
      ["Basic", { realm: "https://pkgs.example/" }],
      ["TFS-Federated", {}]
    ]
  ],
  [
    "Azure Arc's",
    "Basic realm=/var/opt/azcmagent/tokens/f1da0584-97f1-42fd-a671-879ad3de86fa.key",
    [["Basic", { realm: "/var/opt/azcmagent/tokens/f1da0584-97f1-42fd-a671-879ad3de86fa.key" }]]
  ],
  [
    "PoP beside Bearer",
    `Bearer realm="", error="insufficient_claims", claims="abc", PoP nonce="n,1", PoP nonce=2`,
    [
      ["Bearer", { realm: "", error: "insufficient_claims", claims: "abc" }],
      ["PoP", { nonce: "n,1" }],
      ["PoP", { nonce: "2" }]
    ]
  ],
  [
    "RFC 9110's own example",
    `Basic realm="simple", Newauth realm="apps", type=1,  title="Login to \\"apps\\""`,
    [["Basic", { realm: "simple" }], ["Newauth", { realm: "apps", type: "1", title: "Login to \"apps\"" }]]
  ],
  ["token68", "Negotiate a87421000492aa874209af8bc028==", [["Negotiate", "a87421000492aa874209af8bc028==", {}]]],
  ["token68 and more", "Negotiate a/b+c=, Bearer a=b", [["Negotiate", "a/b+c=", {}], ["Bearer", { a: "b" }]]],
  ["schemes alone", "Negotiate, NTLM , Bearer", [["Negotiate", {}], ["NTLM", {}], ["Bearer", {}]]],
  ["no comma before a scheme", "Bearer realm=\"\" PoP nonce=\"x\"", [["Bearer", { realm: "" }], ["PoP", {
    nonce: "x"
  }]]],
  ["nothing at all between parameters", "Bearer a=\"1\"b=\"2\"", [["Bearer", { a: "1", b: "2" }]]],
  ["odd white space", " \t,, Bearer\t\ta = \"1\" ,\r\n b\t=2 , , ", [["Bearer", { a: "1", b: "2" }]]],
  ["names in capitals", "BEARER Error=x", [["BEARER", { error: "x" }]]],
  ["a name that comes twice", "Bearer a=1, a=2", [["Bearer", { a: "1" }]]],
  ["names that objects have", "Bearer __proto__=1, constructor=2", [["Bearer", {
    ["__proto__"]: "1",
    constructor: "2"
  }]]],
  ["base64 without quotes", "Bearer claims=abcd==, a=b", [["Bearer", { claims: "abcd==", a: "b" }]]],
  ["a quote that does not end", "Bearer a=1, claims=\"abc", [["Bearer", { a: "1", claims: "abc" }]]],
  ["an escape that does not end", "Bearer a=\"b\\", [["Bearer", { a: "b" }]]],
  ["a quote that ends too late", "Bearer a=\"b, c=\"d\", claims=\"e\"", [["Bearer", { a: "b, c=", claims: "e" }]]],
  [
    "quotes within quotes",
    "Bearer error_description=\"The \"user, x\" was \"Bob\" again\", claims=\"e\"",
    [["Bearer", { error_description: "The ", claims: "e" }]]
  ],
  ["a quote that begins nowhere", "Bearer \"a, b\" c=\"d\"", [["Bearer", { c: "d" }]]],
  ["what is no header", "<html>(\"x y\") {}", []],
  ["parameters without a scheme", "a=b, c=\"d\"", []],
  ["nothing", "", []]
]

describe("Challenge.parse", () => {
  for (const [what, header, expected] of table) {
    it(`reads ${what}`, () => assert.deepStrictEqual(Challenge.parse(header).map(plain), expected))
  }

  it("reads no header as no challenges", () => assert.deepStrictEqual(Challenge.parse(undefined), []))

  const tokenChars = Array.from("!#$%&'*+-.^_`|~09azAZ")
  const word = fc.string({ unit: fc.constantFrom(...tokenChars), minLength: 1, maxLength: 12 })
  const text = fc.string({ maxLength: 20 })
  const space = fc.constantFrom("", " ", "\t", "  ")
  const parameters = fc.uniqueArray(fc.tuple(word, text), {
    selector: ([name]) => name.toLowerCase(),
    maxLength: 5
  })
  const token68 = fc.tuple(
    fc.string({ unit: fc.constantFrom(...Array.from("aZ09-._~+/")), minLength: 1 }),
    fc.constantFrom("", "=", "==")
  ).map((parts) => parts.join(""))
  const challenge = fc.oneof(
    fc.record({ scheme: word, parameters, token68: fc.constant(undefined) }),
    fc.record({ scheme: word, parameters: fc.constant([]), token68 })
  )
  const quote = (value: string, always: boolean) =>
    always || !/^[!#$%&'*+\-.^_`|~0-9A-Za-z:/?]+$/.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : value

  it("gives back what was printed, however it was printed", () => {
    fc.assert(
      fc.property(
        fc.array(challenge, { maxLength: 4 }),
        fc.boolean(),
        fc.tuple(space, space, space),
        (challenges, quotes, [before, around, after]) => {
          const header = challenges.map(({ parameters, scheme, token68 }) =>
            [
              scheme,
              ...(token68 === undefined ? [] : [token68]),
              parameters.map(([name, value]) => `${name}${around}=${around}${quote(value, quotes)}`)
                .join(`${before},${after}`)
            ].filter((part) => part !== "").join(" ")
          ).join(`${before},${after}`)
          assert.deepStrictEqual(
            Challenge.parse(header).map((challenge) => ({
              ...challenge,
              parameters: Array.from(challenge.parameters),
              token68: challenge.token68
            })),
            challenges.map(({ parameters, scheme, token68 }) => ({
              scheme,
              parameters: parameters.map(([name, value]) => [name.toLowerCase(), value]),
              token68
            })) as never
          )
        }
      ),
      { numRuns: 1000 }
    )
  })

  const garbage = fc.array(
    fc.oneof(
      fc.constantFrom(
        "Bearer",
        "claims",
        "error",
        "=",
        ",",
        " ",
        "\"",
        "\\",
        "eyJ9",
        "==",
        "insufficient_claims",
        "\u0000"
      ),
      fc.string({ unit: "binary", maxLength: 5 })
    ),
    { maxLength: 60 }
  ).map((parts) => parts.join(""))

  it("never throws, and makes nothing up", () => {
    fc.assert(
      fc.property(garbage, (header) => {
        for (const { parameters, scheme, token68 } of Challenge.parse(header)) {
          assert.include(header, scheme)
          if (token68 !== undefined) assert.include(header, token68)
          for (const name of parameters.keys()) assert.include(header.toLowerCase(), name)
        }
        Challenge.claims(header)
      }),
      { numRuns: 2000 }
    )
  })

  it("reads the first 32 768 characters only", () => {
    const parametersOf = (header: string) => Challenge.parse(header)[0]!.parameters
    const padding = " ".repeat(32_768 - "Bearera=12".length)
    assert.deepStrictEqual(Array.from(parametersOf(`Bearer${padding}a=12`)), [["a", "12"]])
    assert.deepStrictEqual(Array.from(parametersOf(`Bearer${padding} a=12`)), [["a", "1"]])
  })

  // Quadratic time on these would be seconds each: 32 768 characters, squared.
  for (
    const unit of [
      "a ",
      "\"",
      "\\",
      "\"\\",
      "a=",
      "a=\"",
      ",",
      " ",
      "a",
      "a =",
      "=",
      "a b=",
      "\"\\\"",
      "a\t\t\t",
      "/=="
    ]
  ) {
    it(`takes no time over many a ${JSON.stringify(unit)}`, { timeout: 5000 }, () => {
      for (const start of ["", "Bearer ", "Bearer a=\""]) {
        for (const end of ["", "\u0000", "="]) Challenge.parse(start + unit.repeat(32_768 / unit.length) + end)
      }
    })
  }
})

describe("Challenge.claims", () => {
  const acrs = "{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"cp1\"}}}"
  const of = (json: string) => Buffer.from(json).toString("base64")

  const table: ReadonlyArray<readonly [what: string, header: string, expected: string | undefined]> = [
    [
      "Graph's",
      `Bearer realm="", authorization_uri=${common}, client_id="${graph}", error="insufficient_claims", ` +
      `claims="${nbfEncoded}", errorDescription="Continuous access evaluation"`,
      nbfClaims
    ],
    [
      "that of Microsoft's page",
      `Bearer realm="", authorization_uri="${common}", error="insufficient_claims", ` +
      "claims=\"eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlIjoiY3AxIn19fQ==\"",
      acrs
    ],
    [
      "one with the address of the caller in it",
      `Bearer error="insufficient_claims", claims="${
        of(
          "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1\"},\"xms_rp_ipaddr\":{\"value\":\"192.0.2.7\"}}}"
        )
      }"`,
      "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1\"},\"xms_rp_ipaddr\":{\"value\":\"192.0.2.7\"}}}"
    ],
    ["one without padding", `Bearer claims=${of(acrs).replace(/=+$/, "")}`, acrs],
    ["base64url", `Bearer claims="${Buffer.from("{\"a\":\"??>>ÿ\"}").toString("base64url")}"`, "{\"a\":\"??>>ÿ\"}"],
    ["base64", `Bearer claims="${of("{\"a\":\"??>>ÿ\"}")}"`, "{\"a\":\"??>>ÿ\"}"],
    ["plain JSON", "Bearer claims=\"{\\\"a\\\":1}\"", "{\"a\":1}"],
    ["one of an older kind", `Bearer error="invalid_token", claims="${nbfEncoded}"`, nbfClaims],
    [
      "the proper one of two",
      `Bearer error="invalid_token", claims="${nbfEncoded}", Bearer error=insufficient_claims, claims="${of(acrs)}"`,
      acrs
    ],
    [
      "the readable one of two",
      `Bearer error="insufficient_claims", claims="%%%", Bearer claims="${of(acrs)}"`,
      acrs
    ],
    ["none of another scheme", `PoP error="insufficient_claims", claims="${nbfEncoded}"`, undefined],
    ["Bearer's beside another scheme", `PoP claims="${nbfEncoded}", bearer claims="${of(acrs)}"`, acrs],
    ["none where there are none", `Bearer realm="", error="invalid_token"`, undefined],
    ["none of what is no base64", "Bearer claims=\"not base64\", error=\"insufficient_claims\"", undefined],
    ["none of what is no JSON", `Bearer claims="${of("hello")}"`, undefined],
    ["none of what is no object", `Bearer claims="${of("[1]")}"`, undefined],
    ["none of what was cut off", `Bearer claims="${nbfEncoded.slice(0, 40)}`, undefined],
    ["none of what nests too deep", `Bearer claims="${of("{\"a\":".repeat(3000) + "1" + "}".repeat(3000))}"`, undefined]
  ]
  for (const [what, header, expected] of table) {
    it(`finds ${what}`, () => assert.deepStrictEqual(Challenge.claims(header), Option.fromNullable(expected)))
  }

  it("finds none without a header", () => assert.deepStrictEqual(Challenge.claims(undefined), Option.none()))

  it("finds what forClaims says, in every cloud", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })),
        fc.constantFrom(...Object.values(NationalCloud.clouds)),
        (value, cloud) => {
          const claims = JSON.stringify(value)
          const header = Challenge.forClaims(claims, cloud)
          assert.deepStrictEqual(Challenge.claims(header), Option.some(claims))
          assert.match(header, /^[\x20-\x7e]+$/)
          const [challenge] = Challenge.parse(header)
          assert.strictEqual(challenge?.parameters.get("error"), "insufficient_claims")
          assert.isTrue(challenge?.parameters.get("authorization_uri")?.startsWith(`${cloud.authority}/`))
        }
      )
    )
  })
})
