/**
 * The sign-ins that `lcw login` keeps. The refresh tokens are in files with owner-only rights (`TokenFile`); beside them is
 * `logins.json`, which tells who signed in where, and has no secrets. There is one for each cloud, tenant and application.
 *
 * @since 0.1.0
 */
import * as AuthError from "@effect-msgraph/auth/AuthError"
import * as Credential from "@effect-msgraph/auth/Credential"
import * as DeviceCode from "@effect-msgraph/auth/DeviceCode"
import * as TokenFile from "@effect-msgraph/auth/node/TokenFile"
import * as TokenStore from "@effect-msgraph/auth/TokenStore"
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as CliError from "./CliError.js"
import * as Home from "./Home.js"
import * as Methods from "./Methods.js"
import * as Settings from "./Settings.js"

/**
 * A sign-in, without its token.
 *
 * - `key`: of its refresh token in the store
 * - `authority`, `graphRoot`: the cloud that it is of. They are compared, and never used: nothing in this file decides where a token goes
 * - `tenantId`, `clientId`: as they were given when it was made
 * - `directoryId`: the id of the tenant, whatever it was called
 * - `userName`, `displayName`: who signed in, where the token tells
 * - `scopes`: what was asked for, if not the default
 *
 * @since 0.1.0
 * @category Schemas
 */
export const Login = Schema.Struct({
  key: Schema.String,
  authority: Schema.String,
  graphRoot: Schema.String,
  tenantId: Schema.String,
  clientId: Schema.String,
  directoryId: Schema.optional(Schema.String),
  userName: Schema.optional(Schema.String),
  displayName: Schema.optional(Schema.String),
  scopes: Schema.optional(Schema.Array(Schema.String))
})

/**
 * A sign-in, without its token.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Login extends Schema.Schema.Type<typeof Login> {}

const Logins = Schema.parseJson(Schema.Array(Login), { space: 2 })

const read = Effect.gen(function*() {
  const fileSystem = yield* FileSystem.FileSystem
  const file = yield* Home.loginsFile
  const folder = yield* Home.folder
  const unusable = (why: string) =>
    Effect.as(
      Effect.logWarning(`${file} ${why}, so that nobody counts as signed in: remove ${folder}, and sign in again`),
      [] as Array<Login>
    )
  return yield* fileSystem.readFileString(file).pipe(
    Effect.matchEffect({
      onFailure: (error) =>
        error._tag === "SystemError" && error.reason === "NotFound"
          ? Effect.succeed<ReadonlyArray<Login>>([])
          : unusable("cannot be read"),
      onSuccess: (text) =>
        Effect.catchAll(Schema.decodeUnknown(Logins)(text), () => unusable("does not hold what lcw writes"))
    })
  )
})

const write = (logins: ReadonlyArray<Login>) =>
  Effect.gen(function*() {
    const fileSystem = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const file = yield* Home.loginsFile
    yield* Effect.gen(function*() {
      yield* fileSystem.makeDirectory(path.dirname(file), { recursive: true, mode: 0o700 })
      const draft = `${file}.${crypto.randomUUID()}.tmp`
      yield* fileSystem.writeFileString(draft, `${yield* Schema.encode(Logins)(logins)}\n`, { flag: "wx", mode: 0o600 })
        .pipe(
          Effect.zipRight(fileSystem.rename(draft, file)),
          Effect.onError(() => Effect.ignore(fileSystem.remove(draft, { force: true })))
        )
    }).pipe(
      Effect.mapError(() =>
        new TokenStore.TokenStoreError({ store: "logins.json", operation: "set", reason: `${file} cannot be written` })
      ),
      Effect.uninterruptible
    )
  })

/** What the settings tell of a sign-in. */
const wanted = Effect.gen(function*() {
  return {
    cloud: yield* NationalCloud.config,
    tenantId: yield* Settings.optional("tenantId"),
    clientId: yield* Settings.optional("clientId")
  }
})

const same = (a: string | undefined, b: string | undefined): boolean => a?.toLowerCase() === b?.toLowerCase()

const isOf = (login: Login, cloud: NationalCloud.NationalCloud): boolean =>
  login.authority === cloud.authority && login.graphRoot === cloud.graphRoot

/**
 * All of the sign-ins, newest first.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const all: Effect.Effect<ReadonlyArray<Login>, never, FileSystem.FileSystem | Path.Path> = read

/**
 * The sign-ins of the cloud, and of the tenant and the application where the settings name them, newest first.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const matching: Effect.Effect<
  ReadonlyArray<Login>,
  ConfigError.ConfigError,
  FileSystem.FileSystem | Path.Path
> = Effect.gen(function*() {
  const { clientId, cloud, tenantId } = yield* wanted
  return (yield* read).filter((login) =>
    isOf(login, cloud) &&
    (tenantId === undefined || same(login.tenantId, tenantId) || same(login.directoryId, tenantId)) &&
    (clientId === undefined || same(login.clientId, clientId))
  )
})

/**
 * Where the refresh tokens are.
 *
 * @since 0.1.0
 * @category Layers
 */
export const store: Layer.Layer<TokenStore.TokenStore, never, Path.Path> = Layer.unwrapEffect(
  Effect.map(Home.folder, (path) => TokenFile.layer({ path }))
)

/**
 * Keeps a sign-in, in the place of an older one of the same cloud, tenant and application.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const keep = (
  login: Login
): Effect.Effect<void, TokenStore.TokenStoreError, FileSystem.FileSystem | Path.Path> =>
  Effect.flatMap(read, (logins) => write([login, ...logins.filter(({ key }) => key !== login.key)]))

/**
 * Forgets these sign-ins, tokens first.
 *
 * @since 0.1.0
 * @category Combinators
 */
export const remove = (
  logins: ReadonlyArray<Login>
): Effect.Effect<void, TokenStore.TokenStoreError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function*() {
    const tokens = yield* TokenStore.TokenStore
    yield* Effect.forEach(logins, ({ key }) => tokens.remove(key), { discard: true })
    const gone = new Set(logins.map(({ key }) => key))
    yield* write((yield* read).filter(({ key }) => !gone.has(key)))
  }).pipe(Effect.provide(store))

const encode = Schema.encodeSync(AuthError.AuthError)
const decode = Schema.decodeSync(AuthError.AuthError)

const { credential: name } = Methods.table.login

/** The failure of the credential behind it, under the name that people know. */
const renamed = (error: AuthError.AuthError): AuthError.AuthError => decode({ ...encode(error), credential: name })

/**
 * The credential of the newest sign-in that matches. It asks nobody: where the sign-in has ended, it fails with `InteractionRequired`.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer: Methods.CredentialLayer = Layer.effect(
  Credential.Credential,
  Effect.gen(function*() {
    const { clientId, cloud, tenantId } = yield* wanted
    const [login] = yield* matching
    if (login === undefined) {
      return yield* new CliError.NotSignedIn({ cloud: cloud.displayName, tenantId, clientId })
    }
    // Whichever way somebody signed in, the refresh token is used in the same way.
    const credential = yield* DeviceCode.make({
      cloud,
      tenantId: login.tenantId,
      clientId: login.clientId,
      scopes: login.scopes
    }).pipe(Effect.provide(store))
    return Credential.Credential.of({
      ...credential,
      name,
      interactive: false,
      acquire: (request) => Effect.mapError(credential.acquire({ ...request, silent: true }), renamed)
    })
  })
)
