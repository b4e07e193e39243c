/**
 * A task in the body of a request, and what is wrong with one before it is sent.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Entity from "../Entity.js"
import { TaskDefinitionId, TaskId } from "../Ids.js"
import * as OpenEnum from "../OpenEnum.js"
import { TaskCategory } from "../Processing.js"
import type * as Argument from "./Argument.js"
import * as Definition from "./Definition.js"

/**
 * A task in the body that creates a workflow. A task that was read from the service is one too.
 *
 * - `category`: the service takes the definition's, whatever is sent; Microsoft's examples leave it out as often as not
 * - `isEnabled`: true, if left out
 * - `continueOnError`: whether the tasks after this one run when it has failed; false, if left out
 * - `executionSequence`: the place in the workflow, from 1; the service numbers the tasks of a new workflow itself
 *
 * @since 0.1.0
 * @category Models
 */
export interface Input {
  readonly taskDefinitionId: TaskDefinitionId
  readonly displayName: string
  readonly description?: string | undefined
  readonly category?: ReadonlyArray<TaskCategory> | undefined
  readonly isEnabled?: boolean | undefined
  readonly continueOnError?: boolean | undefined
  readonly executionSequence?: number | undefined
  readonly arguments: ReadonlyArray<{ readonly name: string; readonly value?: string | undefined }>
}

/**
 * A task in the body that makes a new version of a workflow. A task that stays is named by its `id`.
 *
 * @since 0.1.0
 * @category Models
 */
export interface VersionInput extends Input {
  readonly id?: TaskId | undefined
}

/**
 * A task of a request as JSON.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Encoded {
  readonly taskDefinitionId: string
  readonly displayName: string
  readonly description?: string | null | undefined
  readonly category?: string | undefined
  readonly isEnabled?: boolean | undefined
  readonly continueOnError?: boolean | undefined
  readonly executionSequence?: number | undefined
  readonly arguments: ReadonlyArray<{ readonly name: string; readonly value?: string | null | undefined }>
}

/**
 * A task of a request for a new version as JSON.
 *
 * @since 0.1.0
 * @category Models
 */
export interface VersionEncoded extends Encoded {
  readonly id?: string | undefined
}

/** A task, as far as its definition decides what it may hold. */
type Arguments = Pick<Input, "taskDefinitionId" | "arguments">

interface Known {
  readonly definition: Definition.Any
  readonly byName: ReadonlyMap<string, KnownArgument>
}

interface KnownArgument {
  readonly key: string
  readonly argument: Argument.Argument<unknown>
  readonly read: (text: string) => Option.Option<unknown>
}

const reader = (argument: Argument.Argument<unknown>): (text: string) => Option.Option<unknown> => {
  const decode = Schema.decodeEither(argument.schema)
  return (text) => Either.getRight(decode(text))
}

/** Guids are the same in upper and in lower case, and the service writes some in upper case. */
const byId: ReadonlyMap<string, Known> = new Map(
  Object.values<Definition.Any>(Definition.definitions).map((definition) => [
    definition.id.toLowerCase(),
    {
      definition,
      byName: new Map(
        Object.entries(definition.arguments).map(([key, argument]) => [
          argument.name,
          { key, argument, read: reader(argument) }
        ])
      )
    }
  ])
)

/**
 * The built-in task with this id, if it is known here.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const find = (taskDefinitionId: string): Option.Option<Definition.Any> =>
  Option.map(Option.fromNullable(byId.get(taskDefinitionId.toLowerCase())), ({ definition }) => definition)

/**
 * What a task's arguments mean, by the names that they have in its builder: nothing where the definition is not known
 * here, or where the builder could not have made them. A list may be empty, as it is in the service's templates.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const read = (
  task: Arguments
): Option.Option<{ readonly definition: Definition.Any; readonly values: { readonly [key: string]: unknown } }> => {
  const known = byId.get(task.taskDefinitionId.toLowerCase())
  if (known === undefined) return Option.none()
  const values: Record<string, unknown> = {}
  for (const { name, value } of task.arguments) {
    const argument = known.byName.get(name)
    if (argument === undefined || argument.key in values) return Option.none()
    if (value === undefined) continue
    const decoded = argument.read(value)
    if (Option.isNone(decoded)) return Option.none()
    values[argument.key] = decoded.value
  }
  for (const { argument, key } of known.byName.values()) {
    if (argument.required && !(key in values)) return Option.none()
  }
  return Option.some({ definition: known.definition, values })
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/**
 * What is wrong with the arguments of a task: nothing where its definition is not known here. The messages never hold a
 * value.
 *
 * An argument that the table does not have is let pass, for the service adds arguments to its definitions; but not one
 * that differs from a known name in case only, and not one given twice.
 *
 * @since 0.1.0
 * @category Checks
 */
export const problems = (task: Arguments): ReadonlyArray<Schema.FilterIssue> => {
  const known = byId.get(task.taskDefinitionId.toLowerCase())
  if (known === undefined) return []
  const issues: Array<Schema.FilterIssue> = []
  const issue = (path: ReadonlyArray<PropertyKey>, message: string): void => {
    issues.push({ path: ["arguments", ...path], message: `${known.definition.displayName}: ${message}` })
  }
  const given = new Set<string>()
  task.arguments.forEach(({ name, value }, index) => {
    const found = known.byName.get(name)
    if (found === undefined) {
      const meant = [...known.byName.keys()].find((other) => other.toLowerCase() === name.toLowerCase())
      if (meant !== undefined) issue([index, "name"], `the argument "${meant}" is spelled in another way`)
      return
    }
    const { argument } = found
    if (given.has(name)) issue([index, "name"], `the argument "${name}" is given twice`)
    given.add(name)
    if (value === undefined) {
      if (argument.required) issue([index, "value"], `the argument "${name}" takes ${argument.expected}`)
      return
    }
    const decoded = found.read(value)
    if (Option.isNone(decoded) || (argument.required && isEmpty(decoded.value))) {
      issue([index, "value"], `the argument "${name}" takes ${argument.expected}`)
    } else if (argument.excludedBy !== undefined && !isEmpty(decoded.value)) {
      const { excludedBy } = argument
      if (task.arguments.some((other) => other.name === excludedBy.name && other.value === excludedBy.value)) {
        issue([index, "name"], `the argument "${name}" cannot stand beside "${excludedBy.name}": "${excludedBy.value}"`)
      }
    }
  })
  for (const [name, { argument }] of known.byName) {
    if (argument.required && !given.has(name)) issue([], `the argument "${name}" is missing`)
  }
  return issues
}

const fields = {
  taskDefinitionId: TaskDefinitionId,
  displayName: Schema.NonEmptyString,
  description: Entity.nullable(Schema.String),
  category: Schema.optional(OpenEnum.flags(TaskCategory)),
  isEnabled: Schema.optional(Schema.Boolean),
  continueOnError: Schema.optional(Schema.Boolean),
  executionSequence: Schema.optional(Schema.Int),
  arguments: Schema.Array(Schema.Struct({ name: Schema.String, value: Entity.nullable(Schema.String) }))
} as const

/**
 * The schema of a task in the body that creates a workflow.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const Input: Schema.Schema<Input, Encoded> = Schema.Struct(fields).pipe(
  Schema.filter(problems, { title: "task" })
)

/**
 * The schema of a task in the body that makes a new version of a workflow.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const VersionInput: Schema.Schema<VersionInput, VersionEncoded> = Schema.Struct({
  id: Schema.optional(TaskId),
  ...fields
}).pipe(Schema.filter(problems, { title: "task" }))
