import * as Store from "../../Store.js"
import * as Derived from "../derived.js"
import * as History from "./history.js"
import * as People from "./people.js"
import * as Printed from "./printed.js"
import * as Random from "./random.js"
import * as Tasks from "./tasks.js"
import * as Tenantwide from "./tenantwide.js"
import * as Workflows from "./workflows.js"

const day = 86_400_000
const hour = 3_600_000

/** The last moment that the history knows of: a Friday morning, with runs under way. */
const now = Date.UTC(2022, 8, 16, 9, 30)
const days = 26

/** The workflow whose one run processed a whole company. */
const large = {
  displayName: "Move to the new collaboration teams",
  description: "Moves everybody to the teams and groups of the new organisation",
  category: "mover",
  version: 2,
  conditions: {
    "@odata.type": "#microsoft.graph.identityGovernance.triggerAndScopeBasedConditions",
    scope: {
      "@odata.type": "#microsoft.graph.identityGovernance.ruleBasedSubjectSet",
      rule: "(accountEnabled eq true)"
    },
    trigger: {
      "@odata.type": "#microsoft.graph.identityGovernance.attributeChangeTrigger",
      triggerAttributes: [{ name: "companyName" }]
    }
  },
  tasks: [
    { definition: "removeUserFromGroups", continueOnError: true, arguments: { groupID: Workflows.groups.projects } },
    { definition: "addUserToTeams", arguments: { teamID: Workflows.groups.teamWelcome } },
    { definition: "notifyManagerOfMove", continueOnError: true }
  ]
} as const

/** The tasks of a workflow, and those of its earlier versions: each version had the tasks of now, under ids of its own. */
const addTasks = (workflow: Store.Node, specs: ReadonlyArray<Tasks.TaskSpec>): void => {
  const random = Random.make(`tasks ${Store.idOf(workflow)}`)
  for (const [i, spec] of specs.entries()) Store.add(workflow, "tasks", Tasks.make(spec, i + 1, random))
  const current = Derived.versionOf(workflow)
  const created = Date.parse(String(workflow.properties.createdDateTime))
  const versions = Store.collectionOf(workflow, "versions")
  for (let version = 1; version < Number(workflow.properties.version); version++) {
    const since = Random.timestamp(created + (version - 1) * 7 * day, random)
    versions.set(
      String(version),
      Store.node({
        ...current.properties,
        createdDateTime: since,
        lastModifiedDateTime: since,
        versionNumber: version
      }, {
        links: workflow.links,
        collections: {
          tasks: specs.slice(0, Math.max(1, specs.length - 1)).map((spec, i) => Tasks.make(spec, i + 1, random))
        }
      })
    )
  }
}

/** Runs that were started for the users of an earlier run that failed, and what they were started on. */
const retryFailed = (run: Store.Node, spec: Omit<History.RunSpec, "users" | "executionType" | "activatedOnScope">) => {
  const failed = Store.members(run, "userProcessingResults")
    .filter(({ properties }) => ["failed", "completedWithErrors"].includes(String(properties.processingStatus)))
  if (failed.length === 0) return undefined
  const again = History.makeRun({
    ...spec,
    users: failed.map((result) => result.links.subject!),
    executionType: "activatedWithScope",
    activatedOnScope: {
      "@odata.type": "#microsoft.graph.identityGovernance.activateRunScope",
      taskScope: "allTasks",
      userScope: "failedUsers",
      run: { id: Store.idOf(run) }
    }
  })
  Store.add(run, "reprocessedRuns", again)
  for (const result of failed) Store.add(result, "reprocessedRuns", again)
  return again
}

/** What is to be run, in the order of time. */
interface Planned {
  readonly scheduled: number
  readonly executionType: "scheduled" | "onDemand"
  readonly size: number
  readonly progress: NonNullable<History.RunSpec["progress"]>
}

const plan = (spec: Workflows.WorkflowSpec, random: Random.Random): ReadonlyArray<Planned> => {
  const planned: Array<Planned> = []
  const minutes = random.int(0, 59)
  for (let past = days; past >= 0 && spec.daily !== undefined; past--) {
    const scheduled = now - past * day - random.int(2, 4) * hour + minutes * 60_000 - 3 * hour
    planned.push({
      scheduled,
      executionType: "scheduled",
      size: random.int(...spec.daily),
      progress: random.chance(0.03) ? "canceled" : "finished"
    })
  }
  for (let i = 0; i < (spec.onDemand ?? 0); i++) {
    const scheduled = now - random.int(1, days) * day + random.int(-8 * 60, 8 * 60) * 60_000
    planned.push({ scheduled, executionType: "onDemand", size: random.int(1, 3), progress: "finished" })
  }
  return planned.sort((a, b) => a.scheduled - b.scheduled)
}

/** Weeks of daily work. */
const fillBusy = (spec: Workflows.WorkflowSpec, people: ReadonlyArray<Store.Node>) => (workflow: Store.Node): void => {
  addTasks(workflow, spec.tasks)
  const random = Random.make(`history ${spec.id}`)
  const common = { workflow, failureRate: spec.failureRate, random }
  for (const { executionType, progress, scheduled, size } of plan(spec, random)) {
    const users = random.sample(people, size)
    const run = History.makeRun({ ...common, users, scheduled, executionType, progress })
    if (random.chance(0.4)) {
      retryFailed(run, { ...common, failureRate: 0.02, scheduled: scheduled + random.int(1, 3) * hour })
    }
  }
  // This morning.
  if (spec.category === "joiner" || spec.category === "leaver") {
    const users = random.sample(people, random.int(4, 6))
    const progress = random.pick(["running", "waiting"] as const)
    History.makeRun({
      ...common,
      users,
      scheduled: now - random.int(20, 90) * 1000,
      executionType: "scheduled",
      progress
    })
  }
}

/** One run for most of the company, and another for those with whom it failed. */
const fillLarge = (runId: string, people: ReadonlyArray<Store.Node>) => (workflow: Store.Node): void => {
  addTasks(workflow, large.tasks)
  const random = Random.make("large run")
  const run = History.makeRun({
    workflow,
    users: random.sample(people, 360),
    scheduled: Date.UTC(2022, 8, 5, 6),
    executionType: "scheduled",
    failureRate: 0.03,
    random,
    id: runId
  })
  retryFailed(run, { workflow, scheduled: Date.UTC(2022, 8, 5, 13, 40), failureRate: 0.05, random })
}

/** A deleted workflow with a run that went wrong, and went wrong again, until it went well. */
const deleted = (
  ids: { readonly workflowId: string; readonly runId: string },
  author: Store.Node,
  people: ReadonlyArray<Store.Node>
): Store.Node => {
  const workflow = Workflows.make(
    {
      id: ids.workflowId,
      displayName: "Germany offboard employees",
      description: "Employee offboarding for Contoso Germany.",
      category: "leaver",
      version: 4,
      conditions: Workflows.timeBased("employeeLeaveDateTime", -7, "(startsWith(employeeType, 'member'))")
    },
    author,
    (workflow) => {
      addTasks(workflow, [{ definition: "removeAllLicenses" }, { definition: "removeUserFromAllTeams" }])
      const random = Random.make("deleted")
      const scheduled = Date.UTC(2022, 8, 1, 6)
      const common = { workflow, scheduled, random }
      const run = History.makeRun({
        ...common,
        users: random.sample(people, 3),
        executionType: "onDemand",
        failureRate: 1,
        id: ids.runId
      })
      const again = retryFailed(run, { ...common, scheduled: scheduled + hour, failureRate: 1 })
      if (again !== undefined) retryFailed(again, { ...common, scheduled: scheduled + 2 * hour, failureRate: 0 })
    }
  )
  workflow.properties = { ...workflow.properties, deletedDateTime: "2022-09-12T08:15:30.4417203Z" }
  return workflow
}

/** The node above all of Graph's paths. */
export const root = (options: {
  readonly domain: string
  readonly company: string
  readonly largeRun: { readonly workflowId: string; readonly runId: string }
  readonly deletedRun: { readonly workflowId: string; readonly runId: string }
}): Store.Node => {
  const people = People.make({ ...options, ids: Printed.userIds, size: 420, now })
  const byId = new Map(people.map((person) => [Store.idOf(person), person]))
  // Nobody but the examples' own runs has to do with their users: what the examples print stays all there is.
  const others = people.slice(Printed.userIds.length)
  const author = others[0]!

  const workflows = [
    ...Printed.workflows((id) => byId.get(id)!, author),
    ...Workflows.specs.map((spec) => Workflows.make(spec, author, fillBusy(spec, others))),
    Workflows.make({ ...large, id: options.largeRun.workflowId }, author, fillLarge(options.largeRun.runId, others))
  ]
  const deletedWorkflows = [Tenantwide.deletedWorkflow(), deleted(options.deletedRun, author, others)]
  return Store.node({}, {
    collections: { users: people, groups: Tenantwide.groups(others) },
    links: {
      identityGovernance: Store.node({}, {
        links: {
          lifecycleWorkflows: Store.node({}, {
            collections: { workflows, customTaskExtensions: Tenantwide.extensions(author) },
            links: {
              deletedItems: Store.node({}, { collections: { workflows: deletedWorkflows } }),
              settings: Tenantwide.settings()
            }
          })
        }
      })
    }
  })
}
