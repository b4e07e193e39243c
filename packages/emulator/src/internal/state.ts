import * as Limits from "@effect-msgraph/domain/Limits"
import * as Duration from "effect/Duration"
import * as Store from "../Store.js"
import type * as TaskFailure from "../TaskFailure.js"
import type * as Tenant from "../Tenant.js"
import { taskDefinitions } from "./definitions.js"
import type { Live } from "./processing/plan.js"
import * as Random from "./seed/random.js"
import * as Templates from "./seed/templates.js"

/** How runs are processed, in milliseconds. */
export interface Processing {
  readonly queue: number
  readonly task: number
  readonly failureRate: number
  /** The rules of what fails, oldest first. */
  failures: ReadonlyArray<TaskFailure.Rule>
}

/** What an emulator knows of a tenant besides what hangs in its tree. */
export interface State {
  readonly tenant: Tenant.Tenant
  /** The node of Lifecycle Workflows. */
  readonly area: Store.Node
  readonly random: Random.Random
  readonly processing: Processing
  /** Runs that are not over. */
  readonly live: Set<Live>
  /** When deleted workflows go for good. */
  readonly purges: Map<string, number>
  now: number
}

const link = (parent: Store.Node, name: string, properties: Store.Properties = {}): Store.Node =>
  parent.links[name] ??= Store.node(properties)

/** Gives a tenant what every tenant has, where it does not have it yet. */
const prepare = (root: Store.Node): Store.Node => {
  const area = link(link(root, "identityGovernance"), "lifecycleWorkflows")
  const collections: { readonly [name: string]: () => ReadonlyArray<Store.Node> } = {
    workflows: () => [],
    customTaskExtensions: () => [],
    taskDefinitions,
    workflowTemplates: Templates.make
  }
  for (const [name, make] of Object.entries(collections)) {
    if (area.collections[name] === undefined) {
      Store.collectionOf(area, name)
      for (const node of make()) Store.add(area, name, node)
    }
  }
  Store.collectionOf(link(area, "deletedItems"), "workflows")
  link(area, "insights")
  link(area, "settings", {
    emailSettings: { senderDomain: "contoso.onmicrosoft.com", useCompanyBranding: false },
    workflowScheduleIntervalInHours: 3
  })
  return area
}

export const make = (tenant: Tenant.Tenant, processing: Processing): State => ({
  tenant,
  area: prepare(tenant.root),
  random: Random.make(`state ${tenant.id}`),
  processing,
  live: new Set(),
  purges: new Map(),
  now: 0
})

/** The deleted workflows hang below this node. */
export const deletedItems = (state: State): Store.Node => state.area.links.deletedItems!

/** When a workflow that is deleted now goes for good. */
export const purgeTime = (now: number): number => now + Duration.toMillis(Limits.deletedWorkflowRetention)

/** A moment as the service writes it. */
export const timestamp = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(".000Z", "Z")
