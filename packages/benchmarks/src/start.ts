/** Cold start and size of small programs: as they are, and bundled. */
import { build } from "esbuild"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { gzipSync } from "node:zlib"
import { median, type Table, timed } from "./measure.js"
import { node } from "./processes.js"

/** A CommonJS dependency inside of an ES module asks for Node's modules by `require`. */
const banner =
  "import { createRequire as _createRequire } from \"node:module\"; const require = _createRequire(import.meta.url);"

interface Options {
  readonly title: string
  /** What the programs do, and what else is to be said of the rows. */
  readonly about: string
  readonly after: string
  /** Where the packages are installed. */
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv | undefined
  readonly folder: string
  readonly programs: ReadonlyArray<{ readonly name: string; readonly file: string }>
  /** The text of a program that runs one of them, and what it has to print: what does not work must not count as small. */
  readonly check: (program: string) => string
  readonly expected: string
  /** How often each of them starts. */
  readonly rounds: number
}

export const startTable = async (
  { about, after, check, cwd, env, expected, folder, programs, rounds, title }: Options
): Promise<Table> => {
  const compiled = (file: string) => Path.join(cwd, `${file}.mjs`)
  const bundled = (file: string) => Path.join(cwd, `${file}.bundle.mjs`)
  const common = { format: "esm", platform: "node", target: "node20", logLevel: "error" } as const
  for (const { file } of programs) {
    await build({ ...common, entryPoints: [Path.join(folder, `${file}.ts`)], outfile: compiled(file) })
    await build({
      ...common,
      entryPoints: [compiled(file)],
      outfile: bundled(file),
      bundle: true,
      minify: true,
      legalComments: "none",
      banner: { js: banner }
    })
    for (const program of [compiled(file), bundled(file)]) {
      const printed = await node(["--input-type=module", "-e", check(program)], { cwd, env })
      if (printed !== expected) throw new Error(`${file}: printed ${printed}`)
    }
  }

  Fs.writeFileSync(Path.join(cwd, "bare.mjs"), "")
  const ways = ["bare.mjs", ...programs.flatMap(({ file }) => [compiled(file), bundled(file)])]
  const times = ways.map((): Array<number> => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, way] of ways.entries()) {
      times[index]!.push(await timed(() => node([way], { cwd })))
    }
  }
  const [bare, ...medians] = times.map(median) as [number, ...Array<number>]
  const empty = `${bare.toFixed(0)} ms`
  const over = (time: number) => `${Math.max(0, time - bare).toFixed(0)} ms`
  return {
    title,
    about:
      `${about} *Import* is until its modules are loaded and Node has ended: the median of ${rounds} new processes, ` +
      `in turn, less the median of an empty program, which is ${empty}. *Bundle* is the program with all it needs in one ` +
      `file by esbuild, minified, gzipped and loaded likewise. Each program, as it is and bundled, did its work first. ${after}`,
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
