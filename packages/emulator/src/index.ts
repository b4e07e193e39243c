/**
 * Faults on request: what goes wrong between a program and Graph, so that a test can see how the program takes it.
 *
 * @since 0.1.0
 */
export * as Fault from "./Fault.js"

/**
 * Microsoft Graph's Lifecycle Workflows and its token endpoint, in memory.
 *
 * @since 0.1.0
 */
export * as GraphEmulator from "./GraphEmulator.js"

/**
 * What travels between a caller and the emulator: the two ends of one HTTP exchange, free of any HTTP library.
 *
 * @since 0.1.0
 */
export * as Message from "./Message.js"

/**
 * What the emulator was asked, for tests and for people who watch it. No entry holds a token, a secret, a code or a body.
 *
 * @since 0.1.0
 */
export * as RequestLog from "./RequestLog.js"

/**
 * A demo tenant: people, workflows of each category, and weeks of history. It is the same, to the last digit, each time.
 *
 * @since 0.1.0
 */
export * as Seed from "./Seed.js"

/**
 * What a tenant holds: a tree of entities by containment, in which one entity may hang in several places.
 *
 * @since 0.1.0
 */
export * as Store from "./Store.js"

/**
 * Tasks that fail on request, so that a test can see what a program makes of a run that goes wrong.
 *
 * @since 0.1.0
 */
export * as TaskFailure from "./TaskFailure.js"

/**
 * A tenant of the emulated cloud: its applications, the people who can sign in, and what Graph holds for it.
 *
 * @since 0.1.0
 */
export * as Tenant from "./Tenant.js"

/**
 * What the people of a tenant do while a program waits for them: approve a sign-in, or decline it.
 *
 * @since 0.1.0
 */
export * as Users from "./Users.js"
