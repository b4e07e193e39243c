/**
 * The folder in which `lcw` keeps sign-ins.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { homedir } from "node:os"

/**
 * The variable that names another folder.
 *
 * @since 0.1.0
 * @category Data
 */
export const variable = "LCW_HOME"

const read = (name: string): Effect.Effect<Option.Option<string>> => Effect.option(Config.nonEmptyString(name))

/**
 * The folder: `LCW_HOME`, or else `lcw` in `LOCALAPPDATA` on Windows, and elsewhere in `XDG_STATE_HOME` or `~/.local/state`.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 * @since 0.1.0
 * @category Accessors
 */
export const folder: Effect.Effect<string, never, Path.Path> = Effect.gen(function*() {
  const path = yield* Path.Path
  const named = yield* read(variable)
  if (Option.isSome(named)) return path.resolve(named.value)
  const home = Option.getOrElse(yield* read("HOME"), homedir)
  if (process.platform === "win32") {
    const local = Option.getOrElse(yield* read("LOCALAPPDATA"), () => path.join(homedir(), "AppData", "Local"))
    return path.join(local, "lcw")
  }
  // One that is not absolute is to be ignored, says the specification.
  const state = Option.filter(yield* read("XDG_STATE_HOME"), path.isAbsolute)
  return path.join(Option.getOrElse(state, () => path.join(home, ".local", "state")), "lcw")
})

/**
 * The file that tells who is signed in.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const loginsFile: Effect.Effect<string, never, Path.Path> = Effect.flatMap(
  folder,
  (folder) => Effect.map(Path.Path, (path) => path.join(folder, "logins.json"))
)
