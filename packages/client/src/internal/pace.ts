/**
 * How fast one gate lets calls in: plain state and arithmetic, told the time, so that it costs next to nothing and can be tried
 * against models of servers without a network. The reasons are in docs/decisions/0020-throttle.md.
 */

/** Limits that hold whatever is learned. */
export interface Limits {
  readonly floor: number
  readonly initial: number
  readonly ceiling: number
  readonly quota: { readonly limit: number; readonly window: number } | undefined
}

/** A call that was let in: when, and after how many closures. */
export interface Entry {
  readonly at: number
  readonly epoch: number
}

/** What became of a call that was let in: the service took it, or it did not get that far, or nobody knows. */
export type Outcome = "accepted" | "rejected" | "unknown"

/** A probe that has no answer yet holds back all others; after this long another one is let in beside it. */
const patience = 5000

/** Without a call for this long, what was learned is old news. */
const memory = 600_000

/** From this share of its limit on, the service says how much is used. */
const nearLimit = 0.8

/** Starts in order of time. Those that are close together share an entry, at the time of the last, so that a log stays small. */
class Log {
  private readonly times: Float64Array
  private readonly counts: Float64Array
  private head = 0
  private length = 0
  total = 0

  constructor(size: number) {
    this.times = new Float64Array(size)
    this.counts = new Float64Array(size)
  }

  add(now: number, resolution: number): void {
    const size = this.times.length
    const last = (this.head + this.length - 1 + size) % size
    this.total++
    if (this.length > 0 && now - this.times[last]! < resolution) {
      this.counts[last]!++
      return
    }
    if (this.length === size) this.drop()
    const next = (this.head + this.length) % size
    this.times[next] = now
    this.counts[next] = 1
    this.length++
  }

  private drop(): void {
    this.total -= this.counts[this.head]!
    this.head = (this.head + 1) % this.times.length
    this.length--
  }

  /** Forgets what is `window` old. */
  expire(now: number, window: number): void {
    while (this.length > 0 && this.times[this.head]! + window <= now) this.drop()
  }

  /** When all but `keep` of the starts will be `window` old. */
  freeAt(keep: number, window: number): number {
    let left = this.total
    let at = -Infinity
    for (let i = 0; i < this.length && left > keep; i++) {
      const index = (this.head + i) % this.times.length
      left -= this.counts[index]!
      at = this.times[index]! + window
    }
    return at
  }

  /** From the newest entry back to the oldest. */
  backwards(visit: (time: number, count: number) => void): void {
    for (let i = this.length - 1; i >= 0; i--) {
      const index = (this.head + i) % this.times.length
      visit(this.times[index]!, this.counts[index]!)
    }
  }
}

/** At most `limit` starts in any stretch of `window`: kept by whoever counts in windows, fixed or sliding, or fills a bucket. */
class Quota {
  private readonly log = new Log(512)
  limit: number
  window: number

  constructor(limit: number, window: number) {
    this.limit = limit
    this.window = window
  }

  start(now: number): void {
    this.log.add(now, this.window / 256)
  }

  /** When the next start is due; in the past, if one is. */
  next(now: number): number {
    this.log.expire(now, this.window)
    return this.log.total < this.limit ? -Infinity : this.log.freeAt(this.limit - 1, this.window)
  }

  /** When the start after `ahead` others would be due, if no one is faster. */
  nextAfter(now: number, ahead: number): number {
    const rounds = Math.floor(ahead / this.limit)
    const within = ahead - rounds * this.limit
    this.log.expire(now, this.window)
    const free = this.limit - this.log.total
    const first = within < free ? now : this.log.freeAt(this.limit - 1 - within, this.window)
    return Math.max(now, first) + rounds * this.window
  }
}

export class Pace {
  private readonly limits: Limits
  private readonly declared: Quota | undefined
  private readonly history = new Log(1024)
  /** The learned rate, starts per millisecond, and the burst that goes with it. */
  private rate = Infinity
  private together = 1
  private due = -Infinity

  closedUntil = -Infinity
  private openedAt = -Infinity
  private epoch = 0
  /** How many may be under way at once. */
  private concurrency: number
  /** After a closure: how many of those that were let in since then may be under way at once. */
  private allowance = Infinity
  private inFlight = 0
  private inFlightOfEpoch = 0
  private lastStart = -Infinity
  private rejections = 0
  private learnings = 0
  private lost = 0
  private rough = false
  private acceptedSince = 0
  private cutAt = -Infinity
  private usage = 0
  private usageAt = -Infinity

  constructor(limits: Limits) {
    this.limits = limits
    this.concurrency = limits.initial
    this.declared = limits.quota === undefined ? undefined : new Quota(limits.quota.limit, limits.quota.window)
  }

  /** How far above or below the learned rate: slowly up to it, level for a while, then ever faster beyond. */
  private factor(now: number): number {
    const earned = Math.min(Math.max(100 * this.rejections, 30 * this.rate * this.lost), 3000, this.rate * 300_000)
    const plateau = this.rough ? 50 : Math.max(50, earned)
    const x = (this.acceptedSince - plateau) / plateau
    const factor = x < 0 ? 1 + 0.03 * x ** 3 : 1 + (this.rough ? 0.2 : 0.1) * x + 0.05 * Math.max(0, x - 1) ** 3
    return this.isNear(now) ? Math.min(factor, 1) : factor
  }

  private isNear(now: number): boolean {
    return this.usage >= 0.95 && now - this.usageAt < 2000
  }

  /** When a call may start: a time that is not after `now`: at once. `Infinity`: when another one has ended. */
  next(now: number): number {
    if (now < this.closedUntil) return this.closedUntil
    if (this.inFlight >= Math.floor(this.concurrency)) return Infinity
    let at = -Infinity
    if (this.inFlightOfEpoch >= this.allowance) {
      at = this.lastStart + patience
    }
    if (this.learnings > 0) at = Math.max(at, this.due - (this.together - 1) / this.rate)
    if (this.declared !== undefined) at = Math.max(at, this.declared.next(now))
    return at
  }

  /** When a call could start at the earliest that has `ahead` others before it. */
  earliest(now: number, ahead: number): number {
    const open = Math.max(now, this.closedUntil)
    return this.declared === undefined ? open : Math.max(open, this.declared.nextAfter(now, ahead))
  }

  /** Whether nothing of it matters any longer: another one that knows nothing would do the same. */
  isForgotten(now: number): boolean {
    return this.inFlight === 0 && now >= this.closedUntil &&
      now - this.lastStart > Math.max(memory, this.limits.quota?.window ?? 0)
  }

  start(now: number): Entry {
    if (now - this.lastStart > memory && this.inFlight === 0) {
      this.learnings = 0
    }
    if (this.inFlightOfEpoch >= this.allowance) this.allowance++
    this.inFlight++
    this.inFlightOfEpoch++
    this.lastStart = now
    if (this.learnings > 0) this.due = Math.max(this.due, now) + 1 / (this.rate * this.factor(now))
    this.declared?.start(now)
    return { at: now, epoch: this.epoch }
  }

  /** The service said how much of its limit is used. */
  used(entry: Entry, now: number, share: number): void {
    this.usage = share
    this.usageAt = now
    if (share < nearLimit || entry.at < this.cutAt || entry.epoch !== this.epoch) return
    // Once in a round trip: of those that started after the last cut.
    this.cutAt = now
    if (this.learnings === 0) {
      this.concurrency = Math.max(this.limits.floor, this.concurrency * (share < 1 ? 0.8 : 0.5))
    } else if (share > 1) this.rate *= 0.95
  }

  /** The service rejected a call, and takes none for `delay`. */
  close(entry: Entry | undefined, now: number, delay: number): void {
    const until = now + delay
    const own = entry !== undefined && entry.epoch === this.epoch
    if (own) {
      this.learn(now, delay)
      this.epoch++
      this.inFlightOfEpoch = 0
      this.rejections = 0
      this.concurrency = Math.max(this.limits.floor, this.concurrency * (this.learnings === 1 ? 0.5 : 0.8))
    }
    if (entry !== undefined) this.rejections++
    if (own || until > this.closedUntil) this.allowance = 1
    this.closedUntil = Math.max(this.closedUntil, until)
  }

  private learn(now: number, delay: number): void {
    const opensAt = Math.max(now + delay, this.closedUntil)
    this.due = opensAt + (this.together - 1) / this.rate
    if (this.learnings > 0 && this.acceptedSince < 8) return
    const wait = Math.max(delay, 1000)
    let count = 0
    let rate = 0
    let burst = 1
    this.history.backwards((time, starts) => {
      if (time < this.openedAt) return
      count += starts
      const dense = count / (now - time + wait)
      if (dense > rate) {
        rate = dense
        burst = count
      }
    })
    this.openedAt = opensAt
    if (this.learnings === 0 && count < 8) return
    const before = this.rate * this.factor(now)
    this.learnings++
    this.lost = wait
    if (this.learnings === 1) {
      this.rate = rate
      this.together = Math.max(1, Math.min(10, Math.floor(burst / 20)))
    } else {
      this.rate = before * (this.acceptedSince >= 50 ? 0.95 : rate * 2.5 < before ? 0.5 : 0.9)
    }
    this.rough = this.learnings === 1 ? wait < 5000 : this.rate < before * 0.75
    this.due = opensAt + (this.together - 1) / this.rate
    this.acceptedSince = 0
  }

  /** A call that was let in has ended. */
  end(entry: Entry, now: number, outcome: Outcome): void {
    this.inFlight--
    const own = entry.epoch === this.epoch
    if (own) this.inFlightOfEpoch--
    if (outcome !== "accepted") return
    this.history.add(now, 10)
    if (own || now >= this.openedAt) this.acceptedSince++
    if (!own) return
    if (this.allowance < this.concurrency) this.allowance++
    else this.allowance = Infinity
    if ((this.learnings > 0 || this.usage < nearLimit) && this.concurrency < this.limits.ceiling) {
      this.concurrency = Math.min(this.limits.ceiling, this.concurrency + 1 / this.concurrency)
    }
  }
}
