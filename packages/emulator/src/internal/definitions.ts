import * as Tasks from "@effect-msgraph/domain/Tasks"
import * as Store from "../Store.js"

const make = (definition: (typeof Tasks.definitions)[Tasks.Name]): Store.Node =>
  Store.node({
    id: definition.id,
    category: definition.categories.join(","),
    description: definition.description,
    displayName: definition.displayName,
    parameters: Object.values(definition.arguments).map(({ name, valueType, values }) => ({ name, values, valueType })),
    version: definition.version
  })

/** The built-in task definitions, which are the same in every tenant. */
export const taskDefinitions = (): ReadonlyArray<Store.Node> => Object.values(Tasks.definitions).map(make)

/** The built-in definition that a task carries out. */
export const definitionOf = (task: Store.Node): Store.Node | undefined => {
  const wanted = String(task.properties.taskDefinitionId).toLowerCase()
  const definition = Object.values(Tasks.definitions).find(({ id }) => id.toLowerCase() === wanted)
  return definition === undefined ? undefined : make(definition)
}
