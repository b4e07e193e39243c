import type * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import { pipe } from "effect/Function"
import * as Runtime from "effect/Runtime"
import * as RuntimeFlags from "effect/RuntimeFlags"
import { clockOf, monotonic } from "./clock.js"

/** Which time is over: that of one attempt, or of the whole call. */
export type Scope = "attempt" | "call"

/** When a call has to be over, and the attempt that is under way: milliseconds of the clock that only goes forward. */
export interface Times {
  readonly deadline: number
  attemptEnd: number
  /** What to do when one of them has come; there while the work is under way. */
  expire: ((scope: Scope) => void) | undefined
}

/** A timer of the platform cannot be set for longer. */
const longestTimer = 2 ** 31 - 1

/**
 * Looks after the times of all calls of a client under one clock, with one timer: nearly all calls end long before, so that it is hardly ever set
 * anew. `Effect.timeoutFail` would need two fibers and a timer for each limit of each call.
 */
class Watch {
  private readonly running = new Set<Times>()
  private wakesAt = Infinity
  private timer: Fiber.RuntimeFiber<void> | undefined
  private isClosing = false
  private readonly clock: Clock.Clock

  constructor(clock: Clock.Clock) {
    this.clock = clock
  }

  add(times: Times, expire: (scope: Scope) => void): void {
    times.expire = expire
    this.running.add(times)
    this.wakeAt(Math.min(times.deadline, times.attemptEnd))
  }

  remove(times: Times): void {
    times.expire = undefined
    if (!this.running.delete(times) || this.running.size > 0 || this.isClosing) return
    // Another call may follow at once. To set a timer for it anew costs a third of the call.
    this.isClosing = true
    setTimeout(() => {
      this.isClosing = false
      if (this.running.size === 0) this.stop()
    }, 0)
  }

  wakeAt(end: number): void {
    if (end >= this.wakesAt) return
    this.stop()
    this.wakesAt = end
    const wait = Math.max(0, Math.min(end - monotonic(this.clock), longestTimer))
    this.timer = Effect.runFork(Effect.flatMap(this.clock.sleep(Duration.millis(wait)), () => this.look))
  }

  private stop(): void {
    this.timer?.unsafeInterruptAsFork(FiberId.none)
    this.timer = undefined
    this.wakesAt = Infinity
  }

  private readonly look = Effect.sync(() => {
    this.timer = undefined
    this.wakesAt = Infinity
    const now = monotonic(this.clock)
    const due: Array<Times> = []
    let next = Infinity
    for (const times of this.running) {
      const end = Math.min(times.deadline, times.attemptEnd)
      if (end > now) next = Math.min(next, end)
      else due.push(times)
    }
    if (next < Infinity) this.wakeAt(next)
    for (const times of due) {
      const { expire } = times
      this.remove(times)
      expire?.(times.attemptEnd < times.deadline ? "attempt" : "call")
    }
  })
}

/** Work can be interrupted when its time is over, wherever it is called from. As a part of another fiber it is not counted as one. */
const flagsOf = (flags: RuntimeFlags.RuntimeFlags): RuntimeFlags.RuntimeFlags =>
  pipe(
    flags,
    RuntimeFlags.disable(RuntimeFlags.RuntimeMetrics),
    RuntimeFlags.enable(RuntimeFlags.Interruption)
  )

/** The attempt is over. */
export const endAttempt = (times: Times): void => {
  times.attemptEnd = Infinity
}

/**
 * The times of the calls of one client. Another client has timers of its own: where each request to an application has its own client, as
 * in a worker, what belongs to one ends with it.
 */
export const make = () => {
  const watches = new WeakMap<Clock.Clock, Watch>()

  const watchOf = (fiber: Fiber.RuntimeFiber<unknown, unknown>): Watch => {
    const clock = clockOf(fiber)
    let watch = watches.get(clock)
    if (watch === undefined) watches.set(clock, watch = new Watch(clock))
    return watch
  }

  /** Runs an effect in this context until its time is over; then it is interrupted. */
  const inTime = <A, E, B>(
    times: Times,
    context: Context.Context<never>,
    effect: Effect.Effect<A, E>,
    onTimeout: (scope: Scope) => Effect.Effect<B, E>
  ): Effect.Effect<A | B, E> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.withFiberRuntime<A | B, E>((fiber, { runtimeFlags }) => {
        const work = Runtime.runFork(
          Runtime.make({ context, fiberRefs: fiber.getFiberRefs(), runtimeFlags: flagsOf(runtimeFlags) })
        )(effect)
        const exit = work.unsafePoll()
        if (exit !== null) return exit
        const watch = watchOf(fiber)
        let ending: Scope | undefined
        const result = Effect.async<A | B, E>((resume) => {
          const expire = (scope: Scope): void => {
            ending = scope
            // At once, not as a part of what the caller resumes with: that may be interrupted itself before it runs.
            work.unsafeInterruptAsFork(fiber.id())
            if (scope === "call") return resume(Effect.suspend(() => onTimeout(scope)))
            // Another attempt has to wait for the end of this one, but no longer than the call may take.
            times.attemptEnd = Infinity
            watch.add(times, expire)
          }
          watch.add(times, expire)
          work.addObserver((exit) => {
            watch.remove(times)
            resume(ending === "attempt" && Exit.isFailure(exit) ? Effect.suspend(() => onTimeout("attempt")) : exit)
          })
        })
        return Effect.catchAllCause(restore(result), (cause) => {
          watch.remove(times)
          return ending === "call" || work.unsafePoll() !== null
            ? Effect.failCause(cause)
            : Effect.zipRight(Fiber.interrupt(work), Effect.failCause(cause))
        })
      })
    )

  /** From now on, for so long, the work is at an attempt. */
  const beginAttempt = (
    times: Times,
    fiber: Fiber.RuntimeFiber<unknown, unknown>,
    duration: Duration.DurationInput
  ): void => {
    times.attemptEnd = monotonic(clockOf(fiber)) + Duration.toMillis(duration)
    // Work that has not waited yet is not watched yet.
    if (times.expire !== undefined) watchOf(fiber).wakeAt(times.attemptEnd)
  }

  return { inTime, beginAttempt }
}
