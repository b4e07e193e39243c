import * as Mismatch from "@effect-msgraph/domain/Mismatch"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Message from "../Message.js"
import { type Failure, invalidBody, noBody, unreadableBody } from "./failure.js"

/** The body of a request as the operation has it: what the operation does not know is left out. */
export type Body = { readonly [name: string]: any }

const parse = (text: string): Either.Either<unknown, Failure> =>
  text.trim() === "" ? Either.left(noBody) : Either.try({ try: () => JSON.parse(text), catch: () => unreadableBody })

/** Reads the body of a request for an operation, and checks it against everything that the operation says of it. */
export const read = (operation: Operation.Any, request: Message.Request): Either.Either<Body, Failure> =>
  Either.gen(function*() {
    const { body } = operation
    if (body === undefined) return {}
    const schema = body as Schema.Schema<unknown, unknown>
    const decoded = yield* Either.mapLeft(
      Schema.decodeUnknownEither(schema)(yield* parse(Message.text(request))),
      (error) => {
        const { actual, expected, path, rule } = Mismatch.fromParseError(error)
        return invalidBody(Mismatch.formatPath(path), rule ?? `expected ${expected}, found ${actual}`)
      }
    )
    return Schema.encodeSync(schema)(decoded) as Body
  })
