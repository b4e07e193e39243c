/** The same with Microsoft's generated client, as its request builders do it. */
import { HttpMethod, RequestInformation } from "@microsoft/kiota-abstractions"
import { createGraphServiceClient, GraphRequestAdapter } from "@microsoft/msgraph-sdk"
import {
  createWorkflowFromDiscriminatorValue,
  type Workflow
} from "@microsoft/msgraph-sdk/models/identityGovernance/index.js"

export const name = async (root: string): Promise<string> => {
  const adapter = new GraphRequestAdapter({
    authenticateRequest: (information) => {
      information.headers.add("Authorization", "Bearer benchmark")
      return Promise.resolve()
    }
  })
  createGraphServiceClient(adapter)
  adapter.baseUrl = `${root}/v1.0`
  const information = new RequestInformation(
    HttpMethod.GET,
    "{+baseurl}/identityGovernance/lifecycleWorkflows/workflows/{workflow}",
    { workflow: "w" }
  )
  information.headers.add("Accept", "application/json")
  const workflow = await adapter.send<Workflow>(information, createWorkflowFromDiscriminatorValue, undefined)
  return workflow?.displayName ?? ""
}
