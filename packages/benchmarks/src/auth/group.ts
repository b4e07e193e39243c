/** Ours beside Microsoft's two libraries for Node: the same work, against the same stand-in for Entra, in one run. */
import { build } from "esbuild"
import * as Fs from "node:fs"
import * as Path from "node:path"
import type { Group } from "../group.js"
import * as installed from "../installed.js"
import type { Table } from "../measure.js"
import { node } from "../processes.js"
import { startTable } from "../start.js"
import * as authority_ from "./authority.js"
import * as certificate from "./certificate.js"

const here = import.meta.dirname

const programs = [
  { name: "@effect-msgraph/auth, by module", file: "ours" },
  { name: "@effect-msgraph/auth, by index", file: "oursByIndex" },
  { name: "Effect and its HTTP client alone", file: "effectAlone" },
  { name: "@azure/identity", file: "identity" },
  { name: "@azure/msal-node", file: "msal" }
]

const start = (cwd: string, origin: string, env: NodeJS.ProcessEnv, rounds: number): Promise<Table> => {
  const application = { origin, tenantId: "contoso.onmicrosoft.com", clientId: "bench", clientSecret: "secret" }
  return startTable({
    title: "Cold start and size of a program that gets one token",
    about: "A program that gets one token by client secret, with the packages as the registry would have them (built " +
      "files, plain Node).",
    after: "A program that uses Effect has the third row without us.",
    cwd,
    env,
    folder: Path.join(here, "programs"),
    programs,
    check: (program) =>
      `import { token } from ${JSON.stringify(program)}
      process.stdout.write((await token(${JSON.stringify(application)})).slice(0, 3))`,
    expected: "eyJ",
    rounds
  })
}

const run = async (check: boolean): Promise<ReadonlyArray<Table>> => {
  const tls = certificate.selfSigned()
  const { path, remove } = installed.make(["domain", "auth"], ["@azure/identity", "@azure/msal-node"])
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
    const measured = JSON.parse(
      await node(["measurements.mjs", authority.origin, ...(check ? ["check"] : [])], { cwd: path, env })
    ) as ReadonlyArray<Table>
    const tables = [...measured, await start(path, authority.origin, env, check ? 1 : 10)]
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
