import { TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, GraphError, RetryPolicy, Throttle } from "@effect-msgraph/client"
import * as Batch from "@effect-msgraph/client/Batch"
import { Ids, LifecycleWorkflowsApi as Api } from "@effect-msgraph/domain"
import { HttpClient } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Duration, Effect, Either, Fiber, TestClock } from "effect"
import { graphError, itemsOf, serve, urls } from "./batchServer.js"
import type { Answer, Item } from "./batchServer.js"
import { broken, connect, httpClient, json, refusal, times, tokenProvider, withDraw, workflowId } from "./utils.js"
import type { Reply, Sent } from "./utils.js"

const runId = (n: number) => Ids.RunId.make(`run-${n}`)
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)
const nameIn = (url: string) => /(?:runs|workflows)\/([\w-]+)(?:\?|\/\w+$|$)/.exec(url)?.[1] ?? ""

const get = (n: number) => Batch.item(Api.getRun, { workflowId, runId: runId(n) }, { select: ["id"] })
const remove = (n: number) => Batch.item(Api.deleteWorkflow, { workflowId: Ids.WorkflowId.make(`w-${n}`) })

const good = ({ method, url }: Item): Answer =>
  method === "DELETE" ? { status: 204 } : { status: 200, body: { id: nameIn(url) } }

const setup = (answer: Parameters<typeof serve>[0] | { readonly reply: (sent: Sent, index: number) => Reply } = good) =>
  connect(typeof answer === "function" ? serve(answer) : answer.reply)

const tag = Either.match({
  onLeft: ({ _tag }: GraphError.GraphError) => _tag as string,
  onRight: () => "ok"
})

const errorOf = <T extends GraphError.GraphError["_tag"]>(
  result: Either.Either<unknown, GraphError.GraphError>,
  expected: T
) => {
  const error = Either.getOrThrow(Either.flip(result))
  strictEqual(error._tag, expected)
  return error as Extract<GraphError.GraphError, { readonly _tag: T }>
}

/** Runs while as much time passes as it takes. */
const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

describe("a batch by hand", () => {
  it.effect("mixes reads and writes, and gives each its own result", () =>
    Effect.gen(function*() {
      const { graph, sent } = yield* setup((item) =>
        item.url.endsWith("/workflows/w-2")
          ? { status: 404, body: graphError() }
          : item.url.includes("/activate")
          ? { status: 204 }
          : item.url.includes("/runs?")
          ? { status: 200, body: { value: [{ id: "r" }], "@odata.count": 5 } }
          : good(item)
      )
      const results = yield* graph.batch({
        run: get(1),
        runs: Batch.item(Api.listRuns, { workflowId }, { select: ["id"] }),
        removed: remove(2),
        activated: Batch.item(Api.activateWorkflow, { workflowId }, { subjects: [{ id: Ids.UserId.make("u") }] })
      })
      deepStrictEqual(Object.keys(results), ["run", "runs", "removed", "activated"])
      strictEqual((yield* results.run).id, runId(1))
      const page = yield* results.runs
      deepStrictEqual([page.value, page.count], [[{ id: Ids.RunId.make("r") }], 5])
      strictEqual(yield* results.activated, undefined)
      strictEqual(errorOf(results.removed, "NotFound").operation, "workflows.delete")
      strictEqual(sent.length, 1)
      const root = "/identityGovernance/lifecycleWorkflows/workflows"
      const items = itemsOf(sent[0]!)
      deepStrictEqual(items.map(({ id, method, url }) => [id, method, url]), [
        ["1", "GET", `${root}/${workflowId}/runs/run-1?$select=id`],
        ["2", "GET", `${root}/${workflowId}/runs?$select=id`],
        ["3", "DELETE", `${root}/w-2`],
        ["4", "POST", `${root}/${workflowId}/activate`]
      ])
      deepStrictEqual([items[3]!.headers, items[3]!.body], [
        { "content-type": "application/json" },
        { subjects: [{ id: "u" }] }
      ])
    }))

  it.effect("may be an array, and holds the same item once", () =>
    Effect.gen(function*() {
      const { graph, sent } = yield* setup()
      const first = remove(1)
      const results = yield* graph.batch([first, get(2), get(2), first, remove(1)])
      deepStrictEqual(results.map(tag), Array(5).fill("ok"))
      // The same read is one request, the same write as an item of its own is another.
      deepStrictEqual(itemsOf(sent[0]!).map(({ method }) => method), ["DELETE", "GET", "DELETE"])
    }))

  it.effect("sends nothing where there is nothing to send", () =>
    Effect.gen(function*() {
      const { graph, sent } = yield* setup()
      deepStrictEqual(yield* graph.batch([]), [])
      deepStrictEqual(yield* graph.batch({}), {})
      const unfit = Batch.item(Api.getRun, { workflowId, runId: runId(1) }, { select: ["nope" as "id"] })
      const results = yield* graph.batch({ unfit, child: get(1).pipe(Batch.dependsOn(unfit)) })
      deepStrictEqual([tag(results.unfit), tag(results.child)], ["InvalidRequest", "DependencyFailed"])
      strictEqual(sent.length, 0)
    }))

  it.effect("sends those with the ones that they depend on", () =>
    Effect.gen(function*() {
      const { graph, sent } = yield* setup()
      const parent = remove(1)
      const child = get(2).pipe(Batch.dependsOn(parent))
      const grandchild = remove(3).pipe(Batch.dependsOn(child), Batch.dependsOn(parent))
      const results = yield* graph.batch({ grandchild, child, parent })
      deepStrictEqual(Object.entries(results).map(([name, result]) => [name, tag(result)]), [
        ["grandchild", "ok"],
        ["child", "ok"],
        ["parent", "ok"]
      ])
      deepStrictEqual(itemsOf(sent[0]!).map(({ dependsOn, url }) => [nameIn(url), dependsOn]), [
        ["w-1", undefined],
        ["run-2", ["1"]],
        ["w-3", ["2", "1"]]
      ])
    }))

  it.effect("tells of the parent where one failed", () =>
    Effect.gen(function*() {
      const { graph } = yield* setup((item) =>
        nameIn(item.url) === "w-1" ? { status: 409, body: graphError() } : good(item)
      )
      const parent = remove(1)
      const child = get(2).pipe(Batch.dependsOn(parent))
      const results = yield* graph.batch({
        parent,
        child,
        grandchild: remove(3).pipe(Batch.dependsOn(child)),
        other: get(4)
      })
      deepStrictEqual(Object.values(results).map(tag), ["Conflict", "DependencyFailed", "DependencyFailed", "ok"])
      deepStrictEqual({ ...errorOf(results.child, "DependencyFailed") }, {
        ...new GraphError.DependencyFailed({
          operation: "workflows.runs.get",
          parent: "parent",
          parentOperation: "workflows.delete",
          failure: "Conflict"
        })
      })
      strictEqual(
        errorOf(results.grandchild, "DependencyFailed").message,
        "workflows.delete was not done, since it depends on child (workflows.runs.get), which failed: DependencyFailed."
      )
    }))

  it.effect("takes a 424 without a failed parent for what it says", () =>
    Effect.gen(function*() {
      const { graph } = yield* setup(() => ({ status: 424, body: graphError() }))
      deepStrictEqual((yield* graph.batch([get(1)])).map(tag), ["UnexpectedStatus"])
    }))

  it.effect("refuses what depends on something that is not in it", () =>
    Effect.gen(function*() {
      const { graph, sent } = yield* setup()
      const results = yield* graph.batch([get(1).pipe(Batch.dependsOn(remove(1))), get(2)])
      strictEqual(errorOf(results[0]!, "InvalidRequest").field, "dependsOn")
      deepStrictEqual([tag(results[1]!), urls(sent).map((one) => one.length)], ["ok", [1]])
    }))

  it.effect("may be larger than Graph allows: what belongs together stays together", () =>
    Effect.gen(function*() {
      const { graph, sent } = yield* setup()
      const pairs = numbers(15).flatMap((n) => {
        const parent = remove(n)
        return [parent, get(n).pipe(Batch.dependsOn(parent)), remove(n).pipe(Batch.dependsOn(parent))]
      })
      deepStrictEqual((yield* graph.batch(pairs)).map(tag), Array(45).fill("ok"))
      deepStrictEqual(sent.map((one) => itemsOf(one).length).sort(), [18, 18, 9])
      for (const one of sent) {
        strictEqual(itemsOf(one).filter(({ dependsOn }) => dependsOn === undefined).length * 3, itemsOf(one).length)
      }
    }))

  it.effect("sends a chain that is longer than a batch in parts, one after the other", () =>
    Effect.gen(function*() {
      let done = 0
      const { graph, sent } = yield* setup((item) => {
        strictEqual(nameIn(item.url), `w-${done++}`)
        return good(item)
      })
      const chain: Array<Batch.Item<void>> = []
      for (const n of numbers(45)) {
        chain.push(n === 0 ? remove(n) : remove(n).pipe(Batch.dependsOn(chain[n - 1]!)))
      }
      deepStrictEqual((yield* graph.batch(chain.slice().reverse())).map(tag), Array(45).fill("ok"))
      deepStrictEqual(sent.map((one) => itemsOf(one).length), [20, 20, 5])
      strictEqual(itemsOf(sent[1]!)[0]!.dependsOn, undefined)
    }))

  it.effect("does not send the rest of a chain that broke", () =>
    Effect.gen(function*() {
      const { graph, sent } = yield* setup((item) =>
        nameIn(item.url) === "w-19" ? { status: 400, body: graphError() } : good(item)
      )
      const chain: Array<Batch.Item<void>> = []
      for (const n of numbers(22)) {
        chain.push(n === 0 ? remove(n) : remove(n).pipe(Batch.dependsOn(chain[n - 1]!)))
      }
      const results = yield* graph.batch(chain)
      deepStrictEqual(results.slice(18).map(tag), ["ok", "BadRequest", "DependencyFailed", "DependencyFailed"])
      strictEqual(sent.length, 1)
    }))
})

describe("the gate", () => {
  it.effect("counts what is in it, and is told what was taken", () =>
    Effect.gen(function*() {
      const gate = yield* Throttle.make()
      const weights: Array<number | undefined> = []
      const taken: Array<number | undefined> = []
      const watched = Throttle.Throttle.of({
        ...gate,
        pass: (request, use) =>
          gate.pass(request, (permit) => {
            weights.push(request.weight)
            return use({
              ...permit,
              rejected: (duration, count) => {
                taken.push(count)
                return permit.rejected(duration, count)
              }
            })
          })
      })
      const { client } = httpClient(serve((item, round) =>
        round === 0 && nameIn(item.url) === "w-1" ? { status: 429, headers: { "Retry-After": "5" } } : good(item)
      ))
      const graph = yield* GraphClient.make.pipe(
        Effect.provideService(HttpClient.HttpClient, client),
        Effect.provideService(TokenProvider.TokenProvider, tokenProvider().service),
        Effect.provideService(Throttle.Throttle, watched)
      )
      const parent = remove(1)
      // One is throttled, and one is not made because of it: of five, three are taken.
      yield* inTime(graph.batch([parent, get(2).pipe(Batch.dependsOn(parent)), get(3), get(4), get(5)]))
      deepStrictEqual(weights, [5, 2])
      deepStrictEqual(taken, [3])
    }))
})

describe("what goes wrong in it", () => {
  it.effect("a throttled request is sent again, with those that were not made because of it", () =>
    Effect.gen(function*() {
      const { graph, sent } = yield* setup((item, round) =>
        round === 0 && nameIn(item.url) === "w-1" ? { status: 429, headers: { "Retry-After": "5" } } : good(item)
      )
      const parent = remove(1)
      const results = yield* inTime(
        graph.batch({ other: remove(3), parent, child: get(2).pipe(Batch.dependsOn(parent)) })
      )
      deepStrictEqual(Object.values(results).map(tag), ["ok", "ok", "ok"])
      deepStrictEqual(times(sent), [0, 5000])
      deepStrictEqual(itemsOf(sent[1]!).map(({ dependsOn, url }) => [nameIn(url), dependsOn]), [
        ["w-1", undefined],
        ["run-2", ["1"]]
      ])
    }))

  it.effect("a throttled child does not repeat its parent", () =>
    Effect.gen(function*() {
      const { graph, sent } = yield* setup((item, round) =>
        round === 0 && nameIn(item.url) === "w-2" ? { status: 503, headers: { "Retry-After": "5" } } : good(item)
      )
      const parent = remove(1)
      const results = yield* inTime(graph.batch([parent, remove(2).pipe(Batch.dependsOn(parent))]))
      deepStrictEqual(results.map(tag), ["ok", "ok"])
      deepStrictEqual(itemsOf(sent[1]!).map(({ dependsOn, url }) => [nameIn(url), dependsOn]), [["w-2", undefined]])
    }))

  it.effect("a write is repeated only where the service says that it did nothing", () =>
    Effect.gen(function*() {
      const activate = Batch.item(Api.activateWorkflow, { workflowId }, { subjects: [{ id: Ids.UserId.make("u") }] })
      for (
        const [answer, expected, count, outcome] of [
          [{ status: 429, headers: { "retry-after": "1" } }, "ok", 2, undefined],
          [{ status: 429 }, "ok", 2, undefined],
          [{ status: 503, headers: { "retry-after": "1" }, body: graphError() }, "ok", 2, undefined],
          [{ status: 503, body: graphError() }, "ServiceUnavailable", 1, "unknown"],
          [{ status: 500, body: graphError() }, "ServiceUnavailable", 1, "unknown"],
          [{ status: 502, body: "<html>" }, "GatewayError", 1, "unknown"],
          [{ status: "x" }, "Decode", 1, "unknown"],
          [{ status: 204, body: "<html>" }, "GatewayError", 1, "unknown"]
        ] as const
      ) {
        const { graph, sent } = yield* setup((_, round) => round === 0 ? answer : { status: 204 })
        const [result] = yield* inTime(withDraw(0.5)(graph.batch([activate])))
        deepStrictEqual([answer.status, tag(result), sent.length], [answer.status, expected, count])
        const error = Either.getOrUndefined(Either.flip(result))
        strictEqual(error !== undefined && "outcome" in error ? error.outcome : undefined, outcome)
      }
      const missing = yield* setup({ reply: () => json({ responses: [] }) })
      strictEqual(errorOf((yield* missing.graph.batch([activate]))[0], "GatewayError").outcome, "unknown")
    }))

  it.effect("where the connection broke, reads are sent again, and writes are not", () =>
    Effect.gen(function*() {
      const activate = Batch.item(Api.activateWorkflow, { workflowId }, { subjects: [{ id: Ids.UserId.make("u") }] })
      const { graph, sent } = yield* setup({
        reply: (sent, index) => index === 0 ? broken("ECONNRESET") : serve(good)(sent, index)
      })
      const results = yield* inTime(
        withDraw(1)(
          graph.batch({ activate, read: get(1), after: get(2).pipe(Batch.dependsOn(activate)) })
        )
      )
      strictEqual(errorOf(results.activate, "Transport").outcome, "unknown")
      deepStrictEqual([tag(results.read), tag(results.after)], ["ok", "DependencyFailed"])
      deepStrictEqual([times(sent), urls(sent).map((one) => one.map(nameIn))[1]], [[0, 500], ["run-1"]])
    }))

  it.effect("and where nothing may be sent again, only of the writes nobody knows what became", () =>
    Effect.gen(function*() {
      const activate = Batch.item(Api.activateWorkflow, { workflowId }, { subjects: [{ id: Ids.UserId.make("u") }] })
      const { graph } = yield* setup({ reply: () => broken("ECONNRESET") })
      const [read, write] = yield* graph.batch([get(1), activate]).pipe(RetryPolicy.withPolicy({ maxRetries: 0 }))
      deepStrictEqual([errorOf(read, "Transport").outcome, errorOf(write, "Transport").outcome], ["none", "unknown"])
    }))

  it.effect("a refusal of the whole is the failure of each", () =>
    Effect.gen(function*() {
      const { graph } = yield* setup({ reply: () => refusal(403) })
      const results = yield* graph.batch([get(1), remove(2)])
      deepStrictEqual(errorOf(results[0], "Forbidden").operation, "workflows.runs.get")
      deepStrictEqual(errorOf(results[1], "Forbidden").operation, "workflows.delete")
      strictEqual(
        errorOf(results[1], "Forbidden").sufficientPermissions.includes("LifecycleWorkflows.ReadWrite.All"),
        true
      )
    }))

  it.effect("the time of a call is the time of the whole", () =>
    Effect.gen(function*() {
      const { graph, sent } = yield* setup((item) =>
        nameIn(item.url) === "w-1" ? { status: 429, headers: { "Retry-After": "4" } } : good(item)
      )
      const results = yield* inTime(
        Effect.provideService(graph.batch([remove(1), get(2)]), RetryPolicy.RetryPolicy, {
          ...RetryPolicy.defaultPolicy,
          totalTimeout: "10 seconds"
        })
      )
      deepStrictEqual(times(sent), [0, 4000, 8000])
      deepStrictEqual(errorOf(results[0], "Throttled").retryAfter, Duration.seconds(4))
      strictEqual(tag(results[1]), "ok")
    }))

  it.effect("a token that is not renewed in time takes nobody's answer away", () =>
    Effect.gen(function*() {
      const { graph, sent } = yield* connect(
        serve((item) => nameIn(item.url) === "run-1" ? { status: 401, body: graphError() } : good(item)),
        { renewing: Effect.never }
      )
      const results = yield* inTime(
        graph.batch([get(1), remove(2), get(3)]).pipe(RetryPolicy.withPolicy({ totalTimeout: "10 seconds" }))
      )
      deepStrictEqual(results.map(tag), ["Timeout", "ok", "ok"])
      strictEqual(sent.length, 1)
    }))

  it.effect("can be interrupted at any time", () =>
    Effect.gen(function*() {
      const { graph, sent } = yield* setup({ reply: () => () => Effect.never })
      const fiber = yield* Effect.fork(graph.batch([remove(1), get(2)]))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      assertTrue(sent[0]!.signal.aborted)
    }))
})
