import * as CustomTaskExtension from "@effect-msgraph/domain/CustomTaskExtension"
import type * as Entity from "@effect-msgraph/domain/Entity"
import * as TaskReport from "@effect-msgraph/domain/TaskReport"
import * as Workflow from "@effect-msgraph/domain/Workflow"

const nobody: ReadonlySet<string> = new Set()

const authors = ["createdBy", "lastModifiedBy"]
const details = [...authors, "administrationScopeTargets", "executionConditions", "tasks"]
const reported = ["task", "taskDefinition", "taskProcessingResults"]

/** Properties that a collection does not show unless `$select` names them, as Microsoft's examples print it. */
const ofMany: ReadonlyMap<Entity.Any, ReadonlySet<string>> = new Map<Entity.Any, ReadonlySet<string>>([
  [
    Workflow.Workflow,
    new Set([...details, "deletedDateTime", "nextScheduleRunDateTime", "quarantineDetails", "settings"])
  ],
  [
    Workflow.DeletedWorkflow,
    new Set([
      ...details,
      "isEnabled",
      "isSchedulingEnabled",
      "nextScheduleRunDateTime",
      "quarantineDetails",
      "settings"
    ])
  ],
  [Workflow.WorkflowVersion, new Set([...details, "settings"])],
  [CustomTaskExtension.CustomTaskExtension, new Set(authors)],
  [TaskReport.TaskReport, new Set(reported)]
])

/** The same for one entity. A workflow that a change answers with comes without its tasks. */
const ofOne: ReadonlyMap<Entity.Any, ReadonlySet<string>> = new Map<Entity.Any, ReadonlySet<string>>([
  [Workflow.Workflow, new Set([...authors, "tasks"])],
  [TaskReport.TaskReport, new Set(reported)]
])

/** Which properties of an entity are not shown to those who do not name them. */
export const hidden = (entity: Entity.Any, many: boolean): ReadonlySet<string> =>
  (many ? ofMany : ofOne).get(entity) ?? nobody
