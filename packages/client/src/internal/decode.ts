import * as Decoder from "@effect-msgraph/domain/Decoder"
import * as Entity from "@effect-msgraph/domain/Entity"
import type * as Mismatch from "@effect-msgraph/domain/Mismatch"
import * as Operation from "@effect-msgraph/domain/Operation"
import * as Query from "@effect-msgraph/domain/Query"
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"

/** A page of a collection. */
export interface Page {
  readonly value: ReadonlyArray<unknown>
  readonly "@odata.count"?: number | undefined
  readonly "@odata.nextLink"?: string | undefined
}

type Decode = (body: unknown) => Either.Either<unknown, Mismatch.Mismatch>

/** Of what `Decoder` has plain functions for: anything else in it would send every element the schema's own, slower way. */
const page = (item: Schema.Schema.AnyNoContext) =>
  Schema.Struct({
    value: Schema.Array(item),
    "@odata.count": Entity.nullable(Schema.Int),
    "@odata.nextLink": Entity.nullable(Schema.String)
  })

/** What an operation answers with under these query options: an entity, a value, or a page of either. */
export const schemaOf = (operation: Operation.Any, query: Query.Any): Schema.Schema.AnyNoContext => {
  const { result } = operation
  const item = result === undefined
    ? Schema.Void
    : Operation.isEntity(result)
    ? Entity.schema(result, query as Entity.Projection<Entity.Any>)
    : result
  return operation.many ? page(item) : item
}

const cache = new WeakMap<Operation.Any, Map<string, Decode>>()

/** Projections come from code, so there are few; but a program that makes them up must not grow without bound. */
const capacity = 128

/** The decoder of an operation's answer under these query options. */
export const decoder = (operation: Operation.Any, query: Query.Any): Decode => {
  let decoders = cache.get(operation)
  if (decoders === undefined) cache.set(operation, decoders = new Map())
  const key = Query.encode({ select: query.select, expand: query.expand })
  let found = decoders.get(key)
  if (found === undefined) {
    found = Decoder.make(schemaOf(operation, query) as Schema.Schema<unknown, unknown>)
    if (decoders.size >= capacity) decoders.clear()
    decoders.set(key, found)
  }
  return found
}
