import { Seed } from "@effect-msgraph/emulator"
import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { Redacted } from "effect"
import * as Identity from "../src/Identity.js"
import { deciding, leaks, person, platform, temporary } from "./signingIn.js"
import { admin, answering, emulator, lcw, reader } from "./utils.js"

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

const token = (claims: unknown) => `${encode({ alg: "none" })}.${encode(claims)}.c2ln`

describe.sequential("lcw whoami", () => {
  it.effect("tells of an application", () =>
    Effect.gen(function*() {
      const outcome = yield* lcw(["whoami"])
      expect(outcome.code).toBe(0)
      expect(outcome.stderr).toBe("As the token says, which was decoded and not verified.\n")
      expect(outcome.stdout.split("\n").slice(0, 8)).toEqual([
        "signed in as    an application",
        `application     ${Seed.demoReader.displayName}`,
        `application id  ${Seed.demoReader.clientId}`,
        `tenant id       ${Seed.demoTenantId}`,
        "cloud           Global service",
        "method          secret (auto)",
        "permissions     LifecycleWorkflows-Reports.Read.All",
        "allow           22 of 61 operations"
      ])
      expect(outcome.stdout).toMatch(
        /\nmissing {9}LifecycleWorkflows\S+ for \d+ operations, such as workflows\.\w+\n(?: {16}\S+ for .*\n)+expires/
      )
      expect(outcome.stdout).toMatch(/\nexpires {9}1970-01-01 00:59:59Z \(in 59m\)\n$/)
    }).pipe(Effect.provide(emulator)))

  it.effect("has nothing missing of who may do everything", () =>
    Effect.gen(function*() {
      const { stdout } = yield* lcw(["whoami"], { env: admin })
      expect(stdout).not.toContain("missing")
      expect(stdout).toContain("allow           61 of 61 operations\n")
    }).pipe(Effect.provide(emulator)))

  it.scoped("tells of a user", () =>
    Effect.gen(function*() {
      const home = yield* temporary
      const env = person(home)
      yield* deciding(["login", "--device-code"], { env, platform })
      yield* TestClock.adjust("10 days")
      const outcome = yield* lcw(["whoami"], { env, platform })
      const [sana] = Seed.demoUsers
      expect(outcome.stdout).toContain([
        "signed in as    a user",
        `user            Sana Sato (${sana.userPrincipalName})`,
        `user id         ${sana.id}`,
        `application     ${Seed.demoPublicClient.displayName}`
      ].join("\n"))
      expect(outcome.stdout).toContain("allow           61 of 61 operations, as far as the user's roles do\n")
      expect(outcome.stdout).toMatch(/\nexpires {9}1970-01-11 01:00:\d\dZ \(in 59m\)\n$/)
      const json = yield* lcw(["whoami", "--json"], { env, platform })
      expect(JSON.parse(json.stdout)).toMatchObject({
        decoded: true,
        verified: false,
        access: "delegated",
        user: { id: sana.id, userPrincipalName: sana.userPrincipalName, displayName: "Sana Sato" },
        operations: { missing: [] }
      })
      expect(leaks(home, outcome, json)).toBe(false)
    }).pipe(Effect.provide(emulator)))

  it.effect("says of a token that it cannot decode that it cannot", () =>
    Effect.gen(function*() {
      for (const MSGRAPH_TOKEN of ["opaque-token", "a.b.c", `a.${encode([])}.c`]) {
        const { code, stderr, stdout } = yield* lcw(["whoami"], { env: { MSGRAPH_TOKEN } })
        expect(code).toBe(0)
        expect(stderr).toBe("The token cannot be decoded: whose it is, only Graph can tell.\n")
        expect(stdout).toMatch(
          /^application id {2}-\ntenant id {7}-\ncloud .*\nmethod {10}token \(auto\)\nexpires {9}unknown\n$/
        )
        expect(stdout + stderr).not.toContain(MSGRAPH_TOKEN)
      }
    }).pipe(Effect.provide(answering())))

  it.effect("shows what a token says without letting it steer the terminal", () =>
    Effect.gen(function*() {
      const MSGRAPH_TOKEN = token({ exp: 1800, tid: "t\u001b[2J", roles: ["A\nB", 3, null], app_displayname: {} })
      const { stdout } = yield* lcw(["whoami"], { env: { MSGRAPH_TOKEN } })
      expect(stdout).toContain("tenant id       t␛[2J\n")
      expect(stdout).toContain("permissions     A B\n")
      expect(stdout).toContain("expires         1970-01-01 00:30:00Z (in 30m)\n")
      expect(stdout).not.toContain(MSGRAPH_TOKEN.split(".")[1])
    }).pipe(Effect.provide(answering())))

  it.effect("needs a token", () =>
    Effect.gen(function*() {
      const { code, stdout } = yield* lcw(["whoami"], { env: { ...reader, AZURE_CLIENT_SECRET: "wrong" } })
      expect({ code, stdout }).toEqual({ code: 3, stdout: "" })
    }).pipe(Effect.provide(emulator)))
})

describe("Identity", () => {
  it("reads both versions of tokens", () => {
    const decode = (claims: unknown) => Identity.decode(Redacted.make(token(claims)))
    expect(decode({ ver: "2.0", azp: "app", oid: "me", scp: "A B", preferred_username: "me@x" })).toMatchObject({
      access: "delegated",
      application: { id: "app" },
      user: { id: "me", userPrincipalName: "me@x" },
      permissions: ["A", "B"]
    })
    expect(decode({ appid: "app", oid: "sp", roles: ["A"] })).toMatchObject({
      access: "application",
      application: { id: "app" },
      user: undefined,
      permissions: ["A"]
    })
    expect(decode({})).toMatchObject({ access: "application", permissions: [] })
    expect(decode("text")).toBeUndefined()
  })
})
