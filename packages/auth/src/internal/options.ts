/** What the options of credentials are checked for, when a layer is built. */
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CredentialMisconfigured } from "../Credential.js"

const loopback = new Set(["127.0.0.1", "localhost", "[::1]"])

/** Whether a URL is plain http to this very machine. */
export const isLoopbackHttp = (url: URL): boolean => url.protocol === "http:" && loopback.has(url.hostname)

/** Why a text is not usable as an id or a secret. */
export const textProblem = (value: string): string | undefined => {
  if (value === "") return "is empty"
  if (value !== value.trim()) return "begins or ends with white space"
  return undefined
}

/** Why a value, if there, is not usable as the time that somebody is given. */
export const durationProblem = (value: unknown): string | undefined => {
  if (value === undefined) return undefined
  const duration = Duration.decodeUnknown(value)
  if (Option.isNone(duration)) return "is no duration"
  return Duration.greaterThan(duration.value, Duration.zero) ? undefined : "is not positive"
}

/** A header's value must be visible ASCII. */
export const tokenProblem = (value: string): string | undefined => {
  if (value === "") return "is empty"
  if (/^bearer\s/i.test(value)) return "begins with \"Bearer\": give the token alone"
  return /^[\x21-\x7e]+$/.test(value) ? undefined : "has white space or other characters that no token has"
}

const originProblem = (name: string, value: string): string | undefined => {
  if (!URL.canParse(value)) return `has ${name} that is not a URL`
  const url = new URL(value)
  if (url.protocol !== "https:" && !isLoopbackHttp(url)) return `has ${name} that is not https`
  return url.origin === value ? undefined : `has ${name} that is not an origin alone`
}

/** Why a cloud that somebody put together by hand cannot be trusted with a secret or a token. */
export const cloudProblem = (cloud: NationalCloud.NationalCloud): string | undefined =>
  originProblem("an authority", cloud.authority) ?? originProblem("a Graph root", cloud.graphRoot)

/** Fails with the first problem. */
export const check = (
  credential: string,
  problems: { readonly [option: string]: string | undefined }
): Effect.Effect<void, CredentialMisconfigured> => {
  for (const [option, reason] of Object.entries(problems)) {
    if (reason !== undefined) return Effect.fail(new CredentialMisconfigured({ credential, option, reason }))
  }
  return Effect.void
}
