import * as Store from "../../Store.js"
import { type State, timestamp } from "../state.js"
import type { Live } from "./plan.js"

interface Configuration {
  readonly matchMode: string
  readonly conditions: ReadonlyArray<{
    readonly "@odata.type": string
    readonly threshold?: number
    readonly percentage?: number
  }>
}

const configurationOf = (node: Store.Node | undefined): Configuration | undefined => {
  const { quarantineConfiguration, settings } = (node?.properties ?? {}) as {
    readonly quarantineConfiguration?: Configuration | null
    readonly settings?: { readonly quarantineConfiguration?: Configuration | null } | null
  }
  return settings?.quarantineConfiguration ?? quarantineConfiguration ?? undefined
}

export const released: Store.Properties = {
  quarantineReason: null,
  quarantineType: "notQuarantined",
  quarantinedDateTime: null
}

export const isQuarantined = (workflow: Store.Node): boolean => {
  const details = workflow.properties.quarantineDetails as { readonly quarantineType?: string } | null | undefined
  return details !== null && details !== undefined && details.quarantineType !== "notQuarantined"
}

/**
 * Whether a run that starts is held up: because its workflow is in quarantine, or because it has more users than a threshold allows, which
 * puts the workflow there. The workflow's own thresholds stand in for the tenant's. Shares are those of all users of the tenant.
 */
export const holdsUp = (state: State, live: Live): boolean => {
  const { start, users, workflow } = live
  if (isQuarantined(workflow)) return true
  const configuration = configurationOf(workflow) ?? configurationOf(state.area.links.settings)
  if (configuration === undefined || configuration.conditions.length === 0) return false
  const everybody = Store.members(state.tenant.root, "users").length
  const exceeded = configuration.conditions.flatMap(({ percentage, threshold }) =>
    threshold !== undefined && users.length > threshold
      ? ["countBasedThresholdExceeded"]
      : percentage !== undefined && everybody > 0 && users.length * 100 > percentage * everybody
      ? ["percentageBasedThresholdExceeded"]
      : []
  )
  const enough = configuration.matchMode === "all" ? configuration.conditions.length : 1
  if (exceeded.length < enough) return false
  workflow.properties = {
    ...workflow.properties,
    quarantineDetails: {
      quarantineReason: `A run had ${users.length} users, which is more than the workflow may process at once.`,
      quarantineType: exceeded.length > 1 ? "multipleConditionsExceeded" : exceeded[0],
      quarantinedDateTime: timestamp(start)
    }
  }
  return true
}
