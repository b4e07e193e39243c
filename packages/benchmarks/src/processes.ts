/** Node processes of a run. */
import { spawn } from "node:child_process"

/** Node, as it is for users: nothing loaded ahead, no TypeScript. Gives what it printed. */
export const node = (
  args: ReadonlyArray<string>,
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv | undefined }
) =>
  new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: options.cwd,
      env: { ...process.env, NODE_OPTIONS: "", ...options.env },
      stdio: ["ignore", "pipe", "inherit"]
    })
    let output = ""
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.on("error", reject)
    child.on(
      "close",
      (code) => code === 0 ? resolve(output) : reject(new Error(`${args.join(" ")}: exit code ${code}`))
    )
  })

/** A server in a process of its own, so that what it costs is not counted as a client's. It prints its port, and ends with us. */
export const serve = (file: string, cwd: string) => {
  const child = spawn(process.execPath, [file], { cwd, stdio: ["pipe", "pipe", "inherit"] })
  return new Promise<{ readonly root: string; readonly close: () => void }>((resolve, reject) => {
    child.on("error", reject)
    child.stdout.once("data", (chunk: Buffer) => {
      resolve({ root: `http://127.0.0.1:${chunk.toString().trim()}`, close: () => child.kill() })
    })
  })
}
