import * as Store from "../../Store.js"
import { runCounts } from "../results.js"
import * as Random from "./random.js"
import * as Tasks from "./tasks.js"

/** What became of a workflow for one user, and when it was done with the user. */
interface Processed {
  readonly result: Store.Node
  readonly finished: number | undefined
}

/** A run to be made up. */
export interface RunSpec {
  readonly workflow: Store.Node
  readonly users: ReadonlyArray<Store.Node>
  readonly scheduled: number
  readonly executionType: "scheduled" | "onDemand" | "activatedWithScope"
  readonly failureRate: number
  readonly random: Random.Random
  readonly id?: string | undefined
  readonly activatedOnScope?: Store.Properties | undefined
  /** How far the run has come: to its end, until somebody stopped it, until now, or nowhere yet. */
  readonly progress?: "finished" | "canceled" | "running" | "waiting"
}

type TaskStatus = "completed" | "failed" | "canceled" | "inProgress" | "queued"

/** What the tasks come to for a user: one status each, until a failure ends the sequence. */
const outcomes = (spec: RunSpec, tasks: ReadonlyArray<Store.Node>, done: number): ReadonlyArray<TaskStatus> => {
  const statuses: Array<TaskStatus> = []
  for (const [i, task] of tasks.entries()) {
    if (i < done) {
      const failed = spec.random.chance(spec.failureRate)
      statuses.push(failed ? "failed" : "completed")
      if (failed && task.properties.continueOnError !== true) break
    } else {
      statuses.push(spec.progress === "canceled" ? "canceled" : i === done && done > 0 ? "inProgress" : "queued")
    }
  }
  return statuses
}

const statusOf = (statuses: ReadonlyArray<TaskStatus>, tasks: ReadonlyArray<Store.Node>): string => {
  const stopped = statuses.some((status, i) => status === "failed" && tasks[i]!.properties.continueOnError !== true)
  if (stopped) return "failed"
  if (statuses.includes("canceled")) return "canceled"
  if (statuses.includes("inProgress")) return "inProgress"
  if (statuses.includes("queued")) return "queued"
  return statuses.includes("failed") ? "completedWithErrors" : "completed"
}

const taskResult = (
  spec: RunSpec,
  task: Store.Node,
  subject: Store.Node,
  status: TaskStatus,
  times: { readonly created: number; readonly started: number; readonly finished: number }
): Store.Node => {
  const { random } = spec
  const ran = status === "completed" || status === "failed"
  return Store.node({
    completedDateTime: ran ? Random.timestamp(times.finished, random) : null,
    createdDateTime: Random.timestamp(times.created, random),
    id: random.guid(),
    processingStatus: status,
    startedDateTime: ran || status === "inProgress" ? Random.timestamp(times.started, random) : null,
    failureReason: status === "failed" ? random.pick(Tasks.definitionOf(task).failures) : null,
    processingInfo: null
  }, { links: { subject, task } })
}

/** The counts that the results of one user's tasks come to. */
const taskCounts = (total: number, statuses: ReadonlyArray<unknown>) => {
  const failed = statuses.filter((status) => status === "failed").length
  const completed = statuses.filter((status) => status === "completed").length
  return { failed, unprocessed: total - failed - completed }
}

const processUser = (spec: RunSpec, subject: Store.Node, begin: number, run: string): Processed => {
  const { random, workflow } = spec
  const tasks = Store.members(workflow, "tasks")
  const done = spec.progress === "waiting"
    ? 0
    : spec.progress === "running" || spec.progress === "canceled"
    ? random.int(0, tasks.length)
    : tasks.length
  const statuses = outcomes(spec, tasks, done)
  const status = statusOf(statuses, tasks)
  const started = begin + random.int(40, 900)
  let at = started
  const taskResults = statuses.map((status, i) => {
    const begun = at + random.int(60, 600)
    const finished = begun + Tasks.definitionOf(tasks[i]!).seconds * random.int(200, 900)
    if (status === "completed" || status === "failed") at = finished
    return taskResult(spec, tasks[i]!, subject, status, { created: started, started: begun, finished })
  })
  const ended = status !== "inProgress" && status !== "queued" ? at + random.int(50, 900) : undefined
  const { failed, unprocessed } = taskCounts(tasks.length, statuses)
  const composite = `${Store.idOf(workflow)}_${workflow.properties.version}_${run}_${Store.idOf(subject)}`
  const result = Store.node({
    id: spec.executionType === "activatedWithScope" ? composite : random.guid(),
    completedDateTime: ended === undefined ? null : Random.timestamp(ended, random),
    failedTasksCount: failed,
    processingStatus: status,
    scheduledDateTime: Random.timestamp(spec.scheduled, random),
    startedDateTime: status === "queued" ? null : Random.timestamp(started, random),
    totalTasksCount: tasks.length,
    totalUnprocessedTasksCount: unprocessed,
    workflowExecutionType: spec.executionType,
    workflowVersion: workflow.properties.version
  }, { links: { subject }, collections: { taskProcessingResults: taskResults, reprocessedRuns: [] } })
  return { result, finished: ended }
}

const runStatus = (spec: RunSpec, results: ReadonlyArray<Store.Node>): string => {
  if (spec.progress === "waiting") return "queued"
  if (spec.progress === "running") return "inProgress"
  if (spec.progress === "canceled") return "canceled"
  const { failedUsersCount, totalUsersCount } = runCounts(results)
  if (failedUsersCount === 0) return "completed"
  const failed = results.filter((result) => result.properties.processingStatus === "failed").length
  return failed === totalUsersCount ? "failed" : "completedWithErrors"
}

/** Hangs a run with its results into the tree, wherever they can be reached. */
export const attach = (workflow: Store.Node, run: Store.Node, results: ReadonlyArray<Store.Node>): Store.Node => {
  Store.add(workflow, "runs", run)
  Store.collectionOf(run, "userProcessingResults")
  Store.collectionOf(run, "taskProcessingResults")
  Store.collectionOf(run, "reprocessedRuns")
  for (const result of results) {
    Store.add(workflow, "userProcessingResults", result)
    Store.add(run, "userProcessingResults", result)
    for (const taskResult of Store.members(result, "taskProcessingResults")) {
      Store.add(run, "taskProcessingResults", taskResult)
      Store.add(taskResult.links.task!, "taskProcessingResults", taskResult)
    }
  }
  return run
}

/** Makes up a run: every count in it is the sum of what it counts. */
export const makeRun = (spec: RunSpec): Store.Node => {
  const { random, workflow } = spec
  const key = `${Store.idOf(workflow)}_${Random.ticks(spec.scheduled)}`
  const started = spec.scheduled + random.int(800, 4000)
  // The service works through a handful of users at a time.
  const processed = spec.users.map((user, i) => processUser(spec, user, started + Math.floor(i / 8) * 1500, key))
  const results = processed.map(({ result }) => result)
  const finished = processed.reduce((latest, { finished = 0 }) => Math.max(latest, finished), started)
  const isOver = spec.progress !== "running" && spec.progress !== "waiting"
  const { failedTasksCount, failedUsersCount, ...totals } = runCounts(results)
  const run = Store.node({
    id: spec.id ?? (spec.executionType === "activatedWithScope" ? key : random.guid()),
    activatedOnScope: spec.activatedOnScope ?? null,
    completedDateTime: isOver ? Random.timestamp(finished + random.int(1, 90), random) : null,
    failedTasksCount,
    failedUsersCount,
    lastUpdatedDateTime: Random.timestamp(isOver ? finished + 300_000 + random.int(0, 9999) : finished + 100, random),
    processingStatus: runStatus(spec, results),
    scheduledDateTime: Random.timestamp(spec.scheduled, random),
    startedDateTime: spec.progress === "waiting" ? null : Random.timestamp(started, random),
    ...totals,
    workflowExecutionType: spec.executionType
  })
  // A result was scheduled when its run was, to the last digit.
  for (const result of results) {
    result.properties = { ...result.properties, scheduledDateTime: run.properties.scheduledDateTime }
  }
  return attach(workflow, run, results)
}
