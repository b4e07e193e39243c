import { Seed } from "@effect-msgraph/emulator"
import { GraphEmulatorServer } from "@effect-msgraph/emulator/node"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { chmodSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import * as Opener from "../src/Opener.js"
import { run, start, watch } from "./processes.js"
import { leaks, person, platform, refreshTokens, temporary } from "./signingIn.js"
import { lcw, result } from "./utils.js"

const list = ["runs", "list", "--workflow", result.workflowId]

const variables = (server: GraphEmulatorServer.Service, home: string) => ({
  ...person(home),
  MSGRAPH_CLOUD: "custom",
  MSGRAPH_GRAPH_ROOT: server.cloud.graphRoot,
  AZURE_AUTHORITY_HOST: server.cloud.authority
})

/** Goes where a page leads, as a browser does. */
const visit = (url: string): Effect.Effect<string> => Effect.promise(async () => (await fetch(url)).text())

describe("lcw login over real HTTP", { timeout: 120_000, concurrent: false }, () => {
  it.scopedLive("with a code, in one process; the next ones use it, until logout", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const home = join(yield* temporary, "state")
      const env = variables(server, home)
      let approved = false
      const signedIn = yield* Effect.promise(() =>
        watch(start(["login", "--device-code"], env), (_, stderr) => {
          const code = /enter the code (\w+)\.\n/.exec(stderr)?.[1]
          if (code === undefined || approved) return
          approved = true
          Effect.runFork(
            Effect.orDie(server.emulator.users.approve(code, { user: Seed.demoUsers[1].userPrincipalName }))
          )
        })
      )
      expect(signedIn.code).toBe(0)
      expect(signedIn.stdout).toMatch(/^Signed in as Alejandra Kaplan \(/)
      expect(readdirSync(home)).toHaveLength(2)
      for (const name of readdirSync(home)) expect(statSync(join(home, name)).mode & 0o777).toBe(0o600)
      const first = refreshTokens(home)

      const listed = yield* run([...list, "--verbose"], env)
      expect(listed.code).toBe(0)
      expect(listed.stdout).toMatch(/^STATUS /)
      expect(refreshTokens(home)).not.toEqual(first)
      const who = yield* run(["whoami"], env)
      expect(who.stdout).toContain("user            Alejandra Kaplan (")
      for (const token of [...first, ...refreshTokens(home)]) {
        for (const { stderr, stdout } of [signedIn, listed, who]) expect(stdout + stderr).not.toContain(token)
      }
      for (const { stderr, stdout } of [signedIn, listed, who]) expect(stdout + stderr).not.toMatch(/eyJ[\w-]+\./)

      const file = join(home, readdirSync(home).find((name) => name.startsWith("sign-in-"))!)
      chmodSync(file, 0o640)
      const refused = yield* run(list, env)
      expect(refused).toMatchObject({ code: 3, stdout: "" })
      expect(refused.stderr).toContain(`chmod 600 '${file}'`)

      const out = yield* run(["logout"], env)
      expect(out.stdout).toMatch(/^Signed out Alejandra Kaplan \(/)
      expect(readdirSync(home)).toEqual(["logins.json"])
      expect(yield* run(list, env)).toMatchObject({ code: 3, stdout: "" })
    }))

  it.scopedLive("with a browser", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const home = yield* temporary
      const env = variables(server, home)
      const opened: Array<string> = []
      const browser = (url: string) => {
        opened.push(url)
        return visit(url)
      }
      const signedIn = yield* lcw(["login", "--browser"], { env, platform }).pipe(
        Effect.provideService(Opener.Opener, browser)
      )
      expect(signedIn.code).toBe(0)
      expect(signedIn.stdout).toMatch(/^Signed in as Sana Sato \(/)
      expect(signedIn.stderr).toMatch(/^Sign in with the browser, which opens now\..*\nThe token is good until/)
      expect(opened).toHaveLength(1)
      expect(new URL(opened[0]!).searchParams.get("scope")).toBe(`${server.cloud.scope} offline_access`)
      const listed = yield* lcw(list, { env, platform })
      expect(listed.code).toBe(0)
      expect(leaks(home, signedIn, listed)).toBe(false)
      // Where there is a screen, it is the way that is taken unasked, but not from afar.
      const screen = { ...env, DISPLAY: ":0" }
      yield* lcw(["login"], { env: screen, platform }).pipe(Effect.provideService(Opener.Opener, browser))
      expect(opened).toHaveLength(process.platform === "linux" ? 2 : opened.length)
      yield* server.emulator.users.decline()
      const declined = yield* lcw(["login", "--browser"], { env, platform }).pipe(
        Effect.provideService(Opener.Opener, browser)
      )
      expect(declined).toMatchObject({ code: 3, stdout: "" })
      expect(declined.stderr).toMatch(/\nlcw: The sign-in was declined\./)
      // Whoever was signed in still is.
      expect((yield* lcw(list, { env, platform })).code).toBe(0)
    }).pipe(Effect.provide(FetchHttpClient.layer)))

  it.scopedLive("with a page that somebody opens by hand, where no browser can be started", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const home = yield* temporary
      const child = start(["login", "--browser"], { ...variables(server, home), PATH: home })
      let opened = false
      const signedIn = yield* Effect.promise(() =>
        watch(child, (_, stderr) => {
          const url = /To sign in, open this page in a browser on this machine: (\S+)\n/.exec(stderr)?.[1]
          if (url === undefined || opened) return
          opened = true
          Effect.runFork(visit(url))
        })
      )
      expect(signedIn.code).toBe(0)
      expect(signedIn.stdout).toMatch(/^Signed in as Sana Sato \(/)
    }))

  it.scopedLive("until it is interrupted", () =>
    Effect.gen(function*() {
      const server = yield* GraphEmulatorServer.make()
      const env = variables(server, join(yield* temporary, "state"))
      for (
        const [way, words] of [["--device-code", "enter the code"], ["--browser", "open this page"]] as const
      ) {
        const child = start(["login", way], { ...env, PATH: env.LCW_HOME })
        const outcome = yield* Effect.promise(() =>
          watch(child, (_, stderr) => {
            if (stderr.includes(words)) child.kill("SIGINT")
          })
        )
        expect(outcome).toMatchObject({ code: 130, signal: null, stdout: "" })
      }
      expect(() => readdirSync(env.LCW_HOME)).toThrow("ENOENT")
    }))

  it.live("at the emulator that lcw runs", () =>
    Effect.gen(function*() {
      const child = start(["emulator", "--as", "user"], {})
      const { code, stderr, stdout } = yield* Effect.promise(() =>
        watch(child, (_, stderr) => {
          if (stderr.includes("lcw login\nlcw runs list")) child.kill("SIGINT")
        })
      )
      expect(code).toBe(130)
      expect(stdout).toContain(`export AZURE_CLIENT_ID=${Seed.demoPublicClient.clientId}\n`)
      expect(stdout + stderr).not.toContain("AZURE_CLIENT_SECRET")
    }))
})
