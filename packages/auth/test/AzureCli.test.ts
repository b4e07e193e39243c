import { type Credential, TokenPolicy, TokenProvider } from "@effect-msgraph/auth"
import * as AzureCli from "@effect-msgraph/auth/AzureCli"
import * as AzureDeveloperCli from "@effect-msgraph/auth/AzureDeveloperCli"
import * as AzurePowerShell from "@effect-msgraph/auth/AzurePowerShell"
import { NationalCloud } from "@effect-msgraph/domain"
import { Command, CommandExecutor, Error as PlatformError, FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Deferred, Duration, Effect, Fiber, Layer, Option, Stream, TestClock } from "effect"
import * as utils from "./utils.js"

const { jwt, otherTenant, tenantId, text } = utils

type Make = (options?: {
  readonly cloud?: NationalCloud.NationalCloud
  readonly tenantId?: string
  readonly additionallyAllowedTenants?: ReadonlyArray<string>
}) => ReturnType<typeof AzureCli.make>

const tools: ReadonlyArray<{
  readonly name: string
  readonly program: string
  readonly make: Make
  readonly printed: object
  readonly login: string
}> = [
  {
    name: "AzureCli",
    program: "az",
    make: AzureCli.make,
    printed: { accessToken: jwt, expires_on: 3600, expiresOn: "1999-01-01 00:00:00.000000", tenant: tenantId },
    login: "run: az login"
  },
  {
    name: "AzureDeveloperCli",
    program: "azd",
    make: AzureDeveloperCli.make,
    printed: { token: jwt, expiresOn: "1970-01-01T01:00:00Z" },
    login: "run: azd auth login"
  },
  {
    name: "AzurePowerShell",
    program: "pwsh",
    make: AzurePowerShell.make,
    printed: { token: jwt, expiresOn: 3600, tenantId },
    login: "Connect-AzAccount"
  }
]

// --- in memory -------------------------------------------------------------------------------------------------------

interface Ended {
  readonly exitCode?: number
  readonly stdout?: string | Stream.Stream<Uint8Array>
  readonly stderr?: string
}

const bytes = (value: string | Stream.Stream<Uint8Array>) =>
  typeof value === "string" ? Stream.make(new TextEncoder().encode(value)) : value

const notFound = (command: string) =>
  new PlatformError.SystemError({ reason: "NotFound", module: "Command", method: "spawn", pathOrDescriptor: command })

/** An executor that never starts anything. `"hangs"` is a process that goes on until it is killed. */
const makeExecutor = (
  reply: (command: Command.StandardCommand) => Ended | "hangs" | "stubborn" | PlatformError.PlatformError
) => {
  const started: Array<Command.StandardCommand> = []
  const signals: Array<string> = []
  const executor = CommandExecutor.makeExecutor((command) =>
    Effect.gen(function*() {
      const [standard] = Command.flatten(command)
      started.push(standard)
      const answer = reply(standard)
      if (typeof answer === "object" && "_tag" in answer) return yield* answer
      const ended = yield* Deferred.make<CommandExecutor.ExitCode>()
      if (typeof answer === "object") yield* Deferred.succeed(ended, CommandExecutor.ExitCode(answer.exitCode ?? 0))
      const output = typeof answer === "object" ? answer : {}
      return {
        [CommandExecutor.ProcessTypeId]: CommandExecutor.ProcessTypeId,
        pid: CommandExecutor.ProcessId(1),
        exitCode: Deferred.await(ended),
        isRunning: Effect.negate(Deferred.isDone(ended)),
        kill: (signal = "SIGTERM") =>
          Effect.suspend(() => {
            signals.push(signal)
            return answer === "stubborn" && signal !== "SIGKILL"
              ? Effect.asVoid(Deferred.await(ended))
              : Effect.asVoid(Deferred.succeed(ended, CommandExecutor.ExitCode(143)))
          }),
        stdin: undefined as never,
        stdout: typeof answer === "string" ? Stream.never : bytes(output.stdout ?? ""),
        stderr: typeof answer === "string" ? Stream.never : bytes(output.stderr ?? ""),
        toJSON: () => ({}),
        toString: () => "",
        [Symbol.for("nodejs.util.inspect.custom")]: () => ""
      } as unknown as CommandExecutor.Process
    })
  )
  return { started, signals, layer: Layer.succeed(CommandExecutor.CommandExecutor, executor) }
}

const provide =
  (executor: { readonly layer: Layer.Layer<CommandExecutor.CommandExecutor> }, env: object = {}) =>
  <A, E>(effect: Effect.Effect<A, E, CommandExecutor.CommandExecutor>) =>
    effect.pipe(
      Effect.provide(executor.layer),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env))))
    )

const acquire = (make: ReturnType<Make>, request: Credential.TokenRequest = {}) =>
  Effect.flatMap(Effect.orDie(make), (credential) => credential.acquire(request))

const lines = (executor: ReturnType<typeof makeExecutor>) =>
  executor.started.map((command) => [command.command, ...command.args])

const scriptOf = (executor: ReturnType<typeof makeExecutor>) =>
  Buffer.from(executor.started[0]!.args.at(-1)!, "base64").toString("utf16le")

describe("in memory", () => {
  for (const tool of tools) {
    describe(tool.name, () => {
      const fine = () => makeExecutor(() => ({ stdout: `${JSON.stringify(tool.printed)}\n` }))

      it.effect("gives the token that the tool prints, without a shell", () =>
        Effect.gen(function*() {
          const executor = fine()
          const token = yield* provide(executor)(acquire(tool.make()))
          assert.strictEqual(text(token), jwt)
          assert.strictEqual(token.expiresAt.epochMillis, 3_600_000)
          assert.strictEqual(executor.started[0]!.command, tool.program)
          assert.isFalse(executor.started[0]!.shell)
          assert.notStrictEqual(executor.started[0]!.stdin, "inherit")
          assert.lengthOf(executor.signals, 0)
        }))

      it.effect("that is not installed is a reason to go on, and says where to get it", () =>
        Effect.gen(function*() {
          const executor = makeExecutor((command) => notFound(command.command))
          const error = yield* Effect.flip(provide(executor)(acquire(tool.make())))
          assert.strictEqual(error._tag, "CredentialUnavailable")
          assert.include(error.message, "not installed")
          assert.match(error.message, /https:\/\/aka\.ms\//)
        }))

      it.effect("that cannot be run, or fails, is a reason to go on", () =>
        Effect.forEach(
          [
            new PlatformError.SystemError({
              reason: "PermissionDenied",
              module: "Command",
              method: "spawn",
              pathOrDescriptor: jwt
            }),
            new PlatformError.SystemError({ reason: "Unknown", module: "Command", method: "spawn", description: jwt }),
            { exitCode: 1, stderr: "ERROR: something broke", stdout: jwt },
            { exitCode: 2, stderr: `a token ${jwt} and more`, stdout: "" },
            { exitCode: 0, stdout: "" },
            { exitCode: 0, stdout: "[]" },
            { exitCode: 0, stdout: `Warning! ${JSON.stringify(tool.printed)}` },
            {
              exitCode: 0,
              stdout: JSON.stringify({ ...tool.printed, expiresOn: `soon ${jwt}`, expires_on: "", accessToken: jwt })
            },
            {
              exitCode: 0,
              stdout: JSON.stringify({ ...tool.printed, accessToken: `${jwt} x`, token: `Bearer ${jwt}` })
            },
            { exitCode: 0, stdout: JSON.stringify({ ...tool.printed, accessToken: 1, token: null }) }
          ],
          (reply) =>
            Effect.gen(function*() {
              const recorder = utils.recordSpans()
              const error = yield* provide(makeExecutor(() => reply))(acquire(tool.make())).pipe(
                Effect.withTracer(recorder.tracer),
                Effect.flip
              )
              assert.strictEqual(error._tag, "CredentialUnavailable")
              utils.assertClean([...utils.representations(error), recorder.text()], [jwt])
              assert.isTrue(recorder.spans.some((span) => span.name === `${tool.name}.acquire`))
            })
        ))

      it.effect("says with which code it failed, what it said, and what to do", () =>
        Effect.gen(function*() {
          const executor = makeExecutor(() => ({ exitCode: 7, stderr: "ERROR: the disk is full" }))
          const error = yield* Effect.flip(provide(executor)(acquire(tool.make())))
          assert.include(error.message, "exit code 7: the disk is full")
          assert.include(error.message, tool.login)
        }))

      it.effect("that prints without end is stopped", () =>
        Effect.gen(function*() {
          const endless = Stream.repeatEffect(Effect.succeed(new Uint8Array(100_000)))
          const executor = makeExecutor(() => ({ stdout: endless }))
          const error = yield* Effect.flip(provide(executor)(acquire(tool.make())))
          assert.include(error.message, "1048576 bytes")
        }))

      it.effect("that hangs is ended when the policy's time is over", () =>
        Effect.gen(function*() {
          const executor = makeExecutor(() => "hangs")
          const fiber = yield* Effect.fork(
            provide(executor)(acquire(tool.make())).pipe(
              Effect.provide(TokenPolicy.layer({ timeout: Duration.seconds(5) })),
              Effect.flip
            )
          )
          yield* TestClock.adjust(4_999)
          assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
          assert.lengthOf(executor.signals, 0)
          yield* TestClock.adjust(1)
          const error = yield* Fiber.join(fiber)
          assert.strictEqual(error._tag === "AuthorityUnavailable" && error.reason, "Timeout")
          assert.deepStrictEqual(executor.signals, ["SIGTERM"])
        }))

      it.effect("is ended with whoever waits for it, and killed if it does not care", () =>
        Effect.gen(function*() {
          const executor = makeExecutor(() => "stubborn")
          const fiber = yield* Effect.fork(provide(executor)(acquire(tool.make())))
          yield* utils.until(() => executor.started.length === 1)
          yield* utils.sleeping(1)
          const ending = yield* Effect.fork(Fiber.interrupt(fiber))
          yield* utils.until(() => executor.signals.length === 1)
          yield* TestClock.adjust(999)
          assert.deepStrictEqual(executor.signals, ["SIGTERM"])
          yield* TestClock.adjust(1)
          yield* Fiber.join(ending)
          assert.deepStrictEqual(executor.signals, ["SIGTERM", "SIGKILL"])
        }))

      it.effect("is not run for claims, nor for what it must not be given", () =>
        Effect.gen(function*() {
          const executor = fine()
          const credential = yield* provide(executor)(tool.make({ tenantId }))
          const claims = JSON.stringify({ access_token: {} })
          const error = yield* Effect.flip(credential.acquire({ claims }))
          assert.strictEqual(error._tag === "InteractionRequired" && error.claims, claims)
          for (
            const scope of [
              "--help",
              "-x/.default",
              "a;b/.default",
              "$(id)/.default",
              "a&calc/.default",
              "%PATH%/.default",
              "a'b/.default",
              "a`b/.default",
              "a|b/.default"
            ]
          ) {
            const refused = yield* Effect.flip(credential.acquire({ scopes: [scope] }))
            assert.strictEqual(refused._tag, "InvalidTokenRequest", scope)
          }
          assert.strictEqual(
            (yield* Effect.flip(credential.acquire({ tenantId: otherTenant })))._tag,
            "TenantNotAllowed"
          )
          assert.lengthOf(executor.started, 0)
        }))

      it.effect("refuses a tenant that is none when the layer is built", () =>
        Effect.forEach(["", "--tenant", "a b", "common", "x;y"], (wrong) =>
          Effect.gen(function*() {
            const error = yield* Effect.flip(provide(fine())(tool.make({ tenantId: wrong })))
            assert.strictEqual(error.option, "tenantId")
            const also = yield* Effect.flip(provide(fine())(tool.make({ additionallyAllowedTenants: [wrong] })))
            assert.strictEqual(also.option, "additionallyAllowedTenants")
          })))

      it.effect("serves any tenant where it was told none, and those it was told", () =>
        Effect.gen(function*() {
          const executor = fine()
          yield* provide(executor)(acquire(tool.make(), { tenantId: otherTenant }))
          yield* provide(executor)(
            acquire(tool.make({ tenantId, additionallyAllowedTenants: [otherTenant] }), { tenantId: otherTenant })
          )
          yield* provide(executor)(acquire(tool.make({ tenantId })))
          const given = (n: number) =>
            tool.program === "pwsh"
              ? Buffer.from(executor.started[n]!.args.at(-1)!, "base64").toString("utf16le")
              : executor.started[n]!.args.join(" ")
          assert.include(given(0), otherTenant)
          assert.include(given(1), otherTenant)
          assert.include(given(2), tenantId)
        }))

      it.scoped("is run once for any number of calls of the provider", () =>
        Effect.gen(function*() {
          const executor = fine()
          const tokens = yield* Effect.flatMap(provide(executor)(tool.make()), TokenProvider.make)
          yield* Effect.all(Array.from({ length: 10 }, () => tokens.get()), { concurrency: "unbounded" })
          yield* Effect.all(Array.from({ length: 10 }, () => tokens.get()))
          assert.lengthOf(executor.started, 1)
        }))
    })
  }

  describe("AzureCli", () => {
    const printing = (printed: object) => makeExecutor(() => ({ stdout: JSON.stringify(printed) }))

    it.effect("is told resource or scopes, tenant and subscription", () =>
      Effect.gen(function*() {
        const executor = printing(tools[0]!.printed)
        yield* provide(executor)(acquire(AzureCli.make({ cloud: NationalCloud.usGov })))
        yield* provide(executor)(
          acquire(AzureCli.make({ tenantId, subscription: "My Sub-1" }), {
            scopes: ["https://graph.microsoft.com/User.Read", "openid"]
          })
        )
        const base = ["az", "account", "get-access-token", "--output", "json"]
        assert.deepStrictEqual(lines(executor), [
          [...base, "--resource", "https://graph.microsoft.us"],
          [
            ...base,
            "--scope",
            "https://graph.microsoft.com/User.Read",
            "openid",
            "--tenant",
            tenantId,
            "--subscription",
            "My Sub-1"
          ]
        ])
      }))

    it.effect("is a batch file on Windows, and run away from where anybody may put another az", () =>
      Effect.gen(function*() {
        const executor = printing(tools[0]!.printed)
        yield* provide(executor, { SystemRoot: "C:\\Windows" })(acquire(AzureCli.make()))
        assert.deepStrictEqual(lines(executor)[0]!.slice(0, 5), ["cmd.exe", "/d", "/c", "az", "account"])
        assert.deepStrictEqual(executor.started[0]!.cwd, Option.some("C:\\Windows"))
        const missing = makeExecutor(() => ({
          exitCode: 1,
          stderr: "'az' is not recognized as an internal or external command"
        }))
        const error = yield* Effect.flip(provide(missing)(acquire(AzureCli.make())))
        assert.include(error.message, "not installed")
      }))

    it.effect("refuses a subscription that is no plain name", () =>
      Effect.forEach(["--debug", "a&b", "", "a\"b", "%x%"], (subscription) =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(provide(printing({}))(AzureCli.make({ subscription })))
          assert.strictEqual(error.option, "subscription")
        })))

    it.effect("prefers the expiry that has no time zone to guess", () =>
      Effect.gen(function*() {
        const expiry = (printed: object) =>
          Effect.map(
            provide(printing({ accessToken: jwt, ...printed }))(acquire(AzureCli.make())),
            (token) => token.expiresAt.epochMillis
          )
        const local = new Date(2027, 0, 31, 17, 0, 0, 123).getTime()
        assert.strictEqual(yield* expiry({ expires_on: 60, expiresOn: "2027-01-31 17:00:00.123456" }), 60_000)
        assert.strictEqual(yield* expiry({ expires_on: "60" }), 60_000)
        assert.strictEqual(yield* expiry({ expiresOn: "2027-01-31 17:00:00.123456" }), local)
      }))

    it.effect("says when somebody has to sign in", () =>
      Effect.gen(function*() {
        const said = (stderr: string) =>
          Effect.flip(provide(makeExecutor(() => ({ exitCode: 1, stderr })))(acquire(AzureCli.make())))
        const nobody = yield* said("ERROR: Please run 'az login' to setup account.")
        assert.strictEqual(nobody._tag, "CredentialUnavailable")
        assert.include(nobody.message, "nobody is signed in")
        assert.include(nobody.message, "az login")
        const over = yield* said(
          `ERROR: AADSTS700082: The refresh token ${jwt} has expired.\nPlease run: az login --scope https://x/.default`
        )
        assert.deepStrictEqual(over.diagnostics.codes, [700082])
        utils.assertClean(utils.representations(over), [jwt])
      }))
  })

  describe("AzureDeveloperCli", () => {
    it.effect("is told each scope, and the tenant", () =>
      Effect.gen(function*() {
        const executor = makeExecutor(() => ({ stdout: JSON.stringify(tools[1]!.printed) }))
        yield* provide(executor)(acquire(AzureDeveloperCli.make({ tenantId }), { scopes: ["a/.default", "b"] }))
        assert.deepStrictEqual(lines(executor), [[
          "azd",
          "auth",
          "token",
          "--output",
          "json",
          "--no-prompt",
          "--scope",
          "a/.default",
          "--scope",
          "b",
          "--tenant-id",
          tenantId
        ]])
      }))

    it.effect("says when somebody has to sign in, wherever it prints so", () =>
      Effect.forEach(
        [
          { exitCode: 1, stderr: "ERROR: not logged in, run `azd auth login` to login" },
          { exitCode: 1, stdout: "{\"type\":\"consoleMessage\",\"data\":{\"message\":\"run `azd auth login`\"}}" }
        ],
        (reply) =>
          Effect.gen(function*() {
            const error = yield* Effect.flip(provide(makeExecutor(() => reply))(acquire(AzureDeveloperCli.make())))
            assert.include(error.message, "nobody is signed in")
          })
      ))
  })

  describe("AzurePowerShell", () => {
    const fine = () => makeExecutor(() => ({ stdout: JSON.stringify(tools[2]!.printed) }))

    it.effect("is given a script in a form that needs no quotes", () =>
      Effect.gen(function*() {
        const executor = fine()
        yield* provide(executor)(acquire(AzurePowerShell.make({ tenantId })))
        const { args } = executor.started[0]!
        assert.deepStrictEqual(args.slice(0, -1), [
          "-NoLogo",
          "-NoProfile",
          "-NonInteractive",
          "-OutputFormat",
          "Text",
          "-EncodedCommand"
        ])
        const script = scriptOf(executor)
        assert.include(script, "ResourceUrl = 'https://graph.microsoft.com'")
        assert.include(script, `$wanted['TenantId'] = '${tenantId}'`)
        assert.include(script, "[System.Security.SecureString]")
        const without = fine()
        yield* provide(without)(acquire(AzurePowerShell.make()))
        assert.notInclude(scriptOf(without), "TenantId'] =")
      }))

    it.effect("tries the older PowerShell of Windows too", () =>
      Effect.gen(function*() {
        const executor = makeExecutor((command) =>
          command.command === "pwsh.exe" ? notFound("pwsh.exe") : { stdout: JSON.stringify(tools[2]!.printed) }
        )
        yield* provide(executor, { SystemRoot: "C:\\Windows" })(acquire(AzurePowerShell.make()))
        assert.deepStrictEqual(executor.started.map((_) => _.command), ["pwsh.exe", "powershell.exe"])
      }))

    it.effect("says when the module is missing, or nobody is signed in", () =>
      Effect.gen(function*() {
        const said = (problem: string) =>
          Effect.flip(
            provide(makeExecutor(() => ({ exitCode: 3, stdout: `{"problem":"${problem}"}\r\n` })))(
              acquire(AzurePowerShell.make())
            )
          )
        assert.include((yield* said("install")).message, "Install-Module Az.Accounts")
        assert.include((yield* said("login")).message, "Connect-AzAccount")
        assert.include((yield* said("other")).message, "exit code 3")
      }))

    it.effect("gives tokens of one whole resource", () =>
      Effect.gen(function*() {
        const executor = fine()
        const error = yield* Effect.flip(provide(executor)(acquire(AzurePowerShell.make(), { scopes: ["User.Read"] })))
        assert.strictEqual(error._tag, "CredentialUnavailable")
        assert.lengthOf(executor.started, 0)
      }))
  })

  it.effect("layerConfig takes AZURE_TENANT_ID, if there is one", () =>
    Effect.forEach(
      [AzureCli.layerConfig, AzureDeveloperCli.layerConfig, AzurePowerShell.layerConfig],
      (layerConfig, i) =>
        Effect.gen(function*() {
          const executor = makeExecutor(() => ({ stdout: JSON.stringify(tools[i]!.printed) }))
          const tenantWith = (env: Record<string, string>) =>
            Effect.map(TokenProvider.TokenProvider, (tokens) => tokens.tenantId).pipe(
              Effect.provide(Layer.provide(TokenProvider.layer, layerConfig())),
              provide(executor, env)
            )
          assert.strictEqual(yield* tenantWith({ AZURE_TENANT_ID: tenantId }), tenantId)
          assert.isUndefined(yield* tenantWith({}))
        })
    ))
})

// --- real processes --------------------------------------------------------------------------------------------------

/** Programs in a folder of their own, which is all of `PATH` but for Node. */
const withPrograms = (programs: Record<string, string>) =>
  Effect.gen(function*() {
    const fileSystem = yield* FileSystem.FileSystem
    const folder = yield* fileSystem.makeTempDirectoryScoped()
    for (const [name, source] of Object.entries(programs)) {
      yield* fileSystem.writeFileString(`${folder}/${name}`, `#!${process.execPath}\n${source}`, { mode: 0o755 })
    }
    const real = yield* CommandExecutor.CommandExecutor
    const layer = Layer.succeed(
      CommandExecutor.CommandExecutor,
      CommandExecutor.makeExecutor((command) => real.start(Command.env(command, { PATH: folder })))
    )
    const read = (file: string) => Effect.orElseSucceed(fileSystem.readFileString(`${folder}/${file}`), () => "")
    return { folder, layer, read }
  })

const record = "require('fs').appendFileSync(__dirname + '/calls', JSON.stringify(process.argv.slice(2)) + '\\n');"

describe.skipIf(process.platform === "win32")("real processes", () => {
  it.scopedLive("each tool prints a token", () =>
    Effect.forEach(tools, (tool) =>
      Effect.gen(function*() {
        const expires = Math.floor(Date.now() / 1000) + 3600
        const printed = {
          ...tool.printed,
          ...(tool.program === "az" ? { expires_on: expires } : {
            expiresOn: tool.program === "pwsh" ? expires : new Date(expires * 1000).toISOString()
          })
        }
        const programs = yield* withPrograms({
          [tool.program]: `${record} console.error("WARNING: an update is available");
            process.stdin.on("end", () => console.log(${JSON.stringify(JSON.stringify(printed, null, 2))})).resume()`
        })
        const tokens = yield* Effect.flatMap(Effect.provide(tool.make(), programs.layer), TokenProvider.make)
        const got = yield* Effect.forEach(Array.from({ length: 10 }), () => tokens.get())
        assert.isTrue(got.every((token) => text(token) === jwt))
        assert.strictEqual(got[0]!.expiresAt.epochMillis, expires * 1000)
        assert.lengthOf((yield* programs.read("calls")).trim().split("\n"), 1)
      })).pipe(Effect.provide(NodeContext.layer)))

  it.scopedLive("what is not there is not installed", () =>
    Effect.forEach(tools, (tool) =>
      Effect.gen(function*() {
        const programs = yield* withPrograms({})
        const error = yield* Effect.flip(Effect.provide(acquire(tool.make()), programs.layer))
        assert.include(error.message, "not installed")
      })).pipe(Effect.provide(NodeContext.layer)))

  it.scopedLive("an argument arrives as it was given", () =>
    Effect.gen(function*() {
      const programs = yield* withPrograms({ az: `${record} process.exit(1)` })
      yield* Effect.flip(Effect.provide(acquire(AzureCli.make({ subscription: "Pay As You Go" })), programs.layer))
      assert.include(JSON.parse(yield* programs.read("calls")), "Pay As You Go")
    }).pipe(Effect.provide(NodeContext.layer)))

  it.scopedLive("a failure keeps nothing of what was printed", () =>
    Effect.gen(function*() {
      const programs = yield* withPrograms({
        az: `console.log(${JSON.stringify(jwt)}); console.error("ERROR: it broke " + ${
          JSON.stringify(jwt)
        }); process.exit(9)`
      })
      const error = yield* Effect.flip(Effect.provide(acquire(AzureCli.make()), programs.layer))
      assert.include(error.message, "exit code 9")
      utils.assertClean(utils.representations(error), [jwt])
    }).pipe(Effect.provide(NodeContext.layer)))

  it.scopedLive("interrupting ends the process, even one that ignores it", () =>
    Effect.gen(function*() {
      const programs = yield* withPrograms({
        az: `process.on("SIGTERM", () => {}); require('fs').writeFileSync(__dirname + '/pid', String(process.pid));
          setInterval(() => {}, 1000)`
      })
      const fiber = yield* Effect.fork(Effect.provide(acquire(AzureCli.make()), programs.layer))
      let pid = ""
      while (pid === "") pid = yield* Effect.zipRight(Effect.yieldNow(), programs.read("pid"))
      yield* Fiber.interrupt(fiber)
      assert.throws(() => process.kill(Number(pid), 0), /ESRCH/)
    }).pipe(Effect.provide(NodeContext.layer)), 20_000)
})
