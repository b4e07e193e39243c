import type { Entity, Operation } from "@effect-msgraph/domain"
import { LifecycleWorkflowsApi, NationalCloud, Processing } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
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
      it("has a schema for each parameter of its path, in the path's order", () => {
        const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
        deepStrictEqual(Object.keys(operation.parameters), names)
        for (const schema of Object.values(operation.parameters)) assertTrue(schema !== undefined)
        strictEqual(operation.path.replace(/\{\w+\}/g, "").replace(/[\w/]/g, ""), "")
      })

      it("follows its path: the id is the path without root and parameters, then what it does", () => {
        const segments = operation.path.replace("/identityGovernance/lifecycleWorkflows/", "").split("/")
        const names = segments.filter((segment) => !segment.startsWith("{"))
        strictEqual(operation.id, [...names, operation.kind].join("."))
        strictEqual(segments.at(-1)!.startsWith("{"), operation.kind === "get")
      })

      it("supports nothing twice, and orders only what can be ordered", () => {
        strictEqual(new Set(operation.queryOptions).size, operation.queryOptions.length)
        if (operation.queryOptions.includes("orderBy")) assertTrue(operation.result.sortable.length > 0)
        if (operation.queryOptions.includes("expand")) {
          assertTrue(Object.keys(operation.result.navigation).length > 0)
        }
      })

      it("names a least privileged permission for each kind of caller, and none twice", () => {
        for (const { higher, least } of Object.values(operation.permissions)) {
          assertTrue(least.length > 0)
          strictEqual(new Set([...least, ...higher]).size, least.length + higher.length)
        }
      })

      it("exists in clouds that are known, the global one among them", () => {
        assertTrue(operation.clouds.includes("global"))
        for (const cloud of operation.clouds) assertTrue(Object.hasOwn(NationalCloud.clouds, cloud))
      })

      it("is safe to repeat, for it reads", () => {
        strictEqual(operation.method, "GET")
        strictEqual(operation.idempotent, true)
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

describe.skipIf(!Reference.available)("Microsoft's pages say the same", () => {
  const options: { readonly [name: string]: string } = { $select: "select", $expand: "expand", $orderby: "orderBy" }

  for (const operation of operations) {
    it(operation.id, () => {
      const page = operation.documentation.split("/").at(-1)
      const documented = Reference.operations().find((o) => o.docPage === page && o.version === operation.version)
      assertTrue(documented !== undefined, `no page ${page}`)
      strictEqual(operation.method, documented.method)
      strictEqual(operation.path, documented.path)
      strictEqual(operation.kind, documented.kind)
      strictEqual(
        operation.kind === "list" ? `Collection(${operation.result.name})` : operation.result.name,
        documented.responseType
      )
      deepStrictEqual(operation.permissions, {
        delegated: documented.permissions.delegatedWorkSchool,
        application: documented.permissions.application
      })
      deepStrictEqual(operation.entraRoles, documented.entraRoles)
      const { china, global, usGovL4, usGovL5 } = documented.nationalClouds
      deepStrictEqual<ReadonlyArray<string>>(
        operation.clouds,
        Object.entries({ global, usgov: usGovL4, dod: usGovL5, china }).flatMap(([name, exists]) =>
          exists ? [name] : []
        )
      )
      // `filter` stays out until it is typed.
      deepStrictEqual(
        [...operation.queryOptions].sort(),
        documented.queryOptions.filter((name) => name !== "$filter").map((name) => options[name]).sort()
      )
      if (documented.filterable !== undefined) {
        deepStrictEqual(sorted(operation.result.filterable), sorted(documented.filterable))
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
        sorted(entity.filterable),
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
