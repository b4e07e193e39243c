/** How an application proves to the token endpoint that it is the one it says it is. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Redacted from "effect/Redacted"
import * as Message from "../Message.js"
import type * as Tenant from "../Tenant.js"
import * as EntraFailure from "./entraFailure.js"
import type { Exchange, Settings } from "./exchange.js"
import * as Jws from "./jws.js"
import * as X509 from "./x509.js"

/** A token request whose tenant exists and whose grant is known. */
export interface TokenRequest {
  readonly settings: Settings
  readonly exchange: Exchange
  readonly tenant: Tenant.Tenant
  readonly form: URLSearchParams
}

/** An application, and how it proved itself. */
export interface Client {
  readonly application: Tenant.Application
  readonly proof: "none" | "secret" | "assertion"
}

type Proof = (request: TokenRequest, application: Tenant.Application) => Effect.Effect<void, EntraFailure.EntraFailure>

/** What a client shows of itself. */
interface Presented {
  readonly clientId: string
  readonly proof: Client["proof"]
  readonly prove: Proof
}

/** A way for a client to authenticate: what it shows if it goes this way, and `undefined` if it does not. */
type ClientAuthentication = (request: Pick<TokenRequest, "exchange" | "form">) => Presented | undefined

const hasSecret = (secret: string): Proof => ({ exchange }, application) => {
  const known = application.secrets.map((known) => Redacted.isRedacted(known) ? { value: known } : known)
    .filter(({ value }) => Redacted.value(value) === secret)
  if (known.length === 0) return Effect.fail(EntraFailure.wrongSecret(application.appId))
  return known.some(({ expiresAt }) => expiresAt === undefined || DateTime.toEpochMillis(expiresAt) > exchange.now)
    ? Effect.void
    : Effect.fail(EntraFailure.expiredSecret(application.appId))
}

const clientSecretPost: ClientAuthentication = ({ form }) => {
  const clientId = form.get("client_id")
  const secret = form.get("client_secret")
  return clientId === null || secret === null ? undefined : { clientId, proof: "secret", prove: hasSecret(secret) }
}

/** Id and secret are form-encoded before they are joined, as RFC 6749 (2.3.1) says. */
const clientSecretBasic: ClientAuthentication = ({ exchange }) => {
  const encoded = /^Basic +(\S+)$/i.exec(Message.header(exchange.request, "authorization") ?? "")?.[1]
  if (encoded === undefined) return undefined
  const text = Either.getOrElse(Encoding.decodeBase64String(encoded), () => "")
  const pair = new URLSearchParams(`id=${text.replace(":", "&secret=")}`)
  return { clientId: pair.get("id") ?? "", proof: "secret", prove: hasSecret(pair.get("secret") ?? "") }
}

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

const clientAssertion: ClientAuthentication = ({ form }) => {
  const assertion = form.get("client_assertion")
  if (assertion === null) return undefined
  return {
    clientId: form.get("client_id") ?? "",
    proof: "assertion",
    prove: (request, application) => {
      const type = form.get("client_assertion_type")
      if (type === null) return Effect.fail(EntraFailure.missingParameter("client_assertion_type"))
      if (type !== jwtBearer) {
        return Effect.fail(EntraFailure.invalidRequest(`The 'client_assertion_type' must be '${jwtBearer}'.`))
      }
      const jws = Jws.read(assertion)
      if (jws === undefined) return Effect.fail(EntraFailure.malformedAssertion)
      // Applications are issuers by their id, everybody else by an address.
      return text(jws.claims.iss).includes(":")
        ? federated(request, application, jws)
        : signed(request, application, jws)
    }
  }
}

const text = (value: unknown): string => typeof value === "string" ? value : ""

/** How far the clocks of Entra and of a caller may be apart. */
const tolerance = 300

const inTime = ({ exchange, settings }: TokenRequest, { claims }: Jws.Jws) =>
  Effect.gen(function*() {
    const { exp, jti, nbf = claims.iat ?? 0 } = claims
    if (typeof exp !== "number" || typeof nbf !== "number") return yield* Effect.fail(EntraFailure.malformedAssertion)
    const now = exchange.now / 1000
    if (nbf > now + tolerance || exp <= now - tolerance) {
      return yield* Effect.fail(EntraFailure.assertionOutsideValidity(exchange.now, nbf * 1000, exp * 1000))
    }
    if (!settings.refuseReplays || typeof jti !== "string") return
    const { assertions } = settings.signIns
    const key = `${text(claims.iss)} ${jti}`
    if (assertions.has(key)) return yield* Effect.fail(EntraFailure.replayedAssertion)
    assertions.set(key, (exp + tolerance) * 1000)
  })

/** An assertion that the application signed with the key of one of its certificates. */
const signed = (request: TokenRequest, application: Tenant.Application, jws: Jws.Jws) =>
  Effect.gen(function*() {
    const { claims, header } = jws
    const algorithm = Jws.algorithmOf(jws)
    if (algorithm !== "RS256" && algorithm !== "PS256") {
      return yield* Effect.fail(EntraFailure.unsupportedAlgorithm(algorithm))
    }
    const isClient = (value: unknown) => text(value).toLowerCase() === application.appId.toLowerCase()
    if (!isClient(claims.iss) || !isClient(claims.sub)) return yield* Effect.fail(EntraFailure.wrongAssertionSubject)
    const certificate = yield* registered(application, header)
    if (certificate === undefined) return yield* Effect.fail(EntraFailure.unknownCertificate)
    const { now } = request.exchange
    if (now < certificate.notBefore || now > certificate.notAfter) {
      const [start, end] = [certificate.notBefore, certificate.notAfter].map((at) => new Date(at).toISOString())
      return yield* Effect.fail(EntraFailure.expiredCertificate(`Start=${start}, End=${end}`))
    }
    if (!(yield* Jws.verify(jws, { spki: certificate.publicKey }))) {
      return yield* Effect.fail(EntraFailure.wrongSignature)
    }
    if (!isOurs(request, claims.aud)) return yield* Effect.fail(EntraFailure.wrongAssertionAudience)
    yield* inTime(request, jws)
  })

/** The certificate that a header names, by a digest or as a whole. */
const registered = (application: Tenant.Application, header: Jws.Jws["header"]) =>
  Effect.gen(function*() {
    const sha1 = text(header.x5t)
    const sha256 = text(header["x5t#S256"])
    const whole = Array.isArray(header.x5c) ? text(header.x5c[0]) : ""
    for (const pem of application.certificates ?? []) {
      const certificate = X509.fromPem(pem)
      if (certificate === undefined) continue
      const digest = (algorithm: "SHA-1" | "SHA-256") =>
        Effect.map(X509.thumbprint(certificate, algorithm), Encoding.encodeBase64Url)
      const named = sha256 !== ""
        ? sha256 === (yield* digest("SHA-256"))
        : sha1 !== ""
        ? sha1 === (yield* digest("SHA-1"))
        : whole !== "" && whole === Encoding.encodeBase64(certificate.der)
      if (named) return certificate
    }
    return undefined
  })

/** Whether an assertion is meant for this tenant's token endpoint. */
const isOurs = ({ settings, tenant }: TokenRequest, audience: unknown): boolean => {
  const only: unknown = Array.isArray(audience) && audience.length === 1 ? audience[0] : audience
  const names = [tenant.id, ...tenant.domains, "common", "organizations"]
  return names.some((name) =>
    ["/oauth2/v2.0/token", "/v2.0"].some((path) =>
      `${settings.cloud.authority}/${name}${path}`.toLowerCase() === text(only).toLowerCase()
    )
  )
}

/** An assertion of an issuer that the application trusts. */
const federated = (request: TokenRequest, application: Tenant.Application, jws: Jws.Jws) =>
  Effect.gen(function*() {
    const { aud, iss, sub } = jws.claims
    const audience = text(Array.isArray(aud) && aud.length === 1 ? aud[0] : aud)
    const known = (application.federatedCredentials ?? []).filter(({ issuer }) => issuer === iss)
    if (known.length === 0) return yield* Effect.fail(EntraFailure.unknownIssuer(text(iss)))
    const subjects = known.filter(({ subject }) => subject === sub)
    if (subjects.length === 0) return yield* Effect.fail(EntraFailure.unknownSubject(text(sub)))
    const credential = subjects.find((known) => (known.audience ?? "api://AzureADTokenExchange") === audience)
    if (credential === undefined) return yield* Effect.fail(EntraFailure.unknownAudience(audience))
    const { kid } = jws.header
    const keys = credential.keys.filter((key) => key.kid === undefined || kid === undefined || key.kid === kid)
    const verified = yield* Effect.exists(keys, (jwk) => Jws.verify(jws, { jwk }))
    if (!verified) return yield* Effect.fail(EntraFailure.wrongSignature)
    yield* inTime(request, jws)
  })

/** In the order that they are tried. */
const clientAuthentications: ReadonlyArray<ClientAuthentication> = [
  clientSecretPost,
  clientAssertion,
  clientSecretBasic
]

/** The application of a tenant with a client id. */
export const applicationOf = (
  tenant: Tenant.Tenant,
  clientId: string | null
): Either.Either<Tenant.Application, EntraFailure.EntraFailure> => {
  if (clientId === null || clientId === "") return Either.left(EntraFailure.missingParameter("client_id"))
  const application = tenant.applications.find(({ appId }) => appId.toLowerCase() === clientId.toLowerCase())
  return application === undefined
    ? Either.left(EntraFailure.unknownApplication(clientId, tenant))
    : Either.right(application)
}

/** The client id that a request shows, wherever it does. */
export const clientIdOf = (request: Pick<TokenRequest, "exchange" | "form">): string | null =>
  request.form.get("client_id") ?? clientSecretBasic(request)?.clientId ?? null

/** The application that asks, which has proved itself, or need not. `without` is what it hears if it has to and did not. */
export const authenticate = (
  request: TokenRequest,
  without: EntraFailure.EntraFailure | "public"
): Effect.Effect<Client, EntraFailure.EntraFailure> =>
  Effect.gen(function*() {
    let presented: Presented | undefined
    for (const authentication of clientAuthentications) presented ??= authentication(request)
    const application = yield* applicationOf(request.tenant, presented?.clientId ?? request.form.get("client_id"))
    if (presented === undefined) {
      if (without !== "public") return yield* Effect.fail(without)
      if (application.allowPublicClient !== true) return yield* Effect.fail(EntraFailure.confidential)
      return { application, proof: "none" }
    }
    if (isPublicOnly(application)) return yield* Effect.fail(EntraFailure.publicClient)
    yield* presented.prove(request, application)
    return { application, proof: presented.proof }
  })

/** Whether an application has nothing that it could prove itself with. */
const isPublicOnly = (application: Tenant.Application): boolean =>
  application.allowPublicClient === true && application.secrets.length === 0 &&
  (application.certificates ?? []).length === 0 && (application.federatedCredentials ?? []).length === 0
