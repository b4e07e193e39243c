import { defineConfig } from "vitest/config"
import projects from "./vitest.workspace.js"

export default defineConfig({
  test: {
    projects,
    // Loading Effect anew for each file is half of the run. No test needs it: none mocks modules, each builds its layers.
    isolate: false,
    sequence: { concurrent: true }
  }
})
