import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual } from "@effect/vitest/utils"
import { FastCheck as fc } from "effect"
import * as BatchPlan from "../src/internal/batchPlan.js"

const size = 20

/** Any requests, of which each may depend on any before it in a hidden order. */
const graphs = fc.integer({ min: 0, max: 120 }).chain((count) =>
  fc.tuple(
    fc.shuffledSubarray(Array.from({ length: count }, (_, n) => n), { minLength: count, maxLength: count }),
    fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), { maxLength: 2 * count })
  ).map(([order, edges]) => {
    const parents = new Map(order.map((index) => [index, new Set<number>()]))
    for (const [a, b, near] of edges) {
      if (count < 2) break
      const to = a % (count - 1) + 1
      const from = near ? to - 1 : b % to
      parents.get(order[to]!)!.add(order[from]!)
    }
    return Array.from({ length: count }, (_, index) => ({ index, parents: Array.from(parents.get(index)!) }))
  })
)

type Graph = ReadonlyArray<BatchPlan.Node>

/** The batches in the rounds that it takes to send them all. */
const rounds = (nodes: Graph): ReadonlyArray<ReadonlyArray<ReadonlyArray<number>>> => {
  const result: Array<ReadonlyArray<ReadonlyArray<number>>> = []
  let left = nodes
  while (left.length > 0) {
    const round = BatchPlan.plan(left, size)
    const sent = new Set(round.flat())
    assertTrue(sent.size > 0)
    result.push(round)
    left = left.filter(({ index }) => !sent.has(index))
  }
  return result
}

/** The names of the parts that hang together. */
const components = (nodes: Graph): ReadonlyMap<number, number> => {
  const name = new Map(nodes.map(({ index }) => [index, index]))
  for (let changed = true; changed;) {
    changed = false
    for (const { index, parents } of nodes) {
      for (const parent of parents) {
        const least = Math.min(name.get(index)!, name.get(parent)!)
        if (name.get(index) !== least || name.get(parent) !== least) changed = true
        name.set(index, least)
        name.set(parent, least)
      }
    }
  }
  return name
}

const counted = (values: Iterable<number>): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

describe("plan", () => {
  it.prop("sends each once, in batches that are small enough", [graphs], ([nodes]) => {
    const batches = rounds(nodes).flat()
    for (const batch of batches) assertTrue(batch.length >= 1 && batch.length <= size)
    deepStrictEqual(batches.flat().sort((a, b) => a - b), nodes.map(({ index }) => index))
  })

  it.prop(
    "sends nothing before what it depends on: that is earlier in the batch, or in a round before",
    [graphs],
    ([nodes]) => {
      const parentsOf = new Map(nodes.map(({ index, parents }) => [index, parents]))
      const before = new Set<number>()
      for (const round of rounds(nodes)) {
        for (const batch of round) {
          for (const [place, index] of batch.entries()) {
            for (const parent of parentsOf.get(index)!) {
              assertTrue(before.has(parent) || batch.slice(0, place).includes(parent))
            }
          }
        }
        for (const index of round.flat()) before.add(index)
      }
    }
  )

  it.prop("cuts nothing that fits into a batch", [graphs], ([nodes]) => {
    const component = components(nodes)
    const sizes = counted(component.values())
    for (const batch of rounds(nodes).flat()) {
      for (const [name, count] of counted(batch.map((index) => component.get(index)!))) {
        if (sizes.get(name)! <= size) deepStrictEqual(count, sizes.get(name))
      }
    }
  })

  it.prop("fills the batches of what does not depend on anything", [fc.integer({ min: 0, max: 500 })], ([count]) => {
    const [round = []] = rounds(Array.from({ length: count }, (_, index) => ({ index, parents: [] })))
    deepStrictEqual(round.length, Math.ceil(count / size))
  })

  it.prop("needs no more rounds than the largest component has batches", [graphs], ([nodes]) => {
    const largest = Math.max(0, ...counted(components(nodes).values()).values())
    assertTrue(rounds(nodes).length <= Math.max(nodes.length === 0 ? 0 : 1, largest - size + 1))
  })

  it("takes chains of any length, and many requests, in reasonable time", () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => ({ index, parents: index === 0 ? [] : [index - 1] }))
    deepStrictEqual(BatchPlan.plan(chain, size), [Array.from({ length: size }, (_, n) => n)])
    const wide = Array.from({ length: 300_000 }, (_, index) => ({ index, parents: [] }))
    deepStrictEqual(BatchPlan.plan(wide, size).length, 15_000)
    const elevens = Array.from(
      { length: 110_000 },
      (_, index) => ({ index, parents: index % 11 === 0 ? [] : [index - 1] })
    )
    deepStrictEqual(BatchPlan.plan(elevens, size).length, 10_000)
  })
})
