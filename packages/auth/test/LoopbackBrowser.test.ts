import * as AuthorizationCode from "@effect-msgraph/auth/AuthorizationCode"
import * as LoopbackBrowser from "@effect-msgraph/auth/node/LoopbackBrowser"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Console, Deferred, Effect, Exit, Fiber, Scope, TestClock } from "effect"
import * as Fs from "node:fs"
import * as Http from "node:http"
import * as Net from "node:net"
import * as Os from "node:os"
import * as Path from "node:path"
import * as utils from "./utils.js"

const { clientId, jwt, makeAuthority, tenantId, text, tokenResponse } = utils

const state = "a-state-that-nobody-can-guess"
const code = "0.AXoAcode-8ZbQm3vT1w7kXyL5uR2dN6cJ4hF-9qWe"

interface Reply {
  readonly status: number
  readonly body: string
  readonly headers: Http.IncomingHttpHeaders
}

/** One request over a socket of its own. */
const send = (port: number, path: string, options: Http.RequestOptions = {}): Effect.Effect<Reply, Error> =>
  Effect.async((resume) => {
    const request = Http.request({ host: "127.0.0.1", port, path, agent: false, ...options }, (response) => {
      let body = ""
      response.on("data", (chunk) => void (body += chunk))
      response.on(
        "end",
        () => resume(Effect.succeed({ status: response.statusCode!, body, headers: response.headers }))
      )
      response.on("error", (error) => resume(Effect.fail(error)))
    })
    request.on("error", (error) => resume(Effect.fail(error)))
    request.end()
  })

const portOf = (visit: AuthorizationCode.Visit) => Number(new URL(visit.redirectUri).port)

const refusesConnections = (port: number): Effect.Effect<boolean> =>
  Effect.map(Effect.flip(send(port, "/")), (error) => (error as NodeJS.ErrnoException).code === "ECONNREFUSED").pipe(
    Effect.orElseSucceed(() => false)
  )

/** A browser that does not open anything. */
const quiet = (options: LoopbackBrowser.Options = {}) =>
  Effect.flatMap(AuthorizationCode.Browser, (browser) => browser.open).pipe(
    Effect.provide(LoopbackBrowser.layer({ open: () => Effect.void, ...options }))
  )

const page = { url: "https://login.example/authorize?a=1&b=2", state }

describe.sequential("LoopbackBrowser", () => {
  it.scoped("takes the answer of the sign-in, shows a page, and is gone", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const visit = yield* Scope.extend(quiet(), scope)
      assert.match(visit.redirectUri, /^http:\/\/localhost:\d+$/)
      const port = portOf(visit)
      const fiber = yield* Effect.fork(visit.visit(page))
      yield* Effect.yieldNow()
      const reply = yield* send(port, `/?code=${code}&state=${state}&session_state=x`, {
        headers: { host: `localhost:${port}` }
      })
      const answer = yield* Fiber.join(fiber)
      assert.deepStrictEqual(Object.fromEntries(answer), { code, state, session_state: "x" })
      assert.strictEqual(reply.status, 200)
      assert.include(reply.body, "You can close this page")
      assert.strictEqual(reply.headers["cache-control"], "no-store")
      assert.strictEqual(reply.headers["content-security-policy"], "default-src 'none'")
      assert.strictEqual(reply.headers["referrer-policy"], "no-referrer")
      assert.strictEqual(reply.headers["connection"], "close")
      utils.assertClean([reply.body], [code, state])
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(yield* refusesConnections(port))
    }))

  it.scoped("pays no heed to anything else, and goes on waiting", () =>
    Effect.gen(function*() {
      const visit = yield* quiet()
      const port = portOf(visit)
      const right = `/?code=${code}&state=${state}`
      assert.strictEqual((yield* send(port, right)).status, 404, "before the sign-in has begun")
      const fiber = yield* Effect.fork(visit.visit(page))
      yield* Effect.yieldNow()
      const others: ReadonlyArray<[string, Http.RequestOptions, number]> = [
        ["/favicon.ico", {}, 404],
        [`/other?code=${code}&state=${state}`, {}, 404],
        [`//?code=${code}&state=${state}`, {}, 404],
        [`http://localhost:${port}${right}`, {}, 404],
        ["/", {}, 404],
        [`/?code=${code}`, {}, 404],
        [`/?code=${code}&state=${state}x`, {}, 404],
        [`/?code=${code}&state=`, {}, 404],
        [`/?code=${code}&state=${state}&state=${state}`, {}, 404],
        [`/?state=${state}`, {}, 404],
        [right, { method: "POST" }, 405],
        [right, { method: "HEAD" }, 405],
        [right, { method: "OPTIONS" }, 405],
        [right, { headers: { host: "evil.example" } }, 404],
        [right, { headers: { host: `evil.example:${port}` } }, 404],
        [right, { headers: { host: "localhost" } }, 404],
        [right, { headers: { host: `localhost:${port + 1}` } }, 404]
      ]
      for (const [path, options, status] of others) {
        const reply = yield* send(port, path, options)
        assert.strictEqual(reply.status, status, `${JSON.stringify(options)} ${path}`)
        assert.strictEqual(reply.body, "")
        assert.isUndefined(reply.headers["access-control-allow-origin"])
      }
      assert.isNull(fiber.unsafePoll())
      const replies = yield* Effect.all([send(port, right), send(port, right)], { concurrency: 2 })
      assert.deepStrictEqual(replies.map((_) => _.status).sort(), [200, 404], "one answer, and no more")
      yield* Fiber.join(fiber)
      assert.strictEqual((yield* send(port, right)).status, 404, "after the sign-in")
    }))

  it.scoped("an error is an answer too", () =>
    Effect.gen(function*() {
      const visit = yield* quiet()
      const fiber = yield* Effect.fork(visit.visit(page))
      yield* Effect.yieldNow()
      const description = "<script>alert(1)</script>"
      const reply = yield* send(
        portOf(visit),
        `/?error=access_denied&error_description=${encodeURIComponent(description)}&state=${state}`
      )
      assert.strictEqual(reply.status, 200)
      assert.include(reply.body, "Not signed in")
      assert.notInclude(reply.body, "alert")
      assert.strictEqual((yield* Fiber.join(fiber)).get("error"), "access_denied")
    }))

  it.scoped("has the host, the port and the path of the app registration", () =>
    Effect.gen(function*() {
      const free = yield* quiet()
      const port = portOf(free)
      const taken = yield* Effect.flip(Effect.scoped(quiet({ redirectUri: `http://localhost:${port}` })))
      assert.strictEqual(taken._tag, "BrowserUnavailable")
      assert.include(taken.message, `127.0.0.1:${port} cannot be listened on (EADDRINUSE)`)
      const visit = yield* quiet({ redirectUri: "http://127.0.0.1/signed-in" })
      assert.match(visit.redirectUri, /^http:\/\/127\.0\.0\.1:\d+\/signed-in$/)
      const fiber = yield* Effect.fork(visit.visit(page))
      yield* Effect.yieldNow()
      assert.strictEqual((yield* send(portOf(visit), `/?code=${code}&state=${state}`)).status, 404)
      assert.strictEqual((yield* send(portOf(visit), `/signed-in?code=${code}&state=${state}`)).status, 200)
      yield* Fiber.join(fiber)
    }))

  it.effect("refuses a redirect URI that is not of this machine", () =>
    Effect.forEach(
      [
        "nowhere",
        "https://localhost",
        "http://example.com",
        "http://localhost.evil.example",
        "http://[::1]",
        "http://localhost/?a=1",
        "http://localhost/#a",
        "http://me@localhost"
      ],
      (redirectUri) =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(Effect.scoped(quiet({ redirectUri })))
          assert.strictEqual(error._tag, "CredentialMisconfigured")
          assert.include(error.message, "redirectUri")
        })
    ))

  it.effect("leaves no socket behind when it is interrupted, though a connection hangs", () =>
    Effect.gen(function*() {
      const started = yield* Deferred.make<number>()
      const fiber = yield* Effect.fork(Effect.scoped(Effect.gen(function*() {
        const visit = yield* quiet()
        yield* Deferred.succeed(started, portOf(visit))
        return yield* visit.visit(page)
      })))
      const port = yield* Deferred.await(started)
      const socket = Net.connect(port, "127.0.0.1")
      let closed = false
      socket.on("error", () => {})
      socket.on("close", () => void (closed = true))
      socket.write("GET / HTTP/1.1\r\nHost: local")
      yield* utils.until(() => socket.readyState === "open")
      yield* Fiber.interrupt(fiber)
      yield* utils.until(() => closed)
      assert.isTrue(yield* refusesConnections(port))
    }))

  describe("opening the browser", () => {
    const captured = (lines: Array<unknown>) =>
      Effect.map(
        Console.consoleWith(Effect.succeed),
        (base) => Console.setConsole({ ...base, error: (...args) => Effect.sync(() => void lines.push(...args)) })
      )

    it.scoped("the address is printed where it cannot be opened", () =>
      Effect.gen(function*() {
        for (const open of [() => Effect.fail("no"), () => Effect.die("no")]) {
          const lines: Array<unknown> = []
          const visit = yield* quiet({ open })
          const fiber = yield* Effect.fork(Effect.provide(visit.visit(page), yield* captured(lines)))
          yield* utils.until(() => lines.length > 0)
          assert.deepStrictEqual(lines, [`To sign in, open this page in a browser on this machine: ${page.url}`])
          yield* Fiber.interrupt(fiber)
        }
      }))

    const folder = () => Fs.mkdtempSync(Path.join(Os.tmpdir(), "loopback-browser-"))

    /** Runs with a `PATH` of one folder, which has an opener or not. */
    const withPath = (folder: string) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const before = process.env["PATH"]
          process.env["PATH"] = folder
          return before
        }),
        (before) =>
          Effect.sync(() => {
            process.env["PATH"] = before
            Fs.rmSync(folder, { recursive: true })
          })
      )

    const posix = process.platform !== "win32"
    const opener = process.platform === "darwin" ? "open" : "xdg-open"
    const tricky = "https://login.example/authorize?a=1&b=$(touch x)&c=`id`;d='\"%20"

    it.scopedLive.skipIf(!posix)(
      "the system's opener gets the address as one argument, and no shell sees it",
      () =>
        Effect.gen(function*() {
          const bin = folder()
          const seen = Path.join(bin, "seen")
          Fs.writeFileSync(
            Path.join(bin, opener),
            `#!/bin/sh\nprintf '%s\\n' "$#" "$1" > '${seen}.part'\n/bin/mv '${seen}.part' '${seen}'\n`,
            {
              mode: 0o755
            }
          )
          yield* withPath(bin)
          const visit = yield* quiet({ open: undefined })
          yield* Effect.fork(visit.visit({ url: tricky, state }))
          while (!Fs.existsSync(seen)) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
          assert.strictEqual(Fs.readFileSync(seen, "utf8"), `1\n${tricky}\n`)
        })
    )

    it.scopedLive.skipIf(!posix)(
      "a system without an opener, or with one that fails, has the address printed",
      () =>
        Effect.gen(function*() {
          for (const script of [undefined, "#!/bin/sh\nexit 3\n"]) {
            const bin = folder()
            if (script !== undefined) Fs.writeFileSync(Path.join(bin, opener), script, { mode: 0o755 })
            const lines: Array<unknown> = []
            yield* Effect.scoped(Effect.gen(function*() {
              yield* withPath(bin)
              const visit = yield* quiet({ open: undefined })
              yield* Effect.fork(Effect.provide(visit.visit({ url: tricky, state }), yield* captured(lines)))
              while (lines.length === 0) {
                yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
              }
            }))
            assert.include(String(lines[0]), tricky)
          }
        })
    )
  })

  it.effect("a whole sign-in, with a browser that follows the authority's redirect", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => tokenResponse())
      const ports: Array<number> = []
      /** What a browser does after the person has signed in. */
      const open = (url: string) =>
        Effect.gen(function*() {
          const { searchParams } = new URL(url)
          const port = Number(new URL(searchParams.get("redirect_uri")!).port)
          ports.push(port)
          yield* send(port, `/?code=${code}&state=${searchParams.get("state")}`, {
            headers: { host: `localhost:${port}` }
          })
        })
      const credential = yield* AuthorizationCode.make({ tenantId, clientId }).pipe(
        Effect.provideService(HttpClient.HttpClient, authority.client),
        Effect.provide(LoopbackBrowser.layer({ open }))
      )
      assert.strictEqual(text(yield* credential.acquire({})), jwt)
      assert.strictEqual(authority.requests[0]!.form.get("redirect_uri"), `http://localhost:${ports[0]}`)
      assert.isTrue(yield* refusesConnections(ports[0]!))
    }))

  it.effect("a person who does not come back in time leaves no socket", () =>
    Effect.gen(function*() {
      const ports: Array<number> = []
      const open = (url: string) =>
        Effect.sync(() => void ports.push(Number(new URL(new URL(url).searchParams.get("redirect_uri")!).port)))
      const credential = yield* AuthorizationCode.make({ tenantId, clientId, timeout: "1 minute" }).pipe(
        Effect.provideService(HttpClient.HttpClient, makeAuthority(() => tokenResponse()).client),
        Effect.provide(LoopbackBrowser.layer({ open }))
      )
      const fiber = yield* Effect.fork(Effect.flip(credential.acquire({})))
      yield* utils.until(() => ports.length === 1)
      yield* TestClock.setTime(59_999)
      assert.isFalse(yield* refusesConnections(ports[0]!))
      yield* TestClock.setTime(60_000)
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "InteractionRequired")
      assert.isTrue(yield* refusesConnections(ports[0]!))
    }))
})
