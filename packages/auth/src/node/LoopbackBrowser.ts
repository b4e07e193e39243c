/**
 * The browser of this machine, for `AuthorizationCode`. It comes back to a small server on 127.0.0.1 that is there for
 * one sign-in only, and takes no answer but that sign-in's.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as ChildProcess from "node:child_process"
import * as Crypto from "node:crypto"
import * as Http from "node:http"
import type * as Net from "node:net"
import * as AuthorizationCode from "../AuthorizationCode.js"
import * as Credential from "../Credential.js"

/**
 * - `redirectUri`: as the app registration lists it, among those of mobile and desktop applications; default is
 *   `http://localhost`. Entra takes no notice of the port, so one that is free is used, unless this names one. The path
 *   counts. In place of `localhost` it may be `127.0.0.1`, which the portal takes in the manifest only
 * - `open`: shows a page; default is the system's browser. Where it fails, the address is printed to standard error
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reply-url
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly redirectUri?: string | undefined
  readonly open?: ((url: string) => Effect.Effect<void, unknown>) | undefined
}

/** The system's way to open a page. Its arguments go through no shell, where `&` would mean something. */
const command = (url: string): [string, ReadonlyArray<string>] => {
  switch (process.platform) {
    case "darwin":
      return ["open", [url]]
    case "win32":
      return ["rundll32.exe", ["url.dll,FileProtocolHandler", url]]
    default:
      return ["xdg-open", [url]]
  }
}

/** Ends when the opener does, which may be with the browser; it outlives this process if need be. */
const openInSystem = (url: string): Effect.Effect<void, void> =>
  Effect.async<void, void>((resume) => {
    try {
      const [file, args] = command(url)
      const child = ChildProcess.spawn(file, args, { stdio: "ignore", detached: true, windowsHide: true })
      child.once("error", () => resume(Effect.fail(undefined)))
      child.once("exit", (code) => resume(code === 0 ? Effect.void : Effect.fail(undefined)))
      child.unref()
    } catch {
      resume(Effect.fail(undefined))
    }
  })

const pageOf = (title: string, text: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>\n`

const signedIn = pageOf("Done", "You can close this page and go back to the program that asked you to sign in.")
const refused = pageOf("Not signed in", "You can close this page. The program that asked you to sign in says why.")

const headers = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
  "connection": "close"
}

const sameText = (a: string, b: string): boolean => {
  const digest = (text: string) => Crypto.createHash("sha256").update(text).digest()
  return Crypto.timingSafeEqual(digest(a), digest(b))
}

interface Expected {
  readonly state: string
  /** There is one answer: whatever comes after it is none. */
  readonly take: () => void
  readonly accept: (answer: URLSearchParams) => void
}

/** Answers everything but the one request that is waited for with 404. */
const answering =
  (path: string, hosts: () => ReadonlySet<string>, expected: () => Expected | undefined) =>
  (request: Http.IncomingMessage, response: Http.ServerResponse): void => {
    const refuse = (status: number) => void response.writeHead(status, { connection: "close" }).end()
    const target = request.url ?? ""
    const mark = target.indexOf("?")
    const waiting = expected()
    // A page of another site can send requests here under a name of its own that leads to 127.0.0.1.
    if (!hosts().has((request.headers.host ?? "").toLowerCase())) return refuse(404)
    if ((mark < 0 ? target : target.slice(0, mark)) !== path) return refuse(404)
    if (request.method !== "GET") return void response.writeHead(405, { allow: "GET", connection: "close" }).end()
    const answer = new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1))
    const states = answer.getAll("state")
    if (waiting === undefined || states.length !== 1 || !sameText(states[0]!, waiting.state)) return refuse(404)
    if (!answer.has("code") && !answer.has("error")) return refuse(404)
    waiting.take()
    response.once("close", () => waiting.accept(answer))
    response.writeHead(200, headers).end(answer.has("error") ? refused : signedIn)
  }

const listen = (port: number, handler: Http.RequestListener) =>
  Effect.acquireRelease(
    Effect.async<Http.Server, AuthorizationCode.BrowserUnavailable>((resume) => {
      const server = Http.createServer({ maxHeaderSize: 65_536 }, handler)
      server.on("error", (error: NodeJS.ErrnoException) =>
        resume(Effect.fail(
          new AuthorizationCode.BrowserUnavailable({
            reason: `127.0.0.1${port === 0 ? "" : `:${port}`} cannot be listened on (${error.code ?? "unknown"})`
          })
        )))
      server.listen(port, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.async<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )

/** Says where the page is if it cannot be shown. */
const orSay = <E>(show: (url: string) => Effect.Effect<void, E>) => (url: string): Effect.Effect<void> =>
  Effect.catchAllCause(
    show(url),
    () => Console.error(`To sign in, open this page in a browser on this machine: ${url}`)
  )

const open = (
  redirect: URL,
  show: (url: string) => Effect.Effect<void>
): Effect.Effect<AuthorizationCode.Visit, AuthorizationCode.BrowserUnavailable, Scope.Scope> =>
  Effect.gen(function*() {
    const scope = yield* Effect.scope
    let expected: Expected | undefined
    let hosts: ReadonlySet<string> = new Set()
    const server = yield* listen(
      redirect.port === "" ? 0 : Number(redirect.port),
      answering(redirect.pathname, () => hosts, () => expected)
    )
    const { port } = server.address() as Net.AddressInfo
    const names = ["localhost", "127.0.0.1"]
    hosts = new Set(names.flatMap((name) => port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))

    return {
      redirectUri: `http://${redirect.hostname}:${port}${redirect.pathname === "/" ? "" : redirect.pathname}`,
      visit: ({ state, url }) =>
        Effect.zipRight(
          Effect.forkIn(
            show(url),
            scope
          ),
          Effect.async<URLSearchParams>((resume) => {
            const take = () => {
              expected = undefined
            }
            expected = { state, take, accept: (answer) => resume(Effect.succeed(answer)) }
            return Effect.sync(take)
          })
        )
    }
  })

const redirectProblem = (value: string): string | undefined => {
  if (!URL.canParse(value)) return "is not a URL"
  const url = new URL(value)
  if (url.protocol !== "http:" || !["localhost", "127.0.0.1"].includes(url.hostname)) {
    return "is neither http://localhost nor http://127.0.0.1, with a port or a path as the app registration has them"
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return "has more than a host, a port and a path"
  }
  return undefined
}

/**
 * The browser of this machine. Fails with `CredentialMisconfigured` if the redirect URI cannot be right.
 *
 * @example
 * ```ts
 * import { AuthorizationCode } from "@effect-msgraph/auth"
 * import { LoopbackBrowser } from "@effect-msgraph/auth/node"
 * import { Layer } from "effect"
 *
 * export const credential = AuthorizationCode.layerConfig().pipe(
 *   Layer.provide(LoopbackBrowser.layer({ redirectUri: "http://localhost/signed-in" }))
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (
  options: Options = {}
): Layer.Layer<AuthorizationCode.Browser, Credential.CredentialMisconfigured> =>
  Layer.effect(
    AuthorizationCode.Browser,
    Effect.suspend(() => {
      const redirectUri = options.redirectUri ?? "http://localhost"
      const reason = redirectProblem(redirectUri)
      return reason === undefined
        ? Effect.succeed({ open: open(new URL(redirectUri), orSay(options.open ?? openInSystem)) })
        : Effect.fail(
          new Credential.CredentialMisconfigured({ credential: "LoopbackBrowser", option: "redirectUri", reason })
        )
    })
  )
