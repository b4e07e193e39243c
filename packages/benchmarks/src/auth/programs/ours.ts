/** The least that gets a token with ours, in the way of a program that minds its size: by module. */
import * as ClientSecret from "@effect-msgraph/auth/ClientSecret"
import * as TokenProvider from "@effect-msgraph/auth/TokenProvider"
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Application } from "./application.js"

export const token = ({ clientId, clientSecret, origin, tenantId }: Application): Promise<string> =>
  Effect.flatMap(TokenProvider.TokenProvider, (tokens) => tokens.get()).pipe(
    Effect.map((token) => Redacted.value(token.token)),
    Effect.provide(TokenProvider.layer.pipe(
      Layer.provide(ClientSecret.layer({
        cloud: { ...NationalCloud.global, name: "custom", authority: origin },
        tenantId,
        clientId,
        clientSecret: Redacted.make(clientSecret)
      })),
      Layer.provide(FetchHttpClient.layer)
    )),
    Effect.runPromise
  )
