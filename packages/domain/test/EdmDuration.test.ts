import { EdmDuration } from "@effect-msgraph/domain/EdmDuration"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, Duration, Either, FastCheck as fc, Schema } from "effect"

const decode = Schema.decodeUnknownEither(EdmDuration)
const encode = Schema.encodeEither(EdmDuration)

describe("EdmDuration", () => {
  it.each(
    [
      ["PT5M", Duration.minutes(5)],
      ["PT3H", Duration.hours(3)],
      ["P3D", Duration.days(3)],
      ["PT0S", Duration.zero],
      ["PT1H30M", Duration.minutes(90)],
      ["P1DT2H3M4.5S", Duration.millis(93_784_500)],
      ["PT0.000000001S", Duration.nanos(1n)],
      ["P14D", Duration.days(14)]
    ] as const
  )("%s", (text, duration) => {
    deepStrictEqual(decode(text), Either.right(duration))
    deepStrictEqual(encode(duration), Either.right(text))
  })

  it.each(
    [["PT90M", "PT1H30M"], ["PT3600S", "PT1H"], ["PT24H", "P1D"], ["PT5.000S", "PT5S"], [
      "PT0.0000000019S",
      "PT0.000000001S"
    ]] as const
  )("%s is written as %s", (text, canonical) => {
    deepStrictEqual(Either.flatMap(decode(text), encode), Either.right(canonical))
  })

  it.each([
    "",
    "P",
    "PT",
    "P1DT",
    "5M",
    "PT5",
    "P5M",
    "P1Y",
    "P1W",
    "-PT5M",
    "PT5M ",
    "pt5m",
    "PT.5S",
    "PT1M1H",
    null,
    5
  ])(
    "refuses %j",
    (text) => {
      const result = decode(text)
      assertTrue(Either.isLeft(result))
      if (typeof text === "string") assertInclude(String(result.left), "Expected an Edm.Duration such as PT10M")
    }
  )

  it("refuses to write a duration without end", () => {
    const result = encode(Duration.infinity)
    assertTrue(Either.isLeft(result))
    assertInclude(String(result.left), "Expected a duration that ends")
  })

  it.prop("what was written is read as it was", [Arbitrary.make(EdmDuration)], ([duration]) => {
    deepStrictEqual(Either.flatMap(encode(duration), decode), Either.right(duration))
  })

  it.prop("nanoseconds survive", [fc.bigInt({ min: 0n, max: 10n ** 18n })], ([nanos]) => {
    const read = Either.getOrThrow(Either.flatMap(encode(Duration.nanos(nanos)), decode))
    strictEqual(Duration.unsafeToNanos(read), nanos)
  })
})
