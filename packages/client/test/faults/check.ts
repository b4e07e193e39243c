import type { GraphError } from "@effect-msgraph/client"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Cause, Duration, Effect, Exit, Option, TestClock } from "effect"
import * as Harness from "./harness.js"
import type { Kind, Platform } from "./harness.js"
import * as Server from "./server.js"
import type * as Table from "./table.js"

/** What is seen of a call. */
interface Seen {
  readonly tag: string
  readonly outcome: string | undefined
  readonly phase: string | undefined
  readonly retryAfter: number | undefined
  /** When each attempt began, in milliseconds after the first. */
  readonly at: ReadonlyArray<number>
}

const attemptTimeout = 10_000

const expectedOf = (row: Table.Row, kind: Kind): Table.Expected =>
  kind.good.body === undefined && row.silent !== undefined ? row.silent : kind.safe ? row.safe : row.unsafe

const succeeds = (at: ReadonlyArray<number>): Seen => ({
  tag: "ok",
  outcome: undefined,
  phase: undefined,
  retryAfter: undefined,
  at
})

/** When the attempts begin: at once with a new token, else after the wait or the back-off. */
const timesOf = (row: Table.Row, attempts: number): ReadonlyArray<number> => {
  if (attempts === 2) return [0, 0]
  const [first, second] = row.wait ?? [1000, 2000]
  const lasting = row.stalls === true ? attemptTimeout : 0
  return [0, lasting + first, lasting + first + lasting + second].slice(0, attempts)
}

export const seenOf = (exit: Exit.Exit<unknown, GraphError.GraphError>, at: ReadonlyArray<number>): Seen =>
  Exit.match(exit, {
    onSuccess: () => succeeds(at),
    onFailure: (cause) => {
      const error = Option.getOrUndefined(Cause.failureOption(cause))
      if (error === undefined) return { ...succeeds(at), tag: Cause.pretty(cause) }
      return {
        tag: error._tag,
        outcome: "outcome" in error ? error.outcome : undefined,
        phase: error._tag === "Transport" ? error.phase : undefined,
        retryAfter: "retryAfter" in error && error.retryAfter !== undefined
          ? Duration.toMillis(error.retryAfter)
          : undefined,
        at
      }
    }
  })

/** A call under a fault that stays, or that passes after the first time. */
const observe = (row: Table.Row, kind: Kind, platform: Platform, passes: boolean) =>
  Effect.gen(function*() {
    const foreign = yield* Server.serve(Server.answer(kind.good))
    const reply = row.reply?.(kind.good, foreign)
    const well = Server.answer(kind.good)
    const server = yield* Server.serve(
      (exchange) => (reply === undefined || (passes && exchange.index > 0) ? well : reply)(exchange),
      (socket, index) => row.greeting === undefined || (passes && index > 0) ? false : row.greeting(socket, index)
    )
    const port = row.listens === false ? yield* Server.closedPort : server.port
    const { at, exit, renewals } = yield* Harness.run({
      platform: row.over ?? Harness.platforms[platform],
      graphRoot: `${row.scheme ?? "http"}://127.0.0.1:${port}`,
      call: kind.call,
      policy: { ...row.stalls === true ? { attemptTimeout } : {}, ...row.policy },
      stalled: row.stalls === true ? server.stalled : undefined
    })
    // The platforms repeat nothing by themselves, and every request has the token.
    if (row.reply !== undefined) strictEqual(server.requests.length, at.length)
    server.requests.forEach(({ headers }, index) =>
      strictEqual(headers["authorization"], `Bearer token-${renewals.length > 0 ? index + 1 : 1}`)
    )
    deepStrictEqual([foreign.connections(), foreign.received()], [0, ""])
    return seenOf(exit, at)
  }).pipe(Effect.scoped, Effect.provide(TestClock.defaultTestClock))

/** Holds kinds of operations against a row. A fault that passes is forgotten if it is one that is repeated. */
export const check = (common: Table.Row, platform: Platform, kinds = Harness.kinds) =>
  Effect.gen(function*() {
    const row = { ...common, ...common.on?.[platform] }
    const seen: Array<unknown> = []
    const expected: Array<unknown> = []
    for (const kind of kinds) {
      const comesTo = expectedOf(row, kind)
      seen.push([kind.name, yield* observe(row, kind, platform, false)])
      if (comesTo === "ok") {
        expected.push([kind.name, succeeds([0])])
        continue
      }
      const { attempts, outcome, tag } = comesTo
      const at = timesOf(row, attempts)
      const phase = tag === "Transport" ? row.phase : undefined
      expected.push([kind.name, { tag, outcome, phase, retryAfter: row.retryAfter, at }])
      // Nothing of this depends on the kind, so one of either is enough.
      if (attempts === 1 || row.scheme !== undefined || (kind.name !== "get" && kind.name !== "create")) continue
      if (row.reply === undefined && row.greeting === undefined) continue
      seen.push([kind.name, yield* observe(row, kind, platform, true)])
      expected.push([kind.name, succeeds(at.slice(0, 2))])
    }
    deepStrictEqual(seen, expected)
  })
