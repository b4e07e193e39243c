/** A small file with a secret in it, read as a whole. */
import type * as PlatformError from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"

/** Why it cannot be read. Of the platform's error only this is kept: the rest holds the path. */
export type Fault = "missing" | "forbidden" | "not a file" | "too large" | "unreadable"

const fault = (error: PlatformError.PlatformError): Fault => {
  if (error._tag !== "SystemError") return "unreadable"
  switch (error.reason) {
    case "NotFound":
      return "missing"
    case "PermissionDenied":
      return "forbidden"
    default:
      return "unreadable"
  }
}

export const read = (
  fileSystem: FileSystem.FileSystem,
  path: string,
  maxSize: number
): Effect.Effect<Uint8Array, Fault> =>
  Effect.gen(function*() {
    const info = yield* Effect.mapError(fileSystem.stat(path), fault)
    // A pipe or a device may have no end.
    if (info.type !== "File") return yield* Effect.fail<Fault>("not a file")
    if (info.size > BigInt(maxSize)) return yield* Effect.fail<Fault>("too large")
    const bytes = yield* Effect.mapError(fileSystem.readFile(path), fault)
    // It may have grown in between.
    return bytes.length > maxSize ? yield* Effect.fail<Fault>("too large") : bytes
  })
