import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Schema from "effect/Schema"
import type * as Cursor from "../Cursor.js"
import * as GraphError from "../GraphError.js"
import { hash } from "./hash.js"

/**
 * Where a list stands: the address of a page, the page's number, and the hash of an earlier page's address. That one is of the latest
 * page whose number is a power of two, so that a loop of any length comes upon it, in this process or in another one.
 */
export interface Position {
  readonly link: string
  readonly page: number
  readonly anchor: number
}

/** The first page. */
export const first = (link: string): Position => ({ link, page: 1, anchor: 0 })

/** The page that a page links to. */
export const next = (position: Position, link: string): Position => ({
  link,
  page: position.page + 1,
  anchor: (position.page & (position.page - 1)) === 0 ? hash(position.link) : position.anchor
})

/** How many pages back a loop is seen at once. */
const remembered = 1024

/** Goes to a page, and tells whether it is one that was not read before. */
export type Visit = (position: Position) => boolean

/** The pages that a stream has read, as far as it remembers them: a million need no more memory than these. */
export const trail = (): Visit => {
  const seen = new Set<number>()
  return ({ link }) => {
    const key = hash(link)
    if (seen.has(key)) return false
    if (seen.size >= remembered) seen.delete(seen.values().next().value!)
    seen.add(key)
    return true
  }
}

/** Whether a position leads back to the page that it remembers. */
export const leadsBack = ({ anchor, link, page }: Position): boolean => page > 1 && hash(link) === anchor

const version = 1

/** Hashes of what it belongs to, then where the list stands. */
const Content = Schema.parseJson(
  Schema.Tuple(Schema.Int, Schema.Int, Schema.Int, Schema.Int.pipe(Schema.positive()), Schema.Int, Schema.String)
)

const write = Schema.encodeSync(Content)
const read = Schema.decodeUnknownEither(Content)

/** What a list was asked: its operation, its Graph root, and its path and query. */
export interface Request {
  readonly operation: Operation.Any
  readonly graphRoot: string
  readonly path: string
}

export const encode = ({ graphRoot, operation, path }: Request, { anchor, link, page }: Position): Cursor.Cursor =>
  `${version}.${
    Encoding.encodeBase64Url(write([hash(operation.id), hash(graphRoot), hash(path), page, anchor, link]))
  }` as Cursor.Cursor

/** The position of a cursor, if it is one of this list. */
export const decode = (
  { graphRoot, operation, path }: Request,
  cursor: string
): Either.Either<Position, GraphError.InvalidCursor> => {
  const invalid = (reason: GraphError.InvalidCursor["reason"]) =>
    Either.left(new GraphError.InvalidCursor({ operation: operation.id, reason }))
  const match = /^(\d{1,4})\.([\w-]+)$/.exec(cursor)
  if (match === null) return invalid("malformed")
  if (Number(match[1]) !== version) return invalid("version")
  const content = Either.flatMap(Encoding.decodeBase64UrlString(match[2]!), read)
  if (Either.isLeft(content)) return invalid("malformed")
  const [operationHash, rootHash, pathHash, page, anchor, link] = content.right
  if (operationHash !== hash(operation.id)) return invalid("operation")
  if (rootHash !== hash(graphRoot)) return invalid("cloud")
  if (pathHash !== hash(path)) return invalid("request")
  return Either.right({ link, page, anchor })
}
