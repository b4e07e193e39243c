import * as Entity from "@effect-msgraph/domain/Entity"
import * as Mismatch from "@effect-msgraph/domain/Mismatch"
import * as Operation from "@effect-msgraph/domain/Operation"
import * as Query from "@effect-msgraph/domain/Query"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"

/** A page of a collection. */
export interface Page {
  readonly value: ReadonlyArray<unknown>
  readonly "@odata.count"?: number | undefined
  readonly "@odata.nextLink"?: string | undefined
}

type Decoder = (body: unknown) => Either.Either<unknown, Mismatch.Mismatch>

const page = (item: Schema.Schema.AnyNoContext) =>
  Schema.Struct({
    value: Schema.Array(item),
    "@odata.count": Schema.optionalWith(Schema.Int, { nullable: true }),
    "@odata.nextLink": Schema.optionalWith(Schema.String, { nullable: true })
  })

const schemaOf = (operation: Operation.Any, query: Query.Any): Schema.Schema.AnyNoContext => {
  const { result } = operation
  const item = result === undefined
    ? Schema.Void
    : Operation.isEntity(result)
    ? Entity.schema(result, query as Entity.Projection<Entity.Any>)
    : result
  return operation.many ? page(item) : item
}

const decoderOf = (schema: Schema.Schema<any, any>): Decoder => {
  const decode = Schema.decodeUnknownEither(schema)
  return (body) => Either.mapLeft(decode(body), Mismatch.fromParseError)
}

const cache = new WeakMap<Operation.Any, Map<string, Decoder>>()

/** Projections come from code, so there are few; but a program that makes them up must not grow without bound. */
const capacity = 128

/** The decoder of an operation's answer under these query options: an entity, a value, or a page of either. */
export const decoder = (operation: Operation.Any, query: Query.Any): Decoder => {
  let decoders = cache.get(operation)
  if (decoders === undefined) cache.set(operation, decoders = new Map())
  const key = Query.encode({ select: query.select, expand: query.expand })
  let found = decoders.get(key)
  if (found === undefined) {
    found = decoderOf(schemaOf(operation, query))
    if (decoders.size >= capacity) decoders.clear()
    decoders.set(key, found)
  }
  return found
}
