/** Operations by Microsoft's page, and the schemas of what comes back from them. */
import { Entity, LifecycleWorkflowsApi, Operation } from "@effect-msgraph/domain"
import * as CustomTaskExtension from "@effect-msgraph/domain/CustomTaskExtension"
import * as Settings from "@effect-msgraph/domain/LifecycleManagementSettings"
import * as SubjectProcessing from "@effect-msgraph/domain/SubjectProcessing"
import * as TaskDefinition from "@effect-msgraph/domain/TaskDefinition"
import * as TaskReport from "@effect-msgraph/domain/TaskReport"
import * as Workflow from "@effect-msgraph/domain/Workflow"
import type { Schema } from "effect"
import type { Projection } from "./projections.js"

const page = (operation: Operation.Any): string => operation.documentation.split("/").at(-1)!

/** The operation that one of Microsoft's pages is about. `identitygovernance-` may be left out. */
export const operationOf = (name: string): Operation.Any => {
  const operation = LifecycleWorkflowsApi.operations.find((operation) =>
    [name, `identitygovernance-${name}`].includes(page(operation))
  )
  if (operation === undefined) throw new Error(`no operation of the page ${name}`)
  return operation
}

/** The schema of what an operation answers with; of one of them, where it is a collection. */
export const resultOf = (
  { result }: Operation.Any,
  projection: Projection = {}
): Schema.Schema<any, any> | undefined =>
  result === undefined
    ? undefined
    : Operation.isEntity(result)
    ? Entity.schema(result, projection as never) as Schema.Schema<any, any>
    : result

/** The path parameters and the operation that a path, with its version, is about. */
export const route = (
  method: string,
  path: string
): ReadonlyArray<readonly [operation: Operation.Any, parameters: { readonly [name: string]: string }]> =>
  LifecycleWorkflowsApi.operations.flatMap((operation) => {
    const names = Object.keys(operation.parameters)
    const pattern = `/${operation.version}${operation.path}`
      .replace(/[$().]/g, "\\$&")
      .replace(/\{\w+\}/g, "([^/(),]+)")
    const match = new RegExp(`^${pattern}/?$`, "i").exec(path)
    return operation.method === method && match !== null
      ? [
        [
          operation,
          Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1]!)]))
        ] as const
      ]
      : []
  })

/** Every entity that these tests are about. */
export const entities: { readonly [name: string]: Entity.Any } = {
  CustomTaskExtension: CustomTaskExtension.CustomTaskExtension,
  DeletedWorkflow: Workflow.DeletedWorkflow,
  LifecycleManagementSettings: Settings.LifecycleManagementSettings,
  SubjectProcessingResult: SubjectProcessing.SubjectProcessingResult,
  TaskDefinition: TaskDefinition.TaskDefinition,
  TaskReport: TaskReport.TaskReport,
  Workflow: Workflow.Workflow,
  WorkflowDetails: Workflow.WorkflowDetails,
  WorkflowTemplate: Workflow.WorkflowTemplate,
  WorkflowVersion: Workflow.WorkflowVersion,
  WorkflowVersionDetails: Workflow.WorkflowVersionDetails
}
