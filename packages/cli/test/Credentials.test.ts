import { Seed } from "@effect-msgraph/emulator"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { stripVTControlCharacters } from "node:util"
import { emulator, lcw, reader, result, secret } from "./utils.js"

const list = ["runs", "list", "--workflow", result.workflowId, "--limit", "1"]
const { AZURE_CLIENT_ID: clientId, AZURE_TENANT_ID: tenantId } = reader
const atTerminal = { terminals: ["stdin", "stderr"] } as const

describe("credentials", () => {
  it.effect("come from options before the environment", () =>
    Effect.gen(function*() {
      const options = ["--tenant-id", tenantId, "--client-id", clientId, "--client-secret", secret]
      const { code, stderr, stdout } = yield* lcw([...list, ...options], { env: {} })
      expect(code).toBe(0)
      expect(stdout + stderr).not.toContain(secret)
      const wrong = { AZURE_TENANT_ID: "nobody", AZURE_CLIENT_ID: "nobody", AZURE_CLIENT_SECRET: "nothing" }
      expect((yield* lcw([...options, ...list], { env: wrong })).code).toBe(0)
      expect((yield* lcw([...list, ...options], { env: { MSGRAPH_TOKEN: "not-this-one" } })).code).toBe(0)
    }).pipe(Effect.provide(emulator)))

  it.effect("name what is missing, and where it could have been, when there is nobody to ask", () =>
    Effect.gen(function*() {
      for (const terminals of [[], ["stdin"], ["stderr"], ["stdout", "stderr"]] as const) {
        const { code, stderr, stdout } = yield* lcw([...list, "--no-color"], {
          env: { AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: "" },
          terminals
        })
        expect({ code, stdout }).toEqual({ code: 3, stdout: "" })
        expect(stderr).toBe([
          "lcw: There is no tenant id and client secret to get a token with.",
          "     Set AZURE_TENANT_ID and AZURE_CLIENT_SECRET in the environment, or give --tenant-id and --client-secret. " +
          "At a terminal, lcw asks.",
          "     Or set MSGRAPH_TOKEN, run lcw login, or choose another way with --auth.",
          ""
        ].join("\n"))
      }
    }).pipe(Effect.provide(emulator)))

  it.effect("are asked for at a terminal, and the secret is not echoed", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw(list, {
        ...atTerminal,
        env: {},
        typed: `${tenantId}\r${clientId}\r${secret}\r`
      })
      expect(code).toBe(0)
      expect(stdout).toMatch(/^STATUS/)
      expect(stripVTControlCharacters(stderr)).toContain("Client secret (AZURE_CLIENT_SECRET)")
      for (let end = 4; end <= secret.length; end++) expect(stderr).not.toContain(secret.slice(0, end))
      expect(stderr).not.toContain("*")
    }).pipe(Effect.provide(emulator)))

  it.effect("are asked for only as far as they are missing, and again while they are empty", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* lcw(list, {
        ...atTerminal,
        env: { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId },
        typed: `\r \r\u0015${secret}\r`
      })
      expect(code).toBe(0)
      expect(stripVTControlCharacters(stderr)).toContain("It cannot be empty")
      expect(stderr).not.toContain("AZURE_TENANT_ID")
    }).pipe(Effect.provide(emulator)))

  it.effect("can be refused with Ctrl-C", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw(list, { ...atTerminal, env: {}, typed: "con\u0003" })
      expect({ code, stdout }).toEqual({ code: 130, stdout: "" })
      expect(stderr).not.toContain("lcw:")
      expect(stderr.endsWith("\n")).toBe(true)
    }).pipe(Effect.provide(emulator)))

  it.effect("are not asked for before the command line is right", () =>
    Effect.gen(function*() {
      for (
        const args of [[...list, "--select", "nothing"], [...list, "--cloud", "custom"], [
          "runs",
          "list",
          "--workflow",
          "a b"
        ]]
      ) {
        const { code, stderr } = yield* lcw(args, { ...atTerminal, env: {}, typed: "" })
        expect(code).toBe(2)
        expect(stderr).not.toContain("AZURE_TENANT_ID")
      }
    }).pipe(Effect.provide(emulator)))

  it.effect("may be a token", () =>
    Effect.gen(function*() {
      for (
        const [token, code, message] of [
          ["Bearer x", 2, "lcw: MSGRAPH_TOKEN begins with \"Bearer\""],
          ["not.a.token", 3, "lcw: Graph refused the token (401"]
        ] as const
      ) {
        const outcome = yield* lcw([...list, "--no-color"], { env: { MSGRAPH_TOKEN: token } })
        expect(outcome.code).toBe(code)
        expect(outcome.stderr).toContain(message)
        expect(outcome.stderr).not.toContain(token)
      }
    }).pipe(Effect.provide(emulator)))

  it.effect("are of a cloud that can be named", () =>
    Effect.gen(function*() {
      const bad = [
        [["--cloud", "mars"], /global, usgov/],
        [["--cloud", "custom"], /--graph-root \(MSGRAPH_GRAPH_ROOT\): .*not an absolute URL/],
        [["--graph-root", "https://graph.example"], /--authority \(AZURE_AUTHORITY_HOST\): .*not an absolute URL/],
        [["--graph-root", "http://graph.example", "--authority", "https://x.example"], /--graph-root .*must be https/],
        [["--cloud", "bleu"], /does not exist in the cloud Bleu/]
      ] as const
      for (const [args, message] of bad) {
        const { code, stderr } = yield* lcw([...list, ...args])
        expect(stderr).toMatch(message)
        expect(code).toBe(2)
      }
      const { stderr } = yield* lcw(list, { env: { ...reader, MSGRAPH_CLOUD: "mars" } })
      expect(stderr).toMatch(/--cloud \(MSGRAPH_CLOUD\): .*"mars" is none of global, /)
    }).pipe(Effect.provide(emulator)))

  it.effect("fail in one sentence, with what to do", () =>
    Effect.gen(function*() {
      const { demoUnprivileged } = Seed
      const wrong = [
        [{ ...reader, AZURE_CLIENT_SECRET: "wrong-secret" }, 3, /The client secret is wrong.*AADSTS7000215/s],
        [{ ...reader, AZURE_TENANT_ID: "nosuch.example" }, 3, /No such tenant.*AADSTS90002/s],
        [{ ...reader, AZURE_CLIENT_ID: "00000000-0000-4000-8000-000000000000" }, 3, /No such application/],
        [{ ...reader, AZURE_CLIENT_ID: " x" }, 2, /--client-id \(AZURE_CLIENT_ID\) begins or ends with white space/],
        [
          {
            ...reader,
            AZURE_CLIENT_ID: demoUnprivileged.clientId,
            AZURE_CLIENT_SECRET: Redacted.value(demoUnprivileged.clientSecret)
          },
          4,
          /lacks a permission \(403.*Have an administrator grant it LifecycleWorkflows-Reports\.Read\.All.*request-id/s
        ]
      ] as const
      for (const [env, code, message] of wrong) {
        const outcome = yield* lcw(list, { env })
        expect(outcome.stderr).toMatch(message)
        expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code, stdout: "" })
        expect(outcome.stderr).not.toContain(env.AZURE_CLIENT_SECRET)
      }
    }).pipe(Effect.provide(emulator)))
})
