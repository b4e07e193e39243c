/**
 * A report of one run: how many users ended in which state, and which tasks failed for whom.
 */
import type { GraphError } from "@effect-msgraph/client"
import { LifecycleWorkflows } from "@effect-msgraph/client"
import type { Ids } from "@effect-msgraph/domain"
import { Effect, Stream } from "effect"

export interface FailedTask {
  readonly user: Ids.UserId
  readonly task: string
  readonly reason: string
}

export interface RunReport {
  readonly users: number
  readonly byStatus: ReadonlyMap<string, number>
  readonly failedTasks: ReadonlyArray<FailedTask>
}

export const runReport = (run: {
  readonly workflowId: Ids.WorkflowId
  readonly runId: Ids.RunId
}): Effect.Effect<RunReport, GraphError.GraphError, LifecycleWorkflows.LifecycleWorkflows> =>
  Effect.gen(function*() {
    const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
    const byStatus = new Map<string, number>()

    const failedTasks = yield* lcw.workflows.runs.userProcessingResults.list(run, {
      select: ["id", "subject", "processingStatus", "failedTasksCount"]
    }).pipe(
      Stream.tap((result) =>
        Effect.sync(() => byStatus.set(result.processingStatus, (byStatus.get(result.processingStatus) ?? 0) + 1))
      ),
      Stream.filter((result) => result.failedTasksCount > 0),
      Stream.flatMap(
        (result) =>
          lcw.workflows.userProcessingResults.taskProcessingResults.list({
            workflowId: run.workflowId,
            userProcessingResultId: result.id
          }).pipe(
            Stream.filter((taskResult) => taskResult.processingStatus === "failed"),
            Stream.map((taskResult): FailedTask => ({
              user: result.subject.id,
              task: taskResult.task.displayName,
              reason: taskResult.failureReason ?? "no reason given"
            }))
          ),
        { concurrency: 8 }
      ),
      Stream.runCollect
    )

    return {
      users: Array.from(byStatus.values()).reduce((sum, count) => sum + count, 0),
      byStatus,
      failedTasks: Array.from(failedTasks)
    }
  })
