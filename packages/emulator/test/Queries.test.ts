import { Query } from "@effect-msgraph/domain"
import { Seed, Store } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import { allPages, area, largeRunPath, reader, resultPath } from "./support.js"

const results = `${area}/workflows/${Seed.demoResult.workflowId}/runs/${Seed.demoResult.runId}/userProcessingResults`
const address = (path: string) => path.replace(/^\/v1.0\//, "").replace(/\/([0-9a-f-]{36})/g, "('$1')")

describe("$select", () => {
  it.effect("keeps what it names, as often as it is named", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      const { body } = yield* get(`${resultPath(Seed.demoResult)}?$select=id,failedTasksCount,id`)
      deepStrictEqual(body, {
        "@odata.context": `https://graph.microsoft.com/v1.0/$metadata#${address(results)}(id,failedTasksCount)/$entity`,
        id: Seed.demoResult.userProcessingResultId,
        failedTasksCount: 0
      })
    }))

  it.effect("gives null where there is nothing", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      const path = `${area}/workflows/${Seed.demoResult.workflowId}/runs/${Seed.demoResult.runId}`
      const { body } = yield* get(`${path}?$select=activatedOnScope`)
      strictEqual(body.activatedOnScope, null)
      strictEqual("activatedOnScope" in (yield* get(path)).body, false)
    }))

  it.effect("is read after percent-decoding, and other people's options are not read at all", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      const { body } = yield* get(`${results}?%24select=id%2CprocessingStatus&x=%zz&select=subject`)
      deepStrictEqual(Object.keys(body.value[0]), ["id", "processingStatus"])
    }))
})

describe("$expand", () => {
  it.effect("gives the whole of what comes inline in part", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      const { body } = yield* get(`${results}?$expand=subject`)
      strictEqual(body["@odata.context"].endsWith("/userProcessingResults(subject())"), true)
      for (const result of body.value) {
        strictEqual(typeof result.subject.userPrincipalName, "string")
        strictEqual(typeof result.failedTasksCount, "number")
      }
    }))

  it.effect("takes options of its own", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      const query = Query.encode({
        select: ["id"],
        expand: {
          subject: { select: ["displayName"] },
          taskProcessingResults: {
            select: ["processingStatus"],
            orderBy: ["startedDateTime desc"],
            expand: { task: { select: ["executionSequence"] } }
          }
        }
      })
      const { body } = yield* get(`${results}${query}`)
      assertInclude(
        body["@odata.context"],
        "(id,subject(displayName),taskProcessingResults(processingStatus,task(executionSequence)))"
      )
      const [result] = body.value
      deepStrictEqual(Object.keys(result), [
        "id",
        "subject",
        "taskProcessingResults@odata.context",
        "taskProcessingResults"
      ])
      deepStrictEqual(result.taskProcessingResults, [
        { processingStatus: "completed", task: { executionSequence: 2 } },
        { processingStatus: "completed", task: { executionSequence: 1 } }
      ])
      strictEqual(
        result["taskProcessingResults@odata.context"],
        `https://graph.microsoft.com/v1.0/$metadata#${address(results)}('${result.id}')/taskProcessingResults` +
          "(processingStatus,task(executionSequence))"
      )
    }))
})

describe("$orderby", () => {
  it.effect("sorts by date, whatever the number of digits, both ways", () =>
    Effect.gen(function*() {
      const { get } = yield* reader({ pageSize: 1000 })
      const path = `${largeRunPath}/userProcessingResults?$select=id,startedDateTime&$orderby=startedDateTime`
      const ascending = (yield* get(path)).body.value
      const pad = (text: string) => text.replace(/Z$/, "").padEnd(27, "0")
      const sorted = [...ascending].sort((a: any, b: any) => pad(a.startedDateTime) < pad(b.startedDateTime) ? -1 : 1)
      deepStrictEqual(ascending.map(({ id }: any) => id), sorted.map(({ id }: any) => id))
      const descending = (yield* get(`${path}%20desc`)).body.value
      deepStrictEqual(descending.map(({ id }: any) => id), [...sorted].reverse().map(({ id }: any) => id))
    }))

  it.effect("does not take the end of a date for more than a digit", () =>
    Effect.gen(function*() {
      const times = ["04.49Z", "04.4903Z", "04Z", "04.4Z"].map((second) => `2022-08-24T23:28:${second}`)
      const tenants = () => {
        const tenant = Seed.demo()
        const area = tenant.root.links.identityGovernance!.links.lifecycleWorkflows!
        const workflow = area.collections.workflows!.get(Seed.demoResult.workflowId)!
        workflow.collections.runs = new Map(
          times.map((startedDateTime) => [startedDateTime, Store.node({ startedDateTime })])
        )
        return [tenant]
      }
      const { get } = yield* reader({ tenants })
      const path =
        `${area}/workflows/${Seed.demoResult.workflowId}/runs?$orderby=startedDateTime&$select=startedDateTime`
      const sorted = (yield* get(path)).body.value.map((run: { startedDateTime: string }) => run.startedDateTime)
      deepStrictEqual(sorted, [times[2], times[3], times[0], times[1]])
    }))

  it.effect("sorts by several properties, nulls first", () =>
    Effect.gen(function*() {
      const { get } = yield* reader({ pageSize: 1000 })
      const workflowId = "559d8339-ab4e-4c41-a517-ed5d8dd9fbf5"
      const { body } = yield* get(
        `${area}/workflows/${workflowId}/runs?$orderby=completedDateTime,workflowExecutionType%20desc,scheduledDateTime`
      )
      const [first, second] = body.value
      strictEqual(first.completedDateTime, null)
      assertTrue(second.completedDateTime !== null)
    }))
})

describe("what Graph finds wrong", () => {
  const run = "microsoft.graph.identityGovernance.run"
  const result = "microsoft.graph.identityGovernance.userProcessingResult"
  const parsing = "Parsing OData Select and Expand failed:"
  const runs = `${area}/workflows/${Seed.demoResult.workflowId}/runs`
  const cases: ReadonlyArray<readonly [path: string, message: string]> = [
    [`${runs}?$select=id,nope`, `${parsing} Could not find a property named 'nope' on type '${run}'.`],
    [`${runs}?$select=ID`, `${parsing} Could not find a property named 'ID' on type '${run}'.`],
    [`${runs}?$select=constructor`, `${parsing} Could not find a property named 'constructor' on type '${run}'.`],
    [`${runs}?$orderby=nope`, `Could not find a property named 'nope' on type '${run}'.`],
    [`${runs}?$orderby=id`, "The property 'id' cannot be used in the $orderby query option."],
    [`${results}?$expand=nope`, `${parsing} Could not find a property named 'nope' on type '${result}'.`],
    [`${results}?$expand=__proto__`, `${parsing} Could not find a property named '__proto__' on type '${result}'.`],
    [
      `${results}?$expand=subject($select=nope)`,
      `${parsing} Could not find a property named 'nope' on type 'microsoft.graph.user'.`
    ],
    [
      `${results}?$expand=processingStatus`,
      `${parsing} Property 'processingStatus' on type '${result}' is not a navigation property or complex property. ` +
      "Only navigation properties can be expanded."
    ],
    [
      `${results}?$expand=taskProcessingResults($expand=task($expand=taskProcessingResults))`,
      "The request includes a $expand path which is too deep. The maximum depth allowed is 2."
    ],
    [`${runs}?$expand=userProcessingResults`, "The query option '$expand' is not supported by this operation."],
    [`${resultPath(Seed.demoResult)}?$orderby=id`, "The query option '$orderby' is not supported by this operation."],
    [`${runs}?$select=a&$select=b`, "The query specified in the URI is not valid. $select: stands there twice"],
    [`${runs}?$select=`, "The query specified in the URI is not valid. $select: has no value"],
    [
      `${runs}?$Select=id`,
      "The query specified in the URI is not valid. $Select: is none of $select, $expand, $filter, $orderby, " +
      "$search, $top, $skip, $count"
    ],
    [`${runs}?$filter=nope eq 'x'`, `Could not find a property named 'nope' on type '${run}'.`],
    [`${runs}?$filter=id eq 'x'`, "The property 'id' cannot be used with 'eq' in the $filter query option."],
    [
      `${runs}?$filter=processingStatus gt 'x'`,
      "The property 'processingStatus' cannot be used with 'gt' in the $filter query option."
    ],
    [
      `${runs}?$filter=processingStatus eq 5`,
      "A binary operator with incompatible types was detected. Found operand types 'string' and 'number' for operator kind 'eq'."
    ],
    [
      `${runs}?$filter=startedDateTime gt 'x'`,
      "A binary operator with incompatible types was detected. Found operand types 'date' and 'string' for operator kind 'gt'."
    ],
    [`${runs}?$top=5`, "The query option '$top' is not supported by this operation."],
    [`${runs}?$skiptoken=x`, "The value of the query option '$skiptoken' is not valid."],
    [`${runs}?$skiptoken=`, "The value of the query option '$skiptoken' is not valid."]
  ]
  for (const [path, message] of cases) {
    it.effect(path.slice(path.indexOf("?")), () =>
      Effect.gen(function*() {
        const { get } = yield* reader()
        const { body, status } = yield* get(path)
        deepStrictEqual([status, body.error.code, body.error.message], [400, "BadRequest", message])
      }))
  }

  it.effect("what the emulator cannot evaluate is 501, never ignored", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      for (const option of ["$format=json", "%24apply=x", "$compute=x"]) {
        strictEqual((yield* get(`${runs}?${option}`)).status, 501)
      }
    }))
})

describe("paging", () => {
  const path = `${largeRunPath}/userProcessingResults`

  for (const pageSize of [1, 7, 100, 359, 360, 361]) {
    it.effect(`in pages of ${pageSize}: nothing twice, nothing missing`, () =>
      Effect.gen(function*() {
        const { get } = yield* reader({ pageSize })
        const whole = yield* reader({ pageSize: 1000 })
        const all = (yield* whole.get(path)).body.value
        strictEqual(all.length, 360)
        const pages = yield* allPages(get, path)
        strictEqual(pages.length, Math.ceil(360 / pageSize))
        deepStrictEqual(pages.flatMap((page) => page.value), all)
        strictEqual(new Set(all.map(({ id }: any) => id)).size, 360)
        for (const page of pages.slice(0, -1)) strictEqual(page.value.length, pageSize)
      }))
  }

  it.effect("keeps the query, the order and the asked-for page size", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      const query = "?$select=id,subject&$expand=taskProcessingResults($select=id)&$orderby=startedDateTime%20desc"
      const first = yield* get(`${path}${query}`, { prefer: "odata.maxpagesize=90, include-unknown-enum-members" })
      strictEqual(first.headers["preference-applied"], "odata.maxpagesize=90, include-unknown-enum-members")
      strictEqual(
        first.body["@odata.nextLink"].startsWith(`https://graph.microsoft.com${path}${query}&$skiptoken=`),
        true
      )
      const pages = yield* allPages(get, `${path}${query}`, { prefer: "odata.maxpagesize=90" })
      deepStrictEqual(pages.map((page) => page.value.length), [90, 90, 90, 90])
      const whole = yield* reader({ pageSize: 1000 })
      deepStrictEqual(pages.flatMap((page) => page.value), (yield* whole.get(`${path}${query}`)).body.value)
      for (const page of pages) strictEqual(page["@odata.context"], first.body["@odata.context"])
    }))

  it.effect("gives no longer pages than it has, and ignores what is no size", () =>
    Effect.gen(function*() {
      const { get } = yield* reader({ pageSize: 50 })
      for (const size of ["51", "0", "-1", "x", "1.5", ""]) {
        strictEqual((yield* get(path, { prefer: `odata.maxpagesize=${size}` })).body.value.length, 50)
      }
    }))

  it.effect("counts runs unasked, on the first page of the default shape alone", () =>
    Effect.gen(function*() {
      const { get } = yield* reader({ pageSize: 20 })
      const runs = `${area}/workflows/c007a148-5bf1-4f38-82b4-377fb23b1711/runs`
      const [first, second] = yield* allPages(get, runs)
      assertTrue(first["@odata.count"] > 20)
      strictEqual(second["@odata.count"], undefined)
      strictEqual((yield* get(`${runs}?$select=id`)).body["@odata.count"], undefined)
      strictEqual((yield* get(path)).body["@odata.count"], undefined)
    }))
})

describe("evolvable enumerations", () => {
  it.effect("newer members are shown to those who ask", () =>
    Effect.gen(function*() {
      const { get } = yield* reader({ pageSize: 1000 })
      const path = `${area}/workflows/${Seed.demoLargeRun.workflowId}/runs?$select=workflowExecutionType`
      const types = (answer: any) => answer.body.value.map((run: any) => run.workflowExecutionType)
      deepStrictEqual(types(yield* get(path)), ["scheduled", "unknownFutureValue"])
      deepStrictEqual(types(yield* get(path, { prefer: "include-unknown-enum-members" })), [
        "scheduled",
        "activatedWithScope"
      ])
    }))
})
