/** Numbers that look random and are the same for the same label, so that a new part of the seed disturbs no other. */
export interface Random {
  /** At least 0, less than 1. */
  readonly next: () => number
  /** From `low` to `high`, both included. */
  readonly int: (low: number, high: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <A>(values: ReadonlyArray<A>) => A
  /** So many different ones, in the order that they had. */
  readonly sample: <A>(values: ReadonlyArray<A>, size: number) => ReadonlyArray<A>
  readonly guid: () => string
}

/** FNV-1a. */
const hash = (text: string): number => {
  let result = 0x811c9dc5
  for (let i = 0; i < text.length; i++) result = Math.imul(result ^ text.charCodeAt(i), 0x01000193)
  return result >>> 0
}

export const make = (label: string): Random => {
  let state = hash(label)
  // Mulberry32.
  const bits = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }
  const next = () => bits() / 0x1_0000_0000
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  const quad = (value: number) => octet[value >>> 8]! + octet[value & 255]!
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (values) => values[int(0, values.length - 1)]!,
    sample: (values, size) => {
      const chosen = new Set<number>()
      while (chosen.size < Math.min(size, values.length)) chosen.add(int(0, values.length - 1))
      return [...chosen].sort((a, b) => a - b).map((index) => values[index]!)
    },
    guid: () => {
      const [a, b, c, d] = [bits(), bits(), bits(), bits()]
      // Version 4, variant 1.
      return `${quad(a >>> 16)}${quad(a & 0xffff)}-${quad(b >>> 16)}-${quad((b & 0x0fff) | 0x4000)}-` +
        `${quad((c >>> 16) & 0x3fff | 0x8000)}-${quad(c & 0xffff)}${quad(d >>> 16)}${quad(d & 0xffff)}`
    }
  }
}

const octet = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"))

const hourLength = 3_600_000
const hours = new Map<number, string>()

/** The text of an hour's begin as far as its hours. Most times of the seed share theirs with many others. */
const hourText = (hour: number): string => {
  const known = hours.get(hour)
  if (known !== undefined) return known
  const text = new Date(hour * hourLength).toISOString().slice(0, 13)
  hours.set(hour, text)
  return text
}

/** A time as the service writes it: up to seven fractional digits, the last of which is not 0. */
export const timestamp = (milliseconds: number, random: Random): string => {
  const hour = Math.floor(milliseconds / hourLength)
  const rest = milliseconds - hour * hourLength
  const seconds = Math.floor(rest / 1000)
  const fraction = String(10_000_000 + (rest - seconds * 1000) * 10_000 + random.int(1, 9999))
  let end = fraction.length
  while (fraction[end - 1] === "0") end--
  const clock = `${String(100 + Math.floor(seconds / 60)).slice(1)}:${String(100 + seconds % 60).slice(1)}`
  return `${hourText(hour)}:${clock}.${fraction.slice(1, end)}Z`
}

/** A time as the .NET ticks that are part of some keys. */
export const ticks = (milliseconds: number): string => String(BigInt(milliseconds) * 10_000n + 621_355_968_000_000_000n)
