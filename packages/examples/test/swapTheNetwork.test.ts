/** What a user's tests look like: the program stays, one layer is swapped. */
import { ClientSecret, StaticToken, TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, LifecycleWorkflows } from "@effect-msgraph/client"
import { Ids } from "@effect-msgraph/domain"
import { GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"

const program = Effect.gen(function*() {
  const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
  return yield* lcw.workflows.runs.userProcessingResults.get({
    workflowId: Ids.WorkflowId.make(Seed.demoResult.workflowId),
    runId: Ids.RunId.make(Seed.demoResult.runId),
    userProcessingResultId: Ids.UserProcessingResultId.make(Seed.demoResult.userProcessingResultId)
  }, { select: ["id", "failedTasksCount"] })
})

const Client = LifecycleWorkflows.layer.pipe(Layer.provide(GraphClient.layer))

describe("a program's tests", () => {
  it.effect("run it against the emulator", () =>
    program.pipe(
      Effect.map((result) =>
        expect(result).toEqual({ id: "78b83505-6967-4168-a7ea-4921c0543ce9", failedTasksCount: 0 })
      ),
      Effect.provide(
        Client.pipe(
          Layer.provide(TokenProvider.layer),
          Layer.provide(ClientSecret.layer({ ...Seed.demoReader, tenantId: Seed.demoTenantId })),
          Layer.provide(GraphEmulator.layerInMemory())
        )
      )
    ))

  it.effect("run it against one hand-made answer", () =>
    program.pipe(
      Effect.map((result) => expect(result).toEqual({ id: "hand-made", failedTasksCount: 2 })),
      Effect.provide(
        Client.pipe(
          Layer.provide(TokenProvider.layer),
          Layer.provide(StaticToken.layer({ token: Redacted.make("any") })),
          Layer.provide(Layer.succeed(
            HttpClient.HttpClient,
            HttpClient.make((request) =>
              Effect.succeed(
                HttpClientResponse.fromWeb(request, Response.json({ id: "hand-made", failedTasksCount: 2 }))
              )
            )
          ))
        )
      )
    ))
})
