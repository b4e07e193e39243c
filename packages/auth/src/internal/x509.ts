/**
 * Private keys and certificates: as much of DER as it takes to tell which certificate belongs to a key, and who issued it.
 * WebCrypto does the rest.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import type { Certificate } from "../Certificate.js"

type Bytes = Uint8Array<ArrayBuffer>

// --- DER ---------------------------------------------------------------------------------------------------------------

/** One element: where it begins, where its content does, where both end. */
interface Element {
  readonly tag: number
  readonly start: number
  readonly from: number
  readonly end: number
}

const integer = 0x02
const octetString = 0x04
const objectIdentifier = 0x06
const utcTime = 0x17
const generalizedTime = 0x18
const sequence = 0x30
const bitString = 0x03
const explicitVersion = 0xa0

const rsaEncryption = "2a864886f70d010101"

const elementAt = (bytes: Uint8Array, start: number, limit: number): Element | undefined => {
  const tag = bytes[start]
  const first = bytes[start + 1]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined
  let from = start + 2
  let length = first
  if (first >= 0x80) {
    const size = first - 0x80
    if (size === 0 || size > 4) return undefined
    length = 0
    for (let i = 0; i < size; i++) length = length * 256 + (bytes[from + i] ?? 0)
    from += size
  }
  const end = from + length
  return end <= limit ? { tag, start, from, end } : undefined
}

const elements = (bytes: Uint8Array, from: number, end: number): ReadonlyArray<Element> | undefined => {
  const found: Array<Element> = []
  for (let at = from; at < end;) {
    const element = elementAt(bytes, at, end)
    if (element === undefined) return undefined
    found.push(element)
    at = element.end
  }
  return found
}

const children = (bytes: Uint8Array, element: Element | undefined, tag = sequence): ReadonlyArray<Element> =>
  element?.tag === tag ? elements(bytes, element.from, element.end) ?? [] : []

/** The one sequence that the bytes are. */
const whole = (bytes: Uint8Array): ReadonlyArray<Element> => {
  const all = elements(bytes, 0, bytes.length)
  return all?.length === 1 ? children(bytes, all[0]) : []
}

const content = (bytes: Uint8Array, element: Element): Uint8Array => bytes.subarray(element.from, element.end)

const hex = (bytes: Uint8Array, element: Element): string => Encoding.encodeHex(content(bytes, element))

const number = (bytes: Uint8Array, element: Element): string => hex(bytes, element).replace(/^(00)+/, "")

const encode = (tag: number, ...contents: ReadonlyArray<ArrayLike<number>>): Bytes => {
  const length = contents.reduce((sum, part) => sum + part.length, 0)
  const size: Array<number> = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest % 256)
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 + size.length, ...size]
  const bytes = new Uint8Array(head.length + length)
  bytes.set(head)
  let at = head.length
  for (const part of contents) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

// --- keys --------------------------------------------------------------------------------------------------------------

/** What an RSA key and its certificate have in common. */
const publicPart = (bytes: Uint8Array, modulus: Element | undefined, exponent: Element | undefined) =>
  modulus?.tag === integer && exponent?.tag === integer
    ? `${number(bytes, modulus)}:${number(bytes, exponent)}`
    : undefined

const isRsa = (bytes: Uint8Array, algorithm: Element | undefined): boolean => {
  const [oid] = children(bytes, algorithm)
  return oid?.tag === objectIdentifier && hex(bytes, oid) === rsaEncryption
}

interface PrivateKey {
  readonly pkcs8: Bytes
  readonly publicPart: string
}

/** PKCS#8 or PKCS#1, by what it is and not by what its label says. */
const readKey = (bytes: Bytes): PrivateKey | "broken" | "not RSA" => {
  const [version, second, third] = whole(bytes)
  if (version?.tag !== integer || second === undefined) return "broken"
  if (second.tag === integer) {
    const fits = publicPart(bytes, second, third)
    if (fits === undefined) return "broken"
    const algorithm = encode(
      sequence,
      encode(objectIdentifier, [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]),
      [0x05, 0x00]
    )
    return {
      pkcs8: encode(sequence, encode(integer, [0]), algorithm, encode(octetString, bytes)),
      publicPart: fits
    }
  }
  // SEC 1 has the key of an elliptic curve right here.
  if (second.tag === octetString) return "not RSA"
  if (second.tag !== sequence || third?.tag !== octetString) return "broken"
  if (!isRsa(bytes, second)) return "not RSA"
  const inner = content(bytes, third)
  const [, modulus, exponent] = whole(inner)
  const fits = publicPart(inner, modulus, exponent)
  return fits === undefined ? "broken" : { pkcs8: bytes, publicPart: fits }
}

// --- certificates ------------------------------------------------------------------------------------------------------

interface Parsed {
  readonly der: Bytes
  readonly subject: string
  readonly issuer: string
  readonly notBefore: DateTime.Utc | undefined
  readonly notAfter: DateTime.Utc | undefined
  readonly spki: Bytes
  /** `undefined` if the key is not RSA. */
  readonly publicPart: string | undefined
}

/** `YYMMDDHHMMSSZ`, or the same with four digits of the year. */
const readTime = (bytes: Uint8Array, element: Element | undefined): DateTime.Utc | undefined => {
  if (element?.tag !== utcTime && element?.tag !== generalizedTime) return undefined
  const text = new TextDecoder().decode(content(bytes, element))
  const match = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (match === null || match[1]!.length !== (element.tag === utcTime ? 2 : 4)) return undefined
  const [year, month, day, hours, minutes, seconds] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number
  ]
  // RFC 5280: two digits from 50 on are of the twentieth century.
  const full = element.tag === generalizedTime ? year : year + (year >= 50 ? 1900 : 2000)
  return DateTime.unsafeMake(Date.UTC(full, month - 1, day, hours, minutes, seconds))
}

const readCertificate = (der: Bytes): Parsed | undefined => {
  const [tbs] = whole(der)
  const fields = children(der, tbs)
  const first = fields[0]?.tag === explicitVersion ? 1 : 0
  const [serial, , issuer, validity, subject, spki] = fields.slice(first)
  if (serial?.tag !== integer || issuer?.tag !== sequence || subject?.tag !== sequence) return undefined
  const [algorithm, key] = children(der, spki)
  if (spki === undefined || key?.tag !== bitString) return undefined
  const [notBefore, notAfter] = children(der, validity)
  // The first byte of a bit string tells how many bits are unused.
  const inner = der.subarray(key.from + 1, key.end)
  const [modulus, exponent] = whole(inner)
  return {
    der,
    subject: hex(der, subject),
    issuer: hex(der, issuer),
    notBefore: readTime(der, notBefore),
    notAfter: readTime(der, notAfter),
    spki: der.slice(spki.start, spki.end),
    publicPart: isRsa(der, algorithm) ? publicPart(inner, modulus, exponent) : undefined
  }
}

const end = (certificate: Parsed): number => certificate.notAfter?.epochMillis ?? 0

/** From the leaf to the last issuer that is there. What does not belong to the chain is left out. */
const chainOf = (leaf: Parsed, others: ReadonlyArray<Parsed>): ReadonlyArray<Parsed> => {
  const chain = [leaf]
  for (let last = leaf; last.subject !== last.issuer;) {
    const next = others.find((other) => other.subject === last.issuer && !chain.includes(other))
    if (next === undefined) break
    chain.push(next)
    last = next
  }
  return chain
}

// --- PEM ---------------------------------------------------------------------------------------------------------------

/** A block of a PEM text: its label, what is between its lines, and all of it. */
export interface Block {
  readonly label: string
  readonly body: string
  readonly text: string
}

/** The blocks, in the order of the text; `undefined` if one does not end. */
export const blocks = (pem: string): ReadonlyArray<Block> | undefined => {
  // A variable of the environment often has a backslash and an n for the end of a line; PEM itself has no backslash.
  const text = pem.replaceAll("\\r", "").replaceAll("\\n", "\n")
  const found: Array<Block> = []
  for (let at = text.indexOf("-----BEGIN "); at !== -1; at = text.indexOf("-----BEGIN ", at)) {
    const from = at + "-----BEGIN ".length
    const close = text.indexOf("-----", from)
    if (close === -1) return undefined
    const label = text.slice(from, close)
    const footer = `-----END ${label}-----`
    const end = text.indexOf(footer, close)
    if (end === -1) return undefined
    found.push({
      label,
      body: text.slice(close + "-----".length, end),
      text: text.slice(at, end + footer.length)
    })
    at = end + footer.length
  }
  return found
}

export const isKey = (block: Block): boolean => block.label.endsWith("PRIVATE KEY")

export const isEncrypted = (block: Block): boolean =>
  isKey(block) && (block.label === "ENCRYPTED PRIVATE KEY" || /Proc-Type:\s*4,\s*ENCRYPTED/i.test(block.body))

const isCertificate = (block: Block): boolean => block.label === "CERTIFICATE" || block.label === "X509 CERTIFICATE"

const fromBase64 = (body: string): Bytes | undefined => {
  const text = body.replace(/\s+/g, "")
  return text !== "" && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
    ? Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
    : undefined
}

/** A PEM block of DER. */
export const toPem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Encoding.encodeBase64(der)}\n-----END ${label}-----\n`

/** Nothing that is larger is a key with its certificates. */
export const maxSize = 1024 * 1024

// --- all together --------------------------------------------------------------------------------------------------------

const algorithm = { name: "RSA-PSS", hash: "SHA-256" }
const probe = new TextEncoder().encode("effect-msgraph")

const trying = <A>(run: () => Promise<A>, reason: string): Effect.Effect<A, string> =>
  Effect.tryPromise({ try: run, catch: () => reason })

/** A private key with its certificates, from PEM blocks. Fails with what is wrong, as the end of a sentence. */
export const read = Effect.fnUntraced(function*(pem: string): Effect.fn.Return<Certificate, string> {
  if (pem.trim() === "") return yield* Effect.fail("is empty")
  if (pem.length > maxSize) return yield* Effect.fail("is too large for a key and its certificates")
  const found = blocks(pem)
  if (found === undefined) return yield* Effect.fail("has a PEM block that does not end")
  if (found.length === 0) return yield* Effect.fail("has no PEM block, that is no -----BEGIN line")

  const keys = found.filter(isKey)
  if (keys.some(isEncrypted)) {
    return yield* Effect.fail(
      "has an encrypted private key: read it from a file with CertificateFile of @effect-msgraph/auth/node and its password"
    )
  }
  if (keys.length === 0) return yield* Effect.fail("has no private key")
  if (new Set(keys.map(({ body }) => body.replace(/\s+/g, ""))).size > 1) {
    return yield* Effect.fail("has several private keys: keep the one of the certificate")
  }
  const keyBytes = fromBase64(keys[0]!.body)
  const key = keyBytes === undefined ? "broken" : readKey(keyBytes)
  if (key === "broken") return yield* Effect.fail("has a private key that is broken, or of an unknown form")
  if (key === "not RSA") return yield* Effect.fail("has a private key that is not RSA: Microsoft Entra takes RSA only")

  const certificates: Array<Parsed> = []
  for (const block of found.filter(isCertificate)) {
    const der = fromBase64(block.body)
    const certificate = der === undefined ? undefined : readCertificate(der)
    if (certificate === undefined) return yield* Effect.fail("has a certificate that is broken")
    certificates.push(certificate)
  }
  if (certificates.length === 0) return yield* Effect.fail("has no certificate")

  // A certificate that was renewed for the same key may stand beside the old one: the one that lasts longest is meant.
  certificates.sort((one, other) => end(other) - end(one))
  const leaf = certificates.find((certificate) => certificate.publicPart === key.publicPart)
  if (leaf === undefined) return yield* Effect.fail("has a private key that fits none of its certificates")
  const chain = chainOf(leaf, certificates)

  const broken = "has a private key that is broken: this runtime's WebCrypto does not take it"
  const privateKey = yield* trying(
    () => crypto.subtle.importKey("pkcs8", key.pkcs8, algorithm, false, ["sign"]),
    broken
  )
  const matches = yield* trying(async () => {
    const publicKey = await crypto.subtle.importKey("spki", leaf.spki, algorithm, false, ["verify"])
    const form = { name: "RSA-PSS", saltLength: 32 }
    const signature = await crypto.subtle.sign(form, privateKey, probe)
    return await crypto.subtle.verify(form, publicKey, signature, probe)
  }, broken)
  if (!matches) return yield* Effect.fail("has a private key that does not sign for its certificate")

  const digest = yield* Effect.promise(() => crypto.subtle.digest("SHA-256", leaf.der))
  return {
    privateKey,
    thumbprint: Encoding.encodeBase64Url(new Uint8Array(digest)),
    chain: chain.map(({ der }) => Encoding.encodeBase64(der)),
    notBefore: leaf.notBefore,
    notAfter: leaf.notAfter
  }
})
