/** Variables of the configuration that may be missing. One that is empty counts for missing. */
import * as Config from "effect/Config"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"

export const optional = (name: string): Config.Config<string | undefined> =>
  Config.map(Config.option(Config.nonEmptyString(name)), Option.getOrUndefined)

export const optionalSecret = (name: string): Config.Config<Redacted.Redacted<string> | undefined> =>
  Config.map(Config.option(Config.redacted(Config.nonEmptyString(name))), Option.getOrUndefined)

/** Off where it is missing. Azure's tools write `true`, `True` or `1`. */
export const flag = (name: string): Config.Config<boolean> =>
  Config.string(name).pipe(
    Config.withDefault(""),
    Config.map((text) => text.trim().toLowerCase()),
    Config.validate({
      message: `${name} is neither true nor false`,
      validation: (text) => ["", "true", "1", "false", "0"].includes(text)
    }),
    Config.map((text) => text === "true" || text === "1")
  )

/** Tenants besides the credential's own, as Azure's tools read them: with semicolons between. */
export const additionallyAllowedTenants: Config.Config<ReadonlyArray<string>> = Config.map(
  Config.withDefault(Config.string("AZURE_ADDITIONALLY_ALLOWED_TENANTS"), ""),
  (text) => text.split(";").map((tenant) => tenant.trim()).filter((tenant) => tenant !== "")
)
