import { describe, expect, it } from "@effect/vitest"
import { readFileSync } from "node:fs"

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8")

describe("README", () => {
  it("shows code that is type-checked", () => {
    const shown = /```ts\n([\s\S]*?)```/.exec(read("README.md"))?.[1]
    expect(shown).toBe(read("packages/examples/src/readme.ts"))
  })

  it("names the commands that package.json has", () => {
    const { packageManager, scripts } = JSON.parse(read("package.json")) as {
      packageManager: string
      scripts: Record<string, string>
    }
    const commands = Array.from(read("README.md").matchAll(/^npx -y (pnpm@\S+) (\S+)/gm), ([, manager, script]) => {
      expect(manager).toBe(packageManager)
      return script!
    })
    expect(commands).toEqual(["start", "test"])
    for (const command of commands) expect(scripts).toHaveProperty(command)
  })
})
