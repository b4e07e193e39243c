/** Times several ways of doing the same work side by side: rounds in turn, so that a machine that slows down slows all of them. */
import { performance } from "node:perf_hooks"

export interface Way {
  readonly name: string
  readonly run: () => Promise<unknown>
  /** Pieces of work in a round, where not as many as the others do. */
  readonly pieces?: number | undefined
}

export interface Row {
  readonly name: string
  /** Median of the rounds, per piece of work. */
  readonly microseconds: number
}

/** What a run found, for the terminal and for the page. */
export interface Table {
  readonly title: string
  /** What is measured, and how. */
  readonly about: string
  /** The first column is text; numbers stand to the right. */
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

/** How long something takes, in milliseconds. */
export const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await run()
  return performance.now() - start
}

export const sideBySide = async (
  ways: ReadonlyArray<Way>,
  options: { readonly rounds: number; readonly pieces: number; readonly warmUp?: number | undefined }
): Promise<ReadonlyArray<Row>> => {
  const times = ways.map((): Array<number> => [])
  for (let round = -(options.warmUp ?? 2); round < options.rounds; round++) {
    for (const [index, way] of ways.entries()) {
      const time = await timed(way.run)
      if (round >= 0) times[index]!.push(time)
    }
  }
  return ways.map(({ name, pieces = options.pieces }, index) => ({
    name,
    microseconds: median(times[index]!) * 1000 / pieces
  }))
}

/** Microseconds, with the first row as the measure of the others. */
export const ratios = (head: Pick<Table, "title" | "about">, rows: ReadonlyArray<Row>): Table => ({
  ...head,
  columns: ["", "µs", "ratio"],
  rows: rows.map(({ microseconds, name }) => {
    const ratio = microseconds / rows[0]!.microseconds
    return [
      name,
      microseconds.toFixed(microseconds < 10 ? 2 : 1),
      `${ratio.toFixed(ratio < 10 ? 2 : 0)} ×`
    ]
  })
})
