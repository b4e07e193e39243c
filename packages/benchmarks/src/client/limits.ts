/** The three ways in which services count requests: so many in a window, which is 50 a second on average. */
export const perSecond = 50

interface Limit {
  /** Milliseconds until it takes another; `undefined` if it took this one. */
  readonly take: (now: number) => number | undefined
}

const bucket = (limit: number, window: number): Limit => {
  const rate = limit / window
  let tokens = limit
  let last = 0
  return {
    take: (now) => {
      tokens = Math.min(limit, tokens + (now - last) * rate)
      last = now
      if (tokens < 1) return (1 - tokens) / rate
      tokens--
      return undefined
    }
  }
}

const fixed = (limit: number, window: number): Limit => {
  let current = 0
  let count = 0
  return {
    take: (now) => {
      const index = Math.floor(now / window)
      if (index !== current) {
        current = index
        count = 0
      }
      if (count >= limit) return (index + 1) * window - now
      count++
      return undefined
    }
  }
}

const sliding = (limit: number, window: number): Limit => {
  const taken: Array<number> = []
  return {
    take: (now) => {
      while (taken.length > 0 && taken[0]! <= now - window) taken.shift()
      if (taken.length >= limit) return taken[0]! + window - now
      taken.push(now)
      return undefined
    }
  }
}

export interface Kind {
  readonly title: string
  readonly make: (limit: number, window: number) => Limit
  /** The least milliseconds in which it takes so many requests, all there at the start. */
  readonly capacity: (requests: number, limit: number, window: number) => number
}

const windows = (requests: number, limit: number, window: number) => (Math.ceil(requests / limit) - 1) * window

export const kinds: { readonly [kind: string]: Kind } = {
  bucket: {
    title: "token bucket",
    make: bucket,
    capacity: (requests, limit, window) => (requests - limit) * window / limit
  },
  fixed: { title: "fixed window", make: fixed, capacity: windows },
  sliding: { title: "sliding window", make: sliding, capacity: windows }
}
