/** Ours beside Microsoft's two libraries for Node: the same work, against the same stand-in for Entra, in one run. */
import { build } from "esbuild"
import { spawn } from "node:child_process"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { gzipSync } from "node:zlib"
import type { Group } from "../group.js"
import { median, type Table, timed } from "../measure.js"
import * as authority_ from "./authority.js"
import * as certificate from "./certificate.js"
import * as installed from "./installed.js"

const here = import.meta.dirname

/** Node, as it is for users: nothing loaded ahead, no TypeScript. Gives what it printed. */
const node = (
  args: ReadonlyArray<string>,
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv | undefined }
) =>
  new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: options.cwd,
      env: { ...process.env, NODE_OPTIONS: "", ...options.env },
      stdio: ["ignore", "pipe", "inherit"]
    })
    let output = ""
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.on("error", reject)
    child.on(
      "close",
      (code) => code === 0 ? resolve(output) : reject(new Error(`${args.join(" ")}: exit code ${code}`))
    )
  })

const programs = [
  { name: "@effect-msgraph/auth, by module", file: "ours" },
  { name: "@effect-msgraph/auth, by index", file: "oursByIndex" },
  { name: "Effect and its HTTP client alone", file: "effectAlone" },
  { name: "@azure/identity", file: "identity" },
  { name: "@azure/msal-node", file: "msal" }
]

/** A CommonJS dependency inside of an ES module asks for Node's modules by `require`. */
const banner =
  "import { createRequire as _createRequire } from \"node:module\"; const require = _createRequire(import.meta.url);"

const start = async (cwd: string, origin: string, env: NodeJS.ProcessEnv): Promise<Table> => {
  const compiled = (file: string) => Path.join(cwd, `${file}.mjs`)
  const bundled = (file: string) => Path.join(cwd, `${file}.bundle.mjs`)
  const common = { format: "esm", platform: "node", target: "node20", logLevel: "error" } as const
  for (const { file } of programs) {
    await build({ ...common, entryPoints: [Path.join(here, `programs/${file}.ts`)], outfile: compiled(file) })
    await build({
      ...common,
      entryPoints: [compiled(file)],
      outfile: bundled(file),
      bundle: true,
      minify: true,
      legalComments: "none",
      banner: { js: banner }
    })
    // What does not get a token must not count as small.
    const application = { origin, tenantId: "contoso.onmicrosoft.com", clientId: "bench", clientSecret: "secret" }
    for (const program of [compiled(file), bundled(file)]) {
      const text = `import { token } from ${JSON.stringify(program)}
        process.stdout.write((await token(${JSON.stringify(application)})).slice(0, 3))`
      if (await node(["--input-type=module", "-e", text], { cwd, env }) !== "eyJ") throw new Error(`${file}: no token`)
    }
  }

  Fs.writeFileSync(Path.join(cwd, "bare.mjs"), "")
  const ways = ["bare.mjs", ...programs.flatMap(({ file }) => [compiled(file), bundled(file)])]
  const times = ways.map((): Array<number> => [])
  for (let round = 0; round < 10; round++) {
    for (const [index, way] of ways.entries()) {
      times[index]!.push(await timed(() => node([way], { cwd })))
    }
  }
  const [bare, ...medians] = times.map(median) as [number, ...Array<number>]
  const empty = `${bare.toFixed(0)} ms`
  const over = (time: number) => `${Math.max(0, time - bare).toFixed(0)} ms`
  return {
    title: "Cold start and size of a program that gets one token",
    about: "A program that gets one token by client secret, with the packages as the registry would have them (built " +
      "files, plain Node). *Import* is until its modules are loaded and Node has ended: the median of 10 new processes, " +
      `in turn, less the median of an empty program, which is ${empty}. *Bundle* is the program with all it needs in one ` +
      "file by esbuild, minified, gzipped and loaded likewise. Each program, as it is and bundled, got its token first. " +
      "A program that uses Effect has the third row without us.",
    columns: ["", "import", "bundle", "gzipped", "import of the bundle"],
    rows: programs.map(({ file, name }, index) => {
      const code = Fs.readFileSync(bundled(file))
      return [
        name,
        over(medians[2 * index]!),
        `${(code.length / 1000).toFixed(0)} kB`,
        `${(gzipSync(code, { level: 9 }).length / 1000).toFixed(0)} kB`,
        over(medians[2 * index + 1]!)
      ]
    })
  }
}

const run = async (): Promise<ReadonlyArray<Table>> => {
  const tls = certificate.selfSigned()
  const { path, remove } = installed.make()
  const authority = await authority_.start(tls)
  try {
    const env = { NODE_EXTRA_CA_CERTS: Path.join(path, "authority.pem") }
    Fs.writeFileSync(env.NODE_EXTRA_CA_CERTS, tls.cert)
    await build({
      entryPoints: [Path.join(here, "measurements.ts")],
      outfile: Path.join(path, "measurements.mjs"),
      bundle: true,
      packages: "external",
      format: "esm",
      platform: "node",
      target: "node20"
    })
    const [cold, ...others] = JSON.parse(
      await node(["measurements.mjs", authority.origin], { cwd: path, env })
    ) as [Table, ...Array<Table>]
    const tables = [cold, ...others, await start(path, authority.origin, env)]
    if (authority.strangers.length > 0) throw new Error(`unexpected requests: ${authority.strangers.join(", ")}`)
    return tables
  } finally {
    await authority.close()
    remove()
  }
}

export const auth: Group = {
  title: "Authentication, beside Microsoft's libraries",
  about:
    "`@effect-msgraph/auth` beside `@azure/identity` and `@azure/msal-node`: the same work by an application with a " +
    "client secret, against the same stand-in for Microsoft Entra, in one run.",
  page: "authentication.md",
  setUp: "ours is `ClientSecret` and `TokenProvider` with a custom cloud and `FetchHttpClient`; `@azure/identity` is " +
    "`ClientSecretCredential` with `authorityHost` and `disableInstanceDiscovery`; `@azure/msal-node` is " +
    "`ConfidentialClientApplication` with `authority` and `knownAuthorities`. The first two allow any tenant. All else is " +
    "as it comes, unless a table says otherwise. The stand-in is an HTTPS server in a process of its own, with a " +
    "certificate made for the run that the measuring process trusts; its tokens are good for an hour.",
  packages: ["@azure/identity", "@azure/msal-node", "@effect/platform", "effect"],
  run
}
