import * as Store from "../../Store.js"
import { runCounts } from "../results.js"
import { deletedItems, type State, timestamp } from "../state.js"
import type { Live, PlannedTask, PlannedUser } from "./plan.js"
import * as Quarantine from "./quarantine.js"

/** When a task begins and ends, and how. `skipped` is a task that is not reached because one before it failed. */
interface Timed {
  readonly begin: number
  readonly end: number
  readonly outcome: "completed" | "failed" | "canceled" | "skipped"
  readonly failure?: string | undefined
}

const timedOut = "The custom task extension did not call back in time."

/** A task that nothing comes between. */
const undisturbed = (state: State, planned: PlannedTask, begin: number): Timed => {
  const done = begin + state.processing.task
  if (planned.failure !== undefined) return { begin, end: done, outcome: "failed", failure: planned.failure }
  if (planned.timeout === undefined) return { begin, end: done, outcome: "completed" }
  const { callback } = planned
  if (callback === undefined) {
    return { begin, end: begin + planned.timeout, outcome: "failed", failure: timedOut }
  }
  return callback.failure === undefined
    ? { begin, end: callback.at, outcome: "completed" }
    : { begin, end: callback.at, outcome: "failed", failure: callback.failure }
}

/** The tasks of a user, one after the other. */
const timeline = (state: State, live: Live, user: PlannedUser): ReadonlyArray<Timed> => {
  const { canceledAt = Infinity } = live
  let at = live.start
  let stopped = false
  return user.tasks.map((planned) => {
    if (stopped) return { begin: at, end: at, outcome: "skipped" }
    if (at >= canceledAt) return { begin: canceledAt, end: canceledAt, outcome: "canceled" }
    const timed = undisturbed(state, planned, at)
    // What is under way is finished, but nobody waits for a callback any more.
    if (planned.timeout !== undefined && timed.end > canceledAt) {
      return { begin: at, end: canceledAt, outcome: "canceled" }
    }
    at = timed.end
    stopped = timed.outcome === "failed" && planned.task.properties.continueOnError !== true
    return timed
  })
}

const set = (node: Store.Node, properties: Store.Properties): void => {
  node.properties = { ...node.properties, ...properties }
}

const taskState = ({ begin, end, failure, outcome }: Timed, now: number): Store.Properties =>
  now >= end
    ? {
      processingStatus: outcome,
      startedDateTime: outcome === "canceled" && begin === end ? null : timestamp(begin),
      completedDateTime: outcome === "canceled" ? null : timestamp(end),
      failureReason: failure ?? null
    }
    : now >= begin
    ? { processingStatus: "inProgress", startedDateTime: timestamp(begin) }
    : { processingStatus: "queued" }

const forget = (live: Live, user: PlannedUser, planned: PlannedTask): void => {
  for (const parent of [user.result, live.run, planned.task]) {
    Store.remove(parent, "taskProcessingResults", Store.idOf(planned.result))
  }
}

/** Brings a user to a moment; the answer is when the user's last task ends. */
const progressUser = (state: State, live: Live, user: PlannedUser, now: number): number => {
  const timed = timeline(state, live, user)
  const end = timed.reduce((latest, { end }) => Math.max(latest, end), originOf(live))
  const started = now >= live.start && isBegun(live)
  const has = (outcome: Timed["outcome"]) => timed.filter((task) => task.outcome === outcome && now >= task.end).length
  for (const [i, planned] of user.tasks.entries()) {
    if (timed[i]!.outcome === "skipped" && now >= timed[i]!.end) forget(live, user, planned)
    else set(planned.result, taskState(timed[i]!, now))
  }
  const isOver = now >= end
  const [failed, completed] = [has("failed"), has("completed")]
  set(user.result, {
    failedTasksCount: failed,
    totalUnprocessedTasksCount: user.tasks.length - failed - completed,
    processingStatus: isOver
      ? stoppedBy(user, timed)
        ? "failed"
        : has("canceled") > 0
        ? "canceled"
        : failed > 0
        ? "completedWithErrors"
        : "completed"
      : started
      ? "inProgress"
      : "queued",
    startedDateTime: started ? timestamp(live.start) : null,
    completedDateTime: isOver ? timestamp(end) : null
  })
  return end
}

/** Whether a run was not canceled before it began. */
const isBegun = (live: Live): boolean => live.canceledAt === undefined || live.canceledAt > live.start

/** When the first thing happened to the users of a run. */
const originOf = (live: Live): number => isBegun(live) ? live.start : live.canceledAt!

/** Whether the last task that ran failed, and was not to be continued after. */
const stoppedBy = (user: PlannedUser, timed: ReadonlyArray<Timed>): boolean =>
  timed.some(({ outcome }, i) => outcome === "failed" && user.tasks[i]!.task.properties.continueOnError !== true)

const holdUp = (live: Live): void => {
  for (const user of live.users) {
    for (const planned of user.tasks) forget(live, user, planned)
    set(user.result, { processingStatus: "quarantined" })
  }
  set(live.run, {
    ...runCounts(live.users.map(({ result }) => result)),
    processingStatus: "quarantined",
    lastUpdatedDateTime: timestamp(live.start)
  })
}

const statusOfRun = (live: Live): string => {
  const statuses = live.users.map(({ result }) => result.properties.processingStatus)
  const failed = statuses.filter((status) => status === "failed").length
  if (failed > 0 && failed === statuses.length) return "failed"
  return statuses.every((status) => status === "completed") ? "completed" : "completedWithErrors"
}

/** Brings a run to a moment; the answer is whether it is over. */
const progressRun = (state: State, live: Live, now: number): boolean => {
  if (live.quarantined === undefined && now >= live.start && isBegun(live)) {
    live.quarantined = Quarantine.holdsUp(state, live)
  }
  if (live.quarantined === true) {
    holdUp(live)
    return true
  }
  const ends = live.users.map((user) => progressUser(state, live, user, now))
  const end = endOf(state, live, ends)
  const isOver = now >= end
  const started = now >= live.start && isBegun(live)
  const events = [live.scheduled, live.start, live.canceledAt, ...ends, end]
  set(live.run, {
    ...runCounts(live.users.map(({ result }) => result)),
    processingStatus: live.canceledAt !== undefined
      ? isOver ? "canceled" : "canceling"
      : isOver
      ? statusOfRun(live)
      : started
      ? "inProgress"
      : "queued",
    startedDateTime: started ? timestamp(live.start) : null,
    completedDateTime: isOver ? timestamp(end) : null,
    lastUpdatedDateTime: timestamp(Math.max(...events.filter((at) => at !== undefined && at <= now) as Array<number>))
  })
  return isOver
}

/** A cancellation takes as long as a task. */
const endOf = (state: State, live: Live, ends: ReadonlyArray<number>): number => {
  const last = ends.reduce((latest, end) => Math.max(latest, end), originOf(live))
  return live.canceledAt === undefined ? last : Math.max(last, live.canceledAt + state.processing.task)
}

/** When a run will be over, as things stand. */
export const expectedEnd = (state: State, live: Live): number =>
  endOf(
    state,
    live,
    live.users.map((user) =>
      timeline(state, live, user).reduce((latest, { end }) => Math.max(latest, end), originOf(live))
    )
  )

/**
 * Brings a tenant to a moment. Everything that changes it is a request, and every request comes here first: so whatever was to happen
 * between two requests happens in its order, with nothing having changed in between.
 */
export const advance = (state: State, now: number): void => {
  state.now = Math.max(state.now, now)
  for (const live of [...state.live].sort((a, b) => a.start - b.start)) {
    if (progressRun(state, live, state.now)) state.live.delete(live)
  }
  for (const [id, at] of state.purges) {
    if (state.now >= at) {
      state.purges.delete(id)
      Store.remove(deletedItems(state), "workflows", id)
    }
  }
}
