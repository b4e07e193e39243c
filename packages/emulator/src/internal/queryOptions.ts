import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Query from "@effect-msgraph/domain/Query"
import * as Either from "effect/Either"
import { type Failure, malformedQuery, notEmulated, unsupportedOption } from "./failure.js"

/** What a request asks for in its query string. */
export interface QueryOptions {
  readonly query: Query.Any
  readonly skipToken: string | undefined
}

/** Options that Graph has and this version evaluates nowhere. */
const notEvaluated = ["$format", "$apply", "$compute", "$deltatoken"]

const nameOf = (pair: string): string => pair.split("=")[0]!.replace(/^%24/, "$")

/**
 * Reads the query string for an operation. Options without `$` are the caller's own and mean nothing to Graph. An option that the
 * operation does not support is an error, and so is one that the emulator cannot evaluate: it never answers as if it had.
 */
export const read = (operation: Operation.Any, raw: string): Either.Either<QueryOptions, Failure> =>
  Either.gen(function*() {
    const pairs = raw.split("&").filter((pair) => nameOf(pair).startsWith("$"))
    const tokens = pairs.filter((pair) => nameOf(pair) === "$skiptoken")
    const [token] = tokens
    if (tokens.length > 1) yield* Either.left(malformedQuery("$skiptoken: stands there twice"))
    const missing = pairs.map(nameOf).find((name) => notEvaluated.includes(name))
    if (missing !== undefined) yield* Either.left(notEmulated(`the query option '${missing}'`))
    const query = yield* Either.mapLeft(
      Query.parse(pairs.filter((pair) => !tokens.includes(pair)).join("&")),
      (error) => malformedQuery(`${error.option}: ${error.reason}`)
    )
    for (const option of Object.keys(query)) {
      if (!(operation.queryOptions as ReadonlyArray<string>).includes(option)) {
        yield* Either.left(unsupportedOption(`$${option.toLowerCase()}`))
      }
    }
    return { query, skipToken: token === undefined ? undefined : token.slice(token.indexOf("=") + 1) }
  })

/** The preferences of a `Prefer` header, with their values. */
export const preferences = (header: string | undefined): ReadonlyMap<string, string> =>
  new Map(
    (header ?? "").split(",").map((preference) => {
      const [name = "", value = ""] = preference.split(";")[0]!.split("=")
      return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, "$1")]
    })
  )
