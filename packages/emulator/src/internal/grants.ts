import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Redacted from "effect/Redacted"
import * as Message from "../Message.js"
import type * as Tenant from "../Tenant.js"
import * as EntraFailure from "./entraFailure.js"
import type { Exchange, Settings } from "./exchange.js"

/** A token request whose tenant exists and whose grant is known. */
export interface TokenRequest {
  readonly settings: Settings
  readonly exchange: Exchange
  readonly tenant: Tenant.Tenant
  readonly form: URLSearchParams
}

/** What the token will say. */
export interface Granted {
  readonly application: Tenant.Application
  readonly audience: string
  readonly roles: ReadonlyArray<string>
}

/** How a grant is decided. */
export type Grant = (request: TokenRequest) => Either.Either<Granted, EntraFailure.EntraFailure>

/** What a client shows of itself. */
interface Presented {
  readonly clientId: string
  readonly proves: (application: Tenant.Application) => boolean
}

/** A way for a client to authenticate: what it shows if it goes this way, and `undefined` if it does not. */
type ClientAuthentication = (request: TokenRequest) => Presented | undefined

const hasSecret = (secret: string) => (application: Tenant.Application): boolean =>
  application.secrets.some((known) => Redacted.value(known) === secret)

const clientSecretPost: ClientAuthentication = ({ form }) => {
  const clientId = form.get("client_id")
  const secret = form.get("client_secret")
  return clientId === null || secret === null ? undefined : { clientId, proves: hasSecret(secret) }
}

/** Id and secret are form-encoded before they are joined, as RFC 6749 (2.3.1) says. */
const clientSecretBasic: ClientAuthentication = ({ exchange }) => {
  const encoded = /^Basic +(\S+)$/i.exec(Message.header(exchange.request, "authorization") ?? "")?.[1]
  if (encoded === undefined) return undefined
  const text = Either.getOrElse(Encoding.decodeBase64String(encoded), () => "")
  const pair = new URLSearchParams(`id=${text.replace(":", "&secret=")}`)
  return { clientId: pair.get("id") ?? "", proves: hasSecret(pair.get("secret") ?? "") }
}

/** In the order that they are tried. */
const clientAuthentications: ReadonlyArray<ClientAuthentication> = [clientSecretPost, clientSecretBasic]

const authenticateClient = (
  request: TokenRequest
): Either.Either<Tenant.Application, EntraFailure.EntraFailure> => {
  let presented: Presented | undefined
  for (const authentication of clientAuthentications) presented ??= authentication(request)
  const clientId = presented?.clientId ?? request.form.get("client_id")
  if (clientId === null || clientId === "") return Either.left(EntraFailure.missingParameter("client_id"))
  const application = request.tenant.applications.find(({ appId }) => appId.toLowerCase() === clientId.toLowerCase())
  if (application === undefined) return Either.left(EntraFailure.unknownApplication(clientId, request.tenant))
  if (presented === undefined) return Either.left(EntraFailure.missingCredential)
  return presented.proves(application)
    ? Either.right(application)
    : Either.left(EntraFailure.wrongSecret(application.appId))
}

/** The resource that a `{resource}/.default` scope names. */
const resource = (request: TokenRequest): Either.Either<string, EntraFailure.EntraFailure> => {
  const scope = request.form.get("scope")
  if (scope === null || scope === "") return Either.left(EntraFailure.missingParameter("scope"))
  if (!scope.endsWith("/.default") || scope.includes(" ")) return Either.left(EntraFailure.invalidScope(scope))
  const { graphRoot, scope: known } = request.settings.cloud
  // Entra takes a trailing slash as part of the resource: `https://graph.microsoft.com//.default` means another audience.
  return scope === known
    ? Either.right(graphRoot)
    : Either.left(EntraFailure.unknownResource(scope.slice(0, -"/.default".length), request.tenant))
}

const clientCredentials: Grant = (request) =>
  Either.gen(function*() {
    const audience = yield* resource(request)
    const application = yield* authenticateClient(request)
    return { application, audience, roles: application.roles }
  })

/** The grants by `grant_type`. */
export const grants: { readonly [grantType: string]: Grant } = {
  client_credentials: clientCredentials
}
