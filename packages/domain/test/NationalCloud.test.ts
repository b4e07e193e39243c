import { NationalCloud } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertLeft, assertRight, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { ConfigProvider, Effect, Either, FastCheck as fc } from "effect"

const triples = {
  global: ["https://graph.microsoft.com", "https://login.microsoftonline.com", "https://graph.microsoft.com/.default"],
  usgov: ["https://graph.microsoft.us", "https://login.microsoftonline.us", "https://graph.microsoft.us/.default"],
  dod: [
    "https://dod-graph.microsoft.us",
    "https://login.microsoftonline.us",
    "https://dod-graph.microsoft.us/.default"
  ],
  china: [
    "https://microsoftgraph.chinacloudapi.cn",
    "https://login.partner.microsoftonline.cn",
    "https://microsoftgraph.chinacloudapi.cn/.default"
  ],
  bleu: [
    "https://graph.svc.sovcloud.fr",
    "https://login.sovcloud-identity.fr",
    "https://graph.svc.sovcloud.fr/.default"
  ],
  delos: [
    "https://graph.svc.sovcloud.de",
    "https://login.sovcloud-identity.de",
    "https://graph.svc.sovcloud.de/.default"
  ],
  govsg: [
    "https://graph.svc.sovcloud.sg",
    "https://login.sovcloud-identity.sg",
    "https://graph.svc.sovcloud.sg/.default"
  ]
} as const

const names = Object.keys(triples) as Array<NationalCloud.Name>

const invalid = (field: "graphRoot" | "authority" | "name", reason: string) =>
  new NationalCloud.InvalidCloud({ field, reason })

const notAbsolute = "it is not an absolute URL, such as https://graph.example.com"
const notHttps = "it must be https; plain http is allowed for 127.0.0.1, ::1 and localhost only"
const userInfo = "it must not carry a user name or a password"
const notOrigin = "it must be an origin alone, without path, query or fragment"

describe("NationalCloud", () => {
  describe("clouds", () => {
    it("are these seven", () => {
      deepStrictEqual(Object.keys(NationalCloud.clouds), names)
    })

    for (const name of names) {
      it(`${name} has its Graph root, authority and scope`, () => {
        const cloud = NationalCloud.clouds[name]
        strictEqual(cloud.name, name)
        deepStrictEqual([cloud.graphRoot, cloud.authority, cloud.scope], [...triples[name]])
        // A known cloud is no exception from the rules for a custom one.
        const custom = Either.getOrThrow(NationalCloud.custom(cloud))
        deepStrictEqual(custom, { ...cloud, name: "custom" })
      })
    }
  })

  describe("fromName", () => {
    for (const name of names) {
      it(`finds ${name} in any case, with white space around it`, () => {
        assertRight(NationalCloud.fromName(name), NationalCloud.clouds[name])
        assertRight(NationalCloud.fromName(` ${name.toUpperCase()}\n`), NationalCloud.clouds[name])
      })
    }

    it("names the choices for any other", () => {
      const error = invalid("name", "\"mars\" is none of global, usgov, dod, china, bleu, delos, govsg or custom")
      assertLeft(NationalCloud.fromName("mars"), error)
      strictEqual(
        error.message,
        "The cloud's name cannot be used: \"mars\" is none of global, usgov, dod, china, bleu, delos, govsg or custom"
      )
    })

    it.each(["", "constructor", "__proto__", "toString", "custom"])("does not find %j", (name) => {
      assertTrue(Either.isLeft(NationalCloud.fromName(name)))
    })
  })

  describe("custom", () => {
    const graphRoot = "https://graph.example.com"
    const authority = "https://login.example.com"

    it("derives the scope from the Graph root", () => {
      assertRight(NationalCloud.custom({ graphRoot: "https://graph.example.com:8443", authority }), {
        name: "custom",
        displayName: "graph.example.com:8443",
        graphRoot: "https://graph.example.com:8443",
        authority,
        scope: "https://graph.example.com:8443/.default"
      })
    })

    it("takes a display name", () => {
      strictEqual(
        Either.getOrThrow(NationalCloud.custom({ graphRoot, authority, displayName: "Test" })).displayName,
        "Test"
      )
    })

    it("normalizes an origin", () => {
      const cloud = Either.getOrThrow(
        NationalCloud.custom({ graphRoot: "HTTPS://Graph.Example.com:443/", authority: `${authority}/` })
      )
      strictEqual(cloud.graphRoot, graphRoot)
      strictEqual(cloud.authority, authority)
    })

    it.each(["http://127.0.0.1:4010", "http://localhost:4010", "http://[::1]:4010"])("allows %s", (origin) => {
      const cloud = Either.getOrThrow(NationalCloud.custom({ graphRoot: origin, authority: origin }))
      deepStrictEqual([cloud.graphRoot, cloud.authority, cloud.scope], [origin, origin, `${origin}/.default`])
    })

    const unfit: ReadonlyArray<readonly [origin: string, reason: string]> = [
      ["", notAbsolute],
      ["graph.example.com", notAbsolute],
      ["/graph", notAbsolute],
      ["https://", notAbsolute],
      ["http://graph.example.com", notHttps],
      ["http://127.0.0.2", notHttps],
      ["http://127.0.0.1.example.com", notHttps],
      ["http://localhost.example.com", notHttps],
      ["http://[::2]", notHttps],
      ["ftp://127.0.0.1", notHttps],
      ["ws://localhost", notHttps],
      ["javascript:alert(1)", notHttps],
      ["https://user@graph.example.com", userInfo],
      ["https://:secret@graph.example.com", userInfo],
      ["https://graph.microsoft.com@evil.example.com", userInfo],
      ["http://user:secret@127.0.0.1", userInfo],
      ["https://graph.example.com/v1.0", notOrigin],
      ["https://graph.example.com?a=b", notOrigin],
      ["https://graph.example.com/#a", notOrigin],
      ["https://graph.example.com\\v1.0", notOrigin]
    ]
    it.each(unfit)("refuses %s", (origin, reason) => {
      assertLeft(NationalCloud.custom({ graphRoot: origin, authority }), invalid("graphRoot", reason))
      assertLeft(NationalCloud.custom({ graphRoot, authority: origin }), invalid("authority", reason))
    })

    it.prop("never accepts plain http beyond the loopback addresses", [fc.webAuthority()], ([host]) => {
      fc.pre(!/^(127\.0\.0\.1|localhost)(:|$)/i.test(host) && URL.canParse(`http://${host}`))
      fc.pre(new URL(`http://${host}`).hostname !== "127.0.0.1")
      assertTrue(Either.isLeft(NationalCloud.custom({ graphRoot: `http://${host}`, authority })))
    })

    it("does not repeat what it refuses, for it may hold a password", () => {
      const cloud = NationalCloud.custom({ graphRoot: "https://user:s3cret@graph.example.com", authority })
      strictEqual(JSON.stringify(cloud).includes("s3cret"), false)
    })
  })

  describe("config", () => {
    const load = (entries: ReadonlyArray<readonly [string, string]>) =>
      NationalCloud.config.pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(entries))))

    const failure = (entries: ReadonlyArray<readonly [string, string]>) =>
      Effect.map(Effect.flip(load(entries)), (error) => String(error))

    it.effect("is the global cloud by default", () =>
      Effect.map(load([]), (cloud) => deepStrictEqual(cloud, NationalCloud.global)))

    it.effect("is the cloud of that name", () =>
      Effect.map(load([["MSGRAPH_CLOUD", "USGov"]]), (cloud) => deepStrictEqual(cloud, NationalCloud.usGov)))

    it.effect("is the cloud of the authority that Azure's tools were told of", () =>
      Effect.gen(function*() {
        for (const host of ["https://login.partner.microsoftonline.cn/", "login.partner.microsoftonline.cn"]) {
          deepStrictEqual(yield* load([["AZURE_AUTHORITY_HOST", host]]), NationalCloud.china)
        }
        const named = yield* load([["MSGRAPH_CLOUD", "dod"], [
          "AZURE_AUTHORITY_HOST",
          "https://login.microsoftonline.us"
        ]])
        deepStrictEqual(named, NationalCloud.usGovDod)
      }))

    it.effect("asks for a name where the authority is of several clouds, or of none", () =>
      Effect.gen(function*() {
        assertInclude(yield* failure([["AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us"]]), "usgov, dod")
        assertInclude(
          yield* failure([["AZURE_AUTHORITY_HOST", "https://login.example.com"]]),
          "MSGRAPH_CLOUD to custom"
        )
      }))

    it.effect("refuses a name and an authority that contradict each other", () =>
      Effect.map(
        failure([["MSGRAPH_CLOUD", "china"], ["AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com"]]),
        (text) => {
          assertInclude(text, "AZURE_AUTHORITY_HOST")
          assertInclude(text, "https://login.partner.microsoftonline.cn")
        }
      ))

    it.effect("is a custom cloud", () =>
      Effect.map(
        load([
          ["MSGRAPH_CLOUD", " Custom "],
          ["MSGRAPH_GRAPH_ROOT", "http://127.0.0.1:4010"],
          ["AZURE_AUTHORITY_HOST", "http://127.0.0.1:4011/"]
        ]),
        (cloud) =>
          deepStrictEqual(cloud, {
            name: "custom",
            displayName: "127.0.0.1:4010",
            graphRoot: "http://127.0.0.1:4010",
            authority: "http://127.0.0.1:4011",
            scope: "http://127.0.0.1:4010/.default"
          })
      ))

    it.effect("names the choices", () =>
      Effect.map(failure([["MSGRAPH_CLOUD", "mars"]]), (text) =>
        strictEqual(
          text,
          "(Invalid data at MSGRAPH_CLOUD: \"The cloud's name cannot be used: \"mars\" is none of global, usgov, dod, china, bleu, delos, govsg or custom\")"
        )))

    it.effect("says which origin of a custom cloud is missing", () =>
      Effect.gen(function*() {
        const noRoot = yield* failure([["MSGRAPH_CLOUD", "custom"]])
        assertInclude(noRoot, "MSGRAPH_GRAPH_ROOT")
        assertInclude(noRoot, notAbsolute)
        const noAuthority = yield* failure([
          ["MSGRAPH_CLOUD", "custom"],
          ["MSGRAPH_GRAPH_ROOT", "http://127.0.0.1:4010"]
        ])
        assertInclude(noAuthority, "AZURE_AUTHORITY_HOST")
        assertInclude(noAuthority, notAbsolute)
      }))

    it.effect("says which origin of a custom cloud is unfit", () =>
      Effect.gen(function*() {
        const text = yield* failure([
          ["MSGRAPH_CLOUD", "custom"],
          ["MSGRAPH_GRAPH_ROOT", "http://127.0.0.1:4010"],
          ["AZURE_AUTHORITY_HOST", "http://login.example.com"]
        ])
        assertInclude(text, "AZURE_AUTHORITY_HOST")
        assertInclude(text, notHttps)
      }))
  })
})
