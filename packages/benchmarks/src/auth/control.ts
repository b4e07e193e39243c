/** How a measurement tells the stand-in what to do, and asks it what came in. */

/**
 * - `delay`: milliseconds before any answer of the token endpoint
 * - `fault`: what comes in place of a token
 * - `first`: of how many requests from now on; default is all
 * - `refreshIn`: seconds after which Entra wants the token refreshed
 */
export interface Behaviour {
  readonly delay?: number | undefined
  readonly fault?: "503" | "reset" | "hang" | undefined
  readonly first?: number | undefined
  readonly refreshIn?: number | undefined
}

/** `abandoned`: token requests whose sender went away before they were answered. */
export interface Counts {
  discovery: number
  token: number
  abandoned: number
}

export const make = (origin: string) => {
  const call = async (tenant: string, init?: RequestInit): Promise<Counts> =>
    (await (await fetch(`${origin}/control/${tenant}`, init)).json()) as Counts
  return {
    counts: (tenant: string) => call(tenant),
    behave: (tenant: string, behaviour: Behaviour) => call(tenant, { method: "PUT", body: JSON.stringify(behaviour) })
  }
}
