/**
 * A throttle gate that many processes share through Redis, for those that use one app registration. Needs `ioredis`.
 *
 * @since 0.1.0
 */
export * as RedisThrottle from "./RedisThrottle.js"
