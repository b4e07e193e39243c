import * as Api from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import { GraphEmulator } from "@effect-msgraph/emulator"
import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as Commands from "../src/Commands.js"
import { admin, answering, emulator, lcw, result, withToken } from "./utils.js"

const { workflowId } = result

/** What reached Graph: operation and query. */
const requested = Effect.flatMap(
  GraphEmulator.GraphEmulator,
  ({ requests }) =>
    Effect.map(
      requests,
      (entries) =>
        entries.filter(({ endpoint }) => endpoint === "graph").map(({ operation, query }) =>
          `${operation}${decodeURIComponent(query)}`
        )
    )
)

const operations = (node: Commands.Node): ReadonlyArray<string> => [
  ...(node.operation === undefined ? [] : [node.operation.id]),
  ...node.children.flatMap(operations)
]

describe("the commands", () => {
  it("reach every operation of the catalogue", () => {
    expect(Array.from(new Set(operations(Commands.node))).sort()).toEqual(Api.operations.map(({ id }) => id).sort())
  })
})

describe("reading", () => {
  it.effect("filters with what was parsed and checked", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw(
        ["workflows", "list", "--filter", "category eq 'leaver' and isEnabled eq true", "--json"],
        { env: admin }
      )
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
      const found = stdout.trimEnd().split("\n").map((line) => JSON.parse(line).category as string)
      expect(found.length).toBeGreaterThan(0)
      expect(new Set(found)).toEqual(new Set(["leaver"]))
      expect(yield* requested).toEqual(["workflows.list?$filter=category eq 'leaver' and isEnabled eq true"])
    }).pipe(Effect.provide(emulator)))

  it.effect("sends no filter that is wrong, and shows where it is", () =>
    Effect.gen(function*() {
      const bad = [
        [
          "category = 'joiner'",
          [
            "lcw: --filter: at position 10, expected an operator (eq, ne, lt, le, gt, ge, in, has), found \"= 'joiner'\"",
            "     category = 'joiner'",
            "              ^"
          ]
        ],
        [
          "isEnabled eq true and categry eq 'joiner'",
          [
            "lcw: --filter: at position 23, \"categry\" is no property that workflows can be filtered by. " +
            "Did you mean category?",
            "     isEnabled eq true and categry eq 'joiner'",
            "                           ^"
          ]
        ],
        ["category eq 'joiner", ["lcw: --filter: at position 13, expected a closing quote, found \"'joiner\""]]
      ] as const
      for (const [filter, lines] of bad) {
        const { code, stderr, stdout } = yield* lcw(["workflows", "list", "--filter", filter], { env: admin })
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
        expect(stderr.split("\n").slice(0, lines.length)).toEqual(lines)
      }
      const operator = yield* lcw(["workflows", "list", "--filter", "category gt 'joiner'"], { env: admin })
      expect(operator.code).toBe(2)
      expect(operator.stderr).toMatch(/^lcw: --filter: .*category does not support gt/)
      const empty = yield* lcw(["workflows", "list", "--filter", " "], { env: admin })
      expect(empty.stderr).toMatch(/^lcw: --filter: has no value/)
      expect(yield* requested).toEqual([])
    }).pipe(Effect.provide(emulator)))

  it.effect("doubts members that an enumeration does not have, but asks", () =>
    Effect.gen(function*() {
      const list = ["runs", "list", "--workflow", workflowId, "--filter"]
      const { code, stderr } = yield* lcw([...list, "processingStatus in ('failed','complete')"], { env: admin })
      expect(code).toBe(0)
      expect(stderr).toBe(
        "lcw: --filter: processingStatus has no \"complete\", as far as lcw knows. Did you mean completed?\nNo runs\n"
      )
      const fine = yield* lcw([...list, "processingStatus eq 'completed'"], { env: admin })
      expect(fine.stderr).toMatch(/^\d+ runs: \d+ completed\n$/)
      expect(yield* requested).toHaveLength(2)
    }).pipe(Effect.provide(emulator)))

  it.effect("shows a workflow with its conditions as a sentence and its tasks one by one", () =>
    Effect.gen(function*() {
      const { code, stdout } = yield* lcw(["workflows", "get", "--workflow", workflowId], { env: admin })
      expect(code).toBe(0)
      expect(stdout).toMatch(/^executionConditions +on demand only$/m)
      expect(stdout).toMatch(/^tasks\[0\]\.displayName +Enable User Account$/m)
      expect(stdout).toMatch(/^tasks\[1\]\.arguments\.groupID +\S+$/m)
      const scheduled = yield* lcw(
        ["workflows", "get", "--workflow", "15f9c6db-ada8-4417-927f-17ac24b54b9b", "--select", "executionConditions"],
        { env: admin }
      )
      expect(scheduled.stdout).toMatch(/^executionConditions +\d+ days? (?:before|after) \w+, for .+\n$/)
    }).pipe(Effect.provide(emulator)))

  it.effect("shows tasks with their arguments, in a row each", () =>
    Effect.gen(function*() {
      const { stderr, stdout } = yield* lcw(["tasks", "list", "--workflow", workflowId], { env: admin })
      expect(stdout).toMatch(/^NO +NAME +CATEGORY +ENABLED +CONTINUE ON ERROR +ARGUMENTS +ID\n/)
      expect(stdout).toMatch(/^ 2 +Add User To Groups +joiner, leaver +true +false +groupID=\S+ +\S+$/m)
      expect(stderr).toBe("2 tasks\n")
    }).pipe(Effect.provide(emulator)))

  it.effect("reads one version by its number", () =>
    Effect.gen(function*() {
      const version = ["versions", "get", "--workflow", workflowId, "--version-number"]
      expect((yield* lcw([...version, "1"], { env: admin })).stdout).toMatch(/^versionNumber +1$/m)
      for (const number of ["0", "one", "1.5"]) {
        expect(yield* lcw([...version, number], { env: admin })).toEqual({
          code: 2,
          stdout: "",
          stderr: `lcw: --version-number: "${number}" is not a whole number from 1 on.\n`
        })
      }
    }).pipe(Effect.provide(emulator)))

  it.effect("counts, if it is to", () =>
    Effect.gen(function*() {
      const { stderr } = yield* lcw(["versions", "list", "--workflow", workflowId, "--count"], { env: admin })
      expect(stderr).toMatch(/^1 workflow version of 1 in all\n$/)
      expect(yield* requested).toEqual(["workflows.versions.list?$count=true"])
    }).pipe(Effect.provide(emulator)))

  it.effect("follows pages while it counts, but not in a circle", () => {
    const version = (versionNumber: number) => ({
      category: "joiner",
      displayName: "x",
      isEnabled: true,
      isSchedulingEnabled: false,
      versionNumber
    })
    const next = "https://graph.microsoft.com/v1.0/next"
    return Effect.gen(function*() {
      const list = ["versions", "list", "--workflow", "w", "--count", "--json"]
      const { code, stderr, stdout } = yield* lcw(list, { env: withToken })
      expect(stdout.trimEnd().split("\n").map((line) => JSON.parse(line).versionNumber)).toEqual([1, 2, 3])
      expect(code).toBe(7)
      expect(stderr).toMatch(/^lcw: After \d pages, Graph links back to one of them\./)
    }).pipe(Effect.provide(answering(
      { "@odata.count": 3, "@odata.nextLink": next, value: [version(1)] },
      { "@odata.nextLink": `${next}2`, value: [version(2)] },
      { "@odata.nextLink": next, value: [version(3)] }
    )))
  })

  it.effect("summarizes the last seven days, or any other period, in two columns", () =>
    Effect.gen(function*() {
      const body = { failedRuns: 1, failedTasks: 2, successfulRuns: 3, totalRuns: 4, totalTasks: 5, totalUsers: 6 }
      const summary = ["runs", "summary", "--workflow", "w"]
      const { code, stdout } = yield* lcw(summary, { env: withToken }).pipe(Effect.provide(answering(body)))
      expect(code).toBe(0)
      expect(stdout).toBe([
        "failedRuns      1",
        "failedTasks     2",
        "successfulRuns  3",
        "totalRuns       4",
        "totalTasks      5",
        "totalUsers      6",
        ""
      ].join("\n"))
      const json = yield* lcw([...summary, "--json"], { env: withToken }).pipe(Effect.provide(answering(body)))
      expect(JSON.parse(json.stdout)).toEqual(body)
    }))

  it.effect("takes dates, times, and how long ago", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.parse("2026-11-20T10:00:00.123Z"))
      const periods = [
        [[], "2026-11-13T10:00:00Z", "2026-11-20T10:00:00Z"],
        [["--from", "2026-11-01"], "2026-11-01T00:00:00Z", "2026-11-20T10:00:00Z"],
        [["--from", "2w", "--to", "1d ago"], "2026-11-06T10:00:00Z", "2026-11-19T10:00:00Z"],
        [["--to", "2026-11-10T08:30Z"], "2026-11-03T08:30:00Z", "2026-11-10T08:30:00Z"],
        [["--from=12h", "--to=now"], "2026-11-19T22:00:00Z", "2026-11-20T10:00:00Z"],
        [["--from", "2026-11-10T08:30:15+02:00"], "2026-11-10T06:30:15Z", "2026-11-20T10:00:00Z"]
      ] as const
      for (const [args, from, to] of periods) {
        const { stderr } = yield* lcw(["insights", "summary", ...args, "--verbose"], { env: admin })
        expect(stderr).toContain(`workflowsProcessedSummary(startDateTime=${from},endDateTime=${to})`)
      }
    }).pipe(Effect.provide(emulator)))

  it.effect("knows no other dates, and no period that ends before it begins", () =>
    Effect.gen(function*() {
      for (const text of ["3x", "yesterday", "2026-02-30", "2026-13-01", ""]) {
        const { code, stderr } = yield* lcw(["insights", "summary", "--from", text], { env: {} })
        expect({ code, first: stderr.split("\n")[0] }).toEqual({
          code: 2,
          first: `lcw: --from: ${JSON.stringify(text)} is no point in time.`
        })
      }
      const { code, stderr } = yield* lcw(["insights", "summary", "--from", "1d", "--to", "2d"], { env: {} })
      expect(code).toBe(2)
      expect(stderr).toMatch(/^lcw: --from: the period begins .*, but ends /)
    }).pipe(Effect.provide(answering())))

  it.effect("lists values that are no entities as a table, the id last", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.parse("2026-11-20T10:00:00Z"))
      const { code, stderr, stdout } = yield* lcw(["insights", "tasks", "--from", "2022-01-01"], { env: admin })
      expect(code).toBe(0)
      expect(stdout).toMatch(/^TASK +TOTAL TASKS +FAILED TASKS +TOTAL USERS +FAILED USERS +TASK DEFINITION ID\n/)
      expect(stderr).toMatch(/^\d+ tasks\n$/)
    }).pipe(Effect.provide(emulator)))

  it.effect("lists and gets everything else that there is", () =>
    Effect.gen(function*() {
      const commands = [
        [["workflows", "list"], /^NAME +CATEGORY +ENABLED +SCHEDULED +VERSION +ID\n/],
        [["templates", "list"], /^NAME +CATEGORY +DESCRIPTION +ID\n/],
        [["definitions", "list"], /^NAME +CATEGORY +VERSION +ID\n/],
        [["extensions", "list"], /^NAME +ENDPOINT CONFIGURATION +CALLBACK CONFIGURATION +ID\n/],
        [["deleted", "list"], /^NAME +CATEGORY +DELETED +ID\n/],
        [["reports", "list", "--workflow", workflowId], /^STATUS +STARTED +COMPLETED +USERS +FAILED USERS/],
        [["scope", "list", "--workflow", workflowId], /^STATUS +SUBJECT/],
        [["results", "all", "--workflow", workflowId], /^STATUS +SUBJECT/],
        [["subjects", "list", "--workflow", workflowId, "--run", result.runId], /^STATUS +SUBJECT/],
        [["settings", "get"], /^workflowScheduleIntervalInHours +\d+$/m]
      ] as const
      for (const [args, expected] of commands) {
        const { code, stdout } = yield* lcw(args, { env: admin })
        expect({ args, code }).toEqual({ args, code: 0 })
        expect(stdout).toMatch(expected)
      }
    }).pipe(Effect.provide(emulator)))
})
