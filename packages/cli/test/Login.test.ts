import { GraphEmulator, Seed } from "@effect-msgraph/emulator"
import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { deciding, leaks, person, platform, refreshTokens, temporary } from "./signingIn.js"
import { admin, emulator, lcw, reader, result } from "./utils.js"

const list = ["runs", "list", "--workflow", result.workflowId]
const login = ["login", "--device-code"]
const [sana] = Seed.demoUsers

describe.sequential("lcw login", () => {
  it.scoped("signs a person in for the commands after it, with tokens that it keeps to itself", () =>
    Effect.gen(function*() {
      const home = join(yield* temporary, "state")
      const env = person(home)
      const signedIn = yield* deciding(login, { env, platform })
      expect(signedIn).toMatchObject({
        code: 0,
        stdout: `Signed in as Sana Sato (${sana.userPrincipalName}), in tenant ${Seed.demoTenantId}, with ` +
          `${Seed.demoPublicClient.displayName} (${Seed.demoPublicClient.clientId})\n`
      })
      expect(signedIn.stderr).toMatch(
        /^To sign in, open https:\/\/\S+ in a browser and enter the code \w+\.\nThe token is good until 1970-01-01 01:00:\d\dZ/
      )
      for (const name of readdirSync(home)) expect(statSync(join(home, name)).mode & 0o777).toBe(0o600)
      expect(statSync(home).mode & 0o777).toBe(0o700)
      expect(readFileSync(join(home, "logins.json"), "utf8")).not.toContain(refreshTokens(home)[0])

      const listed = yield* lcw(list, { env, platform })
      expect(listed.stderr).toBe("2 runs: 2 completed\n")
      expect(listed.code).toBe(0)
      // The application need not be named again.
      const who = yield* lcw(["whoami", "--json"], { env: { LCW_HOME: home }, platform })
      expect(JSON.parse(who.stdout)).toMatchObject({ method: "login", user: { id: sana.id } })
      expect(leaks(home, signedIn, listed, who)).toBe(false)
    }).pipe(Effect.provide(emulator)))

  it.scoped("renews the token, and keeps what the authority gives in place of the old one", () =>
    Effect.gen(function*() {
      const home = yield* temporary
      const env = person(home)
      yield* deciding(login, { env, platform })
      const first = refreshTokens(home)
      yield* TestClock.adjust("80 days")
      expect((yield* lcw(list, { env, platform })).code).toBe(0)
      const second = refreshTokens(home)
      expect(second).toHaveLength(1)
      expect(second).not.toEqual(first)
      // The first one would have ended by now.
      yield* TestClock.adjust("80 days")
      expect((yield* lcw(list, { env, platform })).code).toBe(0)
      yield* TestClock.adjust("91 days")
      const ended = yield* lcw(list, { env, platform })
      expect(ended).toMatchObject({ code: 3, stdout: "" })
      expect(ended.stderr).toMatch(/\n {5}Sign in again: lcw login\.\n/)
      expect(ended.stderr).not.toMatch(/LcwLogin|DeviceCode/)
      expect(leaks(home, ended)).toBe(false)
    }).pipe(Effect.provide(emulator)))

  it.scoped("says what to do when the sign-in was withdrawn", () =>
    Effect.gen(function*() {
      const home = yield* temporary
      const env = person(home)
      yield* deciding(login, { env, platform })
      yield* (yield* GraphEmulator.GraphEmulator).revoke()
      for (let i = 0; i < 2; i++) {
        const { code, stderr } = yield* lcw(list, { env, platform })
        expect(code).toBe(3)
        expect(stderr).toContain("Sign in again: lcw login.")
      }
      yield* deciding(login, { env, platform })
      expect((yield* lcw(list, { env, platform })).code).toBe(0)
    }).pipe(Effect.provide(emulator)))

  it.scoped("refuses a file that others can read, and says how to repair it", () =>
    Effect.gen(function*() {
      const home = yield* temporary
      const env = person(home)
      yield* deciding(login, { env, platform })
      const file = join(home, readdirSync(home).find((name) => name.startsWith("sign-in-"))!)
      chmodSync(file, 0o644)
      const { code, stderr } = yield* lcw(list, { env, platform })
      expect(code).toBe(3)
      expect(stderr).toContain(`others can read the file ${file} (mode 0644)`)
      expect(stderr).toContain(`chmod 600 '${file}'`)
      yield* deciding(login, { env, platform })
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect((yield* lcw(list, { env, platform })).code).toBe(0)
    }).pipe(Effect.provide(emulator)))

  it.scoped("keeps nothing if it is told so", () =>
    Effect.gen(function*() {
      const home = join(yield* temporary, "state")
      const env = person(home)
      const tried = yield* deciding([...login, "--no-store"], { env, platform })
      expect(tried.code).toBe(0)
      expect(tried.stderr).toContain("Nothing was kept.")
      expect(() => readdirSync(home)).toThrow("ENOENT")
      expect((yield* lcw(list, { env, platform })).code).toBe(3)
    }).pipe(Effect.provide(emulator)))

  it.scoped("asks for the permissions that it is told, now and later", () =>
    Effect.gen(function*() {
      const home = yield* temporary
      const env = person(home)
      const scopes = ["--scope", "LifecycleWorkflows-Reports.Read.All", "--scope", "User.Read"]
      expect((yield* deciding([...login, ...scopes], { env, platform })).code).toBe(0)
      const who = yield* lcw(["whoami", "--json"], { env, platform })
      expect(JSON.parse(who.stdout).permissions).toEqual(["LifecycleWorkflows-Reports.Read.All", "User.Read"])
      const refused = yield* lcw(["workflows", "delete", "--yes", "--workflow", result.workflowId], { env, platform })
      expect(refused.code).toBe(4)
    }).pipe(Effect.provide(emulator)))

  it.scoped("tells that nobody came, or that somebody said no", () =>
    Effect.gen(function*() {
      const home = yield* temporary
      const env = person(home)
      const late = yield* deciding(login, { env, platform }, "nothing")
      expect(late).toMatchObject({ code: 3, stdout: "" })
      expect(late.stderr).toMatch(/\nlcw: Nobody entered the code in time\.\n {5}Start again/)
      const declined = yield* deciding(login, { env, platform }, "decline")
      expect(declined).toMatchObject({ code: 3, stdout: "" })
      expect(declined.stderr).toMatch(/\nlcw: The sign-in was declined\..*\n {5}Sign in again and accept/)
      expect(readdirSync(home)).toEqual([])
    }).pipe(Effect.provide(emulator)))

  it.scoped("asks for the tenant and the application, or says how to come by one", () =>
    Effect.gen(function*() {
      const home = yield* temporary
      const { AZURE_CLIENT_ID, AZURE_TENANT_ID } = person(home)
      const env = { LCW_HOME: home }
      const nobody = yield* lcw(login, { env, platform })
      expect(nobody).toMatchObject({ code: 3, stdout: "" })
      expect(nobody.stderr).toMatch(/^lcw: There is no tenant id and client id to get a token with\./)
      expect(nobody.stderr).toMatch(/http:\/\/localhost as a redirect URI.*allow public client flows/)
      const asked = yield* deciding(login, {
        env,
        platform,
        terminals: ["stdin", "stderr"],
        typed: `${AZURE_TENANT_ID}\r${AZURE_CLIENT_ID}\r`
      })
      expect(asked.code).toBe(0)
    }).pipe(Effect.provide(emulator)))

  it.scoped("says what an application lacks that has a secret", () =>
    Effect.gen(function*() {
      const env = { ...person(yield* temporary), AZURE_CLIENT_ID: reader.AZURE_CLIENT_ID }
      const { code, stderr } = yield* deciding(login, { env, platform })
      expect(code).toBe(3)
      expect(stderr).toMatch(/\n {5}For people to sign in to it, allow public client flows/)
    }).pipe(Effect.provide(emulator)))

  it.scoped("shows a code where nobody sits at the screen", () =>
    Effect.gen(function*() {
      const env = person(yield* temporary)
      for (const more of [{}, { DISPLAY: ":0", SSH_CONNECTION: "there 1 here 22" }]) {
        const { code, stderr } = yield* deciding(["login"], { env: { ...env, ...more }, platform })
        expect(code).toBe(0)
        if (process.platform === "linux" || "DISPLAY" in more) expect(stderr).toMatch(/^To sign in, open /)
      }
    }).pipe(Effect.provide(emulator)))

  it.scoped("takes one way at a time", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* lcw([...login, "--browser"], { env: person("/nowhere") })
      expect(code).toBe(2)
      expect(stderr).toContain("--browser and --device-code")
    }).pipe(Effect.provide(emulator)))

  it.scoped("yields to what an application is proved with, and to other tenants and applications", () =>
    Effect.gen(function*() {
      const home = yield* temporary
      yield* deciding(login, { env: person(home), platform })
      const method = (args: ReadonlyArray<string>, env: { readonly [variable: string]: string }) =>
        Effect.map(
          lcw(["whoami", "--json", ...args], { env: { LCW_HOME: home, ...env }, platform }),
          ({ code, stdout }) => code === 0 ? JSON.parse(stdout).method : code
        )
      expect(yield* method([], {})).toBe("login")
      expect(yield* method([], reader)).toBe("secret")
      expect(yield* method([], { MSGRAPH_TOKEN: "some-token" })).toBe("token")
      expect(yield* method(["--auth", "login"], { MSGRAPH_TOKEN: "some-token" })).toBe("login")
      expect(yield* method([], { LCW_AUTH: "login", MSGRAPH_TOKEN: "some-token" })).toBe("login")
      expect(yield* method(["--tenant-id", Seed.demoTenantId.toUpperCase()], {})).toBe("login")
      expect(yield* method(["--tenant-id", "fabrikam.example"], {})).toBe(3)
      expect(yield* method([], { AZURE_CLIENT_ID: admin.AZURE_CLIENT_ID })).toBe(3)
      expect(yield* method(["--cloud", "usgov"], {})).toBe(3)
    }).pipe(Effect.provide(emulator)))

  it.scoped("takes a damaged list of sign-ins for an empty one, aloud", () =>
    Effect.gen(function*() {
      const home = yield* temporary
      writeFileSync(join(home, "logins.json"), "{")
      const { code, stderr } = yield* lcw(list, { env: person(home), platform })
      expect(code).toBe(3)
      expect(stderr).toMatch(/warn .*logins\.json does not hold what lcw writes/)
    }).pipe(Effect.provide(emulator)))
})

describe.sequential("lcw logout", () => {
  it.scoped("forgets who signed in, and their tokens", () =>
    Effect.gen(function*() {
      const home = yield* temporary
      const env = person(home)
      yield* deciding(login, { env, platform })
      const elsewhere = yield* lcw(["logout", "--tenant-id", "fabrikam.example"], { env, platform })
      expect(elsewhere).toEqual({ code: 0, stdout: "", stderr: "Nobody is signed in.\n" })
      expect(refreshTokens(home)).toHaveLength(1)
      const out = yield* lcw(["logout"], { env, platform })
      expect(out.code).toBe(0)
      expect(out.stdout).toMatch(/^Signed out Sana Sato \(.*\), of tenant .*\n$/)
      expect(readdirSync(home)).toEqual(["logins.json"])
      const after = yield* lcw([...list, "--auth", "login"], { env, platform })
      expect(after.code).toBe(3)
      expect(after.stderr).toMatch(/^lcw: Nobody is signed in to Global service, tenant .*\n {5}Sign in with lcw login/)
    }).pipe(Effect.provide(emulator)))

  it.scoped("forgets everybody if it is told so", () =>
    Effect.gen(function*() {
      const home = yield* temporary
      yield* deciding(login, { env: person(home), platform })
      const out = yield* lcw(["logout", "--all", "--cloud", "china"], { env: { LCW_HOME: home }, platform })
      expect(out.stdout).toMatch(/^Signed out Sana Sato/)
      expect(refreshTokens(home)).toEqual([])
    }).pipe(Effect.provide(emulator)))
})
