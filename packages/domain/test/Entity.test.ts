import { Directory, Entity, Mismatch, Processing, Workflow } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, DateTime, Either, FastCheck as fc, ParseResult, Schema } from "effect"
import * as payloads from "./payloads.js"
import { projection, selectable, withoutUndefined } from "./projections.js"

const entities: { readonly [name: string]: Entity.Any } = {
  Run: Processing.Run,
  UserProcessingResult: Processing.UserProcessingResult,
  TaskProcessingResult: Processing.TaskProcessingResult,
  Task: Processing.Task,
  User: Directory.User,
  Group: Directory.Group
}

/** The schema under a projection whose names the compiler does not know. */
const schemaOf = (entity: Entity.Any, projection: object): Schema.Schema<any, any> =>
  Entity.schema(entity, projection as never)

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** The paths at which decoding failed, each with its message. */
const issues = (schema: Schema.Schema<any, any>, value: unknown): ReadonlyArray<string> => {
  const result = Schema.decodeUnknownEither(schema, { errors: "all" })(value)
  assertTrue(Either.isLeft(result))
  return ParseResult.ArrayFormatter.formatErrorSync(result.left).map(({ message, path }) =>
    `${path.join(".")}: ${message}`
  )
}

describe("Entity.schema", { timeout: 30_000 }, () => {
  describe("default shape", () => {
    const schema = Entity.schema(Processing.UserProcessingResult)

    it("has every property, and the navigation that comes inline", () => {
      deepStrictEqual<unknown>(Schema.decodeUnknownSync(schema)(payloads.userProcessingResult), {
        id: "78b83505-6967-4168-a7ea-4921c0543ce9",
        completedDateTime: DateTime.unsafeMake("2022-08-24T23:28:11.134Z"),
        failedTasksCount: 0,
        processingStatus: "completed",
        scheduledDateTime: DateTime.unsafeMake("2022-08-24T23:28:01.647Z"),
        startedDateTime: DateTime.unsafeMake("2022-08-24T23:28:04.490Z"),
        totalTasksCount: 2,
        totalUnprocessedTasksCount: 0,
        workflowExecutionType: "onDemand",
        workflowVersion: 1,
        subject: { id: "ea09ac2e-77e3-4134-85f2-25ccf3c33387" }
      })
    })

    it("is also that of an empty select, of an empty projection and of expand: {}", () => {
      const expected = Schema.decodeUnknownSync(schema)(payloads.userProcessingResult)
      for (
        const projection of [{}, { select: [] }, { expand: {} }, { select: [], expand: {} }, { select: undefined }]
      ) {
        deepStrictEqual(
          Schema.decodeUnknownSync(schemaOf(Processing.UserProcessingResult, projection))(
            payloads.userProcessingResult
          ),
          expected
        )
      }
    })

    it("holds a task whole in a task's result", () => {
      const result = Schema.decodeUnknownSync(Entity.schema(Processing.TaskProcessingResult))(
        payloads.taskProcessingResult
      )
      deepStrictEqual<unknown>(result.task, { ...payloads.task, category: ["joiner", "leaver"] })
      strictEqual("failureReason" in result, false)
    })

    it("tags the scope that a run was activated on", () => {
      const run = Schema.decodeUnknownSync(Entity.schema(Processing.Run))(payloads.reprocessingRun)
      assertTrue(run.activatedOnScope?._tag === "ActivateProcessingResultScope")
      strictEqual<string | undefined>(
        run.activatedOnScope.processingResults?.[0]?.subject?.id,
        "0cdd8963-1c30-4632-a1f2-ac96723069cb"
      )
      strictEqual("reprocessedRuns" in run, false)
    })
  })

  describe("select", () => {
    it("keeps what is named, and nothing else", () => {
      const schema = Entity.schema(Processing.UserProcessingResult, { select: ["failedTasksCount", "id"] })
      deepStrictEqual<unknown>(Schema.decodeUnknownSync(schema)(payloads.userProcessingResult), {
        id: "78b83505-6967-4168-a7ea-4921c0543ce9",
        failedTasksCount: 0
      })
    })

    it("may name an inline navigation", () => {
      const schema = Entity.schema(Processing.UserProcessingResult, { select: ["subject"] })
      deepStrictEqual<unknown>(
        Schema.decodeUnknownSync(schema)({ subject: { id: "u", displayName: "not asked for" } }),
        { subject: { id: "u" } }
      )
    })

    it("does not demand what is not named", () => {
      const schema = Entity.schema(Processing.UserProcessingResult, {
        select: [
          "id",
          "failedTasksCount",
          "processingStatus",
          "totalTasksCount",
          "totalUnprocessedTasksCount",
          "subject"
        ]
      })
      const { "@odata.context": _, ...expected } = payloads.selectedUserProcessingResult
      deepStrictEqual<unknown>(Schema.decodeUnknownSync(schema)(payloads.selectedUserProcessingResult), expected)
    })
  })

  describe("expand", () => {
    const schema = Entity.schema(Processing.UserProcessingResult, {
      select: ["id", "subject"],
      expand: {
        subject: { select: ["displayName", "employeeHireDate"] },
        taskProcessingResults: { select: ["processingStatus"], expand: { task: { select: ["displayName"] } } }
      }
    })

    it("adds the navigation under its own projection, several levels deep", () => {
      deepStrictEqual<unknown>(
        Schema.decodeUnknownSync(schema)({
          id: "r",
          subject: { displayName: "Ada", employeeHireDate: "2024-02-29T00:00:00Z", surname: "not asked for" },
          taskProcessingResults: [
            { processingStatus: "failed", task: { displayName: "Enable", isEnabled: true } },
            { processingStatus: "queued", task: { displayName: "Welcome" } }
          ]
        }),
        {
          id: "r",
          subject: { displayName: "Ada", employeeHireDate: DateTime.unsafeMake("2024-02-29T00:00:00Z") },
          taskProcessingResults: [
            { processingStatus: "failed", task: { displayName: "Enable" } },
            { processingStatus: "queued", task: { displayName: "Welcome" } }
          ]
        }
      )
    })

    it("true stands for the default shape", () => {
      const schema = Entity.schema(Processing.UserProcessingResult, {
        select: ["id"],
        expand: { taskProcessingResults: true }
      })
      const decoded = Schema.decodeUnknownSync(schema)({
        id: "r",
        taskProcessingResults: [payloads.taskProcessingResult]
      })
      deepStrictEqual(decoded.taskProcessingResults, [
        Schema.decodeUnknownSync(Entity.schema(Processing.TaskProcessingResult))(payloads.taskProcessingResult)
      ])
    })

    it("undefined stands for not expanded", () => {
      const schema = schemaOf(Processing.UserProcessingResult, {
        select: ["id"],
        expand: { subject: undefined, taskProcessingResults: undefined }
      })
      deepStrictEqual(Schema.decodeUnknownSync(schema)(payloads.userProcessingResult), {
        id: "78b83505-6967-4168-a7ea-4921c0543ce9"
      })
    })

    it("an entity may be expanded within itself", () => {
      const schema = Entity.schema(Processing.Run, {
        select: ["id"],
        expand: { reprocessedRuns: { select: ["id"], expand: { reprocessedRuns: { select: ["id"] } } } }
      })
      const payload = { id: "a", reprocessedRuns: [{ id: "b", reprocessedRuns: [{ id: "c" }] }] }
      deepStrictEqual<unknown>(Schema.decodeUnknownSync(schema)(payload), payload)
    })

    it("demands what was expanded, and names its path", () => {
      deepStrictEqual(issues(schema, { id: "r", taskProcessingResults: [{ processingStatus: "failed", task: {} }] }), [
        "subject: is missing",
        "taskProcessingResults.0.task.displayName: is missing"
      ])
    })
  })

  describe("errors", () => {
    const schema = Entity.schema(Processing.UserProcessingResult)

    it("name the path of a value of the wrong type", () => {
      deepStrictEqual(issues(schema, { ...payloads.userProcessingResult, failedTasksCount: "two" }), [
        "failedTasksCount: Expected number, actual \"two\""
      ])
      deepStrictEqual(issues(schema, { ...payloads.userProcessingResult, failedTasksCount: 1.5 }), [
        "failedTasksCount: Expected an integer, actual 1.5"
      ])
      deepStrictEqual(issues(schema, { ...payloads.userProcessingResult, subject: { id: "a/b" } }), [
        "subject.id: Expected a UserId: 1 to 256 characters without spaces, slashes, quotes or @"
      ])
    })

    it("name the path within a page", () => {
      const page = Schema.Struct({ value: Schema.Array(schema) })
      deepStrictEqual(
        issues(page, {
          value: [payloads.userProcessingResult, { ...payloads.userProcessingResult, failedTasksCount: "two" }]
        }),
        ["value.1.failedTasksCount: Expected number, actual \"two\""]
      )
    })

    it("name every demanded property that is missing or null", () => {
      const demanded = [
        "id",
        "failedTasksCount",
        "processingStatus",
        "scheduledDateTime",
        "totalTasksCount",
        "totalUnprocessedTasksCount",
        "workflowExecutionType",
        "workflowVersion",
        "subject"
      ]
      deepStrictEqual([...issues(schema, {})].sort(), demanded.map((name) => `${name}: is missing`).sort())
      for (const name of demanded) {
        const [first] = issues(schema, { ...payloads.userProcessingResult, [name]: null })
        strictEqual(first?.split(":")[0], name)
      }
    })

    it("of a nullable property are one, and do not repeat the whole value", () => {
      const schema = schemaOf(Processing.UserProcessingResult, { select: ["completedDateTime"] })
      const result = Schema.decodeUnknownEither(schema, { errors: "all" })({ completedDateTime: { by: "a secret" } })
      assertTrue(Either.isLeft(result))
      deepStrictEqual(
        ParseResult.ArrayFormatter.formatErrorSync(result.left).map(({ path }) => path.join(".")),
        ["completedDateTime"]
      )
      deepStrictEqual(Mismatch.fromParseError(result.left), {
        path: ["completedDateTime"],
        expected: "DateTimeOffset or null",
        actual: "an object"
      })
      const inside = Schema.decodeUnknownEither(schemaOf(Workflow.Workflow, { select: ["quarantineDetails"] }), {
        errors: "all"
      })({ quarantineDetails: { quarantineType: 5, quarantineReason: "a secret" } })
      assertTrue(Either.isLeft(inside))
      strictEqual(String(inside.left).includes("secret"), false)
      strictEqual(ParseResult.ArrayFormatter.formatErrorSync(inside.left).length, 1)
      deepStrictEqual(Mismatch.fromParseError(inside.left).path, ["quarantineDetails", "quarantineType"])
    })

    it("do not arise from null or absence of a nullable property", () => {
      for (const name of ["completedDateTime", "startedDateTime"] as const) {
        const { [name]: _, ...absent } = payloads.userProcessingResult
        const decoded = Schema.decodeUnknownSync(schema)({ ...absent, [name]: null })
        strictEqual(name in decoded, false)
        deepStrictEqual(Schema.decodeUnknownSync(schema)(absent), decoded)
      }
    })

    it("do not arise from what was not asked for", () => {
      deepStrictEqual(
        Schema.decodeUnknownSync(schema)({
          ...payloads.userProcessingResult,
          "@odata.etag": "W/1",
          "taskProcessingResults": "of the wrong type",
          "somethingNew": { a: [null] }
        }),
        Schema.decodeUnknownSync(schema)(payloads.userProcessingResult)
      )
    })

    it.each([null, [], "text", 7])("refuse %j, which is no entity, under the entity's name", (value) => {
      const result = Schema.decodeUnknownEither(schema)(value)
      assertTrue(Either.isLeft(result))
      assertInclude(String(result.left), "microsoft.graph.identityGovernance.userProcessingResult")
    })
  })

  for (const [name, entity] of Object.entries(entities)) {
    describe(name, () => {
      const full = schemaOf(entity, {})

      it.prop("round trip of the default shape", [Arbitrary.make(full)], ([value]) => {
        const decoded = Schema.decodeUnknownSync(full)(overTheWire(Schema.encodeSync(full)(value)))
        deepStrictEqual(decoded, withoutUndefined(value))
      })

      it.prop(
        "round trip of any projection",
        [
          projection(entity, 1).chain((projection) => {
            const schema = schemaOf(entity, projection)
            return Arbitrary.make(schema).map((value) => ({ schema, value, projection }))
          })
        ],
        ([{ projection, schema, value }]) => {
          const { expand = {}, select = [] } = projection
          const wire = overTheWire(Schema.encodeSync(schema)(value)) as Record<string, unknown>
          deepStrictEqual(Schema.decodeUnknownSync(schema)(wire), withoutUndefined(value))
          const allowed = new Set([...(select.length === 0 ? selectable(entity) : select), ...Object.keys(expand)])
          for (const key of Object.keys(wire)) assertTrue(allowed.has(key), key)
        },
        { fastCheck: { numRuns: 30 } }
      )

      it.prop(
        "select takes from the default shape, and changes nothing",
        [Arbitrary.make(full), fc.shuffledSubarray(selectable(entity), { minLength: 1 })],
        ([value, select]) => {
          const wire = overTheWire(Schema.encodeSync(full)(value))
          const whole = Schema.decodeUnknownSync(full)(wire)
          const expected = Object.fromEntries(Object.entries(whole).filter(([key]) => select.includes(key)))
          deepStrictEqual(Schema.decodeUnknownSync(schemaOf(entity, { select }))(wire), expected)
        }
      )

      it.prop(
        "a demanded property that is missing is an error at its path; any other may be missing",
        [Arbitrary.make(full), fc.constantFrom(...selectable(entity))],
        ([value, missing]) => {
          const wire = overTheWire(Schema.encodeSync(full)(value)) as Record<string, unknown>
          delete wire[missing]
          const property = entity.properties[missing]
          if (property !== undefined && property.ast._tag === "PropertySignatureTransformation") {
            strictEqual(missing in Schema.decodeUnknownSync(full)(wire), false)
          } else {
            deepStrictEqual(issues(full, wire), [`${missing}: is missing`])
          }
        }
      )
    })
  }
})

describe("Entity.make", () => {
  it("has no navigation, filter or order unless told", () => {
    const entity = Entity.make("example", { properties: { id: Schema.String } })
    deepStrictEqual([entity.navigation, entity.filterable, entity.sortable], [{}, {}, []])
  })
})
