import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as Fault from "../Fault.js"
import type { Service } from "../GraphEmulator.js"
import * as Message from "../Message.js"
import * as TaskFailure from "../TaskFailure.js"
import * as Users from "../Users.js"

/** Below this path a server's emulator is told what to do. Neither Graph nor Entra has it. */
const root = "/emulator/"

/** Whether a path is the control endpoint's. */
export const isControlPath = (pathname: string): boolean => pathname.startsWith(root)

const decodeRule = Schema.decodeUnknownEither(Schema.parseJson(Fault.Rule), { onExcessProperty: "error" })

const decodeTaskFailure = Schema.decodeUnknownEither(Schema.parseJson(TaskFailure.Rule), { onExcessProperty: "error" })

const decodeApproval = Schema.decodeUnknownEither(
  Schema.parseJson(Schema.Struct({ userCode: Schema.String, user: Schema.optional(Schema.String) })),
  { onExcessProperty: "error" }
)

const decodeDecline = Schema.decodeUnknownEither(
  Schema.parseJson(Schema.Struct({ userCode: Schema.optional(Schema.String) })),
  { onExcessProperty: "error" }
)

const decodeRevocation = Schema.decodeUnknownEither(Schema.parseJson(Users.Revocation), { onExcessProperty: "error" })

const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i

const answer = (status: number, body: unknown): Message.Response =>
  Message.json(status, body, { "content-type": "application/json", "cache-control": "no-store" })

const empty: Message.Response = { status: 204, headers: {}, body: "" }

/** Does as a body says, or says what is wrong with it. */
const accept = <A>(
  decoded: Either.Either<A, ParseResult.ParseError>,
  act: (value: A) => Effect.Effect<void, Users.SignInError>
): Effect.Effect<Message.Response> =>
  Either.match(decoded, {
    onLeft: (error) =>
      Effect.succeed(
        answer(400, {
          errors: ParseResult.ArrayFormatter.formatErrorSync(error).map(({ message, path }) => ({ path, message }))
        })
      ),
    onRight: (value) =>
      Effect.match(act(value), {
        onFailure: ({ message }) => answer(404, { errors: [{ path: [], message }] }),
        onSuccess: () => empty
      })
  })

const routes: {
  readonly [route: string]: (emulator: Service, request: Message.Request) => Effect.Effect<Message.Response>
} = {
  "POST faults": (emulator, request) =>
    accept(decodeRule(Message.text(request)), ({ fault, ...options }) => emulator.inject(fault, options)),
  "POST taskFailures": (emulator, request) =>
    accept(decodeTaskFailure(Message.text(request)), (rule) => emulator.failTasks(rule)),
  "POST approvals": (emulator, request) =>
    accept(decodeApproval(Message.text(request)), ({ user, userCode }) => emulator.users.approve(userCode, { user })),
  "POST declines": (emulator, request) =>
    accept(decodeDecline(Message.text(request)), ({ userCode }) => emulator.users.decline(userCode)),
  "POST revocations": (emulator, request) => accept(decodeRevocation(Message.text(request)), emulator.revoke),
  "DELETE taskFailures": (emulator) => Effect.as(emulator.clearTaskFailures, empty),
  "DELETE faults": (emulator) => Effect.as(emulator.clearFaults, empty),
  "GET requests": (emulator) => Effect.map(emulator.requests, (requests) => answer(200, { value: requests })),
  "GET counts": (emulator) => Effect.map(emulator.requestCounts, (counts) => answer(200, counts))
}

/**
 * The control endpoint's answer. It obeys no web page that a browser on this machine shows: such a page either names another host
 * or may not send JSON without being allowed to, and it never is.
 */
export const handle = (emulator: Service, request: Message.Request): Effect.Effect<Message.Response> => {
  const name = new URL(request.url).pathname.slice(root.length)
  const route = routes[`${request.method} ${name}`]
  const host = Message.header(request, "host") ?? ""
  if (!loopback.test(host) || Message.header(request, "origin") !== undefined) return Effect.succeed(answer(403, {}))
  if (route === undefined) {
    return Effect.succeed(answer(404, { routes: Object.keys(routes).map((text) => text.replace(" ", ` ${root}`)) }))
  }
  const isJson = /^application\/json\b/i.test(Message.header(request, "content-type") ?? "")
  if (request.body.length > 0 && !isJson) return Effect.succeed(answer(415, {}))
  return route(emulator, request)
}
