import { defineConfig } from "vitest/config"
import projects from "./vitest.workspace.js"

export default defineConfig({
  test: {
    projects,
    sequence: { concurrent: true },
    testTimeout: 30_000
  }
})
