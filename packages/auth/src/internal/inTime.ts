import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as AuthError from "../AuthError.js"

/** Puts an end to what takes too long. */
export const inTime = (
  subject: { readonly credential: string; readonly authority: string },
  duration: Duration.Duration
) =>
  Effect.timeoutFail({
    duration,
    onTimeout: (): AuthError.AuthError =>
      new AuthError.AuthorityUnavailable({
        credential: subject.credential,
        authority: subject.authority,
        reason: "Timeout",
        diagnostics: AuthError.noDiagnostics
      })
  })
