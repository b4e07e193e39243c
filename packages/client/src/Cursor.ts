/**
 * Where a list goes on: text that can be stored, and resumed from in another process.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Where a list goes on. `listPage` and `listPages` give one with each page but the last; `list`, `listPage` and `listPages` begin there
 * when they are given it.
 *
 * - It belongs to one operation with its path parameters and query options, at one Graph root. Anywhere else it is an `InvalidCursor`,
 *   and nothing is sent.
 * - It holds the link that the service gave, so what the list is filtered by, and no token. Keep it as you keep the data.
 * - It is not signed. Whoever may write it may name any address below the Graph root, and it is read with your token; so take none
 *   from a stranger.
 * - How long the service honours it is the service's affair; Microsoft promises nothing.
 *
 * @example
 * ```ts
 * import { Cursor, LifecycleWorkflows } from "@effect-msgraph/client"
 * import { Effect, Schema } from "effect"
 *
 * // What another process stored.
 * const resume = (stored: string) =>
 *   Effect.gen(function*() {
 *     const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
 *     const cursor = yield* Schema.decode(Cursor.Cursor)(stored)
 *     return yield* lcw.workflows.listPage({ select: ["id"] }, cursor)
 *   })
 * ```
 *
 * @see https://learn.microsoft.com/graph/paging
 * @since 0.1.0
 * @category Schemas
 */
export const Cursor = Schema.String.pipe(
  Schema.pattern(/^\d{1,4}\.[\w-]+$/, { message: () => "Expected a cursor that a page of a list gave" }),
  Schema.brand("@effect-msgraph/client/Cursor")
)

/**
 * Where a list goes on.
 *
 * @since 0.1.0
 * @category Models
 */
export type Cursor = typeof Cursor.Type
