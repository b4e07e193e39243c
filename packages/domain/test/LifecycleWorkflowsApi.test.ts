import type { Entity } from "@effect-msgraph/domain"
import {
  Insights,
  LifecycleWorkflowsApi,
  NationalCloud,
  Operation,
  Processing,
  SubjectProcessing,
  Summary,
  Workflow
} from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertFalse, assertTrue, deepStrictEqual, notDeepStrictEqual, strictEqual } from "@effect/vitest/utils"
import type { Schema } from "effect"
import { SchemaAST } from "effect"
import * as Reference from "./reference.js"

const { groups, operations } = LifecycleWorkflowsApi

const isOperation = (value: unknown): value is Operation.Any =>
  typeof value === "object" && value !== null && "method" in value && "path" in value

/** The leaves of the groups, each with the names that lead to it. */
const leaves = (group: object, path: ReadonlyArray<string> = []): Array<readonly [id: string, Operation.Any]> =>
  Object.entries(group).flatMap(([name, value]) =>
    isOperation(value)
      ? [[[...path, name].join("."), value] as const]
      : leaves(value as object, [...path, name])
  )

const methods = {
  get: "GET",
  list: "GET",
  function: "GET",
  create: "POST",
  update: "PATCH",
  delete: "DELETE",
  action: "POST"
} as const

describe("LifecycleWorkflowsApi", () => {
  it("each operation stands in the groups where its id says, once", () => {
    deepStrictEqual(leaves(groups).map(([path]) => path).sort(), operations.map(({ id }) => id).sort())
    for (const [path, operation] of leaves(groups)) strictEqual(operation.id, path)
  })

  it("operations are the leaves of the groups, and nothing else", () => {
    deepStrictEqual(new Set(operations), new Set(leaves(groups).map(([, operation]) => operation)))
    strictEqual(new Set(operations).size, operations.length)
  })

  it("every exported operation is in the catalogue", () => {
    const values: ReadonlyArray<unknown> = Object.values(LifecycleWorkflowsApi)
    const exported = values.filter(isOperation)
    deepStrictEqual(new Set(exported), new Set(operations))
  })

  it("ids and paths are unique", () => {
    strictEqual(new Set(operations.map(({ id }) => id)).size, operations.length)
    strictEqual(new Set(operations.map(({ method, path }) => `${method} ${path}`)).size, operations.length)
  })

  for (const operation of operations) {
    describe(operation.id, () => {
      const names = operation.path.replace("/identityGovernance/lifecycleWorkflows/", "").replace(/\(.*\)/, "").split(
        "/"
      )
        .filter((segment) => !segment.startsWith("{") && segment !== "$ref")

      it("has a schema for each parameter of its path, in the path's order", () => {
        const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
        deepStrictEqual(Object.keys(operation.parameters), names)
        for (const schema of Object.values(operation.parameters)) assertTrue(schema !== undefined)
        strictEqual(
          operation.path.replace(/\{\w+\}/g, "").replace(/[\w/]|\$ref$|\(startDateTime=,endDateTime=\)$/g, ""),
          ""
        )
      })

      it("follows its path: the id is the path without root and parameters, then what it does", () => {
        const called = operation.kind === "action" || operation.kind === "function"
        strictEqual(operation.id, [...names, ...(called ? [] : [operation.kind])].join("."))
      })

      it("leads to one or to many, as its kind has it", () => {
        const last = operation.path.split("/").at(-1)!
        switch (operation.kind) {
          case "list":
          case "create":
            return assertFalse(last.startsWith("{"))
          case "get":
          case "update":
            return assertTrue(last.startsWith("{") || operation.path.endsWith("/settings"))
          case "delete":
            return assertTrue(last.startsWith("{") || last === "$ref")
          case "function":
            return assertTrue(last.endsWith(")"))
          case "action":
            return assertTrue(/^\w+$/.test(last))
        }
      })

      it("takes and gives what its kind has", () => {
        strictEqual(operation.method, methods[operation.kind])
        if (operation.kind === "create" || operation.kind === "update") assertTrue(operation.body !== undefined)
        if (operation.method === "GET" || operation.method === "DELETE") strictEqual(operation.body, undefined)
        if (operation.method === "GET" || operation.kind === "create") assertTrue(operation.result !== undefined)
        if (operation.kind === "delete") strictEqual(operation.result, undefined)
        if (["get", "list", "create"].includes(operation.kind)) assertTrue(Operation.isEntity(operation.result))
        if (operation.kind === "list") strictEqual(operation.many, true)
        if (!["list", "function", "action"].includes(operation.kind)) strictEqual(operation.many, false)
        strictEqual(operation.status, operation.result === undefined ? 204 : operation.kind === "create" ? 201 : 200)
      })

      it("has query options only where there is something to ask of, each once", () => {
        strictEqual(new Set(operation.queryOptions).size, operation.queryOptions.length)
        if (operation.queryOptions.length === 0) return
        assertTrue(Operation.isEntity(operation.result))
        strictEqual(operation.method, "GET")
        const { filterable, navigation, sortable } = operation.result
        // No source names what the results of subjects can be sorted by.
        const unnamed = operation.id === "workflows.runs.subjectProcessingResults.list"
        if (operation.queryOptions.includes("orderBy")) strictEqual(sortable.length > 0, !unnamed)
        if (operation.queryOptions.includes("filter")) assertTrue(Object.keys(filterable).length > 0)
        if (operation.queryOptions.includes("expand")) assertTrue(Object.keys(navigation).length > 0)
        if (operation.kind !== "list") {
          for (const option of ["filter", "orderBy", "search", "top", "skip", "count"] as const) {
            assertFalse(operation.queryOptions.includes(option), option)
          }
        }
      })

      it("names a least privileged permission for each kind of caller, and none twice", () => {
        for (const { higher, least } of Object.values(operation.permissions)) {
          assertTrue(least.length > 0)
          strictEqual(new Set([...least, ...higher]).size, least.length + higher.length)
        }
        assertTrue(operation.entraRoles.length > 0)
      })

      it("exists in clouds that are known, the global one among them", () => {
        assertTrue(operation.clouds.includes("global"))
        for (const cloud of operation.clouds) assertTrue(Object.hasOwn(NationalCloud.clouds, cloud))
      })

      it("is safe to repeat where it reads, sets or removes", () => {
        const sets = operation.method !== "POST" || operation.id === "workflows.previewTaskFailures"
        strictEqual(operation.idempotent, sets)
      })

      it("asks for hidden enumeration members where something comes back", () => {
        strictEqual(operation.unknownEnumMembers, operation.result !== undefined)
      })
    })
  }
})

const entities: ReadonlyArray<Entity.Any> = [
  Processing.Run,
  Processing.UserProcessingResult,
  Processing.TaskProcessingResult,
  Processing.Task
]

const enumerations: { readonly [name: string]: { readonly members: ReadonlyArray<string> } } = {
  lifecycleWorkflowProcessingStatus: Processing.ProcessingStatus,
  workflowExecutionType: Processing.WorkflowExecutionType,
  lifecycleTaskCategory: Processing.TaskCategory,
  activationTaskScopeType: Processing.ActivationTaskScope,
  activationUserScopeType: Processing.ActivationUserScope
}

describe("entities", () => {
  for (const entity of entities) {
    it(`${entity.name} filters and sorts only by what it has`, () => {
      const names = [...Object.keys(entity.properties), ...Object.keys(entity.navigation)]
      for (const name of Object.keys(entity.filterable)) assertTrue(names.includes(name), name)
      for (const name of entity.sortable) assertTrue(Object.hasOwn(entity.properties, name), name)
    })

    it(`${entity.name} has inline what its targets have`, () => {
      for (const { inline, target } of Object.values(entity.navigation)) {
        for (const name of inline) assertTrue(Object.hasOwn(target().properties, name), name)
      }
    })
  }
})

/** Where the catalogue says something else than the facts that it is held against, and why. */
const exceptions: { readonly [id: string]: { readonly [field: string]: string } } = {
  "workflows.activateWithScope": { permissions: "no source names one; those of activate are taken" },
  "workflows.activateAndWait": { entraRoles: "no source names one; those of activate are taken" },
  "workflows.clearQuarantine": { permissions: "no source names one; those of update are taken" },
  "workflows.runs.subjectProcessingResults.list": {
    clouds: "the page has no table: not known, so that it is tried",
    entraRoles: "no source names one; those of the other reports are taken"
  },
  "workflows.runs.subjectProcessingResults.get": {
    clouds: "the page has no table: not known, so that it is tried",
    entraRoles: "no source names one; those of the other reports are taken"
  },
  "customTaskExtensions.create": { body: "replyMode is on the page of the type, in the metadata of beta" },
  "customTaskExtensions.update": { body: "replyMode is on the page of the type, in the metadata of beta" },
  "workflows.userProcessingResults.summary": { queryOptions: "one complex value has no use for them" },
  "workflows.taskReports.summary": { queryOptions: "one complex value has no use for them" },
  "deletedItems.workflows.executionScope.reprocessedRuns.list": {
    permissions: "no source names one; those of reports are taken"
  },
  "deletedItems.workflows.executionScope.reprocessedRuns.delete": {
    permissions: "no source names one; those of workflows.update are taken"
  },
  "deletedItems.workflows.executionScope.reprocessedRuns.reprocessedRuns.list": {
    permissions: "no source names one; those of reports are taken"
  },
  "deletedItems.workflows.executionScope.reprocessedRuns.reprocessedRuns.delete": {
    permissions: "no source names one; those of workflows.update are taken"
  }
}

/** What the facts say of an operation, and what the catalogue says. */
const compared = (operation: Operation.Any, documented: Reference.Operation) => {
  const { china, global, usGovL4, usGovL5 } = documented.nationalClouds
  const name = Operation.isEntity(operation.result)
    ? operation.result.name
    : operation.result === undefined
    ? null
    : `microsoft.graph.identityGovernance.${nameOf(operation.result)}`
  return {
    method: [operation.method, documented.method],
    path: [
      operation.path,
      documented.alternatePaths.find((path) => path === operation.path) ?? documented.path
    ],
    kind: [operation.kind, documented.kind],
    status: [operation.status, documented.responseStatus],
    result: [operation.many ? `Collection(${name})` : name, documented.responseType],
    body: [
      operation.body === undefined ? undefined : fieldsOf(operation.body),
      documented.requestBody?.properties?.map(({ name }) => name).sort()
    ],
    permissions: [operation.permissions, {
      delegated: documented.permissions.delegatedWorkSchool,
      application: documented.permissions.application
    }],
    entraRoles: [operation.entraRoles, documented.entraRoles],
    clouds: [
      operation.clouds,
      Object.entries({ global, usgov: usGovL4, dod: usGovL5, china }).flatMap(([name, exists]) =>
        exists === true ? [name] : []
      )
    ],
    queryOptions: [
      operation.queryOptions.map((option) => `$${option.toLowerCase()}`).sort(),
      [...documented.queryOptions].sort()
    ],
    filterable: documented.filterable === undefined || !Operation.isEntity(operation.result)
      ? [undefined, undefined] as const
      : [sorted(operation.result.filterable), sorted(documented.filterable)] as const
  } as const
}

/** The name of a schema in Microsoft's metadata, which is that of our constant but for its capital. */
const nameOf = (schema: unknown): string | undefined => {
  const [name] =
    Object.entries({ ...Summary, ...Insights, ...SubjectProcessing, ...Workflow }).find(([, value]) =>
      value === schema
    ) ?? []
  return name === undefined ? undefined : `${name.charAt(0).toLowerCase()}${name.slice(1)}`
}

/** The names of the properties of a body as they stand in JSON, of all members of an union. */
const fieldsOf = (schema: Schema.Schema.Any): ReadonlyArray<string> => {
  const ast = SchemaAST.encodedAST(schema.ast)
  const members = SchemaAST.isUnion(ast) ? ast.types : [ast]
  return [...new Set(members.flatMap(SchemaAST.getPropertySignatures).map(({ name }) => String(name)))].sort()
}

describe.skipIf(!Reference.available)("Microsoft's pages say the same", () => {
  it("of as many operations", () => {
    deepStrictEqual(
      operations.map(({ documentation }) => documentation).sort(),
      Reference.operations().flatMap(({ alternatePaths, docPage, path }) =>
        [path, ...alternatePaths].map(() => `https://learn.microsoft.com/graph/api/${docPage}`)
      ).sort()
    )
  })

  for (const operation of operations) {
    it(operation.id, () => {
      const page = operation.documentation.split("/").at(-1)
      const documented = Reference.operations().find(({ docPage }) => docPage === page)
      assertTrue(documented !== undefined, `no page ${page}`)
      strictEqual(operation.version, documented.version)
      const excepted = exceptions[operation.id] ?? {}
      for (
        const [field, [ours, theirs]] of Object.entries<readonly [unknown, unknown]>(compared(operation, documented))
      ) {
        if (Object.hasOwn(excepted, field)) notDeepStrictEqual(ours, theirs, `${field} is no exception any more`)
        else deepStrictEqual(ours, theirs, field)
      }
    })
  }

  for (const entity of entities) {
    it(entity.name, () => {
      const resource = Reference.resources().find((r) => r.fullName === entity.name && r.version === "v1.0")
      assertTrue(resource !== undefined)
      const properties = resource.properties ?? []
      const relationships = resource.relationships ?? []
      deepStrictEqual(Object.keys(entity.properties).sort(), ["id", ...properties.map(({ name }) => name)].sort())
      deepStrictEqual(Object.keys(entity.navigation).sort(), relationships.map(({ name }) => name).sort())
      for (const { name, nullable } of properties) {
        const ast = entity.properties[name]!.ast
        strictEqual(ast._tag === "PropertySignatureTransformation", nullable, name)
      }
      for (const { name, type } of relationships) {
        const { many, target } = entity.navigation[name]!
        strictEqual(many ? `Collection(${target().name})` : target().name, type)
      }
      const all = [...properties, ...relationships]
      deepStrictEqual(
        // The page of the operation lets tasks be filtered by their id, that of the type says nothing of ids.
        sorted(Object.fromEntries(Object.entries(entity.filterable).filter(([name]) => name !== "id"))),
        sorted(Object.fromEntries(all.flatMap(({ filter, name }) => filter === undefined ? [] : [[name, filter]])))
      )
      deepStrictEqual([...entity.sortable].sort(), all.filter(({ orderby }) => orderby).map(({ name }) => name).sort())
    })
  }

  for (const [name, schema] of Object.entries(enumerations)) {
    it(name, () => {
      const resource = Reference.resources().find((r) => r.name === name && r.kind === "enum")
      deepStrictEqual(schema.members, resource?.members?.map(({ name }) => name))
    })
  }
})

const sorted = (filterable: { readonly [name: string]: ReadonlyArray<string> }) =>
  Object.fromEntries(
    Object.entries(filterable).sort(([a], [b]) => a < b ? -1 : 1).map((
      [name, operators]
    ) => [name, [...operators].sort()])
  )
