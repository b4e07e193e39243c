import { describe, expect, it } from "@effect/vitest"
import { Either } from "effect"
import * as CommandLine from "../src/CommandLine.js"
import * as Commands from "../src/Commands.js"

const read = (line: string) => CommandLine.read(line === "" ? [] : line.split(" "))

const words = (line: string) => {
  const request = Either.getOrThrow(read(line))
  return request.help ? `help ${request.path.map(({ name }) => name).join(" ")}` : request.words.join(" ")
}

describe("CommandLine", () => {
  it("lets options stand anywhere", () => {
    expect(words("runs list --workflow x")).toBe("runs list --workflow x")
    expect(words("--cloud usgov runs list --workflow x")).toBe("runs list --cloud usgov --workflow x")
    expect(words("--cloud=usgov runs --verbose list")).toBe("runs list --cloud=usgov --verbose")
    expect(words("--tenant-id runs results list")).toBe("results list --tenant-id runs")
    expect(words("runs list --workflow list")).toBe("runs list --workflow list")
  })

  it("puts the log level where it is looked for", () => {
    expect(words("runs list --workflow x --log-level debug --json")).toBe(
      "runs list --log-level debug --workflow x --json"
    )
    expect(words("runs list --log-level=debug")).toBe("runs list --log-level=debug")
    expect(words("runs list -- --log-level debug")).toBe("runs list -- --log-level debug")
  })

  it("takes words that stand alone, wherever they are, for the option that they are for", () => {
    expect(words("workflows create a.yaml")).toBe("workflows create --file a.yaml")
    expect(words("workflows update - --workflow x --json")).toBe("workflows update --file - --workflow x --json")
    expect(words("workflows update --workflow x a.yaml")).toBe("workflows update --workflow x --file a.yaml")
    expect(words("workflows create -- -odd-.yaml")).toBe("workflows create --file -odd-.yaml")
    expect(words("permissions workflows.* --access delegated settings.get")).toBe(
      "permissions --operation workflows.* --access delegated --operation settings.get"
    )
    expect(words("runs list x")).toBe("runs list x")
  })

  it("knows what asks for help", () => {
    expect(words("")).toBe("help lcw")
    expect(words("runs")).toBe("help lcw runs")
    expect(words("runs list -h")).toBe("help lcw runs list")
    expect(words("--help runs list")).toBe("help lcw runs list")
    expect(words("nonsense --help")).toBe("help lcw")
    expect(words("runs list -- --help")).toBe("runs list -- --help")
    expect(words("--completions bash")).toBe("--completions bash")
    expect(words("runs list --version")).toBe("--version")
  })

  it("has no wizard", () => {
    expect(Either.isLeft(read("runs list --wizard"))).toBe(true)
  })

  it("says what a misspelt command may have meant", () => {
    expect(Either.flip(read("runz list"))).toMatchObject(Either.right({
      reason: "\"runz\" is no command of lcw. Did you mean runs?",
      advice: `It has: ${Commands.node.children.map(({ name }) => name).join(", ")}.`
    }))
    expect(Either.flip(read("runs delete"))).toMatchObject(Either.right({
      reason: "\"delete\" is no command of lcw runs.",
      advice: "It has: list, get, tasks, summary, watch."
    }))
  })
})
