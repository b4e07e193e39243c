/** Certificates and assertions, made for a test and thrown away. */
import { Encoding } from "effect"
import * as Crypto from "node:crypto"

const element = (tag: number, ...parts: ReadonlyArray<Uint8Array>): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80
    ? [length]
    : length < 0x100
    ? [0x81, length]
    : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const bytes = (...values: ReadonlyArray<number>): Buffer => Buffer.from(values)
const sequence = (...parts: ReadonlyArray<Uint8Array>) => element(0x30, ...parts)
const oid = (...encoded: ReadonlyArray<number>) => element(0x06, bytes(...encoded))
const sha256WithRsa = sequence(oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b), element(0x05))
const commonName = (name: string) =>
  sequence(element(0x31, sequence(oid(0x55, 0x04, 0x03), element(0x0c, Buffer.from(name)))))
/** Times from 2050 on have four digits for the year. */
const time = (at: number) => {
  const digits = new Date(at).toISOString().replace(/\.\d+Z$/, "Z").replace(/[-:T]/g, "")
  return at < Date.UTC(2050, 0) ? element(0x17, Buffer.from(digits.slice(2))) : element(0x18, Buffer.from(digits))
}
const forLoopback = element(
  0xa3,
  sequence(sequence(
    oid(0x55, 0x1d, 0x11),
    element(0x04, sequence(element(0x87, bytes(127, 0, 0, 1))))
  ))
)

/** A key and a certificate for it, signed by itself. */
export interface Made {
  readonly privateKey: Crypto.KeyObject
  readonly key: string
  readonly cert: string
  readonly der: Buffer
  readonly x5t: string
  readonly x5tS256: string
}

export const generate = (): Crypto.KeyPairKeyObjectResult => Crypto.generateKeyPairSync("rsa", { modulusLength: 2048 })

export const make = (
  options: { readonly from?: number; readonly to?: number; readonly keys?: Crypto.KeyPairKeyObjectResult } = {}
): Made => {
  const { privateKey, publicKey } = options.keys ?? generate()
  const content = sequence(
    element(0xa0, element(0x02, bytes(2))),
    element(0x02, bytes(1)),
    sha256WithRsa,
    commonName("emulator test"),
    sequence(time(options.from ?? 0), time(options.to ?? Date.UTC(2060, 0))),
    commonName("emulator test"),
    publicKey.export({ type: "spki", format: "der" }),
    forLoopback
  )
  const signature = Crypto.sign("sha256", content, privateKey)
  const der = sequence(content, sha256WithRsa, element(0x03, bytes(0), signature))
  const digest = (name: string) => Crypto.createHash(name).update(der).digest("base64url")
  return {
    privateKey,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${
      der.toString("base64").match(/.{1,64}/g)!.join("\n")
    }\n-----END CERTIFICATE-----\n`,
    der,
    x5t: digest("sha1"),
    x5tS256: digest("sha256")
  }
}

const ways = {
  RS256: {},
  PS256: { padding: Crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  ES256: { dsaEncoding: "ieee-p1363" }
} as const

/** A token with any header and any claims. */
export const sign = (
  privateKey: Crypto.KeyObject,
  header: { readonly alg: string; readonly [name: string]: unknown },
  claims: { readonly [name: string]: unknown }
): string => {
  const content = `${Encoding.encodeBase64Url(JSON.stringify(header))}.${
    Encoding.encodeBase64Url(JSON.stringify(claims))
  }`
  const way = Object.hasOwn(ways, header.alg) ? ways[header.alg as keyof typeof ways] : {}
  const signature = Crypto.sign("sha256", Buffer.from(content), { key: privateKey, ...way })
  return `${content}.${signature.toString("base64url")}`
}
