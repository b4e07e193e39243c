import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Store from "../../Store.js"
import { conflict, type Failure, invalidBody, notAcceptable, notFound, refused } from "../failure.js"
import {
  type Activation,
  enabledTasks,
  extensionOf,
  type Live,
  meets,
  reasonOf,
  start,
  type Subject
} from "../processing/plan.js"
import { advance, expectedEnd } from "../processing/progress.js"
import { isFailed } from "../results.js"
import type { State } from "../state.js"
import type { Act, Behaviours } from "./behaviour.js"
import { succeed } from "./workflows.js"

interface Reference {
  readonly id: string
}

const namespace = "#microsoft.graph.identityGovernance"

const member = (node: Store.Node, collection: string, id: string): Either.Either<Store.Node, Failure> =>
  Either.mapLeft(Store.find(node, [{ name: collection, key: id }]), () => notFound(id))

/** The users that a body names, each once. */
const users = (
  state: State,
  references: ReadonlyArray<Reference>
): Either.Either<ReadonlyArray<Store.Node>, Failure> => {
  const ids = [...new Set(references.map(({ id }) => id.toLowerCase()))]
  return Either.all(ids.map((id) =>
    Either.mapLeft(
      member(state.tenant.root, "users", id),
      () => notAcceptable(`The user '${id}' does not exist in the directory.`)
    )
  ))
}

const forUsers = (workflow: Store.Node, subjects: ReadonlyArray<Store.Node>): ReadonlyArray<Subject> => {
  const tasks = enabledTasks(workflow)
  return subjects.map((subject) => ({ subject, tasks }))
}

/** Starts a run of a workflow that may run, for somebody at least. */
const run = (state: State, activation: Activation): Either.Either<Live, Failure> => {
  if (activation.workflow.properties.isEnabled === false) {
    return Either.left(refused(`The workflow '${Store.idOf(activation.workflow)}' is disabled.`))
  }
  if (activation.subjects.length === 0) return Either.left(refused("There is nobody to run the workflow for."))
  return succeed(() => {
    const live = start(state, activation)
    advance(state, state.now)
    return live
  })
}

const runForUsers = ({ body, state, target: workflow }: Act, executionType: string) =>
  Either.flatMap(
    users(state, body.subjects),
    (subjects) => run(state, { workflow, executionType, subjects: forUsers(workflow, subjects) })
  )

/** Whom a result was for, and what of it is to be done again: all that the workflow does now, or what failed then. */
const again = (workflow: Store.Node, result: Store.Node, taskScope: string): Subject => ({
  subject: result.links.subject!,
  again: result,
  tasks: taskScope === "failedTasks"
    ? Store.members(result, "taskProcessingResults")
      .filter(({ properties }) => properties.processingStatus === "failed")
      .map(({ links }) => links.task!)
    : enabledTasks(workflow)
})

interface Scope {
  readonly subjects: ReadonlyArray<Subject>
  readonly again?: Store.Node
}

const scopes: {
  readonly [type: string]: (act: Act, scope: Act["body"]) => Either.Either<Scope, Failure>
} = {
  activateUserScope: ({ state, target }, scope) =>
    Either.map(users(state, scope.users), (subjects) => ({ subjects: forUsers(target, subjects) })),
  activateGroupScope: ({ state, target }, scope) =>
    Either.map(member(state.tenant.root, "groups", scope.group.id), (group) => ({
      subjects: forUsers(target, Store.members(group, "members"))
    })),
  activateRunScope: ({ target }, scope) =>
    Either.map(member(target, "runs", scope.run.id), (run) => ({
      again: run,
      subjects: Store.members(run, "userProcessingResults")
        .filter(({ properties }) => scope.userScope !== "failedUsers" || isFailed(properties.processingStatus))
        .map((result) => again(target, result, scope.taskScope))
    })),
  activateProcessingResultScope: ({ target }, scope) =>
    Either.map(
      Either.all(
        (scope.processingResults as ReadonlyArray<Reference>).map(({ id }) =>
          member(target, "userProcessingResults", id)
        )
      ),
      (results) => ({ subjects: results.map((result) => again(target, result, scope.taskScope)) })
    )
}

const activateWithScope = (act: Act): Either.Either<void, Failure> =>
  Either.gen(function*() {
    const { body, state, target: workflow } = act
    const scope = body.scope ?? { "@odata.type": `${namespace}.activateUserScope`, users: body.subjects }
    const resolve = scopes[String(scope["@odata.type"]).slice(namespace.length + 1)]
    if (resolve === undefined) {
      return yield* Either.left(invalidBody("scope", "is no activation scope of Lifecycle Workflows"))
    }
    const resolved = yield* resolve(act, scope)
    yield* run(state, { workflow, executionType: "activatedWithScope", activatedOnScope: scope, ...resolved })
  })

/** The subject of a body: a user, or whom provisioning knows, whom the directory need not have. */
const subjectOf = (state: State, subject: Act["body"]): Either.Either<Store.Node, Failure> =>
  subject["@odata.type"] === `${namespace}.directoryObjectWorkflowSubject`
    ? Either.map(users(state, [{ id: String(subject.directoryObject?.id) }]), ([user]) => user!)
    : Either.right(Store.node(subject))

const activateAndWait = ({ body, state, target: workflow }: Act): Effect.Effect<unknown, Failure> =>
  Effect.gen(function*() {
    const subject = yield* subjectOf(state, body.subject)
    const executionType = subject.properties["@odata.type"] === undefined ? "onDemand" : "extensibilityOnDemand"
    const live = yield* run(state, { workflow, executionType, subjects: forUsers(workflow, [subject]) })
    while (state.live.has(live)) {
      // A callback or a cancellation may end it sooner.
      yield* Effect.sleep(Math.min(1000, Math.max(1, expectedEnd(state, live) - state.now)))
      advance(state, yield* Clock.currentTimeMillis)
    }
    const { result } = live.users[0]!
    return {
      processingStatus: result.properties.processingStatus,
      statusReasons: Store.members(result, "taskProcessingResults").flatMap(({ properties }) =>
        typeof properties.failureReason === "string" ? [properties.failureReason] : []
      ),
      subject: body.subject
    }
  })

const cancelProcessing = ({ body, state, target }: Act): Either.Either<void, Failure> =>
  Either.gen(function*() {
    const runs = body.scope.runs as ReadonlyArray<Reference> | undefined
    if (runs === undefined) return yield* Either.left(invalidBody("scope", "is no cancel scope of Lifecycle Workflows"))
    const run = yield* member(target, "runs", runs[0]!.id)
    const live = [...state.live].find((live) => live.run === run)
    if (live === undefined || live.canceledAt !== undefined) {
      return yield* Either.left(
        conflict(`The run '${Store.idOf(run)}' cannot be canceled: it is ${run.properties.processingStatus}.`)
      )
    }
    live.canceledAt = state.now
    advance(state, state.now)
  })

/** A task that waits, wherever the workflow has come to since. */
const resume = ({ body, parameters, state, target: result }: Act): Either.Either<void, Failure> => {
  const planned = [...state.live].flatMap(({ users }) => users).flatMap(({ tasks }) => tasks)
    .find((planned) => planned.result === result)
  const waits = planned?.timeout !== undefined && result.properties.processingStatus === "inProgress"
  if (planned === undefined || !waits) {
    return Either.left(conflict(`The task processing result '${parameters.taskProcessingResultId}' waits for nothing.`))
  }
  return succeed(() => {
    const failed = body.data.operationStatus === "failed"
    planned.callback = {
      at: state.now,
      failure: failed ? "The custom task extension called back that it had failed." : undefined
    }
    advance(state, state.now)
  })
}

/** What is known to fail: by a rule for everybody, or because the extension that is called is not there. */
const previewTaskFailures = ({ state, target }: Act): ReadonlyArray<unknown> =>
  enabledTasks(target).flatMap((task) => {
    const rule = state.processing.failures.find((rule) => meets(rule, target, task, undefined))
    const failureReason = rule !== undefined
      ? reasonOf(rule)
      : extensionOf(state, task) === null
      ? "The custom task extension does not exist."
      : undefined
    return failureReason === undefined ? [] : [{
      definitionId: task.properties.taskDefinitionId,
      failureReason,
      name: task.properties.displayName,
      taskId: task.properties.id
    }]
  })

export const activation: Behaviours = {
  "workflows.activate": (act) => Either.map(runForUsers(act, "onDemand"), () => undefined),
  "workflows.activateWithScope": activateWithScope,
  "workflows.activateAndWait": activateAndWait,
  "workflows.previewWorkflow": (act) => Either.map(runForUsers(act, "preview"), () => undefined),
  "workflows.previewTaskFailures": (act) => succeed(() => previewTaskFailures(act)),
  "workflows.cancelProcessing": cancelProcessing,
  "workflows.tasks.taskProcessingResults.resume": resume
}
