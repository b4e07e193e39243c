/** A certificate for 127.0.0.1 that signed itself, good for a day: as much of X.509 as TLS needs. */
import { generateKeyPairSync, sign } from "node:crypto"

const der = (tag: number, ...parts: ReadonlyArray<Uint8Array>): Buffer => {
  const body = Buffer.concat(parts)
  const length = body.length < 0x80
    ? [body.length]
    : body.length < 0x100
    ? [0x81, body.length]
    : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Uint8Array.of(tag, ...length), body])
}

const sequence = (...parts: ReadonlyArray<Uint8Array>) => der(0x30, ...parts)
const set = (...parts: ReadonlyArray<Uint8Array>) => der(0x31, ...parts)
const integer = (value: number) => der(0x02, Uint8Array.of(value))
const octets = (part: Uint8Array) => der(0x04, part)
const bits = (part: Uint8Array) => der(0x03, Uint8Array.of(0), part)
const yes = der(0x01, Uint8Array.of(0xff))
const identifier = (...bytes: ReadonlyArray<number>) => der(0x06, Uint8Array.from(bytes))
const time = (date: Date) => der(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/\D/g, "")}Z`))

const commonName = identifier(0x55, 0x04, 0x03)
const basicConstraints = identifier(0x55, 0x1d, 0x13)
const subjectAltName = identifier(0x55, 0x1d, 0x11)
const ecdsaWithSha256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))

export const selfSigned = (): { readonly key: string; readonly cert: string } => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" })
  const name = sequence(set(sequence(commonName, der(0x0c, Buffer.from("127.0.0.1")))))
  const now = Date.now()
  const day = 24 * 3600 * 1000
  const contents = sequence(
    der(0xa0, integer(2)),
    integer(1),
    ecdsaWithSha256,
    name,
    sequence(time(new Date(now - day)), time(new Date(now + day))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(
      0xa3,
      sequence(
        sequence(basicConstraints, yes, octets(sequence(yes))),
        sequence(subjectAltName, octets(sequence(der(0x87, Uint8Array.of(127, 0, 0, 1)))))
      )
    )
  )
  const certificate = sequence(contents, ecdsaWithSha256, bits(sign("sha256", contents, privateKey)))
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${
      certificate.toString("base64").replace(/.{1,64}/g, "$&\n")
    }-----END CERTIFICATE-----\n`
  }
}
