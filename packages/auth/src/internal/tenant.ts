/** Tenants as they may stand in the path of a token endpoint. */

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const domain = /^(?=.{3,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/i
const aliases = new Set(["organizations", "common", "consumers"])

/** Why a value is no tenant that an application by itself can get a token of, or `undefined` if it is one. */
export const problem = (value: string, options: { readonly aliases: boolean }): string | undefined => {
  if (value === "") return "is empty"
  if (guid.test(value)) return undefined
  if (aliases.has(value.toLowerCase())) {
    return options.aliases
      ? undefined
      : "is not one tenant: an application without a user needs the id or a domain of the tenant"
  }
  return domain.test(value) ? undefined : "is neither a tenant id (a GUID) nor a domain name"
}
