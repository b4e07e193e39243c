import * as Entity from "@effect-msgraph/domain/Entity"
import * as Ids from "@effect-msgraph/domain/Ids"
import * as Processing from "@effect-msgraph/domain/Processing"
import * as Tasks from "@effect-msgraph/domain/Tasks"
import type { Any } from "@effect-msgraph/domain/Tasks/Definition"
import { describe, it } from "@effect/vitest"
import { assertFalse, assertInclude, assertNone, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, Either, FastCheck as fc, Option, ParseResult, Schema } from "effect"
import * as payloads from "./payloads.js"
import * as reference from "./reference.js"

/** The built-in tasks as Microsoft's pages have them. */
interface Documented {
  readonly tasks: ReadonlyArray<{
    readonly taskDefinitionId: string
    readonly displayName: string
    readonly description: string
    readonly categories: ReadonlyArray<string>
    readonly version: number
    readonly arguments: ReadonlyArray<{
      readonly name: string
      readonly valueType: string
      readonly allowedValues: ReadonlyArray<string>
      readonly requiredInferred: boolean
    }>
  }>
  readonly docExamples: ReadonlyArray<{ readonly n: number; readonly json: typeof Tasks.Input.Encoded }>
}

const documented = (): Documented => reference.tasks()

const encode = Schema.encodeEither(Tasks.Input, { errors: "all" })
const encodeSync = Schema.encodeSync(Tasks.Input)
const decodeInput = Schema.decodeUnknownSync(Tasks.Input)
const decodeTask = Schema.decodeUnknownSync(Entity.schema(Processing.Task))

const all: ReadonlyArray<Any> = Object.values<Any>(Tasks.definitions)

const groups = [
  "06269010-2d8e-48e4-8f0e-33580720c9e1",
  "06bba22c-775e-42d8-b451-4221af061af0",
  "182f68db-6513-4e79-9ec2-a7e89a460e7f"
].map((id) => Ids.GroupId.make(id))

const users = (...ids: ReadonlyArray<string>): ReadonlyArray<Ids.UserId> => ids.map((id) => Ids.UserId.make(id))

const user = Ids.UserId.make("e94ad2cd-d590-4b39-8e46-bb4f8e293f85")

const extension = Ids.CustomTaskExtensionId.make("db454f14-4dd0-4e3b-9a55-0f6a6b1f7e2c")

/** What is wrong with a task, each with its path. */
const problems = (task: Tasks.Input): ReadonlyArray<string> =>
  Either.match(encode(task), {
    onLeft: (error) =>
      ParseResult.ArrayFormatter.formatErrorSync(error).map(({ message, path }) => `${path.join(".")}: ${message}`),
    onRight: () => []
  })

/** A task as it would be if somebody had written it without the builders. */
const raw = (
  definition: Any,
  ...args: ReadonlyArray<readonly [name: string, value?: string | undefined]>
): Tasks.Input =>
  Tasks.custom({
    taskDefinitionId: definition.id,
    displayName: definition.displayName,
    arguments: args.map(([name, value]) => value === undefined ? { name } : { name, value })
  })

const { addUserToGroups, disableUserAccount, generateTapAndSendEmail, runCustomTaskExtension, sendWelcomeEmail } =
  Tasks.definitions

const tap = (tapLifetimeMinutes: number): Tasks.Input =>
  Tasks.generateTapAndSendEmail({ tapLifetimeMinutes, tapIsUsableOnce: true })

describe("Tasks.definitions", () => {
  it("has each task once, under the name of its builder", () => {
    strictEqual(all.length, 25)
    strictEqual(new Set(all.map(({ id }) => id.toLowerCase())).size, 25)
    for (const [name, definition] of Object.entries<Any>(Tasks.definitions)) {
      strictEqual(definition.name, name)
      strictEqual(definition.version, 1)
      strictEqual(typeof (Tasks as unknown as Record<string, unknown>)[name], "function", name)
      assertTrue(definition.summary.endsWith("."), name)
    }
  })

  it("names builders after the service's names", () => {
    // "TAP" is a word, the article goes, and so does the apostrophe
    const camel = (displayName: string): string =>
      displayName.replace(/ a (?=Custom)/, " ").replaceAll("’", "").split(" ")
        .map((word, index) =>
          index === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()
        )
        .join("")
    for (const { displayName, name } of all) strictEqual(name, camel(displayName))
  })

  it("knows the facts that matter", () => {
    strictEqual(addUserToGroups.id, "22085229-5809-45e8-97fd-270d28d66910")
    strictEqual(addUserToGroups.arguments.groupIds.name, "groupID")
    strictEqual(addUserToGroups.arguments.groupIds.separator, ", ")
    strictEqual(sendWelcomeEmail.arguments.cc.separator, ",")
    strictEqual(runCustomTaskExtension.id, "4262b724-8dba-4fad-afc3-43fcbb497a0e")
    strictEqual(runCustomTaskExtension.arguments.customTaskExtensionId.name, "customTaskExtensionID")
    strictEqual(generateTapAndSendEmail.arguments.tapLifetimeMinutes.minimum, 10)
    strictEqual(generateTapAndSendEmail.arguments.tapLifetimeMinutes.maximum, 43000)
    deepStrictEqual(disableUserAccount.arguments.disableOnPremisesAccount.values, ["true", "false"])
    deepStrictEqual(sendWelcomeEmail.categories, ["joiner"])
    deepStrictEqual(Tasks.definitions.revokeAllRefreshTokensForUser.categories, ["leaver", "mover"])
  })

  it("are found by id, in upper and in lower case", () => {
    for (const definition of all) {
      deepStrictEqual(Tasks.find(definition.id.toLowerCase()), Option.some(definition))
      deepStrictEqual(Tasks.find(definition.id.toUpperCase()), Option.some(definition))
    }
    assertNone(Tasks.find("d79d1fcc-16be-490c-a865-f4533b1639ee"))
  })

  it.skipIf(!reference.available)("are those of Microsoft's pages", () => {
    const { tasks } = documented()
    deepStrictEqual(all.map(({ id }) => id), tasks.map(({ taskDefinitionId }) => taskDefinitionId))
    for (const task of tasks) {
      const definition = Option.getOrThrow(Tasks.find(task.taskDefinitionId))
      strictEqual(definition.displayName, task.displayName)
      strictEqual(definition.description, task.description)
      strictEqual(definition.version, task.version)
      deepStrictEqual(definition.categories, task.categories)
      deepStrictEqual(
        Object.values(definition.arguments).map(({ name, required, valueType, values }) => ({
          name,
          valueType,
          allowedValues: values,
          requiredInferred: required
        })),
        task.arguments.map(({ allowedValues, name, requiredInferred, valueType }) => ({
          name,
          valueType,
          allowedValues,
          requiredInferred
        }))
      )
    }
  })

  it.skipIf(!reference.available)("are those that the service lists", () => {
    const list = reference.examples().find(({ docPage }) => docPage.endsWith("list-taskdefinitions"))!
    deepStrictEqual(
      all.map((definition) => ({
        category: definition.categories.join(","),
        description: definition.description,
        displayName: definition.displayName,
        id: definition.id,
        version: definition.version,
        parameters: Object.values(definition.arguments).map(({ name, valueType, values }) => ({
          name,
          values,
          valueType
        }))
      })),
      list.response.body.value
    )
  })
})

const mail = (subject: string, body: string, ...cc: ReadonlyArray<string>) => ({
  cc: users(...cc),
  customSubject: subject,
  customBody: body,
  locale: "en-us"
})

const joinerLeaver = ["joiner", "leaver"] as const

/** What the builders have to be told for each example of Microsoft's page of arguments, by its number there. */
const examples: Record<number, Tasks.Input> = {
  1: Tasks.sendWelcomeEmail({
    displayName: "Send Welcome Email",
    ...mail(
      "Welcome to the organization {{userDisplayName}}!",
      "Welcome to our organization {{userGivenName}} {{userSurname}}.\n\nFor more information, reach out to your manager {{managerDisplayName}} at {{managerEmail}}.",
      "e94ad2cd-d590-4b39-8e46-bb4f8e293f85",
      "ac17d108-60cd-4eb2-a4b4-084cacda33f2"
    )
  }),
  2: Tasks.generateTapAndSendEmail({
    displayName: "Generate TAP and Send Email",
    tapLifetimeMinutes: 480,
    tapIsUsableOnce: false,
    ...mail(
      "Temporary access pass for your new employee {{userDisplayName}}",
      "Hello {{managerDisplayName}}\n\nPlease find the temporary access pass for your new employee {{userDisplayName}} below:\n\n{{temporaryAccessPass}}\n\nRegards\nYour IT department",
      "068fa0c1-fa00-4f4f-8411-e968d921c3e7",
      "9d208c40-7eb6-46ff-bebd-f30148c39b47"
    )
  }),
  3: Tasks.addUserToGroups({
    groupIds: groups,
    displayName: "AddUserToGroup",
    description: "Add user to groups",
    category: joinerLeaver,
    continueOnError: true
  }),
  4: Tasks.addUserToTeams({
    teamIds: groups,
    displayName: "AddUserToTeam",
    description: "Add user to team",
    category: joinerLeaver,
    continueOnError: true
  }),
  5: Tasks.enableUserAccount({
    displayName: "EnableUserAccount",
    description: "Enable user account",
    continueOnError: true
  }),
  7: Tasks.disableUserAccount({
    displayName: "DisableUserAccount",
    description: "Disable user account",
    continueOnError: true
  }),
  8: Tasks.removeUserFromSelectedGroups({ groupIds: groups, category: ["leaver"], continueOnError: true }),
  9: Tasks.removeUserFromAllGroups({ continueOnError: true }),
  10: Tasks.removeUserFromSelectedTeams({
    teamIds: ["TeamId1", "TeamId2", "TeamId3", "..."].map((id) => Ids.GroupId.make(id)),
    category: joinerLeaver,
    continueOnError: true
  }),
  11: Tasks.removeUserFromAllTeams({
    displayName: "Remove user from all Teams memberships",
    description: "Remove user from all Teams",
    continueOnError: true
  }),
  12: Tasks.removeAllLicensesForUser({ continueOnError: true }),
  13: Tasks.deleteUserAccount({ continueOnError: true }),
  14: Tasks.sendEmailToNotifyManagerOfUserMove(mail(
    "{{userDisplayName}} has moved",
    "Hello {{managerDisplayName}}\n\nwe are reaching out to let you know {{userDisplayName}} has moved in the organization.\n\nRegards\nYour IT department",
    "ac17d108-60cd-4eb2-a4b4-084cacda33f2",
    "7d3ee937-edcc-46b0-9e2c-f832e01231ea"
  )),
  15: Tasks.sendEmailBeforeUsersLastDay({
    displayName: "Send email before user's last day",
    description: "Send offboarding email to user's manager before the last day of work",
    ...mail(
      "Reminder that {{userDisplayName}}'s last day is coming up",
      "Hello {{managerDisplayName}}\n\nthis is a reminder that {{userDisplayName}}'s last day is coming up.\n\nRegards\nYour IT department",
      "068fa0c1-fa00-4f4f-8411-e968d921c3e7",
      "e94ad2cd-d590-4b39-8e46-bb4f8e293f85"
    )
  }),
  16: Tasks.sendEmailOnUsersLastDay({
    displayName: "Send email on user's last day",
    description: "Send offboarding email to user's manager on the last day of work",
    ...mail(
      "{{userDisplayName}}'s last day",
      "Hello {{managerDisplayName}}\n\nthis is a reminder that {{userDisplayName}}'s last day is today and their access will be revoked.\n\nRegards\nYour IT department",
      "068fa0c1-fa00-4f4f-8411-e968d921c3e7",
      "e94ad2cd-d590-4b39-8e46-bb4f8e293f85"
    )
  }),
  17: Tasks.sendEmailAfterUsersLastDay({
    displayName: "Send offboarding email to user's manager after the last day of work",
    description: "Send email after user's last day",
    continueOnError: true
  }),
  18: Tasks.requestUserAccessPackageAssignment({
    assignmentPolicyId: Ids.AccessPackageAssignmentPolicyId.make("00d6fd25-6695-4f4a-8186-e4c6f901d2c1"),
    accessPackageId: Ids.AccessPackageId.make("2ae5d6e5-6cbe-4710-82f2-09ef6ffff0d0")
  }),
  19: Tasks.removeAccessPackageAssignmentForUser({
    accessPackageId: Ids.AccessPackageId.make("2ae5d6e5-6cbe-4710-82f2-09ef6ffff0d0")
  }),
  20: Tasks.removeAllAccessPackageAssignmentsForUser(),
  21: Tasks.cancelPendingAccessPackageAssignmentRequestsForUser({
    displayName: "Cancel all pending access package assignment requests for user",
    description: "Cancel all access package assignment requests pending for the user",
    category: ["leaver"]
  }),
  22: Tasks.sendOnboardingReminderEmail(mail(
    "Reminder: {{userDisplayName}} is starting soon",
    "Hello {{managerDisplayName}}\n\nthis is a reminder that {{userDisplayName}} is starting soon.\n\nRegards\nYour IT department",
    "e94ad2cd-d590-4b39-8e46-bb4f8e293f85",
    "068fa0c1-fa00-4f4f-8411-e968d921c3e7"
  ))
}

/** Examples that no builder makes, and why. */
const notBuilt: Record<number, string> = {
  6: "It has an id that the service's list of definitions does not have, and a placeholder that is no id."
}

describe("builders", () => {
  it("fill in what the definition knows", () => {
    deepStrictEqual(encodeSync(Tasks.addUserToGroups({ groupIds: groups })), {
      taskDefinitionId: "22085229-5809-45e8-97fd-270d28d66910",
      category: "joiner,leaver,mover",
      displayName: "Add user to groups",
      description: "Add user to selected groups",
      isEnabled: true,
      continueOnError: false,
      arguments: [{
        name: "groupID",
        value:
          "06269010-2d8e-48e4-8f0e-33580720c9e1, 06bba22c-775e-42d8-b451-4221af061af0, 182f68db-6513-4e79-9ec2-a7e89a460e7f"
      }]
    })
  })

  it("let everything be said otherwise", () => {
    deepStrictEqual(
      encodeSync(Tasks.disableUserAccount({
        disableOnPremisesAccount: true,
        displayName: "Lock out",
        description: "On the last day",
        category: ["leaver"],
        isEnabled: false,
        continueOnError: true,
        executionSequence: 2
      })),
      {
        taskDefinitionId: "1dfdfcc7-52fa-4c2e-bf3a-e3919cc12950",
        category: "leaver",
        displayName: "Lock out",
        description: "On the last day",
        isEnabled: false,
        continueOnError: true,
        executionSequence: 2,
        arguments: [{ name: "disableOnPremisesAccount", value: "true" }]
      }
    )
  })

  it("leave out an empty description, no category and undefined arguments", () => {
    deepStrictEqual(
      encodeSync(Tasks.sendWelcomeEmail({ description: "", category: [], cc: [], to: undefined, customSubject: "" })),
      {
        taskDefinitionId: "70b29d51-b59a-4773-9280-8841dfd3f2ea",
        displayName: "Send welcome email",
        isEnabled: true,
        continueOnError: false,
        arguments: [{ name: "customSubject", value: "" }]
      }
    )
  })

  it("write licenses", () => {
    const licenses = [Ids.SkuId.make("a403ebcc-fae0-4ca2-8c8c-7a907fd6c235")]
    const argument = [{ name: "licenses", value: "a403ebcc-fae0-4ca2-8c8c-7a907fd6c235" }]
    deepStrictEqual(Tasks.assignLicensesToUser({ licenses }).arguments, argument)
    deepStrictEqual(Tasks.removeLicensesFromUser({ licenses }).arguments, argument)
  })

  it("write the id of a custom task extension under the name that the service has for it", () => {
    deepStrictEqual(Tasks.runCustomTaskExtension({ customTaskExtensionId: extension }).arguments, [
      { name: "customTaskExtensionID", value: extension }
    ])
  })

  it("make the body of Microsoft's example of a new workflow", () => {
    deepStrictEqual(
      [
        Tasks.enableUserAccount({ displayName: "Enable User Account", category: [] }),
        Tasks.sendWelcomeEmail({ displayName: "Send Welcome Email", category: [] })
      ].map((task) => encodeSync(task)),
      [
        {
          continueOnError: false,
          description: "Enable user account in the directory",
          displayName: "Enable User Account",
          isEnabled: true,
          taskDefinitionId: "6fc52c9d-398b-4305-9763-15f42c1676fc",
          arguments: []
        },
        {
          continueOnError: false,
          description: "Send welcome email to new hire",
          displayName: "Send Welcome Email",
          isEnabled: true,
          taskDefinitionId: "70b29d51-b59a-4773-9280-8841dfd3f2ea",
          arguments: []
        }
      ]
    )
  })

  it.skipIf(!reference.available)("make every example of Microsoft's page of arguments", () => {
    for (const { json, n } of documented().docExamples) {
      if (n in notBuilt) {
        assertNone(Tasks.parse(decodeInput(json)))
        continue
      }
      deepStrictEqual(encodeSync(examples[n]!), json)
      deepStrictEqual(encodeSync(Tasks.make(Option.getOrThrow(Tasks.parse(decodeInput(json))))), json)
    }
  })
})

describe("Tasks.custom", () => {
  it("sends what it is given", () => {
    deepStrictEqual(
      encodeSync(Tasks.custom({
        taskDefinitionId: Ids.TaskDefinitionId.make("2c8f4a1b-7d3e-4f9c-8a5b-6e1d2c3f4a5b"),
        displayName: "Update user attributes",
        category: ["mover"],
        arguments: [{ name: "attributeUpdates", value: "[]" }, { name: "groupid", value: "" }]
      })),
      {
        taskDefinitionId: "2c8f4a1b-7d3e-4f9c-8a5b-6e1d2c3f4a5b",
        category: "mover",
        displayName: "Update user attributes",
        isEnabled: true,
        continueOnError: false,
        arguments: [{ name: "attributeUpdates", value: "[]" }, { name: "groupid", value: "" }]
      }
    )
  })

  it("needs no more than an id and a name", () => {
    const taskDefinitionId = Ids.TaskDefinitionId.make("2c8f4a1b-7d3e-4f9c-8a5b-6e1d2c3f4a5b")
    const task = Tasks.custom({ taskDefinitionId, displayName: "x", description: "", category: [] })
    deepStrictEqual(task, {
      taskDefinitionId,
      displayName: "x",
      isEnabled: true,
      continueOnError: false,
      arguments: []
    })
    assertNone(Tasks.parse(task))
  })
})

describe("Tasks.Input", () => {
  it("has both limits of a pass", () => {
    deepStrictEqual(problems(tap(10)), [])
    deepStrictEqual(problems(tap(43000)), [])
    const message =
      "arguments.0.value: Generate TAP and send email: the argument \"tapLifetimeMinutes\" takes a whole number from 10 to 43000"
    for (const minutes of [9, 43001, 0, -10, 10.5, NaN, Infinity, 1e21]) {
      deepStrictEqual(problems(tap(minutes)), [message])
    }
    for (const minutes of ["0x20", "1e2", " 480", "", "480 minutes"]) {
      deepStrictEqual(
        problems(raw(generateTapAndSendEmail, ["tapLifetimeMinutes", minutes], ["tapIsUsableOnce", "true"])),
        [message]
      )
    }
  })

  it("needs at least one group", () => {
    deepStrictEqual(problems(Tasks.addUserToGroups({ groupIds: groups.slice(0, 1) })), [])
    for (const value of ["", " ", ",", undefined]) {
      deepStrictEqual(problems(raw(addUserToGroups, ["groupID", value])), [
        "arguments.0.value: Add user to groups: the argument \"groupID\" takes one or more of GroupId, with commas between them"
      ])
    }
    deepStrictEqual(problems(raw(addUserToGroups)), [
      "arguments: Add user to groups: the argument \"groupID\" is missing"
    ])
  })

  it("takes an id with a comma for what it is", () => {
    const groupIds = [Ids.GroupId.make(`${groups[0]},${groups[1]}`)]
    strictEqual(problems(Tasks.addUserToGroups({ groupIds })).length, 1)
    assertNone(Tasks.parse(Tasks.addUserToGroups({ groupIds })))
  })

  it("finds a name that is spelled otherwise, and what is missing therefore", () => {
    deepStrictEqual(problems(raw(addUserToGroups, ["groupId", groups[0]!])), [
      "arguments.0.name: Add user to groups: the argument \"groupID\" is spelled in another way",
      "arguments: Add user to groups: the argument \"groupID\" is missing"
    ])
  })

  it("finds an argument that is given twice", () => {
    deepStrictEqual(problems(raw(addUserToGroups, ["groupID", groups[0]!], ["groupID", groups[1]!])), [
      "arguments.1.name: Add user to groups: the argument \"groupID\" is given twice"
    ])
  })

  it("lets an argument pass that the service may have added since", () => {
    deepStrictEqual(
      problems(raw(Tasks.definitions.removeAllAccessPackageAssignmentsForUser, ["daysUntilExpiration", "15"])),
      []
    )
  })

  it("has truth values in lower case only", () => {
    deepStrictEqual(problems(raw(disableUserAccount, ["disableOnPremisesAccount", "false"])), [])
    for (const value of ["True", "1", "", "yes"]) {
      deepStrictEqual(problems(raw(disableUserAccount, ["disableOnPremisesAccount", value])), [
        "arguments.0.value: Disable user account: the argument \"disableOnPremisesAccount\" takes \"true\" or \"false\""
      ])
    }
  })

  it("knows who can get a mail", () => {
    for (const to of ["User", "Manager", "Sponsors", user] as const) {
      deepStrictEqual(problems(Tasks.sendWelcomeEmail({ to })), [])
      deepStrictEqual(
        problems(Tasks.generateTapAndSendEmail({ tapLifetimeMinutes: 10, tapIsUsableOnce: true, to })),
        []
      )
    }
    for (const to of ["Managers", "user", "somebody", "", "a@example.com", "User/otherMails"]) {
      strictEqual(problems(raw(sendWelcomeEmail, ["to", to])).length, 1, to)
    }
    const pass = (to: `User/${string}`): Tasks.Input =>
      Tasks.generateTapAndSendEmail({ tapLifetimeMinutes: 10, tapIsUsableOnce: true, to })
    for (
      const to of [
        "User/otherMails",
        "User/customSecurityAttributes/Contact/mail",
        "User/extension_b7d8e648520f41d3b9c0fdeb91768a0a_mail",
        "User/onPremisesExtensionAttributes/extensionAttribute1",
        "User/onPremisesExtensionAttributes/extensionAttribute15"
      ] as const
    ) {
      deepStrictEqual(problems(pass(to)), [], to)
    }
    for (
      const to of [
        "User/",
        "User/other mails",
        "User/customSecurityAttributes",
        "User/customSecurityAttributes/Contact",
        "User/onPremisesExtensionAttributes",
        "User/onPremisesExtensionAttributes/extensionAttribute0",
        "User/onPremisesExtensionAttributes/extensionAttribute16"
      ] as const
    ) {
      strictEqual(problems(pass(to)).length, 1, to)
    }
  })

  it("has no copies of a mail to sponsors", () => {
    deepStrictEqual(problems(Tasks.sendWelcomeEmail({ to: "Sponsors", cc: [] })), [])
    deepStrictEqual(problems(Tasks.sendWelcomeEmail({ to: "Manager", cc: [user] })), [])
    deepStrictEqual(problems(Tasks.sendWelcomeEmail({ to: "Sponsors", cc: [user] })), [
      "arguments.0.name: Send welcome email: the argument \"cc\" cannot stand beside \"to\": \"Sponsors\""
    ])
  })

  it("knows what a language is", () => {
    for (const locale of ["en-us", "de", "zh-Hans-CN"]) {
      deepStrictEqual(problems(Tasks.sendWelcomeEmail({ locale })), [])
    }
    for (const locale of ["", "english please", "en_us"]) {
      strictEqual(problems(Tasks.sendWelcomeEmail({ locale })).length, 1, locale)
    }
  })

  it("says everything that is wrong at once, and none of the values", () => {
    const error = encode(Tasks.generateTapAndSendEmail({
      tapLifetimeMinutes: 7,
      tapIsUsableOnce: true,
      locale: "somebody@example.com",
      customSubject: "a secret"
    }))
    assertTrue(Either.isLeft(error))
    const text = String(error)
    assertInclude(text, "tapLifetimeMinutes")
    assertInclude(text, "locale")
    for (const value of ["somebody", "secret", "\"7\""]) assertFalse(text.includes(value), text)
  })

  it("needs a name", () => {
    strictEqual(problems(Tasks.enableUserAccount({ displayName: "" })).length, 1)
  })

  it("takes a task that was read, and leaves its id for a new version alone", () => {
    const { id, ...rest } = payloads.task
    const task = decodeTask(payloads.task)
    deepStrictEqual(encodeSync(task), rest)
    deepStrictEqual(Schema.encodeSync(Tasks.VersionInput)(task), { id, ...rest })
    deepStrictEqual(
      Schema.encodeSync(Tasks.VersionInput)({ ...Tasks.make(Option.getOrThrow(Tasks.parse(task))), id: task.id }),
      { id, ...rest }
    )
    assertTrue(Either.isLeft(Schema.encodeEither(Tasks.VersionInput)(tap(9))))
  })

  it("reads null as nothing", () => {
    const task = decodeInput({
      taskDefinitionId: sendWelcomeEmail.id,
      displayName: "x",
      description: null,
      arguments: [{ name: "cc", value: null }]
    })
    deepStrictEqual(task, {
      taskDefinitionId: sendWelcomeEmail.id,
      displayName: "x",
      arguments: [{ name: "cc" }]
    })
    deepStrictEqual(
      Option.map(Tasks.parse(task), (typed) => typed._tag === "sendWelcomeEmail" ? typed.cc : "?"),
      Option.some(undefined)
    )
  })

  it("round trip", () => {
    fc.assert(fc.property(Arbitrary.make(Tasks.VersionInput), (task) => {
      const encoded = Schema.encodeSync(Tasks.VersionInput)(task)
      const decoded = Schema.decodeSync(Tasks.VersionInput)(encoded)
      deepStrictEqual(Schema.encodeSync(Tasks.VersionInput)(decoded), encoded)
    }))
  })
})

describe("Tasks.parse", () => {
  it("says which builder, and of what", () => {
    deepStrictEqual(
      Tasks.parse(decodeTask(payloads.task)),
      Option.some({
        _tag: "addUserToGroups",
        groupIds: [Ids.GroupId.make("e5659cb0-bcbb-4a9f-9092-90f72bd19028")],
        displayName: "Add User To Groups",
        description: "Add user to selected groups",
        category: ["joiner", "leaver"],
        continueOnError: false,
        executionSequence: 2,
        isEnabled: true
      })
    )
  })

  it("reads a template's blank list, to be filled in", () => {
    const typed = Option.getOrThrow(Tasks.parse(raw(addUserToGroups, ["groupID", ""])))
    assertTrue(typed._tag === "addUserToGroups")
    deepStrictEqual(typed.groupIds, [])
    deepStrictEqual(problems(Tasks.make({ ...typed, groupIds: groups })), [])
  })

  it("reads identifiers with spaces around them or without", () => {
    const read = (value: string): ReadonlyArray<Ids.GroupId> => {
      const typed = Option.getOrThrow(Tasks.parse(raw(addUserToGroups, ["groupID", value])))
      return typed._tag === "addUserToGroups" ? typed.groupIds : []
    }
    deepStrictEqual(read(groups.join(",")), groups)
    deepStrictEqual(read(` ${groups.join(" ,  ")},`), groups)
  })

  it("reads nothing where the builder could not say the same", () => {
    assertNone(Tasks.parse(raw(addUserToGroups)))
    assertNone(Tasks.parse(raw(addUserToGroups, ["groupID"])))
    assertNone(Tasks.parse(raw(addUserToGroups, ["groupID", "a b"])))
    assertNone(Tasks.parse(raw(addUserToGroups, ["groupID", groups[0]!], ["groupID", groups[0]!])))
    assertNone(Tasks.parse(raw(addUserToGroups, ["groupID", groups[0]!], ["more", ""])))
    assertNone(Tasks.parse(raw(sendWelcomeEmail, ["to", "Managers"])))
    assertNone(Tasks.parse(raw(sendWelcomeEmail, ["toString", ""])))
    assertNone(Tasks.parse(tap(9)))
  })

  it.skipIf(!reference.available)("reads every task in Microsoft's examples, and makes it again", () => {
    let count = 0
    const visit = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(visit)
      else if (typeof value === "object" && value !== null) {
        if ("taskDefinitionId" in value) {
          count++
          const task = decodeInput({ arguments: [], ...value }, { errors: "first" })
          deepStrictEqual(Tasks.make(Option.getOrThrow(Tasks.parse(task))), task)
        }
        Object.values(value).forEach(visit)
      }
    }
    for (const { request, response } of reference.examples()) {
      // templates have blank lists, which a request may not have
      if (!JSON.stringify(response.body ?? null).includes("\"value\":\"\"")) visit([request, response.body])
    }
    assertTrue(count > 20)
  })

  // Everything a builder can be told, with the arguments in the table's types.
  const typed: fc.Arbitrary<Tasks.Typed> = fc.oneof(
    ...all.map((definition) => {
      const required: Record<string, fc.Arbitrary<unknown>> = {}
      const optional: Record<string, fc.Arbitrary<unknown>> = {}
      for (const [key, argument] of Object.entries(definition.arguments)) {
        const value = Arbitrary.make(Schema.typeSchema(argument.schema))
        ;(argument.required ? required : optional)[key] = argument.separator === undefined
          ? value
          : value.filter((list) => (list as ReadonlyArray<unknown>).length > 0)
      }
      const common = {
        _tag: fc.constant(definition.name),
        displayName: fc.string({ minLength: 1 }),
        description: fc.string(),
        category: fc.subarray(["joiner", "leaver", "mover"]),
        isEnabled: fc.boolean(),
        continueOnError: fc.boolean()
      }
      return fc.record(
        { ...required, ...optional, ...common, executionSequence: fc.integer({ min: 1, max: 25 }) },
        { requiredKeys: [...Object.keys(common), ...Object.keys(required)] as Array<keyof typeof common> }
      ) as fc.Arbitrary<unknown> as fc.Arbitrary<Tasks.Typed>
    })
  )

  it("is the inverse of the builders", () => {
    fc.assert(
      fc.property(typed, (value) => {
        deepStrictEqual(Tasks.parse(Tasks.make(value)), Option.some(value))
      }),
      { numRuns: 500 }
    )
  })

  it("is so over the wire, where the schema lets it pass", () => {
    fc.assert(
      fc.property(typed, (value) => {
        const task = Tasks.make(value)
        const sponsors = "to" in value && value.to === "Sponsors" && "cc" in value && value.cc !== undefined
        deepStrictEqual(problems(task).length, sponsors ? 1 : 0)
        if (sponsors) return
        deepStrictEqual(Tasks.parse(decodeInput(JSON.parse(JSON.stringify(encodeSync(task))))), Option.some(value))
      }),
      { numRuns: 500 }
    )
  })
})
