/** What a program that uses Effect and its HTTP client has anyway: the same request, made by hand. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Application } from "./application.js"

const Answer = Schema.Struct({ access_token: Schema.Redacted(Schema.String) })

export const token = ({ clientId, clientSecret, origin, tenantId }: Application): Promise<string> =>
  HttpClientRequest.post(`${origin}/${tenantId}/oauth2/v2.0/token`).pipe(
    HttpClientRequest.bodyUrlParams({
      grant_type: "client_credentials",
      scope: "https://graph.microsoft.com/.default",
      client_id: clientId,
      client_secret: clientSecret
    }),
    HttpClient.execute,
    Effect.flatMap(HttpClientResponse.schemaBodyJson(Answer)),
    Effect.map((answer) => Redacted.value(answer.access_token)),
    Effect.provide(FetchHttpClient.layer),
    Effect.runPromise
  )
