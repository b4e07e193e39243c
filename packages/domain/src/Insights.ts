/**
 * Counts over all workflows of a tenant, in a span of time.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { TaskDefinitionId, WorkflowId } from "./Ids.js"
import { WorkflowCategory } from "./Workflow.js"

/**
 * How many runs, tasks and users succeeded or failed.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-workflowsinsightssummary
 * @since 0.1.0
 * @category Schemas
 */
export const WorkflowsInsightsSummary = Schema.Struct({
  failedRuns: Schema.Int,
  failedTasks: Schema.Int,
  failedUsers: Schema.Int,
  successfulRuns: Schema.Int,
  successfulTasks: Schema.Int,
  successfulUsers: Schema.Int,
  totalRuns: Schema.Int,
  totalTasks: Schema.Int,
  totalUsers: Schema.Int
})

/**
 * How many runs, tasks and users succeeded or failed.
 *
 * @since 0.1.0
 * @category Models
 */
export type WorkflowsInsightsSummary = typeof WorkflowsInsightsSummary.Type

/**
 * How many runs succeeded or failed, by category of workflow.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-workflowsinsightsbycategory
 * @since 0.1.0
 * @category Schemas
 */
export const WorkflowsInsightsByCategory = Schema.Struct({
  failedJoinerRuns: Schema.Int,
  failedLeaverRuns: Schema.Int,
  failedMoverRuns: Schema.Int,
  successfulJoinerRuns: Schema.Int,
  successfulLeaverRuns: Schema.Int,
  successfulMoverRuns: Schema.Int,
  totalJoinerRuns: Schema.Int,
  totalLeaverRuns: Schema.Int,
  totalMoverRuns: Schema.Int
})

/**
 * How many runs succeeded or failed, by category of workflow.
 *
 * @since 0.1.0
 * @category Models
 */
export type WorkflowsInsightsByCategory = typeof WorkflowsInsightsByCategory.Type

/**
 * How often one of the most processed tasks succeeded or failed.
 *
 * Microsoft's page prints `totalProcessedTasks` for `totalTasks` in all items but the first; it is no JSON either.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-toptasksinsightssummary
 * @since 0.1.0
 * @category Schemas
 */
export const TopTasksInsightsSummary = Schema.Struct({
  failedTasks: Schema.Int,
  failedUsers: Schema.Int,
  successfulTasks: Schema.Int,
  successfulUsers: Schema.Int,
  taskDefinitionDisplayName: Schema.String,
  taskDefinitionId: TaskDefinitionId,
  totalTasks: Schema.Int,
  totalUsers: Schema.Int
})

/**
 * How often one of the most processed tasks succeeded or failed.
 *
 * @since 0.1.0
 * @category Models
 */
export type TopTasksInsightsSummary = typeof TopTasksInsightsSummary.Type

/**
 * How often one of the most processed workflows succeeded or failed.
 *
 * Microsoft's page prints `scheduledRuns` and `onDemandRuns` too, which the metadata does not have, and no JSON.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-topworkflowsinsightssummary
 * @since 0.1.0
 * @category Schemas
 */
export const TopWorkflowsInsightsSummary = Schema.Struct({
  failedRuns: Schema.Int,
  failedUsers: Schema.Int,
  successfulRuns: Schema.Int,
  successfulUsers: Schema.Int,
  totalRuns: Schema.Int,
  totalUsers: Schema.Int,
  workflowCategory: WorkflowCategory,
  workflowDisplayName: Schema.String,
  workflowId: WorkflowId,
  workflowVersion: Schema.Int
})

/**
 * How often one of the most processed workflows succeeded or failed.
 *
 * @since 0.1.0
 * @category Models
 */
export type TopWorkflowsInsightsSummary = typeof TopWorkflowsInsightsSummary.Type
