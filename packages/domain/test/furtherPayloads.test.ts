/** What further examples of Microsoft's pages add: those that do not lie beside the repository. */
import { Operation, Query } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Either, Schema } from "effect"
import { operationOf, resultOf, route } from "./operationPayloads.js"

const namespace = "#microsoft.graph.identityGovernance"
const workflow = "/v1.0/identityGovernance/lifecycleWorkflows/workflows/15239232-66ed-445b-8292-2f5bbb2eb833"
const container = "/v1.0/identityGovernance/lifecycleWorkflows"

const user = { id: "df744d9e-2148-4922-88a8-633896c1e929" }
const task = {
  category: "leaver",
  continueOnError: false,
  description: "Remove user from selected Teams",
  displayName: "Remove user from Teams",
  executionSequence: 1,
  id: "40eab675-1aaf-432d-b17e-053d93b0fe2e",
  isEnabled: true,
  taskDefinitionId: "06aa7acb-01af-4824-8899-b14e5ed788d6",
  arguments: [{ name: "teamID", value: "" }]
}
const conditions = {
  "@odata.type": `${namespace}.triggerAndScopeBasedConditions`,
  "scope": { "@odata.type": `${namespace}.ruleBasedSubjectSet`, "rule": "(department eq 'R&D')" },
  "trigger": {
    "@odata.type": `${namespace}.timeBasedAttributeTrigger`,
    "timeBasedAttribute": "employeeLeaveDateTime",
    "offsetInDays": -7
  }
}
const taskResult = {
  id: "78650318-7238-4e7e-852f-2c36cbeff340",
  processingStatus: "completed",
  failureReason: null,
  subject: user,
  task
}
const userResult = {
  id: "40efc576-840f-47d0-ab95-5abca800f8a2",
  failedTasksCount: 0,
  processingStatus: "completed",
  totalTasksCount: 3,
  totalUnprocessedTasksCount: 0,
  workflowExecutionType: "onDemand",
  subject: { "@odata.type": "microsoft.graph.user", ...user }
}
const definition = {
  category: "joiner,leaver",
  description: "Add user to selected groups",
  displayName: "Add User To Groups",
  id: "22085229-5809-45e8-97fd-270d28d66910",
  version: 1,
  parameters: [{ name: "groupID", values: [], valueType: "string" }]
}

/** Reads, with the printed path and query; `kept` is what of the answer comes back, where that is not all of it. */
const reads: ReadonlyArray<{
  readonly page: string
  readonly url: string
  readonly answer: Record<string, unknown>
  readonly kept?: ReadonlyArray<string>
}> = [
  {
    page: "workflow-get",
    url: `${workflow}?$select=id,displayName,executionConditions,category`,
    answer: { category: "leaver", displayName: "R&D", id: "c0548e6c", executionConditions: conditions }
  },
  {
    page: "workflow-list-versions",
    url: `${workflow}/versions?$select=category,displayName,versionNumber`,
    answer: { category: "leaver", displayName: "Post-Offboarding", versionNumber: 2 }
  },
  {
    page: "workflowversion-get",
    url: `${workflow}/versions/2?$select=category,displayName,versionNumber,executionConditions&$expand=tasks`,
    answer: {
      category: "leaver",
      displayName: "Post-Offboarding",
      versionNumber: 2,
      executionConditions: conditions,
      tasks: [task]
    }
  },
  {
    page: "workflow-list-taskreports",
    url: `${workflow}/taskReports?$select=id,failedUsersCount,processingStatus,successfulUsersCount,totalUsersCount,` +
      "unprocessedUsersCount,taskDefinition,taskProcessingResults",
    answer: {
      id: "443c7611-45df-48c0-bf5e-dc6068c402f0",
      processingStatus: "completed",
      successfulUsersCount: 1,
      failedUsersCount: 0,
      unprocessedUsersCount: 0,
      totalUsersCount: 1
    }
  },
  {
    page: "workflow-list-userprocessingresults",
    url: `${workflow}/userProcessingResults?$select=id,failedTasksCount,processingStatus,totalTasksCount,` +
      "totalUnprocessedTasksCount,workflowExecutionType,subject",
    answer: userResult
  },
  {
    page: "run-list-userprocessingresults",
    url: `${workflow}/runs/e65e08a0/userProcessingResults?$select=id,failedTasksCount,processingStatus,` +
      "totalTasksCount,totalUnprocessedTasksCount,subject",
    answer: userResult,
    kept: ["id", "failedTasksCount", "processingStatus", "totalTasksCount", "totalUnprocessedTasksCount", "subject"]
  },
  {
    page: "run-list-taskprocessingresults",
    url: `${workflow}/runs/33bf1a9c/taskProcessingResults?$select=id,failureReason,processingStatus,subject`,
    answer: taskResult,
    kept: ["id", "processingStatus", "subject"]
  },
  {
    page: "taskreport-list-taskprocessingresults",
    url: `${workflow}/taskReports/443c7611/taskProcessingResults` +
      "?$select=id,failureReason,processingStatus,subject,task",
    answer: taskResult
  },
  {
    page: "userprocessingresult-list-taskprocessingresults",
    url: `${workflow}/userProcessingResults/40efc576/taskProcessingResults` +
      "?$select=id,processingStatus,failureReason,subject,task",
    answer: taskResult
  },
  {
    page: "run-list-reprocessedruns",
    url:
      `${container}/deletedItems/workflows/78799042/executionScope/dad77a47/reprocessedRuns/59e537bd/reprocessedRuns`,
    answer: {
      id: "78799042-265a-4e8f-8d61-94a2dcd2d395_638927099502974630",
      completedDateTime: null,
      failedTasksCount: 0,
      failedUsersCount: 0,
      lastUpdatedDateTime: null,
      processingStatus: "queued",
      scheduledDateTime: "2025-09-05T22:59:10.297Z",
      startedDateTime: null,
      successfulUsersCount: 0,
      totalTasksCount: 0,
      totalUsersCount: 0,
      totalUnprocessedTasksCount: 0,
      workflowExecutionType: "activatedWithScope",
      activatedOnScope: null
    }
  },
  {
    page: "lifecycleworkflowscontainer-list-taskdefinitions",
    url: `${container}/taskDefinitions?$filter=category has 'joiner'`,
    answer: definition
  },
  {
    page: "lifecycleworkflowscontainer-list-workflowtemplates",
    url: `${container}/workflowTemplates?$filter=category eq 'leaver'`,
    answer: {
      category: "leaver",
      description: "Termination",
      displayName: "Real-time employee termination",
      id: "145735f1-57cc-48c2-81ec-727f07a10096",
      executionConditions: { "@odata.type": `${namespace}.onDemandExecutionOnly` },
      tasks: [task]
    }
  },
  {
    page: "insights-workflowsprocessedsummary",
    url: `${container}/insights/workflowsProcessedSummary(startDateTime=2023-01-01T00:00:00Z,` +
      "endDateTime=2023-01-31T00:00:00Z)",
    answer: {
      totalRuns: 106,
      successfulRuns: 71,
      failedRuns: 35,
      totalUsers: 150,
      successfulUsers: 112,
      failedUsers: 38,
      totalTasks: 75,
      successfulTasks: 56,
      failedTasks: 19
    }
  }
]

const withoutNulls = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(withoutNulls)
    : typeof value === "object" && value !== null
    ? Object.fromEntries(
      Object.entries(value).flatMap(([name, item]) => item === null ? [] : [[name, withoutNulls(item)]])
    )
    : value

const overTheWire = (value: unknown): any => JSON.parse(JSON.stringify(value))

/** An annotation need not come back where the type is said by the place. */
const withoutUserType = (value: Record<string, unknown>) =>
  value["subject"] === undefined ? value : { ...value, subject: user }

describe("reads of further examples", () => {
  it.each(reads.map((read) => [read.page, read] as const))("%s", (page, { answer, kept, url }) => {
    const [path, printedQuery = ""] = url.split("?") as [string, string?]
    const query = Either.getOrThrowWith(Query.parse(printedQuery), (error) => error)
    const [[operation, ids] = [], ...others] = route("GET", path)
    assertTrue(operation !== undefined && others.length === 0)
    strictEqual(operation.documentation, operationOf(page).documentation)
    const parameters = Object.fromEntries(
      Object.entries(ids!).map(([name, id]) => [name, Schema.decodeSync(operation.parameters[name]!)(id)])
    )
    const request = Either.getOrThrowWith(
      Operation.request(operation as Operation.AnyWithoutBody, parameters as never, query as never),
      (error) => error
    )
    strictEqual(request.path.replaceAll(".000Z", "Z"), path)
    strictEqual(decodeURIComponent(request.query), printedQuery === "" ? "" : `?${printedQuery}`)

    const schema = resultOf(operation, { select: query.select ?? [], expand: query.expand ?? {} } as never)!
    const decoded = Schema.decodeUnknownSync(schema)(answer)
    const encoded = overTheWire(Schema.encodeSync(schema)(decoded))
    deepStrictEqual(Schema.decodeUnknownSync(schema)(encoded), decoded)
    const expected = Object.entries(answer).filter(([name]) => kept === undefined || kept.includes(name))
    deepStrictEqual(encoded, withoutNulls(withoutUserType(Object.fromEntries(expected))))
  })
})

const email = {
  continueOnError: false,
  description: "Send welcome email to new hire",
  displayName: "Send Welcome Email",
  isEnabled: true,
  taskDefinitionId: "70b29d51-b59a-4773-9280-8841dfd3f2ea",
  arguments: [
    { name: "cc", value: "b47471b9-af8f-4a5a-bfa2-b78e82398f6e, a7a23ce0-909b-40b9-82cf-95d31f0aaca2" },
    { name: "customSubject", value: "Welcome {{userDisplayName}}!" },
    { name: "customBody", value: "{{userGivenName}} {{userSurname}}.\n{{managerDisplayName}}, {{managerEmail}}" },
    { name: "locale", value: "en-us" }
  ]
}
const body = {
  category: "joiner",
  description: "First day",
  displayName: "Custom email",
  isEnabled: true,
  isSchedulingEnabled: false,
  executionConditions: conditions,
  tasks: [email]
}
const page = "lifecycleworkflowscontainer-post-workflows"

describe("bodies of further examples", () => {
  it.each([
    ["an email of one's own", page, body],
    ["an email of one's own in a new version", "workflow-createnewversion", { workflow: body }],
    ["a trigger on changes of attributes", page, {
      ...body,
      category: "mover",
      executionConditions: {
        ...conditions,
        trigger: { "@odata.type": `${namespace}.attributeChangeTrigger`, "triggerAttributes": [{ name: "department" }] }
      }
    }],
    ["users who need not exist", "workflow-activatewithscope", { subjects: [user] }]
  ])("%s", (_, page, printed) => {
    const schema = operationOf(page).body!
    deepStrictEqual(overTheWire(Schema.encodeSync(schema)(Schema.decodeUnknownSync(schema)(printed))), printed)
  })
})

describe("misprints, which contradict the metadata", () => {
  const rejects = (schema: Schema.Schema<any, any> | undefined, printed: unknown) => {
    assertTrue(schema !== undefined && Either.isLeft(Schema.decodeUnknownEither(schema)(printed)))
  }

  it("the body of a new version that is not within `workflow`", () => {
    rejects(operationOf("workflow-createnewversion").body, body)
  })

  it.each([page, "workflow-createnewversion"])("%s answers with a request for a new version", (page) => {
    rejects(resultOf(operationOf(page)), { workflow: body })
  })

  it("totalProcessedTasks, which is totalTasks", () => {
    rejects(resultOf(operationOf("insights-toptasksprocessedsummary")), {
      taskDefinitionId: "afg23h8e-a522-53b1-5d30-ft62b4ee941d",
      taskDefinitionDisplayName: "Add user to groups",
      totalProcessedTasks: 30,
      successfulTasks: 14,
      failedTasks: 16,
      totalUsers: 36,
      successfulUsers: 25,
      failedUsers: 11
    })
  })
})
