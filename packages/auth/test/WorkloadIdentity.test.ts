import { TokenProvider } from "@effect-msgraph/auth"
import * as WorkloadIdentity from "@effect-msgraph/auth/WorkloadIdentity"
import { FileSystem, HttpClient } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import * as jose from "jose"
import { createSecretKey } from "node:crypto"
import * as utils from "./utils.js"

const { clientId, makeAuthority, oauthError, tenantId, text, tokenResponse } = utils

const clusterKey = createSecretKey(Buffer.alloc(32, 7))

const mint = (n: number): Promise<string> =>
  new jose.SignJWT({ n }).setProtectedHeader({ alg: "HS256" })
    .setIssuer("https://oidc.prod-aks.azure.com/cluster")
    .setSubject("system:serviceaccount:hr:joiner")
    .setAudience("api://AzureADTokenExchange")
    .sign(clusterKey)

const makeFile = (content: string) =>
  Effect.gen(function*() {
    const fileSystem = yield* FileSystem.FileSystem
    const path = `${yield* fileSystem.makeTempDirectoryScoped()}/azure-identity-token`
    const write = (content: string) => Effect.orDie(fileSystem.writeFileString(path, content))
    yield* write(content)
    return { path, write, fileSystem }
  })

const makeWith = (
  authority: { readonly client: HttpClient.HttpClient },
  more: Partial<WorkloadIdentity.Options>
) =>
  WorkloadIdentity.make({ tenantId, clientId, tokenFile: undefined, ...more }).pipe(
    Effect.provideService(HttpClient.HttpClient, authority.client)
  )

const assertions = (authority: ReturnType<typeof makeAuthority>) =>
  authority.requests.map(({ form }) => form.get("client_assertion"))

/** Why there is no token, and that nothing was sent. */
const unavailable = (more: Partial<WorkloadIdentity.Options>) =>
  Effect.gen(function*() {
    const authority = makeAuthority(() => tokenResponse())
    const credential = yield* makeWith(authority, more)
    const error = yield* Effect.flip(credential.acquire({}))
    assert.lengthOf(authority.requests, 0)
    assert.strictEqual(error._tag, "CredentialUnavailable")
    if (error._tag !== "CredentialUnavailable") throw error
    assert.strictEqual(error.credential, "WorkloadIdentity")
    return error
  })

describe.sequential("WorkloadIdentity", () => {
  it.scoped("sends the token of the file, read for every request", () =>
    Effect.gen(function*() {
      const [first, second] = yield* Effect.promise(() => Promise.all([mint(1), mint(2)]))
      const { path, write } = yield* makeFile(first)
      const authority = makeAuthority(() => tokenResponse())
      const credential = yield* makeWith(authority, { tokenFile: path })
      assert.strictEqual(text(yield* credential.acquire({})), utils.jwt)
      yield* write(`${second}\n`)
      yield* credential.acquire({})
      assert.deepStrictEqual(Object.fromEntries(authority.requests[0]!.form), {
        client_id: clientId,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: first,
        grant_type: "client_credentials",
        scope: "https://graph.microsoft.com/.default"
      })
      assert.deepStrictEqual(assertions(authority), [first, second])
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.scoped("reads the file again when the request is repeated", () =>
    Effect.gen(function*() {
      const [first, second] = yield* Effect.promise(() => Promise.all([mint(1), mint(2)]))
      const { path, write } = yield* makeFile(first)
      const authority = makeAuthority((n) =>
        n === 1 ? Effect.as(write(second), new Response(null, { status: 503 })) : tokenResponse()
      )
      const credential = yield* makeWith(authority, { tokenFile: path })
      yield* utils.runToEnd(yield* Effect.fork(credential.acquire({})))
      assert.deepStrictEqual(assertions(authority), [first, second])
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.scoped("a file that comes later is found then", () =>
    Effect.gen(function*() {
      const token = yield* Effect.promise(() => mint(1))
      const { fileSystem, path, write } = yield* makeFile(token)
      yield* fileSystem.remove(path)
      const authority = makeAuthority(() => tokenResponse())
      const credential = yield* makeWith(authority, { tokenFile: path })
      const error = yield* Effect.flip(credential.acquire({}))
      assert.strictEqual(error._tag, "CredentialUnavailable")
      assert.include(error.message, "there is no token file: label the pod azure.workload.identity/use")
      assert.notInclude(error.message, path)
      yield* write(token)
      yield* credential.acquire({})
      assert.deepStrictEqual(assertions(authority), [token])
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.scoped("what is in the file must be a token", () =>
    Effect.gen(function*() {
      const token = yield* Effect.promise(() => mint(1))
      const { path, write } = yield* makeFile(token)
      const cases: ReadonlyArray<readonly [string, string]> = [
        ["", "the token file is empty"],
        [" \n", "the token file is empty"],
        ["not a token", "holds no signed JWT"],
        [token.slice(0, token.lastIndexOf(".")), "holds no signed JWT"],
        [`${token}\n${token}`, "holds no signed JWT"],
        ["a".repeat(70_000), "too large for a token"]
      ]
      for (const [content, reason] of cases) {
        yield* write(content)
        const error = yield* unavailable({ tokenFile: path })
        assert.include(error.reason, reason)
        utils.assertClean(utils.representations(error), [token])
      }
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("what the path leads to must be a file", () =>
    Effect.gen(function*() {
      assert.include((yield* unavailable({ tokenFile: "/dev/zero" })).reason, "is not a file")
      assert.include((yield* unavailable({ tokenFile: "/tmp" })).reason, "is not a file")
      assert.include((yield* unavailable({ tokenFile: "nul\0" })).reason, "cannot be read")
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("what is not set is named, with what to do, and a chain goes on", () =>
    Effect.gen(function*() {
      const all = { tenantId: undefined, clientId: undefined, tokenFile: undefined }
      assert.include(
        (yield* unavailable(all)).message,
        "gave no token: tenantId (AZURE_TENANT_ID), clientId (AZURE_CLIENT_ID), tokenFile (AZURE_FEDERATED_TOKEN_FILE) " +
          "are not set: label the pod azure.workload.identity/use"
      )
      for (const option of ["tenantId", "clientId", "tokenFile"] as const) {
        const { message } = yield* unavailable({ tokenFile: "/token", [option]: undefined })
        assert.match(message, new RegExp(`no token: ${option} \\([A-Z_]+\\) is not set: label the pod`))
      }
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("what is set must be right", () =>
    Effect.gen(function*() {
      const cases: ReadonlyArray<readonly [Partial<WorkloadIdentity.Options>, string]> = [
        [{ tenantId: "common", tokenFile: "/token" }, "tenantId"],
        [{ tenantId: "common", clientId: undefined }, "tenantId"],
        [{ clientId: " x", tokenFile: "/token" }, "clientId"],
        [{ clientId: " x" }, "clientId"],
        [{ tokenFile: "" }, "tokenFile"],
        [{ tokenFile: "/token", additionallyAllowedTenants: ["?"] }, "additionallyAllowedTenants"]
      ]
      for (const [more, option] of cases) {
        const error = yield* Effect.flip(makeWith(makeAuthority(() => tokenResponse()), more))
        assert.strictEqual(error._tag, "CredentialMisconfigured")
        assert.strictEqual(error.credential, "WorkloadIdentity")
        assert.strictEqual(error.option, option)
      }
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  describe("from the configuration", () => {
    const get = (variables: Record<string, string>, authority = makeAuthority(() => tokenResponse())) =>
      Effect.flatMap(TokenProvider.TokenProvider, (provider) => provider.get()).pipe(
        Effect.provide(
          TokenProvider.layer.pipe(
            Layer.provide(WorkloadIdentity.layerConfig()),
            Layer.provide([authority.layer, NodeFileSystem.layer]),
            Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))))
          )
        )
      )

    it.scoped("the variables of the webhook", () =>
      Effect.gen(function*() {
        const { path } = yield* makeFile(yield* Effect.promise(() => mint(1)))
        const authority = makeAuthority(() => tokenResponse())
        yield* get({
          AZURE_TENANT_ID: tenantId,
          AZURE_CLIENT_ID: clientId,
          AZURE_FEDERATED_TOKEN_FILE: path,
          AZURE_AUTHORITY_HOST: "https://login.partner.microsoftonline.cn/"
        }, authority)
        assert.strictEqual(
          authority.requests[0]?.url,
          `https://login.partner.microsoftonline.cn/${tenantId}/oauth2/v2.0/token`
        )
      }).pipe(Effect.provide(NodeFileSystem.layer)))

    it.effect("missing and empty ones are no error before a token is asked for", () =>
      Effect.forEach(
        [{}, { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_FEDERATED_TOKEN_FILE: "" }],
        (variables: Record<string, string>) =>
          Effect.map(Effect.flip(get(variables)), (error) => {
            assert.strictEqual(error._tag, "CredentialUnavailable")
            assert.include(error.message, "AZURE_FEDERATED_TOKEN_FILE")
          })
      ))
  })

  it.scoped("shows the token nowhere", () =>
    Effect.gen(function*() {
      const token = yield* Effect.promise(() => mint(1))
      const { path } = yield* makeFile(token)
      const authority = makeAuthority(() =>
        oauthError({
          error: "invalid_client",
          error_description: `AADSTS700211: ${token}`,
          error_codes: [700211]
        }, { status: 401 })
      )
      const recorder = utils.recordSpans()
      const credential = yield* makeWith(authority, { tokenFile: path })
      const error = yield* credential.acquire({}).pipe(Effect.withTracer(recorder.tracer), Effect.flip)
      assert.include(error.message, "issuer")
      utils.assertClean([...utils.representations(error), ...utils.representations(credential), recorder.text()], [
        token
      ])
      assert.isTrue(recorder.spans.some((span) => span.name === "WorkloadIdentity.acquire"))
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.scoped("is a proof for credentials that act for users", () =>
    Effect.gen(function*() {
      const token = yield* Effect.promise(() => mint(1))
      const { path } = yield* makeFile(token)
      const { cloud } = yield* makeWith(makeAuthority(() => tokenResponse()), {})
      const proof = yield* WorkloadIdentity.authentication({ tokenFile: path })
      const audience = { credential: "OnBehalfOf", cloud, tenantId, clientId, tokenEndpoint: "https://a.example/token" }
      assert.deepStrictEqual((yield* proof.prove(audience)).secrets.map(Redacted.value), [token])
      const missing = yield* WorkloadIdentity.authentication({ tokenFile: `${path}.gone` })
      const error = yield* Effect.flip(missing.prove(audience))
      assert.strictEqual(error.credential, "OnBehalfOf")
    }).pipe(Effect.provide(NodeFileSystem.layer)))
})
