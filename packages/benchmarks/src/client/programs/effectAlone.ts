/** What a program that uses Effect, its HTTP client and its schemas has anyway: the same request, made by hand. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Workflow = Schema.Struct({ displayName: Schema.String })

export const name = (root: string): Promise<string> =>
  HttpClientRequest.get(`${root}/v1.0/identityGovernance/lifecycleWorkflows/workflows/w`).pipe(
    HttpClientRequest.bearerToken("benchmark"),
    HttpClient.execute,
    Effect.flatMap(HttpClientResponse.schemaBodyJson(Workflow)),
    Effect.map(({ displayName }) => displayName),
    Effect.provide(FetchHttpClient.layer),
    Effect.runPromise
  )
