/**
 * Ways to sign a person in: with the browser of this machine, or with a code on another device.
 *
 * @since 0.1.0
 */
import * as AuthorizationCode from "@effect-msgraph/auth/AuthorizationCode"
import * as Credential from "@effect-msgraph/auth/Credential"
import * as DeviceCode from "@effect-msgraph/auth/DeviceCode"
import * as LoopbackBrowser from "@effect-msgraph/auth/node/LoopbackBrowser"
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Streams from "./internal/streams.js"
import type * as Methods from "./Methods.js"
import * as Opener from "./Opener.js"
import * as Text from "./output/Text.js"
import * as Stdio from "./Stdio.js"

/**
 * A way to sign in, as `--auth` calls it.
 *
 * @since 0.1.0
 * @category Models
 */
export type Way = Extract<Methods.Name, "browser" | "device-code">

/**
 * Where to sign in.
 *
 * - `cloud`: default is the global service
 * - `scopes`: default is all that the app registration lists, and `offline_access`
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId: string
  readonly clientId: string
  readonly scopes?: ReadonlyArray<string> | undefined
}

/** The browser of this machine, which is announced; what its library has to say goes to stderr. */
const browser = Layer.unwrapEffect(Effect.gen(function*() {
  const stdio = yield* Stdio.Stdio
  const open = yield* Opener.Opener
  const announced = ({ open }: Context.Tag.Service<AuthorizationCode.Browser>) => ({
    open: Effect.map(open, ({ redirectUri, visit }): AuthorizationCode.Visit => ({
      redirectUri,
      visit: (page) =>
        Effect.ignore(stdio.stderr.write(
          "Sign in with the browser, which opens now. Where there is none: Ctrl-C, then lcw login --device-code.\n"
        )).pipe(
          Effect.zipRight(visit(page)),
          Effect.withConsole(Streams.speaking(stdio))
        )
    }))
  })
  return Layer.map(
    LoopbackBrowser.layer({ open }),
    (context) => Context.make(AuthorizationCode.Browser, announced(Context.get(context, AuthorizationCode.Browser)))
  )
}))

/**
 * The credential of a person who signs in this way, as soon as it is asked for a token.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const make = (
  way: Way,
  options: Options
): Effect.Effect<Credential.Service, Credential.CredentialMisconfigured, HttpClient.HttpClient | Stdio.Stdio> =>
  way === "browser" ? Effect.provide(AuthorizationCode.make(options), browser) : Effect.flatMap(
    Stdio.Stdio,
    ({ stderr }) =>
      DeviceCode.make({
        ...options,
        prompt: ({ message }) => Effect.ignore(stderr.write(`${Text.sanitize(message)}\n`))
      })
  )

const layer = (
  way: Way,
  config: Config.Config<Options>
): Layer.Layer<
  Credential.Credential,
  ConfigError.ConfigError | Credential.CredentialMisconfigured,
  HttpClient.HttpClient | Stdio.Stdio
> => Layer.effect(Credential.Credential, Effect.flatMap(config, (options) => make(way, options)))

/**
 * The same, of the configuration. What they are given is kept nowhere.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layers = {
  browser: layer("browser", AuthorizationCode.config),
  "device-code": layer("device-code", DeviceCode.config)
} as const

const isSet = (variable: string): Effect.Effect<boolean> =>
  Effect.map(Effect.option(Config.nonEmptyString(variable)), Option.isSome)

/**
 * The way that suits this machine: a browser where there is a screen that this person sits at, else a code.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const suitable: Effect.Effect<Way> = Effect.gen(function*() {
  if ((yield* isSet("SSH_CONNECTION")) || (yield* isSet("SSH_TTY"))) return "device-code"
  if (process.platform === "darwin" || process.platform === "win32") return "browser"
  return (yield* isSet("DISPLAY")) || (yield* isSet("WAYLAND_DISPLAY")) ? "browser" : "device-code"
})
