/** The same as `ours`, imported as the examples of the documentation do. */
import { ClientSecret, TokenProvider } from "@effect-msgraph/auth"
import { NationalCloud } from "@effect-msgraph/domain"
import { FetchHttpClient } from "@effect/platform"
import { Effect, Layer, Redacted } from "effect"
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
