/**
 * The program `lcw`.
 *
 * @since 0.1.0
 */
import * as NodeCommandExecutor from "@effect/platform-node/NodeCommandExecutor"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeTerminal from "@effect/platform-node/NodeTerminal"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Cli from "./Cli.js"
import * as Stdio from "./Stdio.js"

const layer = Layer.mergeAll(
  FetchHttpClient.layer,
  Layer.provideMerge(NodeCommandExecutor.layer, NodeFileSystem.layer),
  NodePath.layer,
  NodeTerminal.layer,
  Stdio.layer
)

Cli.run(process.argv).pipe(
  Effect.provide(layer),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown: (exit, onExit) => onExit(Cli.exitCode(exit as Exit.Exit<any>))
  })
)
