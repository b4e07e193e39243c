import { Entity, Processing } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Schema } from "effect"
import * as payloads from "./payloads.js"
import { selectable } from "./projections.js"

const check = (entity: Entity.Any, select: ReadonlyArray<string>, payload: Record<string, unknown>) => {
  const schema: Schema.Schema<any, any> = Entity.schema(entity, { select } as never)
  const decoded = Schema.decodeUnknownSync(schema)(payload)
  const encoded = Schema.encodeSync(schema)(decoded)
  deepStrictEqual(Schema.decodeUnknownSync(schema)(encoded), decoded)
  deepStrictEqual(Schema.decodeUnknownSync(schema)(JSON.parse(JSON.stringify(encoded))), decoded)
  // Nothing that the payload says of the entity is lost.
  const said = Object.keys(payload).filter((name) => payload[name] !== null && selectable(entity).includes(name))
  deepStrictEqual(Object.keys(decoded).sort(), said.sort())
}

describe("payloads of Microsoft's pages decode, encode and decode to the same value", () => {
  const printed: ReadonlyArray<readonly [string, Entity.Any, ReadonlyArray<string>, Record<string, unknown>]> = [
    ["a user's result", Processing.UserProcessingResult, [], payloads.userProcessingResult],
    [
      "a user's result with select",
      Processing.UserProcessingResult,
      ["id", "failedTasksCount", "processingStatus", "totalTasksCount", "totalUnprocessedTasksCount", "subject"],
      payloads.selectedUserProcessingResult
    ],
    ["a run", Processing.Run, [], payloads.run],
    ["a run on results of another", Processing.Run, [], payloads.reprocessingRun],
    ["a task's result", Processing.TaskProcessingResult, [], payloads.taskProcessingResult],
    ["a task", Processing.Task, [], payloads.task]
  ]
  it.each(printed)("%s", (_, entity, select, payload) => {
    check(entity, select, payload)
  })
})
