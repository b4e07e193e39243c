/**
 * The commands of `lcw`, as a tree of names. To add an operation of the catalogue, add a line to the tree.
 *
 * @since 0.1.0
 */
import * as Api from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as Command from "@effect/cli/Command"
import type * as CommandDescriptor from "@effect/cli/CommandDescriptor"
import * as BodyOptions from "./BodyOptions.js"
import * as EmulatorCommand from "./EmulatorCommand.js"
import * as LoginCommand from "./LoginCommand.js"
import * as OperationCommand from "./OperationCommand.js"
import * as PermissionsCommand from "./PermissionsCommand.js"
import * as WatchCommand from "./WatchCommand.js"
import * as WhoamiCommand from "./WhoamiCommand.js"

/** A group of commands: each is an operation, or an operation with what the catalogue does not tell. */
interface Group {
  readonly description: string
  readonly commands: { readonly [name: string]: Operation.Any | OperationCommand.Entry }
  readonly more?: ReadonlyArray<{ readonly name: string; readonly command: typeof WatchCommand.watch }>
}

const restore = { operation: Api.restoreDeletedWorkflow, done: "Restored" }

const tree: { readonly [name: string]: Group } = {
  workflows: {
    description: "Workflows",
    commands: {
      list: Api.listWorkflows,
      get: Api.getWorkflow,
      create: Api.createWorkflow,
      update: Api.updateWorkflow,
      "new-version": { operation: Api.createNewWorkflowVersion, done: "Made a new version of", under: "workflow" },
      activate: {
        operation: Api.activateWorkflow,
        done: "Activated",
        shorthand: BodyOptions.users((subjects) => ({ subjects })),
        wait: WatchCommand.activate
      },
      "activate-with-scope": {
        operation: Api.activateWorkflowWithScope,
        done: "Activated",
        shorthand: BodyOptions.activationScope
      },
      "activate-and-wait": {
        operation: Api.activateWorkflowAndWait,
        shorthand: BodyOptions.subject
      },
      preview: {
        operation: Api.previewWorkflow,
        done: "Started a preview of",
        shorthand: BodyOptions.users((users) => ({
          subjects: users.map(BodyOptions.typedUser)
        }))
      },
      "preview-failures": Api.previewTaskFailures,
      cancel: {
        operation: Api.cancelProcessing,
        done: "Canceled a run of",
        shorthand: BodyOptions.cancelRun
      },
      "clear-quarantine": { operation: Api.clearQuarantine, done: "Ended the quarantine of" },
      delete: Api.deleteWorkflow,
      restore
    }
  },
  versions: {
    description: "The versions of a workflow",
    commands: {
      list: Api.listVersions,
      get: Api.getVersion,
      tasks: Api.listVersionTasks,
      task: Api.getVersionTask
    }
  },
  tasks: {
    description: "The tasks of a workflow",
    commands: {
      list: Api.listTasks,
      get: Api.getTask,
      update: Api.updateTask
    }
  },
  scope: {
    description: "The users that a workflow would run for",
    commands: {
      list: Api.listExecutionScope
    }
  },
  runs: {
    description: "The runs of a workflow",
    commands: {
      list: Api.listRuns,
      get: Api.getRun,
      tasks: Api.listRunTaskProcessingResults,
      summary: Api.summarizeRuns
    },
    more: [{ name: "watch", command: WatchCommand.watch }]
  },
  results: {
    description: "What a run did for each user",
    commands: {
      list: Api.listRunUserProcessingResults,
      get: Api.getRunUserProcessingResult,
      tasks: Api.listUserTaskProcessingResults,
      "tasks-of-run": Api.listRunUserTaskProcessingResults,
      all: Api.listUserProcessingResults,
      summary: Api.summarizeUserProcessingResults,
      resume: {
        operation: Api.resumeTaskProcessingResult,
        done: "Resumed",
        shorthand: BodyOptions.operationStatus
      }
    }
  },
  subjects: {
    description: "What a run did for each subject, in the directory or not yet",
    commands: {
      list: Api.listRunSubjectProcessingResults,
      get: Api.getRunSubjectProcessingResult,
      summary: Api.summarizeRunSubjectProcessingResults
    }
  },
  reports: {
    description: "What became of each task of a workflow",
    commands: {
      list: Api.listTaskReports,
      tasks: Api.listTaskReportTaskProcessingResults,
      summary: Api.summarizeTaskReports
    }
  },
  insights: {
    description: "Figures over all workflows",
    commands: {
      summary: Api.summarizeWorkflowsProcessed,
      categories: Api.summarizeWorkflowsProcessedByCategory,
      tasks: Api.listTopTasksProcessed,
      workflows: Api.listTopWorkflowsProcessed
    }
  },
  templates: {
    description: "Microsoft's templates for workflows",
    commands: {
      list: Api.listWorkflowTemplates,
      get: Api.getWorkflowTemplate
    }
  },
  definitions: {
    description: "The tasks that are built in",
    commands: {
      list: Api.listTaskDefinitions,
      get: Api.getTaskDefinition
    }
  },
  extensions: {
    description: "Custom task extensions, by which tasks call a Logic App",
    commands: {
      list: Api.listCustomTaskExtensions,
      get: Api.getCustomTaskExtension,
      create: Api.createCustomTaskExtension,
      update: Api.updateCustomTaskExtension,
      delete: Api.deleteCustomTaskExtension
    }
  },
  settings: {
    description: "The tenant's settings",
    commands: {
      get: Api.getSettings,
      update: Api.updateSettings
    }
  },
  deleted: {
    description: "Deleted workflows",
    commands: {
      list: Api.listDeletedWorkflows,
      get: Api.getDeletedWorkflow,
      restore,
      delete: Api.deleteDeletedWorkflow
    }
  },
  reruns: {
    description: "The runs that processed something of a deleted workflow again",
    commands: {
      list: Api.listReprocessedRuns,
      "list-of-run": Api.listReprocessedRunsOfRun,
      remove: Api.removeReprocessedRun,
      "remove-of-run": Api.removeReprocessedRunOfRun
    }
  }
}

/**
 * A word that stands alone on the command line, for the option that it is the value of.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Positional {
  readonly flag: string
  readonly name: string
  readonly many: boolean
}

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
  readonly positional: Positional | undefined
  readonly values: { readonly [flag: string]: ReadonlyArray<string> }
  readonly children: ReadonlyArray<Node>
}

const groups = Object.entries(tree).map(([name, { commands, description, more = [] }]) => {
  const children = Object.entries(commands).map(([name, line]) => {
    const entry: OperationCommand.Entry = "operation" in line ? line : { operation: line }
    return { name, entry, command: OperationCommand.make(name, entry) }
  })
  const [first, ...rest] = children.map(({ command }) => command)
  const command = Command.make(name).pipe(
    Command.withDescription(description),
    Command.withSubcommands([first!, ...rest, ...more.map(({ command }) => command)])
  )
  return { name, command, children, more }
})

const [first, ...rest] = groups.map(({ command }) => command)

/**
 * `lcw` with all of its commands.
 *
 * @since 0.1.0
 * @category Commands
 */
export const command = Command.make("lcw").pipe(
  Command.withSubcommands([
    first!,
    ...rest,
    LoginCommand.login,
    LoginCommand.logout,
    WhoamiCommand.command,
    PermissionsCommand.command,
    EmulatorCommand.command
  ])
)

const leaf = {
  operation: undefined,
  positional: undefined,
  values: {},
  children: []
} as const

/**
 * The same commands, to walk through.
 *
 * @since 0.1.0
 * @category Commands
 */
export const node: Node = {
  ...leaf,
  name: "lcw",
  descriptor: command.descriptor,
  children: [
    ...groups.map(({ children, command, more, name }): Node => ({
      ...leaf,
      name,
      descriptor: command.descriptor,
      children: [
        ...children.map(({ command, entry: { operation }, name }): Node => ({
          ...leaf,
          name,
          descriptor: command.descriptor,
          operation,
          positional: operation.body === undefined ? undefined : { flag: "--file", name: "FILE", many: false },
          values: OperationCommand.values(operation)
        })),
        ...more.map(({ command, name }): Node => ({ ...leaf, name, descriptor: command.descriptor }))
      ]
    })),
    { ...leaf, name: "login", descriptor: LoginCommand.login.descriptor },
    { ...leaf, name: "logout", descriptor: LoginCommand.logout.descriptor },
    { ...leaf, name: "whoami", descriptor: WhoamiCommand.command.descriptor },
    {
      ...leaf,
      name: "permissions",
      descriptor: PermissionsCommand.command.descriptor,
      positional: { flag: "--operation", name: "OPERATION", many: true },
      values: { "--operation": PermissionsCommand.names }
    },
    { ...leaf, name: "emulator", descriptor: EmulatorCommand.command.descriptor }
  ]
}
