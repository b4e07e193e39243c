/** An OpenID provider that none of us wrote, over TLS on 127.0.0.1, with its paths where Entra has a tenant's. */
import { NationalCloud } from "@effect-msgraph/domain"
import { Cookies, HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Either, Layer, Ref } from "effect"
import * as forge from "node-forge"
import { generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto"
import { createServer } from "node:https"
import type { AddressInfo } from "node:net"
import type * as Oidc from "oidc-provider"

export interface Pair {
  readonly certificate: string
  readonly privateKey: string
  readonly publicKey: KeyObject
}

/** A key and a certificate that it signed itself. */
export const selfSigned = (commonName: string): Pair => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString()
  const key = forge.pki.privateKeyFromPem(pem) as forge.pki.rsa.PrivateKey
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e)
  certificate.serialNumber = "01"
  certificate.validity.notBefore = new Date(Date.UTC(2020, 0, 1))
  certificate.validity.notAfter = new Date(Date.UTC(2049, 0, 1))
  const name = [{ name: "commonName", value: commonName }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.setExtensions([
    { name: "basicConstraints", cA: true },
    { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }
  ])
  certificate.sign(key, forge.md.sha256.create())
  const text = forge.pki.certificateToPem(certificate)
  return { certificate: text, privateKey: pem, publicKey: new X509Certificate(text).publicKey }
}

const graphRoot = "https://graph.example.com"

/** A running provider. `cloud` points at it; `layerHttpClient` trusts its certificate, and no other. */
export const start = (options: {
  readonly tenantId: string
  readonly clients: (tls: Pair) => ReadonlyArray<Oidc.ClientMetadata>
}) =>
  Effect.gen(function*() {
    const tls = selfSigned("127.0.0.1")
    // It prints a warning about versions of Node when it is loaded.
    const { default: Provider } = yield* Effect.promise(() => import("oidc-provider"))
    const server = createServer({ key: tls.privateKey, cert: tls.certificate })
    yield* Effect.acquireRelease(
      Effect.async<void>((resume) => {
        server.listen(0, "127.0.0.1", () => resume(Effect.void))
      }),
      () =>
        Effect.async<void>((resume) => {
          server.closeAllConnections()
          server.close(() => resume(Effect.void))
        })
    )
    const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const prefix = `/${options.tenantId}/v2.0`
    const scope = `${graphRoot}/.default`
    const requests: Array<string> = []
    const provider = new Provider(`${origin}${prefix}`, {
      clients: options.clients(tls) as Array<Oidc.ClientMetadata>,
      scopes: ["openid", "offline_access", scope],
      issueRefreshToken: () => Promise.resolve(true),
      enabledJWA: { clientAuthSigningAlgValues: ["RS256", "PS256"] },
      findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
      features: {
        clientCredentials: { enabled: true },
        deviceFlow: { enabled: true },
        devInteractions: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => graphRoot,
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({
            scope,
            audience: graphRoot,
            accessTokenTTL: 3600,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: "RS256" } }
          })
        }
      }
    })
    const handle = provider.callback()
    server.on("request", (request, response) => {
      const url = request.url ?? "/"
      requests.push(`${request.method} ${url.split("?")[0]}`)
      if (!url.startsWith(prefix)) {
        response.writeHead(404).end()
        return
      }
      Object.assign(request, { originalUrl: url, url: url.slice(prefix.length) })
      void handle(request, response)
    })
    const cloud = Either.getOrThrow(NationalCloud.custom({ graphRoot, authority: origin }))
    const layerHttpClient = NodeHttpClient.layerWithoutAgent.pipe(
      Layer.provide(NodeHttpClient.makeAgentLayer({ ca: tls.certificate }))
    )
    return { cloud, layerHttpClient, requests, origin, prefix, provider }
  })

const unescape = (text: string) => text.replaceAll("&amp;", "&").replaceAll("&quot;", "\"").replaceAll("&#39;", "'")

const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\b${name}=("[^"]*"|'[^']*'|[^\\s>]+)`).exec(tag)?.[1]
  return value === undefined ? undefined : unescape(value.replace(/^["']|["']$/g, ""))
}

/** The form of a page, with what a person would type. */
const fillIn = (html: string, typed: Readonly<Record<string, string>>) => {
  const form = /<form[^>]*>/.exec(html)?.[0]
  if (form === undefined) return undefined
  const body = new URLSearchParams()
  for (const [input] of html.matchAll(/<(?:input|button)[^>]*>/g)) {
    const name = attribute(input, "name")
    if (name !== undefined && name !== "abort") body.set(name, typed[name] ?? attribute(input, "value") ?? "")
  }
  return { action: attribute(form, "action") ?? "", body }
}

/** A person with a browser, who fills in each form until the browser comes to `end`, or there is no more to fill in. */
export const browse = (
  start: string,
  options: { readonly typed: Readonly<Record<string, string>>; readonly end: string }
) =>
  Effect.gen(function*() {
    const cookies = yield* Ref.make(Cookies.empty)
    const client = HttpClient.withCookiesRef(yield* HttpClient.HttpClient, cookies)
    let request = HttpClientRequest.get(start)
    for (let steps = 0; steps < 20; steps++) {
      const response = yield* client.execute(request)
      const location = response.headers["location"]
      if (location !== undefined) {
        const next = new URL(location, request.url)
        if (next.href.startsWith(options.end)) return next
        request = HttpClientRequest.get(next.href)
        continue
      }
      const form = fillIn(yield* response.text, options.typed)
      if (form === undefined) return new URL(request.url)
      request = HttpClientRequest.post(new URL(form.action, request.url).href).pipe(
        HttpClientRequest.bodyText(form.body.toString(), "application/x-www-form-urlencoded")
      )
    }
    return yield* Effect.dieMessage("the pages never end")
  })
