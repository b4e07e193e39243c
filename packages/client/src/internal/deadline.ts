import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** Which time is over: that of one attempt, or of the whole call. */
export type Scope = "attempt" | "call"

/** When a call has to be over, and the attempt that is under way: milliseconds since the epoch. */
export interface Times {
  readonly deadline: number
  attemptEnd: number
  /** Whether the watch is set: an attempt that begins later sees to its end itself. */
  watched: boolean
}

/** A timer of the platform cannot be set for longer. */
const longestTimer = 2 ** 31 - 1

/** Ends when the time is over. */
const watch = (times: Times): Effect.Effect<Scope> =>
  Effect.clockWith((clock) => {
    times.watched = true
    const now = clock.unsafeCurrentTimeMillis()
    const end = Math.min(times.deadline, times.attemptEnd)
    return now >= end
      ? Effect.succeed(times.attemptEnd < times.deadline ? "attempt" : "call")
      : Effect.zipRight(
        clock.sleep(Duration.millis(Math.min(end - now, longestTimer))),
        Effect.suspend(() => watch(times))
      )
  })

/**
 * Runs an effect until the time is over; then it is interrupted. `Effect.timeoutFail` does the same for one limit at more than twice the
 * cost, and a call has two: here both share a timer.
 */
export const inTime = <A, E, B>(
  times: Times,
  effect: Effect.Effect<A, E>,
  onTimeout: (scope: Scope) => Effect.Effect<B, E>
): Effect.Effect<A | B, E> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.fork(restore(effect)), (work) => {
      times.attemptEnd = Infinity
      times.watched = false
      // It begins after the first steps of the work, which by then is waiting for an answer as a rule.
      return Effect.flatMap(Effect.fork(Effect.interruptible(watch(times))), (timer) => {
        const stop = () => timer.unsafeInterruptAsFork(work.id())
        return Effect.onInterrupt(
          restore(Effect.async<A | B, E>((resume) => {
            work.addObserver((exit) => {
              stop()
              resume(exit)
            })
            timer.addObserver((exit) => {
              if (exit._tag === "Success") {
                resume(Effect.zipRight(Fiber.interrupt(work), Effect.suspend(() => onTimeout(exit.value))))
              }
            })
          })),
          () => {
            stop()
            return Fiber.interrupt(work)
          }
        )
      })
    })
  )

/** The part of the work that has the time of an attempt. */
export const attempt = <A, E>(
  times: Times,
  duration: Duration.DurationInput,
  effect: Effect.Effect<A, E>,
  onTimeout: () => E
): Effect.Effect<A, E> =>
  Effect.clockWith((clock) => {
    if (times.watched) return Effect.timeoutFail(effect, { duration, onTimeout })
    times.attemptEnd = clock.unsafeCurrentTimeMillis() + Duration.toMillis(duration)
    return Effect.matchCauseEffect(effect, {
      onFailure: (cause) => {
        times.attemptEnd = Infinity
        return Effect.failCause(cause)
      },
      onSuccess: (value) => {
        times.attemptEnd = Infinity
        return Effect.succeed(value)
      }
    })
  })
