/**
 * How hard and how long to try for a token, and how many to keep.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Layer from "effect/Layer"

/**
 * - `timeout`: of one acquisition with all its retries; then `AuthorityUnavailable` with reason `Timeout`
 * - `retries`: of a network failure, a server fault or a 429, within one acquisition
 * - `backoff`: first delay between those; it doubles, with jitter. A `Retry-After` goes before it
 * - `refreshBackoff`: first delay after a failed refresh in the background; it doubles, up to ten times as much
 * - `capacity`: tokens kept; the least recently used goes first
 *
 * @since 0.1.0
 * @category Models
 */
export interface Policy {
  readonly timeout: Duration.Duration
  readonly retries: number
  readonly backoff: Duration.Duration
  readonly refreshBackoff: Duration.Duration
  readonly capacity: number
}

/**
 * 30 seconds, 3 retries from half a second on, 30 seconds between failed refreshes, 1000 tokens.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const defaultPolicy: Policy = {
  timeout: Duration.seconds(30),
  retries: 3,
  backoff: Duration.millis(500),
  refreshBackoff: Duration.seconds(30),
  capacity: 1000
}

/**
 * The policy in force. It has a default; provide another to the credential and `TokenProvider` layers to change it.
 *
 * @since 0.1.0
 * @category Context
 */
export class TokenPolicy extends Context.Reference<TokenPolicy>()("@effect-msgraph/auth/TokenPolicy", {
  defaultValue: (): Policy => defaultPolicy
}) {}

/**
 * Changes some values of the policy for the layers that it is provided to.
 *
 * @example
 * ```ts
 * import { ClientSecret, TokenPolicy, TokenProvider } from "@effect-msgraph/auth"
 * import { Layer } from "effect"
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(ClientSecret.layerConfig()),
 *   Layer.provide(TokenPolicy.layer({ capacity: 10_000 }))
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (policy: Partial<Policy>): Layer.Layer<TokenPolicy> =>
  Layer.succeed(TokenPolicy, { ...defaultPolicy, ...policy })
