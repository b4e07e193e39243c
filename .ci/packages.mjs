/**
 * Packs each published package and looks at the tarball as the registry and its users would: files, manifest, publint,
 * attw, and a program that imports every entry point and finds no internal one. Needs a build.
 */
import { execFile } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { fail, filesBelow, isModule, published, root } from "./workspace.mjs"

const temp = Fs.realpathSync(Fs.mkdtempSync(Path.join(Os.tmpdir(), "effect-msgraph-")))
process.on("exit", () => Fs.rmSync(temp, { recursive: true, force: true }))

const run = (command, args, cwd = root) =>
  new Promise((resolve) =>
    execFile(
      command,
      args,
      { cwd, timeout: 180_000, maxBuffer: 1 << 26 },
      (error, stdout, stderr) =>
        resolve({ ok: error === null, stdout, output: `${stdout}${stderr}`.trim() || String(error) })
    )
  )
const bin = (name) => Path.join(root, "node_modules/.bin", name)

const problems = []
const names = published.map(({ manifest }) => manifest.name)

const { packageManager } = JSON.parse(Fs.readFileSync(Path.join(root, "package.json"), "utf8"))
const packed = await run("npx", [
  "-y",
  packageManager,
  ...names.map((name) => `--filter=${name}`),
  "pack",
  "--json",
  "--pack-destination",
  temp
])
if (!packed.ok) fail([`pnpm pack\n${packed.output}`])
const tarballs = JSON.parse(packed.stdout.slice(packed.stdout.search(/^[[{]/m)))

// The node_modules of a program that uses us: our tarballs unpacked, and their dependencies linked from the workspace.
const installed = (name) => Path.join(temp, "node_modules", name)

const check = async ({ dir, manifest }) => {
  const wrong = (text) => problems.push(`${manifest.name}: ${text}`)
  const tarball = tarballs.find(({ name }) => name === manifest.name).filename
  const target = installed(manifest.name)
  Fs.mkdirSync(target, { recursive: true })
  const unpacked = await run("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"])
  if (!unpacked.ok) return wrong(unpacked.output)

  const files = filesBelow(target)
  for (const file of ["LICENSE", "README.md", "dist/index.js", "dist/index.d.ts"]) {
    if (!files.includes(file)) wrong(`no ${file} in the tarball`)
  }
  for (const file of files) {
    const source = /^dist\/(.+?)\.(?:js|d\.ts)(?:\.map)?$/.exec(file)?.[1]
    if (source !== undefined && !files.includes(`src/${source}.ts`)) wrong(`${file} has no source: build from clean`)
    if (!/^(?:dist|src|bin)\/|^(?:package\.json|LICENSE|README\.md|CHANGELOG\.md)$/.test(file)) {
      wrong(`${file} is packed`)
    }
  }

  const text = Fs.readFileSync(Path.join(target, "package.json"), "utf8")
  for (const [protocol] of text.matchAll(/"(?:workspace|catalog|link|file):[^"]*"/g)) wrong(`manifest has ${protocol}`)
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const source = Path.join(dir, "node_modules", name)
    if (names.includes(name) || Fs.existsSync(installed(name))) continue
    if (!Fs.existsSync(source)) wrong(`${name} is not installed`)
    Fs.mkdirSync(Path.dirname(installed(name)), { recursive: true })
    Fs.symlinkSync(Fs.realpathSync(source), installed(name), "junction")
  }

  const publint = await run(bin("publint"), ["--strict", tarball])
  if (!publint.ok) wrong(`publint\n${publint.output}`)
  const attw = await run(bin("attw"), [tarball, "--profile", "esm-only", "--exclude-entrypoints", "./package.json"])
  if (!attw.ok) wrong(`attw\n${attw.output}`)
}
await Promise.all(published.map(check))
fail(problems)

const specifiers = published.flatMap(({ dir, manifest }) =>
  filesBelow(Path.join(dir, "src")).filter((file) => file.endsWith(".ts")).map((file) => {
    const subpath = file.replace(/(?:^|\/)index\.ts$|\.ts$/, "")
    const open = file.endsWith("index.ts") || (isModule(file) && manifest.exports["./*"] !== undefined)
    return { specifier: Path.posix.join(manifest.name, subpath), open, internal: file.startsWith("internal/") }
  })
).filter(({ internal, open }) => open || internal)
Fs.writeFileSync(
  Path.join(temp, "program.mjs"),
  `for (const { specifier, open } of ${JSON.stringify(specifiers)}) {
    const code = await import(specifier).then(() => undefined, (error) => error.code ?? error.stack)
    if (code !== (open ? undefined : "ERR_PACKAGE_PATH_NOT_EXPORTED")) {
      console.log(specifier + (code === undefined ? " can be imported" : " cannot be imported: " + code))
      process.exitCode = 1
    }
  }`
)
const program = await run(process.execPath, ["program.mjs"], temp)
if (!program.ok) problems.push(program.output)
for (const { manifest } of published) {
  for (const [name, path] of Object.entries(manifest.bin ?? {})) {
    const { ok, output } = await run(process.execPath, [Path.join(installed(manifest.name), path), "--version"], temp)
    if (!ok) problems.push(`${name} --version\n${output}`)
  }
}
fail(problems)
console.log(`${published.length} packages, ${specifiers.filter(({ open }) => open).length} entry points`)
