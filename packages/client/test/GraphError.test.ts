import { AuthError } from "@effect-msgraph/auth"
import { GraphError } from "@effect-msgraph/client"
import { Operation } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertInstanceOf, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, Duration, FastCheck as fc, Schema } from "effect"
import { assertError } from "./utils.js"

const json = Schema.parseJson(GraphError.GraphError)
const encode = Schema.encodeSync(json)
const decode = Schema.decodeSync(json)

const facts = {
  operation: "workflows.runs.get",
  status: 400,
  code: "theCode",
  reason: "The reason.",
  innerCode: "theInnerCode",
  requestId: "r",
  clientRequestId: "c",
  date: "d"
}
const diagnostics = AuthError.noDiagnostics
const retryAfter = Duration.millis(1500)

// One of each. A tag that is missing here does not compile.
const examples: {
  readonly [T in GraphError.GraphError["_tag"]]: Extract<GraphError.GraphError, { readonly _tag: T }>
} = {
  BadRequest: new GraphError.BadRequest(facts),
  CloudUnavailable: new GraphError.CloudUnavailable({ operation: "o", cloud: "Bleu", available: ["global"] }),
  Conflict: new GraphError.Conflict(facts),
  Decode: new GraphError.Decode({ ...facts, path: ["value", 3, "id"], expected: "a string", actual: "null" }),
  DependencyFailed: new GraphError.DependencyFailed({
    operation: "o",
    parent: "created",
    parentOperation: "p",
    failure: "BadRequest"
  }),
  Forbidden: new GraphError.Forbidden({ ...facts, sufficientPermissions: ["A", "B"], entraRoles: ["R"] }),
  GatewayError: new GraphError.GatewayError({
    ...facts,
    contentType: "text/html",
    length: 3,
    retryAfter,
    outcome: "none"
  }),
  InvalidCursor: new GraphError.InvalidCursor({ operation: "o", reason: "request" }),
  InvalidRequest: new Operation.InvalidRequest({ operation: "o", field: "runId", reason: "unfit" }),
  NotFound: new GraphError.NotFound(facts),
  PagingLoop: new GraphError.PagingLoop({ operation: "o", pages: 3 }),
  ServiceUnavailable: new GraphError.ServiceUnavailable({ ...facts, retryAfter, outcome: "unknown" }),
  Throttled: new GraphError.Throttled({ ...facts, retryAfter }),
  Timeout: new GraphError.Timeout({
    operation: "o",
    after: retryAfter,
    scope: "call",
    outcome: "none",
    clientRequestId: "c"
  }),
  Transport: new GraphError.Transport({
    operation: "o",
    origin: "https://x",
    code: "EPIPE",
    phase: "connect",
    outcome: "none"
  }),
  Unauthorized: new GraphError.Unauthorized({ ...facts, claims: "{\"access_token\":{}}" }),
  UnexpectedStatus: new GraphError.UnexpectedStatus(facts),
  UntrustedLink: new GraphError.UntrustedLink({ operation: "o", origin: "https://x", expected: "https://y" }),
  CredentialUnavailable: new AuthError.CredentialUnavailable({ credential: "c", reason: "r", diagnostics }),
  InvalidClient: new AuthError.InvalidClient({ credential: "c", tenantId: "t", diagnostics }),
  InteractionRequired: new AuthError.InteractionRequired({ credential: "c", diagnostics }),
  InvalidTokenRequest: new AuthError.InvalidTokenRequest({ credential: "c", reason: "r", diagnostics }),
  TenantNotAllowed: new AuthError.TenantNotAllowed({ credential: "c", tenantId: "t", diagnostics }),
  TokenThrottled: new AuthError.TokenThrottled({ credential: "c", retryAfter, stated: true, diagnostics }),
  AuthorityUnavailable: new AuthError.AuthorityUnavailable({
    credential: "c",
    authority: "https://x",
    reason: "Network",
    diagnostics
  }),
  DeviceCodeExpired: new AuthError.DeviceCodeExpired({ credential: "c", diagnostics }),
  AuthorizationDeclined: new AuthError.AuthorizationDeclined({ credential: "c", diagnostics }),
  MalformedTokenResponse: new AuthError.MalformedTokenResponse({
    credential: "c",
    authority: "https://x",
    reason: "r",
    diagnostics
  })
}

describe("GraphError", () => {
  for (const [tag, error] of Object.entries(examples)) {
    it(`${tag} goes through JSON and back`, () => {
      const back = decode(encode(error))
      strictEqual(back._tag, tag)
      assertError(back, error)
      strictEqual(back.message, error.message)
      assertTrue(GraphError.isGraphError(back))
    })

    it(`${tag} reads as a sentence, and is an Error named by its tag`, () => {
      assertInstanceOf(error, Error)
      strictEqual(error.name, tag)
      assertTrue(error.message.length > 20 && !/undefined|\[object|NaN|\.\.| {2}/.test(error.message), error.message)
    })
  }

  it("goes through JSON and back whatever it holds", () => {
    // The errors of auth are its own to prove.
    const own = Arbitrary.make(GraphError.GraphError).filter((error) => !AuthError.isAuthError(error))
    fc.assert(
      fc.property(own, (error) => {
        const text = encode(error)
        strictEqual(encode(decode(text)), text)
      }),
      { numRuns: 500 }
    )
  })

  it("has a message whatever it lacks", () => {
    const bare = { operation: "o", status: 500 }
    const errors = [
      new GraphError.Throttled(bare),
      new GraphError.Forbidden({ ...bare, sufficientPermissions: [], entraRoles: [] }),
      new GraphError.GatewayError({ ...bare, length: 0, outcome: "unknown" }),
      new GraphError.GatewayError({ ...bare, length: 5, outcome: "none" }),
      new GraphError.Transport({ operation: "o", origin: "https://x", phase: "exchange", outcome: "unknown" }),
      new GraphError.Timeout({ operation: "o", after: Duration.infinity, scope: "attempt", outcome: "unknown" }),
      new GraphError.Decode({ ...bare, path: [], expected: "an object", actual: "null" })
    ]
    for (const { message } of errors) {
      assertTrue(/^o[: ]/.test(message) && !/undefined|NaN|\.\.| {2}|\[\]/.test(message), message)
    }
  })

  it("is told from everything else", () => {
    const others = [undefined, null, "NotFound", new Error("x"), { _tag: "NotFound" }, { ...examples.NotFound }]
    for (const other of others) deepStrictEqual(GraphError.isGraphError(other), false)
  })
})
