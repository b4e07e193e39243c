import { Credential } from "@effect-msgraph/auth"
import * as EnvironmentCredential from "@effect-msgraph/auth/node/EnvironmentCredential"
import { FileSystem, HttpClient } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import * as certificates from "./certificates.js"
import * as utils from "./utils.js"

const { clientId, jwt, makeAuthority, secret, tenantId, tokenResponse } = utils
const { join, makeChain } = certificates

const { key, leaf } = makeChain()

const files = Effect.gen(function*() {
  const fileSystem = yield* FileSystem.FileSystem
  const folder = yield* fileSystem.makeTempDirectoryScoped()
  yield* fileSystem.writeFileString(`${folder}/app.pem`, join(key.pkcs8, leaf.pem))
  yield* fileSystem.writeFileString(`${folder}/token`, jwt)
  return { certificate: `${folder}/app.pem`, token: `${folder}/token` }
})

const build = (authority: ReturnType<typeof makeAuthority>, variables: Record<string, string>) =>
  Effect.map(
    Layer.build(Layer.provide(
      EnvironmentCredential.layerConfig(),
      Layer.merge(Layer.succeed(HttpClient.HttpClient, authority.client), NodeFileSystem.layer)
    )),
    (context) => context.unsafeMap.get(Credential.Credential.key) as Credential.Service
  ).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))))

/** What is sent as the proof, with these variables set. */
const proofs = (variables: Record<string, string>) =>
  Effect.gen(function*() {
    const authority = makeAuthority(() => tokenResponse())
    const credential = yield* build(authority, variables)
    yield* credential.acquire({})
    const { form } = authority.requests[0]!
    const [, payload] = (form.get("client_assertion") ?? "").split(".")
    return form.has("client_secret")
      ? "secret"
      : form.get("client_assertion") === jwt
      ? "federated token"
      : payload === undefined
      ? "nothing"
      : "certificate"
  })

const ids = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId }

describe.sequential("EnvironmentCredential", () => {
  it.scoped("uses a secret, else a certificate, else a federated token", () =>
    Effect.gen(function*() {
      const { certificate, token } = yield* files
      const withSecret = { AZURE_CLIENT_SECRET: secret }
      const withCertificate = { AZURE_CLIENT_CERTIFICATE_PATH: certificate }
      const withToken = { AZURE_FEDERATED_TOKEN_FILE: token }
      assert.strictEqual(yield* proofs({ ...ids, ...withToken, ...withCertificate, ...withSecret }), "secret")
      assert.strictEqual(yield* proofs({ ...ids, ...withToken, ...withCertificate }), "certificate")
      assert.strictEqual(yield* proofs({ ...ids, ...withToken, AZURE_CLIENT_SECRET: "" }), "federated token")
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.scoped("is known by its own name, and by the application's ids", () =>
    Effect.gen(function*() {
      const recorder = utils.recordSpans()
      const authority = makeAuthority(() => tokenResponse())
      const credential = yield* build(authority, {
        ...ids,
        AZURE_CLIENT_SECRET: secret,
        AZURE_AUTHORITY_HOST: "https://login.microsoftonline.us",
        MSGRAPH_CLOUD: "usgov"
      })
      assert.deepInclude(credential, { name: "EnvironmentCredential", tenantId, clientId })
      yield* Effect.withTracer(credential.acquire({}), recorder.tracer)
      assert.strictEqual(recorder.spans[0]!.name, "EnvironmentCredential.acquire")
      assert.include(authority.requests[0]!.url, "https://login.microsoftonline.us/")
      utils.assertClean([...utils.representations(credential), recorder.text()], [secret, jwt])
    }))

  it.scoped("with nothing in the environment is unavailable, and names what is missing", () =>
    Effect.gen(function*() {
      const authority = makeAuthority(() => tokenResponse())
      const reasonWith = (variables: Record<string, string>) =>
        Effect.gen(function*() {
          const credential = yield* build(authority, variables)
          const error = yield* Effect.flip(credential.acquire({}))
          assert.strictEqual(error._tag, "CredentialUnavailable")
          return error._tag === "CredentialUnavailable" ? error.reason : ""
        })
      const none = yield* reasonWith({})
      for (
        const name of [
          "AZURE_CLIENT_SECRET",
          "AZURE_CLIENT_CERTIFICATE_PATH",
          "AZURE_FEDERATED_TOKEN_FILE",
          "AZURE_TENANT_ID",
          "AZURE_CLIENT_ID"
        ]
      ) assert.include(none, name)
      const withIds = yield* reasonWith(ids)
      assert.include(withIds, "AZURE_CLIENT_SECRET")
      assert.notInclude(withIds, "AZURE_TENANT_ID")
      const withOne = yield* reasonWith({ AZURE_CLIENT_ID: clientId })
      assert.include(withOne, "AZURE_TENANT_ID is not set")
      assert.notInclude(withOne, "AZURE_CLIENT_ID")
      assert.strictEqual(
        yield* reasonWith({ AZURE_FEDERATED_TOKEN_FILE: "/x", AZURE_TENANT_ID: tenantId }),
        "AZURE_CLIENT_ID is not set"
      )
      assert.lengthOf(authority.requests, 0)
    }))

  it.scoped("half of what is needed is a mistake, which names the other half", () =>
    Effect.forEach(
      [
        [{ AZURE_CLIENT_SECRET: secret }, "AZURE_TENANT_ID", "nor is AZURE_CLIENT_ID, although AZURE_CLIENT_SECRET is"],
        [{ AZURE_CLIENT_SECRET: secret, AZURE_CLIENT_ID: clientId }, "AZURE_TENANT_ID", "although AZURE_CLIENT_SECRET"],
        [{ AZURE_CLIENT_SECRET: secret, AZURE_TENANT_ID: tenantId }, "AZURE_CLIENT_ID", "although AZURE_CLIENT_SECRET"],
        [
          { AZURE_CLIENT_CERTIFICATE_PATH: "/x", AZURE_CLIENT_ID: clientId },
          "AZURE_TENANT_ID",
          "although AZURE_CLIENT_CERTIFICATE_PATH"
        ],
        [{ ...ids, AZURE_CLIENT_CERTIFICATE_PATH: "/no/such/file.pem" }, "AZURE_CLIENT_CERTIFICATE_PATH", "no file"],
        [{ ...ids, AZURE_CLIENT_SECRET: ` ${secret}` }, "AZURE_CLIENT_SECRET", "white space"],
        [{ ...ids, AZURE_TENANT_ID: "common", AZURE_CLIENT_SECRET: secret }, "AZURE_TENANT_ID", "not one tenant"]
      ] as const,
      ([variables, option, reason]) =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(build(makeAuthority(() => tokenResponse()), variables))
          assert.strictEqual("option" in error && error.option, option)
          assert.include(String(error), "EnvironmentCredential")
          assert.include(String(error), reason)
          utils.assertClean(utils.representations(error), [secret])
        })
    ))
})
