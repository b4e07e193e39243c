import {
  CustomTaskExtension,
  DirectoryObject,
  ExecutionConditions,
  LifecycleWorkflowsApi,
  Operation,
  Processing,
  Quarantine,
  SubjectProcessing
} from "@effect-msgraph/domain"
import type { Entity, Query } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import type { Schema } from "effect"
import * as Plain from "../../domain/src/internal/plain.js"
import * as Decode from "../src/internal/decode.js"

/**
 * What goes the schema's own way, and may: values whose `@odata.type` says what they are, or is dropped. It takes more than a plain
 * function to sort them, and an entity has one or two.
 */
const intended: { readonly [name: string]: Schema.Schema<any, any> } = {
  ActivationScope: Processing.ActivationScope,
  AdministrativeUnitReference: DirectoryObject.AdministrativeUnitReference,
  AuthenticationConfiguration: CustomTaskExtension.AuthenticationConfiguration,
  CallbackConfiguration: CustomTaskExtension.CallbackConfiguration,
  ClientConfiguration: CustomTaskExtension.ClientConfiguration,
  EndpointConfiguration: CustomTaskExtension.EndpointConfiguration,
  ExecutionConditions: ExecutionConditions.ExecutionConditions,
  QuarantineCondition: Quarantine.QuarantineCondition,
  WorkflowSubject: SubjectProcessing.WorkflowSubject
}

const nameOf = new Map(Object.entries(intended).map(([name, { ast }]) => [ast, name]))

/** Everything that there is to expand, so many levels deep. */
const expanded = ({ navigation }: Entity.Any, depth: number): { readonly [name: string]: object } =>
  Object.fromEntries(
    Object.entries(navigation).map(([name, { target }]) => [
      name,
      depth === 0 ? {} : { expand: expanded(target(), depth - 1) }
    ])
  )

const queries = ({ result }: Operation.Any): ReadonlyArray<Query.Any> => {
  if (result === undefined || !Operation.isEntity(result)) return [{}]
  const [first, ...rest] = Object.keys(result.properties)
  return [{}, { select: [first!] }, { select: rest }, { expand: expanded(result, 2) }]
}

/** The nodes of its answers that go the schema's own way: by name where that is intended, else as they are. */
const slow = (operation: Operation.Any): ReadonlySet<string> =>
  new Set(
    queries(operation).flatMap((query) =>
      Array.from(
        Plain.slow(Decode.schemaOf(operation, query).ast),
        (node) => nameOf.get(node) ?? `${node._tag}: ${String(node)}`
      )
    )
  )

describe("answers are decoded by plain functions", () => {
  const operations = Object.values(LifecycleWorkflowsApi.operations) as ReadonlyArray<Operation.Any>

  for (const operation of operations) {
    it(operation.id, () => {
      deepStrictEqual([...slow(operation)].filter((node) => !(node in intended)), [])
    })
  }

  it("but for those which are named here, each of which there is", () => {
    deepStrictEqual(
      Array.from(new Set(operations.flatMap((each) => [...slow(each)]))).sort(),
      Object.keys(intended).sort()
    )
  })
})
