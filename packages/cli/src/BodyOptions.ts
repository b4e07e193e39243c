/**
 * Bodies: out of a file, and the small ones out of options as well.
 *
 * @since 0.1.0
 */
import * as Mismatch from "@effect-msgraph/domain/Mismatch"
import type * as Operation from "@effect-msgraph/domain/Operation"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as CliError from "./CliError.js"
import * as Document from "./Document.js"
import * as Text from "./output/Text.js"
import type * as Stdio from "./Stdio.js"

/**
 * Options that make a body, as JSON: `None` if none of them is given.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Shorthand {
  readonly flags: ReadonlyArray<string>
  readonly options: Options.Options<Option.Option<unknown>>
}

const ids = (flag: string, noun: string): Options.Options<ReadonlyArray<{ readonly id: string }>> =>
  Options.text(flag).pipe(
    Options.withPseudoName("id"),
    Options.repeated,
    Options.withDescription(`The id of a ${noun}; may be given several times.`),
    Options.map((ids) => ids.map((id) => ({ id })))
  )

const namespace = "#microsoft.graph.identityGovernance"

/**
 * `--user`, once or several times.
 *
 * @since 0.1.0
 * @category Shorthands
 */
export const users = (body: (users: ReadonlyArray<{ readonly id: string }>) => unknown): Shorthand => ({
  flags: ["--user"],
  options: Options.map(ids("user", "user"), (users) => users.length === 0 ? Option.none() : Option.some(body(users)))
})

/**
 * A user with its `@odata.type`.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const typedUser = (user: { readonly id: string }) => ({ "@odata.type": "#microsoft.graph.user", ...user })

/**
 * `--user`, one, as the subject of a workflow.
 *
 * @since 0.1.0
 * @category Shorthands
 */
export const subject: Shorthand = {
  flags: ["--user"],
  options: Options.text("user").pipe(
    Options.withPseudoName("id"),
    Options.withDescription("The id of the user."),
    Options.optional,
    Options.map(Option.map((id) => ({
      subject: { "@odata.type": `${namespace}.directoryObjectWorkflowSubject`, directoryObject: typedUser({ id }) }
    })))
  )
}

/**
 * `--run`, one.
 *
 * @since 0.1.0
 * @category Shorthands
 */
export const cancelRun: Shorthand = {
  flags: ["--run"],
  options: Options.text("run").pipe(
    Options.withPseudoName("id"),
    Options.withDescription("The id of the run."),
    Options.optional,
    Options.map(Option.map((id) => ({ scope: { "@odata.type": `${namespace}.cancelRunsScope`, runs: [{ id }] } })))
  )
}

/**
 * `--user`, `--group`, `--run` or `--result`: what a workflow is activated on.
 *
 * @since 0.1.0
 * @category Shorthands
 */
export const activationScope: Shorthand = {
  flags: ["--user", "--group", "--run", "--result"],
  options: Options.mapEffect(
    Options.all({
      users: ids("user", "user"),
      group: Options.text("group").pipe(
        Options.withPseudoName("id"),
        Options.withDescription("The id of a group, for its members."),
        Options.optional
      ),
      run: Options.text("run").pipe(
        Options.withPseudoName("id"),
        Options.withDescription("The id of an earlier run, for its users."),
        Options.optional
      ),
      results: ids("result", "user processing result of an earlier run"),
      failedUsers: Options.boolean("failed-users").pipe(
        Options.withDescription("Of the run's users, those that it failed for.")
      ),
      failedTasks: Options.boolean("failed-tasks").pipe(Options.withDescription("Of the tasks, those that failed."))
    }),
    ({ failedTasks, failedUsers, group, results, run, users }) => {
      const taskScope = failedTasks ? "failedTasks" : "allTasks"
      const scopes = [
        ...(users.length > 0 ? [{ "@odata.type": `${namespace}.activateUserScope`, users }] : []),
        ...Option.toArray(group).map((id) => ({ "@odata.type": `${namespace}.activateGroupScope`, group: { id } })),
        ...Option.toArray(run).map((id) => ({
          "@odata.type": `${namespace}.activateRunScope`,
          run: { id },
          taskScope,
          userScope: failedUsers ? "failedUsers" : "allUsers"
        })),
        ...(results.length > 0
          ? [{ "@odata.type": `${namespace}.activateProcessingResultScope`, processingResults: results, taskScope }]
          : [])
      ]
      return scopes.length > 1
        ? Effect.fail(ValidationError.invalidValue(HelpDoc.p("Give only one of --user, --group, --run and --result.")))
        : Effect.succeed(Option.map(Option.fromNullable(scopes[0]), (scope) => ({ scope })))
    }
  )
}

/**
 * `--status`: how a custom task extension ended.
 *
 * @since 0.1.0
 * @category Shorthands
 */
export const operationStatus: Shorthand = {
  flags: ["--status"],
  options: Options.choice("status", ["completed", "failed"]).pipe(
    Options.withDescription("How the custom task extension ended."),
    Options.optional,
    Options.map(Option.map((operationStatus) => ({ data: { operationStatus } })))
  )
}

/**
 * Where a body comes from.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Given {
  readonly file: Option.Option<string>
  readonly made: Option.Option<unknown>
}

/**
 * The options that give the body of an operation.
 *
 * @since 0.1.0
 * @category Options
 */
export const options = (operation: Operation.Any, shorthand: Shorthand | undefined): Options.Options<Given> =>
  operation.body === undefined
    ? Options.map(Options.none, () => ({ file: Option.none(), made: Option.none() }))
    : Options.all({
      file: Options.text("file").pipe(
        Options.withPseudoName("FILE"),
        Options.withDescription(
          `The body, as JSON or YAML; - is standard input. The word may be left out.${
            shorthand === undefined ? "" : ` Or give ${Text.list(shorthand.flags, "or")}.`
          }`
        ),
        Options.optional
      ),
      made: shorthand?.options ?? Options.map(Options.none, () => Option.none())
    })

/**
 * The body that was given, if the operation takes one and it fits.
 *
 * @since 0.1.0
 * @category Decoding
 */
export const read = (
  operation: Operation.Any,
  { file, made }: Given,
  options: { readonly shorthand?: Shorthand | undefined; readonly under?: string | undefined }
): Effect.Effect<unknown, CliError.UsageError, FileSystem.FileSystem | Stdio.Stdio> =>
  Effect.gen(function*() {
    const { body: schema } = operation
    if (schema === undefined) return undefined
    const flags = options.shorthand?.flags ?? []
    if (Option.isSome(made)) {
      if (Option.isSome(file)) {
        return yield* new CliError.UsageError({ reason: `Give a file or ${Text.list(flags, "or")}, not both.` })
      }
      return yield* Either.mapLeft(Document.check(schema, made.value), (problems) =>
        new CliError.UsageError({
          reason: problems.map(({ message, path }) => `${Mismatch.formatPath(path)}: ${message}`).join("\n"),
          advice: `That is what ${Text.list(flags)} made.`
        }))
    }
    if (Option.isNone(file)) {
      return yield* new CliError.UsageError({
        reason: `${flags.length === 0 ? "FILE" : `${Text.list(["FILE", ...flags], "or")}`} is missing.`,
        advice: `FILE is JSON or YAML, and - is standard input. What goes into it: ${operation.documentation}`
      })
    }
    return yield* Document.decode(schema, yield* Document.read(file.value), {
      under: options.under,
      advice: `What goes into it: ${operation.documentation}`
    })
  })
