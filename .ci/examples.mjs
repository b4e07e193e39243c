/**
 * Compiles the code that the documentation shows, as a program of its own would: every `ts` block in the comments of the
 * published packages, and in the READMEs and docs/ every one that starts with an import. What imports `node:assert` is
 * run, too.
 */
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { fail, filesBelow, packages, published, root } from "./workspace.mjs"

/** The `ts` blocks of a text; `line` is where the code of a block starts, counted from 1. */
const blocksOf = (text) => {
  const blocks = []
  let open
  text.split("\n").forEach((line, index) => {
    if (open === undefined && /^\s*```ts$/.test(line)) open = { line: index + 2, lines: [] }
    else if (open !== undefined && /^\s*```$/.test(line)) {
      blocks.push({ line: open.line, code: open.lines.join("\n") + "\n" })
      open = undefined
    } else open?.lines.push(line)
  })
  return blocks
}

const inSources = published.flatMap(({ folder, dir }) =>
  filesBelow(Path.join(dir, "src")).filter((name) => name.endsWith(".ts")).map((name) =>
    `packages/${folder}/src/${name}`
  )
).flatMap((file) =>
  // Only comments, without their stars, each line in its place.
  blocksOf(Fs.readFileSync(Path.join(root, file), "utf8").replace(/^\s*\* ?/gm, (stars) => stars.replace(/[^\n]/g, "")))
    .map((block) => ({ ...block, file }))
)

const inProse = [
  "README.md",
  ...packages.map(({ folder }) => `packages/${folder}/README.md`),
  ...filesBelow(Path.join(root, "docs")).filter((name) => name.endsWith(".md") && !name.startsWith("reference/"))
    .map((name) => `docs/${name}`)
].filter((file) => Fs.existsSync(Path.join(root, file))).flatMap((file) =>
  blocksOf(Fs.readFileSync(Path.join(root, file), "utf8"))
    .filter(({ code }) => code.startsWith("import "))
    .map((block) => ({ ...block, file }))
)

const snippets = [...inSources, ...inProse].map((snippet, index) => ({ ...snippet, name: `snippet${index}.ts` }))

// In this folder the names of our packages, and of what examples need besides, resolve as they do for users.
const dir = Path.join(root, "packages/examples/.snippets")

/** Says of a place in a snippet where it stands in the documentation. */
const located = (output) =>
  output.replace(/[^\s('"]*(snippet\d+\.ts)(?:[(:](\d+)([,:]\d+\)?))?/g, (place, name, line, rest) => {
    const snippet = snippets.find((snippet) => snippet.name === name)
    if (snippet === undefined) return place
    return `${snippet.file}:${snippet.line + Number(line ?? 1) - 1}${
      (rest ?? "").replace(/[,)]/g, (c) => c === "," ? ":" : "")
    }`
  })

const run = (tool, args) => {
  const { error, status, stderr, stdout } = spawnSync(process.execPath, [
    Path.join(root, "node_modules", tool),
    ...args
  ], {
    cwd: dir,
    encoding: "utf8",
    timeout: 120_000
  })
  if (status !== 0) {
    fail([`examples: ${located(`${stdout}${stderr}`).trim()}${error === undefined ? "" : `\n${error.message}`}`])
  }
}

const asserting = snippets.filter(({ code }) => /from "node:assert/.test(code))

Fs.rmSync(dir, { recursive: true, force: true })
Fs.mkdirSync(dir)
process.on("exit", () => Fs.rmSync(dir, { recursive: true, force: true }))
for (const { code, name } of snippets) Fs.writeFileSync(Path.join(dir, name), code)
Fs.writeFileSync(
  Path.join(dir, "run.ts"),
  asserting.map(({ name }) => `await import("./${name}")\n`).join("") + "export {}\n"
)
Fs.writeFileSync(
  Path.join(dir, "tsconfig.json"),
  JSON.stringify({
    extends: "../../../tsconfig.base.json",
    include: ["*.ts"],
    compilerOptions: {
      noEmit: true,
      composite: false,
      declarationMap: false,
      allowImportingTsExtensions: true,
      noUnusedLocals: false,
      types: ["node"]
    },
    references: packages.flatMap(({ dir, folder }) =>
      Fs.readdirSync(dir).filter((name) => /^tsconfig\.(src|node|redis|undici)\.json$/.test(name)).map((name) => ({
        path: `../../${folder}/${name}`
      }))
    )
  })
)

run("typescript/bin/tsc", ["-b", "--pretty", "false", "tsconfig.json"])
run("tsx/dist/cli.mjs", ["run.ts"])
console.log(`${snippets.length} examples compiled, ${asserting.length} of them run`)
