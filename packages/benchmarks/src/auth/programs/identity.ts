/** The least that gets a token with `@azure/identity`. */
import { ClientSecretCredential } from "@azure/identity"
import type { Application } from "./application.js"

export const token = async ({ clientId, clientSecret, origin, tenantId }: Application): Promise<string> => {
  const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
    authorityHost: origin,
    disableInstanceDiscovery: true
  })
  return (await credential.getToken("https://graph.microsoft.com/.default")).token
}
