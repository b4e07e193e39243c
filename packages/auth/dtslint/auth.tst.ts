import type { AccessToken, Credential } from "@effect-msgraph/auth"
import { AuthError, ClientSecret, StaticToken, TokenCredential, TokenPolicy, TokenProvider } from "@effect-msgraph/auth"
import type { NationalCloud } from "@effect-msgraph/domain"
import type { HttpClient } from "@effect/platform"
import type { ConfigError, Duration, Redacted, Scope } from "effect"
import { Config, Effect, Layer } from "effect"
import { describe, expect, test } from "tstyche"

declare const tokens: TokenProvider.Service
declare const credential: Credential.Service
declare const rejected: AccessToken.AccessToken
declare const secret: Redacted.Redacted<string>

describe("TokenProvider", () => {
  test("methods need nothing and fail with AuthError alone", () => {
    expect(tokens.get()).type.toBe<Effect.Effect<AccessToken.AccessToken, AuthError.AuthError>>()
    expect(tokens.get({ cae: true })).type.toBe<Effect.Effect<AccessToken.AccessToken, AuthError.AuthError>>()
    expect(tokens.renew({}, rejected)).type.toBe<Effect.Effect<AccessToken.AccessToken, AuthError.AuthError>>()
    expect(credential.acquire({})).type.toBe<Effect.Effect<AccessToken.AccessToken, AuthError.AuthError>>()
  })

  test("the layer needs a credential and cannot fail", () => {
    expect(TokenProvider.layer).type.toBe<Layer.Layer<TokenProvider.TokenProvider, never, Credential.Credential>>()
    expect(TokenProvider.make(credential)).type.toBe<Effect.Effect<TokenProvider.Service, never, Scope.Scope>>()
  })

  test("the token is redacted and cannot pass for a string", () => {
    expect(rejected.token).type.toBe<Redacted.Redacted<string>>()
    expect(rejected.token).type.not.toBeAssignableTo<string>()
  })
})

describe("AuthError", () => {
  test("is a closed union", () => {
    expect<AuthError.AuthError["_tag"]>().type.toBe<
      | "CredentialUnavailable"
      | "InvalidClient"
      | "InteractionRequired"
      | "InvalidTokenRequest"
      | "TenantNotAllowed"
      | "TokenThrottled"
      | "AuthorityUnavailable"
      | "MalformedTokenResponse"
      | "DeviceCodeExpired"
      | "AuthorizationDeclined"
    >()
  })

  test("a handled member leaves the channel", () => {
    expect(Effect.catchTag(tokens.get(), "TokenThrottled", (error) => Effect.succeed(error.retryAfter))).type.toBe<
      Effect.Effect<AccessToken.AccessToken | Duration.Duration, Exclude<AuthError.AuthError, AuthError.TokenThrottled>>
    >()
  })

  test("the guard narrows", () => {
    const unknown: unknown = undefined
    if (AuthError.isAuthError(unknown)) expect(unknown).type.toBe<AuthError.AuthError>()
  })
})

describe("credentials", () => {
  test("ClientSecret", () => {
    expect(ClientSecret.layer).type.toBe<
      (
        options: ClientSecret.Options
      ) => Layer.Layer<Credential.Credential, Credential.CredentialMisconfigured, HttpClient.HttpClient>
    >()
    expect(ClientSecret.layerConfig()).type.toBe<
      Layer.Layer<
        Credential.Credential,
        ConfigError.ConfigError | Credential.CredentialMisconfigured,
        HttpClient.HttpClient
      >
    >()
    expect({ tenantId: "a.b", clientId: "c", clientSecret: secret }).type.toBeAssignableTo<ClientSecret.Options>()
    expect({ tenantId: "a.b", clientId: "c", clientSecret: "plain" }).type.not.toBeAssignableTo<ClientSecret.Options>()
    expect(ClientSecret.layerConfig).type.toBeCallableWith({
      tenantId: Config.string("T"),
      clientId: Config.string("C"),
      clientSecret: Config.redacted("S")
    })
    expect(ClientSecret.layerConfig).type.not.toBeCallableWith({
      tenantId: Config.string("T"),
      clientId: Config.string("C"),
      clientSecret: Config.string("S")
    })
  })

  test("StaticToken", () => {
    expect(StaticToken.layer({ token: secret })).type.toBe<
      Layer.Layer<Credential.Credential, Credential.CredentialMisconfigured>
    >()
    expect(StaticToken.layerConfig()).type.toBe<
      Layer.Layer<Credential.Credential, ConfigError.ConfigError | Credential.CredentialMisconfigured>
    >()
    expect(StaticToken.layer).type.not.toBeCallableWith({ token: "plain" })
  })

  test("TokenCredential takes the shape of @azure/identity", () => {
    interface AzureAbortSignal {
      readonly aborted: boolean
      addEventListener(type: "abort", listener: (this: AzureAbortSignal, event: any) => any): void
      removeEventListener(type: "abort", listener: (this: AzureAbortSignal, event: any) => any): void
    }
    interface AzureTokenCredential {
      getToken(
        scopes: string | Array<string>,
        options?: {
          abortSignal?: AzureAbortSignal
          requestOptions?: { timeout?: number }
          tracingOptions?: { tracingContext?: unknown }
          claims?: string
          enableCae?: boolean
          tenantId?: string
        }
      ): Promise<
        | { token: string; expiresOnTimestamp: number; refreshAfterTimestamp?: number; tokenType?: "Bearer" | "pop" }
        | null
      >
    }
    expect<AzureTokenCredential>().type.toBeAssignableTo<TokenCredential.TokenCredentialLike>()
    // And gives it: what `fromProvider` makes can stand wherever an Azure SDK wants a credential.
    expect<TokenCredential.AzureTokenCredential>().type.toBeAssignableTo<AzureTokenCredential>()
    expect<TokenCredential.AzureTokenCredential>().type.toBeAssignableTo<TokenCredential.TokenCredentialLike>()
    expect(TokenCredential.fromProvider(tokens)).type.toBe<Effect.Effect<TokenCredential.AzureTokenCredential>>()
    expect<Parameters<typeof TokenCredential.layer>[0]["cloud"]>().type.toBe<
      NationalCloud.NationalCloud | undefined
    >()
    expect(TokenCredential.layer).type.toBe<(options: TokenCredential.Options) => Layer.Layer<Credential.Credential>>()
  })

  test("the policy adds no requirement", () => {
    const all = TokenProvider.layer.pipe(
      Layer.provide(StaticToken.layer({ token: secret })),
      Layer.provide(TokenPolicy.layer({ capacity: 1 }))
    )
    expect(all).type.toBe<Layer.Layer<TokenProvider.TokenProvider, Credential.CredentialMisconfigured>>()
  })
})
