/**
 * Facts about Microsoft Graph that lie beside the repository, where they do. Tests that need them are skipped where they
 * don't, and say so.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const root = fileURLToPath(new URL("../../../", import.meta.url))

/** The repository, and where this is another worktree of it, the first one: what lies beside that lies beside both. */
const repositories = (): ReadonlyArray<string> => {
  const git = resolve(root, ".git")
  if (!existsSync(git) || statSync(git).isDirectory()) return [root]
  const [, directory] = /^gitdir: (.+)$/m.exec(readFileSync(git, "utf8")) ?? []
  // …/.git/worktrees/name
  return directory === undefined ? [root] : [root, dirname(dirname(dirname(resolve(root, directory))))]
}

const folder = repositories()
  .map((repository) => resolve(repository, "../shared/reference/graph"))
  .find((path) => existsSync(path))

export const available = folder !== undefined

if (!available) {
  console.log("skipped: the comparison with Microsoft's pages and metadata, for ../shared/reference/graph is not there")
}

const url = (name: string) => new URL(name, `${pathToFileURL(folder ?? "/")}/`)

const read = (name: string): any => JSON.parse(readFileSync(url(name), "utf8"))

interface Permission {
  readonly least: ReadonlyArray<string>
  readonly higher: ReadonlyArray<string>
}

export interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly version: string
  readonly kind: string
  readonly permissions: { readonly delegatedWorkSchool: Permission; readonly application: Permission }
  readonly entraRoles: ReadonlyArray<string>
  readonly nationalClouds: {
    readonly global: boolean
    readonly usGovL4: boolean | null
    readonly usGovL5: boolean | null
    readonly china: boolean | null
  }
  readonly queryOptions: ReadonlyArray<string>
  readonly filterable?: { readonly [property: string]: ReadonlyArray<string> }
  readonly requestBody?: {
    readonly properties?: ReadonlyArray<{ readonly name: string; readonly required: boolean | null }>
  }
  readonly responseStatus: number
  readonly responseType: string | null
  readonly docPage: string
  readonly alternatePaths: ReadonlyArray<string>
}

/** The operations of v1.0. */
export const operations = (): ReadonlyArray<Operation> =>
  available ? read("operations.json").filter((operation: Operation) => operation.version === "v1.0") : []

interface Member {
  readonly name: string
  readonly type: string
  readonly nullable: boolean | null
  readonly filter?: ReadonlyArray<string>
  readonly orderby?: boolean
}

export interface Resource {
  readonly name: string
  readonly fullName: string
  readonly kind: string
  readonly version: string
  readonly isFlags?: boolean
  readonly members?: ReadonlyArray<{ readonly name: string }>
  readonly properties?: ReadonlyArray<Member>
  readonly relationships?: ReadonlyArray<Member>
}

export const resources = (): ReadonlyArray<Resource> => available ? read("resources.json").resources : []

export const tasks = (): any => read("tasks.json")

export interface Example {
  readonly file: string
  readonly docPage: string
  readonly version: string
  readonly request: { readonly method: string; readonly url: string; readonly body?: unknown }
  readonly response: { readonly status: number; readonly body?: any }
  readonly malformed?: boolean
}

/** The printed examples of v1.0. */
export const examples = (): ReadonlyArray<Example> =>
  available
    ? readdirSync(url("examples/")).filter((file) => file.endsWith(".json")).sort().map((file) => ({
      file,
      ...read(`examples/${file}`)
    })).filter(({ version }) => version === "v1.0")
    : []

interface MetadataMember {
  readonly type: string
  readonly nullable: boolean
}

export interface MetadataType {
  readonly kind: "EntityType" | "ComplexType"
  readonly base: string | null
  readonly abstract: boolean
  readonly properties: { readonly [name: string]: MetadataMember }
  readonly navigation: { readonly [name: string]: MetadataMember }
}

export interface MetadataCall {
  readonly name: string
  readonly parameters: ReadonlyArray<{ readonly name: string; readonly type: string }>
  readonly returns: string | null
}

export interface Metadata {
  readonly identityGovernance: {
    readonly enums: {
      readonly [name: string]: { readonly flags: boolean; readonly members: { readonly [name: string]: number } }
    }
    readonly types: { readonly [name: string]: MetadataType }
    readonly actions: ReadonlyArray<MetadataCall>
    readonly functions: ReadonlyArray<MetadataCall>
  }
  readonly graph: { readonly [name: string]: MetadataType }
}

/** Microsoft's metadata of v1.0, in the global cloud. */
export const metadata = (): Metadata => read("csdl-v1.0.json")

export interface CloudMetadata {
  readonly lifecycleWorkflows: boolean
  readonly typesMissing?: ReadonlyArray<string>
  readonly propertiesMissing?: { readonly [type: string]: ReadonlyArray<string> }
  readonly enumMembersMissing?: { readonly [type: string]: ReadonlyArray<string> }
  readonly actionsMissing?: ReadonlyArray<string>
}

/** What the metadata of the other clouds lacks. */
export const clouds = (): { readonly [name: string]: CloudMetadata } => read("csdl-clouds.json").clouds
