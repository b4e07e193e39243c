/** Credentials of an application by itself: the client credentials grant, whatever proves who the application is. */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import type * as ClientAuthentication from "../ClientAuthentication.js"
import * as Credential from "../Credential.js"
import * as options_ from "./options.js"
import * as request_ from "./request.js"
import * as tenant from "./tenant.js"
import * as wire_ from "./wire.js"

/** What all applications say of themselves. */
export interface Application {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId: string
  readonly clientId: string
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

/** Why these options cannot be right, by option. `aliases` tells whether `organizations` and the like are a tenant. */
export const problems = (options: Application, { aliases }: { readonly aliases: boolean }) => ({
  cloud: options_.cloudProblem(options.cloud ?? NationalCloud.global),
  tenantId: tenant.problem(options.tenantId, { aliases }),
  clientId: options_.textProblem(options.clientId),
  additionallyAllowedTenants: tenant.othersProblem(options.additionallyAllowedTenants)
})

/** A credential that asks for tokens of the application itself. */
export const make = Effect.fnUntraced(function*(
  name: string,
  options: Application,
  authentication: ClientAuthentication.ClientAuthentication
): Effect.fn.Return<Credential.Service, Credential.CredentialMisconfigured, HttpClient.HttpClient> {
  yield* options_.check(name, problems(options, { aliases: false }))
  const cloud = options.cloud ?? NationalCloud.global
  const { clientId, tenantId } = options
  const wire = yield* wire_.make(cloud)
  const holder: request_.Holder = { name, cloud, tenantId, tenants: options.additionallyAllowedTenants ?? [] }

  return Credential.Credential.of({
    name,
    cloud,
    tenantId,
    clientId,
    acquire: Effect.fn(`${name}.acquire`)(function*(request) {
      const resolved = yield* request_.resolve(holder, request)
      const { accessToken } = yield* wire_.requestTokens(wire, {
        credential: name,
        tenantId: resolved.tenantId ?? tenantId,
        clientId,
        grantType: "client_credentials",
        parameters: {
          scope: resolved.scopes.join(" "),
          ...(resolved.claimsParameter === undefined ? {} : { claims: resolved.claimsParameter })
        },
        authentication
      })
      return accessToken
    })
  })
})
