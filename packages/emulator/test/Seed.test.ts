import { Entity, type Entity as EntityModule, LifecycleWorkflowsApi, Processing } from "@effect-msgraph/domain"
import { Seed, Store } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Schema } from "effect"
import { allPages, area, reader } from "./support.js"

const tenant = Seed.demo()
const workflows = Store.members(tenant.root.links.identityGovernance!.links.lifecycleWorkflows!, "workflows")
const runs = workflows.flatMap((workflow) => Store.members(workflow, "runs").map((run) => ({ workflow, run })))
const results = runs.flatMap(({ run, workflow }) =>
  Store.members(run, "userProcessingResults").map((result) => ({ workflow, run, result }))
)
const taskResults = results.flatMap((in_) =>
  Store.members(in_.result, "taskProcessingResults").map((taskResult) => ({ ...in_, taskResult }))
)
const users = Store.members(tenant.root, "users")

const text = (node: Store.Node, name: string): string => String(node.properties[name])
const number = (node: Store.Node, name: string): number => {
  strictEqual(typeof node.properties[name], "number")
  return Number(node.properties[name])
}
const statuses = (nodes: ReadonlyArray<Store.Node>) => new Set(nodes.map((node) => node.properties.processingStatus))
const having = (nodes: ReadonlyArray<Store.Node>, ...wanted: ReadonlyArray<string>) =>
  nodes.filter((node) => wanted.includes(text(node, "processingStatus"))).length

/** A tree as text, each entity once. */
const print = (root: Store.Node): string => {
  const seen = new Map<Store.Node, number>()
  const lines: Array<string> = []
  const visit = (node: Store.Node): number => {
    const known = seen.get(node)
    if (known !== undefined) return known
    const number = seen.size
    seen.set(node, number)
    const links = Object.entries(node.links).map(([name, target]) => `${name}:${visit(target)}`)
    const collections = Object.entries(node.collections).map(([name, members]) =>
      `${name}:${Array.from(members.values(), visit)}`
    )
    lines.push(`${number} ${JSON.stringify(node.properties)} ${links} ${collections}`)
    return number
  }
  visit(root)
  return lines.join("\n")
}

describe("the demo tenant", () => {
  it("is the same each time, and each time another", () => {
    const [one, other] = [Seed.demo(), Seed.demo()]
    strictEqual(print(one.root), print(other.root))
    assertTrue(one.root !== other.root)
    // Nothing hangs on what is looked at first.
    const backwards = Seed.demo()
    const all = Store.members(backwards.root.links.identityGovernance!.links.lifecycleWorkflows!, "workflows")
    for (const workflow of [...all].reverse()) {
      Store.members(workflow, "runs")
    }
    strictEqual(print(backwards.root), print(one.root))
  })

  it("is plausible in size and kind", () => {
    assertTrue(users.length >= 400)
    deepStrictEqual(
      new Set(workflows.map((workflow) => text(workflow, "category"))),
      new Set(["joiner", "mover", "leaver"])
    )
    for (const category of ["joiner", "mover", "leaver"]) {
      assertTrue(workflows.filter((workflow) => workflow.properties.category === category).length >= 2)
    }
    assertTrue(runs.length > 150)
    assertTrue(runs.some(({ run }) => number(run, "totalUsersCount") >= 300))
    deepStrictEqual(
      new Set(runs.map(({ run }) => text(run, "workflowExecutionType"))),
      new Set(["scheduled", "onDemand", "activatedWithScope"])
    )
    const all = ["completed", "completedWithErrors", "failed", "canceled", "inProgress", "queued"]
    deepStrictEqual(statuses(results.map(({ result }) => result)), new Set(all))
    deepStrictEqual(statuses(runs.map(({ run }) => run)), new Set(all))
    deepStrictEqual(
      statuses(taskResults.map(({ taskResult }) => taskResult)),
      new Set(all.filter((status) => status !== "completedWithErrors"))
    )
    const days = new Set(runs.map(({ run }) => text(run, "scheduledDateTime").slice(0, 10)))
    assertTrue(days.size >= 26)
  })

  it("has ids that are no one else's, and users that are told apart", () => {
    const ids = [
      ...workflows,
      ...runs.map(({ run }) => run),
      ...results.map(({ result }) => result),
      ...users,
      ...taskResults.map(({ taskResult }) => taskResult)
    ].map(Store.idOf)
    strictEqual(new Set(ids).size, ids.length)
    for (const name of ["userPrincipalName", "employeeId"]) {
      strictEqual(new Set(users.map((user) => user.properties[name])).size, users.length)
    }
    for (const user of users) {
      assertTrue(/^[a-z]+\.[a-z]+\d*@contoso\.onmicrosoft\.com$/.test(text(user, "userPrincipalName")))
    }
  })

  it("adds up: runs are the sums of their results", () => {
    for (const { run } of runs) {
      const members = Store.members(run, "userProcessingResults")
      const sum = (name: string) => members.reduce((total, member) => total + number(member, name), 0)
      strictEqual(number(run, "totalUsersCount"), members.length)
      strictEqual(number(run, "successfulUsersCount"), having(members, "completed"))
      strictEqual(number(run, "failedUsersCount"), having(members, "failed", "completedWithErrors"))
      for (const name of ["totalTasksCount", "failedTasksCount", "totalUnprocessedTasksCount"]) {
        strictEqual(number(run, name), sum(name))
      }
      deepStrictEqual(
        Store.members(run, "taskProcessingResults"),
        members.flatMap((member) => Store.members(member, "taskProcessingResults"))
      )
    }
  })

  it("adds up: results are the sums of their tasks", () => {
    for (const { result, workflow } of results) {
      const members = Store.members(result, "taskProcessingResults")
      strictEqual(number(result, "totalTasksCount"), Store.members(workflow, "tasks").length)
      strictEqual(number(result, "failedTasksCount"), having(members, "failed"))
      strictEqual(
        number(result, "totalUnprocessedTasksCount"),
        number(result, "totalTasksCount") - having(members, "failed", "completed")
      )
    }
  })

  it("draws the right conclusions: the status of a result follows from its tasks", () => {
    for (const { result } of results) {
      const members = Store.members(result, "taskProcessingResults")
      const stopped = members.some((member) =>
        member.properties.processingStatus === "failed" && member.links.task!.properties.continueOnError === false
      )
      const expected = stopped
        ? "failed"
        : having(members, "canceled") > 0
        ? "canceled"
        : having(members, "inProgress") > 0
        ? "inProgress"
        : having(members, "queued") > 0
        ? "queued"
        : having(members, "failed") > 0
        ? "completedWithErrors"
        : "completed"
      strictEqual(result.properties.processingStatus, expected)
      if (stopped) strictEqual(members.at(-1)!.properties.processingStatus, "failed")
      deepStrictEqual(
        members.map((member) => number(member.links.task!, "executionSequence")),
        members.map((_, i) => i + 1)
      )
    }
  })

  it("draws the right conclusions: the status of a run follows from its results", () => {
    for (const { run } of runs) {
      const members = Store.members(run, "userProcessingResults")
      const over = having(members, "inProgress", "queued") === 0
      switch (run.properties.processingStatus) {
        case "completed":
          strictEqual(having(members, "completed"), members.length)
          break
        case "failed":
          strictEqual(having(members, "failed"), members.length)
          break
        case "completedWithErrors":
          assertTrue(over && number(run, "failedUsersCount") > 0 && having(members, "canceled") === 0)
          break
        case "queued":
          strictEqual(having(members, "queued"), members.length)
          strictEqual(run.properties.startedDateTime, null)
          break
        case "inProgress":
          assertTrue(!over)
          strictEqual(run.properties.completedDateTime, null)
          break
        default:
          strictEqual(run.properties.processingStatus, "canceled")
          assertTrue(over)
      }
    }
  })

  it("says why a task failed, and only then", () => {
    for (const { taskResult } of taskResults) {
      const failed = taskResult.properties.processingStatus === "failed"
      strictEqual(typeof taskResult.properties.failureReason, failed ? "string" : "object")
    }
  })

  it("passes time forwards", () => {
    const at = (node: Store.Node, name: string) => {
      const value = node.properties[name]
      return typeof value === "string" ? value.replace("Z", "").padEnd(27, "0") : undefined
    }
    const inOrder = (...times: ReadonlyArray<string | undefined>) => {
      const known = times.filter((time) => time !== undefined)
      deepStrictEqual(known, [...known].sort())
    }
    for (const { run } of runs) {
      const names = ["scheduledDateTime", "startedDateTime", "completedDateTime", "lastUpdatedDateTime"]
      inOrder(...names.map((name) => at(run, name)))
    }
    for (const { result, run, taskResult } of taskResults) {
      strictEqual(result.properties.scheduledDateTime, run.properties.scheduledDateTime)
      inOrder(at(result, "scheduledDateTime"), at(result, "startedDateTime"), at(result, "completedDateTime"))
      inOrder(
        at(taskResult, "createdDateTime"),
        at(taskResult, "startedDateTime"),
        at(taskResult, "completedDateTime"),
        at(result, "completedDateTime"),
        at(run, "completedDateTime")
      )
    }
  })

  it("refers to what is there", () => {
    const known = new Set(users)
    for (const { result, run, workflow } of results) {
      assertTrue(known.has(result.links.subject!))
      strictEqual(Store.collectionOf(workflow, "userProcessingResults").get(Store.idOf(result)), result)
      strictEqual(result.properties.workflowExecutionType, run.properties.workflowExecutionType)
    }
    for (const { result, taskResult, workflow } of taskResults) {
      strictEqual(taskResult.links.subject, result.links.subject)
      const task = taskResult.links.task!
      strictEqual(Store.collectionOf(workflow, "tasks").get(Store.idOf(task)), task)
      strictEqual(Store.collectionOf(task, "taskProcessingResults").get(Store.idOf(taskResult)), taskResult)
    }
  })

  it("remembers what was run again, and on what", () => {
    const again = runs.filter(({ run }) => run.properties.workflowExecutionType === "activatedWithScope")
    assertTrue(again.length > 5)
    for (const { run, workflow } of again) {
      const scope = run.properties.activatedOnScope as { readonly run: { readonly id: string } }
      const original = Store.collectionOf(workflow, "runs").get(scope.run.id)!
      strictEqual(Store.collectionOf(original, "reprocessedRuns").get(Store.idOf(run)), run)
      deepStrictEqual(
        Store.members(run, "userProcessingResults").map(({ links }) => links.subject),
        Store.members(original, "userProcessingResults")
          .filter(({ properties }) => ["failed", "completedWithErrors"].includes(String(properties.processingStatus)))
          .map(({ links }) => links.subject)
      )
    }
  })

  const decodes = (name: string, entity: EntityModule.Any, nodes: ReadonlyArray<Store.Node>) =>
    it(`decodes: ${nodes.length} × ${name}`, () => {
      assertTrue(nodes.length > 0)
      const scalars = Entity.schema({ ...entity, navigation: {} })
      const decode = Schema.decodeUnknownSync(scalars as Schema.Schema<unknown, unknown>)
      for (const node of nodes) {
        decode(node.properties)
        deepStrictEqual(Object.keys(node.properties).filter((key) => !(key in entity.properties)), [])
      }
    })
  decodes("user", Processing.TaskProcessingResult.navigation.subject.target(), users)
  decodes("run", Processing.Run, runs.map(({ run }) => run))
  decodes("userProcessingResult", Processing.UserProcessingResult, results.map(({ result }) => result))
  decodes("taskProcessingResult", Processing.TaskProcessingResult, taskResults.map(({ taskResult }) => taskResult))
  decodes("task", Processing.Task, workflows.flatMap((workflow) => Store.members(workflow, "tasks")))
})

describe("what the emulator answers from it", () => {
  const list = (
    operation: typeof LifecycleWorkflowsApi.listRuns | typeof LifecycleWorkflowsApi.listRunUserProcessingResults
  ) =>
    Schema.decodeUnknownSync(Schema.Array(Entity.schema<EntityModule.Any>(operation.result)) as Schema.Schema<any, any>)

  it.effect("decodes with the domain's schemas: every run and every result of it", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      let total = 0
      for (const workflow of workflows) {
        const path = `${area}/workflows/${Store.idOf(workflow)}/runs`
        const decodedRuns = list(LifecycleWorkflowsApi.listRuns)(
          (yield* allPages(get, path)).flatMap((page) => page.value)
        )
        strictEqual(decodedRuns.length, Store.members(workflow, "runs").length)
        for (const run of decodedRuns) {
          const decoded = list(LifecycleWorkflowsApi.listRunUserProcessingResults)(
            (yield* allPages(get, `${path}/${run.id}/userProcessingResults`)).flatMap((page) => page.value)
          )
          strictEqual(decoded.length, run.totalUsersCount)
          total += decoded.length
        }
      }
      strictEqual(total, results.length)
    }))
})
