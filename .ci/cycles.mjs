/** Fails when modules import each other in a circle. Imports of types only are erased, so they do not count. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import ts from "typescript"
import { fail, filesBelow, packages, root } from "./workspace.mjs"

const sourceOf = new Map(packages.map(({ dir, manifest }) => [manifest.name, Path.join(dir, "src")]))

const resolve = (from, specifier) => {
  if (specifier.startsWith(".")) return Path.resolve(Path.dirname(from), specifier.replace(/\.js$/, ".ts"))
  const [, name, subpath] = /^(@[^/]+\/[^/]+)(?:\/(.+))?$/.exec(specifier) ?? []
  const src = sourceOf.get(name)
  if (src === undefined) return undefined
  const path = Path.join(src, subpath ?? "index")
  return [`${path}.ts`, Path.join(path, "index.ts")].find((candidate) => Fs.existsSync(candidate))
}

const importsOf = (path) =>
  ts.createSourceFile(path, Fs.readFileSync(path, "utf8"), ts.ScriptTarget.ESNext).statements
    .filter((node) =>
      (ts.isImportDeclaration(node) && !node.importClause?.isTypeOnly) ||
      (ts.isExportDeclaration(node) && !node.isTypeOnly)
    )
    .flatMap((node) => node.moduleSpecifier === undefined ? [] : [resolve(path, node.moduleSpecifier.text)])
    .filter((target) => target !== undefined)

const files = packages.flatMap(({ dir }) =>
  filesBelow(Path.join(dir, "src")).filter((file) => file.endsWith(".ts")).map((file) => Path.join(dir, "src", file))
)
const graph = new Map(files.map((file) => [file, importsOf(file)]))
const finished = new Set()
const cycles = []

const visit = (file, trail) => {
  const start = trail.indexOf(file)
  if (start >= 0) return cycles.push([...trail.slice(start), file])
  if (finished.has(file)) return
  for (const target of graph.get(file) ?? []) visit(target, [...trail, file])
  finished.add(file)
}
for (const file of files) visit(file, [])

fail(cycles.map((cycle) => `circular import: ${cycle.map((file) => Path.relative(root, file)).join(" → ")}`))
console.log(`${files.length} modules, no circular import`)
