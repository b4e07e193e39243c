/**
 * Writes `docs/reference/operations`: a page for each group of the catalogue's operations, from the catalogue alone.
 * `--check` only says whether the pages are fresh. Needs tsx, since the catalogue is TypeScript.
 */
import * as Path from "node:path"
import * as domain from "../packages/domain/src/index.ts"
import { filesBelow, root, settle } from "./workspace.mjs"

const { LifecycleWorkflowsApi, NationalCloud, Operation } = domain

const home = "docs/reference/operations"

/** Where a schema or an entity is exported, so that a reader can go there. */
const exported = new Map(
  Object.entries(domain).flatMap(([module, exports]) =>
    Object.entries(exports)
      .filter(([, value]) => value !== null && (typeof value === "object" || typeof value === "function"))
      .map(([name, value]) => [value, { module, name }])
  )
)

const linkTo = (schema) => {
  const { module, name } = exported.get(schema)
  return `[${module}.${name}](../domain/${module}.md)`
}

const code = (text) => `\`${text}\``
const list = (items) => items.length === 0 ? "none" : items.map(code).join(", ")

const nameOf = (result) => result === undefined ? "nothing" : linkTo(result)

const answer = (operation) => {
  const name = nameOf(operation.result)
  return operation.kind === "list" ? `pages of ${name}` : operation.many ? `an array of ${name}` : name
}

const method = (operation) => {
  const parameters = Object.keys(operation.parameters)
  const lead = parameters.length === 0 ? [] : [`{ ${parameters.join(", ")} }`]
  const input = operation.body !== undefined ? ["body"] : operation.queryOptions.length > 0 ? ["query?"] : []
  return code(`lcw.${operation.id}(${[...lead, ...input].join(", ")})`)
}

const required = ({ higher, least }) => `${list(least)}${higher.length === 0 ? "" : `; higher: ${list(higher)}`}`

const filters = (entity) =>
  Object.entries(entity.filterable).map(([name, operators]) => `${code(name)} (${operators.join(", ")})`).join(", ")

const row = (name, value) => `| ${name} | ${value} |`

const section = (operation) => {
  const entity = Operation.isEntity(operation.result) ? operation.result : undefined
  const has = (option) => operation.queryOptions.includes(option)
  const { application, delegated } = operation.permissions
  const same = JSON.stringify(application) === JSON.stringify(delegated)
  return [
    `## ${operation.id}`,
    "",
    `${operation.title}. [Microsoft's page](${operation.documentation})`,
    "",
    "```http",
    `${operation.method} /${operation.version}${operation.path}`,
    "```",
    "",
    "| | |",
    "| --- | --- |",
    row("method", method(operation)),
    row("answers", `${operation.status}, ${answer(operation)}`),
    ...(operation.body === undefined ? [] : [row("body", linkTo(operation.body))]),
    ...(operation.method === "GET" ? [] : [row("safe to repeat", operation.idempotent ? "yes" : "no")]),
    ...(operation.queryOptions.length === 0 ? [] : [row("query options", list(operation.queryOptions))]),
    ...(entity !== undefined && has("filter") && Object.keys(entity.filterable).length > 0
      ? [row("filters by", filters(entity))]
      : []),
    ...(entity !== undefined && has("orderBy") ? [row("sorts by", list(entity.sortable))] : []),
    row("application permission", required(application)),
    row("delegated permission", same ? "the same" : required(delegated)),
    row("Entra role (delegated)", operation.entraRoles.join(" or ")),
    row("clouds", operation.clouds.map((name) => NationalCloud.clouds[name].displayName).join(", ")),
    ""
  ].join("\n")
}

const titles = {
  workflows: "Workflows",
  deletedItems: "Deleted items",
  taskDefinitions: "Task definitions",
  workflowTemplates: "Workflow templates",
  customTaskExtensions: "Custom task extensions",
  settings: "Settings",
  insights: "Insights"
}

const groups = new Map()
for (const operation of LifecycleWorkflowsApi.operations) {
  const group = operation.id.split(".")[0]
  groups.set(group, [...(groups.get(group) ?? []), operation])
}

const pages = Array.from(groups, ([group, operations]) => [
  `${home}/${group}.md`,
  [
    `# ${titles[group]}`,
    "",
    ...operations.map(({ id, title }) => `- [${id}](#${id.toLowerCase().replaceAll(".", "")}): ${title}`),
    "",
    ...operations.map(section)
  ].join("\n")
])

const index = [
  `${home}/README.md`,
  [
    "# Operations",
    "",
    `The ${LifecycleWorkflowsApi.operations.length} operations of the Lifecycle Workflows API v1.0, from the catalogue that the client, the emulator and the command line read.`,
    "",
    "| group | operations |",
    "| --- | --- |",
    ...Array.from(groups, ([group, operations]) => `| [${titles[group]}](${group}.md) | ${operations.length} |`),
    ""
  ].join("\n")
]

settle({
  expected: Object.fromEntries([index, ...pages]),
  owned: filesBelow(Path.join(root, home)).map((file) => `${home}/${file}`),
  remedy: "pnpm codegen"
})
