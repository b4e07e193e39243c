/**
 * JSON for programs: the entities as Graph writes them.
 *
 * @since 0.1.0
 */
import * as Entity from "@effect-msgraph/domain/Entity"
import type * as Query from "@effect-msgraph/domain/Query"
import * as Schema from "effect/Schema"
import * as Text from "./Text.js"

/**
 * What makes entities of a query's answers JSON again.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const encoder = (entity: Entity.Any, query: Query.Any): (value: unknown) => unknown =>
  Schema.encodeUnknownSync(Entity.schema(entity, query as Entity.Projection<Entity.Any>) as Schema.Schema<unknown>)

/**
 * A document of its own, for people too.
 *
 * @since 0.1.0
 * @category Rendering
 */
export const document = (value: unknown): string => `${Text.escapeJson(JSON.stringify(value, undefined, 2))}\n`

/**
 * A document on one line, one of many: JSON Lines.
 *
 * @see https://jsonlines.org
 * @since 0.1.0
 * @category Rendering
 */
export const line = (value: unknown): string => `${Text.escapeJson(JSON.stringify(value))}\n`
