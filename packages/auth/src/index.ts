/**
 * A bearer token and the times that matter about it.
 *
 * @since 0.1.0
 */
export * as AccessToken from "./AccessToken.js"

/**
 * Why there is no token: a closed union, one tag for each thing that a caller or an operator would do differently.
 *
 * @since 0.1.0
 */
export * as AuthError from "./AuthError.js"

/**
 * An application that proves itself with a client secret.
 *
 * @since 0.1.0
 */
export * as ClientSecret from "./ClientSecret.js"

/**
 * Something that can obtain tokens: a secret, a certificate, a managed identity. It does not cache: every `acquire`
 * asks the authority. Programs depend on `TokenProvider`, which puts a cache in front of the credential.
 *
 * @since 0.1.0
 */
export * as Credential from "./Credential.js"

/**
 * A token that somebody else obtained, used as it is: for a quick try with a token of Graph Explorer, for tests, for
 * emulators. It is never renewed.
 *
 * @since 0.1.0
 */
export * as StaticToken from "./StaticToken.js"

/**
 * Any object with a `getToken` as a credential, above all those of `@azure/identity`. That package is not imported: the
 * shape is enough.
 *
 * @since 0.1.0
 */
export * as TokenCredential from "./TokenCredential.js"

/**
 * How hard and how long to try for a token, and how many to keep.
 *
 * @since 0.1.0
 */
export * as TokenPolicy from "./TokenPolicy.js"

/**
 * Tokens, kept and renewed. It puts a cache in front of a `Credential`: one request under way for each kind of token,
 * however many fibers ask; a new token before the old one ends; nothing kept of failures.
 *
 * @since 0.1.0
 */
export * as TokenProvider from "./TokenProvider.js"
