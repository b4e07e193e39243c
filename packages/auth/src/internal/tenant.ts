/** Tenants as they may stand in the path of a token endpoint. */

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const domain = /^(?=.{3,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/i
const aliases = new Set(["organizations", "common", "consumers"])

/** Whether a value stands for the tenant of whoever signs in. */
export const isAlias = (value: string): boolean => aliases.has(value.toLowerCase())

/** Why a value is no tenant that an application by itself can get a token of, or `undefined` if it is one. */
export const problem = (value: string, options: { readonly aliases: boolean }): string | undefined => {
  if (value === "") return "is empty"
  if (guid.test(value)) return undefined
  if (isAlias(value)) {
    return options.aliases
      ? undefined
      : "is not one tenant: an application without a user needs the id or a domain of the tenant"
  }
  return domain.test(value) ? undefined : "is neither a tenant id (a GUID) nor a domain name"
}

/** Why these are not tenants that a request may name besides the credential's own; `"*"` is any. */
export const othersProblem = (others: ReadonlyArray<string> | undefined): string | undefined =>
  (others ?? [])
    .map((id) => id === "*" ? undefined : problem(id, { aliases: false }))
    .find((problem) => problem !== undefined)
