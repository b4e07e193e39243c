import * as AuthError from "@effect-msgraph/auth/AuthError"
import * as GraphError from "@effect-msgraph/client/GraphError"
import { Fault, GraphEmulator } from "@effect-msgraph/emulator"
import { describe, expect, it } from "@effect/vitest"
import { Arbitrary, Effect, FastCheck as fc } from "effect"
import * as ExitCode from "../src/ExitCode.js"
import * as Failure from "../src/Failure.js"
import * as Methods from "../src/Methods.js"
import { answering, emulator, inject, lcw, listLarge, result, whileTimePasses, withToken } from "./utils.js"

const list = ["runs", "list", "--workflow", result.workflowId]

const waiting = (args: ReadonlyArray<string>, options?: Parameters<typeof lcw>[1]) =>
  whileTimePasses(lcw(args, options), "1 second")

describe("failures", () => {
  it.effect("names what was not found", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw([
        "runs",
        "get",
        "--workflow",
        result.workflowId,
        "--run",
        result.workflowId
      ])
      expect({ code, stdout }).toEqual({ code: 5, stdout: "" })
      expect(stderr).toMatch(
        /^lcw: There is no such object \(404 \w+\): .*\n {5}Check --workflow and --run, and that it is the right tenant\.\n {5}workflows\.runs\.get, request-id [\w-]+, client-request-id [\w-]+/
      )
    }).pipe(Effect.provide(emulator)))

  it.effect("waits while the service asks for it, and says so", () =>
    Effect.gen(function*() {
      yield* inject(Fault.throttled(30))
      const { code, stderr } = yield* waiting(list)
      expect(code).toBe(0)
      expect(stderr).toMatch(/warn graph\.microsoft\.com asks to wait \(429, retry-after 30\)/)
    }).pipe(Effect.provide(emulator)))

  it.effect("does not wait for longer than anybody would", () =>
    Effect.gen(function*() {
      yield* inject(Fault.throttled(3600))
      const { code, stderr } = yield* lcw(list)
      expect(code).toBe(6)
      expect(stderr).toMatch(/lcw: Graph throttles this application \(429.*\n {5}Try again in 1h\./)
    }).pipe(Effect.provide(emulator)))

  it.effect("gives a failing service up after a while", () =>
    Effect.gen(function*() {
      yield* inject(Fault.unavailable(), 10)
      const { code, stderr } = yield* waiting(list)
      expect(code).toBe(7)
      expect(stderr).toMatch(/^lcw: Graph failed \(503.*\n {5}Try again later\.\n {5}workflows\.runs\.list, request-id/)
      const { requestCounts } = yield* GraphEmulator.GraphEmulator
      expect((yield* requestCounts).byEndpoint.graph).toBe(5)
    }).pipe(Effect.provide(emulator)))

  it.effect("recognizes a gateway", () =>
    Effect.gen(function*() {
      yield* inject(Fault.htmlPage(502), 10)
      const { code, stderr } = yield* waiting(list)
      expect(code).toBe(7)
      expect(stderr).toMatch(
        /^lcw: What answered \(502\) is not Microsoft Graph: it sent \d+ characters of text\/html\./
      )
    }).pipe(Effect.provide(emulator)))

  it.effect("cannot reach what is not there", () =>
    Effect.gen(function*() {
      const hosts = ["--graph-root", "http://127.0.0.1:9", "--authority", "http://127.0.0.1:9"]
      const authority = yield* waiting([...list, ...hosts])
      expect(authority.code).toBe(8)
      expect(authority.stderr).toMatch(/^lcw: http:\/\/127\.0\.0\.1:9 could not be reached/)
      const graph = yield* waiting([...list, ...hosts], { env: { MSGRAPH_TOKEN: "some-token" } })
      expect(graph.code).toBe(8)
      expect(graph.stderr).toMatch(
        /^lcw: (?:http:\/\/127\.0\.0\.1:9 cannot be reached|The connection to http:\/\/127\.0\.0\.1:9 broke)/
      )
    }).pipe(Effect.provide(emulator)))

  it.effect("keeps what came before, and says that it is not all", () =>
    Effect.gen(function*() {
      const { inject } = yield* GraphEmulator.GraphEmulator
      yield* inject(Fault.delay(0), { endpoint: "graph" })
      yield* inject(Fault.status(403, { code: "Authorization_RequestDenied", message: "no \u001b[2J more" }), {
        endpoint: "graph"
      })
      const { code, stderr, stdout } = yield* lcw([...listLarge, "--json"])
      expect(code).toBe(4)
      expect(stdout.trimEnd().split("\n")).toHaveLength(100)
      expect(stderr).toContain("no ␛[2J more")
      expect(stderr).not.toContain("\u001b")
    }).pipe(Effect.provide(emulator)))

  it.effect("owns up to faults of its own", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw(list, { env: withToken })
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
      expect(stderr).toMatch(/^lcw: This should not have happened\. Report it, please:\n {5}Error: no answer is left\n/)
    }).pipe(Effect.provide(answering())))

  it("has a sentence and an exit code for everything that can go wrong, on lines of its own", () => {
    const failures = fc.oneof(Arbitrary.make(GraphError.GraphError), Arbitrary.make(AuthError.AuthError))
    fc.assert(
      fc.property(failures, (failure) => {
        const text = Failure.render(failure, { colors: false })
        expect(text).toMatch(/^lcw: ./)
        expect(text).not.toContain("undefined")
        expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u)
        expect(ExitCode.table[Failure.exitCode(failure)].code).toBeGreaterThan(0)
      })
    )
  })

  it("calls credentials what people call them, and a chain's members each on a line", () => {
    const { noDiagnostics: diagnostics } = AuthError
    const said = (failure: Failure.Failure) => Failure.render(failure, { colors: false })
    for (const { credential, title } of Object.values(Methods.table)) {
      for (
        const failure of [
          new AuthError.InvalidClient({ credential, clientId: "app", diagnostics }),
          new AuthError.CredentialUnavailable({ credential, reason: "no reason", diagnostics }),
          new AuthError.AuthorityUnavailable({ credential, authority: "https://x", reason: "Network", diagnostics }),
          new AuthError.InteractionRequired({ credential, diagnostics: { codes: [50173] } }),
          new AuthError.DeviceCodeExpired({ credential, diagnostics }),
          new AuthError.AuthorizationDeclined({ credential, diagnostics })
        ]
      ) {
        expect(said(failure)).not.toContain(credential)
        expect(ExitCode.table[Failure.exitCode(failure)].code).toBe(failure._tag === "AuthorityUnavailable" ? 8 : 3)
      }
      expect(said(new AuthError.InvalidClient({ credential, diagnostics }))).toContain(`(${title})`)
    }
    expect(said(
      new AuthError.CredentialUnavailable({
        credential: "DefaultCredential",
        reason: "no credential can be used here",
        skipped: [{ credential: "AzureCli", reason: "run: az login" }, { credential: "Mine", reason: "not yet" }],
        diagnostics
      })
    )).toBe([
      "lcw: The default chain gave no token: no credential can be used here.",
      "     - the Azure CLI: run: az login",
      "     - Mine: not yet",
      ""
    ].join("\n"))
  })

  it("never reuses an exit code", () => {
    const codes = Object.values(ExitCode.table).map(({ code }) => code)
    expect(new Set(codes).size).toBe(codes.length)
  })
})
