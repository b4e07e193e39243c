/** The same by the service with all its methods, from the packages' indexes. */
import { StaticToken, TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, LifecycleWorkflows } from "@effect-msgraph/client"
import { Ids, NationalCloud } from "@effect-msgraph/domain"
import { FetchHttpClient } from "@effect/platform"
import { Effect, Either, Layer, Redacted } from "effect"

export const name = (root: string): Promise<string> =>
  LifecycleWorkflows.LifecycleWorkflows.pipe(
    Effect.flatMap((lcw) => lcw.workflows.get({ workflowId: Ids.WorkflowId.make("w") })),
    Effect.map(({ displayName }) => displayName),
    Effect.provide(LifecycleWorkflows.layer.pipe(
      Layer.provide(GraphClient.layer),
      Layer.provide(TokenProvider.layer),
      Layer.provide(StaticToken.layer({
        cloud: Either.getOrThrow(NationalCloud.custom({ graphRoot: root, authority: root })),
        token: Redacted.make("benchmark")
      })),
      Layer.provide(FetchHttpClient.layer)
    )),
    Effect.runPromise
  )
