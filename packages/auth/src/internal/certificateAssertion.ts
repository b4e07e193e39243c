/** The assertion that an application signs with the key of its certificate. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as oauth from "oauth4webapi"
import type * as AuthError from "../AuthError.js"
import type * as Certificate from "../Certificate.js"
import * as ClientAuthentication from "../ClientAuthentication.js"

/** Microsoft's page says five to ten minutes. It is used at once, but clocks differ. */
const lifetime = 600

/** Signed apart from the request, so that the assertion is known for a secret, and a fault of signing for what it is. */
const sign = Effect.fnUntraced(function*(
  certificate: Certificate.Certificate,
  sendChain: boolean,
  audience: ClientAuthentication.Audience
) {
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  const method = oauth.PrivateKeyJwt(certificate.privateKey, {
    [oauth.modifyAssertion]: (header, payload) => {
      header["typ"] = "JWT"
      header["x5t#S256"] = certificate.thumbprint
      if (sendChain) header["x5c"] = [...certificate.chain]
      payload["iat"] = now
      payload["nbf"] = now
      payload["exp"] = now + lifetime
    }
  })
  return yield* Effect.promise(async () => {
    const form = new URLSearchParams()
    // What is given for the issuer becomes the audience.
    await method({ issuer: audience.tokenEndpoint }, { client_id: audience.clientId }, form, new Headers())
    return Redacted.make(form.get("client_assertion")!)
  })
})

export const make = (
  certificate: Effect.Effect<Certificate.Certificate, AuthError.AuthError>,
  sendChain: boolean
): ClientAuthentication.ClientAuthentication =>
  ClientAuthentication.assertion((audience) => Effect.flatMap(certificate, (one) => sign(one, sendChain, audience)))
