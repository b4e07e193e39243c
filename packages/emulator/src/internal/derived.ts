import * as Store from "../Store.js"
import { definitionOf } from "./definitions.js"
import { countBy, tasksOf } from "./results.js"
import * as Random from "./seed/random.js"

/** A version of a workflow as it was, or as the workflow is now. */
export const versionOf = (workflow: Store.Node): Store.Node => {
  const {
    deletedDateTime: _deleted,
    id: _id,
    nextScheduleRunDateTime: _next,
    quarantineDetails: _quarantine,
    version,
    ...properties
  } = workflow.properties
  // It began when the one before it was replaced.
  const since = workflow.collections.versions?.get(String(Number(version) - 1))?.properties.replacedDateTime
  return Store.node({
    ...properties,
    createdDateTime: since ?? properties.createdDateTime,
    versionNumber: version
  }, {
    links: workflow.links,
    collections: { tasks: Store.members(workflow, "tasks") }
  })
}

const versions = (workflow: Store.Node): ReadonlyArray<Store.Node> => {
  const past = Store.members(workflow, "versions").filter((version) =>
    version.properties.versionNumber !== workflow.properties.version
  )
  return [...past, versionOf(workflow)].sort((a, b) =>
    Number(b.properties.versionNumber) - Number(a.properties.versionNumber)
  )
}

const statusOf = (results: ReadonlyArray<Store.Node>, total: number): string => {
  const count = countBy(results, "processingStatus")
  const has = (status: string) => (count.get(status) ?? 0) > 0
  if (results.length > 0 && count.get("queued") === results.length) return "queued"
  if (has("inProgress") || has("queued")) return "inProgress"
  if (has("canceled")) return "canceled"
  if (has("failed")) return count.get("failed") === total ? "failed" : "completedWithErrors"
  return "completed"
}

/** A report for each task of each run. */
const taskReports = (workflow: Store.Node): ReadonlyArray<Store.Node> =>
  Store.members(workflow, "runs").flatMap((run) => {
    const { properties } = run
    const total = Number(properties.totalUsersCount)
    const byTask = groupByTask(Store.members(run, "taskProcessingResults"))
    return tasksOf(workflow, run).map((task) => {
      const definition = definitionOf(task)
      const results = byTask.get(task) ?? []
      const count = countBy(results, "processingStatus")
      const successful = count.get("completed") ?? 0
      const failed = count.get("failed") ?? 0
      return Store.node({
        id: Random.make(`report ${Store.idOf(run)} ${Store.idOf(task)}`).guid(),
        completedDateTime: properties.completedDateTime,
        failedUsersCount: failed,
        lastUpdatedDateTime: properties.lastUpdatedDateTime,
        processingStatus: results.length === 0 ? properties.processingStatus : statusOf(results, total),
        runId: properties.id,
        startedDateTime: properties.startedDateTime,
        successfulUsersCount: successful,
        totalUsersCount: total,
        unprocessedUsersCount: total - successful - failed
      }, {
        links: definition === undefined ? { task } : { task, taskDefinition: definition },
        collections: { taskProcessingResults: results }
      })
    })
  })

const groupByTask = (results: ReadonlyArray<Store.Node>): Map<Store.Node | undefined, Array<Store.Node>> => {
  const groups = new Map<Store.Node | undefined, Array<Store.Node>>()
  for (const result of results) {
    const group = groups.get(result.links.task)
    if (group === undefined) groups.set(result.links.task, [result])
    else group.push(result)
  }
  return groups
}

const namespace = "#microsoft.graph.identityGovernance"

/** A subject as results of subjects show it. One that came through provisioning says so itself. */
const subjectOf = (result: Store.Node): Store.Properties => {
  const { properties } = result.links.subject!
  return typeof properties["@odata.type"] === "string" ? properties : {
    "@odata.type": `${namespace}.directoryObjectWorkflowSubject`,
    directoryObject: { "@odata.type": "#microsoft.graph.user", id: properties.id }
  }
}

const subjectProcessingResults = (run: Store.Node): ReadonlyArray<Store.Node> =>
  Store.members(run, "userProcessingResults").map((result) => {
    const subject = subjectOf(result)
    const isUser = subject["@odata.type"] === `${namespace}.directoryObjectWorkflowSubject`
    return Store.node({
      ...result.properties,
      subject,
      subjectType: isUser ? "user" : "provisioningObject"
    }, {
      collections: {
        taskProcessingResults: Store.members(result, "taskProcessingResults"),
        reprocessedRuns: Store.members(result, "reprocessedRuns")
      }
    })
  })

/**
 * Collections that follow from others, by navigation property: they are computed when they are read, and nothing that is in the
 * tree can contradict them. The execution scope is what Microsoft prints for it: the results of the workflow's users.
 */
export const derived: { readonly [name: string]: (node: Store.Node) => ReadonlyArray<Store.Node> } = {
  executionScope: (workflow) => Store.members(workflow, "userProcessingResults"),
  subjectProcessingResults,
  taskReports,
  versions
}
