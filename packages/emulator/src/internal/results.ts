import * as Store from "../Store.js"

/** How many nodes have each value of a property. */
export const countBy = (nodes: ReadonlyArray<Store.Node>, name: string): ReadonlyMap<unknown, number> => {
  const counts = new Map<unknown, number>()
  for (const { properties } of nodes) counts.set(properties[name], (counts.get(properties[name]) ?? 0) + 1)
  return counts
}

/** The sum of a property. */
export const sum = (nodes: ReadonlyArray<Store.Node>, name: string): number =>
  nodes.reduce((total, { properties }) => total + Number(properties[name]), 0)

/**
 * The tasks that a run carried out. A run keeps them where the workflow has changed since; otherwise they are the workflow's.
 */
export const tasksOf = (workflow: Store.Node, run: Store.Node): ReadonlyArray<Store.Node> =>
  Store.members(run.collections.tasks === undefined ? workflow : run, "tasks")

/** Makes the runs of a workflow keep their tasks, because the workflow is about to get others. */
export const keepTasks = (workflow: Store.Node): void => {
  for (const run of Store.members(workflow, "runs")) {
    if (run.collections.tasks === undefined) run.collections.tasks = new Map(workflow.collections.tasks)
  }
}

/** Whether something went wrong. */
export const isFailed = (status: unknown): boolean => status === "failed" || status === "completedWithErrors"

/** The counts that the results of a run's users come to. */
export const runCounts = (results: ReadonlyArray<Store.Node>) => {
  const count = countBy(results, "processingStatus")
  return {
    failedTasksCount: sum(results, "failedTasksCount"),
    failedUsersCount: (count.get("failed") ?? 0) + (count.get("completedWithErrors") ?? 0),
    successfulUsersCount: count.get("completed") ?? 0,
    totalTasksCount: sum(results, "totalTasksCount"),
    totalUnprocessedTasksCount: sum(results, "totalUnprocessedTasksCount"),
    totalUsersCount: results.length
  }
}
