import { GraphEmulator } from "@effect-msgraph/emulator"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { emulator, getResult, large, lcw, listLarge, result, secret } from "./utils.js"

const listRuns = ["runs", "list", "--workflow", result.workflowId]

/** The requests that reached Graph, path and query. */
const requested = Effect.flatMap(
  GraphEmulator.GraphEmulator,
  ({ requests }) =>
    Effect.map(
      requests,
      (entries) =>
        entries.filter(({ endpoint }) => endpoint === "graph").map(({ operation, query }) => `${operation}${query}`)
    )
)

describe("lcw on the demo tenant", () => {
  it.effect("lists runs as a table", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw(listRuns)
      expect(code).toBe(0)
      const [header, first] = stdout.split("\n")
      expect(header).toMatch(/^STATUS +TYPE +STARTED +COMPLETED +USERS +FAILED USERS +ID$/)
      expect(first).toMatch(
        new RegExp(`^completed +onDemand +2022-08-24 23:28Z +2022-08-24 23:28Z +\\d+ +0 +${result.runId}$`)
      )
      expect(stderr).toMatch(/^\d+ runs: \d+ completed/)
    }).pipe(Effect.provide(emulator)))

  it.effect("gets a result as a record, with everything that it has", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw(getResult)
      expect(code).toBe(0)
      expect(stderr).toBe("")
      expect(stdout).toBe([
        `id                          ${result.userProcessingResultId}`,
        "completedDateTime           2022-08-24 23:28:11Z",
        "failedTasksCount            0",
        "processingStatus            completed",
        "scheduledDateTime           2022-08-24 23:28:01Z",
        "startedDateTime             2022-08-24 23:28:04Z",
        "totalTasksCount             2",
        "totalUnprocessedTasksCount  0",
        "workflowExecutionType       onDemand",
        "workflowVersion             1",
        "subject.id                  ea09ac2e-77e3-4134-85f2-25ccf3c33387",
        ""
      ].join("\n"))
    }).pipe(Effect.provide(emulator)))

  it.effect("prints one JSON document for get", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw([
        ...getResult,
        "--json",
        "--select",
        "id,failedTasksCount,startedDateTime"
      ])
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
      expect(JSON.parse(stdout)).toEqual({
        id: result.userProcessingResultId,
        failedTasksCount: 0,
        startedDateTime: "2022-08-24T23:28:04.490Z"
      })
    }).pipe(Effect.provide(emulator)))

  it.effect("prints JSON Lines for list, over all pages, and nothing else", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw([...listLarge, "--json"])
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
      const items = stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
      expect(items).toHaveLength(360)
      expect(new Set(items.map(({ id }) => id)).size).toBe(360)
      expect(yield* requested).toHaveLength(4)
    }).pipe(Effect.provide(emulator)))

  it.effect("stops at the limit, and reads no page more than it needs", () =>
    Effect.gen(function*() {
      const { stderr, stdout } = yield* lcw([...listLarge, "--limit", "100"])
      expect(stdout.trimEnd().split("\n")).toHaveLength(101)
      expect(stderr).toMatch(/^100 user processing results \(stopped by --limit\): /)
      expect(yield* requested).toHaveLength(1)
    }).pipe(Effect.provide(emulator)))

  it.effect("narrows to what is selected, in that order", () =>
    Effect.gen(function*() {
      const { stdout } = yield* lcw([...listLarge, "--select", "failedTasksCount,id", "--limit", "2"])
      expect(stdout.split("\n")[0]).toBe("FAILED TASKS  ID")
      expect(yield* requested).toEqual(["workflows.runs.userProcessingResults.list?$select=failedTasksCount,id"])
    }).pipe(Effect.provide(emulator)))

  it.effect("expands with or without the dollar", () =>
    Effect.gen(function*() {
      for (const expand of ["subject(select=displayName)", "subject($select=displayName)"]) {
        const { code, stdout } = yield* lcw([...listLarge, "--expand", expand, "--limit", "1", "--json"])
        expect(code).toBe(0)
        expect(JSON.parse(stdout).subject).toEqual({ displayName: expect.any(String) })
      }
      const query = "?$expand=subject($select=displayName)"
      expect(yield* requested).toEqual([
        `workflows.runs.userProcessingResults.list${query}`,
        `workflows.runs.userProcessingResults.list${query}`
      ])
    }).pipe(Effect.provide(emulator)))

  it.effect("shows an expanded subject by name", () =>
    Effect.gen(function*() {
      const { stdout } = yield* lcw([...listLarge, "--expand", "subject(select=displayName)", "--limit", "1"])
      expect(stdout.split("\n")[1]).toMatch(/^completed +\p{L}+ \p{L}+/u)
    }).pipe(Effect.provide(emulator)))

  it.effect("sorts", () =>
    Effect.gen(function*() {
      const { stdout } = yield* lcw([
        ...listRuns,
        "--order-by",
        "startedDateTime desc",
        "--select",
        "startedDateTime",
        "--json"
      ])
      const dates = stdout.trimEnd().split("\n").map((line) => JSON.parse(line).startedDateTime as string)
      expect(dates.length).toBeGreaterThan(1)
      expect(dates).toEqual([...dates].sort().reverse())
    }).pipe(Effect.provide(emulator)))

  it.effect("lists the tasks of a result", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw([
        ...["results", "tasks", "--workflow", result.workflowId, "--result", result.userProcessingResultId]
      ])
      expect(code).toBe(0)
      expect(stdout).toMatch(/^STATUS +TASK +STARTED +COMPLETED +FAILURE REASON +ID\ncompleted /)
      expect(stderr).toMatch(/^2 task processing results: 2 completed\n$/)
    }).pipe(Effect.provide(emulator)))

  it.effect("sends nothing for names that are not there, and says what was meant", () =>
    Effect.gen(function*() {
      const bad = [
        [
          ["--select", "id,procesingStatus"],
          /--select: "procesingStatus" is no property .* Did you mean processingStatus\?/
        ],
        [["--select", "subjct"], /Did you mean subject\?/],
        [
          ["--expand", "subject(select=displayNam)"],
          /--expand: "displayNam" is no property of a user\. Did you mean displayName\?/
        ],
        [["--expand", "user"], /--expand: "user" is no relation/],
        [["--order-by", "failedTasksCount"], /--order-by: "failedTasksCount" is no property .* sorted by/],
        [["--order-by", "startedDateTime down"], /neither "asc" nor "desc"/],
        [["--expand", "subject(=id)"], /shell took \$select/],
        [["--select", ""], /--select: has no value/]
      ] as const
      for (const [args, message] of bad) {
        const { code, stderr, stdout } = yield* lcw([...listLarge, ...args])
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
        expect(stderr.split("\n").slice(0, 2).join(" ")).toMatch(message)
      }
      expect(yield* requested).toEqual([])
    }).pipe(Effect.provide(emulator)))

  it.effect("offers only the options that the operation has", () =>
    Effect.gen(function*() {
      const expand = yield* lcw([...listRuns, "--expand", "subject"])
      expect(expand).toMatchObject({ code: 2, stdout: "" })
      expect(expand.stderr).toBe("lcw: --expand is no option of this command.\n     See lcw runs list --help.\n")
      const limit = yield* lcw([...getResult, "--limit", "1"])
      expect(limit.stderr).toMatch(/^lcw: --limit is no option of this command/)
    }).pipe(Effect.provide(emulator)))

  it.effect("checks ids before anything is sent", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* lcw(["runs", "get", "--workflow", result.workflowId, "--run", "../x"])
      expect(code).toBe(2)
      expect(stderr).toMatch(/^lcw: --run: Expected a RunId/)
      expect(yield* requested).toEqual([])
    }).pipe(Effect.provide(emulator)))

  it.effect("complains in its own words", () =>
    Effect.gen(function*() {
      const complaints = [
        [["runs", "list"], "lcw: --workflow is missing."],
        [["runs", "get"], "lcw: --workflow is missing. --run is missing."],
        [["runs", "list", "--workflow"], "lcw: --workflow needs a value."],
        [[...listRuns, "--select", "id", "--select", "id"], "lcw: --select stands there twice."],
        [[...listRuns, "--limit", "0"], "lcw: --limit: \"0\" is not a whole number from 1 on."],
        [[...listRuns, "--limit", "many"], "lcw: --limit: \"many\" is not a whole number from 1 on."],
        [["runs", "list", "--workflw", "x"], "lcw: --workflw is no option of this command. Did you mean --workflow?"]
      ] as const
      for (const [args, message] of complaints) {
        const { code, stderr } = yield* lcw(args)
        expect({ code, first: stderr.split("\n")[0] }).toEqual({ code: 2, first: message })
      }
    }).pipe(Effect.provide(emulator)))

  it.effect("tells of requests with --verbose, and never of secrets", () =>
    Effect.gen(function*() {
      for (const args of [["--verbose", ...listRuns], [...listRuns, "-v"], [...listRuns, "--log-level", "debug"]]) {
        const { code, stderr } = yield* lcw(args)
        expect(code).toBe(0)
        expect(stderr).toMatch(/debug POST https:\/\/login\.microsoftonline\.com\/\S+\/oauth2\/v2\.0\/token 200/)
        expect(stderr).toMatch(/debug GET https:\/\/graph\.microsoft\.com\/v1\.0\/\S+\/runs 200 \(request-id [\w-]+\)/)
        expect(stderr).not.toContain(secret)
        expect(stderr).not.toMatch(/eyJ|bearer/i)
      }
      expect((yield* lcw(listRuns)).stderr).not.toContain("debug")
    }).pipe(Effect.provide(emulator)))

  it.effect("prints help on stdout", () =>
    Effect.gen(function*() {
      for (const args of [[], ["--help"], ["runs"], ["results", "list", "--help"], ["emulator", "-h"]]) {
        const { code, stderr, stdout } = yield* lcw(args, { env: {} })
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
        expect(stdout).toContain("Usage\n  lcw")
        expect(stdout.split("\n").every((line) => line.length <= 100)).toBe(true)
      }
      const { stdout } = yield* lcw(["results", "list", "--help"], { env: {} })
      expect(stdout).toContain("lcw results list --workflow id --run id [options]")
      expect(stdout).toContain("subject(select=id,displayName)")
      expect(stdout).toMatch(/--run id +The id of the run\. Required\./)
    }).pipe(Effect.provide(emulator)))

  it.effect("prints its version", () =>
    Effect.gen(function*() {
      for (const args of [["--version"], ["runs", "list", "--version"]]) {
        expect((yield* lcw(args)).stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/)
      }
    }).pipe(Effect.provide(emulator)))

  it.effect("is quiet when its reader has seen enough", () =>
    Effect.gen(function*() {
      for (const args of [listLarge, [...listLarge, "--json"]]) {
        const { code, stderr, stdout } = yield* lcw(args, { stdoutWrites: 1 })
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
        expect(stdout.length).toBeGreaterThan(0)
      }
      // The second page was asked for before anybody could know; the third was not.
      expect(yield* requested).toHaveLength(4)
    }).pipe(Effect.provide(emulator)))

  it.effect("works on any run of the tenant", () =>
    Effect.gen(function*() {
      const { code, stdout } = yield* lcw(["runs", "get", "--workflow", large.workflowId, "--run", large.runId])
      expect(code).toBe(0)
      expect(stdout).toMatch(/^activatedOnScope +-$/m)
    }).pipe(Effect.provide(emulator)))
})
