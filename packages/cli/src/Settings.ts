/**
 * The settings that every command has: which cloud, which tenant, which application. Each is an option, or else a variable of the
 * environment; an option is nothing but a variable with precedence.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Options from "@effect/cli/Options"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Methods from "./Methods.js"

/**
 * A setting.
 *
 * - `name`: what a sentence calls it
 * - `option`: the option, without its dashes
 * - `variable`: the variable of the environment
 * - `kind`: what its value is: an id, a URL, a file, a secret, or one of these names
 *
 * @since 0.1.0
 * @category Models
 */
export interface Setting {
  readonly name: string
  readonly option: string
  readonly variable: string
  readonly description: string
  readonly kind: "id" | "url" | "file" | "secret" | ReadonlyArray<string>
}

/**
 * The settings.
 *
 * @since 0.1.0
 * @category Data
 */
export const table = {
  cloud: {
    name: "cloud",
    option: "cloud",
    variable: "MSGRAPH_CLOUD",
    description: "The cloud that the tenant is in; global by default.",
    kind: [...Object.keys(NationalCloud.clouds), "custom"]
  },
  graphRoot: {
    name: "Graph root",
    option: "graph-root",
    variable: "MSGRAPH_GRAPH_ROOT",
    description: "Where Graph answers, in a custom cloud.",
    kind: "url"
  },
  authority: {
    name: "login authority",
    option: "authority",
    variable: "AZURE_AUTHORITY_HOST",
    description: "Where tokens come from, in a custom cloud.",
    kind: "url"
  },
  tenantId: {
    name: "tenant id",
    option: "tenant-id",
    variable: "AZURE_TENANT_ID",
    description: "The tenant's id, or one of its domains.",
    kind: "id"
  },
  clientId: {
    name: "client id",
    option: "client-id",
    variable: "AZURE_CLIENT_ID",
    description: "The application (client) id of the app registration.",
    kind: "id"
  },
  clientSecret: {
    name: "client secret",
    option: "client-secret",
    variable: "AZURE_CLIENT_SECRET",
    description:
      "The value of a client secret. Other users of this machine can see options: prefer the variable, or the prompt.",
    kind: "secret"
  },
  certificatePath: {
    name: "certificate",
    option: "certificate-path",
    variable: "AZURE_CLIENT_CERTIFICATE_PATH",
    description: "A file with a certificate and its private key: PEM, or PKCS#12 (.pfx).",
    kind: "file"
  },
  certificatePassword: {
    name: "certificate's password",
    option: "certificate-password",
    variable: "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    description: "The password of that file, or of the key in it. Prefer the variable.",
    kind: "secret"
  },
  federatedTokenFile: {
    name: "federated token file",
    option: "federated-token-file",
    variable: "AZURE_FEDERATED_TOKEN_FILE",
    description: "A file with a token that stands for the application, as AKS puts it into a pod.",
    kind: "file"
  },
  auth: {
    name: "way to get a token",
    option: "auth",
    variable: "LCW_AUTH",
    description: "How to get a token; by default what the settings, or lcw login, have to offer.",
    kind: Methods.names
  }
} as const satisfies { readonly [key: string]: Setting }

/**
 * The key of a setting.
 *
 * @since 0.1.0
 * @category Models
 */
export type Key = keyof typeof table

/**
 * The settings that the command line gives, and how much it wants to be told.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Given {
  readonly values: { readonly [K in Key]: Option.Option<Redacted.Redacted<string>> }
  readonly verbose: boolean
}

const option = (setting: Setting): Options.Options<Option.Option<Redacted.Redacted<string>>> => {
  const value = setting.kind === "secret"
    ? Options.redacted(setting.option)
    : Options.map(
      typeof setting.kind === "string"
        ? Options.withPseudoName(Options.text(setting.option), setting.kind)
        : Options.choice(setting.option, setting.kind),
      (text) => Redacted.make(text)
    )
  return value.pipe(
    Options.withDescription(`${setting.description} [${setting.variable}]`),
    Options.optional
  )
}

/**
 * The options for the settings.
 *
 * @since 0.1.0
 * @category Options
 */
export const options: Options.Options<Given> = Options.map(
  Options.all({
    ...(Object.fromEntries(Object.entries(table).map(([key, setting]) => [key, option(setting)])) as {
      readonly [K in Key]: Options.Options<Option.Option<Redacted.Redacted<string>>>
    }),
    verbose: Options.boolean("verbose", { aliases: ["v"] }).pipe(
      Options.withDescription("Tell on stderr which requests are made, how they end and which are repeated.")
    ),
    noColor: Options.boolean("no-color").pipe(
      Options.withDescription("Write no colours. [NO_COLOR]")
    )
  }),
  // `--no-color` is for the whole program, which reads it before any command is known.
  ({ noColor: _, verbose, ...values }) => ({ values, verbose })
)

/**
 * The value of a setting, as it is given by an option or by the environment, if it is and is not empty.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const optional = (key: Key): Effect.Effect<string | undefined> =>
  Effect.map(Effect.option(Config.nonEmptyString(table[key].variable)), Option.getOrUndefined)

/**
 * Runs an effect with these values before those of the environment. `more` are variables that are no settings.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const provide = (
  values: { readonly [K in Key]?: Option.Option<Redacted.Redacted<string>> },
  more: { readonly [variable: string]: Redacted.Redacted<string> } = {}
) =>
<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
  const variables = new Map(Object.entries(more).map(([variable, value]) => [variable, Redacted.value(value)]))
  for (const key of Object.keys(table) as Array<Key>) {
    const value = values[key] ?? Option.none()
    if (Option.isSome(value)) variables.set(table[key].variable, Redacted.value(value.value))
  }
  // Whoever names the hosts of a cloud means a custom one.
  if (
    !variables.has("MSGRAPH_CLOUD") && (variables.has("MSGRAPH_GRAPH_ROOT") || variables.has("AZURE_AUTHORITY_HOST"))
  ) {
    variables.set("MSGRAPH_CLOUD", "custom")
  }
  return Effect.configProviderWith((environment) =>
    Effect.withConfigProvider(
      effect,
      ConfigProvider.orElse(ConfigProvider.fromMap(variables), () => environment)
    )
  )
}
