import { GraphEmulator, Seed } from "@effect-msgraph/emulator"
import * as NodeCommandExecutor from "@effect/platform-node/NodeCommandExecutor"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import type { Scope } from "effect"
import { Effect, Fiber, Layer, Option, TestClock } from "effect"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Options, Outcome } from "./utils.js"
import { lcw } from "./utils.js"

/** The files of this machine. */
export const platform = Layer.provideMerge(NodeCommandExecutor.layer, NodeFileSystem.layer)

/** A folder that is gone when the test is over. */
export const temporary: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lcw-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** The variables of an application that users sign in to, and of the folder for sign-ins. */
export const person = (home: string) => ({
  LCW_HOME: home,
  AZURE_TENANT_ID: Seed.demoTenantId,
  AZURE_CLIENT_ID: Seed.demoPublicClient.clientId
})

/** The refresh tokens that a folder holds. */
export const refreshTokens = (home: string): ReadonlyArray<string> =>
  readdirSync(home).filter((name) => name.startsWith("sign-in-")).map((name) =>
    JSON.parse(readFileSync(join(home, name), "utf8")).refreshToken
  )

/** Whether a text has anything in it that only the token's owner may see. */
export const leaks = (home: string, ...outcomes: ReadonlyArray<Outcome>): boolean =>
  outcomes.some(({ stderr, stdout }) =>
    /eyJ[\w-]+\./.test(stdout + stderr) ||
    refreshTokens(home).some((token) => (stdout + stderr).includes(token.slice(0, 12)))
  )

/** Runs `lcw` while somebody else decides on every code that it shows, after a while. */
export const deciding = (
  args: ReadonlyArray<string>,
  options: Options,
  decide: "approve" | "decline" | "nothing" = "approve"
): Effect.Effect<Outcome, never, GraphEmulator.GraphEmulator | HttpClient.HttpClient> =>
  Effect.gen(function*() {
    const { users } = yield* GraphEmulator.GraphEmulator
    const fiber = yield* Effect.fork(lcw(args, options))
    while (Option.isNone(yield* Fiber.poll(fiber))) {
      yield* Effect.async<void>((resume) => {
        setImmediate(() => resume(Effect.void))
      })
      if (decide !== "nothing") {
        for (const code of yield* users.waiting) yield* Effect.orDie(users[decide](code))
      }
      yield* TestClock.adjust(decide === "nothing" ? "2 seconds" : "100 millis")
    }
    return yield* Fiber.join(fiber)
  })
