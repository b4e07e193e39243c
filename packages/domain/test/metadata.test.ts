/** Catalogue and schemas against Microsoft's metadata: whatever it has is here, or on a list with the reason why it isn't. */
import * as Domain from "@effect-msgraph/domain"
import { type Entity, LifecycleWorkflowsApi, Operation } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertFalse, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Option, Schema, SchemaAST } from "effect"
import * as Reference from "./reference.js"

const { operations } = LifecycleWorkflowsApi

const governance = "microsoft.graph.identityGovernance."

/** Every value that the package exports, by the name of its module and its own. */
const exported: ReadonlyArray<readonly [name: string, value: unknown]> = Object.entries(Domain).flatMap(
  ([module, values]) => Object.entries(values).map(([name, value]) => [`${module}.${name}`, value] as const)
)

const isEntity = (value: unknown): value is Entity.Any =>
  typeof value === "object" && value !== null && "properties" in value && "navigation" in value && "sortable" in value

/** The entities by their name in the metadata; several have one name, and differ in what comes unasked. */
const entitiesOf = (name: string): ReadonlyArray<Entity.Any> =>
  exported.flatMap(([, value]) => isEntity(value) && value.name === name ? [value] : [])

const present = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> =>
  SchemaAST.isUnion(ast) ? ast.types.flatMap(present) : [ast]

/** The properties of a complex type as they stand in JSON: those of the member of an union that has its `@odata.type`, or of a struct. */
const complexTypes = (): ReadonlyMap<string, ReadonlyMap<string, SchemaAST.AST>> => {
  const found = new Map<string, Map<string, SchemaAST.AST>>()
  const seen = new Set<SchemaAST.AST>()
  const add = (name: string, ast: SchemaAST.TypeLiteral) => {
    const fields = found.get(name) ?? new Map()
    for (const { name, type } of ast.propertySignatures) {
      if (!["@odata.type", "_tag"].includes(String(name))) fields.set(String(name), type)
    }
    found.set(name, fields)
  }
  const visit = (ast: SchemaAST.AST): void => {
    if (seen.has(ast)) return
    seen.add(ast)
    switch (ast._tag) {
      case "TypeLiteral": {
        for (const { name, type } of ast.propertySignatures) {
          for (const member of present(type)) {
            if (name === "@odata.type" && SchemaAST.isLiteral(member) && member.literal !== "") {
              add(String(member.literal).replace(/^#/, ""), ast)
            }
          }
          visit(type)
        }
        return
      }
      case "Union":
        return ast.types.forEach(visit)
      case "TupleType":
        ast.rest.forEach(({ type }) => visit(type))
        return ast.elements.forEach(({ type }) => visit(type))
      case "Transformation":
        visit(ast.from)
        return visit(ast.to)
      case "Refinement":
        return visit(ast.from)
      case "Suspend":
        return visit(ast.f())
      case "Declaration":
        return ast.typeParameters.forEach(visit)
    }
  }
  for (const [, value] of exported) {
    if (Schema.isSchema(value)) visit(value.ast)
    if (isEntity(value)) { for (const field of Object.values(value.properties)) visit(astOf(field)) }
  }
  return found
}

const astOf = (field: Schema.Struct.Field): SchemaAST.AST =>
  Schema.isSchema(field) ? field.ast : (field as unknown as { readonly from: Schema.Schema.Any }).from.ast

/** The properties of what an array is of. */
const elements = (ast: SchemaAST.AST | undefined): ReadonlyArray<string> | undefined => {
  const array = ast === undefined ? undefined : present(SchemaAST.encodedAST(ast)).find(SchemaAST.isTupleType)
  return array?.rest.flatMap(({ type }) => SchemaAST.getPropertySignatures(type)).map(({ name }) => String(name))
}

/** Structs that are written without `@odata.type`: named like the type, but for the capital, in one of the modules. */
const struct = (name: string): ReadonlyArray<string> | undefined => {
  const constant = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  const value = exported.find(([path, value]) =>
    path.split(".")[1] === (renamed[name] ?? constant) && Schema.isSchema(value)
  )
    ?.[1] as Schema.Schema.Any | undefined
  if (value === undefined) return undefined
  const from = SchemaAST.encodedAST(value.ast)
  return present(from).flatMap(SchemaAST.getPropertySignatures).map(({ name }) => String(name)).filter((name) =>
    name !== "@odata.type"
  )
}

/** Our names, where they differ from Microsoft's. */
const renamed: { readonly [type: string]: string } = {
  customTaskExtensionCallbackData: "CallbackData",
  customExtensionClientConfiguration: "ClientConfiguration"
}

/** Types that have no counterpart here, with the reason. */
const absentTypes: { readonly [type: string]: string } = {
  activationScope: "abstract: the union has it as its unknown member",
  cancelScope: "abstract: the union has it as its unknown member",
  customTaskExtensionCalloutData: "what the service sends to a Logic App: in no operation's request or answer",
  insights: "a container of functions, without properties of its own",
  lifecycleWorkflowsContainer: "the root of the paths: no operation reads it",
  quarantineCondition: "abstract: the union has it as its unknown member",
  usersProcessingSummary: "in no operation's answer; the functions return userSummary",
  workflowBase: "abstract: workflow and workflowVersion have its properties",
  workflowExecutionConditions: "abstract: the union has it as its unknown member",
  workflowExecutionTrigger: "abstract: the union has it as its unknown member",
  customExtensionAuthenticationConfiguration: "abstract: the union has it as its unknown member",
  customExtensionCallbackConfiguration: "abstract: its derived type has its properties",
  customExtensionData: "abstract, without properties",
  customExtensionEndpointConfiguration: "abstract: the union has it as its unknown member",
  customExtensionOverwriteConfiguration: "of other areas of Graph",
  identity: "of other areas of Graph",
  userIdentity: "of other areas of Graph",
  subjectSet: "abstract: the union has it as its unknown member",
  customCalloutExtension: "abstract: customTaskExtension has its properties",
  deletedItemContainer: "a container: its workflows have their own paths",
  entity: "abstract: its id is in each entity"
}

/** Properties and navigations of types that are here, with the reason why they are not. */
const absentMembers: { readonly [member: string]: string } = {
  "user.deletedDateTime": "of people we have what workflows and their results are about",
  "user.manager": "of people we have what workflows and their results are about"
}

/** What only we have, with the reason. */
const added: { readonly [member: string]: string } = {
  "customTaskExtension.replyMode": "on the page of the type, in the metadata of beta",
  "customTaskExtensionCallbackData.targetSubject": "on the page of the type, in the metadata of beta",
  "user.companyName": "in the whole metadata, of which these are parts",
  "user.employeeType": "in the whole metadata, of which these are parts",
  "user.officeLocation": "in the whole metadata, of which these are parts"
}

/** Types that only we have, with the reason. */
const addedTypes: { readonly [type: string]: string } = {
  subjectProcessingResult: "on Microsoft's v1.0 pages, in the metadata of beta",
  directoryObjectWorkflowSubject: "on Microsoft's v1.0 pages, in the metadata of beta",
  provisioningObjectWorkflowSubject: "on Microsoft's v1.0 pages, in the metadata of beta",
  administrativeUnit: "in the whole metadata, of which these are parts",
  group: "in the whole metadata, of which these are parts"
}

/** Actions and functions that have no operation here, with the reason. */
const absentCalls: { readonly [call: string]: string } = {}

/** Operations that the metadata has not, with the reason. */
const addedOperations: { readonly [id: string]: string } = {
  "workflows.activateAndWait": "on Microsoft's v1.0 pages, in the metadata of beta",
  "workflows.runs.subjectProcessingResults.summary": "on Microsoft's v1.0 pages, in the metadata of beta"
}

describe.skipIf(!Reference.available)("Microsoft's metadata of v1.0", () => {
  const metadata = Reference.available ? Reference.metadata() : undefined!
  const types = Object.entries({ ...metadata?.identityGovernance.types, ...metadata?.graph })
  const inNamespace = (name: string) =>
    name in (metadata?.identityGovernance.types ?? {}) ? `${governance}${name}` : `microsoft.graph.${name}`
  const complex = Reference.available ? complexTypes() : new Map<string, ReadonlyMap<string, SchemaAST.AST>>()
  const keys = (map: ReadonlyMap<string, unknown> | undefined) => map === undefined ? undefined : [...map.keys()]

  /** Types that have no schema of their own here. */
  const nested: { readonly [type: string]: () => ReadonlyArray<string> | undefined } = {
    triggerAttribute: () => elements(complex.get(`${governance}attributeChangeTrigger`)?.get("triggerAttributes")),
    keyValuePair: () => elements(astOf(entitiesOf(`${governance}task`)[0]!.properties["arguments"]!))
  }

  /** Its own properties and those of the types that it is derived from. */
  const membersOf = (type: Reference.MetadataType, of: "properties" | "navigation"): ReadonlyArray<string> => {
    const base = type.base?.split(".").at(-1)
    const parent = base === undefined ? undefined : Object.fromEntries(types)[base]
    return [...(parent === undefined ? [] : membersOf(parent, of)), ...Object.keys(type[of])]
  }

  describe("types", () => {
    it.each(types)("%s", (name, type) => {
      const full = inNamespace(name)
      const found = entitiesOf(full)
      const fields = nested[name]?.() ?? keys(complex.get(full)) ?? struct(name)
      if (Object.hasOwn(absentTypes, name)) {
        // An union may have the name of the abstract type.
        assertTrue(
          found.length === 0 && (type.abstract || fields === undefined),
          `${name} is here: take it off the list`
        )
        return
      }
      const known = new Set(
        [...Object.keys(absentMembers), ...Object.keys(added)].map((member) => member.split(".")[0])
      )
      const compare = (ours: ReadonlyArray<string>, theirs: ReadonlyArray<string>) => {
        const missing = theirs.filter((member) => !ours.includes(member))
        const more = ours.filter((member) => !theirs.includes(member))
        if (!known.has(name)) return deepStrictEqual([missing, more], [[], []])
        deepStrictEqual(
          [missing.map((member) => `${name}.${member}`).sort(), more.map((member) => `${name}.${member}`).sort()],
          [Object.keys(absentMembers), Object.keys(added)].map((list) =>
            list.filter((member) => member.startsWith(`${name}.`)).sort()
          )
        )
      }
      if (type.kind === "EntityType") {
        assertTrue(found.length > 0, `no entity ${full}`)
        for (const entity of found) {
          const names = [...Object.keys(entity.properties), ...Object.keys(entity.navigation)]
          compare([...new Set(names)], [...membersOf(type, "properties"), ...membersOf(type, "navigation")])
        }
      } else {
        assertTrue(fields !== undefined, `no schema of ${full}`)
        compare([...new Set(fields)], [...membersOf(type, "properties"), ...membersOf(type, "navigation")])
      }
    })

    it("every one that is here is there, but for those on the list", () => {
      const names = types.map(([name]) => inNamespace(name))
      const ours = [...exported.flatMap(([, value]) => isEntity(value) ? [value.name] : []), ...complex.keys()]
      const more = new Set(ours.filter((name) => !names.includes(name)).map((name) => name.split(".").at(-1)!))
      deepStrictEqual([...more].sort(), Object.keys(addedTypes).sort())
    })

    it("every type that is on a list is there", () => {
      const names = types.map(([name]) => name)
      for (const name of [...Object.keys(absentTypes), ...Object.keys(renamed)]) assertTrue(names.includes(name), name)
    })

    it("navigation leads to the same type, one or many", () => {
      for (const [, value] of exported) {
        if (!isEntity(value)) continue
        const type = types.find(([name]) => inNamespace(name) === value.name)?.[1]
        for (const [name, { many, target }] of Object.entries(value.navigation)) {
          const declared = typeOf(type, name)
          if (declared === undefined) continue
          const ours = target().name.replace(/^microsoft\.graph\.(?!identityGovernance)/, "graph.")
          strictEqual(many ? `Collection(${ours})` : ours, declared, `${value.name}/${name}`)
        }
      }
    })

    const typeOf = (type: Reference.MetadataType | undefined, name: string): string | undefined =>
      type === undefined
        ? undefined
        : type.navigation[name]?.type ?? typeOf(Object.fromEntries(types)[type.base?.split(".").at(-1) ?? ""], name)
  })

  describe("enumerations", () => {
    const enums = exported.flatMap(([, value]) =>
      Schema.isSchema(value) && "members" in value && "is" in value
        ? [
          [
            Option.getOrThrow(SchemaAST.getIdentifierAnnotation(value.ast)) as string,
            value.members as ReadonlyArray<string>
          ] as const
        ]
        : []
    )

    it.each(Object.entries(metadata?.identityGovernance.enums ?? {}))("%s", (name, { members }) => {
      const [, ours] = enums.find(([found]) => found === name) ?? []
      deepStrictEqual(ours, Object.keys(members))
    })

    it("every one that is here is there, but for those on the list", () => {
      const added: { readonly [name: string]: string } = {
        workflowSubjectType: "of the results of subjects: in the metadata of beta",
        customTaskExtensionReplyMode: "on the page of the type, in the metadata of beta"
      }
      for (const [name] of enums) {
        strictEqual(name in metadata.identityGovernance.enums, !Object.hasOwn(added, name), name)
      }
    })
  })

  describe("actions and functions", () => {
    const called = (name: string, bound: string) =>
      operations.filter(({ id, kind, path }) =>
        (kind === "action" || kind === "function") && id.split(".").at(-1) === name &&
        collections[bound]!.some((part) => path.replace(/\(.*\)$/, "").endsWith(`${part}/${name}`))
      )

    /** What comes before the name of a call in the path, by the type that it is bound to. */
    const collections: { readonly [bound: string]: ReadonlyArray<string> } = {
      workflow: ["/workflows/{workflowId}"],
      taskProcessingResult: ["/taskProcessingResults/{taskProcessingResultId}"],
      "Collection(run)": ["/runs"],
      "Collection(taskReport)": ["/taskReports"],
      "Collection(userProcessingResult)": ["/userProcessingResults"],
      insights: ["/insights"]
    }

    const calls = [...(metadata?.identityGovernance.actions ?? []), ...(metadata?.identityGovernance.functions ?? [])]
      .map((call) => {
        const [binding, ...parameters] = call.parameters
        const bound = binding!.type.replace(governance, "")
        return [`${call.name} of ${bound}`, { ...call, bound, parameters: parameters.map(({ name }) => name) }] as const
      })

    it.each(calls)("%s", (label, { bound, name, parameters, returns }) => {
      const found = called(name, bound)
      if (Object.hasOwn(absentCalls, label)) return strictEqual(found.length, 0)
      strictEqual(found.length, 1)
      const [operation] = found
      strictEqual(operation!.many, returns?.startsWith("Collection(") ?? false)
      strictEqual(operation!.result === undefined, returns === null)
      if (Operation.isEntity(operation!.result)) strictEqual(operation!.result.name, returns)
      if (operation!.kind === "function") {
        deepStrictEqual(Object.keys(operation!.parameters).slice(-parameters.length), parameters)
      } else {
        const fields = operation!.body === undefined
          ? []
          : present(SchemaAST.encodedAST(operation!.body.ast)).flatMap(SchemaAST.getPropertySignatures)
        // The page of activateWithScope and its printed request have `subjects` besides.
        const names = [...new Set(fields.map(({ name }) => String(name)))]
          .filter((field) => name !== "activateWithScope" || field !== "subjects")
        deepStrictEqual(names.sort(), [...parameters].sort())
      }
    })

    it("every one that is here is there, but for those on the list", () => {
      const found = new Set(calls.flatMap(([, { bound, name }]) => called(name, bound).map(({ id }) => id)))
      for (const { id, kind } of operations) {
        if (kind === "action" || kind === "function") {
          strictEqual(found.has(id), !Object.hasOwn(addedOperations, id), id)
        }
      }
    })
  })

  describe("paths", () => {
    /** Segments of the catalogue's paths that no navigation of the metadata has, with the reason. */
    const unknown: { readonly [segment: string]: string } = {
      subjectProcessingResults: "on Microsoft's v1.0 pages, in the metadata of beta"
    }
    const container = () => metadata.identityGovernance.types["lifecycleWorkflowsContainer"]!
    const find = (name: string) =>
      Object.fromEntries(types)[name.replace(/^Collection\((.+)\)$/, "$1").split(".").at(-1)!]

    it.each(operations.map((operation) => [operation.id, operation] as const))("%s", (_, operation) => {
      const segments = operation.path.replace("/identityGovernance/lifecycleWorkflows/", "").split("/")
      let type: Reference.MetadataType | undefined = container()
      for (const [index, segment] of segments.entries()) {
        if (segment.startsWith("{") || segment === "$ref") continue
        const last = index === segments.length - 1
        if (last && (operation.kind === "action" || operation.kind === "function")) return
        if (Object.hasOwn(unknown, segment)) return
        const declared: string | undefined = type === undefined ? undefined : navigationOf(type, segment)
        assertTrue(declared !== undefined, `${segment} is no navigation`)
        type = find(declared)
      }
    })

    const navigationOf = (type: Reference.MetadataType, name: string): string | undefined =>
      type.navigation[name]?.type ?? (type.base === null ? undefined : navigationOf(find(type.base)!, name))
  })
})

describe.skipIf(!Reference.available)("Microsoft's metadata of the other clouds", () => {
  const clouds = Reference.available ? Reference.clouds() : {}

  /** The clouds that we know, by their name in the metadata; the others can be configured, and are tried. */
  const names: { readonly [name: string]: ReadonlyArray<keyof typeof Domain.NationalCloud.clouds> } = {
    "US Gov L4 and L5 (Fairfax)": ["usgov", "dod"],
    "China (Mooncake)": ["china"],
    "Bleu": [],
    "Delos": [],
    "GovSG": [],
    "USNat": [],
    "USSec": []
  }

  it("are those that we know", () => {
    deepStrictEqual(Object.keys(names).sort(), Object.keys(clouds).sort())
    const known: ReadonlyArray<string> = Object.values(names).flat()
    for (const name of new Set(operations.flatMap(({ clouds }) => clouds))) {
      assertTrue(name === "global" || known.includes(name), name)
    }
  })

  for (const [name, cloud] of Object.entries(clouds)) {
    it(`${name}: operations are where their actions are`, () => {
      const missing = cloud.actionsMissing ?? []
      for (const ours of names[name]!) {
        assertTrue(cloud.lifecycleWorkflows)
        for (const { clouds, id } of operations) {
          strictEqual(clouds.includes(ours), !missing.includes(id.split(".").at(-1)!), `${id} in ${ours}`)
        }
      }
      for (const action of missing) assertTrue(operations.some(({ id }) => id.endsWith(`.${action}`)), action)
      assertFalse(missing.length > 0 && !cloud.lifecycleWorkflows)
    })

    it(`${name}: what its types lack is only in the bodies of operations that it lacks, or never demanded`, () => {
      deepStrictEqual(cloud.propertiesMissing ?? {}, {})
      for (const type of cloud.typesMissing ?? []) {
        // In the body of cancelProcessing alone.
        assertTrue(["cancelScope", "cancelRunsScope"].includes(type), type)
      }
      for (const [type, members] of Object.entries(cloud.enumMembersMissing ?? {})) {
        // A member that a cloud does not have is one that it does not send.
        for (const member of members) assertTrue(member in Reference.metadata().identityGovernance.enums[type]!.members)
      }
    })
  }
})
