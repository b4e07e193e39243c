import { Seed } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { reader } from "./support.js"

/** Requests of Microsoft's examples with the bodies printed there. */
const printed: ReadonlyArray<{ readonly example: string; readonly url: string; readonly body: unknown }> = JSON.parse(
  readFileSync(new URL("fixtures/printed.json", import.meta.url), "utf8")
)

describe("the payloads that Microsoft prints", () => {
  for (const { body, example, url } of printed) {
    it.effect(`${example} is answered as printed`, () =>
      Effect.gen(function*() {
        const { get } = yield* reader(undefined, Seed.demoAdmin)
        const answer = yield* get(url)
        strictEqual(answer.status, 200)
        deepStrictEqual(answer.body, body)
      }))
  }

  // Printed for the same ids, and not answered so: each contradicts the others.
  const contradicting = [
    {
      // It shows run dad77a47 under another, deleted workflow and calls it an execution scope; run-get and workflow-list-runs have
      // it as a run of workflow 14879e66. Its context names another host and another collection.
      example: "userprocessingresult-list-reprocessedruns--1",
      path: "/v1.0/identityGovernance/lifecycleWorkflows/deletedItems/workflows/78799042-265a-4e8f-8d61-94a2dcd2d395" +
        "/executionScope/dad77a47-6eda-4de7-bc37-fe8eb5aaf17d/reprocessedRuns"
    }
  ]
  for (const { example, path } of contradicting) {
    it.effect(`${example} is not`, () =>
      Effect.gen(function*() {
        const { get } = yield* reader()
        strictEqual((yield* get(path)).status, 404)
      }))
  }
})
