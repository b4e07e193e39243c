import { NationalCloud } from "@effect-msgraph/domain"
import { Fault, Seed } from "@effect-msgraph/emulator"
import { GraphEmulatorServer } from "@effect-msgraph/emulator/node"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import {
  AuthenticationHandler,
  Client,
  type Context,
  type Middleware,
  PageIterator,
  RetryHandler,
  RetryHandlerOptions
} from "@microsoft/microsoft-graph-client"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { largeRunPath, resultPath, tokenForm } from "./support.js"

const printed: ReadonlyArray<{ readonly url: string; readonly body: unknown }> = JSON.parse(
  readFileSync(new URL("fixtures/printed.json", import.meta.url), "utf8")
)

/** The end of the chain: dials the loopback address, as if `graph.microsoft.com` were a name of this machine. */
const dial = (server: GraphEmulatorServer.Service): Middleware => ({
  execute: async (context: Context) => {
    const url = new URL(String(context.request))
    strictEqual(url.origin, NationalCloud.global.graphRoot)
    context.response = await fetch(`${server.url}${url.pathname}${url.search}`, context.options as RequestInit)
  }
})

/** Microsoft's own client, with its own authentication and retry, for a server that passes for the global cloud. */
const make = Effect.gen(function*() {
  const server = yield* GraphEmulatorServer.make({ cloud: NationalCloud.global })
  const authentication = new AuthenticationHandler({
    getAccessToken: async () => {
      const response = await fetch(`${server.url}/${Seed.demoTenantId}/oauth2/v2.0/token`, {
        method: "POST",
        body: new URLSearchParams(tokenForm())
      })
      return (await response.json() as { readonly access_token: string }).access_token
    }
  })
  const retry = new RetryHandler(new RetryHandlerOptions(1, 2))
  authentication.setNext(retry)
  retry.setNext(dial(server))
  return { server, client: Client.initWithMiddleware({ middleware: authentication }) }
})

const without = (path: string) => path.replace("/v1.0", "")

describe("Microsoft's own client", () => {
  it.scopedLive("gets both results of the page, to the letter", () =>
    Effect.gen(function*() {
      const { client, server } = yield* make
      const first = yield* Effect.promise(() => client.api(without(resultPath(Seed.demoResult))).get())
      deepStrictEqual(first, printed[0]!.body)
      const second = yield* Effect.promise(() =>
        client.api(without(resultPath(Seed.demoSelectedResult)))
          .select([
            "id",
            "failedTasksCount",
            "processingStatus",
            "totalTasksCount",
            "totalUnprocessedTasksCount",
            "subject"
          ])
          .get()
      )
      deepStrictEqual(second, printed[1]!.body)
      const { byEndpoint } = yield* server.emulator.requestCounts
      deepStrictEqual(byEndpoint, { graph: 2, token: 2, authority: 0, unknown: 0 })
    }))

  it.scopedLive("retries when it is throttled", () =>
    Effect.gen(function*() {
      const { client, server } = yield* make
      yield* server.emulator.inject(Fault.throttled(1), { endpoint: "graph" })
      const result = yield* Effect.promise(() => client.api(without(resultPath(Seed.demoResult))).get())
      strictEqual(result.id, Seed.demoResult.userProcessingResultId)
      strictEqual((yield* server.emulator.requestCounts).byStatus["429"], 1)
    }))

  it.scopedLive("walks all pages", () =>
    Effect.gen(function*() {
      const { client } = yield* make
      const ids = yield* Effect.promise(async () => {
        const ids: Array<string> = []
        const page = await client.api(`${without(largeRunPath)}/userProcessingResults`).get()
        await new PageIterator(client, page, ({ id }: { readonly id: string }) => ids.push(id) > 0).iterate()
        return ids
      })
      deepStrictEqual([ids.length, new Set(ids).size], [360, 360])
    }))

  it.scopedLive("understands its errors", () =>
    Effect.gen(function*() {
      const { client } = yield* make
      const error: any = yield* Effect.flip(
        Effect.tryPromise({
          try: () => client.api(without(resultPath(Seed.demoResult))).select("nope").get(),
          catch: (error) => error
        })
      )
      deepStrictEqual([error.statusCode, error.code], [400, "BadRequest"])
      assertTrue(error.message.endsWith("type 'microsoft.graph.identityGovernance.userProcessingResult'."))
      strictEqual(typeof error.requestId, "string")
    }))
})
