import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { answering, lcw } from "./utils.js"

const script = (shell: string) =>
  Effect.map(lcw(["--completions", shell], { env: {} }), ({ code, stderr, stdout }) => {
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    return stdout
  })

/** The candidates behind each line, as the shell itself finds them; `undefined` where there is no such shell. */
const complete: { readonly [shell: string]: (script: string, line: string) => ReadonlyArray<string> | undefined } = {
  bash: (script, line) => {
    const words = line.split(" ").map((word) => `'${word}'`).join(" ")
    const { error, stdout } = spawnSync("bash", [
      "-c",
      `${script}\nCOMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _lcw; printf '%s\\n' "\${COMPREPLY[@]}"`
    ], { encoding: "utf8" })
    return error === undefined ? stdout.trim().split("\n") : undefined
  },
  fish: (script, line) => {
    const { error, stdout } = spawnSync("fish", ["--no-config", "-c", `${script}\ncomplete -C '${line}'`], {
      encoding: "utf8"
    })
    return error === undefined ? stdout.trim().split("\n") : undefined
  }
}

const cases = [
  ["lcw r", ["runs", "results", "reports", "reruns"]],
  ["lcw runs ", ["list", "get", "tasks", "summary", "watch"]],
  ["lcw workflows act", ["activate", "activate-with-scope", "activate-and-wait"]],
  ["lcw workflows delete --y", ["--yes"]],
  ["lcw permissions insights.t", ["insights.topTasksProcessedSummary", "insights.topWorkflowsProcessedSummary"]],
  ["lcw permissions --access d", ["delegated"]],
  ["lcw results list --sel", ["--select"]],
  ["lcw results list --select id,proc", ["id,processingStatus"]],
  ["lcw results tasks --order-by st", ["startedDateTime"]],
  ["lcw runs list --workflow x --cloud us", ["usgov"]],
  ["lcw runs list --auth az", ["azure-cli", "azd"]],
  ["lcw log", ["login", "logout"]],
  ["lcw login --device", ["--device-code"]],
  ["lcw emulator --shell ", ["sh", "fish", "powershell"]],
  ["lcw runs get --workflow ", [""]]
] as const

describe("completions", () => {
  for (const [shell, candidates] of Object.entries(complete)) {
    it.effect(`complete in ${shell}`, ({ skip }) =>
      Effect.gen(function*() {
        const text = yield* script(shell)
        for (const [line, expected] of cases) {
          const found = candidates(text, line)
          if (found === undefined) return skip(`there is no ${shell} here`)
          // Bash offers options unasked, fish does not.
          const shown = found.filter((word) => word !== "--help")
          expect({ line, found: shown.sort() }).toEqual({ line, found: [...expected].sort() })
        }
      }).pipe(Effect.provide(answering())))
  }

  it.effect("are what zsh can read", ({ skip }) =>
    Effect.gen(function*() {
      const text = yield* script("zsh")
      expect(text).toMatch(/^#compdef lcw\n/)
      const { error, status } = spawnSync("zsh", ["-n"], { input: text })
      if (error !== undefined) return skip("there is no zsh here")
      expect(status).toBe(0)
    }).pipe(Effect.provide(answering())))

  it.effect("say for which shells they are", () =>
    Effect.gen(function*() {
      for (const args of [["--completions"], ["--completions", "tcsh"], ["--completions=tcsh"]]) {
        const { code, stderr } = yield* lcw(args, { env: {} })
        expect(code).toBe(2)
        expect(stderr).toContain("There are for bash, zsh and fish.")
      }
    }).pipe(Effect.provide(answering())))
})
