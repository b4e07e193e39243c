/**
 * The body of the request that changes the settings of a tenant.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as limited from "./internal/limited.js"
import { clearable, optional } from "./internal/nullish.js"
import { EmailSettings } from "./LifecycleManagementSettings.js"
import * as Limits from "./Limits.js"
import { QuarantineConfiguration } from "./Quarantine.js"

/**
 * The body that changes the settings of a tenant. What is absent stays as it is.
 *
 * - `emailSettings`: both of them, for a complex value is replaced as a whole
 * - `quarantineConfiguration`: in the metadata, not in the page's table; `null` clears it
 * - `workflowScheduleIntervalInHours`: 1 to 24
 *
 * Microsoft's page calls the first and the last required, which is not how `PATCH` works anywhere else in Graph; the metadata does not
 * say so.
 *
 * @see https://learn.microsoft.com/graph/api/identitygovernance-lifecyclemanagementsettings-update
 * @since 0.1.0
 * @category Schemas
 */
export const Update = Schema.Struct({
  emailSettings: optional(EmailSettings),
  quarantineConfiguration: clearable(QuarantineConfiguration),
  workflowScheduleIntervalInHours: optional(
    limited.int("workflowScheduleIntervalInHours", Limits.workflowScheduleIntervalInHours)
  )
})

/**
 * The body that changes the settings of a tenant.
 *
 * @since 0.1.0
 * @category Models
 */
export type Update = typeof Update.Type
