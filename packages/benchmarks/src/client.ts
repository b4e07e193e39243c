/** What our client costs beside Microsoft's and beside `fetch` with `JSON.parse`. */
import { StaticToken, TokenProvider } from "@effect-msgraph/auth"
import { GraphClient } from "@effect-msgraph/client"
import { Entity, Ids, LifecycleWorkflowsApi, NationalCloud, Processing } from "@effect-msgraph/domain"
import { FetchHttpClient } from "@effect/platform"
import { Client } from "@microsoft/microsoft-graph-client"
import { Effect, Either, Layer, ManagedRuntime, Redacted, Schema } from "effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Group } from "./group.js"
import { ratios, sideBySide, type Table } from "./measure.js"

const result = (index: number) => ({
  id: `78b83505-6967-4168-a7ea-${String(index).padStart(12, "0")}`,
  completedDateTime: "2022-08-24T23:28:11.1348863Z",
  failedTasksCount: 0,
  processingStatus: "completed",
  scheduledDateTime: "2022-08-24T23:28:01.6476554Z",
  startedDateTime: "2022-08-24T23:28:04.490313Z",
  totalTasksCount: 2,
  totalUnprocessedTasksCount: 0,
  workflowExecutionType: "onDemand",
  workflowVersion: 1,
  subject: { id: "ea09ac2e-77e3-4134-85f2-25ccf3c33387" }
})

const decoding = async (): Promise<Table> => {
  const records = 1000
  const page = JSON.stringify({ value: Array.from({ length: records }, (_, index) => result(index)) })
  const decode = Schema.decodeUnknownSync(
    Schema.Struct({ value: Schema.Array(Entity.schema(Processing.UserProcessingResult)) })
  )
  const rows = await sideBySide([
    { name: "JSON.parse", run: async () => JSON.parse(page) },
    { name: "JSON.parse, validated, dates decoded", run: async () => decode(JSON.parse(page)) }
  ], { rounds: 60, pieces: records })
  return ratios({
    title: `A page of ${records} user processing results, per record`,
    about: "What the schema of an entity costs, with its dates decoded, over `JSON.parse` alone. No request is made."
  }, rows)
}

const gets = async (): Promise<Table> => {
  const body = JSON.stringify(result(1))
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const cloud = Either.getOrThrow(NationalCloud.custom({ graphRoot: root, authority: root }))
  const runtime = ManagedRuntime.make(GraphClient.layer.pipe(
    Layer.provide(TokenProvider.layer),
    Layer.provide(StaticToken.layer({ token: Redacted.make("benchmark"), cloud })),
    Layer.provide(FetchHttpClient.layer)
  ))
  const parameters = {
    workflowId: Ids.WorkflowId.make("14879e66-9ea9-48d0-804d-8fea672d0341"),
    runId: Ids.RunId.make("dad77a47-6eda-4de7-bc37-fe8eb5aaf17d"),
    userProcessingResultId: Ids.UserProcessingResultId.make("78b83505-6967-4168-a7ea-4921c0543ce9")
  }
  const path = `/identityGovernance/lifecycleWorkflows/workflows/${parameters.workflowId}/runs/${parameters.runId}` +
    `/userProcessingResults/${parameters.userProcessingResultId}`
  const official = Client.init({
    baseUrl: root,
    defaultVersion: "v1.0",
    authProvider: (done) => done(null, "benchmark")
  })
  const graph = await runtime.runPromise(GraphClient.GraphClient)

  const pieces = 100
  const repeat = (run: () => Promise<unknown>) => async () => {
    for (let index = 0; index < pieces; index++) await run()
  }
  const rows = await sideBySide([
    {
      name: "fetch and JSON.parse",
      run: repeat(async () => JSON.parse(await (await fetch(`${root}/v1.0${path}`)).text()))
    },
    { name: "@microsoft/microsoft-graph-client", run: repeat(() => official.api(path).get()) },
    {
      name: "@effect-msgraph/client, everything on",
      run: () =>
        Effect.runPromise(
          Effect.repeatN(graph.execute(LifecycleWorkflowsApi.getRunUserProcessingResult, parameters), pieces - 1)
        )
    }
  ], { rounds: 15, pieces })
  await runtime.dispose()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  return ratios({
    title: "One user processing result after another, per get",
    about:
      "The same get from the same HTTP server on 127.0.0.1: `fetch`, Microsoft's client, and ours with validation, " +
      "typed errors, token, gate, retry and spans."
  }, rows)
}

export const client: Group = {
  title: "The client, beside Microsoft's",
  about:
    "What validation, typed errors, the token, the gate and the spans cost: the same work on the same local server.",
  page: "client.md",
  packages: ["@microsoft/microsoft-graph-client", "@effect/platform", "effect"],
  run: async () => [await decoding(), await gets()]
}
