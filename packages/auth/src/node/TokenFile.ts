/**
 * A `TokenStore` in files that nobody but their owner can read: a folder with one file for each sign-in. One each, so that
 * processes that sign in at the same time, or renew, have nothing to lock and can lose nothing of each other's.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Crypto from "node:crypto"
import { constants } from "node:fs"
import * as Fs from "node:fs/promises"
import * as Os from "node:os"
import * as Path from "node:path"
import * as json from "../internal/json.js"
import * as TokenStore from "../TokenStore.js"

/**
 * - `path`: the folder; default is `.effect-msgraph` in the home of the user. It is made if it is not there
 *
 * @since 0.1.0
 * @category Models
 */
export interface Options {
  readonly path?: string | undefined
}

const name = "TokenFile"

/** What is wrong, in words that are safe to show: they hold paths and names of faults, and nothing of what is in a file. */
class Refusal {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

const codeOf = (error: unknown): string | undefined =>
  json.isObject(error) && typeof error["code"] === "string" ? error["code"] : undefined

// Windows has neither; there the rights of the user's profile protect what is in it.
const uid = process.getuid?.()

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, "0")

/** A path as a shell takes it. */
const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`

const checkFolder = async (folder: string): Promise<void> => {
  const stats = await Fs.stat(folder)
  if (!stats.isDirectory()) throw new Refusal(`${folder} is not a folder`)
  if (uid === undefined) return
  if (stats.uid !== uid) {
    throw new Refusal(`the folder ${folder} belongs to somebody else: name another one, or have it given to this user`)
  }
  if ((stats.mode & 0o022) !== 0) {
    throw new Refusal(
      `others can put files into the folder ${folder} (mode ${octal(stats.mode)}): run chmod 700 ${quoted(folder)}`
    )
  }
}

const makeFolder = async (folder: string): Promise<void> => {
  await Fs.mkdir(folder, { recursive: true, mode: 0o700 })
  await checkFolder(folder)
}

/** The text of a file, if there is one. What is checked and what is read is one and the same open file. */
const readOwn = async (file: string): Promise<string | undefined> => {
  let handle: Fs.FileHandle
  try {
    handle = await Fs.open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined
    if (codeOf(error) === "ELOOP") throw new Refusal(`${file} is a link, and links are not followed: remove it`)
    throw error
  }
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new Refusal(`${file} is not a file: remove it`)
    if (uid !== undefined && stats.uid !== uid) {
      throw new Refusal(`the file ${file} belongs to somebody else: remove it, and sign in again`)
    }
    if (uid !== undefined && (stats.mode & 0o077) !== 0) {
      throw new Refusal(
        `others can read the file ${file} (mode ${octal(stats.mode)}), and may have: run chmod 600 ${quoted(file)}, ` +
          "or better remove it and sign in again"
      )
    }
    return await handle.readFile("utf8")
  } finally {
    await handle.close()
  }
}

/** Puts a whole new file in the place of the old one, so that a reader sees either, and never a part. */
const replace = async (file: string, text: string): Promise<void> => {
  const draft = `${file}.${Crypto.randomUUID()}.tmp`
  const handle = await Fs.open(draft, "wx", 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
    await handle.close()
    await Fs.rename(draft, file)
  } catch (error) {
    await handle.close().catch(() => {})
    await Fs.rm(draft, { force: true })
    throw error
  }
}

const format = (key: string, refreshToken: string): string =>
  `${JSON.stringify({ version: 1, key, refreshToken }, undefined, 2)}\n`

const parse = (key: string, text: string): string | undefined => {
  const content = json.parseObject(text)
  const refreshToken = content?.["refreshToken"]
  return content?.["version"] === 1 && content["key"] === key && typeof refreshToken === "string" && refreshToken !== ""
    ? refreshToken
    : undefined
}

const make = (options: Options): TokenStore.Service => {
  const folder = Path.resolve(options.path ?? Path.join(Os.homedir(), ".effect-msgraph"))
  const fileOf = (key: string) =>
    Path.join(folder, `sign-in-${Crypto.createHash("sha256").update(key).digest("hex").slice(0, 32)}.json`)

  const attempt = <A>(operation: TokenStore.TokenStoreError["operation"], run: () => Promise<A>) =>
    Effect.tryPromise({
      try: run,
      catch: (error) =>
        new TokenStore.TokenStoreError({
          store: name,
          operation,
          reason: error instanceof Refusal ? error.reason : `${folder} cannot be used (${codeOf(error) ?? "unknown"})`
        })
    })

  return {
    get: (key) =>
      Effect.flatMap(
        attempt("get", async () => {
          const text = await readOwn(fileOf(key))
          if (text !== undefined) await checkFolder(folder)
          return text
        }),
        (text) => {
          if (text === undefined) return Effect.succeedNone
          const refreshToken = parse(key, text)
          return refreshToken !== undefined
            ? Effect.succeedSome(Redacted.make(refreshToken))
            : Effect.as(
              Effect.logWarning(
                `${fileOf(key)} does not hold a sign-in, so a new one is needed, which will replace it`
              ),
              Option.none<Redacted.Redacted<string>>()
            )
        }
      ),
    // Not to be left half done: a draft would stay behind.
    set: (key, refreshToken) =>
      Effect.uninterruptible(attempt("set", async () => {
        await makeFolder(folder)
        await replace(fileOf(key), format(key, Redacted.value(refreshToken)))
      })),
    remove: (key) => Effect.uninterruptible(attempt("remove", () => Fs.rm(fileOf(key), { force: true })))
  }
}

/**
 * A store in files with owner-only rights: 0600 in a folder of 0700. A file that others can read, or that is not the
 * user's own, is refused with `TokenStoreError`, which says how to repair it. One that is damaged counts for none, with a
 * warning in the log. The tokens are not encrypted: whoever can run programs as this user can read them.
 *
 * @example
 * ```ts
 * import { DeviceCode, TokenProvider } from "@effect-msgraph/auth"
 * import { TokenFile } from "@effect-msgraph/auth/node"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(DeviceCode.layerConfig()),
 *   Layer.provide(TokenFile.layer()),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer = (options: Options = {}): Layer.Layer<TokenStore.TokenStore> =>
  Layer.sync(TokenStore.TokenStore, () => make(options))
