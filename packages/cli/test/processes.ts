import { Effect } from "effect"
import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { createRequire } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href

/** Starts `lcw` as a process. */
export const start = (
  args: ReadonlyArray<string>,
  env: { readonly [variable: string]: string },
  stdin: "ignore" | "pipe" = "ignore"
): ChildProcess =>
  spawn(process.execPath, ["--import", tsx, main, ...args], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: [stdin, "pipe", "pipe"]
  })

/** What a process wrote until a stream has had enough of it, and how it ended. */
export const watch = (
  child: ChildProcess,
  react: (stdout: string, stderr: string) => void = () => {}
): Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }> =>
  new Promise((resolve, reject) => {
    let stdout = ""
    let stderr = ""
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      stdout += text
      react(stdout, stderr)
    })
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      stderr += text
      react(stdout, stderr)
    })
    child.on("error", reject)
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }))
  })

/** Runs `lcw` as a process, to its end. */
export const run = (args: ReadonlyArray<string>, env: { readonly [variable: string]: string }) =>
  Effect.promise(() => watch(start(args, env)))
