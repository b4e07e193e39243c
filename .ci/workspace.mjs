/** What the scripts of this folder share: where the packages are, how modules are documented, how generated files settle. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import { fileURLToPath } from "node:url"

export const root = Path.resolve(Path.dirname(fileURLToPath(import.meta.url)), "..")

/** The workspace's packages, in alphabetical order of their folders. */
export const packages = Fs.readdirSync(Path.join(root, "packages"))
  .sort()
  .map((folder) => ({ folder, dir: Path.join(root, "packages", folder) }))
  .filter(({ dir }) => Fs.existsSync(Path.join(dir, "package.json")))
  .map((entry) => ({ ...entry, manifest: JSON.parse(Fs.readFileSync(Path.join(entry.dir, "package.json"), "utf8")) }))

/** Those that go to the registry. */
export const published = packages.filter(({ manifest }) => manifest.private !== true)

/** Those that programs import: all published ones but the command line. */
export const libraries = published.filter(({ manifest }) => manifest.bin === undefined)

/** All files below `dir` (none if it does not exist), as sorted relative paths with forward slashes. */
export const filesBelow = (dir) =>
  Fs.existsSync(dir)
    ? Fs.readdirSync(dir, { recursive: true })
      .filter((name) => Fs.statSync(Path.join(dir, name)).isFile())
      .map((name) => name.split(Path.sep).join("/"))
      .sort()
    : []

/** The folders of `src` that are entries of their own: `@effect-msgraph/auth/node`, `@effect-msgraph/client/redis`, …. */
const entries = ["node", "redis", "undici"]

const entryOf = (file) => entries.find((entry) => file.startsWith(`${entry}/`))

/** A module that becomes a namespace of its package: `PascalCase.ts`, in `src` or in the folder of an entry. */
export const isModule = (file) => /^[A-Z]\w*\.ts$/.test(file.slice((entryOf(file)?.length ?? -1) + 1))

/** Every public module of the packages given, with its text. */
export const modulesOf = (packages) =>
  packages.flatMap(({ dir, folder, manifest }) =>
    filesBelow(Path.join(dir, "src")).filter(isModule).map((file) => {
      const path = Path.join(dir, "src", file)
      const entry = entryOf(file)
      return {
        file,
        path,
        folder,
        manifest,
        entry,
        name: Path.basename(file, ".ts"),
        specifier: entry === undefined ? manifest.name : `${manifest.name}/${entry}`,
        text: Fs.readFileSync(path, "utf8")
      }
    })
  )

/** Description and tags of a JSDoc comment; an `@` inside a code fence starts no tag. */
export const parseDoc = (comment) => {
  const lines = comment.replace(/^\/\*\*|\*\/$/g, "").split("\n").map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
  const sections = [{ tag: "description", lines: [] }]
  let fenced = false
  for (const line of lines) {
    if (/^\s*```/.test(line)) fenced = !fenced
    const tag = fenced ? null : /^\s*@(\w+)\s*(.*)$/.exec(line)
    if (tag === null) sections.at(-1).lines.push(line)
    else sections.push({ tag: tag[1], lines: [tag[2]] })
  }
  const [description, ...tags] = sections.map(({ lines, tag }) => ({ tag, text: lines.join("\n").trim() }))
  return {
    description: description.text,
    summary: description.text.split(/\n\s*\n/)[0],
    all: (name) => tags.filter(({ tag }) => tag === name).map(({ text }) => text),
    get: (name) => tags.find(({ tag }) => tag === name)?.text
  }
}

/** The comment at the head of a module, unless it belongs to the export that follows it. */
export const headerOf = (text) => {
  const [, comment] = /^\s*(\/\*\*[\s\S]*?\*\/)(?!\s*export\b)/.exec(text) ?? []
  return parseDoc(comment ?? "")
}

/**
 * Makes files agree with `expected` (path below the root → content), or with `--check` only says which do not. `owned`
 * are the files there now that the generator wrote earlier: those that it no longer expects are removed.
 */
export const settle = ({ expected, owned = [], remedy }) => {
  const check = process.argv.includes("--check")
  const stale = [...new Set([...Object.keys(expected), ...owned])].filter((file) => {
    const path = Path.join(root, file)
    return expected[file] !== (Fs.existsSync(path) ? Fs.readFileSync(path, "utf8") : undefined)
  })
  if (check) return fail(stale.map((file) => `${file} is stale: run \`${remedy}\``))
  for (const file of stale) {
    const path = Path.join(root, file)
    if (expected[file] === undefined) {
      Fs.rmSync(path)
    } else {
      Fs.mkdirSync(Path.dirname(path), { recursive: true })
      Fs.writeFileSync(path, expected[file])
    }
    console.log(`wrote ${file}`)
  }
}

/** Prints the problems, if any, and ends the process with a failure. */
export const fail = (problems) => {
  if (problems.length === 0) return
  for (const problem of problems) console.error(`error: ${problem}`)
  process.exit(1)
}
