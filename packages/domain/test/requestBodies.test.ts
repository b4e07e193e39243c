import * as ActivationBody from "@effect-msgraph/domain/ActivationBody"
import * as CustomTaskExtension from "@effect-msgraph/domain/CustomTaskExtension"
import * as CustomTaskExtensionBody from "@effect-msgraph/domain/CustomTaskExtensionBody"
import * as Entity from "@effect-msgraph/domain/Entity"
import * as ExecutionConditions from "@effect-msgraph/domain/ExecutionConditions"
import * as Ids from "@effect-msgraph/domain/Ids"
import * as SettingsBody from "@effect-msgraph/domain/LifecycleManagementSettingsBody"
import * as Quarantine from "@effect-msgraph/domain/Quarantine"
import * as Workflow from "@effect-msgraph/domain/Workflow"
import * as WorkflowBody from "@effect-msgraph/domain/WorkflowBody"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, Duration, Either, FastCheck as fc, ParseResult, Schema } from "effect"
import { withoutUndefined } from "./projections.js"

fc.configureGlobal({ baseSize: "xsmall" })

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** The paths at which encoding failed, each with its message. */
const faults = <A>(schema: Schema.Schema<A, any>, value: A): ReadonlyArray<string> =>
  Either.match(Schema.encodeEither(schema, { errors: "all" })(value), {
    onRight: () => [],
    onLeft: (error) =>
      ParseResult.ArrayFormatter.formatErrorSync(error).map(({ message, path }) => `${path.join(".")}: ${message}`)
  })

const task = {
  taskDefinitionId: Ids.TaskDefinitionId.make("6fc52c9d-398b-4305-9763-15f42c1676fc"),
  displayName: "Enable User Account",
  arguments: []
}

const create: WorkflowBody.Create = {
  category: "joiner",
  displayName: "New hires",
  executionConditions: ExecutionConditions.onDemandOnly,
  tasks: [task]
}

const extension: CustomTaskExtensionBody.Create = {
  displayName: "Grant access",
  authenticationConfiguration: CustomTaskExtension.popToken,
  endpointConfiguration: CustomTaskExtension.logicApp({
    subscriptionId: "s",
    resourceGroupName: "g",
    logicAppWorkflowName: "w"
  })
}

const many = <A>(count: number, make: (index: number) => A): Array<A> =>
  Array.from({ length: count }, (_, i) => make(i))
const users = (count: number) => many(count, (i) => ({ id: Ids.UserId.make(`u${i}`) }))
const offset = (days: number): WorkflowBody.Create => ({
  ...create,
  executionConditions: ExecutionConditions.when(
    ExecutionConditions.daysFrom("employeeHireDate", days),
    ExecutionConditions.rule("(country eq 'Australia')")
  )
})
const units = (count: number): WorkflowBody.Create => ({
  ...create,
  administrationScopeTargets: many(count, (i) => ({ id: Ids.AdministrativeUnitId.make(`a${i}`) }))
})

describe("limits", () => {
  it("offsetInDays: -180 to 180", () => {
    for (const days of [-180, 0, 180]) deepStrictEqual(faults(WorkflowBody.Create, offset(days)), [])
    for (const days of [-181, 181]) {
      const path = "executionConditions.trigger.offsetInDays"
      const message = `offsetInDays must be a whole number from -180 to 180, actual ${days}`
      deepStrictEqual(faults(WorkflowBody.Create, offset(days)), [`${path}: ${message}`])
      deepStrictEqual(faults(WorkflowBody.CreateNewVersion, { workflow: offset(days) }), [
        `workflow.${path}: ${message}`
      ])
    }
    strictEqual(
      faults(WorkflowBody.Create, offset(1.5))[0],
      "executionConditions.trigger.offsetInDays: Expected an integer, actual 1.5"
    )
  })

  it("25 tasks", () => {
    const of = (count: number) => ({ ...create, tasks: many(count, () => task) })
    deepStrictEqual(faults(WorkflowBody.Create, of(25)), [])
    const message = "the tasks of a workflow must be from 0 to 25, actual 26"
    deepStrictEqual(faults(WorkflowBody.Create, of(26)), [`tasks: ${message}`])
    deepStrictEqual(faults(WorkflowBody.CreateNewVersion, { workflow: of(25) }), [])
    deepStrictEqual(faults(WorkflowBody.CreateNewVersion, { workflow: of(26) }), [`workflow.tasks: ${message}`])
  })

  it("5 administrative units", () => {
    deepStrictEqual(faults(WorkflowBody.Create, units(5)), [])
    deepStrictEqual(faults(WorkflowBody.Create, units(6)), [
      "administrationScopeTargets: the administrative units of a workflow must be from 0 to 5, actual 6"
    ])
  })

  it("a disabled workflow is not scheduled", () => {
    const message = "isSchedulingEnabled: isSchedulingEnabled must be false where isEnabled is false"
    for (const isEnabled of [true, false, undefined]) {
      for (const isSchedulingEnabled of [true, false, undefined]) {
        const expected = isEnabled === false && isSchedulingEnabled === true ? [message] : []
        deepStrictEqual(faults(WorkflowBody.Create, { ...create, isEnabled, isSchedulingEnabled }), expected)
        deepStrictEqual(faults(WorkflowBody.Update, { isEnabled, isSchedulingEnabled }), expected)
      }
    }
  })

  it("a scope of groups names them", () => {
    const of = (scope: ExecutionConditions.Scope): WorkflowBody.Create => ({
      ...create,
      executionConditions: ExecutionConditions.when(ExecutionConditions.membershipChanges("add"), scope)
    })
    deepStrictEqual(faults(WorkflowBody.Create, of(ExecutionConditions.groups(Ids.GroupId.make("g")))), [])
    const expected = ["executionConditions.scope.groups: the scope must name its groups: at least one"]
    deepStrictEqual(faults(WorkflowBody.Create, of({ _tag: "GroupBasedSubjectSet" })), expected)
    deepStrictEqual(faults(WorkflowBody.Create, of({ _tag: "GroupBasedSubjectSet", groups: [] })), expected)
  })

  it("1 to 10 subjects of an activation and of a preview", () => {
    for (
      const [what, schema] of [
        ["activation", ActivationBody.Activate],
        ["preview", ActivationBody.PreviewWorkflow]
      ] as const
    ) {
      for (const count of [1, 10]) deepStrictEqual(faults(schema, { subjects: users(count) }), [])
      for (const count of [0, 11]) {
        deepStrictEqual(faults(schema, { subjects: users(count) }), [
          `subjects: the subjects of one ${what} must be from 1 to 10, actual ${count}`
        ])
      }
    }
  })

  it("one run to cancel", () => {
    const scope = ActivationBody.run(Ids.RunId.make("r"))
    deepStrictEqual(faults(ActivationBody.CancelProcessing, { scope }), [])
    for (const count of [0, 2]) {
      deepStrictEqual(
        faults(ActivationBody.CancelProcessing, {
          scope: { _tag: "CancelRunsScope", runs: many(count, (i) => ({ id: Ids.RunId.make(`r${i}`) })) }
        }),
        [`scope.runs: the runs of one cancellation must be exactly 1, actual ${count}`]
      )
    }
  })

  it("1 to 24 hours between evaluations", () => {
    for (const hours of [1, 24]) {
      deepStrictEqual(faults(SettingsBody.Update, { workflowScheduleIntervalInHours: hours }), [])
    }
    for (const hours of [0, 25]) {
      deepStrictEqual(faults(SettingsBody.Update, { workflowScheduleIntervalInHours: hours }), [
        `workflowScheduleIntervalInHours: workflowScheduleIntervalInHours must be a whole number from 1 to 24, actual ${hours}`
      ])
    }
  })

  it("5 minutes to 3 hours until the callback", () => {
    const of = (timeoutDuration: Duration.Duration) => ({
      callbackConfiguration: CustomTaskExtension.callback({ timeoutDuration })
    })
    for (const duration of [Duration.minutes(5), Duration.hours(3)]) {
      deepStrictEqual(faults(CustomTaskExtensionBody.Update, of(duration)), [])
      deepStrictEqual(faults(CustomTaskExtensionBody.Create, { ...extension, ...of(duration) }), [])
    }
    for (
      const [duration, actual] of [
        [Duration.millis(299_999), "4m 59s 999ms"],
        [Duration.millis(10_800_001), "3h 1ms"]
      ] as const
    ) {
      deepStrictEqual(faults(CustomTaskExtensionBody.Update, of(duration)), [
        `callbackConfiguration.timeoutDuration: timeoutDuration must be from 5 minutes to 3 hours, actual ${actual}`
      ])
    }
    deepStrictEqual(
      faults(CustomTaskExtensionBody.Update, { callbackConfiguration: CustomTaskExtension.callback({}) }),
      []
    )
  })

  it("200 to 2000 milliseconds and 0 or 1 retries", () => {
    const of = (timeoutInMilliseconds: number, maximumRetries: number) => ({
      clientConfiguration: { timeoutInMilliseconds, maximumRetries }
    })
    for (const body of [of(200, 0), of(2000, 1)]) deepStrictEqual(faults(CustomTaskExtensionBody.Update, body), [])
    deepStrictEqual(faults(CustomTaskExtensionBody.Update, of(199, 2)), [
      "clientConfiguration.maximumRetries: maximumRetries must be a whole number from 0 to 1, actual 2",
      "clientConfiguration.timeoutInMilliseconds: timeoutInMilliseconds must be a whole number from 200 to 2000, actual 199"
    ])
    strictEqual(faults(CustomTaskExtensionBody.Update, of(2001, -1)).length, 2)
  })

  it("a name", () => {
    strictEqual(faults(WorkflowBody.Create, { ...create, displayName: "" })[0]?.split(":")[0], "displayName")
    strictEqual(faults(WorkflowBody.Update, { displayName: "" }).length, 1)
    strictEqual(faults(WorkflowBody.UpdateTask, { displayName: "" }).length, 1)
    strictEqual(faults(CustomTaskExtensionBody.Create, { ...extension, displayName: "" }).length, 1)
  })

  it("does not repeat what the caller wrote, where it could be anyone's", () => {
    const [fault] = faults(WorkflowBody.Create, offset(999))
    strictEqual(fault?.includes("Australia"), false)
  })
})

describe("bodies", () => {
  it("do not have what the service sets: a workflow that was read can be sent again", () => {
    const read = Schema.decodeUnknownSync(Entity.schema(Workflow.WorkflowDetails))({
      category: "joiner",
      createdDateTime: "2022-08-24T15:39:17.6496704Z",
      createdBy: { id: "u" },
      displayName: "New hires",
      executionConditions: { "@odata.type": "#microsoft.graph.identityGovernance.onDemandExecutionOnly" },
      id: "w",
      isEnabled: true,
      isSchedulingEnabled: false,
      tasks: [{
        arguments: [],
        category: "joiner,leaver",
        continueOnError: false,
        displayName: "Enable User Account",
        executionSequence: 1,
        id: "t",
        isEnabled: true,
        taskDefinitionId: "6fc52c9d-398b-4305-9763-15f42c1676fc"
      }],
      version: 3
    })
    const { executionConditions = ExecutionConditions.onDemandOnly, ...rest } = read
    const encoded = Schema.encodeSync(WorkflowBody.CreateNewVersion)({
      workflow: { ...rest, executionConditions, displayName: "Newer hires" }
    })
    deepStrictEqual(overTheWire(encoded), {
      workflow: {
        category: "joiner",
        displayName: "Newer hires",
        executionConditions: { "@odata.type": "#microsoft.graph.identityGovernance.onDemandExecutionOnly" },
        isEnabled: true,
        isSchedulingEnabled: false,
        tasks: [{
          arguments: [],
          category: "joiner,leaver",
          continueOnError: false,
          displayName: "Enable User Account",
          executionSequence: 1,
          id: "t",
          isEnabled: true,
          taskDefinitionId: "6fc52c9d-398b-4305-9763-15f42c1676fc"
        }]
      }
    })
  })

  it("are checked for what they do not have, where the caller asks for it: a file by its author", () => {
    const decode = Schema.decodeUnknownEither(WorkflowBody.Create, { onExcessProperty: "error", errors: "all" })
    const written = { ...overTheWire(Schema.encodeSync(WorkflowBody.Create)(create)) as object }
    assertTrue(Either.isRight(decode(written)))
    const wrong = decode({ ...written, id: "w", isEnable: true })
    assertTrue(Either.isLeft(wrong))
    deepStrictEqual(
      ParseResult.ArrayFormatter.formatErrorSync(wrong.left).map(({ path }) => path.join(".")).sort(),
      ["id", "isEnable"]
    )
  })

  it("demand what Microsoft demands", () => {
    const missing = (schema: Schema.Schema<any, any>) =>
      Either.match(Schema.decodeUnknownEither(schema, { errors: "all" })({}), {
        onRight: () => [],
        onLeft: (error) => ParseResult.ArrayFormatter.formatErrorSync(error).map(({ path }) => path.join("."))
      })
    deepStrictEqual(missing(WorkflowBody.Create).sort(), ["category", "displayName", "executionConditions", "tasks"])
    deepStrictEqual(missing(WorkflowBody.CreateNewVersion), ["workflow"])
    deepStrictEqual(missing(WorkflowBody.Update), [])
    deepStrictEqual(missing(WorkflowBody.UpdateTask), [])
    deepStrictEqual(missing(CustomTaskExtensionBody.Create).sort(), [
      "authenticationConfiguration",
      "displayName",
      "endpointConfiguration"
    ])
    deepStrictEqual(missing(CustomTaskExtensionBody.Update), [])
    deepStrictEqual(missing(CustomTaskExtensionBody.Resume), ["data"])
    deepStrictEqual(missing(SettingsBody.Update), [])
    deepStrictEqual(missing(ActivationBody.Activate), ["subjects"])
    deepStrictEqual(missing(ActivationBody.ActivateAndWait), ["subject"])
    deepStrictEqual(missing(ActivationBody.CancelProcessing), ["scope"])
  })

  it("say null where something is cleared, and nothing where it stays", () => {
    deepStrictEqual(overTheWire(Schema.encodeSync(WorkflowBody.Update)({ description: null })), { description: null })
    deepStrictEqual(overTheWire(Schema.encodeSync(WorkflowBody.Update)({ description: undefined })), {})
    deepStrictEqual(
      overTheWire(Schema.encodeSync(CustomTaskExtensionBody.Update)({ callbackConfiguration: null })),
      { callbackConfiguration: null }
    )
    deepStrictEqual(overTheWire(Schema.encodeSync(SettingsBody.Update)({ quarantineConfiguration: null })), {
      quarantineConfiguration: null
    })
  })

  it("take what this version does not know", () => {
    const executionConditions = {
      _tag: "Unknown" as const,
      odataType: "#microsoft.graph.identityGovernance.onFullMoon",
      properties: { hour: 3 }
    }
    const encoded: any = Schema.encodeSync(WorkflowBody.Create)({ ...create, executionConditions })
    deepStrictEqual(encoded.executionConditions, {
      "@odata.type": "#microsoft.graph.identityGovernance.onFullMoon",
      "hour": 3
    })
    const extensibility: any = Schema.decodeUnknownSync(WorkflowBody.Create)({
      ...overTheWire(Schema.encodeSync(WorkflowBody.Create)(create)) as object,
      category: "extensibility"
    })
    strictEqual(extensibility.category, "extensibility")
  })

  it("can be made of constructors", () => {
    const body: any = Schema.encodeSync(WorkflowBody.Create)({
      ...create,
      executionConditions: ExecutionConditions.when(
        ExecutionConditions.attributesChange("department", "jobTitle"),
        ExecutionConditions.rule("(department eq 'Sales')")
      ),
      settings: {
        quarantineConfiguration: {
          conditions: [Quarantine.moreUsersThan(100), Quarantine.morePercentThan(20)],
          matchMode: "any"
        }
      }
    })
    deepStrictEqual(body.executionConditions.trigger, {
      "@odata.type": "#microsoft.graph.identityGovernance.attributeChangeTrigger",
      "triggerAttributes": [{ name: "department" }, { name: "jobTitle" }]
    })
    deepStrictEqual(
      body.settings.quarantineConfiguration.conditions.map((condition: any) => condition["@odata.type"]),
      [
        "#microsoft.graph.identityGovernance.countBasedQuarantineCondition",
        "#microsoft.graph.identityGovernance.percentageBasedQuarantineCondition"
      ]
    )
    const idle: any = Schema.encodeSync(ExecutionConditions.Trigger)(ExecutionConditions.inactiveFor(90))
    strictEqual(idle.inactivityPeriodInDays, 90)
    const authentication: any = Schema.encodeSync(CustomTaskExtension.AuthenticationConfiguration)(
      CustomTaskExtension.token("542dc01a")
    )
    deepStrictEqual(authentication, {
      "@odata.type": "#microsoft.graph.azureAdTokenAuthentication",
      "resourceId": "542dc01a"
    })
  })

  it("an activation on a scope refers to something", () => {
    const encode = Schema.encodeEither(ActivationBody.ActivateWithScope)
    assertTrue(Either.isRight(encode({ scope: { _tag: "ActivateUserScope", users: [{ id: Ids.UserId.make("u") }] } })))
    assertTrue(Either.isLeft(encode({ scope: { _tag: "ActivateUserScope", users: [] as never } })))
    assertTrue(Either.isLeft(encode({ scope: { _tag: "ActivateGroupScope" } as never })))
    assertTrue(Either.isLeft(encode({ subjects: [] as never })))
  })
})

describe("round trips", () => {
  const schemas: { readonly [name: string]: Schema.Schema<any, any> } = {
    "WorkflowBody.Update": WorkflowBody.Update,
    "WorkflowBody.UpdateTask": WorkflowBody.UpdateTask,
    "ActivationBody.Activate": ActivationBody.Activate,
    "ActivationBody.ActivateWithScope": ActivationBody.ActivateWithScope,
    "ActivationBody.ActivateAndWait": ActivationBody.ActivateAndWait,
    "ActivationBody.PreviewWorkflow": ActivationBody.PreviewWorkflow,
    "ActivationBody.CancelProcessing": ActivationBody.CancelProcessing,
    "CustomTaskExtensionBody.Create": CustomTaskExtensionBody.Create,
    "CustomTaskExtensionBody.Update": CustomTaskExtensionBody.Update,
    "CustomTaskExtensionBody.Resume": CustomTaskExtensionBody.Resume,
    "LifecycleManagementSettingsBody.Update": SettingsBody.Update,
    "ExecutionConditions": ExecutionConditions.ExecutionConditions,
    "WorkflowBody.Create": WorkflowBody.Create,
    "WorkflowBody.CreateNewVersion": WorkflowBody.CreateNewVersion,
    "CustomTaskExtension.ResponseData": CustomTaskExtension.ResponseData,
    "PreviewFailedTask": Workflow.PreviewFailedTask
  }
  describe.each(Object.entries(schemas))("%s", (_, schema) => {
    it.prop("what was encoded decodes to what it was", [Arbitrary.make(schema)], ([value]) => {
      const wire = overTheWire(Schema.encodeSync(schema)(value))
      deepStrictEqual(Schema.decodeUnknownSync(schema)(wire), withoutUndefined(value))
    }, { fastCheck: { numRuns: 30 }, timeout: 30_000 })
  })
})
