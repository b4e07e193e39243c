import * as Ids from "@effect-msgraph/domain/Ids"
import type * as Processing from "@effect-msgraph/domain/Processing"
import * as Tasks from "@effect-msgraph/domain/Tasks"
import type { Option, Schema } from "effect"
import { describe, expect, it } from "tstyche"

const group = Ids.GroupId.make("06269010-2d8e-48e4-8f0e-33580720c9e1")
const user = Ids.UserId.make("e94ad2cd-d590-4b39-8e46-bb4f8e293f85")
const accessPackageId = Ids.AccessPackageId.make("2ae5d6e5-6cbe-4710-82f2-09ef6ffff0d0")

describe("builders", () => {
  it("make the task of a request", () => {
    expect(Tasks.addUserToGroups({ groupIds: [group] })).type.toBe<Tasks.Input>()
    expect(Tasks.removeUserFromAllGroups()).type.toBe<Tasks.Input>()
    expect(Tasks.custom({ taskDefinitionId: Ids.TaskDefinitionId.make("1"), displayName: "x" })).type.toBe<
      Tasks.Input
    >()
  })

  it("need what the task needs", () => {
    expect(Tasks.addUserToGroups).type.not.toBeCallableWith()
    expect(Tasks.addUserToGroups).type.not.toBeCallableWith({})
    expect(Tasks.addUserToGroups).type.not.toBeCallableWith({ groupIds: undefined })
    expect(Tasks.generateTapAndSendEmail).type.not.toBeCallableWith({ tapLifetimeMinutes: 480 })
    expect(Tasks.requestUserAccessPackageAssignment).type.not.toBeCallableWith({ accessPackageId })
  })

  it("need no options where all may be left out", () => {
    expect(Tasks.sendWelcomeEmail).type.toBeCallableWith()
    expect(Tasks.disableUserAccount).type.toBeCallableWith({ continueOnError: true })
    expect(Tasks.revokeAllRefreshTokensForUser).type.toBeCallableWith({ displayName: "x" })
  })

  it("take no argument of another task", () => {
    expect(Tasks.addUserToGroups).type.not.toBeCallableWith({ groupIds: [group], teamIds: [group] })
    expect(Tasks.sendWelcomeEmail).type.not.toBeCallableWith({ groupIds: [group] })
    expect(Tasks.removeUserFromAllGroups).type.not.toBeCallableWith({ groupIds: [group] })
    expect(Tasks.addUserToGroups).type.not.toBeCallableWith({ groupIDs: [group] })
  })

  it("take identifiers of the right kind", () => {
    expect(Tasks.addUserToGroups).type.not.toBeCallableWith({ groupIds: [user] })
    expect(Tasks.addUserToGroups).type.not.toBeCallableWith({ groupIds: ["06269010-2d8e-48e4-8f0e-33580720c9e1"] })
    expect(Tasks.addUserToGroups).type.not.toBeCallableWith({ groupIds: group })
    expect(Tasks.sendWelcomeEmail).type.not.toBeCallableWith({ cc: [group] })
    expect(Tasks.runCustomTaskExtension).type.not.toBeCallableWith({ customTaskExtensionId: group })
    expect(Tasks.removeAccessPackageAssignmentForUser).type.not.toBeCallableWith({ accessPackageId: group })
    expect(Tasks.assignLicensesToUser).type.not.toBeCallableWith({ licenses: [group] })
    expect(Tasks.custom).type.not.toBeCallableWith({ taskDefinitionId: "1", displayName: "x" })
    expect(Tasks.custom).type.not.toBeCallableWith({ taskDefinitionId: group, displayName: "x" })
  })

  it("take values of the right type", () => {
    expect(Tasks.generateTapAndSendEmail).type.not.toBeCallableWith({
      tapLifetimeMinutes: "480",
      tapIsUsableOnce: true
    })
    expect(Tasks.generateTapAndSendEmail).type.not.toBeCallableWith({
      tapLifetimeMinutes: 480,
      tapIsUsableOnce: "true"
    })
    expect(Tasks.disableUserAccount).type.not.toBeCallableWith({ disableOnPremisesAccount: "true" })
    expect(Tasks.enableUserAccount).type.not.toBeCallableWith({ category: ["boomerang"] })
  })

  it("know who can get a mail", () => {
    expect(Tasks.sendWelcomeEmail).type.toBeCallableWith({ to: "Sponsors" })
    expect(Tasks.sendWelcomeEmail).type.toBeCallableWith({ to: user })
    expect(Tasks.sendWelcomeEmail).type.not.toBeCallableWith({ to: "Managers" })
    expect(Tasks.sendWelcomeEmail).type.not.toBeCallableWith({ to: "User/otherMails" })
    expect(Tasks.generateTapAndSendEmail).type.toBeCallableWith({
      tapLifetimeMinutes: 480,
      tapIsUsableOnce: true,
      to: "User/otherMails"
    })
  })

  it("have readable options", () => {
    expect<Tasks.Options<"generateTapAndSendEmail">>().type.toBe<{
      readonly tapLifetimeMinutes: number
      readonly tapIsUsableOnce: boolean
      readonly cc?: ReadonlyArray<Ids.UserId> | undefined
      readonly customSubject?: string | undefined
      readonly customBody?: string | undefined
      readonly locale?: string | undefined
      readonly to?: "User" | "Manager" | "Sponsors" | Ids.UserId | `User/${string}` | undefined
      readonly displayName?: string | undefined
      readonly description?: string | undefined
      readonly category?: ReadonlyArray<Processing.TaskCategory> | undefined
      readonly isEnabled?: boolean | undefined
      readonly continueOnError?: boolean | undefined
      readonly executionSequence?: number | undefined
    }>()
  })
})

describe("Tasks.parse", () => {
  it("takes tasks of requests and of answers", () => {
    expect<Processing.Task>().type.toBeAssignableTo<Tasks.Input>()
    expect<Processing.Task>().type.toBeAssignableTo<Tasks.VersionInput>()
    expect(Tasks.parse).type.toBe<(task: Tasks.Input) => Option.Option<Tasks.Typed>>()
  })

  it("is a union to switch on", () => {
    const typed = {} as Tasks.Typed
    expect(typed._tag).type.toBe<Tasks.Name>()
    if (typed._tag === "addUserToGroups") {
      expect(typed.groupIds).type.toBe<ReadonlyArray<Ids.GroupId>>()
      expect(typed).type.not.toHaveProperty("teamIds")
    }
    expect(Tasks.make).type.toBeCallableWith(typed)
    expect(Tasks.make).type.not.toBeCallableWith({ _tag: "addUserToGroups" })
  })
})

describe("Tasks.Input", () => {
  it("is a schema without requirements", () => {
    expect<Schema.Schema.Type<typeof Tasks.Input>>().type.toBe<Tasks.Input>()
    expect<Schema.Schema.Context<typeof Tasks.VersionInput>>().type.toBe<never>()
  })
})
