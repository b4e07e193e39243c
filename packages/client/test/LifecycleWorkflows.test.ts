import { LifecycleWorkflowsApi } from "@effect-msgraph/domain"
import type { Operation } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Stream } from "effect"
import { connect, json } from "./utils.js"

type Method = (parameters: object) => Effect.Effect<unknown, unknown> & Stream.Stream<unknown, unknown>

/** The methods of the service, by the path of names that leads to each. */
const methodsOf = (group: object, path = ""): ReadonlyArray<readonly [path: string, method: Method]> =>
  Object.entries(group).flatMap(([name, node]: [string, Method | object]) =>
    typeof node === "function" ? [[`${path}${name}`, node as Method] as const] : methodsOf(node, `${path}${name}.`)
  )

describe("LifecycleWorkflows", () => {
  it.effect("has the catalogue's operations, each under its id", () =>
    Effect.gen(function*() {
      const { lcw } = yield* connect([])
      deepStrictEqual(
        methodsOf(lcw).map(([path]) => path).sort(),
        LifecycleWorkflowsApi.operations.map(({ id }) => id).sort()
      )
    }))

  for (const operation of LifecycleWorkflowsApi.operations) {
    it.effect(`${operation.id} sends its operation's request`, () =>
      Effect.gen(function*() {
        const { lcw, sent } = yield* connect([json(operation.kind === "list" ? { value: [] } : {})])
        const method = methodsOf(lcw).find(([path]) => path === operation.id)![1]
        const parameters = Object.fromEntries(Object.keys(operation.parameters).map((name) => [name, `the-${name}`]))
        // An empty body does not decode as an entity; what matters here was sent by then.
        yield* Effect.ignore(operation.kind === "list" ? Stream.runDrain(method(parameters)) : method(parameters))
        strictEqual(sent.length, 1)
        strictEqual(
          sent[0]!.url,
          `https://graph.microsoft.com/v1.0${operation.path.replace(/\{([^}]+)\}/g, "the-$1")}`
        )
        strictEqual(sent[0]!.method, (operation as Operation.Any).method)
      }))
  }
})
