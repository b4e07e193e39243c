import * as Duration from "effect/Duration"

/** How long to wait between looks, in milliseconds. */
export interface Pace {
  readonly initial: number
  readonly next: (wait: number) => number
}

/** Nobody is served by looking more often. */
const shortest = 100

export const pace = (options: {
  readonly initial?: Duration.DurationInput | undefined
  readonly factor?: number | undefined
  readonly max?: Duration.DurationInput | undefined
}): Pace => {
  const max = Math.max(shortest, Duration.toMillis(options.max ?? "30 seconds"))
  const bounded = (wait: number) => Math.min(max, Math.max(shortest, wait))
  // A factor that is no number is none.
  const factor = Math.max(1, options.factor || 1.5)
  return {
    initial: bounded(Duration.toMillis(options.initial ?? "2 seconds")),
    next: (wait) => bounded(wait * factor)
  }
}
