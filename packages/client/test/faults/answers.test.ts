import { LifecycleWorkflowsApi } from "@effect-msgraph/domain"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Context, Effect, Layer, Stream } from "effect"
import { run as aRun, workflowId } from "../utils.js"
import { check, seenOf } from "./check.js"
import * as Harness from "./harness.js"
import type { Platform } from "./harness.js"
import * as Server from "./server.js"
import * as Table from "./table.js"

describe("an answer", () => {
  for (const row of Table.answers) it.effect(row.name, () => check(row, "fetch"))
})

describe("a throttled call", () => {
  for (const row of Table.throttles) it.effect(row.name, () => check(row, "fetch"))
})

describe("a link", () => {
  for (const platform of Object.keys(Harness.platforms) as ReadonlyArray<Platform>) {
    for (const { name, next, pages, secure, tag, take } of Table.links) {
      it.scoped(`${name}, over ${platform}`, () =>
        Effect.gen(function*() {
          const foreign = yield* Server.serve(Server.answer(Server.good(200, { value: [aRun] })))
          const server: Server.Server = yield* Server.serve((exchange) => {
            const first = `${secure === true ? "https" : "http"}://${exchange.headers["host"]}${exchange.path}`
            const link = next(exchange.index, server, foreign, first)
            Server.answer(
              Server.good(200, { value: [aRun], ...link === undefined ? {} : { "@odata.nextLink": link } })
            )(exchange)
          })
          const root = secure === true ? server.origin.replace("http", "https") : server.origin
          const { exit } = yield* Harness.run({
            platform: Layer.map(Harness.platforms[platform], (context) =>
              Context.add(
                context,
                HttpClient.HttpClient,
                HttpClient.mapRequest(
                  Context.get(context, HttpClient.HttpClient),
                  (request) => HttpClientRequest.setUrl(request, request.url.replace(root, server.origin))
                )
              )),
            graphRoot: root,
            call: (graph) =>
              Stream.runCount(
                Stream.take(graph.stream(LifecycleWorkflowsApi.listRuns, { workflowId }), take ?? 1000)
              )
          })
          strictEqual(seenOf(exit, []).tag, tag ?? "ok")
          strictEqual(server.requests.length, pages)
          deepStrictEqual([foreign.connections(), foreign.received()], [0, ""])
        }))
    }
  }
})
