/**
 * The OData options of a command: `--select`, `--expand` and `--order-by`, each where the operation has it.
 *
 * @since 0.1.0
 */
import type * as Entity from "@effect-msgraph/domain/Entity"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Query from "@effect-msgraph/domain/Query"
import * as Options from "@effect/cli/Options"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as CliError from "./CliError.js"
import * as View from "./output/View.js"
import * as Suggestion from "./Suggestion.js"

/** A query option: how the command line and OData name it, and what it says of itself for an entity. */
interface QueryOption {
  readonly flag: string
  readonly odata: string
  readonly pseudoName: string
  readonly names: (entity: Entity.Any) => ReadonlyArray<string>
  readonly describe: (names: string, entity: Entity.Any) => string
}

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
  }
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
  const option = (name: Query.Option): Options.Options<Option.Option<string>> => {
    if (!operation.queryOptions.includes(name)) return Options.map(Options.none, () => Option.none<string>())
    const { describe, flag, names, pseudoName } = table[name]
    return Options.text(flag).pipe(
      Options.withPseudoName(pseudoName),
      Options.withDescription(describe(names(operation.result).join(", "), operation.result)),
      Options.optional
    )
  }
  return Options.all({ select: option("select"), expand: option("expand"), orderBy: option("orderBy") })
}

/**
 * The names that a query option of an operation may have, by its flag.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const names = (operation: Operation.Any): { readonly [flag: string]: ReadonlyArray<string> } =>
  Object.fromEntries(
    operation.queryOptions.map((name) => [`--${table[name].flag}`, table[name].names(operation.result)])
  )

/** A shell would put a variable in the place of `$select`, so the dollar may be left out. */
const withDollars = (text: string): string =>
  text.replace(
    /([(;]\s*)(select|expand|orderby)\s*=/gi,
    (_, before: string, name: string) => `${before}$${name.toLowerCase()}=`
  )

const parse = ({ flag, odata }: QueryOption, text: string): Either.Either<Query.Any, CliError.UsageError> =>
  Query.parse(`${odata}=${Query.encodeValue(withDollars(text))}`).pipe(
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
    let query: Query.Any = {}
    for (const name of operation.queryOptions) {
      const text = texts[name]
      if (Option.isSome(text)) query = { ...query, ...yield* parse(table[name], text.value) }
    }
    yield* check(operation.result, query)
    return query
  })
