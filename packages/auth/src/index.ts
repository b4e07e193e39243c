/**
 * A bearer token and the times that matter about it.
 *
 * @since 0.1.0
 */
export * as AccessToken from "./AccessToken.js"

/**
 * Why there is no token: a closed union, one tag for each thing that a caller or an operator would do differently.
 *
 * @since 0.1.0
 */
export * as AuthError from "./AuthError.js"

/**
 * A person who signs in with a browser on this machine: the authorization code flow with PKCE. Who opens the browser, and
 * where it comes back to, is a service: on Node `LoopbackBrowser`, elsewhere one of your own. After the sign-in tokens
 * come without the person, for as long as it lasts; `TokenStore` keeps it beyond the end of the process.
 *
 * @since 0.1.0
 */
export * as AuthorizationCode from "./AuthorizationCode.js"

/**
 * Whoever is signed in to the Azure CLI: for the laptop of a developer. The token is a user's, with the permissions that
 * the Azure CLI has been granted in the tenant, which for Graph are few; or that of a service principal signed in with
 * `az login --service-principal`.
 *
 * @since 0.1.0
 */
export * as AzureCli from "./AzureCli.js"

/**
 * Whoever is signed in to the Azure Developer CLI: for the laptop of a developer.
 *
 * @since 0.1.0
 */
export * as AzureDeveloperCli from "./AzureDeveloperCli.js"

/**
 * Whoever is signed in to Azure PowerShell: for the laptop of a developer. It needs PowerShell, and its module
 * `Az.Accounts` from version 2.2.0 on.
 *
 * @since 0.1.0
 */
export * as AzurePowerShell from "./AzurePowerShell.js"

/**
 * An RSA private key with its certificate, and the certificates of those who issued it: what an application registered
 * with a certificate proves itself with.
 *
 * @since 0.1.0
 */
export * as Certificate from "./Certificate.js"

/**
 * Several credentials as one: the first that can be used here is. So one program runs with a managed identity where it is
 * deployed, and with a developer's sign-in on a laptop.
 *
 * @since 0.1.0
 */
export * as Chain from "./Chain.js"

/**
 * What an API says when it refuses a token: the `WWW-Authenticate` header of a 401, and the claims challenge in it. The
 * clients of this library read challenges by themselves. The module is for who calls other APIs, and for an API that
 * calls Graph for its users and passes Graph's challenge on to them.
 *
 * @since 0.1.0
 */
export * as Challenge from "./Challenge.js"

/**
 * An application that proves itself with an assertion that somebody else signs: another cloud's identity provider, a
 * key vault, a hardware module.
 *
 * @since 0.1.0
 */
export * as ClientAssertion from "./ClientAssertion.js"

/**
 * How an application proves to the token endpoint who it is: with a secret, an assertion, a certificate, or, where it
 * cannot keep one, not at all. Credentials that act for users take it as an option.
 *
 * @since 0.1.0
 */
export * as ClientAuthentication from "./ClientAuthentication.js"

/**
 * An application that proves itself with a certificate: it signs a short assertion for every request for a token. The
 * private key never leaves the machine.
 *
 * @since 0.1.0
 */
export * as ClientCertificate from "./ClientCertificate.js"

/**
 * An application that proves itself with a client secret.
 *
 * @since 0.1.0
 */
export * as ClientSecret from "./ClientSecret.js"

/**
 * Something that can obtain tokens: a secret, a certificate, a managed identity. It does not cache: every `acquire`
 * asks the authority. Programs depend on `TokenProvider`, which puts a cache in front of the credential.
 *
 * @since 0.1.0
 */
export * as Credential from "./Credential.js"

/**
 * A person who signs in on another device: the program shows a code, and the person enters it on a page of the authority,
 * on a phone or a laptop. For terminals without a browser of their own. After that tokens come without the person, for as
 * long as the sign-in lasts; `TokenStore` keeps it beyond the end of the process.
 *
 * @since 0.1.0
 */
export * as DeviceCode from "./DeviceCode.js"

/**
 * A job of GitHub Actions that proves itself with a token that GitHub issues to it: a pipeline without a secret.
 *
 * @since 0.1.0
 */
export * as GitHubOidc from "./GitHubOidc.js"

/**
 * The identity that Azure gives to the machine, app or cluster that the program runs on. There is no secret to keep:
 * whoever can reach the endpoint gets the token.
 *
 * @since 0.1.0
 */
export * as ManagedIdentity from "./ManagedIdentity.js"

/**
 * A service that calls Graph on behalf of the user who calls it: the user's token, which came with the request that is
 * being answered, is exchanged for one of Graph. `UserAssertion.provide` says who the user is.
 *
 * @since 0.1.0
 */
export * as OnBehalfOf from "./OnBehalfOf.js"

/**
 * A person who has signed in elsewhere, as a refresh token: one that another program was given, or that a job was
 * provisioned with.
 *
 * @since 0.1.0
 */
export * as RefreshToken from "./RefreshToken.js"

/**
 * A token that somebody else obtained, used as it is: for a quick try with a token of Graph Explorer, for tests, for
 * emulators. It is never renewed.
 *
 * @since 0.1.0
 */
export * as StaticToken from "./StaticToken.js"

/**
 * Between this package and the Azure SDKs, both ways. Any object with a `getToken` as a credential, above all those of
 * `@azure/identity`; and a `TokenProvider` as such an object. No package of Azure's is imported: the shape is enough.
 *
 * @since 0.1.0
 */
export * as TokenCredential from "./TokenCredential.js"

/**
 * How hard and how long to try for a token, and how many to keep.
 *
 * @since 0.1.0
 */
export * as TokenPolicy from "./TokenPolicy.js"

/**
 * Tokens, kept and renewed. It puts a cache in front of a `Credential`: one request under way for each kind of token,
 * however many fibers ask; a new token before the old one ends; nothing kept of failures.
 *
 * @since 0.1.0
 */
export * as TokenProvider from "./TokenProvider.js"

/**
 * Where refresh tokens are kept, so that a person who has signed in does not have to again. Credentials of people
 * (`DeviceCode`, `AuthorizationCode`, `RefreshToken`) use it if it is there when their layer is built; without it each
 * keeps its refresh token in memory, for as long as it lives itself.
 *
 * @since 0.1.0
 */
export * as TokenStore from "./TokenStore.js"

/**
 * For which user a program is acting right now: the token with which that user called it. A credential that works on
 * behalf of users exchanges it for one of Graph; others take no notice.
 *
 * @since 0.1.0
 */
export * as UserAssertion from "./UserAssertion.js"

/**
 * A workload of Kubernetes (AKS, or any cluster with the webhook of Microsoft Entra Workload ID) that proves itself with
 * the token of its service account, which the kubelet keeps in a file and renews there.
 *
 * @since 0.1.0
 */
export * as WorkloadIdentity from "./WorkloadIdentity.js"
