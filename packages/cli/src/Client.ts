/**
 * The client that commands call Graph with.
 *
 * @since 0.1.0
 */
import * as TokenProvider from "@effect-msgraph/auth/TokenProvider"
import * as GraphClient from "@effect-msgraph/client/GraphClient"
import * as RetryPolicy from "@effect-msgraph/client/RetryPolicy"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Credentials from "./Credentials.js"
import * as RequestLog from "./RequestLog.js"
import type * as Settings from "./Settings.js"

/** Somebody may be waiting: a host that does not answer is given up after seconds, one that says how long to wait after minutes. */
const patience: Partial<RetryPolicy.Policy> = {
  maxRetries: 4,
  maxDelay: "5 seconds",
  attemptTimeout: "60 seconds",
  totalTimeout: "5 minutes"
}

/**
 * Runs an effect with the client that the settings lead to.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const provide =
  (settings: Settings.Given) => <A, E, R>(effect: Effect.Effect<A, E, R | GraphClient.GraphClient>) =>
    effect.pipe(
      Effect.provide(
        GraphClient.layer.pipe(
          Layer.provide(RetryPolicy.layer(patience)),
          Layer.provide(TokenProvider.layer),
          Layer.provide(Credentials.layer(settings)),
          Layer.provide(RequestLog.layer)
        )
      ),
      settings.verbose ? Logger.withMinimumLogLevel(LogLevel.Debug) : (effect) => effect
    )
