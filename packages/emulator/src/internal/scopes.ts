/** What a request asks for: a resource, and what to be allowed there. */
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Either from "effect/Either"
import type * as Tenant from "../Tenant.js"
import * as EntraFailure from "./entraFailure.js"

type Answer<A> = Either.Either<A, EntraFailure.EntraFailure>

const allOfIt = ".default"

/** The one permission of every application's own API. */
export const ownApi = "access_as_user"

/** The audience of tokens for an application's own API. */
export const audienceOf = (application: Tenant.Application): string => `api://${application.appId}`

/** Whether an audience means an application. */
export const isFor = (application: Tenant.Application, audience: unknown): boolean =>
  typeof audience === "string" &&
  [application.appId, audienceOf(application)].some((name) => name.toLowerCase() === audience.toLowerCase())

/** What a resource's name means, which is Graph or an application of the tenant. */
const audience = (
  cloud: NationalCloud.NationalCloud,
  tenant: Tenant.Tenant,
  resource: string
): Answer<string> => {
  // Entra takes a trailing slash as part of the resource: `https://graph.microsoft.com//.default` means another audience.
  if (resource === cloud.graphRoot) return Either.right(cloud.graphRoot)
  const application = tenant.applications.find((application) => isFor(application, resource))
  return application === undefined
    ? Either.left(EntraFailure.unknownResource(resource, tenant))
    : Either.right(audienceOf(application))
}

const split = (scope: string): readonly [resource: string | undefined, name: string] => {
  const slash = scope.lastIndexOf("/")
  return slash < 0 ? [undefined, scope] : [scope.slice(0, slash), scope.slice(slash + 1)]
}

/** The audience of an application's own token: only `{resource}/.default` can be asked for. */
export const ofApplication = (
  cloud: NationalCloud.NationalCloud,
  tenant: Tenant.Tenant,
  scope: string | null
): Answer<string> => {
  if (scope === null || scope === "") return Either.left(EntraFailure.missingParameter("scope"))
  const [resource, name] = split(scope)
  return resource === undefined || name !== allOfIt || scope.includes(" ")
    ? Either.left(EntraFailure.invalidScope(scope))
    : audience(cloud, tenant, resource)
}

/** What a user's token will allow. */
export interface Delegated {
  readonly audience: string
  /** The token's `scp`. */
  readonly scopes: ReadonlyArray<string>
  /** The answer's `scope`. */
  readonly shown: ReadonlyArray<string>
  /** Whether a refresh token is asked for. */
  readonly offline: boolean
}

const openId = new Set(["openid", "profile", "email", "offline_access"])

/** What an application may do for a user, of what it asks for. */
export const ofUser = (
  cloud: NationalCloud.NationalCloud,
  tenant: Tenant.Tenant,
  application: Tenant.Application,
  scope: string | null
): Answer<Delegated> =>
  Either.gen(function*() {
    const asked = (scope ?? "").split(" ").filter((name) => name !== "")
    if (asked.length === 0) return yield* Either.left(EntraFailure.missingParameter("scope"))
    const identity = asked.filter((name) => openId.has(name))
    const others = asked.filter((name) => !openId.has(name)).map((text) => ({ text, parts: split(text) }))
    const resources = yield* Either.all(
      others.map(({ parts: [resource] }) => audience(cloud, tenant, resource ?? cloud.graphRoot))
    )
    const resource = resources[0] ?? cloud.graphRoot
    if (resources.some((other) => other !== resource)) return yield* Either.left(EntraFailure.severalResources)
    const consented = resource === cloud.graphRoot ? application.scopes ?? [] : [ownApi]
    const whole = others.find(({ parts: [, name] }) => name === allOfIt)
    if (whole !== undefined && others.length > 1) return yield* Either.left(EntraFailure.invalidScope(scope ?? ""))
    const granted = whole === undefined
      ? yield* Either.all(others.map(({ parts: [resource, wanted] }) => {
        const name = consented.find((name) => name.toLowerCase() === wanted.toLowerCase())
        return name === undefined
          ? Either.left(EntraFailure.missingConsent(application))
          : Either.right({ name, shown: resource === undefined ? name : `${resource}/${name}` })
      }))
      : consented.map((name) => ({ name, shown: `${whole.parts[0] ?? resource}/${name}` }))
    if (whole !== undefined && granted.length === 0) return yield* Either.left(EntraFailure.missingConsent(application))
    const said = identity.filter((name) => name !== "offline_access")
    return {
      audience: resource,
      scopes: [...granted.map(({ name }) => name), ...(resource === cloud.graphRoot ? said : [])],
      shown: [...granted.map(({ shown }) => shown), ...said, ...(whole === undefined ? [] : [whole.text])],
      offline: identity.includes("offline_access")
    }
  })
