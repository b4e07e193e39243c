import { LifecycleWorkflowsApi as api, Permissions } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertFalse, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { FastCheck as fc } from "effect"

const requirement: Permissions.Requirement = {
  least: ["LifecycleWorkflows-Reports.Read.All"],
  higher: ["LifecycleWorkflows.Read.All", "LifecycleWorkflows.ReadWrite.All"]
}

describe("Permissions", () => {
  it("sufficient lists the least privileged first", () => {
    deepStrictEqual(Permissions.sufficient(requirement), [
      "LifecycleWorkflows-Reports.Read.All",
      "LifecycleWorkflows.Read.All",
      "LifecycleWorkflows.ReadWrite.All"
    ])
  })

  const cases: ReadonlyArray<readonly [granted: ReadonlyArray<string>, satisfied: boolean]> = [
    [[], false],
    [["LifecycleWorkflows-Reports.Read.All"], true],
    [["LifecycleWorkflows.Read.All"], true],
    [["LifecycleWorkflows.ReadWrite.All"], true],
    // the name that the operations' own pages print
    [["LifecycleWorkflows.ReadReports.All"], true],
    [["User.Read.All", "LifecycleWorkflows.Read.All"], true],
    [["User.Read.All", "Directory.ReadWrite.All"], false],
    [["LifecycleWorkflows-Workflow.ReadWrite.All"], false],
    [["lifecycleworkflows.read.all"], false],
    [["LifecycleWorkflows.Read.All User.Read.All"], false],
    [[""], false],
    [["constructor", "__proto__", "toString"], false]
  ]
  it.each(cases)("isSatisfied by %j: %s", (granted, satisfied) => {
    strictEqual(Permissions.isSatisfied(requirement, granted), satisfied)
  })

  it("nothing satisfies a requirement that no permission fulfils", () => {
    strictEqual(Permissions.isSatisfied({ least: [], higher: [] }, ["LifecycleWorkflows.ReadWrite.All"]), false)
  })

  it("an alias stands for a permission and is none", () => {
    for (const [name, permission] of Object.entries(Permissions.aliases)) {
      strictEqual(Permissions.isSatisfied({ least: [permission], higher: [] }, [name]), true)
      strictEqual(Permissions.isSatisfied({ least: [name as Permissions.Permission], higher: [] }, [name]), false)
    }
  })
})

describe("Permissions.required", () => {
  type Operations = Parameters<typeof Permissions.required>[0]

  const cases: ReadonlyArray<readonly [string, Operations, ReadonlyArray<Permissions.Permission>]> = [
    ["nothing", [], []],
    ["one operation", [api.listRuns], ["LifecycleWorkflows-Reports.Read.All"]],
    ["the same twice", [api.listRuns, api.listRuns, api.getRun], ["LifecycleWorkflows-Reports.Read.All"]],
    [
      "what has nothing in common below a permission that neither needs",
      [api.listWorkflows, api.listRuns],
      ["LifecycleWorkflows-Workflow.ReadBasic.All", "LifecycleWorkflows-Reports.Read.All"]
    ],
    [
      "what another one covers",
      [api.listWorkflows, api.listTasks, api.activateWorkflow, api.createWorkflow],
      ["LifecycleWorkflows-Workflow.ReadWrite.All"]
    ],
    ["a basic read and a full one", [api.getWorkflow, api.getTask], ["LifecycleWorkflows-Workflow.Read.All"]],
    [
      "a read of settings, which covers the reports",
      [api.listRuns, api.getSettings, api.listWorkflows, api.getTask],
      ["LifecycleWorkflows.Read.All"]
    ],
    [
      "an activation, which covers no read",
      [api.activateWorkflow, api.getWorkflow],
      ["LifecycleWorkflows-Workflow.Activate", "LifecycleWorkflows-Workflow.ReadBasic.All"]
    ],
    // The page of a task does not list LifecycleWorkflows.ReadWrite.All.
    [
      "everything",
      api.operations,
      ["LifecycleWorkflows-Workflow.Read.All", "LifecycleWorkflows.ReadWrite.All"]
    ]
  ]
  it.each(cases)("%s", (_, operations, expected) => {
    for (const access of ["delegated", "application"] as const) {
      deepStrictEqual(Permissions.required(operations, access), expected)
    }
  })

  const permission = fc.constantFrom<Array<Permissions.Permission>>(
    "LifecycleWorkflows.Read.All",
    "LifecycleWorkflows.ReadWrite.All",
    "LifecycleWorkflows-Reports.Read.All",
    "LifecycleWorkflows-Workflow.Read.All",
    "LifecycleWorkflows-Workflow.ReadWrite.All"
  )
  const made = fc.record({
    delegated: fc.constant({ least: [], higher: [] }),
    application: fc.record({ least: fc.uniqueArray(permission), higher: fc.uniqueArray(permission) })
  }).map((permissions) => ({ permissions }))

  const check = (operations: Operations) => {
    const requirements = operations.map(({ permissions }) => permissions.application)
      .filter((requirement) => Permissions.sufficient(requirement).length > 0)
    const granted = Permissions.required(operations, "application")
    strictEqual(new Set(granted).size, granted.length)
    for (const requirement of requirements) assertTrue(Permissions.isSatisfied(requirement, granted))
    for (const name of granted) {
      const less = granted.filter((other) => other !== name)
      assertFalse(requirements.every((requirement) => Permissions.isSatisfied(requirement, less)), name)
      // Some operation needs no less than it.
      assertTrue(
        requirements.some(({ higher, least }) => (least.length > 0 ? least : higher).includes(name)),
        name
      )
    }
  }

  it.prop("is enough for every operation, and without any one of it some are closed", [
    fc.subarray([...api.operations])
  ], ([operations]) => check(operations))

  it.prop("whatever the lists", [fc.array(made, { maxLength: 8 })], ([operations]) => check(operations))

  it("of two sets as small, the one that opens less", () => {
    const of = (least: ReadonlyArray<Permissions.Permission>, higher: ReadonlyArray<Permissions.Permission> = []) => ({
      permissions: { delegated: { least, higher }, application: { least, higher } }
    })
    const all = "LifecycleWorkflows.Read.All"
    const workflows = "LifecycleWorkflows-Workflow.Read.All"
    const reports = "LifecycleWorkflows-Reports.Read.All"
    for (const least of [[all, workflows], [workflows, all]] as const) {
      deepStrictEqual(
        [...Permissions.required([of(least), of([reports]), of([reports], [all])], "delegated")].sort(),
        [reports, workflows]
      )
    }
  })

  it("adds nothing for what no permission opens", () => {
    const closed = { permissions: { delegated: { least: [], higher: [] }, application: { least: [], higher: [] } } }
    deepStrictEqual(Permissions.required([closed], "application"), [])
    deepStrictEqual(Permissions.required([closed, api.listRuns], "application"), [
      "LifecycleWorkflows-Reports.Read.All"
    ])
  })

  it("does not ask for what the other kind of caller needs", () => {
    const mixed = {
      permissions: { delegated: { least: [], higher: [] }, application: api.listRuns.permissions.application }
    }
    deepStrictEqual(Permissions.required([mixed], "delegated"), [])
    deepStrictEqual(Permissions.required([mixed], "application"), ["LifecycleWorkflows-Reports.Read.All"])
  })
})
