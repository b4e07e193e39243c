/**
 * Writes `src/index.ts` of each published package, and that of each of its entries (`src/node`, `src/redis`, `src/undici`): one namespace
 * export per module, under the first paragraph of the module's header. `--check` only says whether they are fresh.
 */
import * as Path from "node:path"
import { fail, headerOf, modulesOf, published, settle } from "./workspace.mjs"

const problems = []
const expected = {}

for (const { entry, file, folder, manifest, name, text } of modulesOf(published)) {
  const subpath = entry === undefined ? "." : `./${entry}`
  const header = headerOf(text)
  if (header.summary === "" || header.get("since") === undefined) {
    problems.push(`packages/${folder}/src/${file} needs a header: a paragraph and @since`)
  }
  if (manifest.exports[subpath] === undefined || manifest.publishConfig.exports[subpath] === undefined) {
    problems.push(`packages/${folder}/package.json needs "${subpath}" in exports and in publishConfig.exports`)
  }
  const doc = [...header.summary.split("\n"), "", `@since ${header.get("since")}`].map((line) => ` * ${line}`.trimEnd())
  const index = Path.posix.join("packages", folder, "src", entry ?? "", "index.ts")
  expected[index] = [
    ...(expected[index] === undefined ? [] : [expected[index]]),
    `/**\n${doc.join("\n")}\n */\nexport * as ${name} from "./${name}.js"\n`
  ].join("\n")
}

fail([...new Set(problems)])
settle({ expected, remedy: "pnpm codegen" })
