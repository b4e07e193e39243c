/** Certificates for tests: keys by Node, certificates by `node-forge`. */
import { Redacted } from "effect"
import * as forgeModule from "node-forge"
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto"

// The types know no default export; at run time there is nothing else.
export const forge = (forgeModule as unknown as { readonly default: typeof forgeModule }).default

export interface Key {
  readonly pkcs8: string
  readonly pkcs1: string
  readonly privateKey: KeyObject
  readonly forgeKey: forgeModule.pki.rsa.PrivateKey
}

export const makeKey = (modulusLength = 2048): Key => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength })
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "pem" }).toString().trim()
  return {
    pkcs8,
    pkcs1: privateKey.export({ type: "pkcs1", format: "pem" }).toString().trim(),
    privateKey,
    forgeKey: forge.pki.privateKeyFromPem(pkcs8)
  }
}

export interface Issued {
  readonly pem: string
  /** base64 of DER, as in `x5c`. */
  readonly base64: string
  readonly thumbprint: string
  readonly publicKey: KeyObject
  readonly forgeCertificate: forgeModule.pki.Certificate
}

let serial = 0

export const issue = (options: {
  readonly key: Key
  readonly subject: string
  /** Default is itself. */
  readonly issuer?: { readonly key: Key; readonly subject: string }
  readonly notBefore?: string
  readonly notAfter?: string
}): Issued => {
  const certificate = forge.pki.createCertificate()
  const name = (value: string) => [{ name: "commonName", value }]
  certificate.publicKey = forge.pki.setRsaPublicKey(options.key.forgeKey.n, options.key.forgeKey.e)
  certificate.serialNumber = (++serial).toString(16).padStart(2, "0")
  certificate.validity.notBefore = new Date(options.notBefore ?? "2026-01-01T00:00:00Z")
  certificate.validity.notAfter = new Date(options.notAfter ?? "2036-01-01T00:00:00Z")
  certificate.setSubject(name(options.subject))
  certificate.setIssuer(name((options.issuer ?? options).subject))
  certificate.sign((options.issuer ?? options).key.forgeKey, forge.md.sha256.create())
  const pem = forge.pki.certificateToPem(certificate).trim().replaceAll("\r\n", "\n")
  const base64 = pem.replace(/-----[A-Z ]+-----/g, "").replace(/\s+/g, "")
  return {
    pem,
    base64,
    thumbprint: createHash("sha256").update(Buffer.from(base64, "base64")).digest("base64url"),
    publicKey: createPublicKey(pem),
    forgeCertificate: certificate
  }
}

export const join = (...parts: ReadonlyArray<string>): string => `${parts.join("\n")}\n`

export const redacted = (...parts: ReadonlyArray<string>): Redacted.Redacted<string> => Redacted.make(join(...parts))

/** The lines of a PEM text that hold something, for the search for leaks. */
export const secretLines = (pem: string): ReadonlyArray<string> =>
  pem.split("\n").filter((line) => line.length > 40 && !line.startsWith("-----"))

/** Three keys and a chain, made once for a file of tests. */
export const makeChain = () => {
  const [rootKey, intermediateKey, key] = [makeKey(), makeKey(), makeKey()]
  const root = issue({ key: rootKey, subject: "root" })
  const intermediate = issue({
    key: intermediateKey,
    subject: "intermediate",
    issuer: { key: rootKey, subject: "root" }
  })
  const leaf = issue({
    key,
    subject: "application",
    issuer: { key: intermediateKey, subject: "intermediate" }
  })
  return { key, intermediateKey, rootKey, leaf, intermediate, root }
}
