import { GraphEmulator, Seed, type Tenant } from "@effect-msgraph/emulator"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, TestClock } from "effect"
import { spawnSync } from "node:child_process"
import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Methods from "../src/Methods.js"
import * as Settings from "../src/Settings.js"
import { deciding, person, platform, temporary } from "./signingIn.js"
import { answering, emulator, lcw, type Options, reader, result, secret } from "./utils.js"

const list = ["runs", "list", "--workflow", result.workflowId]

const whoami = (method: Methods.Name, options: Options, ...args: ReadonlyArray<string>) =>
  lcw(["whoami", "--json", "--auth", method, ...args], options)

const { AZURE_CLIENT_ID, AZURE_TENANT_ID } = reader
const ids = { AZURE_TENANT_ID, AZURE_CLIENT_ID }

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

const jwt = (key: KeyObject, claims: object): string => {
  const text = `${encode({ alg: "RS256", typ: "JWT", kid: "k" })}.${encode(claims)}`
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key, "base64url")}`
}

/** The demo tenant, whose reader can prove itself in this way as well. */
const provedBy = (proof: Partial<Tenant.Application>) =>
  GraphEmulator.layerInMemory({
    tenants: () => {
      const demo = Seed.demo()
      return [{
        ...demo,
        applications: demo.applications.map((application) =>
          application.appId === AZURE_CLIENT_ID ? { ...application, ...proof } : application
        )
      }]
    }
  })

const federated = () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const [issuer, subject, audience] = ["https://issuer.example", "system:demo", "api://AzureADTokenExchange"]
  return {
    token: jwt(privateKey, { iss: issuer, sub: subject, aud: audience, iat: 0, nbf: 0, exp: 3600, jti: "1" }),
    application: {
      federatedCredentials: [{ issuer, subject, keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k" }] }]
    }
  }
}

describe.sequential("--auth", () => {
  it.effect("secret, before a token that is there too", () =>
    Effect.gen(function*() {
      const { code, stdout } = yield* whoami("secret", { env: { ...reader, MSGRAPH_TOKEN: "some-token" } })
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ method: "secret", access: "application" })
    }).pipe(Effect.provide(emulator)))

  it.scoped("certificate", ({ skip }) =>
    Effect.gen(function*() {
      const folder = yield* temporary
      const [key, certificate, both] = ["key.pem", "cert.pem", "both.pem"].map((name) => join(folder, name))
      const { error } = spawnSync("openssl", [
        ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=lcw"],
        ...["-keyout", key!, "-out", certificate!]
      ])
      if (error !== undefined) return skip("there is no openssl here")
      writeFileSync(both!, readFileSync(key!, "utf8") + readFileSync(certificate!, "utf8"))
      // The certificate is one of the present.
      yield* TestClock.setTime(new Date())
      yield* TestClock.adjust("1 hour")
      yield* Effect.gen(function*() {
        const env = { ...ids, AZURE_CLIENT_CERTIFICATE_PATH: both! }
        for (
          const outcome of [
            yield* whoami("certificate", { env, platform }),
            yield* lcw(["whoami", "--json"], { env, platform })
          ]
        ) {
          expect(outcome.stderr).toBe("")
          expect(JSON.parse(outcome.stdout)).toMatchObject({ method: "certificate", tenantId: AZURE_TENANT_ID })
        }
        const given = yield* lcw(["whoami", "--json", "--certificate-path", both!], { env: reader, platform })
        expect(JSON.parse(given.stdout).method).toBe("certificate")
      }).pipe(Effect.provide(provedBy({ certificates: [readFileSync(certificate!, "utf8")] })))
    }))

  it.scoped("certificate, whose file is named when it cannot be used", () =>
    Effect.gen(function*() {
      const folder = yield* temporary
      const path = join(folder, "none.pem")
      const missing = yield* whoami("certificate", { env: { ...ids, AZURE_CLIENT_CERTIFICATE_PATH: path }, platform })
      expect(missing).toMatchObject({
        code: 2,
        stderr: "lcw: --certificate-path (AZURE_CLIENT_CERTIFICATE_PATH) leads to no file.\n"
      })
      const none = yield* whoami("certificate", { env: ids, platform })
      expect(none.code).toBe(3)
      expect(none.stderr).toContain("There is no certificate to get a token with.")
      expect(none.stderr).toContain("or give --certificate-path.")
    }).pipe(Effect.provide(emulator)))

  it.effect("token", () =>
    Effect.gen(function*() {
      const { code, stdout } = yield* whoami("token", { env: { ...reader, MSGRAPH_TOKEN: "some-token" } })
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ method: "token", decoded: false })
      const none = yield* whoami("token", { env: reader })
      expect(none.code).toBe(3)
      expect(none.stderr).toBe(
        "lcw: There is no token.\n     Set MSGRAPH_TOKEN in the environment. At a terminal, lcw asks.\n"
      )
      const typed = yield* whoami("token", { env: reader, terminals: ["stdin", "stderr"], typed: "typed-token\r" })
      expect(JSON.parse(typed.stdout).method).toBe("token")
      expect(typed.stderr).not.toContain("typed-token")
    }).pipe(Effect.provide(answering())))

  it.scoped("device-code, which keeps nothing", () =>
    Effect.gen(function*() {
      const env = person(yield* temporary)
      const listed = yield* deciding([...list, "--auth", "device-code"], { env, platform })
      expect(listed.code).toBe(0)
      expect(listed.stderr).toMatch(/^To sign in, open .*\n2 runs: 2 completed\n$/)
      expect((yield* whoami("login", { env, platform })).code).toBe(3)
    }).pipe(Effect.provide(emulator)))

  it.effect("managed-identity", () =>
    Effect.gen(function*() {
      const env = { IDENTITY_ENDPOINT: "http://127.0.0.1:1/msi/token", IDENTITY_HEADER: "some-header" }
      const { stderr, stdout } = yield* whoami("managed-identity", { env })
      expect(stderr).toBe("")
      expect(JSON.parse(stdout).method).toBe("managed-identity")
    }).pipe(Effect.provide(answering({
      access_token: "opaque-token",
      expires_on: "3600",
      resource: "https://graph.microsoft.com",
      token_type: "Bearer"
    }))))

  it.effect("managed-identity, where there is none", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* whoami("managed-identity", { env: {} })
      expect(code).toBe(3)
      expect(stderr).toMatch(/^lcw: The managed identity gave no token: .*this is no machine of Azure/)
    }).pipe(Effect.provide(emulator)))

  it.scoped("workload-identity, which variables alone are enough for", () => {
    const { application, token } = federated()
    return Effect.gen(function*() {
      const file = join(yield* temporary, "token")
      writeFileSync(file, token)
      const env = { ...ids, AZURE_FEDERATED_TOKEN_FILE: file }
      for (const args of [["--auth", "workload-identity"], []]) {
        const { stderr, stdout } = yield* lcw(["whoami", "--json", ...args], { env, platform })
        expect(stderr).toBe("")
        expect(JSON.parse(stdout).method).toBe("workload-identity")
      }
      const none = yield* whoami("workload-identity", { env: ids, platform })
      expect(none.code).toBe(3)
      expect(none.stderr).toMatch(
        /^lcw: The workload identity gave no token: .*AZURE_FEDERATED_TOKEN_FILE\) is not set/
      )
    }).pipe(Effect.provide(provedBy(application)))
  })

  it.effect("github", () => {
    const { application, token } = federated()
    const job = {
      ACTIONS_ID_TOKEN_REQUEST_URL: "http://127.0.0.1:1/id?v=1",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job-token"
    }
    const github = Layer.effect(
      HttpClient.HttpClient,
      Effect.map(
        HttpClient.HttpClient,
        (inner) =>
          HttpClient.make((request) =>
            request.url.startsWith("http://127.0.0.1:1/")
              ? Effect.succeed(HttpClientResponse.fromWeb(request, Response.json({ value: token })))
              : inner.execute(request)
          )
      )
    )
    return Effect.gen(function*() {
      const { stderr, stdout } = yield* whoami("github", { env: { ...ids, ...job } })
      expect(stderr).toBe("")
      expect(JSON.parse(stdout).method).toBe("github")
      const none = yield* whoami("github", { env: ids })
      expect(none.code).toBe(3)
      expect(none.stderr).toContain("permissions: id-token: write")
    }).pipe(Effect.provide(Layer.provideMerge(github, provedBy(application))))
  })

  for (
    const [method, title] of [
      ["azure-cli", "The Azure CLI"],
      ["azd", "The Azure Developer CLI"],
      ["powershell", "Azure PowerShell"]
    ] as const
  ) {
    it.effect(`${method}, where it is not installed`, () =>
      Effect.gen(function*() {
        const { code, stderr } = yield* whoami(method, { env: reader })
        expect(code).toBe(3)
        expect(stderr).toMatch(new RegExp(`^lcw: ${title} gave no token: .*not installed`))
      }).pipe(Effect.provide(emulator)))
  }

  it.effect("environment", () =>
    Effect.gen(function*() {
      const { stdout } = yield* whoami("environment", { env: reader })
      expect(JSON.parse(stdout)).toMatchObject({ method: "environment", application: { id: AZURE_CLIENT_ID } })
      const half = yield* whoami("environment", { env: { AZURE_CLIENT_SECRET: secret } })
      expect(half.code).toBe(2)
      expect(half.stderr).toMatch(/^lcw: --tenant-id \(AZURE_TENANT_ID\) is not set/)
    }).pipe(Effect.provide(emulator)))

  it.effect("default, which says why each of its members gave none", () =>
    Effect.gen(function*() {
      const { stdout } = yield* whoami("default", { env: reader })
      expect(JSON.parse(stdout).method).toBe("default")
      const { code, stderr } = yield* whoami("default", { env: {} })
      expect(code).toBe(3)
      const lines = stderr.split("\n")
      expect(lines[0]).toBe("lcw: The default chain gave no token: no credential can be used here.")
      expect(lines.slice(1, 7).map((line) => line.split(":")[0])).toEqual([
        "     - the environment",
        "     - the workload identity",
        "     - the managed identity",
        "     - the Azure CLI",
        "     - Azure PowerShell",
        "     - the Azure Developer CLI"
      ])
    }).pipe(Effect.provide(emulator)))

  it.effect("is one that there is", () =>
    Effect.gen(function*() {
      const option = yield* lcw([...list, "--auth", "password"], { env: reader })
      expect(option.code).toBe(2)
      expect(option.stderr).toContain("managed-identity")
      const variable = yield* lcw(list, { env: { ...reader, LCW_AUTH: "password" } })
      expect(variable.code).toBe(2)
      expect(variable.stderr).toMatch(
        /^lcw: --auth \(LCW_AUTH\): "password" is none of auto, secret, .* or default\.\n/
      )
      expect((yield* lcw(list, { env: { ...reader, LCW_AUTH: "auto" } })).code).toBe(0)
    }).pipe(Effect.provide(emulator)))

  it.effect("is explained, each by its name", () =>
    Effect.gen(function*() {
      const { stdout } = yield* lcw(["--help"], { env: {} })
      for (const [name, { description }] of Object.entries(Methods.table)) {
        expect(stdout.replace(/\n +/g, " ")).toContain(`${name} `)
        expect(stdout.replace(/\s+/g, " ")).toContain(description)
      }
      for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100)
    }).pipe(Effect.provide(answering())))

  it("names settings that there are", () => {
    for (const { needs } of Object.values(Methods.table)) {
      for (const need of needs) if (typeof need === "string") expect(Settings.table[need]).toBeDefined()
    }
  })
})
