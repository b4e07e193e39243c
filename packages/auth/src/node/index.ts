/**
 * An application that proves itself with a certificate from a file: PEM, encrypted or not, or PKCS#12. The file may be
 * replaced while the program runs.
 *
 * @since 0.1.0
 */
export * as CertificateFile from "./CertificateFile.js"

/**
 * The credential that there is: one layer for a program that is deployed to Azure and also run on a laptop. It is a chain.
 *
 * @since 0.1.0
 */
export * as DefaultCredential from "./DefaultCredential.js"

/**
 * An application that proves itself with whatever the variables of Azure's tools give: a secret, a certificate file, or a
 * federated token.
 *
 * @since 0.1.0
 */
export * as EnvironmentCredential from "./EnvironmentCredential.js"

/**
 * The browser of this machine, for `AuthorizationCode`. It comes back to a small server on 127.0.0.1 that is there for
 * one sign-in only, and takes no answer but that sign-in's.
 *
 * @since 0.1.0
 */
export * as LoopbackBrowser from "./LoopbackBrowser.js"

/**
 * A `TokenStore` in files that nobody but their owner can read: a folder with one file for each sign-in. One each, so that
 * processes that sign in at the same time, or renew, have nothing to lock and can lose nothing of each other's.
 *
 * @since 0.1.0
 */
export * as TokenFile from "./TokenFile.js"
