/**
 * The commands of `lcw`, as a tree of names. To add an operation of the catalogue, add a line to the tree.
 *
 * @since 0.1.0
 */
import * as Api from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Command from "@effect/cli/Command"
import type * as CommandDescriptor from "@effect/cli/CommandDescriptor"
import * as EmulatorCommand from "./EmulatorCommand.js"
import * as OperationCommand from "./OperationCommand.js"

/** A group of commands. */
interface Group {
  readonly description: string
  readonly commands: { readonly [name: string]: Operation.Any }
}

const tree = {
  runs: {
    description: "The runs of a workflow",
    commands: {
      list: Api.listRuns,
      get: Api.getRun
    }
  },
  results: {
    description: "What a run did for each user",
    commands: {
      list: Api.listRunUserProcessingResults,
      get: Api.getRunUserProcessingResult,
      tasks: Api.listUserTaskProcessingResults
    }
  }
} as const satisfies { readonly [name: string]: Group }

const groups = Object.entries(tree).map(([name, { commands, description }]: [string, Group]) => {
  const children = Object.entries(commands).map(([name, operation]) => ({
    name,
    operation,
    command: OperationCommand.make(name, operation)
  }))
  const [first, ...rest] = children.map(({ command }) => command)
  const command = Command.make(name).pipe(
    Command.withDescription(description),
    Command.withSubcommands([first!, ...rest])
  )
  return { name, command, children }
})

const [first, ...rest] = groups.map(({ command }) => command)

/**
 * `lcw` with all of its commands.
 *
 * @since 0.1.0
 * @category Commands
 */
export const command = Command.make("lcw").pipe(Command.withSubcommands([first!, ...rest, EmulatorCommand.command]))

/**
 * A command by name, with its operation, if it has one, and the commands below it.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Node {
  readonly name: string
  readonly descriptor: CommandDescriptor.Command<any>
  readonly operation: Operation.Any | undefined
  readonly children: ReadonlyArray<Node>
}

/**
 * The same commands, to walk through.
 *
 * @since 0.1.0
 * @category Commands
 */
export const node: Node = {
  name: "lcw",
  descriptor: command.descriptor,
  operation: undefined,
  children: [
    ...groups.map(({ children, command, name }) => ({
      name,
      descriptor: command.descriptor,
      operation: undefined,
      children: children.map(({ command, name, operation }) => ({
        name,
        descriptor: command.descriptor,
        operation,
        children: []
      }))
    })),
    { name: "emulator", descriptor: EmulatorCommand.command.descriptor, operation: undefined, children: [] }
  ]
}
