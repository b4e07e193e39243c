import { type Ids, ODataType, type OpenEnum, Processing } from "@effect-msgraph/domain"
import { Schema } from "effect"
import { describe, expect, test } from "tstyche"

declare const scope: Processing.ActivationScope

describe("ODataType", () => {
  test("a union is told apart by its tag, and has a case for what is not known", () => {
    expect(scope._tag).type.toBe<
      | "ActivateUserScope"
      | "ActivateGroupScope"
      | "ActivateRunScope"
      | "ActivateProcessingResultScope"
      | "Unknown"
    >()
    if (scope._tag === "ActivateGroupScope") {
      expect(scope).type.toBe<
        { readonly _tag: "ActivateGroupScope"; readonly group?: { readonly id: Ids.GroupId } | undefined }
      >()
    }
    if (scope._tag === "Unknown") expect(scope).type.toBe<ODataType.Unknown>()
  })

  test("a schema of one's own is of its type", () => {
    expect(ODataType.union("example", { Circle: { radius: Schema.Number } })).type.toBe<
      Schema.Schema<{ readonly _tag: "Circle"; readonly radius: number } | ODataType.Unknown, any>
    >()
  })
})

describe("OpenEnum", () => {
  test("has its members and those that are not known, and no other text", () => {
    expect<"completed">().type.toBeAssignableTo<Processing.ProcessingStatus>()
    expect<OpenEnum.Unknown>().type.toBeAssignableTo<Processing.ProcessingStatus>()
    expect<"somethingNew">().type.not.toBeAssignableTo<Processing.ProcessingStatus>()
    expect<string>().type.not.toBeAssignableTo<Processing.ProcessingStatus>()
  })

  test("the guard narrows to the members", () => {
    const status: string = "completed"
    if (Processing.ActivationTaskScope.is(status)) {
      expect(status).type.toBe<"allTasks" | "failedTasks" | "unknownFutureValue">()
    }
  })
})

describe("Ids", () => {
  test("are of different brands, and no plain text", () => {
    expect<Ids.RunId>().type.not.toBeAssignableTo<Ids.WorkflowId>()
    expect<Ids.UserId>().type.not.toBeAssignableTo<Ids.GroupId>()
    expect<string>().type.not.toBeAssignableTo<Ids.RunId>()
    expect<Ids.RunId>().type.toBeAssignableTo<string>()
    expect<typeof Ids.RunId.Type>().type.toBe<Ids.RunId>()
  })
})
