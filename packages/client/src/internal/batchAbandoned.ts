import * as Context from "effect/Context"
import type * as Deferred from "effect/Deferred"

/** Where those who would have to wait for a batch are told that its answer is of no use any longer. */
export class Abandoned extends Context.Reference<Abandoned>()("@effect-msgraph/client/Batch/Abandoned", {
  defaultValue: (): Deferred.Deferred<void> | undefined => undefined
}) {}
