import { LifecycleWorkflowsApi, NationalCloud, ODataError } from "@effect-msgraph/domain"
import { GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertInclude, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Schema } from "effect"
import { area, getToken, graph, reader, resultPath, send } from "./support.js"

const { runId, workflowId } = Seed.demoResult
const parameters: { readonly [name: string]: string } = Seed.demoResult
const pathOf = (template: string) => `/v1.0${template.replace(/\{(\w+)\}/g, (_, name) => parameters[name]!)}`
const runs = `${area}/workflows/${workflowId}/runs`

/** Status, code and message of a failure, whose body is Graph's. */
const failure = (answer: { readonly status: number; readonly body: unknown }) => {
  const { error } = Schema.decodeUnknownSync(ODataError.ODataError)(answer.body)
  return [answer.status, error.code, error.message] as const
}

describe("routes", () => {
  for (const operation of LifecycleWorkflowsApi.operations) {
    const path = pathOf(operation.path)

    it.effect(`${operation.id} answers, whatever the case of its path and with a slash at its end`, () =>
      Effect.gen(function*() {
        const { emulator, get } = yield* reader()
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
        const { get } = yield* reader()
        const keys = path.replace(/\/([0-9a-f-]{36})/g, "('$1')")
        const bare = path.replace(/\/([0-9a-f-]{36})/g, "($1)")
        deepStrictEqual((yield* get(keys)).body, (yield* get(path)).body)
        deepStrictEqual((yield* get(bare)).body, (yield* get(path)).body)
      }))

    it.effect(`${operation.id} refuses other methods with 405`, () =>
      Effect.gen(function*() {
        const { emulator, token } = yield* reader()
        for (const method of ["POST", "PUT", "PATCH", "DELETE", "HEAD"]) {
          const answer = yield* send(emulator, method, path, { authorization: `Bearer ${token}` })
          deepStrictEqual(failure(answer), [
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target."
          ])
          strictEqual(answer.headers.allow, "GET")
        }
      }))

    it.effect(`${operation.id} refuses a malformed id with 400 and an unknown one with 404`, () =>
      Effect.gen(function*() {
        const { get } = yield* reader()
        for (const id of Object.values(parameters).filter((id) => path.includes(id))) {
          const malformed = yield* get(path.replace(id, "not-a-guid"))
          deepStrictEqual(failure(malformed), [400, "BadRequest", "Invalid object identifier 'not-a-guid'."])
          const unknown = id.replace(/^./, "0")
          const answer = failure(yield* get(path.replace(id, unknown)))
          deepStrictEqual(answer.slice(0, 2), [404, "Request_ResourceNotFound"])
          assertInclude(answer[2], `'${unknown}'`)
        }
      }))
  }

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
        [`${area}/workflows`, "workflows"],
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
