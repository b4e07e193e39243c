import { existsSync, readdirSync } from "node:fs"

/** One vitest project for each package that has tests. */
export default readdirSync(new URL("packages", import.meta.url))
  .filter((name) => existsSync(new URL(`packages/${name}/test`, import.meta.url)))
  .map((name) => ({
    extends: true as const,
    test: { name, root: `packages/${name}`, include: ["test/**/*.test.ts"] }
  }))
