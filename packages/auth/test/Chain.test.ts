import { AccessToken, AuthError, Credential, TokenPolicy, TokenProvider } from "@effect-msgraph/auth"
import * as Chain from "@effect-msgraph/auth/Chain"
import * as UserAssertion from "@effect-msgraph/auth/UserAssertion"
import { NationalCloud } from "@effect-msgraph/domain"
import { assert, describe, it } from "@effect/vitest"
import {
  Config,
  ConfigError,
  ConfigProvider,
  Context,
  DateTime,
  Duration,
  Effect,
  FastCheck as fc,
  Fiber,
  HashMap,
  Layer,
  Logger,
  LogLevel,
  Option,
  Redacted,
  TestClock
} from "effect"
import * as utils from "./utils.js"

const { clientId, otherTenant, secret, tenantId, text } = utils

const { noDiagnostics } = AuthError

const token = (value: string) => AccessToken.make({ token: value, expiresAt: DateTime.unsafeMake(3_600_000) })

const unavailable = (credential: string, reason = "not here", skipped?: ReadonlyArray<AuthError.Skipped>) =>
  new AuthError.CredentialUnavailable({ credential, reason, skipped, diagnostics: noDiagnostics })

/** A credential that does what `reply` says for the number of the call; default is a token of its name. */
const member = (
  name: string,
  reply: (n: number) => Effect.Effect<AccessToken.AccessToken, AuthError.AuthError> = () => Effect.succeed(token(name)),
  more: Partial<Credential.Service> = {}
) => {
  const requests: Array<Credential.TokenRequest> = []
  const service: Credential.Service = {
    name,
    cloud: NationalCloud.global,
    tenantId,
    clientId,
    acquire: (request) => Effect.suspend(() => reply(requests.push(request))),
    ...more
  }
  return Object.assign(service, { requests })
}

const out = (name: string, reason?: string) => member(name, () => Effect.fail(unavailable(name, reason)))

const others: ReadonlyArray<AuthError.AuthError> = [
  new AuthError.InvalidClient({ credential: "x", diagnostics: noDiagnostics }),
  new AuthError.InteractionRequired({ credential: "x", diagnostics: noDiagnostics }),
  new AuthError.InvalidTokenRequest({ credential: "x", reason: "x", diagnostics: noDiagnostics }),
  new AuthError.TenantNotAllowed({ credential: "x", tenantId, diagnostics: noDiagnostics }),
  new AuthError.TokenThrottled({
    credential: "x",
    retryAfter: Duration.seconds(1),
    stated: true,
    diagnostics: noDiagnostics
  }),
  new AuthError.AuthorityUnavailable({
    credential: "x",
    authority: "x",
    reason: "Network",
    diagnostics: noDiagnostics
  }),
  new AuthError.MalformedTokenResponse({ credential: "x", authority: "x", reason: "x", diagnostics: noDiagnostics }),
  new AuthError.DeviceCodeExpired({ credential: "x", diagnostics: noDiagnostics }),
  new AuthError.AuthorizationDeclined({ credential: "x", diagnostics: noDiagnostics })
]

const logs = () => {
  const lines: Array<{ readonly level: string; readonly message: string; readonly notes: Record<string, unknown> }> = []
  const layer = Logger.replace(
    Logger.defaultLogger,
    Logger.make(({ annotations, logLevel, message }) =>
      void lines.push({
        level: logLevel.label,
        message: String(message),
        notes: Object.fromEntries(HashMap.toEntries(annotations))
      })
    )
  )
  return {
    lines,
    capture: <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      effect.pipe(Effect.provide(layer), Logger.withMinimumLogLevel(LogLevel.Debug))
  }
}

describe("Chain", () => {
  it.effect("gives the token of the first member that is available, and asks nobody after it", () =>
    Effect.gen(function*() {
      const [a, b, c] = [out("A"), member("B"), member("C")]
      const chain = yield* Chain.make([a, b, c])
      const request = { tenantId: otherTenant, cae: true }
      assert.strictEqual(text(yield* chain.acquire(request)), "B")
      assert.deepStrictEqual([a.requests, b.requests, c.requests], [[request], [request], []])
    }))

  it.effect("every other error stops it", () =>
    Effect.forEach(others, (error) =>
      Effect.gen(function*() {
        const last = member("C")
        const chain = yield* Chain.make([out("A"), member("B", () => Effect.fail(error)), last])
        assert.deepInclude(yield* Effect.flip(chain.acquire({})), { _tag: error._tag, credential: "x" })
        assert.lengthOf(last.requests, 0)
      })))

  it.effect("a defect stops it too", () =>
    Effect.gen(function*() {
      const chain = yield* Chain.make([member("A", () => Effect.dieMessage("bug")), member("B")])
      const exit = yield* Effect.exit(chain.acquire({}))
      assert.include(String(exit), "bug")
    }))

  it.effect("where all are unavailable, the error has the reason of each, in order", () =>
    Effect.gen(function*() {
      const inner = yield* Chain.make([out("B", "no b"), Chain.absent("C", "no c")])
      const chain = yield* Chain.make([out("A", "no a"), inner, out("D", "no d")], { name: "Mine" })
      const error = yield* Effect.flip(chain.acquire({}))
      assert.strictEqual(error._tag, "CredentialUnavailable")
      assert.deepStrictEqual(error._tag === "CredentialUnavailable" ? error.skipped : undefined, [
        { credential: "A", reason: "no a" },
        { credential: "B", reason: "no b" },
        { credential: "C", reason: "no c" },
        { credential: "D", reason: "no d" }
      ])
      assert.strictEqual(error.credential, "Mine")
      for (const line of ["- A: no a", "- B: no b", "- C: no c", "- D: no d"]) assert.include(error.message, line)
    }))

  it.effect("asks the one that worked first, until it is unavailable", () =>
    Effect.gen(function*() {
      let away = false
      const a = member("A", (n) => n === 1 ? Effect.fail(unavailable("A")) : Effect.succeed(token("A")))
      const b = member("B", () => away ? Effect.fail(unavailable("B")) : Effect.succeed(token("B")))
      const chain = yield* Chain.make([a, b])
      yield* chain.acquire({})
      assert.strictEqual(text(yield* chain.acquire({})), "B")
      assert.lengthOf(a.requests, 1, "not asked again")
      away = true
      assert.strictEqual(text(yield* chain.acquire({})), "A")
      away = false
      assert.strictEqual(text(yield* chain.acquire({})), "A")
      assert.lengthOf(b.requests, 3)
    }))

  it.effect("starts at its beginning again after none was available", () =>
    Effect.gen(function*() {
      const a = member("A", (n) => n < 3 ? Effect.fail(unavailable("A")) : Effect.succeed(token("A")))
      const b = member("B", (n) => n === 2 ? Effect.fail(unavailable("B")) : Effect.succeed(token("B")))
      const chain = yield* Chain.make([a, b])
      assert.strictEqual(text(yield* chain.acquire({})), "B")
      yield* Effect.flip(chain.acquire({}))
      assert.strictEqual(text(yield* chain.acquire({})), "A")
      assert.lengthOf(b.requests, 2)
    }))

  it.effect("an error of the one that worked does not make it forgotten, nor others asked", () =>
    Effect.gen(function*() {
      const a = member("A", (n) => n === 2 ? Effect.fail(others[5]!) : Effect.succeed(token("A")))
      const b = member("B")
      const chain = yield* Chain.make([out("Z"), a, b])
      yield* chain.acquire({})
      assert.strictEqual((yield* Effect.flip(chain.acquire({})))._tag, "AuthorityUnavailable")
      assert.strictEqual(text(yield* chain.acquire({})), "A")
      assert.lengthOf(b.requests, 0)
    }))

  it.effect("the order of reasons is that of the members, whoever was asked first", () =>
    Effect.gen(function*() {
      const b = member("B", (n) => n === 1 ? Effect.succeed(token("B")) : Effect.fail(unavailable("B")))
      const chain = yield* Chain.make([out("A"), b, out("C")])
      yield* chain.acquire({})
      const error = yield* Effect.flip(chain.acquire({}))
      assert.deepStrictEqual(
        error._tag === "CredentialUnavailable" ? error.skipped?.map((_) => _.credential) : undefined,
        ["A", "B", "C"]
      )
    }))

  it.effect("chooses as a search through the members would", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.array(fc.constantFrom("out", "in", "broken"), { minLength: 1, maxLength: 6 }), (kinds) =>
          Effect.runPromise(Effect.gen(function*() {
            const members = kinds.map((kind, i) =>
              kind === "in" ?
                member(String(i)) :
                kind === "out" ?
                out(String(i)) :
                member(String(i), () => Effect.fail(others[0]!))
            )
            const chain = yield* Chain.make(members)
            const result = yield* Effect.either(chain.acquire({}))
            const first = kinds.findIndex((kind) => kind !== "out")
            if (first < 0) assert.strictEqual(result._tag === "Left" && result.left._tag, "CredentialUnavailable")
            else if (kinds[first] === "in") {
              assert.strictEqual(result._tag === "Right" && text(result.right), String(first))
            } else assert.strictEqual(result._tag === "Left" && result.left._tag, "InvalidClient")
            members.forEach((member, i) =>
              assert.lengthOf(member.requests, first >= 0 && i > first ? 0 : 1, `${i} of ${kinds.join()}`)
            )
          }))),
        { numRuns: 60 }
      )
    ))

  it.effect("logs which it uses and why not the others, when that changes", () =>
    Effect.gen(function*() {
      const { capture, lines } = logs()
      let away = true
      const a = member("A", () => away ? Effect.fail(unavailable("A", "no a")) : Effect.succeed(token("A")))
      const b = member("B", (n) => n < 3 ? Effect.succeed(token("B")) : Effect.fail(unavailable("B", "no b")))
      const chain = yield* Chain.make([a, Chain.absent("N", "no n"), b])
      yield* capture(Effect.zipRight(chain.acquire({}), chain.acquire({})))
      assert.deepStrictEqual(lines, [{
        level: "DEBUG",
        message: "Chain uses B",
        notes: { "skipped.A": "no a", "skipped.N": "no n" }
      }])
      away = false
      yield* capture(chain.acquire({}))
      assert.strictEqual(lines[1]!.message, "Chain uses A")
      assert.deepStrictEqual(lines[1]!.notes, { "skipped.B": "no b" })
    }))

  it.effect("must have members, all of one cloud", () =>
    Effect.gen(function*() {
      const none = yield* Effect.flip(Chain.make([]))
      assert.include(none.message, "has none")
      const us = member("US", undefined, { cloud: NationalCloud.usGov })
      const mixed = yield* Effect.flip(Chain.make([member("A"), us]))
      assert.include(mixed.message, "US Government")
      assert.include((yield* Effect.flip(Chain.make([us], { cloud: NationalCloud.global }))).message, "one cloud")
      assert.strictEqual((yield* Chain.make([Chain.absent("A", "x"), us])).cloud, NationalCloud.usGov)
      // Two clouds that share an authority are two clouds.
      const dod = member("DoD", undefined, { cloud: NationalCloud.usGovDod })
      assert.strictEqual((yield* Effect.flip(Chain.make([us, dod])))._tag, "CredentialMisconfigured")
    }))

  it.effect("says of itself what all its members agree on", () =>
    Effect.gen(function*() {
      const same = yield* Chain.make([member("A"), member("B")])
      assert.deepStrictEqual([same.tenantId, same.clientId], [tenantId, clientId])
      assert.deepStrictEqual([same.onBehalfOf, same.interactive], [false, false])
      const mixed = yield* Chain.make([
        member("A", undefined, { clientId: undefined, onBehalfOf: true }),
        member("B", undefined, { tenantId: otherTenant, interactive: true })
      ])
      assert.deepStrictEqual([mixed.tenantId, mixed.clientId], [undefined, undefined])
      assert.deepStrictEqual([mixed.onBehalfOf, mixed.interactive], [true, true])
    }))

  it.scoped("of credentials for users keeps users apart", () =>
    Effect.gen(function*() {
      const obo = member(
        "OBO",
        (n) => Effect.succeed(token(`user-${n}`)),
        { onBehalfOf: true }
      )
      const tokens = yield* Effect.flatMap(Chain.make([out("A"), obo]), TokenProvider.make)
      const of = (user: string) => Effect.map(tokens.get().pipe(UserAssertion.provide(Redacted.make(user))), text)
      assert.deepStrictEqual([yield* of("ann"), yield* of("bob"), yield* of("ann")], ["user-1", "user-2", "user-1"])
    }))

  it.effect("limits the time of a member that waits for nobody, where another may", () =>
    Effect.gen(function*() {
      const chain = yield* Chain.make([
        member("A", () => Effect.never),
        member("B", undefined, { interactive: true })
      ]).pipe(Effect.provide(TokenPolicy.layer({ timeout: Duration.seconds(5) })))
      const fiber = yield* Effect.fork(Effect.flip(chain.acquire({})))
      yield* TestClock.adjust(4_999)
      assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
      yield* TestClock.adjust(1)
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag === "AuthorityUnavailable" && error.reason, "Timeout")
      assert.strictEqual(error.credential, "A")

      const waits = yield* Chain.make([member("B", () => Effect.never, { interactive: true })])
      const waiting = yield* Effect.fork(waits.acquire({}))
      yield* TestClock.adjust("1 day")
      assert.isTrue(Option.isNone(yield* Fiber.poll(waiting)))
      yield* Fiber.interrupt(waiting)
    }))

  it.effect("interrupting it interrupts its member", () =>
    Effect.gen(function*() {
      let aborted = 0
      const a = member("A", () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => aborted++)))
      const chain = yield* Chain.make([a, member("B")])
      const fiber = yield* Effect.fork(chain.acquire({}))
      yield* utils.until(() => a.requests.length === 1)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(aborted, 1)
    }))

  it.effect("has a span of its own name, without a secret", () =>
    Effect.gen(function*() {
      const recorder = utils.recordSpans()
      const chain = yield* Chain.make([out("A"), member("B", () => Effect.succeed(token(secret)))])
      yield* Effect.withTracer(chain.acquire({}), recorder.tracer)
      assert.deepStrictEqual(recorder.spans.map((_) => _.name), ["Chain.acquire"])
      utils.assertClean([recorder.text()], [secret])
    }))
})

describe("Chain.layer", () => {
  const of = (service: Credential.Service) => Layer.succeed(Credential.Credential, service)

  const acquire = <E>(layer: Layer.Layer<Credential.Credential, E>, variables: Record<string, string> = {}) =>
    Effect.flatMap(Credential.Credential, (credential) => credential.acquire({})).pipe(
      Effect.provide(layer),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))
    )

  const configured = Layer.effect(
    Credential.Credential,
    Effect.map(
      Config.all([Config.nonEmptyString("THE_TENANT"), Config.redacted("THE_SECRET")]),
      () => member("Configured")
    )
  )

  it.effect("passes over an optional member that is not configured, and says which variable", () =>
    Effect.gen(function*() {
      const layer = Chain.layer([Chain.optional("Mine", configured), of(out("B", "no b"))])
      const error = yield* Effect.flip(acquire(layer))
      assert.include(String(error), "- Mine: not configured: THE_TENANT")
      assert.include(String(error), "- B: no b")
      const half = yield* Effect.flip(acquire(layer, { THE_TENANT: secret }))
      assert.include(String(half), "THE_SECRET is not set")
      assert.notInclude(String(half), "THE_TENANT")
      utils.assertClean(utils.representations(half), [secret])
      assert.strictEqual(text(yield* acquire(layer, { THE_TENANT: "t", THE_SECRET: "s" })), "Configured")
    }))

  it.effect("passes over an optional member that is misconfigured, with a warning", () =>
    Effect.gen(function*() {
      const { capture, lines } = logs()
      const wrong = Layer.fail(
        new Credential.CredentialMisconfigured({ credential: "Mine", option: "tenantId", reason: "is empty" })
      )
      const layer = Chain.layer([Chain.optional("Mine", wrong), of(member("B"))])
      assert.strictEqual(text(yield* capture(acquire(layer))), "B")
      assert.deepStrictEqual(lines.map((_) => _.level), ["WARN", "DEBUG"])
      assert.include(lines[0]!.message, "tenantId is empty")
      assert.deepStrictEqual(lines[1]!.notes, { "skipped.Mine": "misconfigured: tenantId is empty" })
    }))

  it.effect("fails with what else is wrong, and with all that is wrong with a member that is not optional", () =>
    Effect.gen(function*() {
      const invalid = Layer.effect(
        Credential.Credential,
        Effect.as(Config.integer("THE_NUMBER"), member("X"))
      )
      const error = yield* Effect.flip(
        acquire(Chain.layer([Chain.optional("Mine", invalid), of(member("B"))]), { THE_NUMBER: "many" })
      )
      assert.isTrue(ConfigError.isConfigError(error))
      const strict = yield* Effect.flip(acquire(Chain.layer([configured, of(member("B"))])))
      assert.isTrue(ConfigError.isConfigError(strict))
      const mine = yield* Effect.flip(acquire(Chain.layer([Chain.optional("M", Layer.fail("mine")), of(member("B"))])))
      assert.strictEqual(mine, "mine")
    }))

  it("says what its members may fail with, and what they need", () => {
    class Needed extends Context.Tag("Needed")<Needed, string>() {}
    const needy = Layer.effect(Credential.Credential, Effect.as(Needed, member("A")))
    const wrong = Layer.effect(Credential.Credential, Effect.fail("wrong" as const))
    const _layer = Chain.layer([needy, Chain.optional("B", wrong), configured])
    type Expected = Layer.Layer<
      Credential.Credential,
      "wrong" | ConfigError.ConfigError | Credential.CredentialMisconfigured,
      Needed
    >
    const same: (<T>() => T extends typeof _layer ? 1 : 2) extends (<T>() => T extends Expected ? 1 : 2) ? true
      : false = true
    assert.isTrue(same)
  })

  it.effect("keeps its members' resources for as long as itself", () =>
    Effect.gen(function*() {
      const events: Array<string> = []
      const scoped = Layer.scoped(
        Credential.Credential,
        Effect.acquireRelease(
          Effect.sync(() => member("A", () => Effect.sync(() => (events.push("used"), token("A"))))),
          () => Effect.sync(() => events.push("closed"))
        )
      )
      yield* acquire(Chain.layer([scoped]))
      assert.deepStrictEqual(events, ["used", "closed"])
    }))
})
