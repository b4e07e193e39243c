import * as ODataType from "@effect-msgraph/domain/ODataType"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, Either, ParseResult, Schema } from "effect"

const Circle = { radius: Schema.Int }
const members = { Circle, Square: { side: Schema.NumberFromString } }

const messages = (schema: Schema.Schema<any, any>, value: unknown) =>
  Either.match(Schema.decodeUnknownEither(schema, { errors: "all" })(value), {
    onRight: () => [],
    onLeft: (error) =>
      ParseResult.ArrayFormatter.formatErrorSync(error).map(({ message, path }) => `${path.join(".")}: ${message}`)
  })

describe("ODataType.union", () => {
  const Shape = ODataType.union("example", members)

  it("reads a known type without its #, and writes it with one", () => {
    const square = Schema.decodeUnknownSync(Shape)({ "@odata.type": "example.square", "side": "2" })
    deepStrictEqual(square, { _tag: "Square", side: 2 })
    deepStrictEqual(Schema.encodeSync(Shape)(square), { "@odata.type": "#example.square", "side": "2" })
  })

  it("leaves an unknown type as it was", () => {
    for (const odataType of ["example.oval", "#example.oval", "##example.square"]) {
      const oval = Schema.decodeUnknownSync(Shape)({ "@odata.type": odataType, "a": 1 })
      deepStrictEqual(oval, { _tag: "Unknown", odataType, properties: { a: 1 } })
      deepStrictEqual(Schema.encodeSync(Shape)(oval), { "@odata.type": odataType, "a": 1 })
    }
  })

  it("blames one member, once, in both directions", () => {
    deepStrictEqual(messages(Shape, { "@odata.type": "#example.circle", "radius": 1.5 }), [
      "radius: Expected an integer, actual 1.5"
    ])
    deepStrictEqual(messages(Shape, { "@odata.type": "example.circle", "radius": 1.5 }), [
      "radius: Expected an integer, actual 1.5"
    ])
    const encoded = Schema.encodeEither(Shape, { errors: "all" })({ _tag: "Circle", radius: 1.5 })
    assertTrue(Either.isLeft(encoded))
    strictEqual(ParseResult.ArrayFormatter.formatErrorSync(encoded.left).length, 1)
  })

  it("may be nested, and hold arrays of unions", () => {
    const Drawing = ODataType.union("example", { Drawing: { front: Shape, all: Schema.Array(Shape) } })
    const json = {
      "@odata.type": "#example.drawing",
      "front": { "@odata.type": "#example.square", "side": "1" },
      "all": [{ "@odata.type": "#example.oval", "b": null }, { "@odata.type": "#example.circle", "radius": 3 }]
    }
    const decoded = Schema.decodeUnknownSync(Drawing)(json)
    deepStrictEqual(decoded, {
      _tag: "Drawing",
      front: { _tag: "Square", side: 1 },
      all: [
        { _tag: "Unknown", odataType: "#example.oval", properties: { b: null } },
        { _tag: "Circle", radius: 3 }
      ]
    })
    deepStrictEqual(Schema.encodeSync(Drawing)(decoded), json)
  })

  describe("with a default", () => {
    const Default = ODataType.union("example", members, { default: "Circle" })

    it("reads an object without a type as that member, and writes its type", () => {
      const circle = Schema.decodeUnknownSync(Default)({ radius: 3 })
      deepStrictEqual(circle, { _tag: "Circle", radius: 3 })
      deepStrictEqual(Schema.encodeSync(Default)(circle), { "@odata.type": "#example.circle", "radius": 3 })
    })

    it("blames that member where it does not fit", () => {
      deepStrictEqual(messages(Default, {}), ["radius: is missing"])
    })

    it("has no say where there is a type", () => {
      strictEqual(Schema.decodeUnknownSync(Default)({ "@odata.type": "#example.square", "side": "2" })._tag, "Square")
      strictEqual(Schema.decodeUnknownSync(Default)({ "@odata.type": "#example.oval", "radius": 3 })._tag, "Unknown")
    })
  })

  it.prop("values survive JSON", [Arbitrary.make(Shape)], ([shape]) => {
    const wire = JSON.parse(JSON.stringify(Schema.encodeSync(Shape)(shape)))
    // JSON has no -0, so what was written is compared, not what was meant.
    deepStrictEqual(JSON.parse(JSON.stringify(Schema.encodeSync(Shape)(Schema.decodeUnknownSync(Shape)(wire)))), wire)
  })
})

describe("ODataType.typed", () => {
  const Typed = ODataType.typed("example.circle", Circle)

  it("writes the type, and reads with it or without", () => {
    deepStrictEqual(Schema.encodeSync(Typed)({ radius: 3 }), { "@odata.type": "#example.circle", "radius": 3 })
    for (const annotation of [{}, { "@odata.type": "#example.circle" }, { "@odata.type": null }]) {
      deepStrictEqual(Schema.decodeUnknownSync(Typed)({ ...annotation, radius: 3 }), { radius: 3 })
    }
  })

  it("names the path of what does not fit", () => {
    deepStrictEqual(messages(Typed, { radius: "3" }), ["radius: Expected number, actual \"3\""])
  })
})
