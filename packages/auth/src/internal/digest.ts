import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import * as Redacted from "effect/Redacted"

/** SHA-256 of a token, in hexadecimal: what tells it from others without telling it. */
export const sha256 = (token: Redacted.Redacted<string>): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => crypto.subtle.digest("SHA-256", new TextEncoder().encode(Redacted.value(token)))),
    (digest) => Encoding.encodeHex(new Uint8Array(digest))
  )
