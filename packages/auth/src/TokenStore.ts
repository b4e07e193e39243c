/**
 * Where refresh tokens are kept, so that a person who has signed in does not have to again. Credentials of people
 * (`DeviceCode`, `AuthorizationCode`, `RefreshToken`) use it if it is there when their layer is built; without it each
 * keeps its refresh token in memory, for as long as it lives itself.
 *
 * @since 0.1.0
 */
import * as NationalCloud from "@effect-msgraph/domain/NationalCloud"
import * as KeyValueStore from "@effect/platform/KeyValueStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/**
 * The store cannot be read or written. `reason` says why and what to do; it never holds a token.
 *
 * @since 0.1.0
 * @category Errors
 */
export class TokenStoreError extends Schema.TaggedError<TokenStoreError>("@effect-msgraph/auth/TokenStoreError")(
  "TokenStoreError",
  {
    store: Schema.String,
    operation: Schema.Literal("get", "set", "remove"),
    reason: Schema.String
  }
) {
  /** @since 0.1.0 */
  override get message(): string {
    const done = { get: "read", set: "written", remove: "removed" }[this.operation]
    return `A sign-in could not be ${done} (${this.store}): ${this.reason}.`
  }
}

/**
 * A store of refresh tokens by key. The keys are those of `key`.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Service {
  readonly get: (key: string) => Effect.Effect<Option.Option<Redacted.Redacted<string>>, TokenStoreError>
  readonly set: (key: string, refreshToken: Redacted.Redacted<string>) => Effect.Effect<void, TokenStoreError>
  readonly remove: (key: string) => Effect.Effect<void, TokenStoreError>
}

/**
 * A store of refresh tokens.
 *
 * @example
 * ```ts
 * import { DeviceCode, TokenProvider, TokenStore } from "@effect-msgraph/auth"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * // On Node, `TokenFile.layer()` in place of `layerMemory` outlives the process.
 * export const tokens = TokenProvider.layer.pipe(
 *   Layer.provide(DeviceCode.layerConfig()),
 *   Layer.provide(TokenStore.layerMemory),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category Context
 */
export class TokenStore extends Context.Tag("@effect-msgraph/auth/TokenStore")<TokenStore, Service>() {}

/**
 * The key of a sign-in: readable, and without secrets. A refresh token is bound to an application and a person at an
 * authority and serves every flow and every resource, so the ways to sign in share it. Remove it to sign out.
 *
 * - `account`: tells apart several people who share a store; as given to the credential
 *
 * @example
 * ```ts
 * import { TokenStore } from "@effect-msgraph/auth"
 * import { Effect } from "effect"
 *
 * export const signOut = Effect.flatMap(TokenStore.TokenStore, (store) =>
 *   store.remove(TokenStore.key({
 *     tenantId: "contoso.onmicrosoft.com",
 *     clientId: "11111111-2222-3333-4444-555555555555"
 *   })))
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const key = (options: {
  readonly cloud?: NationalCloud.NationalCloud | undefined
  readonly tenantId: string
  readonly clientId: string
  readonly account?: string | undefined
}): string => {
  const cloud = options.cloud ?? NationalCloud.global
  const parts = [
    ...(cloud.name === "custom" ? ["custom", cloud.authority, cloud.graphRoot] : [cloud.name]),
    options.tenantId.toLowerCase(),
    options.clientId.toLowerCase(),
    ...(options.account === undefined ? [] : [options.account.toLowerCase()])
  ]
  return parts.map(encodeURIComponent).join("/")
}

/**
 * A store in memory, for as long as the layer lives.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerMemory: Layer.Layer<TokenStore> = Layer.sync(TokenStore, () => {
  const tokens = new Map<string, Redacted.Redacted<string>>()
  return {
    get: (key) => Effect.sync(() => Option.fromNullable(tokens.get(key))),
    set: (key, refreshToken) => Effect.sync(() => void tokens.set(key, refreshToken)),
    remove: (key) => Effect.sync(() => void tokens.delete(key))
  }
})

/**
 * A store in the `KeyValueStore` of the context. That sees the tokens in the clear: give it one that keeps secrets.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layerKeyValueStore: Layer.Layer<TokenStore, never, KeyValueStore.KeyValueStore> = Layer.effect(
  TokenStore,
  Effect.map(KeyValueStore.KeyValueStore, (store) => {
    const prefix = "effect-msgraph-sign-in/"
    // The platform's error may hold what was written.
    const failed = (operation: TokenStoreError["operation"]) => () =>
      new TokenStoreError({ store: "KeyValueStore", operation, reason: "the key-value store failed" })
    return {
      get: (key) =>
        store.get(prefix + key).pipe(
          Effect.map(Option.map((text) => Redacted.make(text))),
          Effect.mapError(failed("get"))
        ),
      set: (key, refreshToken) => Effect.mapError(store.set(prefix + key, Redacted.value(refreshToken)), failed("set")),
      remove: (key) => Effect.mapError(store.remove(prefix + key), failed("remove"))
    }
  })
)
