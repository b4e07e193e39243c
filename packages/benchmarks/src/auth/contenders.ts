/** The three libraries, each set up as its documentation has it, to get tokens of an application by client secret. */
import { ClientSecretCredential } from "@azure/identity"
import { ConfidentialClientApplication } from "@azure/msal-node"
import * as ClientSecret from "@effect-msgraph/auth/ClientSecret"
import * as TokenPolicy from "@effect-msgraph/auth/TokenPolicy"
import * as TokenProvider from "@effect-msgraph/auth/TokenProvider"
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"

const clientId = "0b1c9a52-7d8e-4f60-8a33-5d1e2f3a4b5c"
const clientSecret = "a secret of the benchmarks"
const graphRoot = "https://graph.microsoft.com"
const scope = `${graphRoot}/.default`

export interface Options {
  readonly origin: string
  readonly tenant: string
  /** How long to wait for a token, in milliseconds, if the library can be told. */
  readonly timeout?: number | undefined
}

/** An instance of a library with a cache of its own. */
export interface Session {
  readonly get: (options?: {
    readonly tenant?: string | undefined
    readonly signal?: AbortSignal | undefined
  }) => Promise<string>
}

export interface Contender {
  readonly name: string
  readonly open: (options: Options) => Session
  /** Whether a call takes an `AbortSignal`, or can be interrupted. */
  readonly abortable: boolean
}

const runtimeOf = ({ origin, tenant, timeout }: Options) =>
  ManagedRuntime.make(TokenProvider.layer.pipe(
    Layer.provide(ClientSecret.layer({
      cloud: Either.getOrThrow(NationalCloud.custom({ graphRoot, authority: origin })),
      tenantId: tenant,
      clientId,
      clientSecret: Redacted.make(clientSecret),
      additionallyAllowedTenants: ["*"]
    })),
    Layer.provide(TokenPolicy.layer(timeout === undefined ? {} : { timeout: Duration.millis(timeout) })),
    Layer.provide(FetchHttpClient.layer)
  ))

/** A session of ours, and the service itself, for work inside of one effect. */
export const openOurs = (options: Options) => {
  const runtime = runtimeOf(options)
  const get: Session["get"] = async ({ signal, tenant } = {}) => {
    const exit = await runtime.runPromiseExit(
      Effect.flatMap(
        TokenProvider.TokenProvider,
        (tokens) => tokens.get(tenant === undefined ? undefined : { tenantId: tenant })
      ),
      signal === undefined ? {} : { signal }
    )
    if (Exit.isSuccess(exit)) return Redacted.value(exit.value.token)
    throw Cause.isInterruptedOnly(exit.cause) ? new Error("interrupted") : Cause.squash(exit.cause)
  }
  return { get, runtime }
}

export const ours: Contender = { name: "@effect-msgraph/auth", open: openOurs, abortable: true }

export const identity: Contender = {
  name: "@azure/identity",
  abortable: true,
  open: ({ origin, tenant, timeout }) => {
    const credential = new ClientSecretCredential(tenant, clientId, clientSecret, {
      authorityHost: origin,
      disableInstanceDiscovery: true,
      additionallyAllowedTenants: ["*"]
    })
    const requestOptions = timeout === undefined ? {} : { requestOptions: { timeout } }
    return {
      get: async ({ signal, tenant } = {}) =>
        (await credential.getToken(scope, {
          ...requestOptions,
          ...(tenant === undefined ? {} : { tenantId: tenant }),
          ...(signal === undefined ? {} : { abortSignal: signal })
        })).token
    }
  }
}

export const msal: Contender = {
  name: "@azure/msal-node",
  abortable: false,
  open: ({ origin, tenant }) => {
    const application = new ConfidentialClientApplication({
      auth: {
        clientId,
        clientSecret,
        authority: `${origin}/${tenant}`,
        knownAuthorities: [new URL(origin).host]
      }
    })
    return {
      get: async ({ tenant } = {}) => {
        const result = await application.acquireTokenByClientCredential({
          scopes: [scope],
          ...(tenant === undefined ? {} : { authority: `${origin}/${tenant}` })
        })
        if (result === null) throw new Error("no token")
        return result.accessToken
      }
    }
  }
}

export const contenders: ReadonlyArray<Contender> = [ours, identity, msal]
