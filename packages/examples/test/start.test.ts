/** The README's first command, as a person runs it. */
import { Seed } from "@effect-msgraph/emulator"
import { GraphEmulatorServer } from "@effect-msgraph/emulator/node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../..", import.meta.url))

const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("AZURE_") && !name.startsWith("MSGRAPH_"))
)

const start = (environment: Readonly<Record<string, string>>) =>
  Effect.async<{ readonly code: number; readonly output: string; readonly errors: string }>((resume) => {
    const child = execFile(
      process.execPath,
      ["--import", "tsx", "packages/examples/src/start.ts"],
      { cwd: root, env: { ...inherited, ...environment } },
      (error, output, errors) =>
        resume(
          Effect.succeed({
            code: typeof error?.code === "number" ? error.code : error === null ? 0 : 1,
            output,
            errors
          })
        )
    )
    return Effect.sync(() => child.kill())
  })

describe("start", () => {
  it.live("asks the emulator, and reports", () =>
    Effect.gen(function*() {
      const { code, errors, output } = yield* start({})
      expect(errors).toBe("")
      expect(code).toBe(0)
      expect(output).toContain("answered by the emulator at http://127.0.0.1:")
      expect(output).toMatch(/id +78b83505-6967-4168-a7ea-4921c0543ce9/)
      expect(output).toMatch(/startedDateTime +2022-08-24T23:28:04\.490Z/)
      expect(output).toMatch(/id +40efc576-840f-47d0-ab95-5abca800f8a2/)
      expect(output).toMatch(/: 360 users\n( {2}\w+ +\d+\n)+/)
      expect(output).toMatch(/\d+ requests in /)
      expect(output).not.toContain(Redacted.value(Seed.demoReader.clientSecret))
    }), 60_000)

  it.live("asks the tenant that the environment names", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const { code, errors, output } = yield* start({
        MSGRAPH_CLOUD: "custom",
        MSGRAPH_GRAPH_ROOT: server.url,
        AZURE_AUTHORITY_HOST: server.url,
        AZURE_TENANT_ID: Seed.demoTenantId,
        AZURE_CLIENT_ID: Seed.demoReader.clientId,
        AZURE_CLIENT_SECRET: Redacted.value(Seed.demoReader.clientSecret),
        MSGRAPH_WORKFLOW_ID: Seed.demoResult.workflowId,
        MSGRAPH_RUN_ID: Seed.demoResult.runId,
        MSGRAPH_USER_PROCESSING_RESULT_ID: Seed.demoResult.userProcessingResultId
      })
      expect(errors).toBe("")
      expect(code).toBe(0)
      expect(output).toContain(`answered by tenant ${Seed.demoTenantId}`)
      expect(output).toContain(": 2 users")
      expect((yield* server.emulator.requestCounts).byEndpoint).toEqual({
        token: 1,
        graph: 3,
        authority: 1,
        unknown: 0
      })
    }).pipe(Effect.scoped), 60_000)

  it.live("does not guess where the environment names half of a result", () =>
    Effect.gen(function*() {
      const { code, errors, output } = yield* start({ MSGRAPH_WORKFLOW_ID: Seed.demoResult.workflowId })
      expect(code).toBe(1)
      for (const missing of ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "MSGRAPH_RUN_ID"]) {
        expect(errors).toContain(missing)
      }
      expect(output).not.toContain("answered by")
    }), 60_000)

  it.live("says in one sentence what is wrong", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const { code, errors } = yield* start({
        MSGRAPH_CLOUD: "custom",
        MSGRAPH_GRAPH_ROOT: server.url,
        AZURE_AUTHORITY_HOST: server.url,
        AZURE_TENANT_ID: Seed.demoTenantId,
        AZURE_CLIENT_ID: Seed.demoReader.clientId,
        AZURE_CLIENT_SECRET: "a-wrong-secret",
        MSGRAPH_WORKFLOW_ID: Seed.demoResult.workflowId,
        MSGRAPH_RUN_ID: Seed.demoResult.runId,
        MSGRAPH_USER_PROCESSING_RESULT_ID: Seed.demoResult.userProcessingResultId
      })
      expect(code).toBe(1)
      expect(errors).toMatch(/secret/)
      expect(errors).not.toContain("a-wrong-secret")
      expect(errors.trim().split("\n").length).toBe(1)
    }).pipe(Effect.scoped), 60_000)
})
