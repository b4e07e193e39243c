/**
 * Every way in which a command can fail: one sentence, what to do about it, and the exit code.
 *
 * @since 0.1.0
 */
import type * as AuthError from "@effect-msgraph/auth/AuthError"
import type * as Credential from "@effect-msgraph/auth/Credential"
import type * as TokenStore from "@effect-msgraph/auth/TokenStore"
import type * as Activation from "@effect-msgraph/client/Activation"
import type * as GraphError from "@effect-msgraph/client/GraphError"
import type * as RunWatch from "@effect-msgraph/client/RunWatch"
import * as LifecycleWorkflowsApi from "@effect-msgraph/domain/LifecycleWorkflowsApi"
import type * as Query from "@effect-msgraph/domain/Query"
import type { GraphEmulatorServer } from "@effect-msgraph/emulator/node"
import type * as Terminal from "@effect/platform/Terminal"
import * as Duration from "effect/Duration"
import type * as CliError from "./CliError.js"
import type * as ExitCode from "./ExitCode.js"
import * as Methods from "./Methods.js"
import * as Style from "./output/Style.js"
import * as Text from "./output/Text.js"
import * as Parameters from "./Parameters.js"
import type * as RunEnded from "./RunEnded.js"
import * as Settings from "./Settings.js"
import type * as Stdio from "./Stdio.js"

/**
 * Every way in which a command can fail, once the command line has been understood.
 *
 * @since 0.1.0
 * @category Models
 */
export type Failure =
  | GraphError.GraphError
  | Credential.CredentialMisconfigured
  | CliError.MissingCredentials
  | CliError.NotSignedIn
  | CliError.UsageError
  | Activation.AmbiguousRun
  | Activation.RunNotFound
  | RunEnded.RunEnded
  | RunWatch.WatchTimeout
  | TokenStore.TokenStoreError
  | GraphEmulatorServer.ListenError
  | Terminal.QuitException
  | Stdio.OutputClosed

/** What is said of one kind of failure. `what` is silent about those that the user wanted. */
interface Entry<E> {
  readonly exit: ExitCode.Name | ((error: E) => ExitCode.Name)
  readonly what?: (error: E) => string
  readonly advice?: (error: E) => string | undefined
  readonly facts?: (error: E) => string
}

type Facts = Partial<GraphError.ResponseFacts> & { readonly operation: string }

/** What Microsoft's support asks for. */
const facts = ({ clientRequestId, date, operation, requestId }: Facts): string =>
  [
    operation,
    ...(requestId === undefined ? [] : [`request-id ${requestId}`]),
    ...(clientRequestId === undefined ? [] : [`client-request-id ${clientRequestId}`]),
    ...(date === undefined ? [] : [date])
  ].join(", ")

/** What Graph said, behind our own words for it. */
const answered = (what: string) => ({ code, reason, status }: GraphError.ResponseFacts): string =>
  `${what} (${status}${code === undefined || code === "" ? "" : ` ${code}`})${
    reason === undefined || reason === "" ? "." : `: ${reason}`
  }`

const again = (retryAfter: Duration.Duration | undefined): string =>
  retryAfter === undefined ? "Try again later." : `Try again in ${Duration.format(retryAfter)}.`

const look = (outcome: GraphError.Outcome): string =>
  outcome === "unknown" ? " The service may have acted on it: look before you repeat it." : ""

const ids = (operation: string): string => {
  const flags = Parameters.flags(operation)
  return flags.length === 0 ? "" : `${Text.list(flags)}, and `
}

const hasBody = (operation: string): boolean =>
  LifecycleWorkflowsApi.operations.some(({ body, id }) => id === operation && body !== undefined)

const message = ({ message }: { readonly message: string }): string => message

/** Options of credentials that are settings under another name. */
const settingNames: { readonly [option: string]: Settings.Key } = {
  path: "certificatePath",
  password: "certificatePassword",
  tokenFile: "federatedTokenFile"
}

/** How the option of a credential is given on the command line. Some name the variable themselves. */
const given = (option: string): string => {
  if (option === "token") return Methods.tokenVariable.variable
  const key = Object.hasOwn(settingNames, option) ? settingNames[option]! : option
  const setting = Object.entries(Settings.table).find(([name, { variable }]) => name === key || variable === key)?.[1]
  return setting === undefined ? option : `--${setting.option} (${setting.variable})`
}

const capitalized = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

/** The token endpoint's failures say all of it in their message; what only support wants goes to the end. */
const authentication = {
  exit: "authentication",
  what: ({ credential, message }: AuthError.AuthError) => {
    const title = Methods.titleOf(credential)
    const said = message.replace(/ \[[^\][]*\]$/, "")
    // A name of ours that is no word of any language stands there for the credential and for nothing else.
    return title === credential ? said : said.replaceAll(credential, title)
  },
  facts: ({ diagnostics: { codes, correlationId, timestamp, traceId } }: AuthError.AuthError) =>
    [
      ...codes.map((code) => `AADSTS${code}`),
      ...(correlationId === undefined ? [] : [`correlation id ${correlationId}`]),
      ...(traceId === undefined ? [] : [`trace id ${traceId}`]),
      ...(timestamp === undefined ? [] : [timestamp])
    ].join(", ")
} as const

/** That it should have proved itself, said of an application that has nothing to do so. */
const noProof = 7000218

const people = new Set(
  ["browser", "device-code", "login"].map((name) => Methods.table[name as Methods.Name].credential)
)

const isLogin = ({ credential }: AuthError.AuthError): boolean => credential === Methods.table.login.credential

/** Why a credential could not be used, and each member of a chain, on a line of its own. */
const unavailable = ({ credential, reason, skipped = [] }: AuthError.CredentialUnavailable): string =>
  [
    `${capitalized(Methods.titleOf(credential))} gave no token: ${reason}.`,
    ...skipped.map((link) => `- ${Methods.titleOf(link.credential)}: ${link.reason}`)
  ].join("\n")

const runExits: { readonly [T in RunEnded.RunEnded["outcome"]]: ExitCode.Name } = {
  CompletedWithErrors: "completedWithErrors",
  Failed: "runFailed",
  Canceled: "runCanceled",
  Quarantined: "runNotOver"
}

/** One line for each kind of failure; the compiler sees to it that none is missing. */
const table: { readonly [T in Failure["_tag"]]: Entry<Extract<Failure, { readonly _tag: T }>> } = {
  BadRequest: {
    exit: "usage",
    what: answered("Graph does not accept the request"),
    advice: ({ operation }) => `Check ${ids(operation)}${hasBody(operation) ? "what was sent" : "the query options"}.`,
    facts
  },
  CloudUnavailable: {
    exit: "usage",
    what: ({ cloud }) => `This does not exist in the cloud ${cloud}.`,
    advice: ({ available }) => `It exists in ${Text.list(available)}: choose with --cloud.`,
    facts
  },
  Conflict: {
    exit: "conflict",
    what: answered("The object's present state does not allow it"),
    advice: () => "Read it again, then decide.",
    facts
  },
  Decode: {
    exit: "service",
    what: message,
    advice: () => "Microsoft changed or broke the answer: report it, with the request-id."
  },
  DependencyFailed: {
    exit: "service",
    what: ({ failure, parent, parentOperation }) =>
      `It was not done, since it depends on ${parent} (${parentOperation}), which failed: ${failure}.`,
    advice: () => "See to that one first.",
    facts
  },
  Forbidden: {
    exit: "permission",
    what: answered("The application lacks a permission"),
    advice: ({ entraRoles, sufficientPermissions }) =>
      `Have an administrator grant it ${
        Text.list(sufficientPermissions, "or")
      } (the first is the least privileged), with admin ` +
      `consent. A signed-in user also needs the role ${Text.list(entraRoles, "or")}.`,
    facts
  },
  GatewayError: {
    exit: "service",
    what: ({ contentType, length, status }) =>
      `What answered (${status}) is not Microsoft Graph: it sent ${
        length === 0 ? "nothing" : `${length} characters of ${contentType ?? "an unnamed type"}`
      }.`,
    advice: ({ outcome, retryAfter }) =>
      `Look for a proxy or firewall in between. ${again(retryAfter)}${look(outcome)}`,
    facts
  },
  AmbiguousRun: { exit: "runNotOver", what: message, advice: () => "Watch the one you mean: lcw runs watch." },
  RunEnded: { exit: ({ outcome }) => runExits[outcome] },
  RunNotFound: { exit: "runNotOver", what: message, advice: () => "Look with lcw runs list." },
  WatchTimeout: { exit: "runNotOver", what: message, advice: () => "Watch it again with lcw runs watch." },

  InvalidCursor: { exit: "usage", what: message },
  InvalidRequest: {
    exit: "usage",
    what: ({ field, operation, reason }) => {
      const option = `--${Parameters.flag(field)}`
      const isOption = Parameters.flags(operation).includes(option) || /^\w+$/.test(field) && field in optionNames
      return `${isOption ? option : field}: ${reason}`
    }
  },
  NotFound: {
    exit: "notFound",
    what: answered("There is no such object"),
    advice: ({ operation }) => `Check ${ids(operation)}that it is the right tenant.`,
    facts
  },
  PagingLoop: {
    exit: "service",
    what: ({ pages }) => `After ${pages} pages, Graph links back to one of them.`,
    advice: () => "What was printed is whole as far as it goes. Report it to Microsoft.",
    facts
  },
  ServiceUnavailable: {
    exit: "service",
    what: answered("Graph failed"),
    advice: ({ outcome, retryAfter }) => `${again(retryAfter)}${look(outcome)}`,
    facts
  },
  Throttled: {
    exit: "throttled",
    what: answered("Graph throttles this application"),
    advice: ({ retryAfter }) => again(retryAfter),
    facts
  },
  Timeout: {
    exit: "network",
    what: ({ after, scope }) =>
      `Graph did not answer within ${Duration.format(after)}${scope === "call" ? ", repetitions included" : ""}.`,
    advice: ({ outcome }) => `Check the network and the proxy, then try again.${look(outcome)}`,
    facts
  },
  Transport: {
    exit: "network",
    what: ({ code, origin, phase }) =>
      `${phase === "connect" ? `${origin} cannot be reached` : `The connection to ${origin} broke`}${
        code === undefined ? "" : ` (${code})`
      }.`,
    advice: ({ outcome }) => `Check the network, DNS, the proxy and --cloud.${look(outcome)}`,
    facts
  },
  Unauthorized: {
    exit: "authentication",
    what: answered("Graph refused the token"),
    advice: () =>
      "Check that the credential belongs to this cloud and tenant, and that MSGRAPH_TOKEN, if set, has not expired.",
    facts
  },
  UnexpectedStatus: { exit: "service", what: answered("Graph refused the request"), facts },
  UntrustedLink: {
    exit: "service",
    what: ({ expected, origin }) =>
      `Graph says that the next page is at ${origin}, which is not ${expected}; it was not asked.`,
    advice: () => "A token is never sent to another host. Report it to Microsoft.",
    facts
  },

  AuthorityUnavailable: { ...authentication, exit: "network" },
  CredentialUnavailable: { ...authentication, what: unavailable },
  InteractionRequired: {
    ...authentication,
    what: (error) =>
      isLogin(error) && error.diagnostics.codes.length === 0
        ? "The sign-in has ended, or is gone."
        : authentication.what(error),
    advice: (error) => isLogin(error) ? "Sign in again: lcw login." : undefined
  },
  InvalidClient: {
    ...authentication,
    advice: ({ credential, diagnostics: { codes } }) =>
      people.has(credential) && codes.includes(noProof)
        ? "For people to sign in to it, allow public client flows in the app registration, under Authentication."
        : undefined
  },
  InvalidTokenRequest: authentication,
  MalformedTokenResponse: { ...authentication, exit: "service" },
  TenantNotAllowed: authentication,
  TokenThrottled: { ...authentication, exit: "throttled" },
  DeviceCodeExpired: {
    ...authentication,
    what: () => "Nobody entered the code in time.",
    advice: () => "Start again, and enter the code before it expires."
  },
  AuthorizationDeclined: {
    ...authentication,
    what: ({ diagnostics: { description } }) =>
      `The sign-in was declined.${description === undefined ? "" : ` The authority said: "${description}".`}`,
    advice: () => "Sign in again and accept, or have an administrator consent to the permissions."
  },
  CredentialMisconfigured: { exit: "usage", what: ({ option, reason }) => `${given(option)} ${reason}.` },

  MissingCredentials: {
    exit: "authentication",
    what: ({ missing }) =>
      missing.every(({ variable }) => variable === Methods.tokenVariable.variable)
        ? "There is no token."
        : `There is no ${Text.list(missing.map(({ name }) => name))} to get a token with.`,
    advice: ({ advice, missing }) => {
      const options = missing.flatMap(({ option }) => option === undefined ? [] : [`--${option}`])
      return [
        `Set ${Text.list(missing.map(({ variable }) => variable))} in the environment${
          options.length === 0 ? "" : `, or give ${Text.list(options)}`
        }. At a terminal, lcw asks.`,
        ...(advice === undefined ? [] : [advice])
      ].join("\n")
    }
  },
  NotSignedIn: {
    exit: "authentication",
    what: ({ message }) => `${message}.`,
    advice: () => "Sign in with lcw login, or choose another way to get a token with --auth."
  },
  TokenStoreError: { exit: "authentication", what: message },
  UsageError: { exit: "usage", what: ({ reason }) => reason, advice: ({ advice }) => advice },
  ListenError: {
    exit: "network",
    what: message,
    advice: () => "Choose another port with --port, or 0 for any that is free."
  },
  QuitException: { exit: "interrupted" },
  OutputClosed: { exit: "success" }
}

/** Query options; whatever else is at fault is in a body. */
const optionNames: { readonly [O in Query.Option]: true } = {
  select: true,
  expand: true,
  filter: true,
  orderBy: true,
  search: true,
  top: true,
  skip: true,
  count: true
}

const entry = (failure: Failure): Entry<Failure> => table[failure._tag] as Entry<Failure>

/**
 * The exit code of a failure.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const exitCode = (failure: Failure): ExitCode.Name => {
  const { exit } = entry(failure)
  return typeof exit === "function" ? exit(failure) : exit
}

/**
 * What is said of a failure on stderr; empty for those that the user wanted.
 *
 * @since 0.1.0
 * @category Rendering
 */
export const render = (failure: Failure, sink: { readonly colors: boolean }): string => {
  const { advice, facts, what } = entry(failure)
  if (what === undefined) return ""
  const lines = (text: string | undefined) =>
    text === undefined || text === "" ? [] : text.split("\n").map(Text.sanitize)
  const said = [
    ...lines(what(failure)),
    ...lines(advice?.(failure)),
    ...lines(facts?.(failure)).map((line) => Style.paint(sink, "faint", line))
  ]
  return said.map((line, index) => `${index === 0 ? `${Style.paint(sink, "bad", "lcw:")} ` : "     "}${line}\n`).join(
    ""
  )
}
