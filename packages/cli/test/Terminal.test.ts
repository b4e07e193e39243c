import { Fault, GraphEmulator } from "@effect-msgraph/emulator"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Style from "../src/output/Style.js"
import { answering, emulator, lcw, listLarge, reader, result, whileTimePasses, withToken } from "./utils.js"

const escape = "\u001b"

const item = (overrides: { readonly [property: string]: unknown }) => ({
  id: "78b83505-6967-4168-a7ea-4921c0543ce9",
  completedDateTime: null,
  failedTasksCount: 0,
  processingStatus: "completed",
  scheduledDateTime: "2022-08-24T23:28:01.6474321Z",
  startedDateTime: null,
  totalTasksCount: 2,
  totalUnprocessedTasksCount: 0,
  workflowExecutionType: "onDemand",
  workflowVersion: 1,
  subject: { id: "ea09ac2e-77e3-4134-85f2-25ccf3c33387" },
  ...overrides
})

const list = ["results", "list", "--workflow", "w", "--run", "r"]
const expanded = [...list, "--expand", "subject(select=displayName)"]

describe("on a terminal", () => {
  it.effect("colours statuses, and only where it should", () =>
    Effect.gen(function*() {
      const green = `${escape}[0;32mcompleted${escape}[0m`
      const args = ["runs", "list", "--workflow", result.workflowId]
      const colored = (options: Parameters<typeof lcw>[1], extra: ReadonlyArray<string> = []) =>
        Effect.map(lcw([...args, ...extra], options), ({ stderr, stdout }) => {
          expect(stdout.includes(green)).toBe(stdout.includes(escape))
          return stdout.includes(escape) ? "colours" : stderr.includes(escape) ? "colours on stderr" : "plain"
        })
      const terminals = ["stdout", "stderr"] as const
      expect(yield* colored({ terminals })).toBe("colours")
      expect(yield* colored({})).toBe("plain")
      expect(yield* colored({ terminals: ["stderr"] })).toBe("colours on stderr")
      expect(yield* colored({ terminals }, ["--no-color"])).toBe("plain")
      expect(yield* colored({ terminals, env: { ...reader, NO_COLOR: "1" } })).toBe("plain")
      expect(yield* colored({ terminals, env: { ...reader, NO_COLOR: "" } })).toBe("colours")
      expect(yield* colored({ terminals, env: { ...reader, TERM: "dumb" } })).toBe("plain")
      expect(yield* colored({ env: { ...reader, FORCE_COLOR: "1" } })).toBe("colours")
      expect(yield* colored({ terminals, env: { ...reader, FORCE_COLOR: "0" } })).toBe("plain")
      expect(yield* colored({ env: { ...reader, FORCE_COLOR: "1", NO_COLOR: "1" } })).toBe("colours")
      expect(yield* colored({ env: { ...reader, FORCE_COLOR: "1" } }, ["--no-color"])).toBe("plain")
    }).pipe(Effect.provide(emulator)))

  it.effect("cuts names on a terminal and nowhere else", () => {
    const name = "Wolfeschlegelsteinhausenbergerdorff the Elder"
    const page = { value: [item({ subject: { displayName: name } })] }
    return Effect.gen(function*() {
      const piped = yield* lcw(expanded, { env: withToken, columns: 110 })
      expect(piped.stdout).toContain(name)
      const shown = yield* lcw(expanded, { env: withToken, columns: 110, terminals: ["stdout"] })
      expect(shown.stdout).toMatch(/Wolf\w+…/)
      expect(shown.stdout).toContain("78b83505-6967-4168-a7ea-4921c0543ce9")
      for (const line of shown.stdout.trimEnd().split("\n")) {
        expect(Style.strip(line).length).toBeLessThanOrEqual(110)
      }
    }).pipe(Effect.provide(answering(page, page)))
  })

  it.effect("aligns wide characters, shows what is absent, and disarms what is hostile", () =>
    Effect.gen(function*() {
      const { code, stdout } = yield* lcw(expanded, { env: withToken })
      expect(code).toBe(0)
      expect(stdout).toBe([
        "STATUS            SUBJECT         STARTED  COMPLETED  TASKS  FAILED TASKS  ID",
        "completed         山田太郎        -        -              2             0  a",
        "somethingUnknown  ␛[2J␛[1;31mEve  -        -              2             3  b",
        "failed            -               -        -              2             0  c",
        ""
      ].join("\n"))
    }).pipe(Effect.provide(answering({
      value: [
        item({ id: "a", subject: { displayName: "山田太郎" } }),
        item({
          id: "b",
          subject: { displayName: `${escape}[2J${escape}[1;31mEve` },
          failedTasksCount: 3,
          processingStatus: "somethingUnknown"
        }),
        item({ id: "c", subject: { displayName: null }, processingStatus: "failed" })
      ]
    }))))

  it.effect("escapes what is hostile in JSON, where it stays the same value", () =>
    Effect.gen(function*() {
      const displayName = `${escape}[2J\u009b31m\u202eEve`
      const { stdout } = yield* lcw([...expanded, "--json"], { env: withToken }).pipe(
        Effect.provide(answering({ value: [item({ subject: { displayName } })] }))
      )
      expect(stdout.trimEnd()).not.toMatch(/[\p{Cc}\u202e]/u)
      expect(JSON.parse(stdout).subject.displayName).toBe(displayName)
    }))

  it.effect("says so when there is nothing", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw(list, { env: withToken })
      expect({ code, stderr, stdout }).toEqual({ code: 0, stdout: "", stderr: "No user processing results\n" })
    }).pipe(Effect.provide(answering({ value: [] }))))

  it.effect("shows progress once it takes time, and takes it away", () =>
    Effect.gen(function*() {
      const { inject } = yield* GraphEmulator.GraphEmulator
      yield* inject(Fault.delay("1 second"), { endpoint: "graph", times: 4 })
      const { stderr } = yield* whileTimePasses(lcw(listLarge, { terminals: ["stderr"], columns: 60 }), "100 millis")
      const shown = Style.strip(stderr)
      expect(shown).toContain("\r\u001b[K100 user processing results so far, reading page 2 …")
      expect(shown).toContain(
        "\r\u001b[K300 user processing results so far, reading page 4 …\r\u001b[K360 user processing results: "
      )
      expect(shown.slice(shown.lastIndexOf("360"))).toMatch(/^360 user processing results: [\w, ]+\n$/)
    }).pipe(Effect.provide(emulator)))

  it.effect("shows no progress to pipes, to dumb terminals, or when it is quick", () =>
    Effect.gen(function*() {
      const { inject } = yield* GraphEmulator.GraphEmulator
      for (
        const options of [
          {},
          { terminals: ["stderr"], env: { ...reader, TERM: "dumb" } }
        ] as const
      ) {
        yield* inject(Fault.delay("1 second"), { endpoint: "graph", times: 4 })
        const { stderr } = yield* whileTimePasses(lcw(listLarge, options), "100 millis")
        expect(stderr).toMatch(/^360 user/)
      }
      expect((yield* lcw(listLarge, { terminals: ["stderr"] })).stderr).not.toContain("so far")
    }).pipe(Effect.provide(emulator)))
})
