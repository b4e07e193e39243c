/** Whatever an operation takes or gives comes over the wire as it is, for any value that its schema can make. */
import { LifecycleWorkflowsApi, Operation } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, Either, FastCheck as fc, Schema } from "effect"
import { resultOf } from "./operationPayloads.js"
import { projection, withoutUndefined } from "./projections.js"

// These are large: a few of each collection will do.
fc.configureGlobal({ baseSize: "xsmall" })

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const parametersOf = (operation: Operation.Any): fc.Arbitrary<object> =>
  fc.record(Object.fromEntries(
    Object.entries(operation.parameters).map(([name, schema]) => [name, Arbitrary.make(schema as Schema.Schema<any>)])
  ))

/** Many operations share a schema: each of them once. */
const once = <A>(pick: (operation: Operation.Any) => A | undefined): ReadonlyArray<readonly [string, A]> => {
  const seen = new Map<A, string>()
  for (const operation of LifecycleWorkflowsApi.operations) {
    const schema = pick(operation)
    if (schema !== undefined && !seen.has(schema)) seen.set(schema, operation.id)
  }
  return [...seen].map(([schema, id]) => [id, schema])
}

describe("parameters and body", () => {
  for (const operation of LifecycleWorkflowsApi.operations) {
    it.prop(operation.id, [
      parametersOf(operation),
      operation.body === undefined ? fc.constant(undefined) : Arbitrary.make(operation.body as Schema.Schema<unknown>)
    ], ([parameters, body]) => {
      const request = Operation.request(operation as Operation.AnyWithoutBody, parameters as never, body as never)
      assertTrue(Either.isRight(request), Either.isLeft(request) ? request.left.message : "")
      const { body: text, method, path, query } = request.right
      strictEqual(method, operation.method)
      strictEqual(query, "")
      // The path leads where the template does, with the parameters in their places.
      const names = Object.keys(operation.parameters)
      const pattern = `/${operation.version}${operation.path}`.replace(/[$().]/g, "\\$&").replace(
        /\{\w+\}/g,
        "([^/(),]+)"
      )
      const [, ...values] = new RegExp(`^${pattern}$`).exec(path) ?? []
      strictEqual(values.length, names.length)
      deepStrictEqual(
        Object.fromEntries(
          names.map((name, index) => [
            name,
            Schema.decodeSync(operation.parameters[name]!)(decodeURIComponent(values[index]!))
          ])
        ),
        parameters
      )
      strictEqual(text === undefined, operation.body === undefined)
      if (operation.body === undefined || text === undefined) return
      deepStrictEqual(Schema.decodeUnknownSync(operation.body)(JSON.parse(text)), withoutUndefined(body))
    }, { fastCheck: { numRuns: operation.body === undefined ? 5 : 20 }, timeout: 30_000 })
  }
})

describe("results, in the default shape", () => {
  it.each(once(({ result }) => result))("%s", (id) => {
    const operation = LifecycleWorkflowsApi.operations.find((operation) => operation.id === id)!
    const schema = resultOf(operation)!
    fc.assert(
      fc.property(Arbitrary.make(schema), (value) => {
        const wire = overTheWire(Schema.encodeSync(schema)(value))
        deepStrictEqual(Schema.decodeUnknownSync(schema)(wire), withoutUndefined(value))
      }),
      { numRuns: 15 }
    )
  }, 30_000)
})

describe("query and result", () => {
  const read = LifecycleWorkflowsApi.operations.filter(({ queryOptions }) => queryOptions.includes("select"))
  it.each(read.map(({ id }) => id))("%s: what is asked for is what comes", (id) => {
    const operation = LifecycleWorkflowsApi.operations.find((operation) => operation.id === id)!
    assertTrue(Operation.isEntity(operation.result))
    const [parameters] = fc.sample(parametersOf(operation), 1)
    for (const asked of fc.sample(projection(operation.result, 1), 3)) {
      const query = operation.queryOptions.includes("expand")
        ? asked
        : { ...(asked.select === undefined ? {} : { select: asked.select }) }
      assertTrue(
        Either.isRight(Operation.request(operation as Operation.AnyWithoutBody, parameters as never, query as never))
      )
      const schema = resultOf(operation, query)!
      const [value] = fc.sample(Arbitrary.make(schema), 1)
      deepStrictEqual(
        Schema.decodeUnknownSync(schema)(overTheWire(Schema.encodeSync(schema)(value))),
        withoutUndefined(value)
      )
    }
  }, 30_000)
})
