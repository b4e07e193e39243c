import { LifecycleWorkflowsApi, NationalCloud, Permissions } from "@effect-msgraph/domain"
import { GraphEmulator, Seed, type Tenant } from "@effect-msgraph/emulator"
import { describe, it } from "@effect/vitest"
import { assertInclude, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Duration, Effect, Encoding, Redacted, TestClock } from "effect"
import {
  area,
  bodies,
  demoParameters,
  getToken,
  reader,
  requestToken,
  resultPath,
  send,
  tokenForm,
  tokenUrl
} from "./support.js"

const path = resultPath(Seed.demoResult)
const challenge = ["Bearer", "PoP"].map((scheme) =>
  `${scheme} realm="", authorization_uri=https://login.microsoftonline.com/common/oauth2/authorize, ` +
  "client_id=\"00000003-0000-0000-c000-000000000000\""
).join(", ")

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString())

/** A demo tenant whose one application has these roles. */
const tenantWith = (roles: ReadonlyArray<string>): Tenant.Tenant => {
  const tenant = Seed.demo()
  return { ...tenant, applications: tenant.applications.map((application) => ({ ...application, roles })) }
}

describe("the bearer token", () => {
  const refused: ReadonlyArray<
    readonly [what: string, header: (token: string) => string | undefined, message: string]
  > = [
    ["is missing", () => undefined, "Access token is empty."],
    ["is of another scheme", (token) => `Basic ${token}`, "Access token is empty."],
    ["is empty", () => "Bearer ", "Access token is empty."],
    ["has no dots", () => "Bearer opaque", "IDX14100: JWT is not well formed, there are no dots (.)."],
    ["has two parts", () => "Bearer a.b", "CompactToken parsing failed with error code: 80049217"],
    ["is no JSON", () => "Bearer aaaa.bbbb.cccc", "CompactToken parsing failed with error code: 80049217"],
    ["has a fourth part", (token) => `Bearer ${token}.x`, "CompactToken parsing failed with error code: 80049217"],
    ["was changed", (token) => {
      const [header, payload, signature] = token.split(".")
      const claims = { ...JSON.parse(Buffer.from(payload!, "base64url").toString()), roles: ["Everything"] }
      return `Bearer ${header}.${Encoding.encodeBase64Url(JSON.stringify(claims))}.${signature}`
    }, "Access token validation failure. Invalid signature."],
    ["is not signed", (token) => {
      const header = Encoding.encodeBase64Url(JSON.stringify({ alg: "none", typ: "JWT" }))
      return `Bearer ${header}.${token.split(".")[1]}.${token.split(".")[2]}`
    }, "Access token validation failure. Invalid signature."]
  ]
  for (const [what, header, message] of refused) {
    it.effect(`${what}: 401`, () =>
      Effect.gen(function*() {
        const { emulator, token } = yield* reader()
        const authorization = header(token)
        const answer = yield* send(emulator, "GET", path, authorization === undefined ? {} : { authorization })
        strictEqual(answer.status, 401)
        strictEqual(answer.body.error.code, "InvalidAuthenticationToken")
        strictEqual(answer.body.error.message, message)
        strictEqual(answer.headers["www-authenticate"], challenge)
      }))
  }

  it.effect("is asked for before the path is looked at", () =>
    Effect.gen(function*() {
      const emulator = yield* GraphEmulator.make()
      strictEqual((yield* send(emulator, "DELETE", "/v9/nothing")).status, 401)
    }))

  it.effect("of another emulator is refused", () =>
    Effect.gen(function*() {
      const token = yield* getToken(yield* GraphEmulator.make())
      const emulator = yield* GraphEmulator.make()
      const answer = yield* send(emulator, "GET", path, { authorization: `Bearer ${token}` })
      strictEqual(answer.body.error.message, "Access token validation failure. Invalid signature.")
    }))

  it.effect("of another cloud is refused, even with the same key", () =>
    Effect.gen(function*() {
      const signingKey = Redacted.make("the same for both")
      const government = yield* reader({ signingKey, cloud: NationalCloud.usGov })
      strictEqual((yield* government.get(path)).status, 200)
      const emulator = yield* GraphEmulator.make({ signingKey })
      const answer = yield* send(emulator, "GET", path, { authorization: `Bearer ${government.token}` })
      strictEqual(answer.body.error.message, "Access token validation failure. Invalid audience.")
    }))

  it.effect("of a tenant that is not there is refused", () =>
    Effect.gen(function*() {
      const signingKey = Redacted.make("the same for both")
      const { token } = yield* reader({ signingKey })
      const emulator = yield* GraphEmulator.make({
        signingKey,
        tenants: () => [{ ...Seed.demo(), id: "9b7c0e52-6d1f-4f0a-8a3e-2c5d7e9f1b40" }]
      })
      const answer = yield* send(emulator, "GET", path, { authorization: `Bearer ${token}` })
      strictEqual(answer.body.error.message, "Access token validation failure. Invalid issuer.")
    }))

  it.effect("lives as long as it says, to the second", () =>
    Effect.gen(function*() {
      const { get } = yield* reader()
      yield* TestClock.adjust(Duration.millis(3599 * 1000 - 1))
      strictEqual((yield* get(path)).status, 200)
      yield* TestClock.adjust(Duration.millis(1))
      const answer = yield* get(path)
      strictEqual(answer.status, 401)
      strictEqual(answer.body.error.message, "Lifetime validation failed, the token is expired.")
    }))

  it.effect("of the future is refused", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("10 minutes")
      const { get } = yield* reader()
      yield* TestClock.setTime(599_999)
      strictEqual((yield* get(path)).body.error.message, "Lifetime validation failed, the token is not valid yet.")
      yield* TestClock.setTime(600_000)
      strictEqual((yield* get(path)).status, 200)
    }))

  it.effect("sees its own tenant and no other", () =>
    Effect.gen(function*() {
      const other = { ...Seed.demo(), id: "9b7c0e52-6d1f-4f0a-8a3e-2c5d7e9f1b40", domains: ["fabrikam.com"] }
      const run = `${area}/workflows/${Seed.demoResult.workflowId}/runs/${Seed.demoResult.runId}`
      const node = other.root.links.identityGovernance!.links.lifecycleWorkflows!
      node.collections.workflows!.delete(Seed.demoResult.workflowId)
      const emulator = yield* GraphEmulator.make({ tenants: () => [Seed.demo(), other] })
      const statuses: Array<number> = []
      for (const tenant of [Seed.demoDomain, "fabrikam.com"]) {
        const url = tokenUrl("https://login.microsoftonline.com", tenant)
        const { body } = yield* requestToken(emulator, tokenForm(), { url })
        statuses.push((yield* send(emulator, "GET", run, { authorization: `Bearer ${body.access_token}` })).status)
      }
      deepStrictEqual(statuses, [200, 404])
    }))

  it.effect("says what Entra's says", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_661_383_681_647)
      const { token } = yield* reader()
      const { uti, ...claims } = claimsOf(token)
      strictEqual(typeof uti, "string")
      deepStrictEqual(claims, {
        aud: "https://graph.microsoft.com",
        iss: `https://sts.windows.net/${Seed.demoTenantId}/`,
        iat: 1_661_383_681,
        nbf: 1_661_383_681,
        exp: 1_661_383_681 + 3599,
        app_displayname: Seed.demoReader.displayName,
        appid: Seed.demoReader.clientId,
        appidacr: "1",
        idp: `https://sts.windows.net/${Seed.demoTenantId}/`,
        idtyp: "app",
        oid: Seed.demoReader.objectId,
        roles: ["LifecycleWorkflows-Reports.Read.All"],
        sub: Seed.demoReader.objectId,
        tid: Seed.demoTenantId,
        ver: "1.0"
      })
    }))
})

describe("permissions", () => {
  for (const operation of LifecycleWorkflowsApi.operations) {
    const parameters = demoParameters(operation.path.includes("/deletedItems/"))
    const target = `/v1.0${operation.path.replace(/\{(\w+)\}/g, (_, name) => parameters[name]!)}`

    it.effect(`${operation.id} takes each of its permissions, and no other`, () =>
      Effect.gen(function*() {
        const sufficient: ReadonlyArray<string> = Permissions.sufficient(operation.permissions.application)
        const statusWith = (roles: ReadonlyArray<string>) =>
          Effect.gen(function*() {
            const { emulator, token } = yield* reader({
              tenants: () => [tenantWith(roles)],
              processing: { queueDuration: 0, taskDuration: 0 }
            })
            const headers = { authorization: `Bearer ${token}` }
            const body = bodies[operation.id as keyof typeof bodies]
            return (yield* send(emulator, operation.method, target, headers, body)).status
          })
        // The run of the demo tenant is over, and nothing of it waits.
        const expected = ["cancelProcessing", "resume"].some((name) => operation.id.endsWith(name))
          ? 409
          : operation.status
        for (const role of sufficient) strictEqual(yield* statusWith([role]), expected)
        const isReport = sufficient.includes("LifecycleWorkflows-Reports.Read.All")
        strictEqual(yield* statusWith(["LifecycleWorkflows.ReadReports.All"]), isReport ? expected : 403)
        for (
          const roles of [[], ["User.Read.All"], ["LifecycleWorkflows-Nothing.Read.All"], [
            "lifecycleworkflows.read.all"
          ]]
        ) {
          strictEqual(yield* statusWith(roles), 403)
        }
      }))
  }

  it.effect("the applications of the demo tenant: two may, one may not", () =>
    Effect.gen(function*() {
      const admin = yield* reader({}, Seed.demoAdmin)
      strictEqual((yield* admin.get(path)).status, 200)
      const stranger = yield* reader({}, Seed.demoUnprivileged)
      const answer = yield* stranger.get(path)
      strictEqual(answer.status, 403)
      strictEqual(answer.body.error.code, "Authorization_RequestDenied")
      assertInclude(answer.body.error.message, "Insufficient privileges")
      // It learns nothing of what there is.
      strictEqual((yield* stranger.get(path.replace(/.$/, "0"))).status, 403)
      strictEqual((yield* stranger.get(`${path}?$select=nope`)).status, 403)
    }))
})
