import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Fiber from "effect/Fiber"

/** The clock of a fiber that is at hand: `Effect.clockWith` without a step of its own. */
export const clockOf = (fiber: Fiber.RuntimeFiber<any, any>): Clock.Clock =>
  Context.get(fiber.currentDefaultServices, Clock.Clock)
