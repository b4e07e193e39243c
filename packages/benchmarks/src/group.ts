import type { Table } from "./measure.js"

/** Measurements that belong together, and the page under `docs/benchmarks` that a run writes them into. */
export interface Group {
  readonly title: string
  readonly about: string
  readonly page: string
  /** How the contenders are set up, where that is not in the tables. */
  readonly setUp?: string | undefined
  /** Whose versions the page names. */
  readonly packages: ReadonlyArray<string>
  /** With `check`, each contender works once, to see that it does, and what comes back are no figures. */
  readonly run: (check: boolean) => Promise<ReadonlyArray<Table>>
}
