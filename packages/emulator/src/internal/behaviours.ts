import { activation } from "./behaviours/activation.js"
import type { Behaviours } from "./behaviours/behaviour.js"
import { extensions } from "./behaviours/extensions.js"
import { summaries } from "./behaviours/summaries.js"
import { workflows } from "./behaviours/workflows.js"

export type { Act } from "./behaviours/behaviour.js"

/** What operations mean, where their kind and the catalogue do not tell. */
export const behaviours: Behaviours = { ...workflows, ...extensions, ...activation, ...summaries }
