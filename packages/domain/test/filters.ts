/** Any filter that the constructors can make. */
import { Filter } from "@effect-msgraph/domain"
import { DateTime, FastCheck as fc } from "effect"

const segment = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
  // Names that mean something elsewhere, and those of what is not English.
  fc.constantFrom("displayName", "eq", "and", "or", "in", "has", "any", "null", "true", "x", "größe", "名前")
).filter((name) => !/^(?:not|startswith|endswith|contains)$/i.test(name))

export const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join("/"))

/** Texts with what could end or change them. */
export const text = fc.oneof(
  fc.fullUnicodeString({ maxLength: 12 }),
  fc.stringOf(fc.constantFrom(..."'%&+#;,()/?= \"\\äß名😀\n\t"), { maxLength: 8 }),
  fc.constantFrom("", "'", "''", "it's", "' or 1 eq 1 or '", "null", "true", "%27", "2026-01-01T00:00:00Z")
)

export const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -1, 1e21, -1.5e300, 5e-324, 1e-7, 0.1, Number.MAX_SAFE_INTEGER)
).map((number) => Object.is(number, -0) ? 0 : number)

export const date = fc.date({
  min: new Date("0001-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true
}).map((date) => DateTime.unsafeFromDate(date))

export const guid = fc.uuid().map(Filter.guid)

const literals: fc.Arbitrary<Filter.Literal> = fc.oneof(text, number, fc.boolean(), fc.constant(null), date, guid)

const compares = [Filter.eq, Filter.ne, Filter.lt, Filter.le, Filter.gt, Filter.ge] as const

const functions = [Filter.startsWith, Filter.endsWith, Filter.contains] as const

/** The kinds of filters that combine no others, of these literals and paths. */
export interface Options {
  readonly path: fc.Arbitrary<string>
  readonly text: fc.Arbitrary<string>
  readonly literal: fc.Arbitrary<Filter.Literal>
  readonly kinds: ReadonlyArray<"compare" | "in" | "has" | "match" | "exists">
  /** How deep `any` and `all` may nest. */
  readonly lambdas: number
}

const leaf = (options: Options, property: fc.Arbitrary<string>): fc.Arbitrary<Filter.Any> => {
  const { literal, path, text } = options
  const all: { readonly [K in Options["kinds"][number]]: fc.Arbitrary<Filter.Any> } = {
    compare: fc.tuple(fc.constantFrom(...compares), property, literal)
      .map(([make, property, value]) => make(property, value)),
    in: fc.tuple(property, fc.array(literal, { minLength: 1, maxLength: 4 }))
      .map(([property, values]) => Filter.in(property, values as [Filter.Literal])),
    has: fc.tuple(property, text).map(([property, value]) => Filter.has(property, value)),
    match: fc.tuple(fc.constantFrom(...functions), property, text)
      .map(([make, property, value]) => make(property, value)),
    // Of an element itself it is no OData.
    exists: path.map((property) => Filter.any(property))
  }
  return fc.oneof(...options.kinds.map((kind) => all[kind]))
}

const combined = (options: Options, depth: number, lambda: number): fc.Arbitrary<Filter.Any> => {
  // The empty path is the element itself, where there is one.
  const property = lambda === 0
    ? options.path
    : fc.oneof({ weight: 4, arbitrary: options.path }, { weight: 1, arbitrary: fc.constant("") })
  if (depth === 0) return leaf(options, property)
  const child = combined(options, depth - 1, lambda)
  const several = fc.array(child, { minLength: 2, maxLength: 3 }) as unknown as fc.Arbitrary<[Filter.Any, Filter.Any]>
  return fc.oneof(
    { weight: 3, arbitrary: leaf(options, property) },
    { weight: 1, arbitrary: several.map((filters): Filter.Any => Filter.and(...filters)) },
    { weight: 1, arbitrary: several.map((filters): Filter.Any => Filter.or(...filters)) },
    { weight: 1, arbitrary: child.map((child): Filter.Any => Filter.not(child)) },
    ...(lambda >= options.lambdas ? [] : [{
      weight: 1,
      arbitrary: fc.tuple(
        fc.constantFrom(Filter.any, Filter.all),
        options.path,
        combined(options, depth - 1, lambda + 1)
      ).map(([make, property, child]): Filter.Any => make(property, child))
    }])
  )
}

/** Filters, combined a few levels deep. */
export const filter = (options: Partial<Options> = {}): fc.Arbitrary<Filter.Any> =>
  combined(
    { path, text, literal: literals, kinds: ["compare", "in", "has", "match", "exists"], lambdas: 3, ...options },
    3,
    0
  )
