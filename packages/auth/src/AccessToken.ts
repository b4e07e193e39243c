/**
 * A bearer token and the times that matter about it.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"

/**
 * A bearer token. The token itself is `Redacted`: logging, inspecting or serializing an `AccessToken` shows
 * `<redacted>` in its place.
 *
 * - `expiresAt`: when the authority stops honouring it
 * - `refreshAt`: from when a new one should be asked for, while this one is still good
 * - `tenantId`: the tenant it was issued by, where known
 *
 * @since 0.1.0
 * @category Models
 */
export interface AccessToken {
  readonly token: Redacted.Redacted<string>
  readonly expiresAt: DateTime.Utc
  readonly refreshAt?: DateTime.Utc | undefined
  readonly tenantId?: string | undefined
  readonly tokenType: "Bearer"
}

/**
 * A bearer token from its parts. A plain string is wrapped at once.
 *
 * @example
 * ```ts
 * import { AccessToken } from "@effect-msgraph/auth"
 * import { DateTime } from "effect"
 *
 * const token = AccessToken.make({
 *   token: "a-token",
 *   expiresAt: DateTime.unsafeMake("2027-01-01T00:00:00Z")
 * })
 * console.log(String(token.token)) // <redacted>
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (options: {
  readonly token: string | Redacted.Redacted<string>
  readonly expiresAt: DateTime.Utc
  readonly refreshAt?: DateTime.Utc | undefined
  readonly tenantId?: string | undefined
}): AccessToken => ({
  token: typeof options.token === "string" ? Redacted.make(options.token) : options.token,
  expiresAt: options.expiresAt,
  refreshAt: options.refreshAt,
  tenantId: options.tenantId,
  tokenType: "Bearer"
})

/**
 * Whether two values carry the same token text, whatever their times say.
 *
 * @since 0.1.0
 * @category Guards
 */
export const sameToken = (self: AccessToken, that: AccessToken): boolean =>
  self === that || Redacted.value(self.token) === Redacted.value(that.token)
