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

/** For so long after a closure, what was learned is good enough. */
const content = 20_000

/** A log has no more. */
const mostEntries = 512

/** A wait beyond this is no part of a limit that is worth to be learned: it is obeyed, and that is all. */
const longestTeaching = 60_000

/** Requests in order of time. When there is no room for another, neighbours are put together, at the time of the later one. */
class Log {
  private times = new Float64Array(16)
  private weights = new Float64Array(16)
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
    if (this.length === this.times.length) {
      if (this.length < mostEntries) this.grow()
      else this.halve()
    }
    const next = this.index(this.length)
    this.times[next] = time
    this.weights[next] = weight
    this.length++
  }

  private grow(): void {
    const [times, weights] = [this.times, this.weights]
    this.times = new Float64Array(2 * this.length)
    this.weights = new Float64Array(2 * this.length)
    for (let i = 0; i < this.length; i++) {
      const from = (this.head + i) % this.length
      this.times[i] = times[from]!
      this.weights[i] = weights[from]!
    }
    this.head = 0
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

  /** The time of the oldest. */
  get oldest(): number {
    return this.length === 0 ? -Infinity : this.times[this.head]!
  }

  /** From the newest back to the oldest. */
  backwards(visit: (time: number, weight: number) => void): void {
    for (let i = this.length - 1; i >= 0; i--) visit(this.times[this.index(i)]!, this.weights[this.index(i)]!)
  }

  /** How many there are since then. */
  since(start: number): number {
    let count = 0
    this.backwards((time, weight) => {
      if (time >= start) count += weight
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

/** How long a window is, by what was seen of it. Limits are in whole seconds, and so are waits, rounded up. */
const wholeSeconds = (stretch: number, delay: number): number =>
  Math.max(1000, delay % 1000 === 0 ? Math.floor(stretch / 1000) * 1000 : stretch)

const tenthMore = (limit: number): number => limit + Math.ceil(limit / 10)

export class Pace {
  private readonly limits: Limits
  private readonly declared: Quota | undefined
  /** What the service took, and the quota that its rejections have taught: none at first. */
  private readonly learned = new Quota(Infinity, memory)
  /** When the first request of the present window was taken, and how many were since. */
  private opening = -Infinity
  private taken = 0
  /** The same of the window before. */
  private openingBefore = -Infinity
  private takenBefore = 0
  /** The same since the last closure, which may be many windows ago. */
  private reopening = -Infinity
  private takenSince = 0
  /** Whether the last rejection has taught anything. Those that were under way at that time may still be taken. */
  private taught = false
  /** How many rejections in a row did not fit the window. */
  private misfits = 0
  /** Whether it is new that so many are taken in a window. */
  private unproven = false
  /** That it once took many more in a window; 0 if it did not. */
  private promised = 0
  /** Whether to try for more soon, since something was found that has to be seen twice. */
  private eager = false
  /** Whether the window was learned from a wait of a second, which is what a service says at least. */
  private rough = false
  /** How many requests the service has to take before it is asked for more than it has shown to take. */
  private owed = 0
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

  /** How many requests may be under way where a limit is new: few, but enough to use it up in half of its window. */
  private get few(): number {
    return Math.max(enough, this.taken / 8, 2 * this.learned.limit * this.quickest / this.learned.window)
  }

  /** Whether one may go beyond what was learned: when it is time to try for more, in the midst of a window that is used up. */
  private mayGoBeyond(now: number, due: number): boolean {
    if (!this.eager && (this.owed > 0 || now - this.closedAt < content)) return false
    if (this.inFlightBeyond >= Math.floor(this.allowanceBeyond)) return false
    if (this.usage >= 0.95 && now - this.usageAt < 2000) return false
    const quarter = this.learned.window / 4
    const age = now - this.opening
    return age <= 3 * quarter && (age >= quarter || due - now >= quarter)
  }

  /** When a call may start: a time that is not after `now`: at once. `Infinity`: when another one has ended. */
  next(now: number, weight: number): number {
    if (now < this.closedUntil) return this.closedUntil
    if (this.inFlight >= Math.floor(this.concurrency)) return Infinity
    const allowance = this.unproven
      ? Math.min(this.allowance, this.few / weight)
      : this.allowance
    let at = this.inFlightOfEpoch >= allowance ? this.lastStart + patience : -Infinity
    if (this.declared !== undefined) at = Math.max(at, this.declared.next(now, weight, 0))
    const due = this.learned.next(now, weight, this.weightInFlight)
    return due > now && this.mayGoBeyond(now, due) ? at : Math.max(at, due)
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

  /** What was learned is old news. */
  private forget(now: number): void {
    this.learned.limit = Infinity
    this.learned.window = memory
    this.unproven = false
    this.misfits = 0
    this.promised = 0
    this.eager = false
    this.owed = 0
    this.quickest = Infinity
    this.concurrency = this.limits.initial
    // Of a long closure, the first to come is still the first.
    if (now - this.closedUntil > memory) this.allowance = Infinity
  }

  start(now: number, weight: number): Entry {
    if (now - this.lastStart > memory && this.inFlight === 0) this.forget(now)
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
    if (share < nearLimit || entry.epoch !== this.epoch) return
    if (this.hasLearned) {
      // Once in a window, which may well be used up.
      if (share <= 1 || this.cutAt >= this.opening) return
      this.learned.limit = Math.max(1, Math.floor(this.learned.limit * 0.95))
    } else {
      // Once in a round trip: of those that started after the last cut.
      if (entry.at < this.cutAt) return
      this.concurrency = Math.max(this.limits.floor, this.concurrency * (share < 1 ? 0.8 : 0.5))
    }
    this.cutAt = now
  }

  /** The service rejected a call but for `taken` of its requests, and takes none for `delay`. */
  close(entry: Entry | undefined, now: number, delay: number, taken = 0): void {
    const until = now + delay
    if (entry !== undefined && taken > 0) this.accept({ ...entry, weight: taken }, now)
    const own = entry !== undefined && entry.epoch === this.epoch
    if (own) {
      const first = !this.hasLearned
      this.taught = first ? this.learn(entry, delay) : this.correct(entry, now, delay)
      this.closedAt = now
      if (!entry.beyond) {
        this.concurrency = Math.max(this.limits.floor, this.concurrency * (first && this.taught ? 0.5 : 0.8))
      }
    }
    const fromOutside = entry === undefined && until > this.closedUntil
    if (fromOutside) this.taught = false
    if (own || fromOutside) {
      // Those that are under way have nothing to do with how it opens again.
      this.epoch++
      this.takenSince = 0
      this.inFlightOfEpoch = 0
      this.inFlightBeyond = 0
      this.allowanceBeyond = 1
    }
    if (entry !== undefined) this.owed = Math.min(this.owed + 100, 1000)
    if (own || until > this.closedUntil) this.allowance = 1
    this.closedUntil = Math.max(this.closedUntil, until)
  }

  /** The first rejection: of all stretches that end with it, the longest that is about as dense as any, its wait included. */
  private learn(entry: Entry, delay: number): boolean {
    const { learned } = this
    if (delay > longestTeaching) return false
    const stretches = (visit: (density: number, start: number, count: number) => void) => {
      let count = 0
      learned.log.backwards((time, weight) => {
        count += weight
        visit(count / (entry.at - time + Math.max(delay, 1000)), time, count)
      })
    }
    let most = 0
    stretches((density) => {
      most = Math.max(most, density)
    })
    this.taken = 0
    stretches((density, start, count) => {
      if (density < 0.9 * most) return
      this.opening = start
      this.taken = count
    })
    if (this.taken < enough) return false
    learned.limit = this.taken
    learned.window = wholeSeconds(entry.at - this.opening + delay, delay)
    this.unproven = true
    this.rough = delay <= 1000
    return true
  }

  /** Another rejection: whether the window is as long as was thought, and how many it takes. */
  private correct(entry: Entry, now: number, delay: number): boolean {
    // One that was sent before this window says nothing of it, nor does a wait that is none of a limit's.
    if (entry.at < this.opening || delay > Math.max(longestTeaching, 2 * this.learned.window)) return false
    const { learned, learned: { limit, window }, rough } = this
    this.rough = false
    this.eager = false
    let found = this.taken
    let stretch = entry.at - this.opening + delay
    const better = rough && found >= enough && stretch >= 1000 && wholeSeconds(stretch, delay) < window
    // Where older requests count as well, a short wait says nothing of the window.
    const recent = learned.log.since(now - window)
    const older = found < 0.9 * recent && !better
    const longer = delay - ((older ? learned.log.oldest : this.opening) + window - entry.at) >= 1000
    const shorter = better ||
      (!older && stretch <= window - Math.min(1000, window / 4) && wholeSeconds(stretch, delay) !== window)
    if (older) found = recent
    const fits = !longer && !shorter
    if (fits && found >= enough) this.misfits = 0
    else if (++this.misfits < 2 && !better) {
      // Once may be by chance.
      this.eager = shorter
      return false
    } else {
      this.misfits = 0
      if (fits) {
        found = Math.min(limit, enough)
        stretch = window + Math.max(1000, window / 2)
      } else if (longer && delay > window) {
        found = this.takenSince
        stretch = entry.at - this.reopening + delay
      } else if (longer && this.taken < limit / 2) {
        found = this.takenBefore + this.taken
        stretch = entry.at - this.openingBefore + delay
      }
      learned.window = wholeSeconds(stretch, delay)
    }
    if (entry.beyond) found = Math.max(found, limit)
    if (found < enough) return false
    learned.limit = this.believable(
      found,
      older ? found : Math.floor(Math.min(found, found * learned.window / stretch))
    )
    this.unproven = !entry.beyond || Math.abs(learned.limit - limit) > 0.05 * limit
    return true
  }

  /**
   * How much of what was found is believed. `spread` is the same if the wait is a part of the window: a bucket that was full has given
   * more than it will again. Many more have to be seen twice.
   */
  private believable(found: number, spread: number): number {
    const { learned: { limit }, promised } = this
    this.promised = 0
    if (found < limit / 4) return Math.max(spread, Math.min(found, enough))
    if (found <= tenthMore(limit)) return found
    if (promised === 0) {
      this.promised = spread
      this.eager = true
    }
    return Math.max(tenthMore(limit), Math.min(spread, promised))
  }

  private accept(entry: Entry, now: number): void {
    const { learned } = this
    this.quickest = Math.min(this.quickest, now - entry.at)
    // The service counted it between its start and its end; the next ones may get there sooner.
    const time = now - this.quickest / 2
    if (!this.hasLearned) learned.log.expire(now - memory)
    learned.log.add(time, entry.weight)
    if (time >= this.opening + learned.window) {
      // It went by without a rejection.
      if (this.opening > this.closedAt) {
        this.unproven = false
        if (this.taken > learned.limit) learned.limit = Math.min(this.taken, tenthMore(learned.limit))
      }
      this.openingBefore = this.opening
      this.takenBefore = this.taken
      this.opening = time
      this.taken = 0
      this.allowanceBeyond = 1
    }
    this.taken += entry.weight
    this.owed = Math.max(0, this.owed - entry.weight)
    if (entry.epoch === this.epoch) {
      if (this.takenSince === 0) this.reopening = time
      this.takenSince += entry.weight
      if (entry.beyond) this.allowanceBeyond += 1 / 8
    } else if (entry.epoch === this.epoch - 1 && this.taught) learned.limit += entry.weight
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
