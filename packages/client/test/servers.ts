import { Clock, Duration, Effect, Random } from "effect"

/** What a service that counts requests does: it takes one, or says for how long it takes none. */
export interface Server {
  /** Milliseconds until it takes another; `undefined` if it took this one. */
  readonly take: (now: number) => number | undefined
  /** The share of the limit that is used. */
  readonly usage: () => number
  /** The least time in which it takes so many, all of which are there at the start. */
  readonly capacity: (requests: number) => number
}

export const tokenBucket = (limit: number, window: number): Server => {
  const rate = limit / window
  let tokens = limit
  let last = 0
  return {
    take: (now) => {
      tokens = Math.min(limit, tokens + (now - last) * rate)
      last = now
      if (tokens < 1 - 1e-9) return (1 - tokens) / rate
      tokens -= 1
      return undefined
    },
    usage: () => 1 - tokens / limit,
    capacity: (requests) => Math.max(0, (requests - limit) / rate)
  }
}

/** `phase`: how much of the first window is over at the start. */
export const fixedWindow = (limit: number, window: number, phase = 0): Server => {
  let current = 0
  let count = 0
  return {
    take: (now) => {
      const index = Math.floor((now + phase) / window)
      if (index !== current) {
        current = index
        count = 0
      }
      if (count >= limit) return (index + 1) * window - phase - now
      count++
      return undefined
    },
    usage: () => count / limit,
    capacity: (requests) => (Math.ceil(requests / limit) - 1) * window - phase
  }
}

export const slidingWindow = (limit: number, window: number): Server => {
  const taken: Array<number> = []
  let head = 0
  return {
    take: (now) => {
      while (head < taken.length && taken[head]! <= now - window) head++
      if (taken.length - head >= limit) return taken[head]! + window - now
      taken.push(now)
      return undefined
    },
    usage: () => (taken.length - head) / limit,
    capacity: (requests) => (Math.ceil(requests / limit) - 1) * window
  }
}

/** One that becomes another at a time until when it takes so many. */
export const changing = (before: Server, after: Server, at: number, taken: number): Server => ({
  take: (now) => now < at ? before.take(now) : after.take(now - at),
  usage: before.usage,
  capacity: (requests) => at + after.capacity(requests - taken)
})

/** Whole seconds, as Graph says them. */
export const retryAfter = (millis: number): number => Math.max(1, Math.ceil(millis / 1000))

/**
 * Runs an effect on a clock that goes on to the next sleeper whenever nobody has anything to do. What takes an hour takes as long as
 * it computes; `TestClock` looks at all fibers before each step.
 */
export const inVirtualTime = <A, E>(effect: Effect.Effect<A, E>): Promise<A> => {
  let now = 0
  const sleepers: Array<{ readonly at: number; readonly wake: () => void }> = []
  const insert = (at: number, wake: () => void) => {
    let low = 0
    let high = sleepers.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (sleepers[middle]!.at > at) low = middle + 1
      else high = middle
    }
    const sleeper = { at, wake }
    sleepers.splice(low, 0, sleeper)
    return sleeper
  }
  const clock: Clock.Clock = {
    ...Clock.make(),
    unsafeCurrentTimeMillis: () => now,
    unsafeCurrentTimeNanos: () => BigInt(Math.round(now * 1e6)),
    currentTimeMillis: Effect.sync(() => now),
    currentTimeNanos: Effect.sync(() => BigInt(Math.round(now * 1e6))),
    sleep: (duration) =>
      Effect.async<void>((resume) => {
        const sleeper = insert(now + Duration.toMillis(duration), () => resume(Effect.void))
        return Effect.sync(() => {
          const index = sleepers.indexOf(sleeper)
          if (index >= 0) sleepers.splice(index, 1)
        })
      })
  }
  let running = true
  const drive = () => {
    if (!running) return
    const sleeper = sleepers.pop()
    if (sleeper !== undefined) {
      now = Math.max(now, sleeper.at)
      sleeper.wake()
      while (sleepers.at(-1)?.at === sleeper.at) sleepers.pop()!.wake()
    }
    setImmediate(drive)
  }
  setImmediate(drive)
  return Effect.runPromise(effect.pipe(
    Effect.withClock(clock),
    Effect.withRandom(Random.make("servers"))
  )).finally(() => {
    running = false
  })
}
