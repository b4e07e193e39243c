import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import { type Failure, malformedSkipToken } from "./failure.js"

/** Where a page begins, and how long it is. */
export interface Cursor {
  readonly offset: number
  readonly size: number
}

/** What came before goes into the token: a next page is as long as the first, whatever its own headers say. */
export const encode = (cursor: Cursor): string => Encoding.encodeBase64Url(`${cursor.offset}.${cursor.size}`)

export const decode = (token: string): Either.Either<Cursor, Failure> => {
  const text = Either.getOrElse(Encoding.decodeBase64UrlString(token), () => "")
  const match = /^(\d{1,9})\.([1-9]\d{0,5})$/.exec(text)
  return match === null
    ? Either.left(malformedSkipToken)
    : Either.right({ offset: Number(match[1]), size: Number(match[2]) })
}

/** The members of a page, and the cursor of the next one where there is one. */
export const page = <A>(all: ReadonlyArray<A>, cursor: Cursor): readonly [ReadonlyArray<A>, Cursor | undefined] => {
  const end = cursor.offset + cursor.size
  return [all.slice(cursor.offset, end), end < all.length ? { offset: end, size: cursor.size } : undefined]
}
