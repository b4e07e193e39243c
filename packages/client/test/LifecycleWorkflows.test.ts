import { ExecutionConditions, Filter, LifecycleWorkflowsApi, Operation, Tasks } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, Effect, Either, FastCheck, Schema, Stream } from "effect"
import { connect, json } from "./utils.js"

type Method = (...input: ReadonlyArray<unknown>) => Effect.Effect<unknown, unknown> & Stream.Stream<unknown, unknown>

/** The methods of the service, by the path of names that leads to each. */
const methodsOf = (group: object, path = ""): ReadonlyArray<readonly [path: string, method: Method]> =>
  Object.entries(group).flatMap(([name, node]: [string, Method | object]) =>
    typeof node === "function" ? [[`${path}${name}`, node as Method] as const] : methodsOf(node, `${path}${name}.`)
  )

/** Some value of a schema; always the same one. */
const sample = (schema: Schema.Schema.AnyNoContext): unknown =>
  FastCheck.sample(Arbitrary.make(schema as Schema.Schema<unknown, unknown>), { numRuns: 1, seed: 1 })[0]

/** What a method takes: path parameters, if the path has any, then a body, if there is one. */
const inputOf = (operation: Operation.Any) => {
  const names = Object.keys(operation.parameters)
  const parameters = Object.fromEntries(names.map((name) => [name, sample(operation.parameters[name]!)]))
  const body = operation.body === undefined ? undefined : sample(operation.body)
  return {
    parameters,
    body,
    input: [...(names.length === 0 ? [] : [parameters]), ...(body === undefined ? [] : [body])]
  }
}

describe("LifecycleWorkflows", () => {
  it.effect("has the catalogue's operations, each under its id, and pages beside each list", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect([])
      deepStrictEqual(
        methodsOf(lcw).map(([path]) => path).sort(),
        [
          ...LifecycleWorkflowsApi.operations.flatMap(({ id, kind, queryOptions }) =>
            kind === "list"
              ? [
                ...[id, `${id}Page`, `${id}Pages`],
                ...(queryOptions as ReadonlyArray<string>).includes("count") ? [id.replace(/list$/, "count")] : []
              ]
              : [id]
          ),
          "workflows.activateAndWatch",
          "workflows.runs.outcome",
          "workflows.runs.watch"
        ].sort()
      )
    }))

  for (const operation of LifecycleWorkflowsApi.operations) {
    it.effect(`${operation.id} sends its operation's request`, () =>
      Effect.gen(function*() {
        const { lcw, sent } = yield* connect([json(operation.many ? { value: [] } : {})])
        const method = methodsOf(lcw).find(([path]) => path === operation.id)![1]
        const { body, input, parameters } = inputOf(operation)
        const described = Either.getOrThrow(
          Operation.request(operation as Operation.AnyWithBody, parameters as never, body as never)
        )
        // An empty answer does not decode as an entity; what matters here was sent by then.
        yield* Effect.ignore(operation.kind === "list" ? Stream.runDrain(method(...input)) : method(...input))
        strictEqual(sent.length, 1)
        strictEqual(sent[0]!.url, `https://graph.microsoft.com${described.path}`)
        strictEqual(sent[0]!.method, operation.method)
        const { body: sentBody } = sent[0]!.request
        if (described.body === undefined) return strictEqual(sentBody._tag, "Empty")
        assertTrue(sentBody._tag === "Uint8Array")
        strictEqual(new TextDecoder().decode(sentBody.body), described.body)
        strictEqual(sent[0]!.headers["content-type"], "application/json")
      }))
  }

  it.effect("gives the elements of a collection that is no list as an array", () =>
    Effect.gen(function*() {
      const operation = LifecycleWorkflowsApi.previewTaskFailures
      const failed = Schema.encodeUnknownSync(operation.result)(sample(operation.result))
      const { graph } = yield* connect([json({ value: [failed, failed] })])
      const value = yield* graph.execute(operation, { workflowId: "w" as never })
      strictEqual(value.length, 2)
    }))

  it.effect("gives nothing where the service answers nothing, though it may answer JSON", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect([new Response(null, { status: 204 }), Response.json({})])
      strictEqual(yield* lcw.workflows.delete({ workflowId: "w" as never }), undefined)
      strictEqual(yield* lcw.workflows.delete({ workflowId: "w" as never }), undefined)
    }))

  it.effect("does not send a body that breaks a limit", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect([])
      const subjects = Array.from({ length: 11 }, (_, index) => ({ id: `user-${index}` as never }))
      const error = yield* Effect.flip(lcw.workflows.activate({ workflowId: "w" as never }, { subjects }))
      strictEqual(error._tag, "InvalidRequest")
      assertTrue(error.message.includes("10"), error.message)
      strictEqual(sent.length, 0)
    }))

  it.effect("says which rule a body breaks, where the rule is about several properties", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect([])
      const error = yield* Effect.flip(lcw.workflows.create({
        category: "leaver",
        displayName: "Leavers",
        isEnabled: true,
        isSchedulingEnabled: true,
        executionConditions: ExecutionConditions.when(
          ExecutionConditions.daysFrom("employeeLeaveDateTime", 1000),
          ExecutionConditions.rule("(department eq 'Sales')")
        ),
        tasks: [Tasks.disableUserAccount()]
      }))
      assertTrue(error._tag === "InvalidRequest")
      strictEqual(error.field, "executionConditions.trigger.offsetInDays")
      assertTrue(error.reason.includes("-180") && error.reason.includes("180"), error.reason)
      strictEqual(sent.length, 0)
    }))

  it.effect("pages: a count, and a cursor that leads on", () =>
    Effect.gen(function*() {
      const nextLink = "https://graph.microsoft.com/v1.0/somewhere?$skiptoken=2"
      const { lcw, sent } = yield* connect([
        json({ "@odata.count": 3, "@odata.nextLink": nextLink, value: [] }),
        json({ value: [] })
      ])
      const run = { workflowId: "w" as never, runId: "r" as never }
      const first = yield* lcw.workflows.runs.subjectProcessingResults.listPage(run, { count: true })
      deepStrictEqual({ ...first, cursor: undefined }, { value: [], count: 3, cursor: undefined, date: undefined })
      const second = yield* lcw.workflows.runs.subjectProcessingResults.listPage(run, { count: true }, first.cursor)
      deepStrictEqual(second, { value: [], count: undefined, cursor: undefined, date: undefined })
      deepStrictEqual(sent.map(({ url }) => url), [
        "https://graph.microsoft.com/v1.0/identityGovernance/lifecycleWorkflows/workflows/w/runs/r/subjectProcessingResults?$count=true",
        nextLink
      ])
    }))

  it.effect("counts without reading: as little is asked for as can be", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect([
        json({ "@odata.count": 2, value: [] }),
        json({ "@odata.count": 300_000, value: [] }),
        json({ value: [] })
      ])
      const run = { workflowId: "w" as never, runId: "r" as never }
      const tasks = { workflowId: "w" as never, versionNumber: 3 as never }
      strictEqual(yield* lcw.workflows.versions.tasks.count(tasks), 2)
      const filter = Filter.eq("processingStatus", "failed")
      strictEqual(yield* lcw.workflows.runs.subjectProcessingResults.count(run, { filter }), 300_000)
      const error = yield* Effect.flip(lcw.workflows.versions.count({ workflowId: "w" as never }))
      assertTrue(error._tag === "Decode")
      strictEqual(
        error.message,
        "workflows.versions.list: the answer's @odata.count should be a whole number, but is missing."
      )
      deepStrictEqual(sent.map(({ url }) => url.slice(url.indexOf("?"))), [
        "?$top=1&$count=true",
        "?$filter=processingStatus%20eq%20'failed'&$count=true",
        "?$count=true"
      ])
    }))

  it.effect("asks no page of another origin", () =>
    Effect.gen(function*() {
      const { lcw, sent } = yield* connect([
        json({ "@odata.nextLink": "https://evil.example/v1.0/workflows", value: [] })
      ])
      const { cursor } = yield* lcw.workflows.listPage()
      const error = yield* Effect.flip(lcw.workflows.listPage({}, cursor))
      strictEqual(error._tag, "UntrustedLink")
      strictEqual(sent.length, 1)
    }))
})
