/** What the options of credentials are checked for, when a layer is built. */
import type * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Effect from "effect/Effect"
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

/** A header's value must be visible ASCII. */
export const tokenProblem = (value: string): string | undefined => {
  if (value === "") return "is empty"
  if (/^bearer\s/i.test(value)) return "begins with \"Bearer\": give the token alone"
  return /^[\x21-\x7e]+$/.test(value) ? undefined : "has white space or other characters that no token has"
}

export const authorityProblem = (cloud: NationalCloud.NationalCloud): string | undefined => {
  if (!URL.canParse(cloud.authority)) return "has an authority that is not a URL"
  const url = new URL(cloud.authority)
  if (url.protocol !== "https:" && !isLoopbackHttp(url)) return "has an authority that is not https"
  return url.origin === cloud.authority ? undefined : "has an authority that is not an origin alone"
}

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
