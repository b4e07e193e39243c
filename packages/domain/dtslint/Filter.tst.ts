import { Filter, Ids, LifecycleWorkflowsApi as api, Operation } from "@effect-msgraph/domain"
import type { CustomTaskExtension, Processing, TaskDefinition, Workflow } from "@effect-msgraph/domain"
import { DateTime } from "effect"
import { describe, expect, test } from "tstyche"

declare const workflowId: Ids.WorkflowId
declare const runId: Ids.RunId

type Run = Filter.For<Processing.RunEntity>
type Result = Filter.For<Processing.UserProcessingResultEntity>
type Definition = Filter.For<TaskDefinition.TaskDefinitionEntity>

const date = DateTime.unsafeMake("2026-01-01T00:00:00Z")
const { all, and, any, contains, eq, ge, guid, has, in: isIn, ne, not, or, startsWith } = Filter

describe("Filter.For", () => {
  test("has the properties that can be filtered by, and no other", () => {
    expect(eq("processingStatus", "failed")).type.toBeAssignableTo<Run>()
    expect(eq("failedTasksCount", 1)).type.not.toBeAssignableTo<Run>()
    expect(eq("processingstatus", "failed")).type.not.toBeAssignableTo<Run>()
    expect(eq("id", "a")).type.not.toBeAssignableTo<Run>()
    expect(eq("processingStatus" as string, "failed")).type.not.toBeAssignableTo<Run>()
    expect(eq("id", Ids.TaskId.make("a"))).type.toBeAssignableTo<Filter.For<Processing.TaskEntity>>()
  })

  test("has the operators of each property, and no other", () => {
    expect(ge("startedDateTime", date)).type.toBeAssignableTo<Run>()
    expect(ge("processingStatus", "failed")).type.not.toBeAssignableTo<Run>()
    expect(startsWith("processingStatus", "f")).type.not.toBeAssignableTo<Run>()
    expect(contains("processingStatus", "f")).type.not.toBeAssignableTo<Run>()
    expect(has("processingStatus", "failed")).type.not.toBeAssignableTo<Run>()
    expect(any("processingStatus")).type.not.toBeAssignableTo<Run>()
    expect(has("category", "joiner")).type.toBeAssignableTo<Definition>()
    expect(any("parameters")).type.toBeAssignableTo<Definition>()
    expect(any("parameters", eq("name", "groupID"))).type.toBeAssignableTo<Definition>()
    expect(all("parameters", eq("name", "groupID"))).type.not.toBeAssignableTo<Definition>()
  })

  test("one of several, where equality is supported", () => {
    expect(isIn("processingStatus", ["failed", "canceled"])).type.toBeAssignableTo<Run>()
    expect(isIn("startedDateTime", [date])).type.toBeAssignableTo<Run>()
    expect(isIn("processingStatus", [5])).type.not.toBeAssignableTo<Run>()
    expect(Filter.in).type.not.toBeCallableWith("processingStatus", [])
  })

  test("takes values of the property's type", () => {
    expect(eq("startedDateTime", "2026-01-01")).type.not.toBeAssignableTo<Run>()
    expect(eq("processingStatus", date)).type.not.toBeAssignableTo<Run>()
    expect(eq("processingStatus", 5)).type.not.toBeAssignableTo<Run>()
    expect(eq("version", 2)).type.toBeAssignableTo<Definition>()
    expect(eq("version", "2")).type.not.toBeAssignableTo<Definition>()
    expect(eq("isEnabled", true)).type.toBeAssignableTo<Filter.For<Workflow.WorkflowEntity>>()
    expect(eq("isEnabled", "true")).type.not.toBeAssignableTo<Filter.For<Workflow.WorkflowEntity>>()
  })

  test("takes null of whatever can be compared", () => {
    expect(ne("startedDateTime", null)).type.toBeAssignableTo<Run>()
    expect(eq("subject/id", null)).type.toBeAssignableTo<Result>()
  })

  test("takes the members of an enumeration that are known, misspelt ones only by their brand", () => {
    expect(eq("processingStatus", "faild")).type.not.toBeAssignableTo<Run>()
    expect(eq("category", "joiner")).type.toBeAssignableTo<Definition>()
    expect(eq("category", "joyner")).type.not.toBeAssignableTo<Definition>()
    expect(has("category", "joyner")).type.not.toBeAssignableTo<Definition>()
  })

  test("compares an entity by its id", () => {
    expect(eq("subject/id", "ea09ac2e")).type.toBeAssignableTo<Result>()
    expect(eq("subject/id", Ids.UserId.make("ea09ac2e"))).type.toBeAssignableTo<Result>()
    expect(eq("subject/id", 5)).type.not.toBeAssignableTo<Result>()
    expect(eq("subject", "ea09ac2e")).type.not.toBeAssignableTo<Result>()
    expect(eq("subject/displayName", "ea09ac2e")).type.not.toBeAssignableTo<Result>()
    expect(eq("createdBy/id", "ea09ac2e")).type.toBeAssignableTo<
      Filter.For<CustomTaskExtension.CustomTaskExtensionEntity>
    >()
  })

  test("combines what it has, at any depth", () => {
    expect(and(eq("processingStatus", "failed"), ge("startedDateTime", date))).type.toBeAssignableTo<Run>()
    expect(or(not(eq("processingStatus", "failed")), and(ge("startedDateTime", date), ne("completedDateTime", null))))
      .type.toBeAssignableTo<Run>()
    expect(and(eq("processingStatus", "failed"))).type.toBe<Filter.Compare<"processingStatus", "eq", "failed">>()
    expect(and(eq("processingStatus", "failed"), eq("failedTasksCount", 1))).type.not.toBeAssignableTo<Run>()
    expect(not(eq("failedTasksCount", 1))).type.not.toBeAssignableTo<Run>()
    expect(or(not(and(eq("processingStatus", "failed"), eq("id", "a"))), ge("startedDateTime", date)))
      .type.not.toBeAssignableTo<Run>()
    expect(Filter.and).type.not.toBeCallableWith()
    expect(Filter.or).type.not.toBeCallableWith()
  })

  test("is what the operation takes", () => {
    expect(Operation.request).type.toBeCallableWith(api.listRuns, { workflowId }, {
      filter: and(eq("processingStatus", "failed"), ge("startedDateTime", date)),
      select: ["id"]
    })
    expect(Operation.request).type.not.toBeCallableWith(api.listRuns, { workflowId }, {
      filter: eq("failedTasksCount", 1)
    })
    expect(Operation.request).type.not.toBeCallableWith(api.listRuns, { workflowId }, { filter: "a eq 1" })
    expect(Operation.request).type.toBeCallableWith(api.listRunUserProcessingResults, { workflowId, runId }, {
      filter: eq("subject/id", "a")
    })
    expect(Operation.request).type.not.toBeCallableWith(api.listRunUserProcessingResults, { workflowId, runId }, {
      expand: { subject: { filter: eq("id", "a") } }
    })
    expect<{ filter: Run }>().type.toBeAssignableTo<Operation.QueryFor<typeof api.listRuns>>()
  })

  test("is a filter like any other to the encoder", () => {
    expect(Filter.encode).type.toBeCallableWith({} as Run)
    expect(Filter.encode).type.toBeCallableWith(eq("a", guid("b")))
    expect<Run>().type.toBeAssignableTo<Filter.Any>()
  })
})
