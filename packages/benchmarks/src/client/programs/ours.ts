/** The least that reads a workflow with ours, in the way of a program that minds its size: by module. */
import * as StaticToken from "@effect-msgraph/auth/StaticToken"
import * as TokenProvider from "@effect-msgraph/auth/TokenProvider"
import * as GraphClient from "@effect-msgraph/client/GraphClient"
import * as Ids from "@effect-msgraph/domain/Ids"
import { getWorkflow } from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

export const name = (root: string): Promise<string> =>
  GraphClient.GraphClient.pipe(
    Effect.flatMap((graph) => graph.execute(getWorkflow, { workflowId: Ids.WorkflowId.make("w") })),
    Effect.map(({ displayName }) => displayName),
    Effect.provide(GraphClient.layer.pipe(
      Layer.provide(TokenProvider.layer),
      Layer.provide(StaticToken.layer({
        cloud: Either.getOrThrow(NationalCloud.custom({ graphRoot: root, authority: root })),
        token: Redacted.make("benchmark")
      })),
      Layer.provide(FetchHttpClient.layer)
    )),
    Effect.runPromise
  )
