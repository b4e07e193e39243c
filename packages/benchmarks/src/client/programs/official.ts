/** The same with Microsoft's client. */
import { Client } from "@microsoft/microsoft-graph-client"

export const name = async (root: string): Promise<string> => {
  const client = Client.init({
    baseUrl: root,
    defaultVersion: "v1.0",
    authProvider: (done) => done(null, "benchmark")
  })
  const workflow = await client.api("/identityGovernance/lifecycleWorkflows/workflows/w").get() as {
    readonly displayName: string
  }
  return workflow.displayName
}
