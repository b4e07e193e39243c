import { OpenEnum, Processing } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertFalse, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, Either, FastCheck as fc, Schema } from "effect"

const enumerations = {
  ProcessingStatus: Processing.ProcessingStatus,
  WorkflowExecutionType: Processing.WorkflowExecutionType,
  TaskCategory: Processing.TaskCategory,
  ActivationTaskScope: Processing.ActivationTaskScope,
  ActivationUserScope: Processing.ActivationUserScope
}

describe("OpenEnum", () => {
  for (
    const [name, schema] of Object.entries(enumerations) as Array<[string, any]> as Array<
      [string, OpenEnum.OpenEnum<string>]
    >
  ) {
    describe(name, () => {
      it("decodes, encodes and recognizes its members", () => {
        assertTrue(schema.members.length > 0)
        for (const member of schema.members) {
          strictEqual(Schema.decodeUnknownSync(schema)(member), member)
          strictEqual(Schema.encodeSync(schema)(member), member)
          assertTrue(schema.is(member))
        }
      })

      it("carries an unknown member through", () => {
        const decoded = Schema.decodeUnknownSync(schema)("somethingNew")
        strictEqual(decoded, "somethingNew")
        strictEqual(Schema.encodeSync(schema)(decoded), "somethingNew")
        assertFalse(schema.is(decoded))
      })

      it.each([null, undefined, 0, true, {}, ["completed"]])("refuses %j, which is no text", (value) => {
        assertTrue(Either.isLeft(Schema.decodeUnknownEither(schema)(value)))
      })

      it.prop("round trip", [Arbitrary.make(schema)], ([value]) => {
        strictEqual(Schema.decodeSync(schema)(Schema.encodeSync(schema)(value)), value)
      })
    })
  }

  it("tells members apart by case", () => {
    assertFalse(Processing.ProcessingStatus.is("Completed"))
    assertFalse(Processing.ProcessingStatus.is("constructor"))
  })

  it("generates known and unknown members", () => {
    const samples = fc.sample(Arbitrary.make(Processing.ProcessingStatus), { numRuns: 500, seed: 1 })
    assertTrue(samples.some((value) => Processing.ProcessingStatus.is(value)))
    assertTrue(samples.some((value) => !Processing.ProcessingStatus.is(value)))
  })

  it("keeps its members and guard when annotated values are made from it", () => {
    deepStrictEqual(Processing.TaskCategory.members, ["joiner", "leaver", "unknownFutureValue", "mover"])
  })
})

describe("OpenEnum.flags", () => {
  const Categories = OpenEnum.flags(Processing.TaskCategory)
  const decode = Schema.decodeUnknownSync(Categories)
  const encode = Schema.encodeSync(Categories)

  const cases: ReadonlyArray<readonly [text: string, values: ReadonlyArray<string>]> = [
    ["", []],
    ["joiner", ["joiner"]],
    ["joiner,leaver", ["joiner", "leaver"]],
    ["joiner, leaver , mover", ["joiner", "leaver", "mover"]],
    [" joiner,,leaver,", ["joiner", "leaver"]],
    ["joiner,somethingNew", ["joiner", "somethingNew"]]
  ]
  it.each(cases)("reads %j", (text, values) => {
    deepStrictEqual<ReadonlyArray<string>>(decode(text), values)
  })

  it("writes them without spaces", () => {
    strictEqual(encode(decode("joiner, somethingNew,leaver")), "joiner,somethingNew,leaver")
    strictEqual(encode([]), "")
  })

  it.each([null, 3, ["joiner"]])("refuses %j, which is no text", (value) => {
    assertTrue(Either.isLeft(Schema.decodeUnknownEither(Categories)(value)))
  })

  it.prop("round trip", [Arbitrary.make(Categories)], ([values]) => {
    deepStrictEqual(decode(encode(values)), values)
  })
})
