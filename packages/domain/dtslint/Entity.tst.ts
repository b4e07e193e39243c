import { type Directory, Entity, type Ids, Processing } from "@effect-msgraph/domain"
import type { DateTime, Schema } from "effect"
import { describe, expect, test } from "tstyche"

type Result = Processing.UserProcessingResultEntity

describe("Entity.Projected", () => {
  test("is a plain object type, simple to read", () => {
    expect<Entity.Projected<Result, { readonly select: readonly ["id", "failedTasksCount"] }>>().type.toBe<
      { readonly id: Ids.UserProcessingResultId; readonly failedTasksCount: number }
    >()
  })

  test("select of names that are not known makes each optional", () => {
    expect<Entity.Projected<Result, { readonly select: ReadonlyArray<"id" | "failedTasksCount" | "subject"> }>>().type
      .toBe<{
        readonly id?: Ids.UserProcessingResultId
        readonly failedTasksCount?: number
        readonly subject?: { readonly id: Ids.UserId }
      }>()
  })

  test("an empty select, none, and undefined are the default", () => {
    expect<Entity.Projected<Result, { readonly select: readonly [] }>>().type.toBe<Processing.UserProcessingResult>()
    expect<Entity.Projected<Result, { readonly select: undefined }>>().type.toBe<Processing.UserProcessingResult>()
    expect<Entity.Projected<Result, {}>>().type.toBe<Processing.UserProcessingResult>()
    expect<Entity.Projected<Result, { readonly expand: {} }>>().type.toBe<Processing.UserProcessingResult>()
    expect<Entity.Projected<Result, undefined>>().type.toBe<Processing.UserProcessingResult>()
  })

  test("expand adds a navigation under its own projection", () => {
    expect<
      Entity.Projected<Result, {
        readonly select: readonly ["id"]
        readonly expand: {
          readonly subject: { readonly select: readonly ["displayName"] }
          readonly taskProcessingResults: {
            readonly select: readonly ["id"]
            readonly expand: { readonly task: { readonly select: readonly ["displayName"] } }
          }
        }
      }>
    >().type.toBe<{
      readonly id: Ids.UserProcessingResultId
      readonly subject: { readonly displayName?: string | undefined }
      readonly taskProcessingResults: ReadonlyArray<
        { readonly id: Ids.TaskProcessingResultId; readonly task: { readonly displayName: string } }
      >
    }>()
  })

  test("expand replaces what comes inline", () => {
    expect<
      Entity.Projected<Result, { readonly select: readonly ["subject"]; readonly expand: { readonly subject: true } }>
    >().type.toBe<{ readonly subject: Directory.User }>()
    expect<
      Entity.Projected<
        Result,
        { readonly select: ReadonlyArray<"subject">; readonly expand: { readonly subject: true } }
      >
    >().type.toBe<{ readonly subject: Directory.User }>()
  })

  test("what may be expanded or not is there or not", () => {
    expect<
      Entity.Projected<Result, {
        readonly select: readonly ["id"]
        readonly expand: { readonly taskProcessingResults: { readonly select: readonly ["id"] } | undefined }
      }>
    >().type.toBe<{
      readonly id: Ids.UserProcessingResultId
      readonly taskProcessingResults?: ReadonlyArray<{ readonly id: Ids.TaskProcessingResultId }>
    }>()
    expect<
      Entity.Projected<Result, {
        readonly select: readonly ["id"]
        readonly expand: { readonly taskProcessingResults?: { readonly select: readonly ["id"] } }
      }>
    >().type.toBe<{
      readonly id: Ids.UserProcessingResultId
      readonly taskProcessingResults?: ReadonlyArray<{ readonly id: Ids.TaskProcessingResultId }>
    }>()
  })

  test("an entity within itself", () => {
    expect<
      Entity.Projected<Processing.RunEntity, {
        readonly select: readonly ["id"]
        readonly expand: { readonly reprocessedRuns: { readonly select: readonly ["id"] } }
      }>
    >().type.toBe<
      { readonly id: Ids.RunId; readonly reprocessedRuns: ReadonlyArray<{ readonly id: Ids.RunId }> }
    >()
  })
})

describe("Entity.SelectKey", () => {
  test("names properties, and the navigation that comes inline", () => {
    expect<"subject">().type.toBeAssignableTo<Entity.SelectKey<Result>>()
    expect<"taskProcessingResults">().type.not.toBeAssignableTo<Entity.SelectKey<Result>>()
    expect<Entity.SelectKey<typeof Directory.Group>>().type.toBe<"id" | "displayName">()
    expect<Entity.InlineKey<Processing.TaskProcessingResultEntity>>().type.toBe<"subject" | "task">()
    expect<Entity.InlineKey<Processing.RunEntity>>().type.toBe<never>()
  })
})

describe("Entity.schema", () => {
  test("is of the projected type", () => {
    expect(Entity.schema(Processing.UserProcessingResult)).type.toBe<
      Schema.Schema<Processing.UserProcessingResult, any>
    >()
    expect(Entity.schema(Processing.UserProcessingResult, { select: ["id", "startedDateTime"] })).type.toBe<
      Schema.Schema<
        { readonly id: Ids.UserProcessingResultId; readonly startedDateTime?: DateTime.Utc | undefined },
        any
      >
    >()
    expect(
      Entity.schema(Processing.UserProcessingResult, {
        select: ["id"],
        expand: { subject: { select: ["displayName"] } }
      })
    ).type.toBe<
      Schema.Schema<
        {
          readonly id: Ids.UserProcessingResultId
          readonly subject: { readonly displayName?: string | undefined }
        },
        any
      >
    >()
  })

  test("takes no name that the entity does not have", () => {
    expect(Entity.schema).type.not.toBeCallableWith(Processing.Run, { select: ["failedTaskCount"] })
    expect(Entity.schema).type.not.toBeCallableWith(Processing.Run, { select: ["id", "reprocessedRuns"] })
    expect(Entity.schema).type.not.toBeCallableWith(Processing.Run, { select: ["id"], slect: ["id"] })
    expect(Entity.schema).type.not.toBeCallableWith(Processing.Run, { expand: { reprocessedRun: true } })
    expect(Entity.schema).type.not.toBeCallableWith(Processing.Run, {
      expand: { reprocessedRuns: true, reprocessedRun: true }
    })
  })
})

describe("Entity.make", () => {
  test("knows its parts", () => {
    expect<typeof Processing.Run["sortable"][number]>().type.toBe<
      | "completedDateTime"
      | "lastUpdatedDateTime"
      | "processingStatus"
      | "scheduledDateTime"
      | "startedDateTime"
      | "workflowExecutionType"
    >()
  })
})
