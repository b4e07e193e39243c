/**
 * Facts about Microsoft Graph that lie beside the repository, where they do. Tests that need them are skipped where they
 * don't, and say so.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"

const folder = new URL("../../../../shared/reference/graph/", import.meta.url)

export const available = existsSync(folder)

if (!available) {
  console.log("skipped: the comparison with Microsoft's pages, for ../shared/reference/graph is not there")
}

const read = (name: string): any => JSON.parse(readFileSync(new URL(name, folder), "utf8"))

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
  readonly nationalClouds: { readonly global: boolean; usGovL4: boolean; usGovL5: boolean; china: boolean }
  readonly queryOptions: ReadonlyArray<string>
  readonly filterable?: { readonly [property: string]: ReadonlyArray<string> }
  readonly responseType: string | null
  readonly docPage: string
}

export const operations = (): ReadonlyArray<Operation> => read("operations.json")

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

export const resources = (): ReadonlyArray<Resource> => read("resources.json").resources

export interface Example {
  readonly file: string
  readonly docPage: string
  readonly version: string
  readonly request: { readonly method: string; readonly url: string }
  readonly response: { readonly status: number; readonly body: any }
}

export const examples = (): ReadonlyArray<Example> =>
  readdirSync(new URL("examples/", folder)).filter((file) => file.endsWith(".json")).sort().map((file) => ({
    file,
    ...read(`examples/${file}`)
  }))
