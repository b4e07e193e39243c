/** The least that gets a token with `@azure/msal-node`. */
import { ConfidentialClientApplication } from "@azure/msal-node"
import type { Application } from "./application.js"

export const token = async ({ clientId, clientSecret, origin, tenantId }: Application): Promise<string> => {
  const application = new ConfidentialClientApplication({
    auth: {
      clientId,
      clientSecret,
      authority: `${origin}/${tenantId}`,
      knownAuthorities: [new URL(origin).host]
    }
  })
  const result = await application.acquireTokenByClientCredential({ scopes: ["https://graph.microsoft.com/.default"] })
  return result?.accessToken ?? ""
}
