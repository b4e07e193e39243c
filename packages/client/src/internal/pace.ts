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

/** A call that was let in: when, after how many closures, how many requests it is to the service, and whether beyond what was learned. */
export interface Entry {
  readonly at: number
  readonly epoch: number
  readonly weight: number
  readonly beyond: boolean
}

/** What became of a call that was let in: the service took it, or it did not get that far, or nobody knows. */
export type Outcome = "accepted" | "rejected" | "unknown"

/** A probe that has no answer yet holds back all others; after this long another one is let in beside it. */
const patience = 5000

/** Without a call for this long, what was learned is old news. */
const memory = 600_000

/** From this share of its limit on, the service says how much is used. */
const nearLimit = 0.8

/** Fewer requests than these say nothing about a limit. */
const enough = 8

/** Requests in order of time. When there is no room for another, neighbours are put together, at the time of the later one. */
class Log {
  private readonly times = new Float64Array(512)
  private readonly weights = new Float64Array(512)
  private head = 0
  private length = 0
  total = 0

  private index(position: number): number {
    return (this.head + position) % this.times.length
  }

  add(time: number, weight: number): void {
    this.total += weight
    const last = this.index(this.length + this.times.length - 1)
    if (this.length > 0 && this.times[last] === time) {
      this.weights[last]! += weight
      return
    }
    if (this.length === this.times.length) this.halve()
    const next = this.index(this.length)
    this.times[next] = time
    this.weights[next] = weight
    this.length++
  }

  private halve(): void {
    this.length /= 2
    for (let i = 0; i < this.length; i++) {
      const to = this.index(i)
      const from = this.index(2 * i + 1)
      const weight = this.weights[this.index(2 * i)]! + this.weights[from]!
      this.times[to] = this.times[from]!
      this.weights[to] = weight
    }
  }

  /** Forgets what is from then or earlier. */
  expire(time: number): void {
    while (this.length > 0 && this.times[this.head]! <= time) {
      this.total -= this.weights[this.head]!
      this.head = this.index(1)
      this.length--
    }
  }

  /** From when all but `keep` of the requests are. */
  allBut(keep: number): number {
    let left = this.total
    let time = -Infinity
    for (let i = 0; i < this.length && left > keep; i++) {
      left -= this.weights[this.index(i)]!
      time = this.times[this.index(i)]!
    }
    return time
  }

  /** From the newest back to the oldest, for as long as `visit` says. */
  backwards(visit: (time: number, weight: number) => boolean): void {
    for (let i = this.length - 1; i >= 0; i--) {
      if (!visit(this.times[this.index(i)]!, this.weights[this.index(i)]!)) return
    }
  }

  since(start: number): number {
    let count = 0
    this.backwards((time, weight) => {
      if (time < start) return false
      count += weight
      return true
    })
    return count
  }
}

/** At most `limit` requests in any stretch of `window`: kept by whoever counts in windows, fixed or sliding, or fills a bucket. */
class Quota {
  readonly log = new Log()
  limit: number
  window: number

  constructor(limit: number, window: number) {
    this.limit = limit
    this.window = window
  }

  /** When the next call is due, beside those under way; in the past, if one is. What is heavier than the limit goes alone. */
  next(now: number, weight: number, underWay: number): number {
    this.log.expire(now - this.window)
    const keep = Math.max(0, this.limit - weight) - underWay
    if (this.log.total <= keep) return -Infinity
    return keep < 0 ? Infinity : this.log.allBut(keep) + this.window
  }

  /** When a call would be due at the earliest, after `ahead` other requests. */
  nextAfter(now: number, ahead: number, weight: number): number {
    const last = ahead + Math.min(weight, this.limit) - 1
    const rounds = Math.floor(last / this.limit)
    const within = last - rounds * this.limit
    this.log.expire(now - this.window)
    const first = within < this.limit - this.log.total ? now : this.log.allBut(this.limit - 1 - within) + this.window
    return Math.max(now, first) + rounds * this.window
  }
}

/** Limits are in whole seconds, and so are waits, rounded up. */
const whole = (stretch: number, delay: number): number =>
  Math.max(1000, delay % 1000 === 0 ? Math.floor(stretch / 1000) * 1000 : stretch)

export class Pace {
  private readonly limits: Limits
  private readonly declared: Quota | undefined
  /** What the service took, and the quota that its rejections have taught: none at first. */
  private learned = new Quota(Infinity, memory)
  /** When the first request of the present window was taken, and how many were since. */
  private opening = -Infinity
  private taken = 0
  private openingBefore = -Infinity
  private takenBefore = 0
  private odd = 0
  private learnedLast = false
  private reopened = -Infinity
  private takenSince = 0
  private limitBefore = 0
  /** What the last two edges of windows said the limit is. */
  private found = Infinity
  private foundBefore = Infinity
  private unproven = false
  /** The quickest answer so far. */
  private quickest = Infinity

  closedUntil = -Infinity
  private closedAt = -Infinity
  private epoch = 0
  /** How many may be under way at once. */
  private concurrency: number
  /** After a closure: how many of those that were let in since then may be under way at once. */
  private allowance = Infinity
  /** The same for those beyond what was learned. */
  private allowanceBeyond = 1
  private inFlight = 0
  private inFlightOfEpoch = 0
  private inFlightBeyond = 0
  private weightInFlight = 0
  private lastStart = -Infinity
  /** How many requests the service has to take before it is asked for more than it has shown: each rejection costs a hundred. */
  private debt = 0
  private cutAt = -Infinity
  private usage = 0
  private usageAt = -Infinity

  constructor(limits: Limits) {
    this.limits = limits
    this.concurrency = limits.initial
    this.declared = limits.quota === undefined ? undefined : new Quota(limits.quota.limit, limits.quota.window)
  }

  private get hasLearned(): boolean {
    return this.learned.limit !== Infinity
  }

  /** Whether it is time to try for more than was learned. */
  private isCurious(now: number, due: number): boolean {
    if (this.inFlightBeyond >= Math.floor(this.allowanceBeyond)) return false
    const { window } = this.learned
    const age = now - this.opening
    if (age > 0.75 * window || (age < 0.25 * window && due - now < 0.25 * window)) return false
    if (this.usage >= 0.95 && now - this.usageAt < 2000) return false
    return this.found > this.learned.limit ||
      (this.debt <= 0 && now - this.closedAt >= 20_000)
  }

  /** When a call may start: a time that is not after `now`: at once. `Infinity`: when another one has ended. */
  next(now: number, weight: number): number {
    if (now < this.closedUntil) return this.closedUntil
    if (this.inFlight >= Math.floor(this.concurrency)) return Infinity
    if (this.unproven && this.inFlightOfEpoch >= Math.max(8, this.taken / 8)) return Infinity
    let at = this.inFlightOfEpoch >= this.allowance ? this.lastStart + patience : -Infinity
    if (this.declared !== undefined) at = Math.max(at, this.declared.next(now, weight, 0))
    const due = this.learned.next(now, weight, this.weightInFlight)
    return due > now && this.isCurious(now, due) ? at : Math.max(at, due)
  }

  /** When a call could start at the earliest that has `ahead` other requests before it. */
  earliest(now: number, ahead: number, weight: number): number {
    const open = Math.max(now, this.closedUntil)
    return this.declared === undefined ? open : Math.max(open, this.declared.nextAfter(now, ahead, weight))
  }

  /** Whether nothing of it matters any longer: another one that knows nothing would do the same. */
  isForgotten(now: number): boolean {
    return this.inFlight === 0 && now >= this.closedUntil &&
      now - this.lastStart > Math.max(memory, this.limits.quota?.window ?? 0)
  }

  start(now: number, weight: number): Entry {
    if (now - this.lastStart > memory && this.inFlight === 0) {
      this.learned.limit = Infinity
      this.learned.window = memory
      this.quickest = Infinity
      this.found = Infinity
    }
    const beyond = this.learned.next(now, weight, this.weightInFlight) > now
    if (beyond) {
      this.inFlightBeyond++
      this.unproven = false
    }
    if (this.inFlightOfEpoch >= this.allowance) this.allowance++
    this.inFlight++
    this.inFlightOfEpoch++
    this.weightInFlight += weight
    this.lastStart = now
    this.declared?.log.add(now, weight)
    return { at: now, epoch: this.epoch, weight, beyond }
  }

  /** The service said how much of its limit is used. */
  used(entry: Entry, now: number, share: number): void {
    this.usage = share
    this.usageAt = now
    if (share < nearLimit || entry.at < this.cutAt || entry.epoch !== this.epoch) return
    // Once in a round trip: of those that started after the last cut.
    this.cutAt = now
    if (!this.hasLearned) {
      this.concurrency = Math.max(this.limits.floor, this.concurrency * (share < 1 ? 0.8 : 0.5))
    } else if (share > 1) this.learned.limit = Math.max(1, this.learned.limit * 0.95)
  }

  /** The service rejected a call, and takes none for `delay`. */
  close(entry: Entry | undefined, now: number, delay: number): void {
    const until = now + delay
    const own = entry !== undefined && entry.epoch === this.epoch
    if (own) {
      const first = !this.hasLearned
      this.learnedLast = this.learn(entry, now, delay)
      this.epoch++
      this.takenSince = 0
      this.inFlightOfEpoch = 0
      this.inFlightBeyond = 0
      this.allowanceBeyond = 1
      this.closedAt = now
      if (!entry.beyond) {
        this.concurrency = Math.max(this.limits.floor, this.concurrency * (first ? 0.5 : 0.8))
      }
    }
    if (entry !== undefined) this.debt = Math.min(this.debt + 100, 1000)
    if (own || until > this.closedUntil) this.allowance = 1
    this.closedUntil = Math.max(this.closedUntil, until)
  }

  private learn(entry: Entry, now: number, delay: number): boolean {
    const { learned } = this
    if (!this.hasLearned) {
      this.startOfBurst(entry.at, delay)
      if (this.taken < enough) return false
      this.foundBefore = Infinity
      this.found = learned.limit = this.taken
      learned.window = whole(entry.at - this.opening + delay, delay)
      this.unproven = true
      return true
    }
    const { limit, window } = learned
    let measured = entry.at - this.opening + delay
    const recent = learned.log.since(now - window)
    let found = this.taken
    const rough = this.foundBefore === Infinity && now - this.closedUntil <= 2 * delay
    const older = delay <= window && (found < 0.9 * recent || (!rough && delay < window / 16))
    if (older) found = recent
    const agrees = older || whole(measured, delay) === window ||
      Math.abs(measured - window) < Math.min(1000, window / 4)
    if (found >= enough && agrees) this.odd = 0
    else {
      // Once may be by chance.
      if (++this.odd < 2 && !(rough && found >= enough)) return false
      this.odd = 0
      if (found < enough && agrees) {
        found = Math.min(limit, enough)
        learned.window = window * 1.5
      } else {
        if (delay > window) {
          found = this.takenSince
          measured = entry.at - this.reopened + delay
        } else if (measured < window && found < limit / 2) {
          found += this.takenBefore
          measured = entry.at - this.openingBefore + delay
        }
        learned.window = whole(measured, delay)
      }
    }
    if (entry.beyond) found = Math.max(found, limit)
    if (found < enough) return false
    // A full bucket gives more for once.
    const spread = older ? found : Math.floor(Math.min(found, found * learned.window / measured))
    if (found > limit * 1.1) found = Math.max(Math.floor(limit * 1.1), spread)
    else if (found < limit / 4) found = Math.max(spread, Math.min(found, enough))
    this.foundBefore = this.found
    this.found = found
    learned.limit = found <= limit * 1.1 ? found : Math.min(found, this.foundBefore)
    this.unproven = Math.abs(learned.limit - this.limitBefore) > 0.05 * this.limitBefore
    this.limitBefore = learned.limit
    return true
  }

  /** The stretch that was the densest of all until now, its wait included. */
  private startOfBurst(now: number, delay: number): void {
    let count = 0
    let most = 0
    this.taken = 0
    this.opening = now
    this.learned.log.backwards((time, weight) => {
      count += weight
      const dense = count / (now - time + Math.max(delay, 1000))
      if (dense > most) {
        most = dense
        this.opening = time
        this.taken = count
      }
      return true
    })
  }

  private accept(entry: Entry, now: number): void {
    const { learned } = this
    this.quickest = Math.min(this.quickest, now - entry.at)
    // The service counted it between its start and its end, and the next ones will take the quickest way to it at best.
    const time = Math.min(now, now - this.quickest + 2)
    if (!this.hasLearned) learned.log.expire(now - memory)
    learned.log.add(time, entry.weight)
    if (time >= this.opening + learned.window) {
      if (this.taken > learned.limit && this.opening > this.closedAt) learned.limit = Math.min(this.taken, learned.limit * 1.1)
      this.openingBefore = this.opening
      this.takenBefore = this.taken
      this.opening = time
      this.taken = 0
      this.allowanceBeyond = 1
    }
    this.taken += entry.weight
    if (this.takenSince === 0) this.reopened = time
    if (entry.epoch === this.epoch) this.takenSince += entry.weight
    this.debt = Math.max(0, this.debt - entry.weight)
    if (entry.epoch === this.epoch) {
      if (entry.beyond) this.allowanceBeyond += 1 / 8
    } else if (entry.epoch === this.epoch - 1 && this.learnedLast) {
      this.found += entry.weight
      learned.limit = Math.min(this.found, this.foundBefore)
    }
  }

  /** A call that was let in has ended. */
  end(entry: Entry, now: number, outcome: Outcome): void {
    const own = entry.epoch === this.epoch
    this.inFlight--
    this.weightInFlight -= entry.weight
    if (own) {
      this.inFlightOfEpoch--
      if (entry.beyond) this.inFlightBeyond--
    }
    if (outcome !== "accepted") return
    this.accept(entry, now)
    if (!own) return
    if (this.allowance < this.concurrency) this.allowance++
    else this.allowance = Infinity
    if ((this.hasLearned || this.usage < nearLimit) && this.concurrency < this.limits.ceiling) {
      this.concurrency = Math.min(this.limits.ceiling, this.concurrency + 1 / this.concurrency)
    }
  }
}
