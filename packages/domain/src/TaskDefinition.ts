/**
 * The built-in tasks: what a task of a workflow can do, and which arguments it takes.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Entity from "./Entity.js"
import { TaskDefinitionId } from "./Ids.js"
import * as OpenEnum from "./OpenEnum.js"
import { TaskCategory } from "./Processing.js"

/**
 * The types of a task's arguments.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-parameter
 * @since 0.1.0
 * @category Enumerations
 */
export const ValueType = OpenEnum.make("valueType", ["enum", "string", "int", "bool", "unknownFutureValue"])

/**
 * The type of a task's argument.
 *
 * @since 0.1.0
 * @category Models
 */
export type ValueType = typeof ValueType.Type

/**
 * An argument that a task takes, with the values that it may have; none where it is free.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-parameter
 * @since 0.1.0
 * @category Schemas
 */
export const Parameter = Schema.Struct({
  name: Schema.String,
  valueType: ValueType,
  values: Entity.nullable(Schema.Array(Schema.String))
})

/**
 * An argument that a task takes.
 *
 * @since 0.1.0
 * @category Models
 */
export type Parameter = typeof Parameter.Type

const properties = {
  id: TaskDefinitionId,
  category: OpenEnum.flags(TaskCategory),
  // Not nullable in the metadata, yet neither the list nor the single definition is printed with it.
  continueOnError: Entity.nullable(Schema.Boolean),
  description: Entity.nullable(Schema.String),
  displayName: Schema.String,
  parameters: Schema.Array(Parameter),
  version: Schema.Int
} as const

const filterable = {
  category: ["eq", "ne", "has"],
  displayName: ["eq", "ne"],
  parameters: ["any"],
  version: ["ge", "gt", "le", "lt", "eq", "ne"]
} as const

/**
 * The entity type of a task definition.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface TaskDefinitionEntity
  extends Entity.Entity<typeof properties, {}, typeof filterable, "category" | "displayName" | "version">
{}

/**
 * A built-in task.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-taskdefinition
 * @since 0.1.0
 * @category Entities
 */
export const TaskDefinition: TaskDefinitionEntity = Entity.make("microsoft.graph.identityGovernance.taskDefinition", {
  properties,
  filterable,
  sortable: ["category", "displayName", "version"]
})

/**
 * A built-in task, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type TaskDefinition = Entity.Type<TaskDefinitionEntity>
