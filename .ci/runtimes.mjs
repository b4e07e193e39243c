/**
 * Runs one program (packages/examples/src/anyRuntime.ts) on Node, Bun, Deno and workerd, from the built packages as their
 * users have them, and compares what it prints. Needs a build. The runtimes come from the registry into
 * node_modules/.cache; one that cannot be had is named, and left out.
 */
import { execFile, spawn } from "node:child_process"
import { generateKeyPairSync } from "node:crypto"
import * as Fs from "node:fs"
import { createRequire } from "node:module"
import * as Os from "node:os"
import * as Path from "node:path"
import { pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"
import { fail, libraries, root } from "./workspace.mjs"

/** A runtime's package with its binary for this machine; `undefined` where there is none. */
const packageFor = (packages) => packages[`${process.platform}-${process.arch}`]

const bun = {
  name: "Bun",
  version: "1.4.5",
  package: packageFor({
    "linux-x64": "@oven/bun-linux-x64",
    "linux-arm64": "@oven/bun-linux-aarch64",
    "darwin-x64": "@oven/bun-darwin-x64",
    "darwin-arm64": "@oven/bun-darwin-aarch64"
  }),
  binary: "bin/bun"
}
const deno = {
  name: "Deno",
  version: "2.9.6",
  package: packageFor({
    "linux-x64": "@deno/linux-x64-glibc",
    "linux-arm64": "@deno/linux-arm64-glibc",
    "darwin-x64": "@deno/darwin-x64",
    "darwin-arm64": "@deno/darwin-arm64"
  }),
  binary: "deno"
}
const workerd = {
  name: "workerd",
  version: "1.20261117.1",
  package: packageFor({
    "linux-x64": "@cloudflare/workerd-linux-64",
    "linux-arm64": "@cloudflare/workerd-linux-arm64",
    "darwin-x64": "@cloudflare/workerd-darwin-64",
    "darwin-arm64": "@cloudflare/workerd-darwin-arm64"
  }),
  binary: "bin/workerd"
}

const temp = Fs.realpathSync(Fs.mkdtempSync(Path.join(Os.tmpdir(), "effect-msgraph-")))
const folders = new Set([temp])
const children = new Set()
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL")
  for (const folder of folders) Fs.rmSync(folder, { recursive: true, force: true })
})
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1))

// Nothing of this machine's settings: no credentials, no proxy, no flags.
const environment = {
  PATH: process.env.PATH,
  HOME: temp,
  NO_COLOR: "1",
  DENO_DIR: Path.join(temp, "deno"),
  DENO_NO_UPDATE_CHECK: "1",
  DO_NOT_TRACK: "1"
}

const run = (command, args, { cwd = temp, env = environment, timeout = 20_000 } = {}) =>
  new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { cwd, env, timeout, killSignal: "SIGKILL", maxBuffer: 1 << 24 },
      (error, stdout, stderr) => {
        children.delete(child)
        const late = error?.killed === true ? `no end after ${timeout / 1000} s\n` : ""
        const output = `${late}${stdout}${stderr}`.trim() || error?.message.split("\n")[0]
        resolve({ ok: error === null, stdout, output })
      }
    )
    children.add(child)
  })

// --- The runtimes ------------------------------------------------------------------------------------------------------

/** Where a runtime's binary is, fetched if it is not there yet; or why it cannot be had. */
const obtain = async ({ binary, package: name, version }) => {
  if (name === undefined) return { reason: `there is no package for ${process.platform} ${process.arch}` }
  const cache = Path.join(root, "node_modules/.cache/runtimes")
  const home = Path.join(cache, `${name.replace("/", "+")}@${version}`)
  const path = Path.join(home, "node_modules", name, binary)
  if (!Fs.existsSync(path)) {
    Fs.mkdirSync(cache, { recursive: true })
    // Installed apart and moved when it is whole, so that what is in its place can be trusted.
    const fresh = Fs.mkdtempSync(Path.join(cache, ".new-"))
    folders.add(fresh)
    Fs.writeFileSync(Path.join(fresh, "package.json"), "{ \"private\": true }")
    const installed = await run(
      "npm",
      [
        "install",
        "--no-save",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        "--fetch-retries=1",
        "--fetch-retry-mintimeout=1000",
        `${name}@${version}`
      ],
      { cwd: fresh, env: process.env, timeout: 120_000 }
    )
    if (!installed.ok) return { reason: installed.output }
    if (!Fs.existsSync(Path.join(fresh, "node_modules", name, binary))) return { reason: `${name} has no ${binary}` }
    Fs.rmSync(home, { recursive: true, force: true })
    Fs.renameSync(fresh, home)
    folders.delete(fresh)
  }
  const { ok, output } = await run(path, ["--version"])
  return ok ? { path } : { reason: output }
}

// --- The program of a user: our packages as they are published, everything else linked from the workspace --------------

const installed = (name) => Path.join(temp, "node_modules", name)
const names = libraries.map(({ manifest }) => manifest.name)

for (const { dir, manifest } of libraries) {
  const target = installed(manifest.name)
  const dist = Path.join(dir, "dist")
  if (!Fs.existsSync(dist)) fail([`${manifest.name} is not built: run \`pnpm build\``])
  Fs.cpSync(dist, Path.join(target, "dist"), { recursive: true })
  const { exports } = manifest.publishConfig
  Fs.writeFileSync(Path.join(target, "package.json"), JSON.stringify({ ...manifest, exports }))
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (names.includes(name) || Fs.existsSync(installed(name))) continue
    Fs.mkdirSync(Path.dirname(installed(name)), { recursive: true })
    Fs.symlinkSync(Fs.realpathSync(Path.join(dir, "node_modules", name)), installed(name), "junction")
  }
}
Fs.writeFileSync(Path.join(temp, "package.json"), JSON.stringify({ private: true, type: "module" }))

const esbuild = createRequire(Path.join(root, "packages/examples/package.json"))("esbuild")
const source = Fs.readFileSync(Path.join(root, "packages/examples/src/anyRuntime.ts"), "utf8")
Fs.writeFileSync(Path.join(temp, "anyRuntime.js"), esbuild.transformSync(source, { loader: "ts", format: "esm" }).code)

// Besides what the program does, how many modules each main entry has: for that, all of them are loaded.
Fs.writeFileSync(
  Path.join(temp, "run.js"),
  `import { Effect } from "effect"
  import { anyRuntime } from "./anyRuntime.js"
  ${names.map((name, index) => `import * as entry${index} from "${name}"`).join("\n")}
  const modules = { ${names.map((name, index) => `"${name}": Object.keys(entry${index}).length`).join(", ")} }
  export const run = async (options) =>
    JSON.stringify({ ...await Effect.runPromise(anyRuntime(options)), modules })`
)
Fs.writeFileSync(
  Path.join(temp, "main.js"),
  `import { run } from "./run.js"
  console.log(await run(JSON.parse(process.argv[2])))`
)
Fs.writeFileSync(
  Path.join(temp, "worker.js"),
  `import { run } from "./run.js"
  export default {
    fetch: async (request) => {
      try {
        return new Response(await run(await request.json()))
      } catch (error) {
        return new Response(error.stack, { status: 500 })
      }
    }
  }`
)
Fs.writeFileSync(
  Path.join(temp, "server.js"),
  `export { Effect } from "effect"
  export { GraphEmulatorServer } from "@effect-msgraph/emulator/node"
  export { default as forge } from "node-forge"
  export { tenant } from "./anyRuntime.js"`
)
Fs.writeFileSync(
  Path.join(temp, "config.capnp"),
  `using Workerd = import "/workerd/workerd.capnp";
  const config :Workerd.Config = (
    services = [
      (name = "main", worker = (
        modules = [(name = "worker.js", esModule = embed "bundle.js")],
        compatibilityDate = "2024-01-01",
        globalOutbound = "loopback"
      )),
      (name = "loopback", network = (allow = ["private"]))
    ],
    sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
  );`
)

/** A bundle for places that are not Node: an import of `node:` would not resolve. */
const bundle = (entry, options) =>
  esbuild.buildSync({
    absWorkingDir: temp,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    logLevel: "silent",
    ...options
  }).outputFiles[0].contents

try {
  Fs.writeFileSync(Path.join(temp, "bundle.js"), bundle("worker.js"))
} catch (error) {
  fail([`the bundle: ${error.message}`])
}

// --- How each runs it --------------------------------------------------------------------------------------------------

const printed = async (path, args) => {
  const { ok, output, stdout } = await run(path, args)
  if (!ok) throw new Error(output)
  return stdout.trim()
}

const onNode = (path, options) => printed(path, ["main.js", options])
const onBun = (path, options) => printed(path, ["--no-install", "main.js", options])
const onDeno = (path, options) =>
  printed(path, [
    "run",
    "--no-prompt",
    "--no-remote",
    "--node-modules-dir=manual",
    "--allow-net=127.0.0.1",
    "main.js",
    options
  ])

const onWorkerd = async (path, options) => {
  const child = spawn(path, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: temp,
    env: environment,
    stdio: ["ignore", "pipe", "pipe", "pipe"]
  })
  children.add(child)
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output += chunk)
  try {
    const port = await new Promise((resolve, reject) => {
      let messages = ""
      child.stdio[3].on("data", (chunk) => {
        messages += chunk
        const listening = messages.split("\n").slice(0, -1).map((line) => JSON.parse(line))
          .find(({ event }) => event === "listen")
        if (listening !== undefined) resolve(listening.port)
      })
      child.on("error", reject)
      child.on("exit", () => reject(new Error("it ended before it listened")))
      setTimeout(() => reject(new Error("it does not listen after 20 s")), 20_000).unref()
    })
    const response = await fetch(`http://127.0.0.1:${port}`, {
      method: "POST",
      body: options,
      signal: AbortSignal.timeout(20_000)
    })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return text
  } catch (error) {
    throw new Error(`${error.message}\n${output}`.trim(), { cause: error })
  } finally {
    child.kill("SIGKILL")
    children.delete(child)
  }
}

// --- The comparison ----------------------------------------------------------------------------------------------------

const runtimes = [
  { name: "Node", version: process.versions.node, use: onNode, obtained: Promise.resolve({ path: process.execPath }) },
  ...[{ ...bun, use: onBun }, { ...deno, use: onDeno }, { ...workerd, use: onWorkerd }]
    .map((runtime) => ({ ...runtime, obtained: obtain(runtime) }))
]

const { Effect, forge, GraphEmulatorServer, tenant } = await import(pathToFileURL(Path.join(temp, "server.js")))

const selfSigned = () => {
  const privateKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey
    .export({ type: "pkcs8", format: "pem" })
  const key = forge.pki.privateKeyFromPem(privateKey)
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e)
  certificate.serialNumber = "01"
  certificate.validity.notBefore = new Date(Date.now() - 86_400_000)
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000)
  const name = [{ name: "commonName", value: "any runtime" }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.sign(key, forge.md.sha256.create())
  return { certificate: forge.pki.certificateToPem(certificate), privateKey }
}
const pair = selfSigned()

/** What the program says on a runtime, with a server of its own to ask, and how often it asked. */
const runOn = ({ use }, path) =>
  Effect.runPromise(Effect.scoped(Effect.gen(function*() {
    const server = yield* GraphEmulatorServer.make({ tenants: () => [tenant(pair.certificate)] })
    const said = yield* Effect.promise(() => use(path, JSON.stringify({ url: server.url, ...pair })))
    return { said, requests: (yield* server.emulator.requestCounts).byEndpoint }
  })))

const problems = []
const results = []
for (const runtime of runtimes) {
  const title = `${runtime.name} ${runtime.version}`.padEnd(24)
  const { path, reason } = await runtime.obtained
  if (path === undefined) {
    console.log(`${title}NOT RUN, it cannot be had: ${reason.split("\n")[0]}`)
    continue
  }
  const start = Date.now()
  try {
    const { requests, said } = await runOn(runtime, path)
    const { inMemory, modules, overSocket } = JSON.parse(said)
    console.log(`${title}ran in ${Date.now() - start} ms, ${requests.token} tokens, ${requests.graph} requests`)
    results.push({ name: runtime.name, text: JSON.stringify({ said, requests }) })
    const answers = [inMemory.bySecret, inMemory.byCertificate, overSocket.bySecret, overSocket.byCertificate]
    if (answers.some((answer) => !(answer.users > 100) || JSON.stringify(answer) !== JSON.stringify(answers[0]))) {
      problems.push(`${runtime.name}: the four ways gave different things\n${said}`)
    }
    if (requests.token !== 2 || names.some((name) => !(modules[name] > 0))) {
      problems.push(`${runtime.name}: not what was expected\n${JSON.stringify({ said, requests })}`)
    }
  } catch (error) {
    problems.push(`${runtime.name}: ${error.message}`)
  }
}
for (const { name, text } of results) {
  if (text !== results[0].text) problems.push(`${name} differs from ${results[0].name}\n${text}\n${results[0].text}`)
}
fail(problems)

const size = bundle("anyRuntime.js", { minify: true })
const kilobytes = (bytes) => `${Math.round(bytes.length / 1000)} kB`
console.log(JSON.parse(results[0].text).said)
console.log(
  `${results.length} of ${runtimes.length} runtimes, all the same; the program as a bundle: ${
    kilobytes(size)
  } minified, ${kilobytes(gzipSync(size))} gzipped`
)
