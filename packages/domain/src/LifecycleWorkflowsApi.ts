/**
 * The catalogue: every operation of the Lifecycle Workflows API v1.0 that Microsoft documents, each described once.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-lifecycleworkflows-overview
 * @since 0.1.0
 */
import * as CustomTaskExtensions from "./LifecycleWorkflowsApi/CustomTaskExtensions.js"
import * as Definitions from "./LifecycleWorkflowsApi/Definitions.js"
import * as DeletedItems from "./LifecycleWorkflowsApi/DeletedItems.js"
import * as Insights from "./LifecycleWorkflowsApi/Insights.js"
import * as Reports from "./LifecycleWorkflowsApi/Reports.js"
import * as Settings from "./LifecycleWorkflowsApi/Settings.js"
import * as Workflows from "./LifecycleWorkflowsApi/Workflows.js"
import type * as Operation from "./Operation.js"

export * from "./LifecycleWorkflowsApi/CustomTaskExtensions.js"
export * from "./LifecycleWorkflowsApi/Definitions.js"
export * from "./LifecycleWorkflowsApi/DeletedItems.js"
export * from "./LifecycleWorkflowsApi/Insights.js"
export * from "./LifecycleWorkflowsApi/Reports.js"
export * from "./LifecycleWorkflowsApi/Settings.js"
export * from "./LifecycleWorkflowsApi/Workflows.js"

/**
 * The operations as the paths nest them. The client's service has this shape.
 *
 * @since 0.1.0
 * @category Catalogue
 */
export const groups = {
  workflows: {
    /**
     * List workflows.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-workflows
     */
    list: Workflows.listWorkflows,
    /**
     * Create a workflow.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-post-workflows
     */
    create: Workflows.createWorkflow,
    /**
     * Get a workflow.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-get
     */
    get: Workflows.getWorkflow,
    /**
     * Update the basic properties of a workflow.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-update
     */
    update: Workflows.updateWorkflow,
    /**
     * Delete a workflow; it can be restored for 30 days.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-delete
     */
    delete: Workflows.deleteWorkflow,
    /**
     * Run a workflow on demand for users.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-activate
     */
    activate: Workflows.activateWorkflow,
    /**
     * Run a workflow on demand for users, a group, a run or results.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-activatewithscope
     */
    activateWithScope: Workflows.activateWorkflowWithScope,
    /**
     * Run a workflow on demand for one subject, and wait for its result.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-activateandwait
     */
    activateAndWait: Workflows.activateWorkflowAndWait,
    executionScope: {
      /**
       * List the users in scope of a workflow.
       *
       * @see https://learn.microsoft.com/graph/api/workflow-list-executionscope
       */
      list: Workflows.listExecutionScope
    },
    /**
     * Release a workflow from quarantine.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-clearquarantine
     */
    clearQuarantine: Workflows.clearQuarantine,
    /**
     * Preview which tasks of a workflow would fail.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-previewtaskfailures
     */
    previewTaskFailures: Workflows.previewTaskFailures,
    /**
     * Run a workflow for users without changing them.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-previewworkflow
     */
    previewWorkflow: Workflows.previewWorkflow,
    /**
     * Cancel the processing of a run.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-cancelprocessing
     */
    cancelProcessing: Workflows.cancelProcessing,
    /**
     * Create a new version of a workflow.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-createnewversion
     */
    createNewVersion: Workflows.createNewWorkflowVersion,
    tasks: {
      /**
       * List the tasks of a workflow.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-list-task
       */
      list: Workflows.listTasks,
      /**
       * Get a task of a workflow.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-task-get
       */
      get: Workflows.getTask,
      /**
       * Update the basic properties of a task.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-task-update
       */
      update: Workflows.updateTask,
      taskProcessingResults: {
        /**
         * Resume a task that waits for its custom task extension.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-taskprocessingresult-resume
         */
        resume: Workflows.resumeTaskProcessingResult
      }
    },
    versions: {
      /**
       * List the versions of a workflow.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-list-versions
       */
      list: Workflows.listVersions,
      /**
       * Get a version of a workflow.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-workflowversion-get
       */
      get: Workflows.getVersion,
      tasks: {
        /**
         * List the tasks of a version of a workflow.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-workflowversion-list-tasks
         */
        list: Workflows.listVersionTasks,
        /**
         * Get a task of a version of a workflow.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-task-get
         */
        get: Workflows.getVersionTask
      }
    },
    runs: {
      /**
       * List the runs of a workflow.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-list-runs
       */
      list: Reports.listRuns,
      /**
       * Get a run of a workflow.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-run-get
       */
      get: Reports.getRun,
      /**
       * Summarize the runs of a workflow in a period.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-run-summary
       */
      summary: Reports.summarizeRuns,
      userProcessingResults: {
        /**
         * List the user processing results of a run.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-run-list-userprocessingresults
         */
        list: Reports.listRunUserProcessingResults,
        /**
         * Get a user processing result of a run.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-get
         */
        get: Reports.getRunUserProcessingResult,
        taskProcessingResults: {
          /**
           * List the task processing results of a user processing result of a run.
           *
           * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-list-taskprocessingresults
           */
          list: Reports.listRunUserTaskProcessingResults
        }
      },
      taskProcessingResults: {
        /**
         * List the task processing results of a run.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-run-list-taskprocessingresults
         */
        list: Reports.listRunTaskProcessingResults
      },
      subjectProcessingResults: {
        /**
         * List the subject processing results of a run.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-run-list-subjectprocessingresults
         */
        list: Reports.listRunSubjectProcessingResults,
        /**
         * Get a subject processing result of a run.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-subjectprocessingresult-get
         */
        get: Reports.getRunSubjectProcessingResult,
        /**
         * Summarize the subject processing results of a run in a period.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-subjectprocessingresult-summary
         */
        summary: Reports.summarizeRunSubjectProcessingResults
      }
    },
    userProcessingResults: {
      /**
       * List the user processing results of a workflow.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-list-userprocessingresults
       */
      list: Reports.listUserProcessingResults,
      /**
       * Summarize the user processing results of a workflow in a period.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-summary
       */
      summary: Reports.summarizeUserProcessingResults,
      taskProcessingResults: {
        /**
         * List the task processing results of a user processing result.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-list-taskprocessingresults
         */
        list: Reports.listUserTaskProcessingResults
      }
    },
    taskReports: {
      /**
       * List the task reports of a workflow.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-list-taskreports
       */
      list: Reports.listTaskReports,
      /**
       * Summarize the task reports of a workflow in a period.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-taskreport-summary
       */
      summary: Reports.summarizeTaskReports,
      taskProcessingResults: {
        /**
         * List the task processing results of a task report.
         *
         * @see https://learn.microsoft.com/graph/api/identitygovernance-taskreport-list-taskprocessingresults
         */
        list: Reports.listTaskReportTaskProcessingResults
      }
    }
  },
  deletedItems: {
    workflows: {
      /**
       * List deleted workflows.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-deleteditems
       */
      list: DeletedItems.listDeletedWorkflows,
      /**
       * Get a deleted workflow.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-deleteditemcontainer-get
       */
      get: DeletedItems.getDeletedWorkflow,
      /**
       * Delete a workflow for good.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-deleteditemcontainer-delete
       */
      delete: DeletedItems.deleteDeletedWorkflow,
      /**
       * Restore a deleted workflow.
       *
       * @see https://learn.microsoft.com/graph/api/identitygovernance-workflow-restore
       */
      restore: DeletedItems.restoreDeletedWorkflow,
      executionScope: {
        reprocessedRuns: {
          /**
           * List the runs that processed a result again.
           *
           * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-list-reprocessedruns
           */
          list: DeletedItems.listReprocessedRuns,
          /**
           * Remove a run from those that processed a result again.
           *
           * @see https://learn.microsoft.com/graph/api/identitygovernance-userprocessingresult-delete-reprocessedruns
           */
          delete: DeletedItems.removeReprocessedRun,
          reprocessedRuns: {
            /**
             * List the runs that processed a run again.
             *
             * @see https://learn.microsoft.com/graph/api/identitygovernance-run-list-reprocessedruns
             */
            list: DeletedItems.listReprocessedRunsOfRun,
            /**
             * Remove a run from those that processed a run again.
             *
             * @see https://learn.microsoft.com/graph/api/identitygovernance-run-delete-reprocessedruns
             */
            delete: DeletedItems.removeReprocessedRunOfRun
          }
        }
      }
    }
  },
  taskDefinitions: {
    /**
     * List the built-in task definitions.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-taskdefinitions
     */
    list: Definitions.listTaskDefinitions,
    /**
     * Get a built-in task definition.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-taskdefinition-get
     */
    get: Definitions.getTaskDefinition
  },
  workflowTemplates: {
    /**
     * List the workflow templates.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-workflowtemplates
     */
    list: Definitions.listWorkflowTemplates,
    /**
     * Get a workflow template.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-workflowtemplate-get
     */
    get: Definitions.getWorkflowTemplate
  },
  customTaskExtensions: {
    /**
     * List custom task extensions.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-customtaskextensions
     */
    list: CustomTaskExtensions.listCustomTaskExtensions,
    /**
     * Create a custom task extension.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-post-customtaskextensions
     */
    create: CustomTaskExtensions.createCustomTaskExtension,
    /**
     * Get a custom task extension.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-customtaskextension-get
     */
    get: CustomTaskExtensions.getCustomTaskExtension,
    /**
     * Update a custom task extension.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-customtaskextension-update
     */
    update: CustomTaskExtensions.updateCustomTaskExtension,
    /**
     * Delete a custom task extension that no workflow refers to.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-customtaskextension-delete
     */
    delete: CustomTaskExtensions.deleteCustomTaskExtension
  },
  settings: {
    /**
     * Get the settings of the tenant.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecyclemanagementsettings-get
     */
    get: Settings.getSettings,
    /**
     * Update the settings of the tenant.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecyclemanagementsettings-update
     */
    update: Settings.updateSettings
  },
  insights: {
    /**
     * Summarize the workflows processed in a period.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-insights-workflowsprocessedsummary
     */
    workflowsProcessedSummary: Insights.summarizeWorkflowsProcessed,
    /**
     * Summarize the workflows processed in a period, by category.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-insights-workflowsprocessedbycategory
     */
    workflowsProcessedByCategory: Insights.summarizeWorkflowsProcessedByCategory,
    /**
     * The tasks processed most in a period.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-insights-toptasksprocessedsummary
     */
    topTasksProcessedSummary: Insights.listTopTasksProcessed,
    /**
     * The workflows processed most in a period.
     *
     * @see https://learn.microsoft.com/graph/api/identitygovernance-insights-topworkflowsprocessedsummary
     */
    topWorkflowsProcessedSummary: Insights.listTopWorkflowsProcessed
  }
} as const

/**
 * Every operation, in one array.
 *
 * @since 0.1.0
 * @category Catalogue
 */
export const operations: ReadonlyArray<Operation.Any> = [
  Workflows.listWorkflows,
  Workflows.createWorkflow,
  Workflows.getWorkflow,
  Workflows.updateWorkflow,
  Workflows.deleteWorkflow,
  Workflows.activateWorkflow,
  Workflows.activateWorkflowWithScope,
  Workflows.activateWorkflowAndWait,
  Workflows.listExecutionScope,
  Workflows.clearQuarantine,
  Workflows.previewTaskFailures,
  Workflows.previewWorkflow,
  Workflows.cancelProcessing,
  Workflows.createNewWorkflowVersion,
  Workflows.listTasks,
  Workflows.getTask,
  Workflows.updateTask,
  Workflows.resumeTaskProcessingResult,
  Workflows.listVersions,
  Workflows.getVersion,
  Workflows.listVersionTasks,
  Workflows.getVersionTask,
  Reports.listRuns,
  Reports.getRun,
  Reports.summarizeRuns,
  Reports.listRunUserProcessingResults,
  Reports.getRunUserProcessingResult,
  Reports.listRunUserTaskProcessingResults,
  Reports.listRunTaskProcessingResults,
  Reports.listRunSubjectProcessingResults,
  Reports.getRunSubjectProcessingResult,
  Reports.summarizeRunSubjectProcessingResults,
  Reports.listUserProcessingResults,
  Reports.summarizeUserProcessingResults,
  Reports.listUserTaskProcessingResults,
  Reports.listTaskReports,
  Reports.summarizeTaskReports,
  Reports.listTaskReportTaskProcessingResults,
  DeletedItems.listDeletedWorkflows,
  DeletedItems.getDeletedWorkflow,
  DeletedItems.deleteDeletedWorkflow,
  DeletedItems.restoreDeletedWorkflow,
  DeletedItems.listReprocessedRuns,
  DeletedItems.removeReprocessedRun,
  DeletedItems.listReprocessedRunsOfRun,
  DeletedItems.removeReprocessedRunOfRun,
  Definitions.listTaskDefinitions,
  Definitions.getTaskDefinition,
  Definitions.listWorkflowTemplates,
  Definitions.getWorkflowTemplate,
  CustomTaskExtensions.listCustomTaskExtensions,
  CustomTaskExtensions.createCustomTaskExtension,
  CustomTaskExtensions.getCustomTaskExtension,
  CustomTaskExtensions.updateCustomTaskExtension,
  CustomTaskExtensions.deleteCustomTaskExtension,
  Settings.getSettings,
  Settings.updateSettings,
  Insights.summarizeWorkflowsProcessed,
  Insights.summarizeWorkflowsProcessedByCategory,
  Insights.listTopTasksProcessed,
  Insights.listTopWorkflowsProcessed
]
