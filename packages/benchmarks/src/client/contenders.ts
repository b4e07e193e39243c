/** The clients, set up alike: each asks the same server for the same things. */
import { StaticToken, TokenProvider } from "@effect-msgraph/auth"
import { Batch, GraphClient, Throttle } from "@effect-msgraph/client"
import { UndiciHttpClient } from "@effect-msgraph/client/undici"
import { Ids, LifecycleWorkflowsApi, NationalCloud } from "@effect-msgraph/domain"
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { HttpMethod, type Parsable, RequestInformation } from "@microsoft/kiota-abstractions"
import { BatchRequestContent, BatchResponseContent, Client } from "@microsoft/microsoft-graph-client"
import { createGraphServiceClient, GraphRequestAdapter } from "@microsoft/msgraph-sdk"
import {
  createUserProcessingResultCollectionResponseFromDiscriminatorValue,
  createUserProcessingResultFromDiscriminatorValue,
  createWorkflowFromDiscriminatorValue,
  type UserProcessingResult,
  type UserProcessingResultCollectionResponse,
  type Workflow
} from "@microsoft/msgraph-sdk/models/identityGovernance/index.js"
import { Effect, Either, Layer, ManagedRuntime, Redacted, Stream } from "effect"
import { request } from "undici"

const area = "/identityGovernance/lifecycleWorkflows/workflows"
const parameters = {
  workflowId: Ids.WorkflowId.make("14879e66-9ea9-48d0-804d-8fea672d0341"),
  runId: Ids.RunId.make("dad77a47-6eda-4de7-bc37-fe8eb5aaf17d"),
  userProcessingResultId: Ids.UserProcessingResultId.make("78b83505-6967-4168-a7ea-4921c0543ce9")
}
const { runId, userProcessingResultId, workflowId } = parameters
const resultPath = `${area}/${workflowId}/runs/${runId}/userProcessingResults/${userProcessingResultId}`
const resultsPath = (count: number) => `${area}/${workflowId}/runs/records-${count}/userProcessingResults`

export interface Contender {
  readonly name: string
  /** So many gets of a result, so many at a time. */
  readonly gets: (count: number, concurrency: number) => Promise<unknown>
  /** Reads all results of a run; counts them, and tells of each page. */
  readonly pages?: (count: number, onPage: () => void) => Promise<number>
  /** One get of each of these workflows, so many at a time: how many failed. */
  readonly workflows?: (ids: ReadonlyArray<string>, concurrency: number) => Promise<number>
  /** The same in batches; how many were sent, where the client says so. */
  readonly batched?: (ids: ReadonlyArray<string>, concurrency: number) => Promise<number>
}

/** Runs a task for each number below `count`, so many at a time; how many failed. */
const pool = async (count: number, concurrency: number, run: (index: number) => Promise<unknown>): Promise<number> => {
  let next = 0
  let failed = 0
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (next < count) {
      await run(next++).catch(() => {
        failed++
      })
    }
  }))
  return failed
}

const all = async (count: number, concurrency: number, run: (index: number) => Promise<unknown>): Promise<void> => {
  if (await pool(count, concurrency, run) > 0) throw new Error("a get failed")
}

interface RawPage {
  readonly value: ReadonlyArray<unknown>
  readonly "@odata.nextLink"?: string
}

export const undici = (root: string): Contender => {
  const get = async (url: string): Promise<unknown> => {
    const { body, statusCode } = await request(url)
    const text = await body.text()
    if (statusCode !== 200) throw new Error(`${statusCode}`)
    return JSON.parse(text)
  }
  return {
    name: "undici and JSON.parse",
    gets: (count, concurrency) => all(count, concurrency, () => get(`${root}/v1.0${resultPath}`)),
    pages: async (count, onPage) => {
      let read = 0
      for (let url: string | undefined = `${root}/v1.0${resultsPath(count)}`; url !== undefined;) {
        const page = await get(url) as RawPage
        read += page.value.length
        url = page["@odata.nextLink"]
        onPage()
      }
      return read
    },
    workflows: (ids, concurrency) => pool(ids.length, concurrency, (index) => get(`${root}/v1.0${area}/${ids[index]!}`))
  }
}

export const official = (root: string): Contender => {
  const client = Client.init({
    baseUrl: root,
    defaultVersion: "v1.0",
    authProvider: (done) => done(null, "benchmark")
  })
  return {
    name: "@microsoft/microsoft-graph-client",
    gets: (count, concurrency) => all(count, concurrency, () => client.api(resultPath).get()),
    // Its `PageIterator` follows `https` links only.
    pages: async (count, onPage) => {
      let read = 0
      for (let path: string | undefined = resultsPath(count); path !== undefined;) {
        const page = await client.api(path).get() as RawPage
        read += page.value.length
        path = page["@odata.nextLink"]?.slice(`${root}/v1.0`.length)
        onPage()
      }
      return read
    },
    workflows: (ids, concurrency) =>
      pool(ids.length, concurrency, (index) => client.api(`${area}/${ids[index]!}`).get()),
    batched: async (ids, concurrency) => {
      const batches = Math.ceil(ids.length / 20)
      await all(batches, concurrency, async (batch) => {
        const steps = ids.slice(batch * 20, batch * 20 + 20).map((id, index) => ({
          id: `${index}`,
          request: new Request(`https://graph.microsoft.com/v1.0${area}/${id}`)
        }))
        const content = await new BatchRequestContent(steps).getContent()
        const answers = new BatchResponseContent(await client.api("/$batch").post(content))
        for (const { id } of steps) await answers.getResponseById(id).json()
      })
      return batches
    }
  }
}

export const kiota = (root: string): Contender => {
  const adapter = new GraphRequestAdapter({
    authenticateRequest: (information) => {
      information.headers.add("Authorization", "Bearer benchmark")
      return Promise.resolve()
    }
  })
  // Registers what reads and writes JSON.
  createGraphServiceClient(adapter)
  adapter.baseUrl = `${root}/v1.0`
  const get = <A extends Parsable>(
    template: string,
    factory: Parameters<typeof adapter.send<A>>[1],
    values: { readonly [name: string]: string }
  ) => {
    const information = new RequestInformation(HttpMethod.GET, template, {
      baseurl: `${root}/v1.0`,
      ...values
    })
    information.headers.add("Accept", "application/json")
    return adapter.send<A>(information, factory, undefined)
  }
  const ids = { workflow: workflowId, run: runId, result: userProcessingResultId }
  return {
    name: "@microsoft/msgraph-sdk",
    gets: (count, concurrency) =>
      all(count, concurrency, () =>
        get<UserProcessingResult>(
          `{+baseurl}${area}/{workflow}/runs/{run}/userProcessingResults/{result}{?%24expand,%24select}`,
          createUserProcessingResultFromDiscriminatorValue,
          ids
        )),
    pages: async (count, onPage) => {
      let read = 0
      for (let link: string | undefined = `${root}/v1.0${resultsPath(count)}`; link !== undefined;) {
        const page: UserProcessingResultCollectionResponse | undefined = await get<
          UserProcessingResultCollectionResponse
        >("{+link}", createUserProcessingResultCollectionResponseFromDiscriminatorValue, { link })
        read += page?.value?.length ?? 0
        link = page?.odataNextLink ?? undefined
        onPage()
      }
      return read
    },
    workflows: (ids, concurrency) =>
      pool(
        ids.length,
        concurrency,
        (index) =>
          get<Workflow>(`{+baseurl}${area}/{workflow}{?%24expand,%24select}`, createWorkflowFromDiscriminatorValue, {
            workflow: ids[index]!
          })
      )
  }
}

const cloudOf = (root: string) => Either.getOrThrow(NationalCloud.custom({ graphRoot: root, authority: root }))

const ours = (name: string, http: Layer.Layer<HttpClient.HttpClient>) => async (root: string): Promise<Contender> => {
  const runtime = ManagedRuntime.make(GraphClient.layerWithThrottle.pipe(
    // A gate of its own: it is to learn by itself.
    Layer.provide(Throttle.layer()),
    Layer.provide(TokenProvider.layer),
    Layer.provide(StaticToken.layer({ token: Redacted.make("benchmark"), cloud: cloudOf(root) })),
    Layer.provide(http)
  ))
  const graph = await runtime.runPromise(GraphClient.GraphClient)
  const workflow = (id: string) =>
    graph.execute(LifecycleWorkflowsApi.getWorkflow, { workflowId: Ids.WorkflowId.make(id) })
  return {
    name,
    gets: (count, concurrency) =>
      Effect.runPromise(
        Effect.forEach(
          Array.from({ length: count }),
          () => graph.execute(LifecycleWorkflowsApi.getRunUserProcessingResult, parameters),
          { concurrency, discard: true }
        )
      ),
    pages: (count, onPage) =>
      Effect.runPromise(Stream.runFold(
        graph.stream(LifecycleWorkflowsApi.listRunUserProcessingResults, {
          workflowId,
          runId: Ids.RunId.make(`records-${count}`)
        }).pipe(Stream.chunks, Stream.tap(() => Effect.sync(onPage))),
        0,
        (read, chunk) => read + chunk.length
      )),
    workflows: (ids, concurrency) =>
      Effect.runPromise(
        Effect.forEach(ids, (id) => Effect.isFailure(workflow(id)), { concurrency })
      ).then((failures) => failures.filter((failed) => failed).length),
    batched: (ids, concurrency) =>
      Effect.runPromise(
        Effect.forEach(ids, workflow, { batching: true, concurrency: "unbounded", discard: true }).pipe(
          Effect.provideService(Batch.Batching, { ...Batch.defaultSettings, concurrency })
        )
      ).then(() => Math.ceil(ids.length / 20))
  }
}

export const oursByFetch = ours("@effect-msgraph/client, by fetch", FetchHttpClient.layer)
export const oursByPlatform = ours("@effect-msgraph/client, by NodeHttpClient.layerUndici", NodeHttpClient.layerUndici)
export const oursByUndici = ours("@effect-msgraph/client, by UndiciHttpClient", UndiciHttpClient.layer())

/** Effect's HTTP client with nothing of ours: no token, gate, retry, span or validation. */
export const bare = (name: string, http: Layer.Layer<HttpClient.HttpClient>) => async (root: string) => {
  const client = await ManagedRuntime.make(http).runPromise(HttpClient.HttpClient)
  const get = client.get(`${root}/v1.0${resultPath}`).pipe(
    Effect.flatMap((response) => response.text),
    Effect.map((text) => JSON.parse(text) as unknown),
    Effect.withTracerEnabled(false)
  )
  return {
    name,
    gets: (count: number, concurrency: number) =>
      Effect.runPromise(Effect.forEach(Array.from({ length: count }), () => get, { concurrency, discard: true }))
  } satisfies Contender
}

export const bareByFetch = bare("Effect's HttpClient alone, by fetch", FetchHttpClient.layer)
export const bareByPlatform = bare(
  "Effect's HttpClient alone, by NodeHttpClient.layerUndici",
  NodeHttpClient.layerUndici
)
export const bareByUndici = bare("Effect's HttpClient alone, by UndiciHttpClient", UndiciHttpClient.layer())
