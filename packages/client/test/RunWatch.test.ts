import * as RunWatch from "@effect-msgraph/client/RunWatch"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Chunk, Duration, Effect, Either, Exit, Fiber, Option, Stream, TestClock } from "effect"
import { assertError, connect, empty, json, refusal, result, run, runId, times, workflowId } from "./utils.js"

const target = { workflowId, runId }

const at = (processingStatus: string, counts: object = {}) => json({ ...run, processingStatus, ...counts })

/** One answer after another; the last one again and again. */
const answers = (...replies: ReadonlyArray<() => Response>) => (_: unknown, index: number) =>
  replies[Math.min(index, replies.length - 1)]!()

const shown = (
  { processingStatus, successfulUsersCount }: { processingStatus: string; successfulUsersCount: number }
) => `${processingStatus} ${successfulUsersCount}`

describe("watching a run", () => {
  it.effect("tells each change once, more and more patiently, and ends with the run", () =>
    Effect.gen(function*() {
      const queued = () => at("queued", { successfulUsersCount: 0 })
      const busy = (n: number) => () => at("inProgress", { successfulUsersCount: n })
      const { lcw, sent } = yield* connect(
        answers(queued, queued, queued, busy(0), busy(0), busy(1), busy(1), () => at("completed"))
      )
      const fiber = yield* Effect.fork(
        Stream.runCollect(lcw.workflows.runs.watch(target, { initial: "1 second", factor: 2, max: "5 seconds" }))
      )
      yield* TestClock.adjust("1 hour")
      deepStrictEqual(
        Chunk.toReadonlyArray(yield* Fiber.join(fiber)).map(shown),
        ["queued 0", "inProgress 0", "inProgress 1", "completed 2"]
      )
      // Waits of 1, 2, 4; then again from 1, as the status changed: 1, 2, 4, 5.
      deepStrictEqual(times(sent).map((ms) => ms / 1000), [0, 1, 3, 7, 8, 10, 14, 19])
    }))

  it.effect("looks as by default: after 2, 3, 4.5 seconds, and never more than 30 apart", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect(() => at("queued"))
      const fiber = yield* Effect.fork(Stream.runDrain(lcw.workflows.runs.watch(target)))
      yield* TestClock.adjust("5 minutes")
      deepStrictEqual(times(sent).slice(0, 4), [0, 2000, 5000, 9500])
      const waits = times(sent).slice(1).map((at, i) => at - times(sent)[i]!)
      strictEqual(waits.at(-1), 30_000)
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("5 minutes")
      strictEqual(sent.length, waits.length + 1)
    }))

  it.effect("is neither ended nor broken by a status that nobody knows", () =>
    Effect.gen(function*() {
      const statuses = ["queued", "pondering", "unknownFutureValue", "canceling", "constructor", "failed"]
      const { lcw } = yield* connect(answers(...statuses.map((status) => () => at(status))))
      const fiber = yield* Effect.fork(Stream.runCollect(lcw.workflows.runs.watch(target)))
      yield* TestClock.adjust("1 hour")
      deepStrictEqual(
        Chunk.toReadonlyArray(yield* Fiber.join(fiber)).map((run) => run.processingStatus as string),
        statuses
      )
    }))

  it.effect("gives up when its time is over, and not before; the run goes on", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect(() => at("inProgress"))
      const fiber = yield* Effect.fork(
        Effect.either(lcw.workflows.runs.outcome(target, { initial: 4000, factor: 1, timeout: "10 seconds" }))
      )
      yield* TestClock.adjust(9999)
      assertTrue(Option.isNone(yield* Fiber.poll(fiber)))
      yield* TestClock.adjust(1)
      const error = Either.getOrThrow(Either.flip(yield* Fiber.join(fiber)))
      assertError(
        error,
        new RunWatch.WatchTimeout({ workflowId, runId, status: "inProgress", after: Duration.seconds(10) })
      )
      deepStrictEqual(times(sent), [0, 4000, 8000])
    }))

  it.effect("gives up in the middle of a look, too", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect(() => () => Effect.never)
      const fiber = yield* Effect.fork(Effect.either(lcw.workflows.runs.outcome(target, { timeout: "10 seconds" })))
      yield* TestClock.adjust("10 seconds")
      const error = Either.getOrThrow(Either.flip(yield* Fiber.join(fiber)))
      deepStrictEqual([error._tag, sent[0]!.signal.aborted], ["WatchTimeout", true])
    }))

  it.effect("waits as the service says, and goes on after a failure that passes", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect(
        answers(() => at("queued"), () => empty(429, { "retry-after": "60" }), () => at("completed"))
      )
      const fiber = yield* Effect.fork(lcw.workflows.runs.outcome(target))
      yield* TestClock.adjust("1 hour")
      strictEqual((yield* Fiber.join(fiber))._tag, "Completed")
      deepStrictEqual(times(sent), [0, 2000, 62_000])
    }))

  it.effect("fails with what is wrong", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect([refusal(404)])
      strictEqual((yield* Effect.flip(lcw.workflows.runs.outcome(target)))._tag, "NotFound")
    }))

  it.effect("takes no hurry for an answer: no option makes it look all the time", () =>
    Effect.gen(function*() {
      for (const options of [{ initial: 0 }, { initial: -5, factor: 0 }, { factor: NaN, initial: 1, max: 0 }]) {
        const { lcw, sent } = yield* connect(() => at("queued"))
        const fiber = yield* Effect.fork(Stream.runDrain(lcw.workflows.runs.watch(target, options)))
        yield* TestClock.adjust("1 second")
        assertTrue(sent.length >= 2 && sent.length <= 11, String(sent.length))
        assertTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
      }
    }))
})

describe("the outcome of a run", () => {
  const rows: ReadonlyArray<readonly [status: string, tag: RunWatch.Outcome["_tag"]]> = [
    ["completed", "Completed"],
    ["completedWithErrors", "CompletedWithErrors"],
    ["failed", "Failed"],
    ["canceled", "Canceled"],
    ["quarantined", "Quarantined"]
  ]
  for (const [status, tag] of rows) {
    it.effect(`is ${tag} where the status is ${status}`, () =>
      Effect.gen(function*() {
        const { lcw, sent } = yield* connect([at(status, { failedUsersCount: 0, failedTasksCount: 0 })])
        const outcome = yield* lcw.workflows.runs.outcome(target)
        deepStrictEqual([outcome._tag, outcome.run.processingStatus as string], [tag, status])
        // Nothing failed, so nothing is asked.
        strictEqual(yield* Stream.runCount(outcome.failures), 0)
        strictEqual(sent.length, 1)
      }))
  }

  it.effect("has the users for whom tasks failed, each with those tasks, as they are asked for", () =>
    Effect.gen(function*() {
      const user = (n: number, failedTasksCount: number) => ({
        ...result,
        id: `result-${n}`,
        subject: { id: `user-${n}` },
        failedTasksCount,
        processingStatus: failedTasksCount > 0 ? "completedWithErrors" : "canceled"
      })
      const task = (id: string) => ({
        id,
        createdDateTime: "2022-08-24T23:28:01Z",
        processingStatus: "failed",
        failureReason: `no ${id}`,
        subject: { id: "user" },
        task: {
          id: "task",
          arguments: [],
          category: "joiner",
          continueOnError: true,
          displayName: "Enable",
          executionSequence: 1,
          isEnabled: true,
          taskDefinitionId: "6fc52c9d-398b-4305-9763-15f42c1676fc"
        }
      })
      let now = 0
      let most = 0
      const { lcw, sent } = yield* connect(({ url }) => {
        const [, ofResult] = /userProcessingResults\/([^/]+)\/taskProcessingResults/.exec(url) ?? []
        if (ofResult !== undefined) {
          return () =>
            Effect.gen(function*() {
              most = Math.max(most, ++now)
              yield* Effect.sleep("1 second")
              now--
              return json({ value: [task(`task-of-${ofResult}`)] })
            })
        }
        if (url.includes("/userProcessingResults")) {
          return json({ value: [user(0, 0), ...Array.from({ length: 9 }, (_, i) => user(i + 1, 1))] })
        }
        return at("completedWithErrors", { failedUsersCount: 9, failedTasksCount: 9 })
      })
      const outcome = yield* lcw.workflows.runs.outcome(target)
      strictEqual(sent.length, 1)
      const fiber = yield* Effect.fork(Stream.runCollect(outcome.failures))
      yield* TestClock.adjust("10 seconds")
      const failures = Chunk.toReadonlyArray(yield* Fiber.join(fiber))
      deepStrictEqual(
        failures.map(({ result, tasks }) => [result.subject.id as string, tasks[0]!.failureReason]),
        Array.from({ length: 9 }, (_, i) => [`user-${i + 1}`, `no task-of-result-${i + 1}`])
      )
      strictEqual(most, 4)
      const [, users, tasks] = sent.map(({ url }) => decodeURIComponent(url.slice(url.indexOf("?"))))
      strictEqual(users, "?$filter=processingStatus ne 'completed'")
      strictEqual(tasks, "?$filter=processingStatus eq 'failed'")
    }))
})
