import { LifecycleWorkflowsApi, ODataError, Operation, Query } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Either, Schema } from "effect"
import { operationOf, resultOf, route } from "./operationPayloads.js"
import { selectable } from "./projections.js"
import * as Reference from "./reference.js"

const overTheWire = (value: unknown): any => JSON.parse(JSON.stringify(value))

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

const isDate = (value: unknown): value is string => typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)

/**
 * Holds what came back against what was printed: everything is there, unchanged. `null` may be missing, dates are the same
 * millisecond, annotations need not survive, except for the type of an object where there is one.
 */
const assertKept = (printed: unknown, kept: unknown, path: string): void => {
  if (isDate(printed)) {
    strictEqual(Date.parse(String(kept)), Date.parse(printed), path)
  } else if (Array.isArray(printed)) {
    assertTrue(Array.isArray(kept), path)
    strictEqual(kept.length, printed.length, path)
    printed.forEach((item, index) => assertKept(item, kept[index], `${path}.${index}`))
  } else if (isRecord(printed)) {
    assertTrue(isRecord(kept), path)
    for (const [key, value] of Object.entries(printed)) {
      if (value === null || key.includes("@")) continue
      assertKept(value, kept[key], `${path}.${key}`)
    }
  } else {
    deepStrictEqual(kept, printed, path)
  }
}

/** Decodes, encodes and decodes again, which gives the same value; and nothing is lost of what was asked for. */
const checkResult = (
  schema: Schema.Schema<any, any>,
  printed: Record<string, unknown>,
  asked: ReadonlyArray<string> | undefined
) => {
  const decoded = Schema.decodeUnknownSync(schema)(printed)
  const encoded = overTheWire(Schema.encodeSync(schema)(decoded))
  deepStrictEqual(Schema.decodeUnknownSync(schema)(encoded), decoded)
  const said = Object.entries(printed).filter(([key]) => asked === undefined || asked.includes(key))
  assertKept(Object.fromEntries(said), encoded, "")
}

/** What the caller means, encoded, is the printed body. */
const checkBody = (operation: Operation.Any, printed: unknown) => {
  assertTrue(operation.body !== undefined, "a body, and no schema for it")
  const decoded = Schema.decodeUnknownSync(operation.body)(printed)
  deepStrictEqual(overTheWire(Schema.encodeSync(operation.body)(decoded)), printed)
}

/** Makes a request of values that came from outside, past the compiler. */
const requestOf = (operation: Operation.Any, parameters: unknown, input: unknown): Operation.RequestDescription =>
  Either.getOrThrowWith(
    Operation.request(operation as Operation.AnyWithoutBody, parameters as never, input as never),
    (error) => error
  )

/** Printed bodies that are not what should be sent, with the reason. */
const malformedRequests: {
  readonly [file: string]: { readonly reason: string; readonly mend: (body: any) => unknown }
} = {
  "identitygovernance-lifecyclemanagementsettings-update--1.json": {
    reason: "has the @odata.context of an answer",
    mend: ({ "@odata.context": _, ...body }) => body
  },
  "identitygovernance-workflow-activatewithscope--3.json": {
    reason: "has a type without its #, which is read and not written",
    mend: ({ scope }) => ({ scope: { ...scope, "@odata.type": `#${scope["@odata.type"].replace(/^#/, "")}` } })
  },
  "identitygovernance-workflow-createnewversion--2.json": {
    reason: "has the workflow in place of what holds it",
    mend: (body) => "workflow" in body ? body : { workflow: body }
  }
}

/** Printed answers that no service gives, with the reason. */
const malformedResponses: { readonly [file: string]: string } = {
  "identitygovernance-insights-workflowsprocessedbycategory--1.json": "a comma too many: no JSON",
  "identitygovernance-insights-toptasksprocessedsummary--1.json": "no JSON, and has totalProcessedTasks for totalTasks",
  "identitygovernance-insights-topworkflowsprocessedsummary--1.json":
    "no JSON, and has failedUsers twice and no failedRuns",
  "identitygovernance-lifecycleworkflowscontainer-post-workflows--2.json":
    "repeats the request of a new version, with status 200",
  "identitygovernance-workflow-createnewversion--1.json":
    "repeats the request, where the metadata has a workflow with its id",
  "identitygovernance-workflow-createnewversion--2.json": "repeats the request, and is no JSON"
}

/** The segments of a path as the service compares them: names without regard to case, dates by what they mean. */
const segments = (path: string): ReadonlyArray<string> =>
  decodeURIComponent(path).replace(/\/$/, "").replace(
    /\d{4}-\d\d-\d\dT[\d:.]+Z/g,
    (date) => new Date(date).toISOString()
  )
    .toLowerCase().split("/")

/** The options of a query string, decoded, in the order of their names. */
const options = (query: string): ReadonlyArray<string> =>
  query.replace(/^\?/, "").split("&").filter((option) => option !== "").map(decodeURIComponent).sort()

describe.skipIf(!Reference.available)("every printed example", () => {
  const all = Reference.examples()

  it("is of an operation of the catalogue, and every operation has its page", () => {
    assertTrue(all.length > 40)
    for (const example of all) operationOf(example.docPage)
    const pages = Reference.operations().map(({ docPage }) => docPage)
    for (const page of pages) operationOf(page)
    strictEqual(new Set(pages).size, new Set(LifecycleWorkflowsApi.operations.map((o) => o.documentation)).size)
  })

  describe.each(all.map((example) => [example.file, example] as const))("%s", (file, example) => {
    const documented = operationOf(example.docPage)
    const at = example.request.url.indexOf("?")
    const path = example.request.url.slice(0, at < 0 ? undefined : at).replace("https://graph.microsoft.com", "")
    const printedQuery = at < 0 ? "" : example.request.url.slice(at)
    const query = Either.getOrThrowWith(Query.parse(printedQuery), (error) => error)

    it("our request is the printed one", () => {
      const [found, ...others] = route(example.request.method, path)
      assertTrue(found !== undefined && others.length === 0, `${others.length + 1} operations`)
      // A page can describe two paths.
      const [operation] = found
      strictEqual(operation.documentation, documented.documentation)
      const parameters = Object.fromEntries(
        Object.entries(found[1]).map(([name, value]) => [
          name,
          Schema.decodeSync(operation.parameters[name]!)(value)
        ])
      )
      const printed = example.request.body ?? undefined
      // What is printed is no JSON.
      if (printed === undefined && operation.body !== undefined) return assertTrue(example.malformed === true)
      const body = printed === undefined ? undefined : (malformedRequests[file]?.mend ?? ((body) => body))(printed)
      if (body !== undefined) checkBody(operation, body)
      const request = requestOf(
        operation,
        parameters,
        operation.body === undefined ? query : Schema.decodeUnknownSync(operation.body)(body)
      )
      strictEqual(request.method, example.request.method)
      deepStrictEqual(segments(request.path), segments(path))
      deepStrictEqual(options(request.query), options(printedQuery))
      deepStrictEqual(request.body === undefined ? undefined : JSON.parse(request.body), body)
      strictEqual(request.headers["content-type"], body === undefined ? undefined : "application/json")
    })

    it("the printed answer is what the operation answers with", () => {
      const answer = example.response.body ?? undefined
      if (file in malformedResponses) {
        // Whoever mends the page shall take it off the list.
        assertTrue(answer === undefined || "workflow" in answer || "value" in answer, malformedResponses[file])
        return
      }
      if (example.response.status >= 400) {
        return assertTrue(Schema.is(ODataError.ODataError)(answer) || answer === undefined)
      }
      if (answer === undefined && example.malformed === true) return
      const operation = route(example.request.method, path)[0]![0]
      strictEqual(example.response.status, operation.status)
      const { expand = {}, select = [] } = query
      const schema = resultOf(operation, { select, expand } as never)
      strictEqual(answer === undefined, schema === undefined)
      if (schema === undefined) return
      strictEqual(Array.isArray(answer.value), operation.many)
      // What was not asked for comes along now and then, and is ignored.
      const asked = !Operation.isEntity(operation.result)
        ? undefined
        : [...(select.length === 0 ? selectable(operation.result) : select), ...Object.keys(expand)]
      for (const item of operation.many ? answer.value : [answer]) checkResult(schema, item, asked)
    })
  })
})

const namespace = "#microsoft.graph.identityGovernance"

describe("payloads in short", () => {
  const user = { id: "03ad19ba-bf80-4900-bee0-7f6813ee6ecf" }
  const unit = { "@odata.type": "#microsoft.graph.administrativeUnit", "id": "2ae6f1b1-fcbf-4ad1-9f4f-8c5e48e364c7" }
  const task = {
    category: "joiner,leaver,mover",
    continueOnError: false,
    description: "Add user to selected groups",
    displayName: "Add user to groups",
    executionSequence: 1,
    id: "71b576f8-da57-457f-a507-e7b978c56680",
    isEnabled: true,
    taskDefinitionId: "22085229-5809-45e8-97fd-270d28d66910",
    arguments: [{ name: "groupID", value: "8d1d1deb-2ef0-4f72-a460-729a1cc74e7e" }]
  }
  const workflow = {
    category: "mover",
    createdDateTime: "2025-01-09T15:28:24.0565526Z",
    description: "Tasks for a change of job",
    displayName: "On demand",
    id: "394f5831-b1c2-44b3-830d-bbcb88d4ebb0",
    isEnabled: true,
    isSchedulingEnabled: false,
    lastModifiedDateTime: "2025-01-09T15:40:14.4514101Z",
    version: 2
  }
  const conditions = {
    "@odata.type": `${namespace}.triggerAndScopeBasedConditions`,
    "scope": { "@odata.type": `${namespace}.groupBasedSubjectSet`, "groups": [{ id: "668e7540" }] },
    "trigger": { "@odata.type": `${namespace}.membershipChangeTrigger`, "changeType": "remove" }
  }
  const endpoint = {
    "@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
    "subscriptionId": "c500b67c-e9b7-4ad2-a90d-77d41385ae55",
    "resourceGroupName": "RG-LCM",
    "logicAppWorkflowName": "ManagerAccess"
  }

  const results: ReadonlyArray<readonly [string, string, Record<string, unknown>]> = [
    ["a workflow of a list", "lifecycleworkflowscontainer-list-workflows", workflow],
    ["a workflow just restored", "workflow-restore", {
      ...workflow,
      "deletedDateTime": null,
      "executionConditions": null,
      "lastModifiedBy": user,
      "tasks@odata.context": "…",
      "tasks": [],
      "createdBy": user
    }],
    ["a workflow of administrative units", "workflow-createnewversion", {
      ...workflow,
      tasks: [task],
      administrationScopeTargets: [unit]
    }],
    ["a single workflow", "workflow-get", { ...workflow, executionConditions: conditions, tasks: [task] }],
    ["a quarantined workflow", "workflow-clearquarantine", {
      ...workflow,
      executionConditions: { "@odata.type": `${namespace}.triggerAndScopeBasedConditions` },
      quarantineDetails: {
        quarantinedDateTime: "2026-06-09T17:42:11Z",
        quarantineReason: "too many users",
        quarantineType: "multipleConditionsExceeded"
      },
      settings: {
        quarantineConfiguration: {
          matchMode: "all",
          conditions: [
            { "@odata.type": `${namespace}.countBasedQuarantineCondition`, "threshold": 100 },
            { "@odata.type": `${namespace}.percentageBasedQuarantineCondition`, "percentage": 25 }
          ]
        }
      }
    }],
    ["a deleted workflow of a list", "lifecycleworkflowscontainer-list-deleteditems", {
      category: "joiner",
      displayName: "gone",
      deletedDateTime: "2022-08-24T18:25:09.5729865Z",
      id: "f1937e0c",
      version: 1
    }],
    ["a single version", "workflowversion-get", {
      category: "joiner",
      displayName: "as it was",
      isEnabled: true,
      isSchedulingEnabled: false,
      tasks: [task],
      versionNumber: 3
    }],
    ["a task definition", "taskdefinition-get", {
      category: "joiner,leaver",
      displayName: "Disable User Account",
      id: "1dfdfcc7-52fa-4c2e-bf3a-e3919cc12950",
      parameters: [{ name: "disableOnPremisesAccount", values: ["true", "false"], valueType: "enum" }],
      version: 1
    }],
    ["a custom task extension", "customtaskextension-get", {
      id: "ffcc4c85",
      displayName: "Grant access",
      endpointConfiguration: endpoint,
      authenticationConfiguration: { "@odata.type": "#microsoft.graph.azureAdPopTokenAuthentication" },
      clientConfiguration: { maximumRetries: 1, timeoutInMilliseconds: 1000 },
      callbackConfiguration: { timeoutDuration: "PT1H", authorizedApps: [{ id: "app" }] },
      createdBy: { "@odata.type": "#microsoft.graph.user", ...user }
    }],
    ["settings with thresholds", "lifecyclemanagementsettings-get", {
      workflowScheduleIntervalInHours: 3,
      emailSettings: { senderDomain: "example.net", useCompanyBranding: true },
      quarantineConfiguration: { conditions: [], matchMode: "any" }
    }],
    ["a subject's result", "subjectprocessingresult-get", {
      id: "s",
      failedTasksCount: 0,
      processingStatus: "completed",
      scheduledDateTime: "2026-05-15T10:30:00Z",
      totalTasksCount: 3,
      totalUnprocessedTasksCount: 0,
      workflowExecutionType: "extensibilityOnDemand",
      workflowVersion: 1,
      subjectType: "user,provisioningObject",
      subject: {
        "@odata.type": `${namespace}.directoryObjectWorkflowSubject`,
        "directoryObject": { "@odata.type": "#microsoft.graph.user", ...user }
      }
    }]
  ]
  it.each(results)("%s", (_, page, payload) => {
    checkResult(resultOf(operationOf(page))!, payload, undefined)
  })

  const onDemand = { "@odata.type": `${namespace}.onDemandExecutionOnly` }
  const create = {
    category: "mover",
    displayName: "On demand",
    description: "Tasks for a change of job",
    executionConditions: onDemand,
    isEnabled: true,
    isSchedulingEnabled: false,
    tasks: [task].map(({ executionSequence: _, id: __, ...task }) => task),
    administrationScopeTargets: [unit]
  }
  const bodies: ReadonlyArray<readonly [string, string, unknown]> = [
    ["a new workflow of administrative units", "lifecycleworkflowscontainer-post-workflows", create],
    ["a new workflow on a group's changes", "lifecycleworkflowscontainer-post-workflows", {
      ...create,
      executionConditions: conditions,
      settings: {
        quarantineConfiguration: {
          conditions: [{ "@odata.type": `${namespace}.countBasedQuarantineCondition`, "threshold": 5 }],
          matchMode: "any"
        }
      }
    }],
    ["a new version that keeps a task", "workflow-createnewversion", {
      workflow: { ...create, tasks: [task, ...create.tasks], administrationScopeTargets: [] }
    }],
    ["less of a workflow", "workflow-update", { description: null }],
    ["another name for a task", "task-update", { description: "again", displayName: "Once more" }],
    ["a run to cancel", "workflow-cancelprocessing", {
      scope: { "@odata.type": `${namespace}.cancelRunsScope`, "runs": [{ id: "8cdf25a8" }] }
    }],
    ["results to process again", "workflow-activatewithscope", {
      scope: {
        "@odata.type": `${namespace}.activateProcessingResultScope`,
        "processingResults": [{ id: "a_1_a_638927021459371237_b" }],
        "taskScope": "allTasks"
      }
    }],
    ["users to process, as a scope", "workflow-activatewithscope", {
      scope: { "@odata.type": `${namespace}.activateUserScope`, "users": [user] }
    }],
    ["an object of the directory", "workflow-activateandwait", {
      subject: {
        "@odata.type": `${namespace}.directoryObjectWorkflowSubject`,
        "directoryObject": { "@odata.type": "#microsoft.graph.user", ...user }
      }
    }],
    ["a callback, in the page's spelling", "taskprocessingresult-resume", {
      data: { operationStatus: "Completed" },
      source: "sample",
      type: "lifecycleEvent"
    }],
    ["a new custom task extension", "lifecycleworkflowscontainer-post-customtaskextensions", {
      displayName: "Grant access",
      description: "Grant manager access",
      endpointConfiguration: endpoint,
      authenticationConfiguration: {
        "@odata.type": "#microsoft.graph.azureAdTokenAuthentication",
        "resourceId": "542dc01a-0b5d-4edc-b3f9-5cfe6393f557"
      },
      clientConfiguration: {
        "@odata.type": "#microsoft.graph.customExtensionClientConfiguration",
        "maximumRetries": 1,
        "timeoutInMilliseconds": 1000
      },
      callbackConfiguration: {
        "@odata.type": `${namespace}.customTaskExtensionCallbackConfiguration`,
        "timeoutDuration": "PT5M"
      }
    }],
    ["no callback any more", "customtaskextension-update", { callbackConfiguration: null }],
    ["thresholds of a tenant", "lifecyclemanagementsettings-update", {
      quarantineConfiguration: {
        conditions: [{ "@odata.type": `${namespace}.percentageBasedQuarantineCondition`, "percentage": 20 }],
        matchMode: "any"
      }
    }]
  ]
  it.each(bodies)("%s", (_, page, payload) => {
    checkBody(operationOf(page), payload)
  })

  it("the page's spelling of a type without # is read, and written as OData has it", () => {
    const schema = operationOf("workflow-activatewithscope").body!
    const printed = {
      scope: {
        "@odata.type": `${namespace.slice(1)}.activateProcessingResultScope`,
        "processingResults": [{ id: "a" }],
        "taskScope": "allTasks"
      }
    }
    const encoded = Schema.encodeSync(schema)(Schema.decodeUnknownSync(schema)(printed))
    deepStrictEqual(encoded, {
      scope: { ...printed.scope, "@odata.type": `${namespace}.activateProcessingResultScope` }
    })
  })

  it("a single workflow without its tasks is none, except under select", () => {
    const schemaOf = (select: ReadonlyArray<string>) => resultOf(operationOf("workflow-get"), { select })!
    assertTrue(Either.isLeft(Schema.decodeUnknownEither(schemaOf([]))(workflow)))
    deepStrictEqual(Schema.decodeUnknownSync(schemaOf(["id", "version"]))(workflow), { id: workflow.id, version: 2 })
  })
})
