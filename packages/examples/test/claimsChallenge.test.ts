/** Tokens that are withdrawn: the emulator challenges, and the client answers, knowing nothing of each other. */
import { ClientSecret, TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, LifecycleWorkflows } from "@effect-msgraph/client"
import { Ids } from "@effect-msgraph/domain"
import { GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { HttpClient } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Context, DateTime, Effect, Layer, TestClock } from "effect"

/** The services on an emulator in memory, and what was asked for beside a token, in each request for one. */
const make = Effect.gen(function*() {
  const claims: Array<unknown> = []
  const emulated = Layer.map(GraphEmulator.layerInMemory(), (context) =>
    Context.add(
      context,
      HttpClient.HttpClient,
      HttpClient.tapRequest(Context.get(context, HttpClient.HttpClient), (request) =>
        Effect.sync(() => {
          if (request.body._tag !== "Uint8Array" || !request.url.endsWith("/token")) return
          const form = new URLSearchParams(new TextDecoder().decode(request.body.body))
          claims.push(JSON.parse(form.get("claims")!))
        }))
    ))
  const layer = LifecycleWorkflows.layer.pipe(
    Layer.provide(GraphClient.layer),
    Layer.provide(TokenProvider.layer),
    Layer.provide(ClientSecret.layer({ ...Seed.demoReader, tenantId: Seed.demoTenantId })),
    Layer.provideMerge(emulated)
  )
  const context = yield* Layer.build(layer)
  const lcw = yield* Effect.provide(LifecycleWorkflows.LifecycleWorkflows, context)
  return {
    claims,
    emulator: yield* Effect.provide(GraphEmulator.GraphEmulator, context),
    get: lcw.workflows.runs.get({
      workflowId: Ids.WorkflowId.make(Seed.demoResult.workflowId),
      runId: Ids.RunId.make(Seed.demoResult.runId)
    })
  }
})

const xms_cc = { values: ["cp1"] }
const nbf = (seconds: number) => ({ essential: true, value: String(seconds) })
const morning = DateTime.unsafeMake("2026-11-23T09:00:00Z").epochMillis

describe("a token that was withdrawn", () => {
  it.scoped("is replaced by one for the claims that the service asks for, and nobody notices", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(morning)
      const { claims, emulator, get } = yield* make
      yield* get
      yield* TestClock.adjust("1 hour")
      yield* emulator.revoke()
      yield* get
      expect(claims).toEqual([{ access_token: { xms_cc } }, {
        access_token: { nbf: nbf(morning / 1000 + 3600), xms_cc }
      }])
      expect((yield* emulator.requestCounts).byStatus).toEqual({ 200: 4, 401: 1 })
    }))

  it.scoped("is replaced once, however many calls are under way", () =>
    Effect.gen(function*() {
      const { emulator, get } = yield* make
      yield* get
      yield* emulator.revoke()
      yield* Effect.all(Array.from({ length: 50 }, () => get), { concurrency: "unbounded" })
      expect((yield* emulator.requestCounts).byEndpoint.token).toBe(2)
    }))

  it.scoped("fails the call, with the challenge, if the service takes no other one either", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(morning)
      const { claims, emulator, get } = yield* make
      yield* emulator.revoke({ before: DateTime.unsafeMake(morning + 3_600_000) })
      const error = yield* Effect.flip(get)
      expect(error._tag).toBe("Unauthorized")
      expect(error._tag === "Unauthorized" && JSON.parse(error.claims!)).toEqual({
        access_token: { nbf: nbf(morning / 1000 + 3600) }
      })
      expect(claims).toHaveLength(2)
      expect((yield* emulator.requestCounts).byEndpoint.graph).toBe(2)
      yield* TestClock.adjust("61 minutes")
      yield* get
      expect(claims).toHaveLength(3)
    }))
})
