/** What of a batch still has to be sent: its place, and those of its parents. */
export interface Node {
  readonly index: number
  readonly parents: ReadonlyArray<number>
}

/**
 * Divides what has to be sent into batches of at most `size`, parents before children. Those that depend on each other, directly or
 * through others, stay together. Where they are too many for one batch, the first of them go, none without its parents; the others
 * have to wait until these are answered. Parents that are not among `nodes` are taken to be answered.
 */
export const plan = (nodes: ReadonlyArray<Node>, size: number): ReadonlyArray<ReadonlyArray<number>> => {
  const known = new Map(nodes.map((node) => [node.index, node]))
  const parentsOf = (index: number) => known.get(index)!.parents.filter((parent) => known.has(parent))
  const neighbours = new Map<number, Array<number>>()
  const link = (from: number, to: number) => {
    const list = neighbours.get(from)
    if (list === undefined) neighbours.set(from, [to])
    else list.push(to)
  }
  for (const { index } of nodes) {
    for (const parent of parentsOf(index)) {
      link(index, parent)
      link(parent, index)
    }
  }
  const batches: Array<Array<number>> = []
  /** Batches that are not full, by the places that they have left. */
  const open: Array<Array<Array<number>>> = Array.from({ length: size + 1 }, () => [])
  const put = (group: ReadonlyArray<number>) => {
    let left = group.length
    while (left <= size && open[left]!.length === 0) left++
    const batch = left > size ? [] : open[left]!.pop()!
    if (left > size) batches.push(batch)
    batch.push(...group)
    open[size - batch.length]!.push(batch)
  }
  const seen = new Set<number>()
  for (const { index } of nodes) {
    if (seen.has(index)) continue
    seen.add(index)
    const group = [index]
    for (let i = 0; i < group.length; i++) {
      for (const other of neighbours.get(group[i]!) ?? []) {
        if (seen.has(other)) continue
        seen.add(other)
        group.push(other)
      }
    }
    put(group.length === 1 ? group : inOrder(group.sort((a, b) => a - b), parentsOf).slice(0, size))
  }
  return batches
}

/** Parents first; otherwise in the order given. Chains stay in one piece where that is possible. */
export const inOrder = (
  indices: ReadonlyArray<number>,
  parentsOf: (index: number) => ReadonlyArray<number>
): Array<number> => {
  const placed = new Set<number>()
  const order: Array<number> = []
  for (const start of indices) {
    const stack = [start]
    while (stack.length > 0) {
      const index = stack[stack.length - 1]!
      const missing = placed.has(index) ? undefined : parentsOf(index).find((parent) => !placed.has(parent))
      if (missing !== undefined) {
        stack.push(missing)
        continue
      }
      stack.pop()
      if (placed.has(index)) continue
      placed.add(index)
      order.push(index)
    }
  }
  return order
}
