/**
 * An application that proves itself with a certificate: it signs a short assertion for every request for a token. The
 * private key never leaves the machine.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as AuthError from "./AuthError.js"
import type * as Certificate from "./Certificate.js"
import type * as ClientAuthentication from "./ClientAuthentication.js"
import * as Credential from "./Credential.js"
import * as application from "./internal/application.js"
import * as certificateAssertion from "./internal/certificateAssertion.js"
import * as variable from "./internal/variable.js"
import * as x509 from "./internal/x509.js"

/**
 * - `certificate`: a PEM text with the private key and the certificate, or what `Certificate.fromPem` made of one, or an
 *   effect that gives it for every request for a token, for one that is renewed while the program runs
 * - `sendCertificateChain`: sends the certificates along (`x5c`), for applications that are registered with the subject
 *   name and the issuer of their certificate; default is `false`
 *
 * @since 0.1.0
 * @category Models
 */
export interface AuthenticationOptions {
  readonly certificate:
    | Redacted.Redacted<string>
    | Certificate.Certificate
    | Effect.Effect<Certificate.Certificate, AuthError.AuthError>
  readonly sendCertificateChain?: boolean | undefined
}

/**
 * - `cloud`: default is the global service
 * - `tenantId`: the tenant's id, or one of its domains
 * - `clientId`: "Application (client) ID" of the app registration
 * - `certificate`: a PEM text with the private key and the certificate, or what `Certificate.fromPem` made of one, or an
 *   effect that gives it for every request for a token
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

const name = "ClientCertificate"

/**
 * The proof by certificate, for credentials that act for users. A PEM text is checked here: fails with
 * `CredentialMisconfigured` if it has no private key or several, no certificate of the key, a key that is encrypted or
 * not RSA.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 * @since 0.1.0
 * @category Constructors
 */
export const authentication = (
  options: AuthenticationOptions
): Effect.Effect<ClientAuthentication.ClientAuthentication, Credential.CredentialMisconfigured> => {
  const { certificate } = options
  const sendChain = options.sendCertificateChain ?? false
  if (Effect.isEffect(certificate)) return Effect.succeed(certificateAssertion.make(certificate, sendChain))
  const loaded = Redacted.isRedacted(certificate)
    ? Effect.mapError(
      x509.read(Redacted.value(certificate)),
      (reason) => new Credential.CredentialMisconfigured({ credential: name, option: "certificate", reason })
    )
    : Effect.succeed(certificate)
  return Effect.map(loaded, (one) => certificateAssertion.make(Effect.succeed(one), sendChain))
}

/**
 * A credential of a certificate. Fails with `CredentialMisconfigured` if an option cannot be right; nothing is sent
 * before the first `acquire`.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (
  options: Options
): Effect.Effect<Credential.Service, Credential.CredentialMisconfigured, HttpClient.HttpClient> =>
  Effect.flatMap(authentication(options), (proof) => application.make(name, options, proof))

/**
 * A credential of a certificate. The `HttpClient` is used for the token endpoint only; it must not add credentials of
 * its own.
 *
 * @example
 * ```ts
 * import { ClientCertificate, TokenProvider } from "@effect-msgraph/auth"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer, Redacted } from "effect"
 *
 * declare const pem: Redacted.Redacted<string>
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(ClientCertificate.layer({
 *     tenantId: "contoso.onmicrosoft.com",
 *     clientId: "11111111-2222-3333-4444-555555555555",
 *     certificate: pem
 *   })),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (
  options: Options
): Layer.Layer<Credential.Credential, Credential.CredentialMisconfigured, HttpClient.HttpClient> =>
  Layer.effect(Credential.Credential, make(options))

/**
 * The options that can come from the configuration: the certificate as a PEM text.
 *
 * @since 0.1.0
 * @category Models
 */
export interface ConfigOptions extends Omit<Options, "certificate"> {
  readonly certificate: Redacted.Redacted<string>
}

/**
 * The options from `AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, `AZURE_CLIENT_CERTIFICATE` and
 * `AZURE_CLIENT_SEND_CERTIFICATE_CHAIN` (default `false`), and the cloud from `NationalCloud.config`.
 *
 * `AZURE_CLIENT_CERTIFICATE` is the PEM text itself; `\n` may stand for the ends of its lines. Azure's own tools know a
 * path only (`AZURE_CLIENT_CERTIFICATE_PATH`): that is for `CertificateFile` of `@effect-msgraph/auth/node`.
 * Other tenants come from `AZURE_ADDITIONALLY_ALLOWED_TENANTS`, with semicolons between them.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<ConfigOptions> = Config.all({
  cloud: NationalCloud.config,
  tenantId: Config.nonEmptyString("AZURE_TENANT_ID"),
  clientId: Config.nonEmptyString("AZURE_CLIENT_ID"),
  certificate: Config.redacted(Config.nonEmptyString("AZURE_CLIENT_CERTIFICATE")),
  sendCertificateChain: variable.flag("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN"),
  additionallyAllowedTenants: variable.additionallyAllowedTenants
})

/**
 * A credential of a certificate, from the configuration: the variables of `config`, unless told otherwise.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<ConfigOptions> = config
): Layer.Layer<
  Credential.Credential,
  ConfigError.ConfigError | Credential.CredentialMisconfigured,
  HttpClient.HttpClient
> => Layer.effect(Credential.Credential, Effect.flatMap(Config.unwrap(options), make))
