/**
 * What shows a page to the person at this machine.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/**
 * Opens the page of a sign-in. By default it is the system's browser; if it fails, the address is printed instead.
 *
 * @since 0.1.0
 * @category Context
 */
export class Opener extends Context.Reference<Opener>()("@effect-msgraph/cli/Opener", {
  defaultValue: (): ((url: string) => Effect.Effect<void, unknown>) | undefined => undefined
}) {}
