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
 * The gate that all calls of one application pass. When the service throttles one call, every other call waits as well, instead of
 * finding out by itself.
 *
 * @since 0.1.0
 */
export * as Throttle from "./Throttle.js"
