/**
 * An RSA private key with its certificate, and the certificates of those who issued it: what an application registered
 * with a certificate proves itself with.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { CredentialMisconfigured } from "./Credential.js"
import * as x509 from "./internal/x509.js"

/**
 * A certificate with its key. The key can sign, but not be taken out again.
 *
 * - `privateKey`: for `RSA-PSS` with SHA-256
 * - `thumbprint`: SHA-256 of the certificate, as base64url; what `x5t#S256` is
 * - `chain`: the certificate, then its issuer, then that one's, as base64 of DER; what `x5c` is
 * - `notBefore`, `notAfter`: when it is valid, as far as it says. Nothing is refused for it here: the authority's clock
 *   decides
 *
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 * @since 0.1.0
 * @category Models
 */
export interface Certificate {
  readonly privateKey: CryptoKey
  readonly thumbprint: string
  readonly chain: ReadonlyArray<string>
  readonly notBefore: DateTime.Utc | undefined
  readonly notAfter: DateTime.Utc | undefined
}

/**
 * Reads a PEM text with one RSA private key (PKCS#8 or PKCS#1, not encrypted) and its certificate, and, if wanted, those
 * of the issuers. The order is of no importance. Fails with `CredentialMisconfigured` that says what is wrong with it.
 *
 * Encrypted keys and PKCS#12 are read by `CertificateFile` of `@effect-msgraph/auth/node`.
 *
 * @example
 * ```ts
 * import { Certificate } from "@effect-msgraph/auth"
 * import { Console, Effect, Redacted } from "effect"
 *
 * declare const pem: Redacted.Redacted<string>
 *
 * export const program = Effect.gen(function*() {
 *   const certificate = yield* Certificate.fromPem(pem)
 *   yield* Console.log(`${certificate.thumbprint} is valid until ${certificate.notAfter}`)
 * })
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const fromPem = (pem: Redacted.Redacted<string>): Effect.Effect<Certificate, CredentialMisconfigured> =>
  Effect.mapError(
    x509.read(Redacted.value(pem)),
    (reason) => new CredentialMisconfigured({ credential: "Certificate", option: "pem", reason })
  )
