/**
 * What an operator can do about the `AADSTS` numbers that come up most. They explain, they never decide: classification
 * uses the OAuth error, the suberror and the status.
 */
const hints: ReadonlyMap<number, string> = new Map([
  [7000215, "The client secret is wrong: use the secret's value, not its id, and that of the right application."],
  [7000222, "The client secret has expired: create a new one in the app registration and deploy it."],
  [
    700027,
    "The certificate is not one of the application's: upload it to the app registration, and check that it is of the " +
    "private key in use and has not expired."
  ],
  [
    70021,
    "No federated credential of the application matches: compare issuer, subject and audience with the assertion's."
  ],
  [700211, "No federated credential of the application has the assertion's issuer: compare them."],
  [
    700212,
    "No federated credential of the application has the assertion's audience: compare them; it differs from cloud to cloud."
  ],
  [700213, "No federated credential of the application has the assertion's subject: compare them, letter by letter."],
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
  [65004, "The person declined to consent: sign in again and accept, or ask an administrator to consent."],
  [50011, "The redirect URI is not one of the application's: add it to the app registration, as a public client's."],
  [
    50013,
    "The user's token is not for this application, or it has expired: pass on the one that the request came with."
  ],
  [50076, "The user has to confirm with a second factor: sign in again."],
  [50079, "The user has to set up a second factor: sign in again."],
  [50105, "The user is not assigned to the application: an administrator has to assign it."],
  [50173, "The sign-in was revoked, for example by a change of password: sign in again."],
  [70043, "The sign-in is older than a policy of the tenant allows: sign in again."],
  [70044, "The sign-in is older than a policy of the tenant allows: sign in again."],
  [700082, "The sign-in has not been used for too long: sign in again."],
  [53003, "Conditional Access blocks this application: an administrator has to review the policy."],
  [700024, "The assertion is outside its validity: check this machine's clock."],
  [
    500133,
    "The user's token has expired: pass on the one that the request came with. If it has not, check this machine's clock."
  ],
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
