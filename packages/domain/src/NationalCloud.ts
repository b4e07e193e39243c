/**
 * The clouds that Microsoft Graph runs in. One value holds the Graph root, the login authority and the token scope of a
 * cloud, so that a token can never be asked of one cloud and sent to another.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"

/**
 * Names of the clouds that this version knows.
 *
 * @since 0.1.0
 * @category Models
 */
export type Name = "global" | "usgov" | "dod" | "china" | "bleu" | "delos" | "govsg"

/**
 * A cloud: where Graph answers, where tokens come from, and the scope to ask for.
 *
 * - `graphRoot`: origin of Graph, without version and without trailing slash, e.g. `https://graph.microsoft.com`
 * - `authority`: origin of the login authority, without trailing slash, e.g. `https://login.microsoftonline.com`
 * - `scope`: the application scope, always `{graphRoot}/.default`
 *
 * @see https://learn.microsoft.com/graph/deployments
 * @since 0.1.0
 * @category Models
 */
export interface NationalCloud {
  readonly name: Name | "custom"
  readonly displayName: string
  readonly graphRoot: string
  readonly authority: string
  readonly scope: string
}

const known = (name: Name, displayName: string, graphHost: string, loginHost: string): NationalCloud => ({
  name,
  displayName,
  graphRoot: `https://${graphHost}`,
  authority: `https://${loginHost}`,
  scope: `https://${graphHost}/.default`
})

/**
 * The worldwide service, GCC included.
 *
 * @since 0.1.0
 * @category Clouds
 */
export const global: NationalCloud = known(
  "global",
  "Global service",
  "graph.microsoft.com",
  "login.microsoftonline.com"
)

/**
 * US Government L4 (GCC High).
 *
 * @since 0.1.0
 * @category Clouds
 */
export const usGov: NationalCloud = known("usgov", "US Government L4", "graph.microsoft.us", "login.microsoftonline.us")

/**
 * US Government L5 (DoD).
 *
 * @since 0.1.0
 * @category Clouds
 */
export const usGovDod: NationalCloud = known(
  "dod",
  "US Government L5 (DoD)",
  "dod-graph.microsoft.us",
  "login.microsoftonline.us"
)

/**
 * China, operated by 21Vianet.
 *
 * @since 0.1.0
 * @category Clouds
 */
export const china: NationalCloud = known(
  "china",
  "China operated by 21Vianet",
  "microsoftgraph.chinacloudapi.cn",
  "login.partner.microsoftonline.cn"
)

/**
 * Bleu, the French sovereign cloud. It has no Lifecycle Workflows.
 *
 * @since 0.1.0
 * @category Clouds
 */
export const bleu: NationalCloud = known("bleu", "Bleu (France)", "graph.svc.sovcloud.fr", "login.sovcloud-identity.fr")

/**
 * Delos, the German sovereign cloud. It has no Lifecycle Workflows.
 *
 * @since 0.1.0
 * @category Clouds
 */
export const delos: NationalCloud = known(
  "delos",
  "Delos (Germany)",
  "graph.svc.sovcloud.de",
  "login.sovcloud-identity.de"
)

/**
 * GovSG, the Singapore government cloud. It has no Lifecycle Workflows.
 *
 * @since 0.1.0
 * @category Clouds
 */
export const govSg: NationalCloud = known(
  "govsg",
  "GovSG (Singapore)",
  "graph.svc.sovcloud.sg",
  "login.sovcloud-identity.sg"
)

/**
 * Every cloud that this version knows, by name.
 *
 * @since 0.1.0
 * @category Clouds
 */
export const clouds: { readonly [N in Name]: NationalCloud } = {
  global,
  usgov: usGov,
  dod: usGovDod,
  china,
  bleu,
  delos,
  govsg: govSg
}

/**
 * A cloud description that cannot be used: an origin is not an URL, is not `https`, or carries a path.
 *
 * @since 0.1.0
 * @category Errors
 */
export class InvalidCloud
  extends Schema.TaggedError<InvalidCloud>("@effect-msgraph/domain/InvalidCloud")("InvalidCloud", {
    field: Schema.Literal("graphRoot", "authority", "name"),
    reason: Schema.String
  })
{
  /** @since 0.1.0 */
  override get message(): string {
    return `The cloud's ${this.field} cannot be used: ${this.reason}`
  }
}

const loopback = new Set(["127.0.0.1", "localhost", "[::1]"])

const origin = (field: "graphRoot" | "authority", value: string): Either.Either<string, InvalidCloud> => {
  const fail = (reason: string) => Either.left(new InvalidCloud({ field, reason }))
  if (!URL.canParse(value)) return fail("it is not an absolute URL, such as https://graph.example.com")
  const url = new URL(value)
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback.has(url.hostname))) {
    return fail("it must be https; plain http is allowed for 127.0.0.1, ::1 and localhost only")
  }
  if (url.username !== "" || url.password !== "") return fail("it must not carry a user name or a password")
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    return fail("it must be an origin alone, without path, query or fragment")
  }
  return Either.right(url.origin)
}

/**
 * A cloud that this version does not know, or a stand-in for one (an emulator on 127.0.0.1). Both origins must be `https`,
 * save on loopback addresses.
 *
 * @example
 * ```ts
 * import { NationalCloud } from "@effect-msgraph/domain"
 * import { Either } from "effect"
 *
 * const cloud = NationalCloud.custom({
 *   graphRoot: "http://127.0.0.1:4010",
 *   authority: "http://127.0.0.1:4010"
 * })
 * console.log(Either.map(cloud, (c) => c.scope)) // right("http://127.0.0.1:4010/.default")
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const custom = (options: {
  readonly graphRoot: string
  readonly authority: string
  readonly displayName?: string | undefined
}): Either.Either<NationalCloud, InvalidCloud> =>
  Either.gen(function*() {
    const graphRoot = yield* origin("graphRoot", options.graphRoot)
    const authority = yield* origin("authority", options.authority)
    return {
      name: "custom",
      displayName: options.displayName ?? new URL(graphRoot).host,
      graphRoot,
      authority,
      scope: `${graphRoot}/.default`
    }
  })

/**
 * The cloud of that name; case does not matter. Fails with `InvalidCloud`, which lists the names, for any other.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const fromName = (name: string): Either.Either<NationalCloud, InvalidCloud> => {
  const key = name.trim().toLowerCase()
  return Object.hasOwn(clouds, key)
    ? Either.right(clouds[key as Name])
    : Either.left(
      new InvalidCloud({
        field: "name",
        reason: `${JSON.stringify(name)} is none of ${Object.keys(clouds).join(", ")} or custom`
      })
    )
}

/** The variable of the configuration that gives each field. */
const variables = {
  name: "MSGRAPH_CLOUD",
  graphRoot: "MSGRAPH_GRAPH_ROOT",
  authority: "AZURE_AUTHORITY_HOST"
} as const

/** A host as Azure's tools write it, with or without a scheme and a slash, as an origin. */
const authorityOrigin = (host: string): string => {
  const url = host.includes("://") ? host : `https://${host}`
  return URL.canParse(url) ? new URL(url).origin : host
}

/** Without a name, the authority that Azure's tools were told of decides, if it belongs to one cloud alone. */
const fromAuthority = (host: string): Either.Either<NationalCloud, InvalidCloud> => {
  const found = Object.values(clouds).filter((cloud) => cloud.authority === authorityOrigin(host))
  return found.length === 1 ? Either.right(found[0]!) : Either.left(
    new InvalidCloud({
      field: "name",
      reason: found.length === 0
        ? "AZURE_AUTHORITY_HOST is of no cloud that is known; set MSGRAPH_CLOUD to custom, and MSGRAPH_GRAPH_ROOT"
        : `AZURE_AUTHORITY_HOST is of several clouds; set MSGRAPH_CLOUD to one of ${
          found.map((c) => c.name).join(", ")
        }`
    })
  )
}

const named = (name: string, authority: string): Either.Either<NationalCloud, InvalidCloud> =>
  Either.filterOrLeft(
    fromName(name),
    (cloud) => authority === "" || cloud.authority === authorityOrigin(authority),
    (cloud) =>
      new InvalidCloud({
        field: "authority",
        reason: `it is not the one of the cloud ${cloud.name}, which is ${cloud.authority}; unset one of the two`
      })
  )

/**
 * The cloud from the configuration.
 *
 * - `MSGRAPH_CLOUD` is one of the names, or `custom`, in which case `MSGRAPH_GRAPH_ROOT` and `AZURE_AUTHORITY_HOST` give the two origins.
 * - Without it, `AZURE_AUTHORITY_HOST`, which Azure's own tools read, decides where it belongs to one cloud alone; without either, it is
 *   the global service.
 *
 * Variables that contradict each other are an error, since the token would go to one cloud and the request to another.
 *
 * @since 0.1.0
 * @category Config
 */
export const config: Config.Config<NationalCloud> = Config.all({
  name: Config.withDefault(Config.string("MSGRAPH_CLOUD"), ""),
  graphRoot: Config.withDefault(Config.string("MSGRAPH_GRAPH_ROOT"), ""),
  authority: Config.withDefault(Config.string("AZURE_AUTHORITY_HOST"), "")
}).pipe(
  Config.mapOrFail(({ name, ...origins }) =>
    Either.mapLeft(
      name.trim().toLowerCase() === "custom"
        ? custom(origins)
        : name.trim() !== ""
        ? named(name, origins.authority)
        : origins.authority === ""
        ? Either.right(global)
        : fromAuthority(origins.authority),
      (error) => ConfigError.InvalidData([variables[error.field]], error.message)
    )
  )
)
