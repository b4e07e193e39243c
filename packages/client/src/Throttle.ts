/**
 * The gate that all calls of one application pass. When the service throttles one call, every other call waits as well, instead of
 * finding out by itself; afterwards calls are let in one by one, no faster than the service has shown to take.
 *
 * @since 0.1.0
 */
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { monotonic } from "./internal/clock.js"
import * as Pace from "./internal/pace.js"

/**
 * The gate will not let the call in before its time is over. `remaining` is how long it would have to wait.
 *
 * @since 0.1.0
 * @category Errors
 */
export class Closed extends Schema.TaggedError<Closed>("@effect-msgraph/client/Closed")("Closed", {
  remaining: Schema.Duration
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return `The throttle gate stays closed for another ${Duration.format(this.remaining)}.`
  }
}

/**
 * How urgent a call is.
 *
 * - `interactive`: somebody waits for it. It is let in first, and sent as `x-ms-throttle-priority: high`
 * - `normal`
 * - `bulk`: it can wait. It is let in last, and sent as `x-ms-throttle-priority: low`: where the service has to throttle, it begins
 *   with these
 *
 * Of four calls that a gate lets in while others wait, three are the most urgent ones, and the fourth is the one that has waited
 * longest, so that no call waits for ever.
 *
 * @see https://learn.microsoft.com/graph/throttling-limits
 * @since 0.1.0
 * @category Models
 */
export type Urgency = "interactive" | "normal" | "bulk"

/**
 * How urgent the calls of an effect are; `normal` unless set with {@link withPriority}. A list's pages are as urgent as the stream
 * that reads them.
 *
 * @since 0.1.0
 * @category References
 */
export class Priority extends Context.Reference<Priority>()("@effect-msgraph/client/Priority", {
  defaultValue: (): Urgency => "normal"
}) {}

/**
 * Says how urgent the calls of an effect are.
 *
 * @example
 * ```ts
 * import { LifecycleWorkflows, Throttle } from "@effect-msgraph/client"
 * import { Effect, Stream } from "effect"
 *
 * const report = Effect.gen(function*() {
 *   const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
 *   return yield* Stream.runCount(lcw.workflows.list())
 * }).pipe(Throttle.withPriority("bulk"))
 * ```
 *
 * @since 0.1.0
 * @category Combinators
 */
export const withPriority: {
  (urgency: Urgency): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(effect: Effect.Effect<A, E, R>, urgency: Urgency): Effect.Effect<A, E, R>
} = dual(
  2,
  <A, E, R>(effect: Effect.Effect<A, E, R>, urgency: Urgency): Effect.Effect<A, E, R> =>
    Effect.provideService(effect, Priority, urgency)
)

/**
 * Leave to send one request, for as long as the effect that got it runs.
 *
 * - `waited`: how long it took to get it
 * - `accepted`: the service took the request. `usage` is the share of its limit that the service says is used, as in
 *   `x-ms-throttle-limit-percentage`
 * - `rejected`: the service throttled the request, and takes none for that long. `taken` is how many of those that it counts for
 *   were taken all the same, as in a batch; none if not given
 *
 * Without either, nothing is known of the request, as when the connection broke.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Permit {
  readonly waited: Duration.Duration
  readonly accepted: (usage?: number) => Effect.Effect<void>
  readonly rejected: (duration: Duration.DurationInput, taken?: number) => Effect.Effect<void>
}

/**
 * Who wants to pass.
 *
 * - `key`: what the service counts together: cloud, tenant, application and workload
 * - `within`: how long the call may wait
 * - `urgency`: `normal` if not given
 * - `weight`: how many requests the service counts for it; 1 if not given. A batch of 20 weighs 20
 *
 * @since 0.1.0
 * @category Models
 */
export interface Request {
  readonly key: string
  readonly within: Duration.DurationInput
  readonly urgency?: Urgency | undefined
  readonly weight?: number | undefined
}

/**
 * The gate.
 *
 * - `pass`: runs an effect that sends one request, as soon as the gate of its key lets it in. Where that cannot be before `within`
 *   has passed, it fails as soon as that is known, rather than wait in vain
 * - `close`: closes the gate of that key for at least that long from now
 *
 * @since 0.1.0
 * @category Models
 */
export interface Service {
  readonly pass: <A, E, R>(
    request: Request,
    use: (permit: Permit) => Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | Closed, R>
  readonly close: (key: string, duration: Duration.DurationInput) => Effect.Effect<void>
}

/**
 * The gate.
 *
 * @since 0.1.0
 * @category Context
 */
export class Throttle extends Context.Tag("@effect-msgraph/client/Throttle")<Throttle, Service>() {}

/**
 * What a gate starts from; it learns the rest. Every option holds for each key by itself.
 *
 * - `initialConcurrency`: requests under way at once at first: 10
 * - `minConcurrency`, `maxConcurrency`: it never goes below or above: 1 and 64
 * - `quota`: a limit that is known: at most `limit` requests in any stretch of `window`. Without it, the gate learns from
 *   rejections alone. A batch counts as the requests in it; one that is larger than the limit goes alone
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly initialConcurrency?: number | undefined
  readonly minConcurrency?: number | undefined
  readonly maxConcurrency?: number | undefined
  readonly quota?: { readonly limit: number; readonly window: Duration.DurationInput } | undefined
}

/** A timer of the platform cannot be set for longer. */
const longestTimer = 2 ** 31 - 1

/** Told where nobody knows: the least that a service says. */
const unknownWait = 1000

const rank = { interactive: 0, normal: 1, bulk: 2 } as const

interface Waiter {
  readonly since: number
  readonly deadline: number
  readonly weight: number
  /** What has become of it, once that is known; until then, whom to tell. */
  result: Effect.Effect<Pace.Entry, Closed> | undefined
  resume: ((result: Effect.Effect<Pace.Entry, Closed>) => void) | undefined
  /** Where it was let in, also if it was interrupted before it knew. */
  entry: Pace.Entry | undefined
  gone: boolean
}

interface Queue {
  waiters: Array<Waiter>
  head: number
}

interface Gate {
  readonly pace: Pace.Pace
  readonly queues: readonly [Queue, Queue, Queue]
  waiting: number
  /** How many requests those are to the service. */
  weightWaiting: number
  turn: number
  /** No deadline of those who wait is earlier. */
  firstDeadline: number
  timer: { readonly at: number; readonly fiber: Fiber.RuntimeFiber<void> } | undefined
}

/** The first of a queue who still waits. */
const first = (queue: Queue): Waiter | undefined => {
  while (queue.head < queue.waiters.length && queue.waiters[queue.head]!.gone) queue.head++
  if (queue.head > 64 && queue.head * 2 > queue.waiters.length) {
    queue.waiters = queue.waiters.slice(queue.head)
    queue.head = 0
  }
  return queue.waiters[queue.head]
}

/** Whose turn it is: the most urgent; each fourth time who has waited longest. */
const choose = (gate: Gate): Waiter | undefined => {
  const [interactive, normal, bulk] = gate.queues
  let chosen = first(interactive)
  for (const queue of [normal, bulk]) {
    const waiter = first(queue)
    if (
      waiter !== undefined && (chosen === undefined || (gate.turn % 4 === 3 && waiter.since < chosen.since))
    ) chosen = waiter
  }
  return chosen
}

const leave = (gate: Gate, waiter: Waiter): void => {
  waiter.gone = true
  gate.waiting--
  gate.weightWaiting -= waiter.weight
}

const settle = (gate: Gate, waiter: Waiter, result: Effect.Effect<Pace.Entry, Closed>): void => {
  leave(gate, waiter)
  waiter.result = result
  waiter.resume?.(result)
}

/** Turns away all who cannot wait for as long as they would have to at least. */
const turnAway = (gate: Gate, now: number): void => {
  gate.firstDeadline = Infinity
  for (const queue of gate.queues) {
    for (let i = queue.head; i < queue.waiters.length; i++) {
      const waiter = queue.waiters[i]!
      if (waiter.gone) continue
      const opens = gate.pace.earliest(now, 0, waiter.weight)
      if (waiter.deadline <= opens) {
        // Where it is not closed, it may still be told when a place is free; not if that depends on when others end.
        const free = opens > now ? opens : gate.pace.next(now, waiter.weight)
        const remaining = free > now && free < Infinity ? free - now : unknownWait
        settle(gate, waiter, Effect.fail(new Closed({ remaining: Duration.millis(remaining) })))
      } else if (waiter.deadline < gate.firstDeadline) gate.firstDeadline = waiter.deadline
    }
  }
}

/** Lets in all who may enter, and turns away who cannot in time. Answers when to look again, if time alone will change things. */
const dispatch = (gate: Gate, now: number): number | undefined => {
  while (true) {
    const waiter = choose(gate)
    if (waiter === undefined) return undefined
    const at = Math.ceil(gate.pace.next(now, waiter.weight))
    if (at > now) {
      if (gate.firstDeadline <= gate.pace.earliest(now, 0, 1)) turnAway(gate, now)
      const next = Math.min(at, gate.firstDeadline)
      return gate.waiting === 0 || next === Infinity ? undefined : next
    }
    gate.turn++
    waiter.entry = gate.pace.start(now, waiter.weight)
    settle(gate, waiter, Effect.succeed(waiter.entry))
  }
}

const disarm = (gate: Gate): void => {
  gate.timer?.fiber.unsafeInterruptAsFork(FiberId.none)
  gate.timer = undefined
}

/** Lets others in, and sees to it that somebody looks again in time. */
const proceed = (gate: Gate): Effect.Effect<void> =>
  Effect.clockWith((clock) => {
    const now = monotonic(clock)
    const at = dispatch(gate, now)
    if (gate.waiting === 0) disarm(gate)
    if (at === undefined || (gate.timer !== undefined && gate.timer.at <= at)) return Effect.void
    disarm(gate)
    const look = Effect.suspend(() => {
      gate.timer = undefined
      return proceed(gate)
    })
    return Effect.sleep(Math.min(at - now, longestTimer)).pipe(
      Effect.interruptible,
      Effect.zipRight(look),
      Effect.forkDaemon,
      Effect.map((fiber) => {
        gate.timer = { at, fiber }
      })
    )
  })

/** Waits in the queue for leave to enter. To be run where interruption is off; `restore` turns it on for the wait. */
const enqueue = (
  gate: Gate,
  now: number,
  deadline: number,
  urgency: Urgency,
  weight: number,
  restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
): Effect.Effect<Pace.Entry, Closed> => {
  const opens = gate.pace.earliest(now, gate.weightWaiting, weight)
  if (opens > now && opens >= deadline) {
    return Effect.fail(new Closed({ remaining: Duration.millis(opens - now) }))
  }
  const waiter: Waiter = {
    since: now,
    deadline,
    weight,
    result: undefined,
    resume: undefined,
    entry: undefined,
    gone: false
  }
  const queue = gate.queues[rank[urgency]]
  queue.waiters.push(waiter)
  gate.waiting++
  gate.weightWaiting += weight
  if (deadline < gate.firstDeadline) gate.firstDeadline = deadline
  const giveUp = Effect.clockWith((clock) => {
    if (waiter.entry !== undefined) {
      gate.pace.end(waiter.entry, monotonic(clock), "unknown")
    } else if (!waiter.gone) leave(gate, waiter)
    return proceed(gate)
  })
  const answer = Effect.async<Pace.Entry, Closed>((resume) => {
    if (waiter.result === undefined) waiter.resume = resume
    else resume(waiter.result)
  })
  return Effect.zipRight(proceed(gate), Effect.onInterrupt(restore(answer), () => giveUp))
}

const atLeastOne = (value: number | undefined, otherwise: number): number =>
  value === undefined || Number.isNaN(value) ? otherwise : Math.max(1, Math.floor(value))

/**
 * A gate in the memory of this process.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (options: Options = {}): Effect.Effect<Service> =>
  Effect.sync(() => {
    const floor = atLeastOne(options.minConcurrency, 1)
    const ceiling = Math.max(floor, atLeastOne(options.maxConcurrency, 64))
    const limits: Pace.Limits = {
      floor,
      ceiling,
      initial: Math.min(Math.max(floor, atLeastOne(options.initialConcurrency, 10)), ceiling),
      quota: options.quota === undefined ? undefined : {
        limit: atLeastOne(options.quota.limit, 1),
        window: Math.max(1, Duration.toMillis(options.quota.window))
      }
    }
    const gates = new Map<string, Gate>()
    let sweepAt = 64

    /** Whoever serves many tenants has a gate for each: those that have long been idle go when there are twice as many. */
    const sweep = (now: number): void => {
      if (gates.size < sweepAt) return
      for (const [key, gate] of gates) if (gate.waiting === 0 && gate.pace.isForgotten(now)) gates.delete(key)
      sweepAt = Math.max(64, gates.size * 2)
    }

    const gateOf = (key: string, now: number): Gate => {
      const known = gates.get(key)
      if (known !== undefined) return known
      sweep(now)
      const queue = (): Queue => ({ waiters: [], head: 0 })
      const gate: Gate = {
        pace: new Pace.Pace(limits),
        queues: [queue(), queue(), queue()],
        waiting: 0,
        weightWaiting: 0,
        turn: 0,
        firstDeadline: Infinity,
        timer: undefined
      }
      gates.set(key, gate)
      return gate
    }

    const enter = <A, E, R>(
      clock: Clock.Clock,
      gate: Gate,
      entry: Pace.Entry,
      waited: Duration.Duration,
      use: (permit: Permit) => Effect.Effect<A, E, R>,
      restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    ): Effect.Effect<A, E, R> => {
      let outcome: Pace.Outcome = "unknown"
      const permit: Permit = {
        waited,
        accepted: (usage = 0) =>
          Effect.sync(() => {
            outcome = "accepted"
            gate.pace.used(entry, monotonic(clock), usage)
          }),
        rejected: (duration, taken) =>
          Effect.sync(() => {
            outcome = "rejected"
            gate.pace.close(entry, monotonic(clock), Duration.toMillis(duration), taken)
          })
      }
      const leave = (exit: Exit.Exit<A, E>): Effect.Effect<A, E> => {
        gate.pace.end(entry, monotonic(clock), outcome)
        return gate.waiting === 0 ? exit : Effect.zipRight(proceed(gate), exit)
      }
      // As `Effect.onExit`, without an effect for what has none.
      return Effect.matchCauseEffect(restore(Effect.suspend(() => use(permit))), {
        onFailure: (cause) => leave(Exit.failCause(cause)),
        onSuccess: (value) => leave(Exit.succeed(value))
      })
    }

    return Throttle.of({
      pass: ({ key, urgency = "normal", weight, within }, use) =>
        Effect.uninterruptibleMask((restore) =>
          Effect.clockWith((clock) => {
            const now = monotonic(clock)
            const gate = gateOf(key, now)
            const requests = atLeastOne(weight, 1)
            return gate.waiting === 0 && gate.pace.next(now, requests) <= now
              ? enter(clock, gate, gate.pace.start(now, requests), Duration.zero, use, restore)
              : Effect.flatMap(
                enqueue(gate, now, now + Duration.toMillis(within), urgency, requests, restore),
                (entry) => enter(clock, gate, entry, Duration.millis(entry.at - now), use, restore)
              )
          })
        ),
      close: (key, duration) =>
        Effect.clockWith((clock) => {
          const now = monotonic(clock)
          const gate = gateOf(key, now)
          gate.pace.close(undefined, now, Duration.toMillis(duration))
          return Effect.uninterruptible(proceed(gate))
        })
    })
  })

/**
 * A gate in the memory of this process.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (options?: Options): Layer.Layer<Throttle> => Layer.effect(Throttle, make(options))
