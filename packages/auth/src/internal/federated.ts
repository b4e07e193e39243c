/** Applications that prove themselves with a token of somebody else. */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Effect from "effect/Effect"
import * as AuthError from "../AuthError.js"
import * as Credential from "../Credential.js"
import * as application from "./application.js"
import * as options_ from "./options.js"

/** Larger than any token, with room to spare. */
export const maxSize = 64 * 1024

/** Whether a text has the form of a signed token. */
export const isJwt = (text: string): boolean =>
  text.length <= maxSize && /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(text)

export const unavailable = (credential: string, reason: string, diagnostics = AuthError.noDiagnostics) =>
  new AuthError.CredentialUnavailable({ credential, reason, diagnostics })

/** The names of the options that are not there, in one sentence's part. */
export const missing = (options: { readonly [name: string]: unknown }): string => {
  const names = Object.keys(options).filter((name) => options[name] === undefined)
  return `${names.join(", ")} ${names.length === 1 ? "is" : "are"} not set`
}

const someId = "00000000-0000-0000-0000-000000000000"

/**
 * A credential that lacks something that its surroundings should have given: it can be built, since it may be one of a
 * chain, and is never available.
 */
export const absent = Effect.fnUntraced(function*(
  name: string,
  options: {
    readonly cloud?: NationalCloud.NationalCloud | undefined
    readonly tenantId: string | undefined
    readonly clientId: string | undefined
    readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
  },
  reason: string
): Effect.fn.Return<Credential.Service, Credential.CredentialMisconfigured> {
  const { clientId, tenantId } = options
  const given = { ...options, tenantId: tenantId ?? someId, clientId: clientId ?? someId }
  yield* options_.check(name, application.problems(given, { aliases: false }))
  return Credential.Credential.of({
    name,
    cloud: options.cloud ?? NationalCloud.global,
    tenantId,
    clientId,
    acquire: Effect.fn(`${name}.acquire`)(() => Effect.fail(unavailable(name, reason)))
  })
})
