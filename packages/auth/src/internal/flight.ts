/**
 * Single flight: for each key at most one run of a task, whatever number of fibers wait for it. The run belongs to the
 * scope (or, without one, to nobody) and to no waiter, so interrupting a waiter, the first one too, changes nothing for
 * the others. When the last waiter is gone, the run is interrupted.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import type * as Scope from "effect/Scope"

interface Flight<A, E> {
  readonly result: Deferred.Deferred<A, E>
  fiber: Fiber.RuntimeFiber<void> | undefined
  waiters: number
  landed: boolean
}

export interface Flights<A, E> {
  /** Keys under way, oldest first. */
  readonly keys: () => ReadonlyArray<string>
  /** Waits for the run of the key, and starts it if there is none. */
  readonly join: (key: string, task: Effect.Effect<A, E>) => Effect.Effect<A, E>
  /** Waits for the run of the key. If there is none, or it fails, does the other thing. */
  readonly follow: (key: string, otherwise: Effect.Effect<A, E>) => Effect.Effect<A, E>
  /** Starts a run that goes on whether anybody waits or not, unless one is under way. */
  readonly launch: (key: string, task: Effect.Effect<A, E>) => Effect.Effect<void>
}

export const make = <A, E>(scope?: Scope.Scope): Flights<A, E> => {
  const flights = new Map<string, Flight<A, E>>()
  const fork = scope === undefined ? Effect.forkDaemon : Effect.forkIn(scope)

  const remove = (key: string, flight: Flight<A, E>) => {
    if (flights.get(key) === flight) flights.delete(key)
  }

  // To be run in an uninterruptible region, which the new fiber inherits: so even a run that is interrupted before its
  // first step reports its exit.
  const start = (key: string, flight: Flight<A, E>, task: Effect.Effect<A, E>) =>
    Effect.exit(Effect.interruptible(task)).pipe(
      Effect.map((exit) => {
        flight.landed = true
        remove(key, flight)
        Deferred.unsafeDone(flight.result, exit)
      }),
      fork,
      Effect.map((fiber) => {
        flight.fiber = fiber
      })
    )

  const open = (key: string, waiters: number): Flight<A, E> => {
    const flight: Flight<A, E> = {
      result: Deferred.unsafeMake<A, E>(FiberId.none),
      fiber: undefined,
      waiters,
      landed: false
    }
    flights.set(key, flight)
    return flight
  }

  const leave = (key: string, flight: Flight<A, E>) =>
    Effect.suspend(() => {
      flight.waiters--
      if (flight.waiters > 0 || flight.landed || flight.fiber === undefined) return Effect.void
      // At once, so that whoever comes next does not join a run that is being interrupted.
      remove(key, flight)
      return Fiber.interrupt(flight.fiber)
    })

  const wait = (
    key: string,
    flight: Flight<A, E>,
    restore: <B, F>(effect: Effect.Effect<B, F>) => Effect.Effect<B, F>
  ) => Effect.ensuring(restore(Deferred.await(flight.result)), leave(key, flight))

  return {
    keys: () => Array.from(flights.keys()),
    join: (key, task) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.suspend(() => {
          const present = flights.get(key)
          if (present !== undefined) present.waiters++
          // The one who starts is counted before the fork, and cannot leave before it: `fiber` is set when the count
          // drops to zero.
          const flight = present ?? open(key, 1)
          const started = present === undefined ? start(key, flight, task) : Effect.void
          return Effect.zipRight(started, wait(key, flight, restore))
        })
      ),
    follow: (key, otherwise) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.suspend(() => {
          const present = flights.get(key)
          if (present === undefined) return restore(otherwise)
          present.waiters++
          return Effect.catchAll(wait(key, present, restore), () => restore(otherwise))
        })
      ),
    launch: (key, task) =>
      Effect.uninterruptible(
        // Counts as a waiter that never leaves.
        Effect.suspend(() => flights.has(key) ? Effect.void : start(key, open(key, 1), task))
      )
  }
}
