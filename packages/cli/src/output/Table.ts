/**
 * Aligned tables. A table is written page by page, so its columns are as wide as what was seen so far, and only ever grow.
 *
 * @since 0.1.0
 */
import * as Style from "./Style.js"
import * as Text from "./Text.js"
import type { Cell } from "./Value.js"

/**
 * A column.
 *
 * - `align`: numbers stand on the right
 * - `whole`: whether it must never be cut: an id that is there to be copied, a number or a date that would be another
 *
 * @since 0.1.0
 * @category Models
 */
export interface Column {
  readonly heading: string
  readonly align: "left" | "right"
  readonly whole: boolean
}

/**
 * A row: a cell for each column.
 *
 * @since 0.1.0
 * @category Models
 */
export type Row = ReadonlyArray<Cell>

const gap = "  "

/** Cut columns keep at least this much. */
const least = 8

/**
 * The widths that columns need for these rows, if no less than before.
 *
 * @since 0.1.0
 * @category Layout
 */
export const measure = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<Row>,
  before?: ReadonlyArray<number>
): ReadonlyArray<number> =>
  columns.map((column, index) =>
    rows.reduce(
      (widest, row) => Math.max(widest, Text.width(row[index]!.text)),
      before?.[index] ?? Text.width(column.heading)
    )
  )

/**
 * Where everything goes.
 *
 * - `widths`: the width of each column
 * - `cut`: whether to cut what is wider than its column
 * - `folded`: whether the last column is on a line of its own
 *
 * @since 0.1.0
 * @category Models
 */
export interface Layout {
  readonly widths: ReadonlyArray<number>
  readonly cut: boolean
  readonly folded: boolean
}

/**
 * The layout for a reader that has room: nothing is cut.
 *
 * @since 0.1.0
 * @category Layout
 */
export const roomy = (widths: ReadonlyArray<number>): Layout => ({ widths, cut: false, folded: false })

/** Takes from the widest of the columns that can be cut, as far as each keeps a little. */
const shrink = (
  columns: ReadonlyArray<Column>,
  widths: ReadonlyArray<number>,
  available: number
): { readonly widths: ReadonlyArray<number>; readonly fits: boolean } => {
  const result = Array.from(widths)
  const elastic = columns.flatMap((column, index) => column.whole ? [] : [index])
  let excess = result.reduce((sum, width) => sum + width + gap.length, -gap.length) - available
  for (; excess > 0; excess--) {
    const widest = elastic.reduce((a, b) => result[b]! > result[a]! ? b : a, elastic[0] ?? -1)
    if (widest < 0 || result[widest]! <= least) break
    result[widest]!--
  }
  return { widths: result, fits: excess <= 0 }
}

/**
 * The layout for a terminal of this many columns. If cutting is not enough, a last column that must stay whole gets its own line.
 *
 * @since 0.1.0
 * @category Layout
 */
export const fit = (
  columns: ReadonlyArray<Column>,
  widths: ReadonlyArray<number>,
  available: number
): Layout => {
  const all = shrink(columns, widths, available)
  if (all.fits || columns.length < 2 || !columns.at(-1)!.whole) return { widths: all.widths, cut: true, folded: false }
  const others = shrink(columns.slice(0, -1), widths.slice(0, -1), available)
  return { widths: [...others.widths, widths.at(-1)!], cut: true, folded: true }
}

const line = (
  columns: ReadonlyArray<Column>,
  layout: Layout,
  row: Row,
  options: { readonly colors: boolean }
): string => {
  const last = columns.length - 1
  const cells = columns.map((column, index) => {
    const width = layout.widths[index]!
    const { style, text } = row[index]!
    const shown = layout.cut && !column.whole ? Text.truncate(text, width) : text
    const painted = Style.paint(options, style, shown)
    // Nothing stands behind the last column that would have to be aligned.
    return column.align === "left" && index === last
      ? painted
      : Text.pad(painted, width, column.align, Text.width(shown))
  })
  return layout.folded
    ? `${cells.slice(0, -1).join(gap).trimEnd()}\n${gap}${cells[last]!.trimStart()}\n`
    : `${cells.join(gap).trimEnd()}\n`
}

/**
 * The line of headings.
 *
 * @since 0.1.0
 * @category Rendering
 */
export const header = (
  columns: ReadonlyArray<Column>,
  layout: Layout,
  options: { readonly colors: boolean }
): string => line(columns, layout, columns.map(({ heading }) => ({ text: heading, style: "heading" })), options)

/**
 * The lines of these rows.
 *
 * @since 0.1.0
 * @category Rendering
 */
export const body = (
  columns: ReadonlyArray<Column>,
  layout: Layout,
  rows: ReadonlyArray<Row>,
  options: { readonly colors: boolean }
): string => rows.map((row) => line(columns, layout, row, options)).join("")

/**
 * One entity: a line for each of its properties.
 *
 * @since 0.1.0
 * @category Rendering
 */
export const record = (
  lines: ReadonlyArray<readonly [name: string, cell: Cell]>,
  options: { readonly colors: boolean }
): string => {
  const columns: ReadonlyArray<Column> = [
    { heading: "", align: "left", whole: true },
    { heading: "", align: "left", whole: true }
  ]
  const rows = lines.map(([name, cell]): Row => [{ text: Text.sanitize(name), style: "heading" }, cell])
  return body(columns, roomy(measure(columns, rows)), rows, options)
}
