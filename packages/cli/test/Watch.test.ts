import { GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import * as Style from "../src/output/Style.js"
import { admin, answering, lcw, whileTimePasses, withToken } from "./utils.js"

const emulator = GraphEmulator.layerInMemory({ processing: { queueDuration: "6 seconds", taskDuration: "20 seconds" } })

const { workflowId } = Seed.demoResult
const users = Seed.demoUserIds

const activate = ["workflows", "activate", "--workflow", workflowId, "--user", users[0]!, "--user", users[1]!, "--wait"]

const run = (processingStatus: string, counts: object = {}) => ({
  id: "dad77a47-6eda-4de7-bc37-fe8eb5aaf17d",
  completedDateTime: null,
  failedTasksCount: 0,
  failedUsersCount: 0,
  lastUpdatedDateTime: "2022-08-24T23:33:09Z",
  processingStatus,
  scheduledDateTime: "2022-08-24T23:28:01Z",
  startedDateTime: null,
  successfulUsersCount: 0,
  totalTasksCount: 4,
  totalUsersCount: 2,
  totalUnprocessedTasksCount: 4,
  workflowExecutionType: "onDemand",
  ...counts
})

const watch = ["runs", "watch", "--workflow", "w", "--run", "r"]

/** The activations that reached Graph. */
const activations = Effect.flatMap(
  GraphEmulator.GraphEmulator,
  ({ requests }) =>
    Effect.map(requests, (all) => all.filter(({ operation }) => operation === "workflows.activate").length)
)

describe("waiting for a run", () => {
  it.effect("activates once, tells the progress line by line, and how it ended", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* whileTimePasses(lcw(activate, { env: admin }), "1 second")
      expect(code).toBe(0)
      expect(stderr).toMatch(new RegExp(`^Activated workflow ${workflowId}: run [\\w-]+\n$`))
      const lines = stdout.trimEnd().split("\n")
      expect(lines[0]).toMatch(/^queued: 0 of 2 users, 0 of \d+ tasks$/)
      expect(lines.some((line) => line.startsWith("in progress: "))).toBe(true)
      expect(lines.at(-1)).toMatch(/^completed: 2 of 2 users, (\d+) of \1 tasks$/)
      expect(yield* activations).toBe(1)
    }).pipe(Effect.provide(emulator)))

  it.effect("names the users for whom tasks failed, and the exit code tells", () =>
    Effect.gen(function*() {
      const { failTasks } = yield* GraphEmulator.GraphEmulator
      yield* failTasks({ userId: users[1]!, reason: "No mailbox" })
      const { code, stdout } = yield* whileTimePasses(lcw(activate, { env: admin }), "1 second")
      expect(code).toBe(10)
      expect(stdout).toMatch(new RegExp(`^completed with errors: .*\nuser ${users[1]}: .*\n  .*: No mailbox$`, "m"))
      expect(stdout).not.toContain(`user ${users[0]}`)
    }).pipe(Effect.provide(emulator)))

  it.effect("writes JSON Lines for programs", () =>
    Effect.gen(function*() {
      const { failTasks } = yield* GraphEmulator.GraphEmulator
      yield* failTasks({})
      const { code, stderr, stdout } = yield* whileTimePasses(lcw([...activate, "--json"], { env: admin }), "1 second")
      expect({ code, stderr }).toEqual({ code: 11, stderr: "" })
      const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
      expect(lines[0].run.processingStatus).toBe("queued")
      expect(lines.filter((line) => line.run !== undefined).at(-1).run.processingStatus).toBe("failed")
      const failed = lines.filter((line) => line.failed !== undefined)
      expect(failed.map(({ failed }) => failed.result.subject.id).sort()).toEqual([users[0], users[1]].sort())
      expect(failed[0].failed.tasks[0].processingStatus).toBe("failed")
    }).pipe(Effect.provide(emulator)))

  it.effect("sends nothing with --dry-run", () =>
    Effect.gen(function*() {
      const { code, stdout } = yield* lcw([...activate, "--dry-run"], { env: admin })
      expect(code).toBe(0)
      expect(stdout).toContain("/activate")
      expect(yield* activations).toBe(0)
    }).pipe(Effect.provide(emulator)))

  it.effect("rewrites one line on a terminal, and leaves the last word", () =>
    Effect.gen(function*() {
      const options = { env: withToken, terminals: ["stdout", "stderr"] as const }
      const bodies = [
        run("queued"),
        run("inProgress", { successfulUsersCount: 1 }),
        run("completed", {
          successfulUsersCount: 2,
          totalUnprocessedTasksCount: 0
        })
      ]
      const { code, stderr, stdout } = yield* whileTimePasses(lcw(watch, options), "1 second").pipe(
        Effect.provide(answering(...bodies))
      )
      expect(code).toBe(0)
      expect(Style.strip(stdout)).toBe("completed: 2 of 2 users, 4 of 4 tasks\n")
      expect(Style.strip(stderr)).toContain("\r\u001b[Kqueued: 0 of 2 users, 0 of 4 tasks\r\u001b[K")
      expect(stderr).toContain("in progress: 1 of 2 users")
      expect(stderr.endsWith("\r\u001b[K")).toBe(true)
    }))

  for (
    const [status, code] of [["completed", 0], ["completedWithErrors", 10], ["failed", 11], ["canceled", 12], [
      "quarantined",
      13
    ]] as const
  ) {
    it.effect(`exits with ${code} where the run is ${status}`, () =>
      Effect.gen(function*() {
        const outcome = yield* lcw(watch, { env: withToken })
        expect({ code: outcome.code, stderr: outcome.stderr }).toEqual({ code, stderr: "" })
      }).pipe(Effect.provide(answering(run(status)))))
  }

  it.effect("stops after --minutes, and says that the run goes on", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* whileTimePasses(
        lcw([...watch, "--minutes", "1"], { env: withToken }),
        "10 seconds"
      )
      expect(code).toBe(13)
      expect(stderr).toMatch(/^lcw: The run r of the workflow w was not over after 1m: it was queued\. It goes on\.\n/)
    }).pipe(Effect.provide(answering(...Array.from({ length: 50 }, () => run("queued"))))))

  it.effect("stops after --minutes where it activated, too; the exit code and the words are the same", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* whileTimePasses(
        lcw([...activate, "--minutes", "1"], { env: admin }),
        "1 second"
      )
      expect(code).toBe(13)
      expect(stderr).toMatch(
        new RegExp(`^lcw: The run \\S+ of the workflow ${workflowId} was not over after 1m: .*\\. It goes on\\.`, "m")
      )
      expect(stdout).not.toContain("completed: ")
      expect(yield* activations).toBe(1)
    }).pipe(Effect.provide(GraphEmulator.layerInMemory({ processing: { taskDuration: "1 hour" } }))))

  it.effect("and not before: a run that ends within --minutes is watched to its end", () =>
    Effect.gen(function*() {
      const { code, stdout } = yield* whileTimePasses(lcw([...activate, "--minutes", "60"], { env: admin }), "1 second")
      expect(code).toBe(0)
      expect(stdout).toContain("completed: 2 of 2 users")
    }).pipe(Effect.provide(emulator)))

  it.effect("takes --minutes with --wait alone, and says so before anything is sent", () =>
    Effect.gen(function*() {
      const without = activate.slice(0, -1)
      for (const args of [[...without, "--minutes", "1"], [...without, "--minutes", "1", "--dry-run"]]) {
        const { code, stderr, stdout } = yield* lcw(args, { env: admin })
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
        expect(stderr).toBe(
          "lcw: --minutes says how long to watch the run, and without --wait nobody does.\n" +
            "     Give --wait as well, or leave --minutes out.\n"
        )
      }
      const { code, stderr } = yield* lcw([...activate, "--minutes", "0"], { env: admin })
      expect(code).toBe(2)
      expect(stderr).toContain("--minutes: \"0\" is not a whole number from 1 on.")
      const other = yield* lcw(["workflows", "cancel", "--workflow", "w", "--run", "r", "--minutes", "1"], {
        env: admin
      })
      expect(other.code).toBe(2)
      expect((yield* Effect.flatMap(GraphEmulator.GraphEmulator, ({ requests }) => requests)).length).toBe(0)
    }).pipe(Effect.provide(emulator)))

  it.effect("says that the run goes on when it is interrupted, and how to come back to it", () =>
    Effect.gen(function*() {
      const written: Array<string> = []
      const fiber = yield* Effect.fork(lcw(watch, { env: withToken, onStderr: (text) => written.push(text) }))
      yield* Effect.repeatN(TestClock.adjust("1 second"), 5)
      yield* Fiber.interrupt(fiber)
      expect(written.join("")).toBe("The run goes on. lcw runs watch --workflow w --run r\n")
    }).pipe(Effect.provide(answering(...Array.from({ length: 50 }, () => run("queued"))))))
})
