/**
 * What is measured inside of one process, which trusts the stand-in's certificate: `authority` is its origin. Prints the
 * tables as JSON; with `check` there are none.
 */
import * as TokenProvider from "@effect-msgraph/auth/TokenProvider"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { performance } from "node:perf_hooks"
import { setTimeout as sleep } from "node:timers/promises"
import { ratios, sideBySide, type Table, timed } from "../measure.js"
import { type Contender, contenders, identity, msal, openOurs, ours, type Session } from "./contenders.js"
import { type Behaviour, make as makeControl } from "./control.js"

const origin = process.argv[2]!
const control = makeControl(origin)

const milliseconds = (value: number) => value.toFixed(value < 10 ? 1 : 0)

/** What an error calls itself: its tag or name, and what it gives as reason or code. */
const nameOf = (error: unknown): string => {
  const fields = error as { readonly [key: string]: unknown }
  const text = (name: string) => typeof fields[name] === "string" && fields[name] !== "" ? fields[name] : undefined
  const name = text("_tag") ?? text("name") ?? "Error"
  const detail = text("reason") ?? text("errorCode") ?? text("code")
  if (name === "Error") return text("message") ?? name
  return detail === undefined ? name : `${name} (${detail})`
}

interface Settled {
  readonly outcome: string
  readonly time: number
  readonly token: string | undefined
}

/** Waits for a call, but no longer than `bound` milliseconds. */
const settle = async (call: () => Promise<string>, bound = 20_000): Promise<Settled> => {
  const start = performance.now()
  const after = (outcome: string, token?: string): Settled => ({ outcome, time: performance.now() - start, token })
  const timer = new AbortController()
  const settled = await Promise.race([
    call().then((token) => after("token", token), (error: unknown) => after(nameOf(error))),
    sleep(bound, undefined, { signal: timer.signal }).then(
      () => after(`still waiting after ${bound / 1000} s`),
      () => after("")
    )
  ])
  timer.abort()
  return settled
}

const repeated = <A>(count: number, make: () => A): Array<A> => Array.from({ length: count }, make)

const newTenant = () => randomUUID()

/** Each library in turn. */
const oneByOne = async <A>(run: (contender: Contender) => Promise<A>): Promise<Array<A>> => {
  const results: Array<A> = []
  for (const contender of contenders) results.push(await run(contender))
  return results
}

// --- cold ------------------------------------------------------------------------------------------------------------

const cold = async (): Promise<Table> => {
  const callers = 100
  const rows = await oneByOne(async ({ name, open }) => {
    const tenant = newTenant()
    await control.behave(tenant, { delay: 1000 })
    const session = open({ origin, tenant })
    const time = await timed(() => Promise.all(repeated(callers, () => session.get())))
    const { discovery, token } = await control.counts(tenant)
    return [name, `${token}`, `${discovery}`, milliseconds(time)]
  })
  return {
    title: `${callers} concurrent callers, nothing in the cache`,
    about: `One instance of each library, ${callers} calls for the same token at once. The token endpoint takes ` +
      "a second, so that no caller comes so late that it finds the token of another. The stand-in is an authority that " +
      "no library knows, so each asks it for its discovery document; for the authorities of Microsoft's clouds none of " +
      "them does. The time is until the last caller has its token.",
    columns: ["", "token requests", "discovery requests", "ms"],
    rows
  }
}

// --- cached ----------------------------------------------------------------------------------------------------------

const calls = 100_000

const oneAfterAnother = (session: Session, pieces: number, tenants?: ReadonlyArray<string>) => async () => {
  for (let index = 0; index < pieces; index++) {
    await session.get(tenants === undefined ? undefined : { tenant: tenants[index % tenants.length] })
  }
}

/** The same inside of one effect, where a program that uses Effect makes its calls. */
const insideEffect = (session: ReturnType<typeof openOurs>, pieces: number, tenants?: ReadonlyArray<string>) => () =>
  session.runtime.runPromise(Effect.gen(function*() {
    const tokens = yield* TokenProvider.TokenProvider
    for (let index = 0; index < pieces; index++) {
      yield* tokens.get(tenants === undefined ? undefined : { tenantId: tenants[index % tenants.length] })
    }
  }))

/** Calls one after another: a round that is timed, and a shorter one to warm up. */
const way = (name: string, pieces: number, round: (pieces: number) => () => Promise<unknown>) => ({
  name,
  pieces,
  run: round(pieces),
  warmUp: round(pieces / 5)
})

const inTurn = async (ways: ReadonlyArray<ReturnType<typeof way>>) => {
  for (const { warmUp } of ways) await warmUp()
  return await sideBySide(ways, { rounds: 3, pieces: calls, warmUp: 0 })
}

const inside = `${ours.name}, inside an Effect`
const promised = `${ours.name}, each call a promise`

const cached = async (): Promise<Table> => {
  const tenant = newTenant()
  const session = openOurs({ origin, tenant })
  const ofIdentity = identity.open({ origin, tenant })
  const ofMsal = msal.open({ origin, tenant })
  for (const { get } of [session, ofIdentity, ofMsal]) await get()
  const rows = await inTurn([
    way(inside, calls, (pieces) => insideEffect(session, pieces)),
    way(promised, calls, (pieces) => oneAfterAnother(session, pieces)),
    way(identity.name, calls, (pieces) => oneAfterAnother(ofIdentity, pieces)),
    way(msal.name, calls, (pieces) => oneAfterAnother(ofMsal, pieces))
  ])
  return ratios({
    title: "A call that the cache answers",
    about:
      `Time of one call: median of 3 rounds in turn of ${calls.toLocaleString("en")} calls one after another, after ` +
      "a fifth of that to warm up. One token in the cache. *Inside an Effect* is where a program that uses Effect makes " +
      "its calls; *each call a promise* runs an effect of its own for each, as code outside of Effect would."
  }, rows)
}

const crowded = async (): Promise<Table> => {
  const tenants = repeated(1000, newTenant)
  const [tenant] = tenants as [string]
  const session = openOurs({ origin, tenant })
  const ofIdentity = identity.open({ origin, tenant })
  const ofMsal = msal.open({ origin, tenant })
  for (const { get } of [session, ofIdentity, ofMsal]) {
    const left = [...tenants]
    await Promise.all(repeated(8, async () => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) await get({ tenant: next })
    }))
  }
  const few = 300
  const rows = await inTurn([
    way(inside, calls, (pieces) => insideEffect(session, pieces, tenants)),
    way(promised, calls, (pieces) => oneAfterAnother(session, pieces, tenants)),
    way(identity.name, few, (pieces) => oneAfterAnother(ofIdentity, pieces, tenants)),
    way(msal.name, few, (pieces) => oneAfterAnother(ofMsal, pieces, tenants))
  ])
  return ratios({
    title: "The same with the tokens of 1000 tenants in the cache",
    about: "One instance of each library, and each call is for the next tenant. Rounds of " +
      `${calls.toLocaleString("en")} calls of ours and, for the time they take, of ${few} of the others.`
  }, rows)
}

// --- refresh ---------------------------------------------------------------------------------------------------------

const refreshIn = 31

/** Sessions whose token is due for a refresh in half a minute, while other things are measured. */
const prepareRefresh = async () => {
  const start = performance.now()
  const cases: ReadonlyArray<{ readonly title: string; readonly behaviour: Behaviour }> = [
    { title: "takes 500 ms", behaviour: { delay: 500 } },
    { title: "answers 503 at once", behaviour: { fault: "503" } },
    { title: "resets the connection at once", behaviour: { fault: "reset" } }
  ]
  const prepared: Array<{
    readonly contender: Contender
    readonly session: Session
    readonly tenant: string
    readonly old: string
    readonly title: string
    readonly behaviour: Behaviour
  }> = []
  for (const { behaviour, title } of cases) {
    for (const contender of contenders) {
      const tenant = newTenant()
      await control.behave(tenant, { refreshIn })
      const session = contender.open({ origin, tenant })
      prepared.push({ contender, session, tenant, title, behaviour, old: await session.get() })
    }
  }

  return async (): Promise<Table> => {
    await sleep(Math.max(0, start + (refreshIn + 3) * 1000 - performance.now()))
    const callers = 50
    const rows: Array<ReadonlyArray<string>> = []
    for (const { behaviour, contender, old, session, tenant, title } of prepared) {
      const before = await control.behave(tenant, behaviour)
      const settled = await Promise.all(repeated(callers, () => settle(session.get)))
      // The refresh may still be under way.
      await sleep(750)
      const after = await control.counts(tenant)
      const failed = settled.filter(({ token }) => token === undefined)
      await control.behave(tenant, {})
      rows.push([
        title,
        contender.name,
        `${settled.filter(({ time }) => time > 50).length}`,
        milliseconds(Math.max(...settled.map(({ time }) => time))),
        `${after.token - before.token}`,
        failed.length === 0 ? "0" : `${failed.length}: ${failed[0]!.outcome}`,
        (await settle(session.get)).token === old ? "old" : "new"
      ])
    }
    return {
      title: `${callers} concurrent callers while the token is due for a refresh`,
      about:
        `The cached token is good for nearly an hour, but the authority said \`refresh_in: ${refreshIn}\`, and that ` +
        `time has passed. ${callers} calls at once; the authority does what the first column says. *Blocked* are those ` +
        "that waited for more than 50 ms. The requests are those sent until 750 ms after the last caller was " +
        "answered; the token is that of one more call then, with the authority well again. An old one is as " +
        "good as it was before: after a failure ours tries again behind the scenes, and not in a call.",
      columns: ["The authority", "", "blocked", "longest wait, ms", "token requests", "calls failed", "token then"],
      rows
    }
  }
}

// --- faults ----------------------------------------------------------------------------------------------------------

interface Case {
  readonly title: string
  readonly behaviour: Behaviour
  /** After so many milliseconds the caller wants it no longer. */
  readonly abortAfter?: number | undefined
  readonly timeout?: number | undefined
}

const bound = 5000

const cases: ReadonlyArray<Case> = [
  { title: "503, always", behaviour: { fault: "503" } },
  { title: "503, once", behaviour: { fault: "503", first: 1 } },
  { title: "connection reset, once", behaviour: { fault: "reset", first: 1 } },
  { title: "no answer at all", behaviour: { fault: "hang" }, timeout: 3000 },
  { title: "caller aborts after 100 ms", behaviour: { delay: 1500 }, abortAfter: 100 }
]

const faults = async (): Promise<Table> => {
  const rows: Array<ReadonlyArray<string>> = []
  for (const { abortAfter, behaviour, timeout, title } of cases) {
    rows.push(
      ...await Promise.all(contenders.map(async ({ abortable, name, open }) => {
        const tenant = newTenant()
        await control.behave(tenant, behaviour)
        const session = open({ origin, tenant, timeout })
        const signal = abortAfter === undefined || !abortable ? undefined : AbortSignal.timeout(abortAfter)
        const { outcome, time } = await settle(
          () => session.get({ signal }),
          behaviour.fault === "hang" ? bound : undefined
        )
        // Long enough for the authority to notice that a sender has gone.
        await sleep(100)
        const { abandoned, token } = await control.behave(tenant, {})
        const next = await settle(session.get, bound)
        const hint = abortAfter !== undefined && !abortable ? " (no such option)" : ""
        return [
          title,
          name,
          outcome + hint,
          milliseconds(time),
          `${token}${abandoned > 0 ? `, ${abandoned} taken back` : ""}`,
          `${next.outcome}, ${milliseconds(next.time)} ms`
        ]
      }))
    )
  }
  return {
    title: "Faults",
    about:
      "A new instance of each library, with nothing in the cache, asks once while the token endpoint does what the " +
      "first column says; the discovery document is served. Then the authority is well again, and the same instance is " +
      "asked once more. The retries are each library's own, unchanged. *No answer at all*: ours and `@azure/identity` are told to wait " +
      "for 3 s (`TokenPolicy`'s `timeout`, 30 s by default; `requestOptions.timeout`), `@azure/msal-node` has no such " +
      `option; the measurement itself gives up after ${
        bound / 1000
      } s. *Taken back* are requests whose connection or ` +
      "stream the sender closed. The three run at the same time, each in a tenant of its own.",
    columns: ["What happens", "", "outcome", "after, ms", "token requests", "next call"],
    rows
  }
}

const progress = async <A>(name: string, run: () => Promise<A>): Promise<A> => {
  const start = performance.now()
  const result = await run()
  process.stderr.write(`  ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s\n`)
  return result
}

// One request each, so that no measurement pays for what happens once in a process.
await oneByOne(({ open }) => open({ origin, tenant: newTenant() }).get())
const tables: Array<Table> = []
if (process.argv[3] !== "check") {
  const refresh = await progress("prepare", prepareRefresh)
  tables.push(
    await progress("cold", cold),
    await progress("cached", cached),
    await progress("crowded", crowded),
    await progress("refresh", refresh),
    await progress("faults", faults)
  )
}
process.stdout.write(JSON.stringify(tables), () => process.exit(0))
