import { type Entity, Filter, Ids, LifecycleWorkflowsApi as api, Operation } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { DateTime, Either, FastCheck as fc, Schema } from "effect"
import * as filters from "./filters.js"

const { and, any, contains, eq, ge, guid, has, in: isIn, ne, not, or, startsWith } = Filter

const ids: { readonly [name: string]: string } = {
  workflowId: Ids.WorkflowId.make("14879e66"),
  runId: Ids.RunId.make("dad77a47"),
  taskReportId: "a",
  userProcessingResultId: "b",
  versionNumber: 3 as never
}

/** Makes a request of a filter that came from outside, past the compiler. */
const requestOf = (operation: Operation.Any, filter: unknown) =>
  Operation.request(operation as Operation.AnyWithoutBody, ids as never, { filter } as never)

const sent = (operation: Operation.Any, filter: unknown): string =>
  Either.match(requestOf(operation, filter), {
    onLeft: (error) => error.message,
    onRight: ({ query }) => decodeURIComponent(query)
  })

const newYear = DateTime.unsafeMake("2026-01-01T00:00:00Z")

describe("a filter that the operation supports is sent", () => {
  const cases: ReadonlyArray<readonly [Operation.Any, Filter.Any, string]> = [
    [api.listRuns, eq("processingStatus", "failed"), "processingStatus eq 'failed'"],
    [api.listRuns, ne("startedDateTime", null), "startedDateTime ne null"],
    [
      api.listRuns,
      and(ge("startedDateTime", newYear), isIn("processingStatus", ["failed", "completedWithErrors"])),
      "startedDateTime ge 2026-01-01T00:00:00Z and processingStatus in ('failed','completedWithErrors')"
    ],
    // an enumeration may have members that this version does not know
    [api.listRuns, eq("processingStatus", "onHold"), "processingStatus eq 'onHold'"],
    [api.listRunUserProcessingResults, eq("subject/id", "ea09ac2e"), "subject/id eq 'ea09ac2e'"],
    [
      api.listRunUserProcessingResults,
      eq("subject/id", guid("ea09ac2e-77e3-4134-85f2-25ccf3c33387")),
      "subject/id eq ea09ac2e-77e3-4134-85f2-25ccf3c33387"
    ],
    [api.listTasks, eq("id", "a"), "id eq 'a'"],
    [
      api.listTasks,
      or(eq("isEnabled", true), not(eq("isEnabled", false))),
      "isEnabled eq true or not (isEnabled eq false)"
    ],
    [api.listTaskDefinitions, has("category", "joiner"), "category has 'joiner'"],
    [api.listTaskDefinitions, eq("category", "joiner,leaver"), "category eq 'joiner,leaver'"],
    [api.listTaskDefinitions, ge("version", 2), "version ge 2"],
    [api.listTaskDefinitions, any("parameters"), "parameters/any()"],
    [api.listTaskDefinitions, any("parameters", eq("name", "groupID")), "parameters/any(x:x/name eq 'groupID')"],
    [
      api.listTaskDefinitions,
      any("parameters", any("values", startsWith("", "a"))),
      "parameters/any(x:x/values/any(y:startswith(y,'a')))"
    ],
    [api.listWorkflows, eq("category", "leaver"), "category eq 'leaver'"]
  ]
  it.each(cases.map(([{ id }, filter, text]) => [text, id, filter] as const))("%s of %s", (text, id, filter) => {
    const operation = api.operations.find((operation) => operation.id === id)!
    strictEqual(sent(operation, filter), `?$filter=${text}`)
    // The same from a text.
    strictEqual(sent(operation, Either.getOrThrow(Filter.parse(text))), `?$filter=${text}`)
  })
})

describe("a filter that it does not support is not", () => {
  const known = (names: string) => `known: ${names}`
  const run = known(
    "completedDateTime, lastUpdatedDateTime, scheduledDateTime, startedDateTime, processingStatus, workflowExecutionType"
  )
  const cases: ReadonlyArray<readonly [Operation.Any, unknown, string]> = [
    [api.listRuns, eq("failedTasksCount", 1), `"failedTasksCount" cannot be filtered by; ${run}`],
    [api.listRuns, eq("processingstatus", "failed"), `"processingstatus" cannot be filtered by; ${run}`],
    [api.listRuns, eq("a eq 1 or b", "failed"), `"a eq 1 or b" cannot be filtered by; ${run}`],
    [api.listRuns, eq("constructor", 1), `"constructor" cannot be filtered by; ${run}`],
    [api.listRuns, eq("processingStatus", 5), "processingStatus cannot be compared with a number"],
    [api.listRuns, eq("processingStatus", newYear), "processingStatus cannot be compared with a date"],
    [api.listRuns, eq("startedDateTime", "2026-01-01"), "startedDateTime cannot be compared with a string"],
    [api.listRuns, eq("startedDateTime", guid("a")), "startedDateTime cannot be compared with an object"],
    [
      api.listRuns,
      eq("startedDateTime", guid("ea09ac2e-77e3-4134-85f2-25ccf3c33387")),
      "startedDateTime cannot be compared with a GUID"
    ],
    [api.listRuns, eq("processingStatus", undefined as never), "processingStatus cannot be compared with undefined"],
    [api.listRuns, ge("processingStatus", "failed"), "processingStatus does not support ge; known: eq, ne"],
    [api.listRuns, startsWith("processingStatus", "f"), "processingStatus does not support startsWith; known: eq, ne"],
    [api.listRuns, has("processingStatus", "f"), "processingStatus does not support has; known: eq, ne"],
    [api.listRuns, any("processingStatus"), "processingStatus does not support any; known: eq, ne"],
    [
      api.listRuns,
      { _tag: "Compare", property: "processingStatus", operator: "eq 'a' or b eq", value: "c" },
      "processingStatus does not support eq 'a' or b eq; known: eq, ne"
    ],
    [api.listRuns, isIn("processingStatus", ["a", 5 as never]), "processingStatus cannot be compared with a number"],
    [api.listRuns, { _tag: "In", property: "processingStatus", values: [] }, "in must have values to choose from"],
    [api.listRuns, { _tag: "In", property: "processingStatus" }, "in must have values to choose from"],
    [
      api.listRunUserProcessingResults,
      eq("subject", "a"),
      "\"subject\" cannot be filtered by; known: completedDateTime, scheduledDateTime, startedDateTime, processingStatus, " +
      "workflowExecutionType, subject/id"
    ],
    [
      api.listRunUserProcessingResults,
      eq("subject/id", guid("x' or 1 eq 1 or 'x")),
      "subject/id cannot be compared with an object"
    ],
    [api.listRunUserProcessingResults, eq("subject/id", 1), "subject/id cannot be compared with a number"],
    [api.listTaskDefinitions, ge("version", 1.5), "version cannot be compared with a number"],
    [api.listTaskDefinitions, ge("version", Infinity), "version cannot be compared with a number"],
    [api.listTaskDefinitions, has("category", 5 as never), "category cannot be compared with a number"],
    [api.listTaskDefinitions, contains("displayName", "a"), "displayName does not support contains; known: eq, ne"],
    [
      api.listTaskDefinitions,
      any("parameters", eq("nam", "a")),
      "\"nam\" cannot be filtered by; known: name, valueType, values"
    ],
    [api.listTaskDefinitions, any("parameters", eq("name", 1)), "name cannot be compared with a number"],
    [api.listTaskDefinitions, Filter.all("parameters"), "parameters does not support all; known: any"],
    [api.listRuns, { _tag: "And", filters: [] }, "and must combine two filters or more"],
    [api.listRuns, { _tag: "Or" }, "or must combine two filters or more"],
    [api.listRuns, not(and(eq("processingStatus", "a"), eq("x", 1))), `"x" cannot be filtered by; ${run}`],
    [api.listRuns, "processingStatus eq 'failed'", "is no filter but a string"],
    [api.listRuns, null, "is no filter but null"],
    [api.listRuns, {}, "is no filter"],
    [api.listRuns, not(undefined as never), "is no filter but undefined"],
    [
      api.listRuns,
      Array.from({ length: 65 }).reduce<Filter.Any>((filter) => not(filter), eq("processingStatus", "a")),
      "nests deeper than 64 levels"
    ]
  ]
  it.each(cases.map(([{ id }, filter, reason], index) => [index, reason, id, filter] as const))(
    "%i %s",
    (_, reason, id, filter) => {
      const operation = api.operations.find((operation) => operation.id === id)!
      strictEqual(sent(operation, filter), `${operation.id} was not sent: filter: ${reason}`)
    }
  )

  it("nor where there is no filter at all", () => {
    strictEqual(
      sent(api.getRun, eq("processingStatus", "failed")),
      "workflows.runs.get was not sent: filter: is no query option of this operation; known: select"
    )
  })

  it.prop("never throws, whatever the filter", [
    fc.oneof(
      fc.anything(),
      fc.letrec<{ filter: unknown }>((tie) => ({
        filter: fc.record({
          _tag: fc.oneof(fc.constantFrom("Compare", "In", "Has", "Match", "Lambda", "And", "Or", "Not"), fc.anything()),
          property: fc.oneof(fc.constantFrom("category", "version", "parameters", "displayName"), fc.anything()),
          operator: fc.oneof(fc.constantFrom("eq", "ge"), fc.anything()),
          function: fc.oneof(fc.constantFrom("contains"), fc.anything()),
          quantifier: fc.oneof(fc.constantFrom("any", "all"), fc.anything()),
          value: fc.oneof(fc.constantFrom("joiner", 1, null), fc.anything()),
          values: fc.oneof(fc.array(fc.constantFrom("joiner", 1, null)), fc.anything()),
          filter: fc.oneof({ depthSize: "small" }, fc.anything(), tie("filter")),
          filters: fc.oneof({ depthSize: "small" }, fc.anything(), fc.array(tie("filter"), { maxLength: 3 }))
        }, { requiredKeys: [] })
      })).filter
    )
  ], ([filter]) => {
    const request = requestOf(api.listTaskDefinitions, filter)
    if (Either.isLeft(request)) strictEqual(request.left._tag, "InvalidRequest")
    else if (filter !== undefined) assertTrue(request.right.query.startsWith("?$filter="))
  }, { fastCheck: { numRuns: 1000 } })

  it.prop("whatever is sent, reads as what was asked for", [filters.filter()], ([filter]) => {
    for (const operation of [api.listRuns, api.listTaskDefinitions]) {
      const request = requestOf(operation, filter)
      if (Either.isRight(request)) {
        const text = decodeURIComponent(request.right.query.slice("?$filter=".length))
        deepStrictEqual(Either.getOrThrow(Filter.parse(text)), filter)
      }
    }
  })
})

describe("every list", () => {
  /** A value that a property can have, from its schema. */
  const sample = (entity: Entity.Any, name: string): Filter.Literal => {
    const field = entity.properties[name]
    if (field === undefined) return "a"
    const schema = Schema.isSchema(field) ? field : (field as unknown as { readonly from: Schema.Schema.Any }).from
    const is = Schema.is(Schema.typeSchema(schema) as Schema.Schema<unknown>)
    const values: ReadonlyArray<Filter.Literal> = ["a", 1, true, newYear]
    return values.find((value) => is(value) || is([value])) ?? null
  }

  for (const operation of api.operations.filter(({ queryOptions }) => queryOptions.includes("filter"))) {
    it(`${operation.id} takes each property with each of its operators`, () => {
      assertTrue(Operation.isEntity(operation.result))
      const { filterable, navigation } = operation.result
      for (const [name, operators] of Object.entries(filterable)) {
        const path = name in navigation ? `${name}/id` : name
        const value = sample(operation.result, name)
        for (const operator of operators) {
          const filter: Filter.Any = operator === "any" || operator === "all"
            ? Filter.any(path)
            : operator === "has"
            ? has(path, String(value))
            : operator === "startsWith" || operator === "endsWith" || operator === "contains"
            ? Filter[operator](path, String(value))
            : Filter[operator](path, value)
          const parameters = Object.fromEntries(
            Object.keys(operation.parameters).map((name) => [name, ids[name] ?? "a"])
          )
          const request = Operation.request(
            operation as Operation.AnyWithoutBody,
            parameters as never,
            { filter } as never
          )
          strictEqual(
            Either.match(request, {
              onLeft: (error) => error.message,
              onRight: ({ query }) => decodeURIComponent(query)
            }),
            `?$filter=${Filter.encode(filter)}`
          )
        }
      }
    })
  }
})
