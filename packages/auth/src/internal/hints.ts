/**
 * What an operator can do about the `AADSTS` numbers that come up most. They explain, they never decide: classification
 * uses the OAuth error, the suberror and the status.
 */
const hints: ReadonlyMap<number, string> = new Map([
  [7000215, "The client secret is wrong: use the secret's value, not its id, and that of the right application."],
  [7000222, "The client secret has expired: create a new one in the app registration and deploy it."],
  [7000218, "The application sent neither a secret nor an assertion, and the authority wants one."],
  [700016, "No such application in this tenant: check the client id, the tenant id and the cloud."],
  [7000229, "The application has no service principal in this tenant: an administrator has to add or consent to it."],
  [700038, "The client id is not an application id: copy \"Application (client) ID\" from the app registration."],
  [7000112, "The application is disabled in this tenant: an administrator has to enable it."],
  [90002, "No such tenant: check the tenant id and the cloud."],
  [900023, "The tenant id is neither a tenant's id nor one of its domains: check it."],
  [65001, "Consent is missing: an administrator has to grant the application its permissions."],
  [500011, "The tenant knows no such resource: check the scope, and that the cloud is the tenant's."],
  [1002012, "Application scopes must end in /.default: ask for the cloud's own scope."],
  [70011, "The scope is not valid: ask for the cloud's own scope."],
  [53003, "Conditional Access blocks this application: an administrator has to review the policy."],
  [700024, "The assertion is outside its validity: check this machine's clock."],
  [500133, "The assertion is outside its validity: check this machine's clock."],
  [50196, "The application asks for the same token in a loop: share one TokenProvider among its callers."],
  [90033, "The authority has a passing fault: try again."]
])

/** The first hint that one of the numbers has. */
export const fromCodes = (codes: ReadonlyArray<number>): string | undefined => {
  for (const code of codes) {
    const hint = hints.get(code)
    if (hint !== undefined) return hint
  }
  return undefined
}

/** The numbers that have a hint, for tests. */
export const known: ReadonlyArray<number> = Array.from(hints.keys())
