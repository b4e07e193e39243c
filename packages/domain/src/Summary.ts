/**
 * Counts of runs, users, subjects and tasks over a span of time, of one workflow.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * How many runs of a workflow succeeded or failed.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-runsummary
 * @since 0.1.0
 * @category Schemas
 */
export const RunSummary = Schema.Struct({
  failedRuns: Schema.Int,
  failedTasks: Schema.Int,
  successfulRuns: Schema.Int,
  totalRuns: Schema.Int,
  totalTasks: Schema.Int,
  totalUsers: Schema.Int
})

/**
 * How many runs of a workflow succeeded or failed.
 *
 * @since 0.1.0
 * @category Models
 */
export type RunSummary = typeof RunSummary.Type

/**
 * For how many users a workflow succeeded or failed.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-usersummary
 * @since 0.1.0
 * @category Schemas
 */
export const UserSummary = Schema.Struct({
  failedTasks: Schema.Int,
  failedUsers: Schema.Int,
  successfulUsers: Schema.Int,
  totalTasks: Schema.Int,
  totalUsers: Schema.Int
})

/**
 * For how many users a workflow succeeded or failed.
 *
 * @since 0.1.0
 * @category Models
 */
export type UserSummary = typeof UserSummary.Type

/**
 * For how many subjects a run succeeded or failed. Documented for v1.0, in the metadata of beta only.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-subjectsummary
 * @since 0.1.0
 * @category Schemas
 */
export const SubjectSummary = Schema.Struct({
  failedSubjects: Schema.Int,
  failedTasks: Schema.Int,
  successfulSubjects: Schema.Int,
  totalSubjects: Schema.Int,
  totalTasks: Schema.Int
})

/**
 * For how many subjects a run succeeded or failed. Documented for v1.0, in the metadata of beta only.
 *
 * @since 0.1.0
 * @category Models
 */
export type SubjectSummary = typeof SubjectSummary.Type

/**
 * How many tasks of a workflow succeeded, failed or were not processed.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-taskreportsummary
 * @since 0.1.0
 * @category Schemas
 */
export const TaskReportSummary = Schema.Struct({
  failedTasks: Schema.Int,
  successfulTasks: Schema.Int,
  totalTasks: Schema.Int,
  unprocessedTasks: Schema.Int
})

/**
 * How many tasks of a workflow succeeded, failed or were not processed.
 *
 * @since 0.1.0
 * @category Models
 */
export type TaskReportSummary = typeof TaskReportSummary.Type
