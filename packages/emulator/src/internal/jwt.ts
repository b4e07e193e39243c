import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Redacted from "effect/Redacted"

/** The claims of a token. */
export interface Claims {
  readonly [name: string]: unknown
}

/** Why a text is no token of ours. */
export type Reason = "noDots" | "malformed" | "signature"

const algorithm = { name: "HMAC", hash: "SHA-256" } as const
const header = Encoding.encodeBase64Url(JSON.stringify({ typ: "JWT", alg: "HS256", kid: "emulator" }))
const encoder = new TextEncoder()

/** The key that signs and verifies: of the given secret, or random. */
export const makeKey = (secret: Redacted.Redacted<string> | undefined): Effect.Effect<CryptoKey> =>
  Effect.promise(() =>
    crypto.subtle.importKey(
      "raw",
      secret === undefined ? crypto.getRandomValues(new Uint8Array(32)) : encoder.encode(Redacted.value(secret)),
      algorithm,
      false,
      ["sign", "verify"]
    )
  )

export const sign = (key: CryptoKey, claims: Claims): Effect.Effect<string> =>
  Effect.promise(async () => {
    const content = `${header}.${Encoding.encodeBase64Url(JSON.stringify(claims))}`
    const signature = await crypto.subtle.sign(algorithm.name, key, encoder.encode(content))
    return `${content}.${Encoding.encodeBase64Url(new Uint8Array(signature))}`
  })

/** The claims of a token that this key signed. Times and audience are the caller's to check. */
export const verify = (key: CryptoKey, token: string): Effect.Effect<Either.Either<Claims, Reason>> => {
  const parts = token.split(".")
  if (parts.length === 1) return Effect.succeed(Either.left("noDots"))
  const [, payload = "", mark = ""] = parts
  const signature = Encoding.decodeBase64Url(mark)
  const claims = Either.flatMap(Encoding.decodeBase64UrlString(payload), parse)
  if (parts.length !== 3 || Either.isLeft(signature) || Either.isLeft(claims)) {
    return Effect.succeed(Either.left("malformed"))
  }
  // The header is compared whole, so that no other algorithm is ever considered.
  if (parts[0] !== header) return Effect.succeed(Either.left("signature"))
  const content = encoder.encode(`${header}.${payload}`)
  return Effect.map(
    Effect.promise(() => crypto.subtle.verify(algorithm.name, key, new Uint8Array(signature.right), content)),
    (valid) => valid ? Either.right(claims.right) : Either.left("signature")
  )
}

const parse = (json: string): Either.Either<Claims, unknown> =>
  Either.flatMap(
    Either.try((): unknown => JSON.parse(json)),
    (value) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Either.right(value as Claims)
        : Either.left(undefined)
  )
