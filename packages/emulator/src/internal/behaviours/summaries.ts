import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Store from "../../Store.js"
import { type Failure, refused } from "../failure.js"
import * as Navigation from "../navigation.js"
import { isFailed, sum } from "../results.js"
import type { Act, Behaviours } from "./behaviour.js"

type Within = (node: Store.Node) => boolean

/** What a period holds: whatever began in it, first and last moment included; what has not begun counts by when it was due. */
const period = ({ parameters }: Act): Either.Either<Within, Failure> => {
  const from = DateTime.toEpochMillis(parameters.startDateTime)
  const to = DateTime.toEpochMillis(parameters.endDateTime)
  return from > to
    ? Either.left(refused("The start of the period must not be after its end."))
    : Either.right(({ properties }) => {
      const at = Date.parse(String(properties.startedDateTime ?? properties.scheduledDateTime))
      return at >= from && at <= to
    })
}

const during = (act: Act, nodes: ReadonlyArray<Store.Node>): Either.Either<ReadonlyArray<Store.Node>, Failure> =>
  Either.map(period(act), (within) => nodes.filter(within))

const succeeded = (nodes: ReadonlyArray<Store.Node>): number =>
  nodes.filter(({ properties }) => properties.processingStatus === "completed").length

const failed = (nodes: ReadonlyArray<Store.Node>): number =>
  nodes.filter(({ properties }) => isFailed(properties.processingStatus)).length

const runsOf = (act: Act): Either.Either<ReadonlyArray<readonly [Store.Node, ReadonlyArray<Store.Node>]>, Failure> =>
  Either.map(
    period(act),
    (within) =>
      Store.members(act.state.area, "workflows").map((workflow) =>
        [workflow, Store.members(workflow, "runs").filter(within)] as const
      )
  )

/** How often each of the most frequent comes up. Microsoft does not say how many these are. */
const top = 10

/** Counts of runs, of users and of tasks: a user counts once in each run. */
export const summaries: Behaviours = {
  "workflows.runs.summary": (act) =>
    Either.map(during(act, Store.members(act.target, "runs")), (runs) => ({
      failedRuns: failed(runs),
      failedTasks: sum(runs, "failedTasksCount"),
      successfulRuns: succeeded(runs),
      totalRuns: runs.length,
      totalTasks: sum(runs, "totalTasksCount"),
      totalUsers: sum(runs, "totalUsersCount")
    })),

  "workflows.userProcessingResults.summary": (act) =>
    Either.map(during(act, Store.members(act.target, "userProcessingResults")), (results) => ({
      failedTasks: sum(results, "failedTasksCount"),
      failedUsers: failed(results),
      successfulUsers: succeeded(results),
      totalTasks: sum(results, "totalTasksCount"),
      totalUsers: results.length
    })),

  "workflows.runs.subjectProcessingResults.summary": (act) =>
    Either.map(during(act, Store.members(act.target, "userProcessingResults")), (results) => ({
      failedSubjects: failed(results),
      failedTasks: sum(results, "failedTasksCount"),
      successfulSubjects: succeeded(results),
      totalSubjects: results.length,
      totalTasks: sum(results, "totalTasksCount")
    })),

  "workflows.taskReports.summary": (act) =>
    Either.map(during(act, Navigation.members(act.target, "taskReports")), (reports) => ({
      failedTasks: sum(reports, "failedUsersCount"),
      successfulTasks: sum(reports, "successfulUsersCount"),
      totalTasks: sum(reports, "totalUsersCount"),
      unprocessedTasks: sum(reports, "unprocessedUsersCount")
    })),

  "insights.workflowsProcessedSummary": (act) =>
    Either.map(runsOf(act), (byWorkflow) => {
      const runs = byWorkflow.flatMap(([, runs]) => runs)
      const [totalTasks, failedTasks] = [sum(runs, "totalTasksCount"), sum(runs, "failedTasksCount")]
      return {
        failedRuns: failed(runs),
        failedTasks,
        failedUsers: sum(runs, "failedUsersCount"),
        successfulRuns: succeeded(runs),
        successfulTasks: totalTasks - failedTasks - sum(runs, "totalUnprocessedTasksCount"),
        successfulUsers: sum(runs, "successfulUsersCount"),
        totalRuns: runs.length,
        totalTasks,
        totalUsers: sum(runs, "totalUsersCount")
      }
    }),

  "insights.workflowsProcessedByCategory": (act) =>
    Either.map(runsOf(act), (byWorkflow) =>
      Object.fromEntries(
        ["Joiner", "Leaver", "Mover"].flatMap((category) => {
          const runs = byWorkflow.flatMap(([{ properties }, runs]) =>
            properties.category === category.toLowerCase() ? runs : []
          )
          return [
            [`failed${category}Runs`, failed(runs)],
            [`successful${category}Runs`, succeeded(runs)],
            [`total${category}Runs`, runs.length]
          ] as const
        })
      )),

  "insights.topWorkflowsProcessedSummary": (act) =>
    Either.map(
      runsOf(act),
      (byWorkflow) =>
        byWorkflow.filter(([, runs]) => runs.length > 0).sort(([, a], [, b]) => b.length - a.length).slice(0, top).map((
          [{ properties }, runs]
        ) => ({
          failedRuns: failed(runs),
          failedUsers: sum(runs, "failedUsersCount"),
          successfulRuns: succeeded(runs),
          successfulUsers: sum(runs, "successfulUsersCount"),
          totalRuns: runs.length,
          totalUsers: sum(runs, "totalUsersCount"),
          workflowCategory: properties.category,
          workflowDisplayName: properties.displayName,
          workflowId: properties.id,
          workflowVersion: properties.version
        }))
    ),

  "insights.topTasksProcessedSummary": (act) =>
    Either.map(runsOf(act), (byWorkflow) => {
      const results = byWorkflow.flatMap(([, runs]) =>
        runs.flatMap((run) => Store.members(run, "taskProcessingResults"))
      )
      const byDefinition = new Map<string, Array<Store.Node>>()
      for (const result of results) {
        const id = String(result.links.task?.properties.taskDefinitionId)
        const known = byDefinition.get(id)
        if (known === undefined) byDefinition.set(id, [result])
        else known.push(result)
      }
      const users = (results: ReadonlyArray<Store.Node>, status?: string) =>
        new Set(
          results.filter(({ properties }) => status === undefined || properties.processingStatus === status)
            .map(({ links }) => links.subject)
        ).size
      return [...byDefinition].sort(([, a], [, b]) => b.length - a.length).slice(0, top).map(([id, results]) => ({
        failedTasks: failed(results),
        failedUsers: users(results, "failed"),
        successfulTasks: succeeded(results),
        successfulUsers: users(results, "completed"),
        taskDefinitionDisplayName: act.state.area.collections.taskDefinitions?.get(id)?.properties.displayName ??
          String(results[0]!.links.task?.properties.displayName),
        taskDefinitionId: id,
        totalTasks: results.length,
        totalUsers: users(results)
      }))
    })
}
