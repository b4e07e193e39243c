/**
 * Bodies: out of a file, and the small ones out of options as well.
 *
 * @since 0.1.0
 */
export * as BodyOptions from "./BodyOptions.js"

/**
 * `lcw`: Microsoft Graph Lifecycle Workflows on the command line.
 *
 * @since 0.1.0
 */
export * as Cli from "./Cli.js"

/**
 * What goes wrong before anything is sent.
 *
 * @since 0.1.0
 */
export * as CliError from "./CliError.js"

/**
 * The client that commands call Graph with.
 *
 * @since 0.1.0
 */
export * as Client from "./Client.js"

/**
 * The words of a command line, put in the order that `@effect/cli` understands: options may stand anywhere.
 *
 * @since 0.1.0
 */
export * as CommandLine from "./CommandLine.js"

/**
 * The commands of `lcw`, as a tree of names. To add an operation of the catalogue, add a line to the tree.
 *
 * @since 0.1.0
 */
export * as Commands from "./Commands.js"

/**
 * Completion scripts for shells: commands, options, and the names that options take. Those that `@effect/cli` makes stop at the
 * first level of commands in bash.
 *
 * @since 0.1.0
 */
export * as Completions from "./Completions.js"

/**
 * Where the token comes from: what the command line and the environment give, and a prompt for what is missing.
 *
 * @since 0.1.0
 */
export * as Credentials from "./Credentials.js"

/**
 * What `@effect/cli` knows of a command, as data: its description and its options.
 *
 * @since 0.1.0
 */
export * as Description from "./Description.js"

/**
 * Request bodies out of files, JSON or YAML: read, decoded with the operation's schema, and complained about with line and column.
 *
 * @since 0.1.0
 */
export * as Document from "./Document.js"

/**
 * `lcw emulator`: a Microsoft Graph to try things on, which needs no tenant.
 *
 * @since 0.1.0
 */
export * as EmulatorCommand from "./EmulatorCommand.js"

/**
 * The exit codes of `lcw`, for scripts that want to know why. A code is never given another meaning; new ones may come.
 *
 * @since 0.1.0
 */
export * as ExitCode from "./ExitCode.js"

/**
 * Every way in which a command can fail: one sentence, what to do about it, and the exit code.
 *
 * @since 0.1.0
 */
export * as Failure from "./Failure.js"

/**
 * Help: what `@effect/cli` knows of a command, on one screen.
 *
 * @since 0.1.0
 */
export * as Help from "./Help.js"

/**
 * The folder in which `lcw` keeps sign-ins.
 *
 * @since 0.1.0
 */
export * as Home from "./Home.js"

/**
 * Who a token is of: what it says about itself, decoded. Nothing of it is verified, for that is Graph's business, and its key is not
 * ours; it is for people to look at.
 *
 * @since 0.1.0
 */
export * as Identity from "./Identity.js"

/**
 * `lcw login` and `lcw logout`: a person signs in, once for many commands, or for none any more.
 *
 * @since 0.1.0
 */
export * as LoginCommand from "./LoginCommand.js"

/**
 * The sign-ins that `lcw login` keeps. The refresh tokens are in files with owner-only rights (`TokenFile`); beside them is
 * `logins.json`, which tells who signed in where, and has no secrets. There is one for each cloud, tenant and application.
 *
 * @since 0.1.0
 */
export * as Logins from "./Logins.js"

/**
 * The ways to get a token, by the names that `--auth` takes. Each is loaded when it is used: a command starts without the others.
 *
 * @since 0.1.0
 */
export * as Methods from "./Methods.js"

/**
 * Points in time as people write them: a date, a date and time, or how long ago.
 *
 * @since 0.1.0
 */
export * as Moment from "./Moment.js"

/**
 * Options that are numbers.
 *
 * @since 0.1.0
 */
export * as Numeric from "./Numeric.js"

/**
 * What shows a page to the person at this machine.
 *
 * @since 0.1.0
 */
export * as Opener from "./Opener.js"

/**
 * The command of an operation: its options come from the catalogue, and so does what it prints.
 *
 * @since 0.1.0
 */
export * as OperationCommand from "./OperationCommand.js"

/**
 * The path parameters of operations as options: `workflowId` is `--workflow`, and a period is `--from` and `--to`.
 *
 * @since 0.1.0
 */
export * as Parameters from "./Parameters.js"

/**
 * `lcw permissions`: what an application has to be granted for the operations that it uses.
 *
 * @since 0.1.0
 */
export * as PermissionsCommand from "./PermissionsCommand.js"

/**
 * The OData options of a command: `--select`, `--expand`, `--filter`, `--order-by` and so on, each where the operation has it.
 *
 * @since 0.1.0
 */
export * as QueryOptions from "./QueryOptions.js"

/**
 * What `--verbose` tells of requests: the address, how it ended, how long it took, and the id that Microsoft's support asks for. Headers
 * and bodies are not in it, for they hold tokens and secrets. That the service asks to wait is told in any case.
 *
 * @since 0.1.0
 */
export * as RequestLog from "./RequestLog.js"

/**
 * How a run that was waited for ended, where not all went well: for the exit code.
 *
 * @since 0.1.0
 */
export * as RunEnded from "./RunEnded.js"

/**
 * The settings that every command has: which cloud, which tenant, which application. Each is an option, or else a variable of the
 * environment; an option is nothing but a variable with precedence.
 *
 * @since 0.1.0
 */
export * as Settings from "./Settings.js"

/**
 * Ways to sign a person in: with the browser of this machine, or with a code on another device.
 *
 * @since 0.1.0
 */
export * as SignIn from "./SignIn.js"

/**
 * The three standard streams, as a service: data goes to `stdout`, everything said about it to `stderr`.
 *
 * @since 0.1.0
 */
export * as Stdio from "./Stdio.js"

/**
 * What somebody may have meant.
 *
 * @since 0.1.0
 */
export * as Suggestion from "./Suggestion.js"

/**
 * `lcw runs watch`, and what `lcw workflows activate --wait` does once the run is found: progress as it comes, then the outcome.
 *
 * @since 0.1.0
 */
export * as WatchCommand from "./WatchCommand.js"

/**
 * `lcw whoami`: whose token it is that commands send, and what it allows.
 *
 * @since 0.1.0
 */
export * as WhoamiCommand from "./WhoamiCommand.js"
