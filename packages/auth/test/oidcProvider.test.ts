import {
  type AuthError,
  AuthorizationCode,
  ClientAssertion,
  ClientCertificate,
  ClientSecret,
  type Credential,
  DeviceCode,
  RefreshToken,
  TokenPolicy,
  TokenProvider,
  TokenStore
} from "@effect-msgraph/auth"
import { FetchHttpClient, type HttpClient } from "@effect/platform"
import { assert, describe, layer } from "@effect/vitest"
import { Clock, Context, DateTime, Deferred, Duration, Effect, Layer, Option, Redacted } from "effect"
import * as jose from "jose"
import { createPrivateKey } from "node:crypto"
import * as oidcProvider from "./oidcProvider.js"

const tenantId = "6f3c9d1e-58a7-4a34-9f5e-0d7a2b1c4e11"
const secret = Redacted.make("a-client-secret-of-some-length")
const person = { login: "adele", password: "irrelevant" }
const redirectUri = "http://localhost"

const key = oidcProvider.selfSigned("an application")
const federation = oidcProvider.selfSigned("a federation")

const application = { grant_types: ["client_credentials"], redirect_uris: [], response_types: [] } as const

const jwks = (pair: oidcProvider.Pair, alg: string) =>
  Effect.map(
    Effect.promise(() => jose.exportJWK(pair.publicKey)),
    (jwk) => ({ keys: [{ ...jwk, alg, use: "sig" }] })
  )

const start = Effect.gen(function*() {
  const certificateKeys = yield* jwks(key, "PS256")
  const federationKeys = yield* jwks(federation, "RS256")
  return yield* oidcProvider.start({
    tenantId,
    clients: () => [
      {
        ...application,
        client_id: "secret-app",
        client_secret: Redacted.value(secret),
        token_endpoint_auth_method: "client_secret_post"
      },
      {
        ...application,
        client_id: "certificate-app",
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_signing_alg: "PS256",
        jwks: certificateKeys
      },
      {
        ...application,
        client_id: "federated-app",
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_signing_alg: "RS256",
        jwks: federationKeys
      },
      {
        client_id: "public-app",
        application_type: "native",
        token_endpoint_auth_method: "none",
        grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
        redirect_uris: [redirectUri],
        response_types: ["code"]
      }
    ]
  })
})

type Server = Effect.Effect.Success<typeof start>

class Provider extends Context.Tag("test/Provider")<Provider, Server>() {}

/** Does not wait before it asks whether the person is done. */
const real = Clock.make()
const impatient: Clock.Clock = Object.assign(Clock.make(), {
  sleep: (duration: Duration.Duration) => Duration.toSeconds(duration) <= 5 ? Effect.void : real.sleep(duration)
})

/** A token by a credential, out of the whole stack, and what it says. */
const tokenOf = <E>(
  credential: Layer.Layer<Credential.Credential, E, HttpClient.HttpClient>
): Effect.Effect<jose.JWTPayload, AuthError.AuthError | E, Provider> =>
  Effect.flatMap(Provider, (server) =>
    Effect.flatMap(TokenProvider.TokenProvider, (tokens) => tokens.get()).pipe(
      Effect.tap((token) =>
        Effect.gen(function*() {
          const left = DateTime.distance(yield* DateTime.now, token.expiresAt)
          assert.isAbove(left, 3_500_000)
          assert.isAtMost(left, 3_600_000)
        })
      ),
      Effect.map((token) => jose.decodeJwt(Redacted.value(token.token))),
      Effect.provide(TokenProvider.layer.pipe(
        Layer.provide(credential),
        Layer.provide(server.layerHttpClient)
      ))
    ))

const audience = "https://graph.example.com"

describe.sequential("an OpenID provider that none of us wrote, over TLS", () => {
  layer(Layer.scoped(Provider, start), { excludeTestServices: true })((it) => {
    it.effect("a client secret", () =>
      Effect.gen(function*() {
        const { cloud, prefix, requests } = yield* Provider
        const before = requests.length
        const claims = yield* tokenOf(
          ClientSecret.layer({ cloud, tenantId, clientId: "secret-app", clientSecret: secret })
        )
        assert.strictEqual(claims.aud, audience)
        assert.strictEqual(claims["client_id"], "secret-app")
        assert.deepStrictEqual(requests.slice(before), [
          `GET ${prefix}/.well-known/openid-configuration`,
          `POST ${prefix}/token`
        ])
      }))

    it.effect("a wrong client secret", () =>
      Effect.gen(function*() {
        const { cloud } = yield* Provider
        const error = yield* Effect.flip(tokenOf(
          ClientSecret.layer({ cloud, tenantId, clientId: "secret-app", clientSecret: Redacted.make("not-the-secret") })
        ))
        assert.strictEqual(error._tag, "InvalidClient")
      }))

    it.effect("an authority whose certificate nobody vouches for", () =>
      Effect.gen(function*() {
        const { cloud } = yield* Provider
        const error = yield* Effect.flatMap(
          TokenProvider.TokenProvider,
          (tokens) => tokens.get()
        ).pipe(
          Effect.provide(TokenProvider.layer.pipe(
            Layer.provide(ClientSecret.layer({ cloud, tenantId, clientId: "secret-app", clientSecret: secret })),
            Layer.provide(TokenPolicy.layer({ retries: 0 })),
            Layer.provide(FetchHttpClient.layer)
          )),
          Effect.flip
        )
        assert.strictEqual(error._tag, "AuthorityUnavailable")
        assert.match(error.message, /CERT/)
      }))

    it.effect("a certificate", () =>
      Effect.gen(function*() {
        const { cloud } = yield* Provider
        const claims = yield* tokenOf(ClientCertificate.layer({
          cloud,
          tenantId,
          clientId: "certificate-app",
          certificate: Redacted.make(`${key.certificate}\n${key.privateKey}`)
        }))
        assert.strictEqual(claims.aud, audience)
        assert.strictEqual(claims["client_id"], "certificate-app")
      }))

    it.effect("a certificate of somebody else", () =>
      Effect.gen(function*() {
        const { cloud } = yield* Provider
        const error = yield* Effect.flip(tokenOf(ClientCertificate.layer({
          cloud,
          tenantId,
          clientId: "certificate-app",
          certificate: Redacted.make(`${federation.certificate}\n${federation.privateKey}`)
        })))
        assert.strictEqual(error._tag, "InvalidClient")
      }))

    it.effect("an assertion that a federation signs", () =>
      Effect.gen(function*() {
        const { cloud, origin, prefix } = yield* Provider
        const claims = yield* tokenOf(ClientAssertion.layer({
          cloud,
          tenantId,
          clientId: "federated-app",
          assertion: () =>
            Effect.promise(() =>
              new jose.SignJWT({})
                .setProtectedHeader({ alg: "RS256" })
                .setIssuer("federated-app")
                .setSubject("federated-app")
                .setAudience(`${origin}${prefix}`)
                .setJti(crypto.randomUUID())
                .setIssuedAt()
                .setExpirationTime("2 minutes")
                .sign(createPrivateKey(federation.privateKey))
            ).pipe(Effect.map(Redacted.make))
        }))
        assert.strictEqual(claims.aud, audience)
        assert.strictEqual(claims["client_id"], "federated-app")
      }))

    it.effect("a code for another device, then a refresh token", () =>
      Effect.gen(function*() {
        const { cloud, layerHttpClient } = yield* Provider
        const store = yield* Effect.map(Layer.build(TokenStore.layerMemory), Context.get(TokenStore.TokenStore))
        const prompt = yield* Deferred.make<DeviceCode.Prompt>()
        const options = { cloud, tenantId, clientId: "public-app" }
        const signIn = tokenOf(
          DeviceCode.layer({
            ...options,
            prompt: (shown) =>
              Effect.gen(function*() {
                yield* Deferred.succeed(prompt, shown)
                // The person is quick: when the first poll comes, all is done.
                yield* oidcProvider.browse(shown.verificationUri, {
                  typed: { ...person, user_code: shown.userCode },
                  end: "nowhere"
                }).pipe(Effect.provide(layerHttpClient), Effect.orDie)
              })
          }).pipe(Layer.provide(Layer.succeed(TokenStore.TokenStore, store)))
        )
        const claims = yield* Effect.withClock(signIn, impatient)
        assert.strictEqual(claims.sub, "adele")
        assert.strictEqual(claims.aud, audience)
        const { message, userCode } = yield* prompt
        assert.include(message, userCode)

        // Nobody is asked again by a program that starts later.
        const later = yield* tokenOf(
          DeviceCode.layer({ ...options, prompt: () => Effect.dieMessage("a person was asked") }).pipe(
            Layer.provide(Layer.succeed(TokenStore.TokenStore, store))
          )
        )
        assert.strictEqual(later.sub, "adele")
        assert.notStrictEqual(later.jti, claims.jti)

        const kept = Option.getOrThrow(yield* store.get(TokenStore.key({ cloud, tenantId, clientId: "public-app" })))
        const refreshed = yield* tokenOf(RefreshToken.layer({ ...options, refreshToken: kept }))
        assert.strictEqual(refreshed.sub, "adele")
      }).pipe(Effect.scoped), 30_000)

    it.effect("a browser, with PKCE", () =>
      Effect.gen(function*() {
        const { cloud, layerHttpClient, prefix, requests } = yield* Provider
        const browser = AuthorizationCode.layerBrowser({
          redirectUri,
          visit: ({ url }) =>
            oidcProvider.browse(url, { typed: person, end: redirectUri }).pipe(
              Effect.map(({ searchParams }) => searchParams),
              Effect.provide(layerHttpClient),
              Effect.orDie
            )
        })
        const claims = yield* tokenOf(
          AuthorizationCode.layer({ cloud, tenantId, clientId: "public-app" }).pipe(Layer.provide(browser))
        )
        assert.strictEqual(claims.sub, "adele")
        assert.strictEqual(claims.aud, audience)
        assert.include(requests, `GET ${prefix}/auth`)
      }), 30_000)
  })
})
