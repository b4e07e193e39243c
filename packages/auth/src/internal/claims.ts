/** The `claims` parameter: reading a challenge's claims, adding the client capability, comparing two of them. */
import * as base64 from "./base64.js"
import * as json from "./json.js"

/** Deeper than any claims are, and far from where the functions that walk them run out of stack. */
const maxDepth = 64

const isShallow = (value: unknown, depth = 0): boolean =>
  typeof value !== "object" || value === null ||
  (depth < maxDepth && Object.values(value).every((inner) => isShallow(inner, depth + 1)))

const read = (claims: string): { readonly text: string; readonly value: json.JsonObject } | undefined => {
  const trimmed = claims.trim()
  const text = trimmed.startsWith("{") ? trimmed : base64.decode(trimmed)
  const value = text === undefined ? undefined : json.parseObject(text)
  return text === undefined || value === undefined || !isShallow(value) ? undefined : { text, value }
}

/** Claims are JSON, or the base64 in which `WWW-Authenticate` carries it. */
export const decode = (claims: string): json.JsonObject | undefined => read(claims)?.value

/** The same, as the text that it came as. */
export const text = (claims: string): string | undefined => read(claims)?.text

const withCapability = (claims: json.JsonObject): json.JsonObject => ({
  ...claims,
  access_token: {
    ...(json.isObject(claims["access_token"]) ? claims["access_token"] : {}),
    xms_cc: { values: ["cp1"] }
  }
})

/** The value of the `claims` parameter, if one is to be sent. `claims` must be readable. */
export const parameter = (claims: json.JsonObject | undefined, cae: boolean): string | undefined =>
  cae ? JSON.stringify(withCapability(claims ?? {})) : claims === undefined ? undefined : JSON.stringify(claims)

/**
 * The instant from which on a token must have been issued, if one is asked for: that of the event for which earlier ones
 * were revoked. As it was sent, or empty.
 */
export const instant = (claims: string | undefined): string => {
  const access = claims === undefined ? undefined : decode(claims)?.["access_token"]
  const nbf = json.isObject(access) ? access["nbf"] : undefined
  return json.isObject(nbf) ? String(nbf["value"] ?? "") : ""
}

/** Whether a token that was issued for one instant is recent enough for another. */
export const reaches = (had: string, asked: string): boolean => had === asked || Number(had) >= Number(asked)

/**
 * What is asked for, apart from the instant: challenges to requests that were refused together differ in
 * `access_token.nbf` only, and one new token answers them all. Empty for no claims.
 */
export const shape = (claims: string | undefined): string => {
  if (claims === undefined) return ""
  const decoded = decode(claims)
  if (decoded === undefined) return claims
  const access = decoded["access_token"]
  if (!json.isObject(access) || !json.isObject(access["nbf"])) return json.canonical(decoded)
  const { value: _, ...nbf } = access["nbf"]
  return json.canonical({ ...decoded, access_token: { ...access, nbf } })
}
