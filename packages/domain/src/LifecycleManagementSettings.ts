/**
 * The settings of Lifecycle Workflows in a tenant.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Entity from "./Entity.js"
import { QuarantineConfiguration } from "./Quarantine.js"

/**
 * How the mails of tasks look: from which verified domain, and whether with the tenant's banner.
 *
 * @see https://learn.microsoft.com/graph/api/resources/emailsettings
 * @since 0.1.0
 * @category Schemas
 */
export const EmailSettings = Schema.Struct({ senderDomain: Schema.String, useCompanyBranding: Schema.Boolean })

/**
 * How the mails of tasks look.
 *
 * @since 0.1.0
 * @category Models
 */
export type EmailSettings = typeof EmailSettings.Type

const properties = {
  // Not nullable in the metadata, yet the one printed answer has none: there is only one of these in a tenant.
  id: Entity.nullable(Schema.String),
  emailSettings: EmailSettings,
  quarantineConfiguration: Entity.nullable(QuarantineConfiguration),
  workflowScheduleIntervalInHours: Schema.Int
} as const

/**
 * The entity type of the settings.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface LifecycleManagementSettingsEntity extends Entity.Entity<typeof properties, {}> {}

/**
 * The settings of Lifecycle Workflows in a tenant.
 *
 * @see https://learn.microsoft.com/graph/api/resources/identitygovernance-lifecyclemanagementsettings
 * @since 0.1.0
 * @category Entities
 */
export const LifecycleManagementSettings: LifecycleManagementSettingsEntity = Entity.make(
  "microsoft.graph.identityGovernance.lifecycleManagementSettings",
  { properties }
)

/**
 * The settings of Lifecycle Workflows in a tenant, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type LifecycleManagementSettings = Entity.Type<LifecycleManagementSettingsEntity>
