/**
 * Activating a workflow and finding the run that this started: the service does not say which one it is.
 *
 * @since 0.1.0
 */
export * as Activation from "./Activation.js"

/**
 * Several requests in one: Graph takes up to 20 in a `$batch`. Reads that are issued together travel together when the caller asks
 * for it, and a batch can be put together by hand.
 *
 * @since 0.1.0
 */
export * as Batch from "./Batch.js"

/**
 * Where a list goes on: text that can be stored, and resumed from in another process.
 *
 * @since 0.1.0
 */
export * as Cursor from "./Cursor.js"

/**
 * The primitive: any operation of any catalogue, on the one path to the network. A program that uses one operation bundles one
 * operation.
 *
 * @since 0.1.0
 */
export * as GraphClient from "./GraphClient.js"

/**
 * The ways in which a call can fail: a closed union, with one tag for each thing that a caller would handle differently.
 *
 * @since 0.1.0
 */
export * as GraphError from "./GraphError.js"

/**
 * The Lifecycle Workflows API as a service: the whole catalogue as methods, grouped as the paths are.
 *
 * @since 0.1.0
 */
export * as LifecycleWorkflows from "./LifecycleWorkflows.js"

/**
 * How often, how long and how patiently a call is repeated.
 *
 * @since 0.1.0
 */
export * as RetryPolicy from "./RetryPolicy.js"

/**
 * Watching a run: how far it is, what it came to, and what failed in it.
 *
 * @since 0.1.0
 */
export * as RunWatch from "./RunWatch.js"

/**
 * The gate that all calls of one application pass. When the service throttles one call, every other call waits as well, instead of
 * finding out by itself; afterwards calls are let in one by one, no faster than the service has shown to take.
 *
 * @since 0.1.0
 */
export * as Throttle from "./Throttle.js"
