import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type * as Tracer from "effect/Tracer"
import * as GraphError from "../GraphError.js"
import { RetryPolicy } from "../RetryPolicy.js"
import * as BatchAnswer from "./batchAnswer.js"
import * as BatchPlan from "./batchPlan.js"
import { monotonicMillis } from "./clock.js"
import type * as Pipeline from "./pipeline.js"
import * as Retry from "./retry.js"
import * as Telemetry from "./telemetry.js"
import { workloadOf } from "./workload.js"

/** How many requests a batch may hold. */
export const limit = 20

/** One of the requests that travel together. */
export interface Part {
  readonly operation: Operation.Any
  readonly request: Pipeline.Outgoing
  /** Places of those that have to succeed before. */
  readonly parents: ReadonlyArray<number>
  /** What the errors of those that depend on it call it. */
  readonly name: string
  readonly span: Tracer.AnySpan | undefined
}

/** What becomes of a part. */
export type Result = Either.Either<Pipeline.Received, GraphError.GraphError>

export interface Limits {
  readonly size: number
  readonly concurrency: number
}

/**
 * The batch as an operation. It passes the gate of its parts' workload, and is as safe to repeat as they are. Of what it says, only
 * the pipeline reads anything.
 */
const operationOf = (parts: ReadonlyArray<Part>): Operation.Any => ({
  id: "$batch",
  title: "Send several requests at once",
  kind: "action",
  method: "POST",
  version: "v1.0",
  path: `/${workloadOf(parts[0]!.operation)}/$batch`,
  parameters: {},
  body: undefined,
  result: Schema.Unknown,
  many: false,
  status: 200,
  queryOptions: [],
  permissions: parts[0]!.operation.permissions,
  entraRoles: parts[0]!.operation.entraRoles,
  clouds: [],
  idempotent: parts.every(({ operation }) => operation.idempotent),
  unknownEnumMembers: false,
  documentation: "https://learn.microsoft.com/graph/json-batching"
})

/** A part as it stands in the body of a batch. Its own body is JSON already. */
const write = (root: string, id: number, part: Part, dependsOn: ReadonlyArray<string>): string => {
  const { body, headers, url } = part.request
  const rest = JSON.stringify({
    id: String(id),
    method: part.operation.method,
    url: url.slice(root.length),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(dependsOn.length === 0 ? {} : { dependsOn })
  })
  return body === undefined ? rest : `${rest.slice(0, -1)},"body":${body}}`
}

/** A failed parent is why a part was not made. */
const dependencyFailed = (part: Part, parent: Part, error: GraphError.GraphError) =>
  new GraphError.DependencyFailed({
    operation: part.operation.id,
    parent: parent.name,
    parentOperation: parent.operation.id,
    failure: error._tag
  })

/**
 * Sends parts in batches, until each has succeeded or failed for good. What a part would wait for if it travelled alone, it waits
 * for here: then it is sent again, with the others that are due, and without those that have their answer. `failures` are those that
 * cannot be sent at all.
 */
export const make = ({ cloud, renew, send }: Effect.Effect.Success<typeof Pipeline.make>) =>
  Effect.fnUntraced(function*(
    parts: ReadonlyArray<Part>,
    limits: Limits,
    policy: typeof RetryPolicy.Service,
    done: (index: number, result: Result) => Effect.Effect<void>,
    failures: ReadonlyMap<number, GraphError.GraphError> = new Map()
  ) {
    const root = `${cloud.graphRoot}/v1.0`
    const deadline = (yield* monotonicMillis) + Duration.toMillis(policy.totalTimeout)
    const results = new Array<Result | undefined>(parts.length)
    const retries = new Array<number>(parts.length).fill(0)
    const due = new Array<number>(parts.length).fill(-Infinity)
    const renewed = new Set<number>()

    /** Those whose callers do not know yet what became of them. */
    let untold: Array<number> = []

    const finish = (index: number, result: Result) => {
      results[index] = result
      untold.push(index)
      const status = Either.isRight(result) ? String(result.right.answer.status) : result.left._tag
      return Telemetry.countItem(parts[index]!.operation.id, status)
    }

    const tell = Effect.suspend(() => {
      const settled = untold
      untold = []
      return Effect.forEach(settled, (index) => done(index, results[index]!), { discard: true })
    })

    /** The first of its parents that will not succeed. */
    const failedParent = (index: number) => {
      for (const parent of parts[index]!.parents) {
        const result = results[parent]
        if (result !== undefined && Either.isLeft(result)) return { part: parts[parent]!, error: result.left }
      }
      return undefined
    }

    /** Decides whether a part is sent again, and when. Answers how long the service throttles, if it does. */
    const fail = Effect.fnUntraced(function*(index: number, error: GraphError.GraphError) {
      const verdict = yield* Retry.judge(error, {
        operation: parts[index]!.operation,
        policy,
        deadline,
        retries: retries[index]!
      })
      if (verdict.again) {
        retries[index]!++
        due[index] = (yield* monotonicMillis) + Duration.toMillis(verdict.delay!)
        yield* Telemetry.countRetry(parts[index]!.operation.id, error._tag)
      } else {
        yield* finish(index, Either.left(verdict.error))
      }
      return error._tag === "Throttled" && verdict.delay !== undefined ? Duration.toMillis(verdict.delay) : undefined
    })

    /** Reads the answer to a batch, parents first. Answers for how long the service throttles some of it, if it does. */
    const receive = (batch: ReadonlyArray<number>) =>
      Effect.fnUntraced(function*(whole: Pipeline.Received) {
        const timeOfDay = yield* Clock.currentTimeMillis
        const answers = BatchAnswer.parts(whole.body, batch.length)
        const made = answers.filter((answer) => answer._tag === "Answered" && answer.status !== 424).length
        const throttled: Array<number> = []
        const refused: Array<{ readonly index: number; readonly error: GraphError.Unauthorized }> = []
        let held = 0
        for (const [position, index] of batch.entries()) {
          const { operation, parents } = parts[index]!
          const answer = answers[position]!
          if (answer._tag === "Answered" && answer.status === 424) {
            const parent = failedParent(index)
            if (parent !== undefined) {
              yield* finish(index, Either.left(dependencyFailed(parts[index]!, parent.part, parent.error)))
              continue
            }
            // Its parent will be sent again, and it goes along.
            if (parents.some((parent) => results[parent] === undefined)) continue
          }
          const result = BatchAnswer.read(operation, whole, answer, timeOfDay)
          if (Either.isRight(result)) {
            yield* finish(index, result)
            continue
          }
          if (result.left._tag === "Unauthorized" && !renewed.has(index)) {
            renewed.add(index)
            refused.push({ index, error: result.left })
            continue
          }
          const delay = yield* fail(index, result.left)
          if (delay === undefined) continue
          held = Math.max(held, delay)
          throttled.push(index)
        }
        // The gate is closed for the longest of these waits; whoever may go earlier would stand before it alone.
        const together = (yield* monotonicMillis) + held
        for (const index of throttled) if (results[index] === undefined) due[index] = together
        // At last: where the authority takes too long, the others have their answers already.
        if (refused.length > 0) {
          const failure = yield* Effect.match(renew(whole.token, refused[0]!.error), {
            onFailure: (error): GraphError.GraphError => error,
            onSuccess: () => undefined
          })
          for (const { error, index } of refused) {
            if (failure === undefined) yield* Telemetry.countRetry(parts[index]!.operation.id, error._tag)
            else yield* finish(index, Either.left(failure))
          }
        }
        return throttled.length === 0
          ? undefined
          : { delay: Duration.millis(held), taken: made - throttled.length }
      })

    const exchange = (batch: ReadonlyArray<number>) => {
      const own = batch.map((index) => parts[index]!)
      const operation = operationOf(own)
      const places = new Map(batch.map((index, position) => [index, String(position + 1)]))
      const requests = own.map((part, position) =>
        write(root, position + 1, part, part.parents.flatMap((parent) => places.get(parent) ?? []))
      )
      return Effect.flatMap(monotonicMillis, (now) =>
        send(operation, {
          url: `${root}/$batch`,
          headers: { "content-type": "application/json" },
          body: `{"requests":[${requests.join(",")}]}`,
          inspect: receive(batch),
          weight: batch.length
        }).pipe(
          Effect.provideService(RetryPolicy, { ...policy, totalTimeout: Duration.millis(Math.max(0, deadline - now)) }),
          Effect.withSpan("$batch", {
            kind: "client",
            attributes: { "msgraph.cloud": cloud.name, "msgraph.batch.size": batch.length },
            links: own.flatMap(({ span }) => span === undefined ? [] : [{ _tag: "SpanLink", span, attributes: {} }]),
            captureStackTrace: false
          }),
          Effect.catchAll((error) =>
            Effect.forEach(batch.filter((index) => results[index] === undefined), (index) => {
              const { operation: itemOperation } = parts[index]!
              const own = BatchAnswer.shareOf(error, itemOperation, Duration.decode(policy.totalTimeout))
              // What the pipeline did not repeat for the sake of others may be repeated without them.
              return itemOperation.idempotent && !operation.idempotent && Retry.decide(error, operation) === "fail"
                ? fail(index, own)
                : finish(index, Either.left(own))
            }, { discard: true })
          ),
          // When the batch is over, so that nobody goes on before its span has ended.
          Effect.zipRight(tell)
        ))
    }

    for (const [index, error] of failures) {
      results[index] = Either.left(error)
      untold.push(index)
    }
    const order = BatchPlan.inOrder(parts.map((_, index) => index), (index) => parts[index]!.parents)
    let pending = order
    while (true) {
      const now = yield* monotonicMillis
      const ready = new Set<number>()
      const waiting: Array<number> = []
      let next = Infinity
      for (const index of pending) {
        if (results[index] !== undefined) continue
        const parent = failedParent(index)
        if (parent !== undefined) {
          yield* finish(index, Either.left(dependencyFailed(parts[index]!, parent.part, parent.error)))
          continue
        }
        waiting.push(index)
        if (due[index]! > now) next = Math.min(next, due[index]!)
        else if (parts[index]!.parents.every((parent) => results[parent] !== undefined || ready.has(parent))) {
          ready.add(index)
        }
      }
      yield* tell
      pending = waiting
      if (pending.length === 0) return
      if (ready.size === 0) {
        yield* Effect.sleep(next - now)
        continue
      }
      const nodes = Array.from(ready, (index) => ({
        index,
        parents: parts[index]!.parents.filter((parent) => results[parent] === undefined)
      }))
      yield* Effect.forEach(BatchPlan.plan(nodes, limits.size), exchange, {
        concurrency: limits.concurrency,
        discard: true
      })
    }
  })

/** Those that are the same read, by the first of them. What changes something, or has to wait for it, is sent as often as asked. */
export const keyOf = ({ operation, parents, request: { headers, url } }: Part): string | undefined =>
  operation.method === "GET" && parents.length === 0 ? JSON.stringify([url, headers]) : undefined
