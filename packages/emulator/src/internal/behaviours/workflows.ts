import * as Limits from "@effect-msgraph/domain/Limits"
import * as Tasks from "@effect-msgraph/domain/Tasks"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Store from "../../Store.js"
import type { Caller } from "../authentication.js"
import { versionOf } from "../derived.js"
import { type Failure, invalidBody, refused } from "../failure.js"
import { extensionOf } from "../processing/plan.js"
import { released } from "../processing/quarantine.js"
import { keepTasks } from "../results.js"
import { deletedItems, purgeTime, type State, timestamp } from "../state.js"
import type { Act, Behaviours } from "./behaviour.js"

/** The caller as whoever created or changed something. */
export const authorOf = (caller: Caller): Store.Node => {
  const application = caller.tenant.applications.find(({ appId }) => appId === caller.application)
  return Store.node({ id: application?.objectId ?? caller.application, displayName: application?.displayName ?? null })
}

/** Notes that somebody has changed something. */
export const touch = ({ caller, state }: Act, node: Store.Node): void => {
  node.properties = { ...node.properties, lastModifiedDateTime: timestamp(state.now) }
  node.links.lastModifiedBy = authorOf(caller)
}

/** What cannot fail. */
export const succeed = <A>(make: () => A): Either.Either<A, Failure> => Either.right(make())

interface TaskBody {
  readonly id?: string
  readonly taskDefinitionId: string
  readonly [name: string]: unknown
}

/** A task of a body as an entity, in its place. One that is named by its id keeps what became of it. */
const makeTask = (
  state: State,
  body: TaskBody,
  index: number,
  category: string,
  known: ReadonlyMap<string, Store.Node>
): Either.Either<Store.Node, Failure> =>
  Either.gen(function*() {
    const definition = Option.getOrUndefined(Tasks.find(body.taskDefinitionId))
    if (definition === undefined) {
      return yield* Either.left(
        invalidBody(`tasks[${index}].taskDefinitionId`, `there is no task definition '${body.taskDefinitionId}'`)
      )
    }
    if (!(definition.categories as ReadonlyArray<string>).includes(category)) {
      yield* Either.left(
        invalidBody(
          `tasks[${index}].taskDefinitionId`,
          `'${definition.displayName}' cannot be part of a ${category} workflow`
        )
      )
    }
    const old = body.id === undefined ? undefined : known.get(body.id) ?? known.get(body.id.toLowerCase())
    if (body.id !== undefined && old === undefined) {
      yield* Either.left(invalidBody(`tasks[${index}].id`, `the workflow has no task '${body.id}'`))
    }
    const task = Store.node({
      category: definition.categories.join(","),
      continueOnError: body.continueOnError ?? false,
      description: body.description ?? definition.description,
      displayName: body.displayName,
      executionSequence: index + 1,
      id: old === undefined ? state.random.guid() : Store.idOf(old),
      isEnabled: body.isEnabled ?? true,
      taskDefinitionId: definition.id,
      arguments: body.arguments
    })
    if (extensionOf(state, task) === null) {
      yield* Either.left(invalidBody(`tasks[${index}].arguments`, "there is no such custom task extension"))
    }
    if (old?.collections.taskProcessingResults !== undefined) {
      task.collections.taskProcessingResults = old.collections.taskProcessingResults
    }
    return task
  })

const inSequence = (tasks: ReadonlyArray<TaskBody>): ReadonlyArray<TaskBody> =>
  tasks.every(({ executionSequence }) => typeof executionSequence === "number")
    ? [...tasks].sort((a, b) => Number(a.executionSequence) - Number(b.executionSequence))
    : tasks

const makeTasks = (
  state: State,
  workflow: Act["body"],
  known: ReadonlyMap<string, Store.Node> = new Map()
): Either.Either<ReadonlyArray<Store.Node>, Failure> =>
  Either.all(
    inSequence(workflow.tasks).map((task, i) => makeTask(state, task, i, workflow.category, known))
  )

const roomForOneMore = (state: State): Either.Either<void, Failure> =>
  (state.area.collections.workflows?.size ?? 0) < Limits.workflowsPerTenant
    ? Either.void
    : Either.left(refused(`A tenant cannot have more than ${Limits.workflowsPerTenant} workflows.`))

/** What a body says of a workflow itself. */
const described = ({ tasks: _tasks, ...body }: Act["body"]): Store.Properties => ({
  ...body,
  description: body.description ?? null,
  isEnabled: body.isEnabled ?? true,
  isSchedulingEnabled: body.isSchedulingEnabled ?? false
})

const nextRun = (state: State, properties: Store.Properties): string | null => {
  if (properties.isSchedulingEnabled !== true) return null
  const interval = Number(state.area.links.settings!.properties.workflowScheduleIntervalInHours) * 3_600_000
  return timestamp((Math.floor(state.now / interval) + 1) * interval)
}

export const workflows: Behaviours = {
  "workflows.create": ({ body, caller, state }) =>
    Either.gen(function*() {
      yield* roomForOneMore(state)
      const tasks = yield* makeTasks(state, body)
      const now = timestamp(state.now)
      const author = authorOf(caller)
      const properties = described(body)
      return Store.add(
        state.area,
        "workflows",
        Store.node({
          ...properties,
          createdDateTime: now,
          deletedDateTime: null,
          id: state.random.guid(),
          lastModifiedDateTime: now,
          nextScheduleRunDateTime: nextRun(state, properties),
          version: 1
        }, {
          links: { createdBy: author, lastModifiedBy: author },
          collections: { tasks, runs: [], userProcessingResults: [], versions: [] }
        })
      )
    }),

  "workflows.update": (act) =>
    Either.gen(function*() {
      const { body, state, target } = act
      const merged = { ...target.properties, ...body }
      if (merged.isEnabled === false) {
        if (body.isSchedulingEnabled === true) {
          yield* Either.left(invalidBody("isSchedulingEnabled", "must be false where isEnabled is false"))
        }
        merged.isSchedulingEnabled = false
      }
      target.properties = { ...merged, nextScheduleRunDateTime: nextRun(state, merged) }
      touch(act, target)
    }),

  "workflows.delete": ({ state, target }) =>
    succeed(() => {
      const id = Store.idOf(target)
      Store.remove(state.area, "workflows", id)
      target.properties = { ...target.properties, deletedDateTime: timestamp(state.now) }
      Store.add(deletedItems(state), "workflows", target)
      state.purges.set(id, purgeTime(state.now))
    }),

  "deletedItems.workflows.delete": ({ state, target }) =>
    succeed(() => {
      Store.remove(deletedItems(state), "workflows", Store.idOf(target))
      state.purges.delete(Store.idOf(target))
    }),

  "deletedItems.workflows.restore": (act) =>
    Either.map(roomForOneMore(act.state), () => {
      const { state, target } = act
      const id = Store.idOf(target)
      Store.remove(deletedItems(state), "workflows", id)
      state.purges.delete(id)
      target.properties = { ...target.properties, deletedDateTime: null }
      touch(act, target)
      return Store.add(state.area, "workflows", target)
    }),

  "workflows.createNewVersion": (act) =>
    Either.gen(function*() {
      const { body: { workflow: body }, state, target } = act
      const known = new Map(target.collections.tasks)
      const tasks = yield* makeTasks(state, body, known)
      keepTasks(target)
      const past = versionOf(target)
      past.properties = { ...past.properties, replacedDateTime: timestamp(state.now) }
      Store.collectionOf(target, "versions").set(String(past.properties.versionNumber), past)
      const properties = { ...target.properties, ...described(body), version: Number(target.properties.version) + 1 }
      target.properties = { ...properties, nextScheduleRunDateTime: nextRun(state, properties) }
      target.collections.tasks = new Map(tasks.map((task) => [Store.idOf(task), task]))
      touch(act, target)
      return target
    }),

  "workflows.clearQuarantine": (act) =>
    succeed(() => {
      const { target } = act
      target.properties = { ...target.properties, quarantineDetails: released }
      touch(act, target)
      return target
    }),

  "workflows.tasks.update": (act) =>
    succeed(() => {
      act.target.properties = { ...act.target.properties, ...act.body }
      touch(act, act.parent("workflows"))
    })
}
