import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import * as Commands from "../src/Commands.js"
import * as ExitCode from "../src/ExitCode.js"
import * as Home from "../src/Home.js"
import * as Methods from "../src/Methods.js"
import * as Settings from "../src/Settings.js"
import { answering, lcw } from "./utils.js"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

const guide = read("../../../docs/guides/command-line.md")

const commands = (node: Commands.Node, prefix = ""): ReadonlyArray<string> =>
  node.children.length === 0
    ? [`${prefix}${node.name}`]
    : node.children.flatMap((child) => commands(child, `${prefix}${node.name} `))

describe("documentation", () => {
  it("has the exit codes", () => {
    const rows = Object.values(ExitCode.table).map(({ code, meaning }) => `| ${code} | ${meaning} |`)
    expect(guide).toContain(rows.join("\n"))
  })

  it("has the settings", () => {
    for (const { option, variable } of Object.values(Settings.table)) {
      expect(guide).toContain(`| \`${variable}\` | \`--${option}\` |`)
    }
  })

  it("has the ways to get a token", () => {
    const rows = Object.entries(Methods.table).map(([name, { description }]) => `| \`${name}\` | ${description} |`)
    expect(guide).toContain(rows.join("\n"))
    expect(guide).toContain(`$${Home.variable}`)
  })

  it("has the commands", () => {
    for (const command of commands(Commands.node)) {
      expect(guide).toContain(command)
      expect(read("../README.md")).toContain(command)
    }
  })

  it.effect("help has the exit codes too", () =>
    Effect.gen(function*() {
      const { stdout } = yield* lcw(["--help"], { env: {} })
      for (const { code, meaning } of Object.values(ExitCode.table)) {
        expect(stdout).toMatch(new RegExp(`^ +${code} +${meaning.replace(/[()]/g, "\\$&")}$`, "m"))
      }
    }).pipe(Effect.provide(answering())))
})
