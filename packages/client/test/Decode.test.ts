import { LifecycleWorkflowsApi } from "@effect-msgraph/domain"
import type { Operation, Query } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Either, Stream } from "effect"
import { inspect } from "node:util"
import * as Decode from "../src/internal/decode.js"
import { connect, json, result, run, runId, userProcessingResultId, workflowId } from "./utils.js"

const secret = "Adele Vance <adele@contoso.com>"

const mismatch = (operation: Operation.Any, body: unknown, query: Query.Any = {}) =>
  Either.getOrThrow(Either.flip(Decode.decoder(operation, query)(body)))

const { getRun, getRunUserProcessingResult, listRunUserProcessingResults, listUserTaskProcessingResults } =
  LifecycleWorkflowsApi

describe("Decode", () => {
  const scope = {
    "@odata.type": "#microsoft.graph.identityGovernance.activateUserScope",
    users: [{ id: "ea09ac2e-77e3-4134-85f2-25ccf3c33387" }]
  }
  const cases: ReadonlyArray<
    readonly [
      operation: Operation.Any,
      body: unknown,
      path: ReadonlyArray<string | number>,
      expected: string,
      actual: string
    ]
  > = [
    [
      getRunUserProcessingResult,
      { ...result, failedTasksCount: "two" },
      ["failedTasksCount"],
      "an integer",
      "a string"
    ],
    [getRunUserProcessingResult, { ...result, failedTasksCount: null }, ["failedTasksCount"], "an integer", "null"],
    [getRunUserProcessingResult, { ...result, failedTasksCount: 1.5 }, ["failedTasksCount"], "an integer", "a number"],
    [
      getRunUserProcessingResult,
      { ...result, failedTasksCount: undefined },
      ["failedTasksCount"],
      "an integer",
      "missing"
    ],
    [
      getRunUserProcessingResult,
      { ...result, processingStatus: 3 },
      ["processingStatus"],
      "lifecycleWorkflowProcessingStatus",
      "a number"
    ],
    [getRunUserProcessingResult, { ...result, id: "" }, ["id"], "UserProcessingResultId", "a string"],
    [getRunUserProcessingResult, { ...result, subject: secret }, ["subject"], "microsoft.graph.user", "a string"],
    [getRunUserProcessingResult, { ...result, subject: { id: 1 } }, ["subject", "id"], "UserId", "a number"],
    [
      getRunUserProcessingResult,
      { ...result, scheduledDateTime: secret },
      ["scheduledDateTime"],
      "DateTimeOffset",
      "a string"
    ],
    [
      getRunUserProcessingResult,
      { ...result, completedDateTime: secret },
      ["completedDateTime"],
      "DateTimeOffset or null",
      "a string"
    ],
    [getRunUserProcessingResult, secret, [], "microsoft.graph.identityGovernance.userProcessingResult", "a string"],
    [getRunUserProcessingResult, [], [], "microsoft.graph.identityGovernance.userProcessingResult", "an array"],
    [getRunUserProcessingResult, null, [], "microsoft.graph.identityGovernance.userProcessingResult", "null"],
    [getRun, { ...run, activatedOnScope: secret }, ["activatedOnScope"], "an object or null", "a string"],
    [
      getRun,
      { ...run, activatedOnScope: { ...scope, users: [...scope.users, { id: true }] } },
      ["activatedOnScope", "users", 1, "id"],
      "UserId",
      "a boolean"
    ],
    [listRunUserProcessingResults, { value: secret }, ["value"], "an array", "a string"],
    [listRunUserProcessingResults, {}, ["value"], "an array", "missing"],
    [listRunUserProcessingResults, secret, [], "an object", "a string"],
    [
      listRunUserProcessingResults,
      { value: [], "@odata.nextLink": 3 },
      ["@odata.nextLink"],
      "a string or null",
      "a number"
    ],
    [
      listRunUserProcessingResults,
      { value: [result, result, result, { ...result, failedTasksCount: "two" }] },
      ["value", 3, "failedTasksCount"],
      "an integer",
      "a string"
    ],
    [
      listUserTaskProcessingResults,
      { value: [secret] },
      ["value", 0],
      "microsoft.graph.identityGovernance.taskProcessingResult",
      "a string"
    ]
  ]
  for (const [operation, body, path, expected, actual] of cases) {
    it(`${path.join(".") || "body"} should be ${expected}, but is ${actual}`, () => {
      const found = mismatch(operation, JSON.parse(JSON.stringify(body)))
      deepStrictEqual({ path: found.path, expected: found.expected, actual: found.actual }, { path, expected, actual })
    })
  }

  it.effect("is an error that names the path, with nothing of the payload in it", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect([
        json({ ...result, failedTasksCount: secret }, { "request-id": "r", date: "Mon, 23 Nov 2026 10:00:01 GMT" })
      ])
      const error = yield* Effect.flip(
        lcw.workflows.runs.userProcessingResults.get({ workflowId, runId, userProcessingResultId })
      )
      strictEqual(error._tag, "Decode")
      if (error._tag !== "Decode") return
      deepStrictEqual([...error.path], ["failedTasksCount"])
      deepStrictEqual([error.status, error.requestId, error.date], [200, "r", "Mon, 23 Nov 2026 10:00:01 GMT"])
      strictEqual(error.clientRequestId, sent[0]!.headers["client-request-id"])
      assertInclude(error.message, "the answer's failedTasksCount should be an integer, but is a string")
      assertTrue(!inspect(error, { depth: null, showHidden: true }).includes("dele"))
    }))

  it.effect("is not repeated, and names the place in a list", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect([
        json({ value: [result, result, result, { ...result, failedTasksCount: "two" }] })
      ])
      const error = yield* Effect.flip(
        Stream.runDrain(lcw.workflows.runs.userProcessingResults.list({ workflowId, runId }))
      )
      strictEqual(sent.length, 1)
      assertTrue(error._tag === "Decode")
      assertInclude(error.message, "the answer's value[3].failedTasksCount should be")
    }))

  it("keeps working for a program that makes up projections without end", () => {
    const names = [
      "id",
      "failedTasksCount",
      "processingStatus",
      "totalTasksCount",
      "totalUnprocessedTasksCount",
      "workflowVersion"
    ]
    // More different orders than the cache holds.
    for (let i = 0; i < 720; i++) {
      const left = [...names]
      const select: Array<string> = []
      for (let n = i, size = left.length; size > 0; n = Math.floor(n / size), size--) {
        select.push(...left.splice(n % size, 1))
      }
      const decoded = Either.getOrThrow(Decode.decoder(getRunUserProcessingResult, { select })(result))
      deepStrictEqual(Object.keys(decoded as object).sort(), [...names].sort())
    }
  })

  it("makes a decoder once for a projection", () => {
    const decoder = Decode.decoder(getRun, { select: ["id", "processingStatus"] })
    strictEqual(Decode.decoder(getRun, { select: ["id", "processingStatus"], orderBy: ["completedDateTime"] }), decoder)
    assertTrue(Decode.decoder(getRun, { select: ["id"] }) !== decoder)
  })
})
