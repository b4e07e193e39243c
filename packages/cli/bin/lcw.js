#!/usr/bin/env node
import * as module from "node:module"

// Compiled code is kept for the next start, where Node can do that (22.1 and later).
module.enableCompileCache?.()

await import("../dist/main.js")
