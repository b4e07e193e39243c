import { Permissions } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"

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
