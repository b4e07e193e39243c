import { GraphError } from "@effect-msgraph/client"
import { LifecycleWorkflowsApi, NationalCloud, Operation } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertInstanceOf, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Either, Stream } from "effect"
import { assertError, connect, json, run, runId, workflowId } from "./utils.js"

describe("a cloud without the operation", () => {
  for (const cloud of [NationalCloud.bleu, NationalCloud.delos, NationalCloud.govSg]) {
    it.effect(`${cloud.displayName}: nothing is sent, and no token asked for`, () =>
      Effect.gen(function*() {
        const { lcw, sent, tokens } = yield* connect([], { cloud })
        const expected = (operation: string) =>
          new GraphError.CloudUnavailable({
            operation,
            cloud: cloud.displayName,
            available: ["global", "usgov", "dod", "china"]
          })
        assertError(yield* Effect.flip(lcw.workflows.runs.get({ workflowId, runId })), expected("workflows.runs.get"))
        assertError(
          yield* Effect.flip(Stream.runDrain(lcw.workflows.runs.list({ workflowId }))),
          expected("workflows.runs.list")
        )
        deepStrictEqual([sent.length, tokens.gets], [0, 0])
      }))
  }

  it.effect("is never a custom one", () =>
    Effect.gen(function*() {
      const cloud = Either.getOrThrow(
        NationalCloud.custom({ graphRoot: "https://graph.example", authority: "https://login.example" })
      )
      const { graph, sent } = yield* connect([json(run)], { cloud })
      yield* graph.execute({ ...LifecycleWorkflowsApi.getRun, clouds: [] }, { workflowId, runId })
      strictEqual(new URL(sent[0]!.url).origin, "https://graph.example")
    }))
})

describe("a value from outside", () => {
  const ids = [
    "",
    ".",
    "..",
    "a/b",
    "a\\b",
    "a?b",
    "a#b",
    "a b",
    "a%2Fb",
    "a'b",
    "adele@contoso.com",
    "a\nb",
    "x".repeat(257)
  ]
  for (const id of ids) {
    it.effect(`${JSON.stringify(id.slice(0, 20))} is no id: nothing is sent, and it is not repeated`, () =>
      Effect.gen(function*() {
        const { lcw, sent, tokens } = yield* connect([])
        const failures = [
          yield* Effect.flip(lcw.workflows.runs.get({ workflowId, runId: id as typeof runId })),
          yield* Effect.flip(
            Stream.runDrain(lcw.workflows.runs.userProcessingResults.list({ workflowId, runId: id as typeof runId }))
          )
        ]
        for (const error of failures) {
          assertInstanceOf(error, Operation.InvalidRequest)
          strictEqual((error as Operation.InvalidRequest).field, "runId")
          if (id.length > 2) assertTrue(!error.message.includes(id))
        }
        deepStrictEqual([sent.length, tokens.gets], [0, 0])
      }))
  }

  it.effect("is checked in query options too", () =>
    Effect.gen(function*() {
      const { lcw, sent, tokens } = yield* connect([])
      const queries: ReadonlyArray<readonly [query: object, field: string]> = [
        [{ select: ["idd"] }, "select"],
        [{ select: ["id&$top=1"] }, "select"],
        [{ expand: { nothing: true } }, "expand"],
        [{ expand: { subject: { select: ["pasword"] } } }, "expand.subject.select"],
        [{ orderBy: ["failedTasksCount"] }, "orderBy"],
        [{ top: 1 }, "top"]
      ]
      for (const [query, field] of queries) {
        const error = yield* Effect.flip(
          Stream.runDrain(lcw.workflows.runs.userProcessingResults.list({ workflowId, runId }, query as {}))
        )
        strictEqual(error._tag === "InvalidRequest" && error.field, field)
      }
      deepStrictEqual([sent.length, tokens.gets], [0, 0])
    }))
})
