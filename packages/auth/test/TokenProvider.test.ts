import { AuthError, ClientSecret, Credential, TokenPolicy, TokenProvider } from "@effect-msgraph/auth"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  DateTime,
  Deferred,
  Duration,
  Effect,
  Either,
  Exit,
  FastCheck as fc,
  Fiber,
  Layer,
  Option,
  Redacted,
  Scope,
  TestClock
} from "effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as UserAssertion from "../src/UserAssertion.js"
import * as utils from "./utils.js"

const { fixed, makeCredential, provider, text } = utils

const ask = (tokens: TokenProvider.Service, request?: Credential.TokenRequest) => Effect.map(tokens.get(request), text)

const unavailable = new AuthError.AuthorityUnavailable({
  credential: "Test",
  authority: "https://login.microsoftonline.com",
  reason: "Network",
  diagnostics: AuthError.noDiagnostics
})

const throttled = (seconds: number, stated = true) =>
  new AuthError.TokenThrottled({
    credential: "Test",
    retryAfter: Duration.seconds(seconds),
    stated,
    diagnostics: AuthError.noDiagnostics
  })

/** Errors that pass through a span come out as proxies of themselves, so identity will not do. */
const same = (actual: AuthError.AuthError, expected: AuthError.AuthError) => {
  assert.strictEqual(actual._tag, expected._tag)
  assert.strictEqual(actual.message, expected.message)
}

/** A credential whose acquisitions wait until they are let go. */
const gated = Effect.gen(function*() {
  const gate = yield* Deferred.make<void>()
  const credential = makeCredential(() => Effect.as(Deferred.await(gate), {}))
  return { ...credential, open: Deferred.succeed(gate, void 0) }
})

/** An authority on 127.0.0.1 that answers the requests for tokens that it is told to, by their number, and hangs else. */
const authorityServer = (answers: (n: number) => boolean) =>
  Effect.acquireRelease(
    Effect.async<{ readonly url: string; readonly posts: () => number; readonly aborted: () => number; close(): void }>(
      (resume) => {
        let posts = 0
        let aborted = 0
        const server = createServer((request, response) => {
          response.on("close", () => {
            if (!response.writableEnded) aborted++
          })
          if (request.method !== "POST") return void response.writeHead(404).end()
          if (answers(++posts)) {
            response.writeHead(200, { "content-type": "application/json" })
              .end(JSON.stringify({ token_type: "Bearer", expires_in: 3600, access_token: utils.jwt }))
          }
        })
        server.listen(0, "127.0.0.1", () =>
          resume(Effect.succeed({
            url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
            posts: () => posts,
            aborted: () => aborted,
            close: () => {
              server.closeAllConnections()
              server.close()
            }
          })))
      }
    ),
    (server) => Effect.sync(() => server.close())
  )

/** Lets forked fibers run until they wait for something. */
const settle = Effect.forEach(Array.from({ length: 20 }), () => Effect.yieldNow(), { discard: true })

const nbf = (value: string) => JSON.stringify({ access_token: { nbf: { essential: true, value } } })

describe.sequential("TokenProvider", () => {
  it.effect("takes cloud, tenant and application from the credential", () =>
    Effect.gen(function*() {
      const credential = makeCredential()
      const tokens = yield* TokenProvider.TokenProvider.pipe(
        Effect.provide(
          TokenProvider.layer.pipe(Layer.provide(Layer.succeed(Credential.Credential, credential.service)))
        )
      )
      assert.strictEqual(tokens.cloud, credential.service.cloud)
      assert.strictEqual(tokens.tenantId, utils.tenantId)
      assert.strictEqual(tokens.clientId, utils.clientId)
      assert.deepStrictEqual(credential.asked, [], "nothing is asked for before somebody wants a token")
    }))

  describe("cache", () => {
    it.scoped("serves a token until five minutes before its end", () =>
      Effect.gen(function*() {
        const credential = makeCredential(() => Effect.succeed({ expiresIn: 3600 }))
        const tokens = yield* provider(credential)
        assert.strictEqual(yield* ask(tokens), "token-1")
        yield* TestClock.setTime(3_300_000 - 1)
        assert.strictEqual(yield* ask(tokens), "token-1")
        yield* TestClock.setTime(3_300_000)
        assert.strictEqual(yield* ask(tokens), "token-2")
        assert.deepStrictEqual(credential.asked.map((_) => _.at), [0, 3_300_000])
      }))

    it.scoped("serves a short-lived token for nine tenths of its life", () =>
      Effect.gen(function*() {
        const credential = makeCredential(() => Effect.succeed({ expiresIn: 200 }))
        const tokens = yield* provider(credential)
        yield* ask(tokens)
        yield* TestClock.setTime(180_000 - 1)
        assert.strictEqual(yield* ask(tokens), "token-1")
        yield* TestClock.setTime(180_000)
        assert.strictEqual(yield* ask(tokens), "token-2")
      }))

    it.scoped("takes no scopes for the credential's own, not for the cloud's", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* TokenProvider.make({
          ...credential.service,
          scopes: ["https://graph.microsoft.com/User.Read"]
        })
        assert.strictEqual(yield* ask(tokens, {}), "token-1")
        assert.strictEqual(yield* ask(tokens, { scopes: ["https://graph.microsoft.com/.default"] }), "token-2")
        assert.strictEqual(yield* ask(tokens, { scopes: ["https://graph.microsoft.com/User.Read"] }), "token-1")
      }))

    it.scoped("keeps apart tenants, scopes and cae, and nothing else", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* provider(credential)
        const same: ReadonlyArray<Credential.TokenRequest | undefined> = [
          undefined,
          {},
          { tenantId: utils.tenantId.toUpperCase() },
          { scopes: ["https://graph.microsoft.com/.default"] },
          { cae: false, claims: undefined }
        ]
        for (const request of same) assert.strictEqual(yield* ask(tokens, request), "token-1")
        assert.strictEqual(yield* ask(tokens, { tenantId: utils.otherTenant }), "token-2")
        assert.strictEqual(yield* ask(tokens, { cae: true }), "token-3")
        assert.strictEqual(yield* ask(tokens, { scopes: ["a", "b"] }), "token-4")
        assert.strictEqual(yield* ask(tokens, { scopes: ["b", "a", "b"] }), "token-4")
        assert.strictEqual(yield* ask(tokens, { scopes: ["a b"] }), "token-5")
      }))

    it.scoped("says that challenges are handled where it was asked to, whoever else asks at the same time", () =>
      Effect.gen(function*() {
        const authority = utils.makeAuthority((n) => utils.tokenResponse({ access_token: `token-${n}` }))
        const credential = yield* ClientSecret.make({
          tenantId: utils.tenantId,
          clientId: utils.clientId,
          clientSecret: utils.appSecret
        }).pipe(Effect.provide(authority.layer))
        for (let i = 0; i < 10; i++) {
          const tokens = yield* TokenProvider.make(credential)
          const before = authority.requests.length
          const [plain, cae] = yield* Effect.all([ask(tokens), ask(tokens, { cae: true })], { concurrency: 2 })
          const claims = new Map(
            authority.requests.slice(before).map(({ form }, j) => [`token-${before + j + 1}`, form.get("claims")])
          )
          assert.strictEqual(claims.size, 2)
          assert.isNull(claims.get(plain))
          assert.strictEqual(claims.get(cae), "{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}")
        }
      }))

    it.scoped("drops the least recently used token beyond its capacity", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* provider(credential).pipe(Effect.provide(TokenPolicy.layer({ capacity: 2 })))
        const of = (scope: string) => ask(tokens, { scopes: [scope] })
        yield* of("a")
        yield* of("b")
        assert.strictEqual(yield* of("a"), "token-1")
        assert.strictEqual(yield* of("c"), "token-3")
        assert.strictEqual(yield* of("a"), "token-1", "used more recently than b")
        assert.strictEqual(yield* of("b"), "token-4", "b made room for c")
      }))

    it.scoped("drops expired tokens before those in use", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) => Effect.succeed({ expiresIn: n === 2 ? 100 : 3600 }))
        const tokens = yield* provider(credential).pipe(Effect.provide(TokenPolicy.layer({ capacity: 2 })))
        const of = (scope: string) => ask(tokens, { scopes: [scope] })
        yield* of("long")
        yield* of("short")
        yield* TestClock.adjust("2 minutes")
        yield* of("new")
        assert.strictEqual(yield* of("long"), "token-1")
      }))

    it.scoped("works without any capacity", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* provider(credential).pipe(Effect.provide(TokenPolicy.layer({ capacity: 0 })))
        assert.strictEqual(yield* ask(tokens), "token-1")
        assert.strictEqual(yield* ask(tokens, { scopes: ["a"] }), "token-2")
      }))

    it.scoped("keeps no failure", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) => n < 3 ? Effect.fail(unavailable) : Effect.succeed({}))
        const tokens = yield* provider(credential)
        same(yield* Effect.flip(tokens.get()), unavailable)
        same(yield* Effect.flip(tokens.get()), unavailable)
        assert.strictEqual(yield* ask(tokens), "token-3")
      }))

    it.effect.prop(
      "at every instant the token is good for a while, and no request was made without need",
      [fc.array(fc.integer({ min: 1, max: 3_000_000 }), { maxLength: 30 }), fc.integer({ min: 1, max: 7200 })],
      ([steps, expiresIn]) => {
        const { clock, set } = utils.handClock()
        return Effect.gen(function*() {
          const credential = makeCredential(() => Effect.succeed({ expiresIn }))
          const tokens = yield* provider(credential)
          const good = expiresIn * 1000 - Math.min(300_000, expiresIn * 100)
          let obtained = -Infinity
          let requests = 0
          let now = 0
          for (const step of steps) {
            now += step
            set(now)
            if (now >= obtained + good) {
              obtained = now
              requests++
            }
            assert.strictEqual(yield* ask(tokens), `token-${requests}`)
          }
          assert.lengthOf(credential.asked, requests)
        }).pipe(Effect.scoped, Effect.withClock(clock))
      },
      { fastCheck: { numRuns: 60 } }
    )
  })

  describe("single flight", () => {
    it.scoped("a hundred cold callers make one request", () =>
      Effect.gen(function*() {
        const credential = yield* gated
        const tokens = yield* provider(credential)
        const fiber = yield* Effect.fork(
          Effect.all(Array.from({ length: 100 }, () => ask(tokens)), { concurrency: "unbounded" })
        )
        yield* settle
        yield* credential.open
        assert.deepStrictEqual(new Set(yield* Fiber.join(fiber)), new Set(["token-1"]))
        assert.lengthOf(credential.asked, 1)
      }))

    it.scoped("a hundred callers share one failure, and the next one asks again", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const credential = makeCredential((n) =>
          n === 1 ? Effect.zipRight(Deferred.await(gate), Effect.fail(unavailable)) : Effect.succeed({})
        )
        const tokens = yield* provider(credential)
        const fiber = yield* Effect.fork(
          Effect.all(Array.from({ length: 100 }, () => Effect.either(tokens.get())), { concurrency: "unbounded" })
        )
        yield* settle
        yield* Deferred.succeed(gate, void 0)
        for (const result of yield* Fiber.join(fiber)) same(Either.getOrThrow(Either.flip(result)), unavailable)
        assert.lengthOf(credential.asked, 1)
        assert.strictEqual(yield* ask(tokens), "token-2")
      }))

    // What interruption and failure must not do to others, and do to them with `Effect.cached`. Each case says what it
    // expects, and that the naive way gives something else.
    type Get = Effect.Effect<string, AuthError.AuthError>
    const ours = (credential: Credential.Service): Effect.Effect<Get, never, Scope.Scope> =>
      Effect.map(TokenProvider.make(credential), (tokens) => ask(tokens))
    const naive = (credential: Credential.Service): Effect.Effect<Get> =>
      Effect.cached(Effect.map(credential.acquire({}), text))

    interface Case {
      readonly promise: string
      readonly run: (
        make: (credential: Credential.Service) => Effect.Effect<Get, never, Scope.Scope>
      ) => Effect.Effect<unknown, never, Scope.Scope>
      readonly expected: unknown
    }

    const crowd = (get: Get, size: number) =>
      Effect.tap(Effect.forEach(Array.from({ length: size }), () => Effect.fork(get)), () => settle)

    const cases: ReadonlyArray<Case> = [
      {
        promise: "interrupting the first of a hundred callers fails none of the others and asks no second time",
        run: (make) =>
          Effect.gen(function*() {
            const credential = yield* gated
            const [first, ...others] = yield* crowd(yield* make(credential.service), 100)
            yield* Fiber.interrupt(first!)
            yield* settle
            yield* credential.open
            const exits = yield* Effect.forEach(others, Fiber.await)
            return [exits.filter(Exit.isSuccess).length, credential.asked.length, credential.aborted()]
          }),
        expected: [99, 1, 0]
      },
      {
        promise: "interrupting the only caller leaves nothing behind for later ones",
        run: (make) =>
          Effect.gen(function*() {
            const credential = makeCredential((n) => n === 1 ? Effect.never : Effect.succeed({}))
            const get = yield* make(credential.service)
            const [first] = yield* crowd(get, 1)
            yield* Fiber.interrupt(first!)
            const later = yield* Effect.forEach(yield* crowd(get, 3), Fiber.await)
            return [later.map((exit) => Exit.getOrElse(exit, () => "none")), credential.aborted()]
          }),
        expected: [["token-2", "token-2", "token-2"], 1]
      },
      {
        promise: "interrupting all callers, the first one last, aborts the request with the last and not before",
        run: (make) =>
          Effect.gen(function*() {
            const credential = makeCredential((n) => n === 1 ? Effect.never : Effect.succeed({}))
            const get = yield* make(credential.service)
            const [first, ...others] = yield* crowd(get, 10)
            yield* Effect.forEach(others, Fiber.interrupt)
            const before = credential.aborted()
            yield* Fiber.interrupt(first!)
            const [later] = yield* crowd(get, 1)
            return [before, credential.aborted(), Exit.getOrElse(yield* Fiber.await(later!), () => "none")]
          }),
        expected: [0, 1, "token-2"]
      },
      {
        promise: "interrupting all callers, the first one first, aborts the request with the last and not before",
        run: (make) =>
          Effect.gen(function*() {
            const credential = yield* gated
            const [first, ...others] = yield* crowd(yield* make(credential.service), 10)
            yield* Fiber.interrupt(first!)
            const before = credential.aborted()
            yield* Effect.forEach(others, Fiber.interrupt)
            return [before, credential.aborted()]
          }),
        expected: [0, 1]
      },
      {
        promise: "a failure is that of who was waiting, and not of who comes later",
        run: (make) =>
          Effect.gen(function*() {
            const credential = makeCredential((n) => n === 1 ? Effect.fail(unavailable) : Effect.succeed({}))
            const get = yield* make(credential.service)
            const first = yield* Effect.exit(get)
            return [Exit.isFailure(first), Exit.getOrElse(yield* Effect.exit(get), () => "none")]
          }),
        expected: [true, "token-2"]
      }
    ]
    for (const { expected, promise, run } of cases) {
      it.scoped(promise, () => Effect.map(run(ours), (result) => assert.deepStrictEqual(result, expected)))
      it.scoped(`(the naive way breaks it: ${promise})`, () =>
        Effect.map(run(naive), (result) => assert.notDeepEqual(result, expected)))
    }

    it.scoped("when the last caller is interrupted, the server sees the connection close", () =>
      Effect.gen(function*() {
        const server = yield* authorityServer((n) => n > 1)
        const credential = yield* ClientSecret.make({
          cloud: utils.custom(server.url),
          tenantId: utils.tenantId,
          clientId: utils.clientId,
          clientSecret: utils.appSecret
        })
        const tokens = yield* TokenProvider.make(credential)
        const fibers = yield* Effect.forEach(Array.from({ length: 10 }), () => Effect.fork(ask(tokens)))
        yield* utils.until(() => server.posts() === 1)
        yield* Effect.forEach(fibers.slice(0, 9), Fiber.interrupt)
        assert.strictEqual(server.aborted(), 0)
        yield* Fiber.interrupt(fibers[9]!)
        yield* utils.until(() => server.aborted() === 1)
        assert.strictEqual(yield* ask(tokens), utils.jwt)
        assert.deepStrictEqual([server.posts(), server.aborted()], [2, 1])
      }).pipe(Effect.provide(FetchHttpClient.layer)))

    it.scoped("interrupting all but one, in any order, leaves the one its token", () =>
      Effect.gen(function*() {
        const credential = yield* gated
        const tokens = yield* provider(credential)
        const fibers = yield* Effect.forEach(Array.from({ length: 10 }), () => Effect.fork(ask(tokens)))
        yield* settle
        yield* Effect.forEach([3, 0, 9, 1, 2, 5, 4, 8, 6], (i) => Fiber.interrupt(fibers[i]!))
        yield* credential.open
        assert.strictEqual(yield* Fiber.join(fibers[7]!), "token-1")
        assert.lengthOf(credential.asked, 1)
      }))

    it.scoped("interrupting all callers aborts the request, and the next caller asks anew", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) => n === 1 ? Effect.never : Effect.succeed({}))
        const tokens = yield* provider(credential)
        const fibers = yield* Effect.forEach(Array.from({ length: 10 }), () => Effect.fork(ask(tokens)))
        yield* settle
        yield* Effect.forEach(fibers.slice(0, 9), Fiber.interrupt)
        assert.strictEqual(credential.aborted(), 0)
        yield* Fiber.interrupt(fibers[9]!)
        assert.strictEqual(credential.aborted(), 1)
        assert.strictEqual(yield* ask(tokens), "token-2")
      }))

    it.scoped("a caller that comes while the abandoned request is being aborted does not join it", () =>
      Effect.gen(function*() {
        const slow = yield* Deferred.make<void>()
        const credential = makeCredential((n) =>
          n === 1 ? Effect.onInterrupt(Effect.never, () => Deferred.await(slow)) : Effect.succeed({})
        )
        const tokens = yield* provider(credential)
        const first = yield* Effect.fork(ask(tokens))
        yield* settle
        const interruption = yield* Effect.fork(Fiber.interrupt(first))
        yield* settle
        assert.strictEqual(yield* ask(tokens), "token-2")
        yield* Deferred.succeed(slow, void 0)
        yield* Fiber.join(interruption)
        assert.strictEqual(yield* ask(tokens), "token-2")
      }))

    it.scoped("a caller in an uninterruptible region does not make the request uninterruptible", () =>
      Effect.gen(function*() {
        const credential = makeCredential(() => Effect.never)
        const tokens = yield* provider(credential)
        const fiber = yield* Effect.fork(
          Effect.uninterruptible(Effect.timeout(Effect.interruptible(ask(tokens)), "1 second")).pipe(Effect.exit)
        )
        yield* TestClock.adjust("1 second")
        assert.isTrue(Exit.isFailure(yield* Fiber.join(fiber)))
        assert.strictEqual(credential.aborted(), 1)
      }))

    it.scoped("an already interrupted caller leaves nothing behind", () =>
      Effect.gen(function*() {
        const credential = yield* gated
        const tokens = yield* provider(credential)
        const fiber = yield* Effect.fork(ask(tokens))
        yield* Fiber.interrupt(fiber)
        yield* settle
        yield* credential.open
        assert.include(yield* ask(tokens), "token-")
      }))

    it.effect("closing the scope ends requests under way and releases who waits", () =>
      Effect.gen(function*() {
        const credential = makeCredential(() => Effect.never)
        const scope = yield* Scope.make()
        const tokens = yield* Scope.extend(provider(credential), scope)
        const fiber = yield* Effect.fork(ask(tokens))
        yield* settle
        yield* Scope.close(scope, Exit.void)
        assert.strictEqual(credential.aborted(), 1)
        const exit = yield* Fiber.await(fiber)
        assert.isTrue(Exit.isInterrupted(exit))
        // and afterwards nobody waits for ever
        const late = yield* Effect.fork(ask(tokens))
        assert.isTrue(Exit.isInterrupted(yield* Fiber.await(late)))
      }))

    it.scoped("a defect of the credential reaches every caller and is not kept", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) => n === 1 ? Effect.die("boom") : Effect.succeed({}))
        const tokens = yield* provider(credential)
        const exit = yield* Effect.exit(tokens.get())
        assert.deepStrictEqual(Exit.causeOption(exit).pipe(Option.flatMap(Cause.dieOption)), Option.some("boom"))
        assert.strictEqual(yield* ask(tokens), "token-2")
      }))

    it.scoped("different keys do not wait for each other", () =>
      Effect.gen(function*() {
        const credential = makeCredential((_, { request }) => request.cae === true ? Effect.never : Effect.succeed({}))
        const tokens = yield* provider(credential)
        yield* Effect.fork(ask(tokens, { cae: true }))
        yield* settle
        assert.strictEqual(yield* ask(tokens), "token-2")
      }))
  })

  describe("time-out", () => {
    it.scoped("an acquisition that hangs fails after 30 seconds, typed, and is aborted", () =>
      Effect.gen(function*() {
        const credential = makeCredential(() => Effect.never)
        const tokens = yield* provider(credential)
        const fiber = yield* Effect.fork(Effect.flip(tokens.get()))
        yield* TestClock.adjust(Duration.millis(29_999))
        assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
        yield* TestClock.adjust("1 millis")
        const error = yield* Fiber.join(fiber)
        assert.strictEqual(error._tag, "AuthorityUnavailable")
        assert.strictEqual(error._tag === "AuthorityUnavailable" && error.reason, "Timeout")
        assert.strictEqual(credential.aborted(), 1)
      }))

    it.scoped("is what the policy says", () =>
      Effect.gen(function*() {
        const credential = makeCredential(() => Effect.never)
        const tokens = yield* provider(credential).pipe(
          Effect.provide(TokenPolicy.layer({ timeout: Duration.seconds(2) }))
        )
        const fiber = yield* Effect.fork(Effect.flip(tokens.get()))
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual((yield* Fiber.join(fiber))._tag, "AuthorityUnavailable")
      }))
  })

  describe("refresh ahead of time", () => {
    const due = (seconds: number) => ({ refreshAt: DateTime.unsafeMake(seconds * 1000) })

    it.scoped("starts when the authority said, returns the old token meanwhile, and asks once", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const credential = makeCredential((n) =>
          n === 1 ? Effect.succeed(due(1800)) : Effect.as(Deferred.await(gate), {})
        )
        const tokens = yield* provider(credential)
        yield* ask(tokens)
        yield* TestClock.setTime(1_800_000 - 1)
        assert.strictEqual(yield* ask(tokens), "token-1")
        yield* settle
        assert.lengthOf(credential.asked, 1)
        yield* TestClock.setTime(1_800_000)
        const all = yield* Effect.all(Array.from({ length: 50 }, () => ask(tokens)), { concurrency: "unbounded" })
        assert.deepStrictEqual(new Set(all), new Set(["token-1"]))
        yield* settle
        assert.lengthOf(credential.asked, 2)
        yield* Deferred.succeed(gate, void 0)
        yield* settle
        assert.strictEqual(yield* ask(tokens), "token-2")
        assert.lengthOf(credential.asked, 2)
      }))

    it.scoped("starts at half of a life of more than two hours", () =>
      Effect.gen(function*() {
        const credential = makeCredential(() => Effect.succeed({ expiresIn: 7202 }))
        const tokens = yield* provider(credential)
        yield* ask(tokens)
        yield* TestClock.setTime(3_601_000 - 1)
        yield* ask(tokens)
        yield* settle
        assert.lengthOf(credential.asked, 1)
        yield* TestClock.setTime(3_601_000)
        assert.strictEqual(yield* ask(tokens), "token-1")
        yield* settle
        assert.strictEqual(yield* ask(tokens), "token-2")
      }))

    it.scoped("does not happen for a life of two hours", () =>
      Effect.gen(function*() {
        const credential = makeCredential(() => Effect.succeed({ expiresIn: 7200 }))
        const tokens = yield* provider(credential)
        yield* ask(tokens)
        yield* TestClock.setTime(6_900_000 - 1)
        assert.strictEqual(yield* ask(tokens), "token-1")
        yield* settle
        assert.lengthOf(credential.asked, 1)
      }))

    it.scoped("swallows failures and backs off, 30 s doubling to 5 min, while the old token is good", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) => n === 1 ? Effect.succeed(due(600)) : Effect.fail(unavailable))
        const tokens = yield* provider(credential)
        yield* ask(tokens)
        const expected = [0, 600, 630, 690, 810, 1050, 1350, 1650, 1950, 2250, 2550, 2850, 3150]
        for (const [i, second] of expected.slice(1).entries()) {
          yield* TestClock.setTime(second * 1000 - 1)
          assert.strictEqual(yield* ask(tokens), "token-1")
          yield* settle
          assert.lengthOf(credential.asked, i + 1)
          yield* TestClock.setTime(second * 1000)
          assert.strictEqual(yield* ask(tokens), "token-1")
          yield* settle
        }
        assert.deepStrictEqual(credential.asked.map((_) => _.at / 1000), expected)
        yield* TestClock.setTime(3_300_000)
        same(yield* Effect.flip(tokens.get()), unavailable)
      }))

    it.scoped("recovers after failures", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) =>
          n === 1 ? Effect.succeed(due(600)) : n === 2 ? Effect.fail(unavailable) : Effect.succeed({})
        )
        const tokens = yield* provider(credential)
        for (const second of [0, 600, 629, 630]) {
          yield* TestClock.setTime(second * 1000)
          assert.strictEqual(yield* ask(tokens), "token-1")
          yield* settle
        }
        assert.strictEqual(yield* ask(tokens), "token-3")
      }))

    it.scoped("swallows defects too", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) => n === 1 ? Effect.succeed(due(600)) : Effect.die("boom"))
        const tokens = yield* provider(credential)
        yield* ask(tokens)
        yield* TestClock.setTime(600_000)
        assert.strictEqual(yield* ask(tokens), "token-1")
        yield* settle
        assert.strictEqual(yield* ask(tokens), "token-1")
        assert.lengthOf(credential.asked, 2)
      }))

    it.scoped("goes on when the caller that set it off is interrupted", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const credential = makeCredential((n) =>
          n === 1 ? Effect.succeed(due(600)) : Effect.as(Deferred.await(gate), {})
        )
        const tokens = yield* provider(credential)
        yield* ask(tokens)
        yield* TestClock.setTime(600_000)
        const caller = yield* Effect.fork(Effect.zipRight(ask(tokens), Effect.never))
        yield* settle
        yield* Fiber.interrupt(caller)
        yield* Deferred.succeed(gate, void 0)
        yield* settle
        assert.strictEqual(yield* ask(tokens), "token-2")
        assert.strictEqual(credential.aborted(), 0)
      }))

    it.scoped("is joined, not repeated, by who comes after the old token's end; and outlives their interruption", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const credential = makeCredential((n) =>
          n === 1 ? Effect.succeed({ expiresIn: 1000, ...due(899) }) : Effect.as(Deferred.await(gate), {})
        )
        const tokens = yield* provider(credential)
        yield* ask(tokens)
        yield* TestClock.setTime(899_000)
        assert.strictEqual(yield* ask(tokens), "token-1")
        yield* settle
        yield* TestClock.setTime(900_000)
        const waiting = yield* Effect.fork(ask(tokens))
        yield* settle
        yield* Fiber.interrupt(waiting)
        assert.strictEqual(credential.aborted(), 0)
        const again = yield* Effect.fork(ask(tokens))
        yield* Deferred.succeed(gate, void 0)
        assert.strictEqual(yield* Fiber.join(again), "token-2")
        assert.lengthOf(credential.asked, 2)
      }))

    it.scoped("does not spin on a credential that hands out a token already due", () =>
      Effect.gen(function*() {
        const credential = makeCredential(() => Effect.succeed({ refreshAt: DateTime.unsafeMake(0) }))
        const tokens = yield* provider(credential)
        yield* ask(tokens)
        yield* TestClock.setTime(29_999)
        yield* ask(tokens)
        yield* settle
        assert.lengthOf(credential.asked, 1)
        yield* TestClock.setTime(30_000)
        yield* ask(tokens)
        yield* settle
        assert.lengthOf(credential.asked, 2)
      }))
  })

  describe("Retry-After", () => {
    it.scoped("what the authority asked for is obeyed by every caller, to the millisecond", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) => n === 1 ? Effect.fail(throttled(60)) : Effect.succeed({}))
        const tokens = yield* provider(credential)
        yield* Effect.flip(tokens.get())
        yield* TestClock.setTime(29_000)
        const error = yield* Effect.flip(tokens.get())
        assert.strictEqual(error._tag === "TokenThrottled" && Duration.toMillis(error.retryAfter), 31_000)
        yield* TestClock.setTime(40_000)
        const waiting = yield* Effect.fork(ask(tokens))
        yield* TestClock.setTime(59_999)
        assert.lengthOf(credential.asked, 1)
        yield* TestClock.setTime(60_000)
        assert.strictEqual(yield* Fiber.join(waiting), "token-2")
        assert.deepStrictEqual(credential.asked.map((_) => _.at), [0, 60_000])
      }))

    it.scoped("is waited for where there is time for it, and reported where there is not", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) => n === 1 ? Effect.fail(throttled(60)) : Effect.succeed({}))
        const tokens = yield* provider(credential)
        yield* Effect.flip(tokens.get())
        yield* TestClock.setTime(30_000)
        const error = yield* Effect.flip(tokens.get())
        assert.strictEqual(error._tag === "TokenThrottled" && Duration.toMillis(error.retryAfter), 30_000)
        yield* TestClock.setTime(30_001)
        const waiting = yield* Effect.fork(Effect.all([ask(tokens), ask(tokens)], { concurrency: 2 }))
        yield* TestClock.setTime(60_000)
        assert.deepStrictEqual(yield* Fiber.join(waiting), ["token-2", "token-2"])
        assert.deepStrictEqual(credential.asked.map((_) => _.at), [0, 60_000])
      }))

    it.scoped("lasts as long as it was asked for and no longer, whatever comes next", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) =>
          n === 1 || n === 4 ? Effect.fail(throttled(10)) : n < 4 ? Effect.fail(unavailable) : Effect.succeed({})
        )
        const tokens = yield* provider(credential)
        yield* Effect.flip(tokens.get())
        yield* TestClock.setTime(10_000)
        // Failures that ask for nothing are no reason to wait: whoever comes asks.
        same(yield* Effect.flip(tokens.get()), unavailable)
        same(yield* Effect.flip(tokens.get()), unavailable)
        yield* Effect.flip(tokens.get())
        const waiting = yield* Effect.fork(ask(tokens))
        yield* TestClock.setTime(19_999)
        assert.lengthOf(credential.asked, 4)
        yield* TestClock.setTime(20_000)
        assert.strictEqual(yield* Fiber.join(waiting), "token-5")
        assert.deepStrictEqual(credential.asked.map((_) => _.at), [0, 10_000, 10_000, 10_000, 20_000])
      }))

    it.scoped("holds for renewals", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) => n === 2 ? Effect.fail(throttled(10)) : Effect.succeed({}))
        const tokens = yield* provider(credential)
        const rejected = yield* tokens.get()
        yield* Effect.flip(tokens.renew({}, rejected))
        const waiting = yield* Effect.fork(tokens.renew({ claims: nbf("1") }, rejected))
        yield* TestClock.setTime(9_999)
        assert.lengthOf(credential.asked, 2)
        yield* TestClock.setTime(10_000)
        assert.strictEqual(text(yield* Fiber.join(waiting)), "token-3")
      }))

    it.scoped("an outage that names its end is not asked about before", () =>
      Effect.gen(function*() {
        const outage = new AuthError.AuthorityUnavailable({
          credential: "Test",
          authority: "https://login.microsoftonline.com",
          reason: "ServerError",
          retryAfter: Duration.minutes(2),
          diagnostics: { codes: [], status: 503 }
        })
        const credential = makeCredential((n) => n === 1 ? Effect.fail(outage) : Effect.succeed({}))
        const tokens = yield* provider(credential)
        same(yield* Effect.flip(tokens.get()), outage)
        yield* TestClock.setTime(60_000)
        const error = yield* Effect.flip(tokens.get())
        same(error, outage)
        assert.deepStrictEqual(error._tag === "AuthorityUnavailable" && error.retryAfter, Duration.minutes(1))
        yield* TestClock.setTime(120_000)
        assert.strictEqual(yield* ask(tokens), "token-2")
        assert.deepStrictEqual(credential.asked.map((_) => _.at), [0, 120_000])
      }))

    it.scoped("no wait is invented where the authority asked for none", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) => n === 1 ? Effect.fail(throttled(60, false)) : Effect.succeed({}))
        const tokens = yield* provider(credential)
        yield* Effect.flip(tokens.get())
        assert.strictEqual(yield* ask(tokens), "token-2")
      }))

    it.scoped("other tenants do not wait", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) => n === 1 ? Effect.fail(throttled(60)) : Effect.succeed({}))
        const tokens = yield* provider(credential)
        yield* Effect.flip(tokens.get())
        assert.strictEqual(yield* ask(tokens, { tenantId: utils.otherTenant }), "token-2")
      }))

    it.scoped("holds for refreshes in the background", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) =>
          n === 1
            ? Effect.succeed({ refreshAt: DateTime.unsafeMake(600_000) })
            : n === 2
            ? Effect.fail(throttled(400))
            : Effect.succeed({})
        )
        const tokens = yield* provider(credential)
        for (const second of [0, 600, 999]) {
          yield* TestClock.setTime(second * 1000)
          yield* ask(tokens)
          yield* settle
        }
        assert.lengthOf(credential.asked, 2)
        yield* TestClock.setTime(1_000_000)
        yield* ask(tokens)
        yield* settle
        assert.strictEqual(yield* ask(tokens), "token-3")
      }))
  })

  describe("renew", () => {
    it.scoped("replaces the rejected token for everybody", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* provider(credential)
        const rejected = yield* tokens.get()
        assert.strictEqual(text(yield* tokens.renew({}, rejected)), "token-2")
        assert.strictEqual(yield* ask(tokens), "token-2")
      }))

    it.scoped("fifty simultaneous 401s on one token cost one request", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const credential = makeCredential((n) => n === 1 ? Effect.succeed({}) : Effect.as(Deferred.await(gate), {}))
        const tokens = yield* provider(credential)
        const rejected = yield* tokens.get()
        const fiber = yield* Effect.fork(
          Effect.all(Array.from({ length: 50 }, () => tokens.renew({}, rejected)), { concurrency: "unbounded" })
        )
        yield* settle
        const bystander = yield* Effect.fork(ask(tokens))
        yield* settle
        yield* Deferred.succeed(gate, void 0)
        assert.deepStrictEqual(new Set((yield* Fiber.join(fiber)).map(text)), new Set(["token-2"]))
        assert.strictEqual(yield* Fiber.join(bystander), "token-2", "the rejected token is not handed out again")
        assert.lengthOf(credential.asked, 2)
      }))

    it.scoped("fifty stale 401s, one after the other, cost one request", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* provider(credential)
        const rejected = yield* tokens.get()
        for (let i = 0; i < 50; i++) {
          assert.strictEqual(text(yield* tokens.renew({}, fixed(text(rejected)))), "token-2")
        }
        assert.lengthOf(credential.asked, 2)
      }))

    it.scoped("asks again when the newer token is rejected too", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* provider(credential)
        const first = yield* tokens.get()
        const second = yield* tokens.renew({}, first)
        assert.strictEqual(text(yield* tokens.renew({}, second)), "token-3")
      }))

    it.scoped("does not return a newer token that is at its end", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* provider(credential)
        const first = yield* tokens.get()
        yield* tokens.renew({}, first)
        yield* TestClock.setTime(3_300_000)
        assert.strictEqual(text(yield* tokens.renew({}, first)), "token-3")
      }))

    it.scoped("a failed renewal does not bring the rejected token back", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) => n === 2 ? Effect.fail(unavailable) : Effect.succeed({}))
        const tokens = yield* provider(credential)
        const rejected = yield* tokens.get()
        same(yield* Effect.flip(tokens.renew({}, rejected)), unavailable)
        assert.strictEqual(yield* ask(tokens), "token-3")
      }))

    it.scoped("with claims, asks for them, and the result serves ordinary requests", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* provider(credential)
        const rejected = yield* tokens.get({ cae: true })
        assert.strictEqual(text(yield* tokens.renew({ cae: true, claims: nbf("100") }, rejected)), "token-2")
        assert.deepStrictEqual(credential.asked[1]?.request, { cae: true, claims: nbf("100") })
        assert.strictEqual(yield* ask(tokens, { cae: true }), "token-2")
        assert.strictEqual(yield* ask(tokens, { cae: true, claims: nbf("100") }), "token-2")
      }))

    it.scoped("claims of a later event than the token's are asked for, also by who cannot say which token was refused", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* provider(credential)
        assert.strictEqual(yield* ask(tokens, { cae: true }), "token-1")
        assert.strictEqual(yield* ask(tokens, { cae: true, claims: nbf("100") }), "token-2")
        assert.strictEqual(yield* ask(tokens, { cae: true, claims: nbf("99") }), "token-2")
        assert.strictEqual(yield* ask(tokens, { cae: true, claims: nbf("100") }), "token-2")
        assert.strictEqual(yield* ask(tokens, { cae: true, claims: nbf("1000") }), "token-3")
        assert.strictEqual(yield* ask(tokens, { cae: true, claims: nbf("101") }), "token-3")
        assert.strictEqual(yield* ask(tokens, { cae: true }), "token-3")
        const together = Array.from({ length: 50 }, (_, i) => ask(tokens, { cae: true, claims: nbf(String(2000 + i)) }))
        assert.lengthOf(new Set(yield* Effect.all(together, { concurrency: "unbounded" })), 1)
      }))

    it.scoped("fifty challenges that differ in their instant only cost one request", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const credential = makeCredential((n) => n === 1 ? Effect.succeed({}) : Effect.as(Deferred.await(gate), {}))
        const tokens = yield* provider(credential)
        const rejected = yield* tokens.get()
        const fiber = yield* Effect.fork(Effect.all(
          Array.from({ length: 50 }, (_, i) => tokens.renew({ claims: nbf(String(100 + i)) }, rejected)),
          { concurrency: "unbounded" }
        ))
        yield* settle
        const bystander = yield* Effect.fork(ask(tokens))
        yield* settle
        yield* Deferred.succeed(gate, void 0)
        yield* Fiber.join(fiber)
        assert.strictEqual(yield* Fiber.join(bystander), "token-2", "waits for the token for claims")
        assert.strictEqual(text(yield* tokens.renew({ claims: nbf("777") }, rejected)), "token-2")
        assert.lengthOf(credential.asked, 2)
      }))

    it.scoped("with claims, a newer token that was not issued for them will not do", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* provider(credential)
        const rejected = yield* tokens.get()
        yield* tokens.renew({}, rejected)
        assert.strictEqual(text(yield* tokens.renew({ claims: nbf("100") }, rejected)), "token-3")
        const acrs = JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } })
        assert.strictEqual(text(yield* tokens.renew({ claims: acrs }, rejected)), "token-4")
      }))

    it.scoped("ordinary callers do not suffer from claims that cannot be had", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const refused = new AuthError.InteractionRequired({ credential: "Test", diagnostics: AuthError.noDiagnostics })
        const credential = makeCredential((_, { request }) =>
          request.claims === undefined
            ? Effect.succeed({})
            : Effect.zipRight(Deferred.await(gate), Effect.fail(refused))
        )
        const tokens = yield* provider(credential)
        const challenged = yield* Effect.fork(Effect.flip(tokens.get({ claims: nbf("1") })))
        yield* settle
        const ordinary = yield* Effect.fork(ask(tokens))
        yield* settle
        yield* Deferred.succeed(gate, void 0)
        same(yield* Fiber.join(challenged), refused)
        assert.strictEqual(yield* Fiber.join(ordinary), "token-2")
      }))

    it.scoped("a refresh that was under way does not undo the token for claims", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const credential = makeCredential((n) =>
          n === 1
            ? Effect.succeed({ refreshAt: DateTime.unsafeMake(600_000) })
            : n === 2
            ? Effect.as(Deferred.await(gate), {})
            : Effect.succeed({})
        )
        const tokens = yield* provider(credential)
        const first = yield* tokens.get()
        yield* TestClock.setTime(600_000)
        yield* tokens.get()
        yield* settle
        yield* tokens.renew({ claims: nbf("1") }, first)
        yield* Deferred.succeed(gate, void 0)
        yield* settle
        assert.strictEqual(yield* ask(tokens), "token-3")
      }))

    it.scoped("a refresh repeats the claims that the token was issued for", () =>
      Effect.gen(function*() {
        const credential = makeCredential((n) =>
          Effect.succeed(n === 2 ? { refreshAt: DateTime.unsafeMake(600_000) } : {})
        )
        const tokens = yield* provider(credential)
        yield* tokens.renew({ claims: nbf("1") }, yield* tokens.get())
        yield* TestClock.setTime(600_000)
        yield* tokens.get()
        yield* settle
        assert.strictEqual(credential.asked[2]?.request.claims, nbf("1"))
      }))
  })

  describe("a credential that may wait for a person", () => {
    const interactive = (credential: ReturnType<typeof makeCredential>) =>
      TokenProvider.make({ ...credential.service, interactive: true })
    const refused = new AuthError.InteractionRequired({ credential: "Test", diagnostics: AuthError.noDiagnostics })
    /** Gives the first token; whoever is silent after that is refused when the gate opens. */
    const unattended = (gate: Deferred.Deferred<void>) =>
      makeCredential((n, { request }) =>
        n === 1
          ? Effect.succeed({ expiresIn: 1000, refreshAt: DateTime.unsafeMake(600_000) })
          : request.silent === true
          ? Effect.zipRight(Deferred.await(gate), Effect.fail(refused))
          : Effect.succeed({})
      )

    it.scoped("takes its time", () =>
      Effect.gen(function*() {
        const credential = makeCredential(() => Effect.as(Effect.sleep("1 hour"), {}))
        const tokens = yield* interactive(credential)
        const fiber = yield* Effect.fork(ask(tokens))
        yield* TestClock.adjust("1 hour")
        assert.strictEqual(yield* Fiber.join(fiber), "token-1")
      }))

    it.scoped("does not take its time where nobody is to be asked", () =>
      Effect.gen(function*() {
        const credential = makeCredential(() => Effect.never)
        const tokens = yield* interactive(credential)
        const fiber = yield* Effect.fork(Effect.flip(tokens.get({ silent: true })))
        yield* TestClock.adjust(Duration.millis(29_999))
        assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
        yield* TestClock.adjust(1)
        assert.strictEqual((yield* Fiber.join(fiber))._tag, "AuthorityUnavailable")
      }))

    it.scoped("is not to ask anybody for a refresh in the background, whose refusal nobody sees", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        yield* Deferred.succeed(gate, void 0)
        const credential = unattended(gate)
        const tokens = yield* interactive(credential)
        yield* ask(tokens, { cae: true })
        yield* TestClock.setTime(600_000)
        assert.strictEqual(yield* ask(tokens, { cae: true }), "token-1")
        yield* settle
        assert.strictEqual(yield* ask(tokens, { cae: true }), "token-1")
        assert.deepStrictEqual(credential.asked.map((_) => _.request), [{ cae: true }, { cae: true, silent: true }])
      }))

    it.scoped("asks the person for who needs a token while the silent refresh is refused", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const credential = unattended(gate)
        const tokens = yield* interactive(credential)
        yield* ask(tokens)
        yield* TestClock.setTime(899_000)
        yield* ask(tokens)
        yield* settle
        yield* TestClock.setTime(900_000)
        const waiting = yield* Effect.fork(ask(tokens))
        const other = yield* Effect.fork(ask(tokens))
        yield* settle
        assert.lengthOf(credential.asked, 2, "the refresh may yet bring the token")
        yield* Deferred.succeed(gate, void 0)
        assert.deepStrictEqual(yield* Effect.all([Fiber.join(waiting), Fiber.join(other)]), ["token-3", "token-3"])
        assert.lengthOf(credential.asked, 3)
      }))

    it.scoped("asks the person for a claims challenge while a silent refresh for the same claims is refused", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const credential = unattended(gate)
        const tokens = yield* interactive(credential)
        const rejected = yield* tokens.get({ claims: nbf("1") })
        yield* TestClock.setTime(600_000)
        yield* ask(tokens)
        yield* settle
        const renewal = yield* Effect.fork(tokens.renew({ claims: nbf("2") }, rejected))
        yield* settle
        yield* Deferred.succeed(gate, void 0)
        assert.strictEqual(text(yield* Fiber.join(renewal)), "token-3")
      }))

    it.scoped("keeps who may ask apart from who may not", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const person = yield* Deferred.make<void>()
        const credential = makeCredential((_, { request }) =>
          request.silent === true
            ? Effect.zipRight(Deferred.await(gate), Effect.fail(refused))
            : Effect.as(Deferred.await(person), {})
        )
        const tokens = yield* interactive(credential)
        const silent = yield* Effect.fork(Effect.flip(tokens.get({ silent: true })))
        yield* settle
        const asking = yield* Effect.fork(ask(tokens))
        yield* settle
        yield* Deferred.succeed(gate, void 0)
        same(yield* Fiber.join(silent), refused)
        yield* settle
        // And the other way round: who may not ask does not wait for the person whom another one asks.
        same(yield* Effect.flip(tokens.get({ silent: true })), refused)
        const challenged = yield* Effect.fork(tokens.get({ claims: nbf("1") }))
        yield* settle
        same(yield* Effect.flip(tokens.get({ silent: true })), refused)
        yield* Deferred.succeed(person, void 0)
        assert.include(yield* Fiber.join(asking), "token-")
        yield* Fiber.join(challenged)
      }))
  })

  describe("on behalf of users", () => {
    const onBehalfOf = (credential: { readonly service: Credential.Service }) =>
      TokenProvider.make({ ...credential.service, onBehalfOf: true })
    const alice = Redacted.make("assertion-of-alice")
    const bob = Redacted.make("assertion-of-bob")
    const as = UserAssertion.provide
    const askedFor = (credential: ReturnType<typeof makeCredential>) =>
      credential.asked.map(({ request }) =>
        request.userAssertion === undefined ? "nobody" : Redacted.value(request.userAssertion)
      )

    it.scoped("each user has tokens of their own, from the context or from the request", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* onBehalfOf(credential)
        assert.strictEqual(yield* as(alice)(ask(tokens)), "token-1")
        assert.strictEqual(yield* as(bob)(ask(tokens)), "token-2")
        assert.strictEqual(yield* as(alice)(ask(tokens)), "token-1")
        assert.strictEqual(yield* ask(tokens, { userAssertion: alice }), "token-1")
        assert.strictEqual(yield* as(alice)(ask(tokens, { userAssertion: bob })), "token-2", "the request goes first")
        assert.strictEqual(yield* ask(tokens, { userAssertion: Redacted.make("assertion-of-bob") }), "token-2")
        assert.strictEqual(yield* ask(tokens), "token-3", "nobody is not anybody")
        assert.deepStrictEqual(askedFor(credential), ["assertion-of-alice", "assertion-of-bob", "nobody"])
      }))

    it.scoped("requests of one user share a flight, those of two do not", () =>
      Effect.gen(function*() {
        const credential = yield* gated
        const tokens = yield* onBehalfOf(credential)
        const fiber = yield* Effect.fork(
          Effect.all(Array.from({ length: 100 }, (_, i) => as(i % 2 === 0 ? alice : bob)(ask(tokens))), {
            concurrency: "unbounded"
          })
        )
        yield* settle
        yield* credential.open
        const texts = yield* Fiber.join(fiber)
        assert.deepStrictEqual(texts, Array.from({ length: 100 }, (_, i) => `token-${1 + i % 2}`))
        assert.lengthOf(credential.asked, 2)
      }))

    it.scoped("a renewal replaces the token of the user alone", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* onBehalfOf(credential)
        const rejected = yield* as(alice)(tokens.get())
        yield* as(bob)(tokens.get())
        assert.strictEqual(text(yield* as(alice)(tokens.renew({ claims: nbf("1") }, rejected))), "token-3")
        assert.strictEqual(yield* as(alice)(ask(tokens)), "token-3")
        assert.strictEqual(yield* as(bob)(ask(tokens)), "token-2")
        assert.deepStrictEqual(askedFor(credential), ["assertion-of-alice", "assertion-of-bob", "assertion-of-alice"])
      }))

    it.scoped("a refresh is for the user whose token it is", () =>
      Effect.gen(function*() {
        const credential = makeCredential(() => Effect.succeed({ refreshAt: DateTime.unsafeMake(600_000) }))
        const tokens = yield* onBehalfOf(credential)
        yield* as(alice)(ask(tokens))
        yield* as(bob)(ask(tokens))
        yield* TestClock.setTime(600_000)
        yield* as(bob)(Effect.zipRight(ask(tokens), ask(tokens, { userAssertion: alice })))
        yield* settle
        assert.deepStrictEqual(askedFor(credential).slice(2), ["assertion-of-bob", "assertion-of-alice"])
      }))

    it.scoped("users are as many as the capacity allows", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* onBehalfOf(credential).pipe(Effect.provide(TokenPolicy.layer({ capacity: 2 })))
        for (const user of ["a", "b", "c", "b", "c"]) yield* as(Redacted.make(user))(ask(tokens))
        assert.deepStrictEqual(askedFor(credential), ["a", "b", "c"])
        yield* as(Redacted.make("a"))(ask(tokens))
        assert.lengthOf(credential.asked, 4)
      }))

    it.scoped("a credential of an application takes no notice of the user in the context", () =>
      Effect.gen(function*() {
        const credential = makeCredential()
        const tokens = yield* provider(credential)
        assert.strictEqual(yield* as(alice)(ask(tokens)), "token-1")
        assert.strictEqual(yield* as(bob)(ask(tokens)), "token-1")
        assert.deepStrictEqual(credential.asked[0]?.request, {})
      }))

    it.scoped("neither spans nor errors nor the service show whose", () => {
      const { spans, text, tracer } = utils.recordSpans()
      return Effect.gen(function*() {
        const credential = makeCredential((n) => n === 1 ? Effect.succeed({}) : Effect.fail(unavailable))
        const tokens = yield* onBehalfOf(credential)
        yield* as(alice)(tokens.get())
        const error = yield* Effect.flip(as(bob)(tokens.get()))
        assert.isAbove(spans.length, 0)
        utils.assertClean([...utils.representations(tokens), ...utils.representations(error), text()], [
          "assertion-of-alice",
          "assertion-of-bob",
          "token-1"
        ])
      }).pipe(Effect.withTracer(tracer))
    })
  })

  it.scoped("neither the service nor its tokens show a token", () =>
    Effect.gen(function*() {
      const credential = makeCredential()
      const tokens = yield* provider(credential)
      const token = yield* tokens.get()
      for (const value of [tokens, token, { nested: [token] }]) {
        utils.assertClean(utils.representations(value), ["token-1"])
      }
    }))
})
