/**
 * Several credentials as one: the first that can be used here is. So one program runs with a managed identity where it is
 * deployed, and with a developer's sign-in on a laptop.
 *
 * A chain goes on to its next member after `CredentialUnavailable` and after nothing else: a secret that has expired or an
 * authority that is down is an error to see, not a reason to become somebody else. The member that gave a token is asked
 * first from then on, until it is unavailable itself.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as AccessToken from "./AccessToken.js"
import * as AuthError from "./AuthError.js"
import * as Credential from "./Credential.js"
import { inTime } from "./internal/inTime.js"
import * as TokenPolicy from "./TokenPolicy.js"

/**
 * A member that is not there, and why: it is passed over, and its reason told where no other member gives a token.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Absent {
  readonly _tag: "Absent"
  readonly name: string
  readonly reason: string
}

/**
 * A member that is passed over.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const absent = (name: string, reason: string): Absent => ({ _tag: "Absent", name, reason })

/**
 * - `name`: of the chain, for errors; default is `Chain`
 * - `cloud`: which all members must be of; default is that of the first
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly name?: string | undefined
  readonly cloud?: NationalCloud.NationalCloud | undefined
}

const isAbsent = (member: Credential.Service | Absent): member is Absent => "_tag" in member

const sameCloud = (a: NationalCloud.NationalCloud, b: NationalCloud.NationalCloud): boolean =>
  a.authority === b.authority && a.graphRoot === b.graphRoot

/** What all agree on. */
const agreed = (values: ReadonlyArray<string | undefined>): string | undefined =>
  values.every((value) => value?.toLowerCase() === values[0]?.toLowerCase()) ? values[0] : undefined

const skippedBy = (
  member: Credential.Service,
  error: AuthError.CredentialUnavailable
): ReadonlyArray<AuthError.Skipped> =>
  error.skipped === undefined || error.skipped.length === 0
    ? [{ credential: member.name, reason: error.reason }]
    : error.skipped

/**
 * A chain of credentials. Fails with `CredentialMisconfigured` if there are none, or if they are not all of one cloud.
 *
 * Where all are unavailable, `acquire` fails with `CredentialUnavailable`, whose `skipped` has the reason of each. Which
 * member gave a token is logged at debug level, when it changes.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make: (
  members: ReadonlyArray<Credential.Service | Absent>,
  options?: Options
) => Effect.Effect<Credential.Service, Credential.CredentialMisconfigured> = Effect.fnUntraced(
  function*(members: ReadonlyArray<Credential.Service | Absent>, options: Options = {}) {
    const name = options.name ?? "Chain"
    const credentials = members.filter((member): member is Credential.Service => !isAbsent(member))
    const cloud = options.cloud ?? credentials[0]?.cloud ?? NationalCloud.global
    const misconfigured = (option: string, reason: string) =>
      new Credential.CredentialMisconfigured({ credential: name, option, reason })
    if (members.length === 0) return yield* misconfigured("members", "has none")
    const other = credentials.find((credential) => !sameCloud(credential.cloud, cloud))
    if (other !== undefined) {
      return yield* misconfigured(
        "members",
        `has ${other.name} of ${other.cloud.displayName}, and is of ${cloud.displayName}: all must be of one cloud`
      )
    }
    const policy = yield* TokenPolicy.TokenPolicy
    const interactive = credentials.some((credential) => credential.interactive === true)
    let chosen: Credential.Service | undefined

    /** Nobody outside limits the time of a chain that may wait for a person, so each member that may not has its own. */
    const acquire = (
      member: Credential.Service,
      request: Credential.TokenRequest
    ): Effect.Effect<AccessToken.AccessToken, AuthError.AuthError> =>
      interactive && member.interactive !== true
        ? inTime({ credential: member.name, authority: member.cloud.authority }, policy.timeout)(
          member.acquire(request)
        )
        : member.acquire(request)

    const choose = (member: Credential.Service, skipped: ReadonlyArray<AuthError.Skipped>) =>
      Effect.suspend(() => {
        if (chosen === member) return Effect.void
        chosen = member
        return Effect.annotateLogs(
          Effect.logDebug(`${name} uses ${member.name}`),
          Object.fromEntries(skipped.map((link) => [`skipped.${link.credential}`, link.reason]))
        )
      })

    return Credential.Credential.of({
      name,
      cloud,
      tenantId: agreed(credentials.map((credential) => credential.tenantId)),
      clientId: agreed(credentials.map((credential) => credential.clientId)),
      scopes: credentials.find((credential) => credential.scopes !== undefined)?.scopes,
      onBehalfOf: credentials.some((credential) => credential.onBehalfOf === true),
      interactive,
      acquire: Effect.fn(`${name}.acquire`)(function*(request) {
        const skipped = new Map<Credential.Service | Absent, ReadonlyArray<AuthError.Skipped>>()
        const first = chosen
        const order = first === undefined ? members : [first, ...members.filter((member) => member !== first)]
        for (const member of order) {
          if (isAbsent(member)) {
            skipped.set(member, [{ credential: member.name, reason: member.reason }])
            continue
          }
          const outcome = yield* Effect.either(acquire(member, request))
          if (outcome._tag === "Right") {
            yield* choose(member, Array.from(skipped.values()).flat())
            return outcome.right
          }
          if (outcome.left._tag !== "CredentialUnavailable") return yield* outcome.left
          if (chosen === member) chosen = undefined
          skipped.set(member, skippedBy(member, outcome.left))
        }
        return yield* new AuthError.CredentialUnavailable({
          credential: name,
          reason: "no credential can be used here",
          skipped: members.flatMap((member) => skipped.get(member) ?? []),
          diagnostics: AuthError.noDiagnostics
        })
      })
    })
  }
)

/**
 * A member of a chain that is passed over if it has not been configured.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Optional<E, R> {
  readonly _tag: "Optional"
  readonly name: string
  readonly layer: Layer.Layer<Credential.Credential, E, R>
}

/**
 * A member that is passed over if its layer lacks a variable of the configuration, or is misconfigured. The second is
 * logged as a warning, for somebody meant it to work. Whatever else the layer fails with, the chain's layer does too.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const optional = <E, R>(name: string, layer: Layer.Layer<Credential.Credential, E, R>): Optional<E, R> => ({
  _tag: "Optional",
  name,
  layer
})

/** The variables that an error of the configuration misses, if that is all that is wrong. */
const missing = (error: ConfigError.ConfigError): ReadonlyArray<string> | undefined => {
  switch (error._op) {
    case "MissingData":
      return [error.path.join(".")]
    case "And":
    case "Or": {
      const left = missing(error.left)
      const right = missing(error.right)
      return left === undefined || right === undefined ? undefined : [...left, ...right]
    }
    default:
      return undefined
  }
}

const passOver = <E>(name: string, error: E): Effect.Effect<Absent, E> => {
  if (ConfigError.isConfigError(error)) {
    const names = missing(error)
    return names === undefined
      ? Effect.fail(error)
      : Effect.succeed(absent(name, `not configured: ${Array.from(new Set(names)).join(", ")} is not set`))
  }
  return error instanceof Credential.CredentialMisconfigured
    ? Effect.as(
      Effect.logWarning(`${name} is passed over: ${error.message}`),
      absent(name, `misconfigured: ${error.option} ${error.reason}`)
    )
    : Effect.fail(error)
}

const build = <E, R>(
  member: Layer.Layer<Credential.Credential, E, R> | Optional<E, R>
): Effect.Effect<Credential.Service | Absent, E, R | Scope.Scope> => {
  const isOptional = "_tag" in member && member._tag === "Optional"
  const built = Effect.map(
    Layer.build(isOptional ? member.layer : member as Layer.Layer<Credential.Credential, E, R>),
    Context.get(Credential.Credential)
  )
  return isOptional ? Effect.catchAll(built, (error) => passOver(member.name, error)) : built
}

/**
 * A member of a chain: the layer of a credential, or one that is optional.
 *
 * @since 0.1.0
 * @category Models
 */
export type Member<E = any, R = any> = Layer.Layer<Credential.Credential, E, R> | Optional<E, R>

/**
 * What the layer of a chain of these members may fail with.
 *
 * @since 0.1.0
 * @category Models
 */
export type MemberError<M> = M extends Layer.Layer<infer _A, infer E, infer _R> ? E
  : M extends Optional<infer E, infer _R> ? E
  : never

/**
 * What the layer of a chain of these members needs.
 *
 * @since 0.1.0
 * @category Models
 */
export type MemberContext<M> = M extends Layer.Layer<infer _A, infer _E, infer R> ? R
  : M extends Optional<infer _E, infer R> ? R
  : never

/**
 * A chain of credentials, from their layers.
 *
 * @example
 * ```ts
 * import { AzureCli, Chain, ClientSecret, ManagedIdentity, TokenProvider } from "@effect-msgraph/auth"
 * import { Layer } from "effect"
 *
 * // Provide an HttpClient, and NodeContext.layer of @effect/platform-node
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(Chain.layer([
 *     Chain.optional("ClientSecret", ClientSecret.layerConfig()),
 *     ManagedIdentity.layer({ probe: "1 second" }),
 *     AzureCli.layer()
 *   ]))
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = <const Members extends ReadonlyArray<Member>>(
  members: Members,
  options: Options = {}
): Layer.Layer<
  Credential.Credential,
  MemberError<Members[number]> | Credential.CredentialMisconfigured,
  MemberContext<Members[number]>
> =>
  Layer.scoped(
    Credential.Credential,
    Effect.flatMap(
      Effect.forEach(members, (member: Member<MemberError<Members[number]>, MemberContext<Members[number]>>) =>
        build(member)),
      (built) =>
        make(built, options)
    )
  )
