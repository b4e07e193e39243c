import { GraphEmulator } from "@effect-msgraph/emulator"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { admin, answering, emulator, lcw, result, withToken } from "./utils.js"

const { workflowId } = result

const yaml = `# a joiner
category: joiner
displayName: Onboard from a file
executionConditions:
  "@odata.type": "#microsoft.graph.identityGovernance.triggerAndScopeBasedConditions"
  scope:
    "@odata.type": "#microsoft.graph.identityGovernance.ruleBasedSubjectSet"
    rule: (country eq 'Australia')
  trigger:
    "@odata.type": "#microsoft.graph.identityGovernance.timeBasedAttributeTrigger"
    timeBasedAttribute: employeeHireDate
    offsetInDays: -7
tasks:
  - displayName: Enable User Account
    taskDefinitionId: 6fc52c9d-398b-4305-9763-15f42c1676fc
    arguments: []
`

/** Aliases of aliases of aliases: a few lines that stand for millions of values. */
const bomb = Array.from("bcdefgh", (name, index) => {
  const before = "abcdefg"[index]
  return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(",")}]`
}).reduce((text, line) => `${text}\n${line}`, "a: &a [x,x,x,x,x,x,x,x,x]")

/** The operations that reached Graph. */
const requested = Effect.flatMap(
  GraphEmulator.GraphEmulator,
  ({ requests }) =>
    Effect.map(
      requests,
      (entries) => entries.filter(({ endpoint }) => endpoint === "graph").map(({ operation }) => operation)
    )
)

const files = (text: string) => ({ env: admin, files: { "w.yaml": text } })

const get = (id: string) => lcw(["workflows", "get", "--workflow", id, "--json"], { env: admin })

describe("writing", () => {
  it.effect("creates a workflow from YAML, and says what it made in a line", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw(["workflows", "create", "w.yaml"], files(yaml))
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
      const id = /^Created workflow "Onboard from a file" \(([\w-]+), version 1\)\n$/.exec(stdout)?.[1]
      expect(id).toBeDefined()
      const created = JSON.parse((yield* get(id!)).stdout)
      expect(created.executionConditions.trigger.offsetInDays).toBe(-7)
      expect(created.tasks).toHaveLength(1)
    }).pipe(Effect.provide(emulator)))

  it.effect("prints the result as JSON, and reads JSON, and standard input", () =>
    Effect.gen(function*() {
      const read = (yield* lcw(["workflows", "create", "w.yaml", "--dry-run", "--json"], files(yaml))).stdout
      const body = JSON.stringify(JSON.parse(read).body)
      const { code, stdout } = yield* lcw(["workflows", "create", "--json", "-"], { env: admin, files: { "-": body } })
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ displayName: "Onboard from a file", version: 1 })
    }).pipe(Effect.provide(emulator)))

  it.effect("names file, line, column and path of everything that is wrong, and sends nothing", () =>
    Effect.gen(function*() {
      const wrong = yaml
        .replace("offsetInDays: -7", "offsetInDays: 1000")
        .replace("displayName: Onboard", "isEnabeld: true\ndisplayName: Onboard")
        .replace("displayName: Enable User Account", "displayName: 7\n    colour: red")
        .replace("    taskDefinitionId: 6fc52c9d-398b-4305-9763-15f42c1676fc\n", "")
      const { code, stderr, stdout } = yield* lcw(["workflows", "create", "w.yaml"], files(wrong))
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
      const lines = stderr.split("\n")
      expect(lines).toHaveLength(7)
      expect(lines[0]).toBe("lcw: w.yaml:3:1 isEnabeld: is not known here. Did you mean isEnabled?")
      expect(lines[1]).toMatch(
        /^ {5}w\.yaml:13:19 executionConditions\.trigger\.offsetInDays: offsetInDays must be .* from -180 to 180/
      )
      expect(lines[2]).toBe("     w.yaml:15:5 tasks[0].taskDefinitionId: is missing")
      expect(lines[3]).toBe(
        "     w.yaml:15:18 tasks[0].displayName: expected a non-empty string, found a number; write it in quotes"
      )
      expect(lines[4]).toMatch(/^ {5}w\.yaml:16:5 tasks\[0\]\.colour: is not known here\. Known: .*displayName/)
      expect(lines[5]).toMatch(/^ {5}What goes into it: https:/)
      expect(yield* requested).toEqual([])
    }).pipe(Effect.provide(emulator)))

  it.effect("tells of types that nobody knows or that are missing", () =>
    Effect.gen(function*() {
      const misspelt = yield* lcw(
        ["workflows", "create", "w.yaml"],
        files(yaml.replace("ruleBasedSubjectSet", "rules"))
      )
      expect(misspelt.stderr).toMatch(
        /^lcw: w\.yaml:7:20 executionConditions\.scope\.@odata\.type: "#\S+\.rules" is no type known here\n/
      )
      const missing = yield* lcw(["workflows", "create", "w.yaml"], files(yaml.replace(/ {4}"@odata.*Set"\n/, "")))
      expect(missing.stderr).toMatch(/^lcw: w\.yaml:7:5 executionConditions\.scope\.@odata\.type: is missing\n/)
    }).pipe(Effect.provide(answering())))

  it.effect("tells where a file is no JSON and no YAML", () =>
    Effect.gen(function*() {
      const cases = [
        ["{\n  \"displayName\": \"x\"\n  \"description\": \"y\"\n}", /^lcw: w\.yaml:3:3 .*,/],
        ["displayName: x\ndisplayName: y", /^lcw: w\.yaml:2:1 .*unique/],
        ["displayName: [x", /^lcw: w\.yaml:1:\d+ /],
        ["", /^lcw: w\.yaml: it is empty\n/],
        ["null", /^lcw: w\.yaml: it is empty\n/],
        ["a: 1\n---\nb: 2\n", /^lcw: w\.yaml:2:1 Source contains multiple documents\n/],
        ["displayName: !!js/function x", /^lcw: w\.yaml:1:14 Unresolved tag/],
        ["\ufeffdisplayName: x\r\ndescriptio: y\r\n", /^lcw: w\.yaml:2:1 descriptio: .* Did you mean description\?\n/],
        ["{ \"__proto__\": { \"displayName\": \"x\" } }", /^lcw: w\.yaml:1:3 __proto__: is not known here/],
        [bomb, /^lcw: w\.yaml: it refers to itself too often\n/],
        ["- a", /^lcw: w\.yaml:1:1 the document: expected /],
        ["a: &a [x]\nb: *c", /^lcw: w\.yaml(?::\d+:\d+)?/]
      ] as const
      for (const [text, message] of cases) {
        const { code, stderr } = yield* lcw(["workflows", "update", "w.yaml", "--workflow", "w"], files(text))
        expect({ text, code }).toEqual({ text, code: 2 })
        expect(stderr).toMatch(message)
      }
      const none = yield* lcw(["workflows", "update", "no.yaml", "--workflow", "w"], files(""))
      expect(none).toMatchObject({ code: 2, stderr: "lcw: no.yaml cannot be read: not found.\n" })
    }).pipe(Effect.provide(answering())))

  it.effect("takes no body twice, and asks for one", () =>
    Effect.gen(function*() {
      const cases = [
        [["workflows", "create"], "lcw: FILE is missing."],
        [["workflows", "create", "a", "b"], "lcw: There is more than one FILE."],
        [["workflows", "activate", "--workflow", "w"], "lcw: FILE or --user is missing."],
        [
          ["workflows", "activate", "--workflow", "w", "--user", "u", "w.yaml"],
          "lcw: Give a file or --user, not both."
        ],
        [
          ["workflows", "activate-with-scope", "--workflow", "w", "--user", "u", "--group", "g"],
          "lcw: Give only one of --user, --group, --run and --result."
        ]
      ] as const
      for (const [args, message] of cases) {
        const { code, stderr } = yield* lcw(args, files(yaml))
        expect({ code, first: stderr.split("\n")[0] }).toEqual({ code: 2, first: message })
      }
    }).pipe(Effect.provide(answering())))

  it.effect("updates, and clears with null", () =>
    Effect.gen(function*() {
      const { stdout } = yield* lcw(
        ["workflows", "update", "w.yaml", "--workflow", workflowId],
        files("displayName: Renamed\ndescription: null")
      )
      expect(stdout).toBe(`Updated workflow ${workflowId}\n`)
      const updated = JSON.parse((yield* get(workflowId)).stdout)
      expect(updated.displayName).toBe("Renamed")
      expect(updated.description ?? null).toBe(null)
    }).pipe(Effect.provide(emulator)))

  it.effect("makes a new version from the file that a workflow was made from", () =>
    Effect.gen(function*() {
      const { stdout } = yield* lcw(["workflows", "new-version", "w.yaml", "--workflow", workflowId], files(yaml))
      expect(stdout).toBe(
        `Made a new version of workflow "Onboard from a file" (${workflowId}, version 2)\n`
      )
      const wrong = files(yaml.replace("joiner\n", "joiner\ncolour: red\n"))
      const { stderr } = yield* lcw(["workflows", "new-version", "w.yaml", "--workflow", workflowId], wrong)
      expect(stderr).toMatch(/^lcw: w\.yaml:2:1 colour: |^lcw: w\.yaml:3:1 colour: /)
    }).pipe(Effect.provide(emulator)))

  it.effect("deletes nothing when there is nobody to ask", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw(["workflows", "delete", "--workflow", workflowId], { env: admin })
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
      expect(stderr).toBe(
        "lcw: Nothing was deleted: there is nobody to ask.\n     Give --yes to delete without being asked.\n"
      )
      expect(yield* requested).toEqual([])
    }).pipe(Effect.provide(emulator)))

  it.effect("deletes when somebody says yes, and not when somebody says no", () =>
    Effect.gen(function*() {
      const remove = ["workflows", "delete", "--workflow", workflowId]
      const terminal = { env: admin, terminals: ["stdin", "stderr"] } as const
      const no = yield* lcw(remove, { ...terminal, typed: "n" })
      expect({ code: no.code, stdout: no.stdout }).toEqual({ code: 0, stdout: "" })
      expect(no.stderr).toContain(`(workflow ${workflowId})?`)
      expect(no.stderr).toMatch(/Nothing was deleted\.\n$/)
      expect(yield* requested).toEqual([])
      const given = yield* lcw(remove, { ...terminal, typed: "\u0003" })
      expect(given.code).toBe(130)
      const yes = yield* lcw(remove, { ...terminal, typed: "y" })
      expect(yes).toMatchObject({ code: 0, stdout: `Deleted workflow ${workflowId}\n` })
      expect((yield* get(workflowId)).code).toBe(5)

      const restored = yield* lcw(["workflows", "restore", "--workflow", workflowId], { env: admin })
      expect(restored.stdout).toMatch(new RegExp(`^Restored workflow ".*" \\(${workflowId}, version 1\\)\n$`))
      expect((yield* lcw([...remove, "--yes"], { env: admin })).stdout).toBe(`Deleted workflow ${workflowId}\n`)
    }).pipe(Effect.provide(emulator)))

  it.effect("activates for users, given by options or by a file", () =>
    Effect.gen(function*() {
      const users = ["ea09ac2e-77e3-4134-85f2-25ccf3c33387", "8cdf25a8-c9d2-423e-a03d-3f39f03c3e97"] as const
      const activate = ["workflows", "activate", "--workflow", workflowId]
      const { code, stdout } = yield* lcw(
        [...activate, "--user", users[0], "--no-color", "--user", users[1]],
        { env: admin }
      )
      expect({ code, stdout }).toEqual({ code: 0, stdout: `Activated workflow ${workflowId}\n` })
      const file = yield* lcw([...activate, "w.yaml"], files(`subjects: [{ id: ${users[0]} }]`))
      expect(file.code).toBe(0)
      const many = yield* lcw([...activate, ...Array.from({ length: 11 }, (_, i) => `--user=u${i}`)], { env: admin })
      expect(many.stderr).toMatch(/^lcw: subjects: the subjects of one activation must be from 1 to 10, actual 11\n/)
      expect(yield* requested).toEqual(["workflows.activate", "workflows.activate"])
    }).pipe(Effect.provide(emulator)))

  it.effect("makes small bodies from options", () =>
    Effect.gen(function*() {
      const type = (name: string) => `#microsoft.graph.identityGovernance.${name}`
      const cases = [
        [
          ["workflows", "activate-with-scope", "--workflow", "w", "--run", "r", "--failed-users"],
          {
            scope: {
              "@odata.type": type("activateRunScope"),
              run: { id: "r" },
              taskScope: "allTasks",
              userScope: "failedUsers"
            }
          }
        ],
        [
          ["workflows", "activate-with-scope", "--workflow", "w", "--result", "a", "--result", "b", "--failed-tasks"],
          {
            scope: {
              "@odata.type": type("activateProcessingResultScope"),
              processingResults: [{ id: "a" }, { id: "b" }],
              taskScope: "failedTasks"
            }
          }
        ],
        [
          ["workflows", "activate-with-scope", "--workflow", "w", "--group", "g"],
          { scope: { "@odata.type": type("activateGroupScope"), group: { id: "g" } } }
        ],
        [
          ["workflows", "activate-and-wait", "--workflow", "w", "--user", "u"],
          {
            subject: {
              "@odata.type": type("directoryObjectWorkflowSubject"),
              directoryObject: { "@odata.type": "#microsoft.graph.user", id: "u" }
            }
          }
        ],
        [
          ["workflows", "preview", "--workflow", "w", "--user", "u"],
          { subjects: [{ "@odata.type": "#microsoft.graph.user", id: "u" }] }
        ],
        [
          ["workflows", "cancel", "--workflow", "w", "--run", "r"],
          { scope: { "@odata.type": type("cancelRunsScope"), runs: [{ id: "r" }] } }
        ],
        [
          ["results", "resume", "--workflow", "w", "--task", "t", "--result", "r", "--status", "completed"],
          { data: { operationStatus: "completed" } }
        ]
      ] as const
      for (const [args, body] of cases) {
        const { code, stdout } = yield* lcw([...args, "--dry-run", "--json"], { env: {} })
        expect(code).toBe(0)
        expect(JSON.parse(stdout).body).toEqual(body)
      }
    }).pipe(Effect.provide(answering())))

  it.effect("shows the request instead of sending it, without a credential", () =>
    Effect.gen(function*() {
      const update = ["workflows", "update", "w.yaml", "--workflow", "w", "--dry-run"]
      const options = { env: {}, files: { "w.yaml": "displayName: Renamed" } }
      expect(yield* lcw([...update, "--cloud", "china"], options)).toEqual({
        code: 0,
        stderr: "",
        stdout: [
          "PATCH https://microsoftgraph.chinacloudapi.cn/v1.0/identityGovernance/lifecycleWorkflows/workflows/w",
          "{",
          "  \"displayName\": \"Renamed\"",
          "}",
          ""
        ].join("\n")
      })
      const json = yield* lcw([...update, "--json"], options)
      expect(JSON.parse(json.stdout)).toEqual({
        method: "PATCH",
        url: "https://graph.microsoft.com/v1.0/identityGovernance/lifecycleWorkflows/workflows/w",
        headers: { "content-type": "application/json" },
        body: { displayName: "Renamed" }
      })
      const remove = yield* lcw(["workflows", "delete", "--workflow", "w", "--dry-run"], options)
      expect(remove.stdout).toMatch(/^DELETE https:\/\/graph\.microsoft\.com\/\S+\/w\n$/)
      const cancel = ["workflows", "cancel", "--workflow", "w", "--run", "r", "--dry-run", "--cloud", "usgov"]
      expect(yield* lcw(cancel, options)).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/^lcw: This does not exist in the cloud US Government L4\.\n/)
      })
    }).pipe(Effect.provide(answering())))

  it.effect("prints what an action found out", () =>
    Effect.gen(function*() {
      const { stderr, stdout } = yield* lcw(["workflows", "preview-failures", "--workflow", "w"], { env: withToken })
      expect(stdout).toBe("NAME         FAILURE REASON  TASK ID\nDelete User  no role         t\n")
      expect(stderr).toBe("1 failing task\n")
    }).pipe(Effect.provide(
      answering({ value: [{ definitionId: "d", failureReason: "no role", name: "Delete User", taskId: "t" }] })
    )))
})
