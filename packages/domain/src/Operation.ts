/**
 * One REST operation, described once as data. The client turns it into a request, the emulator into a route, the command line
 * into a command, the documentation into a table.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type * as Entity from "./Entity.js"
import type * as NationalCloud from "./NationalCloud.js"
import type * as Permissions from "./Permissions.js"
import * as Query from "./Query.js"

/**
 * What an operation does: reads one entity, or reads a collection page by page.
 *
 * @since 0.1.0
 * @category Models
 */
export type Kind = "get" | "list"

/**
 * The names in braces of a path template.
 *
 * @since 0.1.0
 * @category Type level
 */
export type ParameterName<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterName<Rest>
  : never

/**
 * A schema for each path parameter.
 *
 * @since 0.1.0
 * @category Models
 */
export interface ParameterFields {
  readonly [name: string]: Schema.Schema<any, string>
}

/**
 * A REST operation.
 *
 * - `id`: its name in this project, which follows the path: `workflows.runs.list`
 * - `title`: what it does, in a few words
 * - `method`, `version`, `path`: the request; `path` is a template that starts with a slash
 * - `parameters`: a schema for each parameter of the template, in the template's order
 * - `result`: the entity that it answers with, one of them or a page of them
 * - `queryOptions`: the OData options that it supports
 * - `permissions`, `entraRoles`: who may call it
 * - `clouds`: the clouds that it exists in; in a custom cloud every operation is tried
 * - `idempotent`: whether repeating it does no more than doing it once
 * - `unknownEnumMembers`: whether to ask for enumeration members that are hidden from callers who do not ask for them
 * - `documentation`: Microsoft's page
 *
 * @since 0.1.0
 * @category Models
 */
export interface Operation<
  Id extends string,
  OperationKind extends Kind,
  Path extends string,
  Parameters extends ParameterFields,
  Result extends Entity.Any,
  Option extends Query.Option
> {
  readonly id: Id
  readonly title: string
  readonly kind: OperationKind
  readonly method: "GET"
  readonly version: "v1.0"
  readonly path: Path
  readonly parameters: Parameters
  readonly result: Result
  readonly queryOptions: ReadonlyArray<Option>
  readonly permissions: Permissions.Requirements
  readonly entraRoles: ReadonlyArray<Permissions.EntraRole>
  readonly clouds: ReadonlyArray<NationalCloud.Name>
  readonly idempotent: boolean
  readonly unknownEnumMembers: boolean
  readonly documentation: string
}

/**
 * Any operation.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Any extends Operation<string, Kind, string, ParameterFields, Entity.Any, Query.Option> {}

/**
 * Any operation that reads a collection.
 *
 * @since 0.1.0
 * @category Models
 */
export interface AnyList extends Operation<string, "list", string, ParameterFields, Entity.Any, Query.Option> {}

/**
 * Any operation that reads one entity.
 *
 * @since 0.1.0
 * @category Models
 */
export interface AnyGet extends Operation<string, "get", string, ParameterFields, Entity.Any, Query.Option> {}

/**
 * What all operations of one area of the API have in common.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Area<Root extends string, Table extends ParameterFields> {
  readonly root: Root
  readonly version: "v1.0"
  readonly parameters: Table
  readonly clouds: ReadonlyArray<NationalCloud.Name>
  readonly documentation: string
}

/**
 * What is said of one operation of an area. `path` is below the area's root; `page` is the last part of the address of
 * Microsoft's page.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Definition<Table extends ParameterFields> {
  readonly id: string
  readonly title: string
  readonly kind: Kind
  readonly path: string
  readonly result: Entity.Any
  readonly queryOptions: ReadonlyArray<Query.Option>
  readonly permissions: Permissions.Requirements
  readonly entraRoles: ReadonlyArray<Permissions.EntraRole>
  readonly page: string
  readonly parameters?: { readonly [K in keyof Table]?: never }
}

/**
 * A constructor for the operations of an area: path parameters get their schemas from the area's table, by name. A parameter that
 * the table does not have does not compile.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const area =
  <const Root extends string, const Table extends ParameterFields>(area: Area<Root, Table>) =>
  <const D extends Definition<Table>>(
    definition:
      & D
      & ([Exclude<ParameterName<D["path"]>, keyof Table>] extends [never] ? unknown
        : { readonly path: never })
  ): Operation<
    D["id"],
    D["kind"],
    `${Root}${D["path"]}`,
    { readonly [K in ParameterName<D["path"]> & keyof Table]: Table[K] },
    D["result"],
    D["queryOptions"][number]
  > => ({
    id: definition.id,
    title: definition.title,
    kind: definition.kind,
    method: "GET",
    version: area.version,
    path: `${area.root}${definition.path}` as `${Root}${D["path"]}`,
    parameters: Object.fromEntries(
      parameterNames(definition.path).map((name) => [name, area.parameters[name]!])
    ) as { readonly [K in ParameterName<D["path"]> & keyof Table]: Table[K] },
    result: definition.result,
    queryOptions: definition.queryOptions as ReadonlyArray<D["queryOptions"][number]>,
    permissions: definition.permissions,
    entraRoles: definition.entraRoles,
    clouds: area.clouds,
    idempotent: true,
    unknownEnumMembers: true,
    documentation: `${area.documentation}${definition.page}`
  })

const parameterNames = (path: string): ReadonlyArray<string> =>
  Array.from(path.matchAll(/\{([^}]+)\}/g), (match) => match[1]!)

/**
 * The path parameters of an operation.
 *
 * @since 0.1.0
 * @category Type level
 */
export type Parameters<O extends Any> = { readonly [K in keyof O["parameters"]]: O["parameters"][K]["Type"] }

/**
 * The query options that an operation supports.
 *
 * @since 0.1.0
 * @category Type level
 */
export type QueryFor<O extends Any> = {
  readonly [K in O["queryOptions"][number]]?: Query.Options<O["result"]>[K] | undefined
}

/**
 * Makes names that are no option of the operation an error, and misspelt ones in `expand`, where the compiler would let them
 * pass.
 *
 * @since 0.1.0
 * @category Type level
 */
export type Exactly<O extends Any, Q> =
  & Q
  & {
    readonly [K in keyof Q]: K extends O["queryOptions"][number]
      ? K extends "expand" ? Entity.ExactlyExpand<O["result"], Q[K]> : Q[K]
      : never
  }

/**
 * The type of one entity that an operation answers with, under these query options.
 *
 * @since 0.1.0
 * @category Type level
 */
export type ResultFor<O extends Any, Q> = Entity.Projected<O["result"], Q>

/**
 * What goes over the wire: method, path below the Graph root, query string with its question mark (or empty), headers.
 *
 * @since 0.1.0
 * @category Models
 */
export interface RequestDescription {
  readonly method: "GET"
  readonly path: string
  readonly query: string
  readonly headers: { readonly [name: string]: string }
}

/**
 * A request that was not sent, because a path parameter or a query option is unfit.
 *
 * @since 0.1.0
 * @category Errors
 */
export class InvalidRequest
  extends Schema.TaggedError<InvalidRequest>("@effect-msgraph/domain/InvalidRequest")("InvalidRequest", {
    operation: Schema.String,
    field: Schema.String,
    reason: Schema.String
  })
{
  /** @since 0.1.0 */
  override get message(): string {
    return `${this.operation} was not sent: ${this.field}: ${this.reason}`
  }
}

/**
 * The request that an operation makes of its path parameters and query options. Pure: no clock, no network.
 *
 * Values are checked here as well as by the compiler, since ids and names may come from outside: an id that is no path segment, a
 * property that the entity does not have, an option that the operation does not support fail with `InvalidRequest`.
 *
 * @example
 * ```ts
 * import { Ids, LifecycleWorkflowsApi, Operation } from "@effect-msgraph/domain"
 * import { Either } from "effect"
 *
 * const request = Operation.request(LifecycleWorkflowsApi.getRun, {
 *   workflowId: Ids.WorkflowId.make("14879e66-9ea9-48d0-804d-8fea672d0341"),
 *   runId: Ids.RunId.make("dad77a47-6eda-4de7-bc37-fe8eb5aaf17d")
 * }, { select: ["id", "processingStatus"] })
 * console.log(Either.map(request, (r) => r.query)) // right("?$select=id,processingStatus")
 * ```
 *
 * @since 0.1.0
 * @category Encoding
 */
export const request = <O extends Any, const Q extends QueryFor<O>>(
  operation: O,
  parameters: Parameters<O>,
  query?: Exactly<O, Q>
): Either.Either<RequestDescription, InvalidRequest> =>
  Either.gen(function*() {
    let path = `/${operation.version}${operation.path}`
    for (const [name, schema] of Object.entries(operation.parameters)) {
      const encoded = yield* Either.mapLeft(
        Schema.encodeUnknownEither(schema)((parameters as Record<string, unknown>)[name]),
        (error) => invalid(operation, name, ParseResult.ArrayFormatter.formatErrorSync(error)[0]?.message ?? "unfit")
      )
      path = path.replace(`{${name}}`, () => encodeURIComponent(encoded))
    }
    const options: Query.Any = query ?? {}
    yield* checkOptions(operation, options)
    return {
      method: operation.method,
      path,
      query: Query.encode(options),
      headers: operation.unknownEnumMembers ? { prefer: "include-unknown-enum-members" } : {}
    }
  })

const invalid = (operation: Any, field: string, reason: string) =>
  new InvalidRequest({ operation: operation.id, field, reason })

const checkOptions = (operation: Any, query: Query.Any): Either.Either<void, InvalidRequest> => {
  const fault = findFault(operation.result, query, operation.queryOptions, "")
  return fault === undefined ? Either.void : Either.left(invalid(operation, fault.field, fault.reason))
}

interface Fault {
  readonly field: string
  readonly reason: string
}

const nestedOptions: ReadonlyArray<Query.Option> = ["select", "expand", "orderBy"]

/** The first thing in a query that its entity does not have. It may come from outside, so nothing is taken for granted. */
const findFault = (
  entity: Entity.Any,
  query: unknown,
  options: ReadonlyArray<Query.Option>,
  prefix: string
): Fault | undefined => {
  if (!isRecord(query)) return { field: prefix.slice(0, -1) || "query", reason: "is no object of query options" }
  for (const [name, value] of Object.entries(query)) {
    const field = `${prefix}${name}`
    if (!(options as ReadonlyArray<string>).includes(name)) {
      return { field, reason: `is no query option ${prefix === "" ? "of this operation" : "here"}; ${listed(options)}` }
    }
    if (value === undefined) continue
    const fault = checks[name as Query.Option](entity, value, field)
    if (fault !== undefined) return fault
  }
  return undefined
}

const checks: {
  readonly [O in Query.Option]: (entity: Entity.Any, value: unknown, field: string) => Fault | undefined
} = {
  select: (entity, value, field) => {
    if (!isNames(value)) return notNames(field)
    const known = [
      ...Object.keys(entity.properties),
      ...Object.keys(entity.navigation).filter((name) => entity.navigation[name]!.inline.length > 0)
    ]
    return firstUnknown(field, value, known)
  },
  orderBy: (entity, value, field) => {
    if (!isNames(value)) return notNames(field)
    const unknown = firstUnknown(field, value.map((item) => item.split(" ")[0]!), entity.sortable)
    if (unknown !== undefined) return unknown
    const item = value.find((item) => !/^[^ ]+( asc| desc)?$/.test(item))
    return item === undefined
      ? undefined
      : { field, reason: `${JSON.stringify(item)} must end in "asc" or "desc" or nothing` }
  },
  expand: (entity, value, field) => {
    if (!isRecord(value)) return { field, reason: "is no object of navigation properties" }
    const unknown = firstUnknown(field, Object.keys(value), Object.keys(entity.navigation))
    if (unknown !== undefined) return unknown
    for (const [name, nested] of Object.entries(value)) {
      if (nested === undefined || nested === true) continue
      const target = entity.navigation[name]!.target() as Entity.Any
      const fault = findFault(target, nested, nestedOptions, `${field}.${name}.`)
      if (fault !== undefined) return fault
    }
    return undefined
  }
}

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isNames = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((item) => typeof item === "string")

const notNames = (field: string): Fault => ({ field, reason: "is no array of property names" })

const firstUnknown = (
  field: string,
  names: ReadonlyArray<string>,
  known: ReadonlyArray<string>
): Fault | undefined => {
  const name = names.find((name) => !known.includes(name))
  return name === undefined ? undefined : { field, reason: `${JSON.stringify(name)} is unknown; ${listed(known)}` }
}

const listed = (known: ReadonlyArray<string>): string =>
  known.length === 0 ? "there is none" : `known: ${known.join(", ")}`
