/** Ours beside Microsoft's clients and beside undici with `JSON.parse`: the same work, from the same server, in one run. */
import { build } from "esbuild"
import * as Path from "node:path"
import type { Group } from "../group.js"
import * as installed from "../installed.js"
import type { Table } from "../measure.js"
import { node, serve } from "../processes.js"
import { startTable } from "../start.js"

const here = import.meta.dirname

const packages = ["@microsoft/microsoft-graph-client", "@microsoft/msgraph-sdk", "undici", "@effect/platform", "effect"]

const programs = [
  { name: "@effect-msgraph/client, by module", file: "ours" },
  { name: "@effect-msgraph/client, by index, all methods", file: "oursByService" },
  { name: "Effect, its HTTP client and Schema alone", file: "effectAlone" },
  { name: "@microsoft/microsoft-graph-client", file: "official" },
  { name: "@microsoft/msgraph-sdk", file: "kiota" }
]

const run = async (check: boolean): Promise<ReadonlyArray<Table>> => {
  const { path, remove } = installed.make(["domain", "auth", "client"], [
    ...packages,
    "@effect/platform-node",
    "@microsoft/kiota-abstractions"
  ])
  try {
    for (const file of ["server", "measurements"]) {
      await build({
        entryPoints: [Path.join(here, `${file}.ts`)],
        outfile: Path.join(path, `${file}.mjs`),
        bundle: true,
        packages: "external",
        format: "esm",
        platform: "node",
        target: "node20"
      })
    }
    const { close, root } = await serve("server.mjs", path)
    try {
      const tables = JSON.parse(
        await node(["measurements.mjs", root, ...(check ? ["check"] : [])], { cwd: path })
      ) as ReadonlyArray<Table>
      const start = await startTable({
        title: "Cold start and size of a program that reads one workflow",
        about:
          "A program that reads one workflow with a token that it has, with the packages as the registry would have " +
          "them (built files, plain Node).",
        after:
          "*By module* imports the one operation; *by index* all packages whole, and the service with a method for each " +
          "operation. A program that uses Effect has the third row without us.",
        cwd: path,
        folder: Path.join(here, "programs"),
        programs,
        check: (program) =>
          `import { name } from ${JSON.stringify(program)}
          process.stdout.write(await name(${JSON.stringify(root)}))`,
        expected: "Onboard",
        rounds: check ? 1 : 10
      })
      return [...tables, start]
    } finally {
      close()
    }
  } finally {
    remove()
  }
}

export const client: Group = {
  title: "The client, beside Microsoft's",
  about:
    "`@effect-msgraph/client` beside `@microsoft/microsoft-graph-client`, `@microsoft/msgraph-sdk`, and undici with " +
    "`JSON.parse` as the floor: the same work, from the same server, in one run.",
  page: "client.md",
  setUp:
    "the server is a process of its own, over plain HTTP, and so is each of the tables. Ours is `GraphClient.layer` with a token that is given, and " +
    "all else as it comes, on `FetchHttpClient`, on `NodeHttpClient.layerUndici`, or on `UndiciHttpClient` of " +
    "`@effect-msgraph/client/undici`. `@microsoft/microsoft-graph-client` is `Client.init` with a callback that has the token. `@microsoft/msgraph-sdk` has no request builders for Lifecycle " +
    "Workflows in a published package, so its adapter and models are used as such a builder would. It cannot batch: its " +
    "batches lose their headers and answers.",
  packages,
  run
}
