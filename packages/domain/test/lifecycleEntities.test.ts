import * as Entity from "@effect-msgraph/domain/Entity"
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, FastCheck as fc, Schema } from "effect"
import { entities } from "./operationPayloads.js"
import { projection, selectable, withoutUndefined } from "./projections.js"
import * as Reference from "./reference.js"

// These are large: a few of each collection will do.
fc.configureGlobal({ baseSize: "xsmall" })

const schemaOf = (entity: Entity.Any, projection: object): Schema.Schema<any, any> =>
  Entity.schema(entity, projection as never)

const overTheWire = (value: unknown): any => JSON.parse(JSON.stringify(value))

describe.each(Object.entries(entities))("%s", (_, entity) => {
  const full = schemaOf(entity, {})

  it.prop("round trip of the default shape", [Arbitrary.make(full)], ([value]) => {
    const decoded = Schema.decodeUnknownSync(full)(overTheWire(Schema.encodeSync(full)(value)))
    deepStrictEqual(decoded, withoutUndefined(value))
  }, { fastCheck: { numRuns: 50 }, timeout: 30_000 })

  it.prop(
    "round trip of any projection",
    [
      projection(entity, 1).chain((projection) => {
        const schema = schemaOf(entity, projection)
        return Arbitrary.make(schema).map((value) => ({ schema, value, projection }))
      })
    ],
    ([{ projection, schema, value }]) => {
      const { expand = {}, select = [] } = projection
      const wire = overTheWire(Schema.encodeSync(schema)(value))
      deepStrictEqual(Schema.decodeUnknownSync(schema)(wire), withoutUndefined(value))
      const allowed = new Set([...(select.length === 0 ? selectable(entity) : select), ...Object.keys(expand)])
      for (const key of Object.keys(wire)) assertTrue(allowed.has(key), key)
    },
    // Few, for each makes its schema and its values anew; Entity.test.ts has more of them.
    { fastCheck: { numRuns: 5 }, timeout: 30_000 }
  )

  it("sorts and filters by what it has", () => {
    const names = selectable(entity).concat(Object.keys(entity.navigation))
    for (const name of entity.sortable) assertTrue(name in entity.properties, name)
    for (const name of Object.keys(entity.filterable)) assertTrue(names.includes(name), name)
  })
})

describe.skipIf(!Reference.available)("entities are as Microsoft's reference has them", () => {
  const resources = Reference.available ? Reference.resources() : []
  const find = (name: string) => resources.find((resource) => resource.fullName === name && resource.version === "v1.0")

  /** Of the type that it is derived from. */
  const inherited: { readonly [name: string]: string } = {
    workflow: "workflowBase",
    workflowVersion: "workflowBase",
    customTaskExtension: "microsoft.graph.customCalloutExtension"
  }

  /** Ours, and not theirs. */
  const added: { readonly [entity: string]: { readonly [property: string]: string } } = {
    CustomTaskExtension: { replyMode: "on the page of the type, in the metadata of beta" }
  }

  it.each(Object.entries(entities))("%s", (label, entity) => {
    const own = find(entity.name)
    assertTrue(own !== undefined, entity.name)
    const base = inherited[own.name]
    const from = base === undefined ? undefined : find(base.includes(".") ? base : entity.name.replace(own.name, base))
    const types = [own, ...(from === undefined ? [] : [from])]
    const names = (of: "properties" | "relationships") =>
      types.flatMap((type) => (type[of] ?? []).map(({ name }) => name))
    const relationships = names("relationships")
    const properties = new Set(["id", ...names("properties")])
    if (own.name === "workflowVersion") properties.delete("id")
    const ours = Object.keys(entity.properties).filter((name) =>
      !(name in entity.navigation) && !(name in (added[label] ?? {}))
    )
    deepStrictEqual(ours.sort(), [...properties].sort())
    deepStrictEqual(Object.keys(entity.navigation).sort(), [...new Set(relationships)].sort())
    for (const type of types) {
      for (const { name, nullable } of type.properties ?? []) {
        // What may be null there is optional here; the rest is optional only where an answer is printed without it.
        if (nullable !== true || name === "id") continue
        strictEqual(entity.properties[name]!.ast._tag, "PropertySignatureTransformation", name)
      }
    }
  })

  it("filters as the pages say", () => {
    const pages: { readonly [entity: string]: string } = {
      CustomTaskExtension: "lifecycleworkflowscontainer-list-customtaskextensions",
      DeletedWorkflow: "lifecycleworkflowscontainer-list-deleteditems",
      SubjectProcessingResult: "run-list-subjectprocessingresults",
      TaskReport: "workflow-list-taskreports",
      Workflow: "lifecycleworkflowscontainer-list-workflows",
      WorkflowTemplate: "lifecycleworkflowscontainer-list-workflowtemplates",
      WorkflowVersion: "workflow-list-versions"
    }
    const sorted = (fields: { readonly [name: string]: ReadonlyArray<string> }) =>
      Object.fromEntries(Object.entries(fields).map(([name, operators]) => [name, [...operators].sort()]))
    for (const [label, page] of Object.entries(pages)) {
      const operation = Reference.operations().find(({ id }) => id === page)
      deepStrictEqual(sorted(entities[label]!.filterable), sorted(operation!.filterable!), label)
    }
  })
})
