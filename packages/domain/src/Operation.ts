/**
 * One REST operation, described once as data. The client turns it into a request, the emulator into a route, the command line
 * into a command, the documentation into a table.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Decoder from "./Decoder.js"
import type * as Entity from "./Entity.js"
import * as QueryCheck from "./internal/queryCheck.js"
import * as Mismatch from "./Mismatch.js"
import type * as NationalCloud from "./NationalCloud.js"
import type * as Permissions from "./Permissions.js"
import * as Query from "./Query.js"

/**
 * What an operation does.
 *
 * - `get`: reads one entity; `list`: reads a collection, page by page; `function`: computes something without changing anything
 * - `create`, `update`, `delete`: what they say; `action`: anything else that changes something
 *
 * @since 0.1.0
 * @category Models
 */
export type Kind = "get" | "list" | "function" | "create" | "update" | "delete" | "action"

/**
 * The HTTP methods of the API.
 *
 * @since 0.1.0
 * @category Models
 */
export type Method = "GET" | "POST" | "PATCH" | "DELETE"

const methods: { readonly [K in Kind]: Method } = {
  get: "GET",
  list: "GET",
  function: "GET",
  create: "POST",
  update: "PATCH",
  delete: "DELETE",
  action: "POST"
}

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
 * What an operation answers with: an entity, which `$select` and `$expand` shape; any other value; or nothing.
 *
 * @since 0.1.0
 * @category Models
 */
export type Result = Entity.Any | Schema.Schema.AnyNoContext | undefined

/**
 * What an operation takes in its body, if it takes one.
 *
 * @since 0.1.0
 * @category Models
 */
export type Body = Schema.Schema.AnyNoContext | undefined

/**
 * A REST operation.
 *
 * - `id`: its name in this project, which follows the path: `workflows.runs.list`
 * - `title`: what it does, in a few words
 * - `method`, `version`, `path`: the request; `path` is a template that starts with a slash
 * - `parameters`: a schema for each parameter of the template, in the template's order
 * - `body`: the schema of what it takes
 * - `result`: what it answers with; `many` says whether it is a collection of them
 * - `status`: the status of success
 * - `queryOptions`: the OData options that it supports; an operation with a body has none
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
  OperationResult extends Result,
  Option extends Query.Option,
  OperationBody extends Body,
  Many extends boolean
> {
  readonly id: Id
  readonly title: string
  readonly kind: OperationKind
  readonly method: Method
  readonly version: "v1.0"
  readonly path: Path
  readonly parameters: Parameters
  readonly body: OperationBody
  readonly result: OperationResult
  readonly many: Many
  readonly status: 200 | 201 | 204
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
export interface Any extends Operation<string, Kind, string, ParameterFields, Result, Query.Option, Body, boolean> {}

/**
 * Any operation that reads a collection.
 *
 * @since 0.1.0
 * @category Models
 */
export interface AnyList
  extends Operation<string, "list", string, ParameterFields, Entity.Any, Query.Option, undefined, true>
{}

/**
 * Any operation that takes a body.
 *
 * @since 0.1.0
 * @category Models
 */
export interface AnyWithBody extends
  Operation<
    string,
    Exclude<Kind, "list">,
    string,
    ParameterFields,
    Result,
    never,
    Schema.Schema.AnyNoContext,
    boolean
  >
{}

/**
 * Any operation that takes no body, and is no list.
 *
 * @since 0.1.0
 * @category Models
 */
export interface AnyWithoutBody
  extends Operation<string, Exclude<Kind, "list">, string, ParameterFields, Result, Query.Option, undefined, boolean>
{}

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
 * Microsoft's page. The rest is as in `Operation`; `clouds` and `idempotent` are said where they differ from the area's clouds, and from
 * what the method tells.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Definition {
  readonly id: string
  readonly title: string
  readonly kind: Kind
  readonly path: string
  readonly body?: Body
  readonly result?: Result
  readonly many?: boolean
  readonly queryOptions?: ReadonlyArray<Query.Option>
  readonly permissions: Permissions.Requirements
  readonly entraRoles: ReadonlyArray<Permissions.EntraRole>
  readonly clouds?: ReadonlyArray<NationalCloud.Name>
  readonly idempotent?: boolean
  readonly page: string
}

type Get<D, K extends string, Default> = D extends { readonly [P in K]: infer V } ? V : Default

/**
 * The operation that a definition describes.
 *
 * @since 0.1.0
 * @category Type level
 */
export type Defined<Root extends string, Table extends ParameterFields, D extends Definition> = Operation<
  D["id"],
  D["kind"],
  `${Root}${D["path"]}`,
  { readonly [K in ParameterName<D["path"]> & keyof Table]: Table[K] },
  Extract<Get<D, "result", undefined>, Result>,
  Extract<Get<D, "queryOptions", readonly []>, ReadonlyArray<Query.Option>>[number],
  Extract<Get<D, "body", undefined>, Body>,
  D["kind"] extends "list" ? true : Extract<Get<D, "many", false>, boolean>
>

/**
 * A constructor for the operations of an area: path parameters get their schemas from the area's table, by name. A parameter that
 * the table does not have does not compile.
 *
 * @since 0.1.0
 * @category Constructors
 */
export const area =
  <const Root extends string, const Table extends ParameterFields>(area: Area<Root, Table>) =>
  <const D extends Definition>(
    definition:
      & D
      & ([Exclude<ParameterName<D["path"]>, keyof Table>] extends [never] ? unknown
        : { readonly path: never })
  ): Defined<Root, Table, D> => {
    const operation: Any = {
      id: definition.id,
      title: definition.title,
      kind: definition.kind,
      method: methods[definition.kind],
      version: area.version,
      path: `${area.root}${definition.path}`,
      parameters: Object.fromEntries(
        Array.from(definition.path.matchAll(/\{([^}]+)\}/g), ([, name]) => [name!, area.parameters[name!]!])
      ),
      body: definition.body,
      result: definition.result,
      many: definition.many ?? definition.kind === "list",
      status: definition.result === undefined ? 204 : definition.kind === "create" ? 201 : 200,
      queryOptions: definition.queryOptions ?? [],
      permissions: definition.permissions,
      entraRoles: definition.entraRoles,
      clouds: definition.clouds ?? area.clouds,
      idempotent: definition.idempotent ??
        (methods[definition.kind] === "GET" || methods[definition.kind] === "DELETE"),
      unknownEnumMembers: definition.result !== undefined,
      documentation: `${area.documentation}${definition.page}`
    }
    return operation as Defined<Root, Table, D>
  }

/**
 * Whether what an operation answers with is an entity.
 *
 * @since 0.1.0
 * @category Guards
 */
export const isEntity = (result: Result): result is Entity.Any => result !== undefined && !Schema.isSchema(result)

/**
 * The path parameters of an operation.
 *
 * @since 0.1.0
 * @category Type level
 */
export type Parameters<O extends Any> = { readonly [K in keyof O["parameters"]]: O["parameters"][K]["Type"] }

/** The entity whose properties a query names; of a result that is no entity, nothing can be named. */
type Queried<O extends Any> = O["result"] extends Entity.Any ? O["result"] : Entity.Entity<{}, {}>

/**
 * The query options that an operation supports.
 *
 * @since 0.1.0
 * @category Type level
 */
export type QueryFor<O extends Any> = {
  readonly [K in O["queryOptions"][number]]?: Query.Options<Queried<O>>[K] | undefined
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
      ? K extends "expand" ? Entity.ExactlyExpand<Queried<O>, Q[K]> : Q[K]
      : never
  }

/**
 * The type of what an operation takes in its body.
 *
 * @since 0.1.0
 * @category Type level
 */
export type BodyFor<O extends Any> = O["body"] extends Schema.Schema<infer A, any> ? A : never

/**
 * The type of one element of a list, under these query options.
 *
 * @since 0.1.0
 * @category Type level
 */
export type ItemFor<O extends Any, Q> = O["result"] extends Entity.Any ? Entity.Projected<O["result"], Q>
  : O["result"] extends Schema.Schema<infer A, any> ? A
  : void

/**
 * The type of what an operation answers with, under these query options. A collection is an array.
 *
 * @since 0.1.0
 * @category Type level
 */
export type ResultFor<O extends Any, Q> = O["many"] extends true ? ReadonlyArray<ItemFor<O, Q>> : ItemFor<O, Q>

/**
 * What goes over the wire: method, path below the Graph root, query string with its question mark (or empty), headers, and the body
 * as JSON, where there is one.
 *
 * @since 0.1.0
 * @category Models
 */
export interface RequestDescription {
  readonly method: Method
  readonly path: string
  readonly query: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string | undefined
}

/**
 * A request that was not sent, because a path parameter, a query option or something in the body is unfit.
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
 * The request that an operation makes of its path parameters, and of its body or query options. Pure: no clock, no network.
 *
 * Values are checked here as well as by the compiler, since ids, names and bodies may come from outside: an id that is no path segment, a
 * property that the entity does not have, an option that the operation does not support, a body that breaks one of the service's
 * limits fail with `InvalidRequest`.
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
export const request: {
  <O extends AnyWithBody>(
    operation: O,
    parameters: Parameters<O>,
    body: BodyFor<O>
  ): Either.Either<RequestDescription, InvalidRequest>
  <O extends AnyList | AnyWithoutBody, const Q extends QueryFor<O>>(
    operation: O,
    parameters: Parameters<O>,
    query?: Exactly<O, Q>
  ): Either.Either<RequestDescription, InvalidRequest>
} = (operation: Any, parameters: { readonly [name: string]: unknown }, input?: unknown) => {
  const { headers, parameterEncoders, segments } = planOf(operation)
  let path = segments[0]!
  for (let index = 0; index < parameterEncoders.length; index++) {
    const { name, read, schema } = parameterEncoders[index]!
    const encoded = encode(operation, read, schema, parameters[name], name)
    if (Either.isLeft(encoded)) return Either.left(encoded.left)
    path += encodeSegment(encoded.right) + segments[index + 1]!
  }
  if (operation.body !== undefined) {
    const body = encode(operation, undefined, operation.body, input, "")
    return Either.map(body, (body): RequestDescription => ({
      method: operation.method,
      path,
      query: "",
      headers,
      body: JSON.stringify(body)
    }))
  }
  const query = (input ?? {}) as Query.Any
  const fault = QueryCheck.findFault(
    isEntity(operation.result) ? operation.result : nothing,
    query,
    operation.queryOptions,
    ""
  )
  if (fault !== undefined) return Either.left(invalid(operation, fault.field, fault.reason))
  return Either.right({ method: operation.method, path, query: Query.encode(query), headers, body: undefined })
}

/** What all requests of an operation have in common. */
interface Plan {
  /** The path's parts around its parameters. */
  readonly segments: ReadonlyArray<string>
  readonly parameterEncoders: ReadonlyArray<ParameterEncoder>
  readonly headers: { readonly [name: string]: string }
}

interface ParameterEncoder {
  readonly name: string
  readonly schema: Schema.Schema.AnyNoContext
  /** Where the schema changes nothing: whether a value is fit, which is then the text. */
  readonly read: ((value: unknown) => Either.Either<unknown, unknown>) | undefined
}

const plans = new WeakMap<Any, Plan>()

const planOf = (operation: Any): Plan => {
  let plan = plans.get(operation)
  if (plan === undefined) plans.set(operation, plan = makePlan(operation))
  return plan
}

const makePlan = (operation: Any): Plan => {
  const pieces = `/${operation.version}${operation.path}`.split(/\{([^}]+)\}/)
  return {
    segments: pieces.filter((_, index) => index % 2 === 0),
    parameterEncoders: pieces.filter((_, index) => index % 2 === 1).map((name) => {
      const schema = operation.parameters[name]!
      return { name, schema, read: Schema.typeSchema(schema).ast === schema.ast ? Decoder.make(schema) : undefined }
    }),
    headers: {
      ...(operation.unknownEnumMembers ? { prefer: "include-unknown-enum-members" } : {}),
      ...(operation.body === undefined ? {} : { "content-type": "application/json" })
    }
  }
}

const nothing: Entity.Any = { name: "", properties: {}, navigation: {}, filterable: {}, sortable: [] }

/** A colon has no meaning in a segment of an absolute path, and dates are easier to read with theirs. */
const encodeSegment = (segment: string): string => {
  const encoded = encodeURIComponent(segment)
  return encoded.includes("%") ? encoded.replaceAll("%3A", ":") : encoded
}

const invalid = (operation: Any, field: string, reason: string) =>
  new InvalidRequest({ operation: operation.id, field, reason })

const encode = (
  operation: Any,
  read: ((value: unknown) => Either.Either<unknown, unknown>) | undefined,
  schema: Schema.Schema.AnyNoContext,
  value: unknown,
  name: string
): Either.Either<any, InvalidRequest> => {
  if (read !== undefined && Either.isRight(read(value))) return Either.right(value)
  return Either.mapLeft(Schema.encodeUnknownEither(schema as Schema.Schema<unknown, unknown>)(value), (error) => {
    const { actual, expected, path, rule } = Mismatch.fromParseError(error)
    const field = Mismatch.formatPath(name === "" ? path : [name, ...path])
    return invalid(operation, field === "" ? "body" : field, rule ?? `expected ${expected}, found ${actual}`)
  })
}
