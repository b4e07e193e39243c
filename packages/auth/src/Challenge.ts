/**
 * What an API says when it refuses a token: the `WWW-Authenticate` header of a 401, and the claims challenge in it. The
 * clients of this library read challenges by themselves. The module is for who calls other APIs, and for an API that
 * calls Graph for its users and passes Graph's challenge on to them.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Encoding from "effect/Encoding"
import * as Option from "effect/Option"
import * as claims_ from "./internal/claims.js"
import * as wwwAuthenticate from "./internal/wwwAuthenticate.js"

/**
 * One challenge of a `WWW-Authenticate` header.
 *
 * - `scheme`: `Bearer`, `PoP`, `Negotiate`, …, as it was sent; case does not matter
 * - `token68`: what some schemes have in place of parameters
 * - `parameters`: by name in lower case, without quotes and escapes
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 * @since 0.1.0
 * @category Models
 */
export interface Challenge {
  readonly scheme: string
  readonly token68?: string | undefined
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * The challenges of a `WWW-Authenticate` header, or of several joined by commas, in their order. It never throws, and
 * makes the best of what is not quite a header: values without quotes (Graph sends its `authorization_uri` so), missing
 * commas, stray spaces and quotes. Of more than 32 768 characters the rest is not read.
 *
 * @example
 * ```ts
 * import { Challenge } from "@effect-msgraph/auth"
 *
 * const [first, second] = Challenge.parse(
 *   "Bearer realm=\"\", authorization_uri=https://login.microsoftonline.com/common/oauth2/authorize, PoP nonce=\"n\""
 * )
 * console.log(first?.parameters.get("authorization_uri")) // https://login.microsoftonline.com/common/oauth2/authorize
 * console.log(second?.scheme) // PoP
 * ```
 *
 * @since 0.1.0
 * @category Decoding
 */
export const parse: (header: string | undefined) => ReadonlyArray<Challenge> = (header) =>
  header === undefined ? [] : wwwAuthenticate.parse(header)

/**
 * The claims that a `WWW-Authenticate` header asks for, as JSON: give them to `TokenProvider.renew`, or to
 * `Credential.acquire`, as `claims`. None if the header has no claims challenge, or one that cannot be read.
 *
 * It is the `claims` parameter of a `Bearer` challenge, in base64 or base64url, with or without padding. One with the
 * error `insufficient_claims`, as Microsoft prescribes it, goes before others.
 *
 * @example
 * ```ts
 * import { Challenge } from "@effect-msgraph/auth"
 *
 * const claims = Challenge.claims("Bearer error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"")
 * console.log(claims) // some({"access_token":{}})
 * ```
 *
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
 * @since 0.1.0
 * @category Decoding
 */
export const claims = (header: string | undefined): Option.Option<string> => {
  const asked = parse(header).filter(({ parameters, scheme }) =>
    scheme.toLowerCase() === "bearer" && parameters.has("claims")
  )
  const proper = ({ parameters }: Challenge) => parameters.get("error")?.toLowerCase() === "insufficient_claims"
  for (const challenge of [...asked.filter(proper), ...asked]) {
    const text = claims_.text(challenge.parameters.get("claims")!)
    if (text !== undefined) return Option.some(text)
  }
  return Option.none()
}

/**
 * The `WWW-Authenticate` header with which an API answers 401 to ask its client for these claims (JSON). An API that
 * works on behalf of users passes on so what Graph or Entra asked of it: the `claims` of `InteractionRequired`, or of
 * the client's `Unauthorized`.
 *
 * @example
 * ```ts
 * import { type AuthError, Challenge } from "@effect-msgraph/auth"
 * import { HttpServerResponse } from "@effect/platform"
 *
 * export const passOn = ({ claims = "{}" }: AuthError.InteractionRequired) =>
 *   HttpServerResponse.empty({ status: 401, headers: { "www-authenticate": Challenge.forClaims(claims) } })
 * ```
 *
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
 * @since 0.1.0
 * @category Encoding
 */
export const forClaims = (claims: string, cloud: NationalCloud.NationalCloud = NationalCloud.global): string =>
  `Bearer realm="", authorization_uri="${cloud.authority}/common/oauth2/v2.0/authorize", ` +
  `error="insufficient_claims", claims="${Encoding.encodeBase64(claims)}"`
