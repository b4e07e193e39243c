/**
 * A stand-in for Microsoft Entra: discovery and token endpoint of any tenant, over TLS on 127.0.0.1. What a tenant's token
 * endpoint does is told to it, and what was asked of it is read, at `/control/{tenant}`.
 */
import { createServer } from "node:https"
import type { AddressInfo } from "node:net"
import type { Behaviour, Counts } from "./control.js"

interface Tenant {
  behaviour: Behaviour
  /** Token requests since it was told that. */
  since: number
  readonly counts: Counts
}

const readBody = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** As long as a real one is. */
const accessToken = (serial: number) =>
  ["eyJhbGciOiJub25lIn0", Buffer.from(`${serial}`.padEnd(900, ".")).toString("base64url"), "c2ln".repeat(85)].join(".")

export const start = async (tls: { readonly key: string; readonly cert: string }) => {
  const tenants = new Map<string, Tenant>()
  const strangers: Array<string> = []
  let serial = 0

  const tenantOf = (id: string): Tenant => {
    const tenant = tenants.get(id) ?? { behaviour: {}, since: 0, counts: { discovery: 0, token: 0, abandoned: 0 } }
    tenants.set(id, tenant)
    return tenant
  }

  const server = createServer(tls, async (request, response) => {
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body))
    const { origin, pathname } = new URL(request.url ?? "/", `https://${request.headers.host}`)
    const body = await readBody(request).catch(() => "")

    const [, id = "", rest = ""] = /^\/([^/]+)\/(.*)$/.exec(pathname) ?? []
    if (id === "control") {
      const tenant = tenantOf(rest)
      if (request.method === "PUT") {
        tenant.behaviour = JSON.parse(body) as Behaviour
        tenant.since = 0
      }
      return json(200, tenant.counts)
    }
    if (request.method === "GET" && rest === "v2.0/.well-known/openid-configuration") {
      tenantOf(id).counts.discovery++
      return json(200, {
        issuer: `${origin}/${id}/v2.0`,
        token_endpoint: `${origin}/${id}/oauth2/v2.0/token`,
        authorization_endpoint: `${origin}/${id}/oauth2/v2.0/authorize`,
        device_authorization_endpoint: `${origin}/${id}/oauth2/v2.0/devicecode`,
        end_session_endpoint: `${origin}/${id}/oauth2/v2.0/logout`,
        jwks_uri: `${origin}/${id}/discovery/v2.0/keys`
      })
    }
    if (request.method !== "POST" || rest !== "oauth2/v2.0/token") {
      strangers.push(`${request.method} ${pathname}`)
      return json(404, {})
    }

    const tenant = tenantOf(id)
    tenant.counts.token++
    const { delay = 0, first = Infinity, refreshIn } = tenant.behaviour
    const fault = ++tenant.since <= first ? tenant.behaviour.fault : undefined
    response.on("close", () => {
      if (!response.writableEnded && fault !== "reset") tenant.counts.abandoned++
    })
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
    if (fault === "hang") return
    if (fault === "reset") return request.socket.destroy()
    if (fault === "503") {
      return json(503, {
        error: "temporarily_unavailable",
        error_description: "AADSTS90033: A transient error has occurred. Please try again.",
        error_codes: [90033]
      })
    }
    if (response.destroyed) return
    const form = new URLSearchParams(body)
    if (form.get("grant_type") !== "client_credentials" || !form.has("scope") || !form.has("client_secret")) {
      strangers.push(`${request.method} ${pathname} without client credentials`)
      return json(400, { error: "invalid_request" })
    }
    return json(200, {
      token_type: "Bearer",
      expires_in: 3600,
      ext_expires_in: 3600,
      ...(refreshIn === undefined ? {} : { refresh_in: refreshIn }),
      access_token: accessToken(++serial)
    })
  })
  // Longer than any measurement keeps a process too busy to see that a connection was closed.
  server.keepAliveTimeout = 120_000
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))

  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Requests that no measurement meant to provoke. */
    strangers,
    close: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    }
  }
}
