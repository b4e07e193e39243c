/** PKCS#12 (PFX) by way of `node-forge`, which an application installs if it needs this. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as x509 from "./x509.js"

/** As much of `node-forge` as is used. Its bytes are strings. */
interface Forge {
  readonly asn1: {
    readonly fromDer: (bytes: string, strict: boolean) => unknown
    readonly toDer: (value: unknown) => { readonly getBytes: () => string }
  }
  readonly pki: {
    readonly privateKeyToAsn1: (key: unknown) => unknown
    readonly certificateToAsn1: (certificate: unknown) => unknown
  }
  readonly pkcs12: {
    readonly pkcs12FromAsn1: (value: unknown, strict: boolean, password: string | undefined) => {
      readonly safeContents: ReadonlyArray<{ readonly safeBags: ReadonlyArray<Bag> }>
    }
  }
}

/** `asn1` is there for what `node-forge` does not know, such as keys of elliptic curves. */
interface Bag {
  readonly type: string
  readonly key?: unknown
  readonly cert?: unknown
  readonly asn1?: unknown
}

const keyBags = new Set(["1.2.840.113549.1.12.10.1.1", "1.2.840.113549.1.12.10.1.2"])
const certificateBag = "1.2.840.113549.1.12.10.1.3"

/** A sequence that begins with version 3, which neither a key nor a certificate does. */
export const isPkcs12 = (bytes: Uint8Array): boolean => {
  const length = bytes[1] ?? 0
  const at = 2 + (length > 0x80 ? length - 0x80 : 0)
  return bytes[0] === 0x30 && bytes[at] === 0x02 && bytes[at + 1] === 0x01 && bytes[at + 2] === 0x03
}

/** Why it cannot be read, as the end of a sentence about an option. */
export interface Problem {
  readonly option: "path" | "password"
  readonly reason: string
}

const binary = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")

const toPem = (forge: Forge, label: string, value: unknown): string =>
  x509.toPem(label, Uint8Array.from(forge.asn1.toDer(value).getBytes(), (character) => character.charCodeAt(0)))

const open = (forge: Forge, bytes: string, password: string | undefined): string => {
  const { safeContents } = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes, true), false, password)
  return safeContents.flatMap(({ safeBags }) => safeBags).map((bag) => {
    if (keyBags.has(bag.type)) {
      return toPem(forge, "PRIVATE KEY", bag.key ? forge.pki.privateKeyToAsn1(bag.key) : bag.asn1)
    }
    return bag.type === certificateBag
      ? toPem(forge, "CERTIFICATE", bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1)
      : ""
  }).join("")
}

const mentionsPassword = (error: unknown): boolean => error instanceof Error && /password|MAC/i.test(error.message)

const problem = (password: string | undefined, refused: boolean): Problem => {
  if (refused) {
    return password === undefined
      ? { option: "password", reason: "is missing, and the file of path needs one" }
      : { option: "password", reason: "is not the one of the file of path" }
  }
  // eslint-disable-next-line no-control-regex
  return password !== undefined && /[^\x00-\x7f]/.test(password)
    ? { option: "password", reason: "has a character beyond ASCII, with which node-forge cannot open the file of path" }
    : {
      option: "path",
      reason: "leads to a PKCS#12 (PFX) file that is broken, or of a kind that node-forge cannot read"
    }
}

/** The same as PEM, in the clear. */
export const read = (
  importForge: () => Promise<unknown>,
  bytes: Uint8Array,
  password: string | undefined
): Effect.Effect<string, Problem> =>
  Effect.gen(function*() {
    const module = yield* Effect.tryPromise({
      try: importForge,
      catch: (): Problem => ({
        option: "path",
        reason: "leads to a PKCS#12 (PFX) file: install node-forge, which reads it, or convert the file to PEM"
      })
    })
    const forge = (module as { readonly default: Forge }).default
    // Without a password is, depending on who wrote the file, with an empty one.
    let passwordRefused = false
    for (const candidate of password === undefined ? ["", undefined] : [password]) {
      const opened = Either.try({ try: () => open(forge, binary(bytes), candidate), catch: mentionsPassword })
      if (Either.isRight(opened)) return opened.right
      passwordRefused = opened.left
    }
    return yield* Effect.fail(problem(password, passwordRefused))
  })
