/** As much of X.509 as the check of a client assertion needs. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"

/** A certificate: its bytes, its public key, and from when to when it is valid, in milliseconds. */
export interface Certificate {
  readonly der: Uint8Array
  readonly publicKey: Uint8Array
  readonly notBefore: number
  readonly notAfter: number
}

/** One element of DER: its tag, its content, and all of it. */
interface Element {
  readonly tag: number
  readonly content: Uint8Array
  readonly whole: Uint8Array
}

const readElement = (bytes: Uint8Array, at: number): Element | undefined => {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) return undefined
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (lengthBytes > 4) return undefined
  let length = lengthBytes === 0 ? first : 0
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0)
  const start = at + 2 + lengthBytes
  const end = start + length
  return end > bytes.length ? undefined : { tag, content: bytes.slice(start, end), whole: bytes.slice(at, end) }
}

const children = (element: Element | undefined): ReadonlyArray<Element> => {
  const found: Array<Element> = []
  let at = 0
  while (element !== undefined && at < element.content.length) {
    const child = readElement(element.content, at)
    if (child === undefined) return []
    found.push(child)
    at += child.whole.length
  }
  return found
}

const explicitVersion = 0xa0
const utcTime = 0x17

/** `YYMMDDhhmmssZ` or `YYYYMMDDhhmmssZ`; two digits of a year mean 1950 to 2049. */
const time = (element: Element | undefined): number => {
  if (element === undefined) return Number.NaN
  const text = new TextDecoder().decode(element.content)
  const full = element.tag === utcTime ? `${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text}` : text
  const part = (from: number, to: number) => Number(full.slice(from, to))
  return Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(8, 10), part(10, 12), part(12, 14))
}

/** The certificate in its binary form. */
const fromDer = (der: Uint8Array): Certificate | undefined => {
  const fields = children(children(readElement(der, 0))[0])
  const [, , , validity, , key] = fields[0]?.tag === explicitVersion ? fields.slice(1) : fields
  const [from, to] = children(validity)
  const notBefore = time(from)
  const notAfter = time(to)
  return key === undefined || Number.isNaN(notBefore) || Number.isNaN(notAfter)
    ? undefined
    : { der, publicKey: key.whole, notBefore, notAfter }
}

/** The first certificate of a PEM text. */
export const fromPem = (pem: string): Certificate | undefined => {
  const body = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/.exec(pem)?.[1]?.replace(/\s/g, "")
  if (body === undefined) return undefined
  const der = Encoding.decodeBase64(body)
  return Either.isLeft(der) ? undefined : fromDer(der.right)
}

/** A digest of the certificate. */
export const thumbprint = (
  certificate: Certificate,
  algorithm: "SHA-1" | "SHA-256"
): Effect.Effect<Uint8Array> =>
  Effect.map(
    Effect.promise(() => crypto.subtle.digest(algorithm, new Uint8Array(certificate.der))),
    (digest) => new Uint8Array(digest)
  )
