import { it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import manifest from "../package.json" with { type: "json" }
import { version } from "../src/internal/version.js"

it("the version that requests carry is the package's", () => {
  strictEqual(version, manifest.version)
})
