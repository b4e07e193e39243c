import { TokenProvider } from "@effect-msgraph/auth"
import * as CertificateFile from "@effect-msgraph/auth/node/CertificateFile"
import { NationalCloud } from "@effect-msgraph/domain"
import { Error as PlatformError, FileSystem, HttpClient } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Logger, LogLevel, Redacted } from "effect"
import * as jose from "jose"
import * as pkcs12 from "../src/internal/pkcs12.js"
import * as certificates from "./certificates.js"
import * as fixtures from "./fixtures/openssl.js"
import * as utils from "./utils.js"

const { clientId, makeAuthority, tenantId, tokenResponse } = utils
const { forge, issue, join, makeKey } = certificates

const { intermediate, key, leaf, root } = certificates.makeChain()
const nextKey = makeKey()
const next = issue({ key: nextKey, subject: "application" })

const password = "correct horse&battery+staple"
const plain = join(key.pkcs8, leaf.pem)
const renewed = join(nextKey.pkcs8, next.pem)

const encrypted = (options: object, passphrase = password) =>
  key.privateKey.export({ format: "pem", passphrase, ...options } as never).toString()

const pkcs8 = encrypted({ type: "pkcs8", cipher: "aes-256-cbc" })
const legacy = encrypted({ type: "pkcs1", cipher: "aes-128-cbc" })
const legacy3des = encrypted({ type: "pkcs1", cipher: "des-ede3-cbc" })

const toPfx = (
  algorithm: "aes256" | "3des",
  secret: string | null,
  chain = [leaf.forgeCertificate, intermediate.forgeCertificate, root.forgeCertificate]
): Uint8Array => {
  const asn1 = forge.pkcs12.toPkcs12Asn1(key.forgeKey, chain, secret, { algorithm, count: 10 })
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), "binary")
}

/** A file of its own, that may be written anew. */
const makeFile = (content: string | Uint8Array) =>
  Effect.gen(function*() {
    const fileSystem = yield* FileSystem.FileSystem
    const path = `${yield* fileSystem.makeTempDirectoryScoped()}/app.pem`
    const write = (content: string | Uint8Array) =>
      Effect.orDie(fileSystem.writeFile(path, typeof content === "string" ? Buffer.from(content) : content))
    yield* write(content)
    return { path, write, fileSystem }
  })

const makeWith = (
  authority: { readonly client: HttpClient.HttpClient },
  options: Partial<CertificateFile.Options> & { readonly path: string }
) =>
  CertificateFile.make({ tenantId, clientId, ...options }).pipe(
    Effect.provideService(HttpClient.HttpClient, authority.client)
  )

const header = (request: utils.Recorded | undefined) =>
  jose.decodeProtectedHeader(request!.form.get("client_assertion")!)

/** The header of an assertion that was signed with what the file holds. */
const used = (content: string | Uint8Array, options: Partial<CertificateFile.Options> = {}) =>
  Effect.gen(function*() {
    const { path } = yield* makeFile(content)
    const authority = makeAuthority(() => tokenResponse())
    const credential = yield* makeWith(authority, { path, ...options })
    yield* credential.acquire({})
    return header(authority.requests[0])
  })

const refused = (content: string | Uint8Array, options: Partial<CertificateFile.Options> = {}) =>
  Effect.flip(used(content, options)).pipe(
    Effect.map((error) => {
      if (error._tag !== "CredentialMisconfigured") throw new Error(`expected a refusal, got ${error._tag}`)
      assert.strictEqual(error.credential, "CertificateFile")
      return error
    })
  )

const withPassword = (value = password) => ({ password: Redacted.make(value) })

const makeLog = (level = LogLevel.Warning) => {
  const lines: Array<string> = []
  const layer = Layer.merge(
    Logger.replace(Logger.defaultLogger, Logger.map(Logger.logfmtLogger, (line) => void lines.push(line))),
    Logger.minimumLogLevel(level)
  )
  return { lines, layer }
}

describe.sequential("CertificateFile", () => {
  describe("what a file may hold", () => {
    const cases: ReadonlyArray<readonly [string, string | Uint8Array, Partial<CertificateFile.Options>, number]> = [
      ["PEM", plain, {}, 1],
      [
        "PEM with a chain and ends of lines of Windows",
        join(root.pem, key.pkcs1, leaf.pem, intermediate.pem).replaceAll("\n", "\r\n"),
        {},
        3
      ],
      ["PEM in the clear, with a password that it does not need", plain, withPassword(), 1],
      ["PEM with an encrypted key (PKCS#8)", join(leaf.pem, pkcs8), withPassword(), 1],
      ["PEM with an encrypted key (Proc-Type)", join(legacy, leaf.pem), withPassword(), 1],
      ["the same with 3DES", join(legacy3des, leaf.pem), withPassword(), 1],
      ["the same with ends of lines of Windows", join(legacy, leaf.pem).replaceAll("\n", "\r\n"), withPassword(), 1],
      ["PKCS#12 with AES", toPfx("aes256", password), withPassword(), 3],
      ["PKCS#12 with 3DES", toPfx("3des", password), withPassword(), 3],
      ["PKCS#12 with an empty password", toPfx("aes256", ""), {}, 3],
      ["PKCS#12 without a password", toPfx("aes256", null), {}, 3]
    ]
    for (const [what, content, options, length] of cases) {
      it.scoped(what, () =>
        Effect.gen(function*() {
          const sent = yield* used(content, { sendCertificateChain: true, ...options })
          assert.strictEqual(sent["x5t#S256"], leaf.thumbprint)
          assert.deepStrictEqual(sent.x5c, [leaf.base64, intermediate.base64, root.base64].slice(0, length))
        }).pipe(Effect.provide(NodeFileSystem.layer)))
    }

    it.scoped("PKCS#12 that OpenSSL wrote", () =>
      Effect.gen(function*() {
        const { base64, password, thumbprint } = fixtures.pfx
        const sent = yield* used(Buffer.from(base64, "base64"), withPassword(password))
        assert.strictEqual(sent["x5t#S256"], thumbprint)
      }).pipe(Effect.provide(NodeFileSystem.layer)))

    it.scoped("signs with the key of the file", () =>
      Effect.gen(function*() {
        const { path } = yield* makeFile(join(leaf.pem, pkcs8))
        const authority = makeAuthority(() => tokenResponse())
        yield* (yield* makeWith(authority, { path, ...withPassword() })).acquire({})
        const assertion = authority.requests[0]!.form.get("client_assertion")!
        yield* Effect.promise(() => jose.jwtVerify(assertion, leaf.publicKey, { currentDate: new Date(0) }))
      }).pipe(Effect.provide(NodeFileSystem.layer)))
  })

  describe("what is refused when the layer is built", () => {
    const pfx = toPfx("aes256", password)
    const ecPfx = Buffer.from(fixtures.ecPfx.base64, "base64")
    const cases: ReadonlyArray<
      readonly [string, string | Uint8Array, Partial<CertificateFile.Options>, "path" | "password", RegExp]
    > = [
      ["an empty file", "", {}, "path", /file that is empty/],
      ["something else", "hello", {}, "path", /file that has no PEM block/],
      ["a certificate in DER", Buffer.from(leaf.base64, "base64"), {}, "path", /no PEM block/],
      ["a key alone", key.pkcs8, {}, "path", /file that has no certificate/],
      ["another's certificate", join(key.pkcs8, next.pem), {}, "path", /fits none/],
      ["an EC key", join(fixtures.ecKey, fixtures.ecCertificate), {}, "path", /not RSA/],
      ["a half-written file", plain.slice(0, -300), {}, "path", /does not end/],
      ["an encrypted key without a password", join(pkcs8, leaf.pem), {}, "password", /is missing/],
      [
        "an encrypted key with another's password",
        join(pkcs8, leaf.pem),
        withPassword("wrong"),
        "password",
        /does not open/
      ],
      ["the same in the older form", join(legacy, leaf.pem), withPassword("wrong"), "password", /does not open/],
      ["the older form without a password", join(legacy, leaf.pem), {}, "password", /is missing/],
      ["PKCS#12 without its password", pfx, {}, "password", /is missing/],
      ["PKCS#12 with another's password", pfx, withPassword("wrong"), "password", /is not the one/],
      ["PKCS#12 that is cut", pfx.subarray(0, -40), withPassword(), "path", /broken/],
      ["PKCS#12 with an EC key", ecPfx, withPassword(fixtures.ecPfx.password), "path", /not RSA/],
      [
        "PKCS#12 without the certificate",
        toPfx("aes256", password, [root.forgeCertificate]),
        withPassword(),
        "path",
        /fits none/
      ],
      ["a huge file", Buffer.alloc(2 * 1024 * 1024, "-----BEGIN "), {}, "path", /too large/]
    ]
    for (const [what, content, options, option, reason] of cases) {
      it.scoped(what, () =>
        Effect.gen(function*() {
          const error = yield* refused(content, options)
          assert.strictEqual(error.option, option)
          assert.match(error.reason, reason)
          utils.assertClean(utils.representations(error), [...certificates.secretLines(key.pkcs8), password])
        }).pipe(Effect.provide(NodeFileSystem.layer)))
    }

    it.effect("a file that may not be read", () =>
      Effect.gen(function*() {
        const denied = new PlatformError.SystemError({
          reason: "PermissionDenied",
          module: "FileSystem",
          method: "stat",
          pathOrDescriptor: "/secret/path"
        })
        const error = yield* CertificateFile.authentication({ path: "/secret/path" }).pipe(
          Effect.provide(FileSystem.layerNoop({ stat: () => Effect.fail(denied) })),
          Effect.flip
        )
        assert.strictEqual(error.reason, "leads to a file that this process may not read")
        utils.assertClean(utils.representations(error), ["/secret/path"])
      }))

    it.scoped("no file, a folder, a device, no path", () =>
      Effect.gen(function*() {
        const { fileSystem, path } = yield* makeFile(plain)
        const folder = yield* fileSystem.makeTempDirectoryScoped()
        const authority = makeAuthority(() => tokenResponse())
        const said = (path: string) =>
          Effect.map(Effect.flip(makeWith(authority, { path })), ({ message }) => {
            if (path !== "") assert.notInclude(message, path, "no values in errors")
            return message
          })
        assert.strictEqual(
          yield* said(`${path}.gone`),
          "The credential CertificateFile cannot be built: path leads to no file."
        )
        assert.include(yield* said(folder), "something that is not a file")
        assert.include(yield* said("/dev/zero"), "something that is not a file")
        assert.include(yield* said(""), "path is empty")
        assert.include(yield* said("nul\0"), "cannot be read")
      }).pipe(Effect.provide(NodeFileSystem.layer)))

    it.effect("PKCS#12 where node-forge is not installed", () =>
      Effect.gen(function*() {
        const absent = () => Promise.reject(new Error("Cannot find package 'node-forge'"))
        const problem = yield* Effect.flip(pkcs12.read(absent, pfx, password))
        assert.strictEqual(problem.option, "path")
        assert.include(problem.reason, "install node-forge")
      }))

    it.effect("PKCS#12 that OpenSSL wrote with a password beyond ASCII, of which node-forge makes other bytes", () =>
      Effect.gen(function*() {
        const pkcs12FromAsn1 = () => {
          throw new Error("Failed to decrypt PKCS#12 SafeContents.")
        }
        const module = () => Promise.resolve({ default: { ...forge, pkcs12: { ...forge.pkcs12, pkcs12FromAsn1 } } })
        const beyond = yield* Effect.flip(pkcs12.read(module, pfx, "pässwörd"))
        assert.strictEqual(beyond.option, "password")
        assert.include(beyond.reason, "beyond ASCII")
        assert.strictEqual((yield* Effect.flip(pkcs12.read(module, pfx, password))).option, "path")
      }))
  })

  describe("rotation", () => {
    it.scoped("a new certificate in the file is used from the next request on", () =>
      Effect.gen(function*() {
        const { path, write } = yield* makeFile(plain)
        const authority = makeAuthority(() => tokenResponse())
        const credential = yield* makeWith(authority, { path })
        yield* credential.acquire({})
        yield* write(renewed)
        yield* credential.acquire({})
        yield* write(plain)
        yield* credential.acquire({})
        assert.deepStrictEqual(authority.requests.map((request) => header(request)["x5t#S256"]), [
          leaf.thumbprint,
          next.thumbprint,
          leaf.thumbprint
        ])
        const assertion = authority.requests[1]!.form.get("client_assertion")!
        yield* Effect.promise(() => jose.jwtVerify(assertion, next.publicKey, { currentDate: new Date(0) }))
      }).pipe(Effect.provide(NodeFileSystem.layer)))

    it.scoped("while the file cannot be used, the certificate before it is, with one warning each time it goes wrong", () =>
      Effect.gen(function*() {
        const { fileSystem, path, write } = yield* makeFile(plain)
        const authority = makeAuthority(() => tokenResponse())
        const credential = yield* makeWith(authority, { path, ...withPassword() })
        const log = makeLog()
        const thumbprint = Effect.gen(function*() {
          yield* Effect.provide(credential.acquire({}), log.layer)
          return header(authority.requests.at(-1))["x5t#S256"]
        })

        for (const content of ["", renewed.slice(0, 700), join(nextKey.pkcs8), join(nextKey.pkcs8, leaf.pem)]) {
          yield* write(content)
          assert.strictEqual(yield* thumbprint, leaf.thumbprint)
          assert.strictEqual(yield* thumbprint, leaf.thumbprint)
        }
        yield* Effect.orDie(fileSystem.remove(path))
        assert.strictEqual(yield* thumbprint, leaf.thumbprint)
        assert.lengthOf(log.lines, 1)
        assert.include(
          log.lines[0],
          "CertificateFile goes on with the certificate that it has: path leads to a file that is empty"
        )

        yield* write(renewed)
        assert.strictEqual(yield* thumbprint, next.thumbprint)
        assert.lengthOf(log.lines, 1)

        yield* write(join(encrypted({ type: "pkcs8", cipher: "aes-256-cbc" }, "another"), leaf.pem))
        assert.strictEqual(yield* thumbprint, next.thumbprint)
        assert.strictEqual(yield* thumbprint, next.thumbprint)
        assert.lengthOf(log.lines, 2)
        assert.include(log.lines[1], "password does not open the private key")
        utils.assertClean(log.lines, [
          password,
          ...certificates.secretLines(key.pkcs8),
          ...certificates.secretLines(nextKey.pkcs8)
        ])
      }).pipe(Effect.provide(NodeFileSystem.layer)))

    it.scoped("a file is decoded once for each certificate, however many ask", () =>
      Effect.gen(function*() {
        const { path, write } = yield* makeFile(toPfx("aes256", password))
        const proof = yield* CertificateFile.authentication({ path, ...withPassword() })
        const log = makeLog(LogLevel.Debug)
        const audience = {
          credential: "OnBehalfOf",
          cloud: NationalCloud.global,
          tenantId,
          clientId,
          tokenEndpoint: "https://login.microsoftonline.com/t/oauth2/v2.0/token"
        }
        const proofs = Effect.all(Array.from({ length: 30 }, () => proof.prove(audience)), {
          concurrency: "unbounded"
        }).pipe(
          Effect.map((all) => all.map(({ secrets }) => Redacted.value(secrets[0]!))),
          Effect.provide(log.layer)
        )
        assert.strictEqual(new Set(yield* proofs).size, 30)
        assert.lengthOf(log.lines, 0)
        yield* write(renewed)
        for (const assertion of yield* proofs) {
          assert.strictEqual(jose.decodeProtectedHeader(assertion)["x5t#S256"], next.thumbprint)
        }
        yield* proofs
        assert.lengthOf(log.lines, 1)
        assert.include(log.lines[0], next.thumbprint)
      }).pipe(Effect.provide(NodeFileSystem.layer)))
  })

  describe("from the configuration", () => {
    const acquireWith = (variables: Record<string, string>) =>
      Effect.gen(function*() {
        const authority = makeAuthority(() => tokenResponse())
        const tokens = TokenProvider.layer.pipe(
          Layer.provide(CertificateFile.layerConfig()),
          Layer.provide(authority.layer),
          Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))))
        )
        yield* Effect.flatMap(TokenProvider.TokenProvider, (provider) => provider.get()).pipe(Effect.provide(tokens))
        return header(authority.requests[0])
      })

    it.scoped("the variables that Azure users have", () =>
      Effect.gen(function*() {
        const { path, write } = yield* makeFile(plain)
        const variables = {
          AZURE_TENANT_ID: tenantId,
          AZURE_CLIENT_ID: clientId,
          AZURE_CLIENT_CERTIFICATE_PATH: path
        }
        const alone = yield* acquireWith(variables)
        assert.strictEqual(alone["x5t#S256"], leaf.thumbprint)
        assert.isUndefined(alone.x5c)
        yield* write(toPfx("aes256", password))
        const chained = yield* acquireWith({
          ...variables,
          AZURE_CLIENT_CERTIFICATE_PASSWORD: password,
          AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: "true"
        })
        assert.lengthOf(chained.x5c!, 3)
        const { AZURE_CLIENT_CERTIFICATE_PATH: _, ...without } = variables
        assert.include(String(yield* Effect.flip(acquireWith(without))), "AZURE_CLIENT_CERTIFICATE_PATH")
      }).pipe(Effect.provide(NodeFileSystem.layer)))
  })

  it.scoped("the credential shows neither key nor password", () =>
    Effect.gen(function*() {
      const { path } = yield* makeFile(join(leaf.pem, pkcs8))
      const recorder = utils.recordSpans()
      const credential = yield* makeWith(makeAuthority(() => tokenResponse()), { path, ...withPassword() })
      yield* Effect.withTracer(credential.acquire({}), recorder.tracer)
      utils.assertClean([...utils.representations(credential), recorder.text()], [
        password,
        ...certificates.secretLines(key.pkcs8)
      ])
      assert.isTrue(recorder.spans.some((span) => span.name === "CertificateFile.acquire"))
    }).pipe(Effect.provide(NodeFileSystem.layer)))
})
