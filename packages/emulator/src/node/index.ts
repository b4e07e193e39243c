/**
 * The emulated service as a real HTTP server on 127.0.0.1.
 *
 * @since 0.1.0
 */
export * as GraphEmulatorServer from "./GraphEmulatorServer.js"
