/** Tokens that somebody else has signed with a private key. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import type * as Tenant from "../Tenant.js"
import type { Claims } from "./jwt.js"

/** A token that was read, and not yet verified. */
export interface Jws {
  readonly header: Claims
  readonly claims: Claims
  readonly content: string
  readonly signature: Uint8Array
}

/** What verifies a signature: the public key of a certificate, or a JSON Web Key. */
export type Key = { readonly spki: Uint8Array } | { readonly jwk: Tenant.Jwk }

const record = (part: string): Claims | undefined => {
  const value = Either.flatMap(
    Encoding.decodeBase64UrlString(part),
    (text) => Either.try((): unknown => JSON.parse(text))
  )
  return Either.isRight(value) && typeof value.right === "object" && value.right !== null && !Array.isArray(value.right)
    ? value.right as Claims
    : undefined
}

export const read = (token: string): Jws | undefined => {
  const parts = token.split(".")
  const [head = "", body = "", mark = ""] = parts
  const header = record(head)
  const claims = record(body)
  const signature = Encoding.decodeBase64Url(mark)
  return parts.length !== 3 || header === undefined || claims === undefined || Either.isLeft(signature)
    ? undefined
    : { header, claims, content: `${head}.${body}`, signature: signature.right }
}

interface Algorithm {
  readonly importing: RsaHashedImportParams | EcKeyImportParams
  readonly verifying: AlgorithmIdentifier | RsaPssParams | EcdsaParams
}

const algorithms: { readonly [alg: string]: Algorithm } = {
  RS256: {
    importing: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    verifying: "RSASSA-PKCS1-v1_5"
  },
  PS256: {
    importing: { name: "RSA-PSS", hash: "SHA-256" },
    verifying: { name: "RSA-PSS", saltLength: 32 }
  },
  ES256: {
    importing: { name: "ECDSA", namedCurve: "P-256" },
    verifying: { name: "ECDSA", hash: "SHA-256" }
  }
}

/** The name of the algorithm that a token is signed with. */
export const algorithmOf = (jws: Jws): string => typeof jws.header.alg === "string" ? jws.header.alg : ""

/** Whether a key signed a token. A key that does not fit the algorithm did not. */
export const verify = (jws: Jws, key: Key): Effect.Effect<boolean> =>
  Effect.promise(async () => {
    const name = algorithmOf(jws)
    const algorithm = Object.hasOwn(algorithms, name) ? algorithms[name] : undefined
    if (algorithm === undefined) return false
    try {
      const { importing, verifying } = algorithm
      const imported = "spki" in key
        ? await crypto.subtle.importKey("spki", new Uint8Array(key.spki), importing, false, ["verify"])
        : await crypto.subtle.importKey("jwk", material(key.jwk), importing, false, ["verify"])
      return await crypto.subtle.verify(
        verifying,
        imported,
        new Uint8Array(jws.signature),
        new TextEncoder().encode(jws.content)
      )
    } catch {
      return false
    }
  })

/** The public numbers of a key alone: what a key set says of its use would hinder its import. */
const material = ({ crv, e, kty, n, x, y }: Tenant.Jwk): JsonWebKey =>
  Object.fromEntries(Object.entries({ kty, n, e, crv, x, y }).filter(([, value]) => value !== undefined))
