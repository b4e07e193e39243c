import { Filter, Query } from "@effect-msgraph/domain"
import { Seed } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { DateTime, Effect, FastCheck as fc } from "effect"
import { allPages, area, largeRunPath, reader } from "./support.js"

const runs = `${area}/workflows/559d8339-ab4e-4c41-a517-ed5d8dd9fbf5/runs`

/** A filter, and the same said in JavaScript. */
interface Told {
  readonly filter: Filter.Any
  readonly holds: (row: any) => boolean
}

const time = (text: string | null) => text === null || text === undefined ? undefined : new Date(text).getTime()

const orders: ReadonlyArray<readonly ["eq" | "ne" | "lt" | "le" | "gt" | "ge", (a: number, b: number) => boolean]> = [
  ["eq", (a, b) => a === b],
  ["ne", (a, b) => a !== b],
  ["lt", (a, b) => a < b],
  ["le", (a, b) => a <= b],
  ["gt", (a, b) => a > b],
  ["ge", (a, b) => a >= b]
]

const dates = ["startedDateTime", "completedDateTime", "scheduledDateTime"] as const

/** Leaves that take their values from what there is, so that a comparison for equality can hold. */
const leaves = (rows: ReadonlyArray<any>): fc.Arbitrary<Told> =>
  fc.oneof(
    fc.record({ row: fc.constantFrom(...rows), name: fc.constantFrom(...dates), order: fc.constantFrom(...orders) })
      .map(
        ({ name, order: [operator, test], row }): Told => {
          const at = time(row[name])
          const value = at === undefined ? null : DateTime.unsafeMake(at)
          return {
            filter: { _tag: "Compare", property: name, operator, value },
            holds: (other) => {
              const mine = time(other[name])
              if (mine === undefined || at === undefined) {
                return operator === "eq" ? mine === at : operator === "ne" ? mine !== at : false
              }
              return test(mine, at)
            }
          }
        }
      ),
    fc.record({
      statuses: fc.uniqueArray(fc.constantFrom("completed", "failed", "queued", "canceled", "nothing"), {
        minLength: 1,
        maxLength: 3
      }),
      kind: fc.constantFrom("eq", "ne", "in")
    }).map(({ kind, statuses }): Told => {
      const [status] = statuses
      return kind === "in"
        ? {
          filter: { _tag: "In", property: "processingStatus", values: statuses },
          holds: (row) => statuses.includes(row.processingStatus)
        }
        : {
          filter: { _tag: "Compare", property: "processingStatus", operator: kind as "eq" | "ne", value: status! },
          holds: (row) => (row.processingStatus === status) === (kind === "eq")
        }
    })
  )

const filters = (rows: ReadonlyArray<any>): fc.Arbitrary<Told> =>
  fc.letrec<{ filter: Told }>((tie) => ({
    filter: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaves(rows),
      fc.tuple(tie("filter"), tie("filter")).map(([a, b]) => ({
        filter: Filter.and(a.filter, b.filter),
        holds: (row: any) => a.holds(row) && b.holds(row)
      })),
      fc.tuple(tie("filter"), tie("filter")).map(([a, b]) => ({
        filter: Filter.or(a.filter, b.filter),
        holds: (row: any) => a.holds(row) || b.holds(row)
      })),
      tie("filter").map((a) => ({ filter: Filter.not(a.filter), holds: (row: any) => !a.holds(row) }))
    )
  })).filter

describe("$filter", () => {
  it.effect("keeps what a predicate in JavaScript keeps; pages, order and filter lose nothing and double nothing", () =>
    Effect.gen(function*() {
      const whole = yield* reader({ pageSize: 10_000 })
      const paged = yield* reader({ pageSize: 7 })
      const rows = (yield* whole.get(runs)).body.value
      assertTrue(rows.length > 20)
      const runtime = yield* Effect.runtime()
      const orderings = [[], ["startedDateTime"], ["processingStatus desc", "completedDateTime"]]
      yield* Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(filters(rows), fc.constantFrom(...orderings), async ({ filter, holds }, orderBy) => {
            const query = Query.encode({ filter, orderBy })
            const pages = await Effect.runPromise(Effect.provide(allPages(paged.get, `${runs}${query}`), runtime))
            const found = pages.flatMap((page) => page.value.map(({ id }: any) => id))
            const expected = rows.filter(holds).map(({ id }: any) => id)
            deepStrictEqual([...found].sort(), [...expected].sort())
            if (orderBy.length === 0) deepStrictEqual(found, expected)
            const unpaged = await Effect.runPromise(Effect.provide(whole.get(`${runs}${query}`), runtime))
            deepStrictEqual(found, unpaged.body.value.map(({ id }: any) => id))
          }),
          { numRuns: 60 }
        )
      )
    }))

  const cases: ReadonlyArray<readonly [path: string, count: (total: number) => boolean]> = [
    ["/workflows?$filter=category eq 'leaver'", (count) => count === 3],
    ["/workflows?$filter=isEnabled eq true and not(category eq 'leaver')", (count) => count > 3],
    ["/workflows?$filter=createdBy/id eq 'A698128F-b34f-44db-a9f9-7661c7aba8d8'", (count) => count === 1],
    ["/workflows?$filter=version ge 5", (count) => count === 2],
    ["/workflows?$search=\"new hire\"", (count) => count > 1],
    ["/workflows?$search=displayName:contractor", (count) => count === 1],
    ["/taskDefinitions?$filter=category has 'mover'", (count) => count > 5 && count < 25],
    ["/taskDefinitions?$filter=parameters/any(p:p/name eq 'groupID')", (count) => count === 2],
    ["/taskDefinitions?$filter=category eq 'leaver,joiner'", (count) => count > 0 && count < 10],
    ["/workflowTemplates?$filter=displayName eq 'Offboard an employee'", (count) => count === 1],
    ["/customTaskExtensions?$filter=createdDateTime lt 2022-08-24T20:35:00Z", (count) => count === 1],
    ["/deletedItems/workflows?$filter=deletedDateTime gt 2022-09-01T00:00:00Z", (count) => count === 1]
  ]
  for (const [path, count] of cases) {
    it.effect(path, () =>
      Effect.gen(function*() {
        const { get } = yield* reader(undefined, Seed.demoAdmin)
        const { body, status } = yield* get(`${area}${path.replaceAll(" ", "%20")}`)
        strictEqual(status, 200)
        assertTrue(count(body.value.length), `${body.value.length} of them`)
      }))
  }

  it.effect("knows ids of subjects", () =>
    Effect.gen(function*() {
      const { get } = yield* reader({ pageSize: 1000 })
      const { body } = yield* get(`${largeRunPath}/userProcessingResults`)
      const { id } = body.value[17].subject
      const query = `?$filter=subject/id%20eq%20'${id}'`
      deepStrictEqual((yield* get(`${largeRunPath}/userProcessingResults${query}`)).body.value, [body.value[17]])
    }))
})

describe("$top, $skip and $count", () => {
  const path = `${area}/workflows/c007a148-5bf1-4f38-82b4-377fb23b1711/versions`

  it.effect("$count counts what the filter keeps, once", () =>
    Effect.gen(function*() {
      const { get } = yield* reader({ pageSize: 4 }, Seed.demoAdmin)
      const pages = yield* allPages(get, `${path}?$count=true&$filter=versionNumber%20gt%202`)
      deepStrictEqual(pages.map((page) => page["@odata.count"]), [10, undefined, undefined])
      deepStrictEqual(
        pages.flatMap((page) => page.value.map(({ versionNumber }: any) => versionNumber)),
        [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]
      )
    }))

  it.effect("$top ends the list, over pages too", () =>
    Effect.gen(function*() {
      const { get } = yield* reader({ pageSize: 1 }, Seed.demoAdmin)
      const tasks = `${area}/workflows/559d8339-ab4e-4c41-a517-ed5d8dd9fbf5/versions/5/tasks`
      const pages = yield* allPages(get, `${tasks}?$top=2`)
      deepStrictEqual(pages.map((page) => page.value.map((task: any) => task.executionSequence)), [[1], [2]])
    }))
})
