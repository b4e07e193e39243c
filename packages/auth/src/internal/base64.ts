import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"

/** Text of base64 or base64url, padded or not. */
export const decode = (value: string): string | undefined => {
  const url = value.trim().replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")
  return Either.getOrUndefined(Encoding.decodeBase64UrlString(url))
}
