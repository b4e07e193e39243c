import { LifecycleWorkflowsApi, NationalCloud, ODataError, type Operation } from "@effect-msgraph/domain"
import { GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertInclude, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Schema } from "effect"
import { area, bodies, demoParameters, getToken, graph, reader, resultPath, send } from "./support.js"

const { runId, workflowId } = Seed.demoResult
const runs = `${area}/workflows/${workflowId}/runs`

/** Status, code and message of a failure, whose body is Graph's. */
const failure = (answer: { readonly status: number; readonly body: unknown }) => {
  const { error } = Schema.decodeUnknownSync(ODataError.ODataError)(answer.body)
  return [answer.status, error.code, error.message] as const
}

/** The path of an operation, to what the demo tenant has. */
const pathOf = (operation: Operation.Any): string =>
  `/v1.0${operation.path.replace(/\{(\w+)\}/g, (_, name) => parametersOf(operation)[name]!)}`

const parametersOf = (operation: Operation.Any) => demoParameters(operation.path.includes("/deletedItems/"))

const allowed = (operation: Operation.Any): ReadonlySet<string> => {
  const shape = (path: string) => path.replace(/\{\w+\}/g, "{}")
  return new Set(
    LifecycleWorkflowsApi.operations.filter(({ path }) => shape(path) === shape(operation.path)).map(({ method }) =>
      method
    )
  )
}

const isGet = ({ method }: Operation.Any) => method === "GET"

describe("routes", () => {
  for (const operation of LifecycleWorkflowsApi.operations.filter(isGet)) {
    const path = pathOf(operation)
    const read = reader(undefined, Seed.demoAdmin)

    it.effect(`${operation.id} answers, whatever the case of its path and with a slash at its end`, () =>
      Effect.gen(function*() {
        const { emulator, get } = yield* read
        const answer = yield* get(path)
        strictEqual(answer.status, 200)
        strictEqual(answer.headers["content-type"]!.startsWith("application/json;odata.metadata=minimal"), true)
        for (
          const other of [`${path}/`, path.toUpperCase(), path.replace("identityGovernance", "IdentityGovernance")]
        ) {
          deepStrictEqual(
            (yield* get(other)).body["@odata.context"]?.toLowerCase(),
            answer.body["@odata.context"].toLowerCase()
          )
        }
        strictEqual((yield* emulator.requestCounts).byOperation[operation.id], 4)
      }))

    it.effect(`${operation.id} takes keys in parentheses`, () =>
      Effect.gen(function*() {
        const { get } = yield* read
        const keys = path.replace(/\/([0-9a-f-]{36}(?:_\d+)?)(?=\/|$)/g, "('$1')")
        const bare = path.replace(/\/([0-9a-f-]{36}(?:_\d+)?)(?=\/|$)/g, "($1)")
        deepStrictEqual((yield* get(keys)).body, (yield* get(path)).body)
        deepStrictEqual((yield* get(bare)).body, (yield* get(path)).body)
      }))
  }

  for (const operation of LifecycleWorkflowsApi.operations) {
    const path = pathOf(operation)
    const parameters = parametersOf(operation)

    it.effect(`${operation.id} refuses other methods with 405`, () =>
      Effect.gen(function*() {
        const { emulator, token } = yield* reader(undefined, Seed.demoAdmin)
        const methods = allowed(operation)
        for (
          const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].filter((method) => !methods.has(method))
        ) {
          const answer = yield* send(emulator, method, path, { authorization: `Bearer ${token}` })
          deepStrictEqual(failure(answer), [
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target."
          ])
          deepStrictEqual(new Set(answer.headers.allow!.split(", ")), methods)
        }
      }))

    it.effect(`${operation.id} refuses a malformed id with 400 and an unknown one with 404`, () =>
      Effect.gen(function*() {
        const { emulator, token } = yield* reader(undefined, Seed.demoAdmin)
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" }
        const ask = (path: string) =>
          send(emulator, operation.method, path, headers, bodies[operation.id as keyof typeof bodies])
        const names = Object.keys(operation.parameters).filter((name) => !name.endsWith("DateTime"))
        for (const id of names.map((name) => parameters[name]!)) {
          const key = new RegExp(`/${id}(?=/|$)`)
          const malformed = yield* ask(path.replace(key, "/not-a-guid"))
          deepStrictEqual(failure(malformed), [400, "BadRequest", "Invalid object identifier 'not-a-guid'."])
          const unknown = /^\d+$/.test(id) ? "99" : id.replace(/^./, (digit) => digit === "0" ? "1" : "0")
          const answer = failure(yield* ask(path.replace(key, `/${unknown}`)))
          deepStrictEqual(answer.slice(0, 2), [404, "Request_ResourceNotFound"])
          assertInclude(answer[2], `'${unknown}'`)
        }
      }))

    it.effect(`${operation.id} refuses those who have no permission with 403`, () =>
      Effect.gen(function*() {
        const { emulator, token } = yield* reader(undefined, Seed.demoUnprivileged)
        strictEqual(
          (yield* send(emulator, operation.method, path, { authorization: `Bearer ${token}` })).status,
          403
        )
      }))
  }

  it.effect("actions go by their whole name, too", () =>
    Effect.gen(function*() {
      const { emulator, token } = yield* reader(undefined, Seed.demoAdmin)
      const path = `${area}/workflows/${workflowId}/microsoft.graph.identityGovernance.previewTaskFailures`
      strictEqual((yield* send(emulator, "POST", path, { authorization: `Bearer ${token}` })).status, 200)
    }))

  it.effect("a period that is none is 400", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      const summary = (from: string, to: string) => get(`${runs}/summary(startDateTime=${from},endDateTime=${to})`)
      strictEqual((yield* summary("2022-08-01T00:00:00Z", "2022-08-31T00:00:00%2B02:00")).status, 200)
      strictEqual((yield* summary("yesterday", "2022-08-31T00:00:00Z")).status, 400)
      strictEqual((yield* summary("2022-09-01T00:00:00Z", "2022-08-31T00:00:00Z")).status, 400)
    }))

  it.effect("keys are GUIDs, or GUIDs and numbers joined by _", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      const guid = "0dad77a4-6eda-4de7-bc37-fe8eb5aaf17d"
      const well = [
        guid,
        guid.toUpperCase(),
        `${guid}_638927104150522341`,
        `${guid}_1_${guid}_638927021459357126_${guid}`
      ]
      for (const key of well) strictEqual((yield* get(`${runs}/${key}`)).status, 404)
      const ill = ["1", `${guid}_`, `${guid}_x`, `_${guid}`, `${guid}1`, `1_${guid}`, "%20", `${guid}%0A`, "..%2f"]
      for (const key of ill) strictEqual((yield* get(`${runs}/${key}`)).status, 400)
    }))

  it.effect("GUIDs have no case", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      strictEqual((yield* get(`${runs}/${runId.toUpperCase()}`)).body.id, runId)
    }))

  it.effect("a child of another parent is not found", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      const path = resultPath({
        ...Seed.demoResult,
        userProcessingResultId: Seed.demoSelectedResult.userProcessingResultId
      })
      strictEqual((yield* get(path)).status, 404)
    }))

  it.effect("an unknown path is 400, and says which segment it is", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      const segments: ReadonlyArray<readonly [path: string, segment: string]> = [
        ["/", ""],
        ["/v1.0", "v1.0"],
        ["/beta/identityGovernance", "beta"],
        ["/v1.0/identityGovernence/lifecycleWorkflows", "identityGovernence"],
        [`${area}/workflow`, "workflow"],
        [`${runs}/${runId}/nothing`, "nothing"],
        [`${runs}//`, ""]
      ]
      for (const [path, segment] of segments) {
        deepStrictEqual(failure(yield* get(path)), [
          400,
          "BadRequest",
          `Resource not found for the segment '${segment}'.`
        ])
      }
      strictEqual((yield* get("/v1.0/%ff")).status, 400)
    }))

  it.effect("a cloud that has no lifecycle workflows has no routes; a custom one has all", () =>
    Effect.gen(function*() {
      const { get } = yield* reader({ cloud: NationalCloud.bleu })
      deepStrictEqual(failure(yield* get(runs)), [
        400,
        "BadRequest",
        "Resource not found for the segment 'v1.0'."
      ])
      const china = yield* reader({ cloud: NationalCloud.china })
      const answer = yield* china.get(runs)
      strictEqual(
        answer.body["@odata.context"].startsWith("https://microsoftgraph.chinacloudapi.cn/v1.0/$metadata#"),
        true
      )
    }))

  it.effect("every answer carries ids and a date; a client's own id comes back", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      const answer = yield* get(runs, { "client-request-id": "2f6c7e5a-0c1b-4d55-9a54-6c2f7b1f4d10" })
      strictEqual(answer.headers["client-request-id"], "2f6c7e5a-0c1b-4d55-9a54-6c2f7b1f4d10")
      strictEqual(answer.headers.date, "Thu, 01 Jan 1970 00:00:00 GMT")
      const other = yield* get("/v1.0/x", { "client-request-id": "line\r\nbreak" })
      strictEqual(other.headers["client-request-id"], other.headers["request-id"])
      const inner = other.body.error.innerError
      deepStrictEqual(inner, {
        date: "1970-01-01T00:00:00",
        "request-id": other.headers["request-id"],
        "client-request-id": other.headers["request-id"]
      })
    }))

  it.effect("nothing answers at another origin", () =>
    Effect.gen(function*() {
      const emulator = yield* GraphEmulator.make()
      const token = yield* getToken(emulator)
      for (
        const url of ["https://graph.microsoft.us/v1.0", "http://graph.microsoft.com/v1.0", `${graph}:444/`, "https://"]
      ) {
        const error = yield* Effect.flip(send(emulator, "GET", url, { authorization: `Bearer ${token}` }))
        strictEqual(error._tag, "ConnectionFailure")
      }
      const other = yield* send(emulator, "GET", "https://login.microsoftonline.com/common/discovery")
      strictEqual(other.status, 404)
    }))
})
