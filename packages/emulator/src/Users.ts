/**
 * What the people of a tenant do while a program waits for them: approve a sign-in, or decline it.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/**
 * There is nothing to approve or decline, or nobody to do it. It names neither a code nor a person.
 *
 * @since 0.1.0
 * @category Errors
 */
export class SignInError
  extends Schema.TaggedError<SignInError>("@effect-msgraph/emulator/SignInError")("SignInError", {
    reason: Schema.Literal("UnknownUserCode", "UnknownUser", "UnknownApplication")
  })
{
  /** @since 0.1.0 */
  override get message(): string {
    switch (this.reason) {
      case "UnknownUserCode":
        return "No sign-in waits for this user code: it is unknown, expired, or decided already"
      case "UnknownUser":
        return "The tenant has no such user who can sign in: see Tenant.users"
      case "UnknownApplication":
        return "No tenant has this application"
    }
  }
}

/**
 * What the people of the emulated tenants do.
 *
 * - `approve`: signs a user in for a user code of the device code flow: the first one of the tenant, or the one whose id or user
 *   principal name is given
 * - `decline`: declines a user code, or, without one, the next sign-in by `/authorize`
 * - `waiting`: the user codes that nobody has decided on yet, oldest first
 * - `token`: a user's token for an application, as a front end would send it: what on-behalf-of starts from
 *
 * @example
 * ```ts
 * import { GraphEmulator } from "@effect-msgraph/emulator"
 * import { Effect } from "effect"
 *
 * const everybodyAgrees = Effect.gen(function*() {
 *   const { users } = yield* GraphEmulator.GraphEmulator
 *   for (const userCode of yield* users.waiting) yield* users.approve(userCode)
 * })
 * ```
 *
 * @since 0.1.0
 * @category Models
 */
export interface Service {
  readonly approve: (
    userCode: string,
    options?: { readonly user?: string | undefined }
  ) => Effect.Effect<void, SignInError>
  readonly decline: (userCode?: string) => Effect.Effect<void, SignInError>
  readonly waiting: Effect.Effect<ReadonlyArray<string>>
  readonly token: (
    clientId: string,
    options?: { readonly user?: string | undefined }
  ) => Effect.Effect<Redacted.Redacted<string>, SignInError>
}

/**
 * Whose tokens are withdrawn: those of everybody who meets all of it.
 *
 * - `application`: the client id of the application that they were issued to
 * - `user`: the id of the user
 * - `before`: those issued before this moment; by default all there are
 *
 * @since 0.1.0
 * @category Schemas
 */
export const Revocation = Schema.Struct({
  application: Schema.optional(Schema.String),
  user: Schema.optional(Schema.String),
  before: Schema.optional(Schema.DateTimeUtc)
})

/**
 * Whose tokens are withdrawn.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Revocation extends Schema.Schema.Type<typeof Revocation> {}
