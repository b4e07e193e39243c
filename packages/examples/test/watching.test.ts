/** Pages, counts and runs that are watched, by our client against the emulator, in virtual time. */
import { ClientSecret, TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, LifecycleWorkflows } from "@effect-msgraph/client"
import { Ids } from "@effect-msgraph/domain"
import { GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { HttpClient, HttpClientError } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Fiber, Layer, Option, Stream, TestClock } from "effect"
import type { Duration } from "effect"

const emulator = GraphEmulator.layerInMemory({
  processing: { queueDuration: "10 seconds", taskDuration: "30 seconds" }
})

const client = LifecycleWorkflows.layer.pipe(
  Layer.provide(GraphClient.layer),
  Layer.provide(TokenProvider.layer),
  Layer.provide(ClientSecret.layer({ ...Seed.demoAdmin, tenantId: Seed.demoTenantId }))
)

const layer = Layer.provideMerge(client, emulator)

/** The same on a network that carries activations, and loses the answers. */
const losing = client.pipe(
  Layer.provide(Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      HttpClient.HttpClient,
      HttpClient.transform((effect, request) =>
        request.url.endsWith("/activate")
          ? Effect.zipRight(effect, new HttpClientError.RequestError({ request, reason: "Transport" }))
          : effect
      )
    )
  )),
  Layer.provideMerge(emulator)
)

const workflowId = Ids.WorkflowId.make(Seed.demoResult.workflowId)
const users = Seed.demoUserIds.map((id) => ({ id: Ids.UserId.make(id) }))
const [adele, alex, lee] = [users[0]!, users[1]!, users[2]!]

/** Runs an effect while time passes, until it is done. */
const whileTimePasses = <A, E, R>(effect: Effect.Effect<A, E, R>, step: Duration.DurationInput = "1 second") =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    while (Option.isNone(yield* Fiber.poll(fiber))) yield* TestClock.adjust(step)
    return yield* Fiber.join(fiber)
  })

/** How many activations reached the service. */
const activations = Effect.flatMap(
  GraphEmulator.GraphEmulator,
  ({ requests }) =>
    Effect.map(requests, (all) => all.filter(({ operation }) => operation === "workflows.activate").length)
)

const { LifecycleWorkflows: Service } = LifecycleWorkflows

describe("activateAndWatch", () => {
  it.effect("activates, finds the run, tells its progress and what it came to", () =>
    Effect.gen(function*() {
      const lcw = yield* Service
      const emulator = yield* GraphEmulator.GraphEmulator
      yield* emulator.failTasks({ userId: alex.id, reason: "No mailbox" })
      const activated = yield* lcw.workflows.activateAndWatch({ workflowId }, { subjects: [adele, alex] })
      expect(activated.run.workflowExecutionType).toBe("onDemand")

      const progress = yield* whileTimePasses(Stream.runCollect(activated.progress))
      const statuses = Chunk.toReadonlyArray(Chunk.map(progress, (run) => run.processingStatus))
      expect(Array.from(new Set(statuses))).toEqual(["queued", "inProgress", "completedWithErrors"])

      const outcome = yield* activated.outcome
      expect(outcome._tag).toBe("CompletedWithErrors")
      const failures = Chunk.toReadonlyArray(yield* Stream.runCollect(outcome.failures))
      expect(failures.map(({ result }) => result.subject.id)).toEqual([alex.id])
      expect(failures[0]!.tasks.map(({ failureReason }) => failureReason)).toContain("No mailbox")
      expect(yield* activations).toBe(1)
    }).pipe(Effect.provide(layer)))

  it.effect("mixes up none of many at once", () =>
    Effect.gen(function*() {
      const lcw = yield* Service
      const bodies = [[adele], [alex], [adele, alex], [adele], [lee], [adele, alex]]
      const all = yield* whileTimePasses(Effect.forEach(
        bodies,
        (subjects) => lcw.workflows.activateAndWatch({ workflowId }, { subjects: subjects as [typeof adele] }),
        { concurrency: "unbounded" }
      ))
      expect(new Set(all.map(({ run }) => run.id)).size).toBe(6)
      for (const [i, { run }] of all.entries()) {
        const results = yield* Stream.runCollect(
          lcw.workflows.runs.userProcessingResults.list({ workflowId, runId: run.id }, { select: ["subject"] })
        )
        expect(Chunk.toReadonlyArray(results).map(({ subject }) => subject.id as string).sort())
          .toEqual(bodies[i]!.map(({ id }) => id as string).sort())
      }
      expect(yield* activations).toBe(6)
    }).pipe(Effect.provide(layer)))

  it.effect("looks for the run where the answer was lost, and activates once", () =>
    Effect.gen(function*() {
      const lcw = yield* Service
      const { outcome, run } = yield* whileTimePasses(
        lcw.workflows.activateAndWatch({ workflowId }, { subjects: [adele] })
      )
      expect(run.totalUsersCount).toBe(1)
      expect((yield* whileTimePasses(outcome))._tag).toBe("Completed")
      expect(yield* activations).toBe(1)
    }).pipe(Effect.provide(losing)))

  it.effect("tells of a run that somebody cancels", () =>
    Effect.gen(function*() {
      const lcw = yield* Service
      const { outcome, run } = yield* lcw.workflows.activateAndWatch({ workflowId }, { subjects: [adele] })
      const fiber = yield* Effect.fork(outcome)
      yield* TestClock.adjust("15 seconds")
      yield* lcw.workflows.cancelProcessing({ workflowId }, {
        scope: { _tag: "CancelRunsScope", runs: [{ id: run.id }] }
      })
      yield* TestClock.adjust("5 minutes")
      expect((yield* Fiber.join(fiber))._tag).toBe("Canceled")
    }).pipe(Effect.provide(layer)))
})

describe("a list of thousands", () => {
  const large = {
    workflowId: Ids.WorkflowId.make(Seed.demoLargeRun.workflowId),
    runId: Ids.RunId.make(Seed.demoLargeRun.runId)
  }

  it.effect("is taken up where another process left it, and nobody is missed or met twice", () =>
    Effect.gen(function*() {
      const lcw = yield* Service
      const { userProcessingResults: results } = lcw.workflows.runs
      const all = yield* Stream.runCollect(results.list(large, { select: ["id"] }))
      const met: Array<string> = []
      const [first] = Chunk.toReadonlyArray(
        yield* Stream.runCollect(Stream.take(results.listPages(large, { select: ["id"] }), 1))
      )
      met.push(...first!.value.map(({ id }) => id))
      yield* Stream.runForEach(
        results.list(large, { select: ["id"] }, first!.cursor),
        ({ id }) => Effect.sync(() => met.push(id))
      )
      expect(met).toEqual(Chunk.toReadonlyArray(Chunk.map(all, ({ id }) => id)))
    }).pipe(Effect.provide(layer)))

  it.effect("is counted without being read", () =>
    Effect.gen(function*() {
      const lcw = yield* Service
      const versions = yield* Stream.runCount(lcw.workflows.versions.list({ workflowId }))
      expect(yield* lcw.workflows.versions.count({ workflowId })).toBe(versions)
    }).pipe(Effect.provide(layer)))
})
