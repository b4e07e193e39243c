import { ExecutionConditions, Ids, LifecycleWorkflowsApi, Operation } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertLeft, assertRight, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { DateTime, Either, FastCheck as fc, Schema } from "effect"
import { projection } from "./projections.js"

const api = LifecycleWorkflowsApi

const workflowId = Ids.WorkflowId.make("14879e66-9ea9-48d0-804d-8fea672d0341")
const runId = Ids.RunId.make("dad77a47-6eda-4de7-bc37-fe8eb5aaf17d")
const userProcessingResultId = Ids.UserProcessingResultId.make("78b83505-6967-4168-a7ea-4921c0543ce9")

const headers = { prefer: "include-unknown-enum-members" }
const workflow = "/v1.0/identityGovernance/lifecycleWorkflows/workflows/14879e66-9ea9-48d0-804d-8fea672d0341"
const run = `${workflow}/runs/dad77a47-6eda-4de7-bc37-fe8eb5aaf17d`

/** Makes a request of values that came from outside, past the compiler. */
const requestOf = (
  operation: Operation.Any,
  parameters: unknown,
  input?: unknown
): Either.Either<Operation.RequestDescription, Operation.InvalidRequest> =>
  Operation.request(operation as Operation.AnyWithoutBody, parameters as never, input as never)

const ids = { workflowId, runId, userProcessingResultId }

describe("Operation.request", () => {
  describe("path, query and headers", () => {
    it("listRuns", () => {
      assertRight(Operation.request(api.listRuns, { workflowId }), {
        method: "GET",
        path: `${workflow}/runs`,
        query: "",
        headers,
        body: undefined
      })
      assertRight(
        Operation.request(api.listRuns, { workflowId }, {
          select: ["id", "processingStatus"],
          orderBy: ["startedDateTime desc", "processingStatus"]
        }),
        {
          method: "GET",
          path: `${workflow}/runs`,
          query: "?$select=id,processingStatus&$orderby=startedDateTime%20desc,processingStatus",
          headers,
          body: undefined
        }
      )
    })

    it("getRun", () => {
      assertRight(
        Operation.request(api.getRun, { workflowId, runId }, {
          select: ["id", "failedTasksCount", "failedUsersCount", "processingStatus"]
        }),
        {
          method: "GET",
          path: run,
          query: "?$select=id,failedTasksCount,failedUsersCount,processingStatus",
          headers,
          body: undefined
        }
      )
    })

    it("listRunUserProcessingResults", () => {
      assertRight(
        Operation.request(api.listRunUserProcessingResults, { workflowId, runId }, {
          select: ["id", "subject"],
          expand: {
            subject: { select: ["displayName"] },
            taskProcessingResults: { select: ["id"], expand: { task: true } }
          },
          orderBy: ["scheduledDateTime asc"]
        }),
        {
          method: "GET",
          path: `${run}/userProcessingResults`,
          query: "?$select=id,subject" +
            "&$expand=subject($select=displayName),taskProcessingResults($select=id;$expand=task)" +
            "&$orderby=scheduledDateTime%20asc",
          headers,
          body: undefined
        }
      )
    })

    it("getRunUserProcessingResult: both requests that Microsoft's page prints", () => {
      assertRight(Operation.request(api.getRunUserProcessingResult, { workflowId, runId, userProcessingResultId }), {
        method: "GET",
        path: `${run}/userProcessingResults/78b83505-6967-4168-a7ea-4921c0543ce9`,
        query: "",
        headers,
        body: undefined
      })
      assertRight(
        Operation.request(
          api.getRunUserProcessingResult,
          {
            workflowId: Ids.WorkflowId.make("15239232-66ed-445b-8292-2f5bbb2eb833"),
            runId: Ids.RunId.make("e65e08a0-d68d-41dc-915b-8c4019af5cc2"),
            userProcessingResultId: Ids.UserProcessingResultId.make("40efc576-840f-47d0-ab95-5abca800f8a2")
          },
          {
            select: [
              "id",
              "failedTasksCount",
              "processingStatus",
              "totalTasksCount",
              "totalUnprocessedTasksCount",
              "subject"
            ]
          }
        ),
        {
          method: "GET",
          path: "/v1.0/identityGovernance/lifecycleWorkflows/workflows/15239232-66ed-445b-8292-2f5bbb2eb833" +
            "/runs/e65e08a0-d68d-41dc-915b-8c4019af5cc2/userProcessingResults/40efc576-840f-47d0-ab95-5abca800f8a2",
          query: "?$select=id,failedTasksCount,processingStatus,totalTasksCount,totalUnprocessedTasksCount,subject",
          headers,
          body: undefined
        }
      )
    })

    it("listUserTaskProcessingResults", () => {
      assertRight(
        Operation.request(api.listUserTaskProcessingResults, { workflowId, userProcessingResultId }, {
          expand: { subject: true }
        }),
        {
          method: "GET",
          path: `${workflow}/userProcessingResults/78b83505-6967-4168-a7ea-4921c0543ce9/taskProcessingResults`,
          query: "?$expand=subject",
          headers,
          body: undefined
        }
      )
    })

    it("only asks for hidden enumeration members where the operation says so", () => {
      const { headers } = Either.getOrThrow(requestOf({ ...api.getRun, unknownEnumMembers: false }, ids))
      deepStrictEqual(headers, {})
    })
  })

  describe("path parameters", () => {
    it("are percent-encoded", () => {
      const { path } = Either.getOrThrow(
        Operation.request(api.getRun, {
          workflowId: Ids.WorkflowId.make("a:b;c=d,e&f+g"),
          runId: Ids.RunId.make("é{1}")
        })
      )
      strictEqual(
        path,
        "/v1.0/identityGovernance/lifecycleWorkflows/workflows/a:b%3Bc%3Dd%2Ce%26f%2Bg/runs/%C3%A9%7B1%7D"
      )
    })

    it("that look like a place in the template, or like a replacement pattern, are values all the same", () => {
      const { path } = Either.getOrThrow(
        Operation.request(api.getRun, { workflowId: Ids.WorkflowId.make("{runId}"), runId: Ids.RunId.make("$&$1$$") })
      )
      strictEqual(path, "/v1.0/identityGovernance/lifecycleWorkflows/workflows/%7BrunId%7D/runs/%24%26%241%24%24")
    })

    it.each(["", ".", "..", "a/b", "..%2f..", "a?b", "a#b", "%2e", "a b", "a\n", "a\u0000", "\ud800", "x".repeat(257)])(
      "%j is refused, and not repeated",
      (runId) => {
        assertLeft(
          requestOf(api.getRun, { workflowId, runId }),
          new Operation.InvalidRequest({
            operation: "workflows.runs.get",
            field: "runId",
            reason: "Expected a RunId: 1 to 256 characters without spaces, slashes, quotes or @"
          })
        )
      }
    )

    it("that are missing or no text are refused", () => {
      const message = (parameters: unknown) =>
        Either.match(requestOf(api.getRun, parameters), { onLeft: (error) => error.message, onRight: () => "sent" })
      strictEqual(message({ workflowId }), "workflows.runs.get was not sent: runId: expected RunId, found undefined")
      strictEqual(
        message({ runId }),
        "workflows.runs.get was not sent: workflowId: expected WorkflowId, found undefined"
      )
      strictEqual(
        message({ workflowId, runId: 7 }),
        "workflows.runs.get was not sent: runId: expected RunId, found a number"
      )
    })

    it.prop(
      "any that is accepted is one segment of the path",
      [fc.fullUnicodeString({ minLength: 1, maxLength: 20 })],
      ([text]) => {
        const request = requestOf(api.getRun, { workflowId: text, runId })
        fc.pre(Either.isRight(request))
        const url = new URL(`https://graph.example.com${request.right.path}${request.right.query}`)
        const segments = url.pathname.split("/").map(decodeURIComponent)
        deepStrictEqual(segments.slice(1), [
          "v1.0",
          "identityGovernance",
          "lifecycleWorkflows",
          "workflows",
          text,
          "runs",
          runId
        ])
      },
      { fastCheck: { numRuns: 500 } }
    )
  })

  describe("query options from outside", () => {
    const refused = (operation: Operation.Any, query: unknown, field: string, reason: string) => {
      const request = requestOf(operation, ids, query)
      assertTrue(Either.isLeft(request))
      deepStrictEqual(
        { field: request.left.field, reason: request.left.reason },
        { field, reason }
      )
      strictEqual(request.left.message, `${operation.id} was not sent: ${field}: ${reason}`)
    }

    it("an option that the operation does not have is refused, whatever its value", () => {
      const reason = "is no query option of this operation; known: select"
      refused(api.getRun, { expand: { userProcessingResults: true } }, "expand", reason)
      refused(api.getRun, { orderBy: undefined }, "orderBy", reason)
      refused(api.getRun, { filter: "processingStatus eq 'failed'" }, "filter", reason)
      refused(api.getRun, { $select: ["id"] }, "$select", reason)
      refused(api.listRuns, { top: 5 }, "top", "is no query option of this operation; known: select, filter, orderBy")
    })

    it("a name that select does not have is refused, with those that it has", () => {
      const reason = (name: string) =>
        `"${name}" is unknown; known: id, completedDateTime, failedTasksCount, processingStatus, scheduledDateTime, ` +
        "startedDateTime, totalTasksCount, totalUnprocessedTasksCount, workflowExecutionType, workflowVersion, subject"
      for (
        const name of ["failedTaskCount", "Id", "", "id,subject", "constructor", "__proto__", "taskProcessingResults"]
      ) {
        refused(api.getRunUserProcessingResult, { select: ["id", name] }, "select", reason(name))
      }
    })

    it("a name that expand does not have is refused, with those that it has", () => {
      const reason = (name: string) => `"${name}" is unknown; known: reprocessedRuns, subject, taskProcessingResults`
      for (const name of ["subjects", "id", "constructor", "toString"]) {
        refused(api.listRunUserProcessingResults, { expand: { subject: true, [name]: true } }, "expand", reason(name))
        refused(api.listRunUserProcessingResults, { expand: { [name]: undefined } }, "expand", reason(name))
      }
    })

    it("a name that orderBy does not have is refused, with those that it has", () => {
      const known =
        "known: completedDateTime, lastUpdatedDateTime, processingStatus, scheduledDateTime, startedDateTime, " +
        "workflowExecutionType"
      for (const name of ["failedTasksCount", "", "id"]) {
        refused(api.listRuns, { orderBy: [name] }, "orderBy", `"${name}" is unknown; ${known}`)
      }
      refused(api.listRuns, { orderBy: ["startedDateTime,id"] }, "orderBy", `"startedDateTime,id" is unknown; ${known}`)
    })

    it.each([
      "startedDateTime down",
      "startedDateTime DESC",
      "startedDateTime desc asc",
      "startedDateTime ",
      "startedDateTime  desc",
      "startedDateTime desc\n"
    ])("the order %j is refused", (item) => {
      refused(
        api.listRuns,
        { orderBy: ["processingStatus", item] },
        "orderBy",
        `${JSON.stringify(item)} must end in "asc" or "desc" or nothing`
      )
    })

    it("faults in what is expanded are named with their path", () => {
      const task = "known: id, arguments, category, continueOnError, description, displayName, executionSequence, " +
        "isEnabled, taskDefinitionId"
      refused(
        api.listRunUserProcessingResults,
        { expand: { taskProcessingResults: { expand: { task: { select: ["name"] } } } } },
        "expand.taskProcessingResults.expand.task.select",
        `"name" is unknown; ${task}`
      )
      refused(
        api.listRunUserProcessingResults,
        { expand: { subject: { expand: { manager: true } } } },
        "expand.subject.expand",
        "\"manager\" is unknown; there is none"
      )
      refused(
        api.listRunUserProcessingResults,
        { expand: { subject: { top: 1 } } },
        "expand.subject.top",
        "is no query option here; known: select, expand"
      )
      refused(
        api.listRunUserProcessingResults,
        { expand: { subject: { orderBy: ["displayName"] } } },
        "expand.subject.orderBy",
        "is no query option here; known: select, expand"
      )
    })

    it("values of the wrong kind are refused", () => {
      const options = api.listRunUserProcessingResults
      for (const select of ["id", null, 7, [7], { id: true }]) {
        refused(options, { select }, "select", "is no array of property names")
      }
      for (const orderBy of ["startedDateTime", null, [undefined]]) {
        refused(options, { orderBy }, "orderBy", "is no array of property names")
      }
      for (const expand of ["subject", null, ["subject"], true]) {
        refused(options, { expand }, "expand", "is no object of navigation properties")
      }
      for (const nested of [false, null, "id", ["id"]]) {
        refused(options, { expand: { subject: nested } }, "expand.subject", "is no object of query options")
      }
      for (const query of ["$select=id", 7, ["id"]]) {
        refused(options, query, "query", "is no object of query options")
      }
    })

    it("no query, an empty one, and options without a value ask for nothing", () => {
      for (const query of [undefined, null, {}, { select: undefined }, { select: [], expand: {}, orderBy: [] }]) {
        strictEqual(Either.getOrThrow(requestOf(api.listRunUserProcessingResults, ids, query)).query, "")
      }
    })

    it.prop(
      "any projection of the entity is accepted, and written in full",
      [projection(api.listRunUserProcessingResults.result)],
      ([projection]) => {
        const { query } = Either.getOrThrow(requestOf(api.listRunUserProcessingResults, ids, projection))
        const { searchParams } = new URL(`https://graph.example.com/${query}`)
        strictEqual(searchParams.get("$select") ?? "", (projection.select ?? []).join(","))
        strictEqual(searchParams.has("$expand"), Object.keys(projection.expand ?? {}).length > 0)
      }
    )

    it.prop("never throws, whatever the query", [fc.anything()], ([query]) => {
      const request = requestOf(api.listRunUserProcessingResults, ids, query)
      if (Either.isLeft(request)) strictEqual(request.left._tag, "InvalidRequest")
    }, { fastCheck: { numRuns: 500 } })

    it.prop("never throws, whatever the options", [
      fc.record({ select: fc.anything(), expand: fc.anything(), orderBy: fc.anything() }, { requiredKeys: [] })
    ], ([query]) => {
      const request = requestOf(api.listRunUserProcessingResults, ids, query)
      if (Either.isLeft(request)) strictEqual(request.left._tag, "InvalidRequest")
    }, { fastCheck: { numRuns: 500 } })
  })
})

describe("Operation.request with a body", () => {
  const subjects = [{ id: Ids.UserId.make("ea09ac2e") }]

  const message = (operation: Operation.Any, body: unknown) =>
    Either.match(requestOf(operation, ids, body), { onLeft: (error) => error.message, onRight: () => "sent" })

  it("has the body as JSON, and says so", () => {
    assertRight(Operation.request(api.activateWorkflow, { workflowId }, { subjects }), {
      method: "POST",
      path: `${workflow}/activate`,
      query: "",
      headers: { "content-type": "application/json" },
      body: "{\"subjects\":[{\"id\":\"ea09ac2e\"}]}"
    })
  })

  it("asks for hidden enumeration members where something comes back", () => {
    const { body, headers } = Either.getOrThrow(
      Operation.request(api.createWorkflow, {}, {
        category: "joiner",
        displayName: "New hires",
        executionConditions: ExecutionConditions.onDemandOnly,
        tasks: []
      })
    )
    deepStrictEqual(headers, { "prefer": "include-unknown-enum-members", "content-type": "application/json" })
    deepStrictEqual(JSON.parse(body!), {
      category: "joiner",
      displayName: "New hires",
      executionConditions: { "@odata.type": "#microsoft.graph.identityGovernance.onDemandExecutionOnly" },
      tasks: []
    })
  })

  it("without a body has none, whatever its method", () => {
    for (const operation of [api.clearQuarantine, api.deleteWorkflow, api.previewTaskFailures] as const) {
      const { body, headers, query } = Either.getOrThrow(Operation.request(operation, { workflowId }))
      deepStrictEqual([body, headers["content-type"], query], [undefined, undefined, ""])
    }
  })

  it("writes the times of a function into its path", () => {
    const { path } = Either.getOrThrow(
      Operation.request(api.summarizeRuns, {
        workflowId,
        startDateTime: DateTime.unsafeMake("2022-08-01T00:00:00Z"),
        endDateTime: DateTime.unsafeMake("2022-08-31T23:59:59.5Z")
      })
    )
    strictEqual(
      path,
      `${workflow}/runs/summary(startDateTime=2022-08-01T00:00:00Z,endDateTime=2022-08-31T23:59:59.500Z)`
    )
  })

  it("is refused where the body breaks a limit, with the place and the limit", () => {
    strictEqual(message(api.activateWorkflow, { subjects }), "sent")
    strictEqual(
      message(api.activateWorkflow, { subjects: [] }),
      "workflows.activate was not sent: subjects: the subjects of one activation must be from 1 to 10, actual 0"
    )
    strictEqual(
      message(api.updateSettings, { workflowScheduleIntervalInHours: 25 }),
      "settings.update was not sent: workflowScheduleIntervalInHours: " +
        "workflowScheduleIntervalInHours must be a whole number from 1 to 24, actual 25"
    )
  })

  it("is refused where the body is none", () => {
    for (const body of [undefined, null, "a", [], {}]) {
      assertTrue(message(api.activateWorkflow, body).startsWith("workflows.activate was not sent: "))
    }
    strictEqual(
      message(api.activateWorkflow, { subjects: [{ id: "a secret/place" }] }).includes("secret"),
      false
    )
  })

  it.prop("never throws, whatever the body", [fc.anything()], ([body]) => {
    const request = requestOf(api.createWorkflow, ids, body)
    if (Either.isLeft(request)) strictEqual(request.left._tag, "InvalidRequest")
  })
})

describe("Operation.area", () => {
  const define = Operation.area({
    root: "/area",
    version: "v1.0",
    parameters: { a: Schema.String, b: Schema.NumberFromString, unused: Schema.String },
    clouds: ["global"],
    documentation: "https://example.com/"
  })
  const operation = define({
    id: "things.list",
    title: "List things",
    kind: "list",
    path: "/{b}/of/{a}",
    result: api.getRun.result,
    queryOptions: [],
    permissions: api.getRun.permissions,
    entraRoles: [],
    page: "things"
  })

  it("gives an operation the parameters of its path, in their order, and nothing else", () => {
    deepStrictEqual(Object.entries(operation.parameters), [["b", Schema.NumberFromString], ["a", Schema.String]])
  })

  it("puts the root before the path, and the site before the page", () => {
    strictEqual(operation.path, "/area/{b}/of/{a}")
    strictEqual(operation.documentation, "https://example.com/things")
  })

  it("writes parameters as their schemas encode them", () => {
    const { path } = Either.getOrThrow(Operation.request(operation, { a: "x y", b: 7 }))
    strictEqual(path, "/v1.0/area/7/of/x%20y")
  })

  it("refuses every option where there is none", () => {
    assertLeft(
      requestOf(operation, { a: "x", b: 7 }, { select: ["id"] }),
      new Operation.InvalidRequest({
        operation: "things.list",
        field: "select",
        reason: "is no query option of this operation; there is none"
      })
    )
  })
})
