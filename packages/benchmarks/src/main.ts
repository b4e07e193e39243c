/**
 * `pnpm bench` runs every group of measurements, `pnpm bench auth` one. A run prints its tables and writes them into the
 * group's page under `docs/benchmarks`. With `--check` nothing is measured or written: each contender gets, pages and batches, or gets a token, once.
 */
import { auth } from "./auth/group.js"
import { client } from "./client/group.js"
import type { Group } from "./group.js"
import * as page from "./page.js"

const groups: { readonly [name: string]: Group } = { client, auth }

// pnpm hands on the `--` of `pnpm bench -- auth`.
const asked = process.argv.slice(2).filter((argument) => argument !== "--")
const check = asked.includes("--check")
const named = asked.filter((argument) => argument !== "--check")
const unknown = named.filter((name) => !Object.hasOwn(groups, name))
if (unknown.length > 0) {
  process.stderr.write(`No benchmarks ${unknown.join(", ")}: there are ${Object.keys(groups).join(", ")}.\n`)
  process.exit(2)
}

for (const name of named.length === 0 ? Object.keys(groups) : named) {
  const group = groups[name]!
  const tables = await group.run(check)
  process.stdout.write(
    check
      ? `${name}: all contenders work\n`
      : `${tables.map(page.text).join("\n")}\nwritten into ${page.write(name, group, tables)}\n\n`
  )
}
