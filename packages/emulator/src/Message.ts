/**
 * What travels between a caller and the emulator: the two ends of one HTTP exchange, free of any HTTP library.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A request. `url` is absolute; header names are lower case; `body` is empty where there is none.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Request {
  readonly method: string
  readonly url: string
  readonly headers: { readonly [name: string]: string | undefined }
  readonly body: Uint8Array
}

/**
 * An answer. Header names are lower case.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Response {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

/**
 * There is no answer: the connection could not be made, or broke.
 *
 * @since 0.1.0
 * @category Errors
 */
export class ConnectionFailure
  extends Schema.TaggedError<ConnectionFailure>("@effect-msgraph/emulator/ConnectionFailure")("ConnectionFailure", {
    reason: Schema.String
  })
{
  /** @since 0.1.0 */
  override get message(): string {
    return this.reason
  }
}

/**
 * A request without a body, with header names made lower case.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const request = (
  method: string,
  url: string,
  options?: { readonly headers?: { readonly [name: string]: string | undefined }; readonly body?: string | Uint8Array }
): Request => ({
  method: method.toUpperCase(),
  url,
  headers: Object.fromEntries(
    Object.entries(options?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])
  ),
  body: typeof options?.body === "string" ? new TextEncoder().encode(options.body) : options?.body ?? new Uint8Array()
})

/**
 * The value of a header, whatever the case of its name.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const header = (request: Request, name: string): string | undefined => request.headers[name.toLowerCase()]

/**
 * The body as text.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const text = (request: Request): string => new TextDecoder().decode(request.body)

/**
 * An answer in JSON.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const json = (
  status: number,
  body: unknown,
  headers: { readonly [name: string]: string }
): Response => ({ status, headers, body: JSON.stringify(body) })
