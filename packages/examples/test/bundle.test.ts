import { LifecycleWorkflowsApi } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertFalse, assertInclude, assertTrue, deepStrictEqual } from "@effect/vitest/utils"
import * as Esbuild from "esbuild"
import { fileURLToPath } from "node:url"

/** Bundles a program as for a browser, a worker or any other place that is not Node. */
const bundle = (program: string, options?: Esbuild.BuildOptions) =>
  Esbuild.build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "ts" },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    logLevel: "silent",
    ...options
  }).then(({ errors, metafile, outputFiles, warnings }) => ({
    code: outputFiles![0]!.text,
    // What the bundle would still have to import where it runs.
    external: Object.values(metafile!.outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map(({ path }) => path)
    ),
    modules: Object.keys(metafile!.inputs),
    messages: [...errors, ...warnings].map(({ text }) => text)
  }))

const operationIds = LifecycleWorkflowsApi.operations.map(({ id }) => id)

/** The ids of the operations that a bundle holds. */
const operationsIn = (code: string): Array<string> => operationIds.filter((id) => code.includes(JSON.stringify(id)))

describe("bundles", { timeout: 60_000 }, () => {
  for (const name of ["domain", "auth", "client", "emulator"]) {
    it(`${name} runs where there is no Node`, async () => {
      const { code, external, messages, modules } = await bundle(
        `import * as entry from "@effect-msgraph/${name}"; console.log(entry)`
      )
      deepStrictEqual(messages, [])
      deepStrictEqual(external, [])
      assertFalse(/\bfrom\s*"node:|\brequire\(\s*"node:|\bimport\(\s*"node:/.test(code))
      assertTrue(modules.some((module) => module.includes(`packages/${name}/src/index.ts`)))
    })
  }

  it("would not do with an import of Node", async () => {
    const failure = await bundle("import \"node:fs\"").then(() => "bundled", (error) => String(error))
    assertInclude(failure, "Could not resolve \"node:fs\"")
  })

  it("a program with one operation holds one operation", async () => {
    const { code } = await bundle(`
      import { listRuns } from "@effect-msgraph/domain/LifecycleWorkflowsApi"
      console.log(listRuns.id)
    `)
    deepStrictEqual(operationsIn(code), [LifecycleWorkflowsApi.listRuns.id])
  })

  it("also where the client carries it out", async () => {
    const { code } = await bundle(`
      import { GraphClient } from "@effect-msgraph/client"
      import { getRun } from "@effect-msgraph/domain/LifecycleWorkflowsApi"
      import { Effect } from "effect"
      export const program = Effect.flatMap(GraphClient.GraphClient, (client) => client.execute(getRun, {}))
    `)
    deepStrictEqual(operationsIn(code), [LifecycleWorkflowsApi.getRun.id])
  })

  it("a program with the whole catalogue holds every operation", async () => {
    const { code } = await bundle(`
      import { operations } from "@effect-msgraph/domain/LifecycleWorkflowsApi"
      console.log(operations)
    `)
    deepStrictEqual(operationsIn(code), operationIds)
  })
})
