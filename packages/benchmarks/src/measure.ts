/** Times several ways of doing the same work side by side: rounds in turn, so that a machine that slows down slows all of them. */
import { performance } from "node:perf_hooks"

export interface Way {
  readonly name: string
  readonly run: () => Promise<unknown>
}

export interface Row {
  readonly name: string
  /** Median of the rounds, per piece of work. */
  readonly microseconds: number
}

const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

export const sideBySide = async (
  ways: ReadonlyArray<Way>,
  options: { readonly rounds: number; readonly pieces: number }
): Promise<ReadonlyArray<Row>> => {
  const times = ways.map((): Array<number> => [])
  for (let round = -2; round < options.rounds; round++) {
    for (const [index, way] of ways.entries()) {
      const start = performance.now()
      await way.run()
      // Two rounds warm up.
      if (round >= 0) times[index]!.push(performance.now() - start)
    }
  }
  return ways.map(({ name }, index) => ({ name, microseconds: median(times[index]!) * 1000 / options.pieces }))
}

/** A table with the first row as the measure of the others. */
export const table = (title: string, rows: ReadonlyArray<Row>): string =>
  [
    title,
    ...rows.map(({ microseconds, name }) =>
      `  ${name.padEnd(44)}${microseconds.toFixed(1).padStart(10)} µs${
        (microseconds / rows[0]!.microseconds).toFixed(2).padStart(9)
      } ×`
    ),
    ""
  ].join("\n")
