/**
 * An application that proves itself with whatever the variables of Azure's tools give: a secret, a certificate file, or a
 * federated token.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as ClientSecret from "../ClientSecret.js"
import * as Credential from "../Credential.js"
import * as federated from "../internal/federated.js"
import * as variable from "../internal/variable.js"
import * as WorkloadIdentity from "../WorkloadIdentity.js"
import * as CertificateFile from "./CertificateFile.js"

/**
 * What the environment has; `undefined` is what it has not.
 *
 * - `cloud`: default is the global service
 * - `tenantId`: the tenant's id, or one of its domains
 * - `clientId`: "Application (client) ID" of the app registration
 * - `clientSecret`: is used before all others
 * - `certificatePath`, `certificatePassword`, `sendCertificateChain`: as in `CertificateFile`; used before a token file
 * - `tokenFile`: as in `WorkloadIdentity`
 * - `additionallyAllowedTenants`: other tenants that a request may name; `"*"` is any
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId?: string | undefined
  readonly clientId?: string | undefined
  readonly clientSecret?: Redacted.Redacted<string> | undefined
  readonly certificatePath?: string | undefined
  readonly certificatePassword?: Redacted.Redacted<string> | undefined
  readonly sendCertificateChain?: boolean | undefined
  readonly tokenFile?: string | undefined
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

const name = "EnvironmentCredential"

const variables: { readonly [option: string]: string } = {
  tenantId: "AZURE_TENANT_ID",
  clientId: "AZURE_CLIENT_ID",
  clientSecret: "AZURE_CLIENT_SECRET",
  certificatePath: "AZURE_CLIENT_CERTIFICATE_PATH",
  path: "AZURE_CLIENT_CERTIFICATE_PATH",
  password: "AZURE_CLIENT_CERTIFICATE_PASSWORD",
  tokenFile: "AZURE_FEDERATED_TOKEN_FILE"
}

const missingOf = (options: Options, wanted: ReadonlyArray<keyof Options>): string =>
  federated.missing(Object.fromEntries(wanted.map((option) => [variables[option]!, options[option]])))

/** The application's ids, or which of them is missing although a proof is there. */
const application = (options: Options, proof: "clientSecret" | "certificatePath") => {
  const { clientId, tenantId } = options
  return tenantId === undefined || clientId === undefined
    ? Effect.fail(
      new Credential.CredentialMisconfigured({
        credential: name,
        option: tenantId === undefined ? variables["tenantId"]! : variables["clientId"]!,
        reason: `is not set${
          tenantId === undefined && clientId === undefined ? ", nor is AZURE_CLIENT_ID," : ""
        } although ${variables[proof]} is`
      })
    )
    : Effect.succeed({ ...options, tenantId, clientId })
}

const choose = (
  options: Options
): Effect.Effect<
  Credential.Service,
  Credential.CredentialMisconfigured,
  HttpClient.HttpClient | FileSystem.FileSystem
> => {
  const { certificatePath, clientSecret, tokenFile } = options
  if (clientSecret !== undefined) {
    return Effect.flatMap(
      application(options, "clientSecret"),
      (complete) => ClientSecret.make({ ...complete, clientSecret })
    )
  }
  if (certificatePath !== undefined) {
    return Effect.flatMap(
      application(options, "certificatePath"),
      (complete) => CertificateFile.make({ ...complete, path: certificatePath, password: options.certificatePassword })
    )
  }
  const { clientId, tenantId } = options
  // A pod of AKS has a token file even where its service account names no application.
  return tokenFile !== undefined && tenantId !== undefined && clientId !== undefined
    ? WorkloadIdentity.make({ ...options, tenantId, clientId, tokenFile })
    : federated.absent(
      name,
      { ...options, tenantId, clientId },
      tokenFile === undefined
        ? `${missingOf(options, ["clientSecret", "certificatePath", "tokenFile"])}, one of which is needed` +
          (tenantId !== undefined && clientId !== undefined
            ? ""
            : `; ${missingOf(options, ["tenantId", "clientId"])} either`)
        : missingOf(options, ["tenantId", "clientId"])
    )
}

/**
 * A credential of what the environment has: a secret, else a certificate file, else a federated token. Fails with
 * `CredentialMisconfigured`, which names the variable, if one cannot be right, or if the tenant or the application of a
 * secret or a certificate is missing. Where there is nothing at all, `acquire` fails with `CredentialUnavailable`, which
 * names what is missing.
 *
 * @see https://learn.microsoft.com/dotnet/api/azure.identity.environmentcredential
 * @since 0.1.0
 * @category Constructors
 */
export const make = (
  options: Options
): Effect.Effect<
  Credential.Service,
  Credential.CredentialMisconfigured,
  HttpClient.HttpClient | FileSystem.FileSystem
> =>
  choose(options).pipe(
    Effect.map((credential) =>
      Credential.Credential.of({
        ...credential,
        name,
        acquire: Effect.fn(`${name}.acquire`)(credential.acquire)
      })
    ),
    Effect.mapError(({ option, reason }) =>
      new Credential.CredentialMisconfigured({ credential: name, option: variables[option] ?? option, reason })
    )
  )

/**
 * A credential of what the environment has.
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
 * The options from `AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, `AZURE_CLIENT_SECRET`, `AZURE_CLIENT_CERTIFICATE_PATH`,
 * `AZURE_CLIENT_CERTIFICATE_PASSWORD`, `AZURE_CLIENT_SEND_CERTIFICATE_CHAIN` and `AZURE_FEDERATED_TOKEN_FILE`, as far as
 * they are set, and the cloud from `NationalCloud.config`.
 * Other tenants come from `AZURE_ADDITIONALLY_ALLOWED_TENANTS`, with semicolons between them.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<Options> = Config.all({
  cloud: NationalCloud.config,
  tenantId: variable.optional("AZURE_TENANT_ID"),
  clientId: variable.optional("AZURE_CLIENT_ID"),
  clientSecret: variable.optionalSecret("AZURE_CLIENT_SECRET"),
  certificatePath: variable.optional("AZURE_CLIENT_CERTIFICATE_PATH"),
  certificatePassword: variable.optionalSecret("AZURE_CLIENT_CERTIFICATE_PASSWORD"),
  sendCertificateChain: variable.flag("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN"),
  tokenFile: variable.optional("AZURE_FEDERATED_TOKEN_FILE"),
  additionallyAllowedTenants: variable.additionallyAllowedTenants
})

/**
 * A credential of what the environment has, from the configuration: the variables that Azure users have, unless told
 * otherwise.
 *
 * @example
 * ```ts
 * import { TokenProvider } from "@effect-msgraph/auth"
 * import { EnvironmentCredential } from "@effect-msgraph/auth/node"
 * import { FetchHttpClient } from "@effect/platform"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Layer } from "effect"
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(EnvironmentCredential.layerConfig()),
 *   Layer.provide([FetchHttpClient.layer, NodeFileSystem.layer])
 * )
 * ```
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
