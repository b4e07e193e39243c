import { TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, RetryPolicy } from "@effect-msgraph/client"
import type { GraphError } from "@effect-msgraph/client"
import { UndiciHttpClient } from "@effect-msgraph/client/undici"
import { ExecutionConditions, Ids, LifecycleWorkflowsApi as Api, NationalCloud } from "@effect-msgraph/domain"
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import {
  Chunk,
  Clock,
  Context,
  DateTime,
  Duration,
  Effect,
  Either,
  Fiber,
  Layer,
  Option,
  Stream,
  TestClock
} from "effect"
import { run as aRun, runId, tokenProvider, withDraw, workflowId } from "../utils.js"
import * as Server from "./server.js"

// Operations

/** An operation of each kind: how it is called, and what the service says when all is well. */
export interface Kind {
  readonly name: string
  /** Whether it may be repeated when nobody knows what became of it. */
  readonly safe: boolean
  readonly good: Server.Answer
  readonly call: (graph: GraphClient.Service) => Effect.Effect<unknown, GraphError.GraphError>
}

const subject = { _tag: "DirectoryObjectWorkflowSubject" } as const

const workflow = {
  id: workflowId,
  category: "joiner",
  createdDateTime: "2022-08-24T23:28:11Z",
  description: null,
  displayName: "New hires",
  executionConditions: { "@odata.type": "#microsoft.graph.identityGovernance.onDemandExecutionOnly" },
  isEnabled: true,
  isSchedulingEnabled: false,
  lastModifiedDateTime: "2022-08-24T23:28:11Z",
  nextScheduleRunDateTime: null,
  version: 1
}

const user = { id: Ids.UserId.make("8cdf25a8-c9d2-423e-a03d-3f39f03c3e97") }

export const kinds: ReadonlyArray<Kind> = [
  {
    name: "get",
    safe: true,
    good: Server.good(200, aRun),
    call: (graph) => graph.execute(Api.getRun, { workflowId, runId })
  },
  {
    name: "list",
    safe: true,
    good: Server.good(200, { value: [aRun] }),
    call: (graph) => Stream.runCollect(graph.stream(Api.listRuns, { workflowId }))
  },
  {
    name: "function",
    safe: true,
    good: Server.good(200, {
      failedRuns: 0,
      failedTasks: 0,
      successfulRuns: 1,
      totalRuns: 1,
      totalTasks: 2,
      totalUsers: 1
    }),
    call: (graph) =>
      graph.execute(Api.summarizeRuns, {
        workflowId,
        startDateTime: DateTime.unsafeMake("2026-01-01T00:00:00Z"),
        endDateTime: DateTime.unsafeMake("2026-02-01T00:00:00Z")
      })
  },
  {
    name: "create",
    safe: false,
    good: Server.good(201, workflow),
    call: (graph) =>
      graph.execute(Api.createWorkflow, {}, {
        category: "joiner",
        displayName: "New hires",
        executionConditions: ExecutionConditions.onDemandOnly,
        tasks: []
      })
  },
  {
    name: "update",
    safe: true,
    good: Server.good(204, undefined),
    call: (graph) => graph.execute(Api.updateWorkflow, { workflowId }, { displayName: "Renamed" })
  },
  {
    name: "delete",
    safe: true,
    good: Server.good(204, undefined),
    call: (graph) => graph.execute(Api.deleteWorkflow, { workflowId })
  },
  {
    name: "action",
    safe: false,
    good: Server.good(204, undefined),
    call: (graph) => graph.execute(Api.activateWorkflow, { workflowId }, { subjects: [user] })
  },
  {
    name: "action with an answer",
    safe: false,
    good: Server.good(200, {
      processingStatus: "completed",
      statusReasons: [],
      subject: { "@odata.type": "#microsoft.graph.identityGovernance.directoryObjectWorkflowSubject" }
    }),
    call: (graph) => graph.execute(Api.activateWorkflowAndWait, { workflowId }, { subject })
  },
  {
    name: "action marked idempotent",
    safe: true,
    good: Server.good(200, { value: [] }),
    call: (graph) => graph.execute(Api.previewTaskFailures, { workflowId })
  }
]

// Platforms

/** The clients that applications use, each with connections of its own. */
export const platforms = {
  fetch: FetchHttpClient.layer,
  undici: NodeHttpClient.layerUndici,
  "node:http": NodeHttpClient.layer,
  UndiciHttpClient: UndiciHttpClient.layer()
} as const

export type Platform = keyof typeof platforms

// Time

const turn = Effect.promise(() =>
  new Promise<void>((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))))
)

/** Lets the event loop turn until a condition holds. Virtual time stands still meanwhile. */
export const eventually = (condition: Effect.Effect<boolean>): Effect.Effect<void> =>
  Effect.gen(function*() {
    for (let i = 0; i < 100_000; i++) {
      if (yield* condition) return
      yield* turn
    }
    return yield* Effect.dieMessage("what was waited for never happened")
  })

export const until = (condition: () => boolean): Effect.Effect<void> => eventually(Effect.sync(condition))

/** The times at which somebody is to be woken, before the deadline of the call. */
export const wakes = (deadline: number): Effect.Effect<ReadonlyArray<number>> =>
  Effect.map(TestClock.sleeps(), (sleeps) => Chunk.toReadonlyArray(sleeps).filter((time) => time < deadline))

/** Moves the clock from one sleep to the next until a fiber is done, whenever there is nothing to do but wait. */
export const runToEnd = <A, E>(
  fiber: Fiber.RuntimeFiber<A, E>,
  deadline: number,
  idle: () => boolean
): Effect.Effect<void> =>
  Effect.gen(function*() {
    const done = Effect.map(Fiber.poll(fiber), Option.isSome)
    while (true) {
      yield* eventually(
        Effect.zipWith(done, wakes(deadline), (ended, times) => ended || (times.length > 0 && idle()))
      )
      if (yield* done) return
      yield* TestClock.setTime(Math.min(...(yield* wakes(deadline))))
    }
  })

// Calls

/** With a draw of 1, the waits are a second, then two; and no attempt ends by itself unless the policy says so. */
export const policy: RetryPolicy.Policy = {
  maxRetries: 2,
  baseDelay: 1000,
  maxDelay: "1 hour",
  attemptTimeout: Duration.infinity,
  totalTimeout: "15 minutes"
}

export const token = "token-1"

/** A client of the server, on that platform, and when its requests were sent. */
export const connect = (
  platform: Layer.Layer<HttpClient.HttpClient>,
  graphRoot: string
) =>
  Effect.gen(function*() {
    const sent: Array<number> = []
    const urls: Array<string> = []
    const tokens = tokenProvider({
      cloud: Either.getOrThrow(NationalCloud.custom({ graphRoot, authority: graphRoot }))
    })
    const http = Layer.map(platform, (context) =>
      Context.add(
        context,
        HttpClient.HttpClient,
        HttpClient.tapRequest(Context.get(context, HttpClient.HttpClient), ({ url }) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            sent.push(now)
            urls.push(url)
          }))
      ))
    const context = yield* Layer.build(
      GraphClient.layer.pipe(
        Layer.provide(http),
        Layer.provide(Layer.succeed(TokenProvider.TokenProvider, tokens.service))
      )
    )
    return { graph: Context.get(context, GraphClient.GraphClient), sent, urls, tokens: tokens.calls }
  })

/** Calls a server under this policy, and runs to the end of it. */
export const run = <A>(options: {
  readonly platform: Layer.Layer<HttpClient.HttpClient>
  readonly graphRoot: string
  readonly call: (graph: GraphClient.Service) => Effect.Effect<A, GraphError.GraphError>
  readonly policy?: Partial<RetryPolicy.Policy> | undefined
  readonly stalled?: (() => number) | undefined
}) =>
  Effect.gen(function*() {
    const { graph, sent, tokens, urls } = yield* connect(options.platform, options.graphRoot)
    const inForce = { ...policy, ...options.policy }
    const start = yield* Clock.currentTimeMillis
    const fiber = yield* Effect.fork(
      withDraw(1)(options.call(graph)).pipe(Effect.provideService(RetryPolicy.RetryPolicy, inForce))
    )
    const { stalled } = options
    yield* runToEnd(
      fiber,
      start + Duration.toMillis(inForce.totalTimeout),
      // An attempt that can end by itself may do so only once it is sure that nothing more will come.
      () => stalled === undefined || stalled() === sent.length
    )
    return { exit: yield* Fiber.await(fiber), at: sent.map((time) => time - start), urls, renewals: tokens.renewals }
  })
