import { AccessToken, Credential, TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, LifecycleWorkflows } from "@effect-msgraph/client"
import { NationalCloud } from "@effect-msgraph/domain"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Context, DateTime, Effect, Layer, LayerMap } from "effect"

const authorizations: Array<string | undefined> = []

const Network = Layer.succeed(
  HttpClient.HttpClient,
  HttpClient.make((request) => {
    authorizations.push(request.headers["authorization"])
    return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json({ value: [] })))
  })
)

const credential = (tenantId: string) =>
  Layer.succeed(Credential.Credential, {
    name: "Test",
    cloud: NationalCloud.global,
    tenantId,
    clientId: undefined,
    acquire: () =>
      Effect.map(DateTime.now, (now) =>
        AccessToken.make({ token: `token-of-${tenantId}`, expiresAt: DateTime.add(now, { hours: 1 }) }))
  })

const live = (tenantId: string) =>
  LifecycleWorkflows.layer.pipe(
    Layer.provide(GraphClient.layer),
    Layer.provide(TokenProvider.layer),
    Layer.provide(credential(tenantId)),
    Layer.provide(Network)
  )

const call = Effect.flatMap(LifecycleWorkflows.LifecycleWorkflows, (lcw) => lcw.workflows.listPage({}))

const sent = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    authorizations.length = 0
    return Effect.map(effect, () => [...authorizations])
  })

class A extends Context.Tag("test/A")<A, LifecycleWorkflows.Service>() {}
class B extends Context.Tag("test/B")<B, LifecycleWorkflows.Service>() {}

const as = <I>(tag: Context.Tag<I, LifecycleWorkflows.Service>, tenantId: string) =>
  Layer.effect(tag, LifecycleWorkflows.LifecycleWorkflows).pipe(Layer.provide(live(tenantId)))

class Tenants extends LayerMap.Service<Tenants>()("test/Tenants", { lookup: live }) {}

describe.sequential("several tenants", () => {
  it.effect("two tenants whose layers are built together are two", () =>
    sent(
      Effect.zipRight(
        Effect.flatMap(A, (lcw) => lcw.workflows.listPage({})),
        Effect.flatMap(B, (lcw) => lcw.workflows.listPage({}))
      ).pipe(Effect.provide(Layer.merge(as(A, "a"), as(B, "b"))))
    ).pipe(Effect.map((all) => deepStrictEqual(all, ["Bearer token-of-a", "Bearer token-of-b"]))))

  it.effect("so are tenants of a map of layers", () =>
    sent(
      Effect.forEach(["a", "b", "a"], (tenantId) => Effect.provide(call, Tenants.get(tenantId))).pipe(
        Effect.provide(Tenants.Default)
      )
    ).pipe(
      Effect.map((all) => deepStrictEqual(all, ["a", "b", "a"].map((tenantId) => `Bearer token-of-${tenantId}`)))
    ))
})
