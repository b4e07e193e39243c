import * as EdmDuration from "@effect-msgraph/domain/EdmDuration"
import * as Tasks from "@effect-msgraph/domain/Tasks"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as Store from "../../Store.js"
import type * as TaskFailure from "../../TaskFailure.js"
import * as Random from "../seed/random.js"
import { failureReason } from "../seed/tasks.js"
import { type State, timestamp } from "../state.js"

/** What will become of a task for a user, unless something comes between. */
export interface PlannedTask {
  readonly result: Store.Node
  readonly task: Store.Node
  readonly failure: string | undefined
  /** For how long it waits until a Logic App calls back, where it does. */
  readonly timeout: number | undefined
  /** That the Logic App has called back. */
  callback: { readonly at: number; readonly failure: string | undefined } | undefined
}

/** What will become of a user. */
export interface PlannedUser {
  readonly result: Store.Node
  readonly tasks: ReadonlyArray<PlannedTask>
}

/** A run that is not over. */
export interface Live {
  readonly workflow: Store.Node
  readonly run: Store.Node
  readonly users: ReadonlyArray<PlannedUser>
  readonly scheduled: number
  readonly start: number
  canceledAt: number | undefined
  /** Whether the thresholds held it up; not known before it starts. */
  quarantined: boolean | undefined
}

/** Whom a run is for: a user, the tasks to carry out, and the result of an earlier run that this one makes up for. */
export interface Subject {
  readonly subject: Store.Node
  readonly tasks: ReadonlyArray<Store.Node>
  readonly again?: Store.Node | undefined
}

/** A run to be started. */
export interface Activation {
  readonly workflow: Store.Node
  readonly subjects: ReadonlyArray<Subject>
  readonly executionType: string
  readonly activatedOnScope?: Store.Properties | undefined
  /** The run that this one makes up for. */
  readonly again?: Store.Node | undefined
}

/** The tasks of a workflow that are carried out. */
export const enabledTasks = (workflow: Store.Node): ReadonlyArray<Store.Node> =>
  Store.members(workflow, "tasks").filter((task) => task.properties.isEnabled !== false)

const same = (wanted: string | undefined, actual: unknown): boolean =>
  wanted === undefined || wanted.toLowerCase() === String(actual).toLowerCase()

/** Whether a rule speaks of a task, and of a user where one is meant. */
export const meets = (
  rule: TaskFailure.Rule,
  workflow: Store.Node,
  task: Store.Node,
  subject: Store.Node | undefined
): boolean =>
  same(rule.workflowId, workflow.properties.id) && same(rule.taskId, task.properties.id) &&
  same(rule.taskDefinitionId, task.properties.taskDefinitionId) &&
  (subject === undefined ? rule.userId === undefined : same(rule.userId, subject.properties.id))

export const reasonOf = (rule: TaskFailure.Rule): string => rule.reason ?? "The task failed, as it was told to."

const takeRule = (state: State, workflow: Store.Node, task: Store.Node, subject: Store.Node): string | undefined => {
  const { processing } = state
  const rule = processing.failures.find((rule) => meets(rule, workflow, task, subject))
  if (rule === undefined) return undefined
  if (rule.times !== undefined) {
    processing.failures = processing.failures.flatMap((other) =>
      other !== rule ? [other] : rule.times === 1 ? [] : [{ ...rule, times: rule.times! - 1 }]
    )
  }
  return reasonOf(rule)
}

/** The extension that a task calls: nothing where it calls none, `null` where it calls one that is not there. */
export const extensionOf = (state: State, task: Store.Node): Store.Node | null | undefined => {
  if (!same(Tasks.definitions.runCustomTaskExtension.id, task.properties.taskDefinitionId)) return undefined
  const values = task.properties.arguments as ReadonlyArray<{ readonly name: string; readonly value?: string | null }>
  const id = values.find(({ name }) => name === "customTaskExtensionID")?.value ?? ""
  return Store.members(state.area, "customTaskExtensions").find((extension) => same(id, extension.properties.id)) ??
    null
}

const defaultTimeout = Duration.toMillis("30 minutes")

const decodeDuration = Schema.decodeUnknownOption(EdmDuration.EdmDuration)

/** For how long a task waits for its extension. One without a callback configuration is done when the call is taken. */
const timeoutOf = (extension: Store.Node | null | undefined): number | undefined => {
  const callback = extension?.properties.callbackConfiguration as
    | { readonly timeoutDuration?: unknown }
    | null
    | undefined
  if (callback === null || callback === undefined) return undefined
  const duration = decodeDuration(callback.timeoutDuration)
  return duration._tag === "Some" ? Duration.toMillis(duration.value) : defaultTimeout
}

const missingExtension = "The custom task extension does not exist."

const planTask = (state: State, workflow: Store.Node, task: Store.Node, subject: Store.Node): PlannedTask => {
  const extension = extensionOf(state, task)
  const ruled = takeRule(state, workflow, task, subject)
  const unlucky = state.processing.failureRate > 0 && state.random.chance(state.processing.failureRate)
  return {
    task,
    failure: ruled ?? (extension === null ? missingExtension : unlucky ? failureReason(task, state.random) : undefined),
    timeout: timeoutOf(extension),
    callback: undefined,
    result: Store.node({
      id: state.random.guid(),
      completedDateTime: null,
      createdDateTime: timestamp(state.now),
      failureReason: null,
      processingInfo: null,
      processingStatus: "queued",
      startedDateTime: null
    }, { links: { subject, task } })
  }
}

/** The key that some runs have, which no other run of the workflow has. */
const runKey = (workflow: Store.Node, now: number): string => {
  let time = now
  const key = () => `${Store.idOf(workflow)}_${Random.ticks(time)}`
  while (workflow.collections.runs?.has(key()) === true) time++
  return key()
}

/** Starts a run: it hangs in the tree at once, and goes on as time passes. */
export const start = (state: State, activation: Activation): Live => {
  const { executionType, workflow } = activation
  const { now } = state
  const scoped = executionType === "activatedWithScope"
  const key = runKey(workflow, now)
  const common = {
    completedDateTime: null,
    processingStatus: "queued",
    scheduledDateTime: timestamp(now),
    startedDateTime: null,
    failedTasksCount: 0,
    workflowExecutionType: executionType
  }
  const run = Store.node({
    id: scoped ? key : state.random.guid(),
    activatedOnScope: activation.activatedOnScope ?? null,
    ...common
  }, { collections: { reprocessedRuns: [], taskProcessingResults: [], userProcessingResults: [] } })
  Store.add(workflow, "runs", run)
  run.collections.tasks = new Map()
  const users = activation.subjects.map(({ again, subject, tasks }): PlannedUser => {
    const planned = tasks.map((task) => planTask(state, workflow, task, subject))
    const result = Store.node({
      id: scoped
        ? `${Store.idOf(workflow)}_${workflow.properties.version}_${key}_${Store.idOf(subject)}`
        : state.random.guid(),
      ...common,
      totalTasksCount: tasks.length,
      totalUnprocessedTasksCount: tasks.length,
      workflowVersion: workflow.properties.version
    }, { links: { subject }, collections: { reprocessedRuns: [], taskProcessingResults: [] } })
    for (const parent of [run, workflow]) Store.add(parent, "userProcessingResults", result)
    for (const { result: taskResult, task } of planned) {
      for (const parent of [result, run, task]) Store.add(parent, "taskProcessingResults", taskResult)
      Store.add(run, "tasks", task)
    }
    if (again !== undefined) Store.add(again, "reprocessedRuns", run)
    return { result, tasks: planned }
  })
  if (activation.again !== undefined) Store.add(activation.again, "reprocessedRuns", run)
  const live: Live = {
    workflow,
    run,
    users,
    scheduled: now,
    start: now + state.processing.queue,
    canceledAt: undefined,
    quarantined: undefined
  }
  state.live.add(live)
  return live
}
