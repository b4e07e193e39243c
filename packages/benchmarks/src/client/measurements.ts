/**
 * What is measured, each table in a process of its own, so that what one has compiled and left in memory is not in the figures of the
 * next; the server is another. Prints the tables as JSON; with the name of one, that one; with a contender and a count, its memory; with
 * `check` nothing is measured.
 */
import { Decoder, Entity, Processing } from "@effect-msgraph/domain"
import { Either, Schema } from "effect"
import { execFileSync } from "node:child_process"
import { performance } from "node:perf_hooks"
import { median, ratios, sideBySide, type Table, timed } from "../measure.js"
import * as contenders from "./contenders.js"
import { pageSize, records } from "./data.js"
import { kinds, perSecond } from "./limits.js"

const root = process.argv[2]!

/** This program again, told what to measure: what it printed. */
const inProcess = (args: ReadonlyArray<string>, flags: ReadonlyArray<string> = []): unknown =>
  JSON.parse(
    execFileSync(process.execPath, [...flags, process.argv[1]!, root, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"]
    })
  )

const times = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ×`

const undici = contenders.undici(root)
const official = contenders.official(root)
const kiota = contenders.kiota(root)
const oursByFetch = await contenders.oursByFetch(root)
const oursByPlatform = await contenders.oursByPlatform(root)
const oursByUndici = await contenders.oursByUndici(root)
const bareByFetch = await contenders.bareByFetch(root)
const bareByPlatform = await contenders.bareByPlatform(root)
const bareByUndici = await contenders.bareByUndici(root)

const ways: ReadonlyArray<contenders.Contender> = [
  undici,
  official,
  kiota,
  oursByFetch,
  oursByPlatform,
  oursByUndici,
  bareByFetch,
  bareByPlatform,
  bareByUndici
]

// --- one get ---------------------------------------------------------------------------------------------------------

const gets = async (title: string, concurrency: number): Promise<Table> => {
  const rounds = 15
  const count = 1000
  const measured = ways.map(() => ({ wall: [] as Array<number>, cpu: [] as Array<number> }))
  for (let round = -8; round < rounds; round++) {
    for (const [index, { gets }] of ways.entries()) {
      const before = process.cpuUsage()
      const wall = await timed(() => gets(count, concurrency))
      const { system, user } = process.cpuUsage(before)
      if (round >= 0) {
        measured[index]!.wall.push(wall * 1000 / count)
        measured[index]!.cpu.push((system + user) / count)
      }
    }
  }
  const [first, second] = measured as [typeof measured[0], typeof measured[0]]
  return {
    title,
    about:
      `The same result from the same server, over connections that are kept. Median of ${rounds} rounds in turn of ` +
      `${count} gets, after 8 to warm up. *CPU* is that of the client's process with all its threads: parsing, ` +
      "compiling and collecting garbage are in it, the server is not. Ours has everything on: token, gate, retry, " +
      "validation, metrics, span. The last three rows are what Effect's HTTP client costs a program without ours.",
    columns: ["", "wall, µs", "CPU, µs", "of undici's CPU", "of Microsoft's CPU"],
    rows: ways.map(({ name }, index) => {
      const { cpu, wall } = measured[index]!
      return [
        name,
        median(wall).toFixed(0),
        median(cpu).toFixed(0),
        times(median(cpu) / median(first.cpu)),
        times(median(cpu) / median(second.cpu))
      ]
    })
  }
}

// --- paging ----------------------------------------------------------------------------------------------------------

const pagesOf = async ({ pages }: contenders.Contender, count: number, onPage: () => void): Promise<void> => {
  if (await pages!(count, onPage) !== count) throw new Error("not all were read")
}

const paging = async (): Promise<Table> => {
  const count = 100_000
  const rows = await sideBySide(
    ways.filter(({ pages }) => pages !== undefined).map((way) => ({
      name: way.name,
      run: () => pagesOf(way, count, () => {})
    })),
    { rounds: 5, pieces: count, warmUp: 1 }
  )
  return ratios({
    title: `${count.toLocaleString("en")} results, page by page, per result`,
    about: `Pages of ${pageSize}, read one after another until the last; ours validates each result and decodes its ` +
      "dates, and reads one page ahead. `@microsoft/microsoft-graph-client` is given each link by hand, since its " +
      "iterator takes no `http` links; `@microsoft/msgraph-sdk` makes objects of its models. Median of 5 rounds in turn; " +
      "the server's time is in it."
  }, rows)
}

/** Whose memory is looked at. */
const readers: { readonly [name: string]: contenders.Contender } = { undici, official, ours: oursByUndici }

/** For a process of its own: what stays in memory while so many results are read. */
const memory = async (name: string, count: number): Promise<{ readonly heap: number; readonly rss: number }> => {
  const way = readers[name]!
  const collect = globalThis.gc!
  await pagesOf(way, 5000, () => {})
  let peak = 0
  let pages = 0
  await pagesOf(way, count, () => {
    if (++pages % 10 !== 0) return
    collect()
    peak = Math.max(peak, process.memoryUsage().heapUsed)
  })
  return { heap: peak / 1e6, rss: process.resourceUsage().maxRSS / 1024 }
}

const memoryTable = (): Table => {
  const counts = [10_000, 100_000, 1_000_000]
  const rows = Object.entries(readers).map(
    ([key, { name }]) => {
      const found = counts.map((count) =>
        inProcess([key, `${count}`], ["--expose-gc"]) as { readonly heap: number; readonly rss: number }
      )
      return [
        name,
        ...found.map(({ heap }) => heap.toFixed(1)),
        times(found[2]!.heap / found[0]!.heap),
        ...found.map(({ rss }) => rss.toFixed(0)),
        times(found[2]!.rss / found[0]!.rss)
      ]
    }
  )
  return {
    title: "Memory while all results of a run are read",
    about:
      "MB, each in a process of its own, whose first pages are left out: the largest heap in use right after a garbage " +
      "collection, of which there is one every ten pages, and the largest resident set of the process. *Growth* is from " +
      "10,000 to 1,000,000 results.",
    columns: [
      "",
      ...counts.map((count) => `heap, ${count.toLocaleString("en")}`),
      "growth",
      ...counts.map((count) => `resident, ${count.toLocaleString("en")}`),
      "growth"
    ],
    rows
  }
}

// --- decoding --------------------------------------------------------------------------------------------------------

const decoding = async (): Promise<Table> => {
  const page = JSON.stringify({ value: records(pageSize) })
  const schema = Schema.Struct({ value: Schema.Array(Entity.schema(Processing.UserProcessingResult)) })
  const decode = Decoder.make(schema as unknown as Schema.Schema<unknown>)
  const bySchema = Schema.decodeUnknownSync(schema)
  const rows = await sideBySide([
    { name: "JSON.parse", run: () => Promise.resolve(JSON.parse(page)) },
    { name: "and ours: validated, dates decoded", run: async () => Either.getOrThrow(decode(JSON.parse(page))) },
    { name: "and Effect's Schema, as it is", run: async () => bySchema(JSON.parse(page)) }
  ], { rounds: 100, pieces: pageSize, warmUp: 50 })
  return ratios({
    title: `Decoding a page of ${pageSize} user processing results, per result`,
    about: "No request is made. The second row is what the client does with each page; the third is the same schema " +
      "without the plain functions that are made of it. Both include `JSON.parse`. Median of 100 rounds in turn."
  }, rows)
}

// --- a service that throttles ----------------------------------------------------------------------------------------

const throttled = async (): Promise<Table> => {
  const concurrency = 32
  const makers = [
    ["undici", () => contenders.undici(root)],
    ["official", () => contenders.official(root)],
    ["ours", () => contenders.oursByUndici(root)]
  ] as const
  const cases = [{ seconds: 10, count: 3000 }, { seconds: 1, count: 1000 }].flatMap((size) =>
    Object.entries(kinds).map(([kind, limit]) => ({ ...size, kind, limit }))
  )
  const rows = new Map<string, ReadonlyArray<string>>()
  for (const [key, make] of makers) {
    await Promise.all(cases.map(async ({ count, kind, limit, seconds }) => {
      const way = await make()
      const id = `${kind}-${seconds}--${key}`
      const start = performance.now()
      const failed = await way.workflows!(Array.from({ length: count }, () => id), concurrency)
      const time = performance.now() - start
      const { rejected, sent } = await (await fetch(`${root}/control/${id}`)).json() as {
        readonly rejected: number
        readonly sent: number
      }
      rows.set(id, [
        `${limit.title}, ${(perSecond * seconds).toLocaleString("en")} in ${seconds} s`,
        way.name,
        `${count}`,
        `${failed}`,
        `${rejected}`,
        `${(rejected / sent * 100).toFixed(1)} %`,
        (time / 1000).toFixed(1),
        failed > 0 ? "-" : times(time / limit.capacity(count, perSecond * seconds, seconds * 1000))
      ])
    }))
  }
  return {
    title: "A service that throttles",
    about:
      `Gets, ${concurrency} at a time, from a service that takes ${perSecond} a second on average, each in 20 ms, and ` +
      "answers 429 with `Retry-After` in whole seconds to all others. Graph's published limits are in windows of 10 s and " +
      "more; a window of a second is the harder case, since `Retry-After` cannot say less. *Of its capacity* is the time " +
      "over the least in which that limit lets all of them in; who has failures did not do the work. One way after another, " +
      "its six limits at the same time, with a client for each; each is as it comes, and none is told the limit. " +
      "`@microsoft/msgraph-sdk` retries as `@microsoft/microsoft-graph-client` does.",
    columns: ["limit", "", "gets", "failed", "rejected", "rejected, of sent", "s", "of its capacity"],
    rows: cases.flatMap(({ kind, seconds }) => makers.map(([key]) => rows.get(`${kind}-${seconds}--${key}`)!))
  }
}

// --- batches ---------------------------------------------------------------------------------------------------------

const idsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => `14879e66-9ea9-48d0-804d-${String(index).padStart(12, "0")}`)

const latency = async (): Promise<Table> => {
  const count = 1000
  const concurrency = 8
  const ids = idsOf(count)
  const single = await Promise.all([undici, official, oursByUndici].map(async ({ name, workflows }) => {
    const time = await timed(async () => {
      if (await workflows!(ids, concurrency) > 0) throw new Error("a get failed")
    })
    return { name: `${name}, single`, requests: count, time }
  }))
  const batched = await Promise.all([official, oursByUndici].map(async ({ batched, name }) => {
    let requests = 0
    const time = await timed(async () => {
      requests = await batched!(ids, concurrency)
    })
    return { name: `${name}, batched`, requests, time }
  }))
  const least = single.find(({ name }) => name.startsWith(oursByUndici.name))!
  return {
    title: `${count} gets from a service that takes 50 ms`,
    about:
      `${concurrency} requests at a time. Batched, each request has 20 of the gets, and takes 50 ms as well. Ours is ` +
      "`Effect.forEach(…, { batching: true })` over the same calls; for `@microsoft/microsoft-graph-client` the batches " +
      "are put together, sent and taken apart by hand. *Less* is against the single gets of ours.",
    columns: ["", "requests", "ms", "fewer requests", "less time"],
    rows: [...single, ...batched].map(({ name, requests, time }) => [
      name,
      `${requests}`,
      time.toFixed(0),
      times(least.requests / requests),
      times(least.time / time)
    ])
  }
}

/** A get, a page, and a batch, by everybody who can. */
const check = async (): Promise<ReadonlyArray<Table>> => {
  for (const way of ways) {
    await way.gets(1, 1)
    if (way.pages !== undefined) await pagesOf(way, pageSize, () => {})
    if (await way.workflows?.(idsOf(1), 1)) throw new Error(`${way.name}: a get failed`)
    await way.batched?.(idsOf(2), 1)
  }
  return []
}

const measures: { readonly [name: string]: () => Promise<Table> | Table } = {
  sequential: () => gets("One get after another", 1),
  concurrent: () => gets("Gets, 32 at a time", 32),
  paging,
  memory: memoryTable,
  decoding,
  latency,
  throttled
}

const one = async (name: string, count: string | undefined): Promise<unknown> => {
  if (name === "check") return await check()
  return count === undefined ? await measures[name]!() : await memory(name, Number(count))
}

const [, , , name, count] = process.argv
if (name === undefined) {
  const tables = Object.keys(measures).map((name) => {
    const table = inProcess([name]) as Table
    process.stderr.write(`measured: ${table.title}\n`)
    return table
  })
  process.stdout.write(JSON.stringify(tables), () => process.exit())
} else {
  const found = await one(name, count)
  process.stdout.write(JSON.stringify(found), () => process.exit())
}
