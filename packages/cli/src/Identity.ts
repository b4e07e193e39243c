/**
 * Who a token is of: what it says about itself, decoded. Nothing of it is verified, for that is Graph's business, and its key is not
 * ours; it is for people to look at.
 *
 * @since 0.1.0
 */
import type * as Permissions from "@effect-msgraph/domain/Permissions"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Redacted from "effect/Redacted"

/**
 * What a token says.
 *
 * - `access`: whether it is an application's own, or one for a user
 * - `tenantId`: the tenant's id
 * - `application`, `user`: ids, and names where it has them; the id of the user is that of the object in the directory
 * - `permissions`: what it has been granted, `roles` of an application or `scp` of a user
 *
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 * @since 0.1.0
 * @category Models
 */
export interface Identity {
  readonly access: Permissions.Access
  readonly tenantId: string | undefined
  readonly application: { readonly id: string | undefined; readonly displayName: string | undefined }
  readonly user: {
    readonly id: string | undefined
    readonly userPrincipalName: string | undefined
    readonly displayName: string | undefined
  } | undefined
  readonly permissions: ReadonlyArray<string>
}

const parse = (token: string): { readonly [claim: string]: unknown } | undefined => {
  const parts = token.split(".")
  if (parts.length !== 3) return undefined
  const text = Either.getOrUndefined(Encoding.decodeBase64UrlString(parts[1]!))
  const value = text === undefined ? undefined : Either.getOrUndefined(Either.try((): unknown => JSON.parse(text)))
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined
}

/**
 * What a token says, or nothing if it cannot be decoded: only its resource has to know what is in it.
 *
 * @since 0.1.0
 * @category Decoding
 */
export const decode = (token: Redacted.Redacted<string>): Identity | undefined => {
  const claims = parse(Redacted.value(token))
  if (claims === undefined) return undefined
  const text = (...names: ReadonlyArray<string>): string | undefined =>
    names.map((name) => claims[name]).find((value): value is string => typeof value === "string" && value !== "")
  const scopes = text("scp")
  const isUser = text("idtyp") === "user" || (text("idtyp") !== "app" && scopes !== undefined)
  const { roles } = claims
  return {
    access: isUser ? "delegated" : "application",
    tenantId: text("tid"),
    application: { id: text("appid", "azp"), displayName: text("app_displayname") },
    user: isUser
      ? {
        id: text("oid"),
        userPrincipalName: text("upn", "preferred_username", "unique_name"),
        displayName: text("name")
      }
      : undefined,
    permissions: isUser
      ? (scopes ?? "").split(" ").filter((name) => name !== "")
      : Array.isArray(roles)
      ? roles.filter((role): role is string => typeof role === "string")
      : []
  }
}

/**
 * A name and what tells it from others: `Sana Sato (sana@contoso.com)`.
 *
 * @since 0.1.0
 * @category Rendering
 */
export const named = (name: string | undefined, id: string | undefined): string | undefined =>
  name === undefined ? id : id === undefined ? name : `${name} (${id})`
