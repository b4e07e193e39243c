import { ODataError } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual } from "@effect/vitest/utils"
import { Arbitrary, Either, Schema } from "effect"

const decode = Schema.decodeUnknownEither(ODataError.ODataError)
const inner = {
  "code": "1001",
  "message": "Please retry after",
  "date": "2020-08-18T12:51:51",
  "request-id": "94fb3b52-452a-4535-a601-69e0a90e3aa2",
  "client-request-id": "ac4d6f5c-9d4f-4a3b-8f0d-6f8a3a2a8f10"
}

describe("ODataError", () => {
  it("reads the body of a failed request", () => {
    const body = {
      error: {
        code: "TooManyRequests",
        message: "Please retry again later.",
        target: "runs",
        details: [{ code: "429", message: "limit", target: "app" }, {}],
        innerError: inner
      }
    }
    deepStrictEqual(Either.getOrThrow(decode(body)), body)
  })

  it("reads either spelling of the inner error, and ignores what is nested deeper", () => {
    const error = { code: "Request_BadRequest", message: "" }
    deepStrictEqual(
      Either.getOrThrow(
        decode({ error: { ...error, innererror: { ...inner, innererror: { type: "x", stacktrace: "y" } } } })
      ),
      { error: { ...error, innererror: inner } }
    )
  })

  it("does without all but the code, be it null or absent", () => {
    const expected = { error: { code: "UnknownError", message: "" } }
    deepStrictEqual(Either.getOrThrow(decode({ error: { code: "UnknownError" } })), expected)
    deepStrictEqual(
      Either.getOrThrow(decode({
        error: { code: "UnknownError", message: null, target: null, details: null, innerError: null, innererror: null }
      })),
      expected
    )
  })

  it.each([null, "", "<html>502</html>", [], {}, { error: null }, { error: "invalid_grant" }, {
    error: { message: "m" }
  }])(
    "refuses %j, which Graph did not write",
    (body) => {
      assertTrue(Either.isLeft(decode(body)))
    }
  )

  it.prop("round trip", [Arbitrary.make(ODataError.ODataError)], ([value]) => {
    const encoded = JSON.parse(JSON.stringify(Schema.encodeSync(ODataError.ODataError)(value)))
    deepStrictEqual(JSON.parse(JSON.stringify(Either.getOrThrow(decode(encoded)))), encoded)
  })
})
