import { AuthError } from "@effect-msgraph/auth"
import { LifecycleWorkflowsApi as Api } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Cause, Effect, Exit, Fiber, Option, TestClock } from "effect"
import { serve } from "./batchServer.js"
import { connect, refusal, runId, workflowId } from "./utils.js"

type Services = Effect.Effect.Success<ReturnType<typeof connect>>

const unavailable = new AuthError.CredentialUnavailable({
  credential: "Any",
  reason: "There is none.",
  diagnostics: { codes: [] }
})

const ok = serve(() => ({ status: 200, body: { id: "r" } }))

const get = ({ lcw }: Services) => lcw.workflows.runs.get({ workflowId, runId }, { select: ["id"] })

const afterASecond = Effect.sleep("1 second")

/** What fails before it is asked for together with others, by itself, or without being asked for. */
const rows: ReadonlyArray<{
  readonly name: string
  readonly tag: string
  readonly services: () => ReturnType<typeof connect>
  readonly call: (services: Services) => Effect.Effect<unknown, unknown>
}> = [
  {
    name: "an id that cannot be one",
    tag: "InvalidRequest",
    services: () => connect(ok),
    call: ({ lcw }) => lcw.workflows.runs.get({ workflowId, runId: "a/b" as typeof runId }, { select: ["id"] })
  },
  {
    name: "a token that cannot be had",
    tag: "CredentialUnavailable",
    services: () => connect(ok, { before: () => Effect.fail(unavailable) }),
    call: get
  },
  {
    name: "a token that cannot be had after a while",
    tag: "CredentialUnavailable",
    services: () => connect(ok, { before: () => Effect.zipRight(afterASecond, Effect.fail(unavailable)) }),
    call: get
  },
  {
    name: "a defect of the token provider",
    tag: "Die",
    services: () => connect(ok, { before: () => Effect.die("broken") }),
    call: get
  },
  {
    name: "a write, which travels alone",
    tag: "NotFound",
    services: () => connect(() => () => Effect.as(afterASecond, refusal(404))),
    call: ({ lcw }) => lcw.workflows.delete({ workflowId })
  },
  {
    name: "a first page that cannot be asked for",
    tag: "InvalidRequest",
    services: () => connect(ok),
    call: ({ graph }) => graph.page(Api.listRuns, { workflowId: "a/b" as typeof workflowId })
  }
]

const tagOf = (cause: Cause.Cause<unknown>): string =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => Cause.isDie(cause) ? "Die" : "Interrupt",
    onSome: (error) => (error as { readonly _tag: string })._tag
  })

describe("within a forEach with batching", () => {
  for (const { call, name, services, tag } of rows) {
    for (const concurrency of [undefined, 1, 2, "unbounded"] as const) {
      it.effect(`${name} is the end of it, concurrency ${concurrency}`, () =>
        Effect.gen(function*() {
          const known = yield* services()
          const options = { batching: true, ...(concurrency === undefined ? {} : { concurrency }) }
          const fiber = yield* Effect.fork(Effect.forEach([1, 2, 3], () => call(known), options))
          for (let second = 0; second < 4; second++) yield* TestClock.adjust("1 second")
          const exit = Option.getOrThrow(yield* Fiber.poll(fiber))
          strictEqual(Exit.isFailure(exit) && tagOf(exit.cause), tag)
        }))
    }

    it.effect(`${name} is one's own failure where each is looked at`, () =>
      Effect.gen(function*() {
        const known = yield* services()
        const fiber = yield* Effect.fork(
          Effect.forEach([1, 2], () => Effect.map(Effect.exit(call(known)), Exit.isFailure), { batching: true })
        )
        for (let second = 0; second < 4; second++) yield* TestClock.adjust("1 second")
        deepStrictEqual(yield* Option.getOrThrow(yield* Fiber.poll(fiber)), [true, true])
      }))
  }
})
