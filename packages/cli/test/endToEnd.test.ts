import { Fault, Seed } from "@effect-msgraph/emulator"
import { GraphEmulatorServer } from "@effect-msgraph/emulator/node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { run, start, watch } from "./processes.js"
import { getResult, listLarge, result } from "./utils.js"

const variables = (server: GraphEmulatorServer.Service, application = Seed.demoReader) => ({
  MSGRAPH_CLOUD: "custom",
  MSGRAPH_GRAPH_ROOT: server.cloud.graphRoot,
  AZURE_AUTHORITY_HOST: server.cloud.authority,
  AZURE_TENANT_ID: Seed.demoTenantId,
  AZURE_CLIENT_ID: application.clientId,
  AZURE_CLIENT_SECRET: Redacted.value(application.clientSecret)
})

const listRuns = ["runs", "list", "--workflow", result.workflowId]

describe("lcw as a process", { timeout: 120_000, concurrent: false }, () => {
  it.scopedLive("prints tables, JSON and colours over real HTTP", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const env = variables(server)
      const table = yield* run(listRuns, env)
      expect(table.code).toBe(0)
      expect(table.stdout).toMatch(/^STATUS .* ID\ncompleted /)
      expect(table.stdout).not.toContain("\u001b")
      expect(table.stderr).toMatch(/^\d+ runs: /)

      const json = yield* run([...getResult, "--json"], { ...env, FORCE_COLOR: "1" })
      expect(JSON.parse(json.stdout)).toMatchObject({
        id: result.userProcessingResultId,
        processingStatus: "completed"
      })

      const verbose = yield* run([...listRuns, "-v"], { ...env, FORCE_COLOR: "1" })
      expect(verbose.stdout).toContain("\u001b[0;32mcompleted\u001b[0m")
      expect(verbose.stderr).toContain("/oauth2/v2.0/token 200")
      for (const text of [table, json, verbose].flatMap(({ stderr, stdout }) => [stdout, stderr])) {
        expect(text).not.toContain(env.AZURE_CLIENT_SECRET)
        expect(text).not.toMatch(/eyJ[\w-]+\./)
      }
    }))

  it.scopedLive("exits with the code that tells what went wrong, and one sentence", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const env = variables(server)
      const unreachable = "http://127.0.0.1:9"
      const cases = [
        [
          ["runs", "get", "--workflow", result.workflowId, "--run", result.workflowId],
          env,
          5,
          "There is no such object (404"
        ],
        [listRuns, variables(server, Seed.demoUnprivileged), 4, "The application lacks a permission (403"],
        [listRuns, { ...env, AZURE_CLIENT_SECRET: "wrong-secret" }, 3, "The client secret is wrong"],
        [listRuns, { ...env, AZURE_TENANT_ID: "nosuch.example" }, 3, "No such tenant"],
        [listRuns, { ...env, AZURE_AUTHORITY_HOST: unreachable }, 8, `${unreachable} could not be reached`]
      ] as const
      const outcomes = yield* Effect.forEach(cases, ([args, env]) => run(args, env), { concurrency: 4 })
      for (const [index, [, env, code, sentence]] of cases.entries()) {
        const { stderr, stdout, ...ended } = outcomes[index]!
        expect(stderr).toContain(sentence)
        expect(stderr).toMatch(/^lcw: .+\n(?: {5}.+\n)*$/)
        expect({ ...ended, stdout }).toEqual({ code, signal: null, stdout: "" })
        expect(stderr).not.toContain(env.AZURE_CLIENT_SECRET)
      }
    }))

  it.scopedLive("writes from files and from standard input", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const env = variables(server, Seed.demoAdmin)
      const directory = mkdtempSync(join(tmpdir(), "lcw-"))
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(directory, { recursive: true })))
      const file = join(directory, "workflow.yaml")
      writeFileSync(
        file,
        [
          "category: joiner",
          "displayName: From a file",
          "executionConditions: { \"@odata.type\": \"#microsoft.graph.identityGovernance.onDemandExecutionOnly\" }",
          "tasks: []",
          "colour: red"
        ].join("\n")
      )
      const wrong = yield* run(["workflows", "create", file], env)
      expect({ code: wrong.code, stdout: wrong.stdout }).toEqual({ code: 2, stdout: "" })
      expect(wrong.stderr).toContain(`lcw: ${file}:5:1 colour: is not known here.`)

      writeFileSync(file, readFileSync(file, "utf8").replace("colour: red", ""))
      const created = yield* run(["workflows", "create", file], env)
      const id = /^Created workflow "From a file" \((\S+), version 1\)\n$/.exec(created.stdout)?.[1]
      expect(id).toBeDefined()

      const updated = yield* Effect.promise(() => {
        const child = start(["workflows", "update", "-", "--workflow", id!], env, "pipe")
        child.stdin!.end(JSON.stringify({ displayName: "From standard input" }))
        return watch(child)
      })
      expect(updated).toMatchObject({ code: 0, stdout: `Updated workflow ${id}\n`, stderr: "" })
      const refused = yield* run(["workflows", "delete", "--workflow", id!], env)
      expect(refused).toMatchObject({ code: 2, stdout: "" })
      const deleted = yield* run(["workflows", "delete", "--workflow", id!, "--yes"], env)
      expect(deleted).toMatchObject({ code: 0, stdout: `Deleted workflow ${id}\n` })
      const found = yield* run(["deleted", "get", "--workflow", id!, "--json"], env)
      expect(JSON.parse(found.stdout).displayName).toBe("From standard input")
    }))

  it.scopedLive("ends quietly when its reader has gone", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make({ pageSize: 10 })
      const outcome = yield* Effect.promise(() => {
        const child = start([...listLarge, "--json"], variables(server))
        // As `head -1` does.
        child.stdout!.once("data", () => child.stdout!.destroy())
        return watch(child)
      })
      expect(outcome).toMatchObject({ code: 0, signal: null, stderr: "" })
      expect((yield* server.emulator.requestCounts).byEndpoint.graph).toBeLessThan(36)
    }))

  it.scopedLive("can be interrupted", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      yield* server.emulator.inject(Fault.delay("10 minutes"), { endpoint: "graph", times: 10 })
      const outcome = yield* Effect.promise(() => {
        const child = start([...listRuns, "--verbose"], variables(server))
        let sent = false
        return watch(child, (_, stderr) => {
          // The token is there, and Graph is being asked.
          if (stderr.includes("/token 200") && !sent) sent = child.kill("SIGINT")
        })
      })
      expect(outcome).toMatchObject({ code: 130, signal: null, stdout: "" })
    }))

  it.live("runs the emulator until it is told to end", () =>
    Effect.gen(function*() {
      const outcome = yield* Effect.promise(() => {
        const child = start(["emulator"], {})
        let asked = false
        return watch(child, (stdout, stderr) => {
          if (asked || !stderr.includes("lcw runs list") || !stdout.includes("AZURE_CLIENT_SECRET=")) return
          asked = true
          const env = Object.fromEntries(
            stdout.trimEnd().split("\n").map((line) => /^export (\w+)=(.*)$/.exec(line)!.slice(1) as [string, string])
          )
          void watch(start(listRuns, env)).then(({ code, stdout }) => {
            child.kill(code === 0 && stdout.startsWith("STATUS") ? "SIGINT" : "SIGKILL")
          })
        })
      })
      expect(outcome).toMatchObject({ code: 130, signal: null })
      expect(outcome.stdout.split("\n").map((line) => line.split("=")[0])).toEqual([
        "export MSGRAPH_CLOUD",
        "export MSGRAPH_GRAPH_ROOT",
        "export AZURE_AUTHORITY_HOST",
        "export AZURE_TENANT_ID",
        "export AZURE_CLIENT_ID",
        "export AZURE_CLIENT_SECRET",
        ""
      ])
      expect(outcome.stderr).toMatch(/200 POST \/\S+\/oauth2\/v2\.0\/token \d+ ms/)
      expect(outcome.stderr).toMatch(/200 GET \/v1\.0\/\S+\/runs \d+ ms/)
    }))

  it.scopedLive("says that a port is taken", () =>
    Effect.gen(function*() {
      const { port } = yield* GraphEmulatorServer.make()
      const { code, stderr, stdout } = yield* run(["emulator", "--port", String(port)], {})
      expect({ code, stdout }).toEqual({ code: 8, stdout: "" })
      expect(stderr).toMatch(new RegExp(`^lcw: Cannot listen on 127\\.0\\.0\\.1:${port}: .*\\n {5}Choose another port`))
    }))
})
