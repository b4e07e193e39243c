import * as TokenFile from "@effect-msgraph/auth/node/TokenFile"
import * as TokenStore from "@effect-msgraph/auth/TokenStore"
import { NationalCloud } from "@effect-msgraph/domain"
import { Error as PlatformError, KeyValueStore } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc, Fiber, Layer, Logger, Option, Redacted } from "effect"
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import * as utils from "./utils.js"

const { clientId, tenantId } = utils

const token = "0.AXoAp9q-refresh-8ZbQm3vT1w7kXyL5uR2dN6cJ4hF"
const key = TokenStore.key({ tenantId, clientId })
const posix = process.platform !== "win32"

const scratch = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "token-file-"))),
  (folder) => Effect.sync(() => Fs.rmSync(folder, { recursive: true, force: true }))
)

const read = (store: TokenStore.Service, key: string) =>
  Effect.map(store.get(key), (found) => Option.getOrUndefined(Option.map(found, Redacted.value)))

const suite = (name: string, layer: Layer.Layer<TokenStore.TokenStore>) =>
  describe(name, () => {
    it.effect("gives back what it was given, key by key", () =>
      Effect.gen(function*() {
        const store = yield* TokenStore.TokenStore
        const other = TokenStore.key({ tenantId, clientId, account: "grady" })
        assert.isUndefined(yield* read(store, key))
        yield* store.remove(key)
        yield* store.set(key, Redacted.make(token))
        yield* store.set(other, Redacted.make("o\u{1F511}\n\"'\\"))
        assert.strictEqual(yield* read(store, key), token)
        assert.strictEqual(yield* read(store, other), "o\u{1F511}\n\"'\\")
        yield* store.set(key, Redacted.make("newer"))
        assert.strictEqual(yield* read(store, key), "newer")
        yield* store.remove(key)
        assert.isUndefined(yield* read(store, key))
        assert.isDefined(yield* read(store, other))
        utils.assertClean(utils.representations(store), [token])
      }).pipe(Effect.provide(layer)))
  })

suite("layerMemory", TokenStore.layerMemory)
suite("layerKeyValueStore", Layer.provide(TokenStore.layerKeyValueStore, KeyValueStore.layerMemory))
suite("TokenFile", Layer.unwrapScoped(Effect.map(scratch, (path) => TokenFile.layer({ path: Path.join(path, "new") }))))

describe("key", () => {
  it("tells apart clouds, tenants, applications and accounts, and nothing else", () => {
    const keys = [
      { tenantId, clientId },
      { tenantId: utils.otherTenant, clientId },
      { tenantId, clientId: "x" },
      { tenantId, clientId, account: "adele" },
      { tenantId, clientId, account: "" },
      { tenantId, clientId, cloud: NationalCloud.clouds.usgov },
      { tenantId, clientId, cloud: utils.custom("https://a.example") },
      { tenantId, clientId, cloud: utils.custom("https://b.example") }
    ].map(TokenStore.key)
    assert.strictEqual(new Set(keys).size, keys.length)
    assert.strictEqual(keys[0], `global/${tenantId}/${clientId}`)
    assert.strictEqual(TokenStore.key({ tenantId: tenantId.toUpperCase(), clientId: clientId.toUpperCase() }), keys[0])
  })

  it.prop("no part can pass for another", [fc.string(), fc.string(), fc.string(), fc.string()], ([a, b, c, d]) => {
    const lower = (text: string) => text.toLowerCase()
    fc.pre(lower(a) !== lower(c) || lower(b) !== lower(d))
    assert.notStrictEqual(
      TokenStore.key({ tenantId, clientId: a, account: b }),
      TokenStore.key({ tenantId, clientId: c, account: d })
    )
  })
})

describe("layerKeyValueStore", () => {
  it.effect("says that the store failed, and nothing of what the store says", () =>
    Effect.gen(function*() {
      const fail = Effect.fail(
        new PlatformError.SystemError({
          reason: "Unknown",
          module: "KeyValueStore",
          method: "set",
          description: `could not write ${token}`,
          cause: token
        })
      )
      const broken = KeyValueStore.make({
        get: () => fail,
        getUint8Array: () => fail,
        set: () => fail,
        remove: () => fail,
        clear: fail,
        size: fail
      })
      const store = yield* Effect.provide(
        TokenStore.TokenStore,
        Layer.provide(TokenStore.layerKeyValueStore, Layer.succeed(KeyValueStore.KeyValueStore, broken))
      )
      for (const effect of [store.get(key), store.set(key, Redacted.make(token)), store.remove(key)]) {
        const error = yield* Effect.flip(effect)
        assert.include(error.message, "the key-value store failed")
        utils.assertClean(utils.representations(error), [token])
      }
    }))
})

describe("TokenFile", () => {
  const open = (path: string) => Effect.provide(TokenStore.TokenStore, TokenFile.layer({ path }))
  const mode = (path: string) => Fs.statSync(path).mode & 0o777

  /** A store with one sign-in in it. */
  const stored = Effect.gen(function*() {
    const path = Path.join(yield* scratch, "sign-ins")
    const store = yield* open(path)
    yield* store.set(key, Redacted.make(token))
    const [name, ...others] = Fs.readdirSync(path)
    assert.lengthOf(others, 0)
    return { path, store, file: Path.join(path, name!) }
  })

  it.scoped.skipIf(!posix)("nobody but the owner can read it", () =>
    Effect.gen(function*() {
      const { file, path, store } = yield* stored
      assert.strictEqual(mode(path), 0o700)
      assert.strictEqual(mode(file), 0o600)
      yield* store.set(key, Redacted.make("newer"))
      assert.strictEqual(mode(file), 0o600)
      assert.lengthOf(Fs.readdirSync(path), 1)
      assert.notInclude(file, clientId)
    }))

  for (const rights of [0o640, 0o604, 0o660, 0o644]) {
    it.scoped.skipIf(!posix)(
      `a file that others can get at (${rights.toString(8)}) is refused, with the repair`,
      () =>
        Effect.gen(function*() {
          const { file, store } = yield* stored
          Fs.chmodSync(file, rights)
          const error = yield* Effect.flip(store.get(key))
          assert.strictEqual(error.operation, "get")
          assert.include(error.message, `chmod 600 '${file}'`)
          utils.assertClean(utils.representations(error), [token])
          ChildProcess.execFileSync("/bin/sh", ["-c", /chmod 600 '[^']+'/.exec(error.message)![0]])
          assert.strictEqual(yield* read(store, key), token)
        })
    )
  }

  for (const rights of [0o770, 0o702, 0o777]) {
    it.scoped.skipIf(!posix)(
      `a folder that others can write to (${rights.toString(8)}) is refused`,
      () =>
        Effect.gen(function*() {
          const { path, store } = yield* stored
          Fs.chmodSync(path, rights)
          for (const effect of [store.get(key), store.set(key, Redacted.make("newer"))]) {
            assert.include((yield* Effect.flip(effect)).message, `chmod 700 '${path}'`)
          }
          Fs.chmodSync(path, 0o755)
          assert.strictEqual(yield* read(store, key), token)
        })
    )
  }

  it.scoped.skipIf(process.getuid?.() !== 0)(
    "a file, or a folder, of somebody else is refused",
    () =>
      Effect.gen(function*() {
        const { file, path, store } = yield* stored
        Fs.chownSync(file, 12345, 12345)
        assert.include((yield* Effect.flip(store.get(key))).message, "belongs to somebody else")
        Fs.chownSync(file, 0, 0)
        Fs.chownSync(path, 12345, 12345)
        for (const effect of [store.get(key), store.set(key, Redacted.make(token))]) {
          assert.include((yield* Effect.flip(effect)).message, "belongs to somebody else")
        }
      })
  )

  it.scoped.skipIf(!posix)("links, folders and pipes in place of the file are refused", () =>
    Effect.gen(function*() {
      const { file, path, store } = yield* stored
      const elsewhere = Path.join(Path.dirname(path), "elsewhere")
      Fs.renameSync(file, elsewhere)
      Fs.symlinkSync(elsewhere, file)
      assert.include((yield* Effect.flip(store.get(key))).message, "links are not followed")
      yield* store.set(key, Redacted.make("newer"))
      assert.isTrue(Fs.lstatSync(file).isFile())
      assert.include(Fs.readFileSync(elsewhere, "utf8"), token, "what the link led to is as it was")
      Fs.rmSync(file)
      Fs.mkdirSync(file)
      assert.include((yield* Effect.flip(store.get(key))).message, "is not a file")
      assert.strictEqual((yield* Effect.flip(store.set(key, Redacted.make(token)))).operation, "set")
      assert.deepStrictEqual(Fs.readdirSync(path), [Path.basename(file)], "no draft stays behind")
      Fs.rmdirSync(file)
      ChildProcess.execFileSync("mkfifo", ["-m", "600", file])
      assert.include((yield* Effect.flip(store.get(key))).message, "is not a file")
    }))

  it.scoped("a file in place of the folder is an error that names it", () =>
    Effect.gen(function*() {
      const path = Path.join(yield* scratch, "file")
      Fs.writeFileSync(path, token)
      const store = yield* open(path)
      for (const effect of [store.get(key), store.set(key, Redacted.make(token)), store.remove(key)]) {
        const error = yield* Effect.flip(effect)
        assert.include(error.message, path)
        utils.assertClean(utils.representations(error), [token])
      }
    }))

  const damaged = [
    "",
    "{",
    token,
    "[]",
    JSON.stringify({ version: 2, key, refreshToken: token }),
    JSON.stringify({ version: 1, key: "other", refreshToken: token }),
    JSON.stringify({ version: 1, key, refreshToken: 7 }),
    JSON.stringify({ version: 1, key, refreshToken: "" })
  ]
  it.effect("one that is damaged counts for none, with a warning, and the next sign-in replaces it", () =>
    Effect.forEach(damaged, (text) =>
      Effect.gen(function*() {
        const { file, store } = yield* stored
        Fs.writeFileSync(file, text)
        const lines: Array<string> = []
        const log = Logger.replace(
          Logger.defaultLogger,
          Logger.map(Logger.stringLogger, (line) => void lines.push(line))
        )
        assert.isUndefined(yield* read(store, key).pipe(Effect.provide(log)))
        assert.lengthOf(lines, 1)
        assert.include(lines[0], file)
        utils.assertClean(lines, [token])
        yield* store.set(key, Redacted.make("newer"))
        assert.strictEqual(yield* read(store, key), "newer")
      }).pipe(Effect.scoped)))

  it.scoped("many writers at once: a reader sees one of them whole, and nothing is left over", () =>
    Effect.gen(function*() {
      const { path, store } = yield* stored
      const stores = yield* Effect.all(Array.from({ length: 4 }, () => open(path)))
      const tokens = Array.from({ length: 10 }, (_, i) => String(i).repeat(20_000))
      const writing = Effect.forEach(stores, (store, i) =>
        Effect.forEach(tokens, (text, j) =>
          Effect.zipRight(
            store.set(key, Redacted.make(text)),
            store.set(TokenStore.key({ tenantId, clientId, account: `${i}-${j}` }), Redacted.make(text))
          )), { concurrency: "unbounded" })
      const reading = Effect.forEach(
        Array.from({ length: 40 }),
        () => Effect.map(read(store, key), (text) => assert.isTrue(text === token || tokens.includes(text!)))
      )
      yield* Effect.all([writing, reading], { concurrency: "unbounded" })
      assert.lengthOf(Fs.readdirSync(path), 41)
      assert.isTrue(Fs.readdirSync(path).every((name) => name.endsWith(".json")))
    }))

  it.scoped("another process sees a sign-in whole, and never a part or nothing, while it is replaced", () =>
    Effect.gen(function*() {
      const { file, path, store } = yield* stored
      const [seen, stop] = [Path.join(Path.dirname(path), "seen"), Path.join(Path.dirname(path), "stop")]
      const child = `
        const { existsSync, readFileSync, writeFileSync } = require("node:fs")
        const [file, seen, stop] = process.argv.slice(1)
        while (!existsSync(stop)) {
          if (JSON.parse(readFileSync(file, "utf8")).refreshToken.length < 40) process.exit(1)
          writeFileSync(seen, "")
        }`
      const exited = Effect.async<string>((resume) => {
        let errors = ""
        const other = ChildProcess.spawn(process.execPath, ["-e", child, file, seen, stop])
        other.stderr.on("data", (chunk) => void (errors += chunk))
        other.on("close", (code) => resume(Effect.succeed(`${code} ${errors}`)))
      })
      const fiber = yield* Effect.fork(exited)
      yield* Effect.yieldNow()
      while (!Fs.existsSync(seen) && fiber.unsafePoll() === null) yield* store.set(key, Redacted.make(token))
      for (let i = 0; i < 100; i++) yield* store.set(key, Redacted.make("x".repeat(40 + i * 500)))
      Fs.writeFileSync(stop, "")
      assert.strictEqual(yield* Fiber.join(fiber), "0 ")
    }))

  it.scoped.skipIf(!posix || process.getuid?.() === 0)(
    "a folder that cannot be written to is an error that names it",
    () =>
      Effect.gen(function*() {
        const { path, store } = yield* stored
        Fs.chmodSync(path, 0o500)
        assert.include(
          (yield* Effect.flip(store.set(key, Redacted.make(token)))).message,
          `${path} cannot be used (EACCES)`
        )
      })
  )
})
