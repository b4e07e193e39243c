import { Credential, TokenProvider } from "@effect-msgraph/auth"
import * as DefaultCredential from "@effect-msgraph/auth/node/DefaultCredential"
import { NationalCloud } from "@effect-msgraph/domain"
import {
  Command,
  CommandExecutor,
  Error as PlatformError,
  FetchHttpClient,
  FileSystem,
  HttpClient,
  HttpClientResponse
} from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Clock, ConfigProvider, Effect, Fiber, Layer, Logger, LogLevel, Option, TestClock } from "effect"
import * as utils from "./utils.js"

const { clientId, jwt, secret, tenantId, text } = utils

const noFiles = FileSystem.layerNoop({ exists: () => Effect.succeed(false) })

/** A machine: what its network answers, and which tools it has. */
const machine = (parts: {
  readonly network?: (url: URL) => Response | "silence"
  readonly tools?: ReadonlyArray<string>
}) => {
  const asked: Array<string> = []
  const client = HttpClient.make((request, url) => {
    asked.push(url.host)
    const answer = parts.network?.(url) ?? "silence"
    return answer === "silence" ? Effect.never : Effect.succeed(HttpClientResponse.fromWeb(request, answer))
  })
  const executor = CommandExecutor.makeExecutor((command) => {
    const [{ command: program }] = Command.flatten(command)
    asked.push(program)
    return Effect.fail(
      new PlatformError.SystemError({
        reason: parts.tools?.includes(program) === true ? "Unknown" : "NotFound",
        module: "Command",
        method: "spawn"
      })
    )
  })
  return {
    asked,
    layer: Layer.mergeAll(
      Layer.succeed(HttpClient.HttpClient, client),
      Layer.succeed(CommandExecutor.CommandExecutor, executor),
      noFiles
    )
  }
}

const credentialOf = (
  there: {
    readonly layer: Layer.Layer<HttpClient.HttpClient | CommandExecutor.CommandExecutor | FileSystem.FileSystem>
  },
  variables: Record<string, string> = {}
) =>
  Effect.map(
    Layer.build(DefaultCredential.layerConfig()),
    (context) => context.unsafeMap.get(Credential.Credential.key) as Credential.Service
  ).pipe(
    Effect.provide(there.layer),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))
  )

const skippedOf = (error: { readonly _tag: string }) =>
  (error as { readonly skipped?: ReadonlyArray<{ readonly credential: string; readonly reason: string }> }).skipped ??
    []

const token = () => Response.json({ access_token: jwt, expires_in: 3600, token_type: "Bearer" })

const quiet = Logger.withMinimumLogLevel(LogLevel.None)

describe.sequential("DefaultCredential", () => {
  it.scoped("with nothing there fails after one second, with the reason of each", () =>
    Effect.gen(function*() {
      const there = machine({})
      const credential = yield* credentialOf(there)
      const fiber = yield* Effect.fork(Effect.flip(credential.acquire({})))
      yield* TestClock.adjust(999)
      assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
      yield* TestClock.adjust(1)
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(yield* Clock.currentTimeMillis, 1000)
      assert.strictEqual(error._tag, "CredentialUnavailable")
      assert.deepStrictEqual(skippedOf(error).map((_) => _.credential), [
        "EnvironmentCredential",
        "WorkloadIdentity",
        "ManagedIdentity",
        "AzureCli",
        "AzurePowerShell",
        "AzureDeveloperCli"
      ])
      assert.deepStrictEqual(there.asked, ["169.254.169.254", "az", "pwsh", "azd"])
      for (
        const reason of [
          "AZURE_CLIENT_SECRET",
          "AZURE_FEDERATED_TOKEN_FILE",
          "did not answer within 1s",
          "https://aka.ms/azure-cli",
          "Install-Module",
          "https://aka.ms/azd-install"
        ]
      ) assert.include(error.message, reason)
    }))

  it.scoped("goes on only to what is there, and no further", () =>
    Effect.gen(function*() {
      const there = machine({ network: (url) => url.search === "" ? new Response(null, { status: 400 }) : token() })
      const tokens = yield* Effect.flatMap(credentialOf(there), TokenProvider.make)
      assert.strictEqual(text(yield* tokens.get()), jwt)
      assert.deepStrictEqual(there.asked, ["169.254.169.254", "169.254.169.254"])
    }))

  it.scoped("an environment that is set comes first, and its failure is final", () =>
    Effect.gen(function*() {
      const variables = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret }
      const fine = machine({ network: token })
      yield* Effect.flatMap(credentialOf(fine, variables), (credential) => credential.acquire({}))
      assert.deepStrictEqual(fine.asked, ["login.microsoftonline.com"])
      const refused = machine({ network: () => Response.json({ error: "invalid_client" }, { status: 401 }) })
      const error = yield* Effect.flatMap(
        credentialOf(refused, variables),
        (credential) => Effect.flip(credential.acquire({}))
      )
      assert.strictEqual(error._tag, "InvalidClient")
      assert.deepStrictEqual(refused.asked, ["login.microsoftonline.com"])
      utils.assertClean(utils.representations(error), [secret])
    }))

  it.scoped("AZURE_CLIENT_ID names the managed identity", () =>
    Effect.gen(function*() {
      let seen: string | null = null
      const there = machine({
        network: (url) => {
          seen = url.searchParams.get("client_id") ?? seen
          return url.search === "" ? new Response(null, { status: 400 }) : token()
        }
      })
      const credential = yield* credentialOf(there, { AZURE_CLIENT_ID: clientId })
      yield* credential.acquire({})
      assert.strictEqual(seen, clientId)
    }))

  it.scoped("what is half set is passed over with its reason", () =>
    Effect.gen(function*() {
      const there = machine({ network: () => new Response("no", { status: 403 }) })
      const error = yield* Effect.flatMap(
        credentialOf(there, { AZURE_CLIENT_SECRET: secret }),
        (credential) => Effect.flip(credential.acquire({}))
      ).pipe(quiet)
      assert.include(skippedOf(error)[0]!.reason, "AZURE_TENANT_ID is not set")
      assert.include(skippedOf(error)[2]!.reason, "Docker Desktop")
      utils.assertClean(utils.representations(error), [secret])
    }))

  it.scoped("AZURE_TOKEN_CREDENTIALS narrows it", () =>
    Effect.gen(function*() {
      const askedWith = (use: string) =>
        Effect.gen(function*() {
          const there = machine({ network: () => new Response("no", { status: 403 }) })
          const credential = yield* credentialOf(there, { AZURE_TOKEN_CREDENTIALS: use })
          const error = yield* Effect.flip(credential.acquire({}))
          return [skippedOf(error).map((_) => _.credential), there.asked]
        })
      const imds = "169.254.169.254"
      assert.deepStrictEqual(yield* askedWith("dev"), [["AzureCli", "AzurePowerShell", "AzureDeveloperCli"], [
        "az",
        "pwsh",
        "azd"
      ]])
      const prod = ["EnvironmentCredential", "WorkloadIdentity", "ManagedIdentity"]
      assert.deepStrictEqual(yield* askedWith(" Prod "), [prod, [imds, imds]])
      assert.deepStrictEqual(yield* askedWith(""), [
        [...prod, "AzureCli", "AzurePowerShell", "AzureDeveloperCli"],
        [imds, imds, "az", "pwsh", "azd"]
      ])
      assert.deepStrictEqual(yield* askedWith("AzureCliCredential"), [["AzureCli"], ["az"]])
      assert.deepStrictEqual(yield* askedWith("azuredeveloperclicredential"), [["AzureDeveloperCli"], ["azd"]])
      assert.deepStrictEqual(yield* askedWith("AzurePowerShell"), [["AzurePowerShell"], ["pwsh"]])
      assert.deepStrictEqual(yield* askedWith("EnvironmentCredential"), [["EnvironmentCredential"], []])
      assert.deepStrictEqual(yield* askedWith("WorkloadIdentityCredential"), [["WorkloadIdentity"], []])
      assert.deepStrictEqual(yield* askedWith("ManagedIdentityCredential"), [["ManagedIdentity"], [imds, imds]])
    }))

  it.scoped("a name that is none is refused, and not repeated", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(credentialOf(machine({}), { AZURE_TOKEN_CREDENTIALS: "VisualStudioCode" }))
      assert.strictEqual("option" in error && error.option, "use")
      assert.include(String(error), "AZURE_TOKEN_CREDENTIALS")
      assert.include(String(error), "AzureCli")
      assert.notInclude(String(error), "VisualStudioCode")
    }))

  it.scoped("one that is alone is not passed over", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(
        credentialOf(machine({}), { AZURE_TOKEN_CREDENTIALS: "EnvironmentCredential", AZURE_CLIENT_SECRET: secret })
      )
      assert.strictEqual("option" in error && error.option, "AZURE_TENANT_ID")
    }))

  it.scoped("a managed identity with nothing after it is given the time that it needs", () =>
    Effect.gen(function*() {
      const credential = yield* credentialOf(machine({}), { AZURE_TOKEN_CREDENTIALS: "prod" })
      const fiber = yield* Effect.fork(Effect.flip(credential.acquire({})))
      yield* TestClock.adjust(9_999)
      assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
      yield* TestClock.adjust(1)
      yield* Fiber.join(fiber)
    }))

  it.scoped("all members are of the cloud of the configuration", () =>
    Effect.gen(function*() {
      const there = machine({ network: token })
      const credential = yield* credentialOf(there, {
        MSGRAPH_CLOUD: "china",
        AZURE_TENANT_ID: tenantId,
        AZURE_CLIENT_ID: clientId,
        AZURE_CLIENT_SECRET: secret
      })
      assert.strictEqual(credential.cloud, NationalCloud.china)
      yield* credential.acquire({})
      assert.deepStrictEqual(there.asked, ["login.partner.microsoftonline.cn"])
    }))

  it.scopedLive("on a real machine without Azure it fails at once", () =>
    Effect.gen(function*() {
      const credential = yield* Effect.map(
        Layer.build(DefaultCredential.layerConfig()),
        (context) => context.unsafeMap.get(Credential.Credential.key) as Credential.Service
      ).pipe(
        // A closed port in place of the metadata service, and no tools.
        Effect.withConfigProvider(
          ConfigProvider.fromMap(new Map([["AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1"]]))
        ),
        Effect.provide(Layer.effect(
          CommandExecutor.CommandExecutor,
          Effect.map(
            CommandExecutor.CommandExecutor,
            (real) => CommandExecutor.makeExecutor((command) => real.start(Command.env(command, { PATH: "/nowhere" })))
          )
        ))
      )
      const error = yield* Effect.flip(credential.acquire({}))
      assert.lengthOf(skippedOf(error), 6)
      assert.include(error.message, "cannot be reached")
    }).pipe(Effect.provide(Layer.merge(FetchHttpClient.layer, NodeContext.layer))))
})
