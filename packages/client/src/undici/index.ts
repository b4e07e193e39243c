/**
 * An `HttpClient` on undici that costs about as much as undici alone: for whoever reads much on Node. Needs `undici`.
 *
 * @since 0.1.0
 */
export * as UndiciHttpClient from "./UndiciHttpClient.js"
