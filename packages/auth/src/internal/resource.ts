import * as Effect from "effect/Effect"
import * as AuthError from "../AuthError.js"

const suffix = "/.default"

/** The resource of a scope of the form `{resource}/.default`, for those who give tokens of whole resources. */
export const fromScopes = (
  credential: string,
  scopes: ReadonlyArray<string>
): Effect.Effect<string, AuthError.InvalidTokenRequest> => {
  const [scope] = scopes
  return scope !== undefined && scopes.length === 1 && scope.endsWith(suffix) && scope.length > suffix.length
    ? Effect.succeed(scope.slice(0, -suffix.length))
    : Effect.fail(
      new AuthError.InvalidTokenRequest({
        credential,
        reason: "it gives tokens of one whole resource: ask for a single scope that ends in /.default",
        diagnostics: AuthError.noDiagnostics
      })
    )
}
