/**
 * `lcw login` and `lcw logout`: a person signs in, once for many commands, or for none any more.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as CliError from "./CliError.js"
import * as Credentials from "./Credentials.js"
import * as Identity from "./Identity.js"
import type * as Logins from "./Logins.js"
import * as Text from "./output/Text.js"
import * as RequestLog from "./RequestLog.js"
import * as Settings from "./Settings.js"
import * as Stdio from "./Stdio.js"

const browser = Options.boolean("browser").pipe(
  Options.withDescription("Sign in with the browser of this machine; the default where there is a screen.")
)

const deviceCode = Options.boolean("device-code").pipe(
  Options.withDescription("Sign in on another device, with a code that is shown here; the default everywhere else.")
)

const noStore = Options.boolean("no-store").pipe(
  Options.withDescription("Keep nothing: only try whether it works.")
)

const scope = Options.text("scope").pipe(
  Options.withPseudoName("permission"),
  Options.repeated,
  Options.withDescription(
    "A delegated permission to ask for, as LifecycleWorkflows.Read.All; by default all that the app registration lists."
  )
)

const modules = Effect.promise(async () => ({
  Logins: await import("./Logins.js"),
  SignIn: await import("./SignIn.js"),
  TokenStore: await import("@effect-msgraph/auth/TokenStore")
}))

const registration =
  "A person signs in to an app registration of yours (entra.microsoft.com, App registrations): under " +
  "Authentication add http://localhost as a redirect URI of mobile and desktop applications and allow public client " +
  "flows; under API permissions add the delegated ones that lcw permissions names. Its overview has both ids."

const offline = "offline_access"
const aboutPerson = new Set([offline, "openid", "profile", "email"])

/** Names without a resource are Graph's, of this cloud. */
const scopesOf = (
  given: ReadonlyArray<string>,
  cloud: NationalCloud.NationalCloud,
  keeps: boolean
): ReadonlyArray<string> | undefined => {
  const names = given.flatMap((text) => text.split(/[\s,]+/)).filter((name) => name !== "")
  const named = names.map((name) => aboutPerson.has(name) || name.includes("://") ? name : `${cloud.graphRoot}/${name}`)
  if (!keeps) return named.length === 0 ? [cloud.scope] : named.filter((name) => name !== offline)
  return named.length === 0 ? undefined : Array.from(new Set([...named, offline]))
}

const who = (login: { readonly userName?: string | undefined; readonly displayName?: string | undefined }): string =>
  Identity.named(login.displayName, login.userName) ?? "somebody, whom the token does not name"

const verbosely = (settings: Settings.Given) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  settings.verbose ? Logger.withMinimumLogLevel(effect, LogLevel.Debug) : effect

/**
 * `lcw login`. By default it asks for what the app registration lists (`.default`), which is what an administrator consents to. Any other
 * permission, least privileged or not, would end the sign-in at a page that asks for that consent.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/scopes-oidc
 * @since 0.1.0
 * @category Commands
 */
export const login = Command.make(
  "login",
  { browser, deviceCode, noStore, scope, settings: Settings.options },
  ({ browser, deviceCode, noStore, scope, settings }) =>
    Effect.gen(function*() {
      const { stderr, stdout } = yield* Stdio.Stdio
      if (browser && deviceCode) {
        return yield* new CliError.UsageError({ reason: "Give one of --browser and --device-code, not both." })
      }
      const cloud = yield* Effect.mapError(NationalCloud.config, Credentials.toUsageError)
      const answers = yield* Credentials.complete(["tenantId", "clientId"], {
        advice: registration,
        hint: registration
      })
      const { clientId, tenantId } = yield* Config.all({
        clientId: Config.nonEmptyString(Settings.table.clientId.variable),
        tenantId: Config.nonEmptyString(Settings.table.tenantId.variable)
      }).pipe(Settings.provide(settings.values, answers), Effect.mapError(Credentials.toUsageError))

      const { Logins, SignIn, TokenStore } = yield* modules
      const way = browser ? "browser" : deviceCode ? "device-code" : yield* SignIn.suitable
      const scopes = scopesOf(scope, cloud, !noStore)
      const key = TokenStore.key({ cloud, tenantId, clientId })
      // Whoever is signed in already stays so until this one is.
      const { refreshToken, token } = yield* Effect.gen(function*() {
        const credential = yield* SignIn.make(way, { cloud, tenantId, clientId, scopes })
        const token = yield* credential.acquire({})
        const store = yield* TokenStore.TokenStore
        return { token, refreshToken: yield* store.get(key) }
      }).pipe(Effect.provide(Layer.merge(TokenStore.layerMemory, RequestLog.layer)), verbosely(settings))

      const identity = Identity.decode(token.token)
      const found: Logins.Login = {
        key,
        authority: cloud.authority,
        graphRoot: cloud.graphRoot,
        tenantId,
        clientId,
        directoryId: identity?.tenantId ?? token.tenantId,
        userName: identity?.user?.userPrincipalName,
        displayName: identity?.user?.displayName,
        scopes
      }
      const kept = !noStore && Option.isSome(refreshToken)
      if (kept) {
        yield* Effect.flatMap(TokenStore.TokenStore, (store) => store.set(key, refreshToken.value)).pipe(
          Effect.provide(Logins.store)
        )
        yield* Logins.keep(found)
      }
      const application = Identity.named(identity?.application.displayName, identity?.application.id ?? clientId)
      yield* stdout.write(`${
        Text.sanitize(
          `Signed in as ${who(found)}, in tenant ${found.directoryId ?? tenantId}, with ${application}`
        )
      }\n`)
      const until = DateTime.formatIso(token.expiresAt).replace("T", " ").replace(/\.\d+Z$/, "Z")
      yield* Effect.ignore(stderr.write(
        kept
          ? `The token is good until ${until}, and is renewed by itself from then on. lcw logout ends that.\n`
          : `The token was good until ${until}. Nothing was kept${
            noStore ? "" : ": the authority gave no refresh token"
          }.\n`
      ))
    }).pipe(Settings.provide(settings.values))
).pipe(
  Command.withDescription("Sign in as a person. Commands then get their tokens by it, until lcw logout.")
)

const all = Options.boolean("all").pipe(Options.withDescription("Everybody, in every cloud and tenant."))

/**
 * `lcw logout`.
 *
 * @since 0.1.0
 * @category Commands
 */
export const logout = Command.make(
  "logout",
  { all, settings: Settings.options },
  ({ all, settings }) =>
    Effect.gen(function*() {
      const { stderr, stdout } = yield* Stdio.Stdio
      const { Logins } = yield* modules
      const logins = all ? yield* Logins.all : yield* Effect.mapError(Logins.matching, Credentials.toUsageError)
      if (logins.length === 0) return yield* Effect.ignore(stderr.write("Nobody is signed in.\n"))
      yield* Logins.remove(logins)
      yield* stdout.write(
        logins.map((login) =>
          `${
            Text.sanitize(
              `Signed out ${who(login)}, of tenant ${
                login.directoryId ?? login.tenantId
              }, application ${login.clientId}`
            )
          }\n`
        ).join("")
      )
    }).pipe(Settings.provide(settings.values))
).pipe(
  Command.withDescription(
    "Forget who signed in with lcw login, to this cloud, and to the tenant and with the application if they are given."
  )
)
