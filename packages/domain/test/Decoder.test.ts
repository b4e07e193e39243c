import { DateTimeOffset, Decoder, Entity, LifecycleWorkflowsApi, Operation, Processing } from "@effect-msgraph/domain"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Either, Equal, FastCheck as fc, Schema } from "effect"

/** Every entity and every value that an operation answers with, one of each. */
const answers = new Map<string, Schema.Schema<any, any>>(
  Object.values(LifecycleWorkflowsApi.operations).flatMap(({ id, result }) =>
    result === undefined
      ? []
      : Operation.isEntity(result)
      ? [[result.name, Entity.schema(result)] as const]
      : [[id, result as Schema.Schema<any, any>] as const]
  )
)

/** What the schema says and what the decoder says, of the same value. */
const both = (schema: Schema.Schema<any, any>) => {
  const slow = Schema.decodeUnknownEither(schema)
  const fast = Decoder.make(schema)
  return (input: unknown) => ({ slow: slow(input), fast: fast(input) })
}

const agree = (schema: Schema.Schema<any, any>) => {
  const decode = both(schema)
  return (input: unknown) => {
    const { fast, slow } = decode(input)
    assert.strictEqual(fast._tag, slow._tag)
    if (Either.isRight(fast) && Either.isRight(slow)) assert.deepStrictEqual(fast.right, slow.right)
  }
}

const junk = fc.oneof(
  fc.constantFrom(
    null,
    undefined,
    "",
    "x",
    0,
    -1,
    1.5,
    NaN,
    true,
    [],
    {},
    "2022-13-01T00:00:00Z",
    "2022-02-30T00:00:00Z"
  ),
  fc.anything()
)

/** Puts something else in the place of one part of a value. */
const spoil = (value: unknown, path: ReadonlyArray<number>, replacement: unknown): unknown => {
  if (path.length === 0 || typeof value !== "object" || value === null) return replacement
  const [first, ...rest] = path as [number, ...Array<number>]
  if (Array.isArray(value)) {
    return value.length === 0
      ? [replacement]
      : value.map((item, index) => index === first % value.length ? spoil(item, rest, replacement) : item)
  }
  const keys = Object.keys(value)
  if (keys.length === 0) return { x: replacement }
  const key = keys[first % keys.length]!
  return { ...value, [key]: spoil((value as Record<string, unknown>)[key], rest, replacement) }
}

describe("Decoder", () => {
  describe.each([...answers])("%s", (_, schema) => {
    const encode = Schema.encodeSync(schema)

    it("decodes what the service may write as the schema does", () => {
      fc.assert(
        fc.property(Arbitrary.make(schema), (value) => agree(schema)(JSON.parse(JSON.stringify(encode(value))))),
        { numRuns: 30 }
      )
    })

    it("refuses what the schema refuses, and takes what it takes", () => {
      const check = agree(schema)
      fc.assert(
        fc.property(
          Arbitrary.make(schema),
          fc.array(fc.nat(40), { maxLength: 4 }),
          junk,
          (value, path, replacement) => check(spoil(JSON.parse(JSON.stringify(encode(value))), path, replacement))
        ),
        { numRuns: 60 }
      )
    })

    it("takes null and absence for the same", () => {
      const check = agree(schema)
      fc.assert(
        fc.property(
          Arbitrary.make(schema),
          fc.nat(40),
          (value, first) => check(spoil(JSON.parse(JSON.stringify(encode(value))), [first], null))
        ),
        { numRuns: 30 }
      )
    })
  })

  it("leaves out what the schema does not name", () => {
    const decode = Decoder.make(Entity.schema(Processing.Run, { select: ["processingStatus"] }))
    assert.deepStrictEqual(
      decode({ processingStatus: "completed", "@odata.etag": "W/1", totalUsersCount: 3 }),
      Either.right({ processingStatus: "completed" as Processing.ProcessingStatus })
    )
  })

  it("has no part of the prototype's", () => {
    for (const name of ["toString", "constructor", "__proto__"]) {
      for (const type of [Schema.optional(Schema.String), Schema.optional(Schema.Unknown), Schema.Unknown]) {
        const check = agree(Schema.Struct({ [name]: type }))
        for (const text of ["{}", `{"${name}":"x"}`, `{"${name}":{"polluted":1}}`]) check(JSON.parse(text))
      }
    }
  })

  it("says where a value departs from the schema, and not what it is", () => {
    const decode = Decoder.make(Schema.Struct({ value: Schema.Array(Entity.schema(Processing.Run)) }))
    const result = decode({ value: [{ id: "a-person-of-note", failedTasksCount: "one" }] })
    if (Either.isRight(result)) return assert.fail("it decoded")
    assert.deepStrictEqual(result.left.path, ["value", 0, "failedTasksCount"])
    assert.strictEqual(result.left.actual, "a string")
    assert.notInclude(JSON.stringify(result.left), "person")
  })

  it("follows types that contain themselves", () => {
    interface Tree {
      readonly children: ReadonlyArray<Tree>
    }
    const tree: Schema.Schema<Tree> = Schema.Struct({ children: Schema.Array(Schema.suspend(() => tree)) })
    const decode = Decoder.make(tree)
    assert.deepStrictEqual(decode({ children: [{ children: [] }] }), Either.right({ children: [{ children: [] }] }))
    assert.isTrue(Either.isLeft(decode({ children: [{ children: [1] }] })))
  })

  describe("instants", () => {
    const decode = both(DateTimeOffset.DateTimeOffset)
    const check = agree(DateTimeOffset.DateTimeOffset)

    it.each([
      "2022-08-24T23:28:11.1348863Z",
      "2022-08-24T23:28:11Z",
      "2022-08-24T23:28Z",
      "2022-08-24T23:28:11.Z",
      "2022-08-24T23:28:11.1Z",
      "2022-08-24T23:28:11.123456789012Z",
      "2022-08-24T23:28:11.1234567890123Z",
      "2022-08-24T23:28:11.12x4Z",
      "2022-08-24t23:28:11z",
      "2022-08-24T23:28:11+02:00",
      "2022-08-24T23:28:11-14:01",
      "2022-02-29T00:00:00Z",
      "2024-02-29T00:00:00Z",
      "1900-02-29T00:00:00Z",
      "2000-02-29T00:00:00Z",
      "2022-04-31T00:00:00Z",
      "2022-12-31T23:59:59.999Z",
      "2022-12-31T23:59:60Z",
      "2022-12-31T24:00:00Z",
      "2022-00-10T00:00:00Z",
      "2022-13-10T00:00:00Z",
      "2022-10-00T00:00:00Z",
      "0001-01-01T00:00:00Z",
      "0099-12-31T00:00:00Z",
      "0100-01-01T00:00:00Z",
      "9999-12-31T23:59:59.9999999Z",
      "+002022-08-24T23:28:11Z",
      "2022/08/24T23:28:11Z",
      "2022-08-24 23:28:11Z",
      " 2022-08-24T23:28:11Z",
      "２022-08-24T23:28:11Z",
      ""
    ])("%s", (text) => check(text))

    it("any text of the form", () => {
      const digits = (count: number) => fc.stringMatching(new RegExp(`^[0-9]{${count}}$`))
      fc.assert(
        fc.property(
          digits(4),
          fc.nat(13),
          fc.nat(32),
          fc.nat(24),
          fc.nat(60),
          fc.nat(60),
          fc.stringMatching(/^(\.[0-9]{1,13})?$/),
          fc.constantFrom("Z", "z", "+00:00", "-05:30"),
          (year, month, day, hour, minute, second, fraction, zone) => {
            const two = (value: number) => String(value).padStart(2, "0")
            check(`${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${fraction}${zone}`)
          }
        ),
        { numRuns: 2000 }
      )
    })

    it("equal instants are equal", () => {
      const { fast, slow } = decode("2022-08-24T23:28:11.1348863Z")
      assert.isTrue(Equal.equals(Either.getOrThrow(fast), Either.getOrThrow(slow)))
      assert.strictEqual(DateTime.formatIso(Either.getOrThrow(fast)), "2022-08-24T23:28:11.134Z")
    })
  })
})
