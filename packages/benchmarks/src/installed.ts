/**
 * A folder in which our packages are installed as from the registry: built files behind the manifest's published
 * `exports`. In the workspace their names lead to sources, which nobody else runs.
 */
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"

const root = Path.resolve(import.meta.dirname, "../../..")

interface Manifest {
  readonly name: string
  readonly publishConfig: object
  readonly dependencies?: { readonly [name: string]: string }
  readonly peerDependencies?: { readonly [name: string]: string }
}

/** Builds what is published, and installs packages of ours (by folder), what they depend on, and others that the benchmarks have. */
export const make = (
  ours: ReadonlyArray<string>,
  others: ReadonlyArray<string>
): { readonly path: string; readonly remove: () => void } => {
  const built = spawnSync(
    process.execPath,
    [Path.join(root, "node_modules/typescript/bin/tsc"), "-b", Path.join(root, "tsconfig.build.json")],
    { encoding: "utf8" }
  )
  if (built.status !== 0) throw new Error(`The packages do not build:\n${built.stdout}`)

  const path = Fs.realpathSync(Fs.mkdtempSync(Path.join(Os.tmpdir(), "effect-msgraph-bench-")))
  const link = (name: string, from: string) => {
    const source = Path.join(from, "node_modules", name)
    const target = Path.join(path, "node_modules", name)
    if (Fs.existsSync(target) || !Fs.existsSync(source)) return
    Fs.mkdirSync(Path.dirname(target), { recursive: true })
    Fs.symlinkSync(Fs.realpathSync(source), target, "junction")
  }
  for (const folder of ours) {
    const dir = Path.join(root, "packages", folder)
    const manifest = JSON.parse(Fs.readFileSync(Path.join(dir, "package.json"), "utf8")) as Manifest
    const target = Path.join(path, "node_modules", manifest.name)
    Fs.cpSync(Path.join(dir, "dist"), Path.join(target, "dist"), { recursive: true })
    Fs.writeFileSync(Path.join(target, "package.json"), JSON.stringify({ ...manifest, ...manifest.publishConfig }))
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      if (!name.startsWith("@effect-msgraph/")) link(name, dir)
    }
  }
  for (const name of others) link(name, Path.join(root, "packages/benchmarks"))
  return { path, remove: () => Fs.rmSync(path, { recursive: true, force: true }) }
}
