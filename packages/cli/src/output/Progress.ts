/**
 * One line on a terminal's stderr that tells how far a long list is, and leaves no trace.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Stdio from "../Stdio.js"
import * as Style from "./Style.js"
import * as Text from "./Text.js"

/**
 * - `update`: what to tell, once it has been true for a moment
 * - `clear`: takes the line away before something else is written; it comes back by itself if `update` goes on
 *
 * @since 0.1.0
 * @category Models
 */
export interface Progress {
  readonly update: (text: string) => Effect.Effect<void>
  readonly clear: Effect.Effect<void>
}

const erase = "\r\u001b[K"

/** Lists that are read faster than this show no progress, and the line changes no faster. */
const interval = "200 millis"

const silent: Progress = { update: () => Effect.void, clear: Effect.void }

/**
 * A progress line, which ends with the scope. Where nobody looks there is none.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (sink: Stdio.Sink): Effect.Effect<Progress, never, Scope.Scope> =>
  Effect.gen(function*() {
    if (!sink.controls) return silent
    let wanted: string | undefined
    let shown: string | undefined

    const draw = Effect.gen(function*() {
      if (wanted === undefined || wanted === shown) return
      shown = wanted
      const text = Text.truncate(wanted, (yield* sink.columns) - 1)
      yield* Effect.ignore(sink.write(`${erase}${Style.paint(sink, "faint", text)}`))
    })
    const clear = Effect.suspend(() => {
      if (shown === undefined) return Effect.void
      shown = undefined
      return Effect.ignore(sink.write(erase))
    })

    yield* Effect.addFinalizer(() => clear)
    yield* Effect.forkScoped(Effect.forever(Effect.zipRight(Effect.sleep(interval), draw)))
    return {
      update: (text) =>
        Effect.sync(() => {
          wanted = text
        }),
      clear
    }
  })
