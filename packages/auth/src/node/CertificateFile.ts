/**
 * An application that proves itself with a certificate from a file: PEM, encrypted or not, or PKCS#12. The file may be
 * replaced while the program runs.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SynchronizedRef from "effect/SynchronizedRef"
import { createHash, createPrivateKey } from "node:crypto"
import type * as Certificate from "../Certificate.js"
import type * as ClientAuthentication from "../ClientAuthentication.js"
import * as Credential from "../Credential.js"
import * as application from "../internal/application.js"
import * as certificateAssertion from "../internal/certificateAssertion.js"
import * as file from "../internal/file.js"
import * as options_ from "../internal/options.js"
import * as pkcs12 from "../internal/pkcs12.js"
import * as variable from "../internal/variable.js"
import * as x509 from "../internal/x509.js"

/**
 * - `path`: of a file with the private key and the certificate, and, if wanted, those of the issuers. Either PEM (PKCS#8
 *   or PKCS#1, encrypted or not, in any order) or PKCS#12 (`.pfx`, `.p12`), for which `node-forge` must be installed
 * - `password`: of the file or of the key in it
 * - `sendCertificateChain`: sends the certificates along (`x5c`), for applications that are registered with the subject
 *   name and the issuer of their certificate; default is `false`
 *
 * @since 0.1.0
 * @category Models
 */
export interface AuthenticationOptions {
  readonly path: string
  readonly password?: Redacted.Redacted<string> | undefined
  readonly sendCertificateChain?: boolean | undefined
}

/**
 * - `cloud`: default is the global service
 * - `tenantId`: the tenant's id, or one of its domains
 * - `clientId`: "Application (client) ID" of the app registration
 * - `path`: of a PEM or PKCS#12 file with the private key and the certificate
 * - `password`: of the file or of the key in it
 * - `sendCertificateChain`: sends the certificates along (`x5c`); default is `false`
 * - `additionallyAllowedTenants`: other tenants that a request may name; `"*"` is any
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options extends AuthenticationOptions {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId: string
  readonly clientId: string
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

const name = "CertificateFile"

const faults: { readonly [F in file.Fault]: string } = {
  missing: "leads to no file",
  forbidden: "leads to a file that this process may not read",
  "not a file": "leads to something that is not a file",
  "too large": "leads to a file that is too large for a key and its certificates",
  unreadable: "leads to a file that cannot be read"
}

const atPath = (reason: string): pkcs12.Problem => ({ option: "path", reason })

/** The PEM text with its keys in the clear. */
const decrypted = (pem: string, password: string | undefined): Effect.Effect<string, pkcs12.Problem> => {
  const blocks = x509.blocks(pem)
  if (blocks === undefined || !blocks.some(x509.isEncrypted)) return Effect.succeed(pem)
  if (password === undefined) {
    return Effect.fail({
      option: "password",
      reason: "is missing, and the private key in the file of path is encrypted"
    })
  }
  return Effect.try({
    try: () =>
      blocks.map((block) =>
        x509.isEncrypted(block)
          ? createPrivateKey({ key: block.text, format: "pem", passphrase: password })
            .export({ type: "pkcs8", format: "pem" })
          : block.text
      ).join("\n"),
    catch: () => ({
      option: "password",
      reason:
        "does not open the private key in the file of path: it is another one's, or the key is broken or encrypted " +
        "in a way that this runtime does not know"
    })
  })
}

const decode = (
  bytes: Uint8Array,
  password: string | undefined
): Effect.Effect<Certificate.Certificate, pkcs12.Problem> =>
  Effect.gen(function*() {
    const pem = pkcs12.isPkcs12(bytes)
      ? yield* pkcs12.read(() => import("node-forge"), bytes, password)
      : yield* decrypted(new TextDecoder().decode(bytes), password)
    return yield* Effect.mapError(x509.read(pem), (reason) => atPath(`leads to a file that ${reason}`))
  })

interface Held {
  readonly certificate: Certificate.Certificate
  /** Digests of what the file held: when the certificate was read, and when it could not be used. */
  readonly accepted: string
  readonly refused: string | undefined
  readonly warned: boolean
}

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/** Reads the file now, and gives what reads it again, each time that it is run, if it has changed. */
const load = Effect.fnUntraced(function*(options: AuthenticationOptions): Effect.fn.Return<
  { readonly certificate: Effect.Effect<Certificate.Certificate> },
  Credential.CredentialMisconfigured,
  FileSystem.FileSystem
> {
  yield* options_.check(name, { path: options.path === "" ? "is empty" : undefined })
  const fileSystem = yield* FileSystem.FileSystem
  const password = options.password === undefined ? undefined : Redacted.value(options.password)

  const bytes = Effect.mapError(file.read(fileSystem, options.path, x509.maxSize), (fault) => atPath(faults[fault]))

  const first = yield* Effect.gen(function*() {
    const content = yield* bytes
    const held: Held = {
      certificate: yield* decode(content, password),
      accepted: digest(content),
      refused: undefined,
      warned: false
    }
    return yield* SynchronizedRef.make(held)
  }).pipe(
    Effect.mapError((problem) => new Credential.CredentialMisconfigured({ credential: name, ...problem }))
  )

  const keep = (held: Held, problem: pkcs12.Problem, refused: string | undefined) =>
    Effect.as(
      held.warned ? Effect.void : Effect.logWarning(
        `${name} goes on with the certificate that it has: ${problem.option} ${problem.reason}`
      ),
      { ...held, refused, warned: true }
    )

  // The whole file is compared, not its time: it is small, seldom asked for, and clocks of file systems are coarse.
  const renewed = (held: Held): Effect.Effect<Held> =>
    Effect.matchEffect(bytes, {
      onFailure: (problem) => keep(held, problem, undefined),
      onSuccess: (content) => {
        const now = digest(content)
        if (now === held.accepted) return Effect.succeed({ ...held, refused: undefined, warned: false })
        if (now === held.refused) return Effect.succeed(held)
        return Effect.matchEffect(decode(content, password), {
          onFailure: (problem) => keep(held, problem, now),
          onSuccess: (certificate) =>
            Effect.as(
              Effect.logDebug(`${name} has a new certificate: ${certificate.thumbprint}`),
              { certificate, accepted: now, refused: undefined, warned: false }
            )
        })
      }
    })

  return {
    certificate: Effect.map(SynchronizedRef.updateAndGetEffect(first, renewed), ({ certificate }) => certificate)
  }
})

/**
 * The proof by the certificate of a file, for credentials that act for users. The file is read, and checked, here, and
 * looked at again for every request for a token: a new certificate in it is used at once. While what it holds cannot be
 * used, such as when it is half written, the certificate before it stays in use, and a warning is logged.
 *
 * Fails with `CredentialMisconfigured` if the file cannot be read, or has no private key or several, no certificate of
 * the key, or a key that is not RSA, or if the password is wrong.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 * @since 0.1.0
 * @category Constructors
 */
export const authentication = (
  options: AuthenticationOptions
): Effect.Effect<
  ClientAuthentication.ClientAuthentication,
  Credential.CredentialMisconfigured,
  FileSystem.FileSystem
> =>
  Effect.map(
    load(options),
    ({ certificate }) => certificateAssertion.make(certificate, options.sendCertificateChain ?? false)
  )

/**
 * A credential of the certificate of a file. Fails with `CredentialMisconfigured` if an option or the file cannot be
 * right; nothing is sent before the first `acquire`.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (
  options: Options
): Effect.Effect<
  Credential.Service,
  Credential.CredentialMisconfigured,
  HttpClient.HttpClient | FileSystem.FileSystem
> => Effect.flatMap(authentication(options), (proof) => application.make(name, options, proof))

/**
 * A credential of the certificate of a file. The `HttpClient` is used for the token endpoint only; it must not add
 * credentials of its own.
 *
 * @example
 * ```ts
 * import { TokenProvider } from "@effect-msgraph/auth"
 * import { CertificateFile } from "@effect-msgraph/auth/node"
 * import { FetchHttpClient } from "@effect/platform"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Layer } from "effect"
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(CertificateFile.layer({
 *     tenantId: "contoso.onmicrosoft.com",
 *     clientId: "11111111-2222-3333-4444-555555555555",
 *     path: "/run/secrets/hr-app.pem"
 *   })),
 *   Layer.provide([FetchHttpClient.layer, NodeFileSystem.layer])
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (
  options: Options
): Layer.Layer<
  Credential.Credential,
  Credential.CredentialMisconfigured,
  HttpClient.HttpClient | FileSystem.FileSystem
> => Layer.effect(Credential.Credential, make(options))

/**
 * The options from `AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, `AZURE_CLIENT_CERTIFICATE_PATH`,
 * `AZURE_CLIENT_CERTIFICATE_PASSWORD` (if there is one) and `AZURE_CLIENT_SEND_CERTIFICATE_CHAIN` (default `false`), and
 * the cloud from `NationalCloud.config`.
 * Other tenants come from `AZURE_ADDITIONALLY_ALLOWED_TENANTS`, with semicolons between them.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<Options> = Config.all({
  cloud: NationalCloud.config,
  tenantId: Config.nonEmptyString("AZURE_TENANT_ID"),
  clientId: Config.nonEmptyString("AZURE_CLIENT_ID"),
  path: Config.nonEmptyString("AZURE_CLIENT_CERTIFICATE_PATH"),
  password: variable.optionalSecret("AZURE_CLIENT_CERTIFICATE_PASSWORD"),
  sendCertificateChain: variable.flag("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN"),
  additionallyAllowedTenants: variable.additionallyAllowedTenants
})

/**
 * A credential of the certificate of a file, from the configuration: the variables that Azure users have, unless told
 * otherwise.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = config
): Layer.Layer<
  Credential.Credential,
  ConfigError.ConfigError | Credential.CredentialMisconfigured,
  HttpClient.HttpClient | FileSystem.FileSystem
> => Layer.effect(Credential.Credential, Effect.flatMap(Config.unwrap(options), make))
