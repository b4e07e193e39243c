/**
 * For which user a program is acting right now: the token with which that user called it. A credential that works on
 * behalf of users exchanges it for one of Graph; others take no notice.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"

/**
 * The token that the user's client sent to this application, without `Bearer`. `undefined`, the default, is nobody.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
 * @since 0.1.0
 * @category Context
 */
export class UserAssertion extends Context.Reference<UserAssertion>()("@effect-msgraph/auth/UserAssertion", {
  defaultValue: (): Redacted.Redacted<string> | undefined => undefined
}) {}

/**
 * Runs an effect, and every call to Graph in it, on behalf of a user.
 *
 * @example
 * ```ts
 * import { UserAssertion } from "@effect-msgraph/auth"
 * import { Effect, Redacted } from "effect"
 *
 * declare const listWorkflows: Effect.Effect<ReadonlyArray<string>>
 *
 * // `bearer` is the token of the request that is being answered
 * export const handle = (bearer: string) =>
 *   listWorkflows.pipe(UserAssertion.provide(Redacted.make(bearer)))
 * ```
 *
 * @since 0.1.0
 * @category Combinators
 */
export const provide =
  (token: Redacted.Redacted<string>) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(effect, UserAssertion, token)
