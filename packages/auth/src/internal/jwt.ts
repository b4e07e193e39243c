import * as base64 from "./base64.js"
import * as json from "./json.js"

/** What a token says about itself, if it can be read. Nothing is verified: it is for display and for planning ahead. */
export const peek = (token: string): {
  readonly expiresAt: number | undefined
  readonly tenantId: string | undefined
  readonly clientId: string | undefined
} => {
  const parts = token.split(".")
  const payload = parts.length === 3 ? base64.decode(parts[1]!) : undefined
  const claims = payload === undefined ? undefined : json.parseObject(payload)
  const text = (value: unknown) => typeof value === "string" && value !== "" ? value : undefined
  const exp = claims?.["exp"]
  return {
    expiresAt: typeof exp === "number" && exp > 0 && exp < 8.64e12 ? exp * 1000 : undefined,
    tenantId: text(claims?.["tid"]),
    clientId: text(claims?.["appid"]) ?? text(claims?.["azp"])
  }
}
