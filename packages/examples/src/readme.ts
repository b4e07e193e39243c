import { ClientSecret, TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, LifecycleWorkflows } from "@effect-msgraph/client"
import { Ids } from "@effect-msgraph/domain"
import { FetchHttpClient } from "@effect/platform"
import { Effect, Layer } from "effect"

const program = Effect.gen(function*() {
  const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
  const result = yield* lcw.workflows.runs.userProcessingResults.get({
    workflowId: Ids.WorkflowId.make("14879e66-9ea9-48d0-804d-8fea672d0341"),
    runId: Ids.RunId.make("dad77a47-6eda-4de7-bc37-fe8eb5aaf17d"),
    userProcessingResultId: Ids.UserProcessingResultId.make("78b83505-6967-4168-a7ea-4921c0543ce9")
  }, { select: ["id", "failedTasksCount"] })

  return result.failedTasksCount // number; result.processingStatus would not compile: it was not selected
})

const LifecycleWorkflowsLive = LifecycleWorkflows.layer.pipe(
  Layer.provide(GraphClient.layer),
  Layer.provide(TokenProvider.layer),
  Layer.provide(ClientSecret.layerConfig()), // AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, MSGRAPH_CLOUD
  Layer.provide(FetchHttpClient.layer)
)

Effect.runPromise(program.pipe(Effect.provide(LifecycleWorkflowsLive)))
