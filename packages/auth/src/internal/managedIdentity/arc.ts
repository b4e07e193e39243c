/** Azure Arc's second step: whoever can read a file that only its group may read is who he says. */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as AuthError from "../../AuthError.js"
import * as file_ from "../file.js"
import * as wire from "../wire.js"

const maxBytes = 4096

/** The file that a 401 names, if it is one of the folder, so that an endpoint cannot have any other file read. */
export const keyFile = (challenge: string | undefined, folder: string): string | undefined => {
  const path = /^\s*Basic\s+realm="?([^",]+?)"?\s*$/i.exec(challenge ?? "")?.[1]
  if (path === undefined) return undefined
  const windows = folder.includes("\\")
  const inside = windows
    ? path.toLowerCase().startsWith(folder.toLowerCase())
    : path.startsWith(folder)
  return inside && /^[^\\/:\0]+\.key$/i.test(path.slice(folder.length)) ? path : undefined
}

/** The content of that file. */
export const readKey = (
  fileSystem: FileSystem.FileSystem,
  subject: wire.Subject,
  answer: wire.Answer,
  folder: string
): Effect.Effect<Redacted.Redacted<string>, AuthError.AuthError> =>
  Effect.gen(function*() {
    const file = keyFile(answer.headers["www-authenticate"], folder)
    if (file === undefined) {
      return yield* wire.malformed(subject, "its 401 does not name a key file of its own folder", answer.status)
    }
    const unreadable = new AuthError.CredentialUnavailable({
      credential: subject.credential,
      reason: "the key file of Azure Arc cannot be read; " +
        "add this user to the group himds (on Windows: Hybrid agent extension applications)",
      diagnostics: AuthError.noDiagnostics
    })
    const tooLarge = wire.malformed(subject, `the key file that it names is larger than ${maxBytes} bytes`, 401)
    const bytes = yield* Effect.catchAll(
      file_.read(fileSystem, file, maxBytes),
      (fault): Effect.Effect<never, AuthError.AuthError> => {
        switch (fault) {
          case "not a file":
            return wire.malformed(subject, "the key file that it names is not a file", 401)
          case "too large":
            return tooLarge
          default:
            return Effect.fail(unreadable)
        }
      }
    )
    const key = new TextDecoder().decode(bytes).trim()
    if (!/^[\x21-\x7e]+$/.test(key)) {
      return yield* wire.malformed(subject, "the key file that it names holds no key", 401)
    }
    return Redacted.make(key)
  })

export const withKey = (
  request: HttpClientRequest.HttpClientRequest,
  key: Redacted.Redacted<string>
): HttpClientRequest.HttpClientRequest =>
  HttpClientRequest.setHeader(request, "authorization", `Basic ${Redacted.value(key)}`)
