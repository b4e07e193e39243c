import { RetryPolicy } from "@effect-msgraph/client"
import { UndiciHttpClient } from "@effect-msgraph/client/undici"
import { FetchHttpClient, type HttpClient } from "@effect/platform"
import { NodeHttpClient, Undici } from "@effect/platform-node"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Duration, Effect, Exit, Fiber, Layer, Supervisor, TestClock } from "effect"
import { getEventListeners } from "node:events"
import { withDraw } from "../utils.js"
import * as Harness from "./harness.js"
import type { Platform } from "./harness.js"
import * as Server from "./server.js"

// What is open in this process is counted, so nothing else may run in it meanwhile.

/** Counts by type of what keeps the process alive: sockets, timers, look-ups of names. */
const resources = (): { readonly [type: string]: number } => {
  const counts: { [type: string]: number } = {}
  for (const type of process.getActiveResourcesInfo().sort()) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

const same = (left: ReturnType<typeof resources>, right: ReturnType<typeof resources>): boolean =>
  [...Object.keys(left), ...Object.keys(right)].every((type) => (left[type] ?? 0) === (right[type] ?? 0))

const processEvents = (): ReadonlyArray<readonly [event: string | symbol, listeners: number]> =>
  process.eventNames().map((event) => [event, process.listenerCount(event)] as const)

/** The platforms again, with every abort signal that they are given. */
const observed = (platform: Platform, signals: Array<AbortSignal>): Layer.Layer<HttpClient.HttpClient> => {
  const see = (signal: unknown) => {
    if (signal instanceof AbortSignal) signals.push(signal)
  }
  switch (platform) {
    case "fetch":
      return Layer.provide(
        FetchHttpClient.layer,
        Layer.succeed(FetchHttpClient.Fetch, (input, init) => {
          see(init?.signal)
          return fetch(input, init)
        })
      )
    case "undici":
      return Layer.provide(
        NodeHttpClient.layerUndiciWithoutDispatcher,
        Layer.scoped(
          NodeHttpClient.Dispatcher,
          Effect.map(
            Effect.acquireRelease(
              Effect.sync(() => new Undici.Agent()),
              (agent) => Effect.promise(() => agent.destroy())
            ),
            (agent) =>
              agent.compose((dispatch) => (options, handler) => {
                see((options as { readonly signal?: unknown }).signal)
                return dispatch(options, handler)
              })
          )
        )
      )
    case "node:http":
      return NodeHttpClient.layer
    case "UndiciHttpClient":
      return UndiciHttpClient.layer()
  }
}

/** Those that have no signals. */
const signalless: ReadonlyArray<Platform> = ["node:http", "UndiciHttpClient"]

interface Moment {
  readonly name: string
  readonly reply?: (good: Server.Answer) => Server.Reply
  readonly greeting?: Server.Greeting
  readonly scheme?: "https"
  /** Whether it has come, seen from the server and from what was sent. */
  readonly come: (server: Server.Server, sent: number) => boolean
  /** Whether the call sleeps then, other than for a time-out. */
  readonly sleeps?: true
}

const close = { connection: "close" }

const moments: ReadonlyArray<Moment> = [
  { name: "as it connects", reply: Server.answer, come: (_, sent) => sent === 1 },
  {
    name: "in the TLS handshake",
    scheme: "https",
    greeting: Server.neverSpeaks,
    come: (server) => server.stalled() === 1
  },
  { name: "as it waits for the head", reply: () => Server.neverAnswers, come: (server) => server.stalled() === 1 },
  { name: "in the middle of the head", reply: Server.stallsInHead, come: (server) => server.stalled() === 1 },
  { name: "before the body", reply: Server.stallsBeforeBody, come: (server) => server.stalled() === 1 },
  { name: "as it reads the body", reply: Server.stallsInBody, come: (server) => server.stalled() === 1 },
  { name: "as the answer drips", reply: Server.dripsWithoutEnd, come: (server) => server.requests.length === 1 },
  { name: "in a back-off", reply: () => Server.refuse(500, close), come: () => true, sleeps: true },
  {
    name: "at the gate",
    reply: () => Server.refuse(429, { ...close, "retry-after": "60" }),
    come: () => true,
    sleeps: true
  },
  {
    name: "as the service asked it to wait",
    reply: () => Server.refuse(503, { ...close, "retry-after": "60" }),
    come: () => true,
    sleeps: true
  }
]

const classes = Harness.kinds.filter(({ name }) => ["get", "list", "create", "delete"].includes(name))

/**
 * undici connects for its pool, not for a request: a handshake that stalls ends ten seconds later, or with the pool. Nothing is sent by then
 * but the handshake.
 */
const outlives = (platform: Platform, moment: Moment): boolean => platform !== "node:http" && moment.scheme === "https"

/** Sleeps that are not the time-outs of the call and of an attempt. */
const waits = Effect.map(Harness.wakes(100_000), (times) => times.length)

describe.sequential("interruption", () => {
  for (const platform of Object.keys(Harness.platforms) as ReadonlyArray<Platform>) {
    for (const moment of moments) {
      it.effect(`${moment.name}, over ${platform}, ends at once and leaves nothing`, () =>
        Effect.gen(function*() {
          for (const kind of platform === "fetch" ? Harness.kinds : classes) {
            const events = processEvents()
            const signals: Array<AbortSignal> = []
            yield* Effect.scoped(Effect.gen(function*() {
              const server = yield* Server.serve(
                moment.reply?.(kind.good) ?? Server.answer(kind.good),
                moment.greeting
              )
              const { graph, sent } = yield* Harness.connect(
                observed(platform, signals),
                `${moment.scheme ?? "http"}://127.0.0.1:${server.port}`
              )
              // From here on, the test clock sets no timer of its own to warn that it stands still; nor has vitest one.
              yield* TestClock.adjust(0)
              yield* Harness.until(() => resources()["Timeout"] === undefined)
              const before = resources()
              const supervisor = yield* Supervisor.track
              const fiber = yield* Effect.fork(
                Effect.supervised(withDraw(1)(kind.call(graph)), supervisor).pipe(
                  Effect.provideService(RetryPolicy.RetryPolicy, {
                    ...Harness.policy,
                    attemptTimeout: Duration.minutes(14)
                  })
                )
              )
              // What may be repeated backs off; the rest has failed by then.
              if (moment.sleeps === true && !kind.safe && moment.name === "in a back-off") {
                yield* Fiber.await(fiber)
              } else {
                // Before the event loop turns, nobody can have connected.
                while (sent.length === 0) yield* Effect.yieldNow()
                yield* Harness.eventually(
                  Effect.map(
                    waits,
                    (count) => moment.come(server, sent.length) && (moment.sleeps !== true || count > 0)
                  )
                )
                const start = performance.now()
                // Virtual time stands still: whatever waits for it would not end.
                assertTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
                assertTrue(performance.now() - start < 1000)
              }
              strictEqual((yield* supervisor.value).length, 0)
              // The server sees its end, though the client goes on to live.
              yield* Harness.until(() => server.requests.every(({ socket }) => socket.destroyed))
              if (!outlives(platform, moment)) yield* Harness.until(() => same(resources(), before))
              for (const signal of signals) {
                if (moment.sleeps !== true) assertTrue(signal.aborted)
                // What `fetch` leaves at a signal goes with the signal, of which there is one for each request.
                if (platform === "undici") deepStrictEqual(getEventListeners(signal, "abort"), [])
              }
              strictEqual(signals.length, signalless.includes(platform) ? 0 : sent.length)
              return before
            })).pipe(
              Effect.flatMap((before) => Harness.until(() => same(resources(), { ...before, TCPServerWrap: 0 }))),
              // The test clock keeps every timer that was ever set.
              Effect.provide(TestClock.defaultTestClock)
            )
            deepStrictEqual(processEvents(), events)
          }
        }))
    }
  }
})
