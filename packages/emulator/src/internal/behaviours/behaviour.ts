import type * as Effect from "effect/Effect"
import type * as Store from "../../Store.js"
import type { Caller } from "../authentication.js"
import type { Body } from "../body.js"
import type { Failure } from "../failure.js"
import type { State } from "../state.js"

/** A call of an operation whose meaning its kind does not tell. */
export interface Act {
  readonly state: State
  readonly caller: Caller
  /** What the path leads to, without the name of the action: the node, and the nodes above it by collection. */
  readonly target: Store.Node
  readonly parent: (collection: string) => Store.Node
  readonly parameters: { readonly [name: string]: any }
  readonly body: Body
}

/** What the operation answers with: the node of an entity, or JSON; nothing where it answers with nothing. */
export type Behaviour = (act: Act) => Effect.Effect<unknown, Failure>

/** Some behaviours by the id of their operation. */
export type Behaviours = { readonly [operation: string]: Behaviour }
