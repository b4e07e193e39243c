/** The `claims` parameter: reading a challenge's claims, adding the client capability, comparing two of them. */
import * as base64 from "./base64.js"
import * as json from "./json.js"

/** Claims are JSON, or the base64 in which `WWW-Authenticate` carries it. */
export const decode = (claims: string): json.JsonObject | undefined => {
  const text = claims.trim()
  if (text.startsWith("{")) return json.parseObject(text)
  const decoded = base64.decode(text)
  return decoded === undefined ? undefined : json.parseObject(decoded)
}

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
