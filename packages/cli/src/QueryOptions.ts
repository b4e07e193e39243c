/**
 * The OData options of a command: `--select`, `--expand`, `--filter`, `--order-by` and so on, each where the operation has it.
 *
 * @since 0.1.0
 */
import type * as Entity from "@effect-msgraph/domain/Entity"
import * as Filter from "@effect-msgraph/domain/Filter"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Query from "@effect-msgraph/domain/Query"
import * as Options from "@effect/cli/Options"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as CliError from "./CliError.js"
import * as View from "./output/View.js"
import * as Suggestion from "./Suggestion.js"

/**
 * A query option: how the command line and OData name it, and what it says of itself for an entity. `names` are those that it takes, with
 * commas between them; `switch` means that it takes no value.
 */
interface QueryOption {
  readonly flag: string
  readonly odata: string
  readonly pseudoName: string
  readonly switch?: true
  readonly names: (entity: Entity.Any) => ReadonlyArray<string>
  readonly describe: (names: string, entity: Entity.Any) => string
}

const none = (): ReadonlyArray<string> => []

/** The query options. A new one is a line here. */
const table: { readonly [O in Query.Option]: QueryOption } = {
  select: {
    flag: "select",
    odata: "$select",
    pseudoName: "properties",
    names: View.selectable,
    describe: (names) => `Properties to return, with commas between them: ${names}.`
  },
  expand: {
    flag: "expand",
    odata: "$expand",
    pseudoName: "relations",
    names: (entity) => Object.keys(entity.navigation),
    describe: (names, entity) =>
      `Related objects to return too: ${names}. In parentheses, what of them: ${example(entity)}.`
  },
  orderBy: {
    flag: "order-by",
    odata: "$orderby",
    pseudoName: "properties",
    names: (entity) => entity.sortable,
    describe: (names) => `Properties to sort by, each with asc or desc: ${names}.`
  },
  filter: {
    flag: "filter",
    odata: "$filter",
    pseudoName: "condition",
    names: none,
    describe: (_, entity) => `Which ones, in OData: ${condition(entity)}. Properties: ${filterable(entity).join(", ")}.`
  },
  search: {
    flag: "search",
    odata: "$search",
    pseudoName: "text",
    names: none,
    describe: () => "A text to search for."
  },
  top: {
    flag: "top",
    odata: "$top",
    pseudoName: "n",
    names: none,
    describe: () => "How many the service returns at a time. To stop after so many, take --limit."
  },
  skip: { flag: "skip", odata: "$skip", pseudoName: "n", names: none, describe: () => "Leave out so many." },
  count: {
    flag: "count",
    odata: "$count",
    pseudoName: "",
    switch: true,
    names: none,
    describe: () => "Have the service count them all, and say how many there are."
  }
}

/** The paths that a filter may name: of a related object, its id. */
const filterable = (entity: Entity.Any): ReadonlyArray<string> =>
  Object.keys(entity.filterable).map((name) => Object.hasOwn(entity.navigation, name) ? `${name}/id` : name)

const condition = (entity: Entity.Any): string => {
  const names = filterable(entity)
  const examples: { readonly [property: string]: string } = {
    processingStatus: "processingStatus eq 'failed'",
    category: "category eq 'joiner'",
    startedDateTime: "startedDateTime ge 2026-11-01T00:00:00Z",
    createdDateTime: "createdDateTime ge 2026-11-01T00:00:00Z"
  }
  const shown = Object.keys(examples).filter((name) => names.includes(name)).slice(0, 2).map((name) => examples[name]!)
  return shown.length === 0 ? `${names[0] ?? "id"} eq '…'` : shown.join(" and ")
}

const example = (entity: Entity.Any): string => {
  const [name, navigation] = Object.entries(entity.navigation).find(([, { inline }]) => inline.length > 0) ??
    Object.entries(entity.navigation)[0] ?? ["", undefined]
  const property = Object.keys((navigation?.target() as Entity.Any | undefined)?.properties ?? {})
    .find((property) => property === "displayName" || property === "processingStatus") ?? "id"
  return `${name}(select=id,${property})`
}

/**
 * The texts of the query options.
 *
 * @since 0.1.0
 * @category Models
 */
export type Texts = { readonly [O in Query.Option]: Option.Option<string> }

/**
 * The options for the query options that an operation has.
 *
 * @since 0.1.0
 * @category Options
 */
export const options = (operation: Operation.Any): Options.Options<Texts> => {
  const entity = View.entity(operation)
  const option = (name: Query.Option): Options.Options<Option.Option<string>> => {
    if (!operation.queryOptions.includes(name)) return Options.map(Options.none, () => Option.none<string>())
    const { describe, flag, names, pseudoName, ...rest } = table[name]
    const description = describe(names(entity).join(", "), entity)
    return rest.switch
      ? Options.boolean(flag).pipe(
        Options.withDescription(description),
        Options.map((on) => on ? Option.some("true") : Option.none())
      )
      : Options.text(flag).pipe(
        Options.withPseudoName(pseudoName),
        Options.withDescription(description),
        Options.optional
      )
  }
  return Options.all({
    select: option("select"),
    expand: option("expand"),
    filter: option("filter"),
    orderBy: option("orderBy"),
    search: option("search"),
    top: option("top"),
    skip: option("skip"),
    count: option("count")
  })
}

/**
 * The names that a query option of an operation may have, by its flag.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const names = (operation: Operation.Any): { readonly [flag: string]: ReadonlyArray<string> } =>
  Object.fromEntries(
    operation.queryOptions.map((name) => [`--${table[name].flag}`, table[name].names(View.entity(operation))])
  )

/** A shell would put a variable in the place of `$select`, so the dollar may be left out. */
const withDollars = (text: string): string =>
  text.replace(
    /([(;]\s*)(select|expand|orderby)\s*=/gi,
    (_, before: string, name: string) => `${before}$${name.toLowerCase()}=`
  )

/** A filter is shown again, with a mark under the place at fault. */
const parseFilter = (entity: Entity.Any, text: string): Either.Either<Query.Any, CliError.UsageError> =>
  Either.gen(function*() {
    const fail = (reason: string, position: number, advice?: string) =>
      Either.left(
        new CliError.UsageError({
          reason: `--filter: ${reason}`,
          advice: `${text.replace(/\s/g, " ")}\n${" ".repeat(Math.min(position, text.length))}^${
            advice === undefined ? "" : `\n${advice}`
          }`
        })
      )
    const filter = yield* Either.orElse(
      Filter.parse(text),
      ({ expected, found, position }) =>
        fail(`at position ${position + 1}, expected ${expected}, found ${found}`, position)
    )
    const names = filterable(entity)
    for (const name of properties(filter)) {
      if (names.includes(name) || Object.hasOwn(entity.filterable, name)) continue
      const position = Math.max(
        0,
        text.search(new RegExp(`(?<![\\w/])${name.replace(/[.$]/g, "\\$&")}(?![\\w/])`, "u"))
      )
      const meant = Suggestion.nearest(name, names)
      yield* fail(
        `at position ${position + 1}, ${JSON.stringify(name)} is no property that ${
          View.noun(entity)
        }s can be filtered by.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
        position,
        `It has: ${names.join(", ")}.`
      )
    }
    return { filter }
  })

/** The properties that a filter is about; those within `any` and `all` are of something else. */
const properties = (filter: Filter.Any): ReadonlyArray<string> => {
  switch (filter._tag) {
    case "And":
    case "Or":
      return filter.filters.flatMap(properties)
    case "Not":
      return properties(filter.filter)
    default:
      return [filter.property]
  }
}

const parse = ({ flag, odata }: QueryOption, text: string): Either.Either<Query.Any, CliError.UsageError> =>
  Query.parse(`${odata}=${Query.encodeValue(odata === "$expand" ? withDollars(text) : text)}`).pipe(
    Either.mapLeft(({ option, reason }) =>
      new CliError.UsageError({
        reason: `--${flag}: ${option === odata ? "" : `${option.replace(`${odata}=`, "")} `}${reason}`,
        ...(/\(\s*=/.test(text)
          ? {
            advice:
              "The shell took $select for a variable of its own: write it without the dollar, or in single quotes."
          }
          : {})
      })
    )
  )

const unknown = (
  flag: string,
  name: string,
  known: ReadonlyArray<string>,
  what: string
): Either.Either<never, CliError.UsageError> => {
  const meant = Suggestion.nearest(name, known)
  return Either.left(
    new CliError.UsageError({
      reason: `--${flag}: ${JSON.stringify(name)} is no ${what}.${
        meant === undefined ? "" : ` Did you mean ${meant}?`
      }`,
      advice: known.length === 0 ? "It has none." : `It has: ${known.join(", ")}.`
    })
  )
}

/** Holds every name against the entity, those in parentheses against the entity that they are of. */
const check = (entity: Entity.Any, query: Query.Any, flag?: string): Either.Either<void, CliError.UsageError> => {
  const noun = View.noun(entity)
  const selectable = View.selectable(entity)
  for (const name of query.select ?? []) {
    if (!selectable.includes(name)) return unknown(flag ?? table.select.flag, name, selectable, `property of a ${noun}`)
  }
  for (const item of query.orderBy ?? []) {
    const name = item.split(" ")[0]!
    if (!entity.sortable.includes(name)) {
      return unknown(
        flag ?? table.orderBy.flag,
        name,
        entity.sortable,
        `property that a list of ${noun}s can be sorted by`
      )
    }
  }
  const related = Object.keys(entity.navigation)
  for (const [name, nested] of Object.entries(query.expand ?? {})) {
    if (!related.includes(name)) return unknown(flag ?? table.expand.flag, name, related, `relation of a ${noun}`)
    if (nested === undefined || nested === true) continue
    const result = check(entity.navigation[name]!.target() as Entity.Any, nested, flag ?? table.expand.flag)
    if (Either.isLeft(result)) return result
  }
  return Either.void
}

/**
 * The query that the texts make, if everything in it is known. Nothing is sent for one that isn't.
 *
 * @since 0.1.0
 * @category Decoding
 */
export const read = (operation: Operation.Any, texts: Texts): Either.Either<Query.Any, CliError.UsageError> =>
  Either.gen(function*() {
    const entity = View.entity(operation)
    let query: Query.Any = {}
    for (const name of operation.queryOptions) {
      const text = texts[name]
      if (Option.isNone(text)) continue
      query = {
        ...query,
        ...yield* name === "filter" && text.value.trim() !== ""
          ? parseFilter(entity, text.value)
          : parse(table[name], text.value)
      }
    }
    yield* check(entity, query)
    return query
  })

/** The comparisons of properties with texts that a filter makes. */
const comparisons = (filter: Filter.Any): ReadonlyArray<readonly [property: string, value: unknown]> => {
  switch (filter._tag) {
    case "And":
    case "Or":
      return filter.filters.flatMap(comparisons)
    case "Not":
      return comparisons(filter.filter)
    case "Compare":
    case "Has":
      return [[filter.property, filter.value]]
    case "In":
      return filter.values.map((value) => [filter.property, value] as const)
    default:
      return []
  }
}

/**
 * What is odd about a query, and may yet be right: a filter on a member that an enumeration does not have, as far as is known here, finds
 * nothing and says nothing.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const doubts = (operation: Operation.Any, { filter }: Query.Any): ReadonlyArray<string> => {
  const { properties } = View.entity(operation)
  return filter === undefined ? [] : comparisons(filter).flatMap(([property, value]) => {
    const { members } = (properties[property] ?? {}) as { readonly members?: ReadonlyArray<string> }
    if (members === undefined || typeof value !== "string" || members.includes(value)) return []
    const meant = Suggestion.nearest(value, members)
    return [
      `--filter: ${property} has no ${JSON.stringify(value)}, as far as lcw knows. ${
        meant === undefined ? `It has: ${members.join(", ")}.` : `Did you mean ${meant}?`
      }`
    ]
  })
}
