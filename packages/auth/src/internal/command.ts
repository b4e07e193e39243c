/**
 * Tokens from the command-line tools of developers. A tool is run without a shell, once for each acquisition, and ends
 * with the fiber that waits for it. Nothing that it prints on its standard output gets anywhere but into the token.
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as Command from "@effect/platform/Command"
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import type * as PlatformError from "@effect/platform/Error"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as AccessToken from "../AccessToken.js"
import * as AuthError from "../AuthError.js"
import * as Credential from "../Credential.js"
import * as TokenPolicy from "../TokenPolicy.js"
import * as classify from "./classify.js"
import { inTime } from "./inTime.js"
import * as json from "./json.js"
import * as jwt from "./jwt.js"
import * as options_ from "./options.js"
import * as request_ from "./request.js"
import * as scrub from "./scrub.js"
import * as tenant from "./tenant.js"
import * as variable from "./variable.js"

/** What all three tools are told. */
export interface Options {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId?: string | undefined
  readonly additionallyAllowedTenants?: ReadonlyArray<string> | undefined
}

export interface Wanted {
  readonly scopes: ReadonlyArray<string>
  readonly tenantId: string | undefined
}

/** One way to start a tool; where the program is missing, the next one is tried. */
export type Invocation = readonly [command: string, ...args: ReadonlyArray<string>]

interface Output {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface Tool {
  readonly name: string
  /** As people call it. */
  readonly title: string
  readonly install: string
  readonly login: string
  readonly invocations: (
    wanted: Wanted,
    windows: boolean
  ) => Effect.Effect<ReadonlyArray<Invocation>, AuthError.AuthError>
  /** Whether what it printed says that nobody is signed in, or that a part of it is missing. */
  readonly excuse: (output: Output) => "login" | "install" | undefined
  readonly read: (printed: json.JsonObject) => {
    readonly token: unknown
    readonly expiresAt: number | undefined
    readonly tenantId?: unknown
  }
}

const limit = 1024 * 1024

class TooMuch {
  readonly _tag = "TooMuch"
}

/** All that a stream has, as long as that is not unreasonably much. */
const collect = (
  stream: Stream.Stream<Uint8Array, PlatformError.PlatformError>
): Effect.Effect<string, PlatformError.PlatformError | TooMuch> =>
  Effect.suspend(() => {
    const decoder = new TextDecoder()
    let size = 0
    return Stream.runFoldEffect(stream, "", (text, bytes) => {
      size += bytes.length
      return size > limit
        ? Effect.fail(new TooMuch())
        : Effect.succeed(text + decoder.decode(bytes, { stream: true }))
    })
  })

/** The platform's executor asks a process to end and waits until it has; one that does not care is killed. */
const end = (process: CommandExecutor.Process): Effect.Effect<void> =>
  Effect.flatMap(process.isRunning, (running) =>
    running
      ? Effect.interruptible(process.kill("SIGTERM")).pipe(
        Effect.timeout("1 second"),
        Effect.catchAll(() => process.kill("SIGKILL"))
      )
      : Effect.void).pipe(Effect.ignore)

const run = (
  executor: CommandExecutor.CommandExecutor,
  [command, ...args]: Invocation,
  directory: string | undefined
): Effect.Effect<Output, PlatformError.PlatformError | TooMuch> =>
  Effect.scoped(Effect.gen(function*() {
    // Nobody is there to answer a question of the tool.
    const base = Command.make(command, ...args).pipe(Command.stdin(Stream.empty))
    const process = yield* executor.start(
      directory === undefined ? base : Command.workingDirectory(base, directory)
    )
    yield* Effect.addFinalizer(() => end(process))
    const [stdout, stderr, exitCode] = yield* Effect.all(
      [collect(process.stdout), collect(process.stderr), process.exitCode],
      { concurrency: "unbounded" }
    )
    return { exitCode, stdout, stderr }
  }))

/** Codes of Entra's that a tool repeats, and its own words, safe to keep. */
const diagnose = (stderr: string): AuthError.Diagnostics => ({
  codes: Array.from(new Set(classify.aadsts(stderr)))
})

const said = (stderr: string): string => {
  const text = scrub.text(stderr.replace(/^\s*ERROR:\s*/i, ""), () => false)
  return text === undefined ? "" : `: ${text}`
}

/** What a tool may be given: nothing that it, or a shell, would take for more than a word. */
const wordProblem = (value: string): string | undefined =>
  /^[A-Za-z0-9][A-Za-z0-9:/._-]*$/.test(value) ? undefined : "has a character that is not passed on to a tool"

export const problems = (options: Options) => ({
  cloud: options_.cloudProblem(options.cloud ?? NationalCloud.global),
  tenantId: options.tenantId === undefined ? undefined : tenant.problem(options.tenantId, { aliases: false }),
  additionallyAllowedTenants: tenant.othersProblem(options.additionallyAllowedTenants)
})

/** The tenant of the configuration, if it has one, and the cloud. */
export const config: Config.Config<Options> = Config.all({
  cloud: NationalCloud.config,
  tenantId: variable.optional("AZURE_TENANT_ID")
})

export const make = Effect.fnUntraced(function*(
  tool: Tool,
  options: Options
): Effect.fn.Return<Credential.Service, Credential.CredentialMisconfigured, CommandExecutor.CommandExecutor> {
  const { name } = tool
  yield* options_.check(name, problems(options))
  const cloud = options.cloud ?? NationalCloud.global
  const executor = yield* CommandExecutor.CommandExecutor
  const policy = yield* TokenPolicy.TokenPolicy
  // Windows looks for a program in the working directory first, so that must not be one that anybody can write to.
  const directory = yield* Effect.orElseSucceed(
    Config.withDefault(Config.string("SystemRoot"), undefined),
    () => undefined
  )
  // Its own tenant is not known without one: then any may be asked for.
  const holder: request_.Holder = {
    name,
    cloud,
    tenantId: options.tenantId,
    tenants: options.tenantId === undefined ? ["*"] : options.additionallyAllowedTenants ?? []
  }

  const unavailable = (reason: string, diagnostics = AuthError.noDiagnostics) =>
    new AuthError.CredentialUnavailable({ credential: name, reason, diagnostics })

  const missing = unavailable(`${tool.title} is not installed, or not in PATH; ${tool.install}`)

  const start = (invocations: ReadonlyArray<Invocation>): Effect.Effect<Output, AuthError.AuthError> => {
    const [invocation, ...rest] = invocations
    return invocation === undefined
      ? Effect.fail(missing)
      : Effect.catchAll(run(executor, invocation, directory), (error) =>
        error._tag === "TooMuch"
          ? Effect.fail(unavailable(`${tool.title} printed more than ${limit} bytes, which is no token`))
          : error._tag === "SystemError" && error.reason === "NotFound"
          ? start(rest)
          : Effect.fail(unavailable(
            error._tag === "SystemError" && error.reason === "PermissionDenied"
              ? `${tool.title} may not be run by this user`
              : `${tool.title} could not be run, or was ended from outside`
          )))
  }

  const read = (output: Output): Effect.Effect<AccessToken.AccessToken, AuthError.AuthError> => {
    const excuse = tool.excuse(output)
    const diagnostics = diagnose(output.stderr)
    if (excuse === "login") {
      return Effect.fail(unavailable(`nobody is signed in, or not any more; ${tool.login}`, diagnostics))
    }
    if (excuse === "install") return Effect.fail(missing)
    if (output.exitCode !== 0) {
      return Effect.fail(
        unavailable(
          `${tool.title} ended with exit code ${output.exitCode}${said(output.stderr)}; ${tool.login}`,
          diagnostics
        )
      )
    }
    const printed = json.parseObject(output.stdout)
    const { expiresAt, tenantId, token } = printed === undefined
      ? { token: undefined, expiresAt: undefined, tenantId: undefined }
      : tool.read(printed)
    if (typeof token !== "string" || options_.tokenProblem(token) !== undefined || expiresAt === undefined) {
      return Effect.fail(unavailable(`${tool.title} printed no token, or no expiry of it; update the tool`))
    }
    return Effect.succeed(AccessToken.make({
      token,
      expiresAt: DateTime.unsafeMake(expiresAt),
      tenantId: typeof tenantId === "string" && tenantId !== "" ? tenantId : jwt.peek(token).tenantId
    }))
  }

  return Credential.Credential.of({
    name,
    cloud,
    tenantId: options.tenantId,
    clientId: undefined,
    acquire: Effect.fn(`${name}.acquire`)(function*(request) {
      const resolved = yield* request_.resolve(holder, request)
      const problem = resolved.scopes.map(wordProblem).find((problem) => problem !== undefined)
      if (problem !== undefined) {
        return yield* new AuthError.InvalidTokenRequest({
          credential: name,
          reason: `a scope ${problem}`,
          diagnostics: AuthError.noDiagnostics
        })
      }
      // The tool has a sign-in of its own, and only a new one can answer a challenge.
      if (resolved.claims !== undefined) {
        return yield* new AuthError.InteractionRequired({
          credential: name,
          claims: resolved.claims,
          diagnostics: AuthError.noDiagnostics
        })
      }
      const invocations = yield* tool.invocations(resolved, directory !== undefined)
      const output = yield* inTime({ credential: name, authority: tool.title }, policy.timeout)(start(invocations))
      return yield* read(output)
    })
  })
})

/** That a text, if there, is a plain name. */
export const nameProblem = (value: string | undefined): string | undefined =>
  value === undefined || /^[A-Za-z0-9][A-Za-z0-9 ._-]*$/.test(value)
    ? undefined
    : "is not a name of letters, digits, spaces, dots, dashes and underscores"
