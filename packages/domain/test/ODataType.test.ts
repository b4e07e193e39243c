import { ODataType, Processing } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, Either, FastCheck as fc, ParseResult, Schema } from "effect"

const namespace = "#microsoft.graph.identityGovernance"
const decode = Schema.decodeUnknownEither(Processing.ActivationScope)
const encode = Schema.encodeSync(Processing.ActivationScope)

/** The paths at which decoding failed, each with its message. */
const issues = (value: unknown) => {
  const result = decode(value)
  assertTrue(Either.isLeft(result))
  return ParseResult.ArrayFormatter.formatErrorSync(result.left).map(({ message, path }) =>
    `${path.join(".")}: ${message}`
  )
}

describe("ODataType.union", () => {
  const members: ReadonlyArray<readonly [tag: string, json: Record<string, unknown>]> = [
    ["ActivateUserScope", { users: [{ id: "8cdf25a8-c9d2-423e-a03d-3f39f03c3e97" }, { id: "u2" }] }],
    ["ActivateUserScope", {}],
    ["ActivateGroupScope", { group: { id: "1624be55-d924-491e-ac72-401f6f961e4d" } }],
    ["ActivateRunScope", { taskScope: "failedTasks", userScope: "failedUsers", run: { id: "r" } }],
    ["ActivateRunScope", { taskScope: "allTasks", userScope: "someNewScope" }],
    ["ActivateProcessingResultScope", { taskScope: "allTasks", processingResults: [{ id: "p", subject: { id: "u" } }] }]
  ]
  it.each(members)("%s %j", (tag, fields) => {
    const json = { "@odata.type": `${namespace}.${tag.charAt(0).toLowerCase()}${tag.slice(1)}`, ...fields }
    const decoded = Either.getOrThrow(decode(json))
    deepStrictEqual<unknown>(decoded, { _tag: tag, ...fields })
    deepStrictEqual(encode(decoded), json)
  })

  it("reads null and absence of a nullable field alike", () => {
    deepStrictEqual<unknown>(
      Either.getOrThrow(decode({ "@odata.type": `${namespace}.activateGroupScope`, group: null })),
      { _tag: "ActivateGroupScope" }
    )
  })

  it("keeps all that is said of a type that it does not know", () => {
    const json = {
      "@odata.type": `${namespace}.activateTeamScope`,
      team: { id: "t", "@odata.type": "#microsoft.graph.team" },
      taskScope: 7,
      nothing: null
    }
    const decoded = Either.getOrThrow(decode(json))
    deepStrictEqual(decoded, {
      _tag: "Unknown",
      odataType: `${namespace}.activateTeamScope`,
      properties: { team: { id: "t", "@odata.type": "#microsoft.graph.team" }, taskScope: 7, nothing: null }
    })
    deepStrictEqual(encode(decoded), json)
  })

  it("keeps all that is said of an object without a type", () => {
    const json = { users: [{ id: "a" }] }
    const decoded = Either.getOrThrow(decode(json))
    deepStrictEqual(decoded, { _tag: "Unknown", properties: json })
    deepStrictEqual(encode(decoded), json)
    deepStrictEqual(Either.getOrThrow(decode({})), { _tag: "Unknown", properties: {} })
  })

  it("reads a type without its #, and writes it with one", () => {
    const decoded = Either.getOrThrow(decode({ "@odata.type": `${namespace.slice(1)}.activateUserScope`, users: [] }))
    deepStrictEqual<unknown>(decoded, { _tag: "ActivateUserScope", users: [] })
    deepStrictEqual(encode(decoded), { "@odata.type": `${namespace}.activateUserScope`, users: [] })
    const [first] = issues({ "@odata.type": `${namespace.slice(1)}.activateGroupScope`, group: {} })
    strictEqual(first, "group.id: is missing")
  })

  it("does not take a type of another namespace, or in other letters, for its own", () => {
    for (
      const odataType of [
        "#microsoft.graph.activateUserScope",
        `${namespace}.ActivateUserScope`,
        `${namespace}.activateUserScope2`,
        "activateUserScope"
      ]
    ) {
      strictEqual(Either.getOrThrow(decode({ "@odata.type": odataType }))._tag, "Unknown")
    }
  })

  it("a known type with an unfit field is an error, and no Unknown", () => {
    const [userScope] = issues({ "@odata.type": `${namespace}.activateUserScope`, users: [{ id: "ok" }, { id: 7 }] })
    strictEqual(userScope, "users.1.id: Expected string, actual 7")
    const [runScope] = issues({ "@odata.type": `${namespace}.activateRunScope`, userScope: "allUsers" })
    strictEqual(runScope, "taskScope: is missing")
    const [resultScope] = issues({
      "@odata.type": `${namespace}.activateProcessingResultScope`,
      taskScope: "allTasks",
      processingResults: [{ id: "p", startedDateTime: "yesterday" }]
    })
    assertInclude(resultScope, "processingResults.0.startedDateTime: Expected an Edm.DateTimeOffset")
  })

  it("the error of a known type begins with what is wrong, not with what the type is not", () => {
    strictEqual(issues({ "@odata.type": `${namespace}.activateGroupScope`, group: {} })[0], "group.id: is missing")
  })

  it.each([null, "text", 7, true])("refuses %j, which is no object", (value) => {
    assertTrue(Either.isLeft(decode(value)))
  })

  it("refuses a type that is no text", () => {
    assertTrue(Either.isLeft(decode({ "@odata.type": 7 })))
  })

  it("does not write a known type as Unknown", () => {
    const encoded = Schema.encodeUnknownEither(Processing.ActivationScope)({
      _tag: "Unknown",
      odataType: `${namespace}.activateUserScope`,
      properties: { users: 7 }
    })
    assertTrue(Either.isLeft(encoded))
  })

  it.prop("round trip", [Arbitrary.make(Processing.ActivationScope)], ([scope]) => {
    const json = encode(scope)
    const decoded = Either.getOrThrow(decode(json))
    strictEqual(decoded._tag, scope._tag)
    deepStrictEqual(encode(decoded), json)
  }, { fastCheck: { numRuns: 300 } })

  it.prop(
    "whatever JSON a service of the future sends under an unknown type comes back",
    [fc.dictionary(fc.string().filter((key) => key !== "@odata.type" && key !== "__proto__"), fc.jsonValue())],
    ([properties]) => {
      const json = { "@odata.type": "#microsoft.graph.future", ...properties }
      const decoded = Either.getOrThrow(decode(json))
      deepStrictEqual(decoded, { _tag: "Unknown", odataType: "#microsoft.graph.future", properties })
      deepStrictEqual(encode(decoded), json)
    }
  )

  it("an object without a type is of the default, where there is one", () => {
    const Subject = ODataType.union("example", {
      User: { id: Schema.String },
      Group: { id: Schema.String, size: Schema.Int }
    }, { default: "User" })
    const decode = Schema.decodeUnknownSync(Subject)
    const encode = Schema.encodeSync(Subject)
    deepStrictEqual(decode({ id: "u" }), { _tag: "User", id: "u" })
    deepStrictEqual(decode({ "@odata.type": "#example.user", id: "u" }), { _tag: "User", id: "u" })
    deepStrictEqual(encode({ _tag: "User", id: "u" }), { "@odata.type": "#example.user", id: "u" })
    deepStrictEqual(decode({ "@odata.type": "#example.group", id: "g", size: 2 }), { _tag: "Group", id: "g", size: 2 })
    deepStrictEqual(decode({ "@odata.type": "#example.robot", id: "r" }), {
      _tag: "Unknown",
      odataType: "#example.robot",
      properties: { id: "r" }
    })
    for (const unfit of [{}, { id: 7 }, { "@odata.type": "#example.user" }, { "@odata.type": null, id: "u" }]) {
      assertTrue(Either.isLeft(Schema.decodeUnknownEither(Subject)(unfit)))
    }
  })

  it("works for a hierarchy of one's own", () => {
    const Shape = ODataType.union("example", {
      Circle: { radius: Schema.Number },
      Square: { side: Schema.NumberFromString }
    })
    const square = Schema.decodeUnknownSync(Shape)({ "@odata.type": "#example.square", side: "2" })
    deepStrictEqual(square, { _tag: "Square", side: 2 })
    deepStrictEqual(Schema.encodeSync(Shape)(square), { "@odata.type": "#example.square", side: "2" })
  })
})
